//! The batch runner: a reading thread, a pool of workers, and a writer that keeps the order of the input.
//!
//! Memory is bounded: so many bytes of input may be under way, and more is read only when results of those are written. So a
//! slow document holds up reading, never the machine.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::error::{Error, Reject};
use crate::pipeline::Pipeline;
use crate::read::dump::{Dump, Item, Place};
use crate::write::record::Record;

pub mod budget;
pub mod duplicates;
pub mod folder;
pub mod inflight;
pub mod latest;
pub mod manifest;
pub mod output;
pub mod plan;
pub mod progress;
mod reader;
pub mod state;
pub mod status;
pub mod summary;
pub mod verify;
pub mod withdrawn;
pub mod workers;

use budget::Budget;
use duplicates::Duplicates;
use folder::Folder;
use inflight::{InFlight, Probe, Suspects};
use manifest::Made;
use output::Output;
use plan::{Cut, Plan, Wanted};
use progress::Progress;
use reader::Reader;
use summary::Summary;
pub use workers::WORKER;
use workers::{Finished, Outcome, Shared, Workers};

/// Bytes of input under way, and what each worker adds to them.
const UNDER_WAY: usize = 24 << 20;
const PER_WORKER: usize = 4 << 20;
/// How often it is looked whether the run is to stop.
const LOOK: Duration = Duration::from_millis(100);

/// Where a run writes to and how.
#[derive(Clone, Default)]
pub struct Options {
    /// Where the records go.
    pub target: Target,
    /// Worker threads; at least 1.
    pub jobs: usize,
    /// How progress is shown.
    pub progress: progress::Style,
    /// Start over: nothing that is finished holds.
    pub fresh: bool,
    /// Make again what was made with another survey.
    pub resurvey: bool,
    /// Of an article that was crawled again, keep the newest version only.
    pub latest: bool,
    /// Documents to read at most.
    pub limit: Option<u64>,
    /// How the dump is cut into shards.
    pub cut: Cut,
    /// Read only these documents.
    pub only: Option<Arc<Only>>,
    /// Not zero once the run is to stop: the number of the signal that asks for it.
    pub stop: Arc<AtomicUsize>,
    /// Tries a document in a process of its own.
    pub probe: Option<Probe>,
}

/// Where the records of a run go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// Shards and a manifest in this folder.
    Folder(PathBuf),
    /// Records to standard output, rejects to standard error.
    Stdout,
    /// Nowhere: the run is made for its summary.
    #[default]
    Nowhere,
}

/// Documents by their places, as a list of rejects gives them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Only(BTreeMap<String, BTreeSet<u64>>);

impl Only {
    /// Those that the output folder `root` has rejected.
    ///
    /// # Errors
    /// [`Error::Io`], and [`Error::Usage`] where there are none.
    pub fn rejected(root: &Path) -> Result<Only, Error> {
        let mut only = Only::default();
        for entry in manifest::Manifest::read(root)?.entries().values() {
            let Some(part) = &entry.rejects else { continue };
            folder::each_line(&root.join(&part.file), &mut |_, line| {
                if let Ok(line) = serde_json::from_slice::<output::RejectLine>(line) {
                    only.0.entry(line.path).or_default().insert(line.record);
                }
                Ok(())
            })?;
        }
        if only.0.is_empty() {
            return Err(Error::Usage(format!("{} has no rejects", root.display())));
        }
        Ok(only)
    }

    /// The files that hold them, by their names in records.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(|path| path.split_once("!/").map_or(&**path, |(file, _)| file))
    }

    fn has(&self, item: &Item) -> bool {
        let place = item.place();
        self.0.get(&*place.path).is_some_and(|records| records.contains(&place.record))
    }

    /// Whether a file, or a member of it, holds one.
    pub fn is_in(&self, label: &str) -> bool {
        self.0.contains_key(label)
            || self.0.range(format!("{label}!/")..).next().is_some_and(|(p, _)| p.starts_with(&format!("{label}!/")))
    }
}

/// An output folder that was opened, and what there is to do.
pub struct Prepared {
    output: Output,
    plan: Plan,
    settings: String,
}

impl Prepared {
    /// Whether nothing is to be read.
    pub fn is_done(&self) -> bool {
        self.plan.units.is_empty()
    }

    /// The output folder, if there is one.
    pub fn root(&self) -> Option<&Path> {
        if let Output::Folder(folder) = &self.output { Some(folder.root()) } else { None }
    }
}

