//! Two runs over the same documents, compared: which records changed, in which fields, and which rules did more or less than
//! before. So a change of a rule can be judged on a whole dump.
//!
//! Of the first run a hash of each field is held in memory, some 300 bytes a record; the second is streamed past it. The records
//! that are shown are read a second time.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::export::{each_batch, record_files};

/// Fields that say where and how a record was made, and not what it says.
const CIRCUMSTANCES: &[&str] = &["schema", "source", "content_id", "track"];

/// What differs between two runs.
#[derive(Debug, Default, Serialize)]
pub struct Difference {
    /// Records of the first run.
    pub before: u64,
    /// Records of the second run.
    pub after: u64,
    /// Records that are alike in both.
    pub same: u64,
    /// Records that say something else.
    pub changed: u64,
    /// Records that only the first run has, by id; the first few.
    pub gone: Few,
    /// Records that only the second run has, by id; the first few.
    pub new: Few,
    /// Changed records by field.
    pub fields: BTreeMap<String, u64>,
    /// How often each rule changed or took out something, before and after, where that differs.
    pub rules: BTreeMap<String, (u64, u64)>,
    /// The first changed records.
    pub examples: Vec<Example>,
}

/// How many, and the first of them.
#[derive(Debug, Default, Serialize)]
pub struct Few {
    /// How many.
    pub count: u64,
    /// The first.
    pub first: Vec<String>,
}

/// One changed record.
#[derive(Debug, Serialize)]
pub struct Example {
    /// Its id.
    pub id: String,
    /// The fields that differ: name, before, after. Fields that are absent are `null`.
    pub fields: Vec<(String, Value, Value)>,
}

/// What is kept of a record of the first run: a hash of each field, by the number of its name.
struct Known {
    fields: Vec<(usize, u64)>,
    seen: bool,
    order: u64,
}

/// The names of fields, each once.
#[derive(Default)]
struct Names(Vec<String>);

impl Names {
    fn number(&mut self, name: &str) -> usize {
        self.0.iter().position(|n| n == name).unwrap_or_else(|| {
            self.0.push(name.to_string());
            self.0.len() - 1
        })
    }
}

/// Compares the output folders, or files of records, `before` and `after`. Only `fields` are looked at, or all when it is empty;
/// `limit` changed records are shown.
///
/// # Errors
/// [`Error::Io`], and [`Error::Usage`] for a line that is no record.
pub fn compare(before: &Path, after: &Path, fields: &[String], limit: usize) -> Result<Difference, Error> {
    let looked_at =
        |name: &str| !CIRCUMSTANCES.contains(&name) && (fields.is_empty() || fields.iter().any(|f| f == name));
    let mut difference = Difference::default();
    let mut names = Names::default();
    let mut known: HashMap<String, Known> = HashMap::new();
    each_record(before, &mut |id, record| {
        let fields = record.iter().filter(|(name, _)| looked_at(name));
        let fields = fields.map(|(name, value)| (names.number(name), hash(value))).collect();
        count_rules(&record, &mut difference.rules, |counts| &mut counts.0);
        known.insert(id, Known { fields, seen: false, order: difference.before });
        difference.before += 1;
        Ok(())
    })?;
    let mut shown: HashMap<String, Map<String, Value>> = HashMap::new();
    each_record(after, &mut |id, record| {
        difference.after += 1;
        count_rules(&record, &mut difference.rules, |counts| &mut counts.1);
        let Some(old) = known.get_mut(&id) else {
            difference.new.add(&id, limit);
            return Ok(());
        };
        old.seen = true;
        let fields = record.iter().filter(|(name, _)| looked_at(name));
        let new: Vec<(usize, u64)> = fields.map(|(name, value)| (names.number(name), hash(value))).collect();
        // A field differs where one side has it with a value that the other has not.
        let apart =
            old.fields.iter().filter(|f| !new.contains(f)).chain(new.iter().filter(|f| !old.fields.contains(f)));
        let apart: BTreeSet<usize> = apart.map(|(name, _)| *name).collect();
        for name in &apart {
            *difference.fields.entry(names.0[*name].clone()).or_default() += 1;
        }
        if apart.is_empty() {
            difference.same += 1;
        } else {
            difference.changed += 1;
            if shown.len() < limit {
                shown.insert(id, record);
            }
        }
        Ok(())
    })?;
    difference.rules.retain(|_, (before, after)| before != after);
    let mut gone: Vec<(u64, String)> =
        known.into_iter().filter(|(_, k)| !k.seen).map(|(id, k)| (k.order, id)).collect();
    gone.sort_unstable();
    gone.iter().for_each(|(_, id)| difference.gone.add(id, limit));
    if !shown.is_empty() {
        each_record(before, &mut |id, old| {
            if let Some(new) = shown.remove(&id) {
                let mut names: Vec<&String> = old.keys().chain(new.keys().filter(|k| !old.contains_key(*k))).collect();
                names.retain(|name| looked_at(name) && old.get(*name) != new.get(*name));
                let value = |record: &Map<String, Value>, name: &str| record.get(name).cloned().unwrap_or(Value::Null);
                let fields = names.iter().map(|n| ((*n).clone(), value(&old, n), value(&new, n))).collect();
                difference.examples.push(Example { id, fields });
            }
            Ok(())
        })?;
    }
    Ok(difference)
}

