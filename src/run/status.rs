//! What an output folder holds, what is left, and what was rejected and why.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::Serialize;

use crate::error::Error;
use crate::run::folder;
use crate::run::inflight::{self, Poison};
use crate::run::manifest::Manifest;
use crate::run::output::{RejectLine, shown};
use crate::run::state::Asked;
use crate::run::withdrawn::Withdrawn;

/// The state of an output folder.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Status {
    /// Finished shards.
    pub shards: usize,
    /// Documents read for them.
    pub read: u64,
    /// Records in them.
    pub written: u64,
    /// Documents rejected.
    pub rejected: u64,
    /// Rejects by reason.
    pub reasons: BTreeMap<String, u64>,
    /// The first rejects.
    pub rejects: Vec<RejectLine>,
    /// Records kept out because they were withdrawn.
    pub forgotten: u64,
    /// Records that gave way to a newer version.
    pub superseded: u64,
    /// Files that are done.
    pub files_done: usize,
    /// Files of the last run that are not, with their sizes in bytes.
    pub left: BTreeMap<String, u64>,
    /// Files that are in the output and were no more in the input of the last run.
    pub gone: Vec<String>,
    /// Shards that another version, other rules or other flags than those of the last run have made: the next makes them anew.
    pub outdated: usize,
    /// Shards that were made with another survey than the last.
    pub other_survey: usize,
    /// Lines of the manifest that are damaged.
    pub damaged_lines: u64,
    /// Lines of the list of what was withdrawn.
    pub withdrawn: usize,
    /// Documents that are kept away because they ended a process.
    pub poison: Vec<Poison>,
    /// A run was writing when it was looked.
    pub running: bool,
}

impl Status {
    /// Looks at the folder `root`.
    ///
    /// # Errors
    /// [`Error::Io`], and [`Error::Usage`] where there is no output of a run.
    pub fn of(root: &Path) -> Result<Status, Error> {
        let asked = Asked::read(root);
        if asked.is_none() && !root.join(super::manifest::NAME).exists() {
            return Err(Error::Usage(format!("{} holds no output of tamis run", root.display())));
        }
        let manifest = Manifest::read(root)?;
        let mut status = Status {
            shards: manifest.entries().len(),
            damaged_lines: manifest.damaged,
            withdrawn: Withdrawn::read(root)?.len(),
            poison: inflight::poison(root).into_iter().collect(),
            running: std::fs::File::open(root.join(".lock"))
                .is_ok_and(|f| matches!(f.try_lock(), Err(std::fs::TryLockError::WouldBlock))),
            ..Status::default()
        };
        // A file is done when its last part is there and all before it.
        let mut parts: BTreeMap<&str, (u64, Option<u64>)> = BTreeMap::new();
        for entry in manifest.entries().values() {
            status.read += entry.read;
            status.written += entry.written;
            status.rejected += entry.rejected;
            status.forgotten += entry.forgotten;
            status.superseded += entry.superseded;
            for (reason, n) in &entry.reasons {
                *status.reasons.entry(reason.clone()).or_default() += n;
            }
            if let Some(part) = entry.rejects.as_ref().filter(|_| status.rejects.len() < SHOWN) {
                folder::each_line(&root.join(&part.file), &mut |_, line| {
                    let line = serde_json::from_slice(line).ok().filter(|_| status.rejects.len() < SHOWN);
                    status.rejects.extend(line);
                    Ok(())
                })?;
            }
            if let Some(asked) = &asked {
                status.outdated += usize::from(!entry.made.agrees(&asked.made));
                status.other_survey += usize::from(entry.made.survey != asked.made.survey);
            }
            for input in &entry.inputs {
                let file = parts.entry(&input.path).or_default();
                file.0 += 1;
                if input.last {
                    file.1 = Some(u64::from(input.part) + 1);
                }
            }
        }
        let done = |path: &str| parts.get(path).is_some_and(|(n, last)| Some(*n) == *last);
        let files = asked.map(|a| a.files).unwrap_or_default();
        status.files_done = parts.keys().filter(|p| done(p)).count();
        status.left =
            files.iter().filter(|(path, _)| !done(path)).map(|(path, bytes)| (path.clone(), *bytes)).collect();
        status.gone =
            parts.keys().filter(|p| **p != "-" && !files.contains_key(**p)).map(ToString::to_string).collect();
        Ok(status)
    }
}

/// Names shown in a list.
const SHOWN: usize = 10;

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Status { shards, read, written, rejected, .. } = self;
        writeln!(f, "documents  {read} read, {written} written, {rejected} rejected, in {shards} shards")?;
        if !self.reasons.is_empty() {
            let reasons: Vec<String> = self.reasons.iter().map(|(reason, n)| format!("{reason} {n}")).collect();
            writeln!(f, "rejected   {}", reasons.join(", "))?;
            for RejectLine { path, record, reason, detail, .. } in &self.rejects {
                writeln!(f, "{:10} {} record {record}: {reason}, {}", "", shown(path), shown(detail))?;
            }
            if self.rejected > self.rejects.len() as u64 {
                writeln!(f, "{:10} … all of them stand in the folder rejects", "")?;
            }
        }
        if self.forgotten + self.superseded > 0 {
            writeln!(f, "kept out   {} withdrawn, {} superseded by a newer version", self.forgotten, self.superseded)?;
        }
        let bytes: u64 = self.left.values().sum();
        writeln!(f, "files      {} done, {} left ({:.1} MB)", self.files_done, self.left.len(), bytes as f64 / 1e6)?;
        list(f, "left", self.left.keys())?;
        list(f, "gone", self.gone.iter())?;
        if self.outdated > 0 {
            writeln!(
                f,
                "outdated   {} shards are of another version, other rules or flags: the next run makes them anew",
                self.outdated
            )?;
        }
        if self.other_survey > 0 {
            writeln!(
                f,
                "survey     {} shards were made with an earlier survey: `tamis run --resurvey` makes them anew",
                self.other_survey
            )?;
        }
        if self.damaged_lines > 0 {
            writeln!(f, "manifest   {} damaged lines: the next run makes their shards anew", self.damaged_lines)?;
        }
        if self.withdrawn > 0 {
            writeln!(f, "withdrawn  {} names are on the list", self.withdrawn)?;
        }
        for poison in &self.poison {
            writeln!(
                f,
                "poison     {} record {}: a process that read it {}",
                shown(&poison.path),
                poison.record,
                shown(&poison.ended)
            )?;
        }
        if self.running {
            writeln!(f, "running    a run is writing to this folder")?;
        }
        Ok(())
    }
}

fn list<'a>(f: &mut fmt::Formatter<'_>, name: &str, all: impl ExactSizeIterator<Item = &'a String>) -> fmt::Result {
    let n = all.len();
    for path in all.take(SHOWN) {
        writeln!(f, "{name:10} {}", shown(path))?;
    }
    if n > SHOWN { writeln!(f, "{name:10} … and {} more; --json lists all", n - SHOWN) } else { Ok(()) }
}
