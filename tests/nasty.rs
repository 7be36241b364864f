//! Files as nobody should write them, each made here: what comes out is right, or is told.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tamis::{Format, Options, Pipeline, RawRecord, Reason, Record};

static PIPELINE: LazyLock<Pipeline> = LazyLock::new(|| Pipeline::new(&Options::default()).unwrap());

const ARTICLE: &str =
    "Le conseil municipal a voté mardi la rénovation de la halle, fermée depuis la tempête de janvier.";
const MORE: &str =
    "Les marchands s'installeront sur la place de l'église pendant la durée des travaux, a précisé la maire.";

fn read(format: Format, bytes: impl Into<Vec<u8>>) -> Result<Record, Reason> {
    PIPELINE.process(&RawRecord::new("t", format, bytes)).map_err(|r| r.reason)
}

fn text(bytes: impl Into<Vec<u8>>) -> Record {
    read(Format::Text, bytes).unwrap()
}

fn page(body: &str) -> Record {
    read(Format::Html, format!("<!DOCTYPE html><html><head><title>La halle</title></head><body>{body}</body></html>"))
        .unwrap()
}

fn tamis(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tamis")).args(arguments).current_dir(folder).output().unwrap()
}

fn said(out: &Output) -> String {
    String::from_utf8_lossy(&out.stderr).into_owned()
}

