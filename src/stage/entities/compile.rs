//! Makes the gazetteer's image of its tables: bytes that are searched where they lie, so that a run pays nothing for names
//! that it does not meet. The build script makes the one that the program holds; tables of the user's own are made into
//! another when they are loaded.
//!
//! All numbers are little-endian. After [`MAGIC`] stand offset and number of each [`Section`]; names lie in a pool, each behind
//! its length in two bytes, and are named by their offset there.

use std::collections::{BTreeMap, HashMap};

use super::inflection;
use super::letters::{first_word, hash, second_word};
use super::skeleton::skeleton;

/// How an image begins.
pub const MAGIC: &[u8; 8] = b"tamis-g3";
/// Bits of a key that choose its bucket, and the bits after them, which tell it from others there.
pub const BUCKET_BITS: u32 = 15;
/// Bits of the hash of a given name that choose its bucket.
pub const GIVEN_BITS: u32 = 12;
/// Bytes of one entry: id, further id, name, English name, names by language, population, country, kind, table.
pub const ENTRY: usize = 28;
/// Bits of a key that choose its place in the filter.
pub const FILTER_BITS: u32 = 19;
/// Bytes of one key: its [`check`], number of its first alias.
pub const KEY: usize = 8;
/// Bytes of one alias: text, entry, language, flags, length of the text, [`mark`] of its second word.
pub const ALIAS: usize = 16;
/// Bytes of one skeleton: hash, name, entry.
pub const SKELETON: usize = 16;
/// The flag of an alias that needs more evidence than itself.
pub const WEAK: u8 = 1;
/// The tables, in the order of their numbers.
pub const TABLES: [&str; 6] = ["countries", "organisations", "people", "cities", "events", "given_names"];
/// Types of entities, in the order of their numbers.
pub const KINDS: [&str; 5] = ["PER", "LOC", "ORG", "EVENT", "MISC"];

/// The parts of an image.
#[derive(Clone, Copy, Debug)]
pub enum Section {
    /// What has names.
    Entries,
    /// Names, by the [`key`] of their first word, then the longest first.
    Aliases,
    /// Keys in order, and one more for the end.
    Keys,
    /// For each bucket the number of its first key, and one more.
    Buckets,
    /// A bit for each [`FILTER_BITS`] last bits of a key: 0 where no key has them.
    Filter,
    /// Hashes of given names in order, without their last two bits: the first says that the name is a common word as well, the
    /// second that this is an oblique case of it.
    Given,
    /// For each bucket the number of its first given name, and one more.
    GivenBuckets,
    /// Countries by their consonants.
    Skeletons,
    /// Names.
    Pool,
}

/// Number of sections.
pub const SECTIONS: usize = 9;

/// What is wrong with a table, and where.
#[derive(Debug)]
pub struct Fault {
    /// Name of the table.
    pub table: String,
    /// Byte of its text.
    pub offset: usize,
    /// For a person.
    pub what: String,
}

/// The key under which names are filed whose first word has this hash. Names that begin with a small letter are filed apart:
/// few do, and "la" is the first word of many that do not.
#[inline]
pub fn key(hash: u64, small: bool) -> u64 {
    if small { !hash } else { hash }
}

/// Byte and bit of a key in the filter.
#[inline]
pub fn in_filter(key: u64) -> (usize, u8) {
    let place = (key & ((1 << FILTER_BITS) - 1)) as usize;
    (place / 8, 1 << (place % 8))
}

/// What is written down of a key.
#[inline]
pub fn check(key: u64) -> u32 {
    (key >> (32 - BUCKET_BITS)) as u32
}

/// What is written down of the hash of a second word: never 0, which is for none.
#[inline]
pub fn mark(hash: u64) -> u16 {
    ((hash >> 32) as u16).max(1)
}

struct Alias {
    key: u64,
    text: String,
    entry: u32,
    language: [u8; 3],
    weak: bool,
}

#[derive(Default)]
struct Pool {
    bytes: Vec<u8>,
    known: HashMap<String, u32>,
}

