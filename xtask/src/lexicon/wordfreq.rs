//! Word frequencies from the lists of the Python package wordfreq.
//!
//! A list is a gzipped msgpack array: first a header `{"format": "cB", "version": 1}`, then buckets of words. Bucket
//! number n holds the words whose frequency is −n centibel, so 10^(−n/100) of all running words. The Zipf scale is the
//! logarithm of the frequency per thousand million words, hence 100 × Zipf = 900 − n.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use rmpv::Value;

use super::{key, read_source};

/// 100 × the Zipf frequency of a word that made up the whole text.
const WHOLE_TEXT: u64 = 900;
/// Most bytes one list may have when unpacked; the largest of wordfreq 3.1.1 has a tenth of that.
const LIST_LIMIT: u64 = 64 << 20;

/// Reads the large list of `language` below `folder`, or the small one where wordfreq has no large one.
/// Where two spellings share a key, the more frequent counts.
///
/// # Errors
/// No list for the language, or one in another format.
pub fn read(folder: &Path, language: &str) -> Result<BTreeMap<String, u64>, Box<dyn Error>> {
    Ok(frequencies(&list(folder, language)?)?)
}

/// Every entry of the list as it is written there, with its share of running text.
///
/// # Errors
/// No list for the language, or one in another format.
pub fn shares(folder: &Path, language: &str) -> Result<Vec<(String, f64)>, Box<dyn Error>> {
    let list = list(folder, language)?;
    let buckets = list.as_array().and_then(|items| items.split_first()).ok_or("the list is no array")?.1;
    let mut found = Vec::new();
    for (centibel, bucket) in buckets.iter().enumerate() {
        let share = 10f64.powf(-(centibel as f64) / 100.0);
        let words = bucket.as_array().ok_or("a bucket is no array")?;
        found.extend(words.iter().filter_map(Value::as_str).map(|word| (word.to_owned(), share)));
    }
    Ok(found)
}

fn list(folder: &Path, language: &str) -> Result<Value, Box<dyn Error>> {
    let list = ["large", "small"]
        .map(|size| folder.join(format!("wordfreq/data/{size}_{language}.msgpack.gz")))
        .into_iter()
        .find(|path| path.exists())
        .ok_or_else(|| format!("{}: no list for {language}", folder.display()))?;
    let mut unpacked = Vec::new();
    let source = read_source(&list)?;
    GzDecoder::new(source.as_slice()).take(LIST_LIMIT).read_to_end(&mut unpacked)?;
    Ok(rmpv::decode::read_value(&mut unpacked.as_slice())?)
}

fn frequencies(list: &Value) -> Result<BTreeMap<String, u64>, String> {
    let (header, buckets) = list.as_array().and_then(|items| items.split_first()).ok_or("the list is no array")?;
    if header["format"].as_str() != Some("cB") || header["version"].as_u64() != Some(1) {
        return Err(format!("unknown format of the list: {header}"));
    }
    let mut found = BTreeMap::new();
    for (centibel, bucket) in (0..WHOLE_TEXT).zip(buckets) {
        let words = bucket.as_array().ok_or("a bucket is no array")?;
        for word in words.iter().filter_map(Value::as_str).filter_map(key) {
            // Buckets come with the most frequent words first, so the first entry is the highest.
            found.entry(word).or_insert(WHOLE_TEXT - centibel);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(version: u64) -> Value {
        let header = Value::Map(vec![("format".into(), "cB".into()), ("version".into(), version.into())]);
        let bucket = |words: &[&str]| Value::Array(words.iter().map(|&word| word.into()).collect());
        let mut items = vec![header];
        items.extend((0..300).map(|_| bucket(&[])));
        items.push(bucket(&["Port", "00", "мир"]));
        items.push(bucket(&["port", "l’été"]));
        Value::Array(items)
    }

    #[test]
    fn buckets_become_zipf_frequencies() {
        let found = frequencies(&list(1)).unwrap();
        let expected = [("l'été".to_owned(), 599), ("port".to_owned(), 600)];
        assert!(found.into_iter().eq(expected));
    }

    #[test]
    fn another_format_is_refused() {
        assert!(frequencies(&list(2)).is_err());
        assert!(frequencies(&Value::Nil).is_err());
    }
}
