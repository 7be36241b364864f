//! One SQLite file with everything: articles with full-text search that minds no accents, entities, mentions, dates, and who
//! is named with whom. It is made anew under another name and renamed, so a reader never sees half of it.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, params};

use super::graph::{Depth, Graph};
use super::{each_batch, record_files};
use crate::error::Error;

/// Name of the file in a folder of output.
pub const FILE: &str = "tamis.sqlite";

const TABLES: &str = include_str!("settings/sqlite.sql");

/// Writes the records of `inputs` to the database `path`; says how many there are.
///
/// # Errors
/// [`Error::Io`], and [`Error::Usage`] for a line that is no record.
pub fn export(inputs: &[PathBuf], path: &Path) -> Result<u64, Error> {
    let files = record_files(inputs)?;
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, "write to", e))?;
    }
    let mut temporary = path.as_os_str().to_os_string();
    temporary.push(".tmp");
    let temporary = PathBuf::from(temporary);
    match std::fs::remove_file(&temporary) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(Error::io(&temporary, "replace", e)),
        _ => {}
    }
    let articles = fill(&files, &temporary)?;
    std::fs::rename(&temporary, path).map_err(|e| Error::io(path, "write to", e))?;
    Ok(articles)
}

/// The database of a folder of output: the one that is there, or one made now where there is none or records have changed.
///
/// # Errors
/// As [`export`].
pub fn of_folder(folder: &Path) -> Result<Connection, Error> {
    if folder.is_file() {
        return open(folder);
    }
    let path = folder.join(FILE);
    let state = state(&record_files(&[folder.to_path_buf()])?)?;
    if path.exists() {
        let database = open(&path)?;
        let known: Option<String> = database
            .query_row("SELECT value FROM about WHERE name = 'records'", [], |row| row.get(0))
            .optional()
            .map_err(|e| failed(&path, &e))?;
        if known.as_deref() == Some(&state) {
            return Ok(database);
        }
    }
    export(&[folder.to_path_buf()], &path)?;
    open(&path)
}

fn open(path: &Path) -> Result<Connection, Error> {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).map_err(|e| failed(path, &e))
}

/// What tells one state of the records from another: names, lengths and times of change.
fn state(files: &[PathBuf]) -> Result<String, Error> {
    let mut hash = blake3::Hasher::new();
    for file in files {
        let meta = std::fs::metadata(file).map_err(|e| Error::io(file, "read", e))?;
        hash.update(format!("{}\0{}\0{:?}\0", file.display(), meta.len(), meta.modified().ok()).as_bytes());
    }
    Ok(hash.finalize().to_hex()[..32].to_string())
}

/// A fault of the database `path` as one of ours.
pub fn failed(path: &Path, e: &rusqlite::Error) -> Error {
    Error::io(path, "use", std::io::Error::other(e.to_string()))
}

fn fill(files: &[PathBuf], path: &Path) -> Result<u64, Error> {
    let wrong = |e: rusqlite::Error| failed(path, &e);
    let mut database = Connection::open(path).map_err(wrong)?;
    // The file has no name yet: after a crash it is made anew, so nothing has to be safe on disk in between.
    database
        .execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;")
        .map_err(wrong)?;
    database.execute_batch(TABLES).map_err(wrong)?;
    let all = database.transaction().map_err(wrong)?;
    let (mut graph, mut row) = (Graph::default(), 0_i64);
    {
        let prepare = |sql| all.prepare(sql).map_err(wrong);
        let mut article =
            prepare("INSERT INTO articles VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16)")?;
        let mut mention = prepare("INSERT INTO mentions VALUES (?1,?2,?3,?4,?5)")?;
        let mut date = prepare("INSERT INTO dates VALUES (?1,?2,?3,?4,?5,?6,?7)")?;
        each_batch(files, &mut |batch| {
            batch.articles(&mut |a| {
                row += 1;
                let day = a.published_day().map(|d| d.to_string());
                let values = params![
                    row,
                    a.id,
                    a.content_id,
                    a.title,
                    a.subtitle,
                    a.text,
                    a.authors.join("; "),
                    a.site,
                    a.url,
                    a.section,
                    a.language.code,
                    a.keywords.join("; "),
                    a.published(),
                    day,
                    a.quality.flags.join("; "),
                    a.duplicate_of,
                ];
                article.execute(values).map_err(wrong)?;
                for e in &a.entities {
                    let first = e.mentions.first().map_or(0, |m| m.start) as i64;
                    mention.execute(params![row, e.id, e.mentions.len() as i64, first, e.in_title()]).map_err(wrong)?;
                }
                for d in &a.dates {
                    let within = d.within.as_deref().unwrap_or("text");
                    date.execute(params![row, d.start as i64, d.end as i64, within, d.text, d.kind, d.value])
                        .map_err(wrong)?;
                }
                graph.gather(a, Depth::Entities);
                Ok(())
            })
        })?;
        let mut entity = prepare("INSERT INTO entities VALUES (?1,?2,?3,?4,?5)")?;
        for node in &graph.entities {
            entity.execute(params![node.id, node.name, node.kind, node.articles, node.mentions]).map_err(wrong)?;
        }
        let mut pair = prepare("INSERT INTO co_occurs VALUES (?1,?2,?3,?4,?5)")?;
        for ((a, b), t) in graph.pairs() {
            let (a, b) = (&graph.entities[a as usize].id, &graph.entities[b as usize].id);
            pair.execute(params![a, b, t.sentences, t.articles, t.weight()]).map_err(wrong)?;
            pair.execute(params![b, a, t.sentences, t.articles, t.weight()]).map_err(wrong)?;
        }
    }
    all.execute("INSERT INTO about VALUES ('records', ?1)", [state(files)?]).map_err(wrong)?;
    all.execute_batch(include_str!("settings/sqlite-index.sql")).map_err(wrong)?;
    all.commit().map_err(wrong)?;
    Ok(row.unsigned_abs())
}
