//! Reads a gazetteer's image where it lies, see [`super::compile`].

use std::borrow::Cow;
use std::ops::Range;

use super::compile::{
    ALIAS, BUCKET_BITS, ENTRY, GIVEN_BITS, KEY, MAGIC, SECTIONS, SKELETON, Section, WEAK, check, in_filter,
};
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
    pool: &'a [u8],
    row: &'a [u8; ENTRY],
    /// What it is.
    pub kind: EntityKind,
    /// ISO 3166-1 alpha-2; `None` where none is given.
    pub country: Option<[u8; 2]>,
    /// Inhabitants; 0 where unknown.
    pub population: u32,
    /// Where it stands.
    pub table: Table,
}

impl<'a> Entry<'a> {
    /// `Q…` or `geonames:…`; empty where none is certain.
    pub fn id(&self) -> &'a str {
        self.text(0)
    }

    /// The same in another catalogue: `geonames:…`; empty where none is known.
    pub fn also(&self) -> &'a str {
        self.text(1)
    }

    /// French name, or the usual one.
    pub fn name(&self) -> &'a str {
        self.text(2)
    }

    /// English name; empty where it is the same.
    pub fn en(&self) -> &'a str {
        self.text(3)
    }

    /// Its name in a language, ISO 639-1: English where none is known.
    pub fn name_in(&self, language: &str) -> &'a str {
        // Code, tab, name, line feed.
        let names = self.text(4);
        let listed = names.lines().filter_map(|l| l.split_once('\t')).find(|(code, _)| *code == language);
        match listed {
            _ if language == "fr" => self.name(),
            Some((_, name)) => name,
            None if self.en().is_empty() => self.name(),
            None => self.en(),
        }
    }

    fn text(&self, field: usize) -> &'a str {
        str::from_utf8(pooled(self.pool, number(self.row, 4 * field))).unwrap_or_default()
    }
}

/// One name of an entry.
#[derive(Clone, Copy, Debug)]
pub struct Alias<'a> {
    pool: &'a [u8],
    row: &'a [u8; ALIAS],
}

impl<'a> Alias<'a> {
    /// Its bytes.
    #[inline]
    pub fn bytes(&self) -> &'a [u8] {
        pooled(self.pool, number(self.row, 0))
    }

    /// Its length in bytes.
    #[inline]
    pub fn length(&self) -> usize {
        usize::from(u16::from_le_bytes([self.row[12], self.row[13]]))
    }

    /// The [`mark`](super::compile::mark) of its second word; 0 for a name of one.
    #[inline]
    pub fn second(&self) -> u16 {
        u16::from_le_bytes([self.row[14], self.row[15]])
    }

    /// What it names.
    #[inline]
    pub fn entry(&self) -> u32 {
        number(self.row, 4)
    }

    /// The code of its language.
    pub fn language(&self) -> [u8; 3] {
        [self.row[8], self.row[9], self.row[10]]
    }

    /// Whether it needs more evidence than itself.
    #[inline]
    pub fn is_weak(&self) -> bool {
        self.row[11] & WEAK != 0
    }
}

/// Bytes that hold a gazetteer.
pub struct Image {
    bytes: Cow<'static, [u8]>,
    /// First and last byte, and how many it holds.
    sections: [(usize, usize, usize); SECTIONS],
}

impl Image {
    /// Takes an image.
    ///
    /// # Errors
    /// [`Error::Rules`] for bytes that are none.
    pub fn new(bytes: Cow<'static, [u8]>) -> Result<Image, Error> {
        if !bytes.starts_with(MAGIC) {
            return Err(Error::rules("gazetteer", "not an image of this version"));
        }
        let at = |i: usize| bytes.get(i..i + 4).map_or(0, |b| number(b, 0) as usize);
        let sections = std::array::from_fn(|i| {
            let head = MAGIC.len() + 8 * i;
            let next = if i + 1 < SECTIONS { at(head + 8) } else { bytes.len() };
            (at(head), next, at(head + 4))
        });
        Ok(Image { bytes, sections })
    }

    /// How many a section holds.
    pub fn count(&self, section: Section) -> usize {
        self.sections[section as usize].2
    }

