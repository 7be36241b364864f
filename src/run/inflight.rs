//! Documents that kill the process: found out, and then kept away.
//!
//! Every worker writes down which document it goes on with. When a run dies, the next one finds the names and tries each of
//! these documents in a process of its own before it touches it. One that kills that process too goes to the poison list and
//! is rejected; the others were innocent, and are processed as ever. So a run that was killed from outside loses nothing.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Reason, Reject};
use crate::read::RawRecord;
use crate::read::dump::Place;
use crate::run::output::replace;
use crate::run::state;

const PREFIX: &str = "inflight-";
const POISON: &str = "poison.jsonl";

/// Tries a document in a process of its own: `Ok` when it lives, or how it ended.
pub type Probe = Arc<dyn Fn(&Place) -> Result<(), String> + Send + Sync>;

/// The files in which workers write down what they work on.
pub struct InFlight {
    root: PathBuf,
    slots: Vec<Mutex<File>>,
}

/// A document, by its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Name {
    /// The file.
    pub path: String,
    /// Number within the file.
    pub record: u64,
}

/// One line of the poison list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Poison {
    /// The file.
    pub path: String,
    /// Number within the file.
    pub record: u64,
    /// Where it begins.
    pub offset: u64,
    /// BLAKE3 hash of its bytes, hexadecimal.
    pub blake3: String,
    /// How the process ended.
    pub ended: String,
}

impl Name {
    /// The line that names the document at `place`.
    pub fn line(place: &Place) -> String {
        let name = Name { path: place.path.to_string(), record: place.record };
        serde_json::to_string(&name).unwrap_or_default() + "\n"
    }
}

impl InFlight {
    /// Makes one file for each of `jobs` workers in the output folder `root`.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn open(root: &Path, jobs: usize) -> Result<InFlight, Error> {
        let slot = |n: usize| {
            let path = root.join(state::NAME).join(format!("{PREFIX}{n}"));
            File::create(&path).map(Mutex::new).map_err(|e| Error::io(&path, "write to", e))
        };
        Ok(InFlight { root: root.to_path_buf(), slots: (0..jobs).map(slot).collect::<Result<_, _>>()? })
    }

    /// Worker `number` goes on with the document that `line` names. The system keeps what is written when the process dies.
    pub fn begin(&self, number: usize, line: &str) {
        let Some(slot) = self.slots.get(number) else { return };
        let mut file = slot.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = file.seek(SeekFrom::Start(0)).and_then(|_| file.write_all(line.as_bytes()));
    }

    /// All went well: nothing is under way.
    pub fn clear(&self) {
        for (_, path) in left_behind(&self.root) {
            let _ = fs::remove_file(path);
        }
    }
}

/// What was under way when a run died, and the files that say so.
fn left_behind(root: &Path) -> Vec<(Option<Name>, PathBuf)> {
    let entries = fs::read_dir(root.join(state::NAME)).into_iter().flatten().flatten();
    let paths = entries.filter(|e| e.file_name().to_string_lossy().starts_with(PREFIX)).map(|e| e.path());
    let name = |path: &Path| serde_json::from_str(fs::read_to_string(path).ok()?.lines().next()?).ok();
    paths.map(|path| (name(&path), path)).collect()
}

/// Documents that are tried before they are processed.
#[derive(Default)]
pub struct Suspects {
    path: PathBuf,
    names: BTreeSet<Name>,
    /// By hash, so that a poisoned document is known wherever it turns up.
    poison: Mutex<BTreeSet<Poison>>,
    hashes: BTreeSet<String>,
    probe: Option<Probe>,
}

impl Suspects {
    /// Reads what a run that died has left in the output folder `root`, and the poison list.
    pub fn find(root: &Path, probe: Option<Probe>) -> Suspects {
        let path = root.join(POISON);
        let poison = poison(root);
        Suspects {
            names: left_behind(root).into_iter().filter_map(|(name, _)| name).collect(),
            hashes: poison.iter().map(|p| p.blake3.clone()).collect(),
            poison: Mutex::new(poison),
            path,
            probe,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty() && self.hashes.is_empty()
    }

    /// Tries a document that is under suspicion.
    ///
    /// # Errors
    /// [`Reason::Poison`] when it kills the process.
    pub fn check(&self, raw: &RawRecord) -> Result<(), Reject> {
        if self.is_empty() {
            return Ok(());
        }
        let hash = || blake3::hash(&raw.bytes).to_hex().to_string();
        let named = self.names.contains(&Name { path: raw.path.to_string(), record: raw.record });
        if !named && (self.hashes.is_empty() || !self.hashes.contains(&hash())) {
            return Ok(());
        }
        let place = Place { path: raw.path.clone(), record: raw.record, offset: raw.offset, length: raw.length };
        let Some(probe) = &self.probe else {
            // Without a way to try it, only what is proven is kept away.
            return if named { Ok(()) } else { Err(Reject::new(Reason::Poison, "it is on the poison list")) };
        };
        let Err(ended) = probe(&place) else { return Ok(()) };
        let reject = Reject::new(Reason::Poison, format!("a process of its own that read it {ended}"));
        let mut poison = self.poison.lock().unwrap_or_else(PoisonError::into_inner);
        poison.insert(Poison {
            path: place.path.to_string(),
            record: place.record,
            offset: place.offset,
            blake3: hash(),
            ended,
        });
        let lines: String = poison.iter().map(|p| serde_json::to_string(p).unwrap_or_default() + "\n").collect();
        let _ = replace(&self.path, lines.as_bytes());
        Err(reject)
    }
}

/// The poison list of an output folder.
pub fn poison(root: &Path) -> BTreeSet<Poison> {
    let text = fs::read_to_string(root.join(POISON)).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// Marks that something was begun which the next run must finish.
///
/// # Errors
/// [`Error::Io`].
pub fn mark(path: &Path) -> Result<(), Error> {
    let file = OpenOptions::new().create(true).append(true).open(path);
    file.and_then(|f| f.sync_all()).map_err(|e| Error::io(path, "write to", e))
}
