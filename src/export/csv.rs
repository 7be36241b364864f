//! CSV as RFC 4180 has it, and the tables of an archive.

use super::article::Article;
use super::{Exporter, FileSpec};

/// Appends one row. Cells with a comma, a quote or a line break are quoted.
pub fn row(cells: &[&str], out: &mut Vec<u8>) {
    for (n, cell) in cells.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        if cell.bytes().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r')) {
            out.push(b'"');
            out.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
            out.push(b'"');
        } else {
            out.extend_from_slice(cell.as_bytes());
        }
    }
    out.push(b'\n');
}

/// A cell that no spreadsheet takes for a formula: one that begins like a formula gets an apostrophe before it.
/// Only for tables that people open; what databases load stays as it is.
pub fn harmless(cell: &str) -> std::borrow::Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}").into() } else { cell.into() }
}

/// Four tables that people open: articles, entities by article, mentions, dates; and a data package that describes them.
pub struct Tables;

const ARTICLES: &str = "id,content_id,title,subtitle,authors,site,url,section,language,published,precision,modified,keywords,characters,flags,duplicate_of,path,record,text\n";
const ENTITIES: &str = "article,entity,name,type,mentions,first,in_title\n";
const MENTIONS: &str = "article,entity,start,end,in,text\n";
const DATES: &str = "article,start,end,in,text,type,value\n";

impl Exporter for Tables {
    fn files(&self) -> Vec<FileSpec> {
        vec![
            FileSpec::table("articles.csv", ARTICLES),
            FileSpec::table("entities.csv", ENTITIES),
            FileSpec::table("mentions.csv", MENTIONS),
            FileSpec::table("dates.csv", DATES),
            FileSpec::fixed("datapackage.json", include_str!("settings/datapackage.json")),
        ]
    }

    fn article(&self, article: &Article, out: &mut [Vec<u8>]) {
        let a = article;
        let optional =
            |text: &Option<std::borrow::Cow<str>>| harmless(text.as_deref().unwrap_or_default()).into_owned();
        let precision = a.published.as_ref().and_then(|p| p.precision.as_deref()).unwrap_or_default();
        row(
            &[
                &harmless(&a.id),
                &a.content_id,
                &optional(&a.title),
                &optional(&a.subtitle),
                &harmless(&a.authors.join("; ")),
                &optional(&a.site),
                &optional(&a.url),
                &optional(&a.section),
                &a.language.code,
                a.published().unwrap_or_default(),
                precision,
                a.modified.as_deref().unwrap_or_default(),
                &harmless(&a.keywords.join("; ")),
                &a.text.chars().count().to_string(),
                &a.quality.flags.join("; "),
                &optional(&a.duplicate_of),
                &harmless(&a.source.path),
                &a.source.record.to_string(),
                &harmless(&a.text),
            ],
            &mut out[0],
        );
        let id = harmless(&a.id);
        for entity in &a.entities {
            let first = entity.mentions.first();
            row(
                &[
                    &id,
                    &entity.id,
                    &harmless(&entity.name),
                    &entity.kind,
                    &entity.mentions.len().to_string(),
                    &first.map(|m| m.start.to_string()).unwrap_or_default(),
                    if entity.in_title() { "true" } else { "false" },
                ],
                &mut out[1],
            );
            for mention in &entity.mentions {
                let (start, end) = (mention.start.to_string(), mention.end.to_string());
                let within = mention.within.as_deref().unwrap_or("text");
                row(&[&id, &entity.id, &start, &end, within, &harmless(&mention.text)], &mut out[2]);
            }
        }
        for date in &a.dates {
            let (start, end) = (date.start.to_string(), date.end.to_string());
            let within = date.within.as_deref().unwrap_or("text");
            let value = date.value.as_deref().unwrap_or_default();
            row(&[&id, &start, &end, within, &harmless(&date.text), &date.kind, value], &mut out[3]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_survive() {
        let mut out = Vec::new();
        row(&["a", "b,c", "d \"e\"", "f\ng", ""], &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "a,\"b,c\",\"d \"\"e\"\"\",\"f\ng\",\n");
        assert_eq!(harmless("=1+1"), "'=1+1");
        assert_eq!(harmless("un = deux"), "un = deux");
    }
}
