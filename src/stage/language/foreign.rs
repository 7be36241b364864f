//! Words of another language spun into a text.

use crate::document::Document;
use crate::error::Error;
use crate::rules::Rules;
use crate::stage::{Found, Pass};

/// Notes words of another language.
pub struct ForeignWords {}

impl ForeignWords {
    /// Reads the loan words.
    ///
    /// # Errors
    /// [`Error::Rules`] for a language file that cannot be used.
    pub fn load(_rules: &Rules) -> Result<ForeignWords, Error> {
        Ok(ForeignWords {})
    }
}

impl Pass for ForeignWords {
    fn look(&self, _doc: &Document, _found: &mut Found) {}
}
