//! Spaces: doubled, before a comma or full stop, or missing behind a sentence.

use std::sync::Arc;

use crate::document::Document;
use crate::error::Error;
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::typos::tokens::in_address;
use crate::stage::typos::tongue::{Tongue, Tongues};
use crate::stage::{Found, Pass};

/// Mends spaces.
pub struct Spacing {
    tongues: Arc<Tongues>,
    double: RuleId,
    before: RuleId,
    glued: RuleId,
}

impl Spacing {
    /// Registers the rules.
    ///
    /// # Errors
    /// [`Error::Rules`] when a name is taken.
    pub fn new(rules: &mut Rules, tongues: Arc<Tongues>) -> Result<Spacing, Error> {
        let mut add =
            |name: &str, about: &str| rules.add(Rule::new(format!("typos/{name}"), "space", Class::Typography, about));
        Ok(Spacing {
            tongues,
            double: add("double-space", "two spaces or more inside a line")?,
            before: add("space-before-stop", "a space before a comma or full stop")?,
            glued: add("glued-sentences", "no space behind a full stop")?,
        })
    }

    /// Runs of spaces in a block that starts at byte `base`.
    fn runs(&self, block: &str, base: usize, found: &mut Found) {
        let bytes = block.as_bytes();
        let mut i = 0;
        while let Some(n) = memchr::memchr2(b' ', 0xc2, &bytes[i..]) {
            let start = i + n;
            let end = start + block[start..].find(|c| c != ' ' && c != '\u{a0}').unwrap_or(block.len() - start);
            i = end.max(start + 1);
            while !block.is_char_boundary(i) {
                i += 1;
            }
            if end == start || start == 0 || end == block.len() {
                continue;
            }
            if is_stray(&block[..start], &block[end..]) {
                found.edit(base + start..base + end, "", self.before, 0.95);
            } else if block[start..end].chars().nth(1).is_some() {
                found.edit(base + start..base + end, " ", self.double, 0.99);
            }
        }
    }

    /// Full stops between two words without a space.
    fn stops(&self, doc: &Document, at: &std::ops::Range<usize>, tongue: &Tongue, found: &mut Found) {
        let text = doc.text();
        let mut last = at.start;
        for stop in memchr::memchr_iter(b'.', &text.as_bytes()[at.clone()]).map(|i| at.start + i) {
            let (left, right) = (&text[last..stop], &text[stop + 1..at.end]);
            last = stop + 1;
            if !left.ends_with(char::is_lowercase) || !right.starts_with(char::is_uppercase) {
                continue;
            }
            let from = left
                .rfind(|c: char| !c.is_alphabetic())
                .map_or(0, |i| i + left[i..].chars().next().map_or(1, char::len_utf8));
            let to = right.find(|c: char| !c.is_alphabetic()).unwrap_or(right.len());
            let (word, next) = (&left[from..], &right[..to]);
            let free = left[..from].ends_with([' ', '\'', '’', '(', '\u{a0}'])
                && !right[to..].starts_with(['.', '-', '_', '@']);
            let known = |w: &str, least: usize| w.chars().count() >= least && tongue.lexicon.knows_word(w);
            let words = known(word, 3) && known(&next.to_lowercase(), 2);
            let capital = next.chars().skip(1).all(|c| !c.is_uppercase());
            if free && words && capital && !in_address(text, &(stop..stop + 1)) {
                found.edit(stop + 1..stop + 1, " ", self.glued, 0.9);
            }
        }
    }
}

impl Pass for Spacing {
    fn look(&self, doc: &Document, found: &mut Found) {
        for (block, tongue) in self.tongues.blocks(doc) {
            self.runs(doc.block_text(block), block.at.start, found);
            self.stops(doc, &block.at, tongue, found);
        }
    }
}

/// Whether a space between `left` and `right` is one before a comma or full stop that belongs to the word before.
fn is_stray(left: &str, right: &str) -> bool {
    let mut rest = right.chars();
    let stop = rest.next();
    let next = rest.next();
    matches!(stop, Some(',' | '.'))
        && left.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '»' | '”' | ')' | ']' | '"'))
        && next.is_none_or(|c| c.is_whitespace() || matches!(c, '»' | '”' | ')' | '"'))
        && !rest.as_str().trim_start().starts_with('.')
}
