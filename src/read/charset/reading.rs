//! The readings of a sample in 8-bit charsets, scored from counts: [`oddness`](super::letters::oddness), but without
//! decoding.
//!
//! Thirty charsets are compared, so a reading must cost little. What a letter is worth follows from its byte, so the bytes
//! are counted once and multiplied by each charset's table; what its neighbours are worth follows from the classes of three
//! bytes; and neither is asked of a reading that a lower bound leaves out of the race.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::legacy::Charset;
use super::letters::{LANGUAGES, letter_costs, misplaced, symbol};

/// A byte beyond ASCII between two others.
type Context = [u8; 3];

/// What a sample is made of.
pub(super) struct Counts {
    bytes: [f32; 128],
    contexts: Vec<(Context, f32)>,
    /// How many bytes are beyond ASCII.
    pub beyond: u32,
}

/// What the bytes of a charset are worth.
struct Worth {
    charset: Charset,
    chars: [char; 128],
    /// For each byte from 0x80 on, what it costs in each language; symbols cost the same in all.
    costs: Vec<[f32; LANGUAGES]>,
    /// The least of these.
    least: [f32; 128],
    classes: [u8; 256],
}

/// One character for each class that [`misplaced`] tells apart.
const CLASSES: [char; 26] = [
    ' ', '.', 'a', 'A', 'é', 'É', 'й', 'Й', 'ا', 'ª', '’', '·', '«', '»', '€', '…', '“', '„', '\u{a0}', '”', '¬', '‹',
    '–', '—', '°', '‰',
];
const N: usize = CLASSES.len();

impl Counts {
    /// Counts a sample.
    pub fn new(sample: &[u8]) -> Counts {
        let mut bytes = [0.0; 128];
        let mut contexts = BTreeMap::new();
        let mut beyond = 0;
        let at = |i: usize| sample.get(i).copied().unwrap_or(b' ');
        for (i, &byte) in sample.iter().enumerate().filter(|(_, b)| !b.is_ascii()) {
            bytes[usize::from(byte - 0x80)] += 1.0;
            beyond += 1;
            let plain = |b: u8| match b {
                b'a'..=b'z' => b'a',
                b'A'..=b'Z' => b'A',
                b'\t' | b'\n' | b'\x0c' | b'\r' | b' ' => b' ',
                0..=0x7f => b'.',
                _ => b,
            };
            *contexts.entry([plain(if i == 0 { b' ' } else { at(i - 1) }), byte, plain(at(i + 1))]).or_insert(0.0) +=
                1.0;
        }
        Counts { bytes, contexts: contexts.into_iter().collect(), beyond }
    }

    /// The readings of `charsets` with their oddness, the best first. One that is worse than the best by more than `margin`
    /// may have a figure that is too small; it is never put before a better one.
    pub fn ranked(&self, charsets: &[Charset], margin: f32) -> Vec<(Charset, f32)> {
        let n = self.beyond.max(1) as f32;
        let mut all: Vec<(usize, &Worth, f32)> =
            charsets.iter().enumerate().filter_map(|(i, c)| Worth::of(*c).map(|w| (i, w, w.bound(self) / n))).collect();
        all.sort_by(|a, b| a.2.total_cmp(&b.2).then(a.0.cmp(&b.0)));
        let mut best = f32::INFINITY;
        for (_, worth, odd) in &mut all {
            if *odd > best + margin {
                break;
            }
            *odd = (worth.letters(self) + worth.places(self)) / n;
            best = best.min(*odd);
        }
        all.sort_by(|a, b| a.2.total_cmp(&b.2).then(a.0.cmp(&b.0)));
        all.into_iter().map(|(_, worth, odd)| (worth.charset, odd)).collect()
    }

    /// The oddness of the reading in `charset`; `None` for a charset of more than one byte.
    pub fn oddness(&self, charset: Charset) -> Option<f32> {
        let worth = Worth::of(charset)?;
        Some((worth.letters(self) + worth.places(self)) / self.beyond.max(1) as f32)
    }

    /// Whether two charsets read the sample alike.
    pub fn alike(&self, one: Charset, other: Charset) -> bool {
        let (Some(one), Some(other)) = (Worth::of(one), Worth::of(other)) else { return false };
        self.bytes.iter().zip(one.chars.iter().zip(&other.chars)).all(|(n, (a, b))| *n == 0.0 || a == b)
    }

    /// The share of bytes beyond ASCII that are letters of other scripts than Latin in `charset`.
    pub fn foreign(&self, charset: Charset) -> f32 {
        let Some(worth) = Worth::of(charset) else { return 0.0 };
        let is_foreign = |c: &char| c.is_alphabetic() && *c > '\u{24f}';
        let foreign: f32 = self.bytes.iter().zip(&worth.chars).filter(|(_, c)| is_foreign(c)).map(|(n, _)| n).sum();
        foreign / self.beyond.max(1) as f32
    }
}

