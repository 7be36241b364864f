//! Any bytes read as jsonl are a record or a reject, never a fault of the program.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tamis::{Format, Options, Pipeline, RawRecord, Reason};

static PIPELINE: LazyLock<Pipeline> = LazyLock::new(|| Pipeline::new(&Options::default()).expect("the rules are sound"));

fuzz_target!(|bytes: &[u8]| {
    if let Err(reject) = PIPELINE.process(&RawRecord::new("fuzz", Format::Jsonl, bytes)) {
        assert_ne!(reject.reason, Reason::Internal, "{}", reject.detail);
    }
});
