//! Bad input: every fault is made here, and each gives a clear reject while all else goes on.

use std::fs;
use std::io::Write;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use tamis::read::dump::{Dump, Item};
use tamis::{Format, Limits, Options, Pipeline, RawRecord, Reason};

fn pipeline() -> Pipeline {
    Pipeline::new(&Options::default()).unwrap()
}

static PIPELINE: LazyLock<Pipeline> = LazyLock::new(pipeline);

fn reason(format: Format, bytes: &[u8]) -> Option<Reason> {
    PIPELINE.process(&RawRecord::new("t", format, bytes)).err().map(|r| r.reason)
}

const ARTICLE: &str =
    "Le conseil municipal a voté mardi la rénovation de la halle, fermée depuis la tempête de janvier.";

#[test]
fn what_is_no_text_is_rejected_with_its_reason() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\x01\0\x08\x06\0\0\0";
    for (format, bytes, want) in [
        (Format::Text, &b""[..], Reason::Empty),
        (Format::Text, b" \n\t\r\n", Reason::Empty),
        (Format::Text, b"\xef\xbb\xbf", Reason::Empty),
        (Format::Text, png, Reason::Binary),
        (Format::Html, b"<html><script>var a = 1;</script></html>", Reason::Empty),
        (Format::Jsonl, b"{\"id\": 1", Reason::BadJson),
        (Format::Jsonl, b"[1, 2]", Reason::BadJson),
        (Format::Jsonl, b"{\"id\": \"a\", \"texte\": \"b\"}", Reason::NoText),
        (Format::Jsonl, b"{\"text\": \"  \"}", Reason::NoText),
    ] {
        assert_eq!(reason(format, bytes), Some(want), "{:?}", String::from_utf8_lossy(bytes));
    }
    let deep = format!("{{\"text\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(reason(Format::Jsonl, deep.as_bytes()), Some(Reason::BadJson));
}

#[test]
fn utf_7_and_escapes_to_nowhere_are_refused() {
    assert_eq!(
        reason(Format::Html, b"<html><meta charset=utf-7><p>+ADw-script+AD4-</p></html>"),
        Some(Reason::Undecodable)
    );
}

#[test]
fn marks_and_controls_never_reach_the_text() {
    let text = format!("\u{feff}\u{feff}{ARTICLE}\0\u{1b}[31m rouge\u{7}\u{202e} fin.");
    let record = PIPELINE.process(&RawRecord::new("t", Format::Text, text)).unwrap();
    let bad = |c: char| (c.is_control() && c != '\n') || c == '\u{feff}' || c == '\u{202e}';
    assert!(!record.text.contains(bad), "{:?}", record.text);
    assert!(record.text.starts_with("Le conseil municipal"));
}

#[test]
fn the_same_text_comes_out_of_every_charset() {
    let accents = format!(
        "{ARTICLE} « Nous rouvrirons à l’été », a promis le maire, Éloi Bonnefoy. L'œuvre coûtera 3 millions d'euros."
    );
    let plain = |bytes: Vec<u8>| PIPELINE.process(&RawRecord::new("t", Format::Text, bytes)).unwrap().text;
    let want = plain(accents.clone().into_bytes());
    let utf16 = |big: bool, mark: bool| -> Vec<u8> {
        let units = mark.then_some(0xfeff).into_iter().chain(accents.encode_utf16());
        units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    };
    for (name, bytes) in [
        ("utf-8 with mark", format!("\u{feff}{accents}").into_bytes()),
        ("utf-16le", utf16(false, true)),
        ("utf-16be", utf16(true, true)),
        ("utf-16le, no mark", utf16(false, false)),
        ("utf-16be, no mark", utf16(true, false)),
        ("windows-1252", encoding_rs::WINDOWS_1252.encode(&accents).0.into_owned()),
    ] {
        assert_eq!(plain(bytes), want, "{name}");
    }
}

