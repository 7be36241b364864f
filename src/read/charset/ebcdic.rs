//! EBCDIC, the charsets of IBM's mainframes: what wire services and libraries kept their archives in for decades.
//!
//! They have the letters in other places than ASCII, so they are told by their space (0x40, an `@` elsewhere) among bytes
//! that would be letters. The variants differ in punctuation and in national letters; the one is chosen whose text reads
//! best.
//!
//! The characters are facts of IBM's definitions of the code pages: 37, 273 and 500 as printed by the codecs of Python 3,
//! 297 and 1047 by GNU iconv.

use super::letters::oddness;

/// A variant: what it has in other places than code page 37.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ebcdic {
    /// The name used in records.
    pub name: &'static str,
    labels: &'static [&'static str],
    differs: &'static [(u8, char)],
}

/// Code page 37 from 0x40 on.
const BASE: &str = " \u{a0}âäàáãåçñ¢.<(+|&éêëèíîïìß!$*);¬-/ÂÄÀÁÃÅÇÑ¦,%_>?øÉÊËÈÍÎÏÌ`:#@'=\"\
                    Øabcdefghi«»ðýþ±°jklmnopqrªºæ¸Æ¤µ~stuvwxyz¡¿ÐÝÞ®^£¥·©§¶¼½¾[]¯¨´×\
                    {ABCDEFGHI\u{ad}ôöòóõ}JKLMNOPQR¹ûüùúÿ\\÷STUVWXYZ²ÔÖÒÓÕ0123456789³ÛÜÙÚ\u{9f}";

/// The commonest first, which is taken where nothing speaks for another.
static VARIANTS: &[Ebcdic] = &[
    Ebcdic {
        name: "cp500",
        labels: &["ibm500", "500", "ebcdic-cp-be", "ebcdic-cp-ch"],
        differs: &[(0x4a, '['), (0x4f, '!'), (0x5a, ']'), (0x5f, '^'), (0xb0, '¢'), (0xba, '¬'), (0xbb, '|')],
    },
    Ebcdic { name: "cp037", labels: &["ibm037", "037", "ebcdic-cp-us", "ebcdic-cp-ca", "ebcdic-cp-nl"], differs: &[] },
    Ebcdic {
        name: "cp1047",
        labels: &["ibm1047", "1047"],
        differs: &[(0x5f, '^'), (0xad, '['), (0xb0, '¬'), (0xba, 'Ý'), (0xbb, '¨'), (0xbd, ']')],
    },
    Ebcdic {
        name: "cp297",
        labels: &["ibm297", "297", "ebcdic-cp-fr"],
        differs: &[
            (0x44, '@'),
            (0x48, '\\'),
            (0x4a, '°'),
            (0x4f, '!'),
            (0x51, '{'),
            (0x54, '}'),
            (0x5a, '§'),
            (0x5f, '^'),
            (0x6a, 'ù'),
            (0x79, 'µ'),
            (0x7b, '£'),
            (0x7c, 'à'),
            (0x90, '['),
            (0xa0, '`'),
            (0xa1, '¨'),
            (0xb0, '¢'),
            (0xb1, '#'),
            (0xb5, ']'),
            (0xba, '¬'),
            (0xbb, '|'),
            (0xbd, '~'),
            (0xc0, 'é'),
            (0xd0, 'è'),
            (0xdd, '¦'),
            (0xe0, 'ç'),
        ],
    },
    Ebcdic {
        name: "cp273",
        labels: &["ibm273", "273", "ebcdic-cp-de"],
        differs: &[
            (0x43, '{'),
            (0x4a, 'Ä'),
            (0x4f, '!'),
            (0x59, '~'),
            (0x5a, 'Ü'),
            (0x5f, '^'),
            (0x63, '['),
            (0x6a, 'ö'),
            (0x7c, '§'),
            (0xa1, 'ß'),
            (0xb0, '¢'),
            (0xb5, '@'),
            (0xba, '¬'),
            (0xbb, '|'),
            (0xbc, '‾'),
            (0xc0, 'ä'),
            (0xcc, '¦'),
            (0xd0, 'ü'),
            (0xdc, '}'),
            (0xe0, 'Ö'),
            (0xec, '\\'),
            (0xfc, ']'),
        ],
    },
];

/// Bytes that are looked at.
const SAMPLE: usize = 4096;
/// Fewer bytes than this tell nothing.
const SHORTEST: usize = 16;

