//! How records lie in a file, and how that is told: by the first bytes, then by the name where they leave a doubt.

use crate::error::{Reason, Reject};
use crate::read::charset;
use crate::read::cut::values::Wrapper;

/// How the records of a file lie in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// The whole file is one article in plain text.
    Text,
    /// The whole file is one page.
    Html,
    /// One JSON object a line.
    Jsonl,
    /// JSON objects in an array, or one behind the other over several lines.
    Json,
    /// Rows of a table under a row of names, parted by this byte.
    Csv(u8),
    /// Answers of servers as a crawler kept them, or text made of them (WET).
    Warc,
    /// RSS or Atom.
    Feed,
    /// The whole file is one message.
    Mail,
    /// Messages one behind the other.
    Mbox,
    /// An export of a MediaWiki.
    MediaWiki,
    /// NITF or NewsML, as agencies send it.
    NewsMl,
    /// A tar archive.
    Tar,
    /// A zip archive.
    Zip,
    /// Columns of Apache Parquet.
    Parquet,
}

/// One line of the table of formats.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The layout, with a comma for tables.
    pub layout: Layout,
    /// What users type after `--from`.
    pub name: &'static str,
    /// Endings of names.
    pub endings: &'static [&'static str],
    /// One line for a person.
    pub about: &'static str,
}

const fn row(layout: Layout, name: &'static str, endings: &'static [&'static str], about: &'static str) -> Row {
    Row { layout, name, endings, about }
}

/// Every layout, in the order of `tamis formats`.
pub const LAYOUTS: &[Row] = &[
    row(Layout::Text, "text", &["txt", "text", "md"], "plain text, one article a file"),
    row(Layout::Html, "html", &["html", "htm", "xhtml", "shtml"], "a page, one article a file"),
    row(Layout::Jsonl, "jsonl", &["jsonl", "ndjson"], "one JSON object a line"),
    row(
        Layout::Json,
        "json",
        &["json"],
        "an array of JSON objects, bare or in the answer of a service, or objects over several lines",
    ),
    row(Layout::Csv(b','), "csv", &["csv"], "a table with a row of names; , ; and | are told apart"),
    row(Layout::Csv(b'\t'), "tsv", &["tsv", "tab"], "a table with tabs"),
    row(Layout::Warc, "warc", &["warc", "wet"], "a crawl: WARC, and the WET made of it"),
    row(Layout::Feed, "feed", &["rss", "atom", "rdf"], "RSS and Atom, one article an item"),
    row(Layout::Mail, "mail", &["eml"], "one message (EML)"),
    row(Layout::Mbox, "mbox", &["mbox"], "messages in one file"),
    row(Layout::MediaWiki, "mediawiki", &[], "an export of a MediaWiki, one article a page"),
    row(Layout::NewsMl, "newsml", &["nitf", "newsml"], "NITF, NewsML-G2 and NewsML 1"),
    row(Layout::Tar, "tar", &["tar"], "a tar archive of any of these"),
    row(Layout::Zip, "zip", &["zip"], "a zip archive of any of these"),
    row(Layout::Parquet, "parquet", &["parquet"], "Apache Parquet, one article a row (build with --features parquet)"),
];

impl Layout {
    /// The layout called `name` on the command line.
    pub fn from_name(name: &str) -> Option<Layout> {
        LAYOUTS.iter().find(|row| row.name == name).map(|row| row.layout)
    }

    /// What the first bytes of a file say, which may be cut anywhere, and its name.
    ///
    /// # Errors
    /// [`Reason::Binary`] when it does not look like text in any charset.
    pub fn of(head: &[u8], name: &str) -> Result<Layout, Reject> {
        if let Some(layout) = by_magic(head) {
            return Ok(layout);
        }
        if let Some(kind) = charset::binary_kind(head) {
            return Err(Reject::new(Reason::Binary, format!("the bytes look like {kind}, not like text")));
        }
        let text = charset::peek(head);
        let start = text.trim_start_matches(['\u{feff}', '\0']).trim_start();
        let ending = ending(name);
        let named = LAYOUTS.iter().find(|row| row.endings.contains(&ending.as_str())).map(|row| row.layout);
        if start.starts_with('<')
            && let Some(layout) = markup(start)
        {
            return Ok(layout);
        }
        Ok(match named {
            Some(Layout::Jsonl | Layout::Json) if start.starts_with('[') => Layout::Json,
            Some(Layout::Jsonl | Layout::Json) | None if Wrapper::of(start.as_bytes()).is_some() => Layout::Json,
            Some(Layout::Jsonl) => Layout::Jsonl,
            Some(Layout::Html) => Layout::Html,
            Some(Layout::Csv(b'\t')) => Layout::Csv(b'\t'),
            Some(Layout::Csv(_)) => Layout::Csv(delimiter(start.lines().next().unwrap_or_default())),
            Some(Layout::Mbox) if start.starts_with("From ") => Layout::Mbox,
            Some(Layout::Mail) if looks_like_mail(start) => Layout::Mail,
            _ => by_text(start),
        })
    }
}

/// The ending of a file's name, without those of packing, in lower case.
fn ending(name: &str) -> String {
    let name = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    let mut name = name.as_str();
    for ending in [".gz", ".gzip", ".zst", ".zstd", ".bz2", ".xz"] {
        name = name.strip_suffix(ending).unwrap_or(name);
    }
    name.rsplit_once('.').map_or("", |(_, ending)| ending).to_string()
}

fn by_magic(head: &[u8]) -> Option<Layout> {
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        Some(Layout::Zip)
    } else if head.starts_with(b"PAR1") {
        Some(Layout::Parquet)
    } else if super::archive::tar::is_header(head) {
        Some(Layout::Tar)
    } else if head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start().starts_with(b"WARC/") {
        Some(Layout::Warc)
    } else {
        None
    }
}

