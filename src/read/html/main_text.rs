//! Which lines of a page are its article.
//!
//! Every paragraph scores by its length and punctuation and passes the score on to the elements around it, less with
//! every step; names of classes, the share of links and the place of the headline weigh in. The element with the best
//! score holds the article; it widens while that adds prose and little else, and its good neighbours join it. Parts of
//! it that look like lists of links or are named as such are left out, and a standfirst that stands between headline
//! and text comes in.

use std::collections::HashMap;

use super::flow::{Flow, Line};
use super::headline::Headline;
use super::names::Cues;
use super::tree::{Attribute, Tree};
use super::vocabulary::{ASIDE, Tag};
use crate::document::BlockKind;

/// Letters from which a line counts as a paragraph.
const PARAGRAPH: f32 = 25.0;
/// Letters of main text that a strict reading must find, or a lax one is tried.
const ENOUGH: f32 = 250.0;
/// How many elements around a paragraph share its score.
const REACH: usize = 5;
/// How much more prose than it has an element must gain to widen, as a share.
const WIDER: f32 = 0.3;
/// The share of prose in what it gains.
const MOSTLY: f32 = 0.8;

/// The names that elements go by. Most elements of a page share theirs with others.
pub fn cues(tree: &Tree) -> Vec<Cues> {
    let mut known: HashMap<&str, Cues> = HashMap::new();
    let mut all = vec![Cues::default(); tree.nodes.len()];
    for (node, cues) in all.iter_mut().enumerate() {
        for (attribute, value) in tree.attributes(node) {
            if super::NAMES.contains(&attribute) {
                cues.add(*known.entry(value).or_insert_with(|| {
                    let mut cues = Cues::default();
                    cues.read(value);
                    cues
                }));
            }
        }
    }
    all
}

/// How much each line of `flow` belongs to the article, 0 to 1.
pub fn judge(tree: &Tree, cues: &[Cues], flow: &Flow) -> Vec<f32> {
    let headline = Headline::find(tree, flow);
    let mut best = (0.0, Vec::new());
    for strict in [true, false] {
        let judged = Judge::new(tree, cues, flow, &headline, strict).judge();
        let kept: f32 =
            flow.lines.iter().zip(&judged).filter(|(_, main)| **main >= 0.5).map(|(l, _)| weight(flow, l)).sum();
        if kept > best.0 || best.1.is_empty() {
            best = (kept, judged);
        }
        if kept >= ENOUGH {
            break;
        }
    }
    let (kept, mut main) = best;
    if kept == 0.0 {
        return below_headline(tree, cues, flow, &headline);
    }
    headline.add_standfirst(tree, cues, flow, &mut main);
    main
}

/// For a page without a paragraph: all below its headline that is neither a menu nor a form nor a link.
fn below_headline(tree: &Tree, cues: &[Cues], flow: &Flow, headline: &Headline) -> Vec<f32> {
    let out = Judge::new(tree, cues, flow, headline, true).unlikely();
    let start = headline.line().unwrap_or(0);
    let own = |(n, line): (usize, &Line)| n >= start && !out[line.node] && line.linked * 2 <= line.letters;
    flow.lines.iter().enumerate().map(|l| if own(l) { 0.6 } else { 0.1 }).collect()
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
    /// Letters in block quotes.
    quoted: f32,
}

impl Sum {
    fn add(&mut self, other: Sum) {
        self.letters += other.letters;
        self.linked += other.linked;
        self.prose += other.prose;
        self.lines += other.lines;
        self.commas += other.commas;
        self.quoted += other.quoted;
    }

    fn link_share(&self) -> f32 {
        if self.letters == 0.0 { 0.0 } else { self.linked / self.letters }
    }
}

struct Judge<'a> {
    tree: &'a Tree,
    cues: &'a [Cues],
    flow: &'a Flow,
    headline: &'a Headline,
    /// Parts with bad names are out from the start.
    strict: bool,
    sums: Vec<Sum>,
    /// Elements that are out, with all below them.
    out: Vec<bool>,
}