impl Pool {
    fn add(&mut self, text: &str) -> u32 {
        if let Some(at) = self.known.get(text) {
            return *at;
        }
        let at = number(self.bytes.len());
        let len = u16::try_from(text.len()).unwrap_or(0);
        self.bytes.extend(len.to_le_bytes());
        self.bytes.extend(&text.as_bytes()[..usize::from(len)]);
        self.known.insert(text.to_string(), at);
        at
    }
}

#[derive(Default)]
struct Image {
    pool: Pool,
    entries: Vec<u8>,
    count: u32,
    aliases: Vec<Alias>,
    skeletons: Vec<(u64, u32, u32)>,
    given: BTreeMap<u64, u64>,
}

/// The image of `tables`: name, as in [`TABLES`], and text of each.
pub fn compile(tables: &[(&str, &str)]) -> Result<Vec<u8>, Fault> {
    let mut image = Image::default();
    image.pool.add("");
    for (name, text) in tables {
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            let here = offset;
            offset += line.len();
            let line = line.trim_end_matches(['\n', '\r']);
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let fault = |what: String| Fault { table: (*name).to_string(), offset: here, what };
            if *name == "given_names" {
                image.given_name(line);
            } else {
                let table = TABLES.iter().position(|t| t == name).unwrap_or(0);
                image.row(table as u8, line).map_err(fault)?;
            }
        }
    }
    Ok(image.finish())
}

impl Image {
    fn given_name(&mut self, line: &str) {
        let (name, languages) = line.split_once('\t').unwrap_or((line, ""));
        let strong = name.trim_start_matches('?');
        let weak = u64::from(strong.len() < name.len());
        self.given.insert(hash(strong) >> 2, weak);
        for language in languages.split(',').filter(|l| matches!(*l, "ru" | "uk" | "pl")) {
            for form in inflection::forms(strong, language, true) {
                self.given.entry(hash(&form) >> 2).or_insert(weak | 2);
            }
        }
    }

    fn row(&mut self, table: u8, line: &str) -> Result<(), String> {
        let mut fields = line.split('\t');
        let mut field = || fields.next().ok_or_else(|| "seven fields are expected".to_string());
        let (id, kind, name, en) = (field()?, field()?, field()?, field()?);
        let (country, population, aliases) = (field()?, field()?, field()?);
        let kind =
            KINDS.iter().position(|k| *k == kind).ok_or_else(|| format!("{kind} is no type: {}", KINDS.join(", ")))?;
        let entry = self.count;
        self.count += 1;
        let (id, also) = id.split_once('=').unwrap_or((id, ""));
        let mut names = String::new();
        for group in aliases.split(';').filter(|g| *g != "-") {
            let (code, list) = group.split_once(':').unwrap_or(("mul", group));
            let mut language = [0; 3];
            language.iter_mut().zip(code.bytes()).for_each(|(to, from)| *to = from);
            let first = list.split('|').find(|a| !a.starts_with('?')).unwrap_or(list.split('|').next().unwrap_or(list));
            if !matches!(code, "fr" | "en" | "mul") {
                names.push_str(&format!("{code}\t{}\n", first.trim_start_matches('?')));
            }
            for alias in list.split('|') {
                let text = alias.trim_start_matches('?');
                if text.is_empty() {
                    return Err("an alias is empty".to_string());
                }
                let weak = text.len() < alias.len();
                let one_word = table == 0 && !weak && !text.contains(' ');
                if let Some(key) = skeleton(text).filter(|_| one_word) {
                    let name = self.pool.add(&text.to_lowercase());
                    self.skeletons.push((hash(&key), name, entry));
                }
                for form in inflection::forms(text, code, KINDS[kind] == "PER") {
                    self.alias(form, entry, language, weak);
                }
                // Polish declines the names that it shares with other languages.
                let shared = matches!(code, "fr" | "en")
                    && KINDS[kind] == "LOC"
                    && !text.contains([' ', '\''])
                    && (country == "PL" || (!aliases.contains("pl:") && (table == 0 || population.len() > 5)));
                if shared {
                    for form in inflection::forms(text, "pl", false) {
                        self.alias(form, entry, *b"pl\0", weak);
                    }
                }
                self.alias(text.to_string(), entry, language, weak);
            }
        }
        let country = <[u8; 2]>::try_from(country.as_bytes()).unwrap_or([0, 0]);
        let strings = [if id == "-" { "" } else { id }, also, name, if en == "-" { "" } else { en }, &names];
        for text in strings {
            let at = self.pool.add(text);
            self.entries.extend(at.to_le_bytes());
        }
        let population = population.parse::<u64>().unwrap_or(0).min(u64::from(u32::MAX)) as u32;
        self.entries.extend(population.to_le_bytes());
        self.entries.extend([country[0], country[1], kind as u8, table]);
        Ok(())
    }

