//! From records to what other tools load. An export is a pure function of the records and their order: it streams, it
//! works on all cores, and the same records give the same bytes.
//!
//! [`FORMATS`] is the table of all formats. Formats of rows write each article as it comes; formats of graphs gather the
//! entities and who is named with whom first, so their memory grows with the number of different entities.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Serialize;

use crate::error::Error;

pub mod article;
pub mod corpus;
pub mod csv;
pub mod graph;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod rdf;
pub mod search;
pub mod sentences;
#[cfg(feature = "sqlite")]
pub mod sqlite;
pub mod tei;
pub mod xml;

use Proof::{Documented, Loaded};
use article::Article;
use graph::{Depth, Graph};

/// Bytes of records that are worked on at a time.
const BATCH: usize = 8 << 20;
/// Pieces that a batch is cut into, so that all cores have work to the end.
const PIECES: usize = 32;

/// A file of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSpec {
    /// Its name in the output folder.
    pub name: &'static str,
    /// What stands before the first article.
    pub head: &'static str,
    /// Whether articles are written to it; else `head` is all there is.
    pub rows: bool,
}

impl FileSpec {
    /// A file of rows without a head.
    pub fn rows(name: &'static str) -> FileSpec {
        FileSpec { name, head: "", rows: true }
    }

    /// A file of rows under a head.
    pub fn table(name: &'static str, head: &'static str) -> FileSpec {
        FileSpec { name, head, rows: true }
    }

    /// A file that is the same for all records, such as the settings of an index.
    pub fn fixed(name: &'static str, text: &'static str) -> FileSpec {
        FileSpec { name, head: text, rows: false }
    }
}

/// Writes records in the form of one tool.
pub trait Exporter: Sync {
    /// The files it writes.
    fn files(&self) -> Vec<FileSpec>;

    /// Appends one article to the files, in the order of [`Exporter::files`]. Called by many threads.
    fn article(&self, article: &Article, out: &mut [Vec<u8>]);

    /// How much has to be gathered of all articles before [`Exporter::finish`].
    fn depth(&self) -> Depth {
        Depth::Nothing
    }

    /// Appends what can be said only when all articles have been seen.
    fn finish(&self, _graph: &Graph, _out: &mut [Vec<u8>]) {}
}

/// A format by name.
pub struct Format {
    /// What users type.
    pub name: &'static str,
    /// One line about it.
    pub about: &'static str,
    /// How it is known that the tool takes it.
    pub proof: Proof,
    make: fn(&Options) -> Box<dyn Exporter>,
}

/// How it is known that a tool takes what is written for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The tests load it into the tool and ask it questions.
    Loaded,
    /// It is written to the letter of the tool's documentation.
    Documented,
}

/// Settings of an export.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Code points that a passage may have.
    pub passages: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { passages: 1000 }
    }
}

impl Format {
    const fn new(
        name: &'static str,
        proof: Proof,
        about: &'static str,
        make: fn(&Options) -> Box<dyn Exporter>,
    ) -> Format {
        Format { name, about, proof, make }
    }
}

/// Every format that is written as files of text; Parquet and the SQLite database are beside them.
pub const FORMATS: &[Format] = &[
    Format::new("csv", Loaded, "tables of articles, entities, mentions, dates, with a data package", |_| {
        Box::new(csv::Tables)
    }),
    Format::new("datatrove", Documented, "corpus for datatrove: text, id, metadata", |_| Box::new(corpus::Datatrove)),
    Format::new("dolma", Documented, "corpus for dolma: id, text, source, created, metadata", |_| {
        Box::new(corpus::Dolma)
    }),
    Format::new("elasticsearch", Documented, "bulk requests and an index with language analyzers", |_| {
        Box::new(search::Bulk)
    }),
    Format::new("gexf", Loaded, "graph for Gephi: entities and who is named with whom", |_| {
        Box::new(graph::gexf::Gexf)
    }),
    Format::new("graphml", Loaded, "graph for yEd, Cytoscape, igraph", |_| Box::new(graph::graphml::GraphMl)),
    Format::new("jsonld", Loaded, "JSON-LD in the words of schema.org, one article a line", |_| Box::new(rdf::JsonLd)),
    Format::new("kuzu", Loaded, "graph for Kuzu: schema and tables for COPY", |_| {
        Box::new(graph::tables::Tables::Kuzu)
    }),
    Format::new("meilisearch", Documented, "documents and settings", |_| Box::new(search::Meilisearch)),
    Format::new("neo4j", Documented, "graph for neo4j-admin import, and a Cypher script", |_| {
        Box::new(graph::tables::Tables::Neo4j)
    }),
    Format::new("networkx", Loaded, "graph as node-link JSON", |_| Box::new(graph::networkx::NodeLink)),
    Format::new("opensearch", Documented, "bulk requests and an index with language analyzers", |_| {
        Box::new(search::Bulk)
    }),
    Format::new("passages", Loaded, "pieces of whole sentences with offsets, title and date, for retrieval", |o| {
        Box::new(corpus::Passages { length: o.passages })
    }),
    Format::new("quickwit", Documented, "documents and an index configuration", |_| Box::new(search::Quickwit)),
    Format::new("rdf", Loaded, "N-Triples: schema.org, NIF offsets, Wikidata and GeoNames ids", |_| {
        Box::new(rdf::NTriples)
    }),
    Format::new("solr", Documented, "documents and Schema API commands", |_| Box::new(search::Solr)),
    Format::new("tei", Loaded, "TEI XML for digital humanities", |_| Box::new(tei::Tei)),
    Format::new("typesense", Documented, "documents and a collection schema", |_| Box::new(search::Typesense)),
    Format::new("vespa", Documented, "a feed of put operations and a schema", |_| Box::new(search::Vespa)),
];

