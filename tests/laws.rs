//! What holds for every document, whatever is in it.

use std::sync::LazyLock;

use proptest::prelude::*;
use tamis::document::Document;
use tamis::{Audit, Format, Limits, Options, Pipeline, RawRecord, Reason, Record};

const STAGES: [&str; 6] = ["encoding", "language", "boilerplate", "typos", "dates", "entities"];

fn pipeline(only: Option<&[&str]>) -> Pipeline {
    let only = only.map(|o| o.iter().map(ToString::to_string).collect());
    Pipeline::new(&Options { only, audit: Audit::Full, ..Options::default() }).unwrap()
}

static ALL: LazyLock<Pipeline> = LazyLock::new(|| pipeline(None));
static NONE: LazyLock<Pipeline> = LazyLock::new(|| pipeline(Some(&[])));
static PAGES: LazyLock<Pipeline> = LazyLock::new(|| pipeline(Some(&["encoding", "language", "boilerplate"])));
static EACH: LazyLock<[Pipeline; 6]> = LazyLock::new(|| STAGES.map(|stage| pipeline(Some(&[stage]))));

/// Pieces of noisy news, put together at random: enough to make every stage propose something.
fn article() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "Le maire de Brévans a présenté jeudi le plan de rénovation du pont.",
        "Inscrivez-vous gratuitement à notre newsletter hebdomadaire !",
        "Lire aussi : Le pont fermé trois mois",
        "Le prÃ©sident de la rÃ©gion a dit « oui« , puis l' »accord » a été signé le 3 mars 2021.",
        "Elle a remercié sn équipe et et les habitants.",
        "Par Lucie Ferrand",
        "Partager sur Facebook",
        "The mayor said the bridge would reopen on 4 May 2022 in Paris.",
        "Sign up for our newsletter",
        "Kirghizstan, Kirghizistan, Kirghizastan; Kirghizstan et Kirghizstan",
        "10 000 habitants, 5 %, 12h30, &eacute;t&eacute; &amp; hiver",
        "\u{feff}\u{200b}fi\u{ad}n\u{a0}: « mot »\u{85}suite",
        "© 2021 Tous droits réservés",
        "date 2023-05 Le conseil",
        "- un point",
        "ﬁn ﬂot ｆｕｌｌ",
        "\u{202e}abc\u{0}\u{7}\u{1b}[31m",
        "Встреча прошла в Бишкеке 5 мая.",
        "...",
        "?",
    ]);
    let gap = prop::sample::select(vec!["\n", "\n\n", " ", "\r\n", "\n \n", "\u{2028}"]);
    prop::collection::vec((piece, gap), 1..14).prop_map(|parts| parts.into_iter().flat_map(|(p, g)| [p, g]).collect())
}

/// Tags, halves of tags and text in any order: what parsers stumble over.
fn tag_soup() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "p",
        "div",
        "b",
        "a",
        "table",
        "tr",
        "td",
        "li",
        "ul",
        "h1",
        "svg",
        "math",
        "title",
        "script",
        "style",
        "select",
        "option",
        "template",
        "article",
        "body",
        "html",
        "head",
        "br",
        "textarea",
        "noscript",
        "figure",
        "figcaption",
        "blockquote",
        "time",
        "meta",
        "plaintext",
        "x-y",
    ]);
    let attribute = prop::sample::select(vec![
        "",
        " class='article-body'",
        " class=hidden",
        " id=\"comments",
        " href=//x",
        " colspan=9007199254740992",
        " itemprop=datePublished content=2021-02-30",
        " datetime='5 mai 2021'",
        " property=og:title content='La rivière'",
        " type=application/ld+json",
        " style=display:none",
        " =",
        " a a a",
        " lang=fr",
    ]);
    let text = prop::sample::select(vec![
        "La rivière a débordé dans la nuit, et les rues basses du bourg, le marché et le moulin sont sous l'eau depuis hier.",
        "&amp&#x0;&#1114112;&notin;",
        "<",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "</",
        "<?xml",
        "\u{0}",
        "5 mai 2021",
        "{\"@type\":\"NewsArticle\",\"datePublished\":\"2021-05-05\"",
        "© tous droits réservés",
        "\t\n\u{a0}",
        "e\u{301}",
    ]);
    let piece = (name, attribute, text, 0..4_u8).prop_map(|(name, attribute, text, kind)| match kind {
        0 => format!("<{name}{attribute}>"),
        1 => format!("</{name}{attribute}>"),
        2 => format!("<{name}{attribute}/>{text}"),
        _ => text.to_string(),
    });
    prop::collection::vec(piece, 1..60).prop_map(|pieces| pieces.concat())
}

fn read(text: &str) -> Option<Document> {
    tamis::read::document(&RawRecord::new("t", Format::Text, text), &Limits::default()).ok()
}

