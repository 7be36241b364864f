//! The whole way of a dump: packed files in, shards out, on one core and on two, and how much of it is reading and writing.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use tamis::Limits;
use tamis::read::dump::Dump;

use super::{Fallible, lines};

/// Bytes of one file of the dump before it is packed.
const FILE: usize = 32 << 20;

/// What was measured.
pub struct Whole {
    /// Bytes of the dump, unpacked.
    pub bytes: usize,
    /// Of the packed files.
    pub packed: u64,
    /// Time on one core and on two.
    pub times: [Duration; 2],
    /// Time to unpack it and to cut it into records.
    pub reading: Duration,
    /// Time to hash, write and sync what came out.
    pub writing: Duration,
    /// Peak memory of the run on two cores, in MB.
    pub memory: f64,
}

impl Whole {
    /// The lines of the table.
    pub fn rows(&self) -> Vec<(String, f64)> {
        let rate = |time: Duration| self.bytes as f64 / 1e6 / time.as_secs_f64();
        vec![
            ("whole dump, one core".to_string(), rate(self.times[0])),
            ("whole dump, two cores".to_string(), rate(self.times[1])),
        ]
    }

    /// What a table does not say.
    pub fn note(&self) -> String {
        let share = (self.reading + self.writing).as_secs_f64() / self.times[0].as_secs_f64();
        format!(
            "Whole dump: {} MB of JSONL and pages in WARC, {} MB as .gz; two cores are {:.2} times one, reading and writing \
             {:.1} % of the time of one, peak memory {:.0} MB.\n",
            self.bytes / 1_000_000,
            self.packed / 1_000_000,
            self.times[0].as_secs_f64() / self.times[1].as_secs_f64(),
            100.0 * share,
            self.memory
        )
    }
}

/// Makes a dump of the records in `jsonl`, half of them as pages in WARC, and measures it.
pub fn measure(folder: &Path, jsonl: &[u8], program: &Path) -> Fallible<Whole> {
    let dump = folder.join("dump");
    fs::create_dir_all(&dump)?;
    let mut bytes = 0;
    let mut rest = lines(jsonl).peekable();
    let mut number = 0;
    while rest.peek().is_some() {
        let name = dump.join(format!("{number:03}.{}.gz", if number % 2 == 0 { "jsonl" } else { "warc" }));
        let mut out = BufWriter::new(File::create(name)?);
        let (mut packed, mut size) = (GzEncoder::new(Vec::new(), Compression::fast()), 0);
        while size < FILE
            && let Some(line) = rest.next()
        {
            if number % 2 == 0 {
                packed.write_all(line)?;
                size += line.len();
            } else {
                // One member a record, as crawlers write it.
                let record = page(line)?;
                let mut member = GzEncoder::new(Vec::new(), Compression::fast());
                member.write_all(&record)?;
                out.write_all(&member.finish()?)?;
                size += record.len();
            }
        }
        out.write_all(&packed.finish()?)?;
        out.flush()?;
        bytes += size;
        number += 1;
    }
    let files = Dump::find(std::slice::from_ref(&dump))?;
    let started = Instant::now();
    let mut records = 0;
    files.read(&Limits::default(), &Arc::default(), &mut |_| {
        records += 1;
        true
    });
    let reading = started.elapsed();
    let mut times = [Duration::ZERO; 2];
    let mut memory = 0.0;
    for jobs in [1, 2] {
        let out = folder.join(format!("out{jobs}"));
        let started = Instant::now();
        let mut child = Command::new(program)
            .args(["run", "--quiet", "--no-survey", "--jobs", &jobs.to_string(), "-o"])
            .args([&out, &dump])
            .stdout(Stdio::null())
            .spawn()?;
        memory = super::peak(&mut child)?;
        times[jobs - 1] = started.elapsed();
    }
    let writing = write(&folder.join("out2/articles"), &folder.join("copy"))?;
    Ok(Whole { bytes, packed: files.bytes(), times, reading, writing, memory })
}

/// Time to hash, write and sync what a run has written.
fn write(articles: &Path, copy: &Path) -> Fallible<Duration> {
    let mut time = Duration::ZERO;
    for entry in fs::read_dir(articles)? {
        let bytes = fs::read(entry?.path())?;
        let started = Instant::now();
        std::hint::black_box(blake3::hash(&bytes));
        let mut file = File::create(copy)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        time += started.elapsed();
    }
    Ok(time)
}

/// A record of JSONL as a WARC record of its page.
fn page(line: &[u8]) -> Fallible<Vec<u8>> {
    let record: serde_json::Value = serde_json::from_slice(line)?;
    let mut page = String::from(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<!DOCTYPE html><html lang=\"fr\"><head><title>Un article</title>\
         <style>body { color: black }</style></head><body><nav><ul><li><a href=\"/\">Accueil</a></li></ul></nav><main><article>",
    );
    for paragraph in record["text"].as_str().unwrap_or_default().lines().filter(|l| !l.trim().is_empty()) {
        page += &format!("<p>{}</p>\n", paragraph.replace('&', "&amp;").replace('<', "&lt;"));
    }
    page += "</article></main><footer><p>Mentions légales</p></footer></body></html>";
    let head = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://journal.example/{}\r\nWARC-Date: 2024-12-31T08:00:00Z\r\n\
         Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n",
        record["id"].as_str().unwrap_or_default(),
        page.len()
    );
    Ok([head.as_bytes(), page.as_bytes(), b"\r\n\r\n"].concat())
}