/// A first look at a line, at the cost of one look-up a byte.
pub(super) struct Glance(&'static Worth);

impl Glance {
    /// Whether the bytes beyond ASCII may be no letters of the charset's languages.
    pub fn is_strange(&self, line: &[u8]) -> bool {
        let (mut sum, mut n) = (0.0, 0u32);
        for byte in line.iter().filter(|b| !b.is_ascii()) {
            sum += self.0.least[usize::from(byte - 0x80)];
            n += 1;
        }
        sum > 3.0 * n as f32
    }
}

impl Counts {
    /// For looking at lines that should be in `charset`; `None` for a charset of more than one byte.
    pub fn glance(charset: Charset) -> Option<Glance> {
        Worth::of(charset).map(Glance)
    }
}

impl Worth {
    /// The tables of a charset, made when it is first asked for.
    fn of(charset: Charset) -> Option<&'static Worth> {
        static ALL: OnceLock<Vec<Worth>> = OnceLock::new();
        let all = ALL.get_or_init(|| Charset::single_byte().map(Worth::new).collect());
        all.iter().find(|w| w.charset == charset)
    }

    fn new(charset: Charset) -> Worth {
        let mut worth = Worth {
            charset,
            chars: ['\u{fffd}'; 128],
            costs: Vec::with_capacity(128),
            least: [0.0; 128],
            classes: [1; 256],
        };
        for byte in 0..=255u8 {
            let c = charset.decode(&[byte]).0.chars().next().unwrap_or('\u{fffd}');
            worth.classes[usize::from(byte)] = class(c);
            if byte >= 0x80 {
                worth.chars[usize::from(byte - 0x80)] = c;
                let costs = if c.is_alphabetic() { letter_costs(c) } else { [symbol(c); LANGUAGES] };
                worth.least[usize::from(byte - 0x80)] = costs.iter().copied().fold(f32::INFINITY, f32::min);
                worth.costs.push(costs);
            }
        }
        worth
    }

    /// What the letters and symbols cost, in the language where they cost least.
    fn letters(&self, counts: &Counts) -> f32 {
        let mut sums = [0f32; LANGUAGES];
        for (&n, row) in counts.bytes.iter().zip(&self.costs).filter(|(n, _)| **n > 0.0) {
            for (sum, cost) in sums.iter_mut().zip(row) {
                *sum += cost * n;
            }
        }
        sums.into_iter().fold(f32::INFINITY, f32::min)
    }

    /// What the letters and symbols cost at least, whatever the language.
    fn bound(&self, counts: &Counts) -> f32 {
        counts.bytes.iter().zip(&self.least).map(|(n, cost)| n * cost).sum()
    }

    /// What their neighbours cost.
    fn places(&self, counts: &Counts) -> f32 {
        let costs = places();
        let class = |b: u8| usize::from(self.classes[usize::from(b)]);
        counts.contexts.iter().map(|([a, b, c], n)| costs[(class(*a) * N + class(*b)) * N + class(*c)] * n).sum()
    }
}

fn class(c: char) -> u8 {
    let like = match c {
        _ if CLASSES.contains(&c) => c,
        _ if c.is_ascii_lowercase() => 'a',
        _ if c.is_ascii_uppercase() => 'A',
        _ if c.is_whitespace() => ' ',
        _ if c.is_ascii() => '.',
        '‡' | '†' => '‹',
        _ if c.is_alphabetic() => match (c <= '\u{24f}', c.is_lowercase(), c.is_uppercase()) {
            (true, true, _) => 'é',
            (true, _, true) => 'É',
            (true, ..) => 'ª',
            (_, true, _) => 'й',
            (_, _, true) => 'Й',
            _ => 'ا',
        },
        _ => '°',
    };
    CLASSES.iter().position(|r| *r == like).unwrap_or(1) as u8
}

/// [`misplaced`] for every three classes.
fn places() -> &'static [f32] {
    static PLACES: OnceLock<Vec<f32>> = OnceLock::new();
    PLACES.get_or_init(|| {
        let each = |f: &mut dyn FnMut(char)| CLASSES.iter().copied().for_each(f);
        let mut all = Vec::with_capacity(N * N * N);
        each(&mut |a| each(&mut |b| each(&mut |c| all.push(misplaced(a, b, c)))));
        all
    })
}

#[cfg(test)]
mod tests {
    use super::super::letters::oddness;
    use super::*;

    #[test]
    fn counts_say_what_the_text_says() {
        for (label, text) in [
            ("windows-1252", "Le préfet « a été reçu » à l’hôtel, où… les ÉLÈVES étaient – déjà – l'été\u{a0}!"),
            ("windows-1251", "Вчера в посёлке «Новый» открыли школу № 5. СССР – это… Её"),
            ("koi8-r", "Вчера в поселке открыли школу."),
        ] {
            let charset = Charset::for_label(label).unwrap();
            let bytes = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap().encode(text).0;
            let counts = Counts::new(&bytes);
            for other in Charset::single_byte() {
                let (fast, slow) = (counts.oddness(other).unwrap(), oddness(&other.decode(&bytes).0));
                assert!((fast - slow).abs() < 0.06, "{label} as {}: {fast} and {slow}", other.name());
            }
            assert!(counts.alike(charset, charset));
        }
    }

    #[test]
    fn the_right_reading_comes_first() {
        let text = "Все ученики пришли в новый дом культуры, жители довольны.";
        for label in ["koi8-r", "windows-1251", "iso-8859-5", "ibm866", "x-mac-cyrillic"] {
            let bytes = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap().encode(text).0;
            let counts = Counts::new(&bytes);
            let all: Vec<Charset> = Charset::single_byte().collect();
            let ranked = counts.ranked(&all, 1.0);
            assert_eq!(ranked[0].0.decode(&bytes).0, text, "{label}");
            assert!(counts.foreign(ranked[0].0) > 0.9);
        }
    }
}
