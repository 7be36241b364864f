//! Whether the words around a date say that it lies behind or ahead.

use std::ops::Range;

use crate::stage::dates::grammar::Cues;
use crate::stage::dates::lexicon::plain;
use crate::stage::dates::resolve::Tense;

/// How far a cue may stand from its date, in bytes: about a clause.
const REACH: usize = 96;

/// What the nearest cue in the sentence says; words before the date count before those after it.
pub fn around(text: &str, block: &Range<usize>, at: &Range<usize>, cues: &Cues) -> Tense {
    let before = plain(before(text, block, at));
    let words = before.rsplit(|c: char| !c.is_alphanumeric());
    if let Some(tense) = words.filter(|w| !w.is_empty()).find_map(|w| cue(w, cues)) {
        return tense;
    }
    let after = plain(after(text, block, at));
    let words = after.split(|c: char| !c.is_alphanumeric());
    words.filter(|w| !w.is_empty()).find_map(|w| cue(w, cues)).unwrap_or(Tense::Open)
}

fn cue(word: &str, cues: &Cues) -> Option<Tense> {
    let is = |list: &[String]| list.iter().any(|w| w == word);
    // A short word that ends like a verb is something else.
    let ends = |list: &[String]| list.iter().any(|e| word.len() > e.len() + 3 && word.ends_with(e.as_str()));
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