    fn alias(&mut self, text: String, entry: u32, language: [u8; 3], weak: bool) {
        let key = key(hash(first_word(&text)), text.starts_with(char::is_lowercase));
        self.aliases.push(Alias { key, text, entry, language, weak });
    }

    fn finish(mut self) -> Vec<u8> {
        let order = |a: &Alias| (a.key, std::cmp::Reverse(a.text.len()));
        self.aliases.sort_by(|a, b| (order(a), &a.text, a.entry, a.weak).cmp(&(order(b), &b.text, b.entry, b.weak)));
        self.aliases.dedup_by(|a, b| a.text == b.text && a.entry == b.entry && a.language == b.language);
        let (mut aliases, mut keys) = (Vec::new(), Vec::new());
        let mut buckets = vec![0u32; (1 << BUCKET_BITS) + 1];
        let mut filter = vec![0u8; 1 << (FILTER_BITS - 3)];
        let mut last = None;
        for (i, alias) in self.aliases.iter().enumerate() {
            if last != Some(alias.key) {
                last = Some(alias.key);
                keys.extend(check(alias.key).to_le_bytes());
                keys.extend(number(i).to_le_bytes());
                buckets[(alias.key >> (64 - BUCKET_BITS)) as usize + 1] += 1;
                let (byte, bit) = in_filter(alias.key);
                filter[byte] |= bit;
            }
            let text = self.pool.add(&alias.text);
            aliases.extend(text.to_le_bytes());
            aliases.extend(alias.entry.to_le_bytes());
            aliases.extend(alias.language);
            aliases.push(if alias.weak { WEAK } else { 0 });
            aliases.extend(u16::try_from(alias.text.len()).unwrap_or(u16::MAX).to_le_bytes());
            aliases.extend(second_word(&alias.text).map_or(0, |w| mark(hash(w))).to_le_bytes());
        }
        keys.extend([0; 4]);
        keys.extend(number(self.aliases.len()).to_le_bytes());
        self.skeletons.sort_unstable();
        self.skeletons.dedup();
        let skeletons = self.skeletons.iter().flat_map(|(key, name, entry)| {
            key.to_le_bytes().into_iter().chain(name.to_le_bytes()).chain(entry.to_le_bytes())
        });
        let mut given = Vec::new();
        let mut given_buckets = vec![0u32; (1 << GIVEN_BITS) + 1];
        for (key, flags) in &self.given {
            given.extend((key << 2 | flags).to_le_bytes());
            given_buckets[(key >> (62 - GIVEN_BITS)) as usize + 1] += 1;
        }
        let sections: [(Vec<u8>, usize); SECTIONS] = [
            (self.entries, ENTRY),
            (aliases, ALIAS),
            (keys, KEY),
            (starts(&buckets), 4),
            (filter, 1),
            (given, 8),
            (starts(&given_buckets), 4),
            (skeletons.collect(), SKELETON),
            (self.pool.bytes, 1),
        ];
        let mut out = MAGIC.to_vec();
        let mut at = MAGIC.len() + SECTIONS * 8;
        for (bytes, size) in &sections {
            out.extend(number(at).to_le_bytes());
            out.extend(number(bytes.len() / size).to_le_bytes());
            at += bytes.len();
        }
        sections.into_iter().for_each(|(bytes, _)| out.extend(bytes));
        out
    }
}

/// Where each bucket starts, of how many each holds; that of bucket n stands at n + 1.
fn starts(counts: &[u32]) -> Vec<u8> {
    let mut sum = 0;
    counts
        .iter()
        .flat_map(|count| {
            sum += count;
            sum.to_le_bytes()
        })
        .collect()
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
