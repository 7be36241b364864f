//! Neighbours in running text, with how often they were seen: words, and the endings of words.
//!
//! A word is here a run of letters, and two words are neighbours when nothing but spaces and apostrophes stands between
//! them: `l'eau douce` gives `l eau` and `eau douce`. A number counts as the word `#`, a full stop as `.` and a comma as
//! `,`; a hyphen, a quotation mark or a line break parts. The pairs are evidence that words go together, so each one of
//! clean text counts; scanned text is full of letters misread, so from there a pair must recur and consist of words of the
//! dictionary. The endings say what form of a word is wanted where the pair itself was never seen.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use super::{fold, is_latin_letter, read_text};

/// A pair from scanned text must be seen this often: recurring misreadings of one pair are rare.
const LEAST_IN_SCANS: u64 = 2;
/// Endings beside a word are told of words seen this often, ...
const LEAST_OF_WORD: u64 = 20;
/// ... and when they were seen beside it this often.
const LEAST_OF_ENDING: u64 = 2;
/// A word or an ending by itself is told when it was seen this often.
const LEAST_ALONE: u64 = 5;

/// Where the text is taken from.
#[derive(clap::Args)]
pub struct Sources {
    /// JSONL with `id` and `text` (or `clean`); may be repeated
    #[arg(long = "documents")]
    documents: Vec<PathBuf>,
    /// Take only those documents whose id starts so; may be repeated
    #[arg(long)]
    id_prefix: Vec<String>,
    /// Leave out each document whose index (from 0, over its whole file) is divisible by this, to measure on them
    #[arg(long)]
    leave_out_every: Option<usize>,
    /// Scanned text, one token a line (anything after a tab is ignored); may be repeated. Needs --wordfreq
    #[arg(long = "scan", requires = "wordfreq")]
    scans: Vec<PathBuf>,
    /// Tokens of edited text, one a line (anything after a tab is ignored); may be repeated
    #[arg(long = "tokens")]
    tokens: Vec<PathBuf>,
    /// Folder with .html or .page files of a manual, searched through; may be repeated
    #[arg(long = "pages")]
    pages: Vec<PathBuf>,
}

impl Sources {
    /// Whether no text was named.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.scans.is_empty() && self.tokens.is_empty() && self.pages.is_empty()
    }
}

/// Counts the neighbours in all sources; word pairs from scanned text and manuals must recur and consist of words of
/// `dictionary`.
///
/// # Errors
/// A file that cannot be read, or a line of a JSONL file that is no document.
pub fn count(sources: &Sources, dictionary: &BTreeMap<String, u64>) -> Result<BTreeMap<String, u64>, Box<dyn Error>> {
    let mut found = Counts::default();
    for path in &sources.documents {
        for text in documents(path, sources)? {
            found.add(&text);
        }
    }
    for path in &sources.tokens {
        found.add(&joined_tokens(&read_text(path)?));
    }
    let mut scanned = Counts::default();
    for folder in &sources.pages {
        for text in pages(folder)? {
            scanned.add(&text);
        }
    }
    for path in &sources.scans {
        scanned.add(&joined_tokens(&read_text(path)?));
    }
    let known = |word: &str| is_sign(word) || dictionary.contains_key(word);
    scanned.pairs.retain(|pair, times| *times >= LEAST_IN_SCANS && pair.split(' ').all(known));
    found.join(scanned);
    Ok(found.into_keys(LEAST_OF_WORD, LEAST_OF_ENDING, LEAST_ALONE))
}

fn documents(path: &Path, sources: &Sources) -> Result<Vec<String>, Box<dyn Error>> {
    let mut texts = Vec::new();
    for (index, line) in read_text(path)?.lines().enumerate() {
        let document: serde_json::Value = serde_json::from_str(line)?;
        let text = ["clean", "text"].iter().find_map(|&field| document[field].as_str());
        let (Some(id), Some(text)) = (document["id"].as_str(), text) else {
            return Err(format!("{}: line {} is no document", path.display(), index + 1).into());
        };
        let wanted = sources.id_prefix.is_empty() || sources.id_prefix.iter().any(|prefix| id.starts_with(prefix));
        let left_out = sources.leave_out_every.is_some_and(|n| index.is_multiple_of(n));
        if wanted && !left_out {
            texts.push(text.to_owned());
        }
    }
    Ok(texts)
}

/// The sentences of a file of tokens, some to a text.
///
/// # Errors
/// A file that cannot be read.
pub fn texts_of_tokens(path: &Path, sentences: usize) -> Result<Vec<String>, Box<dyn Error>> {
    let text = as_written(&joined_tokens(&read_text(path)?));
    let lines: Vec<&str> = text.lines().collect();
    Ok(lines.chunks(sentences).map(|lines| lines.join("\n")).collect())
}

