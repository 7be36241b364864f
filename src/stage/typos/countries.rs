//! Names of countries and parts of the world with one slip: there are few of them, and hardly another name is as near.
//!
//! A capitalised word that no list of the language knows and that names nothing in any language becomes the one country of
//! the language that is a slip away, first and last letter apart.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, OnceLock};

use crate::document::Document;
use crate::error::Error;
use crate::language::Lang;
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::typos::names::{SHORTEST, attested, is_twin};
use crate::stage::typos::tokens::stands_alone;
use crate::stage::typos::tongue::Tongues;
use crate::stage::{Found, Pass};
use crate::words::Case;

/// Letters of a name in which one may be another.
const LONG: usize = 8;

/// Mends names of countries.
pub struct Countries {
    tongues: Arc<Tongues>,
    rule: RuleId,
    table: String,
    /// Read when the first doubtful name is met.
    known: OnceLock<Known>,
    /// Every word of a name in any language, in small letters; read when the first name is near another.
    words: OnceLock<HashSet<String>>,
}

/// Names of one word that a language uses, by initial.
#[derive(Default)]
struct Known(BTreeMap<(Lang, char), Vec<String>>);

impl Known {
    fn read(table: &str) -> Known {
        let mut known = Known::default();
        for (language, name) in names(table).filter(|(_, name)| name.chars().all(char::is_alphabetic)) {
            if let Some((language, initial)) = Lang::parse(language).zip(name.chars().next()) {
                known.0.entry((language, initial)).or_default().push(name.to_string());
            }
        }
        known
    }

    /// The only name of `language` that is one slip away from `word`.
    fn meant(&self, word: &str, language: Lang) -> Option<&str> {
        let names = self.0.get(&(language, word.chars().next()?))?;
        let last = word.bytes().next_back();
        let names =
            names.iter().filter(|name| name.bytes().next_back() == last && name.len().abs_diff(word.len()) <= 2);
        let mut near = names.filter(|name| is_twin(word, name) && is_likely(word, name));
        near.next().filter(|_| near.next().is_none()).map(String::as_str)
    }
}

/// Every name of the table with the code of its language; weak ones begin with `?`.
fn names(table: &str) -> impl Iterator<Item = (&str, &str)> {
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    let lists = rows.filter_map(|row| row.split('\t').nth(6)).flat_map(|all| all.split(';'));
    lists
        .filter_map(|list| list.split_once(':'))
        .flat_map(|(language, names)| names.split('|').map(move |n| (language, n)))
}

/// Whether the slip that parts a word from a name is none that makes other names: letters that changed places, one that is
/// missing or stands twice; another letter only in a long name. Another vowel is a way to write a foreign name, which the
/// stage entities knows.
fn is_likely(word: &str, name: &str) -> bool {
    let (word, name): (Vec<char>, Vec<char>) = (word.chars().collect(), name.chars().collect());
    let start = word.iter().zip(&name).take_while(|(a, b)| a == b).count();
    match word.len().cmp(&name.len()) {
        Ordering::Less => true,
        Ordering::Greater => word[start] == word[start - 1],
        Ordering::Equal if word[start + 1..] != name[start + 1..] => true,
        Ordering::Equal => name.len() >= LONG && !(is_vowel(word[start]) && is_vowel(name[start])),
    }
}

fn is_vowel(c: char) -> bool {
    "aeiouyàáâãäåèéêëìíîïòóôõöùúûü".contains(c)
}

impl Countries {
    /// Registers the rule.
    ///
    /// # Errors
    /// [`Error::Rules`] when its name is taken.
    pub fn new(rules: &mut Rules, tongues: Arc<Tongues>) -> Result<Countries, Error> {
        let about = "the name of a country with one slip, which nothing else is called";
        let rule = rules.add(Rule::new("typos/country", "name", Class::Meaning, about))?;
        let table = rules.file("common/countries.tsv").map(|file| file.text.to_string()).unwrap_or_default();
        Ok(Countries { tongues, rule, table, known: OnceLock::new(), words: OnceLock::new() })
    }
}

impl Countries {
    /// Whether a name of the table in any language holds the word.
    fn is_named(&self, word: &str) -> bool {
        let words = self.words.get_or_init(|| {
            let words = names(&self.table).flat_map(|(_, name)| name.split(|c: char| !c.is_alphabetic()));
            words.map(str::to_lowercase).collect()
        });
        words.contains(&word.to_lowercase())
    }
}

impl Pass for Countries {
    fn look(&self, doc: &Document, found: &mut Found) {
        let text = doc.text();
        for (_, tokens, tongue) in self.tongues.read(doc) {
            for token in tokens.iter().filter(|t| t.case == Case::Capitalised && t.at.len() >= SHORTEST) {
                let name = token.of(text);
                if token.facts.is_listed() || !stands_alone(text, &token.at) {
                    continue;
                }
                let known = self.known.get_or_init(|| Known::read(&self.table));
                let meant = known.meant(name, tongue.lexicon.language());
                if let Some(meant) = meant.filter(|_| !attested(name, tongue) && !self.is_named(name)) {
                    found.edit(token.at.clone(), meant.to_string(), self.rule, 0.9);
                }
            }
        }
    }
}
