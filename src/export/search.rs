//! Exports for search engines: one document an article, and the settings of an index that knows what to do with it.

use std::borrow::Cow;

use serde::Serialize;

use super::article::Article;
use super::{Exporter, FileSpec, json_line};

/// Languages for which Elasticsearch and OpenSearch have an analyzer of their own; the mapping has a field for each.
const ANALYZED: &[&str] = &["ar", "de", "en", "es", "fr", "it", "nl", "pt", "ru", "tr"];

/// An article as a search engine takes it. All that is not known is left out.
#[derive(Serialize)]
struct Hit<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Cow<'a, str>>,
    content_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subtitle: Option<&'a str>,
    text: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    authors: &'a [Cow<'a, str>],
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    section: Option<&'a str>,
    language: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    keywords: &'a [Cow<'a, str>],
    /// As fine as it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<&'a str>,
    /// The first moment it may stand for, in the engine's own form.
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<Moment>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dates: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entity_ids: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    people: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    places: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    organisations: Vec<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    flags: &'a [Cow<'a, str>],
    #[serde(skip_serializing_if = "Option::is_none")]
    duplicate_of: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Moment {
    Seconds(i64),
    Instant(String),
}

impl<'a> Hit<'a> {
    fn of(article: &'a Article) -> Hit<'a> {
        let names = |kind: &str| article.entities.iter().filter(|e| e.kind == kind).map(|e| &*e.name).collect();
        Hit {
            id: Some(Cow::Borrowed(&article.id)),
            content_id: &article.content_id,
            title: article.title.as_deref(),
            subtitle: article.subtitle.as_deref(),
            text: &article.text,
            authors: &article.authors,
            site: article.site.as_deref(),
            url: article.url.as_deref(),
            section: article.section.as_deref(),
            language: &article.language.code,
            keywords: &article.keywords,
            published: article.published(),
            published_at: None,
            dates: article.mentioned_dates(),
            entity_ids: article.entities.iter().map(|e| &*e.id).collect(),
            people: names("PER"),
            places: names("LOC"),
            organisations: names("ORG"),
            flags: &article.quality.flags,
            duplicate_of: article.duplicate_of.as_deref(),
        }
    }

    fn at_second(mut self, article: &Article) -> Hit<'a> {
        self.published_at = article.published_seconds().map(Moment::Seconds);
        self
    }

    fn at_instant(mut self, article: &Article) -> Hit<'a> {
        self.published_at = article.published_day().map(|day| Moment::Instant(format!("{day}T00:00:00Z")));
        self
    }
}

/// An id of letters, digits, `-` and `_`, as Meilisearch asks for: the id itself, or a hash of it where it has more.
fn plain_id(id: &str) -> Cow<'_, str> {
    let plain =
        !id.is_empty() && id.len() < 512 && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if plain { Cow::Borrowed(id) } else { Cow::Owned(format!("h-{}", &blake3::hash(id.as_bytes()).to_hex()[..32])) }
}

/// Bulk requests of Elasticsearch, which OpenSearch understands as well.
pub struct Bulk;

impl Exporter for Bulk {
    fn files(&self) -> Vec<FileSpec> {
        vec![FileSpec::rows("bulk.ndjson"), FileSpec::fixed("index.json", include_str!("settings/elasticsearch.json"))]
    }

    fn article(&self, article: &Article, out: &mut [Vec<u8>]) {
        #[derive(Serialize)]
        struct Action<'a> {
            index: Target<'a>,
        }
        #[derive(Serialize)]
        struct Target<'a> {
            _id: &'a str,
        }
        /// The text once more in the field of its language; the mapping indexes it and does not store it.
        #[derive(Serialize)]
        struct Localized<'a> {
            #[serde(flatten)]
            hit: Hit<'a>,
            #[serde(skip_serializing_if = "Option::is_none")]
            localized: Option<std::collections::BTreeMap<&'a str, Words<'a>>>,
        }
        #[derive(Serialize)]
        struct Words<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            title: Option<&'a str>,
            text: &'a str,
        }
        json_line(&Action { index: Target { _id: &article.id } }, &mut out[0]);
        let words = Words { title: article.title.as_deref(), text: &article.text };
        let language: &str = &article.language.code;
        let localized = ANALYZED.contains(&language).then(|| [(language, words)].into());
        let hit = Hit { id: None, ..Hit::of(article) };
        json_line(&Localized { hit, localized }, &mut out[0]);
    }
}

/// Meilisearch: documents and settings.
pub struct Meilisearch;

impl Exporter for Meilisearch {
    fn files(&self) -> Vec<FileSpec> {
        vec![
            FileSpec::rows("documents.ndjson"),
            FileSpec::fixed("settings.json", include_str!("settings/meilisearch.json")),
        ]
    }

    fn article(&self, article: &Article, out: &mut [Vec<u8>]) {
        let hit = Hit { id: Some(plain_id(&article.id)), ..Hit::of(article) };
        json_line(&hit.at_second(article), &mut out[0]);
    }
}

/// Typesense: documents and the schema of a collection.
pub struct Typesense;

impl Exporter for Typesense {
    fn files(&self) -> Vec<FileSpec> {
        vec![FileSpec::rows("documents.jsonl"), FileSpec::fixed("schema.json", include_str!("settings/typesense.json"))]
    }

    fn article(&self, article: &Article, out: &mut [Vec<u8>]) {
        json_line(&Hit::of(article).at_second(article), &mut out[0]);
    }
}

/// Solr: documents for `/update/json/docs` and commands for the Schema API.
pub struct Solr;

impl Exporter for Solr {
    fn files(&self) -> Vec<FileSpec> {
        vec![FileSpec::rows("documents.ndjson"), FileSpec::fixed("schema.json", include_str!("settings/solr.json"))]
    }

    fn article(&self, article: &Article, out: &mut [Vec<u8>]) {
        json_line(&Hit::of(article).at_instant(article), &mut out[0]);
    }
}

/// Quickwit: documents and the configuration of an index.
pub struct Quickwit;

impl Exporter for Quickwit {
    fn files(&self) -> Vec<FileSpec> {
        vec![FileSpec::rows("documents.ndjson"), FileSpec::fixed("index.yaml", include_str!("settings/quickwit.yaml"))]
    }

    fn article(&self, article: &Article, out: &mut [Vec<u8>]) {
        json_line(&Hit::of(article).at_instant(article), &mut out[0]);
    }
}

/// Vespa: a feed of put operations and a schema.
pub struct Vespa;

impl Exporter for Vespa {
    fn files(&self) -> Vec<FileSpec> {
        vec![FileSpec::rows("feed.jsonl"), FileSpec::fixed("article.sd", include_str!("settings/vespa.sd"))]
    }

    fn article(&self, article: &Article, out: &mut [Vec<u8>]) {
        #[derive(Serialize)]
        struct Put<'a> {
            put: String,
            fields: Hit<'a>,
        }
        let hit = Hit { published: article.published(), ..Hit::of(article) };
        json_line(
            &Put { put: format!("id:news:article::{}", article.id), fields: hit.at_second(article) },
            &mut out[0],
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_plain_or_hashed() {
        assert_eq!(plain_id("b3-0a_Z"), "b3-0a_Z");
        let hashed = plain_id("https://exemple.example/é");
        assert!(hashed.starts_with("h-") && hashed.len() == 34);
        assert_eq!(hashed, plain_id("https://exemple.example/é"));
    }
}
