//! From a stream to its records, whatever lies between them: lines, JSON values, rows, WARC records, elements, messages.
//!
//! Nothing is decoded here. What is damaged or too long is told of with its place, and cutting goes on behind it.

use std::io;
use std::sync::Arc;

use crate::error::{Reason, Reject};
use crate::read::dump::{Item, Place};
use crate::read::{Fields, Format, Hints, RawRecord};

pub(super) mod elements;
pub(super) mod lines;
pub(super) mod messages;
pub(super) mod rows;
pub(super) mod values;
pub(super) mod warc;

/// Where the records of one file go.
pub(super) struct Emit<'a> {
    pub label: &'a Arc<str>,
    pub format: Format,
    pub fields: &'a Arc<Fields>,
    pub hints: Option<Arc<Hints>>,
    /// Number of the next record.
    pub number: u64,
    pub sink: &'a mut dyn FnMut(Item) -> bool,
}

impl Emit<'_> {
    /// Hands a record on; `false` when no more are wanted.
    pub fn record(&mut self, offset: u64, length: u64, bytes: Vec<u8>) -> bool {
        let record = self.number;
        self.number += 1;
        (self.sink)(Item::Record(RawRecord {
            path: self.label.clone(),
            record,
            offset,
            length,
            format: self.format,
            bytes,
            fields: self.fields.clone(),
            hints: self.hints.clone(),
        }))
    }

    /// Tells why there is no record at a place; `false` when no more are wanted.
    pub fn reject(&mut self, offset: u64, length: u64, reject: Reject) -> bool {
        let record = self.number;
        self.number += 1;
        (self.sink)(Item::Reject(Place { path: self.label.clone(), record, offset, length }, reject))
    }

    /// Tells of damage; `Some(true)` when reading may go on behind it.
    pub fn fault(&mut self, offset: u64, length: u64, fault: &io::Error) -> Next {
        let resumes = matches!(fault.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof);
        match (self.reject(offset, length, unreadable(fault)), resumes) {
            (false, _) => Next::Unwanted,
            (true, true) => Next::GoOn,
            (true, false) => Next::End,
        }
    }
}

/// What to do after damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Read on.
    GoOn,
    /// This file is at its end.
    End,
    /// No more records are wanted.
    Unwanted,
}

/// The reject for a fault of reading.
pub(super) fn unreadable(e: &io::Error) -> Reject {
    match e.kind() {
        io::ErrorKind::FileTooLarge => Reject::new(Reason::TooLarge, e.to_string()),
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::InvalidData
        | io::ErrorKind::InvalidInput
        | io::ErrorKind::Other => Reject::new(Reason::Damaged, e.to_string()),
        io::ErrorKind::OutOfMemory => Reject::new(Reason::TooLarge, e.to_string()),
        _ => Reject::new(Reason::Unreadable, e.to_string()),
    }
}

/// Deals with a fault of the window: the bytes in view are lost with it. Gives `true` when cutting goes on.
macro_rules! after_fault {
    ($window:expr, $emit:expr) => {
        match $window.fault() {
            Some(fault) => {
                let (offset, length) = ($window.offset(), $window.rest().len() as u64);
                $window.clear();
                match $emit.fault(offset, length, &fault) {
                    $crate::read::cut::Next::GoOn => true,
                    $crate::read::cut::Next::End => return true,
                    $crate::read::cut::Next::Unwanted => return false,
                }
            }
            None => false,
        }
    };
}
pub(super) use after_fault;
