//! Headlines: what the trees learn from, and how they do.

use std::error::Error;
use std::fmt;

use tamis::stage::boilerplate::RULED;
use tamis::stage::boilerplate::cues::Cues;
use tamis::stage::boilerplate::learned::forest::Forest;
use tamis::stage::boilerplate::learned::{headline, words};
use tamis::stage::boilerplate::shape::Shape;
use tamis::{Document, Pipeline};

use super::trees::Row;
use super::{letters, refined};

/// A page, and what of it is left where a browser saves less.
pub struct Page {
    /// The whole page first, the one without headline last.
    versions: Vec<Version>,
}

struct Version {
    doc: Document,
    /// The letters of the headline; none where it was left out.
    headline: Option<String>,
}

/// What is seen of the lines of each version of a page, the whole page first, and which one is the headline.
pub type Seen = Vec<Vec<Row<{ headline::SEEN }>>>;

/// Reads the pages of `tables`.
///
/// # Errors
/// A row without tab.
pub fn read(pipeline: &Pipeline, tables: &[String]) -> Result<Vec<Page>, Box<dyn Error>> {
    tables.iter().flat_map(|t| t.split("\n\n")).map(|rows| page(pipeline, rows)).collect()
}

fn page(pipeline: &Pipeline, rows: &str) -> Result<Page, Box<dyn Error>> {
    let rows = rows.lines().map(|r| r.split_once('\t').ok_or_else(|| format!("no tab in {r:?}")));
    let rows: Vec<(&str, &str)> = rows.collect::<Result<_, _>>()?;
    let title = rows.iter().find(|r| r.0 == "t").map_or("", |r| r.1);
    let at = rows.iter().position(|r| r.0 == "t").unwrap_or(0);
    type Keeps<'a> = &'a dyn Fn(usize, &str) -> bool;
    let whole: Keeps = &|_, _| true;
    let article: Keeps = &|_, sign| sign != "d";
    let below: Keeps = &|n, sign| n >= at || sign != "d";
    let close: Keeps = &|n, sign| n + 3 >= at && n <= at + 3 || sign != "d";
    let every_other: Keeps = &|n, sign| n % 2 == 0 || sign != "d";
    let untitled: Keeps = &|n, sign| sign != "t" && (n > at || sign != "d");
    let versions = [whole, article, below, close, every_other, untitled].into_iter().map(|keeps| {
        let rows = rows.iter().enumerate().filter(|(n, (sign, _))| keeps(*n, sign)).map(|(_, r)| r);
        let text: String = rows.clone().flat_map(|(_, line)| [line, "\n"]).collect();
        let headline = rows.clone().any(|r| r.0 == "t").then(|| letters(title));
        // Without the last of the passes that go by rules, which asks for the headline.
        let doc = refined(pipeline, text, RULED - 1)?;
        Ok(Version { doc, headline })
    });
    Ok(Page { versions: versions.collect::<Result<_, Box<dyn Error>>>()? })
}

impl Page {
    /// What is seen of its lines by a model that knows these words.
    pub fn seen(&self, cues: &Cues, words: &words::Words) -> Seen {
        self.versions.iter().map(|v| v.seen(cues, words)).collect()
    }
}

impl Version {
    fn seen(&self, cues: &Cues, words: &words::Words) -> Vec<Row<{ headline::SEEN }>> {
        let heard = cues.for_document(&self.doc);
        let shapes: Vec<Shape> = self.doc.blocks().iter().map(|b| Shape::new(self.doc.block_text(b), heard)).collect();
        let candidates = headline::candidates(&shapes, cues, |s| words.odds(s.text, s.points));
        let is_headline = |line: usize| self.headline.as_ref().is_some_and(|h| *h == letters(shapes[line].text));
        let first = candidates.iter().position(|c| is_headline(c.line));
        candidates.iter().enumerate().map(|(n, c)| (c.seen, Some(n) == first)).collect()
    }
}

/// How many headlines were found.
#[derive(Default)]
pub struct Tally {
    whole: [usize; 2],
    parts: [usize; 2],
    untitled: [usize; 2],
}

impl Tally {
    /// Adds what the trees say of a page.
    pub fn add(&mut self, seen: &Seen, forest: &Forest) {
        for (n, lines) in seen.iter().enumerate() {
            let odds: Vec<_> = lines.iter().map(|(seen, _)| forest.odds(seen)).enumerate().collect();
            let chosen = headline::choose(&odds).filter(|c| c.1 >= headline::LIKELY).map(|c| c.0);
            let right = lines.iter().position(|l| l.1) == chosen;
            let part = match n {
                0 => &mut self.whole,
                _ if n + 1 == seen.len() => &mut self.untitled,
                _ => &mut self.parts,
            };
            *part = [part[0] + usize::from(right), part[1] + 1];
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally { whole, parts, untitled } = self;
        write!(f, "headlines right on {} of {} pages, {} of {} parts, ", whole[0], whole[1], parts[0], parts[1])?;
        write!(f, "none on {} of {} without one", untitled[0], untitled[1])
    }
}
