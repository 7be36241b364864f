//! The workers: each batch of documents goes through a stage before the next begins, and no document holds up the others for
//! ever.
//!
//! What a document may cost is bounded by its bytes, blocks and nodes long before the clock matters. The clock is the last
//! resort, for a fault in tamis itself: a document that takes many times what the largest needs is given up, its thread is
//! left behind, and another takes over.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{Error, Reason, Reject};
use crate::pipeline::Pipeline;
use crate::read::RawRecord;
use crate::read::dump::{Item, Place};
use crate::run::inflight::{InFlight, Name, Suspects};
use crate::run::manifest::Input;
use crate::write::record::Record;

/// Threads whose panics become rejects are called this, and a number.
pub const WORKER: &str = "tamis-worker-";
/// How often the clock is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// Time that each megabyte of a document adds to what it may take.
const PER_MEGABYTE: Duration = Duration::from_secs(20);
/// Stack of a worker, in bytes. Nothing calls itself on input, so a part of it would do.
const STACK: usize = 16 << 20;

/// Items of one shard, one behind the other.
pub struct Batch {
    /// Batches are written in the order of their numbers.
    pub number: u64,
    /// The shard, if there are shards.
    pub shard: u64,
    /// What was found.
    pub items: Vec<Item>,
    /// Set in the last batch of a shard: what it was made of.
    pub end: Option<Vec<Input>>,
    /// Bytes of memory that it was counted with.
    pub weight: usize,
}

/// A batch with what became of its items.
pub struct Finished {
    /// The batch, without its items.
    pub batch: Batch,
    /// One for each item, in order.
    pub outcomes: Vec<Outcome>,
}

/// What became of one item.
pub struct Outcome {
    /// Where it was found.
    pub place: Place,
    /// A record with its line, or why there is none.
    pub result: Result<(Box<Record>, Vec<u8>), Reject>,
}

/// What all workers share.
pub struct Shared {
    /// What makes records.
    pub pipeline: Arc<Pipeline>,
    /// Batches to be worked on.
    pub work: Mutex<Receiver<Batch>>,
    /// Where finished batches go.
    pub results: SyncSender<Finished>,
    /// Documents that were under way when a run died.
    pub suspects: Suspects,
    /// Where documents under way are written down.
    pub inflight: Option<InFlight>,
    /// Nobody wants results any more.
    pub stop: AtomicBool,
}

/// The workers of a run.
pub struct Workers {
    shared: Arc<Shared>,
    slots: Vec<Arc<Slot>>,
}

/// The work of one worker, where another can take it over.
#[derive(Default)]
struct Slot(Mutex<Work>);

#[derive(Default)]
struct Work {
    /// Raised when the worker is given up.
    generation: u64,
    batch: Option<Batch>,
    /// The items of the batch.
    items: Arc<Vec<Item>>,
    /// The item under way, since when, and how long it may still take.
    current: Option<(usize, Instant, Duration)>,
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, Work> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Work {
    /// Takes the work from its worker, if it is late with a document. This one is given up, the others are to be done again.
    fn give_up(&mut self, pipeline: &Pipeline) -> bool {
        let Some((n, since, left)) = self.current else { return false };
        if since.elapsed() <= left {
            return false;
        }
        self.current = None;
        self.generation += 1;
        let mut items = self.items.to_vec();
        let place = items[n].place();
        let what = format!("it took more than {} seconds", allowance(pipeline, &place).as_secs());
        items[n] = Item::Reject(place, Reject::new(Reason::TooSlow, what));
        self.items = Arc::new(items);
        true
    }
}

impl Workers {
    /// Starts `jobs` workers.
    ///
    /// # Errors
    /// [`Error::Usage`] when the system gives no threads.
    pub fn start(shared: Arc<Shared>, jobs: usize) -> Result<Workers, Error> {
        let slots: Vec<Arc<Slot>> = (0..jobs).map(|_| Arc::default()).collect();
        for (n, slot) in slots.iter().enumerate() {
            spawn(&shared, slot, n, 0)
                .map_err(|e| Error::Usage(format!("cannot start {jobs} worker threads: {e}; try a smaller --jobs")))?;
        }
        Ok(Workers { shared, slots })
    }

