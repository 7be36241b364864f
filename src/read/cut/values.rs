//! Cuts JSON values out of an array, out of a file of objects that go over several lines, or out of the list that the answer
//! of a service wraps: `{"status": "ok", "articles": [{…}, {…}]}`.

use std::io::Read;

use serde::de::IgnoredAny;

use super::{Emit, after_fault};
use crate::error::{Reason, Reject};
use crate::read::jsonl;
use crate::read::window::Window;

/// Where a scan of one object stands.
#[derive(Default)]
struct Scan {
    depth: usize,
    quoted: bool,
    escaped: bool,
}

impl Scan {
    /// Takes one byte; `true` when the object ends behind it.
    fn step(&mut self, byte: u8) -> bool {
        if self.quoted {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                // A line feed in quotes is no JSON: a quotation mark is missing or too much.
                b'"' | b'\n' => self.quoted = false,
                _ => {}
            }
            return false;
        }
        match byte {
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            b'"' => self.quoted = true,
            _ => {}
        }
        self.depth == 0
    }
}

/// Names of lists of articles in the answers of services.
const LISTS: [&str; 14] = [
    "articles",
    "items",
    "data",
    "results",
    "documents",
    "docs",
    "records",
    "entries",
    "posts",
    "news",
    "stories",
    "hits",
    "rows",
    "value",
];
/// Names of objects that such a list may lie in.
const AROUND: [&str; 5] = ["response", "data", "result", "results", "hits"];
/// Bytes from the start of an object in which its list must begin.
const OPENING: usize = 4096;

/// What lies around a list of articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrapper {
    /// Bytes up to the first article.
    pub opening: usize,
    /// Objects that are open there.
    pub depth: usize,
}

impl Wrapper {
    /// The wrapper that `bytes` begin with, if they do with one whose list begins soon.
    pub fn of(bytes: &[u8]) -> Option<Wrapper> {
        let bytes = &bytes[..bytes.len().min(OPENING)];
        let blank = |at: usize| at + bytes[at..].iter().take_while(|b| b.is_ascii_whitespace()).count();
        let mut at = blank(if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 });
        let mut depth = 0;
        loop {
            if bytes.get(at) == Some(&b'{') {
                depth += 1;
                at = blank(at + 1);
            }
            let name = string(bytes, at)?;
            at = blank(at + name.len());
            let name = std::str::from_utf8(&name[1..name.len() - 1]).ok()?;
            if bytes.get(at) != Some(&b':') || jsonl::holds_text(name) {
                return None;
            }
            at = blank(at + 1);
            match bytes.get(at)? {
                b'[' if LISTS.contains(&name) && bytes.get(blank(at + 1)) == Some(&b'{') => {
                    return Some(Wrapper { opening: blank(at + 1), depth });
                }
                b'{' if AROUND.contains(&name) => continue,
                b'{' | b'[' => {
                    let mut scan = Scan::default();
                    at += bytes[at..].iter().position(|b| scan.step(*b))? + 1;
                }
                b'"' => at += string(bytes, at)?.len(),
                _ => at += bytes[at..].iter().position(|b| b",}".contains(b))?,
            }
            at = blank(at);
            if bytes.get(at) != Some(&b',') {
                return None;
            }
            at = blank(at + 1);
        }
    }
}

/// The string that begins at `at`, with its quotation marks.
fn string(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let text = bytes.get(at..).filter(|t| t.starts_with(b"\""))?;
    let mut escaped = false;
    let end = text[1..].iter().position(|b| {
        let ends = *b == b'"' && !escaped;
        escaped = *b == b'\\' && !escaped;
        ends
    })?;
    Some(&text[..end + 2])
}

