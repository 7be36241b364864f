//! What the report says of a whole archive, gathered in one walk over its records. All articles are counted; those that
//! can be opened are a sample where there are too many, chosen by a hash of their ids, so that the same archive gives the
//! same page.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::export::article::Article;
use crate::export::graph::{Depth, Graph};
use crate::partial_date::PartialDate;
use crate::write::record::Record;

/// Articles that the page lists.
pub const LISTED: usize = 10_000;
/// Bytes of articles that can be opened.
pub const OPENED: usize = 9 << 20;
/// Examples of each kind of removal and of each rule.
const EXAMPLES: usize = 3;
/// Code points of an example.
const EXAMPLE: usize = 160;

/// Counts and samples of an archive.
#[derive(Default)]
pub struct Archive {
    /// Articles.
    pub articles: u64,
    /// Code points of their texts.
    pub characters: u64,
    /// Articles by language.
    pub languages: BTreeMap<String, u64>,
    /// Articles by site; nothing for those that name none.
    pub sites: BTreeMap<String, u64>,
    /// Articles by month of publication, `YYYY-MM`, or by year where no month is known.
    pub published: BTreeMap<PartialDate, u64>,
    /// Articles without a date of publication, by reason.
    pub undated: BTreeMap<String, u64>,
    /// Dates in texts by year.
    pub mentioned: BTreeMap<i16, u64>,
    /// Blocks that were taken out, by kind.
    pub removed: BTreeMap<String, Counted<(String, String)>>,
    /// Edits that change words, by rule: before and after.
    pub edits: BTreeMap<String, Counted<(String, String)>>,
    /// Edits of every sort by rule.
    pub edits_counted: BTreeMap<String, u64>,
    /// Articles by flag.
    pub flags: BTreeMap<String, u64>,
    /// Articles that repeat another.
    pub duplicates: u64,
    /// Who is named, and with whom.
    pub graph: Graph,
    sample: BTreeMap<(u64, u64), Listed>,
}

/// How often, and what it looks like.
#[derive(Clone, Debug)]
pub struct Counted<T> {
    /// How often.
    pub count: u64,
    /// The first few.
    pub examples: Vec<T>,
}

impl<T> Default for Counted<T> {
    fn default() -> Counted<T> {
        Counted { count: 0, examples: Vec::new() }
    }
}

impl<T: PartialEq> Counted<T> {
    fn add(&mut self, example: T) {
        self.count += 1;
        if self.examples.len() < EXAMPLES && !self.examples.contains(&example) {
            self.examples.push(example);
        }
    }

    fn append(&mut self, other: Counted<T>) {
        self.count += other.count;
        for example in other.examples {
            if self.examples.len() < EXAMPLES && !self.examples.contains(&example) {
                self.examples.push(example);
            }
        }
    }
}

/// An article of the list, as the script of the page reads it.
#[derive(Clone, Serialize)]
pub struct Listed {
    id: String,
    title: String,
    date: String,
    lang: String,
    site: String,
    path: String,
    /// Ids of what it names.
    names: Vec<String>,
    /// All of it, where it can be opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    open: Option<Opened>,
}

/// What is shown of an open article. Offsets are code points of the text.
#[derive(Clone, Serialize)]
pub struct Opened {
    url: String,
    authors: String,
    kept: f32,
    flags: Vec<String>,
    text: String,
    /// Kind, start, end.
    blocks: Vec<(String, usize, usize)>,
    /// Where it stood (nothing: beside the title), kind, rule, words.
    removed: Vec<(Option<usize>, String, String, String)>,
    /// Where it stands, in the title, before, after, rule.
    edits: Vec<(usize, bool, String, String, String)>,
    /// Start, end, in the title, `DATE` or the type of an entity, value or id, name.
    marks: Vec<(usize, usize, bool, String, String, String)>,
}

impl Archive {
    /// Adds one article. `number` is its place in the archive.
    pub fn add(&mut self, number: u64, article: &Article, record: &Record) {
        self.articles += 1;
        self.characters += record.text.chars().count() as u64;
        count(&mut self.languages, &record.language.code);
        count(&mut self.sites, record.site.as_deref().unwrap_or_default());
        let published = record.published.as_ref();
        match published.and_then(|p| PartialDate::parse(p.value.as_deref()?)) {
            Some(date) => *self.published.entry(PartialDate { day: None, ..date }).or_default() += 1,
            None => count(&mut self.undated, published.and_then(|p| p.reason.as_deref()).unwrap_or("none-found")),
        }
        for date in record.dates.iter().filter(|d| d.kind == "DATE") {
            if let Some(date) = date.value.as_deref().and_then(PartialDate::parse) {
                *self.mentioned.entry(date.year).or_default() += 1;
            }
        }
        for removed in &record.removed {
            let example = (short(&removed.text), removed.rule.clone());
            self.removed.entry(removed.kind.clone()).or_default().add(example);
        }
        for edit in &record.edits {
            self.edits.entry(edit.rule.clone()).or_default().add((short(&edit.before), short(&edit.after)));
        }
        for (rule, times) in &record.quality.edits {
            *self.edits_counted.entry(rule.clone()).or_default() += *times as u64;
        }
        for flag in &record.quality.flags {
            count(&mut self.flags, flag);
        }
        self.duplicates += u64::from(record.duplicate_of.is_some());
        self.graph.gather(article, Depth::Entities);
        let hash = blake3::hash(record.id.as_bytes());
        let key = u64::from_le_bytes(hash.as_bytes()[..8].try_into().unwrap_or_default());
        self.sample.insert((key, number), Listed::of(record));
        self.keep_sample();
    }

