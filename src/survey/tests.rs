use proptest::prelude::*;

use super::Survey;
use crate::document::Document;
use crate::read::{Format, RawRecord};

fn raw(path: &str, record: u64, text: &str) -> (RawRecord, Document) {
    let mut raw = RawRecord::new(path, Format::Text, text.as_bytes());
    raw.record = record;
    (raw, Document::from_text(text.to_string()))
}

fn survey(texts: &[(&str, &str)]) -> Survey {
    let mut survey = Survey::default();
    for (path, text) in texts {
        let (raw, doc) = raw(path, 0, text);
        survey.add(&raw, &doc);
    }
    survey
}

const FERRY: &str = "The ferry to the island will not sail before the end of the month, the harbour master said on Tuesday, since the \
    new engine has been sent to a town of the same name on another coast and nobody there wants to part with it.";
const BELL: &str = "The bell of the old school rings again, and the neighbours who had signed three letters against its silence have \
    now written a fourth one, in which they ask the council politely whether it could ring a little later.";

#[test]
fn words_are_counted_once_a_document() {
    let survey = survey(&[("a", "Ferry, ferry and FERRY!"), ("b", "the ferry's bell"), ("c", "une école")]);
    assert_eq!(survey.documents_with("ferry"), 2);
    assert_eq!(survey.documents_with("École"), 1);
    assert_eq!(survey.documents_with("ferry-bell"), 1);
    assert_eq!(survey.documents_with("steamer"), 0);
}

#[test]
fn lines_are_counted_on_their_site_and_copies_count_once() {
    let page = |url: &str, text: &str| {
        let mut doc = Document::from_text(text.to_string());
        doc.meta.url = Some(url.to_string());
        (RawRecord::new(url, Format::Text, text.as_bytes()), doc)
    };
    let mut survey = Survey::default();
    for (url, text) in [
        ("https://a.example/1", format!("{FERRY}\nWrite to us on 12 May\nMore from the coast: one two three")),
        ("https://www.a.example/2", format!("{BELL}\nWrite to us on 3 May\nMore from the coast: three four")),
        ("https://www.a.example/3", format!("{BELL}\nWrite to us on 4 May\nMore from the coast: five six")),
        ("https://b.example/3", "Write to us on 1 May".to_string()),
    ] {
        let (raw, doc) = page(url, &text);
        survey.add(&raw, &doc);
    }
    let (_, doc) = page("https://a.example/9", "");
    let times = survey.line(doc.meta(), "WRITE TO US on 31 May");
    assert_eq!((times.documents, times.of), (2, 2));
    assert_eq!(survey.opening(doc.meta(), "More from the coast: a goat returns").documents, 2);
    assert_eq!(survey.line(doc.meta(), "Write to them").documents, 0);
}

#[test]
fn the_first_of_documents_that_are_alike_is_named() {
    let update = FERRY.replace("Tuesday", "Wednesday");
    let all = [("a", FERRY), ("b", BELL), ("c", update.as_str()), ("d", FERRY)];
    let survey = survey(&all);
    let first = |path: &str, text: &str| {
        let (raw, doc) = raw(path, 0, text);
        survey.first_like(&raw, &doc)
    };
    let id = |text: &str| {
        let (raw, doc) = raw("", 0, text);
        crate::write::id_of(&raw, &doc)
    };
    assert_eq!(first("a", FERRY), None);
    assert_eq!(first("b", BELL), None);
    assert_eq!(first("c", &update), Some(id(FERRY)));
    assert_eq!(first("d", FERRY), Some(id(FERRY)));
    // Of a stream only the ids are known.
    assert_eq!(first("-", FERRY), None);
    assert_eq!(first("-", &update), Some(id(FERRY)));
}

#[test]
fn a_file_holds_the_whole_survey_and_nothing_else_is_read() {
    let survey = survey(&[("a", FERRY), ("b", BELL)]);
    let bytes = survey.to_bytes();
    assert_eq!(Survey::from_bytes(&bytes), Some(survey));
    for end in [0, 3, 20, bytes.len() / 2, bytes.len() - 1] {
        assert_eq!(Survey::from_bytes(&bytes[..end]), None);
    }
    assert_eq!(Survey::from_bytes(&[bytes.as_slice(), b"x"].concat()), None);
}

fn texts() -> impl Strategy<Value = Vec<(u8, String)>> {
    let sentence = "[a-d]{1,3}( [a-d]{1,3}){0,24}\\.";
    proptest::collection::vec((0u8..4, proptest::collection::vec(sentence, 1..4).prop_map(|v| v.join("\n"))), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn surveys_merge_in_any_order_to_that_of_the_whole(a in texts(), b in texts(), c in texts()) {
        let of = |all: &[(u8, String)]| {
            let mut survey = Survey::default();
            for (path, text) in all {
                let (raw, mut doc) = raw(&path.to_string(), 0, text);
                doc.meta.site = Some(format!("site {}", path % 2));
                survey.add(&raw, &doc);
            }
            survey
        };
        let merged = |parts: [&[(u8, String)]; 3]| {
            let mut whole = Survey::default();
            parts.into_iter().for_each(|p| whole.merge(of(p)));
            whole.to_bytes()
        };
        let mut all = [a.clone(), b.clone(), c.clone()].concat();
        let whole = of(&all).to_bytes();
        all.reverse();
        prop_assert_eq!(&of(&all).to_bytes(), &whole);
        prop_assert_eq!(&merged([&a, &b, &c]), &whole);
        prop_assert_eq!(&merged([&c, &a, &b]), &whole);
        let mut late = of(&b);
        late.merge(of(&c));
        let mut whole_again = of(&a);
        whole_again.merge(late);
        prop_assert_eq!(&whole_again.to_bytes(), &whole);
    }
}
