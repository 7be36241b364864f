//! The only door to files and decompressors: whatever comes through it is bounded.
//!
//! What a file is packed with is told by its first bytes, not by its name. All members of a gzip file are read.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::limits::Limits;

const BUFFER: usize = 128 << 10;

/// Small files may unfold to this much whatever the ratio: a few kilobytes of repetition are no attack.
const ALWAYS_ALLOWED: u64 = 64 << 20;

/// A file or stream, unpacked and bounded.
pub struct Capped {
    inner: Box<dyn BufRead + Send>,
    left: u64,
    packed: Option<&'static str>,
}

impl Capped {
    /// Opens the file at `path`. Bytes read from disk are added to `progress`.
    ///
    /// # Errors
    /// Those of opening and reading it.
    pub fn open(path: &Path, limits: &Limits, progress: Arc<AtomicU64>) -> io::Result<Capped> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        let cap = limits.unpacked_bytes.min(size.saturating_mul(limits.unpack_ratio).max(ALWAYS_ALLOWED));
        Capped::over(file, cap, limits, progress)
    }

    /// Reads a stream whose length is not known.
    ///
    /// # Errors
    /// Those of reading it.
    pub fn stream(stream: impl Read + Send + 'static, limits: &Limits, progress: Arc<AtomicU64>) -> io::Result<Capped> {
        Capped::over(stream, limits.unpacked_bytes, limits, progress)
    }

    fn over(
        raw: impl Read + Send + 'static,
        cap: u64,
        limits: &Limits,
        progress: Arc<AtomicU64>,
    ) -> io::Result<Capped> {
        let mut raw = BufReader::with_capacity(BUFFER, Counted { raw, progress });
        let head = raw.fill_buf()?;
        let (packed, inner): (_, Box<dyn BufRead + Send>) = if head.starts_with(&[0x1f, 0x8b]) {
            (Some("gzip"), Box::new(BufReader::with_capacity(BUFFER, flate2::bufread::MultiGzDecoder::new(raw))))
        } else if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            let decoder = ruzstd::decoding::StreamingDecoder::new(raw).map_err(io::Error::other)?;
            (Some("zstd"), Box::new(BufReader::with_capacity(BUFFER, decoder)))
        } else {
            (None, Box::new(raw))
        };
        let left = if packed.is_some() { cap } else { limits.unpacked_bytes };
        Ok(Capped { inner, left, packed })
    }

    /// What it was packed with.
    pub fn packed(&self) -> Option<&'static str> {
        self.packed
    }
}

impl Read for Capped {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.fill_buf()?.read(buffer)?;
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for Capped {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let bytes = self.inner.fill_buf()?;
        if self.left == 0 && !bytes.is_empty() {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it unfolds to more than its size allows"));
        }
        let n = bytes.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        Ok(&bytes[..n])
    }

    fn consume(&mut self, n: usize) {
        self.left -= n as u64;
        self.inner.consume(n);
    }
}

struct Counted<R> {
    raw: R,
    progress: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.raw.read(buffer)?;
        self.progress.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}
