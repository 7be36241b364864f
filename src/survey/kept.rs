//! The survey that a run leaves in its output folder: a later run adds what has come since, and one that was stopped goes on
//! with it.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Survey, walk};
use crate::limits::Limits;
use crate::read::dump::Dump;
use crate::run::output::replace;
use crate::run::state::{self, Stamp};

const SURVEY: &str = "survey.bin";
const FILES: &str = "survey.files.json";

/// The files that a survey was made of; equal stamps mean that nobody has written to them.
type Files = BTreeMap<String, Option<Stamp>>;

/// The survey of a dump. What is kept in the output folder `root` is used where its files are what they were.
pub fn survey(dump: &Dump, limits: &Limits, jobs: usize, root: Option<&Path>) -> Survey {
    let Some(folder) = root.map(|root| root.join(state::NAME)) else { return walk::survey(dump, limits, jobs) };
    // How files are read is part of what they say.
    let how = format!("{:?} {:?} {limits:?} {}", dump.layout, dump.fields, env!("TAMIS_SOURCE"));
    let mut now: Files = dump.files.iter().map(|f| (f.label.to_string(), Stamp::at(&f.path))).collect();
    now.insert(blake3::hash(how.as_bytes()).to_hex().to_string(), None);
    let then: Files =
        std::fs::read(folder.join(FILES)).ok().and_then(|f| serde_json::from_slice(&f).ok()).unwrap_or_default();
    let holds = !then.is_empty() && then.iter().all(|(name, stamp)| now.get(name) == Some(stamp));
    let kept = holds.then(|| Survey::read(&folder.join(SURVEY)).ok()).flatten();
    let whole = match kept {
        Some(kept) if then.len() == now.len() => return kept,
        Some(mut kept) => {
            let mut since = dump.clone();
            since.files.retain(|f| !then.contains_key(&*f.label));
            kept.merge(walk::survey(&since, limits, jobs));
            kept
        }
        None => walk::survey(dump, limits, jobs),
    };
    // The list goes last: without it, the survey is of nothing that is known.
    let _ = std::fs::remove_file(folder.join(FILES));
    if whole.write(&folder.join(SURVEY)).is_ok() {
        let _ = replace(&folder.join(FILES), serde_json::to_string(&now).unwrap_or_default().as_bytes());
    }
    whole
}
