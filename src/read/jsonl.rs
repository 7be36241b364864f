//! One object of JSON to a document. Fields that are ours fill the metadata; all others are passed through.

use serde_json::{Map, Value};

use crate::document::Document;
use crate::error::{Reason, Reject};
use crate::limits::Limits;
use crate::read::{Fields, RawRecord, Stated, charset, html};

/// Our fields, each with the names that crawlers give it, tried in this order when ours is absent.
const SYNONYMS: &[(&str, &[&str])] = &[
    ("id", &["_id", "uuid", "doc_id"]),
    ("text", &["body", "content", "article", "maintext", "raw_text"]),
    ("html", &["raw_html", "page"]),
    ("title", &["headline"]),
    ("url", &["link", "source_url", "canonical_url"]),
    ("site", &["source", "source_domain", "sitename", "publisher", "domain"]),
    ("lang", &["language"]),
    ("date", &["published", "date_publish", "published_at", "publication_date", "datePublished", "pub_date"]),
    ("modified", &["date_modify", "updated", "updated_at", "dateModified"]),
    ("captured", &["date_download", "crawled_at", "fetched", "fetch_time", "warc_date", "scraped_at"]),
    ("author", &["authors", "byline"]),
    ("section", &["category"]),
    ("keywords", &["tags"]),
];

/// Whether one of our fields is called `name`.
pub fn is_field(name: &str) -> bool {
    SYNONYMS.iter().any(|(ours, _)| *ours == name)
}

/// The names of our fields, for a message.
pub fn field_names() -> String {
    SYNONYMS.iter().map(|(ours, _)| *ours).collect::<Vec<_>>().join(", ")
}

/// Whether a field of this name, in lower case, is ours for the text of an article, or its page.
pub(super) fn holds_text(name: &str) -> bool {
    SYNONYMS.iter().any(|(ours, all)| matches!(*ours, "text" | "html") && (*ours == name || all.contains(&name)))
}

/// Whether a name, in lower case, is one of our fields or of their other names.
pub(super) fn is_known(name: &str) -> bool {
    SYNONYMS.iter().any(|(ours, all)| *ours == name || all.contains(&name))
}

/// Reads one line.
///
/// # Errors
/// [`Reason::BadJson`] when the line is not an object, [`Reason::NoText`] when it has no text, and those of decoding.
pub fn document(raw: &RawRecord, limits: &Limits) -> Result<Document, Reject> {
    let decoded = charset::decode(&raw.bytes, raw.declared())?;
    let value = serde_json::from_str(decoded.text.trim()).map_err(|e| Reject::new(Reason::BadJson, e.to_string()))?;
    let Value::Object(object) = value else {
        return Err(Reject::new(Reason::BadJson, "the line is JSON, but not an object"));
    };
    let mut doc = from_object(object, raw, limits)?;
    doc.set_charset(&decoded);
    Ok(doc)
}

/// Makes a document of fields.
///
/// # Errors
/// [`Reason::NoText`] when there is no text, [`Reason::TooLarge`] when there is too much.
pub(super) fn from_object(
    mut object: Map<String, Value>,
    raw: &RawRecord,
    limits: &Limits,
) -> Result<Document, Reject> {
    let mut take = |name: &str| take(&mut object, &raw.fields, name);
    let text = take("text").and_then(string).filter(|t| !t.trim().is_empty());
    let page = if text.is_none() { take("html").and_then(string) } else { None };
    let doc = match (text, page) {
        (Some(text), _) => Document::from_text(text),
        (None, Some(page)) => html::document(&page, limits)?,
        (None, None) => return Err(Reject::new(Reason::NoText, "the object has no text and no html")),
    };
    let stated = Stated {
        id: take("id").and_then(string),
        url: take("url").and_then(string),
        title: take("title").and_then(string),
        language: take("lang").and_then(string),
        published: take("date").and_then(string),
    };
    let mut doc = stated.apply(doc);
    if doc.text().len() > limits.document_bytes {
        return Err(Reject::new(Reason::TooLarge, format!("{} bytes of text", doc.text().len())));
    }
    let meta = &mut doc.meta;
    meta.site = take("site").and_then(string).or(meta.site.take());
    meta.section = take("section").and_then(string).or(meta.section.take());
    meta.modified = take("modified").and_then(string).or(meta.modified.take());
    meta.captured = take("captured").and_then(string).or(meta.captured.take());
    let authors = list(take("author"));
    if !authors.is_empty() {
        meta.authors = authors;
    }
    let keywords = list(take("keywords"));
    if !keywords.is_empty() {
        meta.keywords = keywords;
    }
    meta.extra = object;
    Ok(doc)
}

/// Takes the field that is called `name` by us out of `object`. Null means absent.
fn take(object: &mut Map<String, Value>, fields: &Fields, name: &str) -> Option<Value> {
    let value = match fields.theirs(name) {
        Some(theirs) => object.remove(theirs),
        None => object.remove(name).or_else(|| {
            let synonyms = SYNONYMS.iter().find(|(ours, _)| *ours == name).map_or(&[][..], |(_, all)| all);
            let theirs = synonyms.iter().find(|s| object.get(**s).is_some_and(|v| v.is_string() || v.is_array()))?;
            object.remove(*theirs)
        }),
    };
    value.filter(|v| !v.is_null())
}

/// A string, or a number as one.
fn string(value: Value) -> Option<String> {
    match value {
        Value::String(s) => Some(s),
        Value::Number(n) => Some(n.to_string()),
        _ => None,
    }
}

/// A list of strings, or one string as a list.
fn list(value: Option<Value>) -> Vec<String> {
    let items = match value {
        Some(Value::Array(items)) => items,
        Some(one) => vec![one],
        None => Vec::new(),
    };
    items.into_iter().filter_map(string).map(|s| s.trim().to_string()).filter(|s| !s.is_empty()).collect()
}
