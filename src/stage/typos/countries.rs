//! Names of countries and parts of the world with one slip: there are few of them, and hardly another name is as near.
//!
//! A capitalised word that no list of the language knows and that names nothing in any language becomes the one country of
//! the language that is a slip away, first and last letter apart.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
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
}

/// The names of the table.
#[derive(Default)]
struct Known {
    /// Every word of a name in any language, in lower case.
    words: BTreeSet<String>,
    /// Names of one word that a language uses, by initial.
    own: BTreeMap<(Lang, char), Vec<String>>,
}

impl Known {
    fn read(table: &str) -> Known {
        let mut known = Known::default();
        let rows = table.lines().filter(|line| !line.starts_with('#'));
        for aliases in rows.filter_map(|row| row.split('\t').nth(6)).flat_map(|all| all.split(';')) {
            let Some((language, names)) = aliases.split_once(':') else { continue };
            for name in names.split('|') {
                let (weak, name) = name.strip_prefix('?').map_or((false, name), |name| (true, name));
                let words = name.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty());
                known.words.extend(words.map(str::to_lowercase));
                let initial = name.chars().next().filter(|_| name.chars().all(char::is_alphabetic) && !weak);
                if let Some((language, initial)) = Lang::parse(language).zip(initial) {
                    known.own.entry((language, initial)).or_default().push(name.to_string());
                }
            }
        }
        known
    }

    /// The only name of `language` that is one slip away from `word`.
    fn meant(&self, word: &str, language: Lang) -> Option<&str> {
        let names = self.own.get(&(language, word.chars().next()?))?;
        let mut near = names.iter().filter(|name| is_twin(word, name) && is_likely(word, name));
        let one = near.next()?;
        (near.next().is_none() && !self.words.contains(&word.to_lowercase())).then_some(one)
    }
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
        Ok(Countries { tongues, rule, table, known: OnceLock::new() })
    }
}

impl Pass for Countries {
    fn look(&self, doc: &Document, found: &mut Found) {
        let text = doc.text();
        for (_, tokens, tongue) in self.tongues.read(doc) {
            for token in tokens.iter().filter(|t| t.case == Case::Capitalised && t.at.len() >= SHORTEST) {
                let name = token.of(text);
                if token.facts.is_listed() || attested(name, tongue) || !stands_alone(text, &token.at) {
                    continue;
                }
                let known = self.known.get_or_init(|| Known::read(&self.table));
                if let Some(meant) = known.meant(name, tongue.lexicon.language()) {
                    found.edit(token.at.clone(), meant.to_string(), self.rule, 0.9);
                }
            }
        }
    }
}
