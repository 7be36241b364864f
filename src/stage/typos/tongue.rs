//! What `rules/<language>/typos.toml` says of a language, and which blocks are in it.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Deserialize;

use crate::document::{Block, BlockKind, Document};
use crate::error::Error;
use crate::language::Lang;
use crate::lexicon::pairs::Pairs;
use crate::lexicon::{Lexicon, Word};
use crate::rules::{Class, Rule, RuleFile, RuleId, Rules};
use crate::words::Token;

/// The languages that take part.
pub struct Tongues {
    all: BTreeMap<Lang, Tongue>,
}

/// One language.
pub struct Tongue {
    /// Its words.
    pub lexicon: &'static Lexicon,
    /// What is known of words beside each other.
    pub pairs: Pairs,
    /// Words that are doubled by mistake only.
    pub doubled: HashSet<String>,
    /// The rule for them.
    pub doubled_rule: RuleId,
    /// Words that people do say twice; where there are any, all others are doubled by mistake.
    pub twice: HashSet<String>,
    /// First word of what is wrong wherever it stands → all of it, and what is right.
    pub certain: HashMap<String, Vec<(String, String)>>,
    /// The rule for it.
    pub certain_rule: RuleId,
    /// First words of all phrases below.
    pub(crate) openers: Openers,
    /// First word of a phrase that takes hyphens → the phrases, as words.
    pub hyphens: HashMap<String, Vec<Vec<String>>>,
    /// The rule for them.
    pub hyphen_rule: RuleId,
    /// Letter pairs and the ligature that a dictionary word has instead.
    pub ligatures: Vec<(String, String)>,
    /// The rule for them.
    pub ligature_rule: RuleId,
    /// Words that lose their vowel before another and take an apostrophe.
    pub elided: HashSet<String>,
    /// Letters beyond a–z.
    pub accented: Vec<char>,
    /// Words that make a sentence a question.
    pub asking: HashSet<String>,
    /// Words that stay as they are, though no dictionary holds them.
    pub leave: HashSet<String>,
    /// How sure a change of a word must be, 0 to 1.
    pub sure: f32,
    /// How sure a change of a capitalised word must be, where nouns have capitals.
    pub sure_of_nouns: Option<f32>,
    /// Whether `;`, `:`, `!` and `?` have a space before them.
    pub spaced_marks: bool,
    /// Rows of letters on the keyboard that the language is written with.
    pub keyboard: Vec<Vec<char>>,
}

/// A set of words that says of most others at once that they are not in it.
pub(crate) struct Openers([u64; 64]);

impl Openers {
    fn new<'a>(words: impl Iterator<Item = &'a String>) -> Openers {
        let mut bits = [0; 64];
        for word in words {
            let key = Word::new(word.as_bytes()).map_or(0, Word::key);
            bits[key as usize / 64 % 64] |= 1 << (key % 64);
        }
        Openers(bits)
    }

    /// Whether the set may hold the word.
    pub(crate) fn may_hold(&self, token: &Token) -> bool {
        self.0[token.key as usize / 64 % 64] >> (token.key % 64) & 1 == 1
    }
}

/// `rules/<language>/typos.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Letters beyond a–z that may have been lost.
    #[serde(default)]
    accented: String,
    #[serde(default)]
    elided: String,
    /// Words that make a sentence a question.
    #[serde(default)]
    asking: String,
    #[serde(default)]
    leave: String,
    sure: f32,
    sure_of_nouns: Option<f32>,
    #[serde(default)]
    spaced_marks: bool,
    /// Words that may stand twice in a row.
    #[serde(default)]
    twice: String,
    #[serde(default)]
    keyboard: String,
    #[serde(default)]
    doubled: Section,
    #[serde(default)]
    hyphens: Section,
    #[serde(default)]
    ligatures: Section,
    /// `wrong = right`, one a line.
    #[serde(default)]
    certain: Section,
}

/// Words with examples.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    #[serde(default)]
    words: String,
    #[serde(default)]
    drop: Vec<String>,
    #[serde(default)]
    keep: Vec<String>,
}

impl Tongues {
    /// Reads `typos.toml` of every language that has a lexicon, and registers the rules in it.
    ///
    /// # Errors
    /// [`Error::Rules`] for a file that cannot be used.
    pub fn load(rules: &mut Rules) -> Result<Tongues, Error> {
        let mut all = BTreeMap::new();
        for file in rules.topic("typos") {
            let lang = file.language.ok_or_else(|| file.fault(None, "the folder is not named after a language"))?;
            if let Some(lexicon) = Lexicon::for_language(lang) {
                all.insert(lang, Tongue::load(&file, lang, lexicon, rules)?);
            }
        }
        Ok(Tongues { all })
    }

