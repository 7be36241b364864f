//! What single words tell of a line: months and hours of a line with the date, names of buttons and sections, verbs that
//! invite and what they invite to. The words are data, see `[words]` and `[offer]` in the rule files.
//!
//! A page in one language carries buttons in another, so all are looked for at once; but a word may be a verb here and an
//! article there, so what is said by several words together must be said in one language.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use crate::lexicon::Quick;
use crate::script::is_letter;

/// What a word may be, a bit each.
pub type Sense = u32;

/// A month.
pub const MONTH: Sense = 1;
/// A day of the week, or "today".
pub const WEEKDAY: Sense = 1 << 1;
/// A word beside a time of day or a length of time: "Uhr", "min".
pub const CLOCK: Sense = 1 << 2;
/// A word that announces a date, a count or a reading time: "published", "views".
pub const STAMP: Sense = 1 << 3;
/// A section of a newspaper.
pub const SECTION: Sense = 1 << 4;
/// What stands on a button.
pub const BUTTON: Sense = 1 << 5;
/// A verb that invites the reader.
pub const INVITE: Sense = 1 << 6;
/// A word in names of newspapers.
pub const OUTLET: Sense = 1 << 7;
/// An article, a preposition, a conjunction.
pub const FUNCTION: Sense = 1 << 8;
/// A word by which a site speaks to its reader.
pub const ADDRESS: Sense = 1 << 9;
/// A word before the name in a byline.
pub const LEAD: Sense = 1 << 10;
/// What an author is, or an agency.
pub const ROLE: Sense = 1 << 11;
/// "By", before the name of an author.
pub const BY: Sense = 1 << 12;
/// The first offer; what an invitation is about, a bit for each kind of block.
const OFFER: u32 = 16;
/// A longer entry begins with this word.
const BEGINS: Sense = 1 << 31;
/// All bits of offers.
pub const OFFERS: Sense = 0x7fff << OFFER;
/// Words of the longest entry.
const LONGEST: usize = 4;

/// A language, by number. [`ANY`] stands for the words of all.
pub type Tongue = u8;
/// Names of networks and the like, which are the same everywhere.
pub const ANY: Tongue = 0;

type Entries = HashMap<Box<str>, Vec<(Tongue, Sense)>, BuildHasherDefault<Quick>>;

/// The words.
#[derive(Debug, Default)]
pub struct Senses {
    words: Entries,
    stems: Entries,
    /// Lengths of the stems that begin with a byte, longest first.
    lengths: HashMap<u8, Vec<usize>, BuildHasherDefault<Quick>>,
}

/// A word of a line, or several that are one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// Its text, folded.
    pub text: &'a str,
    /// What it may be in any language.
    pub sense: Sense,
    /// What it may be in each.
    pub by: &'a [(Tongue, Sense)],
    /// It begins the line, or what stands behind the end of a sentence.
    pub first: bool,
    /// It is a number.
    pub number: bool,
}

/// The bit of the offer with this number.
pub fn offer(number: usize) -> Sense {
    1 << (OFFER + number as u32)
}

impl Senses {
    /// Adds an entry, folded: a word, several words, or the beginning of a word before `*`.
    pub fn add(&mut self, entry: &str, tongue: Tongue, sense: Sense) {
        if let Some(stem) = entry.strip_suffix('*') {
            join(self.stems.entry(stem.into()).or_default(), tongue, sense);
            if let Some(first) = stem.bytes().next() {
                let lengths = self.lengths.entry(first).or_default();
                if let Err(place) = lengths.binary_search_by(|n| stem.len().cmp(n)) {
                    lengths.insert(place, stem.len());
                }
            }
            return;
        }
        let words: Vec<&str> = words(entry).map(|(word, _)| word).collect();
        match words[..] {
            [] => {}
            [word] => join(self.words.entry(word.into()).or_default(), tongue, sense),
            [first, ..] => {
                join(self.words.entry(first.into()).or_default(), tongue, BEGINS);
                join(self.words.entry(words.join(" ").into()).or_default(), tongue, sense);
            }
        }
    }