/// By the first element that is no prologue.
fn markup(start: &str) -> Option<Layout> {
    let mut rest = start;
    let mut xml = false;
    loop {
        rest = rest.trim_start();
        let end = if rest.starts_with("<?xml") {
            xml = true;
            rest.find("?>").map(|i| i + 2)
        } else if rest.starts_with("<?") {
            rest.find('>').map(|i| i + 1)
        } else if rest.starts_with("<!--") {
            rest.find("-->").map(|i| i + 3)
        } else if rest.get(..9).is_some_and(|d| d.eq_ignore_ascii_case("<!doctype")) {
            let name = rest[9..].trim_start();
            if name.get(..4).is_some_and(|n| n.eq_ignore_ascii_case("html")) {
                return Some(Layout::Html);
            }
            // An internal subset lies in brackets.
            let close = rest.find('>')?;
            match rest[..close].contains('[') {
                true => rest
                    .find("]>")
                    .or_else(|| rest.find("] >"))
                    .map(|i| rest[i..].find('>').map_or(rest.len(), |j| i + j + 1)),
                false => Some(close + 1),
            }
        } else {
            break;
        };
        match end {
            Some(end) => rest = &rest[end..],
            None => return Some(if xml { Layout::Text } else { Layout::Html }),
        }
    }
    let name: String =
        rest.strip_prefix('<')?.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '-')).collect();
    let local = name.rsplit(':').next().unwrap_or_default().to_ascii_lowercase();
    Some(match local.as_str() {
        "rss" | "feed" | "rdf" => Layout::Feed,
        "mediawiki" => Layout::MediaWiki,
        "nitf" | "newsml" | "newsitem" | "newsmessage" | "itemset" => Layout::NewsMl,
        "html" | "head" | "body" | "div" | "article" | "p" | "meta" | "main" | "section" | "title" | "table"
        | "span" | "h1" | "script" | "style" | "link" | "header" | "nav" | "a" | "form" | "ul" | "b" | "i" | "em"
        | "strong" => Layout::Html,
        _ if rest.to_ascii_lowercase().contains("<html") => Layout::Html,
        _ => return None,
    })
}

fn by_text(start: &str) -> Layout {
    let first = start.lines().next().unwrap_or_default().trim_end();
    match start.as_bytes() {
        [b'{', ..] if start[1..].trim_start().starts_with(['"', '}']) => {
            let second = start.lines().skip(1).find(|line| !line.trim().is_empty());
            match second {
                // A first line that opens something, or that is cut with no object under it.
                Some(_) if first.ends_with(['{', '[', ',', ':']) => Layout::Json,
                Some(line) if !first.ends_with('}') && !line.starts_with('{') => Layout::Json,
                _ => Layout::Jsonl,
            }
        }
        [b'[', ..]
            if start[1..].trim_start().starts_with("{\"")
                || start[1..].trim_start().starts_with("{\n")
                || start[1..].trim() == "]" =>
        {
            Layout::Json
        }
        _ if start.starts_with("From ") && looks_like_mail(start.split_once('\n').map_or("", |(_, rest)| rest)) => {
            Layout::Mbox
        }
        _ if looks_like_mail(start) => Layout::Mail,
        _ => match delimiter(first) {
            delimiter if is_table(start, delimiter) => Layout::Csv(delimiter),
            _ => Layout::Text,
        },
    }
}

