//! A stretch of a stream that can be looked at before it is consumed, and knows where in the stream it lies.

use std::io::{self, Read};

/// Bytes asked for at a time.
const STEP: usize = 128 << 10;

/// A growing view of what comes next in a stream.
pub struct Window<R> {
    input: R,
    buffer: Vec<u8>,
    /// Where in the buffer the view begins; what lies before is consumed.
    start: usize,
    /// Bytes of the stream that are consumed.
    consumed: u64,
    end: bool,
    fault: Option<io::Error>,
}

impl<R: Read> Window<R> {
    /// Nothing is read yet.
    pub fn new(input: R) -> Window<R> {
        Window { input, buffer: Vec::new(), start: 0, consumed: 0, end: false, fault: None }
    }

    /// What was read and is not consumed.
    pub fn rest(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// Where the view begins in the stream, in bytes.
    pub fn offset(&self) -> u64 {
        self.consumed
    }

    /// Reads on; `false` at the end of the stream and at a fault, which [`Window::fault`] tells apart.
    pub fn more(&mut self) -> bool {
        if self.end || self.fault.is_some() {
            return false;
        }
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        let held = self.buffer.len();
        // A view that has grown grows in larger steps, so that what is scanned again and again is scanned few times.
        self.buffer.resize(held + STEP.max(held / 2), 0);
        let read = loop {
            match self.input.read(&mut self.buffer[held..]) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.buffer.truncate(held + *read.as_ref().unwrap_or(&0));
        match read {
            Ok(0) => self.end = true,
            Ok(_) => return true,
            Err(e) => self.fault = Some(e),
        }
        false
    }

    /// Reads until `n` bytes are in view; `false` when the stream has fewer.
    pub fn need(&mut self, n: usize) -> bool {
        while self.rest().len() < n {
            if !self.more() {
                return false;
            }
        }
        true
    }

    /// Moves the view on by `n` bytes that are in it.
    pub fn consume(&mut self, n: usize) {
        let n = n.min(self.buffer.len() - self.start);
        self.start += n;
        self.consumed += n as u64;
    }

    /// Consumes all that is in view, as after a fault.
    pub fn clear(&mut self) {
        self.consume(self.rest().len());
    }

    /// The fault that reading met, once. After it, [`Window::more`] tries again.
    pub fn fault(&mut self) -> Option<io::Error> {
        self.fault.take()
    }

    /// Whether reading met a fault that was not asked for yet.
    pub fn fault_pending(&self) -> bool {
        self.fault.is_some()
    }

    /// Whether the stream has ended, without a fault.
    pub fn at_end(&self) -> bool {
        self.end
    }

    /// Where in the view `needle` begins, at `from` or after it. Reads on while the view is shorter than `cap` bytes.
    pub fn find(&mut self, needle: &[u8], from: usize, cap: usize) -> Option<usize> {
        let finder = memchr::memmem::Finder::new(needle);
        let mut from = from;
        loop {
            let rest = self.rest();
            if let Some(at) = rest.get(from..).and_then(|r| finder.find(r)) {
                return Some(from + at);
            }
            from = from.max((rest.len() + 1).saturating_sub(needle.len()));
            if rest.len() >= cap || !self.more() {
                return None;
            }
        }
    }
}

impl<R: Read> Read for Window<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.rest().is_empty() && !self.more() {
            return self.fault().map_or(Ok(0), Err);
        }
        let n = out.len().min(self.rest().len());
        out[..n].copy_from_slice(&self.rest()[..n]);
        self.consume(n);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_across_reads_and_keeps_count() {
        let mut bytes = vec![b'a'; STEP - 1];
        bytes.extend_from_slice(b"<item>rest");
        let mut window = Window::new(&bytes[..]);
        let at = window.find(b"<item>", 0, usize::MAX).unwrap();
        assert_eq!(at, STEP - 1);
        window.consume(at);
        assert_eq!((window.offset(), window.rest()), (at as u64, &b"<item>rest"[..]));
        assert!(!window.need(11) && window.need(10) && window.at_end());
        assert_eq!(window.find(b"rest!", 0, usize::MAX), None);
    }

    #[test]
    fn goes_on_after_a_fault() {
        struct Faulty(u8);
        impl Read for Faulty {
            fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
                self.0 += 1;
                match self.0 {
                    1 | 3 => {
                        out[0] = self.0;
                        Ok(1)
                    }
                    2 => Err(io::Error::other("damaged")),
                    _ => Ok(0),
                }
            }
        }
        let mut window = Window::new(Faulty(0));
        assert!(!window.need(3));
        assert!(window.fault().is_some() && !window.at_end());
        assert!(!window.need(3));
        assert_eq!((window.rest(), window.at_end()), (&[1, 3][..], true));
    }
}
