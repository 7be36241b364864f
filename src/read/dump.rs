//! From paths to raw records, in a fixed order: folders are walked by name, JSONL is cut into lines, all else is one
//! record a file. Nothing is decoded here, so one thread keeps many busy.

use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::error::{Error, Reason, Reject};
use crate::limits::Limits;
use crate::read::capped::Capped;
use crate::read::{Fields, Format, RawRecord};

/// How much of a file is looked at to tell its format.
const HEAD: usize = 16 << 10;

/// Formats that other tools read, and tamis not yet.
const FOREIGN_EXTENSIONS: &[&str] = &[
    "csv", "tsv", "parquet", "arrow", "warc", "zip", "tar", "tgz", "7z", "bz2", "xz", "pdf", "doc", "docx", "epub",
    "odt",
];

/// A record as it was found, or the reason why there is none at this place.
#[derive(Debug)]
pub enum Item {
    /// To be processed.
    Record(RawRecord),
    /// Already known to be none.
    Reject(Place, Reject),
}

/// Where something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as the user named it.
    pub path: Arc<str>,
    /// Number within the file, from 0.
    pub record: u64,
    /// Where it begins in the unpacked file, in bytes.
    pub offset: u64,
}

/// What to read and how.
#[derive(Clone, Debug, Default)]
pub struct Dump {
    /// Files with their sizes in bytes, in order.
    pub files: Vec<(PathBuf, u64)>,
    /// Whether standard input is read, after the files.
    pub stdin: bool,
    /// The format of everything; `None` to tell it from each file.
    pub format: Option<Format>,
    /// Names of JSONL fields.
    pub fields: Arc<Fields>,
}

impl Dump {
    /// Finds the files that `paths` name. A folder stands for all files below it, hidden ones apart; `-` is standard input.
    ///
    /// # Errors
    /// [`Error::Io`] for a path that is not there or a folder that cannot be read.
    pub fn find(paths: &[PathBuf]) -> Result<Dump, Error> {
        let mut dump = Dump::default();
        for path in paths {
            if path.as_os_str() == "-" {
                dump.stdin = true;
            } else {
                let meta = std::fs::metadata(path).map_err(|e| Error::io(path, "read", e))?;
                if meta.is_dir() { walk(path, &mut dump.files)? } else { dump.files.push((path.clone(), meta.len())) }
            }
        }
        Ok(dump)
    }

    /// Bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|(_, size)| size).sum()
    }

    /// Hands every item to `sink`, in order, until it answers `false`. Bytes read from disk are added to `progress`.
    pub fn read(&self, limits: &Limits, progress: &Arc<AtomicU64>, sink: &mut dyn FnMut(Item) -> bool) {
        for (path, _) in &self.files {
            let label: Arc<str> = path.to_string_lossy().replace('\\', "/").into();
            let opened = match std::fs::metadata(path) {
                Ok(meta) if !meta.is_file() => Err(io::Error::other("it is not a regular file")),
                _ => Capped::open(path, limits, progress.clone()),
            };
            if !self.read_one(&label, opened, limits, sink) {
                return;
            }
        }
        if self.stdin {
            self.read_one(&"-".into(), Capped::stream(io::stdin(), limits, progress.clone()), limits, sink);
        }
    }

    fn read_one(
        &self,
        label: &Arc<str>,
        opened: io::Result<Capped>,
        limits: &Limits,
        sink: &mut dyn FnMut(Item) -> bool,
    ) -> bool {
        let place = |record, offset| Place { path: label.clone(), record, offset };
        let mut input = match opened {
            Ok(input) => input,
            Err(e) => return sink(Item::Reject(place(0, 0), Reject::new(Reason::Unreadable, e.to_string()))),
        };
        let mut head = Vec::with_capacity(HEAD);
        if let Err(e) = (&mut input).take(HEAD as u64).read_to_end(&mut head) {
            return sink(Item::Reject(place(0, 0), unreadable(&e)));
        }
        let format = match self.format.map_or_else(|| format_of(label, &head), Ok) {
            Ok(format) => format,
            Err(reject) => return sink(Item::Reject(place(0, 0), reject)),
        };
        let found = Found { label, format, fields: &self.fields, limits };
        let input = io::Cursor::new(head).chain(input);
        match format {
            Format::Jsonl => found.lines(input, sink),
            Format::Text | Format::Html => sink(found.whole(input)),
        }
    }
}

fn walk(root: &Path, files: &mut Vec<(PathBuf, u64)>) -> Result<(), Error> {
    let mut todo = vec![root.to_path_buf()];
    let mut found = Vec::new();
    while let Some(folder) = todo.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|e| Error::io(&folder, "read", e))? {
            let entry = entry.map_err(|e| Error::io(&folder, "read", e))?;
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            // A link to a folder is not followed: it may lead back.
            let kind = entry.file_type().map_err(|e| Error::io(&entry.path(), "read", e))?;
            if kind.is_dir() {
                todo.push(entry.path());
            } else if !(kind.is_symlink() && entry.path().is_dir()) {
                let size = std::fs::metadata(entry.path()).map_or(0, |m| m.len());
                found.push((entry.path(), size));
            }
        }
    }
    found.sort_by(|a, b| a.0.as_os_str().as_encoded_bytes().cmp(b.0.as_os_str().as_encoded_bytes()));
    files.extend(found);
    Ok(())
}

