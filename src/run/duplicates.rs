//! The same article twice in a run, or in an output folder: the second record says which is the first.

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;

use crate::error::Error;
use crate::run::folder::each_line;
use crate::write::record::Record;

/// How many articles are remembered; memory must not grow with the corpus.
const REMEMBERED: usize = 1 << 20;

/// The first record of each content.
#[derive(Debug, Default)]
pub struct Duplicates {
    first: HashMap<u128, Box<str>>,
}

/// What is looked at in a record that is written.
#[derive(Deserialize)]
struct Written {
    id: String,
    content_id: String,
    duplicate_of: Option<String>,
}

impl Duplicates {
    /// Whether no more are remembered.
    pub fn is_full(&self) -> bool {
        self.first.len() >= REMEMBERED
    }

    /// Remembers the records of a finished shard.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn learn(&mut self, articles: &Path) -> Result<(), Error> {
        each_line(articles, &mut |_, line| {
            if let Ok(written) = serde_json::from_slice::<Written>(line)
                && let Ok(content) = u128::from_str_radix(&written.content_id, 16)
                && written.duplicate_of.is_none()
                && !self.is_full()
            {
                self.first.entry(content).or_insert_with(|| written.id.into());
            }
            Ok(())
        })
    }

    /// The id of the first record with the same content; the record itself is remembered if it is the first.
    pub fn first(&mut self, record: &Record) -> Option<String> {
        let content = u128::from_str_radix(&record.content_id, 16).ok()?;
        if let Some(first) = self.first.get(&content) {
            return Some(first.to_string());
        }
        if self.first.len() < REMEMBERED {
            self.first.insert(content, record.id.as_str().into());
        }
        None
    }
}