#[test]
fn a_fault_in_the_middle_of_a_file_loses_one_record() {
    let folder = tempfile::tempdir().unwrap();
    let good = serde_json::json!({"text": ARTICLE}).to_string();
    let long = format!("{{\"text\": \"{}\"}}", "a".repeat(5000));
    let path = folder.path().join("a.jsonl");
    fs::write(&path, format!("{good}\n\n{long}\n{good}\nnot json\n{good}")).unwrap();
    let dump = Dump::find(&[path]).unwrap();
    let mut seen = Vec::new();
    let limits = Limits { line_bytes: 4096, ..Limits::default() };
    dump.read(&limits, &Default::default(), &mut |item| {
        seen.push(match item {
            Item::Record(raw) => (raw.record, raw.offset, PIPELINE.process(&raw).err().map(|r| r.reason)),
            Item::Reject(place, reject) => (place.record, place.offset, Some(reject.reason)),
        });
        true
    });
    let step = good.len() as u64 + 1;
    let after = step + 1 + long.len() as u64 + 1;
    assert_eq!(
        seen,
        [
            (0, 0, None),
            (1, step + 1, Some(Reason::LineTooLong)),
            (2, after, None),
            (3, after + step, Some(Reason::BadJson)),
            (4, after + step + 9, None),
        ]
    );
}

#[test]
fn damaged_and_bloated_archives_are_rejected_and_their_good_part_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let gz = |text: &[u8]| {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        out.write_all(text).unwrap();
        out.finish().unwrap()
    };
    // Lines that do not pack well, so that what is cut off is some of them.
    let lines: Vec<String> = (0..2000)
        .map(|i| {
            serde_json::json!({"id": i, "text": format!("{ARTICLE} {}", blake3::hash(&[i as u8, (i >> 8) as u8]))})
                .to_string()
        })
        .collect();
    let whole = gz(format!("{}\n", lines.join("\n")).as_bytes());
    let two_members = [gz(b"{\"text\": \"un\"}\n"), gz(b"{\"text\": \"deux\"}\n")].concat();
    fs::write(folder.path().join("a-cut.jsonl.gz"), &whole[..whole.len() / 2]).unwrap();
    fs::write(folder.path().join("b-two.jsonl.gz"), two_members).unwrap();
    fs::write(folder.path().join("c-bomb.txt.gz"), gz(&vec![b'a'; 80 << 20])).unwrap();
    fs::write(folder.path().join("d-named.gz.txt"), ARTICLE).unwrap();
    let mut seen: Vec<(String, u64, u64, Vec<Reason>)> = Vec::new();
    Dump::find(&[folder.path().into()]).unwrap().read(&Limits::default(), &Default::default(), &mut |item| {
        let (path, result) = match item {
            Item::Record(raw) => (raw.path, None),
            Item::Reject(place, reject) => (place.path, Some(reject.reason)),
        };
        let name = path.rsplit('/').next().unwrap().to_string();
        if seen.last().is_none_or(|s| s.0 != name) {
            seen.push((name, 0, 0, Vec::new()));
        }
        let entry = seen.last_mut().unwrap();
        match result {
            None => entry.1 += 1,
            Some(reason) => {
                entry.2 += 1;
                entry.3.push(reason);
            }
        }
        true
    });
    assert!(seen[0].1 > 100 && seen[0].3 == [Reason::Damaged], "{:?}", seen[0]);
    assert_eq!((seen[1].1, seen[1].2), (2, 0), "all members are read");
    assert_eq!((seen[2].1, seen[2].3.clone()), (0, vec![Reason::TooLarge]));
    assert_eq!((seen[3].1, seen[3].2), (1, 0));
}

#[test]
fn a_panic_becomes_a_reject() {
    use tamis::document::Document;
    use tamis::stage::{Found, Pass, Stage};
    struct Panics;
    impl Pass for Panics {
        fn look(&self, doc: &Document, _: &mut Found) {
            assert!(!doc.text().contains("PANIC"), "asked to");
        }
    }
    let pipeline = pipeline().with_stage(Stage { name: "mock", about: "", passes: vec![Box::new(Panics)] });
    let run = |text: &str| pipeline.process(&RawRecord::new("t", Format::Text, text));
    assert_eq!(run(&format!("{ARTICLE} PANIC")).unwrap_err().reason, Reason::Internal);
    assert!(run(ARTICLE).is_ok(), "and the next document is fine");
}

