//! Words of another language spun into a text: noted, never changed.
//!
//! Machine translation and spinning leave single words of the source language in a sentence (`une choice`). Such a word
//! is well known to the other language and not to the text's own. What looks alike but is not spun is left out: loans
//! (`loans` in `rules/<language>/language.toml`), quotations, names, headlines, and two foreign words in a row.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use serde::Deserialize;

use crate::document::{Block, BlockKind, Document, Foreign, Note};
use crate::error::Error;
use crate::language::Lang;
use crate::lexicon::Lexicon;
use crate::rules::Rules;
use crate::stage::{Found, Pass};

/// Letters of a word that can be told; shorter ones are in every lexicon.
const SHORTEST: usize = 4;
/// 100 × Zipf that the word has at least in the other language: once in 300,000 words.
const KNOWN_THERE: i32 = 350;
/// How much more frequent it is there than here, in 100 × Zipf, where our dictionary does not hold it …
const AHEAD: i32 = 100;
/// … and where it does, as a rare word; this takes [`COMPANY`] words of the first kind in the same document.
const FAR_AHEAD: i32 = 150;
/// 100 × Zipf of a word that is rare here.
const RARE_HERE: i32 = 330;
/// Words outside our dictionary that make a document suspect.
const COMPANY: usize = 2;
/// Words of one other language that make a text a machine's.
const SPUN: usize = 3;
/// 100 × Zipf of a word with accents that the word may be, with its accents lost.
const ACCENTED: u16 = 300;

/// Notes words of another language.
pub struct ForeignWords {
    /// For each language with a lexicon, the words it has taken from others.
    languages: BTreeMap<Lang, HashSet<String>>,
}

/// The part of `rules/<language>/language.toml` that this pass reads.
#[derive(Deserialize)]
struct File {
    #[serde(default)]
    loans: String,
}

struct Word {
    at: Range<usize>,
    lower: String,
    is_lower: bool,
    quoted: bool,
}

impl ForeignWords {
    /// Reads the loan words.
    ///
    /// # Errors
    /// [`Error::Rules`] for a language file that cannot be used.
    pub fn load(rules: &Rules) -> Result<ForeignWords, Error> {
        let mut languages = BTreeMap::new();
        for file in rules.topic("language") {
            let content: File = file.parse()?;
            if let Some(lang) = file.language.filter(|_| !content.loans.is_empty()) {
                languages.insert(lang, content.loans.split_whitespace().map(str::to_string).collect());
            }
        }
        Ok(ForeignWords { languages })
    }

    /// Suspects of one block: the word, and whether our dictionary holds it.
    fn suspects(
        &self,
        text: &str,
        at: &Range<usize>,
        own: &Lexicon,
        other: &Lexicon,
        out: &mut Vec<(Range<usize>, bool)>,
    ) {
        let loans = self.languages.get(&own.language());
        let words = words(text, at);
        for (i, word) in words.iter().enumerate() {
            if !word.is_lower || word.quoted || own.is_frequent(word.lower.as_bytes()) || word.lower.len() < SHORTEST {
                continue;
            }
            if word.lower.chars().count() < SHORTEST || !stands_alone(text, &word.at) || !other.knows_word(&word.lower)
            {
                continue;
            }
            let there = other.frequency(&word.lower).map_or(0, i32::from);
            let here = own.frequency(&word.lower).map_or(0, i32::from);
            let held = own.lists(&word.lower);
            let ahead = if held { there - here >= FAR_AHEAD && here <= RARE_HERE } else { there - here >= AHEAD };
            if !ahead || there < KNOWN_THERE || loans.is_some_and(|l| is_loan(l, &word.lower)) {
                continue;
            }
            let alien = |j: usize| {
                words.get(j).is_some_and(|w| {
                    text[w.at.end.min(word.at.end)..w.at.start.max(word.at.start)]
                        .chars()
                        .all(|c| matches!(c, ' ' | '-'))
                        && !own.lists(&w.lower)
                        && (other.lists(&w.lower) || !w.is_lower)
                })
            };
            if (i > 0 && alien(i - 1)) || alien(i + 1) || lost_its_accents(own, &word.lower) {
                continue;
            }
            out.push((word.at.clone(), held));
        }
    }
}

