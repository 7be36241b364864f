//! Graphs for databases: a CSV file for each kind of node and edge, and the script that loads them. Articles and what they
//! mention are written as they come; the rest when all have been seen. Ids are those of the records, so that loading a
//! later run again updates what is there.

use super::super::article::Article;
use super::super::csv::row;
use super::super::{Exporter, FileSpec};
use super::{Depth, Graph};

/// The tables, for one of the databases.
pub enum Tables {
    /// Kuzu, and its forks: `schema.cypher` makes the tables, `load.cypher` fills them.
    Kuzu,
    /// Neo4j: headers for `neo4j-admin database import`, and `load.cypher` for a server that runs.
    Neo4j,
}

/// A file that both databases load, and its header for neo4j-admin, which wants it in a file of its own.
struct Table {
    name: &'static str,
    header_name: &'static str,
    header: &'static str,
}

const TABLES: [Table; 9] = [
    Table {
        name: "articles.csv",
        header_name: "articles-header.csv",
        header: "id:ID(Article),title,published,language,site,url\n",
    },
    Table {
        name: "mentions.csv",
        header_name: "mentions-header.csv",
        header: ":START_ID(Article),:END_ID(Entity),count:int,first:int\n",
    },
    Table {
        name: "mentions_date.csv",
        header_name: "mentions_date-header.csv",
        header: ":START_ID(Article),:END_ID(Date)\n",
    },
    Table { name: "published.csv", header_name: "published-header.csv", header: ":START_ID(Site),:END_ID(Article)\n" },
    Table {
        name: "duplicates.csv",
        header_name: "duplicates-header.csv",
        header: ":START_ID(Article),:END_ID(Article)\n",
    },
    Table {
        name: "entities.csv",
        header_name: "entities-header.csv",
        header: "id:ID(Entity),name,type,articles:int,mentions:int\n",
    },
    Table { name: "sites.csv", header_name: "sites-header.csv", header: "name:ID(Site)\n" },
    Table { name: "dates.csv", header_name: "dates-header.csv", header: "value:ID(Date)\n" },
    Table {
        name: "co_occurs.csv",
        header_name: "co_occurs-header.csv",
        header: ":START_ID(Entity),:END_ID(Entity),sentences:int,articles:int,weight:double\n",
    },
];

impl Exporter for Tables {
    fn files(&self) -> Vec<FileSpec> {
        let mut files: Vec<FileSpec> = TABLES.iter().map(|t| FileSpec::rows(t.name)).collect();
        match self {
            Tables::Kuzu => {
                files.push(FileSpec::fixed("schema.cypher", include_str!("../settings/kuzu-schema.cypher")));
                files.push(FileSpec::fixed("load.cypher", include_str!("../settings/kuzu-load.cypher")));
            }
            Tables::Neo4j => {
                files.extend(TABLES.iter().map(|t| FileSpec::fixed(t.header_name, t.header)));
                files.push(FileSpec::fixed("load.cypher", include_str!("../settings/neo4j-load.cypher")));
                files.push(FileSpec::fixed("import.sh", include_str!("../settings/neo4j-import.sh")));
            }
        }
        files
    }

    fn article(&self, a: &Article, out: &mut [Vec<u8>]) {
        let optional = |text: &Option<std::borrow::Cow<str>>| text.as_deref().unwrap_or_default().to_string();
        let published = a.published().unwrap_or_default();
        row(
            &[&a.id, &optional(&a.title), published, &a.language.code, &optional(&a.site), &optional(&a.url)],
            &mut out[0],
        );
        for entity in &a.entities {
            let first = entity.mentions.first().map_or(0, |m| m.start).to_string();
            row(&[&a.id, &entity.id, &entity.mentions.len().to_string(), &first], &mut out[1]);
        }
        for value in a.mentioned_dates() {
            row(&[&a.id, value], &mut out[2]);
        }
        if let Some(site) = &a.site {
            row(&[site, &a.id], &mut out[3]);
        }
        if let Some(other) = &a.duplicate_of {
            row(&[&a.id, other], &mut out[4]);
        }
    }

    fn depth(&self) -> Depth {
        Depth::Entities
    }

    fn finish(&self, graph: &Graph, out: &mut [Vec<u8>]) {
        for e in &graph.entities {
            row(&[&e.id, &e.name, &e.kind, &e.articles.to_string(), &e.mentions.to_string()], &mut out[5]);
        }
        for name in &graph.sites {
            row(&[name], &mut out[6]);
        }
        for value in &graph.dates {
            row(&[value], &mut out[7]);
        }
        for ((a, b), t) in graph.pairs() {
            let (a, b) = (&graph.entities[a as usize].id, &graph.entities[b as usize].id);
            row(&[a, b, &t.sentences.to_string(), &t.articles.to_string(), &t.weight().to_string()], &mut out[8]);
        }
    }
}
