//! Names that a document writes otherwise once: the document itself is the evidence.
//!
//! A capitalised word that nobody knows becomes its near twin where that stands at least three times and more than twice
//! as often. An attested variant stays: which form of a name to use is not a matter of slips.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::document::Document;
use crate::error::Error;
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::typos::tokens::{Case, Token, stands_alone, tokens};
use crate::stage::typos::tongue::{Tongue, Tongues};
use crate::stage::{Found, Pass};

/// Letters of a name at least.
const SHORTEST: usize = 6;
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
        let mut places: BTreeMap<&str, Vec<(Token, &Tongue)>> = BTreeMap::new();
        for (block, tongue) in self.tongues.blocks(doc) {
            for token in tokens(text, &block.at) {
                if token.case == Case::Capitalised && token.at.len() >= SHORTEST {
                    places.entry(token.of(text)).or_default().push((token, tongue));
                }
            }
        }
        let mut frequent: BTreeMap<char, Vec<(&str, usize)>> = BTreeMap::new();
        for (name, at) in places.iter().filter(|(_, at)| at.len() >= OFTEN) {
            let known = at.first().is_some_and(|(_, tongue)| tongue.lexicon.knows(&name.to_lowercase()));
            if let Some(initial) = name.chars().next().filter(|_| !known) {
                frequent.entry(initial).or_default().push((name, at.len()));
            }
        }
        for forms in frequent.values_mut() {
            forms.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
            forms.truncate(FORMS);
        }
        for (name, at) in &places {
            let forms = name.chars().next().and_then(|c| frequent.get(&c));
            let twin = forms.and_then(|forms| forms.iter().find(|(form, n)| *n > 2 * at.len() && is_twin(name, form)));
            let Some((form, _)) = twin else { continue };
            for (token, tongue) in at {
                if stands_alone(text, &token.at) && !attested(name, tongue) {
                    found.edit(token.at.clone(), (*form).to_string(), self.rule, 0.9);
                }
            }
        }
    }
}

fn attested(name: &str, tongue: &Tongue) -> bool {
    let lower = name.to_lowercase();
    tongue.lexicon.lists(&lower) || tongue.lexicon.frequency(&lower) >= Some(ATTESTED)
}

/// Whether one slip inside, at neither end, parts two names.
fn is_twin(rare: &str, form: &str) -> bool {
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
