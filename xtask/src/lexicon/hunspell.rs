//! All word forms of a Hunspell dictionary: the stems of its .dic file, multiplied by the affix rules of its .aff file.
//!
//! Covered is what the French and English dictionaries use: flags of one character, two characters or a number;
//! suffixes on suffixes; prefixes, alone or with a suffix; flags that affixes bring along; NEEDAFFIX, FORBIDDENWORD,
//! ONLYINCOMPOUND, CIRCUMFIX and FULLSTRIP. A flag alias (AF) or an encoding other than UTF-8 is an error, not a silent
//! gap. Compounds are open-ended, so they are not listed.
//!
//! KEEPCASE marks what only counts as written: `kg`, `min`, `pH`. In lower case those are unit symbols and abbreviations,
//! and [`SYMBOL`] says so: a slip of two or three letters easily hits one.
//!
//! Affixes with an apostrophe (`l'`, `qu'`, English `'s`) are clitics. They would only multiply the forms, for a text is
//! split at them, so they are left out. An apostrophe inside a stem stays.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use super::{CAPITALISED, LOWER, SYMBOL, key, read_text};

/// All forms of the dictionaries in `folders`, with the bits [`LOWER`], [`CAPITALISED`] and [`SYMBOL`].
///
/// # Errors
/// No single .aff and .dic in a folder, files that are not UTF-8, or affix rules of a kind that is not covered.
pub fn read(folders: &[PathBuf]) -> Result<BTreeMap<String, u64>, Box<dyn Error>> {
    let mut found = BTreeMap::new();
    for folder in folders {
        let affixes = Affixes::parse(&read_text(&only_file(folder, "aff")?)?)?;
        let stems = read_text(&only_file(folder, "dic")?)?;
        // The first line is the number of stems.
        for line in stems.lines().skip(1) {
            add_forms(&affixes, line, &mut found)?;
        }
    }
    // A symbol is in lower case too, but what is also an ordinary word is no mere symbol.
    for bits in found.values_mut() {
        match *bits & (LOWER | SYMBOL) {
            SYMBOL => *bits |= LOWER,
            _ => *bits &= !SYMBOL,
        }
    }
    Ok(found)
}

fn add_forms(affixes: &Affixes, line: &str, found: &mut BTreeMap<String, u64>) -> Result<(), String> {
    let (stem, flags) = affixes.entry(line)?;
    let keeps_case = is_set(&affixes.keep_case, &flags);
    for form in affixes.forms(stem, &flags) {
        let bit = if form.chars().any(char::is_uppercase) {
            CAPITALISED
        } else if keeps_case {
            SYMBOL
        } else {
            LOWER
        };
        if let Some(word) = key(&form) {
            *found.entry(word).or_default() |= bit;
        }
    }
    Ok(())
}

fn only_file(folder: &Path, extension: &str) -> Result<PathBuf, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .collect();
    match (paths.pop(), paths.is_empty()) {
        (Some(path), true) => Ok(path),
        _ => Err(format!("{}: needs exactly one .{extension}", folder.display())),
    }
}

type Flag = String;

/// How flags are written, as the FLAG line says.
#[derive(Clone, Copy)]
enum FlagStyle {
    Character,
    TwoCharacters,
    Number,
}

impl FlagStyle {
    fn split(self, flags: &str) -> Vec<Flag> {
        match self {
            Self::Character => flags.chars().map(String::from).collect(),
            Self::TwoCharacters => {
                let characters: Vec<char> = flags.chars().collect();
                characters.chunks(2).map(|pair| pair.iter().collect()).collect()
            }
            Self::Number => flags.split(',').map(str::to_owned).collect(),
        }
    }
}

/// One character of the condition under which an affix may be used.
enum Class {
    Any,
    Among(Vec<char>),
    NotAmong(Vec<char>),
}

