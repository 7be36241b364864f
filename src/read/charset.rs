//! From bytes to text: which charset the bytes are in, and their decoding.
//!
//! The order matters. A byte order mark says most; UTF-16 and UTF-32 show by their zero bytes; ISO-2022 must come before
//! UTF-8, since its files are valid ASCII; valid UTF-8 is UTF-8 whatever a meta tag says, because no other charset gives
//! valid sequences by chance; a file that is UTF-8 but for some bad lines was pasted together and is read line by line; and
//! only then are declarations and statistics heard.

use std::borrow::Cow;

use encoding_rs::{ISO_2022_JP, UTF_8};

use crate::error::{Reason, Reject};

mod binary;
mod legacy;
pub(crate) mod letters;
pub(crate) mod tables;
mod unicode;

use legacy::Charset;
use unicode::Form;

/// Text that was bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without byte order marks.
    pub text: String,
    /// The charset's name, lower-case, e.g. `utf-8`, `windows-1252`, `cp850`.
    pub charset: Cow<'static, str>,
    /// How many byte sequences could not be decoded and became U+FFFD.
    pub replaced: usize,
}

/// Decodes `bytes`; `declared` is what HTTP or a meta tag claims, which the bytes may refute.
///
/// # Errors
/// [`Reason::Binary`] for formats that are no text and for bytes full of control characters, [`Reason::Undecodable`] for
/// UTF-7 and for charsets that browsers refuse (ISO-2022-KR, ISO-2022-CN, HZ), which hide markup from filters.
pub fn decode(bytes: &[u8], declared: Option<&str>) -> Result<Decoded, Reject> {
    if let Some(kind) = binary::by_magic(bytes) {
        return Err(Reject::new(Reason::Binary, format!("the bytes look like {kind}, not like text")));
    }
    if let Some(form) = Form::by_mark(bytes).or_else(|| Form::by_zeros(bytes)) {
        let (text, replaced) = form.decode(bytes);
        return Ok(decoded(text, form.name().into(), replaced));
    }
    if let Some(kind) = binary::by_controls(bytes) {
        return Err(Reject::new(Reason::Binary, format!("the bytes look like {kind}, not like text")));
    }
    refuse_hidden(bytes, declared)?;
    if let Some(text) = iso_2022_jp(bytes) {
        return Ok(decoded(text, "iso-2022-jp".into(), 0));
    }
    if let Some(text) = UTF_8.decode_without_bom_handling_and_without_replacement(bytes) {
        return Ok(decoded(text.into_owned(), "utf-8".into(), 0));
    }
    let declared = declared.and_then(Charset::for_label).filter(|c| *c != Charset::Web(UTF_8));
    if mostly_utf8(bytes) {
        let (text, replaced) = by_lines(bytes, declared);
        return Ok(decoded(text, "utf-8".into(), replaced));
    }
    let charset = legacy::detect(bytes, declared);
    let (text, replaced) = charset.decode(bytes);
    Ok(decoded(text, charset.name(), replaced))
}

/// A rough reading of the first bytes of a file, for sniffing.
pub fn peek(head: &[u8]) -> Cow<'_, str> {
    match Form::by_mark(head).or_else(|| Form::by_zeros(head)) {
        Some(form) => form.decode(head).0.into(),
        None => String::from_utf8_lossy(head),
    }
}

/// What binary format the first bytes of a file are of, if any.
pub fn binary_kind(head: &[u8]) -> Option<&'static str> {
    if let Some(kind) = binary::by_magic(head) {
        return Some(kind);
    }
    if Form::by_mark(head).or_else(|| Form::by_zeros(head)).is_some() {
        return None;
    }
    binary::by_controls(head)
}

fn decoded(mut text: String, charset: Cow<'static, str>, replaced: usize) -> Decoded {
    let marks = text.len() - text.trim_start_matches('\u{feff}').len();
    text.drain(..marks);
    Decoded { text, charset, replaced }
}

fn refuse_hidden(bytes: &[u8], declared: Option<&str>) -> Result<(), Reject> {
    let refuse = |what: &str| Err(Reject::new(Reason::Undecodable, format!("the charset is {what}, which is not read")));
    if [&b"+/v8"[..], b"+/v9", b"+/v+", b"+/v/"].iter().any(|mark| bytes.starts_with(mark)) {
        return refuse("UTF-7");
    }
    if !bytes.is_ascii() {
        return Ok(());
    }
    let label = declared.map(|d| d.trim().to_ascii_lowercase()).unwrap_or_default();
    if matches!(label.as_str(), "utf-7" | "utf7" | "unicode-1-1-utf-7") {
        return refuse("UTF-7");
    }
    if encoding_rs::Encoding::for_label(label.as_bytes()) == Some(encoding_rs::REPLACEMENT) {
        return refuse(&label);
    }
    for (escape, name) in [(&b"\x1b$)C"[..], "ISO-2022-KR"), (b"\x1b$)A", "ISO-2022-CN"), (b"\x1b$)G", "ISO-2022-CN")] {
        if memchr::memmem::find(bytes, escape).is_some() {
            return refuse(name);
        }
    }
    Ok(())
}

fn iso_2022_jp(bytes: &[u8]) -> Option<String> {
    memchr::memchr(0x1b, bytes)?;
    let escapes = [&b"\x1b$B"[..], b"\x1b$@", b"\x1b(I"];
    if !bytes.is_ascii() || escapes.iter().all(|e| memchr::memmem::find(bytes, e).is_none()) {
        return None;
    }
    ISO_2022_JP.decode_without_bom_handling_and_without_replacement(bytes).map(Cow::into_owned)
}

/// Whether so many sequences are valid UTF-8 that the others must be foreign bodies.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|b| *b >= 0xc0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad * 2 || (bytes.starts_with(b"\xef\xbb\xbf") && good > bad)
}

/// Reads valid sequences as UTF-8 and the rest as the charset that the lines without any valid sequence are in.
fn by_lines(bytes: &[u8], declared: Option<Charset>) -> (String, usize) {
    let mut foreign = Vec::new();
    for line in bytes.split_inclusive(|b| *b == b'\n').filter(|l| is_foreign(l)) {
        foreign.extend_from_slice(line);
    }
    let charset = match foreign.is_empty() {
        true => Charset::Web(encoding_rs::WINDOWS_1252),
        false => legacy::detect(&foreign, declared),
    };
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut replaced = 0;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        if is_foreign(line) {
            let (line, lost) = charset.decode(line);
            text.push_str(&line);
            replaced += lost;
            continue;
        }
        for chunk in line.utf8_chunks() {
            text.push_str(chunk.valid());
            match chunk.invalid() {
                [] => {}
                // A letter or a sign of Windows between UTF-8 ones; a sequence that was cut cannot be told.
                &[byte] if byte >= 0x80 && !matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d | 0xf0..) && chunk.valid().ends_with(char::is_alphanumeric) => {
                    text.push_str(&encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0);
                }
                _ => {
                    text.push(char::REPLACEMENT_CHARACTER);
                    replaced += 1;
                }
            }
        }
    }
    (text, replaced)
}

/// A line that is not UTF-8 and holds no valid sequence beyond ASCII.
fn is_foreign(line: &[u8]) -> bool {
    !line.is_ascii() && line.utf8_chunks().all(|c| c.valid().is_ascii()) 
}
