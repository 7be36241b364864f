//! The way in: bytes and hints become a [`Document`]. Reading knows nothing of stages.

use std::sync::Arc;

use crate::document::{Document, Meta, Published};
use crate::error::{Error, Reason, Reject};
use crate::language::Lang;
use crate::limits::Limits;
use crate::partial_date::PartialDate;

mod archive;
pub mod capped;
pub mod charset;
mod cut;
pub mod dump;
mod feed;
pub mod html;
mod http;
pub mod jsonl;
pub mod layout;
mod mail;
pub mod metadata;
mod newsml;
mod parquet;
mod table;
mod unpack;
mod wiki;
mod window;
mod xml;

use charset::Decoded;
pub use layout::Layout;

/// What a record is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text.
    Text,
    /// An HTML page.
    Html,
    /// One JSON object.
    Jsonl,
    /// One row of a table.
    Csv,
    /// One answer of a server, with its headers, as a crawler kept it.
    Warc,
    /// Plain text that was made of a crawled page.
    Wet,
    /// One item of a feed.
    Feed,
    /// One message.
    Mail,
    /// One page of a wiki's export.
    MediaWiki,
    /// One news item in NITF or NewsML.
    NewsMl,
}

impl Format {
    /// The name used on the command line and in records.
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Html => "html",
            Format::Jsonl => "jsonl",
            Format::Csv => "csv",
            Format::Warc => "warc",
            Format::Wet => "wet",
            Format::Feed => "feed",
            Format::Mail => "mail",
            Format::MediaWiki => "mediawiki",
            Format::NewsMl => "newsml",
        }
    }
}

/// What is known of a record from the file around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// The address that was asked for.
    pub url: Option<String>,
    /// When a crawler fetched it.
    pub captured: Option<String>,
    /// The media type that the crawler states.
    pub media: Option<String>,
    /// The charset that the file states, or is in.
    pub charset: Option<String>,
    /// The site, as a feed calls itself.
    pub site: Option<String>,
    /// The language, as a feed states it.
    pub language: Option<String>,
    /// The columns of a table.
    pub columns: Vec<String>,
    /// What parts them.
    pub delimiter: u8,
    /// What the caller knows.
    pub stated: Stated,
}

/// What is known of a document from elsewhere. It goes before what the document says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stated {
    /// The input's own id.
    pub id: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// Its headline, for text and for pages that have none.
    pub title: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// When it was published.
    pub published: Option<String>,
}

impl Stated {
    /// The document with what is stated of it.
    fn apply(self, mut doc: Document) -> Document {
        if let Some(title) = self.title.filter(|_| doc.title().is_none()) {
            doc = doc.with_title(&title);
        }
        let meta = &mut doc.meta;
        meta.id = self.id.or(meta.id.take());
        meta.url = self.url.or(meta.url.take());
        meta.language = self.language.and_then(|l| Lang::parse(&l)).or(meta.language);
        if let Some(published) = self.published {
            meta.published = metadata::published(&published, "input").unwrap_or_else(|| Published {
                reason: Some("unreadable".into()),
                evidence: Some(published),
                ..Published::default()
            });
        }
        doc
    }
}

/// Which input fields hold what, for JSONL whose names are not ours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    renamed: Vec<(String, String)>,
}

impl Fields {
    /// From pairs of our name and theirs, e.g. `("text", "body")`.
    ///
    /// # Errors
    /// [`Error::Usage`] when a name is not one of ours.
    pub fn new(renamed: Vec<(String, String)>) -> Result<Fields, Error> {
        match renamed.iter().find(|(ours, _)| !jsonl::is_field(ours)) {
            Some((ours, _)) => {
                Err(Error::Usage(format!("no field is called {ours}; the fields are {}", jsonl::field_names())))
            }
            None => Ok(Fields { renamed }),
        }
    }

    /// From pairs such as `text=body`.
    ///
    /// # Errors
    /// [`Error::Usage`] when one is no pair, or its first name is not one of ours.
    pub fn from_pairs(pairs: &[String]) -> Result<Fields, Error> {
        let split = |pair: &String| {
            let (ours, theirs) = pair
                .split_once('=')
                .ok_or_else(|| Error::Usage(format!("--field {pair}: expected OURS=THEIRS, as in text=body")))?;
            Ok((ours.to_string(), theirs.to_string()))
        };
        Fields::new(pairs.iter().map(split).collect::<Result<_, Error>>()?)
    }

    /// Whether no field was renamed.
    fn is_plain(&self) -> bool {
        self.renamed.is_empty()
    }

    /// The input's name for our field `ours`, if it was renamed.
    fn theirs(&self, ours: &str) -> Option<&str> {
        self.renamed.iter().find(|(name, _)| name == ours).map(|(_, theirs)| theirs.as_str())
    }
}

/// One record as it was found: bytes with their place.
#[derive(Clone, Debug)]
pub struct RawRecord {
    /// The file, as the user named it, with `/`.
    pub path: Arc<str>,
    /// Number within the file, from 0.
    pub record: u64,
    /// Where it begins in the unpacked file, in bytes.
    pub offset: u64,
    /// Bytes that it takes there; more than those handed on where headers stand before them.
    pub length: u64,
    /// What it is made of.
    pub format: Format,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Names of fields.
    pub fields: Arc<Fields>,
    /// What the file says of it.
    pub hints: Option<Arc<Hints>>,
}

