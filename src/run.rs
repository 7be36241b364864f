//! The batch runner: a reading thread, a pool of workers, and a writer that keeps the order of the input.
//!
//! Memory is bounded: a batch is read only when one of a fixed number of places is free, and the place is freed when its
//! results are written. So a slow document holds up reading, never the machine.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, Reject};
use crate::pipeline::Pipeline;
use crate::read::dump::{Dump, Item, Place};
use crate::write::record::Record;

pub mod duplicates;
pub mod manifest;
pub mod output;
pub mod progress;
pub mod summary;

use duplicates::Duplicates;
use output::Output;
use progress::Progress;
use summary::Summary;

/// A batch is closed when it holds this many items …
const BATCH_ITEMS: usize = 64;
/// … or this many bytes.
const BATCH_BYTES: usize = 512 << 10;

/// Where a run writes to and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the records go.
    pub target: Target,
    /// Worker threads; at least 1.
    pub jobs: usize,
    /// How progress is shown.
    pub progress: progress::Style,
}

/// Where the records of a run go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Shards and a manifest in this folder.
    Folder(PathBuf),
    /// Records to standard output, rejects to standard error.
    Stdout,
    /// Nowhere: the run is made for its summary.
    Nowhere,
}

struct Batch {
    number: u64,
    items: Vec<Item>,
}

/// What became of one item.
struct Outcome {
    place: Place,
    result: Result<Done, Reject>,
}

struct Done {
    record: Record,
    line: Vec<u8>,
}

/// Processes a whole dump.
///
/// # Errors
/// [`Error::Io`] when the output cannot be written, [`Error::Unbalanced`] when a document is not accounted for.
pub fn run(pipeline: &Pipeline, dump: &Dump, options: &Options) -> Result<Summary, Error> {
    let read_bytes = Arc::new(AtomicU64::new(0));
    let progress = Progress::new(options.progress, (!dump.stdin).then(|| dump.bytes()), read_bytes.clone());
    let mut writer = Writer {
        output: Output::open(&options.target, pipeline)?,
        duplicates: Duplicates::default(),
        summary: Summary::default(),
        progress,
    };
    let jobs = options.jobs.max(1);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .thread_name(|i| format!("{WORKER}{i}"))
        .build()
        .map_err(|e| Error::Usage(format!("cannot start {jobs} worker threads: {e}; try a smaller --jobs")))?;
    let (take_place, free_place) = sync_channel::<()>(jobs * 4 + 4);
    let (to_work, work) = sync_channel::<Batch>(jobs);
    let (to_writer, results) = channel::<(u64, Vec<Outcome>)>();

    let read = std::thread::scope(|scope| {
        let reader = scope.spawn(|| read_batches(pipeline, dump, &read_bytes, take_place, to_work));
        let pool = &pool;
        scope.spawn(move || {
            // The workers own the receiving end: once they have stopped, a reader that waits to send is let go.
            let work = Mutex::new(work);
            let to_writer = Mutex::new(to_writer);
            pool.broadcast(|_| {
                let to_writer = to_writer.lock().unwrap_or_else(PoisonError::into_inner).clone();
                work_batches(pipeline, &work, &to_writer);
            });
        });
        let written = writer.write_all(results, free_place);
        let read = reader.join().unwrap_or(0);
        written.map(|()| read)
    })?;
    let mut summary = writer.finish()?;
    summary.read = read;
    summary.bytes = read_bytes.load(std::sync::atomic::Ordering::Relaxed);
    if !summary.cut_short && read != summary.written + summary.rejected() {
        return Err(Error::Unbalanced { read, written: summary.written, rejected: summary.rejected() });
    }
    Ok(summary)
}

/// Threads whose panics become rejects are called this, and a number.
pub const WORKER: &str = "tamis-worker-";

/// Reads items into numbered batches; returns how many items there were.
fn read_batches(
    pipeline: &Pipeline,
    dump: &Dump,
    read_bytes: &Arc<AtomicU64>,
    take_place: SyncSender<()>,
    to_work: SyncSender<Batch>,
) -> u64 {
    let (mut number, mut count, mut bytes) = (0, 0, 0);
    let mut items = Vec::new();
    let mut send = |items: Vec<Item>| {
        let sent = take_place.send(()).is_ok() && to_work.send(Batch { number, items }).is_ok();
        number += 1;
        sent
    };
    dump.read(pipeline.limits(), read_bytes, &mut |item| {
        bytes += if let Item::Record(raw) = &item { raw.bytes.len() } else { 0 };
        items.push(item);
        count += 1;
        if items.len() < BATCH_ITEMS && bytes < BATCH_BYTES {
            return true;
        }
        bytes = 0;
        send(std::mem::take(&mut items))
    });
    if !items.is_empty() {
        send(items);
    }
    count
}

/// Takes batches until there are no more, or nobody wants the results.
fn work_batches(pipeline: &Pipeline, work: &Mutex<Receiver<Batch>>, to_writer: &Sender<(u64, Vec<Outcome>)>) {
    loop {
        let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(batch) = next else { return };
        let outcomes = batch.items.into_iter().map(|item| process(pipeline, item)).collect();
        if to_writer.send((batch.number, outcomes)).is_err() {
            return;
        }
    }
}

fn process(pipeline: &Pipeline, item: Item) -> Outcome {
    match item {
        Item::Reject(place, reject) => Outcome { place, result: Err(reject) },
        Item::Record(raw) => {
            let place = Place { path: raw.path.clone(), record: raw.record, offset: raw.offset };
            let result = pipeline.process(&raw).map(|record| Done { line: record.to_line(), record });
            Outcome { place, result }
        }
    }
}

struct Writer {
    output: Output,
    duplicates: Duplicates,
    summary: Summary,
    progress: Progress,
}

impl Writer {
    /// Writes the results in the order of the input. A closed pipe ends it quietly.
    fn write_all(&mut self, results: Receiver<(u64, Vec<Outcome>)>, free_place: Receiver<()>) -> Result<(), Error> {
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        for (number, outcomes) in results {
            waiting.insert(number, outcomes);
            while let Some(outcomes) = waiting.remove(&next) {
                for outcome in outcomes {
                    if !self.write(outcome)? {
                        self.summary.cut_short = true;
                        return Ok(());
                    }
                }
                next += 1;
                // The reader may be gone already, and with it its places.
                let _ = free_place.recv();
            }
        }
        Ok(())
    }

    /// Writes one outcome; `false` when the reader of our output has gone.
    fn write(&mut self, outcome: Outcome) -> Result<bool, Error> {
        self.progress.document();
        let open = match outcome.result {
            Ok(mut done) => {
                // What a survey has found counts first: it knows the whole dump.
                let known = done.record.duplicate_of.is_some();
                if let Some(first) = (!known).then(|| self.duplicates.first(&done.record)).flatten() {
                    done.record.duplicate_of = Some(first);
                    done.line = done.record.to_line();
                }
                self.summary.add(&done.record);
                self.output.record(&done.line)?
            }
            Err(reject) => {
                self.summary.reject(reject.reason);
                self.progress.suspend(|| self.output.reject(&outcome.place, &reject))?
            }
        };
        Ok(open)
    }

    fn finish(mut self) -> Result<Summary, Error> {
        self.progress.finish();
        self.output.finish(&self.summary)?;
        Ok(self.summary)
    }
}
