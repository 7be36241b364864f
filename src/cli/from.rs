//! The values of `--from`.

use clap::builder::PossibleValuesParser;

use crate::error::Error;
use crate::read::layout::{LAYOUTS, Layout};

/// Told from each file.
const AUTO: &str = "auto";

pub fn parser() -> PossibleValuesParser {
    let archive = |layout: Layout| matches!(layout, Layout::Tar | Layout::Zip);
    [AUTO]
        .into_iter()
        .chain(LAYOUTS.iter().filter(|row| !archive(row.layout)).map(|row| row.name))
        .collect::<Vec<_>>()
        .into()
}

/// The layout called `name`; `None` to tell it from each file.
pub fn layout(name: &str) -> Result<Option<Layout>, Error> {
    match Layout::from_name(name) {
        _ if name == AUTO => Ok(None),
        Some(layout) => Ok(Some(layout)),
        None => {
            let all: Vec<_> = LAYOUTS.iter().map(|row| row.name).collect();
            Err(Error::Usage(format!("from = {name:?} in the configuration: expected one of auto, {}", all.join(", "))))
        }
    }
}
