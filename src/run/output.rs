//! Where records and rejects go. A file appears under its name only when it is complete and safe on disk.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::{Error, Reject};
use crate::pipeline::Pipeline;
use crate::read::dump::Place;
use crate::run::Target;
use crate::run::manifest::Entry;
use crate::run::summary::Summary;

/// A shard is closed when it has reached this many bytes.
const SHARD_BYTES: u64 = 256 << 20;
const TEMPORARY: &str = ".tmp";
const MANIFEST: &str = "manifest.jsonl";

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
#[derive(Serialize)]
struct RejectLine<'a> {
    path: &'a str,
    record: u64,
    offset: u64,
    reason: &'static str,
    detail: &'a str,
    advice: &'static str,
}

impl Output {
    /// Opens `target`; a folder is made where there is none.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be written to.
    pub fn open(target: &Target, pipeline: &Pipeline) -> Result<Output, Error> {
        Ok(match target {
            Target::Folder(root) => Output::Folder(Box::new(Folder::open(root, pipeline)?)),
            Target::Stdout => Output::Stdout(BufWriter::with_capacity(1 << 18, io::stdout())),
            Target::Nowhere => Output::Nowhere,
        })
    }

    /// Writes one record, a line of JSON with its line feed; `false` when the reader has gone.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn record(&mut self, line: &[u8]) -> Result<bool, Error> {
        match self {
            Output::Folder(folder) => folder.write(ARTICLES, line).map(|()| true),
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
            Output::Folder(folder) => {
                let line = RejectLine {
                    path: &place.path,
                    record: place.record,
                    offset: place.offset,
                    reason: reject.reason.name(),
                    detail: &reject.detail,
                    advice: reject.reason.advice(),
                };
                let mut line = serde_json::to_vec(&line).map_err(|e| folder.failed(e.into()))?;
                line.push(b'\n');
                folder.write(REJECTS, &line).map(|()| true)
            }
            Output::Stdout(_) | Output::Nowhere => {
                // Names of files may hold anything; a terminal must not act on it.
                let path: String = place.path.escape_debug().collect();
                let line = format!("rejected {path} record {} offset {}: {reject}", place.record, place.offset);
                let _ = writeln!(io::stderr(), "{}", line.replace(char::is_control, "\u{fffd}"));
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
    name.push(TEMPORARY);
    let temporary = path.with_file_name(name);
    let mut file = File::create(&temporary).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::rename(&temporary, path).map_err(failed)
}

const ARTICLES: usize = 0;
const REJECTS: usize = 1;
const SERIES: [&str; 2] = ["articles", "rejects"];

/// A folder of shards.
pub struct Folder {
    root: PathBuf,
    rules: String,
    survey: Option<String>,
    open: [Option<Shard>; 2],
    finished: [u64; 2],
    manifest: File,
}

struct Shard {
    file: BufWriter<File>,
    temporary: PathBuf,
    hash: blake3::Hasher,
    lines: u64,
    bytes: u64,
}

impl Folder {
    fn open(root: &Path, pipeline: &Pipeline) -> Result<Folder, Error> {
        let make = |path: &Path| fs::create_dir_all(path).map_err(|e| Error::io(path, "write to", e));
        for series in SERIES {
            make(&root.join(series))?;
        }
        // What an earlier run left half done is worthless, and its manifest speaks of files that are about to go.
        let temporary = root.join(TEMPORARY);
        if temporary.exists() {
            fs::remove_dir_all(&temporary).map_err(|e| Error::io(&temporary, "clear", e))?;
        }
        make(&temporary)?;
        let path = root.join(MANIFEST);
        let manifest = File::create(&path).map_err(|e| Error::io(&path, "write to", e))?;
        Ok(Folder {
            root: root.to_path_buf(),
            rules: pipeline.rules().fingerprint().to_hex().to_string(),
            survey: pipeline.survey().map(|s| s.hash().to_hex().to_string()),
            open: [None, None],
            finished: [0, 0],
            manifest,
        })
    }

    fn failed(&self, e: io::Error) -> Error {
        Error::io(&self.root, "write to", e)
    }

    fn write(&mut self, series: usize, line: &[u8]) -> Result<(), Error> {
        if self.open[series].is_none() {
            self.open[series] = Some(self.start(series)?);
        }
        let Some(shard) = &mut self.open[series] else { return Ok(()) };
        shard.hash.update(line);
        shard.lines += 1;
        shard.bytes += line.len() as u64;
        let full = shard.bytes >= SHARD_BYTES;
        shard.file.write_all(line).map_err(|e| self.failed(e))?;
        if full { self.close(series) } else { Ok(()) }
    }

    fn start(&self, series: usize) -> Result<Shard, Error> {
        let temporary =
            self.root.join(TEMPORARY).join(format!("{}-{:05}.jsonl", SERIES[series], self.finished[series]));
        let file = File::create(&temporary).map_err(|e| Error::io(&temporary, "write to", e))?;
        Ok(Shard {
            file: BufWriter::with_capacity(1 << 18, file),
            temporary,
            hash: blake3::Hasher::new(),
            lines: 0,
            bytes: 0,
        })
    }

    /// Data to disk, then the name, then the folder, then the manifest: in this order nothing is named that is not there.
    fn close(&mut self, series: usize) -> Result<(), Error> {
        let Some(shard) = self.open[series].take() else { return Ok(()) };
        let name = format!("{}/{:05}.jsonl", SERIES[series], self.finished[series]);
        let file = shard.file.into_inner().map_err(|e| self.failed(e.into_error()))?;
        file.sync_all().map_err(|e| self.failed(e))?;
        fs::rename(&shard.temporary, self.root.join(&name)).map_err(|e| self.failed(e))?;
        File::open(self.root.join(SERIES[series])).and_then(|d| d.sync_all()).map_err(|e| self.failed(e))?;
        self.finished[series] += 1;
        let entry = Entry {
            file: name,
            lines: shard.lines,
            bytes: shard.bytes,
            blake3: shard.hash.finalize().to_hex().to_string(),
            tamis: env!("CARGO_PKG_VERSION"),
            rules: self.rules.clone(),
            survey: self.survey.clone(),
        };
        let mut line = serde_json::to_vec(&entry).map_err(|e| self.failed(e.into()))?;
        line.push(b'\n');
        self.manifest.write_all(&line).and_then(|()| self.manifest.sync_all()).map_err(|e| self.failed(e))
    }

    fn finish(&mut self) -> Result<(), Error> {
        for series in [ARTICLES, REJECTS] {
            self.close(series)?;
            self.remove_stale(series)?;
        }
        let temporary = self.root.join(TEMPORARY);
        fs::remove_dir_all(&temporary).map_err(|e| Error::io(&temporary, "clear", e))
    }

    /// Removes the shards of an earlier, longer run.
    fn remove_stale(&self, series: usize) -> Result<(), Error> {
        let mut number = self.finished[series];
        loop {
            let path = self.root.join(format!("{}/{number:05}.jsonl", SERIES[series]));
            match fs::remove_file(&path) {
                Ok(()) => number += 1,
                Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
                Err(e) => return Err(Error::io(&path, "replace", e)),
            }
        }
    }
}