/// Time for a page or text of size `n`, and for twice that: work must not grow faster than the input.
fn grows_linearly(name: &str, format: Format, make: impl Fn(usize) -> String, n: usize) {
    let time = |n: usize| {
        let text = make(n);
        let best = (0..3).map(|_| {
            let started = Instant::now();
            let _ = PIPELINE.process(&RawRecord::new("t", format, text.clone()));
            started.elapsed()
        });
        best.min().unwrap_or_default()
    };
    let (one, four) = (time(n), time(4 * n));
    let floor = Duration::from_millis(20);
    assert!(four < 10 * one.max(floor), "{name}: {one:?} for {n}, {four:?} for {}", 4 * n);
}

/// People who share a given name, which also stands alone.
fn names(n: usize) -> String {
    let letter = |i: usize| char::from(b'a' + (i % 26) as u8);
    let surname = |i: usize| format!("Brumel{}{}{}", letter(i), letter(i / 26), letter(i / 676));
    (0..n).map(|i| format!("Sophie {} parle bien. Hier, Sophie a ri. ", surname(i))).collect()
}

#[test]
fn bait_for_slow_parsers_is_read_in_linear_time() {
    grows_linearly("nested div", Format::Html, |n| "<div>".repeat(n) + ARTICLE, 25_000);
    grows_linearly(
        "attributes",
        Format::Html,
        |n| format!("<p {}>{ARTICLE}", (0..n).map(|i| format!("a{i}=b ")).collect::<String>()),
        12_500,
    );
    grows_linearly(
        "many titles",
        Format::Html,
        |n| "<meta property=og:title content=Rivers>".repeat(n) + ARTICLE,
        10_000,
    );
    grows_linearly(
        "many headings",
        Format::Html,
        |n| format!("<title>Rivers</title>{ARTICLE}") + &"<h2>Rivers</h2>".repeat(n),
        5_000,
    );
    grows_linearly("articles in articles", Format::Html, |n| format!("<article>{ARTICLE}").repeat(n), 1_000);
    grows_linearly("class names", Format::Html, |n| format!("<p class='{}'>{ARTICLE}", "a-b ".repeat(n)), 20_000);
    grows_linearly("open b", Format::Html, |n| "<b>".repeat(n) + ARTICLE, 15_000);
    grows_linearly("open comment", Format::Html, |n| format!("<p>{ARTICLE}</p>{}", "<!--".repeat(n)), 25_000);
    grows_linearly("one line", Format::Text, |n| "mot ".repeat(n), 50_000);
    grows_linearly("one word", Format::Text, |n| "a".repeat(n), 200_000);
    grows_linearly("many lines", Format::Text, |n| "ligne de texte\n".repeat(n), 8_000);
    grows_linearly("rows", Format::Text, |n| format!("{ARTICLE}\n\n{}", "un | 2 | trois\n".repeat(n)), 4_000);
    grows_linearly(
        "headlines",
        Format::Text,
        |n| format!("{ARTICLE}\n\nUn bac reste au port\nLe pont attend").repeat(n),
        800,
    );
    grows_linearly("authors", Format::Text, |n| format!("Par Jeanne Marchand\n{ARTICLE}\n").repeat(n), 800);
    let signed = |n: usize| {
        format!("Le bac attend son moteur\nPar Jeanne Marchand\n{ARTICLE}\n{}", "Elle a vu une chèvre.\n".repeat(n))
    };
    grows_linearly("below a byline", Format::Text, signed, 8_000);
    let titled = |n: usize| format!("{}Le bac attend son moteur\n{ARTICLE}\n", "Jeanne Marchand\n".repeat(n));
    grows_linearly("names above a headline", Format::Text, titled, 8_000);
    grows_linearly("guillemets", Format::Text, |n| "« » ".repeat(n), 25_000);
    grows_linearly("mojibake", Format::Text, |n| "Ã©tÃ© ".repeat(n), 20_000);
    grows_linearly("capitals", Format::Text, |n| "Jean De La Rue ".repeat(n), 10_000);
    grows_linearly("one given name", Format::Text, names, 1_000);
    grows_linearly("dates", Format::Text, |n| "le 3 mai 2021, ".repeat(n), 10_000);
    grows_linearly("typos", Format::Text, |n| (0..n).map(|i| format!("mqison{i}x maiosn ")).collect(), 5_000);
    grows_linearly("combining marks", Format::Text, |n| "e\u{301}\u{301}\u{301}".repeat(n), 20_000);
}
