//! Cuts the rows of a table. A line feed between quotation marks belongs to its field (RFC 4180).

use std::io::Read;

use super::lines;
use super::{Emit, after_fault};
use crate::error::{Reason, Reject};
use crate::read::window::Window;

/// The row that begins in view.
enum Row {
    /// It has this many bytes, with its line feed.
    Whole(usize),
    /// It is longer than it may be.
    Long,
    /// The stream ends inside, between quotation marks or not.
    Cut { quoted: bool },
}

/// Takes the first row, the names of the columns. `None` when there is none.
pub fn header<R: Read>(window: &mut Window<R>, delimiter: u8, cap: usize) -> Option<Vec<u8>> {
    let length = match next(window, delimiter, cap, true) {
        Row::Whole(length) => length,
        Row::Long => return None,
        Row::Cut { .. } => window.rest().len(),
    };
    let row = window.rest()[..length].to_vec();
    window.consume(length);
    Some(row)
}

/// Every row that is not blank is a record.
pub fn cut<R: Read>(window: &mut Window<R>, delimiter: u8, cap: usize, emit: &mut Emit) -> bool {
    let mut quotes = true;
    loop {
        let offset = window.offset();
        let wanted = match next(window, delimiter, cap, quotes) {
            Row::Whole(length) => {
                let row = window.rest()[..length].to_vec();
                window.consume(length);
                row.trim_ascii().is_empty() || emit.record(offset, length as u64, row)
            }
            Row::Long => {
                // Most likely a quotation mark is missing: the next line may be a row again.
                let length = lines::pass_line(window);
                emit.reject(offset, length, Reject::new(Reason::LineTooLong, format!("a row of more than {cap} bytes")))
            }
            Row::Cut { quoted } => {
                if after_fault!(window, emit) {
                    continue;
                }
                if !quoted {
                    let row = window.rest().to_vec();
                    window.clear();
                    if !row.trim_ascii().is_empty() && !emit.record(offset, row.len() as u64, row) {
                        return false;
                    }
                    return emit.number > 0 || emit.reject(0, 0, Reject::new(Reason::Empty, "no row under the names"));
                }
                // What follows is read line by line, or each would be searched to the end again.
                quotes = false;
                let length = lines::pass_line(window);
                emit.reject(offset, length, Reject::new(Reason::BadRow, "a quotation mark is never closed"))
            }
        };
        if !wanted {
            return false;
        }
    }
}

fn next<R: Read>(window: &mut Window<R>, delimiter: u8, cap: usize, quotes: bool) -> Row {
    let (mut at, mut quoted, mut field_start) = (0, false, true);
    loop {
        let rest = window.rest();
        while at < rest.len() {
            if quoted {
                match memchr::memchr(b'"', &rest[at..]) {
                    Some(i) => (at, quoted) = (at + i + 1, false),
                    None => at = rest.len(),
                }
                continue;
            }
            let byte = rest[at];
            at += 1;
            match byte {
                b'\n' if at > cap => return Row::Long,
                b'\n' => return Row::Whole(at),
                // Two quotation marks in a field are one, so the second opens it again.
                b'"' if quotes && (field_start || (at >= 2 && rest[at - 2] == b'"')) => quoted = true,
                _ => {}
            }
            field_start = byte == delimiter || (field_start && matches!(byte, b' ' | 0xef | 0xbb | 0xbf));
        }
        if at > cap {
            return Row::Long;
        }
        if !window.more() {
            return Row::Cut { quoted };
        }
    }
}
