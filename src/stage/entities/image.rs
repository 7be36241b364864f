//! Reads a gazetteer's image where it lies, see [`super::compile`].

use std::borrow::Cow;
use std::ops::Range;

use super::compile::{ALIAS, BUCKET_BITS, ENTRY, MAGIC, SECTIONS, SKELETON, Section, WEAK};
use super::skeleton::is_near;
use crate::document::EntityKind;
use crate::error::Error;

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
    /// Named events.
    Event,
}

/// Something with a name and, mostly, an id.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// `Q…` or `geonames:…`; empty where none is certain.
    pub id: &'a str,
    /// The same in another catalogue: `geonames:…`; empty where none is known.
    pub also: &'a str,
    /// What it is.
    pub kind: EntityKind,
    /// French name, or the usual one.
    pub name: &'a str,
    /// English name; empty where it is the same.
    pub en: &'a str,
    /// Names in further languages: code, tab, name, line feed.
    pub names: &'a str,
    /// ISO 3166-1 alpha-2; `None` where none is given.
    pub country: Option<[u8; 2]>,
    /// Inhabitants; 0 where unknown.
    pub population: u32,
    /// Where it stands.
    pub table: Table,
}

impl<'a> Entry<'a> {
    /// Its name in a language, ISO 639-1: English where none is known.
    pub fn name_in(&self, language: &str) -> &'a str {
        let listed = self.names.lines().filter_map(|l| l.split_once('\t')).find(|(code, _)| *code == language);
        match listed {
            _ if language == "fr" => self.name,
            Some((_, name)) => name,
            None if self.en.is_empty() => self.name,
            None => self.en,
        }
    }
}

/// Bytes that hold a gazetteer.
pub struct Image {
    bytes: Cow<'static, [u8]>,
    sections: [(usize, usize); SECTIONS],
}

impl Image {
    /// Takes an image.
    ///
    /// # Errors
    /// [`Error::Rules`] for bytes that are none.
    pub fn new(bytes: Cow<'static, [u8]>) -> Result<Image, Error> {
        let mut image = Image { bytes, sections: [(0, 0); SECTIONS] };
        if !image.bytes.starts_with(MAGIC) {
            return Err(Error::rules("gazetteer", "not an image of this version"));
        }
        image.sections = std::array::from_fn(|i| {
            let at = MAGIC.len() + 8 * i;
            (image.u32(at) as usize, image.u32(at + 4) as usize)
        });
        Ok(image)
    }

    /// How many a section holds.
    pub fn count(&self, section: Section) -> usize {
        self.sections[section as usize].1
    }

