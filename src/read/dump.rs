//! From paths to raw records, in a fixed order: folders are walked by name, layers of packing taken off, archives opened,
//! and every file cut into its records. Nothing is decoded here, so one thread keeps many busy.

use std::fmt::Write as _;
use std::io::{self, Read, Seek};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use regex::Regex;

use crate::error::{Error, Reason, Reject};
use crate::limits::Limits;
use crate::read::archive::{tar, zip};
use crate::read::capped::{Capped, Packing};
use crate::read::cut::{Emit, elements, lines, messages, rows, unreadable, values, warc};
use crate::read::layout::Layout;
use crate::read::window::Window;
use crate::read::{Fields, Format, Hints, RawRecord, charset, feed, html, table};

/// A record as it was found, or the reason why there is none at this place.
#[derive(Clone, Debug)]
pub enum Item {
    /// To be processed.
    Record(RawRecord),
    /// Already known to be none.
    Reject(Place, Reject),
}

impl Item {
    /// Where it was found.
    pub fn place(&self) -> Place {
        match self {
            Item::Record(raw) => {
                Place { path: raw.path.clone(), record: raw.record, offset: raw.offset, length: raw.length }
            }
            Item::Reject(place, _) => place.clone(),
        }
    }
}

/// Where something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as [`DumpFile::label`] names it; a member of an archive behind `!/`.
    pub path: Arc<str>,
    /// Number within the file, from 0.
    pub record: u64,
    /// Where it begins in the unpacked file, in bytes.
    pub offset: u64,
    /// Bytes that it takes there.
    pub length: u64,
}

/// One file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DumpFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Its name in records: relative, with `/`, and the same on every machine.
    pub label: Arc<str>,
    /// Its size.
    pub bytes: u64,
    /// Why it is not read, if so.
    pub refused: Option<&'static str>,
}

/// What to read and how.
#[derive(Clone, Debug, Default)]
pub struct Dump {
    /// The files in the order of their labels.
    pub files: Vec<DumpFile>,
    /// Whether standard input is read, after the files.
    pub stdin: bool,
    /// The layout of everything but archives; `None` to tell it from each file.
    pub layout: Option<Layout>,
    /// Names of fields.
    pub fields: Arc<Fields>,
    /// Read only what matches one of these.
    pub include: Vec<Glob>,
    /// Leave out what matches one of these.
    pub exclude: Vec<Glob>,
}

/// A pattern for labels: `*` and `?` within a name, `**` over folders. Without `/` it is held against the last name.
#[derive(Clone, Debug)]
pub struct Glob {
    regex: Regex,
    whole: bool,
}

impl Glob {
    /// Reads a pattern.
    ///
    /// # Errors
    /// [`Error::Usage`] when it is too long.
    pub fn new(pattern: &str) -> Result<Glob, Error> {
        let mut regex = String::from("^");
        let mut rest = pattern;
        while let Some(c) = rest.chars().next() {
            if let Some(behind) = rest.strip_prefix("**/") {
                regex.push_str("(?:.*/)?");
                rest = behind;
                continue;
            }
            if let Some(behind) = rest.strip_prefix("**") {
                regex.push_str(".*");
                rest = behind;
                continue;
            }
            match c {
                '*' => regex.push_str("[^/]*"),
                '?' => regex.push_str("[^/]"),
                c => regex.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
            }
            rest = &rest[c.len_utf8()..];
        }
        regex.push('$');
        let regex =
            Regex::new(&regex).map_err(|e| Error::Usage(format!("the pattern {pattern} is not usable: {e}")))?;
        Ok(Glob { regex, whole: pattern.contains('/') })
    }

    /// Whether `label` matches.
    pub fn matches(&self, label: &str) -> bool {
        let name = if self.whole { label } else { label.rsplit('/').next().unwrap_or(label) };
        self.regex.is_match(name)
    }
}

