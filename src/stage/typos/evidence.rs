//! What speaks for and against a change of one word into another, as numbers to be weighed.
//!
//! Every word that may be meant gets a weight, the word as it stands the weight one; their shares are how sure each is. So
//! two words that are equally near leave each other half, and a word that is near to none keeps all. The weights are
//! fitted by `cargo xtask slips` on injected slips in openly licensed text and lie in `models/`; the names here and there
//! must agree, and a test says so.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use crate::lexicon::pairs::{Neighbouring, ending};
use crate::lexicon::{Lexicon, Neighbour, Slip, unmarked};
use crate::stage::typos::tongue::Tongue;

/// The names of what is weighed, in order.
pub const NAMES: [&str; COUNT] = [
    "always",
    "word",
    "word-of-short",
    "word-of-long",
    "slip-seen",
    "slip-zipf",
    "slip-well-known",
    "slip-pairs",
    "elsewhere",
    "elsewhere-well-known",
    "elsewhere-of-short",
    "no-dictionary",
    "no-dictionary-seen",
    "name",
    "compound",
    "compound-no-dictionary",
    "odd",
    "odd-change",
    "extra",
    "extra-key",
    "extra-double",
    "missing",
    "missing-double",
    "other",
    "other-key",
    "swapped",
    "accent",
    "accent-all",
    "shape",
    "glued",
    "glued-pair",
    "glued-short",
    "cut",
    "cut-other",
    "first",
    "first-of-short",
    "last",
    "last-of-long",
    "final-s",
    "length",
    "two-letters",
    "three-letters",
    "four-letters",
    "left",
    "right",
    "sides-of-short",
    "least-side",
    "left-ending",
    "right-ending",
    "in-document",
    "alone",
    "rivals",
    "beside-name",
    "strangers",
    "capital",
    "capital-word",
    "capital-length",
    "capital-alone",
];
/// Where the Zipf frequency of the word that may be meant stands among them.
pub const ZIPF: usize = 1;
/// How many they are.
pub const COUNT: usize = 58;

/// A word in its place.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    /// The word, in lower case.
    pub word: Cow<'a, str>,
    /// Whether it is written with a capital.
    pub capital: bool,
    /// Its bytes in the text.
    pub at: Range<usize>,
    /// What stands before it: a word, a sign as [`crate::lexicon::pairs`] has them, or nothing.
    pub left: Cow<'a, str>,
    /// What stands behind it.
    pub right: Cow<'a, str>,
    /// The word before it, if nothing but a space lies between, with what stands before that.
    pub before: Option<(&'a str, Range<usize>, Cow<'a, str>)>,
    /// The word behind it, if nothing but a space lies between, with what stands behind that.
    pub after: Option<(&'a str, Range<usize>, Cow<'a, str>)>,
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
    /// The bytes of the text that it would replace.
    pub at: Range<usize>,
    /// In the order of [`NAMES`].
    pub features: [f32; COUNT],
    /// How likely the change is right, 0 to 1: all suspects of a word and the word itself share what there is.
    pub sure: f32,
}

impl Suspect {
    /// The Zipf frequency of the word that may be meant.
    pub fn zipf(&self) -> f32 {
        self.features[ZIPF]
    }

    /// The Zipf frequency of the word as it stands, in the other language that knows it best.
    pub fn elsewhere(&self) -> f32 {
        self.features[8]
    }

    /// How much more often than by chance the word that may be meant stands behind the one to the left.
    pub fn left(&self) -> f32 {
        self.features[43]
    }

