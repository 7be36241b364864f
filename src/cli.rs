//! The command line: one file per subcommand, exit codes in one place.

use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::error::Error;
use crate::run::WORKER;

#[cfg(feature = "sqlite")]
mod archive;
mod config;
mod diff;
mod eval;
mod explain;
mod export;
mod forget;
mod formats;
mod from;
mod probe;
mod report;
mod rules;
mod run;
mod schema;
mod status;
mod survey;
mod verify;

/// Turns dumps of news articles into clean JSONL for search and graph tools.
///
/// tamis reads text, pages, JSONL, tables, crawls, feeds, messages and archives of them, packed or not, and writes one JSON record per article: clean text,
/// title, language, publication date, dates, entities with ids, and what was changed or removed, by which rule.
#[derive(Parser)]
#[command(name = "tamis", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
#[allow(clippy::large_enum_variant)] // there is one, made once
enum Command {
    Run(run::Arguments),
    Status(status::Arguments),
    Verify(verify::Arguments),
    Forget(forget::Arguments),
    Formats(formats::Arguments),
    Schema(schema::Arguments),
    Rules(rules::Arguments),
    Survey(survey::Arguments),
    Explain(explain::Arguments),
    Eval(eval::Arguments),
    Diff(diff::Arguments),
    Export(export::Arguments),
    Report(report::Arguments),
    #[cfg(feature = "sqlite")]
    Search(archive::Search),
    #[cfg(feature = "sqlite")]
    Graph(archive::Neighbours),
}

const EXIT_CODES: &str = "Exit codes: 0 all documents became records, 1 some were rejected, 2 the run failed, 130 and 143 it was interrupted.";

/// How a command ended, when it did not fail.
pub(crate) enum Outcome {
    /// All is well.
    Done,
    /// Some documents gave no record.
    Rejected,
    /// A signal ended it.
    Interrupted(i32),
}

/// The command line as clap knows it, for what is generated from it: completions and manual pages.
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Runs the command that the arguments of this process ask for.
pub fn main() -> ExitCode {
    quiet_workers();
    let result = match Arguments::parse().command {
        Command::Run(arguments) => run::run(arguments),
        Command::Status(arguments) => status::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Forget(arguments) => forget::run(&arguments),
        Command::Formats(arguments) => formats::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Rules(arguments) => rules::run(&arguments),
        Command::Survey(arguments) => survey::run(arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Eval(arguments) => eval::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Report(arguments) => report::run(&arguments),
        #[cfg(feature = "sqlite")]
        Command::Search(arguments) => archive::search(&arguments),
        #[cfg(feature = "sqlite")]
        Command::Graph(arguments) => archive::graph(&arguments),
    };
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Rejected) => ExitCode::from(1),
        // As shells report it.
        Ok(Outcome::Interrupted(signal)) => ExitCode::from(128u8.saturating_add(u8::try_from(signal).unwrap_or(0))),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "tamis: {error}");
            ExitCode::from(2)
        }
    }
}

/// A panic of a worker becomes a reject that says what happened; printing it as well would only tear the progress bar.
fn quiet_workers() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !std::thread::current().name().is_some_and(|name| name.starts_with(WORKER)) {
            default(info);
        }
    }));
}

/// Prints to standard output; a reader that went away is content.
fn print(text: &str) -> Result<Outcome, Error> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::io(std::path::Path::new("standard output"), "write to", e))
        }
        _ => Ok(Outcome::Done),
    }
}
