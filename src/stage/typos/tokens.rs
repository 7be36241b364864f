//! What stands around and between the words of a text.

use std::ops::Range;

/// What stands between two tokens that follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// One space.
    Space,
    /// An apostrophe.
    Apostrophe,
    /// Anything else.
    Break,
}

/// The gap between the bytes `end` and `start` of `text`.
pub fn gap(text: &str, end: usize, start: usize) -> Gap {
    match text.get(end..start) {
        Some(" " | "\u{a0}") => Gap::Space,
        Some("'" | "’") => Gap::Apostrophe,
        _ => Gap::Break,
    }
}

/// Whether the word at `at` is written as running text: no digit, hyphen, underscore, `@`, `/` or address beside it.
pub fn stands_alone(text: &str, at: &Range<usize>) -> bool {
    let before = text[..at.start].chars().next_back().unwrap_or(' ');
    let mut rest = text[at.end..].chars();
    let (after, next) = (rest.next().unwrap_or(' '), rest.next().unwrap_or(' '));
    let opens = before.is_whitespace() || matches!(before, '(' | '[' | '«' | '“' | '"' | '‘' | '\'' | '’' | '—' | '–');
    let closes = after.is_whitespace()
        || matches!(after, ',' | ';' | ':' | '.' | '!' | '?' | '…' | ')' | ']' | '»' | '”' | '"' | '—' | '–');
    opens
        && closes
        && !(matches!(after, '.' | ':') && !(next.is_whitespace() || matches!(next, '.' | '»' | '”' | '"' | ')')))
}

/// Whether the run of characters around `at` that are not white space looks like an address or a file.
pub fn in_address(text: &str, at: &Range<usize>) -> bool {
    let edge = |c: char| c.is_whitespace();
    let start = text[..at.start].rfind(edge).map_or(0, |i| i + 1);
    let end = text[at.end..].find(edge).map_or(text.len(), |i| at.end + i);
    // Far ends do not matter, and a document without spaces must not be searched again for every word.
    let start = floor(text, start.max(at.start.saturating_sub(200)));
    let end = floor(text, end.min(at.end + 200)).max(at.end);
    text[start..end].contains(['/', '@', '=', '\\', '_', '#']) || text[start..end].contains("www")
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// `word` in lower case with the case of `like`: capitalised if that is.
pub fn in_case(word: &str, like: &str) -> String {
    let mut like = like.chars();
    let (first, second) = (like.next(), like.next());
    if !first.is_some_and(char::is_uppercase) {
        return word.to_string();
    }
    if second.is_some_and(char::is_uppercase) {
        return word.to_uppercase();
    }
    let mut letters = word.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
