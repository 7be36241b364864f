//! Whether the words around a date say that it lies behind or ahead.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::ops::Range;

use crate::lexicon::Quick;
use crate::stage::dates::grammar::{Cues, ends_with_word};
use crate::stage::dates::lexicon::plain;
use crate::stage::dates::resolve::Tense;

/// How far a cue may stand from its date, in bytes: about a clause.
const REACH: usize = 96;

/// Cue words by what they say.
pub struct Tenses {
    /// By its last word, a phrase of several.
    phrases: HashMap<String, Vec<(String, Tense)>, BuildHasherDefault<Quick>>,
    words: HashMap<String, Tense, BuildHasherDefault<Quick>>,
    /// Endings of verbs.
    endings: Vec<(String, Tense)>,
}

impl Tenses {
    /// The tenses that `cues` tell.
    pub fn new(cues: &Cues) -> Tenses {
        let (mut phrases, mut words) = (HashMap::<_, Vec<_>, _>::default(), HashMap::default());
        for (list, tense) in [(&cues.past, Tense::Past), (&cues.future, Tense::Future)] {
            for cue in list {
                let last = cue.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
                if last.len() < cue.len() {
                    phrases.entry(last.to_string()).or_default().push((cue.clone(), tense));
                } else {
                    words.insert(cue.clone(), tense);
                }
            }
        }
        let endings = [(&cues.future_endings, Tense::Future), (&cues.past_endings, Tense::Past)];
        let endings = endings.into_iter().flat_map(|(list, tense)| list.iter().map(move |e| (e.clone(), tense)));
        Tenses { phrases, words, endings: endings.collect() }
    }

    /// What the nearest cue in the sentence says; words before the date count before those after it.
    pub fn around(&self, text: &str, block: &Range<usize>, at: &Range<usize>) -> Tense {
        let before = plain(before(text, block, at));
        words(&before)
            .rev()
            .find_map(|word| self.cue(&before, word))
            .or_else(|| {
                let after = plain(after(text, block, at));
                words(&after).find_map(|word| self.cue(&after, word))
            })
            .unwrap_or(Tense::Open)
    }

    /// What the word at `at` says, or the phrase that it ends.
    fn cue(&self, text: &str, at: Range<usize>) -> Option<Tense> {
        let (word, until) = (&text[at.clone()], &text[..at.end]);
        // "Was due" says more than "due".
        let phrases = self.phrases.get(word).into_iter().flatten();
        let said = phrases.filter(|(phrase, _)| ends_with_word(until, phrase)).map(|(_, tense)| *tense).next();
        // A short word that ends like a verb is something else.
        let ends = |(ending, _): &&(String, Tense)| word.len() >= ending.len() + 3 && word.ends_with(ending.as_str());
        said.or_else(|| self.words.get(word).copied())
            .or_else(|| self.endings.iter().find(ends).map(|(_, tense)| *tense))
    }
}

/// The places of the words of `text`.
fn words(text: &str) -> impl DoubleEndedIterator<Item = Range<usize>> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(|w| {
        let start = w.as_ptr() as usize - text.as_ptr() as usize;
        start..start + w.len()
    })
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