/// What an export did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Articles written.
    pub articles: u64,
    /// Bytes of records read.
    pub bytes: u64,
    /// Files written, as they can be opened.
    pub files: Vec<PathBuf>,
}

/// Writes the records of `inputs` in the format called `name` to the folder `output`.
///
/// # Errors
/// [`Error::Usage`] for a format that does not exist or a line that is no record, [`Error::Io`].
pub fn export(name: &str, inputs: &[PathBuf], output: &Path, options: &Options) -> Result<Exported, Error> {
    let format = FORMATS.iter().find(|f| f.name == name).ok_or_else(|| {
        let names: Vec<_> = FORMATS.iter().map(|f| f.name).collect();
        Error::Usage(format!("there is no format {name}; the formats are {}", names.join(", ")))
    })?;
    let exporter = (format.make)(options);
    let specs = exporter.files();
    let mut files = specs.iter().map(|spec| Part::create(output, spec)).collect::<Result<Vec<_>, _>>()?;
    let (mut exported, mut graph) = (Exported::default(), Graph::default());
    each_batch(&record_files(inputs)?, &mut |batch| {
        exported.bytes += batch.bytes.len() as u64;
        for piece in batch.pieces(exporter.as_ref())? {
            exported.articles += piece.articles;
            for (file, bytes) in files.iter_mut().zip(&piece.out) {
                file.write(bytes)?;
            }
            graph.add(piece.graph);
        }
        Ok(())
    })?;
    let mut last = vec![Vec::new(); files.len()];
    exporter.finish(&graph, &mut last);
    for (mut file, bytes) in files.into_iter().zip(last) {
        file.write(&bytes)?;
        exported.files.push(file.finish()?);
    }
    Ok(exported)
}

/// Writes the only file of rows of a format to `out`, for pipes.
///
/// # Errors
/// As [`export`]; [`Error::Usage`] for a format of several files of rows.
pub fn stream(name: &str, inputs: &[PathBuf], out: &mut dyn Write, options: &Options) -> Result<Exported, Error> {
    let one = |f: &&Format| f.name == name && (f.make)(options).files().iter().filter(|f| f.rows).count() == 1;
    let Some(format) = FORMATS.iter().find(one) else {
        return Err(Error::Usage(format!("{name} is no format of a single file; give a folder with -o DIR")));
    };
    let exporter = (format.make)(options);
    let specs = exporter.files();
    let at = specs.iter().position(|f| f.rows).unwrap_or(0);
    let failed = |e| Error::io(Path::new("standard output"), "write to", e);
    out.write_all(specs[at].head.as_bytes()).map_err(failed)?;
    let (mut exported, mut graph) = (Exported::default(), Graph::default());
    each_batch(&record_files(inputs)?, &mut |batch| {
        exported.bytes += batch.bytes.len() as u64;
        for piece in batch.pieces(exporter.as_ref())? {
            exported.articles += piece.articles;
            out.write_all(&piece.out[at]).map_err(failed)?;
            graph.add(piece.graph);
        }
        Ok(())
    })?;
    let mut last = vec![Vec::new(); specs.len()];
    exporter.finish(&graph, &mut last);
    out.write_all(&last[at]).and_then(|()| out.flush()).map_err(failed)?;
    Ok(exported)
}

/// Files of records: those that are named, and `articles/*.jsonl` or `*.jsonl` of folders, by name. `-` is standard input.
///
/// # Errors
/// [`Error::Io`] for a path that is not there, [`Error::Usage`] for a folder without records.
pub fn record_files(inputs: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    for input in inputs {
        if input.as_os_str() == "-" || !std::fs::metadata(input).map_err(|e| Error::io(input, "read", e))?.is_dir() {
            files.push(input.clone());
            continue;
        }
        let articles = input.join("articles");
        let folder = if articles.is_dir() { articles } else { input.clone() };
        let entries = std::fs::read_dir(&folder).map_err(|e| Error::io(&folder, "read", e))?;
        let mut found: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
        found.retain(|p| p.extension().is_some_and(|e| e == "jsonl"));
        found.sort();
        if found.is_empty() {
            return Err(Error::Usage(format!("{} holds no records; make some with tamis run", folder.display())));
        }
        files.append(&mut found);
    }
    Ok(files)
}