fn lines(out: &Output) -> Vec<Value> {
    String::from_utf8(out.stdout.clone()).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

#[test]
fn utf_16_with_an_odd_byte_and_half_a_pair() {
    let mut units: Vec<u16> = [0xfeff].into_iter().chain(format!("{ARTICLE}\n").encode_utf16()).collect();
    units.push(0xd800);
    units.extend(MORE.encode_utf16());
    let mut bytes: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
    bytes.push(b'x');
    let record = text(bytes);
    assert!(record.text.contains(ARTICLE) && record.text.contains("pendant la durée"), "{}", record.text);
    assert!(record.quality.replaced >= 1);
}

#[test]
fn bytes_that_are_no_utf_8_forge_nothing() {
    // Overlong slash and NUL, a surrogate pair as CESU-8 writes it, sequences that are cut.
    let mut bytes = ARTICLE.as_bytes().to_vec();
    bytes.extend(b" \xc0\xaf \xc0\x80 \xed\xa0\xbd\xed\xb8\x80 \xe2\x82 fin.\n\n");
    bytes.extend(MORE.as_bytes());
    bytes.extend(b" \xc3");
    let record = text(bytes);
    assert!(record.text.starts_with("Le conseil municipal a voté"), "{}", record.text);
    assert!(!record.text.contains('/') && !record.text.contains('\0'), "{}", record.text);
}

#[test]
fn every_kind_of_line_break_and_composition_is_one_form() {
    let want = text(format!("{ARTICLE}\n\n{MORE}")).text;
    let broken: String = unicode_normalization::UnicodeNormalization::nfd(ARTICLE).collect();
    for breaks in ["\r\n\r\n", "\r\r", "\u{2029}", "\u{2028}\u{2028}", "\u{85}\u{85}"] {
        assert_eq!(text(format!("{broken}{breaks}{MORE}")).text, want, "{breaks:?}");
    }
}

#[test]
fn marks_that_cannot_be_seen_are_gone_and_those_that_pile_up_cost_no_time() {
    let record = text(format!("{ARTICLE} a\u{200b}b\u{2066}c\u{2069} \u{feff}fin.\n\n{MORE}"));
    assert!(!record.text.contains(['\u{200b}', '\u{2066}', '\u{2069}', '\u{feff}']), "{:?}", record.text);
    let started = Instant::now();
    let record = text(format!("{ARTICLE} z{}algo.\n\n{MORE}", "\u{301}\u{323}".repeat(2500)));
    assert!(started.elapsed() < Duration::from_secs(5));
    assert!(record.text.contains("algo"));
}

#[test]
fn days_that_are_none_give_no_date() {
    let record = text(format!(
        "{ARTICLE} Le 31 février 2024, le 00/00/2024, le 2024-13-45 et en l'an 100000000000000000000.\n\n{MORE}"
    ));
    for date in &record.dates {
        let value = date.value.as_deref().unwrap_or_default();
        assert!(!value.contains("02-31") && !value.contains("-00") && !value.contains("13-45"), "{date:?}");
        assert!(value.len() < 30, "{date:?}");
    }
}

#[test]
fn pages_that_are_built_against_parsers() {
    let article = format!("<article><h1>La halle</h1><p>{ARTICLE}</p><p>{MORE}</p></article>");
    for (name, body) in [
        ("nested tables", format!("{}{article}", "<table><tr><td>".repeat(3000))),
        ("open b", format!("{}{article}", "<b>".repeat(60_000))),
        ("one long attribute", format!("<div class=\"{}\">{article}</div>", "a ".repeat(1 << 19))),
        (
            "declared sizes",
            format!(
                "<table><tr><td colspan=9007199254740991 rowspan=99999999999>x</td></tr></table><ol start=99999999999999999999></ol>{article}"
            ),
        ),
        ("one form", format!("<form action=/>{article}<input name=q></form>")),
        (
            "scripts",
            format!(
                "<script>var p = '<p>faux</p>'</script><style>p:after {{ content: 'faux' }}</style><template><p>faux</p></template>{article}"
            ),
        ),
        ("bad references", format!("<p>&#x110000; &#0; &bogus; &amp;amp; &eacute</p>{article}")),
    ] {
        let started = Instant::now();
        let record = page(&body);
        assert!(started.elapsed() < Duration::from_secs(10), "{name}: {:?}", started.elapsed());
        assert!(record.text.contains(ARTICLE) && record.text.contains(MORE), "{name}: {}", record.text);
        assert!(!record.text.contains("faux") && !record.text.contains('\0'), "{name}: {}", record.text);
    }
}

#[test]
fn a_page_that_lies_of_its_charset() {
    let page = format!(
        "<html><head><meta charset=\"iso-8859-1\"><title>Été</title></head><body><p>{ARTICLE}</p><p>{MORE}</p></body></html>"
    );
    let record = read(Format::Html, page.clone()).unwrap();
    assert_eq!((record.source.charset.as_str(), record.title.as_deref()), ("utf-8", Some("Été")));
    let latin = encoding_rs::WINDOWS_1252.encode(&page.replace("iso-8859-1", "utf-8")).0.into_owned();
    assert_eq!(read(Format::Html, latin).unwrap().title.as_deref(), Some("Été"));
}

#[test]
fn a_page_without_an_article_gives_none() {
    let page = "<html><body><nav><a href=/>Accueil</a> <a href=/s>Sport</a></nav><p>Abonnez-vous à notre newsletter !</p>\
        <footer>© 2024 Le Courrier. Tous droits réservés.</footer></body></html>";
    assert_eq!(read(Format::Html, page).map(|r| r.text), Err(Reason::NoArticle));
}

#[test]
fn json_at_its_worst() {
    let object = |inner: &str| read(Format::Jsonl, format!("{{\"text\": \"{ARTICLE}\", {inner}}}"));
    assert_eq!(object("\"text\": \"Un second texte, le dernier.\"").unwrap().text, "Un second texte, le dernier.");
    assert!(object("\"x\": \"\\u0000\"").is_ok());
    assert!(!read(Format::Jsonl, format!("{{\"text\": \"\\u0000{ARTICLE}\"}}")).unwrap().text.contains('\0'));
    for inner in ["\"x\": \"\\ud800\"", "\"x\": 1e999", "\"x\": NaN"] {
        // Read or told, the same each time.
        let (one, two) = (object(inner).map(|r| r.text), object(inner).map(|r| r.text));
        assert_eq!(one, two);
        assert!(matches!(one, Ok(_) | Err(Reason::BadJson)), "{inner}: {one:?}");
    }
    assert_eq!(
        object(&format!("\"x\": {}{}", "[".repeat(200_000), "]".repeat(200_000))).map(|r| r.text),
        Err(Reason::BadJson)
    );
    assert_eq!(read(Format::Jsonl, "{\"text\": {\"a\": 1}}").map(|r| r.text), Err(Reason::NoText));
    assert!(read(Format::Jsonl, format!("\u{feff}{{\"text\": \"{ARTICLE}\"}}\r\n")).is_ok());
}

#[test]
fn lines_without_end_and_without_number() {
    let folder = tempfile::tempdir().unwrap();
    let good = json!({"text": ARTICLE}).to_string();
    let long = format!("{{\"text\": \"{}\"}}", "mot ".repeat(12 << 20));
    fs::write(folder.path().join("a.jsonl"), format!("\u{feff}{good}\r\n{long}\r\n\r\n{good}")).unwrap();
    fs::write(folder.path().join("b.txt"), "a".repeat(1 << 20)).unwrap();
    fs::write(folder.path().join("c.txt"), "\n".repeat(1 << 20)).unwrap();
    let started = Instant::now();
    let out = tamis(&["run", ".", "-o", "-", "--no-survey"], folder.path());
    assert_eq!(out.status.code(), Some(1), "{}", said(&out));
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
    let said = said(&out);
    assert!(said.contains("a.jsonl record 1 offset") && said.contains("line-too-long"), "{said}");
    assert!(said.contains("c.txt record 0 offset 0: empty"), "{said}");
    let records: Vec<u64> = lines(&out).iter().map(|r| r["source"]["record"].as_u64().unwrap()).collect();
    assert!(records.starts_with(&[0, 2]), "{records:?}");
}

#[test]
fn what_stands_in_a_document_stays_in_it() {
    // A text that looks like a record, and one that looks like a formula, a tag and a command to a terminal.
    let forged = "{\"schema\":\"tamis/1\",\"id\":\"forged\"}\n{\"id\": \"forged too\"}\u{2028}{\"id\": 3}";
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("a.jsonl"),
        format!("{}\n", json!({"id": "one", "text": format!("{ARTICLE}\n{forged}")})),
    )
    .unwrap();
    let out = tamis(&["run", "a.jsonl", "-o", "-", "--only", "encoding"], folder.path());
    assert_eq!(lines(&out).iter().map(|r| r["id"].clone()).collect::<Vec<_>>(), ["one"]);
    let nasty = format!("{ARTICLE} <script>alert(1)</script> \u{1b}[2J\u{1b}]0;titre\u{7} =CMD()");
    fs::write(folder.path().join("b.txt"), &nasty).unwrap();
    let terminal = tamis(&["explain", "b.txt"], folder.path());
    assert!(!terminal.stdout.contains(&0x1b) && !terminal.stdout.contains(&7));
    let html = String::from_utf8(tamis(&["explain", "b.txt", "--html"], folder.path()).stdout).unwrap();
    assert!(!html.contains("<script>alert") && html.contains("&lt;script&gt;"));
    fs::write(folder.path().join("c.jsonl"), json!({"id": "@two", "title": "=CMD()", "text": ARTICLE}).to_string())
        .unwrap();
    let run = tamis(&["run", "c.jsonl", "-o", "out", "--only", "encoding"], folder.path());
    assert!(run.status.success(), "{}", said(&run));
    assert!(tamis(&["export", "csv", "out", "-o", "tables"], folder.path()).status.success());
    let table = fs::read_to_string(folder.path().join("tables/articles.csv")).unwrap();
    let cells: Vec<&str> = table.lines().nth(1).unwrap().split(',').collect();
    assert_eq!((cells[0], cells[2]), ("'@two", "'=CMD()"));
}

