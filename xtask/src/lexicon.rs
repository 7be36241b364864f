//! Makes the word lexica of one language: sorted maps from a word (or a pair of words) to a number.
//!
//! | file | key | value |
//! |---|---|---|
//! | `LANG.frequency.fst` | word | 100 × Zipf frequency ([`wordfreq`]) |
//! | `LANG.dictionary.fst` | word | bits [`LOWER`], [`CAPITALISED`], [`SYMBOL`] ([`hunspell`]) |
//! | `LANG.nouns.fst` | word | bits of `tamis_models` ([`nouns`]) |
//! | `LANG.bigrams.fst` | `left right` and others | how often words were seen beside each other ([`bigrams`]) |
//! | `LANG.frequent.txt` | word, one a line | none: the most frequent words, for a set that answers first |
//!
//! Each file has one kind of source, because their licences differ and must not be mixed in one file. Every key goes
//! through [`key`], so one way of folding serves all look-ups. Input is read and written in sorted order: the same
//! input gives the same bytes.

mod bigrams;
mod hunspell;
mod nouns;
pub mod slips;
mod wordfreq;

pub use wordfreq::shares as frequencies;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

/// The dictionary holds the word in lower case: an ordinary word.
pub const LOWER: u64 = 1;
/// The dictionary holds the word with a capital: a name, an acronym, a symbol.
pub const CAPITALISED: u64 = 2;
/// The dictionary holds the word in lower case, but only as a unit symbol or an abbreviation (set beside [`LOWER`]).
pub const SYMBOL: u64 = 4;

/// Words in `LANG.frequent.txt`: they make up some nine tenths of a text.
const FREQUENT: usize = 6000;
/// 100 × Zipf above which a word counts as one of the language where there is no dictionary.
const ORDINARY: u64 = 300;

/// What `cargo xtask lexicon` is told.
#[derive(clap::Args)]
pub struct Arguments {
    /// Language of the lexica, ISO 639-1
    #[arg(long)]
    language: String,
    /// Folder with the unpacked PyPI package wordfreq
    #[arg(long)]
    wordfreq: Option<PathBuf>,
    /// Folder with one .aff and .dic of a Hunspell dictionary; may be repeated for variants under one licence
    #[arg(long)]
    hunspell: Vec<PathBuf>,
    /// nouns.csv of the PyPI package german-nouns
    #[arg(long)]
    nouns: Option<PathBuf>,
    #[command(flatten)]
    text: bigrams::Sources,
    /// Folder the lexica are written to
    #[arg(long, default_value = "models/lexicon")]
    out: PathBuf,
}

/// Writes those lexica for which a source was given, and prints the hash of each file read and written.
///
/// # Errors
/// A source that cannot be read, is in an unknown format, or gives no word at all.
pub fn make(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let write = |name: &str, map: &BTreeMap<String, u64>| {
        write_map(&arguments.out.join(format!("{}.{name}.fst", arguments.language)), map)
    };
    fs::create_dir_all(&arguments.out)?;
    let mut known = BTreeMap::new();
    if let Some(folder) = &arguments.wordfreq {
        known = wordfreq::read(folder, &arguments.language)?;
        write("frequency", &known)?;
        write_frequent(&arguments.out.join(format!("{}.frequent.txt", arguments.language)), &known)?;
    }
    if let Some(list) = &arguments.nouns {
        write("nouns", &nouns::read(list)?)?;
    }
    let dictionary = hunspell::read(&arguments.hunspell)?;
    if !arguments.hunspell.is_empty() {
        write("dictionary", &dictionary)?;
        known = dictionary;
    } else {
        known.retain(|_, zipf| *zipf >= ORDINARY);
    }
    if !arguments.text.is_empty() {
        write("bigrams", &bigrams::count(&arguments.text, &known)?)?;
    }
    Ok(())
}