/// The byte that parts the names in the first row.
fn delimiter(first: &str) -> u8 {
    let count = |d: u8| first.bytes().filter(|b| *b == d).count();
    [b'\t', b';', b'|', b','].into_iter().rev().max_by_key(|d| count(*d)).unwrap_or(b',')
}

/// Whether the first row names a field that holds text, beside others, and the second has as many parts.
fn is_table(start: &str, delimiter: u8) -> bool {
    let mut rows = start.lines();
    let first = rows.next().unwrap_or_default();
    let names: Vec<&str> = first.split(char::from(delimiter)).map(|n| n.trim().trim_matches('"')).collect();
    let word = |n: &&str| !n.is_empty() && n.len() < 40 && n.chars().all(|c| c.is_alphanumeric() || "_- .".contains(c));
    names.len() > 1
        && names.iter().all(word)
        && names.iter().any(|n| super::jsonl::holds_text(&n.to_lowercase()))
        && rows.next().is_some_and(|row| row.contains(char::from(delimiter)))
}

const MAIL_HEADERS: &[&str] = &[
    "return-path",
    "received",
    "delivered-to",
    "message-id",
    "from",
    "to",
    "subject",
    "date",
    "mime-version",
    "content-type",
    "x-mailer",
    "reply-to",
    "sender",
    "list-id",
    "dkim-signature",
    "authentication-results",
    "cc",
    "arc-seal",
    "x-received",
];

/// Whether it begins with three headers of a message, one of them such as no article has, up to a blank line.
fn looks_like_mail(start: &str) -> bool {
    let (mut known, mut technical) = (0, false);
    for line in start.lines().take(80) {
        if line.is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else { return false };
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            return false;
        }
        let name = name.to_ascii_lowercase();
        known += usize::from(MAIL_HEADERS.contains(&name.as_str()));
        technical |= matches!(
            name.as_str(),
            "return-path" | "received" | "delivered-to" | "message-id" | "mime-version" | "content-type"
        );
    }
    known >= 3 && technical
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_comes_first_and_names_break_ties() {
        let mail = "Received: from a by b\r\nFrom: a@b.example\r\nSubject: x\r\n\r\nBonjour";
        for (name, head, want) in [
            ("a.txt", "Le maire a parlé.", Layout::Text),
            ("a.txt", "  <!DOCTYPE html><p>a", Layout::Html),
            ("a", "<?xml version=\"1.0\"?>\n<!-- x --><rss version=\"2.0\">", Layout::Feed),
            ("a", "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY a \"b\">]><feed>", Layout::Feed),
            ("a", "<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"x\"><html>", Layout::Html),
            ("a.xml", "<mediawiki xmlns=\"x\">", Layout::MediaWiki),
            ("a.xml", "<nitf>", Layout::NewsMl),
            ("a.xml", "<newsItem xmlns=\"x\">", Layout::NewsMl),
            ("a.json", "{\"text\": \"a\"}\n{\"text\": \"b\"}", Layout::Jsonl),
            ("a.json", "{\n  \"text\": \"a\"\n}", Layout::Json),
            ("a.json", "[{\"text\": \"a\"}]", Layout::Json),
            ("a.json", "{\"articles\": [\n{\"text\": \"a\"},\n{\"text\": \"b\"}]}", Layout::Json),
            ("a.jsonl", "{\"id\": 1", Layout::Jsonl),
            ("a.jsonl.gz", "not json", Layout::Jsonl),
            ("a.txt", "[1] Une note de bas de page", Layout::Text),
            ("a.csv", "titre;corps\nA;B", Layout::Csv(b';')),
            ("a.txt", "id,title,text\n1,a,b", Layout::Csv(b',')),
            ("a.txt", "Dans ce texte, deux lignes,\navec des virgules, rien de plus.", Layout::Text),
            ("a.txt", mail, Layout::Mail),
            ("a.txt", "De: Paul\nA: Marie\n\nBonjour", Layout::Text),
            ("a", "WARC/1.0\r\n", Layout::Warc),
            ("a.txt", "PK\x03\x04", Layout::Zip),
        ] {
            assert_eq!(Layout::of(head.as_bytes(), name).unwrap(), want, "{name} {head}");
        }
        let mbox = format!("From a@b.example Thu Mar 14 08:30:00 2024\n{mail}");
        assert_eq!(Layout::of(mbox.as_bytes(), "a.txt").unwrap(), Layout::Mbox);
        assert!(Layout::of(b"\x89PNG\r\n\x1a\n\0\0", "a.txt").is_err());
    }
}