#[test]
#[cfg(unix)]
fn names_of_files_may_be_anything() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let raw = folder.path().join("raw");
    fs::create_dir_all(raw.join("sub")).unwrap();
    for name in [&b"caf\xe9.txt"[..], b"two\nlines.txt", b"-o", b"\x1b[31mred.txt", "été.txt".as_bytes(), b"a.txt"] {
        fs::write(raw.join(OsStr::from_bytes(name)), ARTICLE).unwrap();
    }
    fs::write(raw.join(OsStr::from_bytes(b"\x1b[2Jempty\n.txt")), "").unwrap();
    fs::write(folder.path().join("outside.txt"), "secret").unwrap();
    std::os::unix::fs::symlink("../outside.txt", raw.join("leads-out.txt")).unwrap();
    std::os::unix::fs::symlink("a.txt", raw.join("inside.txt")).unwrap();
    std::os::unix::fs::symlink("..", raw.join("sub/loop")).unwrap();
    assert!(Command::new("mkfifo").arg(raw.join("pipe")).status().unwrap().success());
    let out = tamis(&["run", "raw", "-o", "-", "--only", "none"], folder.path());
    let mut paths: Vec<String> =
        lines(&out).iter().map(|r| r["source"]["path"].as_str().unwrap().to_string()).collect();
    paths.sort();
    assert_eq!(
        paths,
        [
            "raw/\u{1b}[31mred.txt",
            "raw/-o",
            "raw/a.txt",
            "raw/caf%E9.txt",
            "raw/inside.txt",
            "raw/two\nlines.txt",
            "raw/été.txt"
        ]
    );
    assert!(!out.stderr.contains(&0x1b), "{}", said(&out));
    let said = said(&out);
    assert!(said.contains("3 rejected") && said.contains("leads out") && said.contains("not a regular file"), "{said}");
    assert!(!String::from_utf8_lossy(&out.stdout).contains("secret"));
    // Into a folder and again: names that are no text are found again.
    assert_eq!(tamis(&["run", "raw", "--only", "none"], folder.path()).status.code(), Some(1));
    let again = tamis(&["run", "raw", "--only", "none"], folder.path());
    assert!(self::said(&again).contains("10 files were done already"), "{}", self::said(&again));
}

