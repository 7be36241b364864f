//! Pairs of neighbouring words in running text, with how often they were seen.
//!
//! A word is here a run of letters, and two words are neighbours when nothing but spaces and apostrophes stands between
//! them: `l'eau douce` gives `l eau` and `eau douce`, while a hyphen, a digit, a comma or a line break parts. The pairs
//! are evidence that words go together, so each one of clean text counts; scanned text is full of letters misread, so
//! from there a pair must recur and consist of words of the dictionary.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use super::{fold, is_latin_letter, read_text};

/// A pair from scanned text must be seen this often: recurring misreadings of one pair are rare.
const LEAST_IN_SCANS: u64 = 2;

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

/// Counts the pairs of all sources; those from scanned text and manuals must recur and consist of words of `dictionary`.
///
/// # Errors
/// A file that cannot be read, or a line of a JSONL file that is no document.
pub fn count(sources: &Sources, dictionary: &BTreeMap<String, u64>) -> Result<BTreeMap<String, u64>, Box<dyn Error>> {
    let mut found = BTreeMap::new();
    for path in &sources.documents {
        for text in documents(path, sources)? {
            count_text(&text, &mut found);
        }
    }
    for path in &sources.tokens {
        count_text(&joined_tokens(&read_text(path)?), &mut found);
    }
    let mut scanned = BTreeMap::new();
    for folder in &sources.pages {
        for text in pages(folder)? {
            count_text(&text, &mut scanned);
        }
    }
    for path in &sources.scans {
        count_text(&joined_tokens(&read_text(path)?), &mut scanned);
    }
    scanned.retain(|pair, times| *times >= LEAST_IN_SCANS && pair.split(' ').all(|word| dictionary.contains_key(word)));
    for (pair, times) in scanned {
        *found.entry(pair).or_default() += times;
    }
    Ok(found)
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

/// Language and text of the documents of a JSONL file whose id starts with one of `prefixes` and whose index is
/// divisible by `every`.
///
/// # Errors
/// A file that cannot be read, or a line that is no document.
pub fn marked_documents(
    path: &Path,
    prefixes: &[String],
    every: usize,
) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let mut found = Vec::new();
    for (index, line) in read_text(path)?.lines().enumerate() {
        let document: serde_json::Value = serde_json::from_str(line)?;
        let text = ["clean", "text"].iter().find_map(|&field| document[field].as_str());
        let (Some(id), Some(lang), Some(text)) = (document["id"].as_str(), document["lang"].as_str(), text) else {
            return Err(format!("{}: line {} is no document", path.display(), index + 1).into());
        };
        let wanted = prefixes.is_empty() || prefixes.iter().any(|prefix| id.starts_with(prefix));
        if wanted && index.is_multiple_of(every) {
            found.push((lang.to_owned(), text.to_owned()));
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
    let mut inside = false;
    for c in source.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push('|');
            }
            '\n' if !inside => text.push(' '),
            c if !inside => text.push(c),
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

fn count_text(text: &str, found: &mut BTreeMap<String, u64>) {
    // A soft hyphen is a hint for line breaking, no part of the word.
    let folded = fold(&text.replace('\u{AD}', ""));
    let mut left = "";
    let mut rest = folded.as_str();
    while let Some(start) = rest.find(char::is_alphabetic) {
        if !rest[..start].chars().all(is_joint) {
            left = "";
        }
        rest = &rest[start..];
        let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let word = &rest[..end];
        rest = &rest[end..];
        let right = if word.chars().all(is_latin_letter) { word } else { "" };
        if !left.is_empty() && !right.is_empty() {
            *found.entry(format!("{left} {right}")).or_default() += 1;
        }
        left = right;
    }
}

fn is_joint(c: char) -> bool {
    matches!(c, ' ' | '\u{A0}' | '\u{202F}' | '\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<String> {
        let mut found = BTreeMap::new();
        count_text(text, &mut found);
        found.into_keys().collect()
    }

    #[test]
    fn neighbours_are_parted_by_spaces_and_apostrophes_only() {
        assert_eq!(pairs("L’eau douce"), ["eau douce", "l eau"]);
        assert!(pairs("ici, là. Bon\nsoir 3 porte-plume").is_empty());
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
