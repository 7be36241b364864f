//! Cuts elements out of XML: the items of a feed, the pages of a wiki. Comments, CDATA and quoted attributes are passed
//! over; entities are left as they are, and a document type is never looked into.

use std::io::Read;

use super::{Emit, after_fault};
use crate::error::{Reason, Reject};
use crate::read::window::Window;

/// A name longer than this is none that is looked for.
const NAME: usize = 64;

/// One piece of markup, from its `<` at `start` to behind its `>` at `end`.
struct Markup {
    start: usize,
    end: usize,
    kind: Kind,
}

enum Kind {
    Open,
    Close,
    Empty,
    /// Comments, CDATA, processing instructions, declarations.
    Other,
}

/// Every element whose local name is one of `names` is a record; all else is passed over. `prologue` is given what
/// stands before the first.
pub fn cut<R: Read>(
    window: &mut Window<R>,
    names: &[&str],
    cap: usize,
    emit: &mut Emit,
    prologue: &mut dyn FnMut(&[u8], &mut Emit),
) -> bool {
    let mut first = true;
    let mut at = 0;
    loop {
        let Some(markup) = next(window, at, cap) else {
            if window.rest().len() > cap {
                window.consume(at.max(1));
                at = 0;
                continue;
            }
            if after_fault!(window, emit) {
                at = 0;
                continue;
            }
            window.clear();
            return emit.number > 0
                || emit.reject(0, 0, Reject::new(Reason::Empty, format!("no element {} in it", names.join(", "))));
        };
        let local = local_name(&window.rest()[markup.start..markup.end]);
        let name = names.iter().find(|n| n.as_bytes().eq_ignore_ascii_case(local)).copied();
        let Some(name) = name.filter(|_| !matches!(markup.kind, Kind::Close | Kind::Other)) else {
            at = markup.end;
            if !first || at > cap / 2 {
                window.consume(at);
                at = 0;
            }
            continue;
        };
        if std::mem::take(&mut first) {
            prologue(&window.rest()[..markup.start], emit);
        }
        window.consume(markup.start);
        at = 0;
        let end = markup.end - markup.start;
        let offset = window.offset();
        let wanted = match if matches!(markup.kind, Kind::Empty) { Ok(end) } else { element(window, name, end, cap) } {
            Ok(length) => {
                let bytes = window.rest()[..length].to_vec();
                window.consume(length);
                emit.record(offset, length as u64, bytes)
            }
            Err(Fault::Unclosed(length)) => {
                window.consume(length);
                emit.reject(
                    offset,
                    length as u64,
                    Reject::new(Reason::Damaged, format!("an element {name} is never closed")),
                )
            }
            Err(Fault::Long) => {
                window.consume(end);
                emit.reject(
                    offset,
                    end as u64,
                    Reject::new(Reason::TooLarge, format!("an element {name} of more than {cap} bytes")),
                )
            }
            Err(Fault::Cut) => {
                if after_fault!(window, emit) {
                    continue;
                }
                let length = window.rest().len() as u64;
                window.clear();
                emit.reject(
                    offset,
                    length,
                    Reject::new(Reason::Damaged, format!("the file ends inside an element {name}")),
                )
            }
        };
        if !wanted {
            return false;
        }
    }
}

enum Fault {
    /// The next begins behind this many bytes.
    Unclosed(usize),
    Long,
    Cut,
}

/// Length of the element that begins in view with a tag of `from` bytes. None of those that are looked for holds another
/// of its own, so a second one says that the first is never closed.
fn element<R: Read>(window: &mut Window<R>, name: &str, from: usize, cap: usize) -> Result<usize, Fault> {
    let mut at = from;
    loop {
        let Some(markup) = next(window, at, cap) else {
            return Err(if window.rest().len() > cap { Fault::Long } else { Fault::Cut });
        };
        at = markup.end;
        if at > cap {
            return Err(Fault::Long);
        }
        if local_name(&window.rest()[markup.start..at]).eq_ignore_ascii_case(name.as_bytes()) {
            match markup.kind {
                Kind::Close => return Ok(at),
                Kind::Open | Kind::Empty => return Err(Fault::Unclosed(markup.start)),
                Kind::Other => {}
            }
        }
    }
}

fn local_name(tag: &[u8]) -> &[u8] {
    let name = &tag[tag.iter().position(|b| !matches!(b, b'<' | b'/')).unwrap_or(tag.len())..];
    let end = name.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/')).unwrap_or(name.len());
    let name = &name[..end.min(NAME)];
    &name[name.iter().rposition(|b| *b == b':').map_or(0, |i| i + 1)..]
}

/// The next markup at `from` or after it; `None` when there is none before the stream ends or the view is over `cap`.
fn next<R: Read>(window: &mut Window<R>, from: usize, cap: usize) -> Option<Markup> {
    let cap = cap.saturating_add(from);
    let start = window.find(b"<", from, cap)?;
    window.need(start + 9);
    let rest = &window.rest()[start..];
    let closed_by = |window: &mut Window<R>, open: usize, close: &[u8]| {
        let end = window.find(close, start + open, cap)? + close.len();
        Some(Markup { start, end, kind: Kind::Other })
    };
    if rest.starts_with(b"<!--") {
        return closed_by(window, 4, b"-->");
    }
    if rest.starts_with(b"<![CDATA[") {
        return closed_by(window, 9, b"]]>");
    }
    if rest.starts_with(b"<?") {
        return closed_by(window, 2, b"?>");
    }
    if rest.starts_with(b"<!") {
        // A document type with an internal subset ends behind its bracket.
        let end = window.find(b">", start, cap)?;
        if window.rest()[start..end].contains(&b'[') {
            let bracket = window.find(b"]", start, cap)?;
            let end = window.find(b">", bracket, cap)?;
            return Some(Markup { start, end: end + 1, kind: Kind::Other });
        }
        return Some(Markup { start, end: end + 1, kind: Kind::Other });
    }
    let mut at = start + 1;
    loop {
        let rest = window.rest();
        match memchr::memchr3(b'>', b'"', b'\'', &rest[at..]) {
            Some(i) if rest[at + i] == b'>' => {
                at += i;
                break;
            }
            Some(i) => at = window.find(&[window.rest()[at + i]], at + i + 1, cap)? + 1,
            None => {
                at = rest.len();
                if at >= cap || !window.more() {
                    return None;
                }
            }
        }
    }
    let kind = match (window.rest()[start + 1], window.rest()[at - 1]) {
        (b'/', _) => Kind::Close,
        (_, b'/') => Kind::Empty,
        _ => Kind::Open,
    };
    Some(Markup { start, end: at + 1, kind })
}
