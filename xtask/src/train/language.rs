//! Makes the n-gram model that tells languages apart (`models/language/ngrams.bin`; format in `tamis_models::ngrams`).
//!
//! Nothing here is text: the sources are word lists and n-gram frequencies. For each language they become the
//! probability of each n-gram and each whole word in running text:
//!
//! - word lists with frequencies (wordfreq) give all of them;
//! - n-gram frequencies (the model crates of lingua) give those inside of words, and so an estimate of how frequent the
//!   words of a list without frequencies are;
//! - the function words of `rules/<language>/language.toml` get the share that function words have.
//!
//! An n-gram is worth a row when it says much: often seen in one language, seldom in others. Rows are placed in that
//! order, so what finds no free slot is what matters least.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use fst::{IntoStreamer, Streamer};
use tamis_models::ngrams::{self, Feature, LANGUAGES, MOST, Ngrams, ORDER, PROBES, STEP, Tally};

mod catalogue;
mod tune;

use catalogue::{Language, TABLES, Table};

/// What `cargo xtask train language` is told.
#[derive(clap::Args)]
pub struct Arguments {
    /// Folder with the unpacked PyPI package wordfreq
    #[arg(long)]
    wordfreq: PathBuf,
    /// Folder with the unpacked crates lingua-LANGUAGE-language-model-VERSION
    #[arg(long)]
    lingua: PathBuf,
    /// Folder with the word lists that dawg2wordlist prints, one LIST.txt each
    #[arg(long)]
    words: PathBuf,
    /// Folder with the unpacked npm packages cldr-annotations-full and cldr-localenames-full
    #[arg(long)]
    cldr: PathBuf,
    /// Folder with the rules of tamis
    #[arg(long, default_value = "rules")]
    rules: PathBuf,
    /// File that the model is written to
    #[arg(long, default_value = "models/language/ngrams.bin")]
    out: PathBuf,
    /// Files to try the model on: a code, a tab, a text a line
    #[arg(long)]
    check: Vec<PathBuf>,
    /// Only try the model that is there
    #[arg(long)]
    only_check: bool,
}

/// Share of running text that is function words.
const FUNCTION_WORDS: f64 = 0.35;
/// How much more frequent, as a logarithm, a word is than one that is a letter longer, where no more is known.
const SHORTER: f64 = 0.35;
/// n-grams that are rarer than this in a language are not kept.
const RAREST: f64 = 3e-7;
/// Added to every probability: nothing is impossible.
const FLOOR: f64 = 5e-7;
/// Share of the other languages that is mixed into each: no n-gram alone may decide.
const MIXED: f64 = 0.01;
/// How much an n-gram of so many characters is worth, for they overlap; the last is a whole word.
const WORTH: [f64; ORDER + 1] = [0.5, 0.6, 0.7, 0.8, 0.8, 1.0];

/// An n-gram's kind as an index into [`WORTH`].
fn kind(feature: Feature) -> usize {
    match feature {
        Feature::Gram(n) => n - 1,
        Feature::Word => ORDER,
    }
}

/// Probability of each n-gram of one language, sorted by hash.
struct Profile {
    code: &'static str,
    grams: Vec<(u64, u8, f32)>,
    /// Words in lower-case code points, with their share of running text.
    words: Vec<(Vec<u32>, f64)>,
}

/// Writes the model, and tries it.
///
/// # Errors
/// A source that cannot be read.
pub fn make(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    if !arguments.only_check {
        let mut bytes = b"TNG1".to_vec();
        bytes.extend(u32::try_from(TABLES.len())?.to_le_bytes());
        for table in TABLES {
            let profiles: Result<Vec<Profile>, Box<dyn Error>> =
                table.languages.iter().map(|language| profile(language, table, arguments)).collect();
            bytes.extend(lay(table, &profiles?)?);
        }
        if let Some(folder) = arguments.out.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&arguments.out, &bytes)?;
        println!("wrote {} {}: {} bytes", blake3::hash(&bytes), arguments.out.display(), bytes.len());
    }
    let bytes = fs::read(&arguments.out)?;
    let model = Ngrams::new(&bytes).ok_or("the model cannot be read back")?;
    arguments.check.iter().try_for_each(|path| check(&model, path))
}

