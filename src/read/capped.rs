//! The only door to files and decompressors: whatever comes through it is bounded.
//!
//! What a layer is packed with is told by its first bytes, not by its name. Bytes that come out are held against the
//! bytes that went in, so a bomb is told from a well packed file while it unfolds, in files and streams alike.
//!
//! An error of kind `InvalidData` or `UnexpectedEof` tells of damage, and reading may go on behind it: the next member
//! of a gzip file is found by its header. After any other error nothing more comes.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::limits::Limits;
use crate::read::unpack::{gzip, zstd};

const BUFFER: usize = 128 << 10;
/// How much of a layer is looked at to tell what it is.
pub const HEAD: usize = 16 << 10;
/// Small files may unfold to this much whatever the ratio: a few kilobytes of repetition are no attack.
const ALWAYS_ALLOWED: u64 = 64 << 20;
/// Kilobytes that an xz decoder may ask for; `xz -9` needs 65 MiB.
const XZ_MEMORY: u32 = 128 << 10;

/// How a layer is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// RFC 1952, any number of members.
    Gzip,
    /// RFC 8878, any number of frames.
    Zstd,
    /// bzip2, any number of streams.
    Bzip2,
    /// xz, any number of streams.
    Xz,
}

impl Packing {
    /// All of them with their names and the endings of such files.
    pub const ALL: &[(Packing, &'static str, &'static [&'static str])] = &[
        (Packing::Gzip, "gzip", &["gz", "gzip"]),
        (Packing::Zstd, "zstd", &["zst", "zstd"]),
        (Packing::Bzip2, "bzip2", &["bz2"]),
        (Packing::Xz, "xz", &["xz"]),
    ];

    /// What the first bytes of a layer say.
    pub fn of(head: &[u8]) -> Option<Packing> {
        if gzip::is_header(head) {
            Some(Packing::Gzip)
        } else if zstd::is_header(head) {
            Some(Packing::Zstd)
        } else if head.starts_with(b"BZh")
            && matches!(head.get(3), Some(b'1'..=b'9'))
            && head.get(4..10).is_some_and(is_bzip2_block)
        {
            Some(Packing::Bzip2)
        } else if head.starts_with(b"\xfd7zXZ\0") {
            Some(Packing::Xz)
        } else {
            None
        }
    }
}

/// A block of data, or the end of a stream without any.
fn is_bzip2_block(magic: &[u8]) -> bool {
    magic == b"1AY&SY" || magic == b"\x17\x72\x45\x38\x50\x90"
}

/// One layer of a file or stream, bounded, with its first bytes in sight.
pub struct Capped<'a> {
    inner: Box<dyn BufRead + 'a>,
    head: Vec<u8>,
    at: usize,
    /// What reading the head met; told when the head is read.
    fault: Option<io::Error>,
    /// Bytes that went in and bytes that may come out; `None` while nothing is unpacked.
    meter: Rc<Meter>,
    metered: bool,
    came: u64,
}

/// What unpacking is held against.
struct Meter {
    went_in: Cell<u64>,
    ratio: u64,
    cap: u64,
}

impl Meter {
    fn new(limits: &Limits) -> Rc<Meter> {
        Rc::new(Meter { went_in: Cell::new(0), ratio: limits.unpack_ratio, cap: limits.unpacked_bytes })
    }

    fn allows(&self, came: u64) -> bool {
        came <= self.cap.min(self.went_in.get().saturating_mul(self.ratio).max(ALWAYS_ALLOWED))
    }
}

impl<'a> Capped<'a> {
    /// Opens the file at `path`, as long as it is now. Bytes read from disk are added to `progress`.
    ///
    /// # Errors
    /// Those of opening it.
    pub fn open(path: &Path, limits: &Limits, progress: Arc<AtomicU64>) -> io::Result<Capped<'static>> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Capped::stream(file.take(length), limits, progress))
    }

