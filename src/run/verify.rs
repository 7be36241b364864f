//! Checks an output folder against its manifest: every hash, every count, and that every document is accounted for.

use std::path::Path;

use crate::error::Error;
use crate::run::folder::strays;
use crate::run::manifest::{Entry, Manifest, Part};
use crate::run::output::shown;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Shards looked at.
    pub shards: usize,
    /// Files looked at.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Documents read.
    pub read: u64,
    /// Records written.
    pub written: u64,
    /// Documents rejected.
    pub rejected: u64,
    /// What is wrong, for a person.
    pub faults: Vec<String>,
}

/// Checks the folder `root`.
///
/// # Errors
/// [`Error::Io`], and [`Error::Usage`] where there is no manifest.
pub fn verify(root: &Path) -> Result<Verified, Error> {
    if !root.join(super::manifest::NAME).exists() {
        return Err(Error::Usage(format!(
            "{} has no manifest.jsonl: it holds no finished output of tamis run",
            root.display()
        )));
    }
    let manifest = Manifest::read(root)?;
    let mut found = Verified { shards: manifest.entries().len(), ..Verified::default() };
    if manifest.damaged > 0 {
        found.faults.push(format!("{} lines of manifest.jsonl are damaged", manifest.damaged));
    }
    for entry in manifest.entries().values() {
        check(entry, &mut found);
        for part in entry.parts() {
            match look(root, part) {
                Ok(()) => {
                    found.files += 1;
                    found.bytes += part.bytes;
                }
                Err(fault) => found.faults.push(format!("{}: {fault}", part.file)),
            }
        }
    }
    for stray in strays(root, &manifest)? {
        found.faults.push(format!("{} is not in the manifest", shown(&stray.display().to_string())));
    }
    Ok(found)
}

/// The law: what was read was written, rejected, or kept out for a reason.
fn check(entry: &Entry, found: &mut Verified) {
    let Entry { shard, read, written, rejected, forgotten, superseded, .. } = entry;
    found.read += read;
    found.written += written;
    found.rejected += rejected;
    if *read != written + rejected + forgotten + superseded {
        let out = forgotten + superseded;
        found.faults.push(format!(
            "shard {shard}: {read} documents were read, but {written} written, {rejected} rejected and {out} kept out"
        ));
    }
    let lines = |part: &Option<Part>| part.as_ref().map_or(0, |p| p.lines);
    if (lines(&entry.articles), lines(&entry.rejects)) != (*written, *rejected) {
        found.faults.push(format!("shard {shard}: its files have other numbers of lines than it has documents"));
    }
    if entry.inputs.iter().map(|i| i.records).sum::<u64>() != *read {
        found.faults.push(format!("shard {shard}: its inputs have other numbers of documents than were read"));
    }
}

/// Whether a file has the length, the lines and the hash that the manifest says.
fn look(root: &Path, part: &Part) -> Result<(), String> {
    use std::io::Read;
    let mut file = std::fs::File::open(root.join(&part.file)).map_err(|e| e.to_string())?;
    let mut hash = blake3::Hasher::new();
    let (mut bytes, mut lines) = (0, 0);
    let mut buffer = vec![0; 1 << 18];
    loop {
        let n = file.read(&mut buffer).map_err(|e| e.to_string())?;
        if n == 0 {
            break;
        }
        hash.update(&buffer[..n]);
        bytes += n as u64;
        lines += memchr::memchr_iter(b'\n', &buffer[..n]).count() as u64;
    }
    if bytes != part.bytes || lines != part.lines {
        return Err(format!(
            "it has {bytes} bytes in {lines} lines, the manifest says {} in {}",
            part.bytes, part.lines
        ));
    }
    if hash.finalize().to_hex().as_str() != part.blake3 {
        return Err("its hash is not the one in the manifest".to_string());
    }
    Ok(())
}
