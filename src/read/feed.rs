//! One item of RSS 0.9 to 2.0 or Atom to a document.

use crate::document::Document;
use crate::error::{Reason, Reject};
use crate::limits::Limits;
use crate::read::cut::Emit;
use crate::read::xml::{Step, walk};
use crate::read::{Hints, RawRecord, charset, fragment, metadata};

/// Learns from what stands before the first item: the name of the feed and its language.
pub(super) fn prologue(before: &[u8], emit: &mut Emit) {
    let mut hints = emit.hints.as_deref().cloned().unwrap_or_default();
    let text = charset::decode(before, hints.charset.as_deref()).map(|d| d.text).unwrap_or_default();
    let Hints { site, language, .. } = &mut hints;
    walk(&text, &mut |path, step| {
        let names: Vec<&str> = path.iter().map(String::as_str).collect();
        match (names.as_slice(), step) {
            (["rss" | "RDF", "channel", "title"] | ["feed", "title"], Step::Text(text)) => {
                site.get_or_insert_default().push_str(text)
            }
            (["rss" | "RDF", "channel", "language"], Step::Text(text)) => {
                language.get_or_insert_default().push_str(text)
            }
            (["feed"], Step::Open(attributes)) => {
                *language = attributes.iter().find(|(name, _)| name == "lang").map(|(_, value)| value.clone());
            }
            _ => {}
        }
    });
    for value in [&mut hints.site, &mut hints.language] {
        *value = value.take().map(|v| v.trim().to_string()).filter(|v| !v.is_empty());
    }
    emit.hints = Some(std::sync::Arc::new(hints));
}

/// What an item says.
#[derive(Default)]
struct Entry {
    title: String,
    link: String,
    id: String,
    published: String,
    updated: String,
    authors: Vec<String>,
    categories: Vec<String>,
    summary: String,
    content: String,
}

/// Reads one item.
///
/// # Errors
/// [`Reason::NoText`] when it has neither content nor a description, and those of decoding.
pub(super) fn document(raw: &RawRecord, limits: &Limits) -> Result<Document, Reject> {
    let decoded = charset::decode(&raw.bytes, raw.declared())?;
    let entry = entry(&decoded.text);
    let body = if entry.content.trim().len() >= entry.summary.trim().len() { &entry.content } else { &entry.summary };
    if body.trim().is_empty() {
        return Err(Reject::new(Reason::NoText, "the item has neither content nor a description"));
    }
    let mut doc = fragment(body.trim(), limits)?;
    if doc.title().is_none() {
        doc = doc.with_title(&plain(&entry.title));
    }
    doc.set_charset(&decoded);
    let some = |value: &str| Some(value.trim().to_string()).filter(|v| !v.is_empty());
    let meta = &mut doc.meta;
    meta.id = some(&entry.id);
    meta.url = some(&entry.link).or_else(|| some(&entry.id).filter(|id| id.starts_with("http")));
    if let Some(published) =
        metadata::published(if entry.published.is_empty() { &entry.updated } else { &entry.published }, "input")
    {
        meta.published = published;
    }
    meta.modified = metadata::moment(&entry.updated).map(|m| m.0);
    meta.authors = entry.authors.iter().filter_map(|a| some(a)).collect();
    meta.keywords = entry.categories.iter().filter_map(|c| some(c)).collect();
    Ok(doc)
}

fn entry(xml: &str) -> Entry {
    let mut entry = Entry::default();
    walk(xml, &mut |path, step| {
        let names: Vec<&str> = path.iter().skip(1).map(String::as_str).collect();
        match (names.as_slice(), step) {
            (["title"], Step::Text(text)) => entry.title.push_str(text),
            (["link"], Step::Text(text)) => entry.link.push_str(text),
            (["link"], Step::Open(attributes)) => {
                let value = |name: &str| attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
                if let Some(href) = value("href").filter(|_| matches!(value("rel"), None | Some("alternate"))) {
                    entry.link = href.to_string();
                }
            }
            (["guid" | "id"], Step::Text(text)) => entry.id.push_str(text),
            (["pubDate" | "published" | "date" | "issued"], Step::Text(text)) => entry.published.push_str(text),
            (["updated" | "modified"], Step::Text(text)) => entry.updated.push_str(text),
            (["creator" | "author"] | ["author", "name"], Step::Open(_)) => entry.authors.push(String::new()),
            (["creator" | "author"] | ["author", "name"], Step::Text(text)) => {
                if let Some(author) = entry.authors.last_mut() {
                    author.push_str(text);
                }
            }
            (["category"], Step::Open(attributes)) => {
                let term = attributes.iter().find(|(name, _)| name == "term").map(|(_, v)| v.clone());
                entry.categories.push(term.unwrap_or_default());
            }
            (["category"], Step::Text(text)) => {
                if let Some(category) = entry.categories.last_mut() {
                    category.push_str(text);
                }
            }
            (["description" | "summary"], Step::Text(text)) => entry.summary.push_str(text),
            (["encoded" | "content"], Step::Text(text)) => entry.content.push_str(text),
            // XHTML stands in the feed as elements.
            (["content", "div"], Step::Close(inside)) => entry.content = inside.to_string(),
            (["summary", "div"], Step::Close(inside)) => entry.summary = inside.to_string(),
            _ => {}
        }
    });
    entry
}

/// A title without markup: some feeds write it as HTML.
fn plain(title: &str) -> String {
    let mut text = String::new();
    let mut rest = title;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        match memchr::memchr(b'>', &rest.as_bytes()[at..rest.len().min(at + 2000)]) {
            Some(end) if rest[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') => {
                rest = &rest[at + end + 1..]
            }
            _ => {
                text.push('<');
                rest = &rest[at + 1..];
            }
        }
    }
    text.push_str(rest);
    text.trim().to_string()
}
