//! Exports for those who train or retrieve: corpora in the form of datatrove and dolma, and passages.

use std::borrow::Cow;

use serde::Serialize;

use super::article::Article;
use super::sentences::sentences;
use super::{Exporter, FileSpec, json_line};

/// What both corpus formats say of an article beside its text.
#[derive(Serialize)]
struct Metadata<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<&'a str>,
    language: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    authors: &'a [Cow<'a, str>],
    content_id: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    flags: &'a [Cow<'a, str>],
    #[serde(skip_serializing_if = "Option::is_none")]
    duplicate_of: Option<&'a str>,
}

impl<'a> Metadata<'a> {
    fn of(article: &'a Article) -> Metadata<'a> {
        Metadata {
            title: article.title.as_deref(),
            url: article.url.as_deref(),
            site: article.site.as_deref(),
            language: &article.language.code,
            date: article.published(),
            authors: &article.authors,
            content_id: &article.content_id,
            flags: &article.quality.flags,
            duplicate_of: article.duplicate_of.as_deref(),
        }
    }
}

/// datatrove's JSONL: `text`, `id`, `metadata`.
pub struct Datatrove;

impl Exporter for Datatrove {
    fn files(&self) -> Vec<FileSpec> {
        vec![FileSpec::rows("documents.jsonl")]
    }

    fn article(&self, article: &Article, out: &mut [Vec<u8>]) {
        #[derive(Serialize)]
        struct Document<'a> {
            text: &'a str,
            id: &'a str,
            metadata: Metadata<'a>,
        }
        json_line(&Document { text: &article.text, id: &article.id, metadata: Metadata::of(article) }, &mut out[0]);
    }
}

/// dolma's JSONL: `id`, `text`, `source`, `added`, `created`, `metadata`. `added` is when it was fetched, where that is known.
pub struct Dolma;

impl Exporter for Dolma {
    fn files(&self) -> Vec<FileSpec> {
        vec![FileSpec::rows("documents.jsonl")]
    }

    fn article(&self, article: &Article, out: &mut [Vec<u8>]) {
        #[derive(Serialize)]
        struct Document<'a> {
            id: &'a str,
            text: &'a str,
            source: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            added: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            created: Option<String>,
            metadata: Metadata<'a>,
        }
        let document = Document {
            id: &article.id,
            text: &article.text,
            source: article.site.as_deref().unwrap_or("tamis"),
            added: article.captured.as_deref(),
            created: article.published_day().map(|day| format!("{day}T00:00:00.000Z")),
            metadata: Metadata::of(article),
        };
        json_line(&document, &mut out[0]);
    }
}

/// Pieces of articles for retrieval: whole sentences, up to a number of code points.
pub struct Passages {
    /// Code points that a passage may have, unless one sentence alone has more.
    pub length: usize,
}

impl Exporter for Passages {
    fn files(&self) -> Vec<FileSpec> {
        vec![FileSpec::rows("passages.jsonl")]
    }

    fn article(&self, article: &Article, out: &mut [Vec<u8>]) {
        #[derive(Serialize)]
        struct Passage<'a> {
            id: String,
            article: &'a str,
            start: usize,
            end: usize,
            #[serde(skip_serializing_if = "Option::is_none")]
            title: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            date: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            url: Option<&'a str>,
            language: &'a str,
            /// Ids of what the passage names.
            #[serde(skip_serializing_if = "Vec::is_empty")]
            entities: Vec<&'a str>,
            text: String,
        }
        let mut write = |number: usize, start: usize, end: usize, text: String| {
            let named = |e: &&super::article::Entity| {
                e.mentions.iter().any(|m| m.within.is_none() && start <= m.start && m.end <= end)
            };
            let passage = Passage {
                id: format!("{}#{number}", article.id),
                article: &article.id,
                start,
                end,
                title: article.title.as_deref(),
                date: article.published(),
                url: article.url.as_deref(),
                language: &article.language.code,
                entities: article.entities.iter().filter(named).map(|e| &*e.id).collect(),
                text,
            };
            json_line(&passage, &mut out[0]);
        };
        let mut number = 0;
        let mut open: Option<(usize, usize)> = None;
        for sentence in sentences(&article.text) {
            open = match open {
                Some((start, end)) if sentence.end - start > self.length => {
                    write(number, start, end, slice(&article.text, start, end));
                    number += 1;
                    Some((sentence.start, sentence.end))
                }
                Some((start, _)) => Some((start, sentence.end)),
                None => Some((sentence.start, sentence.end)),
            };
        }
        if let Some((start, end)) = open {
            write(number, start, end, slice(&article.text, start, end));
        }
    }
}

/// The code points from `start` to `end`.
fn slice(text: &str, start: usize, end: usize) -> String {
    text.chars().skip(start).take(end - start).collect()
}
