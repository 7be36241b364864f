//! The graph of an archive: articles, entities, sites and dates; which article names whom, and who is named with whom.
//!
//! Two entities are named together where a sentence names both. The weight of such an edge is the number of sentences
//! plus a fifth of the number of articles that name both, so that what stands side by side counts more than what merely
//! shares a page. Of an article the [`PAIRED`] entities that it names most are paired, so that a list of a thousand names
//! does not make half a million edges.

use std::collections::HashMap;

use super::article::{Article, Entity};
use super::sentences::sentences;

pub mod gexf;
pub mod graphml;
pub mod networkx;
pub mod tables;

/// Entities of one article that are paired with each other.
const PAIRED: usize = 60;
/// What an article that names both adds to the weight of an edge, where a sentence adds one.
const SHARED_PAGE: f64 = 0.2;

/// How much of the articles is gathered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
pub enum Depth {
    /// Nothing.
    Nothing,
    /// Entities, sites, dates, and who is named with whom.
    Entities,
    /// The articles and their edges as well.
    Articles,
}

/// What is gathered. Nodes are numbered in the order in which they were first seen.
#[derive(Debug, Default)]
pub struct Graph {
    /// Everybody and everything that is named.
    pub entities: Vec<Node>,
    /// Names of sites.
    pub sites: Vec<String>,
    /// Days, months and years that articles mention.
    pub dates: Vec<String>,
    /// The articles, at [`Depth::Articles`].
    pub articles: Vec<Page>,
    pairs: HashMap<(u32, u32), Together>,
    by_entity: HashMap<String, u32>,
    by_site: HashMap<String, u32>,
    by_date: HashMap<String, u32>,
}

/// An entity of the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its id in the records.
    pub id: String,
    /// The name that most articles give it; of equals, the first.
    pub name: String,
    /// `PER`, `LOC`, `ORG`, `EVENT` or `MISC`.
    pub kind: String,
    /// Articles that name it.
    pub articles: u32,
    /// Times it is named.
    pub mentions: u32,
    names: Vec<(String, u32)>,
}

/// An article and what it is tied to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its id.
    pub id: String,
    /// Its headline, or nothing.
    pub title: String,
    /// As fine as it is known, or nothing.
    pub published: String,
    /// Language code.
    pub language: String,
    /// Its address, or nothing.
    pub url: String,
    /// Number of its site.
    pub site: Option<u32>,
    /// What it names: number of the entity, times, first code point.
    pub mentions: Vec<(u32, u32, usize)>,
    /// Numbers of the dates that it mentions.
    pub dates: Vec<u32>,
    /// The article that it repeats.
    pub duplicate_of: Option<String>,
}

/// How often two entities are named together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Together {
    /// Sentences that name both.
    pub sentences: u32,
    /// Articles that name both.
    pub articles: u32,
}

impl Together {
    /// The weight of the edge.
    pub fn weight(self) -> f64 {
        f64::from(self.sentences) + SHARED_PAGE * f64::from(self.articles)
    }
}

impl Graph {
    /// Adds one article.
    pub fn gather(&mut self, article: &Article, depth: Depth) {
        if depth == Depth::Nothing {
            return;
        }
        let numbers: Vec<u32> = article.entities.iter().map(|e| self.entity(e)).collect();
        for (pair, together) in together(article) {
            let (a, b) = (numbers[pair.0], numbers[pair.1]);
            if a != b {
                let sum = self.pairs.entry((a.min(b), a.max(b))).or_default();
                sum.sentences += together.sentences;
                sum.articles += together.articles;
            }
        }
        let site = article.site.as_deref().map(|s| number(s, &mut self.by_site, &mut self.sites));
        let dates: Vec<u32> =
            article.mentioned_dates().into_iter().map(|d| number(d, &mut self.by_date, &mut self.dates)).collect();
        if depth < Depth::Articles {
            return;
        }
        let mention =
            |(n, e): (&u32, &Entity)| (*n, e.mentions.len() as u32, e.mentions.first().map_or(0, |m| m.start));
        self.articles.push(Page {
            id: article.id.to_string(),
            title: article.title.as_deref().unwrap_or_default().to_string(),
            published: article.published().unwrap_or_default().to_string(),
            language: article.language.code.to_string(),
            url: article.url.as_deref().unwrap_or_default().to_string(),
            site,
            mentions: numbers.iter().zip(&article.entities).map(mention).collect(),
            dates,
            duplicate_of: article.duplicate_of.as_deref().map(str::to_string),
        });
    }

