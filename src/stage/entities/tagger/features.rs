//! What the tagger sees of a word and its neighbours, as hashes.
//!
//! Besides the letters of the words these are what the other finders say of them: listed, introduced by an office, a given
//! name. So a tagger that has seen little text in a language still knows what the tables know, and learns how far to trust
//! them.

use super::super::candidate::{Candidate, Scene, Weight};
use super::super::cues::Cue;
use super::super::gazetteer::Table;
use super::super::letters::plain;
use super::super::token::{Case, Gap};
use super::model::{Class, Model, ROLES, SETS};
use super::{AFTER, BEFORE};
use crate::lexicon::Lexicon;

/// What is seen of one word.
#[derive(Clone, Debug, Default)]
pub struct Word {
    lower: u64,
    shape: u64,
    prefix: u64,
    suffix: [u64; 2],
    gap: u64,
    listed: u64,
    ruled: u64,
    cues: u64,
    lexicon: u64,
    classes: [Class; SETS],
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
pub const FEATURES: usize = 39;

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
        live: t.capital(),
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
        let spelling = Spelling::of(tokens.word(i));
        word.lower = token.hash;
        word.shape = spelling.shape.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ u64::from(token.initial);
        (word.prefix, word.suffix) = (spelling.prefix, spelling.suffix);
        word.gap = token.gap as u64 + 1;
        word.cues = u64::from(token.cues & Cue::SEEN);
        word.seen = seen.of_word(token.hash);
        if token.capital() {
            word.listed |= match scene.gazetteer.given(token) {
                Some(false) => 1 << 8,
                Some(true) => 2 << 8,
                None => 0,
            };
            word.lexicon = 1 + lexicon.map_or(0, |l| {
                lower.clear();
                small_letters(tokens.word(i)).for_each(|c| lower.push(c));
                let facts = l.facts(&lower);
                let frequency = facts.frequency().unwrap_or(0);
                let tail = if frequency == 0 { known_tail(l, &lower) } else { 0 };
                (u64::from(frequency) / 60 * 4 + u64::from(facts.is_known()) + 2 * u64::from(facts.is_listed())) * 8
                    + tail
                    + 1
                    + u64::from(facts.noun()) * NOUNS
            });
        }
        if let Some(model) = model {
            word.classes = model.classes(token.hash);
        }
    }
}

/// Letters of the end of a word that may be a word by itself.
const TAIL: std::ops::RangeInclusive<usize> = 4..=9;

/// Above all that is told of frequency.
const NOUNS: u64 = 1 << 16;

/// Whether a word that nobody counted ends with one that is known, as compounds do: 2 if what stands before is known as
/// well, 1 if not, 0 if it does not; 2 more if the end is a noun.
fn known_tail(lexicon: &Lexicon, word: &str) -> u64 {
    let cuts = word.char_indices().rev().map(|(at, _)| at).enumerate();
    let cuts = cuts.filter(|(n, at)| TAIL.contains(&(n + 1)) && *at > 0);
    cuts.map(|(_, at)| word.split_at(at))
        .map(|(head, tail)| (head, lexicon.facts(tail)))
        .filter(|(_, tail)| tail.is_known())
        .map(|(head, tail)| {
            let whole = u64::from(lexicon.facts(head.trim_end_matches(['-', 's'])).is_known());
            1 + whole + 2 * u64::from(tail.noun() & 1)
        })
        .max()
        .unwrap_or(0)
}

/// A word in small letters, with each digit as 0.
fn small_letters(word: &str) -> impl Iterator<Item = char> {
    word.chars().flat_map(|c| {
        let c = if c.is_numeric() { '0' } else { c };
        c.to_lowercase()
    })
}

/// How a word is written.
#[derive(Default)]
struct Spelling {
    /// Runs of capitals, small letters, digits and others, where two of a kind are as many as more.
    shape: u64,
    /// The first four letters of a longer word; 0 for a shorter one.
    prefix: u64,
    /// The last two and three letters of a longer word.
    suffix: [u64; 2],
}

impl Spelling {
    fn of(word: &str) -> Spelling {
        let mut spelling = Spelling::default();
        let (mut last, mut run) = (0, 0);
        // The last three letters, and a hash of all so far.
        let (mut tail, mut head) = (0u64, 0u64);
        let mut letters = 0;
        for c in word.chars() {
            let (kind, small) = match plain(c) {
                Some((true, small)) => (1, small),
                Some((false, small)) => (2, small),
                None if c.is_numeric() => (3, '0'),
                None if c.is_uppercase() => (1, first_small(c)),
                None if c.is_alphabetic() => (2, first_small(c)),
                None => (4, c),
            };
            run = if kind == last { run + 1 } else { 0 };
            if run < 2 {
                spelling.shape = spelling.shape.wrapping_mul(5) + kind;
            }
            last = kind;
            if letters == 4 {
                spelling.prefix = head;
            }
            tail = tail << LETTER | u64::from(small);
            head = head.rotate_left(LETTER) ^ u64::from(small);
            letters += 1;
        }
        for n in [2, 3] {
            if letters > n {
                spelling.suffix[n - 2] = tail & ((1 << (LETTER * n as u32)) - 1);
            }
        }
        spelling
    }
}

