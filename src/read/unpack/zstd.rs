//! All frames of a zstd file, skippable ones apart.

use std::io::{self, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use crate::read::window::Window;

const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Whether a frame of data begins here, or one to skip.
pub fn is_header(head: &[u8]) -> bool {
    head.starts_with(&MAGIC) || matches!(head, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// The unpacked bytes of all frames.
pub struct Frames<R> {
    window: Window<R>,
    decoder: FrameDecoder,
    open: bool,
    done: bool,
}

impl<R: Read> Frames<R> {
    pub fn new(input: R) -> Frames<R> {
        Frames { window: Window::new(input), decoder: FrameDecoder::new(), open: false, done: false }
    }

    fn failed(&mut self, what: impl ToString) -> io::Error {
        self.done = true;
        let kind = if self.window.at_end() { io::ErrorKind::UnexpectedEof } else { io::ErrorKind::InvalidData };
        self.window.fault().unwrap_or_else(|| io::Error::new(kind, what.to_string()))
    }

    /// Begins the next frame; `false` when there is none.
    fn next_frame(&mut self) -> io::Result<bool> {
        loop {
            if !self.window.need(4) {
                self.done = true;
                if let Some(fault) = self.window.fault() {
                    return Err(fault);
                }
                return if self.window.rest().is_empty() { Ok(false) } else { Err(self.failed("zstd data end early")) };
            }
            if !is_header(self.window.rest()) {
                self.done = true;
                return Err(io::Error::new(io::ErrorKind::InvalidData, "bytes behind the zstd data were passed over"));
            }
            match self.decoder.reset(&mut self.window) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    let skipped = io::copy(&mut (&mut self.window).take(u64::from(length)), &mut io::sink())?;
                    if skipped < u64::from(length) {
                        return Err(self.failed("zstd data end early"));
                    }
                }
                Err(e) => return Err(self.failed(e)),
            }
        }
    }
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.done || out.is_empty() {
                return Ok(0);
            }
            if !self.open {
                if !self.next_frame()? {
                    return Ok(0);
                }
                self.open = true;
            }
            while self.decoder.can_collect() < out.len() && !self.decoder.is_finished() {
                let wanted = BlockDecodingStrategy::UptoBytes(out.len() - self.decoder.can_collect());
                if let Err(e) = self.decoder.decode_blocks(&mut self.window, wanted) {
                    return Err(self.failed(e));
                }
            }
            let n = self.decoder.read(out)?;
            if n > 0 {
                return Ok(n);
            }
            self.open = false;
            let stated = self.decoder.get_checksum_from_data();
            if stated.is_some() && stated != self.decoder.get_calculated_checksum() {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "a zstd frame does not have the check sum that it states",
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_one_after_the_other_with_one_to_skip() {
        let pack = |bytes: &[u8]| ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest);
        let skip = [&[0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"???"].concat();
        let whole = [skip.clone(), pack(b"un "), skip, pack(b"deux")].concat();
        let mut out = String::new();
        Frames::new(&whole[..]).read_to_string(&mut out).unwrap();
        assert_eq!(out, "un deux");
        let mut out = Vec::new();
        assert!(Frames::new(&whole[..whole.len() - 2]).read_to_end(&mut out).is_err());
        assert_eq!(Frames::new(&whole[..2]).read(&mut [0; 9]).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