impl RawRecord {
    /// A record that is a whole file or buffer.
    pub fn new(path: &str, format: Format, bytes: impl Into<Vec<u8>>) -> RawRecord {
        let bytes = bytes.into();
        RawRecord {
            path: path.into(),
            record: 0,
            offset: 0,
            length: bytes.len() as u64,
            format,
            bytes,
            fields: Arc::default(),
            hints: None,
        }
    }

    /// The charset that the file around it states.
    fn declared(&self) -> Option<&str> {
        self.hints.as_ref()?.charset.as_deref()
    }
}

/// Reads and decodes one record.
///
/// # Errors
/// A [`Reject`] when there is no text in it, or it is over a limit.
pub fn document(raw: &RawRecord, limits: &Limits) -> Result<Document, Reject> {
    let cap = match raw.format {
        Format::Jsonl | Format::Csv => limits.document_bytes.max(limits.line_bytes),
        _ => limits.document_bytes,
    };
    if raw.bytes.len() > cap {
        return Err(Reject::new(Reason::TooLarge, format!("{} bytes", raw.bytes.len())));
    }
    let mut doc = match raw.format {
        Format::Text | Format::Wet => text(charset::decode(&raw.bytes, raw.declared())?)?,
        Format::Html => page(&raw.bytes, None, limits)?,
        Format::Jsonl => jsonl::document(raw, limits)?,
        Format::Csv => table::document(raw, limits)?,
        Format::Warc => http::document(raw, limits)?,
        Format::Feed => feed::document(raw, limits)?,
        Format::Mail => mail::document(&raw.bytes, limits)?,
        Format::MediaWiki => wiki::document(raw)?,
        Format::NewsMl => newsml::document(raw, limits)?,
    };
    if let Some(hints) = &raw.hints {
        doc = hints.stated.clone().apply(doc);
        let meta = &mut doc.meta;
        meta.url = meta.url.take().or_else(|| hints.url.clone());
        meta.captured = meta.captured.take().or_else(|| hints.captured.clone());
        meta.site = meta.site.take().or_else(|| hints.site.clone());
        meta.language = meta.language.or_else(|| Lang::parse(hints.language.as_deref()?));
    }
    forget_the_future(&mut doc.meta);
    if doc.text().trim().is_empty() {
        return Err(Reject::new(Reason::Empty, "no text in it"));
    }
    if doc.text().len() > limits.document_bytes {
        return Err(Reject::new(Reason::TooLarge, format!("{} bytes of text", doc.text().len())));
    }
    if doc.blocks().len() > limits.blocks {
        return Err(Reject::new(Reason::TooLarge, format!("{} blocks", doc.blocks().len())));
    }
    Ok(doc)
}

/// Nothing is fetched before it is published, but for the hours between two time zones.
fn forget_the_future(meta: &mut Meta) {
    let date = |text: &Option<String>| text.as_deref().and_then(PartialDate::parse);
    let Some((published, captured)) = date(&meta.published.value).zip(date(&meta.captured)) else { return };
    if captured.last_day().tomorrow().is_ok_and(|last| published.first_day() > last) {
        let evidence = meta.published.evidence.take();
        meta.published = Published { reason: Some("conflict".into()), evidence, ..Published::default() };
    }
}

/// A page; `declared` is the charset that a server states.
fn page(bytes: &[u8], declared: Option<&str>, limits: &Limits) -> Result<Document, Reject> {
    let meta = html::declared_charset(bytes);
    let decoded = charset::decode(bytes, declared.or(meta.as_deref()))?;
    let mut doc = html::document(&decoded.text, limits)?;
    doc.set_charset(&decoded);
    Ok(doc)
}

/// A part of a page, or plain text where there is no markup in it.
fn fragment(text: &str, limits: &Limits) -> Result<Document, Reject> {
    let marked = text.contains("</")
        || text.contains("/>")
        || text.contains("<p")
        || text.contains("<br")
        || text.contains("&#")
        || text.contains("&amp;");
    if marked {
        html::document(&format!("<html><body><article>{text}</article></body></html>"), limits)
    } else {
        Ok(Document::from_text(text.to_string()))
    }
}

fn text(decoded: Decoded) -> Result<Document, Reject> {
    if decoded.text.trim().is_empty() {
        return Err(Reject::new(Reason::Empty, "nothing but white space"));
    }
    let Decoded { text, charset, replaced } = decoded;
    Ok(Document { charset, replaced, ..Document::from_text(text) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_published_after_it_was_fetched() {
        for (published, kept) in
            [("2024-03-14", true), ("2024-03-15T00:30:00+01:00", true), ("2024-03-16", false), ("2025", false)]
        {
            let line = format!(r#"{{"text":"Le bac repart.","date":"{published}","captured":"2024-03-14T23:30:00Z"}}"#);
            let raw = RawRecord::new("bac", Format::Jsonl, line.as_bytes());
            let doc = document(&raw, &Limits::default()).unwrap();
            assert_eq!(doc.meta().published.value.is_some(), kept, "{published}");
        }
    }
}
