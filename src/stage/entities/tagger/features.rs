//! What the tagger sees of a word and its neighbours, as hashes.
//!
//! Besides the letters of the words these are what the other finders say of them: listed, introduced by an office, a given
//! name. So a tagger that has seen little text in a language still knows what the tables know, and learns how far to trust
//! them.

use super::super::candidate::{Candidate, Scene, Weight};
use super::super::gazetteer::Table;
use super::super::letters::plain;
use super::super::token::{Case, Gap};
use super::MARGIN;
use super::model::Model;
use crate::lexicon::Lexicon;

/// What is seen of one word.
#[derive(Clone, Debug, Default)]
pub struct Word {
    lower: u64,
    shape: u64,
    prefix: [u64; 2],
    suffix: [u64; 3],
    gap: u64,
    listed: u64,
    ruled: u64,
    cues: u64,
    lexicon: u64,
    classes: [u16; 2],
    seen: u64,
    /// A sentence or block begins here beyond doubt, so that nothing before counts.
    pub begins: bool,
    /// It may belong to a name.
    pub live: bool,
}

#[cfg(test)]
impl Word {
    /// A word of which nothing else is seen.
    pub fn plain(live: bool, begins: bool) -> Word {
        Word { live, begins, ..Word::default() }
    }
}

/// Number of features of a word.
pub const FEATURES: usize = 44;

/// What tells the same hash at one place from that at another.
static SALTS: [u64; FEATURES] = {
    let mut salts = [0; FEATURES];
    let mut n = 0;
    while n < FEATURES {
        salts[n] = (n as u64 + 1).wrapping_mul(0xd6e8_feb8_6659_fd93);
        n += 1;
    }
    salts
};

