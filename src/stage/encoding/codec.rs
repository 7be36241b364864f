//! The charsets that UTF-8 gets misread as, turned around: from the character somebody saw to the byte it was.

use encoding_rs::Encoding;

use crate::read::charset::tables::Table;

/// Characters below this have a slot in the tables; the few above it that legacy charsets know are ligatures.
const END: usize = 0x2600;

/// Two or more characters that are the bytes of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sequence {
    /// How many characters it takes.
    pub len: usize,
    /// The character that it was, or U+FFFD when one of its bytes was lost.
    pub was: char,
}

/// A charset turned around.
#[derive(Debug)]
pub(super) struct Codec {
    /// The charset's name.
    pub name: &'static str,
    /// The byte of each character, 0 for none.
    bytes: Vec<u8>,
}

impl Codec {
    /// A charset of the Web. Bytes that mean nothing in it stand for the C1 controls, as browsers read them; in Windows-1252
    /// the C1 controls stand for themselves as well, so that it does for Latin-1.
    pub fn web(name: &'static str, encoding: &'static Encoding) -> Codec {
        let mut codec = Codec { name, bytes: vec![0; END] };
        if encoding == encoding_rs::WINDOWS_1252 {
            for byte in 0x80..=0x9fu8 {
                codec.bytes[usize::from(byte)] = byte;
            }
        }
        for byte in 0x80..=0xffu8 {
            let byte_alone = [byte];
            let (text, _) = encoding.decode_without_bom_handling(&byte_alone);
            codec.learn(text.chars().next(), byte);
        }
        codec
    }

    /// A charset that the Web does not know.
    pub fn table(name: &'static str) -> Codec {
        let mut codec = Codec { name, bytes: vec![0; END] };
        if let Some(table) = Table::for_label(name) {
            for (byte, c) in (0x80..=0xffu8).zip(table.upper()) {
                codec.learn(Some(c), byte);
            }
        }
        codec
    }

    fn learn(&mut self, c: Option<char>, byte: u8) {
        if let Some(slot) = c.and_then(|c| self.bytes.get_mut(c as usize)) {
            *slot = byte;
        }
    }

    /// The byte beyond ASCII that `c` stands for.
    pub fn byte(&self, c: char) -> Option<u8> {
        self.bytes.get(c as usize).copied().filter(|b| *b != 0)
    }

    /// The sequence that begins with the first of `chars`.
    pub fn sequence(&self, chars: &[(usize, char)]) -> Option<Sequence> {
        let lead = self.byte(chars.first()?.1)?;
        if let Some(was) = self.surrogates(chars).filter(|_| lead == 0xed) {
            return Some(Sequence { len: 6, was });
        }
        let (len, mut value) = match lead {
            0xc2..=0xdf => (2, u32::from(lead & 0x1f)),
            0xe0..=0xef => (3, u32::from(lead & 0x0f)),
            0xf0..=0xf4 => (4, u32::from(lead & 0x07)),
            _ => return None,
        };
        let mut lost = 0;
        for &(_, c) in chars.get(1..len)? {
            match self.byte(c) {
                Some(byte @ 0x80..=0xbf) => value = value << 6 | u32::from(byte & 0x3f),
                _ if c == char::REPLACEMENT_CHARACTER => lost += 1,
                _ => return None,
            }
        }
        if lost > 0 {
            return (lost == 1).then_some(Sequence { len, was: char::REPLACEMENT_CHARACTER });
        }
        let shortest = [0, 0, 0x80, 0x800, 0x10000][len];
        char::from_u32(value).filter(|_| value >= shortest).map(|was| Sequence { len, was })
    }

    /// A character beyond U+FFFF that was written as two surrogates of three bytes each (CESU-8).
    fn surrogates(&self, chars: &[(usize, char)]) -> Option<char> {
        let mut bytes = [0u8; 6];
        for (byte, &(_, c)) in bytes.iter_mut().zip(chars.get(..6)?) {
            *byte = self.byte(c)?;
        }
        let [0xed, a @ 0xa0..=0xaf, b @ 0x80..=0xbf, 0xed, c @ 0xb0..=0xbf, d @ 0x80..=0xbf] = bytes else {
            return None;
        };
        let unit = |high: u8, low: u8| 0xd000 | u16::from(high & 0x3f) << 6 | u16::from(low & 0x3f);
        char::decode_utf16([unit(a, b), unit(c, d)]).next()?.ok()
    }
}

/// One bit for each codec: which could begin a sequence with a character, and which could go on with it.
#[derive(Debug)]
pub(super) struct Masks {
    leads: Vec<u8>,
    rest: Vec<u8>,
}

impl Masks {
    /// The masks of up to eight codecs.
    pub fn new(codecs: &[Codec]) -> Masks {
        let mut masks = Masks { leads: vec![0; END], rest: vec![0; END] };
        for (i, codec) in codecs.iter().enumerate().take(8) {
            for (c, byte) in codec.bytes.iter().enumerate() {
                match byte {
                    0xc2..=0xf4 => masks.leads[c] |= 1 << i,
                    0x80..=0xbf => masks.rest[c] |= 1 << i,
                    _ => {}
                }
            }
        }
        masks
    }

    /// The codecs in which any two neighbours of `chars` could begin a sequence.
    pub fn any(&self, chars: &[(usize, char)]) -> u8 {
        let mut before = ' ';
        let mut any = 0;
        for &(_, c) in chars {
            if !c.is_ascii() && !before.is_ascii() {
                any |= self.pair(before, c);
            }
            before = c;
        }
        any
    }

    /// The codecs in which `lead` and `next` could begin a sequence.
    pub fn pair(&self, lead: char, next: char) -> u8 {
        self.leads.get(lead as usize).copied().unwrap_or(0) & self.follows(next)
    }

    fn follows(&self, c: char) -> u8 {
        if c == char::REPLACEMENT_CHARACTER { 0xff } else { self.rest.get(c as usize).copied().unwrap_or(0) }
    }
}
