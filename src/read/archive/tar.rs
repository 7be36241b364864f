//! tar: ustar, GNU and pax. Sizes and names are claims that are checked; only plain files are read.

use std::io::{self, Read};

use crate::read::dump::escape_label;
use crate::read::window::Window;

const BLOCK: usize = 512;
/// A long name or a set of pax records that is longer is a lie.
const EXTENDED: u64 = 1 << 20;

/// Whether the block is a header: its check sum is right, and its first bytes are a name.
pub fn is_header(block: &[u8]) -> bool {
    let Some(block) = block.get(..BLOCK) else { return false };
    let stated = number(&block[148..156]);
    let sum: u64 =
        block.iter().enumerate().map(|(i, b)| u64::from(if (148..156).contains(&i) { b' ' } else { *b })).sum();
    block[0] != 0 && stated == Some(sum)
}

/// What the next step through an archive gives.
pub enum Step {
    /// A plain file with its name; [`Archive::content`] reads it.
    File(String),
    /// A member that is not read, and why.
    Other(String, &'static str),
    /// Blocks that are no member, and their length.
    Damage(u64),
    /// A fault of reading.
    Fault(io::Error),
    /// There is no more.
    End,
}

/// An archive that is read from front to back.
pub struct Archive<R> {
    window: Window<R>,
    /// Bytes of the present member that are not read, and the padding behind it.
    left: u64,
    padding: u64,
}

impl<R: Read> Archive<R> {
    pub fn new(input: R) -> Archive<R> {
        Archive { window: Window::new(input), left: 0, padding: 0 }
    }

    /// Where the next block begins.
    pub fn offset(&self) -> u64 {
        self.window.offset()
    }

    /// Passes over what is left of a member and finds the next.
    pub fn step(&mut self) -> Step {
        let (mut long_name, mut size) = (None, None);
        loop {
            if let Err(fault) = self.pass(self.left.saturating_add(self.padding)) {
                return Step::Fault(fault);
            }
            (self.left, self.padding) = (0, 0);
            if !self.window.need(BLOCK) {
                if let Some(fault) = self.window.fault() {
                    return Step::Fault(fault);
                }
                let rest = self.window.rest().len() as u64;
                let blank = self.window.rest().iter().all(|b| *b == 0);
                self.window.clear();
                return if blank { Step::End } else { Step::Damage(rest) };
            }
            let block = &self.window.rest()[..BLOCK];
            if block.iter().all(|b| *b == 0) {
                self.window.consume(BLOCK);
                continue;
            }
            let stated = number(&block[124..136]).filter(|s| s.checked_add(BLOCK as u64).is_some());
            let Some(stated) = stated.filter(|_| is_header(block)) else { return self.resynchronise() };
            let kind = block[156];
            let name = if let Some(name) = &long_name { Vec::clone(name) } else { name(block) };
            self.window.consume(BLOCK);
            let length = size.filter(|_| !matches!(kind, b'L' | b'K' | b'x' | b'g')).unwrap_or(stated);
            self.left = length;
            self.padding = (BLOCK as u64 - length % BLOCK as u64) % BLOCK as u64;
            match kind {
                b'L' | b'x' => match self.extended() {
                    Ok(Some(value)) if kind == b'L' => {
                        long_name = Some(value.split(|b| *b == 0).next().unwrap_or_default().to_vec())
                    }
                    Ok(Some(value)) => {
                        for (key, value) in pax(&value) {
                            match key {
                                b"path" => long_name = Some(value.to_vec()),
                                b"size" => size = std::str::from_utf8(value).ok().and_then(|v| v.parse().ok()),
                                _ => {}
                            }
                        }
                    }
                    Ok(None) => {}
                    Err(fault) => return Step::Fault(fault),
                },
                b'K' | b'g' => {}
                0 | b'0' | b'7' => {
                    let label = escape_label(name.strip_prefix(b"./").unwrap_or(&name));
                    if name.ends_with(b"/") || super::is_hidden(&label) {
                        (long_name, size) = (None, None);
                        continue;
                    }
                    return Step::File(label);
                }
                b'5' => (long_name, size) = (None, None),
                b'1' | b'2' => return Step::Other(escape_label(&name), "a link, which is not followed"),
                b'3' | b'4' | b'6' => return Step::Other(escape_label(&name), "a device or pipe, which is not read"),
                _ => return Step::Other(escape_label(&name), "a kind of member that is not read"),
            }
        }
    }

