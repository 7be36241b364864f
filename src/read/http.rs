//! One answer of a server, as a WARC keeps it, to a document.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::document::Document;
use crate::error::{Reason, Reject};
use crate::limits::Limits;
use crate::read::capped::{Capped, Packing};
use crate::read::layout::Layout;
use crate::read::{RawRecord, charset, page, text};

/// Bytes that the headers of an answer may have.
const HEADERS: usize = 64 << 10;

/// Reads one answer. A resource, which has no headers, is read by the media type that the WARC states.
///
/// # Errors
/// [`Reason::NoPage`] when it is no success or no text, and those of decoding.
pub(super) fn document(raw: &RawRecord, limits: &Limits) -> Result<Document, Reject> {
    let stated = raw.hints.as_ref().and_then(|h| h.media.clone()).unwrap_or_default();
    if !raw.bytes.starts_with(b"HTTP/") {
        return body(&raw.bytes, &stated, limits);
    }
    let (headers, start) = headers(&raw.bytes)?;
    let status = headers.lines().next().and_then(|line| line.split_ascii_whitespace().nth(1)).unwrap_or_default();
    if !status.starts_with('2') || status == "204" {
        return Err(Reject::new(Reason::NoPage, format!("the server answered with status {status}")));
    }
    let value = |name: &str| {
        let line = headers.lines().skip(1).filter_map(|line| line.split_once(':'));
        line.filter(|(n, _)| n.trim().eq_ignore_ascii_case(name)).map(|(_, v)| v.trim()).last().unwrap_or_default()
    };
    let media = value("content-type").to_ascii_lowercase();
    let mut bytes = raw.bytes[start..].to_vec();
    if value("transfer-encoding").to_ascii_lowercase().contains("chunked") {
        bytes = dechunk(&bytes);
    }
    match value("content-encoding").to_ascii_lowercase().as_str() {
        "" | "identity" | "none" | "utf-8" => {}
        "gzip" | "x-gzip" | "deflate" => bytes = unpack(&bytes, limits)?,
        // Many crawlers unpack and leave the header as it was.
        other if std::str::from_utf8(&bytes).is_err() => {
            return Err(Reject::new(
                Reason::Undecodable,
                format!("the answer is packed with {other}, which is not read"),
            ));
        }
        _ => {}
    }
    body(&bytes, &media, limits)
}

/// The headers as text, and where the body begins.
fn headers(bytes: &[u8]) -> Result<(String, usize), Reject> {
    let head = &bytes[..bytes.len().min(HEADERS)];
    let end = memchr::memmem::find(head, b"\r\n\r\n").map(|i| (i, i + 4));
    let other = memchr::memmem::find(head, b"\n\n").map(|i| (i, i + 2));
    let (end, start) = match (end, other) {
        (Some(a), Some(b)) => a.min(b),
        (Some(a), None) | (None, Some(a)) => a,
        (None, None) => return Err(Reject::new(Reason::Damaged, "the headers of the answer do not end")),
    };
    Ok((String::from_utf8_lossy(&head[..end]).into_owned(), start))
}

fn body(bytes: &[u8], media: &str, limits: &Limits) -> Result<Document, Reject> {
    if bytes.trim_ascii().is_empty() {
        return Err(Reject::new(Reason::Empty, "the answer has no body"));
    }
    let declared = media
        .split_once("charset=")
        .map(|(_, c)| c.trim().trim_matches(['"', '\'']).split([';', ' ']).next().unwrap_or_default());
    let kind = media.split(';').next().unwrap_or_default().trim();
    let layout = match kind {
        "text/html" | "application/xhtml+xml" => Layout::Html,
        "text/plain" | "" | "application/octet-stream" | "application/http" | "unk" => Layout::of(bytes, "")?,
        other => return Err(Reject::new(Reason::NoPage, format!("the answer is {other}"))),
    };
    match layout {
        Layout::Html => page(bytes, declared, limits),
        Layout::Text => {
            let decoded = charset::decode(bytes, declared)?;
            text(decoded)
        }
        _ => Err(Reject::new(Reason::NoPage, "the answer is neither a page nor text")),
    }
}

/// The body without the lengths between its chunks; the body itself where there are none.
fn dechunk(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        let line = memchr::memchr(b'\n', &rest[..rest.len().min(1024)]);
        let digits = line.map(|end| rest[..end].split(|b| *b == b';').next().unwrap_or_default().trim_ascii());
        let length = digits.and_then(|d| std::str::from_utf8(d).ok()).and_then(|d| usize::from_str_radix(d, 16).ok());
        let (Some(end), Some(length)) = (line, length) else {
            // A crawler may have taken the lengths out and left the header; damage later on costs what follows it.
            return if out.is_empty() { bytes.to_vec() } else { out };
        };
        let data = &rest[end + 1..];
        if length == 0 {
            return out;
        }
        let n = length.min(data.len());
        out.extend_from_slice(&data[..n]);
        rest = data[n..].strip_prefix(b"\r\n").or_else(|| data[n..].strip_prefix(b"\n")).unwrap_or(&data[n..]);
        if rest.is_empty() {
            return out;
        }
    }
}

fn unpack(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, Reject> {
    let cap = limits.document_bytes;
    let layer = Capped::stream(bytes, limits, Arc::new(AtomicU64::new(0)));
    let unpacked = match Packing::of(layer.head()) {
        Some(packing) => layer.unpack(packing),
        // Taken off already, or deflate with a header of two bytes, or without.
        None if std::str::from_utf8(bytes).is_ok() => return Ok(bytes.to_vec()),
        None if bytes.starts_with(&[0x78]) => {
            Capped::stream(&bytes[2..], limits, Arc::new(AtomicU64::new(0))).inflate()
        }
        None => return Ok(bytes.to_vec()),
    };
    let mut out = Vec::new();
    let read = unpacked.take(cap as u64 + 1).read_to_end(&mut out);
    if out.len() > cap {
        return Err(Reject::new(Reason::TooLarge, format!("more than {cap} bytes")));
    }
    match read {
        Err(e) if out.is_empty() => Err(Reject::new(Reason::Damaged, e.to_string())),
        // The good part of a page is a page.
        _ => Ok(out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks() {
        let packed = b"5\r\nabcde\r\n3;x=y\r\nfgh\r\n0\r\n\r\n";
        assert_eq!(dechunk(packed), b"abcdefgh");
        assert_eq!(dechunk(b"<p>not chunked"), b"<p>not chunked");
        assert_eq!(dechunk(b"ffffffffffffffff\r\nabc"), b"abc");
    }
}
