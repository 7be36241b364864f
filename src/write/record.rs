//! The record: what tamis says of one article. Its documentation here is that of the JSON Schema.
//!
//! All offsets are Unicode code points, as Python, Spark and brat count them. Inside the program they are bytes; they are
//! converted here and nowhere else.

use std::collections::BTreeMap;
use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use unicode_script::{Script, UnicodeScript};

use crate::document::{self, Applied, BlockKind, Document};
use crate::edit::Piece;
use crate::read::RawRecord;
use crate::rules::{Class, Rules};

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
    /// The record of a document that has been through the pipeline.
    pub fn new(raw: &RawRecord, doc: &Document, rules: &Rules, audit: Audit) -> Record {
        let hash = blake3::hash(&raw.bytes).to_hex();
        let view = View::new(doc);
        let title = view.title.as_ref().map(|at| doc.text()[at.clone()].to_string());
        let text = view.text();
        let (edits, removed) = changes(doc, rules, audit, &view);
        Record {
            schema: SCHEMA.to_string(),
            id: doc.meta.id.clone().unwrap_or_else(|| id_of_hash(&hash)),
            content_id: content_id(title.as_deref(), &text),
            source: Source {
                path: raw.path.to_string(),
                record: raw.record,
                offset: raw.offset,
                bytes: raw.bytes.len() as u64,
                format: raw.format.name().to_string(),
                charset: doc.charset.to_string(),
                blake3: hash.to_string(),
            },
            url: doc.meta.url.clone(),
            site: doc.meta.site.clone(),
            language: language(doc),
            subtitle: doc
                .blocks()
                .iter()
                .find(|b| b.keep && b.kind == BlockKind::Subtitle)
                .map(|b| doc.block_text(b).to_string()),
            authors: doc.meta.authors.clone(),
            section: doc.meta.section.clone(),
            keywords: doc.meta.keywords.clone(),
            published: published(doc),
            modified: doc.meta.modified.clone(),
            captured: doc.meta.captured.clone(),
            blocks: blocks(doc, &view),
            dates: dates(doc, &view),
            entities: entities(doc, &view),
            relations: relations(doc),
            edits,
            suggestions: if audit == Audit::Full { suggestions(doc, rules, &view) } else { Vec::new() },
            removed,
            quality: quality(doc, rules, &view),
            track: if audit == Audit::Full { track(doc) } else { Vec::new() },
            duplicate_of: None,
            extra: doc.meta.extra.clone(),
            title,
            text,
        }
    }

    /// The record as one line of JSON, with its line feed.
    pub fn to_line(&self) -> Vec<u8> {
        // A record holds nothing that JSON cannot say, so this cannot fail.
        let mut line = serde_json::to_vec(self).unwrap_or_default();
        line.push(b'\n');
        line
    }
}

/// The id of the record of a document.
pub fn id_of(raw: &RawRecord, doc: &Document) -> String {
    doc.meta.id.clone().unwrap_or_else(|| id_of_hash(&blake3::hash(&raw.bytes).to_hex()))
}

fn id_of_hash(hash: &str) -> String {
    format!("b3-{}", &hash[..32])
}

fn content_id(title: Option<&str>, text: &str) -> String {
    let mut hash = blake3::Hasher::new();
    hash.update(title.unwrap_or_default().as_bytes()).update(b"\n\n").update(text.as_bytes());
    hash.finalize().to_hex()[..32].to_string()
}

/// Title and text as they are written: the buffer of the document, taken apart.
struct View<'a> {
    doc: &'a Document,
    points: CodePoints<'a>,
    title: Option<Range<usize>>,
    /// The bytes of the buffer that are no part of the text: the title and the blank line beside it.
    cut: Range<usize>,
}

impl<'a> View<'a> {
    fn new(doc: &'a Document) -> View<'a> {
        let title = doc.title().map(|b| b.at.clone());
        let cut = title.clone().map_or(0..0, |at| {
            let rest = &doc.text()[at.end..];
            let gap = rest.bytes().take(2).take_while(|b| *b == b'\n').count();
            let before = if rest.is_empty() { doc.text()[..at.start].trim_end().len() } else { at.start };
            before..at.end + gap
        });
        View { doc, points: CodePoints::new(doc.text()), title, cut }
    }

    fn text(&self) -> String {
        let mut text = String::with_capacity(self.doc.text().len() - self.cut.len());
        text.push_str(&self.doc.text()[..self.cut.start]);
        text.push_str(&self.doc.text()[self.cut.end..]);
        text
    }

    /// Start and end in code points, and whether they lie in the title.
    fn place(&self, at: &Range<usize>) -> Option<(usize, usize, Option<String>)> {
        let count = |byte| self.points.at(byte);
        if let Some(title) = self.title.as_ref().filter(|t| t.start <= at.start && at.end <= t.end) {
            let base = count(title.start);
            return Some((count(at.start) - base, count(at.end) - base, Some("title".to_string())));
        }
        if at.end <= self.cut.start {
            return Some((count(at.start), count(at.end), None));
        }
        if at.start >= self.cut.end {
            let base = count(self.cut.end) - count(self.cut.start);
            return Some((count(at.start) - base, count(at.end) - base, None));
        }
        None
    }
}

/// Counts code points up to any byte of a text without walking it from the start.
struct CodePoints<'a> {
    text: &'a str,
    /// Code points before every `STRIDE`th byte.
    marks: Vec<usize>,
}

