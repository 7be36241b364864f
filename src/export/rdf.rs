//! Linked data: schema.org says what an article is, NIF where it names something, Wikidata and GeoNames what that is.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::article::{Article, Entity};
use super::{Exporter, FileSpec, json_line};

const SCHEMA: &str = "https://schema.org/";
const NIF: &str = "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#";
const ITS: &str = "http://www.w3.org/2005/11/its/rdf#";
const XSD: &str = "http://www.w3.org/2001/XMLSchema#";
const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/// The address of an article: a name of its own, since the same address on the Web may hold other words tomorrow.
fn article_iri(id: &str) -> String {
    format!("urn:tamis:article:{}", percent(id))
}

/// The address of an entity.
fn entity_iri(id: &str) -> String {
    match id.split_once(':') {
        None => format!("http://www.wikidata.org/entity/{}", percent(id)),
        Some(("geonames", number)) => format!("https://sws.geonames.org/{}/", percent(number)),
        Some((_, name)) => format!("urn:tamis:entity:{}", percent(name)),
    }
}

/// Letters, digits and `-._~` as they are, all else in percent signs.
fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Whether `url` can stand in angle brackets.
fn is_iri(url: &str) -> bool {
    let known = url.starts_with("http://") || url.starts_with("https://");
    known && !url.chars().any(|c| c <= ' ' || matches!(c, '<' | '>' | '"' | '{' | '}' | '|' | '\\' | '^' | '`'))
}

/// What schema.org calls an entity of this type.
fn class(entity: &Entity) -> &'static str {
    match &*entity.kind {
        "PER" => "Person",
        "LOC" => "Place",
        "ORG" => "Organization",
        "EVENT" => "Event",
        _ => "Thing",
    }
}

/// The XML Schema type of a date that is known this finely; nothing where it is none of them.
fn date_type(value: &str) -> Option<&'static str> {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = value.split('-').collect();
    match parts.as_slice() {
        [y] if y.len() == 4 && digits(y) => Some("gYear"),
        [y, m] if y.len() == 4 && m.len() == 2 && digits(y) && digits(m) => Some("gYearMonth"),
        [y, m, d] if y.len() == 4 && m.len() == 2 && digits(y) && digits(m) && d.len() == 2 && digits(d) => {
            Some("date")
        }
        _ => None,
    }
}

/// N-Triples.
pub struct NTriples;

/// Statements about one thing.
struct Subject<'o> {
    iri: String,
    out: &'o mut Vec<u8>,
}

impl Subject<'_> {
    fn iri(&mut self, predicate: &str, object: &str) {
        self.line(predicate, &format!("<{object}>"));
    }

    fn text(&mut self, predicate: &str, text: &str) {
        self.line(predicate, &literal(text));
    }

    fn typed(&mut self, predicate: &str, text: &str, kind: &str) {
        self.line(predicate, &format!("{}^^<{XSD}{kind}>", literal(text)));
    }

    fn line(&mut self, predicate: &str, object: &str) {
        self.out.extend_from_slice(format!("<{}> <{predicate}> {object} .\n", self.iri).as_bytes());
    }
}

fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

impl Exporter for NTriples {
    fn files(&self) -> Vec<FileSpec> {
        vec![FileSpec::rows("articles.nt")]
    }

    fn article(&self, a: &Article, out: &mut [Vec<u8>]) {
        let out = &mut out[0];
        let iri = article_iri(&a.id);
        let schema = |name: &str| format!("{SCHEMA}{name}");
        let mut s = Subject { iri: iri.clone(), out };
        s.iri(TYPE, &schema("NewsArticle"));
        s.text(&schema("identifier"), &a.id);
        s.text(&schema("inLanguage"), &a.language.code);
        s.text(&schema("articleBody"), &a.text);
        for (name, value) in
            [("headline", &a.title), ("alternativeHeadline", &a.subtitle), ("articleSection", &a.section)]
        {
            if let Some(value) = value {
                s.text(&schema(name), value);
            }
        }
        for author in &a.authors {
            s.text(&schema("author"), author);
        }
        for keyword in &a.keywords {
            s.text(&schema("keywords"), keyword);
        }
        if let Some(site) = &a.site {
            s.text(&schema("publisher"), site);
        }
        if let Some(url) = a.url.as_deref().filter(|u| is_iri(u)) {
            s.iri(&schema("url"), url);
        }
        if let Some(value) = a.published() {
            match date_type(value) {
                Some(kind) => s.typed(&schema("datePublished"), value, kind),
                None => s.text(&schema("datePublished"), value),
            }
        }
        if let Some(other) = &a.duplicate_of {
            s.iri(&schema("isBasedOn"), &article_iri(other));
        }
        for value in a.mentioned_dates() {
            match date_type(value) {
                Some(kind) => s.typed(&schema("temporalCoverage"), value, kind),
                None => s.text(&schema("temporalCoverage"), value),
            }
        }
        for entity in &a.entities {
            s.iri(&schema("mentions"), &entity_iri(&entity.id));
        }
        let context = format!("{iri}#char=0,{}", a.text.chars().count());
        let mut c = Subject { iri: context.clone(), out: s.out };
        c.iri(TYPE, &format!("{NIF}Context"));
        c.iri(&format!("{NIF}sourceUrl"), &iri);
        c.text(&format!("{NIF}isString"), &a.text);
        let out = c.out;
        for entity in &a.entities {
            let mut e = Subject { iri: entity_iri(&entity.id), out: &mut *out };
            e.iri(TYPE, &schema(class(entity)));
            e.text(&schema("name"), &entity.name);
            for mention in entity.mentions.iter().filter(|m| m.within.is_none()) {
                let mut m = Subject { iri: format!("{iri}#char={},{}", mention.start, mention.end), out: &mut *out };
                m.iri(TYPE, &format!("{NIF}Phrase"));
                m.iri(&format!("{NIF}referenceContext"), &context);
                m.typed(&format!("{NIF}beginIndex"), &mention.start.to_string(), "nonNegativeInteger");
                m.typed(&format!("{NIF}endIndex"), &mention.end.to_string(), "nonNegativeInteger");
                m.text(&format!("{NIF}anchorOf"), &mention.text);
                m.iri(&format!("{ITS}taIdentRef"), &entity_iri(&entity.id));
            }
        }
    }
}

