//! What speaks for and against a change of one word into another, as numbers to be weighed.
//!
//! The weights are fitted by `cargo xtask lexicon weights` on injected slips in openly licensed text and lie in
//! `models/`; the names here and there must agree, and a test says so.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::lexicon::{Lexicon, Neighbour, Slip, unmarked};
use crate::stage::typos::tongue::Tongue;

/// The names of what is weighed, in order.
pub const NAMES: [&str; COUNT] = [
    "always",
    "word",
    "word-seen",
    "slip-seen",
    "slip-is-seen",
    "elsewhere",
    "well-known-elsewhere",
    "no-dictionary",
    "no-dictionary-and-seen",
    "name",
    "extra",
    "extra-key",
    "extra-double",
    "missing",
    "missing-double",
    "other",
    "other-key",
    "swapped",
    "accent",
    "shape",
    "first",
    "last",
    "length",
    "very-short",
    "short",
    "left",
    "right",
    "sides",
    "slip-pairs",
    "in-document",
    "ahead",
    "ahead-in-pairs",
    "alone",
    "rivals",
    "beside-name",
    "strangers",
    "compound",
    "final-s",
    "very-short-sides",
    "very-short-ahead",
    "accent-ahead",
    "long-last",
];
/// How many they are.
pub const COUNT: usize = 42;

/// A word in its place.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The word.
    pub word: &'a str,
    /// The word before it, or nothing.
    pub left: &'a str,
    /// The word behind it, or nothing.
    pub right: &'a str,
    /// Whether an apostrophe parts it from the one before.
    pub elided: bool,
    /// Whether a capitalised word stands beside it.
    pub beside_name: bool,
    /// Other unknown words nearby.
    pub strangers: usize,
}

/// A word that may be meant, with what speaks for it.
#[derive(Clone, Debug)]
pub struct Suspect {
    /// The word it may be.
    pub neighbour: Neighbour,
    /// In the order of [`NAMES`].
    pub features: [f32; COUNT],
}

impl Suspect {
    /// How likely the change is right, 0 to 1.
    pub fn sureness(&self) -> f32 {
        let sum: f32 = self.features.iter().zip(weights()).map(|(f, w)| f * w).sum();
        1.0 / (1.0 + (-sum).exp())
    }
}

impl Suspect {
    /// The Zipf frequency of the word that may be meant.
    pub fn zipf(&self) -> f32 {
        self.features[1]
    }

    /// The Zipf frequency of the word as it stands.
    pub fn slip_seen(&self) -> f32 {
        self.features[2]
    }

    /// Whether the word that may be meant was seen behind the one to the left.
    pub fn follows(&self) -> bool {
        self.features[25] > 0.0
    }

    /// The Zipf frequency of the word as it stands, in the other language that knows it best.
    pub fn elsewhere(&self) -> f32 {
        self.features[5]
    }
}

/// The fitted weights, in the order of [`NAMES`]; one that is missing weighs nothing.
pub fn weights() -> &'static [f32; COUNT] {
    static WEIGHTS: OnceLock<[f32; COUNT]> = OnceLock::new();
    WEIGHTS.get_or_init(|| {
        let mut out = [0.0; COUNT];
        for (name, weight) in tamis_models::SLIP_WEIGHTS.lines().filter_map(|line| line.split_once('\t')) {
            let index = NAMES.iter().position(|n| *n == name);
            if let (Some(slot), Ok(weight)) = (index.and_then(|i| out.get_mut(i)), weight.parse()) {
                *slot = weight;
            }
        }
        out
    })
}

struct Candidate {
    neighbour: Neighbour,
    zipf: f32,
    left: f32,
    right: f32,
}