/// Opens the output, and finds out what there is to do. `settings` are flags that change what is written and that the
/// pipeline does not know of.
///
/// # Errors
/// [`Error::Io`] when the output cannot be written to, [`Error::Usage`] while another run writes to it.
pub fn prepare(pipeline: &Pipeline, dump: &Dump, options: &Options, settings: &str) -> Result<Prepared, Error> {
    let settings = format!("{settings} {:?} {} {:?}", options.limit, options.cut.part_bytes, options.only);
    let Target::Folder(root) = &options.target else {
        let output = if options.target == Target::Stdout { Output::stdout() } else { Output::Nowhere };
        return Ok(Prepared { output, plan: Plan::all(dump), settings });
    };
    let made = Made::by(pipeline, &settings);
    let mut folder = Folder::open(root, made.clone(), options.fresh)?;
    withdrawn::resume(&mut folder)?;
    let wanted = Wanted { dump, cut: options.cut, made: &made, resurvey: options.resurvey, limits: pipeline.limits() };
    let Folder { manifest, stamps, .. } = &mut folder;
    let plan = Plan::make(root, &wanted, manifest, stamps)?;
    Ok(Prepared { output: Output::Folder(Box::new(folder)), plan, settings })
}

/// Processes a dump.
///
/// # Errors
/// [`Error::Io`] when the output cannot be written, [`Error::Unbalanced`] when a document is not accounted for.
pub fn run(pipeline: &Arc<Pipeline>, dump: &Dump, options: &Options, prepared: Prepared) -> Result<Summary, Error> {
    let Prepared { mut output, plan, settings } = prepared;
    let jobs = options.jobs.max(1);
    let mut summary = Summary::default();
    (summary.done, summary.removed_inputs) = (plan.done, plan.removed.clone());
    let (mut suspects, mut inflight) = (Suspects::default(), None);
    let mut numbers: Box<dyn Iterator<Item = u64> + Send> = Box::new(0..);
    if let Output::Folder(folder) = &mut output {
        let made = Made::by(pipeline, &settings);
        state::Asked::of(dump, &made).write(folder.root())?;
        folder.set_made(made);
        folder.clear_strays()?;
        for shard in &plan.dropped {
            folder.drop_shard(*shard)?;
        }
        for file in &dump.files {
            folder.will_read(&file.label, &file.path);
        }
        numbers = Box::new(folder.manifest.free());
        suspects = Suspects::find(folder.root(), options.probe.clone());
        inflight = Some(InFlight::open(folder.root(), jobs)?);
    }
    let read_bytes = Arc::new(AtomicU64::new(0));
    let progress = Progress::new(options.progress, (!dump.stdin).then(|| plan.bytes(dump)), read_bytes.clone());
    let budget = Budget::new(UNDER_WAY + PER_WORKER * jobs);
    let (to_work, work) = sync_channel(jobs);
    let (results_in, results) = sync_channel(jobs * 2);
    let shared = Arc::new(Shared {
        pipeline: pipeline.clone(),
        work: Mutex::new(work),
        results: results_in,
        suspects,
        inflight,
        stop: AtomicBool::new(false),
    });
    let mut writer = Writer {
        output,
        duplicates: Duplicates::default(),
        learned: 0,
        summary,
        progress,
        budget: &budget,
        stop: &options.stop,
    };
    let workers = Workers::start(shared.clone(), jobs)?;
    let finished = AtomicBool::new(false);
    let (state, written) = std::thread::scope(|scope| {
        let reader = Reader {
            dump,
            plan: &plan,
            cut: options.cut,
            shards: matches!(options.target, Target::Folder(_)),
            limits: pipeline.limits(),
            progress: &read_bytes,
            budget: &budget,
            to_work,
            stop: &options.stop,
            numbers,
            limit: options.limit,
            only: options.only.as_deref(),
            state: reader::State::default(),
        };
        let batches = Arc::new(AtomicU64::new(u64::MAX));
        let total = batches.clone();
        let reading = scope.spawn(move || {
            let state = reader.read();
            total.store(state.batches(), Ordering::Release);
            state
        });
        let watching = scope.spawn(|| workers.watch(&finished));
        let written = writer.write_all(&results, &batches);
        shared.stop.store(true, Ordering::Relaxed);
        budget.close();
        // Whoever waits to hand something on is let go.
        drop(results);
        while !reading.is_finished() {
            let work = shared.work.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = work.recv_timeout(Duration::from_millis(1));
        }
        let state = reading.join();
        finished.store(true, Ordering::Relaxed);
        watching.thread().unpark();
        (state, written)
    });
    written?;
    let signal = options.stop.load(Ordering::Relaxed);
    let state = state
        .map_err(|_| Error::Usage("the reading thread has failed: this is a bug in tamis, please report it".into()))?;
    let Writer { mut output, progress, summary: mut counted, .. } = writer;
    progress.finish();
    counted.read = state.count;
    counted.bytes = read_bytes.load(Ordering::Relaxed);
    counted.changed = state.changed.len() as u64;
    counted.interrupted = i32::try_from(signal).ok().filter(|s| *s != 0);
    let whole = !counted.cut_short && counted.interrupted.is_none();
    if whole && counted.read != counted.written + counted.forgotten + counted.rejected() {
        let Summary { read, written, forgotten, .. } = counted;
        return Err(Error::Unbalanced { read, written: written + forgotten, rejected: counted.rejected() });
    }
    if let Output::Folder(folder) = &mut output {
        for shard in &state.changed {
            folder.manifest.distrust(*shard);
        }
        if !plan.units.is_empty() {
            let survey = pipeline.survey().map(|s| s.hash().to_hex().to_string());
            counted.other_survey =
                folder.manifest.entries().values().filter(|e| e.made.survey != survey).count() as u64;
        }
        if options.latest && whole {
            counted.superseded = latest::keep_newest(folder)?;
        }
    }
    output.finish(&counted)?;
    if let Some(inflight) = &shared.inflight {
        inflight.clear();
    }
    Ok(counted)
}