    /// The entry with this number.
    pub fn entry(&self, number: u32) -> Entry<'_> {
        let at = self.at(Section::Entries, number as usize, ENTRY);
        let text = |field: usize| self.pool(self.u32(at + 4 * field));
        let byte = |n: usize| self.bytes.get(at + n).copied().unwrap_or(0);
        let country = [byte(24), byte(25)];
        Entry {
            id: text(0),
            also: text(1),
            name: text(2),
            en: text(3),
            names: text(4),
            population: self.u32(at + 20),
            country: (country != [0, 0]).then_some(country),
            kind: match byte(26) {
                0 => EntityKind::Person,
                1 => EntityKind::Place,
                2 => EntityKind::Organisation,
                3 => EntityKind::Event,
                _ => EntityKind::Other,
            },
            table: match byte(27) {
                0 => Table::Country,
                1 => Table::Organisation,
                2 => Table::Person,
                3 => Table::City,
                _ => Table::Event,
            },
        }
    }

    /// Numbers of the aliases whose first word has this hash, the longest first.
    pub fn aliases(&self, key: u64) -> Range<usize> {
        let bucket = (key >> (64 - BUCKET_BITS)) as usize;
        let at = |i: usize| self.u32(self.at(Section::Buckets, i, 4)) as usize;
        let found = (at(bucket)..at(bucket + 1)).find(|i| self.u64(self.at(Section::Keys, *i, 8)) == key);
        let start = |i: usize| self.u32(self.at(Section::Starts, i, 4)) as usize;
        found.map_or(0..0, |i| start(i)..start(i + 1))
    }

    /// The text of an alias.
    pub fn alias(&self, alias: usize) -> &str {
        self.pool(self.u32(self.at(Section::Aliases, alias, ALIAS)))
    }

    /// The first byte of its text.
    pub fn first_byte(&self, alias: usize) -> Option<u8> {
        let text = self.u32(self.at(Section::Aliases, alias, ALIAS)) as usize;
        self.bytes.get(self.sections[Section::Pool as usize].0 + text + 2).copied()
    }

    /// Its length in bytes.
    pub fn length(&self, alias: usize) -> usize {
        let at = self.at(Section::Aliases, alias, ALIAS) + 12;
        self.bytes.get(at..at + 2).and_then(|b| b.try_into().ok()).map_or(0, |b| usize::from(u16::from_le_bytes(b)))
    }

    /// What it names.
    pub fn entry_of(&self, alias: usize) -> u32 {
        self.u32(self.at(Section::Aliases, alias, ALIAS) + 4)
    }

    /// The code of its language.
    pub fn language(&self, alias: usize) -> [u8; 3] {
        let at = self.at(Section::Aliases, alias, ALIAS) + 8;
        self.bytes.get(at..at + 3).and_then(|b| b.try_into().ok()).unwrap_or_default()
    }

    /// Whether it needs more evidence than itself.
    pub fn is_weak(&self, alias: usize) -> bool {
        let at = self.at(Section::Aliases, alias, ALIAS) + 11;
        self.bytes.get(at).is_some_and(|flags| flags & WEAK != 0)
    }

    /// Whether a word with this hash is a given name: if so, whether it is also a common word, and whether this is an oblique
    /// case of it.
    pub fn given(&self, hash: u64) -> Option<(bool, bool)> {
        let value = |i: usize| self.u64(self.at(Section::Given, i, 8));
        let found = self.search(self.count(Section::Given), |i| value(i) >> 2, hash >> 2)?;
        Some((value(found) & 1 != 0, value(found) & 2 != 0))
    }

    /// The one entry that is filed under a skeleton and has a name near to `word`.
    pub fn misspelt(&self, key: u64, word: &str) -> Option<u32> {
        let row = |i: usize| self.at(Section::Skeletons, i, SKELETON);
        let count = self.count(Section::Skeletons);
        let any = self.search(count, |i| self.u64(row(i)), key)?;
        let first = (0..any).rev().take_while(|i| self.u64(row(*i)) == key).last().unwrap_or(any);
        let all = (first..count).take_while(|i| self.u64(row(*i)) == key);
        let known: Vec<(&str, u32)> = all.map(|i| (self.pool(self.u32(row(i) + 8)), self.u32(row(i) + 12))).collect();
        let entry = known.first()?.1;
        let near = known.iter().any(|(name, _)| is_near(name, word));
        (near && known.iter().all(|k| k.1 == entry)).then_some(entry)
    }

    /// The number of a value in a sorted list.
    fn search(&self, count: usize, value: impl Fn(usize) -> u64, wanted: u64) -> Option<usize> {
        let (mut from, mut to) = (0, count);
        while from < to {
            let middle = from + (to - from) / 2;
            match value(middle).cmp(&wanted) {
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => to = middle,
            }
        }
        None
    }

    fn at(&self, section: Section, i: usize, size: usize) -> usize {
        self.sections[section as usize].0 + i * size
    }

    fn u32(&self, at: usize) -> u32 {
        self.bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes)
    }

    fn u64(&self, at: usize) -> u64 {
        self.bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes)
    }

    fn pool(&self, offset: u32) -> &str {
        let at = self.sections[Section::Pool as usize].0 + offset as usize;
        let len = self.bytes.get(at..at + 2).and_then(|b| b.try_into().ok()).map_or(0, u16::from_le_bytes);
        let bytes = self.bytes.get(at + 2..at + 2 + usize::from(len)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::compile::compile;
    use super::super::letters::hash;
    use super::*;

    fn image() -> Image {
        let row =
            "Q649=geonames:524901\tLOC\tMoscou\tMoscow\tRU\t10381222\tfr:Moscou;en:Moscow;de:Moskau;ru:Москва|?Мск\n";
        let bytes =
            compile(&[("cities", row), ("given_names", "# c\nIrma\tfr\nИван\tru\n?Rose\tfr,en\n")]).expect("image");
        Image::new(Cow::Owned(bytes)).expect("image")
    }

    #[test]
    fn what_was_filed_is_found() {
        let image = image();
        let all: Vec<usize> = image.aliases(hash("москва")).collect();
        assert_eq!(all.iter().map(|a| image.alias(*a)).collect::<Vec<_>>(), ["Москва"]);
        let entry = image.entry(image.entry_of(all[0]));
        assert_eq!((entry.id, entry.also, entry.population), ("Q649", "geonames:524901", 10_381_222));
        assert_eq!((entry.country, entry.table, entry.kind), (Some(*b"RU"), Table::City, EntityKind::Place));
        for (language, name) in [("fr", "Moscou"), ("de", "Moskau"), ("ru", "Москва"), ("es", "Moscow")] {
            assert_eq!(entry.name_in(language), name);
        }
        assert_eq!(image.aliases(hash("moscovite")), 0..0);
        let inflected = image.aliases(hash("москву")).next().expect("a form");
        assert!(!image.is_weak(inflected) && image.is_weak(image.aliases(hash("мск")).next().expect("weak")));
    }

    #[test]
    fn given_names_say_whether_they_are_words() {
        let image = image();
        assert_eq!(image.given(hash("IRMA")), Some((false, false)));
        assert_eq!(image.given(hash("Rose")), Some((true, false)));
        assert_eq!(image.given(hash("Ивану")), Some((false, true)));
        assert_eq!(image.given(hash("Pierre")), None);
    }

    #[test]
    fn bytes_that_are_no_image_are_refused() {
        assert!(Image::new(Cow::Borrowed(b"tamis-g1")).is_err());
        let cut = Image::new(Cow::Borrowed(MAGIC)).expect("an empty image");
        assert_eq!((cut.count(Section::Entries), cut.aliases(7), cut.given(7)), (0, 0..0, None));
        assert_eq!(cut.entry(3).id, "");
    }

    #[test]
    fn a_faulty_row_is_named() {
        let fault = compile(&[("people", "# head\nQ1\tMAN\tA\tA\t-\t-\tfr:A\n")]).expect_err("no type");
        assert_eq!((fault.table.as_str(), fault.offset), ("people", 7));
    }
}
