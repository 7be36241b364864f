//! One test binary, a module per theme.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // tests write files and make archives by hand

mod downstream;
mod edits;
mod faults;
mod golden;
mod laws;
mod names;
mod no_language;
mod report;
mod rule_files;
mod runs;