#[inline]
fn mix(a: u64, b: u64) -> u64 {
    let x = (a ^ b.rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^ (x >> 32)
}

/// What is seen of every word of `scene`, given what the other finders propose.
pub fn words(scene: &Scene, candidates: &[Candidate], model: Option<&Model>, out: &mut Vec<Word>) {
    let tokens = &scene.tokens;
    let seen = Seen::of(scene);
    let lexicon = Lexicon::for_language(scene.language);
    let mut lower = String::new();
    out.clear();
    out.extend(tokens.all.iter().enumerate().map(|(i, t)| Word {
        begins: t.gap == Gap::Stop || (t.gap == Gap::Dot && t.initial && i > 0 && ends_sentence(scene, i - 1)),
        live: t.capital() && t.case != Case::Caseless,
        ..Word::default()
    }));
    for candidate in candidates {
        mark(scene, candidate, out);
    }
    // Only what is near a name is ever asked about.
    let (mut ahead, mut near) = (0, 0);
    for (i, token) in tokens.all.iter().enumerate() {
        while ahead < out.len() && ahead <= i + REACH {
            if out[ahead].live {
                near = ahead + REACH;
            }
            ahead += 1;
        }
        if i > near {
            continue;
        }
        let word = &mut out[i];
        let shape = spell(tokens.word(i), &mut lower);
        word.lower = token.hash;
        word.shape = shape.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ u64::from(token.initial);
        word.prefix = [2, 4].map(|n| prefix(&lower, n));
        word.suffix = [1, 2, 3].map(|n| suffix(&lower, n));
        word.gap = token.gap as u64 + 1;
        word.cues = u64::from(token.cues);
        word.seen = seen.of_word(token.hash);
        if token.capital() {
            word.listed |= match scene.gazetteer.given(token) {
                Some(false) => 1 << 8,
                Some(true) => 2 << 8,
                None => 0,
            };
            word.lexicon = 1 + lexicon.map_or(0, |l| {
                let frequency = u64::from(l.frequency(&lower).unwrap_or(0)) / 60;
                frequency * 4 + u64::from(l.knows(&lower)) + 1
            });
        }
        if let Some(model) = model {
            word.classes = model.classes(token.hash);
        }
    }
}

/// Writes a word in small letters with each digit as 0, and returns its shape: runs of capitals, small letters, digits and
/// others, where two of a kind are as many as more.
fn spell(word: &str, lower: &mut String) -> u64 {
    lower.clear();
    let (mut shape, mut last, mut run) = (0u64, 0, 0);
    for c in word.chars() {
        let kind = match plain(c) {
            Some((capital, small)) => {
                lower.push(small);
                if capital { 1 } else { 2 }
            }
            None if c.is_numeric() => {
                lower.push('0');
                3
            }
            None => {
                lower.extend(c.to_lowercase());
                if c.is_uppercase() {
                    1
                } else if c.is_alphabetic() {
                    2
                } else {
                    4
                }
            }
        };
        run = if kind == last { run + 1 } else { 0 };
        if run < 2 {
            shape = shape * 5 + kind;
        }
        last = kind;
    }
    shape
}

/// Whether the full stop after word `i` ends a sentence: after a short word with a capital it may be that of "St. Louis".
fn ends_sentence(scene: &Scene, i: usize) -> bool {
    !scene.tokens.all[i].capital() || scene.tokens.letters(i) > 3
}

/// Words on each side of a live one that the features of its window look at.
const REACH: usize = 2 * MARGIN;

fn mark(scene: &Scene, candidate: &Candidate, words: &mut [Word]) {
    let listed = !candidate.entries.is_empty();
    let code = if listed {
        let weak = candidate.entries.iter().all(|e| e.1);
        let entry = candidate.entries.iter().min_by_key(|e| e.1).map(|e| scene.gazetteer.entry(e.0));
        let table = entry.map_or(0, |e| match e.table {
            Table::Country => 1,
            Table::Organisation => 2,
            Table::Person => 3,
            Table::City => 4,
            Table::Event => 5,
        });
        table * 2 + u64::from(weak)
    } else {
        1 + candidate.kind as u64 * 4 + (candidate.weight as u64).min(Weight::Listed as u64)
    };
    for (n, i) in candidate.words.clone().enumerate() {
        let code = code * 4 + 1 + u64::from(n > 0) + 2 * u64::from(i + 1 == candidate.words.end);
        let word = &mut words[i];
        let slot = if listed { &mut word.listed } else { &mut word.ruled };
        *slot = (*slot & !0xff).max(*slot & !0xff | code & 0xff);
        word.live = true;
    }
}

fn prefix(lower: &str, letters: usize) -> u64 {
    match lower.char_indices().nth(letters) {
        Some((at, _)) => bytes(&lower[..at]) ^ letters as u64,
        None => 0,
    }
}

fn suffix(lower: &str, letters: usize) -> u64 {
    match lower.char_indices().rev().nth(letters - 1) {
        Some((at, _)) if at > 0 => bytes(&lower[at..]) ^ (letters as u64 + 8),
        _ => 0,
    }
}

fn bytes(text: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for b in text.bytes() {
        hash = (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}

/// How each word is written elsewhere in the document: a word that also stands in small letters is less of a name.
struct Seen {
    table: Vec<u8>,
    shift: u32,
}

impl Seen {
    const SMALL: u8 = 1;
    const CAPITAL: u8 = 2;

    /// Words share a place in the table now and then; a feature may be wrong now and then.
    fn of(scene: &Scene) -> Seen {
        let bits = (scene.tokens.all.len() * 8).next_power_of_two().trailing_zeros().clamp(8, 20);
        let mut seen = Seen { table: vec![0; 1 << bits], shift: 64 - bits };
        for token in &scene.tokens.all {
            let at = seen.at(token.hash);
            seen.table[at] |= match token.case {
                Case::Lower => Seen::SMALL,
                Case::Capital | Case::Upper if !token.initial => Seen::CAPITAL,
                _ => 0,
            };
        }
        seen
    }

    fn at(&self, hash: u64) -> usize {
        (hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> self.shift) as usize
    }

    fn of_word(&self, hash: u64) -> u64 {
        u64::from(self.table[self.at(hash)]) + 1
    }
}

/// The hashes of what is seen at word `i`. Words beyond the sentence count as none.
pub fn features(words: &[Word], i: usize, out: &mut [u64; FEATURES]) {
    static NONE: Word = Word {
        lower: 1,
        shape: 1,
        prefix: [0; 2],
        suffix: [0; 3],
        gap: 0,
        listed: 0,
        ruled: 0,
        cues: 0,
        lexicon: 0,
        classes: [0; 2],
        seen: 0,
        begins: true,
        live: false,
    };
    let word = &words[i];
    let back = |n: usize| -> &Word {
        let from = (i + 1).saturating_sub(n)..=i;
        if i < n || words[from].iter().any(|w| w.begins) { &NONE } else { &words[i - n] }
    };
    let ahead = |n: usize| -> &Word {
        match words.get(i + 1..=i + n) {
            Some(w) if !w.iter().any(|w| w.begins) => &w[n - 1],
            _ => &NONE,
        }
    };
    let (p1, p2, n1, n2) = (back(1), back(2), ahead(1), ahead(2));
    // The gap after is that before the next.
    let gaps = word.gap * 32 + n1.gap;
    let class = |w: &Word, coarse: usize| u64::from(w.classes[coarse]) + 1;
    let all: [u64; FEATURES] = [
        0,
        word.lower,
        mix(word.lower, word.shape),
        p1.lower,
        n1.lower,
        p2.lower,
        n2.lower,
        word.shape,
        mix(p1.shape, word.gap),
        mix(n1.shape, n1.gap),
        word.prefix[0],
        word.prefix[1],
        word.suffix[0],
        word.suffix[1],
        word.suffix[2],
        p1.suffix[2],
        n1.suffix[2],
        mix(p1.lower, word.lower),
        mix(word.lower, n1.lower),
        mix(mix(p1.shape, word.shape), mix(n1.shape, gaps)),
        mix(p2.lower, p1.lower),
        mix(n1.lower, n2.lower),
        mix(word.shape, p1.lower),
        mix(word.shape, n1.lower),
        mix(word.listed, word.shape),
        mix(word.ruled, word.listed),
        mix(mix(p1.listed, word.listed), n1.listed),
        mix(mix(p1.ruled, word.ruled), n1.ruled),
        mix(word.listed, p1.lower),
        mix(word.ruled, word.shape),
        mix(word.cues, word.shape),
        p1.cues,
        n1.cues,
        mix(p2.cues, p1.cues),
        mix(mix(word.listed, word.ruled), p1.cues),
        mix(word.lexicon, word.shape),
        mix(mix(word.lexicon, word.listed), word.ruled),
        mix(word.seen, word.shape),
        class(word, 0),
        mix(class(word, 1), word.shape),
        class(p1, 0),
        class(n1, 0),
        mix(class(p1, 1), class(word, 1)),
        mix(class(word, 1), class(n1, 1)),
    ];
    for n in 0..FEATURES {
        out[n] = all[n] ^ SALTS[n];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_words_are_told_from_whole_words() {
        assert_eq!(prefix("étés", 2), prefix("étape", 2));
        assert_ne!(prefix("paris", 2), prefix("perle", 2));
        assert_eq!(prefix("pa", 2), 0);
        assert_eq!(suffix("nation", 3), suffix("lotion", 3));
        assert_ne!(suffix("nation", 2), suffix("nation", 3));
        assert_eq!(suffix("ion", 3), 0);
        assert_ne!(suffix("mère", 3), suffix("mere", 3));
    }

    #[test]
    fn nothing_is_seen_over_the_end_of_a_sentence() {
        let word = |lower, begins| Word { lower, begins, ..Word::default() };
        let at = |words: &[Word], i| {
            let mut hashes = [0; FEATURES];
            features(words, i, &mut hashes);
            hashes
        };
        let one = at(&[word(7, true), word(8, false), word(9, true)], 1);
        let other = at(&[word(7, true), word(8, false), word(10, true)], 1);
        assert_eq!(one, other);
        let same_sentence = at(&[word(7, true), word(8, false), word(9, false)], 1);
        assert_ne!(one, same_sentence);
    }

    #[test]
    fn the_same_hash_in_another_place_is_another_feature() {
        let word = |lower| Word { lower, ..Word::default() };
        let mut hashes = [0; FEATURES];
        features(&[word(5), word(5), word(5), word(5), word(5)], 2, &mut hashes);
        let mut sorted = hashes.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), FEATURES);
    }
}
