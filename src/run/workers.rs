//! The workers: each document by itself, and none that holds up the others for ever.
//!
//! What a document may cost is bounded by its bytes, blocks and nodes long before the clock matters. The clock is the last
//! resort, for a fault in tamis itself: a document that takes many times what the largest needs is given up, its thread is
//! left behind, and another takes over.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{Error, Reason, Reject};
use crate::pipeline::Pipeline;
use crate::read::RawRecord;
use crate::read::dump::{Item, Place};
use crate::run::inflight::{InFlight, Suspects};
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
    todo: VecDeque<Item>,
    done: Vec<Outcome>,
    /// The document under way, since when, and how long it may take.
    current: Option<(Place, Instant, Duration)>,
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, Work> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
                let late = work.current.as_ref().is_some_and(|(_, since, allowed)| since.elapsed() > *allowed);
                if late && let Some((place, _, allowed)) = work.current.take() {
                    work.generation += 1;
                    let what = format!("it took more than {} seconds", allowed.as_secs());
                    work.done.push(Outcome { place, result: Err(Reject::new(Reason::TooSlow, what)) });
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
        let mut work = slot.lock();
        if work.generation != generation {
            return;
        }
        let Some(item) = work.todo.pop_front() else {
            if let Some(batch) = work.batch.take() {
                let finished = Finished { batch, outcomes: std::mem::take(&mut work.done) };
                drop(work);
                if shared.results.send(finished).is_err() {
                    return;
                }
                continue;
            }
            drop(work);
            let next = shared.work.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(mut batch) = next else { return };
            let mut work = slot.lock();
            work.todo = std::mem::take(&mut batch.items).into();
            work.batch = Some(batch);
            continue;
        };
        let place = item.place();
        drop(work);
        // A suspect is tried in another process, which has a clock of its own.
        let tried = match &item {
            Item::Record(raw) => shared.suspects.check(raw),
            Item::Reject(..) => Ok(()),
        };
        let mut work = slot.lock();
        let seconds = Duration::from_secs(shared.pipeline.limits().document_seconds);
        let megabytes = u32::try_from(place.length >> 20).unwrap_or(u32::MAX);
        work.current = Some((place.clone(), Instant::now(), seconds + PER_MEGABYTE * megabytes));
        drop(work);
        let result = match (item, tried) {
            (Item::Reject(_, reject), _) | (_, Err(reject)) => Err(reject),
            (Item::Record(raw), Ok(())) => process(shared, number, &raw, &place),
        };
        let mut work = slot.lock();
        if work.generation != generation {
            return;
        }
        work.current = None;
        work.done.push(Outcome { place, result });
    }
}

fn process(shared: &Shared, number: usize, raw: &RawRecord, place: &Place) -> Result<(Box<Record>, Vec<u8>), Reject> {
    if let Some(inflight) = &shared.inflight {
        inflight.begin(number, place);
    }
    shared.pipeline.process(raw).map(|record| {
        let line = record.to_line();
        (Box::new(record), line)
    })
}