/// Weighs all `neighbours` of the word at `place` against each other. `elsewhere` is the Zipf frequency of the word
/// where it is most frequent among other languages, `times` how often a word stands in the document.
pub fn weigh(
    place: Place<'_>,
    neighbours: &[Neighbour],
    tongue: &Tongue,
    elsewhere: f32,
    times: &HashMap<&str, usize>,
) -> Vec<Suspect> {
    let lexicon = tongue.lexicon;
    let zipf = |w: &str| f32::from(lexicon.frequency(w).unwrap_or(0)) / 100.0;
    let (left, right) = (lower(place.left), lower(place.right));
    let pair = |a: &str, b: &str| (1.0 + lexicon.bigram(a, b) as f32).ln();
    let candidates: Vec<Candidate> = neighbours
        .iter()
        .filter(|n| !place.elided || starts_with_vowel(&n.word))
        .map(|n| Candidate {
            zipf: zipf(&n.word),
            left: pair(&left, &n.word),
            right: pair(&n.word, &right),
            neighbour: n.clone(),
        })
        .filter(|c| c.zipf > 0.0)
        .collect();
    let slip_seen = zipf(place.word);
    let slip_pairs = (pair(&left, place.word) + pair(place.word, &right)) / 2.0;
    let is_name = lexicon.lists(place.word);
    let compound = is_compound(place.word, lexicon);
    let letters: Vec<char> = place.word.chars().collect();
    let length = letters.len();
    let yes = |b: bool| if b { 1.0 } else { 0.0 };
    let others = |i: usize| candidates.iter().enumerate().filter(move |(j, _)| *j != i).map(|(_, c)| c);
    let mut out = Vec::with_capacity(candidates.len());
    for (i, c) in candidates.iter().enumerate() {
        let n = &c.neighbour;
        let rival = others(i).map(|o| o.zipf).fold(f32::NAN, f32::max);
        let ahead = (c.zipf - if rival.is_nan() { 1.0 } else { rival }).clamp(-4.0, 4.0);
        let pairs = c.left + c.right;
        let ahead_in_pairs = (pairs - others(i).map(|o| o.left + o.right).fold(0.0, f32::max)).clamp(-4.0, 6.0) / 2.0;
        let accent = is_accented(&n.word, place.word);
        let double = is_doubling(n, &letters);
        let key = is_beside(n, &letters, &tongue.keyboard);
        let (extra, missing, other) = match n.slip {
            _ if accent => (false, false, false),
            Slip::Extra(_) => (true, false, false),
            Slip::Missing(_) => (false, true, false),
            Slip::Other(..) => (false, false, true),
            _ => (false, false, false),
        };
        let last = n.at + 1 >= length;
        let sides = yes(c.left > 0.0) + yes(c.right > 0.0);
        let (very_short, no_dictionary) = (yes(length <= 3), yes(!lexicon.has_dictionary()));
        let final_s = matches!(n.slip, Slip::Extra('s') | Slip::Missing('s')) && last;
        let features = [
            1.0,
            c.zipf,
            slip_seen,
            yes(slip_seen > 0.0),
            yes(slip_seen > 2.5),
            elsewhere,
            yes(elsewhere > 2.5),
            no_dictionary,
            no_dictionary * slip_seen,
            yes(is_name),
            yes(extra && !double && !key),
            yes(extra && !double && key),
            yes(extra && double),
            yes(missing && !double),
            yes(missing && double),
            yes(other && !key),
            yes(other && key),
            yes(n.slip == Slip::Swapped),
            yes(accent),
            yes(n.slip == Slip::Shape),
            yes(n.at == 0),
            yes(last),
            length.min(12) as f32 / 4.0,
            very_short,
            yes(length == 4),
            c.left / 2.0,
            c.right / 2.0,
            sides,
            slip_pairs,
            (1.0 + times.get(n.word.as_str()).copied().unwrap_or(0) as f32).ln(),
            ahead,
            ahead_in_pairs,
            yes(candidates.len() == 1),
            candidates.len().min(20) as f32 / 10.0,
            yes(place.beside_name),
            place.strangers.min(3) as f32,
            yes(compound),
            yes(final_s),
            very_short * sides,
            very_short * ahead,
            yes(accent) * ahead,
            yes(last && length > 7),
        ];
        out.push(Suspect { neighbour: n.clone(), features });
    }
    out
}

fn lower(word: &str) -> String {
    if word.chars().all(char::is_lowercase) { word.to_string() } else { word.to_lowercase() }
}

/// Whether the language makes one word of two that it has, with or without a letter to join them.
pub fn is_compound(word: &str, lexicon: &Lexicon) -> bool {
    const PART: usize = 4;
    const COMMON: u16 = 280;
    let ends: Vec<usize> = word.char_indices().map(|(i, _)| i).collect();
    if ends.len() < 2 * PART {
        return false;
    }
    let is_part = |w: &str| lexicon.knows_word(w) && lexicon.frequency(w) >= Some(COMMON);
    ends[PART..=ends.len() - PART].iter().any(|&cut| {
        let (first, second) = word.split_at(cut);
        let joint = ["s", "es", "n", "en"]
            .iter()
            .filter_map(|j| first.strip_suffix(j))
            .any(|f| f.chars().count() >= PART && is_part(f));
        is_part(second) && (is_part(first) || joint)
    })
}

fn starts_with_vowel(word: &str) -> bool {
    word.chars().next().is_some_and(|c| matches!(unmarked(c), 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'h' | 'œ' | 'æ'))
}

/// Whether the two words differ in nothing but the marks of letters.
pub fn is_accented(a: &str, b: &str) -> bool {
    a != b
        && a.chars().count() == b.chars().count()
        && a.chars().zip(b.chars()).all(|(x, y)| unmarked(x) == unmarked(y))
}

/// Whether the slip doubles or halves a letter.
fn is_doubling(n: &Neighbour, word: &[char]) -> bool {
    let beside = |i: usize, letter: char| word.get(i) == Some(&letter);
    match n.slip {
        Slip::Missing(c) => beside(n.at, c) || n.at.checked_sub(1).is_some_and(|i| beside(i, c)),
        Slip::Extra(c) => beside(n.at + 1, c) || n.at.checked_sub(1).is_some_and(|i| beside(i, c)),
        _ => false,
    }
}

/// Whether the wrong letter lies beside the right one on the keyboard, or the extra one beside its neighbours.
fn is_beside(n: &Neighbour, word: &[char], keyboard: &[Vec<char>]) -> bool {
    let near = |a: char, b: Option<&char>| b.is_some_and(|b| are_near(keyboard, a, *b));
    match n.slip {
        Slip::Other(seen, meant) => are_near(keyboard, seen, meant),
        Slip::Extra(c) => near(c, word.get(n.at + 1)) || n.at.checked_sub(1).is_some_and(|i| near(c, word.get(i))),
        _ => false,
    }
}

/// Whether two letters lie side by side on the keyboard.
pub fn are_near(keyboard: &[Vec<char>], a: char, b: char) -> bool {
    let place = |c: char| {
        let c = unmarked(c);
        keyboard
            .iter()
            .enumerate()
            .find_map(|(y, row)| row.iter().position(|k| *k == c).map(|x| (x as f32 + 0.5 * y as f32, y)))
    };
    match (place(a), place(b)) {
        (Some(a), Some(b)) => a.1.abs_diff(b.1) <= 1 && (a.0 - b.0).abs() <= 1.1,
        _ => false,
    }
}
