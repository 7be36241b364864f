//! What can go wrong, in two sizes: a [`Reject`] ends one document and nothing else, an [`Error`] ends the run.

use std::fmt;
use std::path::{Path, PathBuf};

/// Why one document was not turned into a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// No bytes, or nothing but white space.
    Empty,
    /// The bytes are not text.
    Binary,
    /// No charset that tamis may use decodes the bytes.
    Undecodable,
    /// Larger than [`crate::Limits`] allows.
    TooLarge,
    /// A line longer than [`crate::Limits`] allows.
    LineTooLong,
    /// Markup or JSON nested deeper than [`crate::Limits`] allows.
    TooDeep,
    /// Neither text, HTML nor JSONL.
    UnknownFormat,
    /// A line of JSONL that is not a JSON object.
    BadJson,
    /// A JSON object without a text or html field.
    NoText,
    /// A row of a table that does not fit its columns.
    BadRow,
    /// An answer of a server, a page of a wiki or a part of a message that is no article.
    NoPage,
    /// Every block is boilerplate.
    NoArticle,
    /// A compressed file that ends early or fails its checksum.
    Damaged,
    /// A file that cannot be opened or read.
    Unreadable,
    /// A document that took many times what the largest may take.
    TooSlow,
    /// A document that ended the process that read it.
    Poison,
    /// A fault in tamis itself; please report it.
    Internal,
}

impl Reason {
    /// The stable name used in rejects and summaries.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Empty => "empty",
            Reason::Binary => "binary",
            Reason::Undecodable => "undecodable",
            Reason::TooLarge => "too-large",
            Reason::LineTooLong => "line-too-long",
            Reason::TooDeep => "too-deep",
            Reason::UnknownFormat => "unknown-format",
            Reason::BadJson => "bad-json",
            Reason::NoText => "no-text",
            Reason::BadRow => "bad-row",
            Reason::NoPage => "no-page",
            Reason::NoArticle => "no-article",
            Reason::Damaged => "damaged",
            Reason::Unreadable => "unreadable",
            Reason::TooSlow => "too-slow",
            Reason::Poison => "poison",
            Reason::Internal => "internal",
        }
    }

    /// One sentence that says what a person can do about it.
    pub fn advice(self) -> &'static str {
        match self {
            Reason::Empty => "nothing to do, unless the file should have had text",
            Reason::Binary => "leave it out, or convert it to text, HTML or JSONL first",
            Reason::Undecodable => "convert it to UTF-8 first",
            Reason::TooLarge => "split it, or raise `max-document` in tamis.toml",
            Reason::LineTooLong => "split the line, or raise `max-line` in tamis.toml",
            Reason::TooDeep => "the structure is nested beyond use; look at how it was made",
            Reason::UnknownFormat => "say what it is with --from; `tamis formats` lists what is read",
            Reason::BadJson => "mend the line; one JSON object a line is expected",
            Reason::NoText => "name the field that holds the text, as in --field text=body",
            Reason::BadRow => "look at its quotation marks and at the number of its fields",
            Reason::NoPage => "nothing to do, unless it should have been an article",
            Reason::NoArticle => {
                "nothing but navigation and offers was found; run it with --skip boilerplate to see the text"
            }
            Reason::Damaged => "fetch the file again; what could be read before the damage was kept",
            Reason::Unreadable => "check that the file exists and may be read",
            Reason::TooSlow | Reason::Poison => {
                "this is a bug in tamis: please report it with the document, which was kept away"
            }
            Reason::Internal => "this is a bug in tamis: please report it with the document",
        }
    }
}

/// One document that gives no record. It never stops a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The kind of fault.
    pub reason: Reason,
    /// What was seen, for a person.
    pub detail: String,
    /// Where it happened: `read`, or the name of a stage.
    pub stage: &'static str,
}

impl Reject {
    /// A reject for `reason`, with what was seen.
    pub fn new(reason: Reason, detail: impl Into<String>) -> Reject {
        Reject { reason, detail: detail.into(), stage: "read" }
    }
}

impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.reason.name(), self.detail, self.reason.advice())
    }
}

impl std::error::Error for Reject {}

/// What ends a run, or keeps it from starting.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A rule or configuration file that is refused, with the line (from 1) where one is known.
    Rules {
        /// The file, as the user would name it.
        file: String,
        /// The line, from 1.
        line: Option<usize>,
        /// What is wrong, for a person.
        what: String,
    },
    /// A file or folder that cannot be read or written.
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was being done, e.g. `read`.
        doing: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// A request that makes no sense, with what would.
    Usage(String),
    /// Documents read and documents accounted for differ: a fault in tamis itself.
    Unbalanced {
        /// Documents read.
        read: u64,
        /// Records written.
        written: u64,
        /// Documents rejected.
        rejected: u64,
    },
}

impl Error {
    /// An [`Error::Io`] for `path`.
    pub fn io(path: &Path, doing: &'static str, source: std::io::Error) -> Error {
        Error::Io { path: path.to_path_buf(), doing, source }
    }

    /// An [`Error::Rules`] without a line.
    pub fn rules(file: &str, what: impl Into<String>) -> Error {
        Error::Rules { file: file.to_string(), line: None, what: what.into() }
    }

    /// An [`Error::Rules`] whose line is that of byte `offset` of `text`.
    pub fn rules_at(file: &str, text: &str, offset: Option<usize>, what: impl Into<String>) -> Error {
        let line = offset.map(|o| text.as_bytes()[..o.min(text.len())].iter().filter(|b| **b == b'\n').count() + 1);
        Error::Rules { file: file.to_string(), line, what: what.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Rules { file, line: Some(line), what } => write!(f, "{file}:{line}: {what}"),
            Error::Rules { file, line: None, what } => write!(f, "{file}: {what}"),
            Error::Io { path, doing, source } => {
                write!(f, "cannot {doing} {}: {source}", path.display())?;
                match source.kind() {
                    std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                        f.write_str("; free some space and run it again: finished shards are kept")
                    }
                    std::io::ErrorKind::ReadOnlyFilesystem | std::io::ErrorKind::PermissionDenied
                        if *doing != "read" =>
                    {
                        f.write_str("; give an output folder that may be written to with -o")
                    }
                    _ => Ok(()),
                }
            }
            Error::Usage(what) => f.write_str(what),
            Error::Unbalanced { read, written, rejected } => write!(
                f,
                "{read} documents were read but {written} written and {rejected} rejected: the output is not complete; \
                 this is a bug in tamis, please report it"
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
