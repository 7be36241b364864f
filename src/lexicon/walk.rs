//! Goes along the letters of a word through a finite-state map and leaves the path in every possible way.

use fst::raw::{CompiledAddr, Fst};
use tamis_models::LOWER;

use super::{Neighbour, Slip, bits_of_frequency};

/// A place in the map, with the value gathered on the way.
#[derive(Clone, Copy)]
pub(super) struct Place {
    node: CompiledAddr,
    value: u64,
}

/// Goes along the letters of a word once and leaves the path in every possible way.
pub(super) struct Walk<'a> {
    pub(super) fst: &'a Fst<&'static [u8]>,
    /// Whether the values are frequencies and not bits.
    pub(super) by_frequency: bool,
    pub(super) letters: &'a [char],
    pub(super) found: Vec<Neighbour>,
}

impl Walk<'_> {
    pub(super) fn root(&self) -> Place {
        Place { node: self.fst.root().addr(), value: 0 }
    }

    pub(super) fn all(mut self) -> Vec<Neighbour> {
        let n = self.letters.len();
        let mut place = self.root();
        let mut next = Vec::new();
        for i in 0..=n {
            if i < n && (i == 0 || self.letters[i] != self.letters[i - 1]) && self.holds(place, i + 1) {
                let word = self.letters[..i].iter().chain(&self.letters[i + 1..]).collect();
                self.found.push(Neighbour { word, slip: Slip::Extra(self.letters[i]), at: i });
            }
            if i + 1 < n && self.letters[i] != self.letters[i + 1] {
                let swapped = self.step(place, self.letters[i + 1]).and_then(|p| self.step(p, self.letters[i]));
                if swapped.is_some_and(|p| self.holds(p, i + 2)) {
                    let mut word = self.letters.to_vec();
                    word.swap(i, i + 1);
                    self.found.push(Neighbour { word: word.into_iter().collect(), slip: Slip::Swapped, at: i });
                }
            }
            next.clear();
            self.steps(place, &mut next);
            for &(letter, there) in &next {
                self.leave(i, letter, there);
            }
            match self.letters.get(i).and_then(|c| self.step(place, *c)) {
                Some(p) => place = p,
                None => break,
            }
        }
        self.found
    }

    /// Takes `letter` at `i`, either before the letter there or in its stead.
    fn leave(&mut self, i: usize, letter: char, there: Place) {
        let n = self.letters.len();
        if (i == 0 || self.letters[i - 1] != letter) && self.holds(there, i) {
            let (before, after) = self.letters.split_at(i);
            let word = before.iter().chain([&letter]).chain(after).collect();
            self.found.push(Neighbour { word, slip: Slip::Missing(letter), at: i });
        }
        if i < n && self.letters[i] != letter && self.holds(there, i + 1) {
            let mut word = self.letters.to_vec();
            word[i] = letter;
            let slip = Slip::Other(self.letters[i], letter);
            self.found.push(Neighbour { word: word.into_iter().collect(), slip, at: i });
        }
    }

    /// The words in lower case that are two slips away, each of them a letter missing, extra or wrong: those that begin
    /// and end with the same letters.
    pub(super) fn two_slips(&self) -> Vec<String> {
        const LONGEST: usize = 64;
        let mut found = Vec::new();
        if self.letters.len() > LONGEST {
            return found;
        }
        let Some(place) = self.letters.first().and_then(|first| self.step(self.root(), *first)) else { return found };
        // Row by row of the table of distances: how many slips lead from the letters of the path to those of the word.
        let row: Vec<u8> = (0..self.letters.len() as u8).collect();
        self.descend(place, &mut String::from(self.letters[0]), &row, &mut found);
        found
    }

    /// Goes on from `place`, which `path` leads to; `row` are the slips from it to each beginning of the word.
    fn descend(&self, place: Place, path: &mut String, row: &[u8], found: &mut Vec<String>) {
        const SLIPS: u8 = 2;
        let ends_alike = path.chars().next_back() == self.letters.last().copied();
        if row.last() == Some(&SLIPS) && ends_alike && self.is_word(place) {
            found.push(path.clone());
        }
        let mut next = Vec::new();
        self.steps(place, &mut next);
        let mut below = vec![0; row.len()];
        for (letter, there) in next {
            below[0] = row[0] + 1;
            for i in 1..row.len() {
                let wrong = row[i - 1] + u8::from(self.letters[i] != letter);
                below[i] = wrong.min(row[i] + 1).min(below[i - 1] + 1);
            }
            if below.iter().any(|slips| *slips <= SLIPS) {
                path.push(letter);
                self.descend(there, path, &below, found);
                path.pop();
            }
        }
    }

    /// Whether the letters from `from` on lead to a word in lower case.
    pub(super) fn holds(&self, mut place: Place, from: usize) -> bool {
        for &letter in &self.letters[from..] {
            match self.step(place, letter) {
                Some(p) => place = p,
                None => return false,
            }
        }
        self.is_word(place)
    }

    /// Whether a word in lower case ends here.
    fn is_word(&self, place: Place) -> bool {
        let node = self.fst.node(place.node);
        if !node.is_final() {
            return false;
        }
        let value = place.value + node.final_output().value();
        (if self.by_frequency { bits_of_frequency(value, self.letters.len()) } else { value }) & LOWER != 0
    }

    pub(super) fn step(&self, mut place: Place, letter: char) -> Option<Place> {
        let mut buffer = [0; 4];
        for &byte in letter.encode_utf8(&mut buffer).as_bytes() {
            let node = self.fst.node(place.node);
            let transition = node.transition(node.find_input(byte)?);
            place = Place { node: transition.addr, value: place.value + transition.out.value() };
        }
        Some(place)
    }

    /// Every letter that can follow: ASCII, or two bytes as all Latin letters with accents.
    pub(super) fn steps(&self, place: Place, out: &mut Vec<(char, Place)>) {
        for first in self.fst.node(place.node).transitions() {
            let there = Place { node: first.addr, value: place.value + first.out.value() };
            if first.inp.is_ascii_lowercase() {
                out.push((char::from(first.inp), there));
            } else if (0xc3..=0xc9).contains(&first.inp) {
                for second in self.fst.node(there.node).transitions() {
                    let letter = u32::from(first.inp & 0x1f) << 6 | u32::from(second.inp & 0x3f);
                    let value = there.value + second.out.value();
                    out.extend(char::from_u32(letter).map(|c| (c, Place { node: second.addr, value })));
                }
            }
        }
    }
}
