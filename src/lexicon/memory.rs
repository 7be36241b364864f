//! What a thread remembers of the words it was asked about: a table of one size, in which a newer word takes the place of
//! an older one. Whole words are compared, so an answer never depends on what was asked before.

use std::cell::RefCell;

use crate::language::Lang;

/// Slots of the table of a thread, of 32 bytes each.
const SLOTS: usize = 1 << 14;
/// Bytes of the longest word that is remembered.
const LONGEST: usize = 24;

#[derive(Clone, Copy)]
struct Slot {
    word: [u64; LONGEST / 8],
    language: Lang,
    answer: bool,
}

thread_local! {
    static MEMORY: RefCell<Vec<Slot>> = const { RefCell::new(Vec::new()) };
}

/// The answer to a question about `word`, asked anew when it is not remembered.
pub(super) fn remembered(language: Lang, word: &str, ask: impl FnOnce() -> bool) -> bool {
    let Some(packed) = packed(word.as_bytes()) else { return ask() };
    MEMORY.with_borrow_mut(|slots| {
        if slots.is_empty() {
            slots.resize(SLOTS, Slot { word: [0; LONGEST / 8], language: Lang::UND, answer: false });
        }
        let slot = &mut slots[place(packed)];
        if slot.word != packed || slot.language != language {
            *slot = Slot { word: packed, language, answer: ask() };
        }
        slot.answer
    })
}

/// The bytes of a short word, filled up with zeros; no word ends in one.
fn packed(word: &[u8]) -> Option<[u64; LONGEST / 8]> {
    let mut bytes = [0; LONGEST];
    bytes.get_mut(..word.len())?.copy_from_slice(word);
    let mut packed = [0; LONGEST / 8];
    for (part, eight) in packed.iter_mut().zip(bytes.as_chunks::<8>().0) {
        *part = u64::from_le_bytes(*eight);
    }
    Some(packed)
}

fn place(word: [u64; LONGEST / 8]) -> usize {
    let mixed = word.iter().fold(0_u64, |hash, part| (hash.rotate_left(23) ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    (mixed >> 40) as usize & (SLOTS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_asked_once_and_per_language() {
        let (french, german) = (Lang::parse("fr").unwrap(), Lang::parse("de").unwrap());
        assert!(remembered(french, "maison", || true));
        assert!(remembered(french, "maison", || panic!("asked again")));
        assert!(!remembered(german, "maison", || false));
        assert!(remembered(french, "maison", || true));
    }

    #[test]
    fn words_with_the_same_beginning_are_told_apart() {
        let french = Lang::parse("fr").unwrap();
        let long = "constitutionnellement";
        for n in 1..=long.len() {
            assert_eq!(remembered(french, &long[..n], || n % 2 == 0), n % 2 == 0);
        }
        assert!(remembered(french, &long.repeat(3), || true));
    }
}
