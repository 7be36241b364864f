//! The first step: how much the words and the form of a line are those of furniture.
//!
//! A linear model. Each thing that is seen of a line is hashed to a slot of one table of weights; their sum is the logarithm
//! of the odds. Words are seen without case and accents, alone, by their beginning, and in pairs.

use super::super::{fold, shape};

/// log₂ of the slots.
pub const BITS: u32 = 17;
/// Words and signs of a line that are looked at.
const TOKENS: usize = 64;
/// Code points of the longest line that is looked at; a longer one is a paragraph …
const LONGEST: usize = 240;
/// … and has these odds.
const PARAGRAPH: f32 = -4.0;
/// Letters of a word by which its forms are the same.
const STEM: usize = 6;

/// The table of weights, read where it lies.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    weights: &'a [u8],
    /// What a weight of 1 is.
    scale: f32,
}

impl<'a> Words<'a> {
    /// Reads the table from the front of `bytes`: the scale (f32, little endian), then a signed byte for each slot.
    pub fn read(bytes: &'a [u8]) -> Option<(Words<'a>, &'a [u8])> {
        let (scale, rest) = bytes.split_first_chunk()?;
        let (weights, rest) = rest.split_at_checked(1 << BITS)?;
        Some((Words { weights, scale: f32::from_le_bytes(*scale) }, rest))
    }

    /// The logarithm of the odds that a line of so many code points is furniture, -8 to 8. Linear.
    pub fn odds(&self, line: &str, points: usize) -> f32 {
        if points > LONGEST {
            return PARAGRAPH;
        }
        let mut sum = 0;
        seen(line, |slot| sum += i32::from(self.weights[slot] as i8));
        (sum as f32 * self.scale).clamp(-8.0, 8.0)
    }
}

/// Whether the first step looks at a line of so many code points.
pub fn is_looked_at(points: usize) -> bool {
    points <= LONGEST
}

/// Calls `found` with the slot of each thing that is seen of a line.
pub fn seen(line: &str, mut found: impl FnMut(usize)) {
    let mut add = |kind: u8, hash: u64| found((mixed(hash, u64::from(kind)) >> (64 - BITS)) as usize);
    let folded = fold::line(line);
    let (mut before, mut words, mut tokens) = (0, 0_usize, 0);
    for token in self::tokens(&folded).take(TOKENS) {
        let hash = match token {
            Token::Word(word) => {
                let hash = fold::hash(word);
                add(b'w', hash);
                let stem = word.char_indices().nth(STEM).map(|(at, _)| &word[..at]);
                if let Some(stem) = stem {
                    add(b's', fold::hash(stem));
                }
                words += 1;
                hash
            }
            Token::Digits(len) => {
                let hash = len.min(4) as u64;
                add(b'd', hash);
                words += 1;
                hash
            }
            Token::Sign(sign) => u64::from(u32::from(sign)) << 8,
        };
        if tokens == 0 {
            add(b'f', hash);
        } else {
            add(b'p', mixed(before, hash));
        }
        before = hash;
        tokens += 1;
    }
    add(b'l', before);
    add(b'n', if words < 12 { words } else { (words / 8 * 8).min(64) } as u64);
    form(line, add);
}

/// What is seen of a line beside its words.
fn form(line: &str, mut add: impl FnMut(u8, u64)) {
    let (mut words, mut capitals, mut small, mut inside) = (0, 0, 0, false);
    let (mut digits, mut signs) = (false, Vec::new());
    for c in line.chars() {
        let letter = c.is_alphabetic();
        if letter && !inside {
            words += 1;
            capitals += u64::from(c.is_uppercase());
        }
        small += usize::from(letter && c.is_lowercase());
        inside = letter;
        digits |= c.is_ascii_digit();
        if !c.is_alphanumeric() && !c.is_whitespace() && !signs.contains(&c) {
            signs.push(c);
            add(b'c', u64::from(u32::from(c)));
        }
    }
    add(b'u', 10 * capitals / words.max(1));
    let code = |c: Option<char>, other: u64| {
        c.filter(|c| !c.is_alphanumeric()).map_or(other, |c| u64::from(u32::from(c)) << 2)
    };
    let first = line.chars().next();
    add(b'b', code(first, 1 + u64::from(first.is_some_and(char::is_uppercase))));
    add(b'e', if shape::ends_like_a_sentence(line) { 2 } else { code(line.chars().next_back(), 1) });
    for (holds, what) in [
        (words > 0 && small == 0, 1),
        (digits, 2),
        (line.contains('@') || line.contains("://") || line.contains("www."), 3),
        (true, 4),
    ] {
        if holds {
            add(b'x', what);
        }
    }
}

enum Token<'a> {
    Word(&'a str),
    Digits(usize),
    Sign(char),
}

fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let end = |more: fn(char) -> bool| rest.find(|c| !more(c)).unwrap_or(rest.len());
        let (len, token) = if first.is_ascii_digit() {
            let len = end(|c| c.is_ascii_digit());
            (len, Token::Digits(len))
        } else if first.is_alphabetic() {
            let len = end(char::is_alphabetic);
            (len, Token::Word(&rest[..len]))
        } else {
            (first.len_utf8(), Token::Sign(first))
        };
        rest = &rest[len..];
        Some(token)
    })
}

fn mixed(a: u64, b: u64) -> u64 {
    let hash = (a.rotate_left(29) ^ b.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    (hash ^ hash >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_bullets_are_not_seen_in_words() {
        let slots = |line: &str| {
            let mut slots = Vec::new();
            seen(line, |slot| slots.push(slot));
            slots
        };
        let (plain, other) = (slots("Abonnez-vous à la lettre"), slots("ABONNEZ-VOUS A LA LETTRE"));
        let shared = plain.iter().filter(|slot| other.contains(slot)).count();
        assert!(shared * 4 >= plain.len() * 3 && shared < plain.len(), "{shared} of {}", plain.len());
        assert!(plain.iter().all(|slot| *slot < 1 << BITS));
        assert!(!slots("").is_empty());
    }

    #[test]
    fn weights_add_up_and_long_lines_are_paragraphs() {
        let mut bytes = 0.5_f32.to_le_bytes().to_vec();
        bytes.resize(4 + (1 << BITS), 1);
        let (words, rest) = Words::read(&bytes).unwrap();
        assert!(rest.is_empty() && words.odds("Un mot", 6) > 0.0);
        assert!((words.odds("Un mot", LONGEST + 1) - PARAGRAPH).abs() < f32::EPSILON);
        assert!(words.odds(&"mot ".repeat(60), 240) <= 8.0);
        assert!(Words::read(&bytes[1..]).is_none());
    }
}