impl Ebcdic {
    /// The variant with this label, in lower case.
    pub fn for_label(label: &str) -> Option<&'static Ebcdic> {
        VARIANTS.iter().find(|v| v.name == label || v.labels.contains(&label))
    }

    /// The variant that the bytes are in, if they are EBCDIC at all.
    pub fn detect(bytes: &[u8]) -> Option<&'static Ebcdic> {
        let sample = &bytes[..bytes.len().min(SAMPLE)];
        let count = |is: fn(u8) -> bool| sample.iter().filter(|b| is(**b)).count();
        let n = sample.len();
        // The spaces come first: hardly any other file has so many of their byte.
        let few_spaces = n < SHORTEST || count(|b| b == 0x40) * 20 < n;
        if few_spaces || count(is_letter_or_digit) * 20 < n * 11 || count(|b| b.is_ascii_alphabetic()) * 4 > n {
            return None;
        }
        let misfit = |v: &&Ebcdic| (misfit(&v.decode(sample).0) * 100.0) as u32;
        VARIANTS.iter().min_by_key(misfit)
    }

    /// The text, with the number of bytes that mean nothing in it. Both line ends of the mainframe (NL and LF) are one.
    pub fn decode(&self, bytes: &[u8]) -> (String, usize) {
        let mut table = ['\u{fffd}'; 256];
        for (slot, c) in table[0x40..].iter_mut().zip(BASE.chars()) {
            *slot = c;
        }
        for (byte, c) in [(0x05, '\t'), (0x0c, '\u{c}'), (0x0d, '\r'), (0x15, '\n'), (0x25, '\n'), (0xff, '\u{fffd}')] {
            table[byte] = c;
        }
        self.differs.iter().for_each(|&(byte, c)| table[usize::from(byte)] = c);
        let text: String = bytes.iter().map(|b| table[usize::from(*b)]).collect();
        let replaced = text.matches(char::REPLACEMENT_CHARACTER).count();
        (text, replaced)
    }
}

fn is_letter_or_digit(byte: u8) -> bool {
    matches!(byte, 0x81..=0x89 | 0x91..=0x99 | 0xa2..=0xa9 | 0xc1..=0xc9 | 0xd1..=0xd9 | 0xe2..=0xe9 | 0xf0..=0xf9)
}

/// How badly a text reads: letters that are odd, and signs of programmers inside of words.
fn misfit(text: &str) -> f32 {
    let beyond = text.chars().filter(|c| !c.is_ascii()).count() as f32;
    let mut signs = 0.0;
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        if matches!(c, '[' | ']' | '{' | '}' | '^' | '~' | '\\' | '|' | '`' | '@' | '#' | '$') {
            signs += if before.is_alphabetic() && after.is_alphabetic() { 8.0 } else { 2.5 };
        }
        before = c;
    }
    oddness(text) * beyond + signs
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes of `text` in the variant `name`.
    fn bytes(name: &str, text: &str) -> Vec<u8> {
        let all: Vec<u8> = (0x40..=0xfe).collect();
        let table: Vec<char> = Ebcdic::for_label(name).unwrap().decode(&all).0.chars().collect();
        let byte = |c| if c == '\n' { 0x15 } else { 0x40 + table.iter().position(|t| *t == c).unwrap() as u8 };
        text.chars().map(byte).collect()
    }

    #[test]
    fn variants_are_told_by_their_letters() {
        let french = "Le préfet a été reçu à l'hôtel de ville ; où étaient les élèves ?\nAh ! Ça coûte 12 francs.";
        let german = "Die Bürger hören schöne Grüße aus Österreich, übermäßig viele!";
        let english = "The mayor said: \"We will see!\" He left at 7 o'clock & slept.";
        for (name, text) in [("cp500", french), ("cp297", french), ("cp037", english), ("cp273", german)] {
            let bytes = bytes(name, text);
            assert_eq!(Ebcdic::detect(&bytes).unwrap().decode(&bytes), (text.to_string(), 0), "{name}");
        }
        let listed = "See [note 1] and [note 2] of the report of the year.";
        let bytes = bytes("cp1047", listed);
        assert_eq!(Ebcdic::detect(&bytes).unwrap().name, "cp1047");
    }

    #[test]
    fn other_bytes_are_not_taken_for_it() {
        let russian = encoding_rs::WINDOWS_1251.encode("Пишите на адрес a@b.ru, c@d.ru, e@f.ru, g@h.ru").0;
        for bytes in [&b"a@b @@@@ @c @d @e @f"[..], &russian, b"@@@@@@@@@@@@@@@@@@@@@@@", b""] {
            assert_eq!(Ebcdic::detect(bytes), None);
        }
    }
}
