//! Which lines of a page are its article.
//!
//! Every paragraph scores by its length and punctuation and passes the score on to the elements around it, less with
//! every step; names of classes and the share of links weigh in. The element with the best score holds the article,
//! its good neighbours join it, and parts of it that look like lists of links or are named as such are left out.

use super::flow::{Flow, Line};
use super::tree::{Attribute, Tree};
use super::vocabulary::{ASIDE, Cues, Tag};
use crate::document::BlockKind;

/// Letters from which a line counts as a paragraph.
const PARAGRAPH: f32 = 25.0;
/// Letters of main text that a strict reading must find, or a lax one is tried.
const ENOUGH: f32 = 250.0;
/// How many elements around a paragraph share its score.
const REACH: usize = 5;

/// The names that elements go by.
pub fn cues(tree: &Tree) -> Vec<Cues> {
    (0..tree.nodes.len())
        .map(|node| {
            let mut cues = Cues::default();
            for attribute in [Attribute::Class, Attribute::Id, Attribute::Role, Attribute::Itemprop] {
                if let Some(value) = tree.attribute(node, attribute) {
                    cues.read(value);
                }
            }
            cues
        })
        .collect()
}

/// How much each line of `flow` belongs to the article, 0 to 1.
pub fn judge(tree: &Tree, cues: &[Cues], flow: &Flow) -> Vec<f32> {
    let mut best = (0.0, Vec::new());
    for strict in [true, false] {
        let judged = Judge::new(tree, cues, flow, strict).judge();
        let kept: f32 =
            flow.lines.iter().zip(&judged).filter(|(_, main)| **main >= 0.5).map(|(l, _)| weight(flow, l)).sum();
        if kept >= ENOUGH {
            return judged;
        }
        if kept > best.0 || best.1.is_empty() {
            best = (kept, judged);
        }
    }
    best.1
}

/// Letters of a line, where one of a script without spaces counts as three.
fn weight(flow: &Flow, line: &Line) -> f32 {
    let wide = flow.text[line.at.clone()].chars().filter(|c| ('\u{2e80}'..'\u{fb00}').contains(c)).count();
    line.letters as f32 + 2.0 * wide as f32
}

/// What is known of the text below an element.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    letters: f32,
    linked: f32,
    /// Letters in paragraphs that read like prose.
    prose: f32,
    lines: f32,
    commas: f32,
}

impl Sum {
    fn add(&mut self, other: Sum) {
        self.letters += other.letters;
        self.linked += other.linked;
        self.prose += other.prose;
        self.lines += other.lines;
        self.commas += other.commas;
    }

    fn link_share(&self) -> f32 {
        if self.letters == 0.0 { 0.0 } else { self.linked / self.letters }
    }
}

struct Judge<'a> {
    tree: &'a Tree,
    cues: &'a [Cues],
    flow: &'a Flow,
    /// Parts with bad names are out from the start.
    strict: bool,
    sums: Vec<Sum>,
    /// Elements that are out, with all below them.
    out: Vec<bool>,
}

impl<'a> Judge<'a> {
    fn new(tree: &'a Tree, cues: &'a [Cues], flow: &'a Flow, strict: bool) -> Judge<'a> {
        let mut sums = vec![Sum::default(); tree.nodes.len()];
        for line in &flow.lines {
            let letters = weight(flow, line);
            let linked = line.linked as f32 * letters / (line.letters.max(1)) as f32;
            let commas = commas(&flow.text[line.at.clone()]);
            let reads = letters >= 80.0 && linked < 0.3 * letters;
            sums[line.node].add(Sum { letters, linked, prose: if reads { letters } else { 0.0 }, lines: 1.0, commas });
        }
        for node in (1..tree.nodes.len()).rev() {
            let sum = sums[node];
            sums[tree.nodes[node].parent].add(sum);
        }
        Judge { tree, cues, flow, strict, sums, out: Vec::new() }
    }

    fn judge(mut self) -> Vec<f32> {
        self.out = self.unlikely();
        let scores = self.scores();
        let Some(top) = self.best(&scores) else {
            return self.flow.lines.iter().map(|l| if self.out[l.node] { 0.0 } else { 0.6 }).collect();
        };
        let parts = self.with_neighbours(top, &scores);
        let dropped = self.dropped(&parts);
        self.flow
            .lines
            .iter()
            .map(|line| {
                if !parts.iter().any(|p| self.within(line.node, *p)) {
                    0.0
                } else if self.out[line.node] || dropped[line.node] {
                    0.1
                } else {
                    1.0
                }
            })
            .collect()
    }

    fn within(&self, node: usize, part: usize) -> bool {
        (part..self.tree.nodes[part].end).contains(&node)
    }

    fn name(&self, node: usize) -> &'static str {
        self.tree.tag(node).map_or("", Tag::name)
    }

