//! What can be seen of a line without knowing what stands around it.

use super::cues::{Cues, Hit, LONGEST, Words};
use super::fold;
use crate::document::{Block, BlockKind};

/// The shape of one block.
#[derive(Clone, Debug)]
pub struct Shape<'a> {
    /// Its text.
    pub text: &'a str,
    /// The text as cues see it; empty for long prose.
    pub folded: String,
    /// Code points.
    pub points: usize,
    /// Words between spaces.
    pub words: usize,
    /// Ends of sentences inside and at the end.
    pub sentences: usize,
    /// It ends like a sentence.
    pub stop: bool,
    /// It holds quotation marks.
    pub quotes: bool,
    /// It begins with a bullet or a number like an item of a list.
    pub item: bool,
    /// It is nothing but a name of a person, by its form.
    pub name: bool,
    /// What the cues say.
    pub hit: Option<Hit>,
}

impl<'a> Shape<'a> {
    /// The shape of a block with this text.
    pub fn new(text: &'a str, cues: &Cues) -> Shape<'a> {
        let text = text.trim();
        let points = text.chars().count();
        let folded = if points <= LONGEST { fold::line(text) } else { String::new() };
        let quotes = text.contains(['«', '»', '“', '”', '„', '"']) || text.contains("``");
        let hit = if folded.is_empty() { None } else { cues.hit(&folded, points, quotes) };
        Shape {
            text,
            points,
            words: text.split_whitespace().count(),
            sentences: sentence_ends(text),
            stop: ends_like_a_sentence(text),
            quotes,
            item: is_item(text),
            name: points <= 50 && is_name(text, &cues.words),
            hit,
            folded,
        }
    }

    /// A paragraph of prose that no cue speaks against.
    pub fn is_prose(&self) -> bool {
        self.stop && self.words >= 8 && self.points >= 100 && self.weight() < 0.3
            || self.points > LONGEST && self.sentences >= 3
    }

    /// A sentence, however short.
    pub fn is_sentence(&self) -> bool {
        self.stop && self.words >= 4
    }

    /// A line that may be a headline or a heading.
    pub fn is_title_like(&self) -> bool {
        let end = self.text.trim_end_matches(['»', '”', '"', ' ', '\u{a0}', '\u{202f}']);
        (5..=160).contains(&self.points)
            && !end.ends_with(['.', ':', ',', ';', '…'])
            && !self.item
            && self.sentences <= 2
            && self
                .text
                .starts_with(|c: char| c.is_uppercase() || c.is_numeric() || is_uncased(c) || "«“\"„¿¡".contains(c))
    }

    /// The weight of its cues, 0 to 1.
    pub fn weight(&self) -> f32 {
        self.hit.map_or(0.0, |h| h.weight)
    }
}

/// A letter of a script without capitals.
fn is_uncased(c: char) -> bool {
    c.is_alphabetic() && !c.is_lowercase() && !c.is_uppercase()
}

/// Whether a reader or a heading tag says that the block is a heading.
pub fn is_marked_heading(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Heading | BlockKind::Title)
}

/// Whether `text` ends with the full stop, question or exclamation mark of a sentence, quotation marks apart.
pub fn ends_like_a_sentence(text: &str) -> bool {
    let end = text.trim_end_matches(|c: char| c.is_whitespace() || "»”“\"’')]".contains(c));
    end.ends_with(['.', '!', '?', '…', '。', '！', '？', '؟', '।'])
}

/// How many times a sentence seems to end in `text`.
fn sentence_ends(text: &str) -> usize {
    let mut ends = 0;
    let mut after_stop = false;
    for c in text.chars() {
        match c {
            '.' | '!' | '?' | '…' | '؟' => after_stop = true,
            '。' | '！' | '？' | '।' => ends += 1,
            c if c.is_whitespace() && after_stop => {
                ends += 1;
                after_stop = false;
            }
            '»' | '”' | '"' | ')' | '’' | '\'' => {}
            _ => after_stop = false,
        }
    }
    ends + usize::from(after_stop)
}

/// Whether `text` begins like an item of a list.
pub fn is_item(text: &str) -> bool {
    let mut chars = text.chars();
    match chars.next() {
        Some('-' | '–' | '—' | '•' | '*' | '·' | '‣' | '▪' | '◦' | '●' | '○' | '■') => {
            chars.next().is_some_and(char::is_whitespace)
        }
        Some(c) if c.is_ascii_digit() => {
            let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
            text.len() - rest.len() <= 3 && (rest.starts_with(". ") || rest.starts_with(") ") || rest.starts_with("° "))
        }
        _ => false,
    }
}

/// Whether `text` is a name of a person by its form: two to five capitalised words, and particles.
pub fn is_name(text: &str, words: &Words) -> bool {
    let mut capitalised = 0;
    let mut full = 0;
    for (i, token) in text.split_whitespace().enumerate() {
        let folded = fold::word(token);
        if i > 4 || (words.function.contains(&folded) && !words.particle.contains(&folded)) {
            return false;
        }
        if words.particle.contains(&folded) {
            // A particle may be capitalised, but a name does not begin with one that is an article as well.
            if i == 0 && words.function.contains(&folded) {
                return false;
            }
            continue;
        }
        if !is_name_token(token) {
            return false;
        }
        capitalised += 1;
        full += usize::from(token.chars().any(char::is_lowercase));
    }
    capitalised >= 2 && full >= 1 && text.split_whitespace().last().is_some_and(|t| !t.ends_with('.'))
}

fn is_name_token(token: &str) -> bool {
    let initial =
        token.ends_with('.') && token.chars().filter(|c| c.is_uppercase()).count() * 2 >= token.chars().count() - 1;
    let token = token.trim_end_matches('.');
    token.starts_with(char::is_uppercase)
        && (initial || token.chars().count() >= 2)
        && token.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '.'))
}