    /// The bytes of the file that [`Archive::step`] gave.
    pub fn content(&mut self) -> Content<'_, R> {
        Content { archive: self }
    }

    /// A long name or pax records; `None` when they are too long to be meant.
    fn extended(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.left > EXTENDED {
            return Ok(None);
        }
        let mut value = Vec::new();
        self.content().read_to_end(&mut value)?;
        Ok(Some(value))
    }

    /// Passes over blocks until one is a header.
    fn resynchronise(&mut self) -> Step {
        let start = self.window.offset();
        loop {
            self.window.consume(BLOCK.min(self.window.rest().len()));
            if !self.window.need(BLOCK) {
                if self.window.fault_pending() {
                    break;
                }
                self.window.clear();
                break;
            }
            if is_header(self.window.rest()) {
                break;
            }
        }
        Step::Damage(self.window.offset() - start)
    }

    fn pass(&mut self, mut n: u64) -> io::Result<()> {
        while n > 0 {
            if self.window.rest().is_empty() && !self.window.more() {
                return match self.window.fault() {
                    Some(fault) => Err(fault),
                    None => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive ends inside a member")),
                };
            }
            let step = n.min(self.window.rest().len() as u64);
            self.window.consume(step as usize);
            n -= step;
        }
        Ok(())
    }
}

/// The bytes of one file.
pub struct Content<'a, R> {
    archive: &'a mut Archive<R>,
}

impl<R: Read> Read for Content<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let cap = usize::try_from(self.archive.left).unwrap_or(usize::MAX).min(out.len());
        let n = self.archive.window.read(&mut out[..cap])?;
        self.archive.left -= n as u64;
        if n == 0 && cap > 0 {
            (self.archive.left, self.archive.padding) = (0, 0);
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive ends inside a member"));
        }
        Ok(n)
    }
}

fn name(block: &[u8]) -> Vec<u8> {
    let text = |field: &[u8]| field.split(|b| *b == 0).next().unwrap_or_default().to_vec();
    let name = text(&block[..100]);
    let prefix = text(&block[345..500]);
    if block[257..].starts_with(b"ustar\0") && !prefix.is_empty() { [&prefix[..], b"/", &name].concat() } else { name }
}

/// An octal number, or a binary one that is marked by its first bit. A negative one is none.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        if field[0] & 0x40 != 0 {
            return None;
        }
        let first = u64::from(field[0] & 0x3f);
        return field[1..].iter().try_fold(first, |n, b| n.checked_mul(256)?.checked_add(u64::from(*b)));
    }
    let digits = field.split(|b| *b == 0).next().unwrap_or_default().trim_ascii();
    digits.iter().try_fold(0u64, |n, b| match b {
        b'0'..=b'7' => n.checked_mul(8)?.checked_add(u64::from(b - b'0')),
        _ => None,
    })
}

/// The keys and values of pax records: `length key=value\n`.
fn pax(records: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut found = Vec::new();
    let mut rest = records;
    while let Some(space) = rest.iter().position(|b| *b == b' ') {
        let length = std::str::from_utf8(&rest[..space]).ok().and_then(|n| n.parse::<usize>().ok());
        let Some(record) = length.filter(|n| *n > space + 1).and_then(|n| rest.get(space + 1..n)) else { break };
        if let Some(equals) = record.iter().position(|b| *b == b'=') {
            found.push((&record[..equals], record[equals + 1..].trim_ascii_end()));
        }
        rest = &rest[length.unwrap_or(rest.len())..];
    }
    found
}
