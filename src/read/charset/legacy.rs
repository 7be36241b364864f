//! The charsets from before Unicode: which one the bytes are in.
//!
//! Three witnesses are heard: what the document declares, the browsers' detector, and the letters that each reading gives
//! (the only one that speaks of charsets the Web does not know). The bytes decide. Where a file was pasted together from
//! others, its lines are read each in the charset that makes sense of it.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    Encoding, IBM866, ISO_8859_2, ISO_8859_3, ISO_8859_4, ISO_8859_5, ISO_8859_6, ISO_8859_7, ISO_8859_8, ISO_8859_10,
    ISO_8859_13, ISO_8859_14, ISO_8859_15, ISO_8859_16, KOI8_R, KOI8_U, MACINTOSH, WINDOWS_874, WINDOWS_1250,
    WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258,
    X_MAC_CYRILLIC,
};

use super::letters::oddness;
use super::reading::Counts;
use super::tables::{TABLES, Table};

/// A charset that bytes can be decoded from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Charset {
    /// One that the Web knows.
    Web(&'static Encoding),
    /// One that it does not.
    Table(&'static Table),
}

/// The 8-bit charsets of the Web.
static SINGLE: &[&Encoding] = &[
    WINDOWS_1252,
    WINDOWS_1251,
    KOI8_R,
    KOI8_U,
    ISO_8859_5,
    IBM866,
    X_MAC_CYRILLIC,
    WINDOWS_1253,
    ISO_8859_7,
    WINDOWS_1256,
    ISO_8859_6,
    WINDOWS_1255,
    ISO_8859_8,
    WINDOWS_1250,
    ISO_8859_2,
    ISO_8859_15,
    MACINTOSH,
    WINDOWS_1254,
    WINDOWS_1257,
    WINDOWS_1258,
    WINDOWS_874,
    ISO_8859_3,
    ISO_8859_4,
    ISO_8859_10,
    ISO_8859_13,
    ISO_8859_14,
    ISO_8859_16,
];

/// Bytes given to the detector at most: it is the slow part.
const DETECT: usize = 64 << 10;
/// Bytes of the stretches around non-ASCII characters that are scored at most.
const SAMPLE: usize = 16 << 10;
/// How much less odd, summed over the sample, a reading must be than the detector's to be believed: one character that
/// makes no sense in the detector's reading and is a common letter in the other.
const EVIDENCE: f32 = 3.0;
/// The oddness per character up to which a reading is ordinary text.
const ORDINARY: f32 = 3.5;
/// How much odder per character than the best reading a declared charset may be.
const PATIENCE: f32 = 0.6;

/// What else bytes may be that the detector does not think of, commonest first.
const SECOND: &[&str] = &[
    "cp850",
    "macintosh",
    "cp437",
    "iso-8859-15",
    "x-mac-cyrillic",
    "kz1048",
    "cp852",
    "x-mac-ce",
    "cp855",
    "cp857",
    "x-mac-turkish",
];
/// The same, for bytes that are mostly letters of another script than Latin.
const SECOND_FOREIGN: &[&str] = &["cp862", "cp1125", "x-mac-greek"];

/// Bytes beyond ASCII from which a text in a script of its own speaks for itself, …
const DENSE: u32 = 80;
/// … how odd its reading may be, and how much odder the next must be.
const PLAIN: f32 = 2.4;
const APART: f32 = 0.7;

/// A line is read in another charset than its file where its letters make no sense in that of the file …
const SENSELESS: f32 = 4.0;
/// … and good sense in the other.
const SENSIBLE: f32 = 2.6;
/// Bytes beyond ASCII of a line that may name a charset that no other line is in.
const NAMING: u32 = 6;

impl Charset {
    /// The charset with this label; `None` for unknown ones and those that browsers refuse.
    pub fn for_label(label: &str) -> Option<Charset> {
        match Encoding::for_label_no_replacement(label.as_bytes()) {
            Some(web) => Some(Charset::Web(web)),
            None => Table::for_label(label).map(Charset::Table),
        }
    }

    /// Every charset of one byte a character.
    pub fn single_byte() -> impl Iterator<Item = Charset> {
        SINGLE.iter().map(|web| Charset::Web(web)).chain(TABLES.iter().map(Charset::Table))
    }

    /// The name used in records, lower-case.
    pub fn name(self) -> Cow<'static, str> {
        match self {
            Charset::Web(web) => web.name().to_ascii_lowercase().into(),
            Charset::Table(table) => table.name.into(),
        }
    }

    /// The text, with the number of byte sequences that mean nothing.
    pub fn decode(self, bytes: &[u8]) -> (String, usize) {
        match self {
            Charset::Web(web) => {
                let (text, broken) = web.decode_without_bom_handling(bytes);
                let replaced = if broken { text.matches(char::REPLACEMENT_CHARACTER).count() } else { 0 };
                (text.into_owned(), replaced)
            }
            Charset::Table(table) => {
                let upper = table.upper();
                let mut replaced = 0;
                let mut text = String::with_capacity(bytes.len() + bytes.len() / 4);
                for &byte in bytes {
                    let c = if byte < 0x80 { char::from(byte) } else { upper[usize::from(byte - 0x80)] };
                    replaced += usize::from(c == char::REPLACEMENT_CHARACTER);
                    text.push(c);
                }
                (text, replaced)
            }
        }
    }
}

