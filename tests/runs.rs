//! The program as a user runs it: exit codes, streams, folders, order.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn tamis(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tamis")).args(arguments).current_dir(folder).output().unwrap()
}

fn records(output: &Output) -> Vec<serde_json::Value> {
    String::from_utf8(output.stdout.clone()).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

fn paragraphs(n: usize) -> String {
    (0..n)
        .map(|i| {
            format!("Le conseil de la ville {i} a voté le budget de l'année et les habitants ont pris la parole.\n\n")
        })
        .collect()
}

/// A dump of several formats with a fault in the middle.
fn dump(folder: &Path) {
    fs::create_dir_all(folder.join("raw/b")).unwrap();
    fs::write(folder.join("raw/a.txt"), paragraphs(3)).unwrap();
    fs::write(
        folder.join("raw/b/page.html"),
        format!("<html><body><article><h1>Un titre</h1><p>{}</p></article></body></html>", paragraphs(2)),
    )
    .unwrap();
    let lines: String = (0..40)
        .map(|i| {
            if i == 7 {
                "{broken\n".to_string()
            } else {
                format!("{}\n", serde_json::json!({"id": format!("n{i}"), "text": paragraphs(1 + i % 5)}))
            }
        })
        .collect();
    fs::write(folder.join("raw/c.jsonl"), &lines).unwrap();
    let mut gz = flate2::write::GzEncoder::new(
        fs::File::create(folder.join("raw/d.jsonl.gz")).unwrap(),
        flate2::Compression::default(),
    );
    gz.write_all(lines.as_bytes()).unwrap();
    gz.finish().unwrap();
    fs::write(folder.join("raw/.hidden"), "not read").unwrap();
}

#[test]
fn a_dump_becomes_shards_rejects_and_a_manifest() {
    let folder = tempfile::tempdir().unwrap();
    dump(folder.path());
    let out = tamis(&["run"], folder.path());
    assert_eq!(out.status.code(), Some(1), "{}", String::from_utf8_lossy(&out.stderr));
    let summary = String::from_utf8(out.stderr).unwrap();
    assert!(summary.contains("82 read, 80 written, 2 rejected"), "{summary}");
    let articles = fs::read_to_string(folder.path().join("processed/articles/00000.jsonl")).unwrap();
    let paths: Vec<String> = articles
        .lines()
        .map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap()["source"]["path"].as_str().unwrap().to_string())
        .collect();
    assert!(paths.is_sorted(), "records stand in the order of the input");
    let rejects = fs::read_to_string(folder.path().join("processed/rejects/00000.jsonl")).unwrap();
    let reject: serde_json::Value = serde_json::from_str(rejects.lines().next().unwrap()).unwrap();
    assert_eq!(reject["path"], "raw/c.jsonl");
    assert_eq!(reject["record"], 7);
    assert_eq!(reject["reason"], "bad-json");
    let line = fs::read_to_string(folder.path().join("raw/c.jsonl")).unwrap();
    assert!(line[reject["offset"].as_u64().unwrap() as usize..].starts_with("{broken"));
    let manifest = fs::read_to_string(folder.path().join("processed/manifest.jsonl")).unwrap();
    let entry: serde_json::Value = serde_json::from_str(manifest.lines().next().unwrap()).unwrap();
    assert_eq!(entry["articles"]["blake3"], blake3::hash(articles.as_bytes()).to_hex().as_str());
    assert_eq!((&entry["articles"]["lines"], &entry["read"], &entry["rejected"]), (&80.into(), &82.into(), &2.into()));
    assert_eq!((&reject["stage"], &reject["length"]), (&"read".into(), &8.into()));
    assert!(!folder.path().join("processed/.tmp").exists());
}

#[test]
fn any_number_of_workers_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    dump(folder.path());
    let one = tamis(&["run", "-o", "-", "--jobs", "1"], folder.path());
    assert!(!one.stdout.is_empty());
    for jobs in ["2", "8"] {
        assert!(tamis(&["run", "-o", "-", "--jobs", jobs], folder.path()).stdout == one.stdout, "--jobs {jobs}");
    }
}

#[test]
fn the_same_article_twice_is_marked() {
    let folder = tempfile::tempdir().unwrap();
    dump(folder.path());
    let out = records(&tamis(&["run", "raw/c.jsonl", "raw/d.jsonl.gz", "-o", "-"], folder.path()));
    assert_eq!(out[39]["duplicate_of"], out[0]["id"]);
    assert!(out[0].get("duplicate_of").is_none());
}

