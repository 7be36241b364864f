//! A record as the exports see it: borrowed from its line where that is possible, and without what no tool downstream takes.

use std::borrow::Cow;

use serde::Deserialize;

use crate::partial_date::PartialDate;

/// What is read of a record. Offsets are code points.
#[derive(Debug, Deserialize)]
pub struct Article<'a> {
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    #[serde(borrow)]
    pub content_id: Cow<'a, str>,
    #[serde(borrow)]
    pub source: Source<'a>,
    #[serde(borrow, default)]
    pub url: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub site: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub language: Language<'a>,
    #[serde(borrow, default)]
    pub title: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub subtitle: Option<Cow<'a, str>>,
    #[serde(default)]
    pub authors: Vec<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub section: Option<Cow<'a, str>>,
    #[serde(default)]
    pub keywords: Vec<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub published: Option<Published<'a>>,
    #[serde(borrow, default)]
    pub modified: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub captured: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub text: Cow<'a, str>,
    #[serde(borrow, default)]
    pub blocks: Vec<Block<'a>>,
    #[serde(borrow, default)]
    pub dates: Vec<Date<'a>>,
    #[serde(borrow, default)]
    pub entities: Vec<Entity<'a>>,
    #[serde(borrow, default)]
    pub quality: Quality<'a>,
    #[serde(borrow, default)]
    pub duplicate_of: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
pub struct Source<'a> {
    #[serde(borrow)]
    pub path: Cow<'a, str>,
    pub record: u64,
}

#[derive(Debug, Deserialize)]
pub struct Language<'a> {
    #[serde(borrow)]
    pub code: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
pub struct Published<'a> {
    #[serde(borrow, default)]
    pub value: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub precision: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
pub struct Block<'a> {
    #[serde(borrow)]
    pub kind: Cow<'a, str>,
    pub start: usize,
    pub end: usize,
}

#[derive(Debug, Deserialize)]
pub struct Date<'a> {
    pub start: usize,
    pub end: usize,
    #[serde(borrow, default, rename = "in")]
    pub within: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub text: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    pub kind: Cow<'a, str>,
    #[serde(borrow, default)]
    pub value: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
pub struct Entity<'a> {
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    pub kind: Cow<'a, str>,
    #[serde(borrow)]
    pub mentions: Vec<Mention<'a>>,
}

#[derive(Debug, Deserialize)]
pub struct Mention<'a> {
    pub start: usize,
    pub end: usize,
    #[serde(borrow, default, rename = "in")]
    pub within: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub text: Cow<'a, str>,
}

#[derive(Debug, Default, Deserialize)]
pub struct Quality<'a> {
    #[serde(default)]
    pub flags: Vec<Cow<'a, str>>,
}

impl<'a> Article<'a> {
    /// Reads a line of JSONL.
    ///
    /// # Errors
    /// What is wrong with it, where it is no record of tamis.
    pub fn parse(line: &'a [u8]) -> Result<Article<'a>, serde_json::Error> {
        serde_json::from_slice(line)
    }

    /// The date of publication as the record has it.
    pub fn published(&self) -> Option<&str> {
        self.published.as_ref()?.value.as_deref()
    }

    /// The first day on which it may have been published.
    pub fn published_day(&self) -> Option<jiff::civil::Date> {
        PartialDate::parse(self.published()?).map(PartialDate::first_day)
    }

    /// Midnight UTC of that day, in seconds of Unix time.
    pub fn published_seconds(&self) -> Option<i64> {
        let days = jiff::civil::date(1970, 1, 1).until(self.published_day()?).ok()?.get_days();
        Some(i64::from(days) * 86_400)
    }

    /// Values of the dates that title and text mention, each once, in order; only what says at least a year.
    pub fn mentioned_dates(&self) -> Vec<&str> {
        let mut seen = Vec::new();
        for value in self.dates.iter().filter(|d| d.kind == "DATE").filter_map(|d| d.value.as_deref()) {
            if PartialDate::parse(value).is_some() && !seen.contains(&value) {
                seen.push(value);
            }
        }
        seen
    }
}

impl Entity<'_> {
    /// Whether the title names it.
    pub fn in_title(&self) -> bool {
        self.mentions.iter().any(|m| m.within.is_some())
    }
}
