//! Trains the taggers of names (`models/entities/LANGUAGE.bin`; what is in the file says
//! `src/stage/entities/tagger/model.rs`).
//!
//! A linear-chain CRF, trained with AdaGrad on one sentence after another. Each source of labels has a weight: what people
//! labelled counts more than what another tagger did.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use tamis::Lang;
use tamis::document::EntityKind;
use tamis::lexicon::Lexicon;
use tamis::stage::entities::training::{
    Bench, CLASSES, Class, Clusters, Model, SETS, Sentence, TAGS, row, word_hash, write,
};

mod crf;
mod read;
mod template;

use read::Labelled;

/// What `cargo xtask train entities` is told.
#[derive(clap::Args)]
pub struct Arguments {
    /// Language of the tagger
    #[arg(long)]
    language: String,
    /// Labelled text: FILE, FILE=WEIGHT or CODE:FILE=WEIGHT for text in another language
    #[arg(long)]
    data: Vec<String>,
    /// Sentences with slots, and slots
    #[arg(long)]
    templates: Vec<PathBuf>,
    /// How many sentences are made of them
    #[arg(long, default_value_t = 6000)]
    filled: usize,
    /// What these weigh
    #[arg(long, default_value_t = 0.3)]
    filled_weight: f32,
    /// Surnames, one a line: first those of the language, then those of all
    #[arg(long)]
    surnames: Vec<PathBuf>,
    /// Folder of the tables of names
    #[arg(long, default_value = "rules/common")]
    tables: PathBuf,
    /// Classes of words: word, coarse and fine class a line, parted by tabs, the frequent first; up to two sets, each of up to
    /// 1,024 fine classes
    #[arg(long)]
    clusters: Vec<PathBuf>,
    /// Places for words that have a class: nine in ten are filled
    #[arg(long, default_value_t = 170_000)]
    slots: usize,
    /// log₂ of the rows
    #[arg(long, default_value_t = 17)]
    bits: u32,
    /// How often all text is gone through
    #[arg(long, default_value_t = 10)]
    rounds: usize,
    /// How often it is trained, each time in another order, to take the mean of all
    #[arg(long, default_value_t = 1)]
    runs: u32,
    /// Step of AdaGrad
    #[arg(long, default_value_t = 0.15)]
    rate: f32,
    /// Pull towards zero
    #[arg(long, default_value_t = 1e-4)]
    decay: f32,
    /// The share of what is seen of a word that is left out each time
    #[arg(long, default_value_t = 0.0)]
    dropout: f32,
    /// What a weight of 1 is in the file
    #[arg(long, default_value_t = 32.0)]
    scale: f32,
    /// Labelled text to try the model on
    #[arg(long)]
    check: Vec<String>,
    /// File that the model is written to
    #[arg(long)]
    out: PathBuf,
    /// Only try the model that is there
    #[arg(long)]
    only_check: bool,
    /// Files of plain text to label with the model, each to FILE.jsonl in this folder
    #[arg(long)]
    label: Vec<PathBuf>,
    /// Folder for what is labelled
    #[arg(long, default_value = ".")]
    label_to: PathBuf,
}

struct Source {
    language: Lang,
    path: PathBuf,
    weight: f32,
}

impl Source {
    fn parse(text: &str, language: Lang) -> Result<Source, Box<dyn Error>> {
        let (file, weight) = match text.rsplit_once('=') {
            Some((file, weight)) => (file, weight.parse()?),
            None => (text, 1.0),
        };
        let (language, file) = match file.split_once(':') {
            Some((code, file)) => (Lang::parse(code).ok_or_else(|| format!("{code} is no language"))?, file),
            None => (language, file),
        };
        Ok(Source { language, path: file.into(), weight })
    }
}

/// Trains a tagger, writes it and says how it does.
///
/// # Errors
/// A source that cannot be read.
pub fn make(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let language = Lang::parse(&arguments.language).ok_or("no such language")?;
    let bench = Bench::new()?;
    if !arguments.only_check {
        let bytes = train(arguments, language, &bench)?;
        fs::write(&arguments.out, &bytes)?;
        println!("{}: {} bytes, {}", arguments.out.display(), bytes.len(), blake3::hash(&bytes).to_hex());
    }
    let bytes = fs::read(&arguments.out)?;
    let model = Model::read(&bytes).ok_or("the model cannot be read")?;
    for check in &arguments.check {
        let source = Source::parse(check, language)?;
        let documents = read::labelled(&source.path)?;
        let name = source.path.file_name().unwrap_or_default().to_string_lossy().to_string();
        score(&format!("{name} rules"), &documents, |t| bench.names(t, source.language, None));
        score(&format!("{name} tagger"), &documents, |t| bench.tagged(t, source.language, &model));
        score(&format!("{name} stage"), &documents, |t| bench.names(t, source.language, Some(&model)));
    }
    for file in &arguments.label {
        label(&bench, language, &model, file, &arguments.label_to)?;
    }
    Ok(())
}

