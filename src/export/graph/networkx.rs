//! Node-link JSON, as networkx reads it. Nodes carry `kind`: article, entity, site or date.

use serde_json::{Value, json};

use super::super::article::Article;
use super::super::{Exporter, FileSpec, json};
use super::{Depth, Graph};

/// Node-link JSON.
pub struct NodeLink;

impl Exporter for NodeLink {
    fn files(&self) -> Vec<FileSpec> {
        vec![FileSpec::table("graph.json", "{\"directed\":true,\"multigraph\":false,\"graph\":{},\"nodes\":[\n")]
    }

    fn article(&self, _: &Article, _: &mut [Vec<u8>]) {}

    fn depth(&self) -> Depth {
        Depth::Articles
    }

    fn finish(&self, graph: &Graph, out: &mut [Vec<u8>]) {
        let out = &mut out[0];
        let mut first = true;
        let mut write = |value: &Value, out: &mut Vec<u8>| {
            if !std::mem::take(&mut first) {
                out.extend_from_slice(b",\n");
            }
            json(value, out);
        };
        for page in &graph.articles {
            write(
                &json!({ "id": article(&page.id), "kind": "article", "name": page.title, "published": page.published, "language": page.language, "url": page.url }),
                out,
            );
        }
        for node in &graph.entities {
            write(
                &json!({ "id": node.id, "kind": "entity", "name": node.name, "type": node.kind, "articles": node.articles, "mentions": node.mentions }),
                out,
            );
        }
        for name in &graph.sites {
            write(&json!({ "id": site(name), "kind": "site", "name": name }), out);
        }
        for value in &graph.dates {
            write(&json!({ "id": date(value), "kind": "date", "name": value }), out);
        }
        out.extend_from_slice(b"\n],\"links\":[\n");
        let mut first = true;
        let mut write = |value: &Value, out: &mut Vec<u8>| {
            if !std::mem::take(&mut first) {
                out.extend_from_slice(b",\n");
            }
            json(value, out);
        };
        for page in &graph.articles {
            let source = article(&page.id);
            for (entity, count, start) in &page.mentions {
                let target = &graph.entities[*entity as usize].id;
                write(
                    &json!({ "source": source, "target": target, "kind": "mentions", "count": count, "first": start }),
                    out,
                );
            }
            for number in &page.dates {
                write(
                    &json!({ "source": source, "target": date(&graph.dates[*number as usize]), "kind": "mentions-date" }),
                    out,
                );
            }
            if let Some(number) = page.site {
                write(
                    &json!({ "source": site(&graph.sites[number as usize]), "target": source, "kind": "published" }),
                    out,
                );
            }
            if let Some(other) = &page.duplicate_of {
                write(&json!({ "source": source, "target": article(other), "kind": "duplicate-of" }), out);
            }
        }
        for ((a, b), together) in graph.pairs() {
            let (a, b) = (&graph.entities[a as usize].id, &graph.entities[b as usize].id);
            write(
                &json!({ "source": a, "target": b, "kind": "co-occurs", "sentences": together.sentences, "articles": together.articles, "weight": together.weight() }),
                out,
            );
        }
        out.extend_from_slice(b"\n]}\n");
    }
}

/// Ids of nodes that are no entities say what they are, so that none can be taken for another.
pub fn article(id: &str) -> String {
    format!("article:{id}")
}

/// See [`article`].
pub fn site(name: &str) -> String {
    format!("site:{name}")
}

/// See [`article`].
pub fn date(value: &str) -> String {
    format!("date:{value}")
}