    /// Reads a stream whose length is not known.
    pub fn stream(stream: impl Read + 'a, limits: &Limits, progress: Arc<AtomicU64>) -> Capped<'a> {
        let meter = Meter::new(limits);
        let counted = Counted { raw: stream, meter: meter.clone(), progress: Some(progress) };
        Capped::layer(Box::new(BufReader::with_capacity(BUFFER, counted)), meter, false)
    }

    /// Reads the packed bytes of a member of an archive.
    pub fn member(packed: impl Read + 'a, limits: &Limits) -> Capped<'a> {
        let meter = Meter::new(limits);
        let counted = Counted { raw: packed, meter: meter.clone(), progress: None };
        Capped::layer(Box::new(BufReader::with_capacity(BUFFER, counted)), meter, false)
    }

    /// Opens a file that is read from several places. What comes out of it goes through [`Capped::member`].
    ///
    /// # Errors
    /// Those of opening it.
    pub fn seekable(path: &Path) -> io::Result<impl Read + Seek + use<>> {
        File::open(path)
    }

    fn layer(mut inner: Box<dyn BufRead + 'a>, meter: Rc<Meter>, metered: bool) -> Capped<'a> {
        let mut head = Vec::with_capacity(HEAD);
        let read = (&mut inner).take(HEAD as u64).read_to_end(&mut head);
        Capped { inner, head, at: 0, fault: read.err(), meter, metered, came: 0 }
    }

    /// The first bytes, as long as nothing is read.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// The fault that was met in the first bytes, if that is why they are so few.
    pub fn fault(&self) -> Option<&io::Error> {
        self.fault.as_ref()
    }

    /// Takes one layer of packing off.
    pub fn unpack(self, packing: Packing) -> Capped<'a> {
        let meter = self.meter.clone();
        let decoder: Box<dyn Read + 'a> = match packing {
            Packing::Gzip => Box::new(gzip::Members::new(self)),
            Packing::Zstd => Box::new(zstd::Frames::new(self)),
            Packing::Bzip2 => Box::new(Once::new(bzip2::bufread::MultiBzDecoder::new(self))),
            Packing::Xz => Box::new(Once::new(lzma_rust2::XzReader::new_mem_limit(self, true, XZ_MEMORY))),
        };
        Capped::layer(Box::new(BufReader::with_capacity(BUFFER, decoder)), meter, true)
    }

    /// Takes the packing off, if there is any.
    pub fn unpacked(self) -> Capped<'a> {
        match Packing::of(self.head()) {
            Some(packing) => self.unpack(packing),
            None => self,
        }
    }

    /// Reads a member of a zip archive that was packed without a header.
    pub fn inflate(self) -> Capped<'a> {
        let meter = self.meter.clone();
        let decoder = Once::new(flate2::bufread::DeflateDecoder::new(self));
        Capped::layer(Box::new(BufReader::with_capacity(BUFFER, decoder)), meter, true)
    }
}

impl Read for Capped<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.fill_buf()?.read(buffer)?;
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for Capped<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.metered && !self.meter.allows(self.came) {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it unfolds to more than its size allows"));
        }
        if self.at < self.head.len() {
            return Ok(&self.head[self.at..]);
        }
        match self.fault.take() {
            Some(fault) => Err(fault),
            None => self.inner.fill_buf(),
        }
    }

    fn consume(&mut self, n: usize) {
        self.came += n as u64;
        if self.at < self.head.len() { self.at += n } else { self.inner.consume(n) }
    }
}

/// Counts what comes from outside.
struct Counted<R> {
    raw: R,
    meter: Rc<Meter>,
    progress: Option<Arc<AtomicU64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.raw.read(buffer)?;
        self.meter.went_in.set(self.meter.went_in.get() + n as u64);
        if let Some(progress) = &self.progress {
            progress.fetch_add(n as u64, Ordering::Relaxed);
        }
        Ok(n)
    }
}

/// A decoder that is not asked again once it has failed.
struct Once<R> {
    decoder: R,
    failed: bool,
}

impl<R> Once<R> {
    fn new(decoder: R) -> Once<R> {
        Once { decoder, failed: false }
    }
}

impl<R: Read> Read for Once<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.failed {
            return Ok(0);
        }
        self.decoder.read(buffer).map_err(|e| {
            self.failed = true;
            match e.kind() {
                io::ErrorKind::FileTooLarge | io::ErrorKind::UnexpectedEof | io::ErrorKind::Interrupted => e,
                _ => io::Error::new(io::ErrorKind::InvalidData, e.to_string()),
            }
        })
    }
}
