//! `tamis eval`: the scoreboard.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::cli::{Outcome, print};
use crate::error::Error;
use crate::eval::board::Floors;
use crate::eval::gold::Split;
use crate::eval::{self};
use crate::pipeline::{Options, Pipeline};

/// Score tamis on articles whose right outcome you have written down
///
/// For an input file NAME the gold is NAME.gold.toml, beside it or in a folder given with --gold. Two tables are
/// printed, one for gold that may be tuned on and one for gold that is held back.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Folders of articles that have gold
    #[arg(required = true, value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// A further folder of gold; may be repeated
    #[arg(long, value_name = "DIR")]
    gold: Vec<PathBuf>,
    /// List every difference on gold that may be tuned on
    #[arg(long)]
    faults: bool,
    /// Hold the figures against the floors in this file, and fail when one has fallen
    #[arg(long, value_name = "FILE")]
    floors: Option<PathBuf>,
    /// Raise the floors to what was measured
    #[arg(long, requires = "floors")]
    pin: bool,
    /// With --pin, let floors fall
    #[arg(long, requires = "pin")]
    lower: bool,
    /// A folder of rule files laid over the built-in ones
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
}

const EXAMPLES: &str = "Examples:
  tamis eval my-articles                      two tables
  tamis eval my-articles --faults             and what is behind them
  tamis eval my-articles --floors floors.json --pin";

pub fn run(arguments: &Arguments) -> Result<Outcome, Error> {
    let pipeline = Pipeline::new(&Options { rules: arguments.rules.clone(), ..Options::default() })?;
    let mut floors = arguments.floors.as_deref().map(Floors::read).transpose()?.unwrap_or_default();
    let mut out = String::new();
    let mut fallen = Vec::new();
    for (split, set) in [(Split::Tune, "tune"), (Split::Held, "held")] {
        let (board, faults) = eval::run(&pipeline, &arguments.folders, &arguments.gold, split)?;
        if board.documents() > 0 {
            let _ = writeln!(out, "{}\n{}", set, board.table());
        }
        if arguments.faults && split == Split::Tune {
            for fault in faults {
                let _ = writeln!(out, "{}  {}  {}", fault.path.display(), fault.figure, fault.what);
            }
            out.push('\n');
        }
        let below = floors.fallen(set, &board);
        if !below.is_empty() && !floors.is_same_gold(set, &board) {
            let _ = writeln!(out, "The gold of {set} is not what its floors were measured on.");
        }
        fallen.extend(below);
        if arguments.pin {
            floors.pin(set, &board, arguments.lower);
        }
    }
    print(&out)?;
    if let Some(path) = arguments.floors.as_deref().filter(|_| arguments.pin) {
        if !fallen.is_empty() && !arguments.lower {
            return Err(Error::Usage(format!("{}\nnothing was pinned; --lower lets floors fall", fallen.join("\n"))));
        }
        crate::run::output::replace(path, floors.to_json().as_bytes())?;
        return Ok(Outcome::Done);
    }
    if fallen.is_empty() {
        Ok(Outcome::Done)
    } else {
        Err(Error::Usage(format!("below the floor:\n{}", fallen.join("\n"))))
    }
}
