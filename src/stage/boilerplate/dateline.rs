//! The place and date that open an agency's report: "BREST, 12 mars (Agence) —". It stays in the text; the dates stage is
//! told of it.

use regex::Regex;

use crate::error::Error;

/// Finds datelines.
#[derive(Debug)]
pub struct Dateline(Regex);

impl Dateline {
    /// Compiles the pattern.
    ///
    /// # Errors
    /// [`Error::Rules`] when it does not compile.
    pub fn new() -> Result<Dateline, Error> {
        let pattern = r"^\p{Lu}[\p{Lu}\p{Ll}'’ .-]{1,40}(?:,? ?\([^()]{2,40}\))?(?:,\s[^—–]{3,40}?)?(?: ?\([^()]{2,40}\))?\s?[—–-]{1,2}\s";
        Regex::new(pattern).map(Dateline).map_err(|e| Error::rules("rules", e.to_string()))
    }

    /// The dateline at the start of `text`, without the dash behind it.
    pub fn at_start_of<'a>(&self, text: &'a str) -> Option<&'a str> {
        let found = self.0.find(text)?.as_str();
        is_dateline(found).then(|| found.trim_end().trim_end_matches(['-', '–', '—']).trim_end())
    }
}

/// A place in capitals, or a place with an agency or a date: not a name before a dash.
fn is_dateline(text: &str) -> bool {
    let place: &str = text.split([',', '(', '—', '–']).next().unwrap_or_default().trim();
    let letters = place.chars().filter(|c| c.is_alphabetic());
    let capitals = letters.clone().all(char::is_uppercase);
    let n = letters.count();
    let has_source = text.contains('(');
    let has_date = text.contains(',') && text.contains(|c: char| c.is_ascii_digit());
    n >= 3 && (has_source || has_date || capitals && place.split_whitespace().count() <= 3)
}
