//! Cuts a mailbox: a message begins with a line `From `, at the start or behind a blank line.

use std::io::Read;

use super::{Emit, after_fault};
use crate::error::{Reason, Reject};
use crate::read::window::Window;

/// Every message is a record.
pub fn cut<R: Read>(window: &mut Window<R>, cap: usize, emit: &mut Emit) -> bool {
    loop {
        let offset = window.offset();
        let (length, whole) = match border(window, cap) {
            Some(length) => (length, true),
            None if window.rest().len() > cap => (window.rest().len(), false),
            None if after_fault!(window, emit) => continue,
            None => (window.rest().len(), true),
        };
        if length == 0 {
            return emit.number > 0 || emit.reject(0, 0, Reject::new(Reason::Empty, "no message in it"));
        }
        let wanted = if whole {
            let message = window.rest()[..length].to_vec();
            window.consume(length);
            message.trim_ascii().is_empty() || emit.record(offset, length as u64, message)
        } else {
            pass(window);
            let length = window.offset() - offset;
            emit.reject(offset, length, Reject::new(Reason::TooLarge, format!("a message of more than {cap} bytes")))
        };
        if !wanted {
            return false;
        }
    }
}

/// Where the next message begins.
fn border<R: Read>(window: &mut Window<R>, cap: usize) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = window.find(b"\nFrom ", from, cap)?;
        let before = &window.rest()[..at];
        if before.ends_with(b"\n") || before.ends_with(b"\n\r") || before.ends_with(b"\r") && before.len() < 2 {
            return Some(at + 1);
        }
        from = at + 1;
    }
}

/// Passes over the rest of a message that is too long.
fn pass<R: Read>(window: &mut Window<R>) {
    loop {
        if let Some(at) = memchr::memmem::find(window.rest(), b"\n\nFrom ") {
            return window.consume(at + 2);
        }
        let keep = window.rest().len().min(8);
        window.consume(window.rest().len() - keep);
        if !window.more() {
            return window.clear();
        }
    }
}
