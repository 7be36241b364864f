//! Any bytes are decoded or refused, whatever charset is claimed, and what comes out as UTF-8 is what went in.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tamis::read::charset::{binary_kind, decode, peek};

fuzz_target!(|input: (&[u8], u8)| {
    const CLAIMED: [Option<&str>; 6] =
        [None, Some("utf-8"), Some("windows-1252"), Some("cp850"), Some("gb18030"), Some("ibm037")];
    let (bytes, claimed) = input;
    let _ = (peek(bytes), binary_kind(bytes));
    let Ok(decoded) = decode(bytes, CLAIMED[usize::from(claimed) % CLAIMED.len()]) else { return };
    assert!(!decoded.text.starts_with('\u{feff}'));
    if let (Ok(text), "utf-8") = (std::str::from_utf8(bytes), &*decoded.charset) {
        assert_eq!(decoded.text, text.trim_start_matches('\u{feff}'));
    }
});
