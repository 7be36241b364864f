//! Spaces: doubled, before a comma or full stop, or missing behind a sentence; commas and full stops doubled.

use std::sync::Arc;

use crate::document::{Document, Note, Suggestion};
use crate::error::Error;
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::typos::tokens::in_address;
use crate::stage::typos::tongue::{Tongue, Tongues};
use crate::stage::{Found, Pass};

/// How sure it is that two full stops are one too many.
const TOLD: f32 = 0.6;

/// Mends spaces.
pub struct Spacing {
    tongues: Arc<Tongues>,
    double: RuleId,
    before: RuleId,
    glued: RuleId,
    comma: RuleId,
    twice: RuleId,
    stop: RuleId,
    elision: RuleId,
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
            comma: add("glued-comma", "no space behind a comma")?,
            twice: add("double-comma", "two commas in a row")?,
            stop: add("double-stop", "two full stops behind a sentence: one, or three, was meant")?,
            elision: add("elision-space", "a space behind the apostrophe of a word that has lost its vowel")?,
        })
    }

    /// Runs of spaces in a block that starts at byte `base`.
    fn runs(&self, block: &str, base: usize, tongue: &Tongue, found: &mut Found) {
        let bytes = block.as_bytes();
        let mut i = 0;
        while let Some(start) = suspect(bytes, i) {
            let end = start + block[start..].find(|c| c != ' ' && c != '\u{a0}').unwrap_or(block.len() - start);
            i = end;
            if start == 0 || end == block.len() {
                continue;
            }
            if is_stray(&block[..start], &block[end..], tongue.spaced_marks) {
                found.edit(base + start..base + end, "", self.before, 0.95);
            } else if is_moved(&block[..start], &block[end..]) {
                // `word ,word`: the space stands on the wrong side.
                found.edit(base + start..base + end, "", self.before, 0.95);
                found.edit(base + end + 1..base + end + 1, " ", self.comma, 0.95);
            } else if follows_elision(&block[..start], &block[end..], tongue) {
                found.edit(base + start..base + end, "", self.elision, 0.95);
            } else if block[start..end].chars().nth(1).is_some() {
                found.edit(base + start..base + end, " ", self.double, 0.99);
            }
        }
    }

    /// Commas doubled, or between two words without a space.
    fn commas(&self, text: &str, at: &std::ops::Range<usize>, tongue: &Tongue, found: &mut Found) {
        for comma in memchr::memchr_iter(b',', &text.as_bytes()[at.clone()]).map(|i| at.start + i) {
            let (left, right) = (&text[at.start..comma], &text[comma + 1..at.end]);
            if right.starts_with(' ') {
                continue;
            }
            let before = last_word(left);
            if before.is_empty() {
                continue;
            }
            if let Some(rest) = right.strip_prefix(',') {
                if rest.starts_with([' ', '\u{a0}']) {
                    found.edit(comma + 1..comma + 2, "", self.twice, 0.95);
                }
                continue;
            }
            let after = &right[..right.find(|c: char| !c.is_alphabetic()).unwrap_or(right.len())];
            let known = |w: &str| w.chars().nth(1).is_some() && tongue.lexicon.knows_word(w);
            if known(before) && known(after) && !in_address(text, &(comma..comma + 1)) {
                found.edit(comma + 1..comma + 1, " ", self.comma, 0.9);
            }
        }
    }

    /// Full stops between two words without a space, and doubled ones.
    fn stops(&self, doc: &Document, at: &std::ops::Range<usize>, tongue: &Tongue, found: &mut Found) {
        let text = doc.text();
        let mut last = at.start;
        for stop in memchr::memchr_iter(b'.', &text.as_bytes()[at.clone()]).map(|i| at.start + i) {
            let (left, right) = (&text[last..stop], &text[stop + 1..at.end]);
            last = stop + 1;
            if let Some(rest) = right.strip_prefix('.').filter(|_| left.ends_with(char::is_lowercase)) {
                let mut next = rest.chars();
                // Some people write dots that way: it is told, and not changed.
                if next.next().is_none_or(|c| c == ' ') && next.next().is_none_or(char::is_uppercase) {
                    let (at, with, rule) = (stop..stop + 2, ".".to_string(), self.stop);
                    found.note(Note::Suggestion(Suggestion { at, with, rule, confidence: TOLD }));
                }
                continue;
            }
            if !left.ends_with(char::is_lowercase) || !right.starts_with(char::is_uppercase) {
                continue;
            }
            let to = right.find(|c: char| !c.is_alphabetic()).unwrap_or(right.len());
            let (word, next) = (last_word(left), &right[..to]);
            let free = left[..left.len() - word.len()].ends_with([' ', '\'', '’', '(', '\u{a0}'])
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
            self.runs(doc.block_text(block), block.at.start, tongue, found);
            self.commas(doc.text(), &block.at, tongue, found);
            self.stops(doc, &block.at, tongue, found);
        }
    }
}

