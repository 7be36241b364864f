//! Tries one document in a process of its own: this program again, with the same arguments and a name in its environment.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::limits::Limits;
use crate::pipeline::Pipeline;
use crate::read::dump::{Dump, Item, Place};
use crate::run::inflight::{Name, Probe};

/// The variable that names the document.
const VARIABLE: &str = "TAMIS_PROBE";

/// Starts this program again for each document that is tried.
pub fn probe(limits: &Limits) -> Option<Probe> {
    let program = std::env::current_exe().ok()?;
    let seconds = limits.document_seconds;
    Some(Arc::new(move |place: &Place| {
        let name = Name { path: place.path.to_string(), record: place.record };
        let mut command = Command::new(&program);
        command.args(std::env::args_os().skip(1)).env(VARIABLE, serde_json::to_string(&name).unwrap_or_default());
        // Reading up to the document takes time too.
        try_out(command, Duration::from_secs(2 * seconds + 20 * (place.length >> 20) + (place.offset >> 24)))
    }))
}

/// Waits for a process that processes one document and nothing else.
pub fn try_out(mut command: Command, allowed: Duration) -> Result<(), String> {
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    // What cannot be tried is not proven to be harmful.
    let Ok(mut child) = child else { return Ok(()) };
    let started = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.code().is_some_and(|code| code < 128) => return Ok(()),
            Ok(Some(status)) => return Err(format!("ended with {status}")),
            Ok(None) if started.elapsed() > allowed => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("did not end within {} seconds", allowed.as_secs()));
            }
            Ok(None) => std::thread::sleep(Duration::from_millis(5)),
            Err(_) => return Ok(()),
        }
    }
}

/// The document that this process is to try, if it was started for one.
pub fn asked() -> Option<Name> {
    serde_json::from_str(&std::env::var(VARIABLE).ok()?).ok()
}

/// Processes the document called `name`, and nothing else.
pub fn process(pipeline: &Pipeline, dump: &Dump, name: &Name) {
    let holds =
        |label: &str| name.path == label || name.path.strip_prefix(label).is_some_and(|rest| rest.starts_with("!/"));
    for file in dump.files.iter().filter(|f| holds(&f.label)) {
        dump.read_file(file, pipeline.limits(), &Arc::default(), &mut |item| {
            let place = item.place();
            if place.record != name.record || *place.path != *name.path {
                return true;
            }
            if let Item::Record(raw) = item {
                let _ = pipeline.process(&raw);
            }
            false
        });
    }
}
