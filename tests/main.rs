//! One test binary, a module per theme.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // tests write files and make archives by hand

mod downstream;
mod edits;
mod faults;
mod formats;
mod golden;
mod isolation;
mod laws;
mod names;
mod nasty;
mod no_language;
mod report;
mod rule_files;
mod runs;
mod shards;
