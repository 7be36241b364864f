//! The words of a document, with what the lexicon of their language knows of them: read once for all passes that ask,
//! and again when the text has changed.

use std::ops::Range;

use crate::document::{Block, BlockKind, Document};
use crate::edit::Shift;
use crate::language::Lang;
use crate::lexicon::{Facts, Lexicon, Word};

/// A run of letters.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// Bytes of the text.
    pub at: Range<usize>,
    /// How it is written.
    pub case: Case,
    /// What is known of the word in lower case, unless its case is [`Case::Other`].
    pub facts: Facts,
    /// The same number for equal words in lower case, seldom the same for others; 0 for long ones.
    pub key: u32,
}

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// `word`
    Lower,
    /// `Word`
    Capitalised,
    /// `WORD`, `wOrd` or a letter without case.
    Other,
}

impl Token {
    /// The word.
    pub fn of<'a>(&self, text: &'a str) -> &'a str {
        &text[self.at.clone()]
    }
}

/// The words of the blocks that are text of the article in a language with a lexicon.
#[derive(Clone, Debug, Default)]
pub struct Words {
    tokens: Vec<Token>,
    blocks: Vec<Reading>,
}

/// The words of one block.
#[derive(Clone, Debug)]
struct Reading {
    /// Its index in the document.
    block: usize,
    /// Its bytes in the text.
    at: Range<usize>,
    language: Lang,
    tokens: Range<usize>,
    /// The byte where it began when its words were read.
    read_at: usize,
}

impl Words {
    /// Reads the blocks of `doc` that are `wanted`; what `before` has read is not read again.
    pub fn of(doc: &Document, before: Option<&Words>, wanted: impl Fn(&Block) -> bool) -> Words {
        let (main, _) = doc.language();
        let mut words = Words { tokens: Vec::with_capacity(doc.text().len() / 6), blocks: Vec::new() };
        let text = |(_, b): &(usize, &Block)| b.keep && b.kind != BlockKind::Table && wanted(b);
        for (index, block) in doc.blocks().iter().enumerate().filter(text) {
            let language = block.language.map_or(main, |(lang, _)| lang);
            let Some(lexicon) = Lexicon::for_language(language) else { continue };
            let from = words.tokens.len();
            match before.and_then(|b| b.reading(&block.at, language).map(|known| (b, known))) {
                Some((before, known)) => {
                    let moved = |at: usize| at - known.read_at + block.at.start;
                    let tokens = before.tokens[known.tokens.clone()].iter();
                    words.tokens.extend(tokens.map(|t| Token { at: moved(t.at.start)..moved(t.at.end), ..t.clone() }));
                }
                None => read(doc.text(), &block.at, lexicon, &mut words.tokens),
            }
            let (at, tokens) = (block.at.clone(), from..words.tokens.len());
            words.blocks.push(Reading { block: index, read_at: at.start, at, language, tokens });
        }
        words
    }

    /// Keeps the words of the blocks whose letters are the same in the text as it is `now`; `shift` tells where they are.
    pub fn keep(&mut self, text: &str, now: &str, shift: &Shift) {
        self.blocks.retain_mut(|reading| {
            let Some(at) = shift.span(&reading.at) else { return false };
            let same = text[reading.at.clone()] == now[at.clone()];
            reading.at = at;
            same
        });
    }

    fn reading(&self, at: &Range<usize>, language: Lang) -> Option<&Reading> {
        let place = self.blocks.binary_search_by_key(&at.start, |reading| reading.at.start).ok()?;
        Some(&self.blocks[place]).filter(|reading| reading.at == *at && reading.language == language)
    }

    /// Each block by its index in the document, with its language and its words.
    pub fn blocks(&self) -> impl Iterator<Item = (usize, Lang, &[Token])> {
        self.blocks.iter().map(|b| (b.block, b.language, &self.tokens[b.tokens.clone()]))
    }
}

/// Appends the words in the bytes `at` of `text`.
fn read(text: &str, at: &Range<usize>, lexicon: &Lexicon, out: &mut Vec<Token>) {
    let mut open: Option<(usize, Case)> = None;
    let mut i = at.start;
    while i < at.end {
        let (letter, len) = letter(text, i);
        match (letter, &mut open) {
            (None, None) => {}
            (None, Some((start, case))) => {
                out.push(token(text, *start..i, *case, lexicon));
                open = None;
            }
            (Some(case), None) => open = Some((i, case)),
            (Some(Case::Lower), Some(_)) => {}
            (Some(_), Some((_, case))) => *case = Case::Other,
        }
        i += len;
    }
    if let Some((start, case)) = open {
        out.push(token(text, start..at.end, case, lexicon));
    }
}

/// How the character at byte `i` is written, if it is a letter, and its bytes.
fn letter(text: &str, i: usize) -> (Option<Case>, usize) {
    match text.as_bytes()[i] {
        b'a'..=b'z' => (Some(Case::Lower), 1),
        b'A'..=b'Z' => (Some(Case::Capitalised), 1),
        0..0x80 => (None, 1),
        0xc3 => match text.as_bytes()[i + 1] {
            0x97 | 0xb7 => (None, 2),
            0x80..=0x9e => (Some(Case::Capitalised), 2),
            _ => (Some(Case::Lower), 2),
        },
        _ => {
            let c = text[i..].chars().next().unwrap_or(' ');
            let case = if c.is_lowercase() {
                Some(Case::Lower)
            } else if c.is_uppercase() {
                Some(Case::Capitalised)
            } else if c.is_alphabetic() {
                Some(Case::Other)
            } else {
                None
            };
            (case, c.len_utf8())
        }
    }
}

fn token(text: &str, at: Range<usize>, case: Case, lexicon: &Lexicon) -> Token {
    let written = || &text[at.clone()];
    let short = Word::at(text.as_bytes(), at.start, at.len());
    let (facts, key) = match case {
        Case::Other => (Facts::default(), 0),
        Case::Lower => short.map_or_else(|| (lexicon.facts(written()), 0), |w| (lexicon.facts_of(w), w.key())),
        Case::Capitalised => match short.and_then(Word::with_small_initial) {
            Some(word) => (lexicon.facts_of(word), word.key()),
            None => {
                let lower = written().to_lowercase();
                (lexicon.facts(&lower), Word::new(lower.as_bytes()).map_or(0, Word::key))
            }
        },
    };
    Token { at, case, facts, key }
}

#[cfg(test)]
mod tests {
    use super::Words;
    use crate::document::Document;
    use crate::pipeline::{Options, Pipeline};

    #[test]
    fn words_that_outlived_edits_are_those_of_the_text() {
        let pipeline = Pipeline::new(&Options::default()).unwrap();
        let text = "Le pont rouvre\n\nLe maire à dit qu' il avait reçu sn chargeur jeudi, et les élus l'ont cru.\n\n\
            Partager sur Facebook\n\nLes habitants de la ville attendent la fin des travaux depuis le mois de mars.";
        let mut doc = Document::from_text(text.to_string());
        for stage in 0..pipeline.stages().len() {
            pipeline.refine_by(stage, &mut doc).unwrap();
            let all = |words: &Words| words.blocks().map(|(i, l, tokens)| (i, l, tokens.to_vec())).collect::<Vec<_>>();
            assert_eq!(all(doc.words()), all(&Words::of(&doc, None, |_| true)), "after stage {stage}");
        }
        assert!(doc.ledger().len() > 2 && doc.words().blocks().count() > 1);
    }
}