impl Class {
    fn holds(&self, c: char) -> bool {
        match self {
            Self::Any => true,
            Self::Among(set) => set.contains(&c),
            Self::NotAmong(set) => !set.contains(&c),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum End {
    Prefix,
    Suffix,
}

/// One line of a PFX or SFX table.
struct Affix {
    end: End,
    strip: String,
    add: String,
    condition: Vec<Class>,
    /// Flags that a form with this affix has.
    brings: Vec<Flag>,
    /// Whether a prefix and a suffix may be used together; both must say so.
    crosses: bool,
}

impl Affix {
    fn apply(&self, word: &str, full_strip: bool) -> Option<String> {
        let rest = match self.end {
            End::Prefix => word.strip_prefix(self.strip.as_str())?,
            End::Suffix => word.strip_suffix(self.strip.as_str())?,
        };
        if (rest.is_empty() && !full_strip) || !self.fits(word) {
            return None;
        }
        Some(match self.end {
            End::Prefix => format!("{}{rest}", self.add),
            End::Suffix => format!("{rest}{}", self.add),
        })
    }

    fn fits(&self, word: &str) -> bool {
        let length = word.chars().count();
        let wanted = self.condition.len();
        let skipped = match self.end {
            End::Prefix => 0,
            End::Suffix => length.saturating_sub(wanted),
        };
        let mut pairs = self.condition.iter().zip(word.chars().skip(skipped));
        wanted <= length && pairs.all(|(class, c)| class.holds(c))
    }
}

/// The rules of one .aff file.
struct Affixes {
    style: FlagStyle,
    tables: BTreeMap<Flag, Vec<Affix>>,
    full_strip: bool,
    need_affix: Option<Flag>,
    circumfix: Option<Flag>,
    keep_case: Option<Flag>,
    /// Stems with one of these flags are no words of their own, whatever is added to them.
    barred: Vec<Flag>,
}

impl Affixes {
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim_start_matches('\u{FEFF}');
        let mut rules = Self {
            style: flag_style(text),
            tables: BTreeMap::new(),
            full_strip: false,
            need_affix: None,
            circumfix: None,
            keep_case: None,
            barred: Vec::new(),
        };
        // Header lines (`SFX S Y 3`) say how many lines follow; this tells them from lines with four fields.
        let mut rows_left = 0usize;
        let mut crosses = false;
        for line in text.lines() {
            let fields: Vec<&str> = line.split_whitespace().collect();
            match fields.as_slice() {
                ["SET", encoding] if !encoding.eq_ignore_ascii_case("UTF-8") => {
                    return Err(format!("encoding {encoding} is not covered"));
                }
                ["AF", ..] => return Err("flag aliases (AF) are not covered".into()),
                ["FULLSTRIP", ..] => rules.full_strip = true,
                ["NEEDAFFIX", flag, ..] => rules.need_affix = Some((*flag).to_owned()),
                ["CIRCUMFIX", flag, ..] => rules.circumfix = Some((*flag).to_owned()),
                ["KEEPCASE", flag, ..] => rules.keep_case = Some((*flag).to_owned()),
                ["FORBIDDENWORD" | "ONLYINCOMPOUND", flag, ..] => {
                    rules.barred.push((*flag).to_owned());
                }
                ["PFX" | "SFX", _, cross, rows, ..] if rows_left == 0 => {
                    crosses = *cross == "Y";
                    rows_left = rows.parse().map_err(|_| format!("no number of rows: {line}"))?;
                }
                [kind @ ("PFX" | "SFX"), flag, strip, add, rest @ ..] => {
                    rows_left -= 1;
                    let end = if *kind == "PFX" { End::Prefix } else { End::Suffix };
                    let condition = parse_condition(rest.first().unwrap_or(&"."))?;
                    let (add, brings) = add.split_once('/').unwrap_or((add, ""));
                    if add.contains(['\'', '\u{2019}']) {
                        continue;
                    }
                    let affix = Affix {
                        end,
                        strip: zero_as_empty(strip),
                        add: zero_as_empty(add),
                        condition,
                        brings: rules.style.split(brings),
                        crosses,
                    };
                    rules.tables.entry((*flag).to_owned()).or_default().push(affix);
                }
                _ => {}
            }
        }
        Ok(rules)
    }

    /// The stem and the flags of one line of the .dic file, `stem/FLAGS`; morphological fields may follow.
    fn entry<'a>(&self, line: &'a str) -> Result<(&'a str, Vec<Flag>), String> {
        let entry = line.split_whitespace().next().unwrap_or("");
        match entry.split_once('/') {
            Some(("", _)) | None => Ok((entry, Vec::new())),
            Some((stem, _)) if stem.ends_with('\\') => Err(format!("escaped slash is not covered: {entry}")),
            Some((stem, flags)) => Ok((stem, self.style.split(flags))),
        }
    }

    /// The stem and all that its flags make of it.
    fn forms(&self, stem: &str, flags: &[Flag]) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        if flags.iter().any(|flag| self.barred.contains(flag)) {
            return found;
        }
        let stands_alone = |flags: &[Flag]| !is_set(&self.need_affix, flags);
        if stands_alone(flags) {
            found.insert(stem.to_owned());
        }
        for (form, suffix) in self.applied(End::Suffix, stem, flags) {
            let ring = self.is_circumfix(suffix);
            if !ring && stands_alone(&suffix.brings) {
                found.insert(form.clone());
            }
            for (second, outer) in self.applied(End::Suffix, &form, &suffix.brings) {
                if stands_alone(&outer.brings) {
                    found.insert(second);
                }
            }
            let from_both = flags.iter().chain(&suffix.brings);
            for (whole, prefix) in self.applied(End::Prefix, &form, from_both) {
                if suffix.crosses && prefix.crosses && ring == self.is_circumfix(prefix) {
                    found.insert(whole);
                }
            }
        }
        for (form, prefix) in self.applied(End::Prefix, stem, flags) {
            if self.is_circumfix(prefix) {
                continue;
            }
            for (whole, _) in self.applied(End::Suffix, &form, &prefix.brings) {
                found.insert(whole);
            }
            if stands_alone(&prefix.brings) {
                found.insert(form);
            }
        }
        found
    }