/// Tokens set as a writer would: no space before a full stop or comma, nor inside brackets and quotation marks.
fn as_written(tokens: &str) -> String {
    let mut text = String::with_capacity(tokens.len());
    let mut open = false;
    for line in tokens.lines() {
        for token in line.split(' ').filter(|t| !t.is_empty()) {
            let closes = matches!(token, "." | "," | ";" | ":" | "!" | "?" | ")" | "]" | "»" | "”" | "“" | "%" | "…");
            if !(closes || open || text.is_empty() || text.ends_with('\n')) {
                text.push(' ');
            }
            open = matches!(token, "(" | "[" | "«" | "„");
            text.push_str(token);
        }
        text.push('\n');
    }
    text
}

/// Language, text and whether its pairs were counted of the documents of a JSONL file whose id starts with one of
/// `prefixes`; those whose index is divisible by `left_out` were not counted.
///
/// # Errors
/// A file that cannot be read, or a line that is no document.
pub fn marked_documents(
    path: &Path,
    prefixes: &[String],
    left_out: usize,
) -> Result<Vec<(String, String, bool)>, Box<dyn Error>> {
    let mut found = Vec::new();
    for (index, line) in read_text(path)?.lines().enumerate() {
        let document: serde_json::Value = serde_json::from_str(line)?;
        let text = ["clean", "text"].iter().find_map(|&field| document[field].as_str());
        let (Some(id), Some(lang), Some(text)) = (document["id"].as_str(), document["lang"].as_str(), text) else {
            return Err(format!("{}: line {} is no document", path.display(), index + 1).into());
        };
        let wanted = prefixes.is_empty() || prefixes.iter().any(|prefix| id.starts_with(prefix));
        if wanted {
            found.push((lang.to_owned(), text.to_owned(), !index.is_multiple_of(left_out)));
        }
    }
    Ok(found)
}

/// The texts of the pages below `folder`, in the order of their paths. Their hash is that of all of them in a row.
fn pages(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let (mut folders, mut paths) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "html" || e == "page") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let mut hash = blake3::Hasher::new();
    let mut texts = Vec::new();
    for path in &paths {
        let source = fs::read(path)?;
        hash.update(&source);
        texts.push(without_tags(&String::from_utf8(source)?));
    }
    println!("read  {} {}, {} pages", hash.finalize(), folder.display(), paths.len());
    Ok(texts)
}

/// The text between the tags; a tag parts words, and so does a reference to a character.
fn without_tags(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    let mut until = None;
    for c in source.chars() {
        match (c, until) {
            ('<', None) => until = Some('>'),
            ('&', None) => until = Some(';'),
            (c, Some(end)) if c == end => {
                until = None;
                text.push('|');
            }
            ('\n', None) => text.push(' '),
            (c, None) => text.push(c),
            _ => {}
        }
    }
    text
}

/// Tokens, one a line, become running text; an empty line ends a sentence.
fn joined_tokens(lines: &str) -> String {
    let tokens = lines.lines().map(|line| line.split('\t').next().unwrap_or(""));
    tokens.fold(String::new(), |mut text, token| {
        text.push_str(if token.is_empty() { "\n" } else { token });
        text.push(' ');
        text
    })
}

/// All that [`count`] would count in `text` alone.
pub fn all_in(text: &str) -> BTreeMap<String, u64> {
    let mut counts = Counts::default();
    counts.add(text);
    counts.into_keys(1, 1, 1)
}

/// What was seen, and how often.
#[derive(Default)]
struct Counts {
    /// `left right`.
    pairs: BTreeMap<String, u64>,
    /// Words, and signs that stand for what is none.
    words: BTreeMap<String, u64>,
    /// `left -es`: the ending of the word that follows.
    before_endings: BTreeMap<String, u64>,
    /// `-es right`: the ending of the word before.
    behind_endings: BTreeMap<String, u64>,
    /// `-es`.
    endings: BTreeMap<String, u64>,
}

impl Counts {
    fn add(&mut self, text: &str) {
        // A soft hyphen is a hint for line breaking, no part of the word.
        let folded = fold(&text.replace('\u{AD}', ""));
        let mut left = "";
        let mut rest = folded.as_str();
        while let Some(first) = rest.chars().next() {
            let word = |c: char| c.is_alphabetic();
            let digit = |c: char| c.is_ascii_digit();
            let (right, end) = if word(first) {
                let end = rest.find(|c| !word(c)).unwrap_or(rest.len());
                let latin = rest[..end].chars().all(is_latin_letter);
                (if latin { &rest[..end] } else { "" }, end)
            } else if digit(first) {
                ("#", rest.find(|c| !digit(c)).unwrap_or(rest.len()))
            } else if is_joint(first) {
                rest = &rest[first.len_utf8()..];
                continue;
            } else {
                (sign(first), first.len_utf8())
            };
            rest = &rest[end..];
            if !right.is_empty() {
                *self.words.entry(right.to_owned()).or_default() += 1;
                if let Some(ending) = ending(right) {
                    *self.endings.entry(ending).or_default() += 1;
                }
            }
            if !(left.is_empty() || right.is_empty() || is_sign(left) && is_sign(right)) {
                *self.pairs.entry(format!("{left} {right}")).or_default() += 1;
                if let Some(ending) = ending(right) {
                    *self.before_endings.entry(format!("{left} {ending}")).or_default() += 1;
                }
                if let Some(ending) = ending(left) {
                    *self.behind_endings.entry(format!("{ending} {right}")).or_default() += 1;
                }
            }
            left = right;
        }
    }

