//! From a document to its record. Inside the program offsets are bytes; they become code points here and nowhere else.

use std::collections::BTreeMap;
use std::ops::Range;

use unicode_script::Script;

use super::record::{
    Audit, Block, Date, Edit, Entity, ForeignWord, Language, Mention, OtherLanguage, Published, Quality, Record,
    Relation, Removed, SCHEMA, Source, Suggestion,
};
use crate::document::{self, Applied, BlockKind, Document, count_bytes};
use crate::edit::Piece;
use crate::read::RawRecord;
use crate::rules::{Class, Rules};
use crate::script::{is_letter, script_of};

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

const STRIDE: usize = 128;

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
    count_bytes(bytes, |b| (b as i8) >= -0x40)
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

/// The main script among the first letters.
fn script(text: &str) -> &'static str {
    let mut counts: Vec<(Script, usize)> = vec![(Script::Latin, 0)];
    for c in text.chars().filter(|c| is_letter(*c)).take(400) {
        if c.is_ascii() {
            counts[0].1 += 1;
            continue;
        }
        let script = script_of(c);
        match counts.iter_mut().find(|(s, _)| *s == script) {
            Some((_, n)) => *n += 1,
            None => counts.push((script, 1)),
        }
    }
    let main = counts.iter().filter(|(_, n)| *n > 0).rev().max_by_key(|(_, n)| *n);
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
