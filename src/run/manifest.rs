//! `manifest.jsonl`: one line for every finished shard. What it does not speak of is not finished, and it is trusted only
//! as far as its check sums go.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::pipeline::Pipeline;
use crate::run::output::replace;

/// Its name in the output folder.
pub const NAME: &str = "manifest.jsonl";

/// One finished shard.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its number, which names its files.
    pub shard: u64,
    /// What it was made of, in order.
    pub inputs: Vec<Input>,
    /// Documents found in it.
    pub read: u64,
    /// Records written.
    pub written: u64,
    /// Documents rejected.
    pub rejected: u64,
    /// Records kept out of the output because they were withdrawn with `tamis forget`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub forgotten: u64,
    /// Records taken out of the output because a newer version of the article is in it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub superseded: u64,
    /// Rejects by reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reasons: BTreeMap<String, u64>,
    /// The file of records, if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub articles: Option<Part>,
    /// The file of rejects, if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejects: Option<Part>,
    /// What made it.
    pub made: Made,
    /// The shard is no more: its input has become shorter.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dropped: bool,
    /// The start of the BLAKE3 hash of this line without this field.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub check: String,
}

/// One file, or a part of one, that a shard was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Its name in records.
    pub path: String,
    /// Its size in bytes, as it was found.
    pub bytes: u64,
    /// Which part of it, from 0; a file that is not large has one.
    pub part: u32,
    /// Nothing of the file comes after this part.
    pub last: bool,
    /// Documents in it.
    pub records: u64,
    /// BLAKE3 hash of the documents with their places, hexadecimal.
    pub blake3: String,
}

/// One file of output.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Path below the output folder, e.g. `articles/00000.jsonl`.
    pub file: String,
    /// Lines in it.
    pub lines: u64,
    /// Its length.
    pub bytes: u64,
    /// BLAKE3 hash of its bytes, hexadecimal.
    pub blake3: String,
}

/// What records depend on beside their input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Made {
    /// Version of tamis, and a hash of its source.
    pub tamis: String,
    /// Hash of the rules, and of those that were switched off.
    pub rules: String,
    /// Hash of the models.
    pub models: String,
    /// Hash of the flags that change what is written.
    pub settings: String,
    /// Hash of the survey, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survey: Option<String>,
}

impl Made {
    /// What `pipeline` makes records with; `settings` are the flags that it does not know of.
    pub fn by(pipeline: &Pipeline, settings: &str) -> Made {
        let stages: Vec<&str> = pipeline.stages().iter().map(|s| s.name).collect();
        let all = format!("{stages:?} {:?} {:?} {settings}", pipeline.audit(), pipeline.limits());
        Made {
            tamis: concat!(env!("CARGO_PKG_VERSION"), "+", env!("TAMIS_SOURCE")).to_string(),
            rules: pipeline.rules().fingerprint().to_hex().to_string(),
            models: tamis_models::FINGERPRINT.to_string(),
            settings: short(all.as_bytes()),
            survey: pipeline.survey().map(|s| s.hash().to_hex().to_string()),
        }
    }

    /// Whether records are the same but for what a survey adds.
    pub fn agrees(&self, other: &Made) -> bool {
        (&self.tamis, &self.rules, &self.models, &self.settings)
            == (&other.tamis, &other.rules, &other.models, &other.settings)
    }
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// The first 16 hexadecimal digits of a BLAKE3 hash.
fn short(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..16].to_string()
}

impl Entry {
    /// The line of the manifest, with its check sum and line feed.
    fn line(&self) -> String {
        let mut entry = Entry { check: String::new(), ..self.clone() };
        entry.check = short(entry.json().as_bytes());
        format!("{}\n", entry.json())
    }

    fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The entry of a line; `None` when the line is damaged or of another version.
    fn parse(line: &[u8]) -> Option<Entry> {
        let mut entry: Entry = serde_json::from_slice(line).ok()?;
        let check = std::mem::take(&mut entry.check);
        (short(entry.json().as_bytes()) == check).then_some(entry)
    }

    /// The files of the shard.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        self.articles.iter().chain(&self.rejects)
    }
}

