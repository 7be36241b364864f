//! What the rule files say of languages: their scripts, alphabets, function words and endings.
//!
//! The n-gram model knows the languages that share a script with others. A language that it does not know is told by its
//! script, where it is the only one, and otherwise by its function words, which make up some four in ten words of running
//! text. So a language can be added by adding `rules/<language>/language.toml`, without training anything.

use std::collections::HashMap;

use serde::Deserialize;
use tamis_models::ngrams::SCRIPTS as SHARED;
use unicode_script::Script;

use crate::error::Error;
use crate::language::Lang;
use crate::rules::{RuleFile, Rules};
use crate::script::script_of;
use crate::stage::language::sample::{Model, Sample, Verdict};

/// Weights are in the unit of a log odds ratio, chosen on texts that were not used to measure: a function word of three
/// letters or more is worth about e² to one.
const WORD: [f32; 3] = [0.8, 1.5, 2.0];
const ENDING: [f32; 3] = [0.3, 0.4, 0.7];
/// A letter that is not in a language's alphabet, in Latin script (where names bring foreign letters in) and elsewhere.
const STRANGE_LATIN: f32 = -1.0;
const STRANGE: f32 = -1.5;
/// The script alone, where only one language that we know is written in it.
const SOLE: f32 = 12.0;
/// Letters above this code point belong to scripts of one language each, or to no alphabet that we know.
const TABLE: usize = 0x700;
/// Bytes of a block that are looked at: beyond, a block repeats itself.
const ENOUGH: usize = 8192;

/// A verdict that has nothing to say of n-grams.
const PLAIN: Verdict = Verdict { lang: Lang::UND, margin: 0.0, cost: 0.0, held: 1.0, known: 1.0 };

/// Everything that the language files say.
#[derive(Debug)]
pub struct Clues {
    languages: Vec<Language>,
    /// Indices into `languages`.
    words: HashMap<String, Vec<u8>>,
    endings: HashMap<String, Vec<u8>>,
    /// By code point: one bit for each language that has the letter in its alphabet.
    alphabet: Vec<u64>,
    /// By code point: one bit for each language that cannot do without the letter.
    expected: Vec<u64>,
}

#[derive(Debug)]
struct Language {
    lang: Lang,
    scripts: Vec<Script>,
    expect_share: f32,
    /// The n-gram model tells it from others.
    in_model: bool,
}

/// `rules/<language>/language.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    scripts: Vec<toml::Spanned<String>>,
    #[serde(default)]
    alphabet: String,
    #[serde(default)]
    expect: String,
    #[serde(default)]
    expect_share: f32,
    #[serde(default)]
    words: String,
    #[serde(default)]
    endings: String,
    /// Read by the pass that notes foreign words.
    #[serde(default, rename = "loans")]
    _loans: String,
}

/// How much speaks for each language.
#[derive(Clone, Debug)]
struct Evidence {
    /// One value for each language, in the order of the files.
    weights: Vec<f32>,
    scripts: Vec<(Script, usize)>,
    letters: usize,
}

impl Clues {
    /// Reads `language.toml` of every language.
    ///
    /// # Errors
    /// [`Error::Rules`] for an unknown script, a file outside a language's folder, or a 65th language.
    pub fn load(rules: &Rules) -> Result<Clues, Error> {
        let mut clues = Clues {
            languages: Vec::new(),
            words: HashMap::new(),
            endings: HashMap::new(),
            alphabet: vec![0; TABLE],
            expected: vec![0; TABLE],
        };
        for file in rules.topic("language") {
            clues.add(&file)?;
        }
        Ok(clues)
    }

