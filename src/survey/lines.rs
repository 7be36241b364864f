//! Which lines repeat on a site. Of each site a sample of documents is kept, those with the smallest hashes, and of each its
//! short lines as hashes. A line that stands in one document of a hundred is found in a sample of some hundred, and the
//! sample is the same whatever the order.

use std::collections::{BTreeMap, HashMap};

use super::hash;
use super::signature::{Signature, share};
use crate::document::{BlockKind, Document};

/// Sites that are remembered: those with the smallest hashes.
const SITES: usize = 2048;
/// Documents of the sample of a site.
const SAMPLE: usize = 512;
/// Lines of a document that are kept: those with the smallest hashes.
const LINES: usize = 128;
/// Bytes of the longest line that is counted: a longer one is a paragraph.
const LONGEST: usize = 600;
/// Letters of the shortest line that is counted.
const SHORTEST: usize = 3;
/// Bytes of the longest opening before a colon.
const OPENING: usize = 60;
/// Share of their runs of words from which on two documents of a site count as one: an article that was crawled
/// twice does not make its paragraphs repeat.
const ALIKE: f32 = 0.5;
/// Bytes of the signature that are kept for that.
const SHORT: usize = 16;

/// How often a line stands in the documents of a site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repeated {
    /// Documents of the sample that have it.
    pub documents: u32,
    /// Documents of the sample.
    pub of: u32,
}

impl Repeated {
    /// Share of the documents that have it, 0 to 1.
    pub fn share(self) -> f32 {
        self.documents as f32 / self.of.max(1) as f32
    }
}

/// The sites of a dump.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sites {
    pub(super) all: BTreeMap<u64, BTreeMap<u64, Page>>,
}

/// One document of a sample.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Page {
    /// The first bytes of its signature.
    pub(super) signature: [u8; SHORT],
    /// Hashes of its lines and openings, sorted.
    pub(super) lines: Box<[u32]>,
}

impl Sites {
    pub(super) fn add(&mut self, site: u64, doc: &Document, signature: &Option<Signature>) {
        let mut lines = Vec::new();
        let mut state = hash::start(4);
        for block in doc.blocks() {
            let text = doc.block_text(block);
            let marked = block.markup.as_ref().is_none_or(|m| m.main >= 0.5);
            if block.kind == BlockKind::Title || text.len() > LONGEST || !marked {
                state = hash::step(state, text.len() as u64);
                continue;
            }
            let (key, letters) = hash::line(text, 0);
            state = hash::step(state, key);
            if letters >= SHORTEST {
                lines.push(key as u32);
            }
            lines.extend(opening(text));
        }
        lines.sort_unstable();
        lines.dedup();
        lines.truncate(LINES);
        let mut first = [0; SHORT];
        if let Some(signature) = signature {
            state = hash::step(state, signature.least);
            first.copy_from_slice(&signature.bins[..SHORT]);
        }
        self.insert(site, hash::finish(state), Page { signature: first, lines: lines.into() });
    }

    pub(super) fn insert(&mut self, site: u64, key: u64, page: Page) {
        let pages = self.all.entry(site).or_default();
        match pages.entry(key) {
            std::collections::btree_map::Entry::Vacant(free) => {
                free.insert(page);
            }
            // Two documents with one hash: which is kept must not depend on which came first.
            std::collections::btree_map::Entry::Occupied(mut taken) => {
                if page < *taken.get() {
                    taken.insert(page);
                }
            }
        }
        if pages.len() > SAMPLE {
            pages.pop_last();
        }
        if self.all.len() > SITES {
            self.all.pop_last();
        }
    }

    pub(super) fn merge(&mut self, other: Sites) {
        for (site, pages) in other.all {
            for (key, page) in pages {
                self.insert(site, key, page);
            }
        }
    }

    /// How many are remembered.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether none is remembered.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn index(&self) -> Index {
        let sites = self.all.iter().map(|(site, pages)| (*site, count(pages))).collect();
        Index { sites }
    }
}

/// Counts the lines of a site, documents that are alike once.
fn count(pages: &BTreeMap<u64, Page>) -> Counts {
    let mut counts = Counts::default();
    let mut apart: Vec<&[u8; SHORT]> = Vec::new();
    for page in pages.values() {
        let signed = page.signature != [0; SHORT];
        if signed && apart.iter().any(|other| share(*other, &page.signature) >= ALIKE) {
            continue;
        }
        if signed {
            apart.push(&page.signature);
        }
        counts.of += 1;
        for line in &page.lines {
            *counts.lines.entry(*line).or_default() += 1;
        }
    }
    counts.lines.retain(|_, n| *n > 1);
    counts
}

/// The hash of the words before a colon or bar, where they may announce something: two to eight words, and more behind.
fn opening(text: &str) -> Option<u32> {
    let (start, rest) = text.split_once([':', '|', '–', '—', '→'])?;
    let words = start.split_whitespace().count();
    if start.len() > OPENING || !(2..=8).contains(&words) || rest.trim().len() < 8 {
        return None;
    }
    let (key, letters) = hash::line(start, 5);
    (letters >= 2 * SHORTEST).then_some(key as u32)
}

#[derive(Clone, Debug, Default)]
struct Counts {
    of: u32,
    lines: HashMap<u32, u32>,
}

/// The sites, to be asked.
#[derive(Clone, Debug)]
pub(super) struct Index {
    sites: HashMap<u64, Counts>,
}

impl Index {
    pub fn line(&self, site: u64, text: &str) -> Repeated {
        if text.len() > LONGEST {
            return Repeated::default();
        }
        let (key, letters) = hash::line(text, 0);
        self.times(site, (letters >= SHORTEST).then_some(key as u32))
    }

    pub fn opening(&self, site: u64, text: &str) -> Repeated {
        if text.len() > LONGEST { Repeated::default() } else { self.times(site, opening(text)) }
    }

    fn times(&self, site: u64, key: Option<u32>) -> Repeated {
        let (Some(counts), Some(key)) = (self.sites.get(&site), key) else { return Repeated::default() };
        Repeated { documents: counts.lines.get(&key).copied().unwrap_or(0), of: counts.of }
    }
}
