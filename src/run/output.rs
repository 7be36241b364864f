//! Where records and rejects go.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Reject};
use crate::read::dump::Place;
use crate::run::folder::Folder;
use crate::run::summary::Summary;

/// Where records and rejects go.
pub enum Output {
    /// Shards and a manifest.
    Folder(Box<Folder>),
    /// Standard output and standard error.
    Stdout(BufWriter<io::Stdout>),
    /// Nowhere.
    Nowhere,
}

/// One line of a file of rejects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectLine {
    /// The file, and behind `!/` the member of an archive.
    pub path: String,
    /// Number within the file, from 0.
    pub record: u64,
    /// Where it begins in the unpacked file, in bytes.
    pub offset: u64,
    /// Bytes that it takes there.
    pub length: u64,
    /// `read`, or the stage that gave up.
    pub stage: String,
    /// Stable name of the reason.
    pub reason: String,
    /// What was seen.
    pub detail: String,
    /// What to do about it.
    pub advice: String,
}

impl RejectLine {
    /// The line for a reject.
    pub fn new(place: &Place, reject: &Reject) -> RejectLine {
        RejectLine {
            path: place.path.to_string(),
            record: place.record,
            offset: place.offset,
            length: place.length,
            stage: reject.stage.to_string(),
            reason: reject.reason.name().to_string(),
            detail: reject.detail.clone(),
            advice: reject.reason.advice().to_string(),
        }
    }
}

impl Output {
    /// Standard output.
    pub fn stdout() -> Output {
        Output::Stdout(BufWriter::with_capacity(1 << 18, io::stdout()))
    }

    /// Writes one record, a line of JSON with its line feed; `false` when the reader has gone.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn record(&mut self, line: &[u8]) -> Result<bool, Error> {
        match self {
            Output::Folder(folder) => folder.record(line).map(|()| true),
            Output::Stdout(out) => listened(out.write_all(line)),
            Output::Nowhere => Ok(true),
        }
    }

    /// Writes one reject.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn reject(&mut self, place: &Place, reject: &Reject) -> Result<bool, Error> {
        match self {
            Output::Folder(folder) => folder.reject(&RejectLine::new(place, reject)).map(|()| true),
            Output::Stdout(_) | Output::Nowhere => {
                let path = shown(&place.path);
                let what = shown(&reject.to_string());
                let line = format!("rejected {path} record {} offset {}: {what}", place.record, place.offset);
                let _ = writeln!(io::stderr(), "{line}");
                Ok(true)
            }
        }
    }

    /// Closes everything.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn finish(&mut self, summary: &Summary) -> Result<(), Error> {
        match self {
            Output::Folder(folder) => folder.finish(),
            Output::Stdout(_) if summary.cut_short => Ok(()),
            Output::Stdout(out) => listened(out.flush()).map(|_| ()),
            Output::Nowhere => Ok(()),
        }
    }
}

/// Names of files and what stands in them may hold anything; a terminal must not act on it.
pub fn shown(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    text.chars().map(|c| if hidden(c) { '\u{fffd}' } else { c }).collect()
}

/// A closed pipe is no error: its reader has what it wanted.
fn listened(result: io::Result<()>) -> Result<bool, Error> {
    match result {
        Ok(()) => Ok(true),
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(e) => Err(Error::io(Path::new("standard output"), "write to", e)),
    }
}

/// Writes a small file beside its name and renames it, so that no half of it is ever seen.
///
/// # Errors
/// [`Error::Io`].
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |e| Error::io(path, "write to", e);
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".tmp");
    let temporary = path.with_file_name(name);
    let mut file = File::create(&temporary).map_err(failed)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if let Err(e) = written {
        let _ = fs::remove_file(&temporary);
        return Err(failed(e));
    }
    fs::rename(&temporary, path).map_err(failed)?;
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// Waits until the names in a folder are safe on disk.
///
/// # Errors
/// [`Error::Io`].
pub fn sync_folder(folder: &Path) -> Result<(), Error> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    // Not every system lets a folder be opened; there a rename is as safe as it gets.
    match File::open(folder) {
        Ok(opened) if cfg!(unix) => opened.sync_all().map_err(|e| Error::io(folder, "write to", e)),
        Err(e) if cfg!(unix) => Err(Error::io(folder, "write to", e)),
        _ => Ok(()),
    }
}