impl Pass for ForeignWords {
    fn look(&self, doc: &Document, found: &mut Found) {
        let (main, _) = doc.language();
        if !self.languages.contains_key(&main) {
            return;
        }
        let Some(own) = Lexicon::for_language(main) else { return };
        for &lang in self.languages.keys().filter(|l| **l != main) {
            let Some(other) = Lexicon::for_language(lang) else { continue };
            let mut suspects = Vec::new();
            for block in doc.blocks().iter().filter(|b| is_prose(b, main)) {
                self.suspects(doc.text(), &block.at, own, other, &mut suspects);
            }
            let before = found.notes().len();
            let company = suspects.iter().filter(|(_, held)| !held).count() >= COMPANY;
            for (at, held) in suspects {
                if company || !held {
                    found.note(Note::Foreign(Foreign { at, language: lang }));
                }
            }
            if found.notes().len() - before >= SPUN {
                found.note(Note::Flag("machine-spun"));
            }
        }
    }
}

fn is_prose(block: &Block, main: Lang) -> bool {
    block.keep && block.kind != BlockKind::Title && block.language.is_none_or(|(lang, _)| lang == main)
}

/// Whether `word` is a loan, or the plural of one.
fn is_loan(loans: &HashSet<String>, word: &str) -> bool {
    loans.contains(word) || word.strip_suffix('s').is_some_and(|w| loans.contains(w))
}

/// Whether a frequent word of ours becomes `word` when it loses an accent.
fn lost_its_accents(own: &Lexicon, word: &str) -> bool {
    word.is_ascii() && own.accented(word).iter().any(|n| own.frequency(&n.word) >= Some(ACCENTED))
}

/// The words of a block, with what stands in quotation marks marked. An elided article is a word of its own.
fn words(text: &str, at: &Range<usize>) -> Vec<Word> {
    let block = &text[at.clone()];
    let mut words: Vec<Word> = Vec::new();
    let mut start = None;
    let mut open: Option<(char, usize)> = None;
    let ends = block.char_indices().chain([(block.len(), ' ')]);
    for (i, c) in ends {
        match (c.is_alphabetic(), start) {
            (true, None) => start = Some(i),
            (false, Some(from)) => {
                let word = &block[from..i];
                words.push(Word {
                    at: at.start + from..at.start + i,
                    lower: word.to_lowercase(),
                    is_lower: word.chars().all(char::is_lowercase),
                    quoted: false,
                });
                start = None;
            }
            _ => {}
        }
        match (c, open) {
            ('«' | '“' | '„' | '‟', None) => open = Some((c, words.len())),
            ('"', None) => open = Some((c, words.len())),
            ('»', Some(('«', from))) | ('”' | '“', Some(('“' | '„' | '‟', from))) | ('"', Some(('"', from))) =>
            {
                words[from..].iter_mut().for_each(|w| w.quoted = true);
                open = None;
            }
            _ => {}
        }
    }
    words
}

/// Not a part of an address, a hyphenated word, a name with digits.
fn stands_alone(text: &str, at: &Range<usize>) -> bool {
    let before = text[..at.start].chars().next_back().unwrap_or(' ');
    let mut rest = text[at.end..].chars();
    let (after, next) = (rest.next().unwrap_or(' '), rest.next().unwrap_or(' '));
    let open = |c: char| c.is_whitespace() || matches!(c, '(' | '[' | ',' | ';' | ':' | '«' | '»');
    (open(before) || matches!(before, '\'' | '’'))
        && (open(after) || matches!(after, '.' | ')' | ']' | '!' | '?' | '…'))
        && !(after == '.' && next.is_alphanumeric())
}
