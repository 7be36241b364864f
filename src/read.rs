//! The way in: bytes and hints become a [`Document`]. Reading knows nothing of stages.

use std::sync::Arc;

use crate::document::Document;
use crate::error::{Error, Reason, Reject};
use crate::limits::Limits;

pub mod capped;
pub mod charset;
pub mod dump;
pub mod html;
pub mod jsonl;
pub mod metadata;

use charset::Decoded;

/// What a record is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text.
    Text,
    /// An HTML page.
    Html,
    /// One line of JSONL.
    Jsonl,
}

impl Format {
    /// The name used on the command line and in records.
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Html => "html",
            Format::Jsonl => "jsonl",
        }
    }

    /// Judges by the first bytes of a file, which may be cut anywhere.
    ///
    /// # Errors
    /// A [`Reason::Binary`] reject when it does not look like text in any charset.
    pub fn sniff(head: &[u8]) -> Result<Format, Reject> {
        if let Some(kind) = charset::binary_kind(head) {
            return Err(Reject::new(Reason::Binary, format!("the bytes look like {kind}, not like text")));
        }
        let text = charset::peek(head);
        let start = text.trim_start_matches(['\u{feff}', '\0']).trim_start();
        let lower: String = start.chars().take(4096).flat_map(char::to_lowercase).collect();
        let tag = |name: &str| lower.starts_with(&format!("<{name}"));
        Ok(match start.as_bytes() {
            [b'{', ..] if lower[1..].trim_start().starts_with(['"', '}']) => Format::Jsonl,
            [b'<', ..]
                if ["!doctype", "html", "head", "body", "!--", "div", "article", "p>", "meta"]
                    .iter()
                    .any(|t| tag(t))
                    || (tag("?xml") && lower.contains("<html")) =>
            {
                Format::Html
            }
            _ => Format::Text,
        })
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
    /// What it is made of.
    pub format: Format,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Names of JSONL fields.
    pub fields: Arc<Fields>,
}

impl RawRecord {
    /// A record that is a whole file or buffer.
    pub fn new(path: &str, format: Format, bytes: impl Into<Vec<u8>>) -> RawRecord {
        RawRecord { path: path.into(), record: 0, offset: 0, format, bytes: bytes.into(), fields: Arc::default() }
    }
}

/// Reads and decodes one record.
///
/// # Errors
/// A [`Reject`] when there is no text in it, or it is over a limit.
pub fn document(raw: &RawRecord, limits: &Limits) -> Result<Document, Reject> {
    if raw.bytes.len() > limits.document_bytes.max(if raw.format == Format::Jsonl { limits.line_bytes } else { 0 }) {
        return Err(Reject::new(Reason::TooLarge, format!("{} bytes", raw.bytes.len())));
    }
    let doc = match raw.format {
        Format::Text => text(charset::decode(&raw.bytes, None)?)?,
        Format::Html => {
            let decoded = charset::decode(&raw.bytes, html::declared_charset(&raw.bytes).as_deref())?;
            let mut doc = html::document(&decoded.text, limits)?;
            doc.set_charset(&decoded);
            doc
        }
        Format::Jsonl => jsonl::document(raw, limits)?,
    };
    if doc.text().trim().is_empty() {
        return Err(Reject::new(Reason::Empty, "no text in it"));
    }
    if doc.blocks().len() > limits.blocks {
        return Err(Reject::new(Reason::TooLarge, format!("{} blocks", doc.blocks().len())));
    }
    Ok(doc)
}

fn text(decoded: Decoded) -> Result<Document, Reject> {
    if decoded.text.trim().is_empty() {
        return Err(Reject::new(Reason::Empty, "nothing but white space"));
    }
    let Decoded { text, charset, replaced } = decoded;
    Ok(Document { charset, replaced, ..Document::from_text(text) })
}