    fn add(&mut self, file: &RuleFile) -> Result<(), Error> {
        let content: File = file.parse()?;
        let lang = file.language.ok_or_else(|| file.fault(None, "the folder is not named after a language"))?;
        let index = u8::try_from(self.languages.len()).ok().filter(|i| *i < 64);
        let index = index.ok_or_else(|| file.fault(None, "more than 64 languages"))?;
        let mut scripts = Vec::new();
        for name in &content.scripts {
            let script = Script::from_full_name(name.get_ref());
            scripts.push(script.ok_or_else(|| file.fault(Some(name.span().start), "no script of this name"))?);
        }
        for (table, letters) in [(&mut self.alphabet, &content.alphabet), (&mut self.expected, &content.expect)] {
            for letter in letters.chars() {
                match table.get_mut(letter as usize) {
                    Some(mask) => *mask |= 1 << index,
                    None => return Err(file.fault(None, format!("{letter} lies beyond U+{TABLE:04X}"))),
                }
            }
        }
        for (table, words) in [(&mut self.words, &content.words), (&mut self.endings, &content.endings)] {
            for word in words.split_whitespace() {
                let of = table.entry(word.to_string()).or_default();
                if of.last() != Some(&index) {
                    of.push(index);
                }
            }
        }
        let in_model = Model::embedded().knows(lang);
        self.languages.push(Language { lang, scripts, expect_share: content.expect_share, in_model });
        Ok(())
    }

    /// The language of a sample of `text`, if it is one that the model does not know.
    pub fn verdict(&self, sample: &Sample, text: &str) -> Option<Verdict> {
        let script = sample.script()?;
        let mut here = self.languages.iter().filter(|l| l.scripts.contains(&script));
        if here.clone().all(|l| l.in_model) {
            return None;
        }
        let only = here.next().filter(|_| here.next().is_none());
        if let Some(only) = only.filter(|_| !SHARED.contains(&script.short_name())) {
            return Some(Verdict { lang: only.lang, margin: SOLE, ..PLAIN });
        }
        let verdict = self.best(&self.weigh(text))?;
        (!Model::embedded().knows(verdict.lang)).then_some(verdict)
    }

    /// Nothing yet.
    fn none(&self) -> Evidence {
        Evidence { weights: vec![0.0; self.languages.len()], scripts: Vec::new(), letters: 0 }
    }

    /// What speaks for each language in `text`. Linear in its length.
    fn weigh(&self, text: &str) -> Evidence {
        let mut out = self.none();
        let mut letters = LetterCounts::default();
        let mut word = String::with_capacity(32);
        let mut end = text.len().min(ENOUGH);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        for c in text[..end].chars() {
            if c.is_ascii_alphabetic() {
                letters.ascii += 1;
                word.push(c.to_ascii_lowercase());
            } else if !c.is_ascii() && c.is_alphabetic() {
                for lower in c.to_lowercase() {
                    letters.add(lower);
                    word.push(lower);
                }
            } else if !word.is_empty() && !is_mark(c) {
                self.weigh_word(&word, &mut out);
                word.clear();
            }
        }
        if !word.is_empty() {
            self.weigh_word(&word, &mut out);
        }
        self.weigh_letters(&letters, &mut out);
        out
    }

    /// The language that `evidence` speaks for, among those written in its script; `None` where there is no such.
    fn best(&self, evidence: &Evidence) -> Option<Verdict> {
        let script = evidence.script()?;
        let mut best: Option<(f32, Lang)> = None;
        let mut second = None::<f32>;
        for (language, &weight) in self.languages.iter().zip(&evidence.weights) {
            if !language.scripts.contains(&script) {
                continue;
            }
            match best {
                Some((w, _)) if weight <= w => second = Some(second.map_or(weight, |s| s.max(weight))),
                _ => {
                    second = best.map(|b| b.0);
                    best = Some((weight, language.lang));
                }
            }
        }
        let (weight, lang) = best?;
        Some(Verdict { lang, margin: second.map_or(SOLE, |s| weight - s), ..PLAIN })
    }

