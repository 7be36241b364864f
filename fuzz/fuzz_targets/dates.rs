//! Any text in any language is searched for dates without a fault, and every mention stands in the text.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tamis::eval::marked::dates_of;
use tamis::{Options, Pipeline};

const LANGUAGES: [&str; 15] = ["fr", "en", "de", "es", "it", "pt", "nl", "pl", "ru", "uk", "tr", "ar", "zh", "ja", "und"];
const PUBLISHED: [Option<&str>; 4] = [None, Some("2019"), Some("2019-02"), Some("2019-02-12")];

static PIPELINE: LazyLock<Pipeline> = LazyLock::new(|| {
    let only = Some(vec!["dates".to_string()]);
    Pipeline::new(&Options { only, ..Options::default() }).expect("the rules are sound")
});

fuzz_target!(|input: (u8, u8, &str)| {
    let (language, published, text) = input;
    let language = LANGUAGES[usize::from(language) % LANGUAGES.len()];
    let published = PUBLISHED[usize::from(published) % PUBLISHED.len()];
    let mut end = 0;
    for date in dates_of(&PIPELINE, text, language, published) {
        assert!(date.at.start >= end && text.get(date.at.clone()).is_some_and(|words| !words.is_empty()));
        assert!(date.resolved == date.reason.is_none());
        end = date.at.end;
    }
});