    fn entity(&mut self, entity: &Entity) -> u32 {
        let number = *self.by_entity.entry(entity.id.to_string()).or_insert_with(|| {
            self.entities.push(Node {
                id: entity.id.to_string(),
                name: entity.name.to_string(),
                kind: entity.kind.to_string(),
                articles: 0,
                mentions: 0,
                names: Vec::new(),
            });
            (self.entities.len() - 1) as u32
        });
        let node = &mut self.entities[number as usize];
        node.articles += 1;
        node.mentions += entity.mentions.len() as u32;
        node.called(&entity.name, 1);
        number
    }

    /// Adds all of another graph, whose articles come after those of this one.
    pub fn add(&mut self, other: Graph) {
        let mut numbers = Vec::with_capacity(other.entities.len());
        for node in other.entities {
            let number = *self.by_entity.entry(node.id.clone()).or_insert_with(|| {
                self.entities.push(Node { articles: 0, mentions: 0, names: Vec::new(), ..node.clone() });
                (self.entities.len() - 1) as u32
            });
            let ours = &mut self.entities[number as usize];
            ours.articles += node.articles;
            ours.mentions += node.mentions;
            for (name, times) in node.names {
                ours.called(&name, times);
            }
            numbers.push(number);
        }
        for ((a, b), together) in other.pairs {
            let (a, b) = (numbers[a as usize], numbers[b as usize]);
            let sum = self.pairs.entry((a.min(b), a.max(b))).or_default();
            sum.sentences += together.sentences;
            sum.articles += together.articles;
        }
        let sites: Vec<u32> = other.sites.iter().map(|s| number(s, &mut self.by_site, &mut self.sites)).collect();
        let dates: Vec<u32> = other.dates.iter().map(|d| number(d, &mut self.by_date, &mut self.dates)).collect();
        for mut page in other.articles {
            page.site = page.site.map(|s| sites[s as usize]);
            page.dates.iter_mut().for_each(|d| *d = dates[*d as usize]);
            page.mentions.iter_mut().for_each(|m| m.0 = numbers[m.0 as usize]);
            self.articles.push(page);
        }
    }

    /// Who is named with whom, in order of their numbers.
    pub fn pairs(&self) -> Vec<((u32, u32), Together)> {
        let mut pairs: Vec<_> = self.pairs.iter().map(|(pair, together)| (*pair, *together)).collect();
        pairs.sort_unstable_by_key(|(pair, _)| *pair);
        pairs
    }
}

impl Node {
    fn called(&mut self, name: &str, times: u32) {
        match self.names.iter_mut().find(|(n, _)| n == name) {
            Some((_, count)) => *count += times,
            None => self.names.push((name.to_string(), times)),
        }
        // Of equals the first stays, whichever way the parts of an archive are put together.
        let mut best = &self.names[0];
        for other in &self.names {
            if other.1 > best.1 {
                best = other;
            }
        }
        if best.0 != self.name {
            self.name = best.0.clone();
        }
    }
}

fn number(name: &str, by_name: &mut HashMap<String, u32>, names: &mut Vec<String>) -> u32 {
    if let Some(number) = by_name.get(name) {
        return *number;
    }
    names.push(name.to_string());
    let number = (names.len() - 1) as u32;
    by_name.insert(name.to_string(), number);
    number
}

/// Pairs of entities of an article, by their places in it.
fn together(article: &Article) -> Vec<((usize, usize), Together)> {
    let mut chosen: Vec<usize> = (0..article.entities.len()).collect();
    chosen.sort_by_key(|n| std::cmp::Reverse(article.entities[*n].mentions.len()));
    chosen.truncate(PAIRED);
    chosen.sort_unstable();
    let bounds = sentences(&article.text);
    // The title is one more sentence, behind the last.
    let within = |m: &super::article::Mention| match m.within {
        Some(_) => bounds.len(),
        None => bounds.partition_point(|s| s.end <= m.start).min(bounds.len().saturating_sub(1)),
    };
    let named: Vec<Vec<usize>> = chosen
        .iter()
        .map(|n| {
            let mut places: Vec<usize> = article.entities[*n].mentions.iter().map(within).collect();
            places.sort_unstable();
            places.dedup();
            places
        })
        .collect();
    let mut pairs = Vec::new();
    for (i, a) in named.iter().enumerate() {
        for (j, b) in named.iter().enumerate().skip(i + 1) {
            let sentences = a.iter().filter(|place| b.binary_search(place).is_ok()).count() as u32;
            pairs.push(((chosen[i], chosen[j]), Together { sentences, articles: 1 }));
        }
    }
    pairs
}
