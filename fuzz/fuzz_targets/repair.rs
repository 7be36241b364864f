//! What the encoding stage has repaired it does not repair again.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tamis::document::Document;
use tamis::{Options, Pipeline};

static PIPELINE: LazyLock<Pipeline> = LazyLock::new(|| {
    let only = Some(vec!["encoding".to_string()]);
    Pipeline::new(&Options { only, ..Options::default() }).expect("the rules are sound")
});

fuzz_target!(|text: &str| {
    let repaired = |text: &str| {
        let mut doc = Document::from_text(text.to_string());
        PIPELINE.refine(&mut doc).expect("the stage refuses nothing");
        doc.text().to_string()
    };
    let once = repaired(text);
    assert_eq!(repaired(&once), once);
});
