//! Stage `boilerplate`: what of the text is the article, and what each line is.
//!
//! 1. [`unwrap`]: the lines of hard-wrapped text become paragraphs;
//! 2. [`trim`]: what is not the article's is taken out of paragraphs;
//! 3. [`classify`]: every line is judged by cues, form and place;
//! 4. [`learned`]: of what the rules leave open, a model drops or takes back what it is sure of;
//! 5. [`cut`]: a floor holds, then what was judged away is cut, with one blank line between what stays.
//!
//! Precision goes first: a lost paragraph is worse than a line of junk that stays. A line goes because of a clear cue, or
//! because its form *and* its place say so. The words live in `rules/*/boilerplate.toml`, sites in `rules/sites/`.

use std::sync::Arc;

use crate::error::Error;
use crate::limits::Limits;
use crate::rules::Rules;
use crate::stage::{Pass, Stage};

pub mod byline;
pub mod classify;
pub mod content;
pub mod cues;
pub mod cut;
pub mod dateline;
pub mod fold;
pub mod gate;
pub mod gates;
pub mod learned;
pub mod offer;
pub mod pattern;
pub mod seen;
pub mod senses;
pub mod shape;
pub mod sites;
pub mod stamp;
pub mod trim;
pub mod unwrap;
pub mod words;

#[cfg(test)]
mod tests;

/// How many passes go by rules and not by what was learned; they are the first.
pub const RULED: usize = 3;

/// Makes the stage.
///
/// # Errors
/// [`Error::Rules`] for a rule file that cannot be used.
pub fn stage(rules: &mut Rules) -> Result<Stage, Error> {
    let cues = Arc::new(cues::Cues::load(rules)?);
    let sites = sites::Site::load(rules)?;
    let ruled: [Box<dyn Pass>; RULED] = [
        Box::new(unwrap::Unwrap::new(rules, cues.clone())?),
        Box::new(trim::Trim::new(rules, cues.clone())?),
        Box::new(classify::Classify::new(rules, cues.clone(), sites)?),
    ];
    let mut passes = Vec::from(ruled);
    passes.push(Box::new(learned::Learned::new(rules, cues)?));
    passes.push(Box::new(cut::Floor::new(rules, Limits::default().kept_share)?));
    passes.push(Box::new(cut::Cut::new(rules)?));
    Ok(Stage {
        name: "boilerplate",
        about: "keep the article: drop offers, links, captions and forms; find title, author and keywords",
        passes,
    })
}
