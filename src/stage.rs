//! What a stage is: a name and a short ordered list of passes. A pass looks at the document and proposes; it cannot change it.

use std::borrow::Cow;
use std::ops::Range;

use crate::document::{BlockKind, Document, Note};
use crate::edit::Edit;
use crate::error::{Error, Reason, Reject};
use crate::rules::{RuleId, Rules};

pub mod boilerplate;
pub mod dates;
pub mod encoding;
pub mod entities;
pub mod language;
pub mod typos;

/// Looks at the document and proposes.
pub trait Pass: Send + Sync {
    /// Writes what it sees into `found`. The edits of one pass are applied together before the next pass looks.
    fn look(&self, doc: &Document, found: &mut Found);

    /// Whether `rule` fires on `example`, for the test of the examples in the rule files; `None` when the rule is not
    /// this pass's.
    fn fires(&self, _rule: RuleId, _example: &str) -> Option<bool> {
        None
    }
}

/// A named step of the pipeline.
pub struct Stage {
    /// What users type after `--only`.
    pub name: &'static str,
    /// One line that `--help` and the README print.
    pub about: &'static str,
    /// In order.
    pub passes: Vec<Box<dyn Pass>>,
}

/// Makes a stage from the rules; fails on a rule file that cannot be used.
pub type Make = fn(&mut Rules) -> Result<Stage, Error>;

/// Every stage by name, in the order in which they run.
pub const STAGES: &[(&str, Make)] = &[
    ("encoding", encoding::stage),
    ("language", language::stage),
    ("boilerplate", boilerplate::stage),
    ("typos", typos::stage),
    ("dates", dates::stage),
    ("entities", entities::stage),
];

/// What one pass proposes.
#[derive(Debug, Default)]
pub struct Found {
    pub(crate) edits: Vec<Edit>,
    pub(crate) notes: Vec<Note>,
    pub(crate) reject: Option<Reject>,
}

impl Found {
    /// The bytes `at` should become `with`.
    pub fn edit(&mut self, at: Range<usize>, with: impl Into<Cow<'static, str>>, rule: RuleId, confidence: f32) {
        self.edits.push(Edit { at, with: with.into(), rule, confidence, removes: None });
    }

    /// The bytes `at` are no part of the article but a `kind`.
    pub fn remove(&mut self, at: Range<usize>, kind: BlockKind, rule: RuleId, confidence: f32) {
        self.edits.push(Edit { at, with: Cow::Borrowed(""), rule, confidence, removes: Some(kind) });
    }

    /// Something was learned.
    pub fn note(&mut self, note: Note) {
        self.notes.push(note);
    }

    /// The document cannot become a record.
    pub fn reject(&mut self, reason: Reason, detail: impl Into<String>) {
        self.reject.get_or_insert_with(|| Reject::new(reason, detail));
    }

    /// The edits proposed so far.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// The notes made so far.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }
}