/// The charset of `bytes`, which are not UTF-8. Windows-1252 where nothing speaks for another.
pub(super) fn detect(bytes: &[u8], declared: Option<Charset>) -> Charset {
    let sample = telling(bytes, SAMPLE);
    let counts = Counts::new(&sample);
    let found = in_own_script(&counts).unwrap_or_else(|| weighed(bytes, &sample, &counts));
    match declared {
        Some(charset) if charset != found => {
            let score = |c: Charset| counts.oddness(c).unwrap_or_else(|| oddness(&c.decode(&sample).0));
            if score(charset) <= score(found) + PATIENCE { charset } else { found }
        }
        _ => found,
    }
}

/// The charset of a text whose every letter is beyond ASCII, where one reading is good and all others are bad. This is
/// what the detector would say as well, at a twentieth of the time.
fn in_own_script(counts: &Counts) -> Option<Charset> {
    if counts.beyond < DENSE {
        return None;
    }
    let all: Vec<Charset> = Charset::single_byte().collect();
    let ranked = counts.ranked(&all, APART);
    let &(best, odd) = ranked.first()?;
    let others = ranked.iter().find(|(c, _)| !counts.alike(best, *c))?;
    (odd <= PLAIN && others.1 >= odd + APART && counts.foreign(best) > 0.8)
        .then(|| Charset::single_byte().find(|c| counts.alike(best, *c)).unwrap_or(best))
}

/// The detector's guess, or what reads much better.
fn weighed(bytes: &[u8], sample: &[u8], counts: &Counts) -> Charset {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    match bytes.len() <= DETECT {
        true => detector.feed(bytes, true),
        false => detector.feed(&telling(bytes, DETECT), true),
    };
    let first = Charset::Web(detector.guess(None, Utf8Detection::Deny));
    let score = |c: Charset| counts.oddness(c).unwrap_or_else(|| oddness(&c.decode(sample).0));
    let mut best = (first, score(first));
    let foreign = SECOND_FOREIGN.iter().filter_map(|l| Charset::for_label(l)).filter(|c| counts.foreign(*c) > 0.5);
    for other in seconds(first).chain(foreign) {
        let odd = score(other);
        let needed = if best.0 == first { EVIDENCE / counts.beyond.max(1) as f32 } else { 0.001 };
        let doubtful = if odd > ORDINARY { 1.0 } else { 0.0 };
        if odd + needed + doubtful < best.1 {
            best = (other, odd);
        }
    }
    best.0
}