impl Dump {
    /// Finds the files that `paths` name. A folder stands for all files below it, hidden ones apart; `-` is standard input.
    ///
    /// # Errors
    /// [`Error::Io`] for a path that is not there or a folder that cannot be read.
    pub fn find(paths: &[PathBuf]) -> Result<Dump, Error> {
        let mut dump = Dump { stdin: paths.iter().any(|p| p.as_os_str() == "-"), ..Dump::default() };
        let paths: Vec<&PathBuf> = paths.iter().filter(|p| p.as_os_str() != "-").collect();
        for (path, label) in paths.iter().zip(root_labels(&paths)) {
            let meta = std::fs::metadata(path).map_err(|e| Error::io(path, "read", e))?;
            if meta.is_dir() {
                walk(path, &label, &mut dump.files)?;
            } else {
                let refused = (!meta.is_file()).then_some("it is not a regular file");
                dump.files.push(DumpFile { path: (*path).clone(), label: label.into(), bytes: meta.len(), refused });
            }
        }
        dump.files.sort_by(|a, b| a.label.as_bytes().cmp(b.label.as_bytes()).then_with(|| a.path.cmp(&b.path)));
        dump.files.dedup_by(|a, b| a.label == b.label && a.path == b.path);
        Ok(dump)
    }

    /// Keeps the files that patterns ask for. Archives stay where only their members can tell.
    pub fn filter(&mut self, include: Vec<Glob>, exclude: Vec<Glob>) {
        self.files.retain(|f| {
            !exclude.iter().any(|g| g.matches(&f.label))
                && (include.is_empty() || is_archive(&f.label) || include.iter().any(|g| g.matches(&f.label)))
        });
        self.include = include;
        self.exclude = exclude;
    }

    /// Whether there are archives, as far as names tell.
    pub fn has_archives(&self) -> bool {
        self.stdin || self.files.iter().any(|f| is_archive(&f.label))
    }

    /// Bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|f| f.bytes).sum()
    }

    /// Hands every item to `sink`, in order, until it answers `false`. Bytes read from disk are added to `progress`.
    pub fn read(&self, limits: &Limits, progress: &Arc<AtomicU64>, sink: &mut dyn FnMut(Item) -> bool) {
        let wanted = self.files.iter().all(|file| self.read_file(file, limits, progress, sink));
        if wanted && self.stdin {
            self.read_stdin(limits, progress, sink);
        }
    }

    /// Hands every item of one file to `sink`; `false` when it answered so.
    pub fn read_file(
        &self,
        file: &DumpFile,
        limits: &Limits,
        progress: &Arc<AtomicU64>,
        sink: &mut dyn FnMut(Item) -> bool,
    ) -> bool {
        let mut layers = Layers { dump: self, limits, sink };
        if let Some(why) = file.refused {
            return layers.reject(&file.label, 0, 0, Reject::new(Reason::Unreadable, why));
        }
        match Capped::open(&file.path, limits, progress.clone()) {
            Ok(input) => layers.read(&file.label, input, Depth::default(), Some(&file.path)),
            Err(e) => layers.reject(&file.label, 0, 0, Reject::new(Reason::Unreadable, e.to_string())),
        }
    }

    /// Hands every item of standard input to `sink`; `false` when it answered so.
    pub fn read_stdin(&self, limits: &Limits, progress: &Arc<AtomicU64>, sink: &mut dyn FnMut(Item) -> bool) -> bool {
        let input = Capped::stream(io::stdin(), limits, progress.clone());
        Layers { dump: self, limits, sink }.read(&"-".into(), input, Depth::default(), None)
    }

    /// Hands every item of a buffer to `sink`, as if it were a file called `label`; `false` when it answered so.
    pub fn read_bytes(&self, label: &str, bytes: &[u8], limits: &Limits, sink: &mut dyn FnMut(Item) -> bool) -> bool {
        let input = Capped::stream(bytes, limits, Arc::default());
        Layers { dump: self, limits, sink }.read(&label.into(), input, Depth::default(), None)
    }

    /// Whether patterns ask for the member of an archive.
    fn wants(&self, label: &str) -> bool {
        (self.include.is_empty() || self.include.iter().any(|g| g.matches(label)))
            && !self.exclude.iter().any(|g| g.matches(label))
    }
}