/// Whole lines of one file.
pub struct Batch<'a> {
    path: &'a Path,
    /// Number of the first line, from 1.
    first: u64,
    bytes: Vec<u8>,
}

/// What one thread made of a part of a batch.
struct Piece {
    articles: u64,
    out: Vec<Vec<u8>>,
    graph: Graph,
}

impl Batch<'_> {
    /// The lines that are not blank, with their numbers.
    pub fn lines(&self) -> Vec<(u64, &[u8])> {
        let lines = self.bytes.split(|b| *b == b'\n').map(<[u8]>::trim_ascii);
        (self.first..).zip(lines).filter(|(_, line)| !line.is_empty()).collect()
    }

    /// The record in line `number`.
    ///
    /// # Errors
    /// [`Error::Usage`] where it is none.
    pub fn parse<'l>(&self, number: u64, line: &'l [u8]) -> Result<Article<'l>, Error> {
        Article::parse(line).map_err(|e| self.no_record(number, &e))
    }

    /// What to say of line `number` when it is no record.
    pub fn no_record(&self, number: u64, e: &serde_json::Error) -> Error {
        let place = format!("{}:{number}", self.path.display());
        Error::Usage(format!("{place}: this line is no record of tamis ({e}); give the output of tamis run"))
    }

    fn pieces(&self, exporter: &dyn Exporter) -> Result<Vec<Piece>, Error> {
        let lines = self.lines();
        let files = exporter.files().len();
        let depth = exporter.depth();
        let work = |part: &[(u64, &[u8])]| {
            let mut piece = Piece { articles: 0, out: vec![Vec::new(); files], graph: Graph::default() };
            for (number, line) in part {
                let article = self.parse(*number, line)?;
                piece.articles += 1;
                exporter.article(&article, &mut piece.out);
                piece.graph.gather(&article, depth);
            }
            Ok(piece)
        };
        lines.par_chunks(lines.len().div_ceil(PIECES).max(1)).map(work).collect()
    }

    /// Hands each article to `sink`, in order.
    ///
    /// # Errors
    /// [`Error::Usage`] for a line that is no record, and those of `sink`.
    pub fn articles(&self, sink: &mut dyn FnMut(&Article) -> Result<(), Error>) -> Result<(), Error> {
        self.lines().into_iter().try_for_each(|(number, line)| sink(&self.parse(number, line)?))
    }
}

/// Reads `files` in batches of whole lines.
///
/// # Errors
/// [`Error::Io`], and those of `sink`.
pub fn each_batch(files: &[PathBuf], sink: &mut dyn FnMut(&Batch) -> Result<(), Error>) -> Result<(), Error> {
    for path in files {
        let failed = |e| Error::io(path, "read", e);
        let mut input: Box<dyn BufRead> = if path.as_os_str() == "-" {
            Box::new(io::stdin().lock())
        } else {
            Box::new(BufReader::with_capacity(1 << 20, File::open(path).map_err(failed)?))
        };
        let mut first = 1;
        loop {
            let mut bytes = Vec::with_capacity(BATCH + BATCH / 4);
            input.by_ref().take(BATCH as u64).read_to_end(&mut bytes).map_err(failed)?;
            if bytes.is_empty() {
                break;
            }
            if bytes.last() != Some(&b'\n') {
                input.read_until(b'\n', &mut bytes).map_err(failed)?;
            }
            let lines = memchr::memchr_iter(b'\n', &bytes).count() as u64;
            sink(&Batch { path, first, bytes })?;
            first += lines;
        }
    }
    Ok(())
}

/// A file that gets its name when it is complete.
struct Part {
    path: PathBuf,
    temporary: PathBuf,
    file: BufWriter<File>,
}

impl Part {
    fn create(folder: &Path, spec: &FileSpec) -> Result<Part, Error> {
        std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, "write to", e))?;
        let path = folder.join(spec.name);
        let temporary = folder.join(format!(".{}.tmp", spec.name));
        let file = File::create(&temporary).map_err(|e| Error::io(&temporary, "write to", e))?;
        let mut part = Part { path, temporary, file: BufWriter::with_capacity(1 << 20, file) };
        part.write(spec.head.as_bytes())?;
        Ok(part)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.write_all(bytes).map_err(|e| Error::io(&self.path, "write to", e))
    }

    fn finish(self) -> Result<PathBuf, Error> {
        let failed = |e| Error::io(&self.path, "write to", e);
        self.file.into_inner().map_err(|e| failed(e.into_error()))?.sync_all().map_err(failed)?;
        std::fs::rename(&self.temporary, &self.path).map_err(failed)?;
        Ok(self.path)
    }
}

/// Appends `value` as one line of JSON.
fn json_line(value: &impl Serialize, out: &mut Vec<u8>) {
    json(value, out);
    out.push(b'\n');
}

/// Appends `value` as JSON.
fn json(value: &impl Serialize, out: &mut Vec<u8>) {
    let before = out.len();
    // What is exported holds nothing that JSON cannot say; a half-written value would be worse than none.
    if serde_json::to_writer(&mut *out, value).is_err() {
        out.truncate(before);
    }
}