    /// `word` with each affix of that end that one of `flags` allows.
    fn applied<'a>(
        &'a self,
        end: End,
        word: &'a str,
        flags: impl IntoIterator<Item = &'a Flag>,
    ) -> impl Iterator<Item = (String, &'a Affix)> {
        flags
            .into_iter()
            .filter_map(|flag| self.tables.get(flag))
            .flatten()
            .filter(move |affix| affix.end == end)
            .filter_map(move |affix| Some((affix.apply(word, self.full_strip)?, affix)))
    }

    fn is_circumfix(&self, affix: &Affix) -> bool {
        is_set(&self.circumfix, &affix.brings)
    }
}

/// Whether `flags` hold the flag that the .aff file gives this meaning, if it gives any.
fn is_set(meaning: &Option<Flag>, flags: &[Flag]) -> bool {
    meaning.as_ref().is_some_and(|flag| flags.contains(flag))
}

/// The FLAG line may come after the first flags, so it is looked for before all else.
fn flag_style(text: &str) -> FlagStyle {
    let style = text.lines().find_map(|line| line.strip_prefix("FLAG "));
    match style.map(str::trim) {
        Some("long") => FlagStyle::TwoCharacters,
        Some("num") => FlagStyle::Number,
        _ => FlagStyle::Character,
    }
}

fn zero_as_empty(part: &str) -> String {
    if part == "0" { "" } else { part }.to_owned()
}

