//! `tamis status`: what an output folder holds.

use std::path::PathBuf;

use crate::cli::{Outcome, print};
use crate::error::Error;
use crate::run::status::Status;

/// Tell what is done in an output folder, what is left, and what was rejected and why
#[derive(clap::Args)]
pub struct Arguments {
    /// The output folder of `tamis run`
    #[arg(default_value = "processed", value_name = "DIR")]
    folder: PathBuf,
    /// Print JSON, with every name
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<Outcome, Error> {
    let status = Status::of(&arguments.folder)?;
    if arguments.json {
        let json = serde_json::to_string_pretty(&status).map_err(|e| Error::Usage(e.to_string()))?;
        return print(&format!("{json}\n"));
    }
    print(&status.to_string())
}