/// All that the sources tell of one language.
fn profile(language: &'static Language, table: &Table, arguments: &Arguments) -> Result<Profile, Box<dyn Error>> {
    let inner = match language.lingua {
        "" => HashMap::new(),
        name => lingua(&arguments.lingua, name, table)?,
    };
    let words = words(language, table, arguments, &inner)?;
    let mut sums = [0f64; ORDER + 1];
    let mut inside = [0f64; ORDER + 1];
    let mut grams: HashMap<u64, (u8, f64)> = HashMap::new();
    for (word, weight) in &words {
        let n = word.len();
        ngrams::features(word, |hash, feature| {
            let kind = kind(feature);
            let slot = grams.entry(hash).or_insert((kind as u8, 0.0));
            slot.1 += weight;
            sums[kind] += weight;
        });
        for order in 1..=ORDER {
            inside[order - 1] += weight * (n + 1).saturating_sub(order) as f64;
        }
    }
    for (kind, p) in grams.values_mut() {
        *p /= sums[usize::from(*kind)];
    }
    if !inner.is_empty() {
        // What lingua counted inside of words has a share of all n-grams that the word lists tell.
        let mut seen: HashMap<u64, (u8, f64)> = HashMap::new();
        for (gram, p) in &inner {
            let points: Vec<u32> = gram.chars().map(u32::from).collect();
            let kind = points.len() - 1;
            let share = inside[kind] / sums[kind].max(f64::MIN_POSITIVE);
            seen.insert(ngrams::gram(&points), (kind as u8, p * share));
        }
        for (hash, (kind, p)) in &seen {
            let slot = grams.entry(*hash).or_insert((*kind, *p));
            slot.1 = (slot.1 + p) / 2.0;
        }
    }
    let mut grams: Vec<(u64, u8, f32)> =
        grams.into_iter().filter(|(_, (_, p))| *p >= RAREST).map(|(hash, (kind, p))| (hash, kind, p as f32)).collect();
    grams.sort_unstable_by_key(|g| g.0);
    println!("{} {}: {} words, {} n-grams", table.name(), language.code, words.len(), grams.len());
    Ok(Profile { code: language.code, grams, words })
}

