//! The table of places, organisations and people with ids, and the search for the longest name that stands at a word.
//!
//! It lies in the program as one image, see [`super::compile`]: nothing is read, parsed or copied when a run starts, and memory
//! is only touched where a text has a name.

use std::borrow::Cow;
use std::hash::{BuildHasherDefault, Hasher};

use super::compile::{Section, TABLES, compile, key, mark};
pub use super::image::Table;
use super::image::{Entry, Image};
use super::letters::hash;
use super::skeleton::skeleton;
use super::token::{Case, Token, Tokens};
use crate::error::Error;
use crate::language::Lang;
use crate::rules::{self, RuleFile, Rules};

/// A name that stands in the text.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Number of the word after the last.
    pub end: usize,
    /// Bytes of a full stop that belongs to the name: 0 or 1.
    pub dot: usize,
    /// What may be meant, with whether the name alone is too weak to say so.
    pub entries: Vec<(u32, bool)>,
}

/// All entries, by name: the program's own, and those of the user's tables before them.
pub struct Gazetteer {
    layers: Vec<Layer>,
}

/// An image, with the tables of it that no layer before it replaces.
struct Layer {
    image: Image,
    tables: [bool; TABLES.len()],
    /// Number of its first entry.
    base: u32,
}

impl Gazetteer {
    /// The program's image, below the tables that the user has laid over it.
    ///
    /// # Errors
    /// [`Error::Rules`] with file and line for a row that does not fit its header.
    pub fn load(rules: &Rules) -> Result<Gazetteer, Error> {
        let own = |name: &&str| rules.file(&format!("common/{name}.tsv")).filter(|f| !f.embedded);
        let mut layers = Vec::new();
        let mut base = 0;
        let own: Vec<(&str, &RuleFile)> = TABLES.iter().filter_map(|name| Some((*name, own(name)?))).collect();
        if !own.is_empty() {
            let texts: Vec<(&str, &str)> = own.iter().map(|(name, file)| (*name, &*file.text)).collect();
            let bytes = compile(&texts).map_err(|fault| {
                let file = own.iter().find(|(name, _)| *name == fault.table).map(|(_, file)| file);
                file.map_or_else(|| Error::rules("rules", &*fault.what), |f| f.fault(Some(fault.offset), &*fault.what))
            })?;
            let image = Image::new(Cow::Owned(bytes))?;
            base = image.count(Section::Entries) as u32;
            layers.push(Layer { image, tables: [true; TABLES.len()], base: 0 });
        }
        let tables = std::array::from_fn(|i| own.iter().all(|(name, _)| *name != TABLES[i]));
        layers.push(Layer { image: Image::new(Cow::Borrowed(rules::GAZETTEER))?, tables, base });
        Ok(Gazetteer { layers })
    }

    /// The entry with this number.
    pub fn entry(&self, number: u32) -> Entry<'_> {
        let layer = self.layers.iter().rev().find(|l| number >= l.base).unwrap_or(&self.layers[0]);
        layer.image.entry(number - layer.base)
    }

    /// Whether the word is a given name: `Some(true)` for one that is also a common word.
    pub fn given(&self, token: &Token) -> Option<bool> {
        let capital = matches!(token.case, Case::Capital | Case::Upper);
        self.given_name(token.hash).filter(|_| capital).map(|(weak, _)| weak)
    }

    /// Whether a word with this hash is a given name in the nominative.
    pub fn is_nominative(&self, hash: u64) -> bool {
        self.given_name(hash).is_some_and(|(_, oblique)| !oblique)
    }

    fn given_name(&self, hash: u64) -> Option<(bool, bool)> {
        let given = TABLES.len() - 1;
        self.layers.iter().filter(|l| l.tables[given]).find_map(|l| l.image.given(hash))
    }

    /// The country that a misspelt name can only mean.
    pub fn misspelt(&self, word: &str) -> Option<u32> {
        let key = hash(&skeleton(word)?);
        let layer = self.layers.iter().find(|l| l.tables[0])?;
        Some(layer.base + layer.image.misspelt(key, word)?)
    }

    /// The longest name that begins with word `i`. A name in another language than `language` is weak.
    pub fn at(&self, tokens: &Tokens, i: usize, language: Lang) -> Option<Hit> {
        let token = tokens.all[i];
        let mut found: Option<(usize, Hit)> = None;
        for layer in self.layers.iter().filter(|l| l.may_begin(&token)) {
            layer.add(tokens, i, token.hash, 0, language, &mut found);
        }
        // "Deutschlands", "Merkels": in German a name takes an s.
        if found.is_none()
            && token.case == Case::Capital
            && language.as_str() == "de"
            && let Some(bare) = tokens.word(i).strip_suffix('s').filter(|b| b.len() >= 4 && !b.ends_with('s'))
        {
            for layer in &self.layers {
                layer.add(tokens, i, hash(bare), 1, language, &mut found);
            }
        }
        found.map(|(_, hit)| hit)
    }
}

