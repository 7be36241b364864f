//! How fast tamis is: MB/s of each stage and of the whole, beside a plain copy of the same records, as a table.
//!
//! The dump is generated: the French articles of `eval/gold/articles/`, noise and all, cut and put together anew with
//! other numbers and other words of the lexicon, so that no cache has seen it all. The same seed gives the same bytes.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fst::Streamer;
use tamis::{Audit, Format, Options, Pipeline, RawRecord, Record};

use crate::random::Random;

mod dump;

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

/// Megabytes that each stage is timed on; the whole is timed on all.
const SAMPLE: usize = 10_000_000;
/// Programs are started this often to time a start.
const STARTS: usize = 11;

#[derive(clap::Args)]
pub struct Arguments {
    /// Size of the generated dump in megabytes
    #[arg(long, default_value_t = 50)]
    megabytes: usize,
    /// Time the stages on this JSONL file, and nothing else
    #[arg(long)]
    stages_of: Option<PathBuf>,
    /// How many documents go through a stage before the next begins, for `--stages-of`
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    together: u16,
    /// The program to measure
    #[arg(long, default_value = "target/release/tamis")]
    program: PathBuf,
}

pub fn measure(arguments: &Arguments) -> Fallible<()> {
    if let Some(dump) = &arguments.stages_of {
        let (sampled, stages) = stages(&fs::read(dump)?, usize::from(arguments.together))?;
        for (name, time) in stages {
            println!("{name}: {:.1} MB/s", sampled as f64 / 1e6 / time.as_secs_f64());
        }
        return Ok(());
    }
    let folder = std::env::temp_dir().join(format!("tamis-bench-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let measured = measure_in(&folder, arguments);
    fs::remove_dir_all(&folder)?;
    print!("{}", measured?);
    Ok(())
}

fn measure_in(folder: &Path, arguments: &Arguments) -> Fallible<String> {
    let dump = folder.join("dump.jsonl");
    generate(&dump, arguments.megabytes * 1_000_000)?;
    let bytes = fs::read(&dump)?;
    let rate = |bytes: usize, time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();

    let copied = timed(|| copy(&bytes))?;
    let copy_rate = rate(bytes.len(), copied);
    let mut rows = Vec::new();
    let (sampled, stages) = stages(&bytes, 1)?;
    for (name, time) in stages {
        rows.push((name, rate(sampled, time)));
    }
    let mut memory: f64 = 0.0;
    for jobs in [1, 2] {
        let (time, peak) = run(&arguments.program, &dump, jobs)?;
        memory = memory.max(peak);
        let cores = if jobs == 1 { "one core" } else { "two cores" };
        rows.push((format!("whole run, {cores}"), rate(bytes.len(), time)));
    }
    let one = folder.join("one.txt");
    fs::write(&one, "Le bac du lac repart jeudi.\n")?;
    let mut starts =
        (0..STARTS).map(|_| run(&arguments.program, &one, 1).map(|r| r.0)).collect::<Fallible<Vec<_>>>()?;
    starts.sort();

    let whole = dump::measure(folder, &bytes, &arguments.program)?;
    rows.extend(whole.rows());

    let mut table = String::from("| what | MB/s | times a plain copy |\n|---|---|---|\n");
    table += &format!("| copy (serde_json reads and writes each record) | {copy_rate:.0} | 1 |\n");
    for (name, rate) in &rows {
        table += &format!("| {name} | {rate:.1} | {:.3} |\n", rate / copy_rate);
    }
    table += &format!(
        "\n{} MB of French JSONL, generated. Peak memory {memory:.0} MB; a run on one line takes {:.0} ms.\n",
        bytes.len() / 1_000_000,
        starts[STARTS / 2].as_secs_f64() * 1e3
    );
    table += &whole.note();
    Ok(table)
}

fn timed(work: impl FnOnce() -> Fallible<()>) -> Fallible<Duration> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split_inclusive(|b| *b == b'\n')
}

fn copy(bytes: &[u8]) -> Fallible<()> {
    let mut out = BufWriter::new(std::io::sink());
    for line in lines(bytes) {
        let value: serde_json::Value = serde_json::from_slice(line)?;
        serde_json::to_writer(&mut out, &value)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Time of each stage in one thread, in the order of a run, with the number of bytes read. So many documents go `together`
/// through a stage: one, as in a run, or more, so that each stage finds its own tables at hand.
fn stages(bytes: &[u8], together: usize) -> Fallible<(usize, Vec<(String, Duration)>)> {
    let pipeline = Pipeline::new(&Options::default())?;
    let names = pipeline.stages().iter().map(|s| format!("stage `{}`", s.name));
    let names: Vec<String> = ["reading".to_string()].into_iter().chain(names).chain(["writing".to_string()]).collect();
    let mut times = vec![Duration::ZERO; names.len()];
    let mut sampled = 0;
    let all: Vec<&[u8]> = lines(bytes).collect();
    // The first go ahead unmeasured, since some tables are made when they are first needed.
    for (n, batch) in all.chunks(together).enumerate() {
        let mut clock = Instant::now();
        let mut lap = |times: &mut Vec<Duration>, i: usize| {
            let now = Instant::now();
            if n > 0 {
                times[i] += now - clock;
            }
            clock = now;
        };
        let raw: Vec<_> = batch.iter().map(|line| RawRecord::new("dump.jsonl", Format::Jsonl, *line)).collect();
        let read = raw.iter().map(|raw| tamis::read::document(raw, pipeline.limits()).map_err(|r| r.to_string()));
        let mut docs = read.collect::<Result<Vec<_>, _>>()?;
        lap(&mut times, 0);
        for stage in 0..pipeline.stages().len() {
            for doc in &mut docs {
                pipeline.refine_by(stage, doc).map_err(|r| r.to_string())?;
            }
            lap(&mut times, 1 + stage);
        }
        for (raw, doc) in raw.iter().zip(&docs) {
            std::hint::black_box(Record::new(raw, doc, pipeline.rules(), Audit::Brief).to_line());
        }
        lap(&mut times, names.len() - 1);
        sampled += if n > 0 { batch.iter().map(|line| line.len()).sum() } else { 0 };
        if sampled > SAMPLE {
            break;
        }
    }
    if sampled == 0 {
        return Err("too few documents to measure: make --together smaller".into());
    }
    Ok((sampled, names.into_iter().zip(times).collect()))
}

/// Time and peak memory in MB of a run of the program; 0 where the system does not tell.
fn run(program: &Path, input: &Path, jobs: usize) -> Fallible<(Duration, f64)> {
    let start = Instant::now();
    let mut child = Command::new(program)
        .args(["run", "--quiet", "-o", "-", "--jobs", &jobs.to_string()])
        .arg(input)
        .stdout(Stdio::null())
        .spawn()
        .map_err(|e| format!("cannot start {}: {e}; build it with cargo build --release", program.display()))?;
    let memory = peak(&mut child)?;
    Ok((start.elapsed(), memory))
}

/// Waits for a run and gives its peak memory in MB; 0 where the system does not tell.
fn peak(child: &mut std::process::Child) -> Fallible<f64> {
    let mut peak: f64 = 0.0;
    loop {
        if let Some(status) = child.try_wait()? {
            return if status.success() { Ok(peak) } else { Err(format!("a run ended with {status}").into()) };
        }
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let high = status
            .lines()
            .find_map(|l| l.strip_prefix("VmHWM:")?.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
        peak = peak.max(high.unwrap_or(0.0) / 1e3);
        std::thread::sleep(Duration::from_micros(500));
    }
}

/// Writes `size` bytes of JSONL, to the end of a record.
fn generate(path: &Path, size: usize) -> Fallible<()> {
    let articles = articles(Path::new("eval/gold/articles"))?;
    let words = frequent_words()?;
    let mut random = Random(20_240_314);
    let mut out = BufWriter::new(File::create(path)?);
    let (mut written, mut n) = (0, 0);
    while written < size {
        let article = &articles[random.below(articles.len())];
        let other = &articles[random.below(articles.len())];
        // A part of another article in the middle, so that no two documents are alike.
        let cut = random.below(article.len());
        let from = random.below(other.len());
        let taken = other.iter().skip(from).take(2);
        let text: Vec<String> = article[..cut]
            .iter()
            .chain(taken)
            .chain(&article[cut..])
            .map(|line| vary(line, &words, &mut random))
            .collect();
        let day = format!("2024-{:02}-{:02}", 1 + random.below(12), 1 + random.below(28));
        let record = serde_json::json!({ "id": format!("d{n}"), "date": day, "text": text.join("\n") });
        let line = format!("{record}\n");
        out.write_all(line.as_bytes())?;
        written += line.len();
        n += 1;
    }
    Ok(out.flush()?)
}

/// The French articles, in lines.
fn articles(folder: &Path) -> Fallible<Vec<Vec<String>>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
    paths.sort();
    let french = |p: &&PathBuf| {
        p.file_name().is_some_and(|n| n.to_string_lossy().starts_with("fr-"))
            && p.extension().is_some_and(|e| e == "txt")
    };
    let texts = paths.iter().filter(french).filter_map(|p| fs::read_to_string(p).ok());
    let articles: Vec<Vec<String>> = texts.map(|t| t.lines().map(str::to_string).collect()).collect();
    if articles.is_empty() { Err("run this in the folder of the project".into()) } else { Ok(articles) }
}

/// Words of the lexicon that news use now and then.
fn frequent_words() -> Fallible<Vec<String>> {
    let french = tamis_models::LEXICA.iter().find(|l| l.language == "fr").ok_or("no French lexicon")?;
    let map = fst::Map::new(french.frequency)?;
    let mut stream = map.stream();
    let mut words = Vec::new();
    while let Some((word, zipf)) = stream.next() {
        if (300..480).contains(&zipf) {
            words.push(String::from_utf8_lossy(word).to_string());
        }
    }
    Ok(words)
}

/// The line with other digits, and one word of thirty replaced.
fn vary(line: &str, words: &[String], random: &mut Random) -> String {
    let vary = |word: &str, random: &mut Random| {
        if word.chars().all(char::is_lowercase) && word.len() > 4 && random.below(30) == 0 {
            return words[random.below(words.len())].clone();
        }
        let digit = |c: char, random: &mut Random| {
            if c.is_ascii_digit() && c > '1' { char::from(b'2' + random.below(8) as u8) } else { c }
        };
        if word.len() == 2 || word.len() > 4 {
            word.chars().map(|c| digit(c, random)).collect()
        } else {
            word.to_string()
        }
    };
    line.split(' ').map(|word| vary(word, random)).collect::<Vec<_>>().join(" ")
}
