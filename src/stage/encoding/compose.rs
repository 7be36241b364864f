//! Unicode normal form C: one way to write each letter with its accents.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc, is_nfc_quick};

use crate::document::Document;
use crate::error::Error;
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::{Found, Pass};

use super::scan::beyond_ascii;

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
        // Everything below U+0300 is in normal form; French and its neighbours have nothing above but punctuation.
        if !text.bytes().any(|b| b >= 0xcc && b != 0xe2) && !may_change_punctuation(text)
            || is_nfc_quick(text.chars()) == IsNormalized::Yes
        {
            return;
        }
        // Runs between ASCII characters are normalised apart. The ASCII character before a run belongs to it, since an
        // accent joins it.
        let bytes = text.as_bytes();
        let mut at = beyond_ascii(bytes, 0);
        while at < bytes.len() {
            let end = bytes[at..].iter().position(u8::is_ascii).map_or(bytes.len(), |i| at + i);
            let start = at.saturating_sub(1);
            let run = &text[start..end];
            if !is_nfc(run) {
                found.edit(start..end, run.nfc().collect::<String>(), self.0, 1.0);
            }
            at = beyond_ascii(bytes, end);
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

/// U+2000 and U+2001, the Kelvin, Ohm and Ångström signs, and the angle brackets are written otherwise in normal form.
fn may_change_punctuation(text: &str) -> bool {
    memchr::memchr_iter(0xe2, text.as_bytes()).any(|i| {
        let rest = &text.as_bytes()[i..];
        matches!(rest.get(1..3), Some([0x80, 0x80 | 0x81] | [0x84, _] | [0x8c, _] | [0xab, _] | [0x83, _]))
    })
}