const STRIDE: usize = 512;

impl<'a> CodePoints<'a> {
    fn new(text: &'a str) -> CodePoints<'a> {
        let mut seen = 0;
        let marks = text
            .as_bytes()
            .chunks(STRIDE)
            .map(|chunk| {
                let before = seen;
                seen += count(chunk);
                before
            })
            .collect();
        CodePoints { text, marks }
    }

    /// Code points before byte `at`.
    fn at(&self, at: usize) -> usize {
        let at = at.min(self.text.len());
        let mark = (at / STRIDE).min(self.marks.len().saturating_sub(1));
        self.marks.get(mark).copied().unwrap_or(0) + count(&self.text.as_bytes()[mark * STRIDE..at])
    }
}

/// Bytes that begin a character.
fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| (**b as i8) >= -0x40).count()
}

fn language(doc: &Document) -> Language {
    let (code, confidence) = doc.language();
    let others = doc
        .languages()
        .into_iter()
        .skip(1)
        .filter(|(_, share)| *share >= 0.02)
        .map(|(code, share)| OtherLanguage { code: code.to_string(), share: rounded(share) })
        .collect();
    Language { code: code.to_string(), confidence: rounded(confidence), script: script(doc.text()).to_string(), others }
}

/// The main script among the first few thousand characters.
fn script(text: &str) -> &'static str {
    let mut counts: Vec<(Script, usize)> = Vec::new();
    for c in text.chars().filter(|c| c.is_alphabetic()).take(4000) {
        let script = c.script();
        match counts.iter_mut().find(|(s, _)| *s == script) {
            Some((_, n)) => *n += 1,
            None => counts.push((script, 1)),
        }
    }
    let main = counts.iter().rev().max_by_key(|(_, n)| *n);
    main.map_or("Zyyy", |(s, _)| s.short_name())
}

fn published(doc: &Document) -> Option<Published> {
    let p = &doc.meta.published;
    let empty = p.value.is_none() && p.reason.is_none() && p.earliest.is_none() && p.latest.is_none();
    (!empty).then(|| Published {
        value: p.value.clone(),
        precision: p.precision.map(|p| p.name().to_string()),
        how: p.how.as_deref().map(str::to_string),
        evidence: p.evidence.clone(),
        earliest: p.earliest.clone(),
        latest: p.latest.clone(),
        reason: p.reason.as_deref().map(str::to_string),
    })
}

fn blocks(doc: &Document, view: &View) -> Vec<Block> {
    doc.blocks()
        .iter()
        .filter_map(|b| {
            let (start, end, within) = view.place(&b.at)?;
            within.is_none().then(|| Block { kind: b.kind.name().to_string(), start, end })
        })
        .collect()
}

fn dates(doc: &Document, view: &View) -> Vec<Date> {
    let mut dates: Vec<_> = doc.dates().iter().collect();
    dates.sort_by_key(|d| (d.at.start, d.at.end));
    dates
        .into_iter()
        .filter_map(|d| {
            let (start, end, within) = view.place(&d.at)?;
            Some(Date {
                start,
                end,
                within,
                text: doc.text()[d.at.clone()].to_string(),
                kind: d.kind.name().to_string(),
                value: d.value.clone(),
                edtf: d.edtf.clone(),
                resolved: d.resolved,
                reason: d.reason.map(str::to_string),
                earliest: d.earliest.clone(),
                latest: d.latest.clone(),
            })
        })
        .collect()
}

fn suggestions(doc: &Document, rules: &Rules, view: &View) -> Vec<Suggestion> {
    let mut all: Vec<_> = doc.suggestions().iter().collect();
    all.sort_by_key(|s| (s.at.start, s.at.end));
    let told = |s: &document::Suggestion| {
        let (start, end, within) = view.place(&s.at)?;
        let (text, rule) = (doc.text()[s.at.clone()].to_string(), rules.get(s.rule).id.clone());
        Some(Suggestion { start, end, within, text, after: s.with.clone(), rule, confidence: rounded(s.confidence) })
    };
    all.into_iter().filter_map(told).collect()
}

