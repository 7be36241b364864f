//! `tamis verify`: whether an output folder is what its manifest says.

use std::path::PathBuf;

use crate::cli::{Outcome, print};
use crate::error::Error;
use crate::run::verify::verify;

/// Check every hash and count in an output folder, and that every document read is accounted for
#[derive(clap::Args)]
pub struct Arguments {
    /// The output folder of `tamis run`
    #[arg(default_value = "processed", value_name = "DIR")]
    folder: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<Outcome, Error> {
    let found = verify(&arguments.folder)?;
    let text = format!(
        "{} shards, {} files, {:.1} MB: {} documents read, {} written, {} rejected\n",
        found.shards,
        found.files,
        found.bytes as f64 / 1e6,
        found.read,
        found.written,
        found.rejected
    );
    print(&text)?;
    match found.faults.is_empty() {
        true => print("every hash and count is right\n"),
        false => Err(Error::Usage(format!(
            "{}\nrun tamis again on the same input: it makes anew what is not right",
            found.faults.join("\n")
        ))),
    }
}