    /// Adds all of another archive, whose articles come after those of this one.
    pub fn append(&mut self, other: Archive) {
        self.articles += other.articles;
        self.characters += other.characters;
        self.duplicates += other.duplicates;
        sum(&mut self.languages, other.languages);
        sum(&mut self.sites, other.sites);
        sum(&mut self.published, other.published);
        sum(&mut self.undated, other.undated);
        sum(&mut self.mentioned, other.mentioned);
        sum(&mut self.edits_counted, other.edits_counted);
        sum(&mut self.flags, other.flags);
        for (kind, counted) in other.removed {
            self.removed.entry(kind).or_default().append(counted);
        }
        for (rule, counted) in other.edits {
            self.edits.entry(rule).or_default().append(counted);
        }
        self.graph.add(other.graph);
        self.sample.extend(other.sample);
        self.keep_sample();
    }

    fn keep_sample(&mut self) {
        while self.sample.len() > LISTED {
            self.sample.pop_last();
        }
    }

    /// The articles that the page lists, in the order of the archive, those that fit opened.
    pub fn listed(&mut self) -> Vec<Listed> {
        let mut room = OPENED;
        let mut listed = Vec::with_capacity(self.sample.len());
        for ((_, number), mut article) in std::mem::take(&mut self.sample) {
            let size = article.open.as_ref().map_or(0, |o| serde_json::to_string(o).map_or(usize::MAX, |s| s.len()));
            if size <= room {
                room -= size;
            } else {
                room = 0;
                article.open = None;
            }
            listed.push((number, article));
        }
        listed.sort_by_key(|(number, _)| *number);
        listed.into_iter().map(|(_, article)| article).collect()
    }
}

impl Listed {
    /// Whether it can be opened.
    pub fn opens(&self) -> bool {
        self.open.is_some()
    }

    fn of(record: &Record) -> Listed {
        let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
        let published = record.published.as_ref().and_then(|p| p.value.clone());
        Listed {
            id: record.id.clone(),
            title: or_empty(&record.title),
            date: published.unwrap_or_default(),
            lang: record.language.code.clone(),
            site: or_empty(&record.site),
            path: record.source.path.clone(),
            names: record.entities.iter().map(|e| e.id.clone()).collect(),
            open: Some(Opened::of(record)),
        }
    }
}

impl Opened {
    fn of(record: &Record) -> Opened {
        let mut marks = Vec::new();
        for e in &record.entities {
            for m in &e.mentions {
                marks.push((m.start, m.end, m.within.is_some(), e.kind.clone(), e.id.clone(), e.name.clone()));
            }
        }
        for d in &record.dates {
            let value = d.value.clone().or_else(|| d.reason.clone()).unwrap_or_default();
            marks.push((d.start, d.end, d.within.is_some(), d.kind.clone(), value, String::new()));
        }
        marks.sort_by_key(|m| (!m.2, m.0, std::cmp::Reverse(m.1)));
        let edit = |e: &crate::write::record::Edit| {
            Some((e.at?, e.within.is_some(), e.before.clone(), e.after.clone(), e.rule.clone()))
        };
        Opened {
            url: record.url.clone().unwrap_or_default(),
            authors: record.authors.join(", "),
            kept: record.quality.kept_share,
            flags: record.quality.flags.clone(),
            text: record.text.clone(),
            blocks: record.blocks.iter().map(|b| (b.kind.clone(), b.start, b.end)).collect(),
            removed: record.removed.iter().map(|r| (r.at, r.kind.clone(), r.rule.clone(), r.text.clone())).collect(),
            edits: record.edits.iter().filter_map(edit).collect(),
            marks,
        }
    }
}

fn count(counts: &mut BTreeMap<String, u64>, name: &str) {
    match counts.get_mut(name) {
        Some(count) => *count += 1,
        None => {
            counts.insert(name.to_string(), 1);
        }
    }
}

fn sum<K: Ord>(counts: &mut BTreeMap<K, u64>, others: BTreeMap<K, u64>) {
    for (name, count) in others {
        *counts.entry(name).or_default() += count;
    }
}

/// The start of a text, in one line.
fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(EXAMPLE) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}
