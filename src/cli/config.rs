//! `tamis.toml`: the same settings as the flags of `tamis run`, for a dump that is processed again and again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::Error;

/// The name that is looked for in the current folder.
pub const DEFAULT: &str = "tamis.toml";

/// Settings of a file; a flag overrides each.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    pub paths: Option<Vec<PathBuf>>,
    pub output: Option<PathBuf>,
    pub from: Option<String>,
    pub include: Option<Vec<String>>,
    pub exclude: Option<Vec<String>>,
    pub only: Option<Vec<String>>,
    pub skip: Option<Vec<String>>,
    pub disable: Option<Vec<String>>,
    pub jobs: Option<usize>,
    pub field: Option<BTreeMap<String, String>>,
    pub rules: Option<PathBuf>,
    pub audit: Option<String>,
    pub survey: Option<PathBuf>,
    pub latest: Option<bool>,
    /// Bytes.
    pub max_document: Option<usize>,
    /// Bytes.
    pub max_line: Option<usize>,
}

impl Config {
    /// Reads `path`, or [`DEFAULT`] where it is there and no path is given.
    ///
    /// # Errors
    /// [`Error::Io`], or [`Error::Rules`] with file and line.
    pub fn read(path: Option<&Path>) -> Result<Config, Error> {
        let path = match path {
            Some(path) => path,
            None if Path::new(DEFAULT).exists() => Path::new(DEFAULT),
            None => return Ok(Config::default()),
        };
        let text = std::fs::read_to_string(path).map_err(|e| Error::io(path, "read", e))?;
        toml::from_str(&text)
            .map_err(|e| Error::rules_at(&path.to_string_lossy(), &text, e.span().map(|s| s.start), e.message()))
    }
}
