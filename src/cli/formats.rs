//! `tamis formats`: what is read.

use std::fmt::Write as _;

use crate::cli::{Outcome, print};
use crate::error::Error;
use crate::read::capped::Packing;
use crate::read::layout::LAYOUTS;

/// List what is read, by the name for --from
///
/// What a file is, is told by its first bytes, and by its name where they leave a doubt. Any of these may be packed, lie
/// in a folder or in an archive, and come from standard input.
#[derive(clap::Args)]
pub struct Arguments {}

pub fn run(_: &Arguments) -> Result<Outcome, Error> {
    let mut text = String::new();
    for row in LAYOUTS {
        let endings: Vec<String> = row.endings.iter().map(|e| format!(".{e}")).collect();
        let _ = writeln!(text, "{:10} {:26} {}", row.name, endings.join(" "), row.about);
    }
    text.push_str("\npacked with\n");
    for (_, name, endings) in Packing::ALL {
        let endings: Vec<String> = endings.iter().map(|e| format!(".{e}")).collect();
        let _ = writeln!(text, "{name:10} {}", endings.join(" "));
    }
    print(&text)
}
