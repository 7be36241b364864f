//! The table of places, organisations and people with ids, and the search for the longest name that stands at a word.
//!
//! The key is the hash of a name's first word: it builds in a few milliseconds from 30,000 names, where an automaton over
//! all of them would take longer than most runs.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::skeleton::Skeletons;
use super::token::{Case, Token, Tokens, hash, is_unspaced, is_word};
use crate::document::EntityKind;
use crate::error::Error;
use crate::language::Lang;
use crate::rules::{RuleFile, Rules};

/// The table that an entry stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// Countries, territories, regions, seas.
    Country,
    /// Organisations of all kinds.
    Organisation,
    /// People by full name.
    Person,
    /// Cities and towns.
    City,
}

/// Something with a name and, mostly, an id.
#[derive(Clone, Debug)]
pub struct Entry {
    /// `Q…` or `geonames:…`; empty where none is certain.
    pub id: Box<str>,
    /// What it is.
    pub kind: EntityKind,
    /// French name, or the usual one.
    pub name: Box<str>,
    /// English name.
    pub en: Box<str>,
    /// ISO 3166-1 alpha-2; `None` where none is given.
    pub country: Option<[u8; 2]>,
    /// Inhabitants; 0 where unknown.
    pub population: u64,
    /// Where it stands.
    pub table: Table,
}

/// A name of an entry.
#[derive(Clone, Debug)]
struct Alias {
    text: Box<str>,
    entry: u32,
    weak: bool,
    language: Lang,
}

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

/// All entries, by name.
pub struct Gazetteer {
    entries: Vec<Entry>,
    aliases: Vec<Alias>,
    by_first_word: HashMap<u64, (u32, u32), Plain>,
    given: HashMap<u64, bool, Plain>,
    skeletons: Skeletons,
}

impl Gazetteer {
    /// Reads the tables of `rules/common`.
    ///
    /// # Errors
    /// [`Error::Rules`] with file and line for a row that does not fit its header.
    pub fn load(rules: &Rules) -> Result<Gazetteer, Error> {
        let mut gazetteer = Gazetteer {
            entries: Vec::new(),
            aliases: Vec::new(),
            by_first_word: HashMap::default(),
            given: HashMap::default(),
            skeletons: Skeletons::default(),
        };
        let tables = [
            ("countries", Table::Country),
            ("organisations", Table::Organisation),
            ("people", Table::Person),
            ("cities", Table::City),
        ];
        for (name, table) in tables {
            if let Some(file) = rules.file(&format!("common/{name}.tsv")) {
                gazetteer.add(file, table)?;
            }
        }
        if let Some(file) = rules.file("common/given_names.tsv") {
            for line in file.text.lines().filter(|l| !l.starts_with('#')) {
                let name = line.split('\t').next().unwrap_or(line);
                let strong = name.trim_start_matches('?');
                gazetteer.given.insert(hash(strong), strong.len() < name.len());
            }
        }
        gazetteer.index();
        Ok(gazetteer)
    }

    /// The entry with this number.
    pub fn entry(&self, number: u32) -> &Entry {
        &self.entries[number as usize]
    }

    /// Whether the word is a given name: `Some(true)` for one that is also a common word.
    pub fn given(&self, token: &Token) -> Option<bool> {
        if matches!(token.case, Case::Capital | Case::Upper) { self.given.get(&token.hash).copied() } else { None }
    }

    /// The country that a misspelt name can only mean.
    pub fn misspelt(&self, word: &str) -> Option<u32> {
        self.skeletons.find(word)
    }

    /// The longest name that begins with word `i`. A name in another language than `language` is weak.
    pub fn at(&self, tokens: &Tokens, i: usize, language: Lang) -> Option<Hit> {
        let token = tokens.all[i];
        let &(from, to) = self.by_first_word.get(&token.hash)?;
        let rest = &tokens.text[token.start..];
        let mut found: Option<(usize, Hit)> = None;
        for alias in &self.aliases[from as usize..to as usize] {
            if found.as_ref().is_some_and(|(len, _)| alias.text.len() < *len) {
                break;
            }
            let Some(len) = reach(rest, &alias.text, token.case == Case::Upper) else { continue };
            let Some((end, dot)) = word_at(tokens, i, token.start + len) else { continue };
            let weak = alias.weak || self.is_foreign(alias, language);
            match &mut found {
                Some((_, hit)) if hit.end != end => {}
                Some((_, hit)) => match hit.entries.iter_mut().find(|e| e.0 == alias.entry) {
                    Some(known) => known.1 &= weak,
                    None => hit.entries.push((alias.entry, weak)),
                },
                None => found = Some((alias.text.len(), Hit { end, dot, entries: vec![(alias.entry, weak)] })),
            }
        }
        found.map(|(_, hit)| hit)
    }

