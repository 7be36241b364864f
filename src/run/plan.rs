//! What there is to do: which files are new or changed, which shards hold, and how the rest is cut into shards.
//!
//! Small files are put together, large ones cut after a number of bytes of their records. Files that a shard holds stay
//! in it, so a file that comes later never moves another.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::error::Error;
use crate::limits::Limits;
use crate::read::dump::{Dump, DumpFile, Item};
use crate::run::manifest::{Entry, Input, Made, Manifest};
use crate::run::state::{Stamp, Stamps};

/// Files of one shard.
const FILES: usize = 1000;

/// How a dump is cut into shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// A part of a large file ends when its records have this many bytes.
    pub part_bytes: u64,
    /// Work on the files, or parts of large ones, whose hash modulo the second is the first, counted from 0.
    pub share: Option<(u64, u64)>,
}

impl Default for Cut {
    fn default() -> Cut {
        Cut { part_bytes: 64 << 20, share: None }
    }
}

impl Cut {
    /// Whether a file is cut into parts: packed, it unfolds to several times its size.
    fn is_large(&self, file: &DumpFile) -> bool {
        file.bytes >= self.part_bytes / 4
    }

    fn is_ours(&self, label: &str, part: u32) -> bool {
        self.share.is_none_or(|(mine, of)| {
            let hash = blake3::hash(format!("{label} {part}").as_bytes());
            let number = u64::from_le_bytes(hash.as_bytes()[..8].try_into().unwrap_or_default());
            number % of.max(1) == mine
        })
    }
}

/// Counts and hashes the records of a file, and says where its parts end.
pub struct Cutter {
    /// Bytes after which a part ends; `None` for a file that is one.
    part_bytes: Option<u64>,
    part: u32,
    bytes: u64,
    records: u64,
    hash: blake3::Hasher,
}

impl Cutter {
    /// At the start of a file.
    pub fn new(part_bytes: Option<u64>) -> Cutter {
        Cutter { part_bytes, part: 0, bytes: 0, records: 0, hash: blake3::Hasher::new() }
    }

    /// The part that the next record belongs to.
    pub fn part(&self) -> u32 {
        self.part
    }

    /// Adds a record; gives the part when it ends behind it.
    pub fn add(&mut self, item: &Item, file: &DumpFile) -> Option<Input> {
        let place = item.place();
        let mut word = |n: u64| {
            self.hash.update(&n.to_le_bytes());
        };
        word(place.record);
        word(place.offset);
        word(place.length);
        // A member of an archive has a name of its own.
        self.hash.update(place.path.strip_prefix(&*file.label).unwrap_or(&place.path).as_bytes()).update(&[0]);
        match item {
            Item::Record(raw) => self.hash.update(&raw.bytes),
            Item::Reject(_, reject) => self.hash.update(reject.reason.name().as_bytes()),
        };
        self.records += 1;
        self.bytes += place.length;
        (self.bytes >= self.part_bytes?).then(|| self.end(file, false))
    }

    /// Ends the part.
    pub fn end(&mut self, file: &DumpFile, last: bool) -> Input {
        let input = Input {
            path: file.label.to_string(),
            bytes: file.bytes,
            part: self.part,
            last,
            records: self.records,
            blake3: self.hash.finalize().to_hex().to_string(),
        };
        self.hash.reset();
        (self.part, self.bytes, self.records) = (self.part + 1, 0, 0);
        input
    }
}

/// What becomes of a part of a large file that has a shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// It holds.
    Done(u64, Input),
    /// It is made again, under this number.
    Again(u64),
}

/// One piece of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Files that share a shard, and its number if it has one.
    Files(Vec<usize>, Option<u64>),
    /// A large file, with what is known of its parts.
    Large(usize, BTreeMap<u32, Known>),
    /// Standard input, with the numbers that its parts had.
    Stdin(Vec<u64>),
}

/// What there is to do.
#[derive(Debug, Default)]
pub struct Plan {
    /// In the order in which it is done.
    pub units: Vec<Unit>,
    /// Files that need not be read.
    pub done: usize,
    /// Files that are in the output and no more in the input.
    pub removed: Vec<String>,
    /// Shards of large files that have become shorter.
    pub dropped: Vec<u64>,
}

/// What is asked of a plan.
pub struct Wanted<'a> {
    /// The input.
    pub dump: &'a Dump,
    /// How it is cut.
    pub cut: Cut,
    /// What records are made with.
    pub made: &'a Made,
    /// Make again what was made with another survey.
    pub resurvey: bool,
    /// Caps of reading.
    pub limits: &'a Limits,
}

/// Which part of which file a shard holds.
type Places = BTreeMap<String, BTreeMap<u32, (u64, Input)>>;

impl Plan {
    /// A plan for a run that has no output folder: everything, in order.
    pub fn all(dump: &Dump) -> Plan {
        let files: Vec<usize> = (0..dump.files.len()).collect();
        let mut units = if files.is_empty() { Vec::new() } else { vec![Unit::Files(files, Some(0))] };
        if dump.stdin {
            units.push(Unit::Stdin(Vec::new()));
        }
        Plan { units, ..Plan::default() }
    }

