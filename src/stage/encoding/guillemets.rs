//! French guillemets that a "smart quotes" plug-in turned the wrong way.
//!
//! Such a plug-in decides by the neighbours of a straight quote, so it errs after an apostrophe (`d' »allié`) and before
//! punctuation (`mot« ,`). A mark that its neighbours contradict is turned; nothing else in the line is touched. German
//! (»so«) and Finnish (»näin») lines are not French ones gone wrong.

use std::ops::Range;

use crate::document::Document;
use crate::error::Error;
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::{Found, Pass};

use super::scan::line_around;

/// The pass.
pub(super) struct Guillemets {
    turned: RuleId,
    spaced: RuleId,
}

impl Guillemets {
    /// Registers the rules.
    pub fn new(rules: &mut Rules) -> Result<Guillemets, Error> {
        let mut turned =
            Rule::new("encoding/guillemet", "guillemet", Class::Meaning, "guillemets turned the wrong way");
        turned.drop =
            ["Il parle d' »abandon total » du projet.", "un « retour au calme« , dit-elle", "« Nous partons« ."]
                .map(String::from)
                .to_vec();
        turned.keep = [
            "Il parle d’« abandon » du projet.",
            "Er sagte: »Nein«, und ging.",
            "Hän sanoi: »Ei», ja lähti.",
            "« Il m’a dit : « Pars » », raconte-t-il.",
        ]
        .map(String::from)
        .to_vec();
        let mut spaced = Rule::new(
            "encoding/guillemet-space",
            "guillemet",
            Class::Typography,
            "a space between a closing guillemet and a comma or full stop",
        );
        spaced.drop = vec!["« Nous partons » , dit-elle.".into()];
        spaced.keep = vec!["« Nous partons » ; « Vraiment » ?".into()];
        Ok(Guillemets { turned: rules.add(turned)?, spaced: rules.add(spaced)? })
    }

    fn line(&self, text: &str, line: Range<usize>, found: &mut Found) {
        let mut marks = marks(&text[line.clone()]);
        if is_reversed_style(&marks) {
            return;
        }
        if marks.iter().any(|m| m.wrong.is_some()) {
            decide(&mut marks);
        }
        // French has spaces inside; Spanish, Swiss and Russian lines have none.
        let opens =
            |gap: bool| marks.iter().any(|m| m.opens && m.wrong.is_none() && m.after.is_some() && m.gap_after == gap);
        let close = opens(false) && !opens(true);
        for mark in &marks {
            let at = line.start + mark.around.start..line.start + mark.around.end;
            if mark.turn {
                found.edit(
                    at,
                    mark.replacement(if close { "" } else { " " }),
                    self.turned,
                    if mark.wrong == Some(Wrong::Surely) { 0.95 } else { 0.85 },
                );
            } else if !mark.opens && mark.gap_after && mark.is_before_stop {
                let end = line.start + mark.at + '»'.len_utf8();
                found.edit(end..at.end, "", self.spaced, 0.95);
            }
        }
    }
}

impl Pass for Guillemets {
    fn look(&self, doc: &Document, found: &mut Found) {
        let text = doc.text();
        let mut at = 0;
        // « and » are C2 AB and C2 BB.
        for i in memchr::memchr2_iter(0xab, 0xbb, text.as_bytes()) {
            if i > at && text.as_bytes()[i - 1] == 0xc2 {
                let line = line_around(text, i);
                at = line.end;
                self.line(text, line, found);
            }
        }
    }

    fn fires(&self, rule: RuleId, example: &str) -> Option<bool> {
        if rule != self.turned && rule != self.spaced {
            return None;
        }
        let mut found = Found::default();
        self.look(&Document::from_text(example.to_string()), &mut found);
        Some(found.edits().iter().any(|e| e.rule == rule))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    /// No style writes this.
    Surely,
    /// Another style might; the rest of the line has to agree.
    Perhaps,
}

#[derive(Debug)]
struct Mark {
    /// Byte of the mark in the line.
    at: usize,
    /// The mark with the spaces around it.
    around: Range<usize>,
    opens: bool,
    /// The character before the spaces before it.
    before: Option<char>,
    after: Option<char>,
    gap_before: bool,
    gap_after: bool,
    /// A comma or full stop follows, which takes no space before it.
    is_before_stop: bool,
    wrong: Option<Wrong>,
    turn: bool,
}

impl Mark {
    /// The mark turned, with the spaces that belong around it, of which `inside` stands towards what is quoted.
    fn replacement(&self, inside: &str) -> String {
        if self.opens {
            let after = match self.after {
                None | Some(',' | '.' | ')' | '…' | ']') => "",
                Some(_) if self.gap_after => " ",
                Some(_) => "",
            };
            format!("{inside}»{after}")
        } else {
            let before = match self.before {
                None | Some('\'' | '’' | '(' | '[') => "",
                Some(_) => " ",
            };
            format!("{before}«{inside}")
        }
    }

