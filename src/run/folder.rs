//! The output folder: one run at a time, shards that appear under their names only when they are complete and safe on disk,
//! and a manifest that speaks of nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::run::manifest::{self, Entry, Input, Made, Manifest, Part};
use crate::run::output::{RejectLine, sync_folder};
use crate::run::state::{self, Stamp, Stamps};
use crate::run::withdrawn::Withdrawn;

const TEMPORARY: &str = ".tmp";
const LOCK: &str = ".lock";

/// The two kinds of files of a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Series {
    /// Records.
    Articles,
    /// Rejects.
    Rejects,
}

impl Series {
    /// Both.
    pub const ALL: [Series; 2] = [Series::Articles, Series::Rejects];

    /// The folder of its files.
    pub fn folder(self) -> &'static str {
        match self {
            Series::Articles => "articles",
            Series::Rejects => "rejects",
        }
    }

    /// The path of a shard's file below the output folder.
    pub fn file(self, shard: u64) -> String {
        format!("{}/{shard:05}.jsonl", self.folder())
    }
}

/// An output folder that this run alone writes to.
pub struct Folder {
    root: PathBuf,
    /// Held as long as the folder is.
    _lock: File,
    /// What is finished.
    pub manifest: Manifest,
    /// What is known to be unchanged.
    pub stamps: Stamps,
    /// What is to be kept out.
    pub withdrawn: Withdrawn,
    made: Made,
    shard: Option<Shard>,
    /// Stamps of the input, taken before it was read.
    inputs: BTreeMap<String, Option<Stamp>>,
}

/// A shard that is being written.
struct Shard {
    number: u64,
    files: [Option<Writing>; 2],
    reasons: BTreeMap<String, u64>,
    forgotten: u64,
}

struct Writing {
    file: BufWriter<File>,
    temporary: PathBuf,
    hash: blake3::Hasher,
    lines: u64,
    bytes: u64,
}

impl Folder {
    /// Takes the folder at `root`, and makes it where there is none. What an earlier run left half done is cleared away;
    /// with `fresh`, all that it finished too, but for the list of what was withdrawn.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be written to, [`Error::Usage`] while another run holds it.
    pub fn open(root: &Path, made: Made, fresh: bool) -> Result<Folder, Error> {
        let make = |path: &Path| fs::create_dir_all(path).map_err(|e| Error::io(path, "write to", e));
        make(root)?;
        let lock = lock(root)?;
        for series in Series::ALL {
            make(&root.join(series.folder()))?;
        }
        make(&root.join(state::NAME))?;
        let temporary = root.join(TEMPORARY);
        if temporary.exists() {
            fs::remove_dir_all(&temporary).map_err(|e| Error::io(&temporary, "clear", e))?;
        }
        make(&temporary)?;
        if fresh {
            let path = root.join(manifest::NAME);
            if path.exists() {
                fs::remove_file(&path).map_err(|e| Error::io(&path, "clear", e))?;
            }
        }
        let folder = Folder {
            manifest: Manifest::read(root)?,
            stamps: Stamps::read(root),
            withdrawn: Withdrawn::read(root)?,
            root: root.to_path_buf(),
            _lock: lock,
            made,
            shard: None,
            inputs: BTreeMap::new(),
        };
        Ok(folder)
    }

    /// The path of the folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What records are made with from now on.
    pub fn set_made(&mut self, made: Made) {
        self.made = made;
    }

    /// Remembers that a file has this stamp, for when a shard of it is finished.
    pub fn will_read(&mut self, label: &str, path: &Path) {
        self.inputs.insert(label.to_string(), Stamp::at(path));
    }

