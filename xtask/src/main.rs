//! Developer tools of tamis, run as `cargo xtask …`.
//!
//! What is made here (word lexica, later weights) is committed below `models/`, so that building tamis needs neither
//! these tools nor their dependencies, and no network.

#![forbid(unsafe_code)]
// These tools read packages that a developer fetched, and write below models/ under git's eyes.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod lexicon;
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
    /// Make the word lexica of one language from unpacked open packages (see models/PROVENANCE.md)
    Lexicon(lexicon::Arguments),
    /// Train a model from unpacked open packages (see models/PROVENANCE.md)
    #[command(subcommand)]
    Train(train::Train),
}

fn main() -> ExitCode {
    let made = match Arguments::parse().command {
        Command::Lexicon(arguments) => lexicon::make(&arguments),
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
