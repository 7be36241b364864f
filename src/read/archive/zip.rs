//! zip, with its 64-bit form, by the directory at its end. Sizes are claims: what comes out is counted and checked.

use std::io::{self, Read, Seek, SeekFrom};

use flate2::Crc;

use crate::read::dump::escape_label;

/// The end of the directory lies in the last bytes: a record of 22 and a comment.
const TAIL: u64 = 22 + 65_535;

/// One member, as the directory has it.
pub struct Member {
    /// Its name, a label.
    pub name: String,
    /// Why it is not read.
    pub refused: Option<&'static str>,
    method: u16,
    packed: u64,
    unpacked: u64,
    crc: u32,
    header: u64,
}

impl Member {
    /// Whether it was packed with deflate, which has no header of its own.
    pub fn is_deflated(&self) -> bool {
        self.method == 8
    }

    /// Whether it was packed by a method that has a header.
    pub fn is_packed(&self) -> bool {
        self.method > 8
    }

    /// Where it begins in the archive.
    pub fn offset(&self) -> u64 {
        self.header
    }
}

/// An archive.
pub struct Archive<R> {
    input: R,
    /// What lies before the archive in the file, as in a program that unpacks itself.
    shift: u64,
    next: u64,
    left: u64,
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

impl<R: Read + Seek> Archive<R> {
    /// Finds the directory.
    ///
    /// # Errors
    /// `InvalidData` where there is none.
    pub fn open(mut input: R) -> io::Result<Archive<R>> {
        let length = input.seek(SeekFrom::End(0))?;
        let start = length.saturating_sub(TAIL);
        let tail = read_at(&mut input, start, (length - start) as usize)?;
        let end = memchr::memmem::rfind(&tail, b"PK\x05\x06").filter(|end| tail.len() - end >= 22);
        let end = end.ok_or_else(|| damaged("the archive has no directory: it is cut; `zip -FF` may mend it"))?;
        let record = &tail[end..];
        let (mut count, mut size, mut directory) =
            (u64::from(u16_at(record, 10)), u64::from(u32_at(record, 12)), u64::from(u32_at(record, 16)));
        let mut end = start + end as u64;
        if let Some(locator) = end.checked_sub(20) {
            let locator = read_at(&mut input, locator, 20)?;
            if locator.starts_with(b"PK\x06\x07")
                && let Ok(record) = read_at(&mut input, u64_at(&locator, 8), 56)
                && record.starts_with(b"PK\x06\x06")
            {
                (count, size, directory) = (u64_at(&record, 32), u64_at(&record, 40), u64_at(&record, 48));
                end = u64_at(&locator, 8);
            }
        }
        let shift = end.checked_sub(size).and_then(|start| start.checked_sub(directory));
        let shift = shift.ok_or_else(|| damaged("the directory of the archive is damaged"))?;
        Ok(Archive { input, shift, next: shift + directory, left: count })
    }

    /// The next member of the directory that is a file.
    ///
    /// # Errors
    /// `InvalidData` where the directory is damaged; there is no next then.
    pub fn next_member(&mut self) -> io::Result<Option<Member>> {
        while self.left > 0 {
            let fixed = match read_at(&mut self.input, self.next, 46) {
                Ok(fixed) if fixed.starts_with(b"PK\x01\x02") => fixed,
                other => {
                    self.left = 0;
                    return Err(other.err().unwrap_or_else(|| damaged("the directory of the archive is damaged")));
                }
            };
            self.left -= 1;
            let (name, extra, comment) = (u16_at(&fixed, 28), u16_at(&fixed, 30), u16_at(&fixed, 32));
            let variable = read_at(&mut self.input, self.next + 46, usize::from(name) + usize::from(extra))?;
            self.next += 46 + u64::from(name) + u64::from(extra) + u64::from(comment);
            let (name, extra) = variable.split_at(usize::from(name));
            let mut member = Member {
                name: escape_label(name),
                refused: None,
                method: u16_at(&fixed, 10),
                packed: u64::from(u32_at(&fixed, 20)),
                unpacked: u64::from(u32_at(&fixed, 24)),
                crc: u32_at(&fixed, 16),
                header: u64::from(u32_at(&fixed, 42)),
            };
            widen(&mut member, extra);
            if name.ends_with(b"/") || super::is_hidden(&member.name) {
                continue;
            }
            let unix = u16_at(&fixed, 4) >> 8 == 3;
            member.refused = if u16_at(&fixed, 8) & 1 != 0 {
                Some("it is encrypted")
            } else if unix && u32_at(&fixed, 38) >> 28 == 0xa {
                Some("a link, which is not followed")
            } else if !matches!(member.method, 0 | 8 | 12 | 93 | 95) {
                Some("it is packed by a method that is not read")
            } else {
                None
            };
            return Ok(Some(member));
        }
        Ok(None)
    }

    /// The packed bytes of a member.
    ///
    /// # Errors
    /// `InvalidData` where its header is damaged.
    pub fn packed(&mut self, member: &Member) -> io::Result<io::Take<&mut R>> {
        let header =
            member.header.checked_add(self.shift).ok_or_else(|| damaged("a member lies outside of the archive"))?;
        let fixed = read_at(&mut self.input, header, 30)?;
        if !fixed.starts_with(b"PK\x03\x04") {
            return Err(damaged("a member has no header"));
        }
        let start = header + 30 + u64::from(u16_at(&fixed, 26)) + u64::from(u16_at(&fixed, 28));
        self.input.seek(SeekFrom::Start(start))?;
        Ok((&mut self.input).take(member.packed))
    }
}

/// Sizes of more than 32 bits stand in an extra field, in this order, where the plain ones are full of ones.
fn widen(member: &mut Member, extra: &[u8]) {
    let mut rest = extra;
    while rest.len() >= 4 {
        let (id, length) = (u16_at(rest, 0), usize::from(u16_at(rest, 2)));
        let Some(mut field) = rest.get(4..4 + length) else { return };
        if id == 1 {
            for value in [&mut member.unpacked, &mut member.packed, &mut member.header] {
                if *value == u64::from(u32::MAX) && field.len() >= 8 {
                    *value = u64_at(field, 0);
                    field = &field[8..];
                }
            }
        }
        rest = &rest[4 + length..];
    }
}

/// Unpacked bytes that are held against the length and check sum which the directory states.
pub struct Checked<R> {
    inner: R,
    check: Crc,
    came: u64,
    unpacked: u64,
    crc: u32,
    told: bool,
}

impl<R: Read> Checked<R> {
    pub fn new(inner: R, member: &Member) -> Checked<R> {
        Checked { inner, check: Crc::new(), came: 0, unpacked: member.unpacked, crc: member.crc, told: false }
    }

    /// Bytes that came out.
    pub fn came(&self) -> u64 {
        self.came
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(out)?;
        self.check.update(&out[..n]);
        self.came += n as u64;
        if n == 0
            && !out.is_empty()
            && !std::mem::replace(&mut self.told, true)
            && (self.came != self.unpacked || self.check.sum() != self.crc)
        {
            return Err(damaged("a member does not have the length and check sum that the archive states"));
        }
        Ok(n)
    }
}

fn read_at<R: Read + Seek>(input: &mut R, at: u64, length: usize) -> io::Result<Vec<u8>> {
    input.seek(SeekFrom::Start(at))?;
    let mut bytes = vec![0; length];
    input.read_exact(&mut bytes).map_err(|e| match e.kind() {
        io::ErrorKind::UnexpectedEof => damaged("the directory of the archive points outside of it"),
        _ => e,
    })?;
    Ok(bytes)
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}
