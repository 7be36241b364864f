//! The words of a text, with what a name finder asks of them: how they are capitalised, what stands before them, and
//! whether their capital means anything.

use std::ops::Range;

use super::cues::{Cue, Cues};
pub use super::letters::hash;
use super::letters::{Hash, is_unspaced, is_word, plain};
use crate::document::Document;

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// It begins with a small letter.
    Lower,
    /// It begins with a capital.
    Capital,
    /// Two letters or more, all capitals.
    Upper,
    /// One capital.
    Initial,
    /// It begins with a digit.
    Number,
    /// Its script has no capitals.
    Caseless,
}

/// What stands between a word and the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Nothing: characters of a script that writes without spaces.
    None,
    /// White space.
    Space,
    /// A hyphen or dash without spaces.
    Hyphen,
    /// An apostrophe, straight or curly.
    Apostrophe,
    /// A full stop that only an abbreviation or initial can have.
    Dot,
    /// A comma.
    Comma,
    /// An opening bracket.
    Open,
    /// A quotation mark.
    Quote,
    /// The end of a sentence or block.
    Stop,
    /// A dash, slash, closing bracket or another sign.
    Other,
}

/// One word.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// Hash of the lower-case form, see [`hash`].
    pub hash: u64,
    /// How it is written.
    pub case: Case,
    /// What stands before it.
    pub gap: Gap,
    /// Every word would have a capital here, so that this one's says nothing.
    pub initial: bool,
    /// What the language words say about it.
    pub cues: u32,
}

impl Token {
    /// Whether the language words list it as `cue`.
    #[inline]
    pub fn is(&self, cue: Cue) -> bool {
        self.cues & cue.bit() != 0
    }

    /// It begins with a capital.
    #[inline]
    pub fn capital(&self) -> bool {
        matches!(self.case, Case::Capital | Case::Upper | Case::Initial)
    }
}

/// The words of a document with their text.
pub struct Tokens<'a> {
    /// The text that the offsets lie in.
    pub text: &'a str,
    /// The words in order.
    pub all: Vec<Token>,
}

impl<'a> Tokens<'a> {
    /// The words of every block that belongs to the article.
    pub fn of(doc: &'a Document, cues: &Cues) -> Tokens<'a> {
        let mut tokens = Tokens { text: doc.text(), all: Vec::with_capacity(doc.text().len() / 6) };
        for block in doc.blocks().iter().filter(|b| b.keep) {
            tokens.add(block.at.clone(), cues);
        }
        tokens
    }

    /// The text of word number `i`.
    #[inline]
    pub fn word(&self, i: usize) -> &'a str {
        &self.text[self.all[i].start..self.all[i].end]
    }

    /// The bytes from the first to the last word of `words`.
    pub fn bytes(&self, words: &Range<usize>) -> Range<usize> {
        self.all[words.start].start..self.all[words.end - 1].end
    }

    /// Number of letters of word `i`, in code points.
    pub fn letters(&self, i: usize) -> usize {
        self.word(i).chars().count()
    }

    fn add(&mut self, block: Range<usize>, cues: &Cues) {
        let first = self.all.len();
        let text = &self.text[block.clone()];
        let (mut at, mut gap_start) = (0, 0);
        while let Some(c) = char_at(text, at) {
            if !is_word(c) {
                at += c.len_utf8();
                continue;
            }
            let start = at;
            let Word { end, hash, capitals, small, letters: count } = Word::at(text, start, c);
            at = end;
            let case = match kind(c) {
                Kind::Digit => Case::Number,
                Kind::Capital if count == 1 => Case::Initial,
                Kind::Capital if small == 0 && capitals > 1 => Case::Upper,
                Kind::Capital => Case::Capital,
                Kind::Small => Case::Lower,
                Kind::Other => Case::Caseless,
            };
            let before = self.all.len().checked_sub(1).filter(|b| *b >= first);
            let gap = if before.is_some() { gap(&text[gap_start..start]) } else { Gap::Stop };
            let mut token = Token {
                start: block.start + start,
                end: block.start + end,
                hash,
                case,
                gap,
                initial: false,
                cues: cues.of(hash),
            };
            if let (Gap::Hyphen, Some(before)) = (gap, before) {
                // A compound is looked up under its last part: there the cue has to stand.
                let mut compound = Hash::default();
                let before = self.all[before].start - block.start;
                text[before..end].chars().for_each(|c| compound.push(c));
                token.cues |= cues.of(compound.0);
            }
            if token.cues == 0 && cues.has_endings() && count > 3 {
                token.cues = cues.of_ending(&text[start..end]);
            }
            token.initial = match before.map(|b| self.all[b]) {
                None => true,
                Some(b) => match gap {
                    Gap::Stop | Gap::Quote => true,
                    Gap::Dot => !(b.case == Case::Initial || b.is(Cue::Title)),
                    Gap::Other => b.initial && b.case == Case::Number || text[gap_start..start].contains(':'),
                    _ => b.initial && b.case == Case::Number,
                },
            };
            self.all.push(token);
            gap_start = end;
        }
        self.unmask(first);
    }