/// The key under which a word is kept: NFC, lower case, ’ as ', and nothing but Latin letters with single hyphens or
/// apostrophes between them. `None` for all else (numbers, other scripts, `etc.`), which no lexicon is asked about.
fn key(word: &str) -> Option<String> {
    let folded = fold(word);
    let inside = |part: &str| !part.is_empty() && part.chars().all(is_latin_letter);
    folded.split(['-', '\'']).all(inside).then_some(folded)
}

/// NFC, lower case and one apostrophe, on text of any shape.
fn fold(text: &str) -> String {
    let lower = text.replace(['\u{2019}', '\u{2BC}'], "'").to_lowercase();
    lower.nfc().collect()
}

/// Letters of Basic Latin to Latin Extended-B and Latin Extended Additional, without the ordinal signs ª and º.
fn is_latin_letter(c: char) -> bool {
    let latin = c < '\u{250}' || ('\u{1E00}'..='\u{1EFF}').contains(&c);
    latin && c.is_alphabetic() && !matches!(c, 'ª' | 'º')
}

/// Reads a whole file and prints its hash, for PROVENANCE.md.
pub fn read_source(path: &Path) -> Result<Vec<u8>, String> {
    let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("read  {} {}", blake3::hash(&bytes), path.display());
    Ok(bytes)
}

/// Reads a whole file that must be UTF-8.
fn read_text(path: &Path) -> Result<String, String> {
    let text = String::from_utf8(read_source(path)?);
    text.map_err(|error| format!("{}: {error}", path.display()))
}

/// Writes the most frequent words in the order of the alphabet.
fn write_frequent(path: &Path, words: &BTreeMap<String, u64>) -> Result<(), String> {
    let mut ranked: Vec<(&String, u64)> = words.iter().map(|(word, &zipf)| (word, zipf)).collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let mut frequent: Vec<&str> = ranked.into_iter().take(FREQUENT).map(|(word, _)| word.as_str()).collect();
    frequent.sort_unstable();
    let text = frequent.join("\n");
    fs::write(path, &text).map_err(|error| format!("{}: {error}", path.display()))?;
    println!(
        "wrote {} {}: {} words, {} bytes",
        blake3::hash(text.as_bytes()),
        path.display(),
        frequent.len(),
        text.len()
    );
    Ok(())
}

fn write_map(path: &Path, map: &BTreeMap<String, u64>) -> Result<(), Box<dyn Error>> {
    if map.is_empty() {
        return Err(format!("{}: no source gave a word", path.display()).into());
    }
    let mut builder = fst::MapBuilder::memory();
    builder.extend_iter(map.iter().map(|(word, &value)| (word, value)))?;
    let bytes = builder.into_inner()?;
    fs::write(path, &bytes).map_err(|error| format!("{}: {error}", path.display()))?;
    let hash = blake3::hash(&bytes);
    println!("wrote {hash} {}: {} keys, {} bytes", path.display(), map.len(), bytes.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_folded() {
        assert_eq!(key("Œuvre").as_deref(), Some("œuvre"));
        assert_eq!(key("aujourd’hui").as_deref(), Some("aujourd'hui"));
        assert_eq!(key("e\u{301}te\u{301}").as_deref(), Some("été"));
    }

    #[test]
    fn what_is_no_word_has_no_key() {
        for text in ["", "1er", "etc.", "jusqu'", "-", "a--b", "мир", "1ᵉʳ", "n º"] {
            assert_eq!(key(text), None, "{text}");
        }
    }

    #[test]
    fn same_input_gives_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let map: BTreeMap<String, u64> = [("abri".into(), 3), ("bac".into(), 1)].into();
        let [one, two] = ["one", "two"].map(|name| folder.path().join(name));
        write_map(&one, &map).unwrap();
        write_map(&two, &map).unwrap();
        assert_eq!(fs::read(one).unwrap(), fs::read(two).unwrap());
        assert!(write_map(&folder.path().join("none"), &BTreeMap::new()).is_err());
    }
}