    /// A spelling that is neither the name of a town here nor in English, from another language or too short to be safe.
    fn is_foreign(&self, alias: &Alias, language: Lang) -> bool {
        let entry = &self.entries[alias.entry as usize];
        if entry.table != Table::City || *alias.text == *entry.name || *alias.text == *entry.en {
            return false;
        }
        let latin = alias.text.chars().all(|c| c < '\u{250}');
        latin && (alias.language != language || alias.text.len() < 6)
    }

    fn add(&mut self, file: &RuleFile, table: Table) -> Result<(), Error> {
        let mut offset = 0;
        for line in file.text.split_inclusive('\n') {
            let here = offset;
            offset += line.len();
            let line = line.trim_end_matches(['\n', '\r']);
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut fields = line.split('\t');
            let mut field = || fields.next().ok_or_else(|| file.fault(Some(here), "seven fields are expected"));
            let (id, kind, name, en) = (field()?, field()?, field()?, field()?);
            let (country, population, aliases) = (field()?, field()?, field()?);
            let kind = EntityKind::from_name(kind)
                .ok_or_else(|| file.fault(Some(here), format!("{kind} is no type: PER, LOC, ORG, EVENT, MISC")))?;
            let number = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
            self.entries.push(Entry {
                id: if id == "-" { "".into() } else { id.into() },
                kind,
                name: name.into(),
                en: en.into(),
                country: <[u8; 2]>::try_from(country.as_bytes()).ok(),
                population: population.parse().unwrap_or(0),
                table,
            });
            for group in aliases.split(';') {
                let (code, names) = group.split_once(':').unwrap_or(("mul", group));
                let language = Lang::parse(code).unwrap_or(Lang::UND);
                for alias in names.split('|') {
                    let text = alias.trim_start_matches('?');
                    if text.is_empty() {
                        return Err(file.fault(Some(here), "an alias is empty"));
                    }
                    let weak = text.len() < alias.len();
                    if table == Table::Country && !weak && !text.contains(' ') {
                        self.skeletons.add(text, number);
                    }
                    self.aliases.push(Alias { text: text.into(), entry: number, weak, language });
                }
            }
        }
        Ok(())
    }

    fn index(&mut self) {
        let key = |a: &Alias| hash(first_word(&a.text));
        self.aliases.sort_by_cached_key(|a| (key(a), std::cmp::Reverse(a.text.len())));
        let mut from = 0;
        while from < self.aliases.len() {
            let first = key(&self.aliases[from]);
            let to = from + self.aliases[from..].iter().take_while(|a| key(a) == first).count();
            self.by_first_word.insert(first, (from as u32, to as u32));
            from = to;
        }
    }
}

/// Hashes that are hashes already.
#[derive(Default)]
pub struct Already(u64);

impl Hasher for Already {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = (self.0 << 8) | u64::from(*b);
        }
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
}

/// A map whose keys are [`hash`]es.
pub type Plain = BuildHasherDefault<Already>;

fn first_word(alias: &str) -> &str {
    match alias.chars().next() {
        Some(c) if is_unspaced(c) => &alias[..c.len_utf8()],
        _ => alias.split(|c: char| !is_word(c) || is_unspaced(c)).next().unwrap_or(alias),
    }
}

/// How many bytes of `text` the name `alias` takes, if it stands at its start. Its first letter must be written as in the
/// table; after the second word small letters may stand for capitals ("États indépendants"). In capitals, everything may be.
fn reach(text: &str, alias: &str, in_capitals: bool) -> Option<usize> {
    let mut here = text.char_indices().peekable();
    let mut spaces = 0;
    let long = alias.bytes().filter(|b| *b == b' ').count() >= 2;
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
