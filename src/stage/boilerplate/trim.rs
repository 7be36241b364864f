//! Takes out of a paragraph what is not the article's: a metadata prefix, a first or last sentence that invites, a
//! "Read also" with its headline. It runs before the lines are judged, so that they are judged by what is left.

use std::ops::Range;
use std::sync::Arc;

use regex::Regex;

use super::cues::{Cues, LONGEST, Part, STRONG};
use super::fold;
use super::shape::{self, Shape};
use crate::document::{BlockKind, Document, Note};
use crate::error::Error;
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::{Found, Pass};

/// Code points of what must be left of a paragraph.
const REST: usize = 60;
/// Bytes at the end of a paragraph that are searched for a sentence to cut.
const REACH: usize = 700;

/// The pass.
pub struct Trim {
    cues: Arc<Cues>,
    prefix: Regex,
    prefix_rule: RuleId,
}

impl Trim {
    /// Registers the rules of the pass.
    ///
    /// # Errors
    /// [`Error::Rules`] when an id is taken.
    pub fn new(rules: &mut Rules, cues: Arc<Cues>) -> Result<Trim, Error> {
        let regex = |pattern: &str| Regex::new(pattern).map_err(|e| Error::rules("rules", e.to_string()));
        let mut rule = Rule::new(
            "boilerplate/date-prefix",
            BlockKind::Dateline.name(),
            Class::Meaning,
            "a field `date 2023-05` before the first words is metadata",
        );
        rule.drop.push("date 2021-11-03 Le port de Brest a rouvert.".to_string());
        rule.keep.push("La date 2021-11-03 a été retenue.".to_string());
        Ok(Trim {
            cues,
            prefix: regex(r"^(?:(?i:date|published)\s*:?\s*([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)(?:\s+[-–—|]\s+|\s+|$))+")?,
            prefix_rule: rules.add(rule)?,
        })
    }

    /// Takes out a date field before the first words; returns its length in bytes.
    fn opening(&self, at: &Range<usize>, text: &str, found: &mut Found) -> usize {
        let Some(fields) = self.prefix.captures(text) else { return 0 };
        let end = fields.get(0).map_or(0, |m| m.end());
        if text[end..].trim().is_empty() {
            return 0;
        }
        if let Some(date) = fields.get(1) {
            found.note(Note::Dateline(date.as_str().to_string()));
        }
        found.remove(at.start..at.start + end, BlockKind::Dateline, self.prefix_rule, 0.95);
        end
    }

    /// Where the article's words in `text` end, and the cue that says so.
    fn tail(&self, text: &str) -> Option<(usize, usize)> {
        let mut from = text.len().saturating_sub(REACH);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        let starts: Vec<usize> = sentence_starts(&text[from..]).map(|s| s + from).collect();
        for (n, &start) in starts.iter().enumerate() {
            let end = starts.get(n + 1).copied().unwrap_or(text.len());
            let (sentence, rest) = (&text[start..end], &text[start..]);
            let folded = fold::line(sentence);
            let cue = self.cues.part(&folded, rest.chars().count(), Part::Rest).or_else(|| {
                (end == text.len()).then(|| self.cues.part(&folded, sentence.chars().count(), Part::Sentence)).flatten()
            });
            if let Some(cue) = cue {
                return Some((text[..start].trim_end().len(), cue));
            }
        }
        None
    }

    /// Where the article's words in `text` begin, and the cue that says so.
    fn head(&self, text: &str) -> Option<(usize, usize)> {
        let end = sentence_starts(text).next()?;
        let sentence = &text[..end];
        if sentence.len() > LONGEST {
            return None;
        }
        let (folded, points) = (fold::line(sentence), sentence.chars().count());
        let cue =
            self.cues.part(&folded, points, Part::Sentence).or_else(|| self.cues.part(&folded, points, Part::Rest))?;
        Some((end, cue))
    }
}

impl Pass for Trim {
    fn look(&self, doc: &Document, found: &mut Found) {
        // A date field stands before the first sentence of the article, or nowhere.
        let mut opening = true;
        for block in doc.blocks().iter().filter(|b| b.keep) {
            let text = doc.block_text(block);
            let mut start = 0;
            if opening && block.kind != BlockKind::Title {
                start = self.opening(&block.at, text, found);
                let offer = || Shape::new(&text[start..], &self.cues).weight() >= STRONG;
                opening = !shape::ends_like_a_sentence(text) || offer();
            }
            if text.len() < REST + 12 || matches!(block.kind, BlockKind::Title | BlockKind::Heading) {
                continue;
            }
            let mut end = text.len();
            let from = start;
            let enough = |at: Range<usize>| text[at].chars().nth(REST).is_some();
            let mut cuts = Vec::new();
            while let Some((cut, cue)) = self.tail(&text[start..end]).filter(|(cut, _)| enough(start..start + cut)) {
                cuts.push((start + cut..end, cue));
                end = start + cut;
            }
            while let Some((cut, cue)) = self.head(&text[start..end]).filter(|(cut, _)| enough(start + cut..end)) {
                cuts.push((start..start + cut, cue));
                start += cut;
            }
            // A line that is boilerplate as a whole goes as a whole.
            if cuts.is_empty() || Shape::new(&text[from..], &self.cues).weight() >= STRONG {
                continue;
            }
            for (at, cue) in cuts {
                let cue = &self.cues.all[cue];
                found.remove(block.at.start + at.start..block.at.start + at.end, cue.kind, cue.rule, cue.weight);
            }
        }
    }

    fn fires(&self, rule: RuleId, example: &str) -> Option<bool> {
        (rule == self.prefix_rule).then(|| self.prefix.is_match(example))
    }
}

/// Where sentences begin inside `text`, without its own start.
fn sentence_starts(text: &str) -> impl Iterator<Item = usize> + '_ {
    let mut after_stop = false;
    let mut spaced = false;
    text.char_indices().filter_map(move |(i, c)| {
        if c.is_whitespace() {
            spaced = after_stop;
            return None;
        }
        if spaced && after_stop && !matches!(c, '»' | '”' | ')' | '!' | '?') {
            (after_stop, spaced) = (false, false);
            return (!c.is_lowercase()).then_some(i);
        }
        after_stop = match c {
            '.' | '!' | '?' | '…' => true,
            '»' | '”' | '"' | ')' | ']' | '’' => after_stop,
            _ => false,
        };
        spaced = false;
        None
    })
}
