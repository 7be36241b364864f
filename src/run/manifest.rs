//! `manifest.jsonl`: one line for every finished file of output, so that a reader knows what is complete and what made it.

use serde::Serialize;

/// One finished file of output.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Path below the output folder, e.g. `articles/00000.jsonl`.
    pub file: String,
    /// Lines in it.
    pub lines: u64,
    /// Its length in bytes.
    pub bytes: u64,
    /// BLAKE3 hash of its bytes, hexadecimal.
    pub blake3: String,
    /// Version of tamis that wrote it.
    pub tamis: &'static str,
    /// Hash of the rules it was written with.
    pub rules: String,
    /// Hash of the survey it was written with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub survey: Option<String>,
}
