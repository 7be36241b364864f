//! What a run did, as a table for a person.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::error::Reason;
use crate::run::output::shown;
use crate::write::record::Record;

/// The counts of a run.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Documents found.
    pub read: u64,
    /// Records written.
    pub written: u64,
    /// Bytes read from disk.
    pub bytes: u64,
    /// How long it took.
    pub time: Duration,
    /// Records that repeat an earlier one.
    pub duplicates: u64,
    /// The reader of the output went away before the end.
    pub cut_short: bool,
    /// The signal that ended it, if one did.
    pub interrupted: Option<i32>,
    /// Files that were done already.
    pub done: usize,
    /// Records kept out because they were withdrawn.
    pub forgotten: u64,
    /// Records taken out because a newer version is there.
    pub superseded: u64,
    /// Files that are in the output and no more in the input.
    pub removed_inputs: Vec<String>,
    /// Shards that were made with another survey and stay as they are.
    pub other_survey: u64,
    /// Shards whose input changed while it was read.
    pub changed: u64,
    rejects: BTreeMap<Reason, u64>,
    languages: BTreeMap<String, u64>,
    edits: BTreeMap<String, u64>,
    removed: BTreeMap<String, u64>,
    flags: BTreeMap<String, u64>,
}

impl Summary {
    /// Counts a record.
    pub fn add(&mut self, record: &Record) {
        self.written += 1;
        self.duplicates += u64::from(record.duplicate_of.is_some());
        *self.languages.entry(record.language.code.clone()).or_default() += 1;
        for (rule, count) in &record.quality.edits {
            *self.edits.entry(rule.clone()).or_default() += *count as u64;
        }
        for (kind, count) in &record.quality.removed {
            *self.removed.entry(kind.clone()).or_default() += *count as u64;
        }
        for flag in &record.quality.flags {
            *self.flags.entry(flag.clone()).or_default() += 1;
        }
    }

    /// Counts a reject.
    pub fn reject(&mut self, reason: Reason) {
        *self.rejects.entry(reason).or_default() += 1;
    }

    /// Documents rejected.
    pub fn rejected(&self) -> u64 {
        self.rejects.values().sum()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let megabytes = self.bytes as f64 / 1e6;
        let seconds = self.time.as_secs_f64();
        writeln!(f, "documents  {} read, {} written, {} rejected", self.read, self.written, self.rejected())?;
        row(f, "rejected", self.rejects.iter().map(|(r, n)| (r.name(), *n)))?;
        row(f, "languages", self.languages.iter().map(|(l, n)| (l.as_str(), *n)))?;
        row(f, "removed", self.removed.iter().map(|(k, n)| (k.as_str(), *n)))?;
        row(f, "edits", self.edits.iter().map(|(r, n)| (r.as_str(), *n)))?;
        row(f, "flags", self.flags.iter().map(|(r, n)| (r.as_str(), *n)))?;
        if self.done > 0 {
            writeln!(f, "done       {} files were done already and are what they were", self.done)?;
        }
        if self.forgotten > 0 {
            writeln!(f, "withdrawn  {} records were kept out", self.forgotten)?;
        }
        if self.superseded > 0 {
            writeln!(f, "superseded {} records gave way to a newer version", self.superseded)?;
        }
        if let Some(first) = self.removed_inputs.first() {
            let n = self.removed_inputs.len();
            writeln!(
                f,
                "gone       {n} files are no more in the input, their records stay: {} …; `tamis status` lists them",
                shown(first)
            )?;
        }
        if self.other_survey > 0 {
            writeln!(
                f,
                "survey     {} shards were made with an earlier survey; --resurvey makes them anew",
                self.other_survey
            )?;
        }
        if self.changed > 0 {
            writeln!(
                f,
                "changed    {} shards belong to input that changed while it was read; run it again",
                self.changed
            )?;
        }
        if self.duplicates > 0 {
            writeln!(f, "duplicates {} records repeat an earlier one", self.duplicates)?;
        }
        writeln!(f, "time       {seconds:.2} s, {megabytes:.2} MB, {:.1} MB/s", megabytes / seconds.max(1e-9))
    }
}

/// Writes the counts, largest first, wrapped under each other.
fn row<'a>(f: &mut fmt::Formatter<'_>, name: &str, counts: impl Iterator<Item = (&'a str, u64)>) -> fmt::Result {
    const WIDTH: usize = 88;
    let mut counts: Vec<_> = counts.collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let (mut label, mut line) = (name, String::new());
    for (what, n) in counts {
        let item = format!("{what} {n}");
        if !line.is_empty() && line.len() + item.len() + 2 > WIDTH {
            writeln!(f, "{label:11}{line},")?;
            (label, line) = ("", String::new());
        }
        if !line.is_empty() {
            line.push_str(", ");
        }
        line.push_str(&item);
    }
    if line.is_empty() { Ok(()) } else { writeln!(f, "{label:11}{line}") }
}