impl<'a> Judge<'a> {
    fn new(tree: &'a Tree, cues: &'a [Cues], flow: &'a Flow, headline: &'a Headline, strict: bool) -> Judge<'a> {
        let mut sums = vec![Sum::default(); tree.nodes.len()];
        for line in &flow.lines {
            let text = &flow.text[line.at.clone()];
            let letters = weight(flow, line);
            let linked = line.linked as f32 * letters / (line.letters.max(1)) as f32;
            let reads = letters >= 80.0 && linked < 0.3 * letters && !is_legal(text);
            sums[line.node].add(Sum {
                letters,
                linked,
                prose: if reads { letters } else { 0.0 },
                lines: 1.0,
                commas: commas(text),
                quoted: if line.kind == BlockKind::Quote { letters } else { 0.0 },
            });
        }
        for node in (1..tree.nodes.len()).rev() {
            let sum = sums[node];
            sums[tree.nodes[node].parent].add(sum);
        }
        Judge { tree, cues, flow, headline, strict, sums, out: Vec::new() }
    }

    fn judge(mut self) -> Vec<f32> {
        self.out = self.unlikely();
        let scores = self.scores();
        let Some(top) = self.best(&scores).map(|top| self.widened(top)) else {
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
        let own = self.headline.line().and_then(|n| self.article_around(self.flow.lines[n].node));
        for node in 1..self.tree.nodes.len() {
            if out[self.tree.nodes[node].parent] {
                out[node] = true;
                continue;
            }
            let Some(tag) = self.tree.tag(node) else { continue };
            let cues = self.cues[node];
            let sum = self.sums[node];
            let quoted = sum.letters > 0.0 && sum.quoted > 0.8 * sum.letters;
            let bulk = sum.prose > 0.5 * all.prose || quoted;
            if tag.name() == "article" && !bulk && self.is_other_article(node, own) {
                out[node] = true;
                continue;
            }
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
                    && !self.is_plain_list(node)
                    && self.sums[node].prose == 0.0);
        }
        out
    }

    /// A list or table without links is most likely the author's, whatever its class says.
    fn is_plain_list(&self, node: usize) -> bool {
        matches!(self.name(node), "ul" | "ol" | "dl" | "li" | "dd" | "dt" | "thead")
            && self.sums[node].link_share() < 0.3
    }

    /// The innermost `article` element around a node.
    fn article_around(&self, node: usize) -> Option<usize> {
        let mut node = node;
        while node != 0 {
            if self.name(node) == "article" {
                return Some(node);
            }
            node = self.tree.nodes[node].parent;
        }
        None
    }

    /// An `article` element is a teaser or a comment when the headline stands in one, and this is another.
    fn is_other_article(&self, node: usize, own: Option<usize>) -> bool {
        own.is_some_and(|own| own != node && !self.within(own, node))
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
            if is_legal(text) {
                continue;
            }
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
        let lines = self.extents();
        for (node, score) in scores.iter_mut().enumerate().filter(|(_, s)| **s != 0.0) {
            *score *= (1.0 - self.sums[node].link_share()) * self.headline.nearness(lines[node]);
        }
        scores
    }

    /// The first and last line in each element.
    fn extents(&self) -> Vec<(usize, usize)> {
        let mut extents = vec![(usize::MAX, 0); self.tree.nodes.len()];
        for (n, line) in self.flow.lines.iter().enumerate() {
            let (first, last) = extents[line.node];
            extents[line.node] = (first.min(n), last.max(n));
        }
        for node in (1..self.tree.nodes.len()).rev() {
            let (first, last) = extents[node];
            let around = &mut extents[self.tree.nodes[node].parent];
            *around = (around.0.min(first), around.1.max(last));
        }
        extents
    }

    /// The widest element around `top` that adds prose and little else.
    fn widened(&self, top: usize) -> usize {
        let good = self.without_what_is_out();
        let mut widest = top;
        let mut node = top;
        while node != 0 && self.name(node) != "body" {
            node = self.tree.nodes[node].parent;
            let (inner, outer) = (good[widest], good[node]);
            let (prose, letters) = (outer.prose - inner.prose, outer.letters - inner.letters);
            if prose > WIDER * inner.prose && prose > MOSTLY * letters {
                widest = node;
            }
        }
        widest
    }

    /// The sums of all elements without their parts that are out.
    fn without_what_is_out(&self) -> Vec<Sum> {
        let mut own = self.sums.clone();
        for node in (1..self.tree.nodes.len()).rev() {
            let parent = self.tree.nodes[node].parent;
            let inside = if self.out[node] { Sum::default() } else { own[node] };
            let lost = self.sums[node];
            own[parent].letters += inside.letters - lost.letters;
            own[parent].prose += inside.prose - lost.prose;
        }
        own
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
        // A quotation is the author's choice, wherever it was taken from.
        if name == "blockquote" || sum.quoted > 0.8 * sum.letters {
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
        let mixed = cues.good > 0 && !cues.comments && links < 0.3 && sum.prose > 0.5 * sum.letters;
        if (cues.never || cues.comments) && !cues.body && !mixed {
            return true;
        }
        if matches!(name, "form" | "fieldset" | "nav" | "footer" | "aside") {
            return sum.prose < 0.2 * whole.prose;
        }
        if cues.caption && is_caption(self.tree, node) {
            return true;
        }
        if cues.bad > cues.good && !self.is_plain_list(node) && (links > 0.2 || sum.prose < 0.5 * sum.letters) {
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

/// Whether a class of an element is that of the words below a picture.
fn is_caption(tree: &Tree, node: usize) -> bool {
    tree.attribute(node, Attribute::Class).is_some_and(|c| c.to_ascii_lowercase().contains("caption"))
}

/// Whether a line states rights: no article does so in its text.
fn is_legal(text: &str) -> bool {
    text.contains(['©', '®'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::read::html::flow::{Sight, lay_out};

    const PROSE: &str = "The river rose during the night, and by morning the lower streets, the market and the old mill \
        stood under water, as they had not done for thirty years.";

    /// The lines that belong to the article of `page`.
    fn kept(page: &str) -> Vec<String> {
        let tree = Tree::parse(page, &Limits::default());
        let cues = cues(&tree);
        let flow = lay_out(&tree, &cues, Sight::Shown);
        let main = judge(&tree, &cues, &flow);
        let kept = flow.lines.iter().zip(&main).filter(|(_, m)| **m >= 0.5);
        kept.map(|(l, _)| flow.text[l.at.clone()].to_string()).collect()
    }

    fn text(page: &str) -> String {
        kept(page).join("\n")
    }

    #[test]
    fn an_article_spread_over_sections_is_kept_whole() {
        let section =
            |name: &str| format!("<div class=row><div class=c><p>{name} {PROSE}</p><p>{PROSE}</p></div></div>");
        let page = format!("<body><div id=all>{}{}{}</div>", section("One."), section("Two."), section("Three."));
        let text = text(&page);
        assert!(["One.", "Two.", "Three."].iter().all(|s| text.contains(s)), "{text}");
    }

    #[test]
    fn a_standfirst_in_the_header_comes_in_and_a_caption_does_not() {
        let page = format!(
            "<title>River rises over night</title><body><header><h1>River rises over night</h1>\
             <div class=photo><p>The mill on Monday morning, seen from the bridge.</p></div>\
             <p>The lower town is under water, and more rain is on its way.</p></header>\
             <div class=story><p>{PROSE}</p><p>{PROSE} Then it fell.</p></div>"
        );
        let text = text(&page);
        assert!(text.contains("The lower town is under water"), "{text}");
        assert!(!text.contains("seen from the bridge"), "{text}");
    }

    #[test]
    fn other_articles_below_the_own_one_stay_out() {
        let other = format!("<article><h2>Elsewhere</h2><p>Elsewhere, {PROSE}</p></article>");
        let page = format!(
            "<title>River rises over night</title><body><main><article><h1>River rises over night</h1><p>{PROSE}</p>\
             <p>{PROSE} Then it fell.</p><p>{PROSE} Then it rose.</p></article>{other}{other}</main>"
        );
        assert!(!text(&page).contains("Elsewhere"));
        assert!(text(&page).contains("Then it rose."));
    }

    #[test]
    fn embedded_quotations_stay() {
        let page = format!(
            "<body><article><p>{PROSE}</p><blockquote class=twitter-tweet><p>Never seen it so high. \
             <a href=/x>pic.example/abc</a></p><a href=/y>5 May</a></blockquote><p>{PROSE} Then it fell.</p></article>"
        );
        assert!(text(&page).contains("Never seen it so high."));
    }

    #[test]
    fn notes_of_rights_do_not_make_an_article() {
        let rights = "© The Daily. All rights, without exception, in text, pictures, films and sound are reserved, and \
            no part, however small, may be copied, sent or stored, in any form, without leave, in writing, of the owner.";
        let page = format!("<body><div><p>{PROSE}</p></div><div><p>{rights}</p><p>{rights}</p></div>");
        assert_eq!(kept(&page), [PROSE.replace("\n", " ")]);
    }

    #[test]
    fn plain_lists_of_the_article_stay_and_lists_of_links_go() {
        let page = format!(
            "<body><article><p>{PROSE}</p><p>{PROSE} Then it fell.</p><ul class=bullet-list><li>Bread</li><li>Water</li></ul>\
             <ul class=list><li><a href=/a>All about the mill</a></li><li><a href=/b>Our guide to rivers</a></li></ul></article>"
        );
        let text = text(&page);
        assert!(text.contains("Bread") && !text.contains("guide to rivers"), "{text}");
    }

    #[test]
    fn a_page_of_a_few_short_lines_is_not_empty() {
        let page = "<body><nav><a href=/>Home</a></nav><h1>Film swap</h1><p>First: Japan.</p><p>Second: France.</p>";
        assert_eq!(kept(page), ["Film swap", "First: Japan.", "Second: France."]);
    }
}
