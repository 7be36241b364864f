//! The charsets from before Unicode: which one the bytes are in.
//!
//! Three witnesses are heard: what the document declares, the browsers' detector, and the letters that each reading gives
//! (the only one that speaks of charsets the Web does not know). The bytes decide.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

use super::letters::oddness;
use super::tables::Table;

/// A charset that bytes can be decoded from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Charset {
    /// One that the Web knows.
    Web(&'static Encoding),
    /// One that it does not.
    Table(&'static Table),
}

/// Bytes given to the detector at most: it is the slow part, and a megabyte holds all the evidence there will be.
const DETECT: usize = 1 << 20;
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
const SECOND: &[&str] =
    &["cp850", "macintosh", "cp437", "iso-8859-15", "x-mac-cyrillic", "kz1048", "cp852", "x-mac-ce", "cp855", "cp857"];

impl Charset {
    /// The charset with this label; `None` for unknown ones and those that browsers refuse.
    pub fn for_label(label: &str) -> Option<Charset> {
        match Encoding::for_label_no_replacement(label.as_bytes()) {
            Some(web) => Some(Charset::Web(web)),
            None => Table::for_label(label).map(Charset::Table),
        }
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
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(DETECT)], true);
    let first = Charset::Web(detector.guess(None, Utf8Detection::Deny));

    let sample = telling(bytes);
    let letters = sample.iter().filter(|b| !b.is_ascii()).count().max(1) as f32;
    let score = |charset: Charset| oddness(&charset.decode(&sample).0);
    let mut best = (first, score(first));
    for other in seconds(first) {
        let odd = score(other);
        let needed = if best.0 == first { EVIDENCE / letters } else { 0.001 };
        let doubtful = if odd > ORDINARY { 1.0 } else { 0.0 };
        if odd + needed + doubtful < best.1 {
            best = (other, odd);
        }
    }
    match declared {
        Some(charset) if charset != best.0 && score(charset) <= best.1 + PATIENCE => charset,
        _ => best.0,
    }
}

/// What else the bytes may be. The two Central European charsets of the Web differ in six letters of each other, so they
/// are weighed again, but only where the detector hears a Central European language.
fn seconds(first: Charset) -> impl Iterator<Item = Charset> {
    let central = [encoding_rs::WINDOWS_1250, encoding_rs::ISO_8859_2].map(Charset::Web);
    let pair = central.into_iter().filter(move |_| central.contains(&first));
    SECOND.iter().filter_map(|label| Charset::for_label(label)).chain(pair).filter(move |c| *c != first)
}

/// The lines, or the stretches of long lines, that hold bytes beyond ASCII.
fn telling(bytes: &[u8]) -> Vec<u8> {
    let mut sample = Vec::with_capacity(bytes.len().min(SAMPLE));
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        if line.is_ascii() {
            continue;
        }
        sample.extend_from_slice(&line[..line.len().min(SAMPLE - sample.len())]);
        if sample.len() >= SAMPLE {
            break;
        }
    }
    sample
}