impl Layer {
    /// Whether a name may begin with a word: most words are no name's first.
    #[inline]
    fn may_begin(&self, token: &Token) -> bool {
        let may = |small| self.image.may_have(key(token.hash, small));
        may(token.case == Case::Lower) || token.case == Case::Upper && may(true)
    }

    /// Adds to `found` the longest names whose first word has this hash; `ending` bytes of the word are none of the name.
    fn add(
        &self,
        tokens: &Tokens,
        i: usize,
        hash: u64,
        ending: usize,
        language: Lang,
        found: &mut Option<(usize, Hit)>,
    ) {
        let token = tokens.all[i];
        let in_capitals = token.case == Case::Upper;
        let text = &tokens.text[token.start..];
        let next = tokens.all.get(i + 1).map_or(0, |t| mark(t.hash));
        let lower = token.case == Case::Lower;
        let aliases = |small: bool| self.image.aliases(key(hash, small));
        let mut capital = (!lower).then(|| aliases(false)).into_iter().flatten().peekable();
        let mut small = (lower || in_capitals).then(|| aliases(true)).into_iter().flatten().peekable();
        // Of both, the longest first.
        while let Some(alias) = match (capital.peek(), small.peek()) {
            (Some(a), Some(b)) if a.length() < b.length() => small.next(),
            (Some(_), _) => capital.next(),
            _ => small.next(),
        } {
            let length = alias.length();
            if found.as_ref().is_some_and(|(len, _)| length < *len) {
                break;
            }
            if ending > 0 && token.start + length + ending != token.end {
                continue;
            }
            if !in_capitals && alias.second() != 0 && alias.second() != next {
                continue;
            }
            let name = alias.bytes();
            let Some(len) = reach(text, name, in_capitals) else { continue };
            let Some((end, dot)) = word_at(tokens, i, token.start + len + ending) else { continue };
            let entry = self.image.entry(alias.entry());
            if !self.tables[entry.table as usize] {
                continue;
            }
            let weak = alias.is_weak()
                || (token.initial && is_obscure(&entry, language))
                || is_foreign(&entry, name, alias.language(), language);
            let number = self.base + alias.entry();
            match found {
                Some((_, hit)) if hit.end != end => {}
                Some((_, hit)) => match hit.entries.iter_mut().find(|e| e.0 == number) {
                    Some(known) => known.1 &= weak,
                    None => hit.entries.push((number, weak)),
                },
                None => *found = Some((name.len(), Hit { end, dot, entries: vec![(number, weak)] })),
            }
        }
    }
}

/// Whether a country is one that texts in `language` are mostly about.
pub fn is_home(language: Lang, country: [u8; 2]) -> bool {
    let countries = match language.as_str() {
        "fr" => "FR BE CH CA LU SN CI ML CM CD TN DZ MA",
        "en" => "GB US IE AU NZ CA ZA NG KE IN",
        "de" => "DE AT CH",
        "es" => "ES MX AR CO CL PE UY VE EC BO CU",
        "it" => "IT CH",
        "pt" => "PT BR AO MZ",
        "nl" => "NL BE",
        "pl" => "PL",
        "ru" => "RU BY KZ KG",
        "uk" => "UA",
        _ => "",
    };
    countries.split(' ').any(|c| c.as_bytes() == country)
}

/// A city abroad whose name a sentence may begin with as a word, in a language whose words the tables were not held against.
fn is_obscure(entry: &Entry, language: Lang) -> bool {
    entry.table == Table::City
        && entry.population < KNOWN
        && !matches!(language.as_str(), "fr" | "en")
        && !entry.country.is_some_and(|c| is_home(language, c))
}

/// Inhabitants of a city that is known everywhere.
const KNOWN: u32 = 500_000;

/// Inhabitants below which a town is not known abroad.
const SMALL: u32 = 50_000;

/// The order in which the tables file a name under a language: the first that has it.
const ORDER: [&str; 16] =
    ["fr", "en", "de", "es", "it", "pt", "nl", "pl", "ru", "uk", "tr", "ar", "zh", "ky", "kk", "mul"];

