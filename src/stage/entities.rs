//! Stage `entities`.

use crate::error::Error;
use crate::rules::Rules;
use crate::stage::Stage;

/// Makes the stage.
pub fn stage(_rules: &mut Rules) -> Result<Stage, Error> {
    Ok(Stage { name: "entities", about: "", passes: Vec::new() })
}
