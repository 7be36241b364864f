//! Joins the lines of hard-wrapped text (mail, OCR, old agency feeds) to paragraphs. Every later stage reads a line as a
//! block, so a wrapped article would look like hundreds of fragments without end punctuation.
//!
//! A text is held to be wrapped when line after line breaks where the next word would not have fitted. Verse, lists and
//! short lines do not do that. A line after which the next word would have fitted ends its paragraph. Where the text is not
//! wrapped, its headline may be.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::cues::{Cues, Heard};
use super::{fold, shape};
use crate::document::Document;
use crate::error::Error;
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::{Found, Pass};

/// Code points of the narrowest column that is unwrapped; newspaper columns in OCR are about 30 wide.
const NARROWEST: usize = 28;
/// Code points of the widest column: mail and terminals wrap at 72 to 80, some feeds at 100 to 120.
const WIDEST: usize = 130;
/// Code points of the shortest paragraph, above which headlines are looked for that were set in two lines.
const PROSE: usize = 100;
/// Code points of the shortest first line of such a headline …
const CUT: usize = 25;
/// … and of the longest of both lines.
const HEADLINE: usize = 90;
/// Breaks that a text must have before it is judged.
const ENOUGH: usize = 4;

/// The pass.
pub struct Unwrap {
    cues: Arc<Cues>,
    joined: RuleId,
    hyphen: RuleId,
    headline: RuleId,
}

impl Unwrap {
    /// Registers the rules of the pass.
    ///
    /// # Errors
    /// [`Error::Rules`] when an id is taken.
    pub fn new(rules: &mut Rules, cues: Arc<Cues>) -> Result<Unwrap, Error> {
        let mut add =
            |name: &str, about: &str, class| rules.add(Rule::new(format!("boilerplate/{name}"), "body", class, about));
        Ok(Unwrap {
            cues,
            headline: add("unwrap-headline", "a line break inside a headline becomes a space", Class::Layout)?,
            joined: add("unwrap", "a line break inside a hard-wrapped paragraph becomes a space", Class::Layout)?,
            hyphen: add("unwrap-hyphen", "a word cut by a hyphen at the end of a line is joined", Class::Meaning)?,
        })
    }

    /// Whether a headline was set in two lines: the second goes on in lower case with other words, and neither is a button or
    /// an offer.
    fn cuts_headline(&self, line: &Line, next: &Line, cues: Heard) -> bool {
        let fits = |line: &Line| !line.item && line.points <= HEADLINE && line.text.split_whitespace().count() >= 2;
        let keywords = || {
            let first = fold::line(line.text);
            fold::line(next.text).split(' ').all(|word| first.split(' ').any(|w| w == word))
        };
        let says_more = |line: &Line| cues.hit(&fold::line(line.text), line.points, false).is_some();
        let ends = !next.stop || next.text.ends_with(['?', '!']);
        let cut = next.lower && !line.stop && ends && line.points >= CUT && fits(line) && fits(next);
        cut && line.text.ends_with(|c: char| c.is_alphanumeric() || c == ',')
            && !keywords()
            && !says_more(line)
            && !says_more(next)
    }

    /// What stands instead of a hyphen at the end of `line` with `next` behind it: `true` when the hyphen belongs to the
    /// word. `known` are the hyphenated words of the document.
    fn keeps_hyphen(&self, line: &str, next: &str, known: &BTreeSet<String>) -> bool {
        let first = fold::word(line.rsplit(char::is_whitespace).next().unwrap_or_default());
        let second = fold::word(next.split(|c: char| !c.is_alphanumeric() && c != '-').next().unwrap_or_default());
        let half = first.trim_end_matches('-').rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let words = &self.cues.words;
        words.hyphen_first.contains(half)
            || words.hyphen_second.contains(second.as_str())
            || known.contains(&format!("{}{second}", first.trim_start_matches(|c: char| !c.is_alphanumeric())))
    }
}

