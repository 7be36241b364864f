//! Exports are loaded into the tools that they are for, and asked questions.
//!
//! The tools are Python packages in `target/python`, which `make test` sets up. Where they are not there, the tests say so
//! and check what can be checked without them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tamis::export::{self, FORMATS, Options, Proof};

/// The records of the sample dump, in a folder that lives as long as the tests.
fn records() -> &'static Path {
    static RECORDS: OnceLock<tempfile::TempDir> = OnceLock::new();
    RECORDS
        .get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let status = Command::new(env!("CARGO_BIN_EXE_tamis"))
                .args(["run", "raw", "--quiet", "-o"])
                .arg(folder.path())
                .current_dir(env!("CARGO_MANIFEST_DIR"))
                .status()
                .unwrap();
            assert!(status.success());
            folder
        })
        .path()
}

fn python() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/python/bin/python");
    path.exists().then_some(path)
}

/// Exports the sample dump as `format` and lets the tool answer.
fn ask(tool: &str, format: &str) {
    let folder = tempfile::tempdir().unwrap();
    let inputs = [records().to_path_buf()];
    match format {
        #[cfg(feature = "sqlite")]
        "sqlite" => drop(export::sqlite::export(&inputs, &folder.path().join(export::sqlite::FILE)).unwrap()),
        #[cfg(feature = "parquet")]
        "parquet" => drop(export::parquet::export(&inputs, &folder.path().join(export::parquet::FILE)).unwrap()),
        _ => drop(export::export(format, &inputs, folder.path(), &Options { passages: 400 }).unwrap()),
    }
    let Some(python) = python() else {
        eprintln!("skipped: {tool} is not here; make test sets it up where there is Python 3");
        return;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/downstream/check.py");
    let done =
        Command::new(python).arg(script).arg(tool).arg(records().join("articles")).arg(folder.path()).output().unwrap();
    assert!(done.status.success(), "{tool}: {}", String::from_utf8_lossy(&done.stderr));
}

macro_rules! loaded {
    ($($name:ident: $tool:literal, $format:literal;)*) => {
        $(#[test]
        fn $name() {
            ask($tool, $format);
        })*
        const TESTED: &[&str] = &[$($format),*];
    };
}

loaded! {
    duckdb_reads_records: "records", "csv";
    duckdb_reads_tables: "csv", "csv";
    gexf_opens: "gexf", "gexf";
    graphml_opens: "graphml", "graphml";
    networkx_opens: "networkx", "networkx";
    kuzu_loads: "kuzu", "kuzu";
    oxigraph_loads_triples: "rdf", "rdf";
    oxigraph_loads_json_ld: "jsonld", "jsonld";
    tei_is_well_formed: "tei", "tei";
    tantivy_indexes_passages: "passages", "passages";
}

#[cfg(feature = "sqlite")]
#[test]
fn sqlite_answers() {
    ask("sqlite", "sqlite");
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_is_read_by_duckdb() {
    ask("parquet", "parquet");
}

#[test]
fn what_is_said_to_be_loaded_is_loaded() {
    for format in FORMATS {
        assert_eq!(format.proof == Proof::Loaded, TESTED.contains(&format.name), "{}", format.name);
    }
}

/// Every line of every format of rows is JSON with the fields that its settings name, and no others.
#[test]
fn documents_fit_their_settings() {
    let export = |format: &str| {
        let folder = tempfile::tempdir().unwrap();
        export::export(format, &[records().to_path_buf()], folder.path(), &Options::default()).unwrap();
        folder
    };
    let json =
        |path: PathBuf| -> serde_json::Value { serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap() };
    let lines = |path: PathBuf| -> Vec<serde_json::Map<String, serde_json::Value>> {
        std::fs::read_to_string(path).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    };
    let names = |list: &serde_json::Value| -> Vec<String> {
        list.as_array()
            .unwrap()
            .iter()
            .map(|f| f["name"].as_str().unwrap().to_string())
            .chain(["id".to_string()])
            .collect()
    };

    let folder = export("elasticsearch");
    let mapping = json(folder.path().join("index.json"));
    let known = mapping["mappings"]["properties"].as_object().unwrap();
    let bulk = lines(folder.path().join("bulk.ndjson"));
    assert_eq!(bulk.len(), 2 * 36);
    for pair in bulk.chunks(2) {
        assert!(pair[0]["index"]["_id"].is_string());
        assert!(pair[1].keys().all(|k| known.contains_key(k)), "{:?}", pair[1].keys());
    }

    let folder = export("typesense");
    let known = names(&json(folder.path().join("schema.json"))["fields"]);
    for hit in lines(folder.path().join("documents.jsonl")) {
        assert!(hit.keys().all(|k| known.contains(k)), "{:?}", hit.keys());
        assert!(hit.get("published_at").is_none_or(serde_json::Value::is_i64));
    }

    let folder = export("solr");
    let known = names(&json(folder.path().join("schema.json"))["add-field"]);
    for hit in lines(folder.path().join("documents.ndjson")) {
        assert!(hit.keys().all(|k| known.contains(k)), "{:?}", hit.keys());
    }

    let folder = export("meilisearch");
    for hit in lines(folder.path().join("documents.ndjson")) {
        let id = hit["id"].as_str().unwrap();
        assert!(id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{id}");
    }

    for (format, file, settings) in
        [("vespa", "feed.jsonl", "article.sd"), ("quickwit", "documents.ndjson", "index.yaml")]
    {
        let folder = export(format);
        let settings = std::fs::read_to_string(folder.path().join(settings)).unwrap();
        for line in lines(folder.path().join(file)) {
            let hit = line.get("fields").map_or(&line, |f| f.as_object().unwrap());
            for key in hit.keys() {
                let named =
                    settings.contains(&format!("field {key} type")) || settings.contains(&format!("name: {key},"));
                assert!(named, "{format} does not know {key}");
            }
        }
    }

    for format in ["datatrove", "dolma"] {
        let folder = export(format);
        for document in lines(folder.path().join("documents.jsonl")) {
            assert!(document["text"].is_string() && document["id"].is_string() && document["metadata"].is_object());
        }
    }
}

/// Columns of each table for Neo4j are those of its header.
#[test]
fn neo4j_headers_fit() {
    let folder = tempfile::tempdir().unwrap();
    export::export("neo4j", &[records().to_path_buf()], folder.path(), &Options::default()).unwrap();
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    for table in
        ["articles", "mentions", "mentions_date", "published", "duplicates", "entities", "sites", "dates", "co_occurs"]
    {
        let columns = read(&format!("{table}-header.csv")).trim().split(',').count();
        // A line with a quoted cell may hold commas of its own.
        for line in read(&format!("{table}.csv")).lines().filter(|l| !l.contains('"')) {
            assert_eq!(line.split(',').count(), columns, "{table}: {line}");
        }
        assert!(read("load.cypher").contains(&format!("file:///{table}.csv")));
        assert!(read("import.sh").contains(&format!("{table}-header.csv,{table}.csv")));
    }
}

#[test]
fn the_same_records_give_the_same_bytes() {
    let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for format in ["graphml", "kuzu"] {
        for folder in [&a, &b] {
            export::export(format, &[records().to_path_buf()], folder.path(), &Options::default()).unwrap();
        }
    }
    for entry in std::fs::read_dir(a.path()).unwrap() {
        let name = entry.unwrap().file_name();
        assert_eq!(
            std::fs::read(a.path().join(&name)).unwrap(),
            std::fs::read(b.path().join(&name)).unwrap(),
            "{name:?}"
        );
    }
}

#[test]
fn a_line_that_is_no_record_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.jsonl");
    let good = std::fs::read_to_string(records().join("articles/00000.jsonl")).unwrap();
    std::fs::write(&path, format!("{}\n{{\"id\":1}}\n", good.lines().next().unwrap())).unwrap();
    let out = folder.path().join("out");
    let error = export::export("csv", std::slice::from_ref(&path), &out, &Options::default()).unwrap_err().to_string();
    assert!(error.contains("bad.jsonl:2: ") && error.contains("no record"), "{error}");
    assert!(!out.join("articles.csv").exists(), "no half of an export appears under its name");
}
