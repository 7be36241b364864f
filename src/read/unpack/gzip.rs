//! All members of a gzip file. A damaged member is told of and passed over: the next one is found by its header.

use std::io::{self, Read};

use flate2::{Crc, Decompress, FlushDecompress, Status};

use crate::read::window::Window;

/// Bytes of the fixed part of a header.
const HEADER: usize = 10;
/// A name or comment in a header that is longer is no header.
const FIELD: usize = 64 << 10;

/// Whether a member begins here: magic, deflate, and the flags, level and system that programs write.
pub fn is_header(head: &[u8]) -> bool {
    matches!(head, [0x1f, 0x8b, 8, flags, _, _, _, _, level, system, ..]
        if flags & 0xe0 == 0 && matches!(level, 0..=4) && matches!(system, 0..=31 | 255))
}

/// The unpacked bytes of all members.
pub struct Members<R> {
    window: Window<R>,
    member: Option<Member>,
    /// Damage was told of, and no member that is sound was found since.
    lost: bool,
    done: bool,
    later: Option<io::Error>,
}

struct Member {
    inflate: Decompress,
    check: Crc,
    /// Found by its looks behind damage, and not proven by a byte yet.
    doubtful: bool,
}

fn damaged(what: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.into())
}

impl<R: Read> Members<R> {
    pub fn new(input: R) -> Members<R> {
        Members { window: Window::new(input), member: None, lost: false, done: false, later: None }
    }

    /// Finds the next member; `false` when there is none.
    fn next_member(&mut self) -> io::Result<bool> {
        let (mut junk, mut passed) = (false, 0u64);
        loop {
            if !self.window.need(HEADER) && self.window.rest().is_empty() {
                break;
            }
            let rest = self.window.rest();
            if is_header(rest) {
                if self.skip_header() {
                    self.member =
                        Some(Member { inflate: Decompress::new(false), check: Crc::new(), doubtful: self.lost });
                    let told = std::mem::replace(&mut self.lost, false);
                    return if junk && !told {
                        Err(damaged(format!("{passed} bytes between gzip members were passed over")))
                    } else {
                        Ok(true)
                    };
                }
                self.window.consume(1);
                (junk, passed) = (true, passed + 1);
                continue;
            }
            let next = memchr::memchr(0x1f, &rest[1..]).map_or(rest.len(), |i| i + 1);
            junk |= rest[..next].iter().any(|b| *b != 0);
            passed += next as u64;
            self.window.consume(next);
        }
        self.done = true;
        match self.window.fault() {
            Some(fault) => Err(fault),
            None if junk && !self.lost => Err(damaged(format!("{passed} bytes behind the gzip data were passed over"))),
            None => Ok(false),
        }
    }

    /// Passes over a header that begins here; `false` when it is none after all.
    fn skip_header(&mut self) -> bool {
        let flags = self.window.rest()[3];
        let mut length = HEADER;
        if flags & 4 != 0 {
            if !self.window.need(length + 2) {
                return false;
            }
            let rest = self.window.rest();
            length += 2 + usize::from(u16::from_le_bytes([rest[length], rest[length + 1]]));
        }
        for field in [8, 16] {
            if flags & field != 0 {
                match self.window.find(&[0], length, length + FIELD) {
                    Some(end) => length = end + 1,
                    None => return false,
                }
            }
        }
        length += if flags & 2 != 0 { 2 } else { 0 };
        let whole = self.window.need(length);
        if whole {
            self.window.consume(length);
        }
        whole
    }

    /// Ends a member with its check sum and length.
    fn finish(&mut self, check: &Crc) -> Option<io::Error> {
        if !self.window.need(8) {
            self.done = true;
            self.window.clear();
            return Some(self.window.fault().unwrap_or_else(cut));
        }
        let word = |at: usize| {
            let rest = self.window.rest();
            u32::from_le_bytes([rest[at], rest[at + 1], rest[at + 2], rest[at + 3]])
        };
        let right = word(0) == check.sum() && word(4) == check.amount();
        self.window.consume(8);
        (!right).then(|| damaged("a gzip member does not have the check sum that it states"))
    }
}

fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the gzip data end before their last member does")
}