#[test]
fn standard_input_and_renamed_fields() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_tamis"))
        .args([
            "run",
            "-",
            "--from",
            "jsonl",
            "-o",
            "-",
            "--field",
            "text=corps",
            "--field",
            "id=cle",
            "--only",
            "none",
        ])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"{\"cle\": 12, \"corps\": \"Bonjour  le monde\", \"autre\": [1]}\n")
        .unwrap();
    let out = child.wait_with_output().unwrap();
    assert_eq!(out.status.code(), Some(0));
    let record = &records(&out)[0];
    assert_eq!(record["id"], "12");
    assert_eq!(record["text"], "Bonjour  le monde");
    assert_eq!(record["extra"], serde_json::json!({"autre": [1]}));
    assert_eq!(record["source"]["path"], "-");
}

#[test]
fn settings_come_from_a_file_and_flags_override_them() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "Un  texte").unwrap();
    fs::write(folder.path().join("tamis.toml"), "paths = [\"a.txt\"]\noutput = \"-\"\nonly = [\"none\"]\n").unwrap();
    assert_eq!(records(&tamis(&["run"], folder.path()))[0]["text"], "Un  texte");
    assert_eq!(records(&tamis(&["run", "--only", "encoding"], folder.path()))[0]["text"], "Un texte");
    fs::write(folder.path().join("tamis.toml"), "only = [\"none\"]\nonyl = 3\n").unwrap();
    let out = tamis(&["run", "a.txt"], folder.path());
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stderr).contains("tamis.toml:2"), "{}", String::from_utf8_lossy(&out.stderr));
}

#[test]
fn what_a_run_has_written_is_not_read_again() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), paragraphs(2)).unwrap();
    for read in ["1 read, 1 written", "0 read, 0 written"] {
        let out = tamis(&["run", ".", "-o", "out"], folder.path());
        let said = String::from_utf8_lossy(&out.stderr).to_string();
        assert!(out.status.success() && said.contains(read), "{said}");
    }
    let out = tamis(&["run", "out", "-o", "out"], folder.path());
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stderr).contains("output folder"));
}

#[test]
fn what_cannot_run_says_so_and_exits_with_two() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "Un texte").unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    for (arguments, word) in [
        (&["run", "missing"][..], "missing"),
        (&["run", "a.txt", "-o", "file/below"], "file"),
        (&["run", "a.txt", "--only", "typo"], "encoding"),
        (&["run", "a.txt", "--field", "corps=text"], "corps"),
        (&["run", "a.txt", "--disable", "no/rule"], "tamis rules"),
        (&["run", "a.txt", "--config", "none.toml"], "none.toml"),
        (&["run", "a.txt", "--jobs", "0"], "jobs"),
    ] {
        let out = tamis(arguments, folder.path());
        let said = String::from_utf8_lossy(&out.stderr).to_string();
        assert_eq!(out.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(word), "{arguments:?}: {said}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let lines: String =
        (0..3000).map(|i| format!("{}\n", serde_json::json!({"id": i, "text": paragraphs(3)}))).collect();
    fs::write(folder.path().join("a.jsonl"), lines).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_tamis"))
        .args(["run", "a.jsonl", "-o", "-", "--only", "none"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_dry_run_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    dump(folder.path());
    let out = tamis(&["run", "--dry-run"], folder.path());
    assert!(String::from_utf8_lossy(&out.stderr).contains("82 read"));
    assert!(!folder.path().join("processed").exists());
}

#[test]
fn every_record_fits_the_schema_it_comes_with() {
    let folder = tempfile::tempdir().unwrap();
    dump(folder.path());
    let schema: serde_json::Value = serde_json::from_slice(&tamis(&["schema"], folder.path()).stdout).unwrap();
    let known = schema["properties"].as_object().unwrap();
    let required: Vec<_> = schema["required"].as_array().unwrap().iter().map(|r| r.as_str().unwrap()).collect();
    for record in records(&tamis(&["run", "-o", "-", "--audit", "full"], folder.path())) {
        let record = record.as_object().unwrap();
        assert!(record.keys().all(|k| known.contains_key(k)));
        assert!(required.iter().all(|r| record.contains_key(*r)));
        serde_json::from_value::<tamis::Record>(record.clone().into()).expect("a record reads back");
    }
}

#[test]
fn the_documentation_names_every_field() {
    let folder = tempfile::tempdir().unwrap();
    let schema: serde_json::Value = serde_json::from_slice(&tamis(&["schema"], folder.path()).stdout).unwrap();
    let page = include_str!("../docs/record.md");
    let mut fields: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    for part in schema["$defs"].as_object().unwrap().values() {
        fields.extend(part["properties"].as_object().unwrap().keys());
    }
    for field in fields {
        assert!(
            page.contains(&format!("`{field}`")) || page.contains(&format!("`{field}[")),
            "docs/record.md does not speak of {field}"
        );
    }
    for kind in tamis::document::BlockKind::ALL {
        assert!(
            page.contains(&format!("`{}`", kind.name())),
            "docs/record.md does not speak of the kind {}",
            kind.name()
        );
    }
}
