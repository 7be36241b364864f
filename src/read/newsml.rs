//! One item of NITF, NewsML-G2 or NewsML 1 to a document.

use std::fmt::Write as _;

use crate::document::Document;
use crate::error::{Reason, Reject};
use crate::limits::Limits;
use crate::read::xml::{Step, walk};
use crate::read::{RawRecord, charset, fragment, html, metadata};

/// What an item says, whichever of the notations it is in.
#[derive(Default)]
struct Item {
    title: String,
    slug: String,
    id: String,
    published: Vec<String>,
    authors: Vec<String>,
    keywords: Vec<String>,
    language: String,
    /// Paragraphs with the element that they become in a page.
    blocks: Vec<(&'static str, String)>,
    /// A page, or text, inside the item.
    inline: String,
}

/// Reads one item.
///
/// # Errors
/// [`Reason::NoText`] when it has no text, and those of decoding.
pub(super) fn document(raw: &RawRecord, limits: &Limits) -> Result<Document, Reject> {
    let decoded = charset::decode(&raw.bytes, raw.declared())?;
    let item = item(&decoded.text);
    let mut doc = if item.blocks.iter().any(|(_, text)| !text.trim().is_empty()) {
        let mut page = String::from("<html><body><article>");
        for (tag, text) in &item.blocks {
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            let _ = writeln!(page, "<{tag}>{}</{tag}>", text.trim());
        }
        page.push_str("</article></body></html>");
        html::document(&page, limits)?
    } else if item.inline.trim().is_empty() {
        return Err(Reject::new(Reason::NoText, "the item has no text"));
    } else {
        fragment(item.inline.trim(), limits)?
    };
    let title = if item.title.trim().is_empty() { &item.slug } else { &item.title };
    if doc.title().is_none() {
        doc = doc.with_title(&title.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    doc.set_charset(&decoded);
    let some = |value: &str| Some(value.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|v| !v.is_empty());
    let meta = &mut doc.meta;
    meta.id = some(&item.id);
    if let Some(published) = item.published.iter().find_map(|value| metadata::published(&dashed(value), "input")) {
        meta.published = published;
    }
    meta.authors = item.authors.iter().filter_map(|a| some(a)).collect();
    meta.keywords = item.keywords.iter().filter_map(|k| some(k)).collect();
    meta.language = crate::language::Lang::parse(item.language.trim()).or(meta.language);
    Ok(doc)
}

/// `20240314T083000+0100`, as agencies write it, with the signs of ISO 8601.
fn dashed(value: &str) -> String {
    let value = value.trim();
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    if digits != 8 {
        return value.to_string();
    }
    let mut out = format!("{}-{}-{}", &value[..4], &value[4..6], &value[6..8]);
    let rest = &value[8..];
    let clock = rest.strip_prefix('T').filter(|r| r.bytes().take_while(u8::is_ascii_digit).count() == 6);
    match clock {
        Some(clock) => {
            let _ = write!(out, "T{}:{}:{}{}", &clock[..2], &clock[2..4], &clock[4..6], &clock[6..]);
        }
        None => out.push_str(rest),
    }
    out
}

fn item(xml: &str) -> Item {
    let mut item = Item::default();
    walk(xml, &mut |path, step| see(&mut item, path, step));
    item
}

fn see(item: &mut Item, path: &[String], step: Step) {
    let Some(name) = path.last().map(String::as_str) else { return };
    let inside = |wanted: &str| path.iter().any(|n| n == wanted);
    let body = inside("body.content");
    // A paragraph may hold names, links and emphasis: its text is that of all of them.
    let block = || {
        let at = path.iter().rposition(|n| matches!(n.as_str(), "p" | "hl2" | "li" | "td" | "dd" | "dt"))?;
        Some(match path[at].as_str() {
            "hl2" => "h2",
            "li" | "dd" | "dt" => "li",
            _ => "p",
        })
    };
    match step {
        Step::Open(attributes) => {
            let value =
                |wanted: &str| attributes.iter().find(|(n, _)| n == wanted).map(|(_, v)| v.clone()).unwrap_or_default();
            match name {
                "newsItem" => {
                    item.id = value("guid");
                    item.language = value("lang");
                }
                "nitf" if item.language.is_empty() => item.language = value("lang"),
                "doc-id" if item.id.is_empty() => item.id = value("id-string"),
                "date.issue" | "date.release" | "story.date" => item.published.push(value("norm")),
                "keyword" if !value("key").is_empty() => item.keywords.push(value("key")),
                "keyword" | "KeywordLine" => item.keywords.push(String::new()),
                "byline" | "ByLine" | "by" => item.authors.push(String::new()),
                // "Par <person>…</person>": the person is the author.
                "person" if inside("byline") => {
                    if let Some(author) = item.authors.last_mut() {
                        author.clear();
                    }
                }
                "contentCreated" | "versionCreated" | "FirstCreated" | "ThisRevisionCreated" | "DateLine" => {
                    item.published.push(String::new())
                }
                "Language" => item.language = value("FormalName"),
                "language" => item.language = value("tag"),
                "p" | "hl2" | "li" | "td" | "dd" | "dt" if body => {
                    item.blocks.push((block().unwrap_or("p"), String::new()))
                }
                _ => {}
            }
        }
        Step::Text(text) => match name {
            _ if body && block().is_some() => {
                if let Some((_, all)) = item.blocks.last_mut() {
                    all.push_str(text);
                }
            }
            "hl1" | "headline" | "HeadLine" => item.title.push_str(text),
            _ if inside("hl1") => item.title.push_str(text),
            "title" if inside("head") || inside("itemMeta") => item.slug.push_str(text),
            "slugline" | "SlugLine" if item.slug.is_empty() => item.slug.push_str(text),
            "by" | "byline" | "ByLine" | "bytag" | "person" if inside("byline") || inside("by") || name == "ByLine" => {
                append(&mut item.authors, text)
            }
            "contentCreated" | "versionCreated" | "FirstCreated" | "ThisRevisionCreated" => {
                append(&mut item.published, text)
            }
            "keyword" | "KeywordLine" => append(&mut item.keywords, text),
            "PublicIdentifier" | "NewsItemId" if item.id.is_empty() => item.id.push_str(text),
            "inlineData" => item.inline.push_str(text),
            _ => {}
        },
        // A page, or text, inside: as it is written. NITF inside is seen as elements.
        Step::Close(inside)
            if matches!(name, "inlineXML" | "DataContent") && item.blocks.is_empty() && item.inline.is_empty() =>
        {
            item.inline.push_str(inside);
        }
        Step::Close(_) => {}
    }
}

fn append(list: &mut [String], text: &str) {
    if let Some(last) = list.last_mut() {
        last.push_str(text);
    }
}
