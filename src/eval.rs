//! Measures the pipeline on articles whose right outcome was written down by hand.
//!
//! [`gold`] is the format of that, [`score`] compares one record with it, [`marked`] does both for dates in single
//! sentences, [`board`] adds up, prints the scoreboard and
//! holds it against pinned floors. `eval/gold/README.md` tells users how to write gold for a dump of their own.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::error::Error;
use crate::pipeline::Pipeline;
use crate::read::dump::{Dump, Item};
use crate::write::record::Record;

pub mod board;
pub mod gold;
pub mod marked;
pub mod score;

use board::Board;
use gold::{Gold, Split};
use marked::Sentences;

/// A difference between a record and its gold, for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The input file.
    pub path: PathBuf,
    /// The figure it lowers, e.g. `dates.values`.
    pub figure: &'static str,
    /// What was wanted and what came.
    pub what: String,
}

/// Runs `pipeline` over every file below `folders` that has gold, and scores what comes out. Only files of `split`
/// are read, and `gold` names further folders in which gold may lie.
///
/// # Errors
/// [`Error::Io`] for a file that cannot be read, [`Error::Rules`] for gold that is refused, [`Error::Usage`] where there is none.
pub fn run(
    pipeline: &Pipeline,
    folders: &[PathBuf],
    gold: &[PathBuf],
    split: Split,
) -> Result<(Board, Vec<Fault>), Error> {
    let mut board = Board::default();
    let mut faults = Vec::new();
    for (input, gold) in gold::find(folders, gold)? {
        let gold = Gold::read(&gold)?;
        if gold.split != split {
            continue;
        }
        let records = records(pipeline, &input)?;
        if records.len() != gold.documents.len() {
            return Err(Error::Usage(format!(
                "{} holds {} documents, its gold {}",
                input.display(),
                records.len(),
                gold.documents.len()
            )));
        }
        for (record, document) in records.iter().zip(&gold.documents) {
            let mut missed = Vec::new();
            let mut figures = score::compare(record.as_ref(), document, &mut missed);
            figures.retain(|figure, _| gold.tells(figure));
            missed.retain(|(figure, _)| gold.tells(figure));
            board.add(&document.language, &figures);
            faults.extend(missed.into_iter().map(|(figure, what)| Fault { path: input.clone(), figure, what }));
        }
        board.hash(&gold.source);
    }
    for path in marked::find(folders)? {
        let sentences = Sentences::read(&path)?;
        if sentences.split != split {
            continue;
        }
        for text in &sentences.text {
            let mut missed = Vec::new();
            board.add(&sentences.language, &marked::compare(pipeline, &sentences.language, text, &mut missed));
            faults.extend(missed.into_iter().map(|(figure, what)| Fault { path: path.clone(), figure, what }));
        }
        board.hash(&sentences.source);
    }
    Ok((board, faults))
}

/// What the pipeline makes of one file, in order; `None` for a reject.
fn records(pipeline: &Pipeline, file: &Path) -> Result<Vec<Option<Record>>, Error> {
    let dump = Dump::find(&[file.to_path_buf()])?;
    let mut records = Vec::new();
    dump.read(pipeline.limits(), &Arc::new(AtomicU64::new(0)), &mut |item| {
        records.push(match item {
            Item::Record(raw) => pipeline.process(&raw).ok(),
            Item::Reject(..) => None,
        });
        true
    });
    Ok(records)
}