/// A condition such as `[^aeiou]y`; a lone `.` means none.
fn parse_condition(text: &str) -> Result<Vec<Class>, String> {
    // A lone dot is met by the empty rest of a fully stripped word too, so it is no class.
    if text == "." {
        return Ok(Vec::new());
    }
    let mut classes = Vec::new();
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        classes.push(match c {
            '.' => Class::Any,
            '[' => {
                let set: Vec<char> = characters.by_ref().take_while(|&c| c != ']').collect();
                match set.split_first() {
                    None => return Err(format!("empty class in condition {text}")),
                    Some(('^', rest)) => Class::NotAmong(rest.to_vec()),
                    Some(_) => Class::Among(set),
                }
            }
            c => Class::Among(vec![c]),
        });
    }
    Ok(classes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "\
SET UTF-8
FLAG long
NEEDAFFIX ()
FORBIDDENWORD {}
CIRCUMFIX **
KEEPCASE ||

PFX L' Y 2
PFX L' 0 l' .
PFX L' 0 l’ .

PFX re Y 1
PFX re 0 re [^r]

PFX ki Y 2
PFX ki 0 0/S. .
PFX ki 0 kilo/S. .

PFX no N 1
PFX no 0 in .

PFX ge Y 1
PFX ge 0 ge/** .

SFX S. Y 2
SFX S. 0 0/L' .
SFX S. 0 s [^sxz]

SFX er Y 3
SFX er er e er
SFX er er é/S. [^y]er
SFX er yer ie yer

SFX te Y 1
SFX te en t/** en
";

    fn forms(line: &str) -> Vec<String> {
        forms_by(RULES, line)
    }

    fn forms_by(rules: &str, line: &str) -> Vec<String> {
        let affixes = Affixes::parse(rules).unwrap();
        let (stem, flags) = affixes.entry(line).unwrap();
        affixes.forms(stem, &flags).into_iter().collect()
    }

    #[test]
    fn a_stem_alone() {
        assert_eq!(forms("lundi po:nom"), ["lundi"]);
        assert_eq!(forms("aujourd'hui/L'"), ["aujourd'hui"]);
    }

    #[test]
    fn suffixes_keep_to_their_condition() {
        assert_eq!(forms("table/S."), ["table", "tables"]);
        assert_eq!(forms("bras/S."), ["bras"]);
        assert_eq!(forms("essuyer/er"), ["essuie", "essuye", "essuyer"]);
    }

    #[test]
    fn a_suffix_takes_a_second_suffix() {
        assert_eq!(forms("monter/er"), ["monte", "monter", "monté", "montés"]);
    }

    #[test]
    fn prefixes_cross_with_suffixes_where_both_allow_it() {
        let crossed = ["fin", "fins", "refin", "refins"];
        assert_eq!(forms("fin/reS."), crossed);
        assert_eq!(forms("fin/noS."), ["fin", "fins", "infin"]);
        assert_eq!(forms("rang/reS."), ["rang", "rangs"]);
    }

    #[test]
    fn a_prefix_may_bring_suffixes() {
        let both = ["kilovolt", "kilovolts", "volt", "volts"];
        assert_eq!(forms("volt/ki()"), both);
    }

    #[test]
    fn a_circumfix_needs_both_ends() {
        assert_eq!(forms("machen/gete"), ["gemacht", "machen"]);
    }

    #[test]
    fn barred_stems_give_nothing() {
        assert!(forms("faute/S.{}").is_empty());
    }

    #[test]
    fn other_flag_styles() {
        let english = "SFX S Y 1\nSFX S 0 s .\nSFX M Y 1\nSFX M 0 's .\n";
        assert_eq!(forms_by(english, "hat/MS"), ["hat", "hats"]);
        let numbers = "FLAG num\nSFX 12 Y 1\nSFX 12 y ies [^aeiou]y\n";
        assert_eq!(forms_by(numbers, "sky/3,12"), ["skies", "sky"]);
        assert_eq!(forms_by(numbers, "day/12"), ["day"]);
    }

    #[test]
    fn a_word_is_stripped_whole_only_if_told_so() {
        let table = "SFX v Y 1\nSFX v aller va aller\n";
        assert_eq!(forms_by(table, "aller/v"), ["aller"]);
        let told = format!("FULLSTRIP\n{table}");
        assert_eq!(forms_by(&told, "aller/v"), ["aller", "va"]);
    }

    #[test]
    fn what_is_not_covered_is_refused() {
        for rules in ["SET ISO8859-1", "AF 1\nAF AB", "SFX S Y many", "SFX S Y 1\nSFX S 0 s []"] {
            assert!(Affixes::parse(rules).is_err(), "{rules}");
        }
    }

    #[test]
    fn a_dictionary_is_read_with_its_case() {
        let folder = tempfile::tempdir().unwrap();
        let stems = "7\nPierre\npierre/S.\nŒdipe/L'\n1er\ncm/||\nbar/||\nbar/S.\n\n";
        fs::write(folder.path().join("x.aff"), RULES).unwrap();
        fs::write(folder.path().join("x.dic"), stems).unwrap();
        let folders = [folder.path().to_owned()];
        let expected = [
            ("bar", LOWER),
            ("bars", LOWER),
            ("cm", LOWER | SYMBOL),
            ("pierre", LOWER | CAPITALISED),
            ("pierres", LOWER),
            ("œdipe", CAPITALISED),
        ];
        let expected = expected.map(|(word, bits)| (word.to_owned(), bits));
        assert!(read(&folders).unwrap().into_iter().eq(expected));
        fs::write(folder.path().join("y.aff"), RULES).unwrap();
        assert!(read(&folders).is_err());
    }
}
