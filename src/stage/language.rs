//! Stage `language`: which language each block is in, and which words of another language were spun into it.
//!
//! Passes, in order:
//! 1. [`identify`]: script and n-grams of a sample of each block, with whatlang's opinion where these are not enough;
//! 2. [`typography`]: quotation marks and spaces that the language does not write;
//! 3. [`foreign`]: words of another language inside a sentence, noted and never changed.
//!
//! Languages are data: `rules/<language>/language.toml` and `typography.toml`.

use std::sync::Arc;

use crate::error::Error;
use crate::rules::Rules;
use crate::stage::Stage;

pub mod clues;
pub mod foreign;
pub mod identify;
pub mod sample;
pub mod trigrams;
pub mod typography;

/// Makes the stage.
///
/// # Errors
/// [`Error::Rules`] for a language file that cannot be used.
pub fn stage(rules: &mut Rules) -> Result<Stage, Error> {
    let clues = Arc::new(clues::Clues::load(rules)?);
    Ok(Stage {
        name: "language",
        about: "tell the language of each block; mend what depends on it in quotes and spaces; note words of another language",
        passes: vec![
            Box::new(identify::Identify::new(clues)),
            Box::new(typography::Typography::load(rules)?),
            Box::new(foreign::ForeignWords::load(rules)?),
        ],
    })
}
