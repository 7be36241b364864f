//! Spaces: one kind, one at a time, none at the ends of lines. Line breaks are not touched: they are layout.

use crate::document::Document;
use crate::error::Error;
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::{Found, Pass};

use super::scan::char_at;

/// The pass.
pub(super) struct Spaces {
    plain: RuleId,
    run: RuleId,
    edge: RuleId,
}

impl Spaces {
    /// Registers the rules.
    pub fn new(rules: &mut Rules) -> Result<Spaces, Error> {
        let mut add = |name: &str, about: &str, drop: &str, keep: &str| {
            let mut rule = Rule::new(format!("encoding/{name}"), "space", Class::Typography, about);
            rule.drop = vec![drop.to_string()];
            rule.keep = vec![keep.to_string()];
            rules.add(rule)
        };
        Ok(Spaces {
            plain: add(
                "space",
                "no-break and thin spaces become plain ones",
                "12\u{202f}000 euros\u{a0}!",
                "12 000 euros !",
            )?,
            run: add("space-run", "several spaces in a row", "le  prix", "le prix")?,
            edge: add("space-edge", "spaces at the ends of a line", "le prix ", "le prix")?,
        })
    }
}

impl Pass for Spaces {
    fn look(&self, doc: &Document, found: &mut Found) {
        let text = doc.text();
        let bytes = text.as_bytes();
        let mut at = 0;
        let mut last_break = true;
        while at < bytes.len() {
            // A plain space in a plain place is the common case, so the next byte is looked at first.
            let Some(step) = bytes[at..].iter().position(|b| WATCHED[usize::from(*b)]) else {
                break;
            };
            if step > 0 {
                last_break = false;
            }
            at += step;
            let byte = bytes[at];
            if byte == b'\n' {
                last_break = true;
                at += 1;
                continue;
            }
            if byte == b' ' && !last_break && bytes.get(at + 1).is_some_and(|b| !WATCHED[usize::from(*b)]) {
                at += 1;
                continue;
            }
            let Some(c) = char_at(text, at) else { break };
            if !is_space(c) {
                at += c.len_utf8();
                last_break = false;
                continue;
            }
            let end = at + text[at..].chars().take_while(|c| is_space(*c)).map(char::len_utf8).sum::<usize>();
            let run = &text[at..end];
            let before_break = end == bytes.len() || bytes[end] == b'\n';
            if last_break || before_break {
                found.edit(at..end, "", self.edge, 1.0);
            } else if run.contains('\t') {
                if run != "\t" {
                    found.edit(at..end, "\t", self.run, 1.0);
                }
            } else if run == "\u{a0}" && text[..at].ends_with('Ã') {
                // What mojibake leaves of "à": a letter that was not sure enough to be mended, and no space.
            } else if run != " " {
                let one = run.chars().nth(1).is_none();
                found.edit(at..end, " ", if one { self.plain } else { self.run }, 1.0);
            }
            at = end;
            last_break = false;
        }
    }

    fn fires(&self, rule: RuleId, example: &str) -> Option<bool> {
        if ![self.plain, self.run, self.edge].contains(&rule) {
            return None;
        }
        let mut found = Found::default();
        self.look(&Document::from_text(example.to_string()), &mut found);
        Some(found.edits().iter().any(|e| e.rule == rule))
    }
}

/// First bytes of spaces and of line breaks.
static WATCHED: [bool; 256] = {
    let mut watched = [false; 256];
    watched[b' ' as usize] = true;
    watched[b'\t' as usize] = true;
    watched[b'\n' as usize] = true;
    watched[0xc2] = true;
    watched[0xe1] = true;
    watched[0xe2] = true;
    watched[0xe3] = true;
    watched
};

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}