/// Bits of a letter.
const LETTER: u32 = 21;

fn first_small(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// Whether the full stop after word `i` ends a sentence: after a short word with a capital it may be that of "St. Louis".
fn ends_sentence(scene: &Scene, i: usize) -> bool {
    !scene.tokens.all[i].capital() || scene.tokens.letters(i) > 3
}

/// Words on each side of a live one that the features of its window look at.
const REACH: usize = if BEFORE > AFTER { BEFORE } else { AFTER } + 2;

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
        prefix: 0,
        suffix: [0; 2],
        gap: 0,
        listed: 0,
        ruled: 0,
        cues: 0,
        lexicon: 0,
        classes: [Class { fine: 0, coarse: 0 }; SETS],
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
    let fine = |word: &Word, set: usize| u64::from(word.classes[set].fine) + 1;
    let coarse = |word: &Word, set: usize| u64::from(word.classes[set].coarse) + 1;
    *out = [
        alone(0, 0),
        shared(1, word.lower, 0),
        shared(1, p1.lower, 1),
        shared(1, n1.lower, 2),
        shared(1, p2.lower, 3),
        shared(1, n2.lower, 4),
        shared(2, mix(p2.lower, p1.lower), 0),
        shared(2, mix(n1.lower, n2.lower), 1),
        shared(3, p1.cues, 0),
        shared(3, n1.cues, 1),
        alone(4, mix(word.lower, word.shape)),
        alone(5, word.shape),
        alone(6, mix(n1.shape, n1.gap)),
        alone(25, mix(p1.shape, word.gap)),
        alone(7, word.prefix),
        alone(8, word.suffix[0]),
        alone(9, word.suffix[1]),
        alone(10, mix(mix(p1.shape, word.shape), mix(n1.shape, gaps))),
        shared(11, fine(word, 0), 0),
        shared(11, fine(p1, 0), 1),
        shared(11, fine(n1, 0), 2),
        alone(12, mix(coarse(word, 0), word.shape)),
        alone(26, mix(coarse(p1, 0), coarse(word, 0))),
        shared(27, fine(word, 1), 0),
        shared(27, fine(p1, 1), 1),
        shared(27, fine(n1, 1), 2),
        alone(28, mix(coarse(word, 1), word.shape)),
        alone(13, mix(word.listed, word.shape)),
        alone(14, mix(word.ruled, word.listed)),
        alone(15, mix(mix(p1.listed, word.listed), n1.listed)),
        alone(16, mix(mix(p1.ruled, word.ruled), n1.ruled)),
        alone(17, mix(word.listed, p1.lower)),
        alone(18, mix(word.ruled, word.shape)),
        alone(19, mix(word.cues, word.shape)),
        alone(20, mix(p2.cues, p1.cues)),
        alone(21, mix(mix(word.listed, word.ruled), p1.cues)),
        alone(22, mix(word.lexicon, word.shape)),
        alone(23, mix(mix(word.lexicon, word.listed), word.ruled)),
        alone(24, mix(word.seen, word.shape)),
    ];
}

/// The feature of one kind that is seen nowhere but at one place.
#[inline]
fn alone(kind: u64, hash: u64) -> u64 {
    hash ^ salt(kind)
}

/// The feature of one kind that a word, or two, is at several places: for itself and for its neighbours. The rows of all
/// [`ROLES`] lie together, so that what was fetched for a word is at hand for the next.
#[inline]
fn shared(kind: u64, hash: u64, role: u64) -> u64 {
    (hash ^ salt(kind)).wrapping_mul(ROLES as u64) | role
}

/// What tells the same hash of one kind from that of another.
#[inline]
fn salt(kind: u64) -> u64 {
    (kind + 1).wrapping_mul(0xd6e8_feb8_6659_fd93)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_words_are_told_from_whole_words() {
        let of = Spelling::of;
        assert_eq!(of("étapes").prefix, of("ÉTAPE").prefix);
        assert_ne!(of("paris").prefix, of("perle").prefix);
        assert_eq!(of("pari").prefix, 0);
        assert_eq!(of("nation").suffix, of("lotion").suffix);
        assert_ne!(of("nation").suffix[0], of("nation").suffix[1]);
        assert_eq!(of("ion").suffix[1], 0);
        assert_ne!(of("mère").suffix[1], of("mere").suffix[1]);
        assert_eq!(of("mi24").suffix, of("ri35").suffix);
    }

    #[test]
    fn shapes_are_short() {
        let of = |word| Spelling::of(word).shape;
        assert_eq!(of("Paris"), of("Rouen"));
        assert_ne!(of("Paris"), of("PARIS"));
        assert_ne!(of("A"), of("AB"));
        assert_eq!(of("AB"), of("ABC"));
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