    /// Holds the input against the manifest.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn make(root: &Path, wanted: &Wanted, manifest: &Manifest, stamps: &mut Stamps) -> Result<Plan, Error> {
        let mut plan = Plan::default();
        let mut places = Places::new();
        // Shards that are made again, under the number that they have.
        let mut stale: BTreeSet<u64> = unsound(root, manifest, stamps)?.into_iter().collect();
        for entry in manifest.entries().values() {
            let other = entry.made.survey != wanted.made.survey;
            if !entry.made.agrees(wanted.made) || (other && wanted.resurvey) {
                stale.insert(entry.shard);
            }
            for input in &entry.inputs {
                places.entry(input.path.clone()).or_default().insert(input.part, (entry.shard, input.clone()));
            }
        }
        let files = &wanted.dump.files;
        let labels: BTreeMap<&str, usize> = files.iter().enumerate().map(|(i, f)| (&*f.label, i)).collect();
        plan.removed = places.keys().filter(|p| !labels.contains_key(p.as_str()) && *p != "-").cloned().collect();
        // Small files of a shard that is made again, all of them.
        let mut again: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        // The shards of small files that are what they were.
        let mut held = Vec::new();
        let mut large = Vec::new();
        let mut fresh = Vec::new();
        for (i, file) in files.iter().enumerate() {
            let Some(parts) = places.get(&*file.label) else {
                if wanted.cut.is_large(file) {
                    large.push((i, BTreeMap::new()));
                } else if wanted.cut.is_ours(&file.label, 0) {
                    fresh.push(i);
                }
                continue;
            };
            let whole = parts.len() == 1 && parts.get(&0).is_some_and(|(_, input)| input.last);
            let shared = parts.get(&0).and_then(|(s, _)| manifest.entries().get(s)).is_some_and(|e| e.inputs.len() > 1);
            if (whole && !wanted.cut.is_large(file)) || shared {
                let shard = parts.values().next().map_or(0, |p| p.0);
                if stale.contains(&shard) || !unchanged(file, parts, None, wanted, stamps) {
                    again.entry(shard).or_default();
                } else {
                    held.push(shard);
                }
                continue;
            }
            let known = known(file, parts, &stale, wanted, stamps);
            match known {
                Some((known, dropped)) => {
                    plan.dropped.extend(dropped);
                    large.push((i, known));
                }
                None => plan.done += 1,
            }
        }
        plan.done += held.iter().filter(|shard| !again.contains_key(shard)).count();
        for (shard, members) in &mut again {
            let Some(entry) = manifest.entries().get(shard) else { continue };
            members.extend(entry.inputs.iter().filter_map(|input| labels.get(input.path.as_str()).copied()));
        }
        let mut known: Vec<(u64, Unit)> =
            again.into_iter().map(|(shard, members)| (shard, Unit::Files(members, Some(shard)))).collect();
        let mut new = groups(files, fresh, wanted.cut);
        for (i, parts) in large {
            let first = parts.values().find_map(|k| if let Known::Again(shard) = k { Some(*shard) } else { None });
            match first {
                Some(shard) => known.push((shard, Unit::Large(i, parts))),
                None => new.push((i, Unit::Large(i, parts))),
            }
        }
        // What has a number comes first, in the order of numbers: whatever was found twice, the lower number was first.
        known.sort_by_key(|(shard, _)| *shard);
        new.sort_by_key(|(i, _)| *i);
        plan.units = known.into_iter().map(|k| k.1).chain(new.into_iter().map(|n| n.1)).collect();
        if wanted.dump.stdin {
            let numbers = places.get("-").map(|parts| parts.values().map(|(shard, _)| *shard).collect());
            plan.units.push(Unit::Stdin(numbers.unwrap_or_default()));
        }
        Ok(plan)
    }

    /// Bytes of the files that are to be read.
    pub fn bytes(&self, dump: &Dump) -> u64 {
        let size = |i: &usize| dump.files.get(*i).map_or(0, |f| f.bytes);
        let unit = |unit: &Unit| match unit {
            Unit::Files(files, _) => files.iter().map(size).sum(),
            Unit::Large(i, _) => size(i),
            Unit::Stdin(_) => 0,
        };
        self.units.iter().map(unit).sum()
    }
}

/// New small files, put together.
fn groups(files: &[DumpFile], fresh: Vec<usize>, cut: Cut) -> Vec<(usize, Unit)> {
    let mut groups: Vec<(u64, Vec<usize>)> = Vec::new();
    for i in fresh {
        match groups.last_mut() {
            Some((bytes, group)) if *bytes + files[i].bytes <= cut.part_bytes / 4 && group.len() < FILES => {
                *bytes += files[i].bytes;
                group.push(i);
            }
            _ => groups.push((files[i].bytes, vec![i])),
        }
    }
    groups.into_iter().map(|(_, group)| (group[0], Unit::Files(group, None))).collect()
}

