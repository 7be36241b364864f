//! Cuts WARC and WET. A stated length is a claim: it counts only where another record, or the end, stands behind it.
//! Otherwise the next record is found by its first line.

use std::io::Read;
use std::sync::Arc;

use super::{Emit, after_fault};
use crate::error::{Reason, Reject};
use crate::read::window::Window;
use crate::read::{Format, Hints};

/// Bytes that the headers of a record may have.
const HEADERS: usize = 64 << 10;
/// Blank bytes that may stand between two records.
const BETWEEN: usize = 64;

/// What the headers of a record say.
struct Headers {
    /// Their length, with the blank line.
    length: usize,
    kind: String,
    block: Option<u64>,
    hints: Hints,
}

/// Every response, resource and conversion is a record; what a crawler says of itself is passed over.
pub fn cut<R: Read>(window: &mut Window<R>, cap: usize, emit: &mut Emit) -> bool {
    loop {
        pass_blank(window);
        let offset = window.offset();
        if window.rest().is_empty() {
            if after_fault!(window, emit) {
                continue;
            }
            return emit.number > 0 || emit.reject(0, 0, Reject::new(Reason::Empty, "no article in it"));
        }
        let wanted = match headers(window) {
            Some(headers) => record(window, headers, offset, cap, emit),
            None => lost(window, offset, "no headers of a WARC record", emit),
        };
        match wanted {
            Some(true) => {}
            Some(false) => return false,
            None => {
                // The stream ended, or was damaged, inside a record.
                let length = window.rest().len() as u64;
                if after_fault!(window, emit) {
                    continue;
                }
                window.clear();
                return emit.reject(offset, length, Reject::new(Reason::Damaged, "the file ends inside a record"));
            }
        }
    }
}

/// One record whose headers are in view; `None` when the stream ends inside.
fn record<R: Read>(window: &mut Window<R>, headers: Headers, offset: u64, cap: usize, emit: &mut Emit) -> Option<bool> {
    let Some(block) = headers.block else {
        return lost(window, offset, "its length is missing or no number", emit);
    };
    let article = matches!(headers.kind.as_str(), "response" | "resource" | "conversion");
    let total = usize::try_from(block)
        .ok()
        .and_then(|b| b.checked_add(headers.length))
        .filter(|t| *t <= cap.saturating_add(HEADERS));
    let Some(total) = total else {
        // Too long to hold, or a lie. Whatever it is, the next record shows where it ends.
        let found = pass_to_next(window);
        let length = window.offset() - offset;
        if !found && window.fault_pending() {
            return None;
        }
        let reject = match length >= block {
            true => Reject::new(Reason::TooLarge, format!("a record of {block} bytes")),
            false => Reject::new(Reason::Damaged, format!("a record of {length} bytes states {block}")),
        };
        return Some(!article && length >= block || emit.reject(offset, length, reject));
    };
    let whole = window.need(total);
    let ends = whole && {
        window.need(total + BETWEEN);
        let behind = &window.rest()[total..];
        let behind = &behind[behind.iter().position(|b| !matches!(b, b'\r' | b'\n')).unwrap_or(behind.len())..];
        behind.starts_with(b"WARC/") || (behind.is_empty() && window.rest().len() < total + BETWEEN)
    };
    if !ends {
        let found = match next_record(window, headers.length) {
            Some(at) => {
                window.consume(at);
                true
            }
            None if !whole => return None,
            None => pass_to_next(window),
        };
        if !found && window.fault_pending() {
            return None;
        }
        let what = format!("a record states {block} bytes, but ends elsewhere");
        return Some(emit.reject(offset, window.offset() - offset, Reject::new(Reason::Damaged, what)));
    }
    if !article {
        window.consume(total);
        return Some(true);
    }
    let bytes = window.rest()[headers.length..total].to_vec();
    window.consume(total);
    emit.format = if headers.kind == "conversion" { Format::Wet } else { Format::Warc };
    emit.hints = Some(Arc::new(headers.hints));
    Some(emit.record(offset, total as u64, bytes))
}

/// Tells of something that is no record, and finds the next.
fn lost<R: Read>(window: &mut Window<R>, offset: u64, what: &str, emit: &mut Emit) -> Option<bool> {
    window.consume(1);
    if !pass_to_next(window) && window.fault_pending() {
        return None;
    }
    Some(emit.reject(offset, window.offset() - offset, Reject::new(Reason::Damaged, what)))
}

fn pass_blank<R: Read>(window: &mut Window<R>) {
    loop {
        let blank = window.rest().iter().position(|b| !b"\r\n \t\xef\xbb\xbf".contains(b));
        window.consume(blank.unwrap_or(window.rest().len()));
        if blank.is_some() || !window.more() {
            return;
        }
    }
}

/// The headers of the record that begins in view.
fn headers<R: Read>(window: &mut Window<R>) -> Option<Headers> {
    window.need(5);
    if !window.rest().starts_with(b"WARC/") {
        return None;
    }
    let mut from = 0;
    let length = loop {
        let end = window.find(b"\n", from, HEADERS)?;
        window.need(end + 3);
        let rest = &window.rest()[end + 1..];
        if rest.starts_with(b"\n") {
            break end + 2;
        }
        if rest.starts_with(b"\r\n") {
            break end + 3;
        }
        from = end + 1;
    };
    let text = String::from_utf8_lossy(&window.rest()[..length]);
    let mut headers = Headers { length, kind: String::new(), block: None, hints: Hints::default() };
    let mut lengths = 0;
    for line in text.lines().skip(1) {
        let Some((name, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "warc-type" => headers.kind = value.to_ascii_lowercase(),
            "content-length" => {
                lengths += 1;
                headers.block = value.bytes().all(|b| b.is_ascii_digit()).then(|| value.parse().ok()).flatten();
            }
            "warc-target-uri" => headers.hints.url = Some(value.trim_matches(['<', '>']).to_string()),
            "warc-date" => headers.hints.captured = Some(value.to_string()),
            "content-type" => headers.hints.media = Some(value.to_string()),
            _ => {}
        }
    }
    if lengths > 1 {
        headers.block = None;
    }
    Some(headers)
}

/// Where the next record begins in view, at `from` or after it.
fn next_record<R: Read>(window: &mut Window<R>, from: usize) -> Option<usize> {
    let mut from = from;
    loop {
        let at = window.find(b"\nWARC/", from, 1)? + 1;
        if is_record(window, at) {
            return Some(at);
        }
        from = at;
    }
}

/// Passes over all that comes before the next record; `false` when there is none.
fn pass_to_next<R: Read>(window: &mut Window<R>) -> bool {
    loop {
        match window.find(b"\nWARC/", 0, 1) {
            Some(at) => {
                window.consume(at + 1);
                if is_record(window, 0) {
                    return true;
                }
            }
            None => {
                let keep = window.rest().len().min(5);
                window.consume(window.rest().len() - keep);
                if !window.more() {
                    if !window.fault_pending() {
                        window.clear();
                    }
                    return false;
                }
            }
        }
    }
}

/// Whether what begins at `at` is the first line of a record, and the second is a header.
fn is_record<R: Read>(window: &mut Window<R>, at: usize) -> bool {
    window.need(at + 64);
    let rest = &window.rest()[at..];
    let mut lines = rest.split(|b| *b == b'\n');
    let first = lines.next().unwrap_or_default();
    let second = lines.next().unwrap_or_default();
    first.len() <= 12
        && first.get(5).is_some_and(u8::is_ascii_digit)
        && second.first().is_some_and(u8::is_ascii_alphabetic)
        && (second.contains(&b':') || second.len() >= 40)
}
