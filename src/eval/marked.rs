//! Gold for dates in single sentences: the words of each date stand in brackets with their value behind them.
//!
//! An article holds few dates and most of them of the same kind; sentences show every way to say one. Only the stage
//! `dates` reads them.

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::document::{DateMention, Document};
use crate::error::Error;
use crate::eval::gold::Split;
use crate::eval::score::{Figures, Tally};
use crate::language::Lang;
use crate::pipeline::Pipeline;
use crate::read::dump::Dump;

const ENDING: &str = ".dates.toml";

/// A file of sentences.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sentences {
    /// Whether they may be tuned on.
    #[serde(default)]
    pub split: Split,
    /// ISO 639-1.
    pub language: String,
    /// The sentences, or runs of them that belong together.
    pub text: Vec<Text>,
    /// The file as it was read.
    #[serde(skip)]
    pub source: String,
}

/// One text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// The day that relative dates count from, as fine as it is known.
    pub published: Option<String>,
    /// The text with its dates as `[words => value]`; with `?` behind the value a date is optional.
    pub marked: String,
}

/// A date in brackets.
#[derive(Debug, PartialEq, Eq)]
pub struct Mark {
    /// Bytes of the text without brackets.
    pub at: Range<usize>,
    /// TIMEX3 or EDTF.
    pub value: String,
    /// Good if found, no fault if not.
    pub optional: bool,
}

/// Every file of marked sentences below `folders`.
///
/// # Errors
/// [`Error::Io`] for a folder that cannot be read.
pub fn find(folders: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let files = Dump::find(folders)?.files.into_iter().map(|file| file.path);
    Ok(files.filter(|path| path.to_string_lossy().ends_with(ENDING)).collect())
}

impl Sentences {
    /// Reads a file.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be read, [`Error::Rules`] when it is no such file.
    pub fn read(path: &Path) -> Result<Sentences, Error> {
        let text = std::fs::read_to_string(path).map_err(|e| Error::io(path, "read", e))?;
        let mut all: Sentences = toml::from_str(&text)
            .map_err(|e| Error::rules_at(&path.display().to_string(), &text, e.span().map(|s| s.start), e.message()))?;
        all.source = text;
        Ok(all)
    }
}

/// The text without brackets, and what stood in them. Brackets without ` => ` stay.
pub fn marks(marked: &str) -> (String, Vec<Mark>) {
    let (mut text, mut marks, mut rest) = (String::new(), Vec::new(), marked);
    while let Some(open) = rest.find('[') {
        text.push_str(&rest[..open]);
        let inner = rest[open + 1..].find(']').map(|len| &rest[open + 1..open + 1 + len]);
        if let Some((words, value)) = inner.and_then(|i| i.split_once(" => ")) {
            let start = text.len();
            text.push_str(words);
            let required = value.trim_end_matches('?');
            marks.push(Mark { at: start..text.len(), value: required.into(), optional: required.len() < value.len() });
            rest = &rest[open + words.len() + " => ".len() + value.len() + 2..];
        } else {
            text.push('[');
            rest = &rest[open + 1..];
        }
    }
    text.push_str(rest);
    (text, marks)
}

/// What the stage `dates` of `pipeline` finds in `text`.
pub fn dates_of(pipeline: &Pipeline, text: &str, language: &str, published: Option<&str>) -> Vec<DateMention> {
    let mut doc = Document::from_text(text.to_string());
    doc.meta.language = Lang::parse(language);
    doc.meta.published.value = published.map(str::to_string);
    let stage = pipeline.stages().iter().position(|s| s.name == "dates");
    match stage.map(|n| pipeline.refine_by(n, &mut doc)) {
        Some(Ok(())) => doc.dates().to_vec(),
        _ => Vec::new(),
    }
}

/// Scores what the stage `dates` makes of one text.
pub fn compare(
    pipeline: &Pipeline,
    language: &str,
    wanted: &Text,
    faults: &mut Vec<(&'static str, String)>,
) -> Figures {
    let (text, marks) = marks(&wanted.marked);
    let found = dates_of(pipeline, &text, language, wanted.published.as_deref());
    let meets = |a: &Range<usize>, b: &Range<usize>| a.start < b.end && b.start < a.end;
    let (mut spans, mut values) = (Tally::default(), Tally::default());
    for mark in marks.iter().filter(|m| !m.optional) {
        spans.wanted += 1;
        // Of two that lie in the brackets, the longer is meant.
        let hit = found
            .iter()
            .filter(|d| meets(&d.at, &mark.at))
            .max_by_key(|d| d.at.end.min(mark.at.end) - d.at.start.max(mark.at.start));
        let Some(hit) = hit else {
            faults.push(("dates.marked", format!("{:?} was not found", &text[mark.at.clone()])));
            continue;
        };
        spans.right += 1;
        let same = hit.value.as_ref() == Some(&mark.value) || hit.edtf.as_ref() == Some(&mark.value);
        values.add(Tally::of(usize::from(same), 1));
        if !same {
            let words = &text[mark.at.clone()];
            faults.push(("dates.marked-values", format!("{words:?} is {:?}, not {:?}", hit.value, mark.value)));
        }
    }
    spans.found = spans.right;
    for date in found.iter().filter(|d| !marks.iter().any(|m| meets(&d.at, &m.at))) {
        spans.found += 1;
        faults.push(("dates.marked", format!("{:?} is no date", &text[date.at.clone()])));
    }
    Figures::from([("dates.marked", spans), ("dates.marked-values", values)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Options;

    #[test]
    fn brackets_are_taken_out_and_kept_in_mind() {
        let (text, marks) = marks("[sic] On [Monday => 2019-02-11], [soon => FUTURE_REF?]");
        assert_eq!(text, "[sic] On Monday, soon");
        assert_eq!(marks[0], Mark { at: 9..15, value: "2019-02-11".into(), optional: false });
        assert_eq!(marks[1], Mark { at: 17..21, value: "FUTURE_REF".into(), optional: true });
    }

    #[test]
    fn what_is_missed_or_too_much_is_told() {
        let pipeline = Pipeline::new(&Options::default()).unwrap();
        let wanted = Text {
            published: Some("2019-02-12".into()),
            marked: "[Hier => 2019-02-12], puis [le grand jour => 2019-03-01] et demain.".into(),
        };
        let mut faults = Vec::new();
        let figures = compare(&pipeline, "fr", &wanted, &mut faults);
        assert_eq!(figures["dates.marked"], Tally { right: 1, found: 2, wanted: 2 });
        assert_eq!(figures["dates.marked-values"], Tally::of(0, 1));
        assert_eq!(faults.len(), 3);
    }
}
