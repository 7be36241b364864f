//! Any bytes read as a table give records and rejects with places in order, never a fault of the program.
#![no_main]

mod dump;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dump::check("csv", bytes));