/// The manifest of an output folder.
#[derive(Debug)]
pub struct Manifest {
    path: PathBuf,
    entries: BTreeMap<u64, Entry>,
    /// Lines that are damaged, or that a later line has replaced.
    stale: u64,
    /// Lines that are damaged.
    pub damaged: u64,
}

impl Manifest {
    /// Reads the manifest in `root`; an empty one where there is none.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn read(root: &Path) -> Result<Manifest, Error> {
        let path = root.join(NAME);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(e) => return Err(Error::io(&path, "read", e)),
        };
        let mut manifest = Manifest { path, entries: BTreeMap::new(), stale: 0, damaged: 0 };
        for line in bytes.split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
            match Entry::parse(line) {
                Some(entry) => manifest.learn(entry),
                None => (manifest.stale, manifest.damaged) = (manifest.stale + 1, manifest.damaged + 1),
            }
        }
        // A last line without its end was being written when the machine stopped; the next must not be glued to it.
        if bytes.last().is_some_and(|b| *b != b'\n') {
            manifest.stale += 1;
        }
        Ok(manifest)
    }

    fn learn(&mut self, entry: Entry) {
        let old =
            if entry.dropped { self.entries.remove(&entry.shard) } else { self.entries.insert(entry.shard, entry) };
        self.stale += u64::from(old.is_some());
    }

    /// The finished shards by number.
    pub fn entries(&self) -> &BTreeMap<u64, Entry> {
        &self.entries
    }

    /// Numbers that no shard has, lowest first: one whose line was damaged gets its own again.
    pub fn free(&self) -> impl Iterator<Item = u64> + Send + use<> {
        let taken: BTreeSet<u64> = self.entries.keys().copied().collect();
        (0..).filter(move |n| !taken.contains(n))
    }

    /// Forgets a shard without writing it down: its files are not what it says.
    pub fn distrust(&mut self, shard: u64) {
        if self.entries.remove(&shard).is_some() {
            self.stale += 1;
        }
    }

    /// Writes one line and waits until it is safe on disk.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn append(&mut self, entry: Entry) -> Result<(), Error> {
        let failed = |e| Error::io(&self.path, "write to", e);
        let mut file: File = OpenOptions::new().create(true).append(true).open(&self.path).map_err(failed)?;
        file.write_all(entry.line().as_bytes()).and_then(|()| file.sync_data()).map_err(failed)?;
        self.learn(entry);
        Ok(())
    }

    /// Writes it anew without lines that mean nothing any more.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn compact(&mut self) -> Result<(), Error> {
        if self.stale > 0 {
            let lines: String = self.entries.values().map(Entry::line).collect();
            replace(&self.path, lines.as_bytes())?;
            self.stale = 0;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(shard: u64) -> Entry {
        Entry { shard, read: 3, written: 3, ..Entry::default() }
    }

    #[test]
    fn damaged_lines_do_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let mut manifest = Manifest::read(folder.path()).unwrap();
        for shard in 0..4 {
            manifest.append(entry(shard)).unwrap();
        }
        let mut text = std::fs::read_to_string(folder.path().join(NAME)).unwrap();
        text = text.replacen("\"shard\":1,\"inputs\":[],\"read\":3", "\"shard\":1,\"inputs\":[],\"read\":4", 1);
        text.truncate(text.len() - 10);
        let mut file = File::create(folder.path().join(NAME)).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let mut manifest = Manifest::read(folder.path()).unwrap();
        assert_eq!(manifest.entries().keys().copied().collect::<Vec<_>>(), [0, 2]);
        assert_eq!(manifest.damaged, 2);
        manifest.compact().unwrap();
        manifest.append(Entry { dropped: true, ..entry(0) }).unwrap();
        manifest.append(entry(2)).unwrap();
        let manifest = Manifest::read(folder.path()).unwrap();
        assert_eq!(manifest.entries().keys().copied().collect::<Vec<_>>(), [2]);
        assert_eq!(manifest.damaged, 0);
        assert_eq!(manifest.free().take(3).collect::<Vec<_>>(), [0, 1, 3]);
    }
}
