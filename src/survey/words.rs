//! In how many documents a word stands. Cells of one byte are shared by whatever words fall on them, two for each word, and
//! the smaller counts; so the table has one size, merging is adding, and an error is always a count too high. A word that
//! seems to recur is left alone, so that error costs a correction and never makes one.
//!
//! All words are counted and not only those that no lexicon knows: to ask the lexica costs more than to count, and needs
//! the language of each document.

use super::hash;
use crate::script::is_letter;

/// Cells of the table. With a million different words one in twenty is counted a little too high.
pub const CELLS: usize = 1 << 22;
/// Letters of the shortest word that is counted.
const SHORTEST: usize = 3;

/// Counts of documents by word.
#[derive(Clone, PartialEq)]
pub struct Words {
    pub(super) cells: Vec<u8>,
}

impl Default for Words {
    fn default() -> Words {
        Words { cells: vec![0; CELLS] }
    }
}

impl Words {
    pub fn add(&mut self, text: &str) {
        let mut all = Vec::with_capacity(text.len() / 6);
        each(text, |word| all.push(word));
        all.sort_unstable();
        all.dedup();
        for word in all {
            let (a, b) = places(word);
            self.cells[a] = self.cells[a].saturating_add(1);
            if a != b {
                self.cells[b] = self.cells[b].saturating_add(1);
            }
        }
    }

    pub fn merge(&mut self, other: &Words) {
        for (cell, more) in self.cells.iter_mut().zip(&other.cells) {
            *cell = cell.saturating_add(*more);
        }
    }

    pub fn documents_with(&self, word: &str) -> u32 {
        let mut least = None;
        each(word, |word| {
            let (a, b) = places(word);
            let count = self.cells[a].min(self.cells[b]);
            least = Some(least.map_or(count, |l: u8| l.min(count)));
        });
        u32::from(least.unwrap_or(0))
    }
}

fn places(word: u64) -> (usize, usize) {
    (word as usize & (CELLS - 1), (word >> 32) as usize & (CELLS - 1))
}

/// Hands the hash of every word of `text` to `found`.
fn each(text: &str, mut found: impl FnMut(u64)) {
    let (mut state, mut letters) = (hash::start(1), 0);
    let mut end = |state: &mut u64, letters: &mut usize| {
        if *letters >= SHORTEST {
            found(hash::finish(*state));
        }
        (*state, *letters) = (hash::start(1), 0);
    };
    for c in text.chars() {
        if c.is_ascii_alphabetic() || (!c.is_ascii() && is_letter(c)) {
            state = hash::step(state, u64::from(hash::lower(c)));
            letters += 1;
        } else if letters > 0 {
            end(&mut state, &mut letters);
        }
    }
    end(&mut state, &mut letters);
}
