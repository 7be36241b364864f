//! Makes what is learnt from data.

use std::error::Error;

pub mod boilerplate;
pub mod entities;
pub mod language;

/// What is to be made.
#[derive(clap::Subcommand)]
pub enum Train {
    /// The n-gram model that tells languages apart
    Language(language::Arguments),
    /// The tagger of names of one language
    Entities(entities::Arguments),
    /// The model of lines that are no part of an article
    Boilerplate(boilerplate::Arguments),
}

/// Makes it.
///
/// # Errors
/// A source that cannot be read.
pub fn train(what: &Train) -> Result<(), Box<dyn Error>> {
    match what {
        Train::Language(arguments) => language::make(arguments),
        Train::Entities(arguments) => entities::make(arguments),
        Train::Boilerplate(arguments) => boilerplate::make(arguments),
    }
}