fn is_archive(label: &str) -> bool {
    let label = label.to_ascii_lowercase();
    [".tar", ".zip", ".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.zst", ".tar.bz2", ".tar.xz"]
        .iter()
        .any(|e| label.ends_with(e))
}

/// How far inside packing and archives something lies.
#[derive(Clone, Copy, Default)]
struct Depth {
    packings: usize,
    archives: usize,
}

/// Reads through layers. They are as many as [`Limits::packings`] and [`Limits::archives`] allow, so the calls nest no deeper.
struct Layers<'a> {
    dump: &'a Dump,
    limits: &'a Limits,
    sink: &'a mut dyn FnMut(Item) -> bool,
}

impl Layers<'_> {
    fn reject(&mut self, label: &Arc<str>, offset: u64, length: u64, reject: Reject) -> bool {
        (self.sink)(Item::Reject(Place { path: label.clone(), record: 0, offset, length }, reject))
    }

    /// Reads a layer: a file, or a member of an archive.
    fn read(&mut self, label: &Arc<str>, mut input: Capped, mut depth: Depth, path: Option<&Path>) -> bool {
        let mut outermost = true;
        while let Some(packing) = Packing::of(input.head()) {
            depth.packings += 1;
            if depth.packings > self.limits.packings {
                let what = format!("packed more than {} times over", self.limits.packings);
                return self.reject(label, 0, 0, Reject::new(Reason::TooDeep, what));
            }
            input = input.unpack(packing);
            outermost = false;
        }
        if input.head().is_empty()
            && let Some(fault) = input.fault()
        {
            let reject = unreadable(fault);
            return self.reject(label, 0, 0, reject);
        }
        let found = Layout::of(input.head(), label);
        let layout = match (self.dump.layout, found) {
            (_, Ok(layout @ (Layout::Tar | Layout::Zip))) => layout,
            (Some(layout), _) => layout,
            (None, Ok(layout)) => layout,
            (None, Err(reject)) => return self.reject(label, 0, 0, reject),
        };
        if matches!(layout, Layout::Tar | Layout::Zip) {
            depth.archives += 1;
            if depth.archives > self.limits.archives {
                return self.reject(
                    label,
                    0,
                    0,
                    Reject::new(Reason::TooDeep, "an archive in an archive in an archive"),
                );
            }
            return match (layout, path.filter(|_| outermost)) {
                (Layout::Tar, _) => self.tar(label, input, depth),
                (_, Some(path)) => self.zip_file(label, path, depth),
                (_, None) => self.zip_held(label, input, depth),
            };
        }
        if !self.dump.include.is_empty() && !self.dump.wants(label) {
            return true;
        }
        self.records(label, input, layout, path.filter(|_| outermost))
    }

    /// Cuts a file into its records.
    fn records(&mut self, label: &Arc<str>, input: Capped, layout: Layout, path: Option<&Path>) -> bool {
        let head = input.head();
        let charset = match layout {
            Layout::Feed | Layout::MediaWiki | Layout::NewsMl => html::declared_charset(head),
            _ => charset::of_head(head),
        };
        let wide = charset::is_wide(head);
        let hints = charset.filter(|_| !wide).map(|charset| Hints { charset: Some(charset), ..Hints::default() });
        let fields = self.dump.fields.clone();
        let mut emit = Emit {
            label,
            format: Format::Text,
            fields: &fields,
            hints: hints.map(Arc::new),
            number: 0,
            sink: &mut *self.sink,
        };
        let input: Box<dyn Read + '_> = if wide && !matches!(layout, Layout::Text | Layout::Html | Layout::Mail) {
            Box::new(charset::Narrowed::new(input))
        } else {
            Box::new(input)
        };
        let (line, document) = (self.limits.line_bytes, self.limits.document_bytes);
        let mut window = Window::new(input);
        match layout {
            Layout::Text | Layout::Html | Layout::Mail => {
                emit.format = match layout {
                    Layout::Text => Format::Text,
                    Layout::Html => Format::Html,
                    _ => Format::Mail,
                };
                emit.hints = None;
                whole(&mut window, document, &mut emit)
            }
            Layout::Jsonl => {
                emit.format = Format::Jsonl;
                lines::cut(&mut window, line, &mut emit)
            }
            Layout::Json => {
                emit.format = Format::Jsonl;
                values::cut(&mut window, line, &mut emit)
            }
            Layout::Csv(delimiter) => {
                emit.format = Format::Csv;
                let Some(header) = rows::header(&mut window, delimiter, line) else {
                    return emit.reject(
                        0,
                        0,
                        Reject::new(Reason::LineTooLong, format!("the row of names has more than {line} bytes")),
                    );
                };
                let declared = emit.hints.as_ref().and_then(|h| h.charset.clone());
                let columns = table::columns(&header, delimiter, declared.as_deref());
                emit.hints = Some(Arc::new(Hints { charset: declared, columns, delimiter, ..Hints::default() }));
                rows::cut(&mut window, delimiter, line, &mut emit)
            }
            Layout::Warc => warc::cut(&mut window, document, &mut emit),
            Layout::Mbox => {
                emit.format = Format::Mail;
                emit.hints = None;
                messages::cut(&mut window, document, &mut emit)
            }
            Layout::Feed => {
                emit.format = Format::Feed;
                elements::cut(&mut window, &["item", "entry"], document, &mut emit, &mut feed::prologue)
            }
            Layout::MediaWiki => {
                emit.format = Format::MediaWiki;
                elements::cut(&mut window, &["page"], document, &mut emit, &mut |_, _| {})
            }
            Layout::NewsMl => {
                emit.format = Format::NewsMl;
                elements::cut(&mut window, &["newsItem", "nitf"], document, &mut emit, &mut |_, _| {})
            }
            Layout::Parquet => super::parquet::cut(path, &mut window, self.limits.held_archive_bytes, &mut emit),
            Layout::Tar | Layout::Zip => true,
        }
    }

    fn tar(&mut self, label: &Arc<str>, input: Capped, depth: Depth) -> bool {
        let mut archive = tar::Archive::new(input);
        let mut members = 0;
        loop {
            let offset = archive.offset();
            let wanted = match archive.step() {
                tar::Step::File(name) => {
                    members += 1;
                    let member: Arc<str> = format!("{label}!/{name}").into();
                    if self.dump.exclude.iter().any(|g| g.matches(&member)) {
                        continue;
                    }
                    let content = Capped::member(archive.content(), self.limits);
                    self.read(&member, content, depth, None)
                }
                tar::Step::Other(name, why) => {
                    members += 1;
                    self.reject(&format!("{label}!/{name}").into(), offset, 0, Reject::new(Reason::Unreadable, why))
                }
                tar::Step::Damage(length) => {
                    members += 1;
                    let what = "blocks of the archive that are no member";
                    self.reject(label, offset, length, Reject::new(Reason::Damaged, what))
                }
                tar::Step::Fault(fault) => {
                    self.reject(label, offset, 0, unreadable(&fault));
                    return true;
                }
                tar::Step::End => {
                    return members > 0
                        || self.reject(label, 0, 0, Reject::new(Reason::Empty, "no file in the archive"));
                }
            };
            if !wanted {
                return false;
            }
        }
    }

    fn zip_file(&mut self, label: &Arc<str>, path: &Path, depth: Depth) -> bool {
        match Capped::seekable(path) {
            Ok(file) => self.zip(label, file, depth),
            Err(e) => self.reject(label, 0, 0, Reject::new(Reason::Unreadable, e.to_string())),
        }
    }

    /// An archive that is no file of its own: its directory lies at its end, so all of it is held.
    fn zip_held(&mut self, label: &Arc<str>, input: Capped, depth: Depth) -> bool {
        let cap = self.limits.held_archive_bytes;
        let mut bytes = Vec::new();
        match input.take(cap as u64 + 1).read_to_end(&mut bytes) {
            Err(e) => self.reject(label, 0, 0, unreadable(&e)),
            Ok(_) if bytes.len() > cap => {
                let what = format!(
                    "a zip archive of more than {cap} bytes that is packed, or inside another; unpack it first"
                );
                self.reject(label, 0, 0, Reject::new(Reason::TooLarge, what))
            }
            Ok(_) => self.zip(label, io::Cursor::new(bytes), depth),
        }
    }

    fn zip(&mut self, label: &Arc<str>, input: impl Read + Seek, depth: Depth) -> bool {
        let mut archive = match zip::Archive::open(input) {
            Ok(archive) => archive,
            Err(e) => return self.reject(label, 0, 0, unreadable(&e)),
        };
        let (mut members, mut came) = (0, 0u64);
        loop {
            let member = match archive.next_member() {
                Ok(Some(member)) => member,
                Ok(None) => {
                    return members > 0
                        || self.reject(label, 0, 0, Reject::new(Reason::Empty, "no file in the archive"));
                }
                Err(e) => return self.reject(label, 0, 0, unreadable(&e)),
            };
            members += 1;
            let name: Arc<str> = format!("{label}!/{}", member.name).into();
            if self.dump.exclude.iter().any(|g| g.matches(&name)) {
                continue;
            }
            if came > self.limits.unpacked_bytes {
                return self.reject(
                    label,
                    0,
                    0,
                    Reject::new(Reason::TooLarge, "it unfolds to more than its size allows"),
                );
            }
            let wanted = match (member.refused, archive.packed(&member)) {
                (Some(why), _) => self.reject(&name, member.offset(), 0, Reject::new(Reason::Unreadable, why)),
                (None, Err(e)) => self.reject(&name, member.offset(), 0, unreadable(&e)),
                (None, Ok(packed)) => {
                    let packed = Capped::member(packed, self.limits);
                    let unpacked = if member.is_deflated() {
                        packed.inflate()
                    } else {
                        match Packing::of(packed.head()).filter(|_| member.is_packed()) {
                            Some(packing) => packed.unpack(packing),
                            None => packed,
                        }
                    };
                    let mut checked = zip::Checked::new(unpacked, &member);
                    let content = Capped::member(&mut checked, self.limits);
                    let wanted = self.read(&name, content, depth, None);
                    came = came.saturating_add(checked.came());
                    wanted
                }
            };
            if !wanted {
                return false;
            }
        }
    }
}

