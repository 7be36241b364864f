//! GraphML: all nodes and edges, with their data as keys.

use std::io::Write;

use super::super::article::Article;
use super::super::xml::escaped;
use super::super::{Exporter, FileSpec};
use super::networkx::{article, date, site};
use super::{Depth, Graph};

/// GraphML.
pub struct GraphMl;

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
<key id="kind" for="all" attr.name="kind" attr.type="string"/>
<key id="name" for="node" attr.name="name" attr.type="string"/>
<key id="type" for="node" attr.name="type" attr.type="string"/>
<key id="published" for="node" attr.name="published" attr.type="string"/>
<key id="language" for="node" attr.name="language" attr.type="string"/>
<key id="url" for="node" attr.name="url" attr.type="string"/>
<key id="mentions" for="node" attr.name="mentions" attr.type="int"/>
<key id="count" for="edge" attr.name="count" attr.type="int"/>
<key id="first" for="edge" attr.name="first" attr.type="int"/>
<key id="sentences" for="edge" attr.name="sentences" attr.type="int"/>
<key id="articles" for="all" attr.name="articles" attr.type="int"/>
<key id="weight" for="edge" attr.name="weight" attr.type="double"/>
<graph id="archive" edgedefault="directed">
"#;

impl Exporter for GraphMl {
    fn files(&self) -> Vec<FileSpec> {
        vec![FileSpec::table("graph.graphml", HEAD)]
    }

    fn article(&self, _: &Article, _: &mut [Vec<u8>]) {}

    fn depth(&self) -> Depth {
        Depth::Articles
    }

    fn finish(&self, graph: &Graph, out: &mut [Vec<u8>]) {
        let out = &mut out[0];
        for p in &graph.articles {
            let data = [("name", &p.title), ("published", &p.published), ("language", &p.language), ("url", &p.url)];
            let data: Vec<_> = data.into_iter().map(|(k, v)| (k, v.clone())).collect();
            node(&article(&p.id), "article", &data, out);
        }
        for e in &graph.entities {
            let data = [
                ("name", e.name.clone()),
                ("type", e.kind.clone()),
                ("articles", e.articles.to_string()),
                ("mentions", e.mentions.to_string()),
            ];
            node(&e.id, "entity", &data, out);
        }
        for name in &graph.sites {
            node(&site(name), "site", &[("name", name.clone())], out);
        }
        for value in &graph.dates {
            node(&date(value), "date", &[("name", value.clone())], out);
        }
        for p in &graph.articles {
            let source = article(&p.id);
            for (entity, count, first) in &p.mentions {
                let data = [("count", count.to_string()), ("first", first.to_string())];
                edge(&source, &graph.entities[*entity as usize].id, "mentions", &data, out);
            }
            for number in &p.dates {
                edge(&source, &date(&graph.dates[*number as usize]), "mentions-date", &[], out);
            }
            if let Some(number) = p.site {
                edge(&site(&graph.sites[number as usize]), &source, "published", &[], out);
            }
            if let Some(other) = &p.duplicate_of {
                edge(&source, &article(other), "duplicate-of", &[], out);
            }
        }
        for ((a, b), t) in graph.pairs() {
            let data = [
                ("sentences", t.sentences.to_string()),
                ("articles", t.articles.to_string()),
                ("weight", t.weight().to_string()),
            ];
            edge(&graph.entities[a as usize].id, &graph.entities[b as usize].id, "co-occurs", &data, out);
        }
        out.extend_from_slice(b"</graph>\n</graphml>\n");
    }
}

fn node(id: &str, kind: &str, data: &[(&str, String)], out: &mut Vec<u8>) {
    // Writing to memory cannot fail.
    let _ = write!(out, "<node id=\"{}\"><data key=\"kind\">{kind}</data>", escaped(id));
    keys(data, out);
    out.extend_from_slice(b"</node>\n");
}

fn edge(source: &str, target: &str, kind: &str, data: &[(&str, String)], out: &mut Vec<u8>) {
    let (source, target) = (escaped(source), escaped(target));
    let _ = write!(out, "<edge source=\"{source}\" target=\"{target}\"><data key=\"kind\">{kind}</data>");
    keys(data, out);
    out.extend_from_slice(b"</edge>\n");
}

fn keys(data: &[(&str, String)], out: &mut Vec<u8>) {
    for (key, value) in data.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = write!(out, "<data key=\"{key}\">{}</data>", escaped(value));
    }
}
