//! The tagger: a linear-chain CRF over hashed features that finds names by how they are written and what stands around
//! them, trained by `cargo xtask train entities`.
//!
//! It looks at what the other finders propose, so it is not one of them: it comes after them and has the last word on
//! where a name begins, where it ends and of what kind it is, in the languages that it was trained for. Only stretches
//! around capitals are scored; the rest of a text holds no names.

use std::sync::OnceLock;

use super::candidate::{Candidate, Scene};
use crate::language::Lang;

pub mod features;
pub mod merge;
pub mod model;

use features::{FEATURES, Word, features};
use model::{Model, NEVER, ROW, TAGS};

/// A name that the tagger sees: the words `start..end`, and which of [`model::KINDS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Number of the first word.
    pub start: usize,
    /// Number of the word after the last.
    pub end: usize,
    /// Index into [`model::KINDS`].
    pub kind: usize,
}

/// The model of a language, if there is one.
pub fn model(language: Lang) -> Option<&'static Model<'static>> {
    static LOADED: [OnceLock<Option<Model>>; tamis_models::TAGGERS.len()] =
        [const { OnceLock::new() }; tamis_models::TAGGERS.len()];
    let index = tamis_models::TAGGERS.iter().position(|t| t.0 == language.as_str())?;
    LOADED[index].get_or_init(|| Model::read(tamis_models::TAGGERS[index].1)).as_ref()
}

/// The names in `scene`, in order, given what the other finders propose.
pub fn tag(model: &Model, scene: &Scene, candidates: &[Candidate]) -> Vec<Span> {
    let mut words = Vec::new();
    features::words(scene, candidates, Some(model), &mut words);
    let mut spans = Vec::new();
    let mut chain = Chain::default();
    for window in (Windows { words: &words, at: 0 }) {
        chain.decode(model, &words, window, &mut spans);
    }
    spans
}

/// Words before the first live one of a window …
const BEFORE: usize = 1;
/// … and after the last: a name may end with small letters, as "Comité international olympique".
const AFTER: usize = 2;
/// Words between two live ones that may lie in one name: "Université de la Côte".
const INSIDE: usize = 4;

/// Stretches of words that are scored together: around live words, within a sentence.
struct Windows<'a> {
    words: &'a [Word],
    at: usize,
}

impl Iterator for Windows<'_> {
    type Item = std::ops::Range<usize>;

    fn next(&mut self) -> Option<Self::Item> {
        let live = self.at + self.words[self.at..].iter().position(|w| w.live)?;
        let mut start = live;
        while start > self.at && live - start < BEFORE && !self.words[start].begins {
            start -= 1;
        }
        let (mut last, mut end) = (live, live + 1);
        while end < self.words.len() && !self.words[end].begins && end - last <= INSIDE {
            if self.words[end].live {
                last = end;
            }
            end += 1;
        }
        end = end.min(last + 1 + AFTER);
        self.at = end;
        Some(start..end)
    }
}

/// Room for the scores of a window.
#[derive(Default)]
struct Chain {
    /// For each word and tag the best tag before it.
    back: Vec<[i32; ROW]>,
}

impl Chain {
    /// The best tags of a window (Viterbi), as names.
    #[allow(clippy::needless_range_loop)] // all tags at once, which iterators hide from the compiler
    fn decode(&mut self, model: &Model, words: &[Word], window: std::ops::Range<usize>, spans: &mut Vec<Span>) {
        self.back.clear();
        let mut hashes = [0; FEATURES];
        let mut best = [NEVER; ROW];
        for i in window.clone() {
            features(words, i, &mut hashes);
            let scores = model.scores(&hashes);
            let (mut next, mut from) = ([NEVER; ROW], [0; ROW]);
            if i == window.start {
                next = *model.transitions(TAGS);
            } else {
                for (before, sum) in best[..TAGS].iter().enumerate() {
                    let transitions = model.transitions(before);
                    for tag in 0..ROW {
                        let score = sum + transitions[tag];
                        let better = score > next[tag];
                        next[tag] = if better { score } else { next[tag] };
                        from[tag] = if better { before as i32 } else { from[tag] };
                    }
                }
            }
            // Only differences count; so sums stay small, however long the window is.
            for tag in 0..ROW {
                best[tag] = (next[tag] - next[0] + scores[tag]).max(NEVER);
            }
            self.back.push(from);
        }
        let mut tag = (0..TAGS).max_by_key(|t| (best[*t], std::cmp::Reverse(*t))).unwrap_or(0);
        let first = spans.len();
        let mut end = window.end;
        for i in window.clone().rev() {
            if tag == 0 {
                end = i;
            } else if tag % 2 == 1 {
                spans.push(Span { start: i, end, kind: (tag - 1) / 2 });
                end = i;
            }
            tag = self.back[i - window.start][tag] as usize;
        }
        spans[first..].reverse();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(live: &str) -> Vec<std::ops::Range<usize>> {
        let words: Vec<Word> = live.chars().map(|c| Word::plain(c == 'N' || c == '|', c == '|')).collect();
        Windows { words: &words, at: 0 }.collect()
    }

    #[test]
    fn every_model_that_ships_can_be_read() {
        for (code, _) in tamis_models::TAGGERS {
            let language = Lang::parse(code).expect("a code");
            assert!(model(language).is_some(), "{code}");
        }
        assert!(model(Lang::UND).is_none());
    }

    #[test]
    fn windows_lie_around_names_and_stay_in_a_sentence() {
        assert!(windows("........").is_empty());
        assert_eq!(windows("....N......"), vec![3..7]);
        assert_eq!(windows("N...N......N"), [0..7, 10..12]);
        assert_eq!(windows("....N|......"), [3..5, 5..8]);
    }

    #[test]
    fn every_live_word_is_in_one_window() {
        for mask in 0..1u32 << 12 {
            let live: String = (0..12).map(|i| if mask >> i & 1 == 1 { 'N' } else { '.' }).collect();
            let found = windows(&live);
            assert!(found.windows(2).all(|w| w[0].end <= w[1].start), "{live}: {found:?}");
            let inside = |i: usize| found.iter().any(|w| w.contains(&i));
            assert!((0..12).all(|i| mask >> i & 1 == 0 || inside(i)), "{live}: {found:?}");
        }
    }

    #[test]
    fn the_best_chain_is_found_and_not_the_best_tags() {
        // Alone each word looks most like the inside of a person's name, but a name has to begin.
        let mut transitions = [[0.0; TAGS]; TAGS + 1];
        transitions[1][2] = 1.0;
        let rows = [[0.0, 0.5, 1.0, 0.0, 0.0, 0.0, 0.0]; 16];
        let bytes = model::write(&transitions, None, &rows, 64.0);
        let model = Model::read(&bytes).expect("whole");
        let words = vec![Word::plain(true, false); 3];
        let mut spans = Vec::new();
        Chain::default().decode(&model, &words, 0..3, &mut spans);
        assert_eq!(spans, [Span { start: 0, end: 3, kind: 0 }]);
    }
}