/// A file that is one record.
fn whole<R: Read>(window: &mut Window<R>, cap: usize, emit: &mut Emit) -> bool {
    while window.rest().len() <= cap && window.more() {}
    if let Some(fault) = window.fault() {
        return emit.reject(0, window.rest().len() as u64, unreadable(&fault));
    }
    if window.rest().len() > cap {
        return emit.reject(0, 0, Reject::new(Reason::TooLarge, format!("more than {cap} bytes")));
    }
    let bytes = window.rest().to_vec();
    emit.record(0, bytes.len() as u64, bytes)
}

/// A name as text without loss: bytes that are no UTF-8 are written `%XX`, and `%` as `%25` in such names.
pub fn escape_label(name: &[u8]) -> String {
    if let Ok(name) = std::str::from_utf8(name) {
        return name.to_string();
    }
    let mut label = String::new();
    for chunk in name.utf8_chunks() {
        label.push_str(&chunk.valid().replace('%', "%25"));
        for byte in chunk.invalid() {
            let _ = write!(label, "%{byte:02X}");
        }
    }
    label
}

/// What the paths of a command line are called in records: relative ones as they are, absolute ones by as many of their
/// last names as tell them apart. So no record says where somebody's home is.
fn root_labels(paths: &[&PathBuf]) -> Vec<String> {
    let here = std::env::current_dir().unwrap_or_default();
    let names = |path: &Path| -> Vec<String> {
        let path = path.strip_prefix(&here).unwrap_or(path);
        let parts = path.components().filter_map(|c| match c {
            Component::Normal(name) => Some(escape_label(name.as_encoded_bytes())),
            _ => None,
        });
        parts.collect()
    };
    let outside = |path: &Path| {
        path.strip_prefix(&here)
            .unwrap_or(path)
            .components()
            .any(|c| !matches!(c, Component::Normal(_) | Component::CurDir))
    };
    let all: Vec<(Vec<String>, bool)> = paths.iter().map(|p| (names(p), outside(p))).collect();
    let last = |names: &[String], n: usize| names[names.len().saturating_sub(n)..].join("/");
    let label = |i: usize| {
        let (names, outside) = &all[i];
        if !outside {
            return names.join("/");
        }
        let longest = all.iter().map(|(n, _)| n.len()).max().unwrap_or(1);
        (1..longest)
            .find(|n| {
                all.iter()
                    .enumerate()
                    .all(|(j, (other, _))| i == j || other == names || last(other, *n) != last(names, *n))
            })
            .map_or_else(|| names.join("/"), |n| last(names, n))
    };
    (0..paths.len()).map(label).collect()
}

