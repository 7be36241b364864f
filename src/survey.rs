//! What a dump says about its documents: which lines repeat on a site, in how many documents a word stands, which articles
//! stand in it twice.
//!
//! A survey is made in a first walk over a dump and handed to the pipeline, so that a record stays a function of its own
//! bytes, the rules and the survey, and documents can be processed in any order and anywhere. Surveys of parts of a dump
//! merge to the survey of the whole: in any order, to the last bit. Each of the three tables is bounded, by keeping those
//! entries whose hashes are smallest, or by counting in cells that several words may share; neither depends on order.

use std::fmt;
use std::sync::OnceLock;

use crate::document::{Document, Meta};
use crate::read::RawRecord;
use crate::write;

pub mod documents;
mod file;
mod hash;
pub mod kept;
pub mod lines;
pub mod signature;
pub mod walk;
mod words;

use documents::{Documents, Entry};
use lines::{Repeated, Sites};
use signature::Signature;
use words::Words;

/// The survey of a dump.
#[derive(Clone, Default)]
pub struct Survey {
    words: Words,
    sites: Sites,
    documents: Documents,
    /// Made when something is first asked.
    index: OnceLock<Index>,
}

#[derive(Clone)]
struct Index {
    lines: lines::Index,
    documents: documents::Index,
}

impl Survey {
    /// Counts a document as it was read, before any stage has seen it.
    pub fn add(&mut self, raw: &RawRecord, doc: &Document) {
        self.index = OnceLock::new();
        self.words.add(doc.text());
        let signature = Signature::of(doc);
        self.sites.add(site_of(doc.meta()), doc, &signature);
        if let Some(signature) = signature {
            let id = write::id_of(raw, doc);
            self.documents.add(Entry { path: raw.path.clone(), record: raw.record, id: id.into(), signature });
        }
    }

    /// Adds what another survey has counted in other documents.
    pub fn merge(&mut self, other: Survey) {
        self.index = OnceLock::new();
        self.words.merge(&other.words);
        self.sites.merge(other.sites);
        self.documents.merge(other.documents);
    }

    /// In how many documents of the dump `word` stands, at least three letters long, in any case. It may be said to stand
    /// in a few more than it does, never in fewer; from 255 on the count stands still. Of a word with a hyphen or an
    /// apostrophe the rarest part is counted.
    pub fn documents_with(&self, word: &str) -> u32 {
        self.words.documents_with(word)
    }

    /// How often a line with the words of `line` stands in documents of the site that `meta` names.
    pub fn line(&self, meta: &Meta, line: &str) -> Repeated {
        self.index().lines.line(site_of(meta), line)
    }

    /// How often a line begins with the same words up to a colon or bar, in documents of the site that `meta` names.
    pub fn opening(&self, meta: &Meta, line: &str) -> Repeated {
        self.index().lines.opening(site_of(meta), line)
    }

    /// The id of the first document of the dump that says the same as this one, if that is another.
    pub fn first_like(&self, raw: &RawRecord, doc: &Document) -> Option<String> {
        let signature = Signature::of(doc)?;
        self.index().documents.first_like(&raw.path, raw.record, &write::id_of(raw, doc), &signature)
    }

    /// Documents that were long enough to be compared with others, as far as they are remembered.
    pub fn documents(&self) -> usize {
        self.documents.len()
    }

    /// Sites, as far as they are remembered.
    pub fn sites(&self) -> usize {
        self.sites.len()
    }

    /// A hash of all that the survey says: a part of what a record depends on.
    pub fn hash(&self) -> blake3::Hash {
        blake3::hash(&self.to_bytes())
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index { lines: self.sites.index(), documents: self.documents.index() })
    }
}

impl fmt::Debug for Survey {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Survey").field("documents", &self.documents()).field("sites", &self.sites()).finish()
    }
}

impl PartialEq for Survey {
    fn eq(&self, other: &Survey) -> bool {
        self.words == other.words && self.sites == other.sites && self.documents == other.documents
    }
}

/// The site of a document: its host without `www.`, or the name that it gives itself. Documents without either are counted
/// together.
fn site_of(meta: &Meta) -> u64 {
    let host = meta.url.as_deref().and_then(|url| {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let authority = rest.split(['/', '?', '#']).next()?;
        let host = authority.rsplit('@').next()?.split(':').next()?;
        Some(host.strip_prefix("www.").unwrap_or(host)).filter(|h| h.contains('.'))
    });
    hash::text(host.or(meta.site.as_deref()).unwrap_or_default())
}

#[cfg(test)]
mod tests;
