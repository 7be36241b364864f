//! `tamis report`: one page about an output folder.

use std::path::PathBuf;

use crate::cli::{Outcome, print};
use crate::error::Error;
use crate::{report, run};

/// Write one self-contained page about an output folder
///
/// Languages, sites, a timeline, who is named with whom, what was removed and changed with examples, what was rejected and
/// why, and the articles with all of that in its place. It needs no network. Of large archives it shows a sample, and says so.
#[derive(clap::Args)]
pub struct Arguments {
    /// A folder that tamis run wrote
    #[arg(default_value = "processed", value_name = "DIR")]
    folder: PathBuf,
    /// The page to write, or - for standard output
    #[arg(short, long, value_name = "FILE", default_value = "report.html")]
    output: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<Outcome, Error> {
    let page = report::page(&arguments.folder)?;
    if arguments.output.as_os_str() == "-" {
        return print(&page);
    }
    run::output::replace(&arguments.output, page.as_bytes())?;
    print(&format!("{}\n", arguments.output.display()))
}