/// Words in lower-case code points, with their share of running text.
fn words(
    language: &Language,
    table: &Table,
    arguments: &Arguments,
    inner: &HashMap<String, f64>,
) -> Result<Vec<(Vec<u32>, f64)>, Box<dyn Error>> {
    let mut all: BTreeMap<String, f64> = BTreeMap::new();
    if !language.wordfreq.is_empty() {
        for (word, p) in crate::lexicon::frequencies(&arguments.wordfreq, language.wordfreq)? {
            // The list of Serbo-Croatian is in Latin script.
            let word = if language.wordfreq == "sh" && table.name() == "Cyrl" {
                catalogue::serbian_cyrillic(&word)
            } else {
                word
            };
            for part in parts(&word, table) {
                *all.entry(part).or_default() += p;
            }
        }
    }
    let listed = all.len();
    if !language.list.is_empty() {
        let path = arguments.words.join(format!("{}.txt", language.list));
        let list = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        println!("read  {} {}", blake3::hash(list.as_bytes()), path.display());
        let mut weighed: BTreeMap<String, f64> = BTreeMap::new();
        for word in list.lines().flat_map(|line| parts(line, table)) {
            weighed.entry(word).or_insert(0.0);
        }
        // A list from the web holds words of other languages; their letters give some of them away.
        let alphabet = rule(&arguments.rules, language.code, "alphabet")?;
        if table.name() == "Cyrl" && !alphabet.is_empty() {
            weighed.retain(|word, _| word.chars().all(|c| alphabet.contains(c)));
        }
        for (word, p) in &mut weighed {
            *p = if inner.is_empty() { (-SHORTER * word.chars().count() as f64).exp() } else { chained(word, inner) };
        }
        let sum: f64 = weighed.values().sum();
        // Beside a list with frequencies, one without tells of rare words only.
        let share = if listed > 0 { 0.05 } else { 1.0 };
        for (word, p) in weighed {
            *all.entry(word).or_default() += p / sum * share;
        }
    }
    if listed == 0 && inner.is_empty() {
        let content: f64 = all.values().sum();
        let named = cldr(&arguments.cldr, language.code, table)?;
        let sum: f64 = named.values().sum();
        for (word, n) in named {
            *all.entry(word).or_default() += n / sum * if content > 0.0 { content * 0.2 } else { 1.0 };
        }
    }
    if listed == 0 {
        let words = rule(&arguments.rules, language.code, "words")?;
        let function: Vec<String> = words.split_whitespace().flat_map(|word| parts(word, table)).collect();
        let sum: f64 = (0..function.len()).map(|i| 1.0 / (i as f64 + 5.0)).sum();
        let content: f64 = all.values().sum();
        for (i, word) in function.into_iter().enumerate() {
            *all.entry(word).or_default() += content * FUNCTION_WORDS / (1.0 - FUNCTION_WORDS) / (i as f64 + 5.0) / sum;
        }
    }
    let mut all: Vec<_> =
        all.into_iter().filter(|w| w.1 > 0.0).map(|(word, p)| (word.chars().map(u32::from).collect(), p)).collect();
    all.sort_by(|a: &(Vec<u32>, f64), b| a.0.cmp(&b.0));
    Ok(all)
}

/// The runs of letters of the table's script, in lower case, if the word is in no other.
fn parts(word: &str, table: &Table) -> Vec<String> {
    let mut parts = Vec::new();
    let mut alone = true;
    ngrams::runs(word, |run, script| {
        alone &= script == table.script;
        parts.push(run.iter().filter_map(|c| char::from_u32(*c)).collect());
        true
    });
    if alone { parts } else { Vec::new() }
}

/// Words of the names that CLDR has for things, countries and languages, with how often they occur.
fn cldr(folder: &Path, code: &str, table: &Table) -> Result<BTreeMap<String, f64>, Box<dyn Error>> {
    let names = folder.join("cldr-localenames-full/main").join(code);
    let mut files = vec![folder.join("cldr-annotations-full/annotations").join(code).join("annotations.json")];
    for name in ["languages", "territories", "variants"] {
        files.push(names.join(format!("{name}.json")));
    }
    let mut counts = BTreeMap::new();
    for path in files.iter().filter(|path| path.exists()) {
        let mut open: Vec<serde_json::Value> = vec![serde_json::from_slice(&crate::lexicon::read_source(path)?)?];
        while let Some(value) = open.pop() {
            match value {
                serde_json::Value::Object(map) => open.extend(map.into_iter().map(|(_, v)| v)),
                serde_json::Value::Array(items) => open.extend(items),
                serde_json::Value::String(text) => {
                    parts(&text, table).into_iter().for_each(|w| *counts.entry(w).or_insert(0.0) += 1.0)
                }
                _ => {}
            }
        }
    }
    Ok(counts)
}

/// What `rules/<language>/language.toml` has under `key`.
fn rule(rules: &Path, code: &str, key: &str) -> Result<String, Box<dyn Error>> {
    let Ok(text) = fs::read_to_string(rules.join(code).join("language.toml")) else { return Ok(String::new()) };
    let file: toml::Table = text.parse()?;
    Ok(file.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned())
}

