//! From bytes to text: which charset the bytes are in, and their decoding.
//!
//! The order matters. A byte order mark says most; UTF-16 and UTF-32 show by their zero bytes; ISO-2022 must come before
//! UTF-8, since its files are valid ASCII; valid UTF-8 is UTF-8 whatever a meta tag says, because no other charset gives
//! valid sequences by chance; a file that is UTF-8 but for some bad lines was pasted together and is read line by line; and
//! only then are declarations and statistics heard.

use std::borrow::Cow;
use std::io;

use encoding_rs::{ISO_2022_JP, UTF_8};

use crate::error::{Reason, Reject};

mod binary;
mod ebcdic;
mod legacy;
pub(crate) mod letters;
mod reading;
pub(crate) mod tables;
mod unicode;

use ebcdic::Ebcdic;
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
    let form = Form::by_mark(bytes);
    // What most text is: every question below would be answered by no.
    if form.is_none()
        && !bytes.is_ascii()
        && !has_controls(bytes)
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        refuse_hidden(bytes, declared)?;
        return Ok(decoded(text.to_string(), "utf-8".into(), 0));
    }
    if let Some(form) = form.or_else(|| Form::by_zeros(bytes)) {
        let (text, replaced) = form.decode(bytes);
        return Ok(decoded(text, form.name().into(), replaced));
    }
    if let Some(variant) = Ebcdic::detect(bytes) {
        let variant = declared.and_then(|d| Ebcdic::for_label(&d.trim().to_ascii_lowercase())).unwrap_or(variant);
        let (text, replaced) = variant.decode(bytes);
        return Ok(decoded(text, variant.name.into(), replaced));
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
    if mostly_utf8(bytes) || has_utf8_lines(bytes) {
        let (text, replaced) = by_lines(bytes, declared);
        return Ok(decoded(text, "utf-8".into(), replaced));
    }
    let charset = legacy::detect(bytes, declared);
    let (text, replaced, _) = legacy::decode_lines(bytes, charset);
    Ok(decoded(text, charset.name(), replaced))
}

