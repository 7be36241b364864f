//! `tamis schema`: the JSON Schema of a record.

use crate::cli::{Outcome, print};
use crate::error::Error;
use crate::write::record::Record;

/// Print the JSON Schema of a record
#[derive(clap::Args)]
pub struct Arguments {}

pub fn run(_: &Arguments) -> Result<Outcome, Error> {
    let schema = schemars::schema_for!(Record);
    let text = serde_json::to_string_pretty(&schema).map_err(|e| Error::Usage(e.to_string()))?;
    print(&format!("{text}\n"))
}
