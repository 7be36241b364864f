//! The date that a page shows its readers: beside the headline, in an element named for it, or behind words such as
//! "published on".
//!
//! Every whole day near the article is weighed by its element's names, the words before it, how much else its line
//! says, and how far it is from the headline. One without enough of these signs is no date of publication, and in the
//! middle of running text none is.

use super::day_notation::{self, Order};
use super::json_ld::folded;
use crate::document::BlockKind;
use crate::partial_date::PartialDate;
use crate::read::html::flow::Flow;
use crate::read::html::names::{self, Cues};
use crate::read::html::tree::{Attribute, Tree};
use crate::read::html::vocabulary::{ASIDE, BLOCK, Tag};

/// Bytes of a line in which days are looked for.
const OPENING: usize = 300;
/// Code points of a line from which on it is running text.
const RUNNING: usize = 220;
/// Weight of the signs that a day must have.
const ENOUGH: f32 = 4.0;
/// Candidates of one page.
const MOST: usize = 400;
/// Signs before the first word of a line.
const OPENING_SIGNS: [char; 7] = ['(', '[', '"', '«', '„', '“', ' '];
/// Elements around a candidate that are asked for their names.
const AROUND: usize = 14;

/// A day that the page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The day.
    pub day: PartialDate,
    /// The time in ISO 8601, where an attribute has it.
    pub stated: Option<String>,
    /// `time` for that element, else `text`.
    pub how: &'static str,
    /// The words that say so.
    pub evidence: String,
    /// It is called the day of the last change.
    pub changed: bool,
    /// It is written for readers, not as programs write it.
    readable: bool,
    /// How many signs speak for it.
    pub weight: f32,
}

/// The days that a page shows.
#[derive(Clone, Debug, Default)]
pub struct Days {
    /// The best day of publication.
    pub published: Option<Shown>,
    /// The best of those that are written for readers.
    pub readable: Option<Shown>,
    /// The best day of the last change.
    pub changed: Option<Shown>,
    /// All that readers can see, whatever they are.
    pub all: Vec<PartialDate>,
}

/// What is known of a page when its dates are looked for.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// Its elements.
    pub tree: &'a Tree,
    /// What their names say.
    pub cues: &'a [Cues],
    /// Its lines.
    pub flow: &'a Flow,
    /// How much each line belongs to the article, 0 to 1.
    pub main: &'a [f32],
}

/// The days that `page` shows.
pub fn find(page: Page<'_>, title: Option<&str>, order: Order) -> Days {
    let search = Search::new(page, title, order);
    let mut all = search.in_elements();
    all.extend(search.in_lines());
    let best = |fits: fn(&Shown) -> bool| {
        let fits = all.iter().filter(|s| s.weight >= ENOUGH && fits(s));
        fits.rev().max_by(|a, b| a.weight.total_cmp(&b.weight)).cloned()
    };
    Days {
        published: best(|s| !s.changed),
        readable: best(|s| !s.changed && s.readable),
        changed: best(|s| s.changed),
        all: all.iter().filter(|s| s.readable).map(|s| s.day).collect(),
    }
}

struct Search<'a> {
    page: Page<'a>,
    order: Order,
    /// The line of the headline.
    head: Option<usize>,
    /// First and last line of the article.
    body: Option<(usize, usize)>,
    /// The first line right in each element.
    first_line: Vec<u32>,
}