/// A spelling that is not the name of a town here, nor in English, nor in the language of the text, or is too short to be safe.
/// What is filed under an earlier language may be that of a later one as well.
fn is_foreign(entry: &Entry, alias: &[u8], of: [u8; 3], language: Lang) -> bool {
    if entry.table != Table::City {
        return false;
    }
    // A small town abroad is named less often than somebody or something of the same name.
    if entry.population < SMALL && !entry.country.is_some_and(|c| is_home(language, c)) {
        return true;
    }
    let latin = || str::from_utf8(alias).is_ok_and(|a| a.chars().all(|c| c < '\u{250}'));
    if alias == entry.name().as_bytes() || alias == entry.en().as_bytes() || !latin() {
        return false;
    }
    let place = |code: &str| ORDER.iter().position(|l| *l == code);
    let of = std::str::from_utf8(&of).ok().and_then(|code| place(code.trim_end_matches('\0')));
    let known = matches!((of, place(language.as_str())), (Some(of), Some(here)) if of <= here);
    !known || alias.len() < 5
}

/// Hashes that are hashes already.
#[derive(Default)]
pub struct Already(u64);

impl Hasher for Already {
    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = (self.0 << 8) | u64::from(*b);
        }
    }
    #[inline]
    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
}

/// A map whose keys are [`hash`]es.
pub type Plain = BuildHasherDefault<Already>;

/// How many bytes of `text` the name `alias` takes, if it stands at its start. Its first letter must be written as in the
/// table; after the second word small letters may stand for capitals ("États indépendants"). In capitals, everything may be.
fn reach(text: &str, alias: &[u8], in_capitals: bool) -> Option<usize> {
    let same = text.bytes().zip(alias).take_while(|(a, b)| a == *b).count();
    if same == alias.len() {
        return Some(same);
    }
    let long = alias.iter().filter(|b| **b == b' ').count() >= 2;
    let wide = |b: &u8| matches!(b, b' ' | 0xc2 | 0xe2);
    let sign = matches!(alias[same], b' ' | b'-' | b'\'') || text.as_bytes().get(same).is_some_and(wide);
    if !(in_capitals || sign || long && alias[..same].contains(&b' ')) {
        return None;
    }
    let alias = str::from_utf8(alias).ok()?;
    let mut here = text.char_indices().peekable();
    let mut spaces = 0;
    let short = alias.len() < 5;
    for want in alias.chars() {
        let (_, got) = here.next()?;
        let same = match want {
            '\'' => matches!(got, '\'' | '\u{2019}'),
            '-' => matches!(got, '-' | '\u{2010}' | '\u{2011}' | '\u{2013}'),
            ' ' => {
                spaces += 1;
                // A line break inside a name would join two blocks.
                let space = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}');
                while here.next_if(|(_, c)| space(*c)).is_some() {}
                space(got)
            }
            _ if want == got => true,
            _ if in_capitals && !short => want.to_uppercase().eq(std::iter::once(got)) || unaccented(want) == got,
            _ if long && spaces > 0 => want.to_lowercase().eq(got.to_lowercase()),
            _ => false,
        };
        if !same {
            return None;
        }
    }
    Some(here.peek().map_or(text.len(), |(at, _)| *at))
}

/// The plain capital of a Latin letter with an accent.
fn unaccented(c: char) -> char {
    match c {
        'à'..='å' | 'À'..='Å' => 'A',
        'ç' | 'Ç' => 'C',
        'è'..='ë' | 'È'..='Ë' => 'E',
        'ì'..='ï' | 'Ì'..='Ï' => 'I',
        'ñ' | 'Ñ' => 'N',
        'ò'..='ö' | 'Ò'..='Ö' => 'O',
        'ù'..='ü' | 'Ù'..='Ü' => 'U',
        _ => c,
    }
}

/// The number of the word after the one that ends at byte `end`, and whether a full stop follows that word within the name.
fn word_at(tokens: &Tokens, i: usize, end: usize) -> Option<(usize, usize)> {
    let mut j = i;
    while tokens.all.get(j).is_some_and(|t| t.end < end) {
        j += 1;
    }
    match tokens.all.get(j) {
        Some(t) if t.end == end => Some((j + 1, 0)),
        _ if j > i && tokens.all[j - 1].end + 1 == end => Some((j, 1)),
        _ => None,
    }
}
