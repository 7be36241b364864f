//! Cuts at line feeds.

use std::io::Read;

use super::{Emit, after_fault};
use crate::error::{Reason, Reject};
use crate::read::window::Window;

/// Every line that is not blank is a record. A line over `cap` bytes is passed over without being held. Answers `false`
/// when no more are wanted.
pub fn cut<R: Read>(window: &mut Window<R>, cap: usize, emit: &mut Emit) -> bool {
    loop {
        let offset = window.offset();
        let Some(length) = next(window, cap) else {
            if after_fault!(window, emit) {
                continue;
            }
            let rest = window.rest().to_vec();
            window.clear();
            if !rest.trim_ascii().is_empty() {
                return emit.record(offset, rest.len() as u64, rest);
            }
            return emit.number > 0 || emit.reject(0, 0, Reject::new(Reason::Empty, "no line in it"));
        };
        let wanted = if length > cap {
            window.consume(length);
            let length = length as u64 + pass_line(window);
            emit.reject(offset, length, Reject::new(Reason::LineTooLong, format!("more than {cap} bytes")))
        } else {
            let line = window.rest()[..length].to_vec();
            window.consume(length);
            line.trim_ascii().is_empty() || emit.record(offset, length as u64, line)
        };
        if !wanted {
            return false;
        }
    }
}

/// Length of the line that begins in view, with its line feed, or a part of it that is over `cap`. `None` when the
/// stream ends before it does.
pub fn next<R: Read>(window: &mut Window<R>, cap: usize) -> Option<usize> {
    let mut from = 0;
    loop {
        if let Some(at) = memchr::memchr(b'\n', &window.rest()[from..]) {
            // What is over the cap is passed over by the caller up to the line feed, which must stay in view.
            return Some(if from + at + 1 > cap { from + at } else { from + at + 1 });
        }
        from = window.rest().len();
        if from > cap {
            return Some(from);
        }
        if !window.more() {
            return None;
        }
    }
}

/// Passes over the rest of a line; returns its length in bytes.
pub fn pass_line<R: Read>(window: &mut Window<R>) -> u64 {
    let start = window.offset();
    loop {
        if let Some(at) = memchr::memchr(b'\n', window.rest()) {
            window.consume(at + 1);
            break;
        }
        window.clear();
        if !window.more() {
            break;
        }
    }
    window.offset() - start
}
