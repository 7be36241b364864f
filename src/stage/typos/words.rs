//! Words one slip away from a word of the language.
//!
//! A word is looked at when no dictionary holds it, it is written in lower case, stands alone in running text, occurs
//! once in the document, and is not among foreign words. Its neighbours are weighed against each other; the best is
//! taken when it is far enough ahead. Most words are answered by the exact set of the lexicon.

use std::collections::HashMap;
use std::sync::Arc;

use crate::document::Document;
use crate::error::Error;
use crate::lexicon::{Lexicon, Neighbour, Slip, unmarked};
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::typos::tokens::{Case, Gap, Token, gap, in_address, stands_alone, tokens};
use crate::stage::typos::tongue::{Tongue, Tongues};
use crate::stage::{Found, Pass};

/// Letters of a word at least; shorter ones have a rule of their own.
const SHORTEST: usize = 4;
/// Letters of a word at most: compounds and chemical names are longer.
const LONGEST: usize = 24;
/// A word of another language that is known there this well, in 100 × Zipf, is not a slip.
const FOREIGN: u16 = 300;
/// Words to either side that are looked at for foreign ones, and how many of them may be unknown.
const WINDOW: usize = 4;
const UNKNOWN: usize = 1;
/// Share of right ones among changes, as the weights estimate it, below which nothing is changed.
const SURE: f32 = 0.9;
/// Unknown words that are weighed in one document: each costs some 50 µs, and a text with more is not in the language.
const WEIGHED: usize = 400;

/// What speaks for a change.
pub const FEATURES: usize = 12;
/// Fitted by logistic regression on injected slips in edited text, on documents whose word pairs were not counted.
const WEIGHTS: [f32; FEATURES] = [-4.0, 0.8, 0.8, 0.2, 1.0, 1.0, 1.0, 1.0, 0.5, -1.5, -0.5, -0.3];

/// Mends words.
pub struct Words {
    tongues: Arc<Tongues>,
    edit: RuleId,
    accent: RuleId,
    short: RuleId,
}

/// A word with the best of its neighbours.
#[derive(Clone, Debug)]
pub struct Suspect {
    /// The word it may be.
    pub neighbour: Neighbour,
    /// What speaks for it, to be weighed.
    pub features: [f32; FEATURES],
}

/// A word in its place.
#[derive(Clone, Copy)]
struct Place<'a> {
    word: &'a str,
    left: &'a str,
    right: &'a str,
    elided: bool,
}

impl Words {
    /// Registers the rules.
    ///
    /// # Errors
    /// [`Error::Rules`] when a name is taken.
    pub fn new(rules: &mut Rules, tongues: Arc<Tongues>) -> Result<Words, Error> {
        let mut add =
            |name: &str, about: &str| rules.add(Rule::new(format!("typos/{name}"), "slip", Class::Meaning, about));
        Ok(Words {
            tongues,
            edit: add("edit-1", "a word that is one slip away from a known one")?,
            accent: add("accent", "a word that lacks only an accent")?,
            short: add("short-word", "a word of two or three letters that lacks one")?,
        })
    }

