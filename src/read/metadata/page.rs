//! What a page says of itself.
use crate::document::Meta;
use crate::read::html::flow::Flow;
use crate::read::html::tree::Tree;

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// The headline.
    pub title: Option<String>,
    /// All else.
    pub meta: Meta,
}

/// Reads it.
pub fn read(_tree: &Tree, _flow: &Flow) -> Found {
    Found::default()
}
