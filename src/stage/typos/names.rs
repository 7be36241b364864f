//! Names that a document writes otherwise once: the document itself is the evidence.
//!
//! A capitalised word that nobody knows becomes its near twin where that stands at least three times and more than twice
//! as often. An attested variant stays: which form of a name to use is not a matter of slips.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::document::Document;
use crate::error::Error;
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::typos::tokens::stands_alone;
use crate::stage::typos::tongue::{Tongue, Tongues};
use crate::stage::{Found, Pass};
use crate::words::{Case, Token};

/// Letters of a name at least.
pub(super) const SHORTEST: usize = 6;
/// Times that the other form stands at least.
const OFTEN: usize = 3;
/// 100 × Zipf at which a form is attested, as one that people use.
const ATTESTED: u16 = 100;
/// Forms of one initial that are compared, most frequent first: more do not stand three times in an article.
const FORMS: usize = 200;

/// Mends names.
pub struct Names {
    tongues: Arc<Tongues>,
    rule: RuleId,
}

impl Names {
    /// Registers the rule.
    ///
    /// # Errors
    /// [`Error::Rules`] when its name is taken.
    pub fn new(rules: &mut Rules, tongues: Arc<Tongues>) -> Result<Names, Error> {
        let about = "a name that the document writes otherwise everywhere else";
        let rule = rules.add(Rule::new("typos/name", "name", Class::Meaning, about))?;
        Ok(Names { tongues, rule })
    }
}

impl Pass for Names {
    fn look(&self, doc: &Document, found: &mut Found) {
        let text = doc.text();
        let mut names: Vec<(&str, &Token, &Tongue)> = Vec::new();
        for (_, tokens, tongue) in self.tongues.read(doc) {
            let long = tokens.iter().filter(|t| t.case == Case::Capitalised && t.at.len() >= SHORTEST);
            names.extend(long.map(|token| (token.of(text), token, tongue)));
        }
        // Places of one name stay in their order.
        names.sort_by_key(|(name, ..)| *name);
        let places = || names.chunk_by(|a, b| a.0 == b.0).map(|at| (at[0].0, at));
        let mut frequent: BTreeMap<char, Vec<(&str, usize)>> = BTreeMap::new();
        for (name, at) in places().filter(|(_, at)| at.len() >= OFTEN) {
            let (_, first, _) = at[0];
            if let Some(initial) = name.chars().next().filter(|_| !first.facts.is_known()) {
                frequent.entry(initial).or_default().push((name, at.len()));
            }
        }
        if frequent.is_empty() {
            return;
        }
        for forms in frequent.values_mut() {
            forms.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
            forms.truncate(FORMS);
        }
        for (name, at) in places() {
            let forms = name.chars().next().and_then(|c| frequent.get(&c));
            let twin = forms.and_then(|forms| forms.iter().find(|(form, n)| *n > 2 * at.len() && is_twin(name, form)));
            let Some((form, _)) = twin else { continue };
            for (_, token, tongue) in at {
                if stands_alone(text, &token.at) && !attested(name, tongue) {
                    found.edit(token.at.clone(), (*form).to_string(), self.rule, 0.9);
                }
            }
        }
    }
}

/// Whether people use the form, by the lists of the language.
pub(super) fn attested(name: &str, tongue: &Tongue) -> bool {
    let lower = name.to_lowercase();
    tongue.lexicon.lists(&lower) || tongue.lexicon.frequency(&lower) >= Some(ATTESTED)
}

/// Whether one slip inside, at neither end, parts two names.
pub(super) fn is_twin(rare: &str, form: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (rare.chars().collect(), form.chars().collect());
    if a.len().abs_diff(b.len()) > 1 || a.len().min(b.len()) < SHORTEST {
        return false;
    }
    let start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    if start == 0 || end == 0 {
        return false;
    }
    let (longer, shorter) = (a.len().max(b.len()), a.len().min(b.len()));
    let one = start + end + 1 >= longer && (longer > shorter || start + end + 1 == longer);
    let swapped =
        longer == shorter && start + end + 2 == longer && a[start] == b[start + 1] && a[start + 1] == b[start];
    one || swapped
}