fn format_of(label: &str, head: &[u8]) -> Result<Format, Reject> {
    let name = label.to_ascii_lowercase();
    let name = [".gz", ".zst"].iter().find_map(|e| name.strip_suffix(e)).unwrap_or(&name);
    let extension = name.rsplit('/').next().and_then(|n| n.rsplit_once('.')).map_or("", |(_, e)| e);
    let sniffed = Format::sniff(head)?;
    if FOREIGN_EXTENSIONS.contains(&extension) || head.starts_with(b"WARC/") {
        let what = if head.starts_with(b"WARC/") { "warc" } else { extension };
        return Err(Reject::new(Reason::UnknownFormat, format!("tamis does not read {what} files")));
    }
    match extension {
        "jsonl" | "ndjson" => Ok(Format::Jsonl),
        "html" | "htm" | "xhtml" => Ok(Format::Html),
        "json" if sniffed != Format::Jsonl => {
            Err(Reject::new(Reason::UnknownFormat, "JSON, but not one object a line"))
        }
        _ => Ok(sniffed),
    }
}

fn unreadable(e: &io::Error) -> Reject {
    match e.kind() {
        io::ErrorKind::FileTooLarge => Reject::new(Reason::TooLarge, e.to_string()),
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::InvalidData
        | io::ErrorKind::InvalidInput
        | io::ErrorKind::Other => Reject::new(Reason::Damaged, e.to_string()),
        _ => Reject::new(Reason::Unreadable, e.to_string()),
    }
}

/// One file whose format is known.
struct Found<'a> {
    label: &'a Arc<str>,
    format: Format,
    fields: &'a Arc<Fields>,
    limits: &'a Limits,
}

impl Found<'_> {
    fn record(&self, record: u64, offset: u64, bytes: Vec<u8>) -> Item {
        Item::Record(RawRecord {
            path: self.label.clone(),
            record,
            offset,
            format: self.format,
            bytes,
            fields: self.fields.clone(),
        })
    }

    fn reject(&self, record: u64, offset: u64, reject: Reject) -> Item {
        Item::Reject(Place { path: self.label.clone(), record, offset }, reject)
    }

    fn whole(&self, input: impl Read) -> Item {
        let mut bytes = Vec::new();
        let cap = self.limits.document_bytes;
        match input.take(cap as u64 + 1).read_to_end(&mut bytes) {
            Err(e) => self.reject(0, 0, unreadable(&e)),
            Ok(_) if bytes.len() > cap => {
                self.reject(0, 0, Reject::new(Reason::TooLarge, format!("more than {cap} bytes")))
            }
            Ok(_) => self.record(0, 0, bytes),
        }
    }

    /// Cuts at line feeds. A line over the cap is passed over without being held.
    fn lines(&self, mut input: impl BufRead, sink: &mut dyn FnMut(Item) -> bool) -> bool {
        let cap = self.limits.line_bytes;
        let (mut number, mut offset) = (0, 0);
        loop {
            let mut line = Vec::new();
            let read = (&mut input).take(cap as u64 + 1).read_until(b'\n', &mut line);
            let item = match read {
                Ok(0) if number == 0 => {
                    return sink(self.reject(0, 0, Reject::new(Reason::Empty, "no line in it")));
                }
                Ok(0) => return true,
                Err(e) => {
                    sink(self.reject(number, offset, unreadable(&e)));
                    return true;
                }
                Ok(n) if n > cap => {
                    let skipped = skip_line(&mut input);
                    let start = offset;
                    offset += (n as u64) + *skipped.as_ref().unwrap_or(&0);
                    if let Err(e) = skipped {
                        sink(self.reject(number, start, unreadable(&e)));
                        return true;
                    }
                    self.reject(number, start, Reject::new(Reason::LineTooLong, format!("more than {cap} bytes")))
                }
                Ok(n) => {
                    let start = offset;
                    offset += n as u64;
                    if line.trim_ascii().is_empty() {
                        continue;
                    }
                    self.record(number, start, line)
                }
            };
            number += 1;
            if !sink(item) {
                return false;
            }
        }
    }
}

/// Passes over the rest of a line; returns its length in bytes.
fn skip_line(input: &mut impl BufRead) -> io::Result<u64> {
    let mut skipped = 0;
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(skipped);
        }
        let end = memchr::memchr(b'\n', buffer);
        let n = end.map_or(buffer.len(), |i| i + 1);
        input.consume(n);
        skipped += n as u64;
        if end.is_some() {
            return Ok(skipped);
        }
    }
}
