//! The format of gold: TOML, one file for each input file, everything named by its words and nothing by offsets.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::Error;
use crate::eval::marked;
use crate::read::dump::Dump;

const ENDING: &str = ".gold.toml";

/// What the program may be tuned on, and what it may not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// Scored by default; people look at its faults.
    #[default]
    Tune,
    /// Held back: scored, but nobody tunes on it.
    Held,
}

/// The gold of one input file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gold {
    /// Whether it may be tuned on.
    #[serde(default)]
    pub split: Split,
    /// The figures that it can tell, by the start of their name such as `entities`; empty: all.
    #[serde(default)]
    pub figures: Vec<String>,
    /// One for each record of the input, in order.
    #[serde(rename = "document")]
    pub documents: Vec<Document>,
    /// The file as it was read.
    #[serde(skip)]
    pub source: String,
}

/// What should become of one article.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// ISO 639-1.
    pub language: String,
    /// Headline.
    pub title: Option<String>,
    /// Standfirst; also the first block of `text`.
    pub subtitle: Option<String>,
    /// Who wrote it.
    #[serde(default)]
    pub authors: Vec<String>,
    /// Name of the site.
    pub site: Option<String>,
    /// As fine as the input tells.
    pub published: Option<String>,
    /// The article without its title, one blank line between blocks.
    pub text: String,
    /// What must not come out.
    #[serde(default)]
    pub drop: Vec<Drop>,
    /// What must be mended.
    #[serde(default)]
    pub edits: Vec<Edit>,
    /// What looks wrong and must stay.
    #[serde(default)]
    pub keep: Vec<String>,
    /// Dates and times in title and text, in order.
    #[serde(default)]
    pub dates: Vec<Date>,
    /// Who and what title and text name.
    #[serde(default)]
    pub entities: Vec<Entity>,
    /// Words of another language spun into the text.
    #[serde(default)]
    pub foreign: Vec<String>,
}

/// A block or a part of one that is no part of the article.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drop {
    /// Its kind, as in a record's `removed`.
    pub kind: String,
    /// Its words, as they stand in the input.
    pub text: String,
}

/// Words that must be mended.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// The kind of damage.
    pub kind: String,
    /// As they stand in the input.
    pub before: String,
    /// As they should come out.
    pub after: String,
}

/// A date or time.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Date {
    /// The words.
    pub text: String,
    /// TIMEX3 type.
    #[serde(rename = "type")]
    pub kind: String,
    /// TIMEX3 value; none where the article cannot tell it.
    pub value: Option<String>,
    /// Good if found, no fault if not.
    #[serde(default)]
    pub optional: bool,
}

/// Somebody or something that is named.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entity {
    /// `PER`, `LOC`, `ORG`, `EVENT` or `MISC`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its Wikidata id; none where tamis could not know one.
    pub id: Option<String>,
    /// Every form in which title or text name it.
    pub mentions: Vec<String>,
    /// Good if found, no fault if not.
    #[serde(default)]
    pub optional: bool,
}

impl Gold {
    /// Whether it can tell a figure.
    pub fn tells(&self, figure: &str) -> bool {
        self.figures.is_empty() || self.figures.iter().any(|start| figure.starts_with(start.as_str()))
    }

    /// Reads a file of gold.
    ///
    /// # Errors
    /// [`Error::Io`], or [`Error::Rules`] with file and line.
    pub fn read(path: &Path) -> Result<Gold, Error> {
        let source = std::fs::read_to_string(path).map_err(|e| Error::io(path, "read", e))?;
        let mut gold: Gold = toml::from_str(&source).map_err(|e| {
            Error::rules_at(&path.display().to_string(), &source, e.span().map(|s| s.start), e.message())
        })?;
        gold.source = source;
        Ok(gold)
    }
}

/// Every input file below `folders` that has gold beside it or in one of the folders of `gold`, with its gold, in order.
///
/// # Errors
/// [`Error::Io`] for a folder that cannot be read, [`Error::Usage`] when no file has gold.
pub fn find(folders: &[PathBuf], gold: &[PathBuf]) -> Result<Vec<(PathBuf, PathBuf)>, Error> {
    let mut pairs = Vec::new();
    for input in Dump::find(folders)?.files.into_iter().map(|f| f.path) {
        let Some(name) = input.file_name().map(|n| n.to_string_lossy().to_string()) else { continue };
        let beside = input.parent().map(Path::to_path_buf);
        let found =
            beside.iter().chain(gold).map(|folder| folder.join(format!("{name}{ENDING}"))).find(|p| p.is_file());
        if let Some(found) = found.filter(|_| !name.ends_with(ENDING)) {
            pairs.push((input, found));
        }
    }
    if pairs.is_empty() && marked::find(folders)?.is_empty() {
        return Err(Error::Usage(format!(
            "no file there has gold: for an input file NAME write NAME{ENDING} beside it (eval/gold/README.md says how), \
             or name the folder of the gold with --gold"
        )));
    }
    Ok(pairs)
}