/// JSON-LD, one article a line, each complete in itself.
pub struct JsonLd;

impl Exporter for JsonLd {
    fn files(&self) -> Vec<FileSpec> {
        vec![FileSpec::rows("articles.jsonld.jsonl")]
    }

    fn article(&self, a: &Article, out: &mut [Vec<u8>]) {
        let mut fields = Map::new();
        let mut put = |name: &str, value: Value| {
            fields.insert(name.to_string(), value);
        };
        // The vocabulary alone, so that a reader needs no network to understand it.
        put("@context", json!({ "@vocab": SCHEMA, "url": { "@type": "@id" }, "isBasedOn": { "@type": "@id" } }));
        put("@id", json!(article_iri(&a.id)));
        put("@type", json!("NewsArticle"));
        put("identifier", json!(a.id));
        if let Some(title) = &a.title {
            put("headline", json!(title));
        }
        if let Some(subtitle) = &a.subtitle {
            put("alternativeHeadline", json!(subtitle));
        }
        if !a.authors.is_empty() {
            let authors: Vec<_> = a.authors.iter().map(|name| json!({ "@type": "Person", "name": name })).collect();
            put("author", json!(authors));
        }
        if let Some(site) = &a.site {
            put("publisher", json!({ "@type": "Organization", "name": site }));
        }
        if let Some(url) = a.url.as_deref().filter(|u| is_iri(u)) {
            put("url", json!(url));
        }
        if let Some(value) = a.published() {
            put("datePublished", json!(value));
        }
        if let Some(section) = &a.section {
            put("articleSection", json!(section));
        }
        if !a.keywords.is_empty() {
            put("keywords", json!(a.keywords));
        }
        put("inLanguage", json!(a.language.code));
        put("articleBody", json!(a.text));
        if !a.entities.is_empty() {
            let mentions: Vec<_> = a
                .entities
                .iter()
                .map(|e| json!({ "@id": entity_iri(&e.id), "@type": class(e), "name": e.name }))
                .collect();
            put("mentions", json!(mentions));
        }
        if let Some(other) = &a.duplicate_of {
            put("isBasedOn", json!(article_iri(other)));
        }
        json_line(&fields, &mut out[0]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_become_addresses() {
        assert_eq!(entity_iri("Q813"), "http://www.wikidata.org/entity/Q813");
        assert_eq!(entity_iri("geonames:2996944"), "https://sws.geonames.org/2996944/");
        assert_eq!(entity_iri("tamis:PER/odile verdan"), "urn:tamis:entity:PER%2Fodile%20verdan");
        assert_eq!(article_iri("a<b>é"), "urn:tamis:article:a%3Cb%3E%C3%A9");
    }

    #[test]
    fn a_date_is_no_finer_than_it_is_known() {
        for (value, kind) in
            [("2024", Some("gYear")), ("2024-03", Some("gYearMonth")), ("2024-03-14", Some("date")), ("2024-W11", None)]
        {
            assert_eq!(date_type(value), kind, "{value}");
        }
    }

    #[test]
    fn literals_are_escaped() {
        assert_eq!(literal("a\"b\\c\nd\u{1}"), "\"a\\\"b\\\\c\\nd\\u0001\"");
        assert!(!is_iri("http://a.example/<b>") && !is_iri("javascript:alert(1)") && is_iri("https://a.example/é?q=1"));
    }
}
