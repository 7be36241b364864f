//! Sentences with slots, filled with names: so few sentences teach many names.
//!
//! A line `slot = one | another` says what may stand for `{slot}`; other lines are sentences, names in brackets as in labelled
//! text. The tables of the program fill `{given}`, `{city}` and `{country}`; a list of surnames fills `{surname}`.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use super::read::{Labelled, bracketed};

/// Slots inside of slots.
const DEPTH: usize = 6;

/// Sentences, and all that fills their slots.
pub struct Templates {
    lines: Vec<String>,
    slots: BTreeMap<String, Vec<String>>,
    /// Of other languages, of this one.
    given: [Vec<String>; 2],
    family: Vec<Vec<String>>,
    large: Vec<String>,
    small: Vec<String>,
    countries: Vec<String>,
    random: Random,
}

impl Templates {
    /// Reads them.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn read(
        files: &[PathBuf],
        rules: &Path,
        surnames: &[PathBuf],
        language: &str,
    ) -> Result<Templates, Box<dyn Error>> {
        let mut slots: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut lines = Vec::new();
        for file in files {
            let text = fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
            for line in text.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()) {
                match line.split_once(" = ") {
                    Some((slot, all)) if slot.chars().all(|c| c.is_ascii_lowercase() || c == '_') => {
                        slots.insert(slot.to_string(), all.split(" | ").map(str::to_string).collect());
                    }
                    _ => lines.push(line.to_string()),
                }
            }
        }
        let mut given = [Vec::new(), Vec::new()];
        for line in fs::read_to_string(rules.join("given_names.tsv"))?.lines().filter(|l| !l.starts_with('#')) {
            let mut fields = line.trim_start_matches('?').split('\t');
            let (Some(name), Some(codes)) = (fields.next(), fields.next()) else { continue };
            given[usize::from(codes.split(',').any(|c| c == language))].push(name.to_string());
        }
        let family: Vec<Vec<String>> = surnames
            .iter()
            .map(|p| Ok(fs::read_to_string(p)?.lines().map(str::to_string).collect()))
            .collect::<Result<_, std::io::Error>>()?;
        let (large, small) = cities(&rules.join("cities.tsv"), language)?;
        let countries = named(&rules.join("countries.tsv"), language)?;
        let countries: Vec<String> = countries.into_iter().map(|c| c.0).collect();
        Ok(Templates { lines, slots, given, family, large, small, countries, random: Random(20_241) })
    }

    /// Makes `count` sentences, all in turn.
    ///
    /// # Errors
    /// A slot that is not known.
    pub fn sentences(&mut self, count: usize) -> Result<Vec<Labelled>, Box<dyn Error>> {
        (0..count).map(|n| bracketed(&self.fill(&self.lines[n % self.lines.len()].clone())?)).collect()
    }

    fn fill(&mut self, line: &str) -> Result<String, Box<dyn Error>> {
        let mut text = line.to_string();
        for _ in 0..DEPTH {
            if !text.contains('{') {
                break;
            }
            let mut filled = String::new();
            let mut rest = text.as_str();
            while let Some(at) = rest.find('{') {
                let end = rest[at..].find('}').ok_or_else(|| format!("no brace closes: {text}"))? + at;
                filled.push_str(&rest[..at]);
                let slot = &rest[at + 1..end];
                // Names of the language are more frequent than others, and large towns than small ones.
                let often = self.random.below(3) > 0;
                let all = match slot {
                    "given" => &self.given[usize::from(often)],
                    "surname" => &self.family[if often { 0 } else { self.family.len() - 1 }],
                    "city" if often => &self.large,
                    "city" => &self.small,
                    "country" => &self.countries,
                    _ => self.slots.get(slot).ok_or_else(|| format!("no slot is called {slot}"))?,
                };
                filled.push_str(self.random.pick(all));
                rest = &rest[end + 1..];
            }
            filled.push_str(rest);
            text = filled;
        }
        Ok(text)
    }
}

/// Names in the language: large towns, and all others.
fn cities(file: &Path, language: &str) -> Result<(Vec<String>, Vec<String>), Box<dyn Error>> {
    let (large, small): (Vec<_>, Vec<_>) = named(file, language)?.into_iter().partition(|c| c.1 > 400_000);
    let names = |all: Vec<(String, u64)>| all.into_iter().map(|c| c.0).collect();
    Ok((names(large), names(small)))
}

/// Names in the language, with inhabitants.
fn named(file: &Path, language: &str) -> Result<Vec<(String, u64)>, Box<dyn Error>> {
    let mut all = Vec::new();
    for line in fs::read_to_string(file)?.lines().filter(|l| !l.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [_, kind, name, en, _, population, aliases] = fields[..] else { continue };
        if kind != "LOC" {
            continue;
        }
        let own = aliases.split(';').filter_map(|g| g.split_once(':')).find(|g| g.0 == language);
        let own = own.and_then(|g| g.1.split('|').find(|a| !a.starts_with('?')));
        let other = if en == "-" || language == "fr" { name } else { en };
        all.push((own.unwrap_or(other).to_string(), population.parse().unwrap_or(0)));
    }
    Ok(all)
}

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) as usize % n.max(1)
    }

    fn pick<'a>(&mut self, all: &'a [String]) -> &'a str {
        let n = self.below(all.len());
        all.get(n).map_or("", String::as_str)
    }
}