/// The ledger, applied pass by pass to the source.
fn replay(doc: &Document) -> String {
    let mut text = doc.source().to_string();
    let mut ledger = doc.ledger();
    while let Some(first) = ledger.first() {
        let n = ledger.iter().take_while(|a| a.pass == first.pass).count();
        let edits: Vec<_> = ledger[..n].iter().map(|a| a.edit.clone()).collect();
        for change in &ledger[..n] {
            assert_eq!(text[change.edit.at.clone()], change.before);
        }
        text = tamis::edit::rewrite(&text, &edits);
        ledger = &ledger[n..];
    }
    text
}

fn check_record(record: &Record) {
    let chars: Vec<char> = record.text.chars().collect();
    let title: Vec<char> = record.title.as_deref().unwrap_or_default().chars().collect();
    let slice = |start: usize, end: usize, within: &Option<String>| -> String {
        if within.is_some() { title[start..end].iter().collect() } else { chars[start..end].iter().collect() }
    };
    for date in &record.dates {
        assert_eq!(slice(date.start, date.end, &date.within), date.text);
    }
    for mention in record.entities.iter().flat_map(|e| &e.mentions) {
        assert_eq!(slice(mention.start, mention.end, &mention.within), mention.text);
    }
    for word in &record.quality.foreign {
        assert_eq!(slice(word.start, word.end, &word.within), word.text);
    }
    for block in &record.blocks {
        assert!(block.start < block.end && block.end <= chars.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn tag_soup_is_a_record_or_a_reject(page in tag_soup()) {
        match PAGES.process(&RawRecord::new("t", Format::Html, page.as_str())) {
            Ok(record) => check_record(&record),
            Err(reject) => prop_assert_ne!(reject.reason, Reason::Internal, "{}", reject.detail),
        }
    }

    #[test]
    fn the_ledger_replays_and_the_track_adds_up(text in article()) {
        let Some(mut doc) = read(&text) else { return Ok(()) };
        if ALL.refine(&mut doc).is_err() {
            return Ok(());
        }
        // A mark of the byte order is no part of the text.
        prop_assert_eq!(doc.source(), text.trim_start_matches('\u{feff}'));
        prop_assert_eq!(&replay(&doc), doc.text());
        let (mut clean, mut raw) = (0, 0);
        for p in doc.track().pieces() {
            if p.kept {
                prop_assert_eq!(&doc.text()[clean..clean + p.clean], &doc.source()[raw..raw + p.raw]);
            }
            clean += p.clean;
            raw += p.raw;
        }
        prop_assert_eq!((clean, raw), (doc.text().len(), doc.source().len()));
    }

    #[test]
    fn spans_of_a_record_say_what_they_point_at(text in article()) {
        if let Ok(record) = ALL.process(&RawRecord::new("t", Format::Text, text)) {
            check_record(&record);
        }
    }

    #[test]
    fn a_stage_has_nothing_to_say_to_its_own_output(text in article()) {
        for (pipeline, stage) in EACH.iter().zip(STAGES) {
            let Some(mut doc) = read(&text) else { return Ok(()) };
            if pipeline.refine(&mut doc).is_err() {
                continue;
            }
            let before = doc.ledger().len();
            let text = doc.text().to_string();
            prop_assert!(pipeline.refine(&mut doc).is_ok());
            prop_assert_eq!(doc.ledger().len(), before, "stage {} changed {:?} to {:?}", stage, text, doc.text());
        }
    }

    #[test]
    fn arbitrary_bytes_are_a_record_or_a_reject(bytes in prop::collection::vec(any::<u8>(), 0..400), format in 0..3) {
        let format = [Format::Text, Format::Html, Format::Jsonl][format as usize];
        let outcome = ALL.process(&RawRecord::new("t", format, bytes));
        if let Err(reject) = outcome {
            prop_assert_ne!(reject.reason, tamis::Reason::Internal, "{}", reject.detail);
        }
    }

    #[test]
    fn without_stages_a_text_stays_as_it_is(text in "\\PC{1,60}(\n\\PC{0,60}){0,4}") {
        if let Ok(record) = NONE.process(&RawRecord::new("t", Format::Text, text.clone())) {
            prop_assert_eq!(record.text, text.trim_start_matches('\u{feff}'));
        }
    }
}

#[test]
fn a_title_given_apart_is_searched_but_not_repeated() {
    let line = r#"{"id":"a","title":"Paris accueille la Chine","text":"La Chine a envoyé une délégation à Paris le 3 mai 2021.","lang":"fr"}"#;
    let record = pipeline(Some(&["dates", "entities"])).process(&RawRecord::new("t", Format::Jsonl, line)).unwrap();
    assert_eq!(record.title.as_deref(), Some("Paris accueille la Chine"));
    assert_eq!(record.text, "La Chine a envoyé une délégation à Paris le 3 mai 2021.");
    check_record(&record);
    let china = record.entities.iter().find(|e| e.id == "Q148").expect("China has its id");
    let places: Vec<_> = china.mentions.iter().map(|m| (m.within.as_deref(), m.start)).collect();
    assert_eq!(places, [(Some("title"), 19), (None, 3)]);
    assert_eq!(record.dates[0].value.as_deref(), Some("2021-05-03"));
}
