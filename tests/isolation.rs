//! Documents that command a fault: a panic, an endless loop, an allocation that no machine can give, a stack that overflows.
//! The stage that obeys them is in this test alone. What ends a process needs one to end, so the runs are made by this test
//! binary, started again.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tamis::document::Document;
use tamis::read::dump::{Dump, Item, Place};
use tamis::run::{self, Target};
use tamis::stage::{Found, Pass, Stage};
use tamis::{Limits, Options, Pipeline};

/// Names the folder in which a child runs.
const FOLDER: &str = "TAMIS_TEST_FOLDER";
/// Names the document that a child of a child tries.
const TRY: &str = "TAMIS_TEST_TRY";

struct Obedient;

impl Pass for Obedient {
    fn look(&self, doc: &Document, _: &mut Found) {
        let text = doc.text();
        if text.contains("COMMAND panic") {
            panic!("as it was told to");
        }
        while text.contains("COMMAND hang") {
            std::thread::sleep(Duration::from_millis(10));
        }
        if text.contains("COMMAND allocate") {
            let bytes = std::hint::black_box(1_usize << 46);
            std::hint::black_box(vec![1_u8; bytes]);
        }
        if text.contains("COMMAND overflow") {
            std::hint::black_box(deeper(1));
        }
    }
}

#[allow(unconditional_recursion)]
fn deeper(n: u64) -> u64 {
    let block = std::hint::black_box([n; 64]);
    deeper(n + 1) + block[(n % 64) as usize]
}

fn pipeline() -> Pipeline {
    let limits = Limits { document_seconds: 1, ..Limits::default() };
    let pipeline = Pipeline::new(&Options { only: Some(Vec::new()), limits, ..Options::default() }).unwrap();
    pipeline.with_stage(Stage { name: "mock", about: "", passes: vec![Box::new(Obedient)] })
}

/// What a child does; nothing when this is no child.
#[test]
fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    std::env::set_current_dir(folder).unwrap();
    let dump = Dump::find(&["raw".into()]).unwrap();
    let pipeline = Arc::new(pipeline());
    if let Ok(wanted) = std::env::var(TRY) {
        dump.read(pipeline.limits(), &Default::default(), &mut |item| {
            if let Item::Record(raw) = item
                && format!("{} {}", raw.path, raw.record) == wanted
            {
                let _ = pipeline.process(&raw);
            }
            true
        });
        return;
    }
    let probe = |place: &Place| {
        let mut command = this_test();
        command.env(TRY, format!("{} {}", place.path, place.record));
        let status = command.output().unwrap().status;
        if status.success() { Ok(()) } else { Err(format!("ended with {status}")) }
    };
    let options = run::Options {
        target: Target::Folder("processed".into()),
        jobs: 2,
        probe: Some(Arc::new(probe)),
        cut: run::plan::Cut { part_bytes: 4000, share: None },
        ..run::Options::default()
    };
    let prepared = run::prepare(&pipeline, &dump, &options, "").unwrap();
    run::run(&pipeline, &dump, &options, prepared).unwrap();
}

/// This binary, to run what a child does.
fn this_test() -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "isolation::child", "--test-threads", "1"]);
    command
}

fn run_in(folder: &Path) -> ExitStatus {
    this_test().env(FOLDER, folder).output().unwrap().status
}

/// Documents 0 to 59, those of which that `commands` names with a command in it.
fn dump(folder: &Path, commands: &BTreeMap<usize, &str>) {
    fs::create_dir_all(folder.join("raw")).unwrap();
    let line = |n: usize| {
        let text = format!("Le marché numéro {n} a rouvert jeudi. {}", commands.get(&n).copied().unwrap_or_default());
        format!("{}\n", serde_json::json!({"id": n, "text": text}))
    };
    fs::write(folder.join("raw/a.jsonl"), (0..60).map(line).collect::<String>()).unwrap();
}