#[test]
#[cfg(unix)]
fn little_is_enough_and_too_little_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("raw")).unwrap();
    for n in 0..300 {
        fs::write(folder.path().join(format!("raw/{n}.txt")), format!("{ARTICLE} {n}")).unwrap();
    }
    let limited = |limit: &str| {
        let script = format!("ulimit {limit}; exec \"$0\" run raw -o out --only none --no-survey --jobs 2");
        Command::new("sh")
            .args(["-c", &script, env!("CARGO_BIN_EXE_tamis")])
            .current_dir(folder.path())
            .output()
            .unwrap()
    };
    let out = limited("-n 64");
    assert_eq!(out.status.code(), Some(0), "{}", said(&out));
    assert!(said(&out).contains("300 written"));
    fs::remove_dir_all(folder.path().join("out")).unwrap();
    // With no memory to speak of it says so, unless the system ends it before it begins, and leaves nothing half done under its
    // name.
    let out = limited("-v 60000");
    assert_ne!(out.status.code(), Some(0));
    assert!(out.status.code().is_none() || !out.stderr.is_empty());
    assert!(fs::read_dir(folder.path().join("out/articles")).map_or(0, Iterator::count) == 0);
}

#[test]
fn a_broken_rule_file_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("rules/fr")).unwrap();
    fs::write(folder.path().join("a.txt"), ARTICLE).unwrap();
    fs::write(folder.path().join("rules/fr/boilerplate.toml"), "[[cue]]\nid = \"x\"\nkind = 3\n").unwrap();
    let out = tamis(&["run", "a.txt", "--rules", "rules"], folder.path());
    assert_eq!(out.status.code(), Some(2));
    assert!(said(&out).contains("rules/fr/boilerplate.toml:"), "{}", said(&out));
    assert!(!folder.path().join("processed").exists());
}

#[test]
fn a_file_that_grows_is_read_as_long_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    let line = |n: usize| format!("{}\n", json!({"id": n, "text": ARTICLE}));
    fs::write(&path, (0..2000).map(line).collect::<String>()).unwrap();
    let mut seen = 0;
    let dump = tamis::read::dump::Dump::find(std::slice::from_ref(&path)).unwrap();
    dump.read(PIPELINE.limits(), &Default::default(), &mut |_| {
        if seen < 50 {
            let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
            std::io::Write::write_all(&mut file, (0..100).map(line).collect::<String>().as_bytes()).unwrap();
        }
        seen += 1;
        true
    });
    assert_eq!(seen, 2000);
}
