//! The name of a language: two or three lower-case ASCII letters, copied about freely.

use std::fmt;

/// An ISO 639-1 code (`fr`), or ISO 639-3 where there is none; [`Lang::UND`] when unknown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lang([u8; 3]);

impl Lang {
    /// Undetermined.
    pub const UND: Lang = Lang(*b"und");

    /// The language of a tag such as `fr`, `fr-FR` or `en_US`; `None` when it is not one.
    pub fn parse(tag: &str) -> Option<Lang> {
        let code = tag.trim().split(['-', '_']).next().unwrap_or_default();
        let mut bytes = [0; 3];
        if !(2..=3).contains(&code.len()) || !code.bytes().all(|b| b.is_ascii_alphabetic()) {
            return None;
        }
        for (to, from) in bytes.iter_mut().zip(code.bytes()) {
            *to = from.to_ascii_lowercase();
        }
        Some(Lang(bytes))
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        let len = if self.0[2] == 0 { 2 } else { 3 };
        std::str::from_utf8(&self.0[..len]).unwrap_or("und")
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_cut_to_their_language() {
        assert_eq!(Lang::parse("fr-FR").map(|l| l.to_string()), Some("fr".into()));
        assert_eq!(Lang::parse(" EN_us ").map(|l| l.to_string()), Some("en".into()));
        assert_eq!(Lang::parse("kir").map(|l| l.to_string()), Some("kir".into()));
        for bad in ["", "f", "french", "f1", "é"] {
            assert_eq!(Lang::parse(bad), None, "{bad}");
        }
    }
}