    /// In a headline with capitals everywhere no capital says anything.
    fn unmask(&mut self, first: usize) {
        let long = |t: &&Token| t.end - t.start >= 4 && !matches!(t.case, Case::Number | Case::Caseless);
        let words = self.all[first..].iter().filter(long).count();
        let capitals = self.all[first..].iter().filter(long).filter(|t| t.capital()).count();
        if words >= 4 && capitals * 5 >= words * 4 {
            self.all[first..].iter_mut().for_each(|t| t.initial = true);
        }
    }
}

/// What is seen of a word while its end is looked for.
struct Word {
    end: usize,
    hash: u64,
    capitals: u32,
    small: u32,
    letters: u32,
}

impl Word {
    /// The word that begins at `start` with `c`.
    fn at(text: &str, start: usize, c: char) -> Word {
        let mut hash = Hash::default();
        let mut word = Word { end: start, hash: 0, capitals: 0, small: 0, letters: 0 };
        let mut next = Some(c);
        while let Some(c) = next {
            hash.push(c);
            word.end += c.len_utf8();
            word.letters += 1;
            match kind(c) {
                Kind::Capital => word.capitals += 1,
                Kind::Small => word.small += 1,
                Kind::Digit | Kind::Other => {}
            }
            if is_unspaced(c) {
                break;
            }
            // Most words are in small letters of ASCII for the most part.
            for &b in text.as_bytes()[word.end..].iter().take_while(|b| b.is_ascii_lowercase()) {
                hash.byte(b);
                word.end += 1;
                word.letters += 1;
                word.small += 1;
            }
            next = char_at(text, word.end).filter(|n| is_word(*n) && !is_unspaced(*n));
        }
        word.hash = hash.0;
        word
    }
}

enum Kind {
    Small,
    Capital,
    Digit,
    Other,
}

#[inline]
fn kind(c: char) -> Kind {
    match plain(c) {
        Some((true, _)) => Kind::Capital,
        Some((false, _)) => Kind::Small,
        None if c.is_numeric() => Kind::Digit,
        None if c.is_uppercase() => Kind::Capital,
        None if c.is_lowercase() => Kind::Small,
        None => Kind::Other,
    }
}

#[inline]
fn char_at(text: &str, at: usize) -> Option<char> {
    match text.as_bytes().get(at) {
        Some(b) if b.is_ascii() => Some(char::from(*b)),
        _ => text.get(at..)?.chars().next(),
    }
}

fn gap(between: &str) -> Gap {
    match between.as_bytes() {
        [] => return Gap::None,
        [b' '] => return Gap::Space,
        [b'\''] | [0xe2, 0x80, 0x99] => return Gap::Apostrophe,
        // "-", a hyphen, a no-break hyphen, an en dash.
        [b'-'] | [0xe2, 0x80, 0x90 | 0x91 | 0x93] => return Gap::Hyphen,
        [b',', b' '] => return Gap::Comma,
        // "J.-P."
        [b'.', b'-'] => return Gap::Hyphen,
        _ => {}
    }
    let sign = between.trim();
    match sign {
        "" => Gap::Space,
        "." => Gap::Dot,
        "," => Gap::Comma,
        "(" | "[" => Gap::Open,
        _ if sign.contains(['.', '!', '?', '…', ';', '。', '؟', '•', '|', '\n', '\t']) => Gap::Stop,
        _ if sign.contains(['«', '»', '"', '“', '”', '„', '‹', '›', '‘', '\'', '’']) => Gap::Quote,
        _ => Gap::Other,
    }
}