/// Every object is a record, and whatever else stands between commas. Of a wrapped list the objects are, and what stands
/// around it is passed over.
pub fn cut<R: Read>(window: &mut Window<R>, cap: usize, emit: &mut Emit) -> bool {
    // How far the next value is indented.
    let mut indent = 0;
    window.need(OPENING);
    let mut wrapper = Wrapper::of(window.rest());
    if let Some(wrapper) = wrapper {
        window.consume(wrapper.opening);
    }
    loop {
        let between = window.rest().iter().position(|b| !b" \t\r\n,[]\xef\xbb\xbf".contains(b));
        let passed = &window.rest()[..between.unwrap_or(window.rest().len())];
        if let Some(end) = wrapper.filter(|_| passed.contains(&b']')) {
            window.consume(passed.len());
            pass_over(window, end.depth);
            wrapper = None;
            continue;
        }
        indent = match memchr::memrchr(b'\n', passed) {
            Some(line) => passed.len() - line - 1,
            None => indent + passed.len(),
        };
        window.consume(passed.len());
        if between.is_none() {
            if window.more() || after_fault!(window, emit) {
                continue;
            }
            return emit.number > 0 || emit.reject(0, 0, Reject::new(Reason::Empty, "no value in it"));
        }
        let wanted =
            if window.rest()[0] == b'{' { object(window, indent, cap, emit) } else { Some(other(window, cap, emit)) };
        match wanted {
            Some(true) => {}
            Some(false) => return false,
            None => {
                if !after_fault!(window, emit) {
                    let (offset, length) = (window.offset(), window.rest().len() as u64);
                    window.clear();
                    return emit.reject(offset, length, Reject::new(Reason::Damaged, "the file ends inside an object"));
                }
            }
        }
    }
}

/// Passes over the rest of an object in which `depth` braces are open.
fn pass_over<R: Read>(window: &mut Window<R>, depth: usize) {
    let mut scan = Scan { depth, ..Scan::default() };
    loop {
        let end = window.rest().iter().position(|b| scan.step(*b));
        let read = end.map_or(window.rest().len(), |end| end + 1);
        window.consume(read);
        if end.is_some() || !window.more() {
            return;
        }
    }
}

/// An object; `None` when the stream ends inside.
fn object<R: Read>(window: &mut Window<R>, indent: usize, cap: usize, emit: &mut Emit) -> Option<bool> {
    let offset = window.offset();
    let mut scan = Scan::default();
    let (mut at, mut passed) = (0, 0u64);
    let length = loop {
        if at == window.rest().len() {
            if passed > 0 || at > cap {
                passed += at as u64;
                window.consume(at);
                at = 0;
            }
            if !window.more() {
                // A brace or a quotation mark that is missing makes an object swallow all others.
                break next_object(window.rest(), indent).filter(|_| passed == 0)?;
            }
        }
        at += 1;
        if scan.step(window.rest()[at - 1]) {
            break at;
        }
    };
    if passed + length as u64 > cap as u64 {
        window.consume(length);
        let reject = Reject::new(Reason::LineTooLong, format!("an object of more than {cap} bytes"));
        return Some(emit.reject(offset, passed + length as u64, reject));
    }
    let mut bytes = &window.rest()[..length];
    if serde_json::from_slice::<IgnoredAny>(bytes).is_err()
        && let Some(next) = next_object(bytes, indent)
    {
        bytes = &bytes[..next];
    }
    let bytes = bytes.to_vec();
    window.consume(bytes.len());
    Some(emit.record(offset, bytes.len() as u64, bytes))
}

/// Where, in an object that is none, the next seems to begin: a brace at the start of a line behind a comma, indented no
/// further than the object itself.
fn next_object(bytes: &[u8], indent: usize) -> Option<usize> {
    let mut line = 0;
    while let Some(end) = memchr::memchr(b'\n', &bytes[line..]).map(|i| line + i) {
        line = end + 1;
        let blank = bytes[line..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        if blank <= indent && bytes.get(line + blank) == Some(&b'{') && bytes[..end].trim_ascii_end().ends_with(b",") {
            return Some(line + blank);
        }
    }
    None
}

/// Something that is no object: up to a comma or a line feed.
fn other<R: Read>(window: &mut Window<R>, cap: usize, emit: &mut Emit) -> bool {
    let offset = window.offset();
    let mut at = 0;
    loop {
        if let Some(end) = memchr::memchr2(b',', b'\n', &window.rest()[at..]) {
            at += end;
            break;
        }
        at = window.rest().len();
        if at > cap || !window.more() {
            break;
        }
    }
    let shown: String = String::from_utf8_lossy(&window.rest()[..at.min(40)]).trim().into();
    window.consume(at.max(1));
    emit.reject(offset, at as u64, Reject::new(Reason::BadJson, format!("{shown:?} is no JSON object")))
}