    /// Removes files of shards that the manifest does not speak of.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn clear_strays(&self) -> Result<(), Error> {
        for path in self.strays()? {
            fs::remove_file(&path).map_err(|e| Error::io(&path, "clear", e))?;
        }
        Ok(())
    }

    fn strays(&self) -> Result<Vec<PathBuf>, Error> {
        strays(&self.root, &self.manifest)
    }

    /// Begins a shard.
    pub fn begin(&mut self, number: u64) {
        self.shard = Some(Shard { number, files: [None, None], reasons: BTreeMap::new(), forgotten: 0 });
    }

    /// The number of the shard that is being written.
    pub fn shard(&self) -> Option<u64> {
        self.shard.as_ref().map(|s| s.number)
    }

    /// Writes one record.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn record(&mut self, line: &[u8]) -> Result<(), Error> {
        self.write(Series::Articles, line)
    }

    /// Counts a record that was withdrawn and is not written.
    pub fn withhold(&mut self) {
        if let Some(shard) = &mut self.shard {
            shard.forgotten += 1;
        }
    }

    /// Writes one reject.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn reject(&mut self, reject: &RejectLine) -> Result<(), Error> {
        if let Some(shard) = &mut self.shard {
            *shard.reasons.entry(reject.reason.clone()).or_default() += 1;
        }
        let mut line = serde_json::to_vec(reject).map_err(|e| self.failed(e.into()))?;
        line.push(b'\n');
        self.write(Series::Rejects, &line)
    }

    fn failed(&self, e: io::Error) -> Error {
        Error::io(&self.root, "write to", e)
    }

    fn write(&mut self, series: Series, line: &[u8]) -> Result<(), Error> {
        let temporary = self.root.join(TEMPORARY);
        let Some(shard) = &mut self.shard else { return Ok(()) };
        let slot = &mut shard.files[series as usize];
        let writing = match slot {
            Some(writing) => writing,
            None => {
                let path = temporary.join(format!("{}-{:05}.jsonl", series.folder(), shard.number));
                slot.insert(Writing::start(path)?)
            }
        };
        writing.line(line)
    }

    /// Ends the shard: data to disk, then names, then folders, then the manifest. In this order nothing is named that is
    /// not there.
    ///
    /// # Errors
    /// [`Error::Io`], or [`Error::Unbalanced`] when a document is not accounted for.
    pub fn commit(&mut self, inputs: Vec<Input>) -> Result<(), Error> {
        let Some(shard) = self.shard.take() else { return Ok(()) };
        let [articles, rejects] = shard.files;
        let articles = articles.map(Writing::close).transpose()?;
        let rejects = rejects.map(Writing::close).transpose()?;
        let lines = |closed: &Option<Closed>| closed.as_ref().map_or(0, |c| c.lines);
        let mut entry = Entry {
            shard: shard.number,
            read: inputs.iter().map(|i| i.records).sum(),
            inputs,
            written: lines(&articles),
            rejected: lines(&rejects),
            forgotten: shard.forgotten,
            reasons: shard.reasons,
            made: self.made.clone(),
            ..Entry::default()
        };
        if entry.read != entry.written + entry.rejected + entry.forgotten {
            return Err(Error::Unbalanced {
                read: entry.read,
                written: entry.written + entry.forgotten,
                rejected: entry.rejected,
            });
        }
        entry.articles = self.name(Series::Articles, shard.number, articles)?;
        entry.rejects = self.name(Series::Rejects, shard.number, rejects)?;
        for part in entry.parts() {
            self.stamps.learn(&part.file, Stamp::at(&self.root.join(&part.file)));
        }
        let ended: Vec<String> =
            entry.inputs.iter().filter(|i| i.last || i.part == 0).map(|i| i.path.clone()).collect();
        self.manifest.append(entry)?;
        for path in ended {
            if let Some(stamp) = self.inputs.get(&path) {
                self.stamps.learn(&path, *stamp);
            }
        }
        Ok(())
    }

    /// Gives a finished file its name, or takes the name away where there is no file.
    fn name(&self, series: Series, shard: u64, closed: Option<Closed>) -> Result<Option<Part>, Error> {
        let file = series.file(shard);
        let path = self.root.join(&file);
        let Some(closed) = closed else {
            return match fs::remove_file(&path) {
                Ok(()) => sync_folder(&self.root.join(series.folder())).map(|()| None),
                Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(e) => Err(Error::io(&path, "replace", e)),
            };
        };
        fs::rename(&closed.temporary, &path).map_err(|e| Error::io(&path, "write to", e))?;
        sync_folder(&self.root.join(series.folder()))?;
        Ok(Some(Part { file, lines: closed.lines, bytes: closed.bytes, blake3: closed.blake3 }))
    }

    /// Takes a shard out of the output.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn drop_shard(&mut self, shard: u64) -> Result<(), Error> {
        self.manifest.append(super::plan::dropped(shard))?;
        for series in Series::ALL {
            self.name(series, shard, None)?;
        }
        Ok(())
    }

    /// Writes the records of a finished shard anew, without those that `keep` refuses; `count` says under what they are
    /// counted from now on.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn thin(
        &mut self,
        shard: u64,
        keep: &mut dyn FnMut(u64, &[u8]) -> bool,
        count: fn(&mut Entry) -> &mut u64,
    ) -> Result<u64, Error> {
        let Some(mut entry) = self.manifest.entries().get(&shard).cloned() else { return Ok(0) };
        let Some(part) = &entry.articles else { return Ok(0) };
        let path = self.root.join(&part.file);
        let mut writing = Writing::start(self.root.join(TEMPORARY).join(format!("articles-{shard:05}.jsonl")))?;
        let mut removed = 0;
        each_line(&path, &mut |number, line| {
            if keep(number, line) {
                return writing.line(line);
            }
            removed += 1;
            Ok(())
        })?;
        let closed = writing.close()?;
        if removed == 0 {
            return fs::remove_file(&closed.temporary).map(|()| 0).map_err(|e| self.failed(e));
        }
        entry.written -= removed;
        *count(&mut entry) += removed;
        entry.articles = self.name(Series::Articles, shard, (closed.lines > 0).then_some(closed))?;
        for part in entry.parts() {
            self.stamps.learn(&part.file, Stamp::at(&self.root.join(&part.file)));
        }
        self.manifest.append(entry)?;
        Ok(removed)
    }

    /// Ends the run.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn finish(&mut self) -> Result<(), Error> {
        self.shard = None;
        self.manifest.compact()?;
        self.stamps.compact();
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        self.shard = None;
        let _ = fs::remove_dir_all(self.root.join(TEMPORARY));
    }
}