    fn weigh_word(&self, word: &str, out: &mut Evidence) {
        // The longest function word of any list has 24 bytes or fewer.
        if let Some(of) = self.words.get(word).filter(|_| word.len() <= 24) {
            let value = WORD[word.chars().take(3).count().saturating_sub(1)];
            of.iter().for_each(|&i| out.weights[usize::from(i)] += value);
            return;
        }
        let mut starts = word.char_indices().rev().map(|(i, _)| i);
        let ends = [starts.next(), starts.next(), starts.next(), starts.next(), starts.next()];
        for length in (1..=4).rev() {
            // At least one letter must stand before the ending.
            let (Some(start), Some(_)) = (ends[length - 1], ends[length]) else { continue };
            if let Some(of) = self.endings.get(&word[start..]) {
                of.iter().for_each(|&i| out.weights[usize::from(i)] += ENDING[length.min(3) - 1]);
                return;
            }
        }
    }

    fn weigh_letters(&self, letters: &LetterCounts, out: &mut Evidence) {
        if letters.ascii > 0 {
            out.count(Script::Latin, letters.ascii);
        }
        let mut expected_hits = vec![0usize; self.languages.len()];
        for &(letter, n) in &letters.other {
            let script = script_of(letter);
            out.count(script, n);
            let Some(&mask) = self.alphabet.get(letter as usize) else { continue };
            let expected = self.expected[letter as usize];
            let value = if script == Script::Latin { STRANGE_LATIN } else { STRANGE } * n as f32;
            for (i, language) in self.languages.iter().enumerate() {
                if mask & (1 << i) == 0 && language.scripts.contains(&script) {
                    out.weights[i] += value;
                }
                expected_hits[i] += if expected & (1 << i) == 0 { 0 } else { n };
            }
        }
        out.letters = letters.ascii + letters.other.iter().map(|(_, n)| n).sum::<usize>();
        if out.script() != Some(Script::Latin) {
            for (i, language) in self.languages.iter().enumerate() {
                if expected_hits[i] == 0 {
                    out.weights[i] -= language.expect_share * out.letters as f32;
                }
            }
        }
    }
}

impl Evidence {
    fn script(&self) -> Option<Script> {
        let of = |wanted: Script| self.scripts.iter().find(|(s, _)| *s == wanted).map_or(0, |s| s.1);
        let kana = of(Script::Hiragana) + of(Script::Katakana);
        let weight = |&(script, n): &(Script, usize)| if script == Script::Han { 3 * n } else { n };
        let main = self.scripts.iter().max_by_key(|s| (weight(s), std::cmp::Reverse(s.0.full_name())))?.0;
        Some(if main == Script::Han && kana * 12 > of(Script::Han) { Script::Hiragana } else { main })
    }

    fn count(&mut self, script: Script, n: usize) {
        match self.scripts.iter_mut().find(|(s, _)| *s == script) {
            Some((_, count)) => *count += n,
            None => self.scripts.push((script, n)),
        }
    }
}

/// How often each letter occurs: ASCII letters together, since every alphabet in Latin script has them, others apart.
#[derive(Default)]
struct LetterCounts {
    ascii: usize,
    /// In order of first occurrence. Letters beyond the table are counted under the first of their script.
    other: Vec<(char, usize)>,
}

impl LetterCounts {
    fn add(&mut self, letter: char) {
        // Texts in one script repeat some thirty letters; in Chinese one entry stands for all.
        let letter = match letter as u32 {
            0x4e00..=0x9fff => '\u{4e00}',
            0xac00..=0xd7a3 => '\u{ac00}',
            0x3041..=0x3096 => '\u{3041}',
            0x30a1..=0x30fa => '\u{30a1}',
            c if c as usize >= TABLE && self.other.len() > 64 => return,
            _ => letter,
        };
        match self.other.iter_mut().find(|(l, _)| *l == letter) {
            Some((_, n)) => *n += 1,
            None => self.other.push((letter, 1)),
        }
    }
}

/// Marks that stand inside words: combining accents, vowel signs, joiners.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{200c}' | '\u{200d}' | '\u{ad}')
}
