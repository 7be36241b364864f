//! The names in a byline, without what stands around them.

use super::senses::{BY, OUTLET, ROLE};
use super::words::Words;
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
            if !(breaks || run.is_empty() && token.starts_with(char::is_lowercase)) {
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

/// The names in a line that is about something else: those behind "by".
pub fn led_names(text: &str, words: &Words) -> Vec<String> {
    let mut by = false;
    let mut at = 0;
    for token in text.split_whitespace() {
        let start = at + text[at..].find(token).unwrap_or(0);
        if by && token.starts_with(char::is_uppercase) {
            return names(&text[start..], words);
        }
        by = words.senses.of(&fold::word(token)) & BY != 0;
        at = start + token.len();
    }
    Vec::new()
}

/// Whether the line is a byline by its form: "by" and a name, or a name and what the author is or writes for.
pub fn is_byline(text: &str, words: &Words) -> bool {
    if text.chars().nth(LONGEST + 30).is_some() || text.ends_with(['.', '!', '?', ':']) {
        return false;
    }
    let mut pieces = text.split([',', '|', '•', '·', '–', '—', '/']).map(str::trim).filter(|p| !p.is_empty());
    let Some(first) = pieces.next() else { return false };
    let (head, rest) = first.split_once(char::is_whitespace).unwrap_or((first, ""));
    let by = words.senses.of(&fold::word(head)) & BY != 0;
    let is_person = |name: &str| shape::is_name(name, words) || is_shouted_name(name, words);
    let says_what = |piece: &str| {
        piece.split(|c: char| !c.is_alphanumeric()).any(|w| words.senses.of(&fold::word(w)) & (ROLE | OUTLET) != 0)
    };
    if by {
        return is_person(rest.trim()) && pieces.all(|p| says_what(p) || is_person(p) || p.split(' ').count() <= 3);
    }
    let mut any = false;
    let all = pieces.all(|p| {
        any = true;
        says_what(p)
    });
    any && all && is_person(first) && begins_with_given_name(first, words)
}

/// A name in capitals, the first of it a given name.
pub fn is_shouted_name(text: &str, words: &Words) -> bool {
    is_shouted(text) && begins_with_given_name(text, words)
}

/// Two or three words of capitals and nothing else.
pub fn is_shouted(text: &str) -> bool {
    (2..=3).contains(&text.split_whitespace().count())
        && text.chars().all(|c| c.is_uppercase() || c.is_whitespace() || matches!(c, '-' | '\'' | '’'))
}

/// A name as it is written in a text: words in capitals get small letters.
pub fn written(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for (n, word) in name.split(' ').enumerate() {
        if n > 0 {
            out.push(' ');
        }
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        if letters < 4 || !word.chars().all(|c| c.is_uppercase() || !c.is_alphabetic()) || word.contains('.') {
            out.push_str(word);
            continue;
        }
        let mut start = true;
        for c in word.chars() {
            if start {
                out.push(c)
            } else {
                out.extend(c.to_lowercase())
            }
            start = !c.is_alphabetic();
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
    words.is_given(&whole) || whole.split('-').next().is_some_and(|half| half.len() >= 3 && words.is_given(half))
}

#[cfg(test)]
mod tests {
    #[test]
    fn capitals_become_small_letters() {
        assert_eq!(super::written("Meerim SULTANOVA"), "Meerim Sultanova");
        assert_eq!(super::written("ANNE-MARIE DUVAL"), "Anne-Marie Duval");
        assert_eq!(super::written("J.R.R. Ng"), "J.R.R. Ng");
    }
}
