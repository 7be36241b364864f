//! What holds of any file, whatever is in it.

use std::sync::LazyLock;

use tamis::read::Layout;
use tamis::read::dump::{Dump, Item};
use tamis::{Limits, Options, Pipeline, Reason};

static PIPELINE: LazyLock<Pipeline> = LazyLock::new(|| {
    let limits = Limits { line_bytes: 1 << 16, document_bytes: 1 << 16, unpacked_bytes: 1 << 24, ..Limits::default() };
    Pipeline::new(&Options { only: Some(Vec::new()), limits, ..Options::default() }).expect("the rules are sound")
});

/// Reads `bytes` in the layout called `layout`, or in the one that they seem to have.
pub fn check(layout: &str, bytes: &[u8]) {
    let dump = Dump { layout: Layout::from_name(layout), ..Dump::default() };
    let mut last = (String::new(), 0, 0);
    let mut items = 0;
    dump.read_bytes("fuzz", bytes, PIPELINE.limits(), &mut |item| {
        let place = item.place();
        if *place.path == *last.0 && matches!(item, Item::Record(_)) {
            assert!(place.record > last.1, "numbers rise");
            assert!(place.offset >= last.2, "records do not overlap");
        }
        last = (place.path.to_string(), place.record, place.offset + place.length);
        if let Item::Record(raw) = item
            && let Err(reject) = PIPELINE.process(&raw)
        {
            assert_ne!(reject.reason, Reason::Internal, "{}", reject.detail);
        }
        items += 1;
        true
    });
    assert!(items > 0, "every file is accounted for");
}
