//! The place and date that open an agency's report: "BREST, 12 mars (Agence) —". It stays in the text; the dates stage is
//! told of it.

use std::sync::OnceLock;

use regex::Regex;

const PATTERN: &str = r"^\p{Lu}[\p{Lu}\p{Ll}'’ .-]{1,40}(?:,? ?\([^()]{2,40}\))?(?:,\s[^—–]{3,40}?)?(?: ?\([^()]{2,40}\))?\s?[—–-]{1,2}\s";
/// Code points of the longest dateline.
const LONGEST: usize = 180;

/// The dateline at the start of `text`, without the dash behind it.
pub fn at_start_of(text: &str) -> Option<&str> {
    static REGEX: OnceLock<Option<Regex>> = OnceLock::new();
    // Few paragraphs begin so, and only for those is the pattern compiled.
    let pairs = || text.chars().zip(text.chars().skip(1)).take(LONGEST);
    let dashed = |(c, next): (char, char)| matches!(c, '—' | '–' | '-') && next.is_whitespace();
    if !text.starts_with(char::is_uppercase) || !pairs().any(dashed) {
        return None;
    }
    let found = REGEX.get_or_init(|| Regex::new(PATTERN).ok()).as_ref()?.find(text)?.as_str();
    is_dateline(found).then(|| found.trim_end().trim_end_matches(['-', '–', '—']).trim_end())
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

#[cfg(test)]
mod tests {
    #[test]
    fn a_place_with_a_date_or_in_capitals_opens_a_report() {
        assert_eq!(super::at_start_of("BREST, 12 mars (Agence) — Le bac"), Some("BREST, 12 mars (Agence)"));
        assert_eq!(super::at_start_of("Le bac – un vieux bateau – repart"), None);
        assert_eq!(super::at_start_of("Le sous-préfet est venu"), None);
    }
}
