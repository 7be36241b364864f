//! Developer tools of tamis, run as `cargo xtask …`.
//!
//! What is made here (word lexica, later weights) is committed below `models/`, so that building tamis needs neither
//! these tools nor their dependencies, and no network.

#![forbid(unsafe_code)]
// These tools read packages that a developer fetched, and write below models/ under git's eyes.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod bench;
mod gazetteer;
mod lexicon;
mod manual;
mod random;
mod train;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "xtask", about = "Developer tools of tamis")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure speed on a generated dump of French news and print a table
    Bench(bench::Arguments),
    /// Write shell completions and manual pages
    Manual(manual::Arguments),
    /// Make the tables of names in rules/common from pinned packages and what is kept by hand (needs Python 3)
    Gazetteer(gazetteer::Arguments),
    /// Make the word lexica of one language from unpacked open packages (see models/PROVENANCE.md)
    Lexicon(lexicon::Arguments),
    /// Fit the weights by which the stage typos judges a change (see models/PROVENANCE.md)
    Slips(lexicon::slips::Arguments),
    /// Train a model from unpacked open packages (see models/PROVENANCE.md)
    #[command(subcommand)]
    Train(train::Train),
}

fn main() -> ExitCode {
    let made = match Arguments::parse().command {
        Command::Bench(arguments) => bench::measure(&arguments),
        Command::Manual(arguments) => manual::write(&arguments),
        Command::Gazetteer(arguments) => gazetteer::make(&arguments),
        Command::Lexicon(arguments) => lexicon::make(&arguments),
        Command::Slips(arguments) => lexicon::slips::fit(&arguments),
        Command::Train(what) => train::train(&what),
    };
    match made {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