    /// Watches the clock until `done` is set.
    pub fn watch(&self, done: &AtomicBool) {
        while !done.load(Ordering::Relaxed) {
            std::thread::park_timeout(LOOK);
            for (n, slot) in self.slots.iter().enumerate() {
                let mut work = slot.lock();
                if work.give_up(&self.shared.pipeline) {
                    let generation = work.generation;
                    drop(work);
                    // Without a thread its batch is never finished, and the run ends as not balanced.
                    let _ = spawn(&self.shared, slot, n, generation);
                }
            }
        }
    }
}

fn spawn(shared: &Arc<Shared>, slot: &Arc<Slot>, number: usize, generation: u64) -> std::io::Result<()> {
    let (shared, slot) = (shared.clone(), slot.clone());
    let builder = std::thread::Builder::new().name(format!("{WORKER}{number}")).stack_size(STACK);
    builder.spawn(move || work(&shared, &slot, number, generation)).map(|_| ())
}

/// Works until there are no more batches, nobody wants the results, or this worker is given up.
fn work(shared: &Shared, slot: &Slot, number: usize, generation: u64) {
    loop {
        if shared.stop.load(Ordering::Relaxed) {
            return;
        }
        if slot.lock().batch.is_none() {
            let next = shared.work.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(mut batch) = next else { return };
            let mut work = slot.lock();
            work.items = Arc::new(std::mem::take(&mut batch.items));
            work.batch = Some(batch);
        }
        let items = slot.lock().items.clone();
        let Some(outcomes) = outcomes(shared, slot, number, generation, &items) else { return };
        let mut work = slot.lock();
        if work.generation != generation {
            return;
        }
        work.current = None;
        work.items = Arc::default();
        let Some(batch) = work.batch.take() else { return };
        drop(work);
        if shared.results.send(Finished { batch, outcomes }).is_err() {
            return;
        }
    }
}

/// What becomes of the items of a batch; `None` when this worker is given up or nobody wants to know.
fn outcomes(shared: &Shared, slot: &Slot, number: usize, generation: u64, items: &[Item]) -> Option<Vec<Outcome>> {
    let places: Vec<Place> = items.iter().map(Item::place).collect();
    let mut left: Vec<Duration> = places.iter().map(|place| allowance(&shared.pipeline, place)).collect();
    let names: Vec<String> = places.iter().map(Name::line).collect();
    // A suspect is tried in another process, which has a clock of its own.
    let tried = items.iter().map(|item| match item {
        Item::Record(raw) => shared.suspects.check(raw).map(|()| raw),
        Item::Reject(_, reject) => Err(reject.clone()),
    });
    let tried: Vec<Result<&RawRecord, Reject>> = tried.collect();
    let (numbers, records): (Vec<usize>, Vec<&RawRecord>) =
        tried.iter().enumerate().filter_map(|(n, tried)| Some((n, *tried.as_ref().ok()?))).unzip();
    let mut before = None;
    let step = &mut |n: usize| {
        let (n, now) = (numbers[n], Instant::now());
        let mut work = slot.lock();
        if work.generation != generation || shared.stop.load(Ordering::Relaxed) {
            return false;
        }
        if let Some((last, since, _)) = work.current {
            left[last] = left[last].saturating_sub(now - since);
        }
        work.current = Some((n, now, left[n]));
        drop(work);
        if let Some(inflight) = shared.inflight.as_ref().filter(|_| before.replace(n) != Some(n)) {
            inflight.begin(number, &names[n]);
        }
        true
    };
    let mut lines = Vec::with_capacity(records.len());
    for (n, record) in shared.pipeline.process_all(&records, step).into_iter().enumerate() {
        if !step(n) {
            return None;
        }
        lines.push(record.map(|record| {
            let line = record.to_line();
            (Box::new(record), line)
        }));
    }
    if lines.len() < records.len() {
        return None;
    }
    let mut lines = lines.into_iter();
    let none = || Err(Reject::new(Reason::Internal, "no outcome"));
    let outcome = |(place, tried): (Place, Result<&RawRecord, Reject>)| {
        let result = tried.and_then(|_| lines.next().unwrap_or_else(none));
        Outcome { place, result }
    };
    Some(places.into_iter().zip(tried).map(outcome).collect())
}

/// How long the document at `place` may take.
fn allowance(pipeline: &Pipeline, place: &Place) -> Duration {
    let seconds = Duration::from_secs(pipeline.limits().document_seconds);
    seconds + PER_MEGABYTE * u32::try_from(place.length >> 20).unwrap_or(u32::MAX)
}