    /// What a single word may be, in any language.
    pub fn of(&self, word: &str) -> Sense {
        any(self.words.get(word).map_or_else(|| self.by_stem(word), Vec::as_slice)) & !BEGINS
    }

    fn by_stem(&self, word: &str) -> &[(Tongue, Sense)] {
        let fits = |n: &&usize| **n <= word.len() && word.is_char_boundary(**n);
        let lengths = word.bytes().next().and_then(|first| self.lengths.get(&first));
        let stem = lengths.into_iter().flatten().filter(fits).find_map(|n| self.stems.get(&word[..*n]));
        stem.map_or(&[], Vec::as_slice)
    }

    /// The words of a folded line. Of several entries that begin with the same word the longest counts.
    pub fn read<'a>(&'a self, folded: &'a str) -> Vec<Token<'a>> {
        let all: Vec<(&str, bool)> = words(folded).collect();
        let mut out = Vec::with_capacity(all.len());
        let mut joined = String::new();
        let mut i = 0;
        while i < all.len() {
            let (text, first) = all[i];
            let known = self.words.get(text).map_or(&[][..], Vec::as_slice);
            let begins = any(known) & BEGINS != 0;
            let mut by = if any(known) & !BEGINS == 0 { self.by_stem(text) } else { known };
            let mut taken = 1;
            if begins {
                for n in (2..=LONGEST.min(all.len() - i)).rev() {
                    joined.clear();
                    for (word, _) in &all[i..i + n] {
                        if !joined.is_empty() {
                            joined.push(' ');
                        }
                        joined.push_str(word);
                    }
                    if let Some(longer) = self.words.get(joined.as_str()) {
                        (by, taken) = (longer, n);
                        break;
                    }
                }
            }
            let number = text.bytes().all(|b| b.is_ascii_digit());
            out.push(Token { text, sense: any(by) & !BEGINS, by, first, number });
            i += taken;
        }
        out
    }
}

fn join(senses: &mut Vec<(Tongue, Sense)>, tongue: Tongue, sense: Sense) {
    match senses.iter_mut().find(|(t, _)| *t == tongue) {
        Some((_, known)) => *known |= sense,
        None => senses.push((tongue, sense)),
    }
}

fn any(senses: &[(Tongue, Sense)]) -> Sense {
    senses.iter().fold(0, |all, (_, sense)| all | sense)
}

/// The words of a folded line, and whether each begins a sentence.
fn words(folded: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut first = true;
    let mut chars = folded.char_indices();
    std::iter::from_fn(move || {
        let mut start = None;
        loop {
            let next = chars.next();
            match next {
                Some((at, c)) if is_of_word(c) => {
                    start.get_or_insert(at);
                    continue;
                }
                _ => {}
            }
            let begins = first;
            first &= start.is_none();
            first |= next.is_some_and(|(_, c)| matches!(c, '.' | '!' | '?' | ':' | '…' | '|' | '–' | '—' | '•'));
            if let Some(start) = start {
                return Some((&folded[start..next.map_or(folded.len(), |(at, _)| at)], begins));
            }
            next?;
        }
    })
}

/// A letter or a digit.
fn is_of_word(c: char) -> bool {
    c.is_ascii_digit() || is_letter(c) || !c.is_ascii() && c.is_numeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_entry_counts() {
        let mut senses = Senses::default();
        senses.add("copier le lien", 1, BUTTON);
        senses.add("copier", 1, INVITE);
        senses.add("abonn*", 2, SECTION);
        let line = senses.read("copier le lien ? copier abonnement 12");
        let got: Vec<_> = line.iter().map(|t| (t.text, t.sense, t.first, t.number)).collect();
        assert_eq!(
            got,
            [
                ("copier", BUTTON, true, false),
                ("copier", INVITE, true, false),
                ("abonnement", SECTION, false, false),
                ("12", 0, false, true),
            ]
        );
    }
}