fn walk(root: &Path, label: &str, files: &mut Vec<DumpFile>) -> Result<(), Error> {
    let inside = std::fs::canonicalize(root).map_err(|e| Error::io(root, "read", e))?;
    let mut todo = vec![(root.to_path_buf(), label.to_string())];
    while let Some((folder, label)) = todo.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|e| Error::io(&folder, "read", e))? {
            let entry = entry.map_err(|e| Error::io(&folder, "read", e))?;
            let name = entry.file_name();
            if name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let name = escape_label(name.as_encoded_bytes());
            let label = if label.is_empty() { name } else { format!("{label}/{name}") };
            let kind = entry.file_type().map_err(|e| Error::io(&entry.path(), "read", e))?;
            if kind.is_dir() {
                todo.push((entry.path(), label));
                continue;
            }
            let path = entry.path();
            let meta = std::fs::metadata(&path);
            let mut refused = None;
            if kind.is_symlink() {
                // A link to a folder is not followed: it may lead back. One to a file must lead to a file of the input.
                if meta.as_ref().is_ok_and(std::fs::Metadata::is_dir) {
                    continue;
                }
                if !std::fs::canonicalize(&path).is_ok_and(|target| target.starts_with(&inside)) {
                    refused = Some("a link that leads out of the input, or nowhere");
                }
            } else if !kind.is_file() {
                refused = Some("it is not a regular file");
            }
            let bytes = if refused.is_none() { meta.map_or(0, |m| m.len()) } else { 0 };
            files.push(DumpFile { path, label: label.into(), bytes, refused });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        for (pattern, label, want) in [
            ("*.html", "a/b/c.html", true),
            ("*.html", "a.zip!/c.html", true),
            ("*.html", "a/b.htm", false),
            ("a/*.html", "a/b.html", true),
            ("a/*.html", "a/b/c.html", false),
            ("a/**/*.html", "a/b/c.html", true),
            ("a/**/*.html", "a/c.html", true),
            ("**/2024-??/*", "x/2024-03/a.txt", true),
            ("a+b.txt", "a+b.txt", true),
            ("a+b.txt", "aab.txt", false),
        ] {
            assert_eq!(Glob::new(pattern).unwrap().matches(label), want, "{pattern} {label}");
        }
    }

    #[test]
    fn labels_say_no_more_than_they_must() {
        let labels = |paths: &[&str]| {
            let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
            root_labels(&paths.iter().collect::<Vec<_>>())
        };
        assert_eq!(labels(&["raw", "./a/b.txt"]), ["raw", "a/b.txt"]);
        assert_eq!(labels(&["/home/anna/dumps/2024"]), ["2024"]);
        assert_eq!(labels(&["/home/anna/2024", "/srv/news/2024", "../x"]), ["anna/2024", "news/2024", "x"]);
        assert_eq!(escape_label(b"caf\xe9 100%.txt"), "caf%E9 100%25.txt");
        assert_eq!(escape_label("café 100%".as_bytes()), "café 100%");
    }
}