    /// The Zipf frequency of the word as it stands.
    pub fn slip_seen(&self) -> f32 {
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
    at: Range<usize>,
    zipf: f32,
    left: f32,
    right: f32,
    endings: (f32, f32),
    /// For two words: how often they were seen together, as a logarithm.
    inner: f32,
    /// For a word that was cut: the Zipf frequency of the other part.
    other: f32,
}

/// Weighs all `neighbours` of the word at `place`, given with their Zipf frequencies, against each other and against the word as it stands. `elsewhere` is
/// its Zipf frequency where that is highest among other languages; `times` tells how often a word stands in the document.
pub fn weigh(
    place: &Place<'_>,
    neighbours: &[(Neighbour, f32)],
    tongue: &Tongue,
    elsewhere: f32,
    times: &impl Fn(&str) -> usize,
) -> Vec<Suspect> {
    let lexicon = tongue.lexicon;
    let candidates = candidates(place, neighbours, tongue);
    if candidates.is_empty() {
        return Vec::new();
    }
    let pairs = &tongue.pairs;
    let (left, right) = (pairs.beside(&place.left), pairs.beside(&place.right));
    let slip_seen = zipf(lexicon, &place.word);
    let slip_share = share(slip_seen);
    let slip_pairs = pairs.follows(&left, &place.word, slip_share) + pairs.precedes(&place.word, slip_share, &right);
    let is_name = lexicon.lists(&place.word);
    let compound = yes(is_compound(&place.word, lexicon));
    let odd = lexicon.oddness(&place.word) as f32;
    let letters: Vec<char> = place.word.chars().collect();
    let length = letters.len();
    let capital = yes(place.capital);
    let (short, no_dictionary) = (yes(length <= 3), yes(!lexicon.has_dictionary()));
    let mut out: Vec<Suspect> = Vec::with_capacity(candidates.len());
    let rivals = candidates.len();
    for c in candidates {
        let n = &c.neighbour;
        let accent = is_accented(&n.word, &place.word);
        let double = is_doubling(n, &letters);
        let key = is_beside(n, &letters, &tongue.keyboard);
        let is = |kind: bool| kind && !accent;
        let extra = is(matches!(n.slip, Slip::Extra(_)));
        let missing = is(matches!(n.slip, Slip::Missing(_)));
        let other = is(matches!(n.slip, Slip::Other(..)));
        let (glued, cut) = (n.slip == Slip::Glued, n.slip == Slip::Cut);
        let last = !glued && !cut && n.at + 1 >= length;
        let first = n.at == 0 && !glued && !cut;
        let final_s = matches!(n.slip, Slip::Extra('s') | Slip::Missing('s')) && last;
        let all_marks = accent && n.word.chars().zip(&letters).filter(|(a, b)| a != *b).count() > 1;
        let pieces = n.word.split(' ').map(|w| w.chars().count()).min().unwrap_or(0);
        let features = [
            1.0,
            c.zipf,
            short * c.zipf,
            yes(length >= 8) * c.zipf,
            yes(slip_seen > 0.0),
            slip_seen,
            yes(slip_seen > 2.5),
            slip_pairs,
            elsewhere,
            yes(elsewhere > 2.5),
            short * elsewhere,
            no_dictionary,
            no_dictionary * slip_seen,
            yes(is_name),
            compound,
            compound * no_dictionary,
            odd.min(4.0),
            (odd - lexicon.oddness(&n.word) as f32).clamp(-3.0, 4.0),
            yes(extra && !double && !key),
            yes(extra && !double && key),
            yes(extra && double),
            yes(missing && !double),
            yes(missing && double),
            yes(other && !key),
            yes(other && key),
            yes(n.slip == Slip::Swapped),
            yes(accent),
            yes(all_marks),
            yes(n.slip == Slip::Shape),
            yes(glued),
            c.inner,
            yes(glued && pieces <= 2),
            yes(cut),
            c.other,
            yes(first),
            yes(first) * short,
            yes(last),
            yes(last && length > 7),
            yes(final_s),
            length.min(12) as f32 / 4.0,
            yes(length <= 2),
            yes(length == 3),
            yes(length == 4),
            c.left,
            c.right,
            short * (c.left + c.right),
            c.left.min(c.right).clamp(-3.0, 3.0),
            c.endings.0,
            c.endings.1,
            (1.0 + times(&n.word) as f32).ln(),
            yes(rivals == 1),
            rivals.min(20) as f32 / 10.0,
            yes(place.beside_name),
            place.strangers.min(3) as f32,
            capital,
            capital * c.zipf,
            capital * length.min(12) as f32 / 4.0,
            capital * yes(rivals == 1),
        ];
        out.push(Suspect { neighbour: c.neighbour, at: c.at, features, sure: 0.0 });
    }
    share_out(&mut out);
    out
}

/// Gives each suspect its part of what is sure; the word as it stands has a weight of one.
fn share_out(suspects: &mut [Suspect]) {
    for suspect in suspects.iter_mut() {
        let sum: f32 = suspect.features.iter().zip(weights()).map(|(f, w)| f * w).sum();
        suspect.sure = sum.min(60.0).exp();
    }
    let all = 1.0 + suspects.iter().map(|s| s.sure).sum::<f32>();
    suspects.iter_mut().for_each(|s| s.sure /= all);
}

fn candidates(place: &Place<'_>, neighbours: &[(Neighbour, f32)], tongue: &Tongue) -> Vec<Candidate> {
    let lexicon = tongue.lexicon;
    let pairs = &tongue.pairs;
    let (left, right) = (pairs.beside(&place.left), pairs.beside(&place.right));
    let mut out: Vec<Candidate> = Vec::with_capacity(neighbours.len());
    // Most neighbours end alike.
    let mut endings: HashMap<Option<&str>, (f32, f32)> = HashMap::new();
    for (n, zipf) in neighbours.iter().filter(|(n, zipf)| *zipf > 0.0 && (!place.elided || starts_with_vowel(&n.word)))
    {
        out.push(Candidate {
            zipf: *zipf,
            left: pairs.follows(&left, &n.word, share(*zipf)),
            right: pairs.precedes(&n.word, share(*zipf), &right),
            endings: *endings.entry(ending(&n.word)).or_insert_with(|| pairs.ending_fits(&left, &n.word, &right)),
            neighbour: n.clone(),
            at: place.at.clone(),
            inner: 0.0,
            other: 0.0,
        });
    }
    out.extend(glued(place, &left, &right, tongue));
    for (part, at, beyond, before) in [
        place.before.as_ref().map(|(w, at, b)| (*w, at, b, true)),
        place.after.as_ref().map(|(w, at, b)| (*w, at, b, false)),
    ]
    .into_iter()
    .flatten()
    {
        let whole = if before { [part, &place.word].concat() } else { [&place.word, part].concat() };
        if whole.chars().count() < WHOLE || !lexicon.knows_word(&whole) {
            continue;
        }
        let zipf_of_whole = zipf(lexicon, &whole);
        if zipf_of_whole <= 0.0 {
            continue;
        }
        let far = pairs.beside(beyond);
        let (l, r) = if before { (&far, &right) } else { (&left, &far) };
        out.push(Candidate {
            zipf: zipf_of_whole,
            left: pairs.follows(l, &whole, share(zipf_of_whole)),
            right: pairs.precedes(&whole, share(zipf_of_whole), r),
            endings: pairs.ending_fits(l, &whole, r),
            at: place.at.start.min(at.start)..place.at.end.max(at.end),
            neighbour: Neighbour { word: whole, slip: Slip::Cut, at: 0 },
            inner: 0.0,
            other: zipf(lexicon, part),
        });
    }
    out
}

/// Letters of a word that was cut in two, at least.
const WHOLE: usize = 5;
/// The Zipf frequency from which on a word may be glued to any that follows, ...
const OPENS: f32 = 6.0;
/// ... or to any before it.
const CLOSES: f32 = 6.8;
/// A pair of words that was seen so often beside the first makes as much of its chance as the second alone.
const PAIR: f32 = 5.0;

/// The two best ways to part the word in two.
fn glued(place: &Place<'_>, left: &Neighbouring, right: &Neighbouring, tongue: &Tongue) -> Vec<Candidate> {
    let (lexicon, pairs) = (tongue.lexicon, &tongue.pairs);
    let mut out = Vec::new();
    for (i, _) in place.word.char_indices().skip(1) {
        let (first, second) = place.word.split_at(i);
        let (a, b) = (zipf(lexicon, first), zipf(lexicon, second));
        if a <= 3.0 || b <= 3.0 || !lexicon.knows_word(first) || !lexicon.knows_word(second) {
            continue;
        }
        if place.elided && !starts_with_vowel(first) {
            continue;
        }
        let times = pairs.times(first, second) as f32;
        // Two words that were never seen together are parted only at a word that stands beside any: many a rare word
        // is made of two.
        if times < 1.0 && a < OPENS && b < CLOSES {
            continue;
        }
        let beside = pairs.beside(first);
        let chance = (times + PAIR * share(b)) / (beside.times() + PAIR);
        out.push(Candidate {
            zipf: (share(a) * chance).log10() + 9.0,
            left: pairs.follows(left, first, share(a)),
            right: pairs.precedes(second, share(b), right),
            endings: (pairs.ending_fits(left, first, right).0, pairs.ending_fits(left, second, right).1),
            neighbour: Neighbour { word: [first, " ", second].concat(), slip: Slip::Glued, at: i },
            at: place.at.clone(),
            inner: (1.0 + times).ln(),
            other: 0.0,
        });
    }
    out.sort_by(|a, b| b.zipf.total_cmp(&a.zipf));
    out.truncate(2);
    out
}

/// The Zipf frequency of a word; 0 where it was not counted.
pub fn zipf(lexicon: &Lexicon, word: &str) -> f32 {
    f32::from(lexicon.frequency(word).unwrap_or(0)) / 100.0
}

/// The share of all words that a Zipf frequency stands for.
fn share(zipf: f32) -> f32 {
    10f32.powf(zipf - 9.0)
}

fn yes(it_is_so: bool) -> f32 {
    if it_is_so { 1.0 } else { 0.0 }
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