    /// Every word of `doc` that may be a slip, with its place.
    pub fn suspects<'a>(&'a self, doc: &'a Document) -> Vec<(Token, Suspect)> {
        let text = doc.text();
        let mut out = Vec::new();
        let mut unknown: Vec<(Token, Place<'a>, &'a Tongue)> = Vec::new();
        let mut times: HashMap<&str, usize> = HashMap::new();
        for (block, tongue) in self.tongues.blocks(doc) {
            let tokens = tokens(text, &block.at);
            let strange: Vec<bool> =
                tokens.iter().map(|t| t.case == Case::Lower && !is_known(t.of(text), tongue)).collect();
            for i in (0..tokens.len()).filter(|&i| strange[i]) {
                let token = &tokens[i];
                *times.entry(token.of(text)).or_default() += 1;
                let around = strange[i.saturating_sub(WINDOW)..(i + WINDOW + 1).min(strange.len())]
                    .iter()
                    .filter(|s| **s)
                    .count();
                if around <= 1 + UNKNOWN
                    && stands_alone(text, &token.at)
                    && !in_address(text, &token.at)
                    && !is_foreign(doc, token)
                {
                    unknown.push((token.clone(), place(text, &tokens, i), tongue));
                }
            }
        }
        for (token, place, tongue) in unknown.into_iter().filter(|u| times.get(u.1.word) == Some(&1)).take(WEIGHED) {
            if let Some(suspect) = self.weigh(place, tongue) {
                out.push((token, suspect));
            }
        }
        out
    }

    fn weigh(&self, place: Place<'_>, tongue: &Tongue) -> Option<Suspect> {
        let length = place.word.chars().count();
        if !(SHORTEST..=LONGEST).contains(&length)
            || tongue.leave.contains(place.word)
            || self.is_known_elsewhere(place.word, tongue)
        {
            return None;
        }
        let lexicon = tongue.lexicon;
        let mut neighbours = lexicon.neighbours(place.word);
        for accented in lexicon.accented(place.word) {
            if !neighbours.iter().any(|n| n.word == accented.word) {
                neighbours.push(accented);
            }
        }
        let mut ranked: Vec<(f32, Neighbour)> = neighbours
            .into_iter()
            .filter(|n| !place.elided || starts_with_vowel(&n.word))
            .map(|n| (worth(&n, place, length, lexicon), n))
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.word.cmp(&b.1.word)));
        let next = ranked.get(1).map_or(0.0, |r| r.0);
        let (value, best) = ranked.into_iter().next()?;
        let features = features(&best, value, next, place, length, lexicon);
        Some(Suspect { neighbour: best, features })
    }

    fn is_known_elsewhere(&self, word: &str, tongue: &Tongue) -> bool {
        let others = self.tongues.iter().map(|(_, t)| t.lexicon).filter(|l| l.language() != tongue.lexicon.language());
        others.into_iter().any(|l| l.knows(word) && l.frequency(word) >= Some(FOREIGN))
    }

    fn short_words(&self, doc: &Document, found: &mut Found) {
        let text = doc.text();
        for (block, tongue) in self.tongues.blocks(doc) {
            let tokens = tokens(text, &block.at);
            for (i, token) in tokens.iter().enumerate() {
                let word = token.of(text);
                if token.case != Case::Lower
                    || word.len() > 5
                    || !(2..=3).contains(&word.chars().count())
                    || is_known(word, tongue)
                {
                    continue;
                }
                let place = place(text, &tokens, i);
                if place.elided
                    || !stands_alone(text, &token.at)
                    || in_address(text, &token.at)
                    || is_foreign(doc, token)
                {
                    continue;
                }
                let recurs = tokens.iter().filter(|t| t.of(text) == word).nth(1).is_some();
                if let Some(with) =
                    short_word(place, tongue.lexicon).filter(|_| !recurs && !tongue.leave.contains(word))
                {
                    found.edit(token.at.clone(), with, self.short, 0.9);
                }
            }
        }
    }
}

impl Pass for Words {
    fn look(&self, doc: &Document, found: &mut Found) {
        for (token, suspect) in self.suspects(doc) {
            let sure = suspect.sureness();
            if sure >= SURE {
                let accent = matches!(suspect.neighbour.slip, Slip::Other(plain, letter) if is_accent(plain, letter));
                found.edit(token.at, suspect.neighbour.word, if accent { self.accent } else { self.edit }, sure);
            }
        }
        self.short_words(doc, found);
    }
}

impl Suspect {
    /// How likely the change is right, 0 to 1.
    pub fn sureness(&self) -> f32 {
        let sum: f32 = self.features.iter().zip(&WEIGHTS).map(|(f, w)| f * w).sum();
        1.0 / (1.0 + (-sum).exp())
    }
}

/// Whether the language has the word, or nobody can say: a word with letters that no lexicon holds.
fn is_known(word: &str, tongue: &Tongue) -> bool {
    tongue.lexicon.lists(word)
}

fn is_foreign(doc: &Document, token: &Token) -> bool {
    doc.foreign().iter().any(|f| f.at.start < token.at.end && token.at.start < f.at.end)
}

fn place<'a>(text: &'a str, tokens: &[Token], i: usize) -> Place<'a> {
    let before = i.checked_sub(1).map(|j| (&tokens[j], gap(text, tokens[j].at.end, tokens[i].at.start)));
    let after = tokens.get(i + 1).map(|t| (t, gap(text, tokens[i].at.end, t.at.start)));
    let of = |side: Option<(&Token, Gap)>| side.filter(|(_, g)| *g != Gap::Break).map_or("", |(t, _)| t.of(text));
    Place {
        word: tokens[i].of(text),
        left: of(before),
        right: of(after),
        elided: before.is_some_and(|(_, g)| g == Gap::Apostrophe),
    }
}

