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
use crate::lexicon::{IN_USE, Lexicon};
use crate::rules::Rules;
use crate::stage::{Found, Pass};
use crate::words::{Case, Token};

/// Letters of a word that can be told; shorter ones are in every lexicon.
const SHORTEST: usize = 4;
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
    fn suspects(&self, text: &str, blocks: &[Reading], own: &Lexicon) -> Vec<Suspect> {
        let loans = self.loans.get(&own.language());
        let mut suspects = Vec::new();
        for (block, Reading { at, words }) in blocks.iter().enumerate() {
            let mut quoted = None;
            for (i, word) in words.iter().enumerate().filter(|(_, w)| w.case == Case::Lower && !w.facts.is_frequent()) {
                let lower = word.of(text);
                let short = lower.len() < SHORTEST || lower.chars().count() < SHORTEST;
                let here = word.facts.frequency().map_or(0, i32::from);
                let held = word.facts.is_listed();
                if short
                    || here > if held { RARE_HERE } else { COMMON_HERE }
                    || !is_ahead(i32::from(own.frequency_elsewhere(lower)), here, held)
                    || !stands_alone(text, &word.at)
                    || loans.is_some_and(|l| is_loan(l, lower))
                    || quoted
                        .get_or_insert_with(|| quotations(text, at))
                        .iter()
                        .any(|q| q.start <= word.at.start && word.at.end <= q.end)
                {
                    continue;
                }
                suspects.push(Suspect { block, word: i, here, held });
            }
        }
        suspects
    }

    /// Whether the suspect is a word of `other`.
    fn is_of(&self, other: &Lexicon, own: &Lexicon, text: &str, words: &[Token], suspect: &Suspect) -> bool {
        let word = &words[suspect.word];
        let lower = word.of(text);
        let there = other.frequency(lower).map_or(0, i32::from);
        if !is_ahead(there, suspect.here, suspect.held) || !other.knows_word(lower) {
            return false;
        }
        let alien = |j: usize| {
            words.get(j).is_some_and(|w| {
                if w.at.len() < 3 {
                    return false;
                }
                let beside = w.of(text).to_lowercase();
                text[w.at.end.min(word.at.end)..w.at.start.max(word.at.start)].chars().all(|c| matches!(c, ' ' | '-'))
                    && !own.lists(&beside)
                    && (other.lists(&beside) || w.case != Case::Lower)
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
        let prose =
            doc.words_inside().blocks().filter(|(i, language, _)| *language == main && is_prose(&doc.blocks()[*i]));
        let reading = |(i, _, words): (usize, Lang, _)| Reading { at: &doc.blocks()[i].at, words };
        let blocks: Vec<Reading> = prose.map(reading).collect();
        let suspects = self.suspects(text, &blocks, own);
        if suspects.is_empty() {
            return;
        }
        let mut noted = 0;
        let others = self.loans.keys().filter(|l| **l != main).filter_map(|l| Lexicon::for_language(*l));
        for other in others {
            let lang = other.language();
            let theirs: Vec<&Suspect> =
                suspects.iter().filter(|s| self.is_of(other, own, text, blocks[s.block].words, s)).collect();
            let company = theirs.iter().filter(|s| !s.held).count() >= COMPANY;
            let alone = Some(lang) == self.english || self.loans.contains_key(&main);
            for suspect in theirs.into_iter().filter(|s| company || !s.held && alone) {
                let at = blocks[suspect.block].words[suspect.word].at.clone();
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

/// Whether a word of that frequency in another language is rather one of it; `held`: our dictionary has it too.
fn is_ahead(there: i32, here: i32, held: bool) -> bool {
    let ahead = if held { there - here >= FAR_AHEAD && here <= RARE_HERE } else { there - here >= AHEAD };
    ahead && there >= i32::from(IN_USE)
}

fn is_prose(block: &Block) -> bool {
    block.keep && block.kind != BlockKind::Title
}

/// Whether `word` is a loan, or the plural of one.
fn is_loan(loans: &HashSet<String>, word: &str) -> bool {
    loans.contains(word) || word.strip_suffix('s').is_some_and(|w| loans.contains(w))
}

/// Whether a frequent word of ours becomes `word` when it loses an accent.
fn lost_its_accents(own: &Lexicon, word: &str) -> bool {
    word.is_ascii() && own.accented(word).iter().any(|n| own.frequency(&n.word) >= Some(ACCENTED))
}

/// A block of prose and its words.
struct Reading<'a> {
    at: &'a Range<usize>,
    words: &'a [Token],
}

/// What stands in quotation marks in the bytes `at` of `text`.
fn quotations(text: &str, at: &Range<usize>) -> Vec<Range<usize>> {
    let mut quoted = Vec::new();
    let mut open: Option<(char, usize)> = None;
    for (i, c) in text[at.clone()].char_indices() {
        match (c, open) {
            ('«' | '“' | '„' | '‟' | '"', None) => open = Some((c, i)),
            ('»', Some(('«', from))) | ('”' | '“', Some(('“' | '„' | '‟', from))) | ('"', Some(('"', from))) =>
            {
                quoted.push(at.start + from..at.start + i);
                open = None;
            }
            _ => {}
        }
    }
    quoted
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