impl<'a> Search<'a> {
    fn new(page: Page<'a>, title: Option<&str>, order: Order) -> Search<'a> {
        let lines = &page.flow.lines;
        let mut first_line = vec![u32::MAX; page.tree.nodes.len()];
        for (n, line) in lines.iter().enumerate().rev() {
            first_line[line.node] = u32::try_from(n).unwrap_or(u32::MAX);
        }
        let of_article = |n: &usize| page.main.get(*n).is_some_and(|m| *m >= 0.5);
        let first = (0..lines.len()).find(of_article);
        let last = (0..lines.len()).rev().find(of_article);
        let body = first.zip(last);
        let headings = || (0..lines.len()).filter(|n| lines[*n].kind == BlockKind::Heading);
        let title = title.map(folded).filter(|t| !t.is_empty());
        let text = |n: usize| folded(&page.flow.text[lines[n].at.clone()]);
        let head = title.and_then(|title| {
            headings().find(|n| text(*n) == title).or_else(|| {
                headings().find(|n| {
                    let heading = text(*n);
                    heading.len() > 12 && (title.contains(&heading) || heading.contains(&title))
                })
            })
        });
        let head = head
            .or_else(|| headings().find(|n| page.tree.tag(lines[*n].node).is_some_and(|t| t.name() == "h1")))
            .or(first);
        Search { page, order, head, body, first_line }
    }

    /// Days in elements that are named for dates.
    fn in_elements(&self) -> Vec<Shown> {
        let Page { tree, cues, .. } = self.page;
        let mut found = Vec::new();
        let says_so = |node: usize| {
            tree.attribute(node, Attribute::Pubdate).is_some()
                || tree
                    .attribute(node, Attribute::Class)
                    .is_some_and(|c| c.split_ascii_whitespace().any(|c| matches!(c, "published" | "entry-date")))
        };
        for (node, names) in cues.iter().enumerate().skip(1) {
            let Some(tag) = tree.tag(node) else { continue };
            let is_time = tag.name() == "time";
            let unseen = matches!(tag.name(), "meta" | "link");
            if unseen || !(names.date || is_time) || tree.nodes[node].end - node > 40 {
                continue;
            }
            let Some(line) = self.line_of(node) else { continue };
            let mut text = tree.text_of(node, 200);
            let stated = [Attribute::Datetime, Attribute::Content, Attribute::Title]
                .into_iter()
                .filter_map(|a| tree.attribute(node, a))
                .find_map(|v| Some((super::moment(v)?.0, v)));
            let day_of = |moment: &str| moment.get(..10).and_then(PartialDate::parse);
            let mut shown = day_notation::days(&text, self.order, 1).pop();
            if shown.is_none() && stated.is_none() {
                text = tree.spaced_text_of(node, 200);
                shown = day_notation::days(&text, self.order, 1).pop();
            }
            let readable = shown.as_ref().is_some_and(|(at, _)| !is_for_programs(&text, at));
            let (day, at, evidence) = match (stated.as_ref().and_then(|(m, v)| Some((day_of(m)?, *v))), shown) {
                (_, Some((at, day))) => (day, at, text.clone()),
                (Some((day, value)), None) => (day, 0..0, value.to_string()),
                (None, None) => continue,
            };
            if let Some(shown) = self.weigh(node, line, day, &text, at, if says_so(node) { 4.0 } else { 3.0 }, evidence)
            {
                let stated = stated.map(|(m, _)| m).filter(|m| day_of(m) == Some(day));
                found.push(Shown { stated, readable, how: if is_time { "time" } else { "text" }, ..shown });
            }
            if found.len() >= MOST {
                break;
            }
        }
        found
    }

    /// Days in lines, whatever their elements are called.
    fn in_lines(&self) -> Vec<Shown> {
        let Page { tree, cues, flow, .. } = self.page;
        let mut found = Vec::new();
        for (n, line) in flow.lines.iter().enumerate() {
            let text = opening(&flow.text[line.at.clone()]);
            if !text.bytes().any(|b| b.is_ascii_digit()) {
                continue;
            }
            let mut node = line.node;
            let mut named: f32 = 0.0;
            for step in [2.0, 1.5, 1.0] {
                if cues[node].date && tree.nodes[node].end - node < 60 {
                    named = named.max(step);
                }
                node = tree.nodes[node].parent;
            }
            for (at, day) in day_notation::days(text, self.order, 3) {
                let evidence = text.to_string();
                found.extend(self.weigh(line.node, n, day, text, at, named, evidence));
            }
            if found.len() >= MOST {
                break;
            }
        }
        found
    }

    /// The line that an element's text is in.
    fn line_of(&self, node: usize) -> Option<usize> {
        let tree = self.page.tree;
        let within = self.first_line[node..tree.nodes[node].end].iter().copied().filter(|l| *l != u32::MAX).min();
        if let Some(line) = within {
            return Some(line as usize);
        }
        let mut node = node;
        for _ in 0..AROUND {
            if self.first_line[node] != u32::MAX {
                return Some(self.first_line[node] as usize);
            }
            if tree.tag(node).is_some_and(|t| t.is(BLOCK)) || node == 0 {
                return None;
            }
            node = tree.nodes[node].parent;
        }
        None
    }

    #[expect(clippy::too_many_arguments, reason = "all of them are properties of one candidate")]
    fn weigh(
        &self,
        node: usize,
        line: usize,
        day: PartialDate,
        text: &str,
        at: std::ops::Range<usize>,
        named: f32,
        evidence: String,
    ) -> Option<Shown> {
        let flow = self.page.flow;
        let whole = &flow.text[flow.lines[line].at.clone()];
        let points = whole.chars().count();
        let mut before = folded(&text[..at.start]);
        if before.is_empty() && line > 0 {
            // "Date:" may stand in a line of its own.
            let label = &flow.text[flow.lines[line - 1].at.clone()];
            if label.len() <= 40 && label.ends_with(':') {
                before = folded(label);
            }
        }
        let says = |words: &[String]| words.iter().any(|w| before.ends_with(w.as_str()));
        let words = names::words();
        if says(&words.now) {
            return None;
        }
        let after = folded(text[at.end..].get(..40).unwrap_or(&text[at.end..]));
        let changed = says(&words.changed) || after.contains("geändert") || after.contains("aktualisiert");
        let published = !changed && says(&words.published);
        let letters = whole.chars().filter(|c| c.is_alphabetic()).count();
        let leads = at.start <= 40 && !text[..at.start].contains(['.', '!', '?']);
        if points > RUNNING && named < 3.0 && !published && !changed && !leads {
            return None;
        }
        let mut weight = named;
        if published || changed {
            weight += 3.0;
        }
        weight += match letters {
            0..=30 => 2.0,
            31..=70 => 1.0,
            _ if text[..at.start].trim_matches(OPENING_SIGNS).is_empty() => 1.0,
            _ if points > RUNNING && named < 3.0 => -1.0,
            _ => 0.0,
        };
        let rest = text[at.end..].trim_start_matches([' ', ',', '\u{a0}', '-', '–', '|', '/', 'T']);
        if rest.as_bytes().first().is_some_and(u8::is_ascii_digit)
            && rest.get(1..5).is_some_and(|r| r.contains([':', '.', 'h']))
        {
            weight += 1.0;
        }
        weight += self.nearness(line) + self.surroundings(node, line);
        if whole.contains(['©', '®']) {
            weight -= 3.0;
        }
        // A line of its own takes the place of one more sign.
        if whole.trim() == &text[at.clone()] && weight >= ENOUGH - 1.0 {
            weight = weight.max(ENOUGH);
        }
        let evidence: String = evidence.split_whitespace().collect::<Vec<_>>().join(" ");
        let evidence = evidence.chars().take(100).collect();
        let readable = !is_for_programs(text, &at);
        Some(Shown { day, stated: None, how: "text", evidence, changed, readable, weight })
    }

    /// How near a line is to the headline, or to the end of the article.
    fn nearness(&self, line: usize) -> f32 {
        let head: f32 = self.head.map_or(0.0, |head| {
            if line >= head {
                match line - head {
                    0..=2 => 3.0,
                    3..=5 => 2.0,
                    6..=12 => 1.0,
                    _ => 0.0,
                }
            } else {
                match head - line {
                    1..=2 => 2.0,
                    3..=4 => 1.0,
                    5..=8 => 0.0,
                    _ => -1.0,
                }
            }
        });
        let end: f32 = self.body.map_or(0.0, |(first, last)| {
            let behind = line >= last.saturating_sub(2) && line <= last + 3;
            let before = line < first && first - line <= 4;
            if behind || before { 1.0 } else { 0.0 }
        });
        head.max(end)
    }

    /// What speaks against a place: comments, menus, teasers of other articles.
    fn surroundings(&self, node: usize, line: usize) -> f32 {
        let Page { tree, cues, flow, .. } = self.page;
        let head = self.head.map(|h| flow.lines[h].node);
        let body = self.body.map(|(first, _)| flow.lines[first].node);
        let mut weight = 0.0;
        let mut node = node;
        let mut teaser = false;
        for _ in 0..AROUND {
            let below = node..tree.nodes[node].end;
            if node == 0 || head.is_some_and(|h| below.contains(&h)) || body.is_some_and(|b| below.contains(&b)) {
                break;
            }
            let tag = tree.tag(node).unwrap_or(Tag::UNKNOWN);
            if cues[node].comments {
                weight -= 5.0;
                break;
            }
            if cues[node].never && cues[node].good == 0 {
                weight -= 3.0;
                break;
            }
            if tag.is(ASIDE) {
                // A small aside beside the headline holds the article's own particulars.
                weight -= if tag.name() == "aside" && tree.nodes[node].end - node < 60 { 1.0 } else { 3.0 };
                break;
            }
            teaser |= tag.name() == "article" || (tag.name() == "li" && flow.lines[line].linked > 20);
            node = tree.nodes[node].parent;
        }
        if teaser {
            weight -= 3.0;
        }
        weight
    }
}

/// Whether a day is the beginning of a time as programs write it: `2024-03-14T10:00`.
fn is_for_programs(text: &str, at: &std::ops::Range<usize>) -> bool {
    text[at.end..].strip_prefix('T').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// The beginning of a line.
fn opening(line: &str) -> &str {
    let mut end = line.len().min(OPENING);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    &line[..end]
}
