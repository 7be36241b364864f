//! The content words of lines and paragraphs, to tell how much one takes up of another.

use super::fold;
use super::shape::Shape;
use super::words::Words;

/// Letters at the beginning of a word that it is known by, without the endings that languages such as Russian and German
/// give it.
const BEGINNING: usize = 5;
/// Letters of the shortest content word.
const SHORTEST: usize = 4;

/// Words of four letters and more that are no function words, by a hash of their first letters; each once.
#[derive(Clone, Debug, Default)]
pub struct Content(Vec<u64>);

impl Content {
    /// The content words of a block.
    pub fn of(shape: &Shape, words: &Words) -> Content {
        Content::all([shape], words)
    }

    /// The content words of several blocks.
    pub fn all<'s>(shapes: impl IntoIterator<Item = &'s Shape<'s>>, words: &Words) -> Content {
        let mut hashes = Vec::new();
        for shape in shapes {
            let folded = if shape.folded.is_empty() { &fold::line(shape.text) } else { &shape.folded };
            let tokens = folded.split(|c: char| !c.is_alphanumeric());
            let content = tokens.filter(|w| w.chars().nth(SHORTEST - 1).is_some() && !words.function.contains(*w));
            hashes.extend(content.map(beginning));
        }
        hashes.sort_unstable();
        hashes.dedup();
        Content(hashes)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// How many of them are in one of the `others`.
    pub fn shared(&self, others: &[Content]) -> usize {
        self.0.iter().filter(|&w| others.iter().any(|other| other.0.binary_search(w).is_ok())).count()
    }
}

fn beginning(word: &str) -> u64 {
    let end = word.char_indices().nth(BEGINNING).map_or(word.len(), |(at, _)| at);
    fold::hash(&word[..end])
}
