//! The record: what tamis says of one article. Its documentation here is that of the JSON Schema.
//!
//! All offsets are Unicode code points, as Python, Spark and brat count them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Name and version of the record's form.
pub const SCHEMA: &str = "tamis/1";

/// How much of what was changed goes into the record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audit {
    /// Every removed block and every edit that changes words; typographic edits as counts.
    #[default]
    Brief,
    /// Every edit, and the track that leads from each clean offset to the source.
    Full,
    /// Nothing but counts.
    None,
}

/// One article.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Record {
    /// Form of this record: always `tamis/1`.
    pub schema: String,
    /// The input's own id, or `b3-` and the start of the BLAKE3 hash of its bytes.
    pub id: String,
    /// Hash of the clean title and text: equal for the same article crawled twice.
    pub content_id: String,
    /// Where the article was read.
    pub source: Source,
    /// Canonical address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Name of the site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Language of what was kept.
    pub language: Language,
    /// Headline. It is not repeated in `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Standfirst. It is also the first block of `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// Who wrote it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
    /// Section of the site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Keywords, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// When it was published, as far as can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Published>,
    /// Last change, ISO 8601, if the input says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
    /// When a crawler fetched it, ISO 8601, if the input says so: an upper bound for dates, never the publication date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured: Option<String>,
    /// All that is kept but the title; one blank line between blocks; no-break spaces are plain spaces.
    pub text: String,
    /// The blocks of `text`, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<Block>,
    /// Dates and times that the text or the title mentions, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<Date>,
    /// People, places and organisations with all their mentions, in order of the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
    /// Pairs of entities that stand in one sentence, with the number of such sentences; long lists of names are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    /// What was changed, with the rule that asked for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<Edit>,
    /// Changes that were not sure enough to be made, in order of place. With `--audit full`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<Suggestion>,
    /// What was taken out, with its kind and the rule that said so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<Removed>,
    /// What to think of the record.
    pub quality: Quality,
    /// `[clean, source, kept]` lengths, in order: the way from `title`, a blank line and `text` back to the decoded source. With `--audit full`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub track: Vec<(usize, usize, bool)>,
    /// `id` of an earlier record that says the same: with the same `content_id`, or, where a survey was used, the first document
    /// of the dump that shares at least 0.8 of the runs of five words of its sentences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<String>,
    /// The input's other fields, passed through.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// Where an article was read.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Source {
    /// The file, as it was named to the program.
    pub path: String,
    /// Number of the record within the file, from 0.
    pub record: u64,
    /// Where it begins in the unpacked file, in bytes.
    pub offset: u64,
    /// Its length in bytes.
    pub bytes: u64,
    /// `text`, `html`, `jsonl`, `csv`, `warc`, `wet`, `feed`, `mail`, `mediawiki` or `newsml`.
    pub format: String,
    /// Charset that the bytes were decoded from.
    pub charset: String,
    /// BLAKE3 hash of the bytes, hexadecimal.
    pub blake3: String,
}

/// The language of what was kept.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Language {
    /// ISO 639-1, or 639-3 where there is none; `und` when unknown.
    pub code: String,
    /// Share of the blocks' vote, 0 to 1.
    pub confidence: f32,
    /// Main script, ISO 15924, e.g. `Latn`.
    pub script: String,
    /// Other languages of blocks that were kept, most first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<OtherLanguage>,
}

/// A further language of an article.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct OtherLanguage {
    /// ISO 639-1 or 639-3.
    pub code: String,
    /// Share of the blocks' vote, 0 to 1.
    pub share: f32,
}

/// When an article was published.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Published {
    /// ISO 8601, as fine as is known and no finer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// `year`, `month`, `day` or `time`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<String>,
    /// Where it was found, e.g. `json-ld`, `url`, `input`, `dateline`, `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    /// The words that say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// Not before this date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earliest: Option<String>,
    /// Not after this date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<String>,
    /// Why there is no value, or none finer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// One block of `text`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Block {
    /// What it is, e.g. `body`, `heading`, `subtitle`.
    pub kind: String,
    /// First code point in `text`.
    pub start: usize,
    /// Behind the last code point in `text`.
    pub end: usize,
}

/// A change that was not sure enough to be made.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Suggestion {
    /// First code point.
    pub start: usize,
    /// Behind the last code point.
    pub end: usize,
    /// `title` when the offsets lie in the title instead of the text.
    #[serde(default, rename = "in", skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// The words as they stand.
    pub text: String,
    /// What may have been meant.
    pub after: String,
    /// The rule that would change it.
    pub rule: String,
    /// How sure it is, 0 to 1.
    pub confidence: f32,
}

