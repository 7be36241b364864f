//! Stage `typos`: slips of the pen, lost letters and careless spacing. Precision decides: a false correction in an
//! archive is worse than ten slips left, so names, foreign words and rare correct words are not touched.
//!
//! Passes, in order:
//! 1. [`spacing`]: spaces doubled, before a comma or full stop, or missing behind one;
//! 2. [`lost`]: letters that a bad conversion has lost, restored where one word fits;
//! 3. [`phrases`]: words doubled by mistake, missing hyphens, ligatures;
//! 4. [`names`]: a name written otherwise once, by what the rest of the document says;
//! 5. [`countries`]: countries by the name of which nothing else goes;
//! 6. [`words`]: words one slip away from one that the language knows.
//!
//! What one pass mends can show another what it could not see before, so the passes run again on a document that one of
//! them has changed: a second run of the stage then finds nothing.
//!
//! A language takes part when it has `rules/<language>/typos.toml` and a lexicon.

use std::sync::Arc;

use crate::document::Document;
use crate::error::Error;
use crate::rules::{RuleId, Rules};
use crate::stage::{Found, Pass, Stage};

pub mod countries;
pub mod evidence;
pub mod lost;
pub mod names;
pub mod phrases;
pub mod spacing;
pub mod tokens;
pub mod tongue;
pub mod words;

/// Makes the stage.
///
/// # Errors
/// [`Error::Rules`] for a file `typos.toml` that cannot be used.
pub fn stage(rules: &mut Rules) -> Result<Stage, Error> {
    let tongues = Arc::new(tongue::Tongues::load(rules)?);
    let round: Vec<Arc<dyn Pass>> = vec![
        Arc::new(spacing::Spacing::new(rules, Arc::clone(&tongues))?),
        Arc::new(lost::LostLetters::new(rules, Arc::clone(&tongues))?),
        Arc::new(phrases::Phrases::new(Arc::clone(&tongues))),
        Arc::new(names::Names::new(rules, Arc::clone(&tongues))?),
        Arc::new(countries::Countries::new(rules, Arc::clone(&tongues))?),
        Arc::new(words::Words::new(rules, tongues)?),
    ];
    let own = rules.iter().filter(|(_, r)| r.id.starts_with("typos/")).map(|(id, _)| id).collect::<Vec<_>>();
    let length = round.len();
    let passes = (0..ROUNDS).flat_map(|n| round.iter().enumerate().map(move |(i, pass)| (n, i, Arc::clone(pass))));
    Ok(Stage {
        name: "typos",
        about: "mend slips of the pen, lost letters and careless spacing",
        passes: passes
            .map(|(n, i, pass)| {
                let after = (n > 0).then(|| (own.clone(), length + i));
                Box::new(InRound { pass, after }) as Box<dyn Pass>
            })
            .collect(),
    })
}

/// How often the passes run on a document that they change.
const ROUNDS: usize = 4;

/// A pass that, after the first round, looks only at documents that the stage has changed in the round before or so far
/// in this one.
struct InRound {
    pass: Arc<dyn Pass>,
    /// The rules of the stage, and how many passes back the round before began; `None` in the first round.
    after: Option<(Vec<RuleId>, usize)>,
}

impl Pass for InRound {
    fn look(&self, doc: &Document, found: &mut Found) {
        let changed = |(own, back): &(Vec<RuleId>, usize)| {
            let since = doc.pass.saturating_sub(*back);
            doc.ledger().iter().rev().take_while(|a| a.pass >= since).any(|a| own.contains(&a.edit.rule))
        };
        if self.after.as_ref().is_none_or(changed) {
            self.pass.look(doc, found);
        }
    }

    fn fires(&self, rule: RuleId, example: &str) -> Option<bool> {
        self.pass.fires(rule, example)
    }
}

#[cfg(test)]
mod tests;
