//! What a small amount of edited text says of words beside each other.
//!
//! The counts are too small to be probabilities. So all is told as how much more often than by chance something was seen,
//! drawn towards nothing where chance would have shown it less than once.

use std::collections::BTreeMap;

use fst::Map;

/// Seen this often beside what was seen and what chance gives: one pair proves little, none nothing.
const DOUBT: f32 = 0.4;
/// The same for endings, of which there are many of each.
const DOUBT_OF_ENDINGS: f32 = 2.0;

/// Counts of words, pairs of words, and endings beside words.
#[derive(Clone)]
pub struct Pairs {
    map: Map<&'static [u8]>,
    all: f32,
    /// Counts that are not to be told.
    hidden: BTreeMap<String, u64>,
}

/// A word beside the one in question, with how often it was seen.
#[derive(Clone, Debug, Default)]
pub struct Neighbouring {
    word: String,
    times: f32,
}

impl Neighbouring {
    /// How often it was seen at all.
    pub fn times(&self) -> f32 {
        self.times
    }
}

impl Pairs {
    pub(super) fn new(bytes: &'static [u8]) -> Option<Pairs> {
        let map = Map::new(bytes).ok()?;
        let mut pairs = Pairs { map, all: 1.0, hidden: BTreeMap::new() };
        pairs.all = (pairs.get("* *") as f32).max(1.0);
        Some(pairs)
    }

    fn get(&self, key: &str) -> u64 {
        let told = self.map.get(key).unwrap_or(0);
        if self.hidden.is_empty() { told } else { told.saturating_sub(self.hidden.get(key).copied().unwrap_or(0)) }
    }

    /// The same without these counts: what would be known had a text not been counted, to measure or learn on it.
    pub fn without(&self, counts: BTreeMap<String, u64>) -> Pairs {
        Pairs { hidden: counts, ..self.clone() }
    }

    /// How often `left` stood directly before `right`.
    pub fn times(&self, left: &str, right: &str) -> u64 {
        if left.is_empty() || right.is_empty() { 0 } else { self.get(&[left, " ", right].concat()) }
    }

    /// A word in lower case, or a sign (`#`, `,`, `.`), that stands beside others; an empty one says nothing.
    pub fn beside(&self, word: &str) -> Neighbouring {
        let times = if word.is_empty() { 0 } else { self.get(&[word, " *"].concat()) };
        Neighbouring { word: word.to_string(), times: times as f32 }
    }

    /// How much more often than by chance `right`, whose share of all words is given, stands behind `left`, as a
    /// logarithm.
    pub fn follows(&self, left: &Neighbouring, right: &str, share: f32) -> f32 {
        if left.word.is_empty() {
            return 0.0;
        }
        let chance = left.times * share;
        ((self.times(&left.word, right) as f32 + DOUBT) / (chance + DOUBT)).ln()
    }

    /// The same for `left`, whose share is given, before `right`.
    pub fn precedes(&self, left: &str, share: f32, right: &Neighbouring) -> f32 {
        if right.word.is_empty() {
            return 0.0;
        }
        let chance = right.times * share;
        ((self.times(left, &right.word) as f32 + DOUBT) / (chance + DOUBT)).ln()
    }

    /// How much more often than by chance words that end like `word` stand between the two.
    pub fn ending_fits(&self, left: &Neighbouring, word: &str, right: &Neighbouring) -> (f32, f32) {
        let Some(ending) = ending(word).map(|letters| ["-", letters].concat()) else { return (0.0, 0.0) };
        let share = self.get(&["* ", &ending].concat()) as f32 / self.all;
        let told = |beside: &Neighbouring, key: &str| {
            if beside.times < 20.0 {
                return 0.0;
            }
            ((self.get(key) as f32 + DOUBT_OF_ENDINGS) / (beside.times * share + DOUBT_OF_ENDINGS)).ln()
        };
        (told(left, &[&left.word, " ", &ending].concat()), told(right, &[&ending, " ", &right.word].concat()))
    }
}

/// The last two letters of a word of three or more.
pub fn ending(word: &str) -> Option<&str> {
    let mut letters = word.char_indices().rev();
    let (_, (start, _)) = (letters.next()?, letters.next()?);
    letters.next().map(|_| &word[start..])
}

/// The sign that stands for a mark between two words; nothing for one that parts them.
pub fn sign(mark: char) -> &'static str {
    match mark {
        ',' | ';' | ':' => ",",
        '.' | '!' | '?' | '…' => ".",
        '0'..='9' => "#",
        _ => "",
    }
}

/// Whether two words with only this between them are neighbours.
pub fn is_joint(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’')
}
