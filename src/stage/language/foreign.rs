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
use crate::script::is_letter;
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
/// 100 × Zipf of a word that no other language can claim.
const COMMON_HERE: i32 = 480;
/// Words outside our dictionary that make a document suspect.
const COMPANY: usize = 2;
/// Words of one other language that make a text a machine's.
const SPUN: usize = 3;
/// 100 × Zipf of a word with accents that the word may be, with its accents lost.
const ACCENTED: u16 = 300;

/// Notes words of another language.
pub struct ForeignWords {
    /// For each language, the words it has taken from others. Those of a language with such a list are looked for in others:
    /// what is spun comes from a few languages.
    loans: BTreeMap<Lang, HashSet<String>>,
    /// Where the other language is not English, single words are likelier slips than foreign.
    english: Option<Lang>,
}

/// The part of `rules/<language>/language.toml` that this pass reads.
#[derive(Deserialize)]
struct File {
    #[serde(default)]
    loans: String,
}

struct Word {
    at: Range<usize>,
    is_lower: bool,
    quoted: bool,
}

/// A word that our language may not have.
struct Suspect {
    block: usize,
    word: usize,
    /// 100 × its Zipf frequency in our language.
    here: i32,
    /// Our dictionary holds it.
    held: bool,
}

impl ForeignWords {
    /// Reads the loan words.
    ///
    /// # Errors
    /// [`Error::Rules`] for a language file that cannot be used.
    pub fn load(rules: &Rules) -> Result<ForeignWords, Error> {
        let mut loans = BTreeMap::new();
        for file in rules.topic("language") {
            let content: File = file.parse()?;
            if let Some(lang) = file.language.filter(|_| !content.loans.is_empty()) {
                loans.insert(lang, content.loans.split_whitespace().map(str::to_string).collect());
            }
        }
        Ok(ForeignWords { loans, english: Lang::parse("en") })
    }

    /// Words in lower case that our language does not have for certain.
    fn suspects(&self, text: &str, blocks: &[Vec<Word>], own: &Lexicon, others: &[&Lexicon]) -> Vec<Suspect> {
        let loans = self.loans.get(&own.language());
        let mut suspects = Vec::new();
        for (block, words) in blocks.iter().enumerate() {
            for (i, word) in words.iter().enumerate().filter(|(_, w)| w.is_lower && !w.quoted) {
                let lower = &text[word.at.clone()];
                let short = lower.len() < SHORTEST || lower.chars().count() < SHORTEST;
                if short || own.is_frequent(lower.as_bytes()) || !stands_alone(text, &word.at) {
                    continue;
                }
                // Most rare words are unknown elsewhere, which is soon found out.
                let is_known = |l: &&Lexicon| l.frequency(lower).is_some_and(|there| i32::from(there) >= KNOWN_THERE);
                if !others.iter().any(is_known) {
                    continue;
                }
                let here = own.frequency(lower).map_or(0, i32::from);
                if here > COMMON_HERE || loans.is_some_and(|l| is_loan(l, lower)) {
                    continue;
                }
                suspects.push(Suspect { block, word: i, here, held: own.lists(lower) });
            }
        }
        suspects
    }

    /// Whether the suspect is a word of `other`.
    fn is_of(&self, other: &Lexicon, own: &Lexicon, text: &str, words: &[Word], suspect: &Suspect) -> bool {
        let word = &words[suspect.word];
        let lower = &text[word.at.clone()];
        let there = other.frequency(lower).map_or(0, i32::from);
        let ahead = if suspect.held {
            there - suspect.here >= FAR_AHEAD && suspect.here <= RARE_HERE
        } else {
            there - suspect.here >= AHEAD
        };
        if !ahead || there < KNOWN_THERE || !other.knows_word(lower) {
            return false;
        }
        let alien = |j: usize| {
            words.get(j).is_some_and(|w| {
                if w.at.len() < 3 {
                    return false;
                }
                let beside = text[w.at.clone()].to_lowercase();
                text[w.at.end.min(word.at.end)..w.at.start.max(word.at.start)].chars().all(|c| matches!(c, ' ' | '-'))
                    && !own.lists(&beside)
                    && (other.lists(&beside) || !w.is_lower)
            })
        };
        !(suspect.word > 0 && alien(suspect.word - 1) || alien(suspect.word + 1) || lost_its_accents(own, lower))
    }
}

impl Pass for ForeignWords {
    fn look(&self, doc: &Document, found: &mut Found) {
        let (main, _) = doc.language();
        let Some(own) = Lexicon::for_language(main) else { return };
        let text = doc.text();
        let blocks: Vec<Vec<Word>> =
            doc.blocks().iter().filter(|b| is_prose(b, main)).map(|b| words(text, &b.at)).collect();
        let others: Vec<&Lexicon> =
            self.loans.keys().filter(|l| **l != main).filter_map(|l| Lexicon::for_language(*l)).collect();
        let suspects = self.suspects(text, &blocks, own, &others);
        if suspects.is_empty() {
            return;
        }
        let mut noted = 0;
        for other in others {
            let lang = other.language();
            let theirs: Vec<&Suspect> =
                suspects.iter().filter(|s| self.is_of(other, own, text, &blocks[s.block], s)).collect();
            let company = theirs.iter().filter(|s| !s.held).count() >= COMPANY;
            let alone = Some(lang) == self.english || self.loans.contains_key(&main);
            for suspect in theirs.into_iter().filter(|s| company || !s.held && alone) {
                let at = blocks[suspect.block][suspect.word].at.clone();
                if found.notes().iter().any(|n| matches!(n, Note::Foreign(f) if f.at == at)) {
                    continue;
                }
                found.note(Note::Foreign(Foreign { at, language: lang }));
                noted += 1;
            }
        }
        if noted >= SPUN {
            found.note(Note::Flag("machine-spun"));
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
        match (is_letter(c), start) {
            (true, None) => start = Some(i),
            (false, Some(from)) => {
                let word = &block[from..i];
                words.push(Word {
                    at: at.start + from..at.start + i,
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