impl<R: Read> Read for Members<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if let Some(error) = self.later.take() {
            return Err(error);
        }
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            let Some(member) = &mut self.member else {
                if self.done || !self.next_member()? {
                    return Ok(0);
                }
                continue;
            };
            if self.window.rest().is_empty() && !self.window.more() {
                self.member = None;
                self.done = true;
                return Err(self.window.fault().unwrap_or_else(cut));
            }
            let (went_in, came) = (member.inflate.total_in(), member.inflate.total_out());
            let status = member.inflate.decompress(self.window.rest(), out, FlushDecompress::None);
            let went_in = usize::try_from(member.inflate.total_in() - went_in).unwrap_or(usize::MAX);
            let came = usize::try_from(member.inflate.total_out() - came).unwrap_or(0).min(out.len());
            self.window.consume(went_in);
            member.check.update(&out[..came]);
            match status {
                Ok(Status::StreamEnd) => {
                    let check = self.member.take().map(|m| m.check).unwrap_or_default();
                    self.later = self.finish(&check);
                }
                Ok(_) if went_in == 0 && came == 0 && !self.window.more() => {
                    self.member = None;
                    self.done = true;
                    return Err(self.window.fault().unwrap_or_else(cut));
                }
                Ok(_) => member.doubtful &= came == 0,
                Err(_) => {
                    let told = member.doubtful && came == 0;
                    self.member = None;
                    self.lost = true;
                    if !told {
                        self.later = Some(damaged("damaged gzip data"));
                    }
                }
            }
            if came > 0 {
                return Ok(came);
            }
            if let Some(error) = self.later.take() {
                return Err(error);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn pack(bytes: &[u8]) -> Vec<u8> {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gz.write_all(bytes).unwrap();
        gz.finish().unwrap()
    }

    /// What comes out, and what is told on the way.
    fn unpack(bytes: &[u8]) -> (Vec<u8>, Vec<String>) {
        let mut members = Members::new(bytes);
        let (mut out, mut told) = (Vec::new(), Vec::new());
        let mut buffer = [0; 1000];
        for _ in 0..1_000_000 {
            match members.read(&mut buffer) {
                Ok(0) => return (out, told),
                Ok(n) => out.extend_from_slice(&buffer[..n]),
                Err(e) => told.push(e.to_string()),
            }
        }
        panic!("no end");
    }

    /// Bytes that do not pack.
    fn noise(n: u8) -> Vec<u8> {
        (0..2000u32).flat_map(|i| *blake3::hash(&[&[n][..], &i.to_le_bytes()].concat()).as_bytes()).collect()
    }

    #[test]
    fn members_padding_and_names() {
        let named = flate2::GzBuilder::new()
            .filename("../../etc/passwd")
            .comment("c")
            .extra(&b"xx"[..])
            .write(Vec::new(), flate2::Compression::fast());
        let named = {
            let mut n = named;
            n.write_all(b"two").unwrap();
            n.finish().unwrap()
        };
        let whole = [pack(b"one "), named, pack(b""), vec![0; 700]].concat();
        assert_eq!(unpack(&whole), (b"one two".to_vec(), vec![]));
    }

    #[test]
    fn damage_costs_one_member() {
        let (a, b, c) = (noise(1), noise(2), noise(3));
        let mut middle = pack(&b);
        let at = middle.len() / 2;
        middle[at..at + 40].fill(0xff);
        let (out, told) = unpack(&[pack(&a), middle, pack(&c)].concat());
        assert!(out.starts_with(&a) && out.ends_with(&c));
        assert_eq!(told.len(), 1, "{told:?}");

        let mut check = pack(&b);
        let end = check.len() - 6;
        check[end] ^= 1;
        let (out, told) = unpack(&[check, pack(&c)].concat());
        assert_eq!((out.len(), told.len()), (b.len() + c.len(), 1), "{told:?}");
    }

    #[test]
    fn junk_and_cuts_are_told() {
        let a = noise(1);
        let (out, told) = unpack(&[pack(&a), b"trailing junk".to_vec()].concat());
        assert_eq!((out, told.len()), (a.clone(), 1));
        let (out, told) = unpack(&[pack(b"un"), b"junk".to_vec(), pack(b"deux")].concat());
        assert_eq!((out, told.len()), (b"undeux".to_vec(), 1));
        let whole = pack(&a);
        for cut in [11, whole.len() / 2, whole.len() - 8, whole.len() - 1] {
            let (out, told) = unpack(&whole[..cut]);
            assert!(a.starts_with(&out) && told.len() == 1, "{cut}: {told:?}");
        }
    }
}