/// The next space from byte `i` on, of either kind, that is not simply one between two words.
fn suspect(bytes: &[u8], i: usize) -> Option<usize> {
    const NO_BREAK: [u8; 2] = [0xc2, 0xa0];
    memchr::memchr2_iter(b' ', 0xc2, &bytes[i..]).map(|n| i + n).find(|&i| {
        let after = if bytes[i] == b' ' {
            &bytes[i + 1..]
        } else if bytes[i..].starts_with(&NO_BREAK) {
            &bytes[i + 2..]
        } else {
            return false;
        };
        match after.first() {
            Some(b' ' | b',' | b'.' | b';' | b'!' | b'?') => true,
            Some(0xc2) if after.starts_with(&NO_BREAK) => true,
            // The second ends a curly apostrophe.
            _ => i > 0 && matches!(bytes[i - 1], b'\'' | 0x99),
        }
    })
}

/// Whether a space between `left` and `right` is one before a comma or full stop that belongs to the word before; before
/// other marks too, unless the language sets them apart.
fn is_stray(left: &str, right: &str, spaced_marks: bool) -> bool {
    let mut rest = right.chars();
    let stop = rest.next();
    let next = rest.next();
    let mark = matches!(stop, Some(',' | '.'));
    let other = !spaced_marks && matches!(stop, Some(';' | '!' | '?'));
    (mark || other)
        && ends_word(left)
        && next.is_none_or(|c| c.is_whitespace() || mark && matches!(c, '»' | '”' | ')' | '"'))
        && !rest.as_str().trim_start().starts_with(['.', '!', '?', ';'])
}

/// Whether a space stands before a comma and none behind it.
fn is_moved(left: &str, right: &str) -> bool {
    let mut rest = right.chars();
    rest.next() == Some(',') && left.ends_with(char::is_alphabetic) && {
        let word = &right[1..];
        let end = word.find(|c: char| !c.is_alphabetic()).unwrap_or(word.len());
        end > 1 && word[..end].chars().all(char::is_lowercase) && word[end..].starts_with([' ', ',', '.'])
    }
}

/// The letters that `text` ends in.
fn last_word(text: &str) -> &str {
    text.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or(text)
}

fn ends_word(left: &str) -> bool {
    left.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '»' | '”' | ')' | ']' | '"'))
}

/// Whether `left` ends in a word that has lost its vowel, and `right` begins with a word before which it does.
fn follows_elision(left: &str, right: &str, tongue: &Tongue) -> bool {
    let Some(before) = left.strip_suffix(['\'', '’']).filter(|_| !tongue.elided.is_empty()) else { return false };
    let word = last_word(before);
    let start = before.len() - word.len();
    let opens = before[..start].chars().next_back().is_none_or(char::is_whitespace);
    let vowel = right.chars().next().is_some_and(|c| {
        matches!(
            crate::lexicon::unmarked(c.to_lowercase().next().unwrap_or(c)),
            'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'h' | 'œ'
        )
    });
    let end = right.find(|c: char| !c.is_alphabetic()).unwrap_or(right.len());
    // What closes a quotation is no apostrophe: `'all' einsatz`.
    let quoted = before[..start].ends_with(['\'', '‘']);
    opens && !quoted && vowel && end > 1 && tongue.elided.contains(&word.to_lowercase())
}