impl Pass for Unwrap {
    fn look(&self, doc: &Document, found: &mut Found) {
        let blocks = doc.blocks();
        let plain = |i: usize| blocks[i].markup.is_none();
        let breaks: Vec<usize> = (1..blocks.len())
            .filter(|&i| {
                plain(i - 1) && plain(i) && single_break(&doc.text()[blocks[i - 1].at.end..blocks[i].at.start])
            })
            .collect();
        if breaks.is_empty() {
            return;
        }
        let lines: Vec<Line> = blocks.iter().map(|b| Line::new(doc.block_text(b), b.at.clone())).collect();
        let cues = self.cues.for_document(doc);
        let Some(width) = column(&lines, &breaks) else {
            let head = lines.iter().position(|l| l.stop && l.points >= PROSE).unwrap_or(0);
            // Verse goes on in lower case for longer.
            let alone = |i: usize| lines.get(i + 1).is_none_or(|l| !l.lower) && !lines[i - 1].lower;
            let cut = |&&i: &&usize| i < head && alone(i) && self.cuts_headline(&lines[i - 1], &lines[i], cues);
            if let Some(&i) = breaks.iter().find(cut) {
                found.edit(lines[i - 1].at.end..lines[i].at.start, " ", self.headline, 0.8);
            }
            return;
        };
        let hyphens = breaks.iter().any(|&i| lines[i - 1].cut);
        let known = if hyphens { hyphenated(doc.text()) } else { BTreeSet::new() };
        for &i in &breaks {
            let (line, next) = (&lines[i - 1], &lines[i]);
            let gap = line.at.end..next.at.start;
            if !line.goes_on(next, width) {
                // Headlines are wider than the column.
                if line.sticks_out(width) && self.cuts_headline(line, next, cues) {
                    found.edit(gap, " ", self.headline, 0.8);
                }
                continue;
            }
            if !line.cut || !next.lower {
                found.edit(gap, " ", self.joined, 0.9);
            } else if !line.text.ends_with('\u{ad}') && self.keeps_hyphen(line.text, next.text, &known) {
                found.edit(gap, "", self.joined, 0.9);
            } else {
                let hyphen = line.text.chars().next_back().map_or(0, char::len_utf8);
                found.edit(gap.start - hyphen..gap.end, "", self.hyphen, 0.9);
            }
        }
    }
}

struct Line<'a> {
    text: &'a str,
    at: Range<usize>,
    points: usize,
    /// Code points of its first word.
    first: usize,
    /// It begins in lower case.
    lower: bool,
    /// It ends like a sentence or a label.
    stop: bool,
    /// It ends in a cut word.
    cut: bool,
    item: bool,
    /// It is drawn: not one letter or digit.
    drawn: bool,
}

impl<'a> Line<'a> {
    fn new(text: &'a str, at: Range<usize>) -> Line<'a> {
        let mut back = text.chars().rev();
        let hyphen = matches!(back.next(), Some('-' | '\u{2010}' | '\u{ad}' | '¬'));
        Line {
            points: text.chars().count(),
            first: text.split_whitespace().next().map_or(0, |w| w.chars().count()),
            lower: text.starts_with(char::is_lowercase),
            stop: shape::ends_like_a_sentence(text) || text.ends_with(':'),
            cut: hyphen && back.next().is_some_and(char::is_alphabetic),
            item: shape::is_item(text),
            drawn: !text.contains(char::is_alphanumeric),
            text,
            at,
        }
    }

    /// The next word would not have fitted behind this line.
    fn is_full(&self, next: &Line, width: usize) -> bool {
        self.points + 1 + next.first > width || (self.cut && self.points * 4 >= width * 3)
    }

    fn sticks_out(&self, width: usize) -> bool {
        self.points > width + 2
    }

    fn goes_on(&self, next: &Line, width: usize) -> bool {
        if next.item || self.drawn || next.drawn || self.sticks_out(width) {
            return false;
        }
        let near = self.points * 5 >= width * 3;
        self.is_full(next, width) || (near && next.lower && !self.stop)
    }
}

/// The width of the column, when the text is wrapped.
fn column(lines: &[Line], breaks: &[usize]) -> Option<usize> {
    if breaks.len() < ENOUGH {
        return None;
    }
    let mut widths: Vec<usize> = breaks.iter().map(|&i| lines[i - 1].points).collect();
    widths.sort_unstable();
    // The longest line, unless a few stick out.
    let width = *widths.get(widths.len() - 1 - widths.len() / 20)?;
    if !(NARROWEST..=WIDEST).contains(&width) {
        return None;
    }
    let (mut full, mut flowing, mut items) = (0, 0, 0);
    for &i in breaks {
        let (line, next) = (&lines[i - 1], &lines[i]);
        full += usize::from(line.is_full(next, width + 1) || line.is_full(next, width));
        flowing += usize::from(!line.stop && (next.lower || line.cut));
        items += usize::from(next.item);
    }
    let n = breaks.len();
    (full * 10 >= n * 6 && flowing * 10 >= n * 4 && items * 4 <= n).then_some(width)
}

fn single_break(gap: &str) -> bool {
    let gap = gap.trim_matches([' ', '\t', '\u{a0}']);
    matches!(gap, "\n" | "\r\n" | "\r")
}

/// The words of `text` that hold a hyphen, folded.
fn hyphenated(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|w| w.trim_matches('-').contains('-'))
        .map(fold::word)
        .collect()
}
