//! Reads labelled text: documents with the byte ranges of their names.

use std::error::Error;
use std::fs;
use std::ops::Range;
use std::path::Path;

use tamis::document::EntityKind;

/// Lines to a document where the source does not say: what a document knows of its words needs some neighbours.
const LINES: usize = 20;

/// A document with its names.
#[derive(Clone)]
pub struct Labelled {
    /// Lines are sentences or paragraphs.
    pub text: String,
    /// In order.
    pub names: Vec<(Range<usize>, EntityKind)>,
}

/// Reads a file by its ending.
///
/// - `.conll`: a token, a tab, a BIO tag a line; an empty line ends a sentence;
/// - `.jsonl`: `text` and `spans`, each `[start, end, "PER"]` in code points, a sentence or paragraph a line;
/// - `.txt`: a sentence a line, names as `[PER Ada Lovelace]`.
///
/// # Errors
/// A file or line that cannot be read.
pub fn labelled(path: &Path) -> Result<Vec<Labelled>, Box<dyn Error>> {
    let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let sentences = match path.extension().and_then(|e| e.to_str()) {
        Some("conll") => conll(&text),
        Some("jsonl") => text.lines().map(json).collect::<Result<_, _>>()?,
        _ => text.lines().filter(|l| !l.trim().is_empty()).map(bracketed).collect::<Result<_, _>>()?,
    };
    Ok(documents(&sentences))
}

/// Puts sentences together to documents.
pub fn documents(sentences: &[Labelled]) -> Vec<Labelled> {
    sentences.chunks(LINES).map(joined).collect()
}

fn joined(sentences: &[Labelled]) -> Labelled {
    let mut all = Labelled { text: String::new(), names: Vec::new() };
    for sentence in sentences {
        let base = all.text.len();
        all.text.push_str(&sentence.text);
        all.text.push('\n');
        all.names.extend(sentence.names.iter().map(|(at, k)| (at.start + base..at.end + base, *k)));
    }
    all
}

fn json(line: &str) -> Result<Labelled, Box<dyn Error>> {
    let value: serde_json::Value = serde_json::from_str(line)?;
    let text = value["text"].as_str().ok_or("no text")?.replace('\n', " ");
    let byte = |n: &serde_json::Value| {
        let n = n.as_u64().and_then(|n| usize::try_from(n).ok()).ok_or("no offset")?;
        Ok::<_, Box<dyn Error>>(text.char_indices().nth(n).map_or(text.len(), |(at, _)| at))
    };
    let mut names = Vec::new();
    for span in value["spans"].as_array().ok_or("no spans")? {
        if let Some(kind) = span[2].as_str().and_then(EntityKind::from_name) {
            names.push((byte(&span[0])?..byte(&span[1])?, kind));
        }
    }
    Ok(Labelled { text, names })
}

/// Reads a line with its names in brackets.
///
/// # Errors
/// A bracket that does not close or names no kind.
pub fn bracketed(line: &str) -> Result<Labelled, Box<dyn Error>> {
    let mut sentence = Labelled { text: String::new(), names: Vec::new() };
    let mut rest = line.trim();
    while let Some(at) = rest.find('[') {
        sentence.text.push_str(&rest[..at]);
        let end = rest[at..].find(']').ok_or_else(|| format!("no bracket closes: {line}"))? + at;
        let (kind, name) = rest[at + 1..end].split_once(' ').ok_or_else(|| format!("no kind: {line}"))?;
        let kind = EntityKind::from_name(kind).ok_or_else(|| format!("{kind} is no kind: {line}"))?;
        let start = sentence.text.len();
        sentence.text.push_str(name);
        sentence.names.push((start..sentence.text.len(), kind));
        rest = &rest[end + 1..];
    }
    sentence.text.push_str(rest);
    Ok(sentence)
}

/// Joins tokens as a writer would.
fn conll(text: &str) -> Vec<Labelled> {
    let mut sentences = Vec::new();
    let mut sentence = Labelled { text: String::new(), names: Vec::new() };
    let mut glue = true;
    for line in text.lines().chain([""]) {
        let Some((token, tag)) = line.split_once('\t') else {
            if !sentence.text.is_empty() {
                sentences.push(std::mem::replace(&mut sentence, Labelled { text: String::new(), names: Vec::new() }));
            }
            glue = true;
            continue;
        };
        let closing = token.chars().all(|c| ",.)]}%…".contains(c)) || token == "'s" || token == "n't";
        if !glue && !closing {
            sentence.text.push(' ');
        }
        let start = sentence.text.len();
        sentence.text.push_str(token);
        let end = sentence.text.len();
        if let Some(kind) = tag.get(2..).and_then(EntityKind::from_name) {
            match sentence.names.last_mut() {
                Some((at, k)) if tag.starts_with('I') && *k == kind && text_between(&sentence.text, at.end, start) => {
                    at.end = end;
                }
                _ => sentence.names.push((start..end, kind)),
            }
        }
        glue = token.ends_with(['\'', '’', '(', '[', '{']) && token != "'" && token != "’";
    }
    sentences
}

/// Whether nothing but space lies between.
fn text_between(text: &str, from: usize, to: usize) -> bool {
    text[from..to].trim().is_empty()
}