struct Writer<'a> {
    output: Output,
    duplicates: Duplicates,
    /// Shards below this number are known to `duplicates`.
    learned: u64,
    summary: Summary,
    progress: Progress,
    budget: &'a Budget,
    stop: &'a AtomicUsize,
}

impl Writer<'_> {
    /// Writes the results in the order of the input. A closed pipe ends it quietly, and so does a signal; `batches` says how
    /// many there are, once it is known.
    fn write_all(&mut self, results: &Receiver<Finished>, batches: &AtomicU64) -> Result<(), Error> {
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        while next < batches.load(Ordering::Acquire) {
            if self.stop.load(Ordering::Relaxed) != 0 {
                return Ok(());
            }
            match results.recv_timeout(LOOK) {
                Ok(finished) => waiting.insert(finished.batch.number, finished),
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            };
            while let Some(finished) = waiting.remove(&next) {
                if !self.batch(finished)? {
                    self.summary.cut_short = true;
                    return Ok(());
                }
                next += 1;
            }
        }
        Ok(())
    }

    fn batch(&mut self, finished: Finished) -> Result<bool, Error> {
        let Finished { batch, outcomes } = finished;
        if let Output::Folder(folder) = &mut self.output
            && folder.shard() != Some(batch.shard)
        {
            // The first of what stands twice is what stands in a lower shard.
            let shards: Vec<_> = folder
                .manifest
                .entries()
                .range(self.learned.min(batch.shard)..batch.shard)
                .map(|(n, e)| (*n, e.articles.clone()))
                .collect();
            for (number, articles) in shards {
                if let Some(part) = articles.filter(|_| number >= self.learned && !self.duplicates.is_full()) {
                    self.duplicates.learn(&folder.root().join(part.file))?;
                }
            }
            self.learned = self.learned.max(batch.shard + 1);
            folder.begin(batch.shard);
        }
        for outcome in outcomes {
            if !self.write(outcome)? {
                return Ok(false);
            }
        }
        if let (Output::Folder(folder), Some(inputs)) = (&mut self.output, batch.end) {
            folder.commit(inputs)?;
        }
        self.budget.give(batch.weight);
        Ok(true)
    }

    /// Writes one outcome; `false` when the reader of our output has gone.
    fn write(&mut self, outcome: Outcome) -> Result<bool, Error> {
        self.progress.document();
        match outcome.result {
            Ok((record, line)) => self.record(*record, line),
            Err(reject) => self.reject(&outcome.place, &reject),
        }
    }

    fn record(&mut self, mut record: Record, mut line: Vec<u8>) -> Result<bool, Error> {
        if let Output::Folder(folder) = &mut self.output
            && folder.withdrawn.has(&record)
        {
            folder.withhold();
            self.summary.forgotten += 1;
            return Ok(true);
        }
        // What a survey has found counts first: it knows the whole dump.
        let known = record.duplicate_of.is_some();
        if let Some(first) = (!known).then(|| self.duplicates.first(&record)).flatten() {
            record.duplicate_of = Some(first);
            line = record.to_line();
        }
        self.summary.add(&record);
        self.output.record(&line)
    }

    fn reject(&mut self, place: &Place, reject: &Reject) -> Result<bool, Error> {
        self.summary.reject(reject.reason);
        self.progress.suspend(|| self.output.reject(place, reject))
    }
}
