//! One message (RFC 5322, MIME) to a document: its page if it has one, else its text. Attachments are passed over.

use crate::document::Document;
use crate::error::{Reason, Reject};
use crate::limits::Limits;
use crate::read::charset::{self, Decoded};
use crate::read::{html, metadata, text};

/// Parts in parts; real messages have three or four levels.
const DEPTH: usize = 10;
/// Parts that are looked at.
const PARTS: usize = 500;

/// The headers of a message or part, names in lower case, folded lines joined.
struct Headers(Vec<(String, String)>);

impl Headers {
    /// Takes the headers off; gives them and the body.
    fn split(bytes: &[u8]) -> (Headers, &[u8]) {
        let mut headers: Vec<(String, String)> = Vec::new();
        let mut rest = bytes;
        loop {
            let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
            let line = rest[..end].trim_ascii_end();
            rest = &rest[end..];
            if line.is_empty() {
                return (Headers(headers), rest);
            }
            let line = charset::decode(line, None).map(|d| d.text).unwrap_or_default();
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = headers.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            } else if let Some((name, value)) = line.split_once(':') {
                headers.push((name.trim().to_ascii_lowercase(), value.trim().to_string()));
            }
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// A header with its encoded words decoded (RFC 2047).
    fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(words).filter(|v| !v.trim().is_empty())
    }

    /// The media type in lower case, and a parameter of it.
    fn parameter(&self, name: &str) -> (String, Option<String>) {
        let value = self.get("content-type").unwrap_or("text/plain");
        let mut parts = value.split(';');
        let kind = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let found = parts.filter_map(|p| p.split_once('=')).find(|(n, _)| n.trim().eq_ignore_ascii_case(name));
        (kind, found.map(|(_, value)| value.trim().trim_matches('"').to_string()))
    }
}

/// Reads one message.
///
/// # Errors
/// [`Reason::NoText`] when no part is text, and those of decoding.
pub(super) fn document(bytes: &[u8], limits: &Limits) -> Result<Document, Reject> {
    // The line that parts messages in a mailbox is none of its own.
    let bytes = match bytes.strip_prefix(b"From ") {
        Some(rest) => &rest[memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1)..],
        None => bytes,
    };
    let bytes = bytes.trim_ascii_start();
    let (headers, _) = Headers::split(bytes);
    let (mut plain, mut page) = (None, None);
    let mut todo = vec![(bytes, 0)];
    let mut seen = 0;
    while let Some((part, depth)) = todo.pop() {
        seen += 1;
        if seen > PARTS {
            break;
        }
        let (headers, body) = Headers::split(part);
        let (kind, boundary) = headers.parameter("boundary");
        let attached =
            headers.get("content-disposition").is_some_and(|d| d.trim().to_ascii_lowercase().starts_with("attachment"));
        if attached && depth > 0 {
            continue;
        }
        if let Some(boundary) = boundary.filter(|b| kind.starts_with("multipart/") && depth < DEPTH && !b.is_empty()) {
            todo.extend(parts(body, &boundary).into_iter().rev().map(|part| (part, depth + 1)));
        } else if kind == "message/rfc822" && depth < DEPTH {
            todo.push((body, depth + 1));
        } else if (kind == "text/plain" && plain.is_none()) || (kind == "text/html" && page.is_none()) {
            let bytes = transfer(body, headers.get("content-transfer-encoding").unwrap_or_default());
            let (_, declared) = headers.parameter("charset");
            let declared = declared.or_else(|| html::declared_charset(&bytes).filter(|_| kind == "text/html"));
            let decoded = charset::decode(&bytes, declared.as_deref())?;
            let slot = if kind == "text/html" { &mut page } else { &mut plain };
            if !decoded.text.trim().is_empty() {
                *slot = Some(decoded);
            }
        }
    }
    let mut doc = match (page, plain) {
        (Some(page), plain) => match (html::document(&page.text, limits), plain) {
            (Ok(mut doc), _) => {
                doc.set_charset(&page);
                doc
            }
            (Err(_), Some(plain)) => text(unquoted(plain))?,
            (Err(reject), None) => return Err(reject),
        },
        (None, Some(plain)) => text(unquoted(plain))?,
        (None, None) => return Err(Reject::new(Reason::NoText, "no part of the message is text")),
    };
    if doc.title().is_none() {
        let (charset, replaced) = (doc.charset.clone(), doc.replaced);
        doc = doc.with_title(&headers.text("subject").unwrap_or_default());
        (doc.charset, doc.replaced) = (charset, replaced);
    }
    let meta = &mut doc.meta;
    meta.id =
        headers.get("message-id").map(|id| id.trim_matches(['<', '>', ' ']).to_string()).filter(|id| !id.is_empty());
    if let Some(published) = headers.get("date").and_then(|date| metadata::published(without_comment(date), "input")) {
        meta.published = published;
    }
    if let Some(from) = headers.text("from").filter(|_| meta.authors.is_empty()) {
        let name = from.split('<').next().unwrap_or_default().trim().trim_matches('"').trim();
        let name = if name.is_empty() { from.trim_matches(['<', '>', ' ']) } else { name };
        meta.authors = vec![name.to_string()];
    }
    Ok(doc)
}

/// `Thu, 14 Mar 2024 08:30:00 +0100 (CET)` without what stands in brackets.
fn without_comment(date: &str) -> &str {
    date.split('(').next().unwrap_or_default().trim()
}

/// Mailboxes quote lines that begin like a message.
fn unquoted(mut decoded: Decoded) -> Decoded {
    if decoded.text.contains("\n>From ") {
        decoded.text = decoded.text.replace("\n>From ", "\nFrom ");
    }
    decoded
}

