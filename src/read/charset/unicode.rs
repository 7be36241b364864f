//! UTF-16 and UTF-32, with and without a byte order mark.

/// The encoding forms that are not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Utf16Le,
    Utf16Be,
    Utf32Le,
    Utf32Be,
}

/// Bytes that are looked at for the pattern of zero bytes.
const SAMPLE: usize = 4096;

impl Form {
    /// The name used in records.
    pub fn name(self) -> &'static str {
        match self {
            Form::Utf16Le => "utf-16le",
            Form::Utf16Be => "utf-16be",
            Form::Utf32Le => "utf-32le",
            Form::Utf32Be => "utf-32be",
        }
    }

    /// The form that a byte order mark announces.
    pub fn by_mark(bytes: &[u8]) -> Option<Form> {
        match bytes {
            [0xff, 0xfe, 0, 0, ..] => Some(Form::Utf32Le),
            [0, 0, 0xfe, 0xff, ..] => Some(Form::Utf32Be),
            [0xff, 0xfe, ..] => Some(Form::Utf16Le),
            [0xfe, 0xff, ..] => Some(Form::Utf16Be),
            _ => None,
        }
    }

    /// The form that the places of the zero bytes tell of. Line breaks, spaces and ASCII have their zero bytes on one side
    /// only; text in any script has some of them.
    pub fn by_zeros(bytes: &[u8]) -> Option<Form> {
        let sample = &bytes[..bytes.len().min(SAMPLE) & !3];
        if bytes.len() < 4 || (!bytes.len().is_multiple_of(2) && bytes.len() < SAMPLE) {
            return None;
        }
        let sample = if sample.is_empty() { bytes } else { sample };
        let mut zeros = [0usize; 4];
        for quad in sample.chunks_exact(4) {
            for (count, byte) in zeros.iter_mut().zip(quad) {
                *count += usize::from(*byte == 0);
            }
        }
        let quads = sample.len() / 4;
        let form = if zeros[3] == quads && zeros[2] * 4 > quads * 3 && zeros[0] == 0 {
            Form::Utf32Le
        } else if zeros[0] == quads && zeros[1] * 4 > quads * 3 && zeros[3] == 0 {
            Form::Utf32Be
        } else {
            let (first, second) = (zeros[0] + zeros[2], zeros[1] + zeros[3]);
            if first == 0 && second * 25 >= quads {
                Form::Utf16Le
            } else if second == 0 && first * 25 >= quads {
                Form::Utf16Be
            } else {
                return None;
            }
        };
        let (text, replaced) = form.decode(sample);
        let odd = text
            .chars()
            .filter(|c| c.is_control() && !c.is_whitespace() || matches!(c, '\u{e000}'..='\u{f8ff}'))
            .count();
        (replaced <= 1 && odd == 0).then_some(form)
    }

    /// The text, with the number of units that mean nothing.
    pub fn decode(self, bytes: &[u8]) -> (String, usize) {
        match self {
            Form::Utf16Le => utf16(bytes, u16::from_le_bytes),
            Form::Utf16Be => utf16(bytes, u16::from_be_bytes),
            Form::Utf32Le => utf32(bytes, u32::from_le_bytes),
            Form::Utf32Be => utf32(bytes, u32::from_be_bytes),
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> (String, usize) {
    let pairs = bytes.chunks_exact(2);
    let cut = usize::from(!pairs.remainder().is_empty());
    let units = pairs.map(|p| unit([p[0], p[1]]));
    collect(char::decode_utf16(units).map(Result::ok), bytes.len(), cut)
}

fn utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> (String, usize) {
    let quads = bytes.chunks_exact(4);
    let cut = usize::from(!quads.remainder().is_empty());
    collect(quads.map(|q| char::from_u32(unit([q[0], q[1], q[2], q[3]]))), bytes.len() / 2, cut)
}

fn collect(chars: impl Iterator<Item = Option<char>>, room: usize, cut: usize) -> (String, usize) {
    let mut text = String::with_capacity(room);
    let mut replaced = cut;
    for c in chars {
        replaced += usize::from(c.is_none());
        text.push(c.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    text.extend((cut > 0).then_some(char::REPLACEMENT_CHARACTER));
    (text, replaced)
}