fn entities(doc: &Document, view: &View) -> Vec<Entity> {
    let mut entities: Vec<_> = doc.entities().iter().filter(|e| !e.mentions.is_empty()).collect();
    entities.sort_by_key(|e| e.mentions[0].start);
    entities
        .into_iter()
        .map(|e| Entity {
            id: e.id.clone(),
            name: e.name.clone(),
            kind: e.kind.name().to_string(),
            country: e.country.clone(),
            same_as: e.same_as.clone(),
            salience: rounded(e.salience),
            mentions: e
                .mentions
                .iter()
                .filter_map(|at| {
                    let (start, end, within) = view.place(at)?;
                    Some(Mention { start, end, within, text: doc.text()[at.clone()].to_string() })
                })
                .collect(),
        })
        .filter(|e| !e.mentions.is_empty())
        .collect()
}

fn relations(doc: &Document) -> Vec<Relation> {
    let of = |e: &crate::document::Entity| -> Vec<Relation> {
        e.with.iter().map(|(b, sentences)| Relation { a: e.id.clone(), b: b.clone(), sentences: *sentences }).collect()
    };
    doc.entities().iter().flat_map(of).collect()
}

/// The ledger, taken apart into edits and removals, with places in the decoded source.
fn changes(doc: &Document, rules: &Rules, audit: Audit, view: &View) -> (Vec<Edit>, Vec<Removed>) {
    let (mut edits, mut removed) = (Vec::new(), Vec::new());
    if audit == Audit::None {
        return (edits, removed);
    }
    let points = CodePoints::new(doc.source());
    let body = points.at(doc.body_start());
    let place = |at: &Range<usize>| {
        let (start, end) = (points.at(at.start), points.at(at.end));
        if at.start < doc.body_start() {
            (start, end, Some("title".to_string()))
        } else {
            (start - body, end - body, None)
        }
    };
    let mut ledger: Vec<&Applied> = doc.ledger().iter().collect();
    ledger.sort_by_key(|change| change.raw.start);
    let clean = doc.track().to_clean(ledger.iter().map(|change| change.raw.start));
    for (change, clean) in ledger.into_iter().zip(clean) {
        let put_in = if change.raw.is_empty() { change.edit.with.len() } else { 0 };
        let clean = clean.saturating_sub(put_in);
        let here = view.place(&(clean..clean));
        let rule = rules.get(change.edit.rule);
        let confidence = rounded(change.edit.confidence);
        if let Some(kind) = change.edit.removes {
            let (start, end, within) = place(&change.raw);
            let (kind, text) = (kind.name().to_string(), change.before.clone());
            let at = here.filter(|(.., title)| title.is_none()).map(|(at, ..)| at);
            removed.push(Removed { kind, rule: rule.id.clone(), confidence, text, start, end, within, at });
        } else if audit == Audit::Full || rule.class == Class::Meaning {
            let (start, end, within) = place(&change.raw);
            let (before, after) = (change.before.clone(), change.edit.with.to_string());
            let at = here.map(|(at, ..)| at);
            edits.push(Edit { start, end, within, at, before, after, rule: rule.id.clone(), confidence });
        }
    }
    edits.sort_by_key(|e| (e.within.is_none(), e.start, e.end));
    removed.sort_by_key(|r| (r.within.is_none(), r.start, r.end));
    (edits, removed)
}

fn quality(doc: &Document, rules: &Rules, view: &View) -> Quality {
    let (mut edits, mut removed) = (BTreeMap::new(), BTreeMap::new());
    for change in doc.ledger() {
        match change.edit.removes {
            Some(kind) => *removed.entry(kind.name().to_string()).or_default() += 1,
            None => *edits.entry(rules.get(change.edit.rule).id.clone()).or_default() += 1,
        }
    }
    let mut foreign: Vec<_> = doc.foreign().iter().collect();
    foreign.sort_by_key(|f| f.at.start);
    Quality {
        kept_share: rounded(doc.kept_share()),
        replaced: doc.replaced,
        lost: doc.lost,
        flags: doc.flags().iter().map(|f| (*f).to_string()).collect(),
        foreign: foreign
            .into_iter()
            .filter_map(|f| {
                let (start, end, within) = view.place(&f.at)?;
                let text = doc.text()[f.at.clone()].to_string();
                Some(ForeignWord { start, end, within, text, language: f.language.to_string() })
            })
            .collect(),
        edits,
        removed,
    }
}

/// The pieces of the track in code points.
fn track(doc: &Document) -> Vec<(usize, usize, bool)> {
    let (text, source) = (doc.text().as_bytes(), doc.source().as_bytes());
    let (mut clean, mut raw) = (0, 0);
    doc.track()
        .pieces()
        .iter()
        .map(|p: &Piece| {
            let piece = (count(&text[clean..clean + p.clean]), count(&source[raw..raw + p.raw]), p.kept);
            clean += p.clean;
            raw += p.raw;
            piece
        })
        .collect()
}

/// Three decimals, so that records do not show noise.
fn rounded(x: f32) -> f32 {
    (x * 1000.0).round() / 1000.0
}

fn is_zero(n: &usize) -> bool {
    *n == 0
}