/// What a neighbour is worth beside the others, in the unit of its Zipf frequency.
fn worth(n: &Neighbour, place: Place<'_>, length: usize, lexicon: &Lexicon) -> f32 {
    let zipf = f32::from(lexicon.frequency(&n.word).unwrap_or(0)) / 100.0;
    let pairs = pairs(n, place, lexicon);
    let slip = match n.slip {
        Slip::Other(plain, letter) if is_accent(plain, letter) => 1.5,
        Slip::Swapped => 1.0,
        Slip::Missing(_) | Slip::Extra(_) if is_doubling(n, place.word) => 0.8,
        Slip::Other(a, b) if are_keys_apart(a, b) => -0.3,
        _ => 0.3,
    };
    let end = if n.at == 0 {
        -1.0
    } else if n.at + 1 >= length {
        -0.5
    } else {
        0.0
    };
    zipf + 0.7 * (1.0 + pairs).ln() + slip + end
}

fn pairs(n: &Neighbour, place: Place<'_>, lexicon: &Lexicon) -> f32 {
    let lower = |w: &str| if w.chars().all(char::is_lowercase) { w.to_string() } else { w.to_lowercase() };
    (lexicon.bigram(&lower(place.left), &n.word) + lexicon.bigram(&n.word, &lower(place.right))).min(100) as f32
}

fn features(
    n: &Neighbour,
    value: f32,
    next: f32,
    place: Place<'_>,
    length: usize,
    lexicon: &Lexicon,
) -> [f32; FEATURES] {
    let zipf = |w: &str| f32::from(lexicon.frequency(w).unwrap_or(0)) / 100.0;
    let yes = |b: bool| if b { 1.0 } else { 0.0 };
    let accent = matches!(n.slip, Slip::Other(plain, letter) if is_accent(plain, letter));
    [
        1.0,
        zipf(&n.word) - zipf(place.word),
        (value - next).clamp(0.0, 4.0),
        length.min(12) as f32,
        (1.0 + pairs(n, place, lexicon)).ln(),
        yes(accent),
        yes(n.slip == Slip::Swapped),
        yes(is_doubling(n, place.word)),
        yes(matches!(n.slip, Slip::Other(a, b) if !accent && !are_keys_apart(a, b))),
        yes(n.at == 0),
        yes(n.at + 1 >= length),
        zipf(place.word),
    ]
}

fn short_word(place: Place<'_>, lexicon: &Lexicon) -> Option<String> {
    let first = place.word.chars().next()?;
    let mut fits: Vec<(u16, String)> = lexicon
        .neighbours(place.word)
        .into_iter()
        .filter(|n| matches!(n.slip, Slip::Missing(_)) && n.word.starts_with(first))
        .map(|n| (lexicon.frequency(&n.word).unwrap_or(0), n.word))
        .collect();
    fits.sort_by(|a, b| b.cmp(a));
    let (frequency, word) = fits.first()?;
    let rival = fits.get(1).map_or(0, |f| f.0);
    let ahead = *frequency >= 600 && *frequency >= rival + 200 && lexicon.frequency(place.word).unwrap_or(0) < 350;
    (ahead && lexicon.bigram(&place.left.to_lowercase(), word) > 0).then(|| word.clone())
}

fn starts_with_vowel(word: &str) -> bool {
    word.chars().next().is_some_and(|c| matches!(unmarked(c), 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'h' | 'œ' | 'æ'))
}

/// Whether `letter` is `plain` with a mark, or the other way round, or both are the same letter with different marks.
fn is_accent(plain: char, letter: char) -> bool {
    plain != letter && unmarked(plain) == unmarked(letter)
}

/// Whether the slip doubles or halves a letter.
fn is_doubling(n: &Neighbour, word: &str) -> bool {
    let (Slip::Missing(letter) | Slip::Extra(letter)) = n.slip else { return false };
    let beside = |i: usize| word.chars().nth(i) == Some(letter);
    match n.slip {
        Slip::Missing(_) => beside(n.at) || n.at.checked_sub(1).is_some_and(beside),
        _ => beside(n.at + 1) || n.at.checked_sub(1).is_some_and(beside),
    }
}

/// Whether two letters lie apart on both of the usual keyboards, QWERTY and AZERTY.
fn are_keys_apart(a: char, b: char) -> bool {
    const ROWS: [[&str; 3]; 2] = [["qwertyuiop", "asdfghjkl", "zxcvbnm"], ["azertyuiop", "qsdfghjklm", "wxcvbn"]];
    let place = |rows: &[&str; 3], c: char| {
        rows.iter().enumerate().find_map(|(y, row)| row.find(c).map(|x| (x as i32, y as i32)))
    };
    ROWS.iter().all(|rows| match (place(rows, unmarked(a)), place(rows, unmarked(b))) {
        (Some(a), Some(b)) => (a.0 - b.0).abs() > 1 || (a.1 - b.1).abs() > 1,
        _ => true,
    })
}
