//! One test binary, a module per theme.

mod edits;
mod faults;
mod golden;
mod laws;
mod rule_files;
mod runs;
