//! TEI P5 for digital humanities: a corpus with one text an article; names and dates marked where they stand.

use super::article::Article;
use super::xml::{escape, escaped};
use super::{Exporter, FileSpec};
use crate::partial_date::PartialDate;

/// A `teiCorpus` in one file.
pub struct Tei;

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<teiCorpus xmlns="http://www.tei-c.org/ns/1.0">
<teiHeader><fileDesc><titleStmt><title>Articles cleaned by tamis</title></titleStmt><publicationStmt><p>Not published.</p></publicationStmt><sourceDesc><p>News articles, one TEI element each.</p></sourceDesc></fileDesc></teiHeader>
"#;

impl Exporter for Tei {
    fn files(&self) -> Vec<FileSpec> {
        vec![FileSpec::table("corpus.xml", HEAD)]
    }

    fn article(&self, a: &Article, out: &mut [Vec<u8>]) {
        let out = &mut out[0];
        let mut put = |text: &str| out.extend_from_slice(text.as_bytes());
        let title = a.title.as_deref().unwrap_or_default();
        put("<TEI><teiHeader><fileDesc><titleStmt><title>");
        put(&escaped(if title.is_empty() { &a.id } else { title }));
        put("</title>");
        for author in &a.authors {
            put(&format!("<author>{}</author>", escaped(author)));
        }
        put("</titleStmt><publicationStmt>");
        put(&format!("<publisher>{}</publisher>", escaped(a.site.as_deref().unwrap_or("unknown"))));
        if let Some(value) = a.published() {
            put(&format!("<date{}>{}</date>", when(value), escaped(value)));
        }
        put(&format!("<idno type=\"tamis\">{}</idno>", escaped(&a.id)));
        if let Some(url) = &a.url {
            put(&format!("<idno type=\"URI\">{}</idno>", escaped(url)));
        }
        put("</publicationStmt><sourceDesc><p>");
        put(&escaped(&a.source.path));
        let language = escaped(&a.language.code);
        put(&format!(
            "</p></sourceDesc></fileDesc><profileDesc><langUsage><language ident=\"{language}\">{language}</language></langUsage></profileDesc></teiHeader>\n<text xml:lang=\"{language}\"><body>\n"
        ));
        if !title.is_empty() {
            put(&format!("<head>{}</head>\n", escaped(title)));
        }
        body(a, out);
        out.extend_from_slice(b"</body></text></TEI>\n");
    }

    fn finish(&self, _: &super::graph::Graph, out: &mut [Vec<u8>]) {
        out[0].extend_from_slice(b"</teiCorpus>\n");
    }
}

/// Where marks open and close in the text, by code point.
struct Mark<'a> {
    start: usize,
    end: usize,
    open: String,
    close: &'a str,
}

fn body(a: &Article, out: &mut Vec<u8>) {
    let marks = marks(a);
    let mut next = 0;
    let mut chars = a.text.chars();
    let mut at = 0;
    // In TEI a heading opens a division and cannot stand between paragraphs, so it is a paragraph that says what it is.
    let whole = [super::article::Block { kind: "body".into(), start: 0, end: a.text.chars().count() }];
    let blocks = if a.blocks.is_empty() { &whole[..] } else { &a.blocks[..] };
    for block in blocks {
        chars.by_ref().take(block.start.saturating_sub(at)).for_each(drop);
        at = at.max(block.start);
        out.extend_from_slice(
            if block.kind == "body" { "<p>".into() } else { format!("<p rend=\"{}\">", escaped(&block.kind)) }
                .as_bytes(),
        );
        while at < block.end {
            while next < marks.len() && marks[next].start < at {
                next += 1;
            }
            let mark = marks.get(next).filter(|m| m.end <= block.end);
            let stop = mark.map_or(block.end, |m| m.start);
            escape(&chars.by_ref().take(stop - at).collect::<String>(), out);
            at = stop;
            if let Some(mark) = mark {
                out.extend_from_slice(mark.open.as_bytes());
                escape(&chars.by_ref().take(mark.end - mark.start).collect::<String>(), out);
                out.extend_from_slice(mark.close.as_bytes());
                at = mark.end;
                next += 1;
            }
        }
        out.extend_from_slice(b"</p>\n");
    }
}

/// Names and dates in the text, in order; of two that overlap the first.
fn marks<'a>(a: &Article) -> Vec<Mark<'a>> {
    let mut marks = Vec::new();
    for entity in &a.entities {
        let (name, close) = match &*entity.kind {
            "PER" => ("persName", "</persName>"),
            "LOC" => ("placeName", "</placeName>"),
            "ORG" => ("orgName", "</orgName>"),
            _ => ("name", "</name>"),
        };
        for m in entity.mentions.iter().filter(|m| m.within.is_none() && m.start < m.end) {
            let open = format!("<{name} key=\"{}\">", escaped(&entity.id));
            marks.push(Mark { start: m.start, end: m.end, open, close });
        }
    }
    for date in a.dates.iter().filter(|d| d.within.is_none() && d.start < d.end) {
        let open = format!("<date{}>", when(date.value.as_deref().unwrap_or_default()));
        marks.push(Mark { start: date.start, end: date.end, open, close: "</date>" });
    }
    marks.sort_by_key(|m| (m.start, std::cmp::Reverse(m.end)));
    let mut end = 0;
    marks.retain(|m| {
        let free = m.start >= end;
        if free {
            end = m.end;
        }
        free
    });
    marks
}

/// `when` for a calendar date, nothing for what is none.
fn when(value: &str) -> String {
    let whole = PartialDate::parse(value).filter(|d| d.to_string() == value);
    whole.map(|d| format!(" when=\"{d}\"")).unwrap_or_default()
}