    /// Elements whose names speak against them, with all below.
    fn unlikely(&self) -> Vec<bool> {
        let mut out = vec![false; self.tree.nodes.len()];
        let all = self.sums[0];
        for node in 1..self.tree.nodes.len() {
            if out[self.tree.nodes[node].parent] {
                out[node] = true;
                continue;
            }
            let Some(tag) = self.tree.tag(node) else { continue };
            let cues = self.cues[node];
            let bulk = self.sums[node].prose > 0.5 * all.prose;
            let protected =
                matches!(tag.name(), "html" | "body" | "article" | "main" | "a" | "table" | "tbody" | "tr" | "td");
            out[node] = (tag.is(ASIDE) && !bulk)
                || (self.strict && !protected && !bulk && cues.comments && !cues.body)
                || (self.strict && !protected && !bulk && cues.never && cues.good == 0)
                || (self.strict
                    && !protected
                    && !bulk
                    && cues.bad > 0
                    && cues.good == 0
                    && self.sums[node].prose == 0.0);
        }
        out
    }

    /// The score of each element: 0 for most.
    fn scores(&self) -> Vec<f32> {
        let mut scores = vec![0.0_f32; self.tree.nodes.len()];
        let mut begun = vec![false; self.tree.nodes.len()];
        for line in &self.flow.lines {
            if self.out[line.node] || line.kind == BlockKind::Heading {
                continue;
            }
            let letters = weight(self.flow, line);
            if letters < PARAGRAPH {
                continue;
            }
            let text = &self.flow.text[line.at.clone()];
            let linked = line.linked as f32 / line.letters.max(1) as f32;
            let score = (1.0 + commas(text) + (letters / 100.0).min(3.0)) * (1.0 - linked);
            let mut node = line.node;
            if matches!(self.name(node), "p" | "pre" | "blockquote" | "li" | "tr") {
                node = self.tree.nodes[node].parent;
            }
            for level in 0..REACH {
                if !begun[node] {
                    begun[node] = true;
                    scores[node] += self.head_start(node);
                }
                scores[node] += match level {
                    0 => score,
                    1 => score / 2.0,
                    _ => score / (level as f32 * 3.0),
                };
                if node == 0 {
                    break;
                }
                node = self.tree.nodes[node].parent;
            }
        }
        for (node, score) in scores.iter_mut().enumerate() {
            *score *= 1.0 - self.sums[node].link_share();
        }
        scores
    }

    /// What an element's own name is worth.
    fn head_start(&self, node: usize) -> f32 {
        let cues = self.cues[node];
        let tag = match self.name(node) {
            "article" => 15.0,
            "main" => 10.0,
            "div" | "section" => 5.0,
            "pre" | "td" | "blockquote" => 3.0,
            "address" | "ol" | "ul" | "dl" | "dd" | "dt" | "li" | "form" => -3.0,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "th" | "figure" | "figcaption" => -5.0,
            _ => 0.0,
        };
        let good = if cues.good > 0 { 25.0 } else { 0.0 };
        let bad = if cues.bad > 0 { -25.0 } else { 0.0 };
        let body = if cues.body { 25.0 } else { 0.0 };
        tag + good + bad + body
    }

