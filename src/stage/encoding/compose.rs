//! Unicode normal form C: one way to write each letter with its accents.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc, is_nfc_quick};

use crate::document::Document;
use crate::error::Error;
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::{Found, Pass};

/// The pass.
pub(super) struct Compose(RuleId);

impl Compose {
    /// Registers the rule.
    pub fn new(rules: &mut Rules) -> Result<Compose, Error> {
        let mut rule = Rule::new("encoding/nfc", "composition", Class::Typography, "letters and accents written apart");
        rule.drop = vec!["e\u{301}te\u{301}".into()];
        rule.keep = vec!["été".into()];
        rules.add(rule).map(Compose)
    }
}

impl Pass for Compose {
    fn look(&self, doc: &Document, found: &mut Found) {
        let text = doc.text();
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(step) = bytes[at..].iter().position(|b| WATCHED[usize::from(*b)]) {
            at += step;
            if bytes[at] == 0xe2 && !is_replaced_punctuation(&bytes[at..]) {
                at += 3;
                continue;
            }
            // A run between ASCII characters is normalised as one. The ASCII character before it belongs to it, since an
            // accent joins it.
            let start = bytes[..at].iter().rposition(u8::is_ascii).unwrap_or(0);
            let end = beyond_run(bytes, at);
            let run = &text[start..end];
            if is_nfc_quick(run.chars()) != IsNormalized::Yes && !is_nfc(run) {
                found.edit(start..end, run.nfc().collect::<String>(), self.0, 1.0);
            }
            at = end;
        }
    }

    fn fires(&self, rule: RuleId, example: &str) -> Option<bool> {
        if rule != self.0 {
            return None;
        }
        let mut found = Found::default();
        self.look(&Document::from_text(example.to_string()), &mut found);
        Some(!found.edits().is_empty())
    }
}

/// Where the run of bytes beyond ASCII ends that byte `at` is in.
fn beyond_run(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(u8::is_ascii).map_or(bytes.len(), |i| at + i)
}

/// First bytes of characters that may be composed or replaced. Latin letters up to U+02FF, Cyrillic ones up to U+047F and
/// the ideographs are in normal form as they are.
static WATCHED: [bool; 256] = {
    let mut watched = [false; 256];
    let mut b = 0xcc;
    while b < 256 {
        watched[b] = !matches!(b, 0xcf..=0xd1 | 0xe4..=0xe9);
        b += 1;
    }
    watched
};

/// Whether the character that begins with byte 0xE2 may be written otherwise in normal form: U+2000 and U+2001, the
/// combining marks for symbols, the Kelvin, Ohm and Ångström signs, the angle brackets, and a mathematical sign.
fn is_replaced_punctuation(rest: &[u8]) -> bool {
    matches!(rest.get(1..3), Some([0x80, 0x80 | 0x81] | [0x83 | 0x84 | 0x8c | 0xab..=0xbf, _]))
}
