//! The report as a reader meets it: in a browser, where there is one.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

/// A record, and what `change` makes of it.
fn record(n: usize, change: impl FnOnce(&mut serde_json::Value)) -> String {
    let text = format!("Le bac numéro {n} est parti pour Genève. Odile Verdan a applaudi son chargeur.");
    let mut record = json!({
        "schema": "tamis/1", "id": format!("a{n}"), "content_id": format!("c{n}"),
        "source": { "path": format!("raw/{n}.txt"), "record": 0, "offset": 0, "bytes": 10, "format": "text", "charset": "utf-8", "blake3": "00" },
        "language": { "code": "fr", "confidence": 1.0, "script": "Latn" },
        "title": format!("Bac {n}"),
        "published": { "value": format!("2024-{:02}-14", 1 + n % 12), "precision": "day" },
        "text": text,
        "blocks": [{ "kind": "body", "start": 0, "end": text.chars().count() }],
        "entities": [
            { "id": "Q71", "name": "Genève", "type": "LOC", "salience": 0.5, "mentions": [{ "start": text.chars().count() - 45, "end": text.chars().count() - 39, "text": "Genève" }] },
            { "id": "tamis:per:odile-verdan", "name": "Odile Verdan", "type": "PER", "salience": 0.5, "mentions": [{ "start": text.chars().count() - 37, "end": text.chars().count() - 25, "text": "Odile Verdan" }] }
        ],
        "edits": [{ "start": 60, "end": 62, "at": text.chars().count() - 13, "before": "sn", "after": "son", "rule": "typos/short", "confidence": 0.9 }],
        "removed": [{ "kind": "newsletter", "rule": "boilerplate/fr/letter", "confidence": 0.9, "text": "Recevez notre lettre", "start": 90, "end": 110, "at": text.chars().count() }],
        "quality": { "kept_share": 0.8, "edits": { "typos/short": 1 }, "removed": { "newsletter": 1 } }
    });
    change(&mut record);
    record.to_string()
}

fn page_of(records: &[String]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("articles")).unwrap();
    std::fs::write(folder.path().join("articles/00000.jsonl"), records.join("\n") + "\n").unwrap();
    let page = folder.path().join("report.html");
    std::fs::write(&page, tamis::report::page(folder.path()).unwrap()).unwrap();
    (folder, page)
}

fn chromium() -> Option<PathBuf> {
    let found = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    found.iter().map(PathBuf::from).find(|p| p.exists())
}

/// The page after its script has run, and what the script said on the console.
fn visit(browser: &Path, profile: &Path, page: &Path, address: &str) -> (String, String) {
    let done = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"])
        .args(["--disable-background-networking", "--disable-component-update", "--enable-logging=stderr"])
        .args(["--virtual-time-budget=3000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("file://{}{address}", page.display()))
        .output()
        .unwrap();
    let console =
        String::from_utf8_lossy(&done.stderr).lines().filter(|l| l.contains("CONSOLE")).collect::<Vec<_>>().join("\n");
    (String::from_utf8_lossy(&done.stdout).into_owned(), console)
}

#[test]
fn a_browser_filters_and_opens() {
    let (folder, page) = page_of(&(0..60).map(|n| record(n, |_| ())).collect::<Vec<_>>());
    let Some(browser) = chromium() else {
        eprintln!("skipped: no Chromium here; make test installs it where it may");
        return;
    };
    let profile = folder.path().join("profile");
    let visit = |address: &str| visit(&browser, &profile, &page, address);

    let (dom, console) = visit("");
    assert_eq!(console, "");
    assert!(dom.contains(">60 articles</p>") && dom.matches("<li>").count() == 50, "the first fifty are listed");
    let (dom, console) = visit("#q=NUMERO+42");
    assert_eq!(console, "");
    assert!(dom.contains(">1 article</p>"), "accents and case do not matter");
    let (dom, _) = visit("#name=Q71&open=a7");
    assert!(dom.contains("that name Genève"));
    assert!(
        dom.contains("<del title=\"typos/short\">sn</del><ins title=\"typos/short\">son</ins>"),
        "the edit stands in its place"
    );
    assert!(dom.contains("<del>Recevez notre lettre</del>"), "what was removed is struck through");
    assert!(dom.contains("data-value=\"Q71\" title=\"LOC Genève Q71\">Genève</mark>"), "names are marked");
}

#[test]
fn no_text_becomes_markup() {
    let evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>";
    let (_folder, page) = page_of(&[record(1, |r| {
        r["title"] = evil.into();
        r["text"] = evil.into();
        r["site"] = evil.into();
        r["url"] = "javascript:alert(3)".into();
        r["entities"][0]["name"] = evil.into();
        r["removed"][0]["text"] = evil.into();
        r["edits"][0]["before"] = evil.into();
    })]);
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(!html.contains("<script>alert") && !html.contains("<img") && !html.contains("href=\"javascript"));
    assert_eq!(html.matches("<script").count(), 2, "the data and the script of the page");
}

#[test]
fn a_large_archive_is_sampled_and_says_so() {
    let long = "Le bac est parti. ".repeat(400);
    let records: Vec<_> = (0..3000).map(|n| record(n, |r| r["text"] = long.clone().into())).collect();
    let (_folder, page) = page_of(&records);
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(html.len() < 15 << 20, "{} bytes", html.len());
    assert!(html.contains("too large for one page: 3000 of its 3000 articles are listed"));
    assert!(html.contains("<b>3000</b> articles"));
    assert!(
        !html.contains("http://") || html.matches("http://").count() == html.matches("http://www.w3.org").count(),
        "nothing is fetched"
    );
}
