//! German nouns in all their forms, from the CSV of the Python package german-nouns (made from the German Wiktionary).
//!
//! A row is a noun: its kinds in `pos`, its forms in the columns of the four cases. What names a person or a place is told
//! apart, for the list is there to tell nouns from names where both have a capital.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use tamis_models::{NAME, NOUN};

use super::{key, read_source};

/// Kinds that are names.
const NAMES: [&str; 5] = ["Toponym", "Vorname", "Nachname", "Eigenname", "Straßenname"];
/// Kinds that are no words of a text.
const PARTS: [&str; 5] = ["Affix", "Suffix", "Gebundenes Lexem", "Abkürzung", "Buchstabe"];
/// What the columns of forms begin with.
const CASES: [&str; 4] = ["nominativ", "genitiv", "dativ", "akkusativ"];

/// All forms, with the bits [`NOUN`] and [`NAME`].
///
/// # Errors
/// A file that cannot be read or is no such list.
pub fn read(path: &Path) -> Result<BTreeMap<String, u64>, Box<dyn Error>> {
    let bytes = read_source(path)?;
    let mut table = csv::Reader::from_reader(bytes.as_slice());
    let header = table.headers()?.clone();
    let kinds = header.iter().position(|h| h == "pos").ok_or("no column named pos")?;
    let is_form = |name: &str| name == "lemma" || CASES.iter().any(|case| name.starts_with(case));
    let forms: Vec<usize> = (0..header.len()).filter(|n| is_form(&header[*n])).collect();
    let mut found = BTreeMap::new();
    for row in table.records() {
        let row = row?;
        let is = |list: &[&str]| row[kinds].split(',').any(|kind| list.contains(&kind));
        if is(&PARTS) {
            continue;
        }
        let bits = if is(&NAMES) { NAME } else { NOUN };
        for word in forms.iter().filter_map(|n| key(row.get(*n)?)) {
            *found.entry(word).or_insert(0) |= bits;
        }
    }
    Ok(found)
}