/// Shards whose files are missing, or not what the manifest says.
fn unsound(root: &Path, manifest: &Manifest, stamps: &mut Stamps) -> Result<Vec<u64>, Error> {
    let mut unsound = Vec::new();
    for entry in manifest.entries().values() {
        for part in entry.parts() {
            let path = root.join(&part.file);
            let stamp = Stamp::at(&path);
            if stamps.holds(&part.file, stamp) {
                continue;
            }
            if is_sound(root, part) {
                stamps.learn(&part.file, stamp);
            } else {
                unsound.push(entry.shard);
                break;
            }
        }
    }
    Ok(unsound)
}

/// Whether a file of output has the length and hash that the manifest says.
pub fn is_sound(root: &Path, part: &super::manifest::Part) -> bool {
    let Ok(file) = std::fs::File::open(root.join(&part.file)) else { return false };
    if file.metadata().is_ok_and(|m| m.len() != part.bytes) {
        return false;
    }
    let mut hash = blake3::Hasher::new();
    hash.update_reader(file).is_ok() && hash.finalize().to_hex().as_str() == part.blake3
}

/// Whether a file that is one part is what it was.
fn unchanged(
    file: &DumpFile,
    parts: &BTreeMap<u32, (u64, Input)>,
    cut: Option<u64>,
    wanted: &Wanted,
    stamps: &mut Stamps,
) -> bool {
    let stamp = Stamp::at(&file.path);
    if stamps.holds(&file.label, stamp) {
        return true;
    }
    let found = measure(file, cut, wanted);
    let same = found.len() == parts.len()
        && found.iter().all(|input| parts.get(&input.part).is_some_and(|(_, known)| same(known, input)));
    if same {
        stamps.learn(&file.label, stamp);
    }
    same
}

fn same(a: &Input, b: &Input) -> bool {
    (a.part, a.last, a.records, &a.blake3) == (b.part, b.last, b.records, &b.blake3)
}

/// Reads a file and gives its parts.
fn measure(file: &DumpFile, cut: Option<u64>, wanted: &Wanted) -> Vec<Input> {
    let mut cutter = Cutter::new(cut);
    let mut parts = Vec::new();
    wanted.dump.read_file(file, wanted.limits, &Arc::new(AtomicU64::new(0)), &mut |item| {
        parts.extend(cutter.add(&item, file));
        true
    });
    parts.push(cutter.end(file, true));
    parts
}

/// What is known of the parts of a large file, and the shards that it needs no more; `None` when there is nothing to do.
#[allow(clippy::type_complexity)]
fn known(
    file: &DumpFile,
    parts: &BTreeMap<u32, (u64, Input)>,
    stale: &BTreeSet<u64>,
    wanted: &Wanted,
    stamps: &mut Stamps,
) -> Option<(BTreeMap<u32, Known>, Vec<u64>)> {
    let stamp = Stamp::at(&file.path);
    let ended = parts.values().any(|(_, input)| input.last);
    let sound = |shard: &u64| !stale.contains(shard);
    let again = |shard: u64| Known::Again(shard);
    if stamps.holds(&file.label, stamp) {
        let ours = |part: u32| wanted.cut.is_ours(&file.label, part);
        let end = parts.keys().next_back().copied().unwrap_or(0);
        let complete = ended && (0..=end).all(|part| !ours(part) || parts.contains_key(&part));
        if complete && parts.values().all(|(shard, _)| sound(shard)) {
            return None;
        }
        let known = parts.iter().map(|(part, (shard, input))| {
            (*part, if sound(shard) { Known::Done(*shard, input.clone()) } else { again(*shard) })
        });
        return Some((known.collect(), Vec::new()));
    }
    let found = measure(file, Some(wanted.cut.part_bytes), wanted);
    let mut known = BTreeMap::new();
    let mut todo = false;
    for input in &found {
        match parts.get(&input.part) {
            Some((shard, old)) if same(old, input) && sound(shard) => {
                known.insert(input.part, Known::Done(*shard, input.clone()));
            }
            Some((shard, _)) => {
                known.insert(input.part, again(*shard));
                todo = true;
            }
            None => todo |= wanted.cut.is_ours(&file.label, input.part),
        }
    }
    let dropped: Vec<u64> =
        parts.iter().filter(|(part, _)| **part as usize >= found.len()).map(|(_, (shard, _))| *shard).collect();
    if !todo && dropped.is_empty() {
        stamps.learn(&file.label, stamp);
        return None;
    }
    Some((known, dropped))
}

impl Cut {
    /// Whether a part of a large file is to be done by this run.
    pub fn wants(&self, label: &str, part: u32, known: &BTreeMap<u32, Known>) -> bool {
        match known.get(&part) {
            Some(Known::Done(..)) => false,
            Some(Known::Again(_)) => true,
            None => self.is_ours(label, part),
        }
    }
}

/// The entry without what only this run knows, for a shard that is dropped.
pub fn dropped(shard: u64) -> Entry {
    Entry { shard, dropped: true, ..Entry::default() }
}
