//! `--latest`: of an article that was crawled again, only the newest version stays.
//!
//! Versions of an article have the same address, or, without one, the same contents. Newest is what was captured last, or
//! says that it was changed or published last; among equals, what came last. 32 bytes a record are held in memory.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use serde::Deserialize;

use crate::error::Error;
use crate::run::folder::{Folder, each_line};

#[derive(Deserialize)]
struct Version {
    content_id: String,
    url: Option<String>,
    captured: Option<String>,
    modified: Option<String>,
    published: Option<Published>,
}

#[derive(Deserialize)]
struct Published {
    value: Option<String>,
}

/// A version: its article, its time in seconds of 1970, its shard and line.
type Seen = (u64, i64, u64, u64);

/// Takes versions out of the folder that a newer one supersedes. Gives how many.
///
/// # Errors
/// [`Error::Io`].
pub fn keep_newest(folder: &mut Folder) -> Result<u64, Error> {
    let mut seen: Vec<Seen> = Vec::new();
    let shards: Vec<(u64, PathBuf)> = folder
        .manifest
        .entries()
        .values()
        .filter_map(|e| Some((e.shard, folder.root().join(&e.articles.as_ref()?.file))))
        .collect();
    for (shard, path) in &shards {
        each_line(path, &mut |number, line| {
            if let Ok(version) = serde_json::from_slice::<Version>(line) {
                seen.push((article(&version), time(&version), *shard, number));
            }
            Ok(())
        })?;
    }
    seen.sort_unstable();
    let mut old: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for pair in seen.windows(2) {
        if pair[0].0 == pair[1].0 {
            old.entry(pair[0].2).or_default().push(pair[0].3);
        }
    }
    drop(seen);
    let mut removed = 0;
    for (shard, mut lines) in old {
        lines.sort_unstable();
        let mut keep = |number: u64, _: &[u8]| lines.binary_search(&number).is_err();
        removed += folder.thin(shard, &mut keep, |entry| &mut entry.superseded)?;
    }
    Ok(removed)
}

fn article(version: &Version) -> u64 {
    let name = version.url.as_deref().unwrap_or(&version.content_id);
    u64::from_le_bytes(blake3::hash(name.as_bytes()).as_bytes()[..8].try_into().unwrap_or_default())
}

fn time(version: &Version) -> i64 {
    let published = version.published.as_ref().and_then(|p| p.value.as_deref());
    [version.captured.as_deref(), version.modified.as_deref(), published]
        .into_iter()
        .flatten()
        .find_map(seconds)
        .unwrap_or(i64::MIN)
}

/// A date or time of ISO 8601 in seconds; without an offset it is taken for UTC.
fn seconds(value: &str) -> Option<i64> {
    if let Ok(time) = value.parse::<Timestamp>() {
        return Some(time.as_second());
    }
    let local = value.parse::<DateTime>().ok().or_else(|| Some(value.parse::<Date>().ok()?.at(0, 0, 0, 0)))?;
    Some(jiff::tz::TimeZone::UTC.to_timestamp(local).ok()?.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_compared_whatever_their_form() {
        let all = ["2024-03-14", "2024-03-14T08:00:00+01:00", "2024-03-14T07:30:00Z", "2024-03-14T08:30:00"];
        let times: Vec<_> = all.iter().map(|v| seconds(v).unwrap()).collect();
        assert!(times.is_sorted(), "{times:?}");
        assert_eq!(seconds("2024-03"), None);
    }
}