    /// Which way it looks once it is decided.
    fn opens_now(&self) -> bool {
        self.opens != self.turn
    }
}

fn marks(line: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (at, c) in line.char_indices().filter(|(_, c)| matches!(c, '«' | '»')) {
        let end = at + c.len_utf8();
        let start_gap = line[..at].trim_end_matches(is_space).len();
        let end_gap = line.len() - line[end..].trim_start_matches(is_space).len();
        let before = line[..start_gap].chars().next_back();
        let mut rest = line[end_gap..].chars();
        let after = rest.next();
        let next = rest.next();
        let (gap_before, gap_after) = (start_gap < at, end < end_gap);
        let is_before_stop = match after {
            Some(',') => true,
            Some('.') => next.is_none_or(|n| n.is_whitespace() || n == '»'),
            _ => false,
        };
        let apostrophe = matches!(before, Some('\'' | '’'))
            && line[..start_gap].chars().rev().nth(1).is_some_and(char::is_alphabetic);
        let word_after = after.is_some_and(|c| c.is_alphanumeric() || matches!(c, '\'' | '’' | '“' | '…'));
        let word_before = before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '!' | '?' | '…' | '.' | '%' | ')'));
        let wrong = if c == '»' {
            match () {
                () if apostrophe && word_after && !gap_after => Some(Wrong::Surely),
                () if gap_before && !gap_after && word_after => Some(Wrong::Perhaps),
                () if before.is_none() && word_after && !gap_after => Some(Wrong::Perhaps),
                () => None,
            }
        } else {
            let stop = matches!(after, Some(',' | '.' | ';' | ':' | '!' | '?' | ')'));
            match () {
                () if word_before
                    && !gap_before
                    && gap_after
                    && (is_before_stop || matches!(after, Some(';' | ':' | '!' | '?'))) =>
                {
                    Some(Wrong::Surely)
                }
                () if word_before && !gap_before && (stop || gap_after || after.is_none()) => Some(Wrong::Perhaps),
                () => None,
            }
        };
        marks.push(Mark {
            at,
            around: start_gap..end_gap,
            opens: c == '«',
            before,
            after,
            gap_before,
            gap_after,
            is_before_stop,
            wrong,
            turn: false,
        });
    }
    marks
}

/// »So« with no spaces inside, or »näin» with the same mark twice: another language's habit.
fn is_reversed_style(marks: &[Mark]) -> bool {
    let opening = |m: &Mark| !m.gap_after && m.after.is_some();
    let closing = |m: &Mark| !m.gap_before && m.before.is_some();
    let pairs = marks.chunks_exact(2);
    pairs.remainder().is_empty()
        && !marks.is_empty()
        && marks
            .chunks_exact(2)
            .all(|p| !p[0].opens && opening(&p[0]) && closing(&p[1]) && p[0].wrong != Some(Wrong::Surely))
}

/// Turns the marks that are surely wrong, and those that may be where the line is balanced after that and was not before.
fn decide(marks: &mut [Mark]) {
    let was_balanced = is_balanced(marks.iter().map(|m| m.opens));
    for mark in marks.iter_mut() {
        mark.turn = mark.wrong == Some(Wrong::Surely);
    }
    if was_balanced || is_balanced(marks.iter().map(Mark::opens_now)) {
        return;
    }
    let with_doubtful = marks.iter().map(|m| m.opens != m.wrong.is_some());
    if is_balanced(with_doubtful) {
        for mark in marks.iter_mut() {
            mark.turn = mark.wrong.is_some();
        }
    }
}

/// Every mark that opens is closed, and at most one is open inside another.
fn is_balanced(opens: impl Iterator<Item = bool>) -> bool {
    let mut depth = 0i32;
    for opens in opens {
        depth += if opens { 1 } else { -1 };
        if !(0..=2).contains(&depth) {
            return false;
        }
    }
    depth == 0
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{a0}' | '\u{202f}')
}
