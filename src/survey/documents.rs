//! Which articles stand in a dump twice, or nearly so.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::signature::{BINS, Signature};

/// Share of the runs of five words from which on two documents count as the same article.
pub const ALIKE: f32 = 0.8;
/// Documents that are remembered: those with the smallest hashes, which documents that are alike mostly share.
pub const MOST: usize = 3 << 16;
/// Bytes of a signature that must be equal for two documents to be compared at all.
const BAND: usize = 4;
/// Documents of one band that are compared; an agency's text may stand in very many papers.
const CROWD: usize = 64;

/// One document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The file, as it was named.
    pub path: Arc<str>,
    /// Number within the file, from 0.
    pub record: u64,
    /// The id of its record.
    pub id: Box<str>,
    /// What it says.
    pub signature: Signature,
}

type Key = (u64, Arc<str>, u64, Box<str>);

/// The documents of a dump.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Documents {
    pub(super) all: BTreeMap<Key, [u8; BINS]>,
}

impl Documents {
    pub(super) fn add(&mut self, entry: Entry) {
        let Entry { path, record, id, signature } = entry;
        self.insert((signature.least, path, record, id), signature.bins);
    }

    pub(super) fn insert(&mut self, key: Key, bins: [u8; BINS]) {
        // One place with two texts is two versions of a dump: which is kept must not depend on which came first.
        let kept = self.all.entry(key).or_insert(bins);
        *kept = bins.min(*kept);
        if self.all.len() > MOST {
            self.all.pop_last();
        }
    }

    pub(super) fn merge(&mut self, other: Documents) {
        for (key, bins) in other.all {
            self.insert(key, bins);
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
        let mut all: Vec<Entry> = self
            .all
            .iter()
            .map(|((least, path, record, id), bins)| Entry {
                path: path.clone(),
                record: *record,
                id: id.clone(),
                signature: Signature { least: *least, bins: *bins },
            })
            .collect();
        all.sort_by(|a, b| (&a.path, a.record, &a.id).cmp(&(&b.path, b.record, &b.id)));
        let mut bands: HashMap<(u8, [u8; BAND]), Vec<u32>> = HashMap::new();
        for (n, entry) in all.iter().enumerate() {
            for band in bands_of(&entry.signature) {
                let crowd = bands.entry(band).or_default();
                if crowd.len() < CROWD {
                    crowd.push(n as u32);
                }
            }
        }
        bands.retain(|_, crowd| crowd.len() > 1 || all.len() < MOST);
        Index { all, bands }
    }
}

/// The documents, to be asked.
#[derive(Clone, Debug)]
pub(super) struct Index {
    /// In order of place.
    all: Vec<Entry>,
    bands: HashMap<(u8, [u8; BAND]), Vec<u32>>,
}

impl Index {
    /// The id of the first document that is alike, unless that is the one that asks.
    pub fn first_like(&self, path: &str, record: u64, id: &str, signature: &Signature) -> Option<String> {
        let mut alike: Vec<u32> =
            bands_of(signature).filter_map(|band| self.bands.get(&band)).flatten().copied().collect();
        alike.sort_unstable();
        alike.dedup();
        let mut alike = alike
            .into_iter()
            .map(|n| &self.all[n as usize])
            .filter(|entry| entry.signature.likeness(signature) >= ALIKE);
        let first = alike.next()?;
        let is_here = |entry: &Entry| entry.record == record && *entry.path == *path;
        if is_here(first) {
            return None;
        }
        // A stream has no places that the survey knows; there the id tells a document from its likes.
        let known = &*first.id != id || alike.any(is_here);
        known.then(|| first.id.to_string())
    }
}

fn bands_of(signature: &Signature) -> impl Iterator<Item = (u8, [u8; BAND])> + '_ {
    signature.bins.chunks_exact(BAND).enumerate().map(|(n, band)| (n as u8, [band[0], band[1], band[2], band[3]]))
}
