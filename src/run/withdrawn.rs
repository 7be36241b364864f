//! What `tamis forget` has taken out of an output folder, and every later run keeps out.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::run::folder::{Folder, each_line};
use crate::run::output::replace;
use crate::run::{inflight, state};
use crate::write::record::Record;

const NAME: &str = "withdrawn.jsonl";
/// Stands in `.state/` while records are taken out.
const BEGUN: &str = "withdrawing";

/// One line of the list: whatever has one of these is kept out.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Line {
    /// The id of a record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The same article under another id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_id: Option<String>,
    /// An address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// The list of an output folder.
#[derive(Clone, Debug, Default)]
pub struct Withdrawn {
    path: PathBuf,
    lines: BTreeSet<Line>,
    ids: BTreeSet<String>,
    contents: BTreeSet<String>,
    urls: BTreeSet<String>,
}

/// What is looked at in a record.
#[derive(Deserialize)]
struct Names {
    id: String,
    content_id: String,
    url: Option<String>,
}

impl Withdrawn {
    /// Reads the list of the folder `root`; an empty one where there is none.
    ///
    /// # Errors
    /// [`Error::Io`], and [`Error::Rules`] for a line that is none: what was withdrawn must not come back because a list
    /// cannot be read.
    pub fn read(root: &Path) -> Result<Withdrawn, Error> {
        let path = root.join(NAME);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(e) => return Err(Error::io(&path, "read", e)),
        };
        let mut withdrawn = Withdrawn { path, ..Withdrawn::default() };
        for (number, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
            let line = serde_json::from_str(line).map_err(|e| Error::Rules {
                file: withdrawn.path.display().to_string(),
                line: Some(number + 1),
                what: format!("{e}; mend the line, or what was withdrawn would come back"),
            })?;
            withdrawn.add(line);
        }
        Ok(withdrawn)
    }

    fn add(&mut self, line: Line) {
        self.ids.extend(line.id.clone());
        self.contents.extend(line.content_id.clone());
        self.urls.extend(line.url.clone());
        self.lines.insert(line);
    }

    /// How many are withdrawn.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Whether a record is to be kept out.
    pub fn has(&self, record: &Record) -> bool {
        !self.lines.is_empty() && self.names(&record.id, &record.content_id, record.url.as_deref())
    }

    fn names(&self, id: &str, content: &str, url: Option<&str>) -> bool {
        self.ids.contains(id) || self.contents.contains(content) || url.is_some_and(|url| self.urls.contains(url))
    }

    fn has_line(&self, line: &[u8]) -> bool {
        serde_json::from_slice::<Names>(line).is_ok_and(|r| self.names(&r.id, &r.content_id, r.url.as_deref()))
    }
}

/// Takes records out of an output folder and keeps them out. Gives how many were in it.
///
/// # Errors
/// [`Error::Io`].
pub fn forget(folder: &mut Folder, ids: &[String], urls: &[String]) -> Result<u64, Error> {
    let mut list = folder.withdrawn.clone();
    for id in ids {
        list.add(Line { id: Some(id.clone()), ..Line::default() });
    }
    for url in urls {
        list.add(Line { url: Some(url.clone()), ..Line::default() });
    }
    // The same article may come back under another id: what it says is withdrawn with it.
    let shards: Vec<u64> = folder.manifest.entries().keys().copied().collect();
    let mut hit = BTreeSet::new();
    let paths = |folder: &Folder, shard: u64| {
        let file = folder.manifest.entries().get(&shard).and_then(|e| e.articles.clone());
        file.map(|part| folder.root().join(part.file))
    };
    for shard in &shards {
        let Some(path) = paths(folder, *shard) else { continue };
        each_line(&path, &mut |_, line| {
            if list.has_line(line)
                && let Ok(names) = serde_json::from_slice::<Names>(line)
            {
                list.add(Line { id: Some(names.id), content_id: Some(names.content_id), url: None });
            }
            Ok(())
        })?;
    }
    for shard in &shards {
        let Some(path) = paths(folder, *shard) else { continue };
        each_line(&path, &mut |_, line| {
            if list.has_line(line) {
                hit.insert(*shard);
            }
            Ok(())
        })?;
    }
    // The list first: were the program stopped in between, the next run takes out what is on it.
    let begun = folder.root().join(state::NAME).join(BEGUN);
    inflight::mark(&begun)?;
    let text: String = list.lines.iter().map(|l| serde_json::to_string(l).unwrap_or_default() + "\n").collect();
    replace(&list.path, text.as_bytes())?;
    folder.withdrawn = list;
    let removed = thin(folder, hit)?;
    std::fs::remove_file(&begun).map_err(|e| Error::io(&begun, "clear", e))?;
    Ok(removed)
}

/// Finishes what a `forget` that was stopped has begun.
///
/// # Errors
/// [`Error::Io`].
pub fn resume(folder: &mut Folder) -> Result<(), Error> {
    let begun = folder.root().join(state::NAME).join(BEGUN);
    if begun.exists() {
        let shards = folder.manifest.entries().keys().copied().collect();
        thin(folder, shards)?;
        std::fs::remove_file(&begun).map_err(|e| Error::io(&begun, "clear", e))?;
    }
    Ok(())
}

/// Takes out of finished shards what is on the list.
///
/// # Errors
/// [`Error::Io`].
fn thin(folder: &mut Folder, shards: BTreeSet<u64>) -> Result<u64, Error> {
    let list = folder.withdrawn.clone();
    let mut removed = 0;
    for shard in shards {
        removed += folder.thin(shard, &mut |_, line| !list.has_line(line), |entry| &mut entry.forgotten)?;
    }
    Ok(removed)
}
