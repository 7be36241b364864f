//! Where sentences end: by Unicode's rules (UAX #29), mended for initials and short titles.

use unicode_segmentation::UnicodeSegmentation;

/// Abbreviations of one to three letters before a name are longer than this nowhere.
const SHORT: usize = 3;

/// A sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence<'a> {
    /// Its first code point in the text.
    pub start: usize,
    /// Behind its last code point.
    pub end: usize,
    /// Its words, without white space around them.
    pub text: &'a str,
}

/// The sentences of `text`, in order. A line break always ends one.
pub fn sentences(text: &str) -> Vec<Sentence<'_>> {
    let mut all = Vec::new();
    let (mut at, mut counted) = (0, 0);
    let mut count = |to: usize| {
        counted += text[at..to].chars().count();
        at = to;
        counted
    };
    let mut open: Option<usize> = None;
    for (from, piece) in text.split_sentence_bound_indices() {
        let start = *open.get_or_insert(from);
        let end = from + piece.len();
        if end < text.len() && goes_on(piece) {
            continue;
        }
        open = None;
        let whole = &text[start..end];
        let trimmed = whole.trim();
        if trimmed.is_empty() {
            continue;
        }
        let first = start + (whole.len() - whole.trim_start().len());
        all.push(Sentence { start: count(first), end: count(first + trimmed.len()), text: trimmed });
    }
    all
}

/// Whether the full stop at the end of `piece` is that of an initial or a short title (`M.`, `Dr.`, `St.`) and ends nothing.
fn goes_on(piece: &str) -> bool {
    if piece.ends_with(['\n', '\r', '\u{2029}']) {
        return false;
    }
    let Some(body) = piece.trim_end().strip_suffix('.') else { return false };
    let word = body.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let length = word.chars().count();
    (1..=SHORT).contains(&length)
        && word.starts_with(char::is_uppercase)
        && word.chars().skip(1).all(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_lie_where_they_say() {
        let text = "« Déjà ! », a dit M. Verdan.  Le bac du Dr. A. Roux est parti.\n\nIl neige. Ça va";
        let all = sentences(text);
        let texts: Vec<_> = all.iter().map(|s| s.text).collect();
        assert_eq!(texts.last(), Some(&"Ça va"));
        assert!(texts.contains(&"Le bac du Dr. A. Roux est parti."), "{texts:?}");
        let chars: Vec<char> = text.chars().collect();
        for sentence in &all {
            assert_eq!(chars[sentence.start..sentence.end].iter().collect::<String>(), sentence.text);
        }
    }

    #[test]
    fn nothing_gives_nothing() {
        assert!(sentences("").is_empty() && sentences(" \n\n ").is_empty());
    }
}