struct Closed {
    temporary: PathBuf,
    lines: u64,
    bytes: u64,
    blake3: String,
}

impl Writing {
    fn start(temporary: PathBuf) -> Result<Writing, Error> {
        let file = File::create(&temporary).map_err(|e| Error::io(&temporary, "write to", e))?;
        Ok(Writing {
            file: BufWriter::with_capacity(1 << 18, file),
            temporary,
            hash: blake3::Hasher::new(),
            lines: 0,
            bytes: 0,
        })
    }

    fn line(&mut self, line: &[u8]) -> Result<(), Error> {
        self.hash.update(line);
        self.lines += 1;
        self.bytes += line.len() as u64;
        self.file.write_all(line).map_err(|e| Error::io(&self.temporary, "write to", e))
    }

    fn close(mut self) -> Result<Closed, Error> {
        let written = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        written.map_err(|e| Error::io(&self.temporary, "write to", e))?;
        Ok(Closed {
            temporary: self.temporary,
            lines: self.lines,
            bytes: self.bytes,
            blake3: self.hash.finalize().to_hex().to_string(),
        })
    }
}

/// Hands every line of a file on, with its line feed and its number from 0.
///
/// # Errors
/// [`Error::Io`].
pub fn each_line(path: &Path, see: &mut dyn FnMut(u64, &[u8]) -> Result<(), Error>) -> Result<(), Error> {
    use std::io::BufRead;
    let failed = |e| Error::io(path, "read", e);
    let mut file = io::BufReader::with_capacity(1 << 18, File::open(path).map_err(failed)?);
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        if file.read_until(b'\n', &mut line).map_err(failed)? == 0 {
            return Ok(());
        }
        see(number, &line)?;
        number += 1;
    }
}

/// Files of shards that a manifest does not speak of.
///
/// # Errors
/// [`Error::Io`].
pub fn strays(root: &Path, manifest: &Manifest) -> Result<Vec<PathBuf>, Error> {
    let known: BTreeSet<&str> = manifest.entries().values().flat_map(Entry::parts).map(|p| p.file.as_str()).collect();
    let mut found = Vec::new();
    for series in Series::ALL {
        let folder = root.join(series.folder());
        let entries = match fs::read_dir(&folder) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            entries => entries.map_err(|e| Error::io(&folder, "read", e))?,
        };
        for entry in entries {
            let name = entry.map_err(|e| Error::io(&folder, "read", e))?.file_name();
            let Some(name) = name.to_str() else { continue };
            let ours =
                name.strip_suffix(".jsonl").is_some_and(|n| n.len() >= 5 && n.bytes().all(|b| b.is_ascii_digit()));
            if ours && !known.contains(format!("{}/{name}", series.folder()).as_str()) {
                found.push(folder.join(name));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Takes the lock of an output folder.
///
/// # Errors
/// [`Error::Usage`] while another holds it.
pub fn lock(root: &Path) -> Result<File, Error> {
    let path = root.join(LOCK);
    let file = File::create(&path).map_err(|e| Error::io(&path, "write to", e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => {
            let folder = root.display();
            Err(Error::Usage(format!(
                "another run is writing to {folder}; wait for it, or give this one a folder of its own with -o"
            )))
        }
        // Some network file systems know no locks; a run there is its user's to guard.
        Err(fs::TryLockError::Error(e)) if e.kind() == io::ErrorKind::Unsupported => Ok(file),
        Err(fs::TryLockError::Error(e)) => Err(Error::io(&path, "lock", e)),
    }
}
