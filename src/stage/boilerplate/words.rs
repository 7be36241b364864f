//! Closed classes of words that the structural rules ask for, of all languages together.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::BuildHasherDefault;
use std::sync::OnceLock;

use serde::Deserialize;

use super::fold;
use super::senses::{self, Senses, Tongue};
use crate::document::BlockKind;
use crate::error::Error;
use crate::language::Lang;
use crate::lexicon::Quick;
use crate::rules::RuleFile;

/// A set of words, folded.
pub type Class = HashSet<String, BuildHasherDefault<Quick>>;

/// Closed classes of words, folded.
#[derive(Debug, Default)]
pub struct Words {
    /// Articles, prepositions, conjunctions: a line without any is no sentence.
    pub function: Class,
    /// Words by which a site speaks to its reader and of itself.
    pub address: Class,
    /// Words before and between the names of a byline.
    pub lead: Class,
    /// What a byline says of an author besides the name.
    pub role: Class,
    /// Lower-case parts of names.
    pub particle: Class,
    /// Agencies and words of photo credits.
    pub credit: Class,
    /// First halves of words that keep their hyphen.
    pub hyphen_first: Class,
    /// Second halves of words that keep their hyphen.
    pub hyphen_second: Class,
    /// Class names of HTML, each with its place in the files and the kind of block it tells of.
    tokens: HashMap<String, (usize, BlockKind), BuildHasherDefault<Quick>>,
    /// What single words tell of a line.
    pub senses: Senses,
    /// What invitations are about, in order of their senses.
    pub offers: Vec<BlockKind>,
    /// Languages in order of their numbers, from 1.
    tongues: Vec<Lang>,
    /// The table of given names, and the names once they are asked for.
    given: (Cow<'static, str>, OnceLock<Class>),
}

/// The same in a rule file.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct FileWords {
    function: Vec<String>,
    address: Vec<String>,
    lead: Vec<String>,
    role: Vec<String>,
    particle: Vec<String>,
    credit: Vec<String>,
    hyphen_first: Vec<String>,
    hyphen_second: Vec<String>,
    month: Vec<String>,
    weekday: Vec<String>,
    clock: Vec<String>,
    stamp: Vec<String>,
    section: Vec<String>,
    button: Vec<String>,
    invite: Vec<String>,
    outlet: Vec<String>,
    by: Vec<String>,
}

impl Words {
    /// Adds the words of one file.
    ///
    /// # Errors
    /// [`Error::Rules`] for a kind of block that does not exist.
    pub fn take(
        &mut self,
        words: &FileWords,
        offers: &BTreeMap<String, Vec<String>>,
        tokens: BTreeMap<String, Vec<String>>,
        file: &RuleFile,
    ) -> Result<(), Error> {
        let classes = [
            (&mut self.function, &words.function),
            (&mut self.address, &words.address),
            (&mut self.lead, &words.lead),
            (&mut self.role, &words.role),
            (&mut self.particle, &words.particle),
            (&mut self.credit, &words.credit),
            (&mut self.hyphen_first, &words.hyphen_first),
            (&mut self.hyphen_second, &words.hyphen_second),
        ];
        for (class, list) in classes {
            class.extend(list.iter().map(|w| fold::word(w)));
        }
        let all = [
            (&words.function, senses::FUNCTION),
            (&words.address, senses::ADDRESS),
            (&words.lead, senses::LEAD),
            (&words.role, senses::ROLE),
            (&words.credit, senses::ROLE),
            (&words.month, senses::MONTH),
            (&words.weekday, senses::WEEKDAY),
            (&words.clock, senses::CLOCK),
            (&words.stamp, senses::STAMP),
            (&words.section, senses::SECTION),
            (&words.button, senses::BUTTON),
            (&words.invite, senses::INVITE),
            (&words.outlet, senses::OUTLET),
            (&words.by, senses::BY),
        ];
        let tongue = self.tongue(file);
        for (list, sense) in all {
            list.iter().for_each(|w| self.senses.add(&fold::word(w), tongue, sense));
        }
        let kind_of =
            |name: &str| BlockKind::from_name(name).ok_or_else(|| file.fault(None, format!("there is no kind {name}")));
        for (name, list) in offers {
            let kind = kind_of(name)?;
            let number = self.offers.iter().position(|k| *k == kind).unwrap_or(self.offers.len());
            if number == self.offers.len() {
                self.offers.push(kind);
            }
            list.iter().for_each(|w| self.senses.add(&fold::word(w), tongue, senses::offer(number)));
        }
        for (name, list) in tokens {
            let kind = kind_of(&name)?;
            for token in list {
                let next = self.tokens.len();
                self.tokens.entry(token).or_insert((next, kind));
            }
        }
        Ok(())
    }

    /// The number of a file's language.
    fn tongue(&mut self, file: &RuleFile) -> Tongue {
        let Some(language) = file.language else { return senses::ANY };
        let known = self.tongues.iter().position(|l| *l == language);
        let number = known.unwrap_or_else(|| {
            self.tongues.push(language);
            self.tongues.len() - 1
        });
        Tongue::try_from(number + 1).unwrap_or(senses::ANY)
    }

    /// Takes the table of given names.
    pub fn name(&mut self, table: Cow<'static, str>) {
        self.given = (table, OnceLock::new());
    }

    /// Whether a folded word is a given name.
    pub fn is_given(&self, word: &str) -> bool {
        let (table, names) = &self.given;
        let name = |line: &str| line.split('\t').next().map(|n| fold::word(n.trim_start_matches('?')));
        let all = || table.lines().filter(|l| !l.starts_with('#')).filter_map(name).collect();
        names.get_or_init(all).contains(word)
    }

    /// The kind that the class names of a block tell of: the innermost name that says something.
    pub fn token_kind(&self, tokens: &str) -> Option<BlockKind> {
        let named = |token: &str| {
            let whole = self.tokens.get(token);
            let pieces = token.split(['-', '_']).filter_map(|piece| self.tokens.get(piece));
            whole.into_iter().chain(pieces).min_by_key(|(order, _)| *order).map(|(_, kind)| *kind)
        };
        tokens.split(' ').find_map(named)
    }
}
