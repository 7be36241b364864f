//! One page of a MediaWiki export to a document: wikitext without its templates, tables, references and files.

use crate::document::Document;
use crate::error::{Reason, Reject};
use crate::read::xml::{Step, walk};
use crate::read::{RawRecord, charset, metadata};

/// Reads one page.
///
/// # Errors
/// [`Reason::NoPage`] for what is no article (another namespace, a redirect), [`Reason::NoText`] without a revision.
pub(super) fn document(raw: &RawRecord) -> Result<Document, Reject> {
    let decoded = charset::decode(&raw.bytes, raw.declared())?;
    let (mut title, mut namespace, mut id, mut time, mut text) =
        (String::new(), String::new(), String::new(), String::new(), String::new());
    let mut redirect = false;
    walk(&decoded.text, &mut |path, step| {
        let names: Vec<&str> = path.iter().skip(1).map(String::as_str).collect();
        match (names.as_slice(), step) {
            (["title"], Step::Text(t)) => title.push_str(t),
            (["ns"], Step::Text(t)) => namespace.push_str(t),
            (["id"], Step::Text(t)) => id.push_str(t),
            (["redirect"], Step::Open(_)) => redirect = true,
            // With a full history, the last revision is the article.
            (["revision", "timestamp"], Step::Open(_)) => time.clear(),
            (["revision", "timestamp"], Step::Text(t)) => time.push_str(t),
            (["revision", "text"], Step::Open(_)) => text.clear(),
            (["revision", "text"], Step::Text(t)) => text.push_str(t),
            _ => {}
        }
    });
    let namespace = namespace.trim();
    if !matches!(namespace, "" | "0") {
        return Err(Reject::new(Reason::NoPage, format!("a page of namespace {namespace} is no article")));
    }
    if redirect || text.trim_start().get(..9).is_some_and(|t| t.eq_ignore_ascii_case("#redirect")) {
        return Err(Reject::new(Reason::NoPage, "a redirect is no article"));
    }
    if text.trim().is_empty() {
        return Err(Reject::new(Reason::NoText, "the page has no text"));
    }
    let mut keywords = Vec::new();
    let plain = plain(&text, &mut keywords);
    let mut doc = Document::from_text(plain).with_title(&title);
    doc.set_charset(&decoded);
    let meta = &mut doc.meta;
    meta.id = Some(id.trim().to_string()).filter(|i| !i.is_empty());
    meta.modified = metadata::moment(&time).map(|m| m.0);
    meta.keywords = keywords;
    Ok(doc)
}

/// A tag or an outer link that does not end within so many bytes is none.
const NEAR: usize = 2000;
/// Endings of files that a page shows.
const FILES: &[&str] =
    &["jpg", "jpeg", "png", "gif", "svg", "webp", "ogg", "oga", "ogv", "webm", "mp3", "wav", "pdf", "tif", "tiff"];

/// What a reader of the page would see of `wikitext`. Names of categories are added to `keywords`.
fn plain(wikitext: &str, keywords: &mut Vec<String>) -> String {
    let text = without(wikitext, &[("<!--", "-->"), ("{{", "}}"), ("{|", "|}")]);
    let text = without_elements(&text, &["ref", "gallery", "math", "timeline", "syntaxhighlight", "nowiki"]);
    let text = links(&text, keywords);
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let line = tags(line).replace("'''", "").replace("''", "");
        let line = line.trim_start_matches(['*', '#', ':', ';']).trim();
        if line.starts_with("__") && line.ends_with("__") {
            continue;
        }
        let heading = line.strip_prefix('=').and_then(|l| l.strip_suffix('='));
        out.push_str(heading.map_or(line, |h| h.trim_matches('=').trim()));
        out.push('\n');
    }
    out.trim().to_string()
}

/// The text outside of brackets that may nest. One that is never closed is left as it is.
fn without(text: &str, brackets: &[(&str, &str)]) -> String {
    let bytes = text.as_bytes();
    let mut gaps: Vec<(usize, usize)> = Vec::new();
    let mut open: Vec<(usize, &str)> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !matches!(bytes[at], b'<' | b'{' | b'}' | b'|' | b'-') {
            at += 1;
            continue;
        }
        let rest = &bytes[at..];
        if let Some(n) =
            open.iter().rposition(|(_, close)| rest.starts_with(close.as_bytes())).filter(|n| n + 8 > open.len())
        {
            let (start, close) = open[n];
            open.truncate(n);
            at += close.len();
            while gaps.last().is_some_and(|gap| gap.0 >= start) {
                gaps.pop();
            }
            gaps.push((start, at));
            continue;
        }
        match brackets.iter().find(|(begin, _)| rest.starts_with(begin.as_bytes())) {
            Some((begin, close)) if open.len() < 64 => {
                open.push((at, *close));
                at += begin.len();
            }
            _ => at += 1,
        }
    }
    let mut out = String::with_capacity(text.len());
    let mut last = 0;
    for (start, end) in gaps {
        if start >= last {
            out.push_str(text.get(last..start).unwrap_or_default());
            last = end;
        }
    }
    out.push_str(text.get(last..).unwrap_or_default());
    out
}