    /// The element that holds the article.
    fn best(&self, scores: &[f32]) -> Option<usize> {
        let mut order: Vec<usize> = (0..scores.len()).filter(|n| scores[*n] > 0.0).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
        let mut top = *order.first()?;
        // Where several good elements share a parent, the article is spread over them.
        let rivals: Vec<usize> =
            order[1..].iter().copied().take(8).filter(|n| scores[*n] >= 0.75 * scores[top]).collect();
        if rivals.len() >= 3 {
            let mut node = self.tree.nodes[top].parent;
            while node != 0 {
                if rivals.iter().filter(|r| self.within(**r, node) && **r != node).count() >= 3 {
                    top = node;
                    break;
                }
                node = self.tree.nodes[node].parent;
            }
        }
        // An element around it with a better score, or with nothing else in it.
        let mut last = scores[top];
        let floor = last / 3.0;
        let mut node = self.tree.nodes[top].parent;
        while node != 0 && self.name(node) != "body" {
            if scores[node] > 0.0 {
                if scores[node] < floor {
                    break;
                }
                if scores[node] > last {
                    top = node;
                    break;
                }
                last = scores[node];
            }
            node = self.tree.nodes[node].parent;
        }
        loop {
            let parent = self.tree.nodes[top].parent;
            if parent == 0 || self.name(parent) == "body" || self.sums[parent].lines > self.sums[top].lines {
                break;
            }
            top = parent;
        }
        Some(top)
    }

    /// The best element and those next to it that read like more of the same.
    fn with_neighbours(&self, top: usize, scores: &[f32]) -> Vec<usize> {
        let mut parts = vec![top];
        let parent = self.tree.nodes[top].parent;
        if top == 0 {
            return parts;
        }
        let threshold = (scores[top] * 0.2).max(10.0);
        let class = self.tree.attribute(top, Attribute::Class).filter(|c| !c.trim().is_empty());
        let mut node = parent + 1;
        while node < self.tree.nodes[parent].end {
            if node != top && !self.out[node] && self.tree.tag(node).is_some() {
                let sum = self.sums[node];
                let same = class.is_some() && self.tree.attribute(node, Attribute::Class) == class;
                let bonus = if same { scores[top] * 0.2 } else { 0.0 };
                let joins = if scores[node] + bonus >= threshold && scores[node] > 0.0 {
                    true
                } else if self.name(node) == "p" {
                    (sum.letters > 80.0 && sum.link_share() < 0.25)
                        || (sum.letters > 0.0 && sum.linked == 0.0 && sum.commas > 0.0 && sum.letters <= 80.0)
                } else {
                    false
                };
                if joins {
                    parts.push(node);
                }
            }
            node = self.tree.nodes[node].end;
        }
        parts.sort_unstable();
        parts
    }

    /// Elements inside the article that are not of it.
    fn dropped(&self, parts: &[usize]) -> Vec<bool> {
        let mut dropped = vec![false; self.tree.nodes.len()];
        let whole = parts.iter().fold(Sum::default(), |mut sum, p| {
            sum.add(self.sums[*p]);
            sum
        });
        for part in parts {
            for node in part + 1..self.tree.nodes[*part].end {
                if dropped[self.tree.nodes[node].parent] {
                    dropped[node] = true;
                } else if self.tree.tag(node).is_some() {
                    dropped[node] = self.is_foreign(node, whole);
                }
            }
        }
        dropped
    }

    fn is_foreign(&self, node: usize, whole: Sum) -> bool {
        let sum = self.sums[node];
        let cues = self.cues[node];
        let name = self.name(node);
        if sum.letters == 0.0 || sum.prose > 0.4 * whole.prose.max(1.0) {
            return false;
        }
        let part = matches!(
            name,
            "div"
                | "section"
                | "ul"
                | "ol"
                | "dl"
                | "table"
                | "form"
                | "fieldset"
                | "aside"
                | "footer"
                | "header"
                | "nav"
                | "article"
        );
        if !part {
            return (cues.never || cues.comments)
                && cues.good == 0
                && !matches!(name, "a" | "td" | "tr" | "tbody" | "b" | "i" | "em" | "strong");
        }
        let links = sum.link_share();
        if (cues.never || cues.comments) && !cues.body {
            return true;
        }
        if matches!(name, "form" | "fieldset" | "nav" | "footer" | "aside") {
            return sum.prose < 0.2 * whole.prose;
        }
        if cues.bad > cues.good && (links > 0.2 || sum.prose < 0.5 * sum.letters) {
            return true;
        }
        let commas = sum.commas;
        commas < 10.0 && (links > 0.5 || (links > 0.25 && sum.prose == 0.0))
    }
}

/// How many commas a text has, in any script.
fn commas(text: &str) -> f32 {
    text.chars().filter(|c| matches!(c, ',' | '،' | '、' | '，' | '﹐' | '⹁' | '︐' | '。' | '；')).count() as f32
}