/// The parts between lines that hold the boundary.
fn parts<'a>(body: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
    let delimiter = format!("--{boundary}");
    let mut parts = Vec::new();
    let (mut start, mut at) = (None, 0);
    while at < body.len() && parts.len() < PARTS {
        let end = memchr::memchr(b'\n', &body[at..]).map_or(body.len(), |i| at + i + 1);
        let line = body[at..end].trim_ascii_end();
        if let Some(rest) = line.strip_prefix(delimiter.as_bytes())
            && (rest.is_empty() || rest == b"--")
        {
            if let Some(start) = start {
                parts.push(&body[start..at]);
            }
            start = rest.is_empty().then_some(end);
        }
        at = end;
    }
    // A message that was cut has no last boundary.
    if let Some(start) = start.filter(|s| *s < body.len()) {
        parts.push(&body[start..]);
    }
    parts
}

fn transfer(body: &[u8], encoding: &str) -> Vec<u8> {
    match encoding.trim().to_ascii_lowercase().as_str() {
        "base64" => base64(body),
        "quoted-printable" => quoted_printable(body, false),
        _ => body.to_vec(),
    }
}

/// Bytes of base64; what is none of its alphabet is passed over.
fn base64(coded: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(coded.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for byte in coded {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                (bits, count) = (0, 0);
                continue;
            }
            _ => continue,
        };
        bits = (bits << 6 | u32::from(value)) & 0xff_ffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count & 0xff) as u8);
        }
    }
    out
}

/// Bytes of quoted-printable; in headers `_` is a space.
fn quoted_printable(coded: &[u8], header: bool) -> Vec<u8> {
    let hex = |b: u8| char::from(b).to_digit(16).map(|d| d as u8);
    let mut out = Vec::with_capacity(coded.len());
    let mut at = 0;
    while at < coded.len() {
        let rest = &coded[at..];
        match rest {
            [b'=', b'\r', b'\n', ..] => at += 3,
            [b'=', b'\n', ..] => at += 2,
            [b'=', a, b, ..] if hex(*a).is_some() && hex(*b).is_some() => {
                out.push(hex(*a).unwrap_or(0) << 4 | hex(*b).unwrap_or(0));
                at += 3;
            }
            [b'_', ..] if header => {
                out.push(b' ');
                at += 1;
            }
            [byte, ..] => {
                out.push(*byte);
                at += 1;
            }
            [] => break,
        }
    }
    out
}

/// Decodes `=?charset?B?…?=` and `=?charset?Q?…?=`; white space between two of them is none.
fn words(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    let mut after_word = false;
    while let Some(at) = rest.find("=?") {
        let mut parts = rest[at + 2..].splitn(4, '?');
        let (Some(charset), Some(encoding), Some(coded), Some(tail)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            break;
        };
        let Some(tail) = tail.strip_prefix('=') else {
            out.push_str(&rest[..at + 2]);
            rest = &rest[at + 2..];
            after_word = false;
            continue;
        };
        let bytes = match encoding {
            "B" | "b" => base64(coded.as_bytes()),
            _ => quoted_printable(coded.as_bytes(), true),
        };
        if !(after_word && rest[..at].trim().is_empty()) {
            out.push_str(&rest[..at]);
        }
        // A character may be cut between two words of UTF-8; each word is decoded as it stands.
        let label = charset.split('*').next().unwrap_or_default();
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::UTF_8);
        out.push_str(&encoding.decode_without_bom_handling(&bytes).0);
        rest = tail;
        after_word = true;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words() {
        for (value, want) in [
            ("=?utf-8?Q?Le_caf=C3=A9?= =?utf-8?B?IGZlcm3DqQ==?= hier", "Le café fermé hier"),
            ("=?iso-8859-1?q?=C9t=E9?=", "Été"),
            ("a =?broken", "a =?broken"),
            ("=?utf-8?Q?a?b", "=?utf-8?Q?a?b"),
        ] {
            assert_eq!(words(value), want);
        }
    }

    #[test]
    fn the_page_is_taken_and_attachments_are_not() {
        let message = "From: =?utf-8?Q?L=C3=A9a?= <lea@journal.example>\r\nSubject: La halle\r\n rouvre\r\nDate: Thu, 14 Mar 2024 08:30:00 +0100 (CET)\r\n\
            Message-ID: <1@journal.example>\r\nContent-Type: multipart/mixed; boundary=\"x\"\r\n\r\nprologue\r\n--x\r\n\
            Content-Type: multipart/alternative; boundary=y\r\n\r\n--y\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
            La halle rouvre =C3=A0 midi, =\r\ndit le maire.\r\n--y--\r\n--x\r\nContent-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nsecret\r\n--x--\r\n";
        let doc = document(message.as_bytes(), &Limits::default()).unwrap();
        assert_eq!(doc.text().trim(), "La halle rouvre\n\nLa halle rouvre à midi, dit le maire.");
        assert_eq!(doc.meta.authors, ["Léa"]);
        assert_eq!(doc.meta.published.value.as_deref(), Some("2024-03-14T08:30:00+01:00"));
        assert_eq!(doc.meta.id.as_deref(), Some("1@journal.example"));
    }

    #[test]
    fn endless_nesting_ends() {
        let message = "Content-Type: multipart/mixed; boundary=x\n\n--x\n".repeat(10_000);
        assert_eq!(document(message.as_bytes(), &Limits::default()).unwrap_err().reason, Reason::NoText);
    }
}