/// The text without elements of these names and what is in them.
fn without_elements(text: &str, names: &[&str]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut unclosed: Vec<&str> = Vec::new();
    while let Some(at) = rest.find('<') {
        let tag = &rest[at + 1..];
        let end = tag.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tag.len());
        let name = names.iter().find(|n| n.eq_ignore_ascii_case(&tag[..end]) && !unclosed.contains(n));
        let close = name.and_then(|name| {
            let open = tag_end(tag)?;
            if tag[..open].ends_with('/') {
                return Some(open + 1);
            }
            let close = format!("</{name}>");
            let found = tag.find(&close).map(|i| i + close.len());
            if found.is_none() {
                // Not looked for again: a page may hold thousands that are never closed.
                unclosed.push(name);
            }
            found
        });
        out.push_str(&rest[..at]);
        match close {
            Some(close) => rest = &tag[close..],
            None => {
                out.push('<');
                rest = tag;
            }
        }
    }
    out.push_str(rest);
    out
}

fn tag_end(tag: &str) -> Option<usize> {
    memchr::memchr(b'>', &tag.as_bytes()[..tag.len().min(NEAR)])
}

/// Tags are dropped, what is in them stays.
fn tags(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let tag = &rest[at + 1..];
        match tag_end(tag).filter(|_| tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')) {
            Some(end) => rest = &tag[end + 1..],
            None => {
                out.push('<');
                rest = tag;
            }
        }
    }
    out.push_str(rest);
    out
}

/// `[[a|b]]` and `[http://… b]` as `b`. Files go, with their captions; a category becomes a keyword.
fn links(text: &str, keywords: &mut Vec<String>) -> String {
    // Innermost links first: a caption may hold some. What is written so far waits for its bracket to close.
    let mut stack: Vec<String> = vec![String::new()];
    let mut rest = text;
    loop {
        let Some(at) = rest.find(['[', ']']) else {
            last(&mut stack).push_str(rest);
            break;
        };
        last(&mut stack).push_str(&rest[..at]);
        let bracket = &rest[at..];
        if let Some(behind) = bracket.strip_prefix("[[").filter(|_| stack.len() < 64) {
            stack.push(String::new());
            rest = behind;
        } else if let Some(behind) = bracket.strip_prefix("]]").filter(|_| stack.len() > 1) {
            let link = stack.pop().unwrap_or_default();
            last(&mut stack).push_str(&shown(&link, keywords));
            rest = behind;
        } else if let Some(behind) = bracket.strip_prefix("[http") {
            let near = &behind.as_bytes()[..behind.len().min(NEAR)];
            let end = memchr::memchr2(b']', b'\n', near).filter(|end| near[*end] == b']');
            let Some(end) = end else {
                last(&mut stack).push('[');
                rest = &bracket[1..];
                continue;
            };
            last(&mut stack).push_str(behind[..end].split_once(' ').map_or("", |(_, label)| label));
            rest = &behind[end + 1..];
        } else {
            last(&mut stack).push_str(&bracket[..1]);
            rest = &bracket[1..];
        }
    }
    // Brackets that are never closed stay.
    stack.join("[[")
}

fn last(stack: &mut [String]) -> &mut String {
    let n = stack.len() - 1;
    &mut stack[n]
}

/// What is seen of a link.
fn shown(link: &str, keywords: &mut Vec<String>) -> String {
    let (target, label) = link.split_once('|').unwrap_or((link, ""));
    let target = target.trim();
    if let Some((space, name)) = target.split_once(':').filter(|(space, _)| !space.is_empty()) {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
        if FILES.contains(&ending.as_str()) {
            return String::new();
        }
        let space = space.to_lowercase();
        if space.starts_with("categor")
            || space.starts_with("catégor")
            || matches!(space.as_str(), "kategorie" | "kategoria" | "категория" | "категорія" | "categorie")
        {
            keywords.push(name.trim().to_string());
            return String::new();
        }
        // A link to the same page in another language.
        if (2..=3).contains(&space.len()) && space.bytes().all(|b| b.is_ascii_lowercase()) && label.is_empty() {
            return String::new();
        }
    }
    let label = label.rsplit('|').next().unwrap_or_default().trim();
    if label.is_empty() { target.trim_start_matches(':').to_string() } else { label.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wikitext_becomes_text() {
        let mut keywords = Vec::new();
        let text = "{{date|{{CURRENTDAY}} mars}}'''Le bac''' a repris [[Ligne 3|la ligne]].<ref name=\"a\">Source</ref><ref name=b/>\n\
            [[Fichier:Bac.jpg|vignette|Le bac à [[Évian]]]]\n== Suite ==\n* Un [http://x.example lien] et [[Genève]]<br />\n{| class=x\n|-\n| a\n|}\n[[Catégorie:Transports]]\n[[en:Ferry]]\nFin {{ouverte";
        let want = "Le bac a repris la ligne.\n\nSuite\nUn lien et Genève\n\n\n\nFin {{ouverte";
        assert_eq!(plain(text, &mut keywords), want);
        assert_eq!(keywords, ["Transports"]);
    }

    #[test]
    fn bait_is_read_in_linear_time() {
        for bait in ["{{", "[[", "<ref>", "[http", "{{a}}", "[[a]]", "<!--", "<ref", "<a"] {
            let started = std::time::Instant::now();
            plain(&bait.repeat(50_000), &mut Vec::new());
            assert!(started.elapsed().as_secs() < 5, "{bait}");
        }
    }
}
