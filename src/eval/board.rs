//! The scoreboard: figures per language, and the floors they are held against.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::eval::score::{FIGURES, Figures, Tally};

/// The column of all languages together.
const ALL: &str = "all";
/// Figures are compared to this many parts of one, so that a floor can be read.
const GRAIN: f64 = 1000.0;

/// Figures of many documents.
#[derive(Debug, Default)]
pub struct Board {
    columns: BTreeMap<String, (usize, Figures)>,
    hash: blake3::Hasher,
}

/// Pinned figures: set and language, then figure. They only rise.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floors {
    /// BLAKE3 hash of the gold that they were measured on, by set.
    pub gold: BTreeMap<String, String>,
    /// `set language` → figure → the least it may be.
    pub floors: BTreeMap<String, BTreeMap<String, f64>>,
}

impl Board {
    /// Adds the figures of one document.
    pub fn add(&mut self, language: &str, figures: &Figures) {
        for column in [ALL, language] {
            let (documents, sum) = self.columns.entry(column.to_string()).or_default();
            *documents += 1;
            for (name, tally) in figures {
                sum.entry(name).or_default().add(*tally);
            }
        }
    }

    /// Takes a file of gold into the hash of the set.
    pub fn hash(&mut self, gold: &str) {
        self.hash.update(gold.as_bytes());
    }

    /// Documents that were scored.
    pub fn documents(&self) -> usize {
        self.columns.get(ALL).map_or(0, |(n, _)| *n)
    }

    /// One figure of one column, 0 to 1.
    pub fn figure(&self, column: &str, name: &str) -> Option<f64> {
        self.columns.get(column)?.1.get(name).copied().and_then(Tally::figure)
    }

    /// Columns in order: all, then languages by number of documents.
    fn order(&self) -> Vec<&str> {
        let mut all: Vec<_> = self.columns.iter().map(|(name, (n, _))| (name.as_str(), *n)).collect();
        all.sort_by_key(|(name, n)| (*name != ALL, usize::MAX - n, *name));
        all.into_iter().map(|(name, _)| name).collect()
    }

    /// The board as a table.
    pub fn table(&self) -> String {
        let order = self.order();
        let mut out = String::new();
        let _ = write!(out, "{:22}", "");
        for column in &order {
            let _ = write!(out, "{column:>7}");
        }
        let _ = write!(out, "\n{:22}", "documents");
        for column in &order {
            let _ = write!(out, "{:>7}", self.columns[*column].0);
        }
        out.push('\n');
        for (name, about) in FIGURES {
            let _ = write!(out, "{name:22}");
            for column in &order {
                match self.figure(column, name) {
                    Some(value) => drop(write!(out, "{:>7}", format!("{value:.3}").trim_start_matches('0'))),
                    None => drop(write!(out, "{:>7}", "-")),
                }
            }
            let _ = writeln!(out, "  {about}");
        }
        out
    }
}

impl Floors {
    /// Reads pinned floors; none where there is no file.
    ///
    /// # Errors
    /// [`Error::Io`], or [`Error::Rules`] for a file that is none.
    pub fn read(path: &Path) -> Result<Floors, Error> {
        match std::fs::read_to_string(path) {
            Ok(text) => serde_json::from_str(&text).map_err(|e| Error::Rules {
                file: path.display().to_string(),
                line: Some(e.line()),
                what: e.to_string(),
            }),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Floors::default()),
            Err(e) => Err(Error::io(path, "read", e)),
        }
    }

    /// What fell below its floor, for a person. A figure that is pinned and not measured any more has fallen, too.
    pub fn fallen(&self, set: &str, board: &Board) -> Vec<String> {
        let mut fallen = Vec::new();
        for (key, floors) in &self.floors {
            let Some(column) = key.strip_prefix(set).and_then(|rest| rest.strip_prefix(' ')) else { continue };
            for (name, floor) in floors {
                match board.figure(column, name).map(grain) {
                    Some(value) if value >= *floor => {}
                    Some(value) => fallen.push(format!("{set} {column} {name}: {value:.3}, pinned at {floor:.3}")),
                    None => fallen.push(format!("{set} {column} {name}: not measured, pinned at {floor:.3}")),
                }
            }
        }
        fallen
    }

    /// Whether the gold of `set` is the one that the floors were measured on.
    pub fn is_same_gold(&self, set: &str, board: &Board) -> bool {
        self.gold.get(set).is_some_and(|hash| *hash == board.hash.finalize().to_hex().as_str())
    }

    /// Pins what was measured on `set`. A floor that would fall stays where it is, unless `lower`.
    pub fn pin(&mut self, set: &str, board: &Board, lower: bool) {
        self.gold.insert(set.to_string(), board.hash.finalize().to_hex().to_string());
        if lower {
            self.floors.retain(|key, _| !key.strip_prefix(set).is_some_and(|rest| rest.starts_with(' ')));
        }
        for column in board.order() {
            let floors = self.floors.entry(format!("{set} {column}")).or_default();
            for (name, _) in FIGURES {
                if let Some(value) = board.figure(column, name).map(grain) {
                    let floor = floors.entry((*name).to_string()).or_insert(value);
                    *floor = floor.max(value);
                }
            }
        }
    }

    /// The file's contents.
    pub fn to_json(&self) -> String {
        // Maps of strings and numbers can always be said in JSON.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

fn grain(value: f64) -> f64 {
    (value * GRAIN).floor() / GRAIN
}

#[cfg(test)]
mod tests {
    use super::*;

    fn board(right: usize) -> Board {
        let mut board = Board::default();
        board.add("fr", &Figures::from([("dates.spans", Tally::of(right, 10))]));
        board
    }

    #[test]
    fn floors_only_rise() {
        let mut floors = Floors::default();
        floors.pin("tune", &board(8), false);
        assert!(floors.fallen("tune", &board(8)).is_empty());
        assert_eq!(floors.fallen("tune", &board(7)).len(), 2, "all and fr");
        floors.pin("tune", &board(7), false);
        assert_eq!(floors.floors["tune fr"]["dates.spans"], 0.8);
        floors.pin("tune", &board(9), false);
        assert_eq!(floors.floors["tune fr"]["dates.spans"], 0.9);
        floors.pin("tune", &board(7), true);
        assert_eq!(floors.floors["tune fr"]["dates.spans"], 0.7);
    }

    #[test]
    fn what_is_not_measured_any_more_has_fallen() {
        let mut floors = Floors::default();
        floors.pin("tune", &board(8), false);
        assert_eq!(floors.fallen("tune", &Board::default()).len(), 2);
        assert!(floors.fallen("held", &Board::default()).is_empty());
    }
}