    fn join(&mut self, other: Counts) {
        let both = [
            (&mut self.pairs, other.pairs),
            (&mut self.words, other.words),
            (&mut self.before_endings, other.before_endings),
            (&mut self.behind_endings, other.behind_endings),
            (&mut self.endings, other.endings),
        ];
        for (into, from) in both {
            for (key, times) in from {
                *into.entry(key).or_default() += times;
            }
        }
    }

    /// All in one map, see the table in the documentation of the models: endings that were seen `endings` times beside a
    /// word that was seen `words` times, and what was seen `alone` times by itself.
    fn into_keys(mut self, words: u64, endings: u64, alone: u64) -> BTreeMap<String, u64> {
        let often = |word: Option<&str>| word.and_then(|w| self.words.get(w)).is_some_and(|n| *n >= words);
        self.before_endings.retain(|pair, n| *n >= endings && often(pair.split(' ').next()));
        self.behind_endings.retain(|pair, n| *n >= endings && often(pair.split(' ').nth(1)));
        let total = self.words.values().sum();
        let mut all = self.pairs;
        all.extend(self.before_endings);
        all.extend(self.behind_endings);
        all.extend(self.words.into_iter().filter(|(_, n)| *n >= alone).map(|(word, n)| (format!("{word} *"), n)));
        all.extend(self.endings.into_iter().filter(|(_, n)| *n >= alone).map(|(e, n)| (format!("* {e}"), n)));
        all.insert("* *".to_owned(), total);
        all
    }
}

fn is_joint(c: char) -> bool {
    matches!(c, ' ' | '\u{A0}' | '\u{202F}' | '\'')
}

/// The sign for a mark between words; nothing for one that parts them.
fn sign(mark: char) -> &'static str {
    match mark {
        ',' | ';' | ':' => ",",
        '.' | '!' | '?' | '…' => ".",
        _ => "",
    }
}

fn is_sign(word: &str) -> bool {
    matches!(word, "#" | "," | ".")
}

/// The last two letters of a word of three or more, which tell much of its form.
fn ending(word: &str) -> Option<String> {
    let letters: Vec<char> = word.chars().collect();
    let last = letters.len().checked_sub(2).filter(|n| *n > 0)?;
    Some(format!("-{}", letters[last..].iter().collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<String> {
        let mut found = Counts::default();
        found.add(text);
        found.pairs.into_keys().collect()
    }

    #[test]
    fn neighbours_are_parted_by_spaces_and_apostrophes_only() {
        assert_eq!(pairs("L’eau douce"), ["eau douce", "l eau"]);
        assert_eq!(pairs("ici, là (bon\nsoir) 3 ans porte-plume"), ["# ans", ", là", "ans porte", "ici ,"]);
        assert!(pairs("le мир est").is_empty());
    }

    #[test]
    fn soft_hyphens_do_not_part_a_word() {
        assert_eq!(pairs("un lan\u{AD}ceur"), ["un lanceur"]);
    }

    #[test]
    fn tokens_are_joined_by_sentence() {
        let text = joined_tokens("L'\tO\neau\tO\n\nDouce\tO\n");
        assert_eq!(pairs(&text), ["l eau"]);
    }

    #[test]
    fn tags_part_words() {
        let text = without_tags("<p class=\"a b\">La <em>belle</em>\nvie d&apos;un\nroi</p>");
        assert_eq!(pairs(&text), ["un roi", "vie d"]);
        assert_eq!(pairs("vie d'un"), ["d un", "vie d"]);
    }

    #[test]
    fn some_documents_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("texts.jsonl");
        let line = |id: &str| format!("{{\"id\": \"{id}\", \"text\": \"de {id}\"}}\n");
        fs::write(&path, ["a0", "a1", "b2", "a3"].map(line).concat()).unwrap();
        let sources = Sources {
            documents: Vec::new(),
            id_prefix: vec!["a".into()],
            leave_out_every: Some(3),
            scans: Vec::new(),
            tokens: Vec::new(),
            pages: Vec::new(),
        };
        assert_eq!(documents(&path, &sources).unwrap(), ["de a1"]);
        fs::write(&path, "{}").unwrap();
        assert!(documents(&path, &sources).is_err());
    }
}