    /// The blocks of `doc` that are text in a language that takes part.
    pub fn blocks<'a>(&'a self, doc: &'a Document) -> impl Iterator<Item = (&'a Block, &'a Tongue)> {
        let (main, _) = doc.language();
        let text = |b: &&Block| b.keep && b.kind != BlockKind::Table;
        doc.blocks().iter().filter(text).filter_map(move |b| {
            let lang = b.language.map_or(main, |(lang, _)| lang);
            Some((b, self.all.get(&lang)?))
        })
    }

    /// The same blocks with their words.
    pub fn read<'a>(&'a self, doc: &'a Document) -> impl Iterator<Item = (&'a Block, &'a [Token], &'a Tongue)> {
        let blocks = doc.words().blocks();
        blocks.filter_map(|(block, lang, tokens)| Some((&doc.blocks()[block], tokens, self.all.get(&lang)?)))
    }

    /// The same tongues, but for what is known of words beside each other in one language.
    pub fn with_pairs(mut self, lang: Lang, change: impl FnOnce(&Pairs) -> Pairs) -> Tongues {
        if let Some(tongue) = self.all.get_mut(&lang) {
            tongue.pairs = change(&tongue.pairs);
        }
        self
    }

    /// Every language that takes part.
    pub fn iter(&self) -> impl Iterator<Item = (Lang, &Tongue)> {
        self.all.iter().map(|(lang, tongue)| (*lang, tongue))
    }
}

impl Tongue {
    /// The rules of fixed wordings.
    pub fn rules(&self) -> [RuleId; 4] {
        [self.doubled_rule, self.hyphen_rule, self.ligature_rule, self.certain_rule]
    }

    fn load(file: &RuleFile, lang: Lang, lexicon: &'static Lexicon, rules: &mut Rules) -> Result<Tongue, Error> {
        let content: File = file.parse()?;
        let mut add = |name: &str, class, about: &str, section: &Section| {
            rules.add(Rule {
                language: Some(lang),
                drop: section.drop.clone(),
                keep: section.keep.clone(),
                ..Rule::new(format!("typos/{lang}/{name}"), "slip", class, about)
            })
        };
        let doubled_rule = add("doubled", Class::Meaning, "a word doubled by mistake", &content.doubled)?;
        let hyphen_rule = add("hyphen", Class::Meaning, "a hyphen missing in a fixed phrase", &content.hyphens)?;
        let ligature_rule =
            add("ligature", Class::Typography, "a ligature written as two letters", &content.ligatures)?;
        let certain_rule = add("certain", Class::Meaning, "a word that is wrong wherever it stands", &content.certain)?;
        let mut certain: HashMap<String, Vec<(String, String)>> = HashMap::new();
        for line in content.certain.words.lines().map(str::trim).filter(|l| !l.is_empty()) {
            let pair = line.split_once('=').map(|(wrong, right)| (wrong.trim(), right.trim()));
            let Some((wrong, right)) = pair.filter(|(wrong, right)| !wrong.is_empty() && !right.is_empty()) else {
                return Err(file.fault(None, format!("{line} is not of the form wrong = right")));
            };
            let first = wrong.split(' ').next().unwrap_or(wrong).to_string();
            certain.entry(first).or_default().push((wrong.to_string(), right.to_string()));
        }
        let set = |words: &str| words.split_whitespace().map(str::to_string).collect::<HashSet<_>>();
        let mut hyphens: HashMap<String, Vec<Vec<String>>> = HashMap::new();
        for phrase in content.hyphens.words.split_whitespace() {
            let words: Vec<String> = phrase.split('-').map(str::to_string).collect();
            if let Some(first) = words.first().filter(|_| words.len() > 1) {
                hyphens.entry(first.clone()).or_default().push(words);
            } else {
                return Err(file.fault(None, format!("{phrase} has no hyphen")));
            }
        }
        let openers = Openers::new(hyphens.keys().chain(certain.keys()));
        let pairs = content.ligatures.words.split_whitespace().filter_map(|pair| pair.split_once('='));
        Ok(Tongue {
            lexicon,
            pairs: lexicon.pairs().clone(),
            doubled: set(&content.doubled.words),
            doubled_rule,
            twice: set(&content.twice),
            openers,
            certain,
            certain_rule,
            hyphens,
            hyphen_rule,
            ligatures: pairs.map(|(two, one)| (two.to_string(), one.to_string())).collect(),
            ligature_rule,
            elided: set(&content.elided),
            accented: content.accented.chars().collect(),
            asking: set(&content.asking),
            leave: set(&content.leave),
            sure: content.sure,
            sure_of_nouns: content.sure_of_nouns,
            spaced_marks: content.spaced_marks,
            keyboard: content.keyboard.split_whitespace().map(|row| row.chars().collect()).collect(),
        })
    }
}
