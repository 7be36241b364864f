//! From an HTML page to a document: blocks of visible text with what the markup says of them, and metadata.

use crate::document::Document;
use crate::error::Reject;
use crate::limits::Limits;

/// The charset that a meta tag among the first bytes declares.
pub fn declared_charset(_bytes: &[u8]) -> Option<String> {
    None
}

/// Reads a page.
///
/// # Errors
/// None yet.
pub fn document(page: &str, _limits: &Limits) -> Result<Document, Reject> {
    Ok(Document::from_text(page.to_string()))
}
