//! `tamis export`: records in the form of other tools.

use std::path::PathBuf;

use crate::cli::{Outcome, print};
use crate::error::Error;
use crate::export::{self, FORMATS, Options, Proof};

/// Write records in the form that another tool loads
///
/// Without a format, lists them all.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// One of the formats that `tamis export` lists
    format: Option<String>,
    /// Files of records, or folders that tamis run wrote; - is standard input
    #[arg(default_value = "processed")]
    inputs: Vec<PathBuf>,
    /// Folder to write to, or - for standard output where the format is a single file
    #[arg(short, long, value_name = "DIR", default_value = "exported")]
    output: PathBuf,
    /// Length of a passage in code points
    #[arg(long, value_name = "N", default_value_t = Options::default().passages)]
    passages: usize,
}

const EXAMPLES: &str = "Examples:
  tamis export                                    the list of formats
  tamis export csv processed -o tables
  tamis export elasticsearch processed -o elastic
  tamis export passages --passages 600 -o - | head";

pub fn run(arguments: &Arguments) -> Result<Outcome, Error> {
    let Some(format) = &arguments.format else { return print(&list()) };
    if arguments.passages == 0 {
        return Err(Error::Usage("--passages 0: a passage has at least one character".to_string()));
    }
    match format.as_str() {
        "sqlite" => return sqlite(arguments),
        "parquet" => return parquet(arguments),
        _ => {}
    }
    let options = Options { passages: arguments.passages };
    if arguments.output.as_os_str() == "-" {
        return match export::stream(format, &arguments.inputs, &mut std::io::stdout().lock(), &options) {
            Err(Error::Io { source, .. }) if source.kind() == std::io::ErrorKind::BrokenPipe => Ok(Outcome::Done),
            other => other.map(|_| Outcome::Done),
        };
    }
    let exported = export::export(format, &arguments.inputs, &arguments.output, &options)?;
    let mut said = format!("{} articles\n", exported.articles);
    for file in exported.files {
        said += &format!("{}\n", file.display());
    }
    print(&said)
}

#[cfg(feature = "sqlite")]
fn sqlite(arguments: &Arguments) -> Result<Outcome, Error> {
    let path = arguments.output.join(export::sqlite::FILE);
    let articles = export::sqlite::export(&arguments.inputs, &path)?;
    print(&format!("{articles} articles\n{}\n", path.display()))
}

#[cfg(not(feature = "sqlite"))]
fn sqlite(_: &Arguments) -> Result<Outcome, Error> {
    Err(not_built("SQLite", "sqlite"))
}

#[cfg(feature = "parquet")]
fn parquet(arguments: &Arguments) -> Result<Outcome, Error> {
    let path = arguments.output.join(export::parquet::FILE);
    let articles = export::parquet::export(&arguments.inputs, &path)?;
    print(&format!("{articles} articles\n{}\n", path.display()))
}

#[cfg(not(feature = "parquet"))]
fn parquet(_: &Arguments) -> Result<Outcome, Error> {
    Err(not_built("Parquet", "parquet"))
}

#[cfg(not(all(feature = "sqlite", feature = "parquet")))]
fn not_built(what: &str, feature: &str) -> Error {
    Error::Usage(format!(
        "this tamis was built without {what}; build it with cargo build --release --features {feature}"
    ))
}

fn list() -> String {
    let mut out = String::from("Formats; those marked * are loaded into the tool by the tests of tamis:\n\n");
    for format in FORMATS {
        let mark = if format.proof == Proof::Loaded { '*' } else { ' ' };
        out += &format!("  {:<14} {mark} {}\n", format.name, format.about);
    }
    let beside = [
        ("parquet", cfg!(feature = "parquet"), "one file with a row for each record"),
        ("sqlite", cfg!(feature = "sqlite"), "one database with full-text search, for tamis search and tamis graph"),
    ];
    for (name, built, about) in beside {
        let built = if built { String::new() } else { format!("; not in this build: cargo build --features {name}") };
        out += &format!("  {name:<14} * {about}{built}\n");
    }
    out
}
