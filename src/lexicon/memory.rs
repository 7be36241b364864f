//! What a thread remembers of the words it was asked about: a table of one size, in which a newer word takes the place of
//! an older one, two places for each. Whole words are compared, so an answer never depends on what was asked before.

use std::cell::RefCell;
use std::thread::LocalKey;

use super::Facts;
use crate::language::Lang;

/// Slots of each table of a thread, of 32 bytes.
const SLOTS: usize = 1 << 16;
/// Bytes of the longest word that is remembered.
const LONGEST: usize = 24;

/// A word of a language, with the answer to a question about it.
#[derive(Clone, Copy)]
pub(super) struct Slot<T> {
    word: Word,
    language: Lang,
    answer: T,
}

/// What a thread remembers of one question.
pub(super) type Memory<T> = RefCell<Vec<Slot<T>>>;

/// The bytes of a short word, filled up with zeros; no word ends in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word([u64; LONGEST / 8]);

/// The bits that a word of so many bytes fills.
const MASKS: [[u64; LONGEST / 8]; LONGEST + 1] = {
    let mut masks = [[0; LONGEST / 8]; LONGEST + 1];
    let mut len = 1;
    while len <= LONGEST {
        masks[len] = masks[len - 1];
        masks[len][(len - 1) / 8] |= 0xff << (8 * ((len - 1) % 8));
        len += 1;
    }
    masks
};

thread_local! {
    /// What the lists of its language say of a word.
    pub(super) static FACTS: Memory<Facts> = const { RefCell::new(Vec::new()) };
    /// How frequent the word is in the other language that uses it most.
    pub(super) static ELSEWHERE: Memory<u16> = const { RefCell::new(Vec::new()) };
}

impl Word {
    /// The word, if it is short enough.
    pub(crate) fn new(word: &[u8]) -> Option<Word> {
        let mut bytes = [0; LONGEST];
        bytes.get_mut(..word.len())?.copy_from_slice(word);
        Some(Word::of(bytes))
    }

    /// The word of `len` bytes at `start`: quicker than a copy where the text goes on far enough.
    pub(crate) fn at(text: &[u8], start: usize, len: usize) -> Option<Word> {
        match text.get(start..).and_then(<[u8]>::first_chunk::<LONGEST>) {
            Some(bytes) => {
                let (Word([a, b, c]), [x, y, z]) = (Word::of(*bytes), MASKS.get(len)?);
                Some(Word([a & x, b & y, c & z]))
            }
            None => Word::new(&text[start..start + len]),
        }
    }

    fn of(bytes: [u8; LONGEST]) -> Word {
        let (eights, _) = bytes.as_chunks::<8>();
        Word([u64::from_le_bytes(eights[0]), u64::from_le_bytes(eights[1]), u64::from_le_bytes(eights[2])])
    }

    /// The same with its first letter in lower case, where that letter is a capital of ASCII or Latin-1.
    pub(crate) fn with_small_initial(self) -> Option<Word> {
        let Word([first, second, third]) = self;
        let bit = match first.to_le_bytes() {
            [b'A'..=b'Z', ..] => 0x20,
            [0xc3, 0x80..=0x96 | 0x98..=0x9e, ..] => 0x2000,
            _ => return None,
        };
        Some(Word([first | bit, second, third]))
    }

    /// Its bytes.
    pub(super) fn bytes(self) -> Vec<u8> {
        let bytes = self.0.iter().flat_map(|part| part.to_le_bytes());
        bytes.take_while(|b| *b != 0).collect()
    }

    /// A number that is the same for equal words, and seldom for others.
    pub(crate) fn key(self) -> u32 {
        let mixed =
            self.0.iter().fold(0_u64, |hash, part| (hash.rotate_left(23) ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        (mixed >> 32) as u32
    }
}

/// The answer to the question of `memory` about `word`, asked anew when it is not remembered.
pub(super) fn remembered<T: Copy + Default>(
    memory: &'static LocalKey<Memory<T>>,
    language: Lang,
    word: Word,
    ask: impl FnOnce() -> T,
) -> T {
    memory.with_borrow_mut(|slots| {
        if slots.is_empty() {
            slots.resize(SLOTS, Slot { word: Word([0; LONGEST / 8]), language: Lang::UND, answer: T::default() });
        }
        let first = word.key() as usize & (SLOTS - 1);
        let second = first ^ 1;
        for at in [first, second] {
            if slots[at].word == word && slots[at].language == language {
                return slots[at].answer;
            }
        }
        slots[second] = slots[first];
        slots[first] = Slot { word, language, answer: ask() };
        slots[first].answer
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const YES: Facts = Facts { frequency: 300, bits: 1 };
    const NO: Facts = Facts { frequency: 0, bits: 0 };

    fn ask(lang: &str, word: &str, answer: impl FnOnce() -> Facts) -> Facts {
        remembered(&FACTS, Lang::parse(lang).unwrap(), Word::new(word.as_bytes()).unwrap(), answer)
    }

    #[test]
    fn a_question_is_asked_once_and_per_language() {
        assert_eq!(ask("fr", "maison", || YES), YES);
        assert_eq!(ask("fr", "maison", || panic!("asked again")), YES);
        assert_eq!(ask("de", "maison", || NO), NO);
        assert_eq!(ask("fr", "maison", || YES), YES);
    }

    #[test]
    fn words_with_the_same_beginning_are_told_apart() {
        let long = "constitutionnellement";
        for n in 1..=long.len() {
            let facts = Facts { frequency: n as u16, bits: 0 };
            assert_eq!(ask("fr", &long[..n], || facts), facts);
        }
        assert_eq!(Word::new(long.repeat(3).as_bytes()), None);
    }

    #[test]
    fn a_word_is_the_same_wherever_it_stands() {
        let text = "Le maire, Éva et anticonstitutionnellement l'œuvre";
        for word in ["Le", "maire", "Éva", "anticonstitutionnellement", "œuvre"] {
            let start = text.find(word).unwrap();
            assert_eq!(Word::at(text.as_bytes(), start, word.len()), Word::new(word.as_bytes()), "{word}");
        }
    }

    #[test]
    fn a_capital_becomes_small() {
        let small = |word: &str| Word::new(word.as_bytes()).unwrap().with_small_initial();
        assert_eq!(small("Maire"), Word::new(b"maire"));
        assert_eq!(small("Éva"), Word::new("éva".as_bytes()));
        assert_eq!(small("Œuvre"), None);
        assert_eq!(small("maire"), None);
    }
}
