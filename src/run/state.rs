//! What a run remembers beside its output, in `.state/`: when files were last known to be what their hash says, what there
//! was to do, and the survey. All of it may be lost; it saves work, and nothing depends on it.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::read::dump::Dump;
use crate::run::manifest::Made;
use crate::run::output::replace;

/// Its name in the output folder.
pub const NAME: &str = ".state";
const STAMPS: &str = "stamps.jsonl";
const PLAN: &str = "plan.jsonl";

/// Size and time of change of a file: equal stamps mean that nobody has written to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp(u64, u64);

impl Stamp {
    /// The stamp of a file.
    pub fn of(meta: &Metadata) -> Option<Stamp> {
        let changed = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(Stamp(meta.len(), u64::try_from(changed.as_nanos()).ok()?))
    }

    /// The stamp of the file at `path`.
    pub fn at(path: &Path) -> Option<Stamp> {
        Stamp::of(&std::fs::metadata(path).ok()?)
    }
}

#[derive(Serialize, Deserialize)]
struct Line {
    path: String,
    stamp: Stamp,
}

/// Stamps of files whose contents are known.
#[derive(Debug, Default)]
pub struct Stamps {
    path: PathBuf,
    known: BTreeMap<String, Stamp>,
}

impl Stamps {
    /// Reads those of the output folder `root`; what cannot be read is not known.
    pub fn read(root: &Path) -> Stamps {
        let path = root.join(NAME).join(STAMPS);
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let known =
            text.lines().filter_map(|l| serde_json::from_str::<Line>(l).ok()).map(|l| (l.path, l.stamp)).collect();
        Stamps { path, known }
    }

    /// Whether the file called `name` has this stamp still.
    pub fn holds(&self, name: &str, stamp: Option<Stamp>) -> bool {
        stamp.is_some() && self.known.get(name).copied() == stamp
    }

    /// Remembers a stamp. It is written down at once, so that a run that is killed has not worked in vain.
    pub fn learn(&mut self, name: &str, stamp: Option<Stamp>) {
        let Some(stamp) = stamp else { return };
        if self.known.insert(name.to_string(), stamp) == Some(stamp) {
            return;
        }
        let line = serde_json::to_string(&Line { path: name.to_string(), stamp }).unwrap_or_default();
        let file = std::fs::OpenOptions::new().create(true).append(true).open(&self.path);
        let _ = file.and_then(|mut file| file.write_all(format!("{line}\n").as_bytes()));
    }

    /// Writes them anew without what was said twice.
    pub fn compact(&self) {
        let line = |(path, stamp): (&String, &Stamp)| {
            serde_json::to_string(&Line { path: path.clone(), stamp: *stamp }).unwrap_or_default()
        };
        let text: String = self.known.iter().map(|known| line(known) + "\n").collect();
        let _ = replace(&self.path, text.as_bytes());
    }
}

/// What the last run was asked to do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// What it made records with.
    pub made: Made,
    /// The files, with their sizes in bytes.
    pub files: BTreeMap<String, u64>,
}

impl Asked {
    /// What a run over `dump` is asked to do.
    pub fn of(dump: &Dump, made: &Made) -> Asked {
        Asked { made: made.clone(), files: dump.files.iter().map(|f| (f.label.to_string(), f.bytes)).collect() }
    }

    /// Writes it into the output folder `root`.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write(&self, root: &Path) -> Result<(), Error> {
        replace(&root.join(NAME).join(PLAN), serde_json::to_string(self).unwrap_or_default().as_bytes())
    }

    /// Reads it from the output folder `root`.
    pub fn read(root: &Path) -> Option<Asked> {
        serde_json::from_slice(&std::fs::read(root.join(NAME).join(PLAN)).ok()?).ok()
    }
}
