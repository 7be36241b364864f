//! Stage `encoding`: what went wrong between the author's keyboard and the file.

use crate::error::Error;
use crate::rules::Rules;
use crate::stage::Stage;

mod codec;
mod mojibake;
mod scan;

/// Makes the stage.
///
/// # Errors
/// [`Error::Rules`] for a rule file that cannot be used.
pub fn stage(rules: &mut Rules) -> Result<Stage, Error> {
    Ok(Stage {
        name: "encoding",
        about: "repairs mojibake, control characters, entities, spaces and broken guillemets",
        passes: vec![Box::new(mojibake::Mojibake::new(rules)?)],
    })
}
