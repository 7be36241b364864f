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
        let mut nodes = List::new(out);
        for page in &graph.articles {
            nodes.push(&json!({ "id": article(&page.id), "kind": "article", "name": page.title, "published": page.published, "language": page.language, "url": page.url }));
        }
        for node in &graph.entities {
            nodes.push(&json!({ "id": node.id, "kind": "entity", "name": node.name, "type": node.kind, "articles": node.articles, "mentions": node.mentions }));
        }
        for name in &graph.sites {
            nodes.push(&json!({ "id": site(name), "kind": "site", "name": name }));
        }
        for value in &graph.dates {
            nodes.push(&json!({ "id": date(value), "kind": "date", "name": value }));
        }
        out.extend_from_slice(b"\n],\"links\":[\n");
        let mut links = List::new(out);
        for page in &graph.articles {
            let source = article(&page.id);
            for (entity, count, start) in &page.mentions {
                let target = &graph.entities[*entity as usize].id;
                links.push(
                    &json!({ "source": source, "target": target, "kind": "mentions", "count": count, "first": start }),
                );
            }
            for number in &page.dates {
                let target = date(&graph.dates[*number as usize]);
                links.push(&json!({ "source": source, "target": target, "kind": "mentions-date" }));
            }
            if let Some(number) = page.site {
                let from = site(&graph.sites[number as usize]);
                links.push(&json!({ "source": from, "target": source, "kind": "published" }));
            }
            if let Some(other) = &page.duplicate_of {
                links.push(&json!({ "source": source, "target": article(other), "kind": "duplicate-of" }));
            }
        }
        for ((a, b), together) in graph.pairs() {
            let (a, b) = (&graph.entities[a as usize].id, &graph.entities[b as usize].id);
            links.push(&json!({ "source": a, "target": b, "kind": "co-occurs", "sentences": together.sentences, "articles": together.articles, "weight": together.weight() }));
        }
        out.extend_from_slice(b"\n]}\n");
    }
}

/// Items of a list in JSON, one a line.
struct List<'a> {
    out: &'a mut Vec<u8>,
    empty: bool,
}

impl List<'_> {
    fn new(out: &mut Vec<u8>) -> List<'_> {
        List { out, empty: true }
    }

    fn push(&mut self, item: &Value) {
        if !std::mem::take(&mut self.empty) {
            self.out.extend_from_slice(b",\n");
        }
        json(item, self.out);
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
