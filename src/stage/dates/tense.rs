//! Whether the words around a date say that it lies behind or ahead.

use std::ops::Range;

use crate::stage::dates::grammar::{Cues, ends_with_word};
use crate::stage::dates::lexicon::plain;
use crate::stage::dates::resolve::Tense;

/// How far a cue may stand from its date, in bytes: about a clause.
const REACH: usize = 96;

/// What the nearest cue in the sentence says; words before the date count before those after it.
pub fn around(text: &str, block: &Range<usize>, at: &Range<usize>, cues: &Cues) -> Tense {
    let before = plain(before(text, block, at));
    words(&before)
        .rev()
        .find_map(|word| cue(&before, word, cues))
        .or_else(|| {
            let after = plain(after(text, block, at));
            words(&after).find_map(|word| cue(&after, word, cues))
        })
        .unwrap_or(Tense::Open)
}

/// The places of the words of `text`.
fn words(text: &str) -> impl DoubleEndedIterator<Item = Range<usize>> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(|w| {
        let start = w.as_ptr() as usize - text.as_ptr() as usize;
        start..start + w.len()
    })
}

/// What the word at `at` says, or the phrase that it ends.
fn cue(text: &str, at: Range<usize>, cues: &Cues) -> Option<Tense> {
    let (word, until) = (&text[at.clone()], &text[..at.end]);
    let is = |list: &[String]| list.iter().any(|w| w == word);
    // "Was due" says more than "due".
    let ends_phrase =
        |list: &[String]| list.iter().any(|w| w.len() > word.len() && w.ends_with(word) && ends_with_word(until, w));
    if ends_phrase(&cues.past) {
        return Some(Tense::Past);
    }
    if ends_phrase(&cues.future) {
        return Some(Tense::Future);
    }
    // A short word that ends like a verb is something else.
    let ends = |list: &[String]| list.iter().any(|e| word.len() >= e.len() + 3 && word.ends_with(e.as_str()));
    if is(&cues.future) {
        Some(Tense::Future)
    } else if is(&cues.past) {
        Some(Tense::Past)
    } else if ends(&cues.future_endings) {
        Some(Tense::Future)
    } else if ends(&cues.past_endings) {
        Some(Tense::Past)
    } else {
        None
    }
}

/// The sentence before the date, as far as cues reach.
fn before<'a>(text: &'a str, block: &Range<usize>, at: &Range<usize>) -> &'a str {
    let mut from = at.start.saturating_sub(REACH).max(block.start);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let part = &text[from..at.start];
    part.rfind(['.', '!', '?', ';', '\n']).map_or(part, |i| &part[i + 1..])
}

/// The sentence after it.
fn after<'a>(text: &'a str, block: &Range<usize>, at: &Range<usize>) -> &'a str {
    let mut to = (at.end + REACH).min(block.end);
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let part = &text[at.end..to.max(at.end)];
    part.find(['.', '!', '?', ';', '\n']).map_or(part, |i| &part[..i])
}