/// Whether bytes stand there that are no text in a superset of ASCII.
fn has_controls(bytes: &[u8]) -> bool {
    bytes.iter().fold(false, |found, b| found | (*b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r')) | (*b == 0x7f))
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

/// Whether the first bytes of a file are in UTF-16 or UTF-32.
pub(super) fn is_wide(head: &[u8]) -> bool {
    Form::by_mark(head).or_else(|| Form::by_zeros(head)).is_some_and(|form| form.name() != "utf-8")
}

/// The charset of a file whose records are decoded one by one, judged by its first bytes; `None` for UTF-8.
pub(super) fn of_head(head: &[u8]) -> Option<String> {
    // A sequence may be cut by the end of the head.
    if std::str::from_utf8(head).err().is_none_or(|e| e.valid_up_to() + 4 > head.len()) {
        return None;
    }
    let decoded = decode(head, None).ok()?;
    (decoded.charset != "utf-8").then(|| decoded.charset.into_owned())
}

/// A stream of UTF-16 as UTF-8, for files that are cut at ASCII bytes. UTF-32 is not read in streams.
pub(super) struct Narrowed<R> {
    input: R,
    decoder: Option<encoding_rs::Decoder>,
    coded: Vec<u8>,
    out: Vec<u8>,
    at: usize,
    done: bool,
}

impl<R: io::Read> Narrowed<R> {
    pub(super) fn new(input: R) -> Narrowed<R> {
        Narrowed { input, decoder: None, coded: vec![0; 64 << 10], out: Vec::new(), at: 0, done: false }
    }
}

impl<R: io::Read> io::Read for Narrowed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.out.len() && !self.done {
            let n = self.input.read(&mut self.coded)?;
            let coded = &self.coded[..n];
            if self.decoder.is_none() {
                let form = Form::by_mark(coded).or_else(|| Form::by_zeros(coded)).map(Form::name);
                self.decoder = Some(match form {
                    Some("utf-16le") => encoding_rs::UTF_16LE.new_decoder_with_bom_removal(),
                    Some("utf-16be") => encoding_rs::UTF_16BE.new_decoder_with_bom_removal(),
                    _ => {
                        return Err(io::Error::new(
                            io::ErrorKind::Unsupported,
                            "records in UTF-32 are not read; convert the file to UTF-8",
                        ));
                    }
                });
            }
            let Some(decoder) = &mut self.decoder else { break };
            self.done = n == 0;
            let mut text = String::with_capacity(decoder.max_utf8_buffer_length(n).unwrap_or(0));
            let _ = decoder.decode_to_string(coded, &mut text, self.done);
            (self.out, self.at) = (text.into_bytes(), 0);
        }
        let n = buffer.len().min(self.out.len() - self.at);
        buffer[..n].copy_from_slice(&self.out[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}

fn decoded(mut text: String, charset: Cow<'static, str>, replaced: usize) -> Decoded {
    let marks = text.len() - text.trim_start_matches('\u{feff}').len();
    text.drain(..marks);
    Decoded { text, charset, replaced }
}

fn refuse_hidden(bytes: &[u8], declared: Option<&str>) -> Result<(), Reject> {
    let refuse =
        |what: &str| Err(Reject::new(Reason::Undecodable, format!("the charset is {what}, which is not read")));
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

/// Whether enough lines are UTF-8 throughout, and read well as such, for the file to have been pasted together. In other
/// charsets a short line may be valid by chance, but what it says then is nonsense.
fn has_utf8_lines(bytes: &[u8]) -> bool {
    let (mut valid, mut others, mut sequences) = (0usize, 0usize, 0usize);
    let mut sample = String::new();
    for line in bytes.split_inclusive(|b| *b == b'\n').filter(|l| !l.is_ascii()) {
        match std::str::from_utf8(line) {
            Ok(line) => {
                valid += 1;
                sequences += line.bytes().filter(|b| *b >= 0xc0).count();
                if sample.len() < 4096 {
                    sample.push_str(line);
                }
            }
            Err(_) => others += 1,
        }
    }
    sequences >= 4 && valid * 8 >= others && letters::oddness(&sample) <= 2.6
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
    let (foreign, mut replaced, _) = legacy::decode_lines(&foreign, charset);
    let mut foreign = foreign.split_inclusive('\n');
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut at = 0;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        if is_foreign(line) {
            at += line.len();
            text.push_str(foreign.next().unwrap_or_default());
            continue;
        }
        for chunk in line.utf8_chunks() {
            text.push_str(chunk.valid());
            at += chunk.valid().len() + chunk.invalid().len();
            match chunk.invalid() {
                [] => {}
                // A letter or a sign of Windows-1252 between UTF-8 ones. A lead byte at the very end is a cut sequence.
                &[byte]
                    if is_windows_1252(byte) && at < bytes.len() && chunk.valid().ends_with(char::is_alphanumeric) =>
                {
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

/// Whether the byte is a letter or punctuation in Windows-1252 and may stand alone in UTF-8 text by mistake.
fn is_windows_1252(byte: u8) -> bool {
    matches!(byte, 0x80..=0xef) && !matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d)
}

/// A line that is not UTF-8 and holds no valid sequence beyond ASCII.
fn is_foreign(line: &[u8]) -> bool {
    !line.is_ascii() && line.utf8_chunks().all(|c| c.valid().is_ascii())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FRENCH: &str =
        "Le préfet a été reçu à l'hôtel de ville, où les élèves étaient déjà arrivés.\nÇa n'a pas coûté très cher.\n";
    const RUSSIAN: &str =
        "Вчера в посёлке открыли новую школу. Ученики пришли в Новый Дом культуры.\nЖители довольны.\n";

    fn read(bytes: &[u8]) -> Decoded {
        decode(bytes, None).unwrap()
    }

    fn table_bytes(label: &str, text: &str) -> Vec<u8> {
        let upper = tables::Table::for_label(label).unwrap().upper();
        let byte = |c: char| upper.iter().position(|u| *u == c).map(|i| i as u8 + 0x80);
        text.chars().map(|c| if c.is_ascii() { c as u8 } else { byte(c).unwrap() }).collect()
    }

    #[test]
    fn unicode_forms() {
        let utf16: Vec<u8> = FRENCH.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let utf16be: Vec<u8> = RUSSIAN.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let utf32: Vec<u8> = FRENCH.chars().flat_map(|c| (c as u32).to_be_bytes()).collect();
        for (bytes, text, name) in [
            (FRENCH.as_bytes().to_vec(), FRENCH, "utf-8"),
            (["\u{feff}\u{feff}", FRENCH].concat().into_bytes(), FRENCH, "utf-8"),
            (utf16.clone(), FRENCH, "utf-16le"),
            ([&b"\xff\xfe\xff\xfe"[..], &utf16].concat(), FRENCH, "utf-16le"),
            (utf16be, RUSSIAN, "utf-16be"),
            (utf32.clone(), FRENCH, "utf-32be"),
            ([&b"\0\0\xfe\xff"[..], &utf32].concat(), FRENCH, "utf-32be"),
        ] {
            assert_eq!(read(&bytes), Decoded { text: text.into(), charset: name.into(), replaced: 0 });
        }
    }

    #[test]
    fn legacy_charsets() {
        for (label, text) in [
            ("windows-1252", FRENCH),
            ("macintosh", FRENCH),
            ("windows-1251", RUSSIAN),
            ("koi8-r", RUSSIAN),
            ("x-mac-cyrillic", RUSSIAN),
            ("ibm866", RUSSIAN),
        ] {
            let bytes = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap().encode(text).0;
            assert_eq!(read(&bytes).text, text, "{label}");
        }
        for label in ["cp850", "cp437"] {
            let text = FRENCH.replace('Ç', "C");
            assert_eq!(read(&table_bytes(label, &text)).text, text, "{label}");
        }
        let japanese = "新しい学校が開校した。";
        assert_eq!(
            read(b"\x1b$B?7$7$$3X9;$,3+9;$7$?!#\x1b(B"),
            Decoded { text: japanese.into(), charset: "iso-2022-jp".into(), replaced: 0 }
        );
    }

    #[test]
    fn noise_is_no_text() {
        // Bytes of a generator with a fixed seed, every value as often as any other.
        let mut state = 20_241_129_u64;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        })
        .take(6000)
        .collect();
        for len in [700, 2000, 6000] {
            assert_eq!(decode(&noise[..len], None).unwrap_err().reason, Reason::Binary, "{len} bytes");
        }
    }

    #[test]
    fn the_bytes_decide_over_the_declaration() {
        assert_eq!(decode(FRENCH.as_bytes(), Some("iso-8859-1")).unwrap().charset, "utf-8");
        let russian = encoding_rs::WINDOWS_1251.encode(RUSSIAN).0;
        assert_eq!(decode(&russian, Some("windows-1252")).unwrap().text, RUSSIAN);
        let polish = encoding_rs::ISO_8859_2.encode("Zażółć gęślą jaźń").0;
        assert_eq!(decode(&polish, Some("iso-8859-2")).unwrap().text, "Zażółć gęślą jaźń");
        assert_eq!(decode(&polish, Some("no-such-charset")).unwrap().replaced, 0);
    }

    #[test]
    fn foreign_lines_and_bytes_in_utf8() {
        let mixed = [FRENCH.as_bytes(), b"Un \xe9t\xe9 tr\xe8s sec.\n", FRENCH.as_bytes(), b"fin\n"].concat();
        assert_eq!(
            read(&mixed),
            Decoded {
                text: format!("{FRENCH}Un été très sec.\n{FRENCH}fin\n"), charset: "utf-8".into(), replaced: 0
            }
        );
        let quote = [FRENCH.as_bytes(), "L'été, l".as_bytes(), b"\x92", "école".as_bytes()].concat();
        assert_eq!(read(&quote).text, format!("{FRENCH}L'été, l’école"));
        let cut = &FRENCH.as_bytes()[..FRENCH.find('è').unwrap() + 1];
        assert_eq!(read(cut).replaced, 1);
        assert!(read(cut).text.ends_with("él\u{fffd}"));
    }

    #[test]
    fn lines_are_read_each_in_its_charset() {
        let dos = table_bytes("cp850", "Un été très sec a été annoncé à la météo.\n");
        let mac = encoding_rs::MACINTOSH.encode("Le préfet a été reçu à l'hôtel de ville\n").0;
        let windows = encoding_rs::WINDOWS_1252.encode(FRENCH).0;
        let mixed = [&windows[..], &dos, &windows, &mac, &windows].concat();
        let want = format!(
            "{FRENCH}Un été très sec a été annoncé à la météo.\n{FRENCH}Le préfet a été reçu à l'hôtel de ville\n{FRENCH}"
        );
        assert_eq!(read(&mixed), Decoded { text: want, charset: "windows-1252".into(), replaced: 0 });
        let koi = encoding_rs::KOI8_R.encode(RUSSIAN).0;
        let russian = encoding_rs::WINDOWS_1251.encode(RUSSIAN).0;
        let mixed = [&russian[..], &russian, &koi, &russian].concat();
        assert_eq!(read(&mixed).text, RUSSIAN.repeat(4));
    }

    #[test]
    fn a_few_lines_of_utf8_among_others() {
        let line = encoding_rs::WINDOWS_1252.encode("Un été très sec, où les élèves étaient arrivés à l'hôtel.\n").0;
        let mixed = [&line[..], &line, &line, "Le préfet a été reçu là.\n".as_bytes(), &line].concat();
        assert!(read(&mixed).text.contains("Le préfet a été reçu là."), "{:?}", read(&mixed));
        assert!(read(&mixed).text.contains("Un été très sec, où"), "{:?}", read(&mixed));
        // Chinese in GBK, valid as UTF-8 by chance in one line.
        let chinese = encoding_rs::GBK.encode("联通\n我们今天去学校上课，老师说很好。\n联通\n").0;
        assert_eq!(read(&chinese).text, "联通\n我们今天去学校上课，老师说很好。\n联通\n");
    }

    #[test]
    fn mainframe_text() {
        let (text, bytes) =
            ("THE COUNCIL SAID NO", b"\xe3\xc8\xc5\x40\xc3\xd6\xe4\xd5\xc3\xc9\xd3\x40\xe2\xc1\xc9\xc4\x40\xd5\xd6");
        assert_eq!(read(bytes), Decoded { text: text.into(), charset: "cp500".into(), replaced: 0 });
        assert_eq!(decode(bytes, Some("IBM037")).unwrap().charset, "cp037");
    }

    #[test]
    fn what_is_not_text_is_refused() {
        for (bytes, reason) in [
            (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], Reason::Binary),
            (b"%PDF-1.7\n", Reason::Binary),
            (b"\x1f\x8b\x08\0\0\0\0\0", Reason::Binary),
            (&[0u8; 64], Reason::Binary),
            (&[7u8, 1, 2, 3, 4, 5, 6, 14, 15, 16, 200], Reason::Binary),
            (b"+/v8-Hallo", Reason::Undecodable),
            (b"\x1b$)C\x0e!!\x0f", Reason::Undecodable),
        ] {
            assert_eq!(decode(bytes, None).unwrap_err().reason, reason, "{bytes:?}");
        }
        assert_eq!(decode(b"Hi Mom +Jjo-", Some("utf-7")).unwrap_err().reason, Reason::Undecodable);
        assert_eq!(decode(b"~{VPND~}", Some("hz-gb-2312")).unwrap_err().reason, Reason::Undecodable);
        assert!(decode(b"a\0b", None).is_ok());
        assert_eq!(decode(b"", None).unwrap().text, "");
    }

    proptest! {
        #[test]
        fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = (decode(&bytes, Some("cp850")), peek(&bytes), binary_kind(&bytes));
        }

        #[test]
        fn utf8_comes_through_code_point_for_code_point(text in "[^\u{feff}\0-\u{1f}+~][^\0-\u{8}\u{e}-\u{1f}\u{7f}]{0,60}") {
            prop_assert_eq!(read(text.as_bytes()).text, text);
        }
    }
}
