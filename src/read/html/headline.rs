//! Where the headline of a page stands among its lines, and the standfirst below it.
//!
//! The headline is the one line that a page repeats in its own title, and an article begins below it. Publishers often
//! set the standfirst apart from the text, in the header with the headline; it belongs to the article all the same.

use super::flow::{Flow, Line};
use super::names::Cues;
use super::tree::{Attribute, Tree};
use super::vocabulary::ASIDE;
use crate::document::BlockKind;
use crate::read::metadata::json_ld::folded;

/// Lines between headline and text in which a standfirst is looked for.
const REACH: usize = 40;
/// Lines of a standfirst: some are a list of points.
const MOST: usize = 4;
/// Letters of the shortest line that is a standfirst by its form.
const SENTENCE: u32 = 40;
/// Code points in which a line and the page's description must agree.
const SAME: usize = 30;
/// Elements around a line that are asked for their names.
const AROUND: usize = 6;
/// Titles and descriptions of a page that are read, and bytes of each.
const STATED: (usize, usize) = (6, 1000);
/// Lines behind the headline in which an article begins.
const NEAR: usize = 80;

/// The headline's place, and how the page describes itself.
#[derive(Debug, Default)]
pub struct Headline {
    line: Option<usize>,
    /// Descriptions of the page, folded.
    descriptions: Vec<String>,
}

impl Headline {
    /// Looks for the line that the page's title repeats, headings first.
    pub fn find(tree: &Tree, flow: &Flow) -> Headline {
        let mut titles = Vec::new();
        let mut descriptions = Vec::new();
        for node in 1..tree.nodes.len() {
            match tree.tag(node).map(super::vocabulary::Tag::name) {
                Some("title") if titles.is_empty() => titles.push(folded(beginning(&tree.text_of(node, STATED.1)))),
                Some("meta") => {
                    let name = [Attribute::Property, Attribute::Name].into_iter().find_map(|a| tree.attribute(node, a));
                    let content = || folded(beginning(tree.attribute(node, Attribute::Content).unwrap_or_default()));
                    match name.map(|n| n.trim().to_ascii_lowercase()).as_deref() {
                        Some("og:title" | "twitter:title") => titles.push(content()),
                        Some("description" | "og:description" | "twitter:description") => descriptions.push(content()),
                        _ => {}
                    }
                }
                Some("body") => break,
                _ => {}
            }
        }
        titles.truncate(STATED.0);
        descriptions.truncate(STATED.0);
        titles.retain(|t| t.chars().count() >= 8);
        descriptions.retain(|d| d.chars().count() >= SAME);
        let repeats = |line: &Line| {
            let text = &flow.text[line.at.clone()];
            if text.len() > 600 {
                return 0;
            }
            let text = folded(text);
            let long = text.chars().count() >= 8;
            match () {
                () if titles.contains(&text) => 3,
                () if long && titles.iter().any(|t| t.starts_with(&text) || t.ends_with(&text)) => 2,
                () if long && titles.iter().any(|t| text.contains(t.as_str()) || t.contains(&text)) => 1,
                () => 0,
            }
        };
        let mut best: Option<(u8, usize)> = None;
        for (n, line) in flow.lines.iter().enumerate().filter(|(_, l)| l.linked * 2 <= l.letters) {
            let heading = line.kind == BlockKind::Heading;
            let rank = tree.tag(line.node).map_or(0, |t| u8::from(heading) + u8::from(t.name() == "h1"));
            if line.letters > 400 || (rank == 0 && line.letters < 12) {
                continue;
            }
            let agrees = repeats(line);
            let weight = if agrees == 0 { 0 } else { agrees * 2 + rank * 2 };
            if weight > best.map_or(0, |b| b.0) {
                best = Some((weight, n));
            }
        }
        let line = best.map(|b| b.1).or_else(|| only_heading(tree, flow));
        Headline { line, descriptions }
    }

    /// The line of the headline.
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// How likely an article stands in the lines from the first to the last of `extent`, as a factor.
    pub fn nearness(&self, (first, last): (usize, usize)) -> f32 {
        match self.line {
            Some(line) if last < line => 0.6,
            Some(line) if first > line + NEAR => 0.5,
            _ => 1.0,
        }
    }

    /// Takes the standfirst between headline and text into the article.
    pub fn add_standfirst(&self, tree: &Tree, cues: &[Cues], flow: &Flow, main: &mut [f32]) {
        let Some(first) = (0..main.len()).find(|n| main[*n] >= 0.5 && Some(*n) != self.line) else { return };
        let start = self.line.filter(|l| *l < first).map_or(first, |l| l + 1).max(first.saturating_sub(REACH));
        let mut left = MOST;
        for (n, share) in main.iter_mut().enumerate().take(first).skip(first.saturating_sub(REACH)) {
            let line = &flow.lines[n];
            if *share >= 0.5 || left == 0 || line.linked * 3 > line.letters {
                continue;
            }
            let text = &flow.text[line.at.clone()];
            let described = self.describes(text);
            let reads =
                n >= start && line.letters >= SENTENCE && text.ends_with(['.', '?', '!', '…', '»', '”', '"', '。']);
            if (described || reads) && is_plain(tree, cues, line, described) {
                *share = 1.0;
                left -= 1;
            }
        }
    }

    fn describes(&self, text: &str) -> bool {
        let text = folded(beginning(text));
        let same = |d: &String| {
            let length = d.chars().zip(text.chars()).take_while(|(a, b)| a == b).count();
            length >= SAME && (length * 10 >= text.chars().count() * 7 || length * 10 >= d.chars().count() * 7)
        };
        self.descriptions.iter().any(same)
    }
}

/// The one heading of the first rank, on a page that has no other.
fn only_heading(tree: &Tree, flow: &Flow) -> Option<usize> {
    let first_rank = |l: &Line| tree.tag(l.node).is_some_and(|t| t.name() == "h1") && l.linked == 0 && l.letters >= 12;
    let mut all = flow.lines.iter().enumerate().filter(|(_, l)| first_rank(l)).map(|(n, _)| n);
    all.next().filter(|_| all.next().is_none())
}

fn beginning(text: &str) -> &str {
    let mut end = text.len().min(STATED.1);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Whether neither a caption nor a menu nor a teaser holds the line.
fn is_plain(tree: &Tree, cues: &[Cues], line: &Line, described: bool) -> bool {
    if matches!(line.kind, BlockKind::Caption | BlockKind::Credit | BlockKind::Table) {
        return false;
    }
    let mut node = line.node;
    for _ in 0..AROUND {
        let Some(tag) = tree.tag(node) else { break };
        let names = cues[node];
        if tag.is(ASIDE) || matches!(tag.name(), "figure" | "figcaption" | "form" | "dialog") || names.comments {
            return false;
        }
        if !described && (names.caption || (names.never && names.good == 0)) {
            return false;
        }
        if matches!(tag.name(), "header" | "article" | "main" | "body") {
            break;
        }
        node = tree.nodes[node].parent;
    }
    true
}
