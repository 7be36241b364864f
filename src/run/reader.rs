//! The reading thread: follows the plan, cuts the dump into batches that belong to one shard each, and passes over what is
//! done already.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::SyncSender;

use crate::limits::Limits;
use crate::read::dump::{Dump, DumpFile, Item};
use crate::run::Only;
use crate::run::budget::Budget;
use crate::run::manifest::Input;
use crate::run::plan::{Cut, Cutter, Known, Plan, Unit};
use crate::run::workers::Batch;

/// A batch is closed when it holds this many items …
const BATCH_ITEMS: usize = 64;
/// … or this many bytes.
const BATCH_BYTES: usize = 256 << 10;
/// Bytes that an item weighs beside its own.
const ITEM: usize = 512;

/// What the reader works with.
pub struct Reader<'a> {
    pub dump: &'a Dump,
    pub plan: &'a Plan,
    pub cut: Cut,
    /// Whether parts are cut at all: there is an output folder.
    pub shards: bool,
    pub limits: &'a Limits,
    pub progress: &'a Arc<AtomicU64>,
    pub budget: &'a Budget,
    pub to_work: SyncSender<Batch>,
    /// Not zero once the run is to stop.
    pub stop: &'a AtomicUsize,
    /// Numbers for new shards.
    pub numbers: Box<dyn Iterator<Item = u64> + Send>,
    /// Documents to read at most.
    pub limit: Option<u64>,
    /// Read only these.
    pub only: Option<&'a Only>,
    pub state: State,
}

/// Where the reader stands.
#[derive(Default)]
pub struct State {
    batch: u64,
    items: Vec<Item>,
    weight: usize,
    /// Items handed on.
    pub count: u64,
    /// Items seen, handed on or not.
    seen: u64,
    /// Shards whose parts are not what the manifest says.
    pub changed: Vec<u64>,
}

impl State {
    /// Batches that were handed on.
    pub fn batches(&self) -> u64 {
        self.batch
    }
}

impl Reader<'_> {
    /// Reads all that the plan asks for; gives where it stands then.
    pub fn read(mut self) -> State {
        for unit in &self.plan.units {
            let wanted = match unit {
                Unit::Files(files, shard) => self.files(files, *shard),
                Unit::Large(file, known) => {
                    let file = &self.dump.files[*file];
                    self.large(file, known, None)
                }
                Unit::Stdin(numbers) => {
                    let file = DumpFile { path: "-".into(), label: "-".into(), bytes: 0, refused: None };
                    self.large(&file, &BTreeMap::new(), Some(numbers))
                }
            };
            if !wanted {
                break;
            }
        }
        self.state
    }

    fn new_shard(&mut self) -> u64 {
        self.numbers.next().unwrap_or(u64::MAX)
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed) != 0
    }

    /// Whether an item is asked for at all; `None` when no more are.
    fn asked(&mut self, item: &Item) -> Option<bool> {
        if self.is_stopped() || self.limit.is_some_and(|limit| self.state.seen >= limit) {
            return None;
        }
        let asked = self.only.is_none_or(|only| only.has(item));
        self.state.seen += u64::from(asked);
        Some(asked)
    }

    /// Files that share a shard.
    fn files(&mut self, files: &[usize], shard: Option<u64>) -> bool {
        let shard = shard.unwrap_or_else(|| self.new_shard());
        let mut inputs = Vec::new();
        for file in files {
            let file = &self.dump.files[*file];
            let mut cutter = Cutter::new(None);
            let (dump, limits, progress) = (self.dump, self.limits, self.progress);
            let wanted = dump.read_file(file, limits, progress, &mut |item| match self.asked(&item) {
                Some(false) => true,
                Some(true) => {
                    cutter.add(&item, file);
                    self.push(item, shard)
                }
                None => false,
            });
            if !wanted && !self.at_limit() {
                return false;
            }
            inputs.push(cutter.end(file, wanted));
            if !wanted {
                self.send(shard, Some(inputs));
                return false;
            }
        }
        self.send(shard, Some(inputs))
    }

    fn at_limit(&self) -> bool {
        !self.is_stopped() && self.limit.is_some_and(|limit| self.state.seen >= limit)
    }

    /// A file that is cut into parts; `numbers` are those that the parts of standard input had.
    fn large(&mut self, file: &DumpFile, known: &BTreeMap<u32, Known>, numbers: Option<&[u64]>) -> bool {
        let mut cutter = Cutter::new(self.shards.then_some(self.cut.part_bytes));
        let mut shard = None;
        let mut feed = |reader: &mut Self, item: Item| {
            match reader.asked(&item) {
                Some(true) => {}
                Some(false) => return true,
                None => return false,
            }
            let part = cutter.part();
            let ended = cutter.add(&item, file);
            if !reader.cut.wants(&file.label, part, known) {
                reader.compare(known, part, ended.as_ref());
                return true;
            }
            let number = *shard.get_or_insert_with(|| reader.number(part, known, numbers));
            if !reader.push(item, number) {
                return false;
            }
            match ended {
                Some(input) => {
                    shard = None;
                    reader.send(number, Some(vec![input]))
                }
                None => true,
            }
        };
        let (dump, limits, progress) = (self.dump, self.limits, self.progress);
        let wanted = match numbers {
            Some(_) => dump.read_stdin(limits, progress, &mut |item| feed(self, item)),
            None => dump.read_file(file, limits, progress, &mut |item| feed(self, item)),
        };
        if !wanted && !self.at_limit() {
            return false;
        }
        let part = cutter.part();
        if self.cut.wants(&file.label, part, known) {
            let number = shard.unwrap_or_else(|| self.number(part, known, numbers));
            return self.send(number, Some(vec![cutter.end(file, wanted)])) && wanted;
        }
        let ended = cutter.end(file, wanted);
        self.compare(known, part, Some(&ended));
        wanted
    }

    fn number(&mut self, part: u32, known: &BTreeMap<u32, Known>, numbers: Option<&[u64]>) -> u64 {
        let had = numbers.and_then(|n| n.get(part as usize)).copied();
        match known.get(&part) {
            Some(Known::Again(shard)) => *shard,
            _ => had.unwrap_or_else(|| self.new_shard()),
        }
    }

    /// Holds a part that was passed over against what the manifest says of it.
    fn compare(&mut self, known: &BTreeMap<u32, Known>, part: u32, found: Option<&Input>) {
        if let (Some(Known::Done(shard, input)), Some(found)) = (known.get(&part), found)
            && (input.records, &input.blake3) != (found.records, &found.blake3)
        {
            self.state.changed.push(*shard);
        }
    }

    fn push(&mut self, item: Item, shard: u64) -> bool {
        self.state.weight += ITEM + if let Item::Record(raw) = &item { raw.bytes.len() } else { 0 };
        self.state.items.push(item);
        self.state.count += 1;
        (self.state.items.len() < BATCH_ITEMS && self.state.weight < BATCH_BYTES) || self.send(shard, None)
    }

    fn send(&mut self, shard: u64, end: Option<Vec<Input>>) -> bool {
        let state = &mut self.state;
        let items = std::mem::take(&mut state.items);
        let weight = std::mem::take(&mut state.weight);
        if items.is_empty() && (end.is_none() || !self.shards) {
            return true;
        }
        let batch = Batch { number: state.batch, shard, items, end, weight };
        state.batch += 1;
        self.budget.take(weight) && self.to_work.send(batch).is_ok()
    }
}
