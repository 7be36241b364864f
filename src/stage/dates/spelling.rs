//! How the patterns of the rule files are spelt out as regexes over bytes.

use std::collections::BTreeMap;

use crate::stage::dates::lexicon::{Class, Meaning};

/// What `{name}` in a pattern of one file can stand for.
#[derive(Debug, Default)]
pub struct Names {
    /// The classes of words.
    pub words: BTreeMap<Class, BTreeMap<String, Meaning>>,
    /// Parts of patterns.
    pub parts: BTreeMap<String, String>,
}

/// White space inside a date: one or two blanks of any width. Bounded, so that no walk is long.
const BLANK: &str = r"(?:(?:[ \t]|\xC2\xA0|\xE2\x80\xAF){1,2})";

/// Number patterns that every language shares.
const DIGITS: &[(&str, &str)] = &[
    ("day", "(?:0?[1-9]|[12][0-9]|3[01])"),
    ("year", "(?:1[0-9]{3}|20[0-9]{2})"),
    ("mm", "(?:0[1-9]|1[0-2])"),
    ("dd", "(?:0[1-9]|[12][0-9]|3[01])"),
    ("hour", "(?:[01]?[0-9]|2[0-4])"),
    ("minute", "[0-5][0-9]"),
    ("n", "[0-9]{1,3}"),
];

/// Spells out a pattern: `{name}` is a class of words or a part, a blank any blank, an apostrophe either of the two,
/// a letter beyond ASCII its bytes in both cases.
pub fn spell(pattern: &str, names: &Names) -> Result<String, String> {
    let mut text = pattern.to_string();
    // Parts may use parts; a few rounds are plenty, and a loop is refused.
    for round in 0.. {
        let replaced = replace_names(&text, names)?;
        if replaced == text {
            break;
        }
        if round == 6 {
            return Err("parts refer to each other in a circle".into());
        }
        text = replaced;
    }
    Ok(bytes_of(&text))
}

fn replace_names(text: &str, names: &Names) -> Result<String, String> {
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let Some(len) = rest[open..].find('}') else { return Err("an open brace".into()) };
        let name = &rest[open + 1..open + len];
        out.push_str(&rest[..open]);
        if name.starts_with(|c: char| c.is_ascii_digit()) {
            out.push_str(&rest[open..=open + len]);
        } else if let Some(part) = names.parts.get(name) {
            out.push_str(&format!("(?:{part})"));
        } else if let Some((_, digits)) = DIGITS.iter().find(|(n, _)| *n == name) {
            out.push_str(digits);
        } else {
            let words = names.words.iter().find(|(class, _)| format!("{class:?}").eq_ignore_ascii_case(name));
            let (_, words) = words.ok_or_else(|| format!("no class or part is called {name}"))?;
            let forms: Vec<String> = words.keys().map(|form| form.replace('.', "\\.")).collect();
            out.push_str(&format!("(?:{})", forms.join("|")));
        }
        rest = &rest[open + len + 1..];
    }
    out.push_str(rest);
    Ok(out)
}

fn bytes_of(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for c in text.chars() {
        match c {
            ' ' => out.push_str(BLANK),
            '\'' => out.push_str(r"(?:'|\xE2\x80\x99)"),
            c if c.is_ascii() => out.push(c),
            c => {
                let mut cases: Vec<String> = std::iter::once(c.to_string())
                    .chain([c.to_uppercase().collect(), c.to_lowercase().collect()])
                    .collect();
                cases.sort();
                cases.dedup();
                let spelt: Vec<String> =
                    cases.iter().map(|s| s.bytes().map(|b| format!("\\x{b:02X}")).collect()).collect();
                out.push_str(&format!("(?:{})", spelt.join("|")));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_beyond_ascii_are_spelt_in_both_cases() {
        assert_eq!(bytes_of("é"), r"(?:\xC3\x89|\xC3\xA9)");
    }

    #[test]
    fn parts_that_lead_back_to_themselves_are_refused() {
        let mut names = Names::default();
        names.parts.insert("a".into(), "x{a}".into());
        assert!(spell("{a}", &names).is_err());
        assert!(spell("{b}", &names).is_err());
    }
}
