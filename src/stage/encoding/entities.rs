//! HTML character references left over in text: `&eacute;`, `&#8217;`, `&#x2019;`.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;

use crate::document::Document;
use crate::error::Error;
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::{Found, Pass};

/// Bytes of the longest reference that is read, with `&` and `;`.
const LONGEST: usize = 34;
/// How often a text is escaped at most.
const LEVELS: usize = 4;

/// The pass.
pub(super) struct Entities {
    names: BTreeMap<String, char>,
    rule: RuleId,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    entities: BTreeMap<String, toml::Spanned<u32>>,
}

impl Entities {
    /// Reads the names and registers the rule.
    pub fn new(rules: &mut Rules) -> Result<Entities, Error> {
        let mut names = BTreeMap::new();
        for file in rules.topic("encoding") {
            for (name, number) in file.parse::<File>()?.entities {
                let at = number.span().start;
                let Some(c) = char::from_u32(*number.get_ref()) else {
                    return Err(file.fault(Some(at), format!("{:#x} is no character", number.get_ref())));
                };
                if !name.bytes().all(|b| b.is_ascii_alphanumeric()) || name.len() + 2 > LONGEST {
                    return Err(file
                        .fault(Some(at), format!("{name} is not a name of up to {} letters and digits", LONGEST - 2)));
                }
                names.insert(name, c);
            }
        }
        let mut rule =
            Rule::new("encoding/entity", "entity", Class::Typography, "HTML character references left in the text");
        rule.drop =
            ["L&rsquo;&eacute;t&#233;", "R&amp;D", "R&amp;eacute;union", "fin&#133;"].map(String::from).to_vec();
        rule.keep = ["AT&T; M&S", "?a=1&copy=2", "on écrit &amp;lt; pour le signe"].map(String::from).to_vec();
        Ok(Entities { names, rule: rules.add(rule)? })
    }

    /// The reference that begins at byte `at`, where an `&` stands: its bytes and its character. A text that was escaped
    /// twice is read in one go, unless what comes out is markup that somebody wanted to show.
    fn reference(&self, text: &str, at: usize) -> Option<(Range<usize>, char)> {
        let (mut end, mut c) = self.plain(text, at + 1)?;
        let mut levels = 1;
        while c == '&' && levels < LEVELS {
            let Some((next_end, next)) = self.plain(text, end) else {
                break;
            };
            (end, c) = (next_end, next);
            levels += 1;
        }
        let unfinished = c == '&' && self.plain(text, end).is_some();
        if unfinished || levels > 1 && matches!(c, '<' | '>' | '&' | '"') {
            return None;
        }
        // What would become a part of another reference by being read is left alone.
        let builds = c.is_ascii_alphanumeric() || matches!(c, '#' | ';');
        let before = &text.as_bytes()[at.saturating_sub(LONGEST * 8)..at];
        if builds && before.iter().rev().take_while(|b| !b.is_ascii_whitespace()).any(|b| *b == b'&') {
            return None;
        }
        Some((at..end, c))
    }

    /// The rest of a reference behind its `&`: where it ends, and its character.
    fn plain(&self, text: &str, from: usize) -> Option<(usize, char)> {
        let rest = text.as_bytes().get(from..)?;
        let len = rest.iter().take(LONGEST).position(|b| *b == b';')?;
        let name = text.get(from..from + len)?;
        let c = match name.strip_prefix('#') {
            Some(number) => {
                let value = match number.strip_prefix(['x', 'X']) {
                    Some(hex) if hex.bytes().all(|b| b.is_ascii_hexdigit()) => u32::from_str_radix(hex, 16).ok()?,
                    None if number.bytes().all(|b| b.is_ascii_digit()) => number.parse().ok()?,
                    _ => return None,
                };
                char::from_u32(value).filter(|c| *c != '\0')?
            }
            None => *self.names.get(name)?,
        };
        Some((from + len + 1, c))
    }
}

impl Pass for Entities {
    fn look(&self, doc: &Document, found: &mut Found) {
        let text = doc.text();
        let mut done = 0;
        for at in memchr::memchr_iter(b'&', text.as_bytes()) {
            if at < done {
                continue;
            }
            if let Some((span, c)) = self.reference(text, at) {
                done = span.end;
                found.edit(span, written(c), self.rule, 0.95);
            }
        }
    }

    fn fires(&self, rule: RuleId, example: &str) -> Option<bool> {
        if rule != self.rule {
            return None;
        }
        let mut found = Found::default();
        self.look(&Document::from_text(example.to_string()), &mut found);
        Some(!found.edits().is_empty())
    }
}

/// The character as text: line breaks become spaces, controls and invisible marks nothing, and the numbers 128 to 159 are
/// those of Windows-1252, as browsers have it.
fn written(c: char) -> String {
    match c {
        '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{2028}' | '\u{2029}' => " ".into(),
        '\u{80}'..='\u{9f}' => {
            let byte = [c as u8];
            let meant = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte).0;
            meant.chars().filter(|m| *m != c).collect()
        }
        '\0'..='\u{1f}' | '\u{7f}' | '\u{200b}' | '\u{2060}' | '\u{feff}' => String::new(),
        _ => c.to_string(),
    }
}