/// A date or time that the text mentions.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Date {
    /// First code point.
    pub start: usize,
    /// Behind the last code point.
    pub end: usize,
    /// `title` when the offsets lie in the title instead of the text.
    #[serde(default, rename = "in", skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// The words.
    pub text: String,
    /// TIMEX3 type: `DATE`, `TIME`, `DURATION` or `SET`.
    #[serde(rename = "type")]
    pub kind: String,
    /// TIMEX3 value; parts that cannot be told are `X`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// EDTF (ISO 8601-2), where that says more than `value`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edtf: Option<String>,
    /// The value is complete.
    pub resolved: bool,
    /// Why not: `no-anchor`, `month-only`, `vague`, `ambiguous`, `conflict`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// If `value` is not complete: not before this day, as far as can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earliest: Option<String>,
    /// If `value` is not complete: not after this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<String>,
}

/// Somebody or something that the text names.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Entity {
    /// Wikidata id (`Q…`), `geonames:…`, or `tamis:…`, a stable id made of type and name.
    pub id: String,
    /// Canonical name.
    pub name: String,
    /// `PER`, `LOC`, `ORG`, `EVENT` or `MISC`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Of a place the country that it lies in or is, ISO 3166-1 alpha-2; `XK` is Kosovo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Ids of the same in other catalogues, e.g. `geonames:…`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub same_as: Vec<String>,
    /// How much the article is about it, 0 to 1: by number of mentions, by the title, and by how early it is named; 1 is what it is
    /// most about.
    pub salience: f32,
    /// Where it is named, in order.
    pub mentions: Vec<Mention>,
}

/// Two entities that sentences name together.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Relation {
    /// `id` of the one that is named first.
    pub a: String,
    /// `id` of the other.
    pub b: String,
    /// Number of sentences that name both.
    pub sentences: u32,
}

/// One place where an entity is named.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Mention {
    /// First code point.
    pub start: usize,
    /// Behind the last code point.
    pub end: usize,
    /// `title` when the offsets lie in the title instead of the text.
    #[serde(default, rename = "in", skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// The words.
    pub text: String,
}

/// One change.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Edit {
    /// First code point in the decoded source.
    pub start: usize,
    /// Behind the last code point in the decoded source.
    pub end: usize,
    /// `title` when the offsets lie in the input's title instead of its text.
    #[serde(default, rename = "in", skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// Where it stands in the record's text, or title with `in`: its first code point there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<usize>,
    /// What stood there when the rule looked.
    pub before: String,
    /// What stands there now.
    pub after: String,
    /// The rule that asked for it.
    pub rule: String,
    /// How sure it is, 0 to 1.
    pub confidence: f32,
}

/// One block, or a part of one, that was taken out.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Removed {
    /// What it is, e.g. `newsletter`, `byline`.
    pub kind: String,
    /// The rule that said so.
    pub rule: String,
    /// How sure it is, 0 to 1.
    pub confidence: f32,
    /// What was taken out.
    pub text: String,
    /// First code point in the decoded source.
    pub start: usize,
    /// Behind the last code point in the decoded source.
    pub end: usize,
    /// `title` when the offsets lie in the input's title instead of its text.
    #[serde(default, rename = "in", skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// Where it stood in the record's text: the code point that it was before. Left out where it stood beside the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<usize>,
}

/// What to think of a record.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Quality {
    /// Share of the source's letters that were kept, 0 to 1.
    pub kept_share: f32,
    /// Byte sequences that could not be decoded.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub replaced: usize,
    /// Letters that were lost before the text was read: U+FFFD, and question marks inside of words. Those that could be told
    /// were restored.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub lost: usize,
    /// What a user should know, by stable names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// Words of another language spun into the text. They are not changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign: Vec<ForeignWord>,
    /// How often each rule changed something.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub edits: BTreeMap<String, usize>,
    /// How often something of each kind was taken out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub removed: BTreeMap<String, usize>,
}

/// A word of another language.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ForeignWord {
    /// First code point.
    pub start: usize,
    /// Behind the last code point.
    pub end: usize,
    /// `title` when the offsets lie in the title instead of the text.
    #[serde(default, rename = "in", skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// The word.
    pub text: String,
    /// The language it belongs to.
    pub language: String,
}

impl Record {
    /// The record as one line of JSON, with its line feed.
    pub fn to_line(&self) -> Vec<u8> {
        // A record holds nothing that JSON cannot say, so this cannot fail.
        let mut line = serde_json::to_vec(self).unwrap_or_default();
        line.push(b'\n');
        line
    }
}

fn is_zero(n: &usize) -> bool {
    *n == 0
}