    /// The entry with this number.
    #[inline]
    pub fn entry(&self, number: u32) -> Entry<'_> {
        static NONE: [u8; ENTRY] = [0; ENTRY];
        let row = self.rows::<ENTRY>(Section::Entries).get(number as usize).unwrap_or(&NONE);
        let country = [row[24], row[25]];
        Entry {
            pool: self.section(Section::Pool),
            row,
            population: self::number(row, 20),
            country: (country != [0, 0]).then_some(country),
            kind: match row[26] {
                0 => EntityKind::Person,
                1 => EntityKind::Place,
                2 => EntityKind::Organisation,
                3 => EntityKind::Event,
                _ => EntityKind::Other,
            },
            table: match row[27] {
                0 => Table::Country,
                1 => Table::Organisation,
                2 => Table::Person,
                3 => Table::City,
                _ => Table::Event,
            },
        }
    }

    /// The names that are filed under a [`key`](super::compile::key), the longest first.
    pub fn aliases(&self, key: u64) -> impl Iterator<Item = Alias<'_>> + Clone {
        let found = self.filed(key);
        let pool = self.section(Section::Pool);
        self.rows::<ALIAS>(Section::Aliases).get(found).unwrap_or_default().iter().map(move |row| Alias { pool, row })
    }

    /// Whether a word with this hash is a given name: if so, whether it is also a common word, and whether this is an oblique
    /// case of it.
    #[inline]
    pub fn given(&self, hash: u64) -> Option<(bool, bool)> {
        let bucket = self.bucket(Section::GivenBuckets, hash >> (64 - GIVEN_BITS));
        let names = self.rows::<8>(Section::Given).get(bucket)?;
        let found = names.iter().map(|name| u64::from_le_bytes(*name)).find(|name| name >> 2 == hash >> 2)?;
        Some((found & 1 != 0, found & 2 != 0))
    }

    /// The one entry that is filed under a skeleton and has a name near to `word`.
    pub fn misspelt(&self, key: u64, word: &str) -> Option<u32> {
        let rows = self.rows::<SKELETON>(Section::Skeletons);
        let hash = |row: &[u8; SKELETON]| u64::from(number(row, 0)) | u64::from(number(row, 4)) << 32;
        let first = rows.partition_point(|row| hash(row) < key);
        let all = rows[first..].iter().take_while(|row| hash(row) == key);
        let pool = self.section(Section::Pool);
        let name = |row: &[u8; SKELETON]| str::from_utf8(pooled(pool, number(row, 8))).unwrap_or_default();
        let known: Vec<(&str, u32)> = all.map(|row| (name(row), number(row, 12))).collect();
        let entry = known.first()?.1;
        let near = known.iter().any(|(name, _)| is_near(name, word));
        (near && known.iter().all(|k| k.1 == entry)).then_some(entry)
    }

    /// Whether anything may be filed under a key.
    #[inline]
    pub fn may_have(&self, key: u64) -> bool {
        let (byte, bit) = in_filter(key);
        self.section(Section::Filter).get(byte).is_some_and(|byte| byte & bit != 0)
    }

    /// Numbers of the names that are filed under a key.
    fn filed(&self, key: u64) -> Range<usize> {
        let check = check(key);
        let keys = self.rows::<KEY>(Section::Keys);
        for i in self.bucket(Section::Buckets, key >> (64 - BUCKET_BITS)) {
            if let Some([key, next]) = keys.get(i..i + 2)
                && number(key, 0) == check
            {
                return number(key, 4) as usize..number(next, 4) as usize;
            }
        }
        0..0
    }

    /// Numbers of what is filed in a bucket.
    #[inline]
    fn bucket(&self, section: Section, bucket: u64) -> Range<usize> {
        match self.rows::<4>(section).get(bucket as usize..bucket as usize + 2) {
            Some([start, end]) => u32::from_le_bytes(*start) as usize..u32::from_le_bytes(*end) as usize,
            _ => 0..0,
        }
    }

    #[inline]
    fn rows<const SIZE: usize>(&self, section: Section) -> &[[u8; SIZE]] {
        self.section(section).as_chunks().0
    }

    #[inline]
    fn section(&self, section: Section) -> &[u8] {
        let (start, end, _) = self.sections[section as usize];
        self.bytes.get(start..end).unwrap_or_default()
    }
}

/// The text that lies in the pool at `offset`.
#[inline]
fn pooled(pool: &[u8], offset: u32) -> &[u8] {
    let rest = pool.get(offset as usize..).unwrap_or_default();
    let Some(([a, b], rest)) = rest.split_first_chunk() else { return &[] };
    rest.get(..usize::from(u16::from_le_bytes([*a, *b]))).unwrap_or_default()
}

/// The four bytes at `at`; `bytes` has them.
#[inline]
fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
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
        let all: Vec<Alias> = image.aliases(hash("москва")).collect();
        assert_eq!(all.iter().map(|a| a.bytes()).collect::<Vec<_>>(), ["Москва".as_bytes()]);
        let entry = image.entry(all[0].entry());
        assert_eq!((entry.id(), entry.also(), entry.population), ("Q649", "geonames:524901", 10_381_222));
        assert_eq!((entry.country, entry.table, entry.kind), (Some(*b"RU"), Table::City, EntityKind::Place));
        for (language, name) in [("fr", "Moscou"), ("de", "Moskau"), ("ru", "Москва"), ("es", "Moscow")] {
            assert_eq!(entry.name_in(language), name);
        }
        assert_eq!(image.aliases(hash("moscovite")).count(), 0);
        let inflected = image.aliases(hash("москву")).next().expect("a form");
        assert!(!inflected.is_weak() && image.aliases(hash("мск")).next().expect("weak").is_weak());
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
        assert_eq!((cut.count(Section::Entries), cut.aliases(7).count(), cut.given(7)), (0, 0, None));
        assert_eq!(cut.entry(3).id(), "");
    }

    #[test]
    fn a_faulty_row_is_named() {
        let fault = compile(&[("people", "# head\nQ1\tMAN\tA\tA\t-\t-\tfr:A\n")]).expect_err("no type");
        assert_eq!((fault.table.as_str(), fault.offset), ("people", 7));
    }
}