impl Few {
    fn add(&mut self, id: &str, limit: usize) {
        self.count += 1;
        if self.first.len() < limit {
            self.first.push(id.to_string());
        }
    }
}

fn each_record(
    path: &Path,
    sink: &mut dyn FnMut(String, Map<String, Value>) -> Result<(), Error>,
) -> Result<(), Error> {
    each_batch(&record_files(&[PathBuf::from(path)])?, &mut |batch| {
        batch.lines().into_iter().try_for_each(|(number, line)| {
            let record: Map<String, Value> = serde_json::from_slice(line).map_err(|e| batch.no_record(number, &e))?;
            let id = record.get("id").and_then(Value::as_str).unwrap_or_default().to_string();
            sink(id, record)
        })
    })
}

fn count_rules(
    record: &Map<String, Value>,
    rules: &mut BTreeMap<String, (u64, u64)>,
    side: impl Fn(&mut (u64, u64)) -> &mut u64,
) {
    let quality = record.get("quality").and_then(|q| q.get("edits")).and_then(Value::as_object);
    for (rule, times) in quality.into_iter().flatten() {
        *side(rules.entry(rule.clone()).or_default()) += times.as_u64().unwrap_or(0);
    }
    for removed in record.get("removed").and_then(Value::as_array).into_iter().flatten() {
        if let Some(rule) = removed.get("rule").and_then(Value::as_str) {
            *side(rules.entry(rule.to_string()).or_default()) += 1;
        }
    }
}

fn hash(value: &Value) -> u64 {
    u64::from_le_bytes(blake3::hash(value.to_string().as_bytes()).as_bytes()[..8].try_into().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::disallowed_methods)] // a test writes its own files
    fn what_changed_is_told_by_field_and_rule() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, lines: &[&str]| {
            let path = folder.path().join(name);
            std::fs::write(&path, lines.join("\n")).unwrap();
            path
        };
        let before = write(
            "before.jsonl",
            &[
                r#"{"id":"a","source":{"path":"x"},"text":"un"}"#,
                r#"{"id":"b","title":"T","text":"deux","removed":[{"rule":"r/1"}],"quality":{"edits":{"e/1":2}}}"#,
                r#"{"id":"c","text":"trois"}"#,
            ],
        );
        let after = write(
            "after.jsonl",
            &[
                r#"{"id":"a","source":{"path":"y"},"text":"un"}"#,
                r#"{"id":"b","text":"DEUX","removed":[{"rule":"r/1"},{"rule":"r/2"}],"quality":{"edits":{"e/1":2}}}"#,
                r#"{"id":"d","text":"quatre"}"#,
            ],
        );
        let d = compare(&before, &after, &[], 10).unwrap();
        assert_eq!((d.before, d.after, d.same, d.changed), (3, 3, 1, 1));
        assert_eq!((d.gone.first, d.new.first), (vec!["c".to_string()], vec!["d".to_string()]));
        assert_eq!(
            d.fields.into_iter().collect::<Vec<_>>(),
            [("removed".into(), 1), ("text".into(), 1), ("title".into(), 1)]
        );
        assert_eq!(d.rules.into_iter().collect::<Vec<_>>(), [("r/2".to_string(), (0, 1))]);
        let names: Vec<_> = d.examples[0].fields.iter().map(|f| f.0.as_str()).collect();
        assert_eq!(names, ["removed", "text", "title"]);
        let only = compare(&before, &after, &["title".to_string()], 0).unwrap();
        assert_eq!((only.changed, only.fields.len(), only.examples.len()), (1, 1, 0));
    }
}
