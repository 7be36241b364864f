//! GEXF 1.3 for Gephi: the entities and who is named with whom, which is the graph that people look at.

use std::io::Write;

use super::super::article::Article;
use super::super::xml::escaped;
use super::super::{Exporter, FileSpec};
use super::{Depth, Graph};

/// GEXF.
pub struct Gexf;

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" version="1.3">
<meta><creator>tamis</creator><description>Who is named with whom</description></meta>
<graph mode="static" defaultedgetype="undirected">
<attributes class="node">
<attribute id="0" title="type" type="string"/>
<attribute id="1" title="articles" type="integer"/>
<attribute id="2" title="mentions" type="integer"/>
</attributes>
<attributes class="edge">
<attribute id="0" title="sentences" type="integer"/>
<attribute id="1" title="articles" type="integer"/>
</attributes>
<nodes>
"#;

impl Exporter for Gexf {
    fn files(&self) -> Vec<FileSpec> {
        vec![FileSpec::table("graph.gexf", HEAD)]
    }

    fn article(&self, _: &Article, _: &mut [Vec<u8>]) {}

    fn depth(&self) -> Depth {
        Depth::Entities
    }

    fn finish(&self, graph: &Graph, out: &mut [Vec<u8>]) {
        let out = &mut out[0];
        for e in &graph.entities {
            // Writing to memory cannot fail.
            let _ = writeln!(
                out,
                "<node id=\"{}\" label=\"{}\"><attvalues><attvalue for=\"0\" value=\"{}\"/><attvalue for=\"1\" value=\"{}\"/><attvalue for=\"2\" value=\"{}\"/></attvalues></node>",
                escaped(&e.id),
                escaped(&e.name),
                escaped(&e.kind),
                e.articles,
                e.mentions
            );
        }
        out.extend_from_slice(b"</nodes>\n<edges>\n");
        for (n, ((a, b), t)) in graph.pairs().into_iter().enumerate() {
            let (a, b) = (&graph.entities[a as usize].id, &graph.entities[b as usize].id);
            let _ = writeln!(
                out,
                "<edge id=\"{n}\" source=\"{}\" target=\"{}\" weight=\"{}\"><attvalues><attvalue for=\"0\" value=\"{}\"/><attvalue for=\"1\" value=\"{}\"/></attvalues></edge>",
                escaped(a),
                escaped(b),
                t.weight(),
                t.sentences,
                t.articles
            );
        }
        out.extend_from_slice(b"</edges>\n</graph>\n</gexf>\n");
    }
}
