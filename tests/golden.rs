//! Golden cases: `tests/cases/<stage>/<name>/in.txt` becomes `out.txt`, by the edits in `edits.txt`. `BLESS=1` rewrites both; read
//! the difference before you commit it. Folder `all` runs every stage; a file `in.html` or `in.jsonl` is read as that.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use tamis::{Audit, Format, Options, Pipeline, RawRecord};

fn folders(path: &Path) -> Vec<PathBuf> {
    let mut all: Vec<_> = fs::read_dir(path).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()).collect();
    all.sort();
    all
}

/// What a case gives: the text as a reader sees it, and what was done to get there, a line each.
fn outcome(pipeline: &Pipeline, case: &Path) -> (String, String) {
    let (name, format) = [("in.txt", Format::Text), ("in.html", Format::Html), ("in.jsonl", Format::Jsonl)]
        .into_iter()
        .find(|(name, _)| case.join(name).exists())
        .unwrap_or_else(|| panic!("{} has no input", case.display()));
    let bytes = fs::read(case.join(name)).unwrap();
    let record = match pipeline.process(&RawRecord::new(name, format, bytes)) {
        Ok(record) => record,
        Err(reject) => return (String::new(), format!("{reject}\n")),
    };
    let mut out = String::new();
    if let Some(title) = &record.title {
        writeln!(out, "# {title}\n").unwrap();
    }
    writeln!(out, "{}", record.text).unwrap();
    let mut edits = String::new();
    for e in &record.edits {
        writeln!(edits, "{}..{} {:?} -> {:?} {}", e.start, e.end, e.before, e.after, e.rule).unwrap();
    }
    for r in &record.removed {
        writeln!(edits, "{}..{} {} {:?} {}", r.start, r.end, r.kind, r.text, r.rule).unwrap();
    }
    for d in &record.dates {
        let value = d.value.as_deref().or(d.reason.as_deref()).unwrap_or("-");
        writeln!(edits, "{} {:?} {value}", d.kind, d.text).unwrap();
    }
    for e in &record.entities {
        writeln!(edits, "{} {} {:?} x{}", e.kind, e.id, e.name, e.mentions.len()).unwrap();
    }
    for word in &record.quality.foreign {
        writeln!(edits, "foreign {:?} {}", word.text, word.language).unwrap();
    }
    (out, edits)
}

#[test]
fn golden_cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let bless = std::env::var_os("BLESS").is_some();
    let mut faults = Vec::new();
    let mut cases = 0;
    for stage in folders(&root) {
        let name = stage.file_name().unwrap().to_string_lossy().to_string();
        let only = (name != "all").then(|| vec![name]);
        let pipeline = Pipeline::new(&Options { only, audit: Audit::Full, ..Options::default() }).unwrap();
        for case in folders(&stage) {
            cases += 1;
            let (out, edits) = outcome(&pipeline, &case);
            for (file, got) in [("out.txt", out), ("edits.txt", edits)] {
                let path = case.join(file);
                if bless {
                    fs::write(&path, got).unwrap();
                } else {
                    let want = fs::read_to_string(&path).unwrap_or_default();
                    if want != got {
                        faults.push(format!("{}\n--- expected\n{want}--- got\n{got}", path.display()));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}\n{} differ", faults.join("\n"), faults.len());
    assert!(cases >= 8, "only {cases} cases were found");
}
