#![forbid(unsafe_code)]
#![doc = "tamis (French: a fine sieve) turns dumps of news articles into clean JSONL for search and graph tools."]

pub mod cli;
pub mod document;
pub mod edit;
pub mod error;
pub mod eval;
pub mod explain;
pub mod language;
pub mod lexicon;
pub mod limits;
pub mod partial_date;
pub mod pipeline;
pub mod read;
pub mod rules;
pub mod run;
pub mod stage;
pub mod write;

pub use document::Document;
pub use error::{Error, Reason, Reject};
pub use language::Lang;
pub use limits::Limits;
pub use pipeline::{Options, Pipeline};
pub use read::{Format, RawRecord};
pub use write::record::{Audit, Record};
