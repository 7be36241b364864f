//! The same article twice in a run: the second record says which is the first.

use std::collections::HashMap;

use crate::write::record::Record;

/// How many articles are remembered; memory must not grow with the corpus.
const REMEMBERED: usize = 1 << 20;

/// The first record of each content.
#[derive(Debug, Default)]
pub struct Duplicates {
    first: HashMap<u128, Box<str>>,
}

impl Duplicates {
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
