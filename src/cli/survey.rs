//! `tamis survey`: a first walk over a dump, or the surveys of its parts made one.

use std::path::PathBuf;
use std::sync::Arc;

use crate::cli::{Outcome, from};
use crate::error::Error;
use crate::limits::Limits;
use crate::read::Fields;
use crate::read::dump::Dump;
use crate::survey::{Survey, walk};

/// Survey a dump: which lines repeat on a site, which words recur, which articles stand in it twice
///
/// `tamis run` makes a survey by itself. Make one apart for a stream, or for a dump that several machines work on: each
/// surveys its part, the parts are merged, and every run is given the whole.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Files and folders to read, or surveys with --merge [default: raw]
    #[arg(value_name = "PATHS")]
    paths: Vec<PathBuf>,
    /// File to write the survey to
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// The paths are surveys: make them one
    #[arg(long)]
    merge: bool,
    /// What the input is (see `tamis formats`); auto tells it from each file's first bytes and name
    #[arg(long, value_parser = from::parser(), default_value = "auto", value_name = "FORMAT", hide_possible_values = true)]
    from: String,
    /// Name of a field of the JSONL input, as in text=body; may be repeated
    #[arg(long, value_name = "OURS=THEIRS")]
    field: Vec<String>,
    /// Worker threads [default: one per core]
    #[arg(short, long, value_name = "N")]
    jobs: Option<usize>,
    /// No summary
    #[arg(short, long)]
    quiet: bool,
}

const EXAMPLES: &str = "Examples:
  tamis survey dump -o survey.bin && zcat dump/*.gz | tamis run - --from jsonl --survey survey.bin -o -
  tamis survey --merge part1.bin part2.bin -o survey.bin";

pub fn run(arguments: Arguments) -> Result<Outcome, Error> {
    let paths = if arguments.paths.is_empty() { vec![PathBuf::from("raw")] } else { arguments.paths };
    let survey = if arguments.merge {
        let mut whole = Survey::default();
        for path in &paths {
            whole.merge(Survey::read(path)?);
        }
        whole
    } else {
        let mut dump = Dump::find(&paths)?;
        if dump.stdin {
            return Err(Error::Usage("a survey is made of files; a stream can be read only once".to_string()));
        }
        dump.layout = from::layout(&arguments.from)?;
        dump.fields = Arc::new(Fields::from_pairs(&arguments.field)?);
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        walk::survey(&dump, &Limits::default(), arguments.jobs.unwrap_or_else(cores))
    };
    survey.write(&arguments.output)?;
    if !arguments.quiet {
        let output = arguments.output.display();
        eprintln!("{output}: {} documents of {} sites, {}", survey.documents(), survey.sites(), survey.hash());
    }
    Ok(Outcome::Done)
}
