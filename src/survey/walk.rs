//! The first walk over a dump: one thread reads, others decode and count, each into a survey of its own.

use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use super::Survey;
use crate::limits::Limits;
use crate::read::dump::{Dump, Item};
use crate::read::{self, RawRecord};
use crate::run::WORKER;

/// A batch is closed when it holds this many records …
const BATCH_RECORDS: usize = 64;
/// … or this many bytes.
const BATCH_BYTES: usize = 512 << 10;

/// Surveys the files of `dump`; standard input is passed over, since it can be read only once. Documents that cannot be read
/// do not count.
pub fn survey(dump: &Dump, limits: &Limits, jobs: usize) -> Survey {
    let dump = Dump { stdin: false, ..dump.clone() };
    let jobs = jobs.max(1);
    let (send, batches) = sync_channel::<Vec<RawRecord>>(2 * jobs);
    let batches = Mutex::new(batches);
    let mut whole = Survey::default();
    std::thread::scope(|scope| {
        let start = |n: usize| {
            let work = || count(&batches, limits);
            // Named like a worker of a run: the panic of one document is nothing to print.
            std::thread::Builder::new().name(format!("{WORKER}s{n}")).spawn_scoped(scope, work).ok()
        };
        let workers: Vec<_> = (0..jobs).filter_map(start).collect();
        if workers.is_empty() {
            return;
        }
        let (mut batch, mut bytes) = (Vec::new(), 0);
        dump.read(limits, &Arc::new(AtomicU64::new(0)), &mut |item| {
            let Item::Record(raw) = item else { return true };
            bytes += raw.bytes.len();
            batch.push(raw);
            if batch.len() < BATCH_RECORDS && bytes < BATCH_BYTES {
                return true;
            }
            bytes = 0;
            send.send(std::mem::take(&mut batch)).is_ok()
        });
        let _ = send.send(batch);
        drop(send);
        for worker in workers {
            if let Ok(part) = worker.join() {
                whole.merge(part);
            }
        }
    });
    whole
}

fn count(batches: &Mutex<Receiver<Vec<RawRecord>>>, limits: &Limits) -> Survey {
    let mut survey = Survey::default();
    loop {
        let next = batches.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(batch) = next else { return survey };
        for raw in batch {
            let read = std::panic::catch_unwind(|| read::document(&raw, limits));
            if let Ok(Ok(doc)) = read {
                survey.add(&raw, &doc);
            }
        }
    }
}
