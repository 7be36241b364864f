//! Stage `encoding`: what went wrong between the author's keyboard and the file.

use crate::error::Error;
use crate::rules::Rules;
use crate::stage::Stage;

mod codec;
mod compose;
mod guillemets;
mod mojibake;
mod scan;
mod spaces;
mod structure;

/// Makes the stage.
///
/// # Errors
/// [`Error::Rules`] for a rule file that cannot be used.
pub fn stage(rules: &mut Rules) -> Result<Stage, Error> {
    let (marks, shapes) = structure::passes(rules)?;
    Ok(Stage {
        name: "encoding",
        about: "repairs mojibake, control characters, entities, spaces and broken guillemets",
        passes: vec![
            Box::new(marks),
            Box::new(mojibake::Mojibake::new(rules)?),
            Box::new(shapes),
            Box::new(compose::Compose::new(rules)?),
            Box::new(spaces::Spaces::new(rules)?),
            Box::new(guillemets::Guillemets::new(rules)?),
        ],
    })
}
