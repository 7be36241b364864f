//! `tamis forget`: takes records out of an output folder and keeps them out.

use std::path::PathBuf;

use crate::cli::{Outcome, print};
use crate::error::Error;
use crate::run::folder::Folder;
use crate::run::manifest::Made;
use crate::run::withdrawn::forget;

/// Take records out of an output folder, and keep them out of later runs
///
/// The same text under another id goes too. What is withdrawn is listed in withdrawn.jsonl in the folder, by id and hash
/// and never by its text; take a line out of it to let a record come back with `tamis run --fresh`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The output folder of `tamis run`
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The id of a record; may be repeated
    #[arg(long, value_name = "ID", required_unless_present = "url")]
    id: Vec<String>,
    /// The address of records; may be repeated
    #[arg(long, value_name = "URL")]
    url: Vec<String>,
}

const EXAMPLES: &str = "Examples:
  tamis forget processed --id b3-0f1e2d3c4b5a69788796a5b4c3d2e1f0
  tamis forget processed --url https://journal.example/2024/03/14/article";

pub fn run(arguments: &Arguments) -> Result<Outcome, Error> {
    if !arguments.folder.join(crate::run::manifest::NAME).exists() {
        return Err(Error::Usage(format!("{} holds no output of tamis run", arguments.folder.display())));
    }
    let mut folder = Folder::open(&arguments.folder, Made::default(), false)?;
    let removed = forget(&mut folder, &arguments.id, &arguments.url)?;
    folder.finish()?;
    print(&match removed {
        0 => "no record here is called so; it is kept out should it come later\n".to_string(),
        1 => "1 record was taken out; what was named is kept out from now on\n".to_string(),
        n => format!("{n} records were taken out; what was named is kept out from now on\n"),
    })
}
