#![forbid(unsafe_code)]
//! tamis (French: a fine sieve) turns dumps of news articles into clean JSONL for search and graph tools.
//!
//! A [`Pipeline`] is a pure function from the bytes of one article to a [`Record`] or a [`Reject`]. It can be shared by
//! threads and keeps nothing between articles.
//!
//! ```
//! use tamis::{Format, Options, Pipeline, RawRecord};
//!
//! let page = "<html lang=\"fr\"><title>Le bac repart</title><body><article>\
//!     <p>Le bac du lac est reparti jeudi 14 mars 2024 pour Genève, avec neuf mois de retard et un accordéon.</p>\
//!     <p>Inscrivez-vous à notre newsletter !</p></article></body></html>";
//!
//! let pipeline = Pipeline::new(&Options::default())?;
//! let record = pipeline.process(&RawRecord::new("bac.html", Format::Html, page))?;
//!
//! assert_eq!(record.title.as_deref(), Some("Le bac repart"));
//! assert!(record.text.starts_with("Le bac du lac") && !record.text.contains("newsletter"));
//! assert_eq!(record.removed[0].kind, "newsletter");
//! assert_eq!(record.dates[0].value.as_deref(), Some("2024-03-14"));
//! assert!(record.entities.iter().any(|e| e.id == "Q71" && e.name == "Genève"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The stages are [`stage::STAGES`]; what they know of languages lies in `rules/` and `models/`, embedded in the program.

pub mod cli;
pub mod diff;
pub mod document;
pub mod edit;
pub mod error;
pub mod eval;
pub mod explain;
pub mod export;
pub mod language;
pub mod lexicon;
pub mod limits;
pub mod partial_date;
pub mod pipeline;
pub mod read;
pub mod report;
pub mod rules;
pub mod run;
mod script;
pub mod stage;
pub mod survey;
pub mod words;
pub mod write;

pub use document::Document;
pub use error::{Error, Reason, Reject};
pub use language::Lang;
pub use limits::Limits;
pub use pipeline::{Options, Pipeline};
pub use read::{Format, RawRecord};
pub use survey::Survey;
pub use write::record::{Audit, Record};