fn train(arguments: &Arguments, language: Lang, bench: &Bench) -> Result<Vec<u8>, Box<dyn Error>> {
    let clusters = clusters(&arguments.clusters, language, arguments.slots)?;
    // A model of no weights, for its classes.
    let none = write(&[[0.0; TAGS]; TAGS + 1], clusters.as_ref(), &[[0.0; TAGS]; 16], 1.0);
    let none = Model::read(&none).ok_or("the classes cannot be read")?;
    let mut sentences: Vec<crf::Example> = Vec::new();
    let mut add = |documents: &[Labelled], language: Lang, weight: f32| {
        let (mut count, mut words) = (0, 0);
        for document in documents {
            for Sentence { features, tags } in bench.sentences(&document.text, language, &document.names, Some(&none)) {
                (count, words) = (count + 1, words + tags.len());
                let rows = |f: &[u64]| f.iter().map(|h| row(*h, arguments.bits) as u32).collect();
                sentences.push((features.iter().map(|f| rows(f)).collect(), tags, weight));
            }
        }
        println!("× {weight}: {count} sentences, {words} words");
    };
    for source in &arguments.data {
        let source = Source::parse(source, language)?;
        let bytes = fs::read(&source.path).map_err(|e| format!("{}: {e}", source.path.display()))?;
        print!("{} {} ", source.path.display(), blake3::hash(&bytes).to_hex());
        let documents = read::labelled(&source.path)?;
        add(&documents, source.language, source.weight);
    }
    let (files, surnames) = (&arguments.templates, &arguments.surnames);
    if !files.is_empty() {
        let mut templates = template::Templates::read(files, &arguments.tables, surnames, &arguments.language)?;
        print!("templates ");
        add(&read::documents(&templates.sentences(arguments.filled)?), language, arguments.filled_weight);
    }
    let &Arguments { rounds, rate, decay, dropout, runs, .. } = arguments;
    let how = crf::How { rounds, rate, decay, runs, dropout };
    let crf = crf::train(&sentences, arguments.bits, &how);
    Ok(write(&crf.transitions, clusters.as_ref(), &crf.rows, arguments.scale))
}

/// The classes of as many words as fill nine slots in ten: first those that are frequent in the language, then by their place
/// in the sets.
fn clusters(files: &[PathBuf], language: Lang, slots: usize) -> Result<Option<Clusters>, Box<dyn Error>> {
    if files.len() > SETS {
        return Err(format!("{} sets of classes, and a model holds {SETS}", files.len()).into());
    }
    let lexicon = Lexicon::for_language(language);
    let mut words: HashMap<u64, ((u16, usize), [Class; SETS])> = HashMap::new();
    for (set, file) in files.iter().enumerate() {
        let text = fs::read_to_string(file)?;
        println!("{} {}", file.display(), blake3::hash(text.as_bytes()).to_hex());
        for (rank, line) in text.lines().enumerate() {
            let [word, coarse, fine] = *line.split('\t').collect::<Vec<_>>() else {
                return Err(format!("{line:?}").into());
            };
            if word.chars().all(char::is_alphanumeric) {
                let rare = u16::MAX - lexicon.and_then(|l| l.facts(word).frequency()).unwrap_or(0);
                let of = words.entry(word_hash(word)).or_insert(((rare, rank), [Class::default(); SETS]));
                of.0.1 = of.0.1.min(rank);
                if of.1[set] == Class::default() {
                    let (fine, coarse): (u16, u16) = (fine.parse()?, coarse.parse()?);
                    if usize::from(fine.max(coarse)) >= CLASSES {
                        return Err(format!("{}: a class beyond {CLASSES} in {line:?}", file.display()).into());
                    }
                    of.1[set] = Class { fine: fine + 1, coarse: coarse + 1 };
                }
            }
        }
    }
    let mut words: Vec<_> = words.into_iter().collect();
    words.sort_unstable_by_key(|(hash, (order, _))| (*order, *hash));
    words.truncate(slots * 9 / 10);
    let words: Vec<_> = words.into_iter().map(|(hash, (_, classes))| (hash, classes)).collect();
    Ok((!words.is_empty()).then(|| Clusters::new(&words, slots)))
}

/// Prints precision, recall and F1 by exact span and kind.
fn score(name: &str, documents: &[Labelled], find: impl Fn(&str) -> Vec<(std::ops::Range<usize>, EntityKind)>) {
    let mut counts: BTreeMap<&str, [f64; 3]> = BTreeMap::new();
    for document in documents {
        let found = find(&document.text);
        for kind in [EntityKind::Person, EntityKind::Place, EntityKind::Organisation] {
            let of = |all: &[(std::ops::Range<usize>, EntityKind)]| all.iter().filter(|n| n.1 == kind).count() as f64;
            let right = found.iter().filter(|n| n.1 == kind && document.names.contains(n)).count() as f64;
            for key in ["all", kind.name()] {
                let c = counts.entry(key).or_default();
                *c = [c[0] + right, c[1] + of(&found), c[2] + of(&document.names)];
            }
        }
    }
    let line: Vec<String> = counts
        .iter()
        .map(|(key, [right, found, there])| {
            format!("{key} P {:.3} R {:.3} F {:.4}", right / found, right / there, 2.0 * right / (found + there))
        })
        .collect();
    println!("{name}: {}", line.join("; "));
}

fn label(bench: &Bench, language: Lang, model: &Model, file: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    let text = fs::read_to_string(file)?;
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::new();
    for lines in lines.chunks(20) {
        let document = lines.join("\n");
        let names = bench.names(&document, language, Some(model));
        let mut base = 0;
        for line in lines {
            let inside = names.iter().filter(|(at, _)| base <= at.start && at.end <= base + line.len());
            let point = |at: usize| document[base..at].chars().count();
            let spans: Vec<_> =
                inside.map(|(at, k)| serde_json::json!([point(at.start), point(at.end), k.name()])).collect();
            out.push_str(&serde_json::json!({ "text": line, "spans": spans }).to_string());
            out.push('\n');
            base += line.len() + 1;
        }
    }
    let name = file.file_stem().unwrap_or_default().to_string_lossy().to_string();
    Ok(fs::write(to.join(format!("{name}.jsonl")), out)?)
}