/// What else the bytes may be. The two Central European charsets of the Web differ in six letters of each other, so they
/// are weighed again, but only where the detector hears a Central European language.
fn seconds(first: Charset) -> impl Iterator<Item = Charset> {
    let central = [WINDOWS_1250, ISO_8859_2].map(Charset::Web);
    let pair = central.into_iter().filter(move |_| central.contains(&first));
    SECOND.iter().filter_map(|label| Charset::for_label(label)).chain(pair).filter(move |c| *c != first)
}

/// The lines, or the stretches of long lines, that hold bytes beyond ASCII; up to `most` bytes.
fn telling(bytes: &[u8], most: usize) -> Vec<u8> {
    let mut sample = Vec::with_capacity(bytes.len().min(most));
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        if line.is_ascii() {
            continue;
        }
        sample.extend_from_slice(&line[..line.len().min(most - sample.len())]);
        if sample.len() >= most {
            break;
        }
    }
    sample
}

/// Decodes `bytes`, most of which are in `main`, line by line: one that makes no sense in it and good sense in another
/// charset is read in that. Charsets of more than one byte are left alone, since a line's end may stand inside of a
/// character's bytes. Returns the text, the number of sequences that mean nothing, and whether any line was in another
/// charset.
pub(super) fn decode_lines(bytes: &[u8], main: Charset) -> (String, usize, bool) {
    let lines = || bytes.split_inclusive(|b| *b == b'\n');
    let strange = match Counts::glance(main) {
        Some(glance) => lines().filter(|l| !l.is_ascii() && glance.is_strange(l)).count(),
        None => 0,
    };
    let others = if strange > 0 { named(lines(), main) } else { Vec::new() };
    if others.is_empty() {
        let (text, replaced) = main.decode(bytes);
        return (text, replaced, false);
    }
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 2);
    let (mut replaced, mut mixed) = (0, false);
    for line in lines() {
        let charset = if line.is_ascii() { main } else { of_line(line, main, &others) };
        let (decoded, lost) = charset.decode(line);
        text.push_str(&decoded);
        replaced += lost;
        mixed |= charset != main;
    }
    (text, replaced, mixed)
}

/// The charsets that single lines name.
fn named<'a>(lines: impl Iterator<Item = &'a [u8]>, main: Charset) -> Vec<Charset> {
    let all: Vec<Charset> = Charset::single_byte().collect();
    let Some(glance) = Counts::glance(main) else { return Vec::new() };
    let mut others = Vec::new();
    for line in lines.filter(|l| !l.is_ascii() && glance.is_strange(l)) {
        let counts = Counts::new(&line[..line.len().min(SAMPLE)]);
        let own = counts.oddness(main).unwrap_or(0.0);
        if counts.beyond < NAMING || own < SENSELESS || others.len() >= 4 {
            continue;
        }
        let ranked = counts.ranked(&all, 0.5);
        if let Some(&(best, odd)) = ranked.first().filter(|(_, odd)| *odd <= SENSIBLE && odd + 1.0 < own) {
            let known = others.iter().find(|c| counts.oddness(**c).is_some_and(|o| o <= odd + 0.3));
            if known.is_none() && !others.contains(&best) {
                others.push(best);
            }
        }
    }
    others
}

/// The charset of a line.
fn of_line(line: &[u8], main: Charset, others: &[Charset]) -> Charset {
    let counts = Counts::new(&line[..line.len().min(SAMPLE)]);
    let own = counts.oddness(main).unwrap_or(0.0);
    let best = others
        .iter()
        .filter_map(|c| counts.oddness(*c).map(|odd| (*c, odd)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .filter(|(_, odd)| *odd <= ORDINARY && odd + 1.0 < own && own > SENSIBLE);
    best.map_or(main, |b| b.0)
}