/// The numbers of the records, and record number and reason of each reject.
fn outcome(folder: &Path) -> (Vec<u64>, Vec<(u64, String, String)>) {
    let read = |series: &str| -> Vec<Value> {
        let mut files: Vec<_> =
            fs::read_dir(folder.join("processed").join(series)).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        let text: String = files.iter().map(|f| fs::read_to_string(f).unwrap()).collect();
        text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    };
    let ids = read("articles").iter().map(|r| r["id"].as_str().unwrap().parse().unwrap()).collect();
    let text = |v: &Value| v.as_str().unwrap().to_string();
    let rejects = read("rejects")
        .iter()
        .map(|r| (r["record"].as_u64().unwrap(), text(&r["reason"]), text(&r["stage"])))
        .collect();
    (ids, rejects)
}

fn others(but: &[u64]) -> Vec<u64> {
    (0..60).filter(|n| !but.contains(n)).collect()
}

#[test]
fn a_panic_and_a_loop_cost_their_documents() {
    let folder = tempfile::tempdir().unwrap();
    dump(
        folder.path(),
        &[(7, "COMMAND panic"), (20, "COMMAND hang"), (21, "COMMAND hang"), (59, "COMMAND panic")].into(),
    );
    let started = Instant::now();
    assert!(run_in(folder.path()).success());
    assert!(started.elapsed() < Duration::from_secs(60));
    let (ids, rejects) = outcome(folder.path());
    assert_eq!(ids, others(&[7, 20, 21, 59]));
    let reasons: Vec<_> = rejects.iter().map(|(n, reason, _)| (*n, reason.as_str())).collect();
    assert_eq!(reasons, [(7, "internal"), (20, "too-slow"), (21, "too-slow"), (59, "internal")]);
    assert_eq!(rejects[0].2, "mock");
}

#[test]
fn what_ends_the_process_is_found_out_and_kept_away() {
    for command in ["COMMAND overflow", "COMMAND allocate"] {
        let folder = tempfile::tempdir().unwrap();
        dump(folder.path(), &[(30, command)].into());
        assert!(!run_in(folder.path()).success(), "{command} must end the first run");
        let runs = (1..6).find(|_| run_in(folder.path()).success());
        assert!(runs.is_some(), "{command}");
        let (ids, rejects) = outcome(folder.path());
        assert_eq!(ids, others(&[30]), "{command}");
        assert_eq!(rejects.iter().map(|r| (r.0, r.1.as_str())).collect::<Vec<_>>(), [(30, "poison")]);
        let list = fs::read_to_string(folder.path().join("processed/poison.jsonl")).unwrap();
        assert!(list.contains("\"path\":\"raw/a.jsonl\",\"record\":30"), "{list}");
        // It is known from then on, also when all is made anew.
        fs::remove_file(folder.path().join("processed/manifest.jsonl")).unwrap();
        assert!(run_in(folder.path()).success());
        assert_eq!(outcome(folder.path()), (ids, rejects));
    }
}

#[test]
fn those_that_were_under_way_when_a_run_was_killed_are_innocent() {
    let folder = tempfile::tempdir().unwrap();
    dump(folder.path(), &BTreeMap::new());
    fs::create_dir_all(folder.path().join("processed/.state")).unwrap();
    for n in 0..4 {
        let name = serde_json::json!({"path": "raw/a.jsonl", "record": 10 * n}).to_string();
        fs::write(folder.path().join(format!("processed/.state/inflight-{n}")), name + "\n").unwrap();
    }
    assert!(run_in(folder.path()).success());
    assert_eq!(outcome_of_all(folder.path()), others(&[]));
    assert!(!folder.path().join("processed/poison.jsonl").exists());
    assert!(!folder.path().join("processed/.state/inflight-0").exists());
}

fn outcome_of_all(folder: &Path) -> Vec<u64> {
    let (ids, rejects) = outcome(folder);
    assert_eq!(rejects, []);
    ids
}