/// Reads a model of lingua: n-gram → its share of all n-grams of its length.
fn lingua(folder: &Path, name: &str, table: &Table) -> Result<HashMap<String, f64>, Box<dyn Error>> {
    let prefix = format!("lingua-{name}-language-model-");
    let found =
        fs::read_dir(folder)?.filter_map(Result::ok).find(|e| e.file_name().to_string_lossy().starts_with(&prefix));
    let path = found.ok_or_else(|| format!("no {prefix}*"))?.path().join("models/ngrams.fst");
    let bytes = fs::read(&path)?;
    println!("read  {} {}", blake3::hash(&bytes), path.file_name().map(|_| prefix.as_str()).unwrap_or_default());
    let map = fst::Map::new(bytes)?;
    let mut conditional: HashMap<String, f64> = HashMap::new();
    let mut stream = map.into_stream();
    while let Some((key, value)) = stream.next() {
        let gram = std::str::from_utf8(key)?;
        if gram.chars().count() <= ORDER && gram.chars().all(|c| ngrams::script(c) == Some(table.script)) {
            conditional.insert(gram.to_owned(), f64::from_bits(value).exp());
        }
    }
    let joint = |gram: &str| {
        let ends = gram.char_indices().skip(1).map(|(i, _)| i).chain([gram.len()]);
        ends.map(|end| conditional.get(&gram[..end]).copied().unwrap_or(0.0)).product::<f64>()
    };
    Ok(conditional.keys().map(|gram| (gram.clone(), joint(gram))).filter(|(_, p)| *p > RAREST / 10.0).collect())
}

/// How likely a word is, by the chain of its n-grams.
fn chained(word: &str, inner: &HashMap<String, f64>) -> f64 {
    let starts: Vec<usize> = word.char_indices().map(|(i, _)| i).chain([word.len()]).collect();
    let n = starts.len() - 1;
    let of = |from: usize, to: usize| inner.get(&word[starts[from]..starts[to]]).copied().unwrap_or(RAREST / 20.0);
    let mut p = of(0, n.min(ORDER));
    for end in ORDER + 1..=n {
        p *= (of(end - ORDER, end) / of(end - ORDER, end - 1)).min(1.0);
    }
    p
}

/// The bytes of one table.
fn lay(table: &Table, profiles: &[Profile]) -> Result<Vec<u8>, Box<dyn Error>> {
    let n = profiles.len();
    assert!(n <= LANGUAGES, "{}: too many languages", table.name());
    let mut rows = rows(profiles);
    rows.sort_by(|a, b| b.says.total_cmp(&a.says).then(a.hash.cmp(&b.hash)));
    let told = rows.len();
    let slots = (1usize << table.slots_log2) + PROBES;
    let mut checks = vec![0u16; slots];
    let mut laid: HashMap<u64, usize> = HashMap::new();
    for row in &rows {
        let (slot, check) = ngrams::place(row.hash, table.slots_log2);
        let probes = &checks[slot..slot + PROBES];
        if laid.len() >= slots * 9 / 10 {
            break;
        }
        if let Some(free) = probes.iter().position(|c| *c == 0).filter(|_| !probes.contains(&check)) {
            checks[slot + free] = check;
            laid.insert(row.hash, slot + free);
        }
    }
    rows.retain(|row| laid.contains_key(&row.hash));
    println!("{}: {n} languages, {told} n-grams, {} placed in {slots} slots", table.name(), rows.len());
    let mut weights: HashMap<u64, Vec<f32>> = rows.into_iter().map(|row| (row.hash, row.weights)).collect();
    tune::tune(&mut weights, table, profiles);
    let row_bytes = n.div_ceil(2);
    let mut bytes_of_rows = vec![0u8; slots * row_bytes];
    for (hash, weights) in &weights {
        let best = weights.iter().copied().fold(f32::MIN, f32::max);
        let step = |w: &f32| ((best - w) / STEP).round().min(f32::from(MOST)) as u8;
        let steps: Vec<u8> = weights.iter().map(step).collect();
        let row = steps.chunks(2).map(|pair| pair[0] | pair.get(1).copied().unwrap_or(0) << 4);
        let at = laid[hash] * row_bytes;
        bytes_of_rows[at..at + row_bytes].iter_mut().zip(row).for_each(|(to, from)| *to = from);
    }
    let mut bytes = vec![u8::try_from(table.script)?];
    for number in [n, table.slots_log2 as usize, row_bytes] {
        bytes.extend(u32::try_from(number)?.to_le_bytes());
    }
    for (profile, language) in profiles.iter().zip(table.languages) {
        bytes.extend(profile.code.bytes().chain([0; 3]).take(3).chain([language.rare]));
    }
    checks.iter().for_each(|c| bytes.extend(c.to_le_bytes()));
    bytes.extend(bytes_of_rows);
    Ok(bytes)
}

