//! The names in a byline, without what stands around them.

use super::cues::Words;
use super::{fold, shape};

/// Names longer than this are none, in code points.
const LONGEST: usize = 60;

/// The names of persons in the text of a byline, in order.
pub fn names(text: &str, words: &Words) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for piece in text.split([',', '|', '/', '•', '·', '(', ')', ';', ':', '–', '—', '&', '\n']) {
        let mut run: Vec<&str> = Vec::new();
        for token in piece.split_whitespace().chain(["et"]) {
            let folded = fold::word(token.trim_end_matches('.'));
            let breaks = words.lead.contains(&folded)
                || words.role.contains(&folded)
                || token == "et"
                || token.starts_with('@')
                || token.contains(|c: char| c.is_ascii_digit());
            if !breaks && !(run.is_empty() && token.starts_with(char::is_lowercase)) {
                run.push(token);
                continue;
            }
            if let Some(name) = name(&run, words).filter(|n| !out.contains(n)) {
                out.push(name);
            }
            run.clear();
        }
    }
    out
}

/// Whether nothing but words of bylines stands before the first name in `text`.
pub fn opens_with_name(text: &str, words: &Words) -> bool {
    let all = names(text, words);
    let Some(at) = all.first().and_then(|name| text.find(name.split(' ').next()?)) else { return false };
    text[..at].split_whitespace().all(|token| {
        let folded = fold::word(token.trim_end_matches([',', ':', '|', '-', '.']));
        folded.is_empty() || words.lead.contains(&folded) || words.role.contains(&folded)
    })
}

/// The name that `tokens` are; titles and functions behind it in lower case are cut off.
fn name(tokens: &[&str], words: &Words) -> Option<String> {
    let is_particle = |t: &&str| words.particle.contains(&fold::word(t));
    let end = tokens.iter().position(|t| t.starts_with(char::is_lowercase) && !is_particle(t)).unwrap_or(tokens.len());
    let mut tokens = &tokens[..end];
    while tokens.last().is_some_and(|t| is_particle(t) && t.starts_with(char::is_lowercase)) {
        tokens = &tokens[..tokens.len() - 1];
    }
    let name = tokens.join(" ");
    let name = name.trim_matches(|c: char| !c.is_alphanumeric() && c != '.').trim_end_matches('.');
    let shouted = !name.contains(char::is_lowercase);
    let fits = name.chars().count() <= LONGEST && tokens.len() >= 2;
    if fits && shouted && tokens.len() <= 4 && name.chars().all(|c| c.is_alphabetic() || " -'’.".contains(c)) {
        return Some(name.to_string());
    }
    (fits && shape::is_name(name, words)).then(|| name.to_string())
}

/// Whether a line that looks like a name begins with a given name.
pub fn begins_with_given_name(text: &str, words: &Words) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    let whole = fold::word(first);
    words.given.contains(&whole)
        || whole.split('-').next().is_some_and(|half| half.len() >= 3 && words.given.contains(half))
}