/// An n-gram with its weight in each language, and how much it says.
struct Row {
    says: f64,
    hash: u64,
    weights: Vec<f32>,
}

/// Every n-gram that says something, with log likelihoods as its weights.
fn rows(profiles: &[Profile]) -> Vec<Row> {
    let n = profiles.len();
    let mut rows = Vec::new();
    let mut at = vec![0usize; n];
    loop {
        let next = profiles.iter().zip(&at).filter_map(|(p, &i)| p.grams.get(i)).map(|g| g.0).min();
        let Some(hash) = next else { break };
        let mut p = vec![0f64; n];
        let mut kind = 0;
        for (i, profile) in profiles.iter().enumerate() {
            if let Some(gram) = profile.grams.get(at[i]).filter(|g| g.0 == hash) {
                p[i] = f64::from(gram.2);
                kind = usize::from(gram.1);
                at[i] += 1;
            }
        }
        let mean = p.iter().sum::<f64>() / n as f64;
        let log: Vec<f64> = p.iter().map(|p| (p * (1.0 - MIXED) + mean * MIXED + FLOOR).ln()).collect();
        let best = log.iter().copied().fold(f64::MIN, f64::max);
        let middle = log.iter().sum::<f64>() / n as f64;
        let says = p.iter().zip(&log).map(|(p, log)| p * (log - middle)).fold(0.0, f64::max) * WORTH[kind];
        if says > 2e-6 {
            let weights = log.iter().map(|log| ((log - best) * WORTH[kind]) as f32).collect();
            rows.push(Row { says, hash, weights });
        }
    }
    rows
}

/// Prints how many lines of a file the model is right on.
fn check(model: &Ngrams, path: &Path) -> Result<(), Box<dyn Error>> {
    let text = fs::read_to_string(path)?;
    let mut right: HashMap<&str, (u32, u32)> = HashMap::new();
    let mut missed: HashMap<(&str, &str), u32> = HashMap::new();
    for (code, line) in text.lines().filter_map(|l| l.split_once('\t')) {
        let code = code.split('_').next().unwrap_or_default();
        let mut tallies = [const { None::<Tally> }; ngrams::SCRIPTS.len()];
        ngrams::runs(line, |word, script| {
            if let Some(table) = model.table(script) {
                table.count(word, tallies[script].get_or_insert_default());
            }
            true
        });
        let most = (0..tallies.len()).max_by_key(|&i| tallies[i].as_ref().map_or(0, |t| t.asked + 1)).unwrap_or(0);
        let (Some(tally), Some(table)) = (&tallies[most], model.table(most)) else { continue };
        let against = tally.against();
        let best = (0..table.languages.len()).min_by_key(|&i| against[i] + u32::from(table.rare[i])).unwrap_or(0);
        let entry = right.entry(code).or_default();
        entry.1 += 1;
        if table.languages[best] == code || code == "sr" && matches!(table.languages[best], "hr" | "bs") {
            entry.0 += 1;
        } else {
            *missed.entry((code, table.languages[best])).or_default() += 1;
        }
    }
    let mut shares: Vec<_> = right.iter().map(|(code, (a, b))| (f64::from(*a) / f64::from(*b), *code)).collect();
    shares.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mean = shares.iter().map(|s| s.0).sum::<f64>() / shares.len() as f64;
    let mut missed: Vec<_> = missed.into_iter().collect();
    missed.sort_by_key(|m| std::cmp::Reverse(m.1));
    missed.truncate(14);
    println!("{}: {mean:.4}\n  {shares:.3?}\n  {missed:?}", path.display());
    Ok(())
}
