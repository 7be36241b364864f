//! Judges every block: what it is, and whether it belongs to the article.
//!
//! First what a block says of itself (the site's rules, the markup, clear cues, repetition), then what its place adds: the
//! head before the first paragraph, the tail behind the last one, the neighbours. The judgement by place is repeated on
//! what is left until nothing changes, so that a clean text is judged clean.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::content::Content;
use super::cues::{Cues, STRONG, WEAK};
use super::learned::{Model, headline};
use super::shape::{self, Shape, Sign};
use super::sites::{Site, Verdict as SiteVerdict};
use super::{byline, fold};
use crate::document::{Block, BlockKind, Document};
use crate::error::Error;
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::{Found, Pass};

mod author;
mod cards;
mod comments;
pub(super) mod head;
mod lists;
mod report;
mod surveyed;
mod tail;

/// How often the judgement by place is repeated at most.
const ROUNDS: usize = 8;
/// Code points of the shortest line that counts as a repetition: shorter ones are refrains and answers.
const REPEATED: usize = 60;
/// Blocks before and behind the article of a page that may be about it.
const BESIDE: usize = 12;
/// Code points of the longest sentence below a picture.
const CAPTION: usize = 160;
/// Code points that an article must have before a list of comments, or word of its author, can end it.
const ARTICLE: usize = 400;

/// The pass.
pub struct Classify {
    cues: Arc<Cues>,
    sites: Vec<Site>,
    rules: Named,
    /// Whether a model says what the headline is.
    learns: bool,
}

/// The rules in code.
struct Named {
    title: RuleId,
    headline: RuleId,
    subtitle: RuleId,
    heading: RuleId,
    item: RuleId,
    byline: RuleId,
    tagline: RuleId,
    caption: RuleId,
    credit: RuleId,
    duplicate: RuleId,
    cues: RuleId,
    place: RuleId,
    tail: RuleId,
    comments: RuleId,
    author: RuleId,
    card: RuleId,
    list: RuleId,
    menu: RuleId,
    orphan: RuleId,
    outside: RuleId,
    tokens: RuleId,
    links: RuleId,
    stamp: RuleId,
    row: RuleId,
    offer: RuleId,
    repeated: RuleId,
}

impl Classify {
    /// Registers the rules of the pass.
    ///
    /// # Errors
    /// [`Error::Rules`] when an id is taken.
    pub fn new(rules: &mut Rules, cues: Arc<Cues>, sites: Vec<Site>) -> Result<Classify, Error> {
        let mut add = |name: &str, kind: BlockKind, about: &str| {
            rules.add(Rule::new(format!("boilerplate/{name}"), kind.name(), Class::Meaning, about))
        };
        use BlockKind as K;
        let named = Named {
            title: add("title", K::Title, "the first line that looks like a headline, before the first paragraph")?,
            headline: add("headline", K::Title, "the line that is most like a headline, as a model has learned")?,
            subtitle: add("subtitle", K::Subtitle, "a sentence or two set apart between headline and first paragraph")?,
            heading: add("heading", K::Heading, "a short line without full stop before a paragraph")?,
            item: add("list-item", K::ListItem, "a line with a bullet or a number")?,
            byline: add(
                "byline",
                K::Byline,
                "a line that is only a name, under the headline or at the end of the article",
            )?,
            tagline: add("tagline", K::Tagline, "a line of keywords beside the headline")?,
            caption: add("caption", K::Caption, "a line between paragraphs that ends with a credit in parentheses")?,
            credit: add("credit", K::Credit, "a line that is only a name, behind a caption or the end of the article")?,
            duplicate: add("duplicate", K::Duplicate, "a line that stands elsewhere in the document")?,
            cues: add("cues", K::SelfPromo, "several weak cues in one line")?,
            place: add("place", K::SelfPromo, "a weak cue beside other boilerplate, or outside the article")?,
            tail: add("tail", K::Related, "a line behind the end of the article")?,
            comments: add("comments", K::CommentForm, "what stands below the heading of the comments")?,
            card: add("card", K::Newsletter, "a line in a box with an offer, set apart by empty lines")?,
            author: add("author", K::Byline, "what is said of the author at the end of the article")?,
            list: add(
                "related-list",
                K::Related,
                "a headline below a heading that announces links, or stacked with others that tell of something else",
            )?,
            menu: add("menu", K::Navigation, "short pieces between bars or arrows")?,
            orphan: add("orphan", K::Heading, "a heading behind which nothing is kept")?,
            outside: add("outside", K::Navigation, "a block outside of the main content of the page")?,
            tokens: add("class-name", K::Navigation, "a short block whose class names say what it is")?,
            links: add("links", K::Related, "a short block that is mostly links")?,
            stamp: add("stamp", K::Dateline, "a line that is nothing but date, hour, author, place and paper")?,
            row: add("row", K::Navigation, "a row of buttons or sections")?,
            offer: add("offer", K::SelfPromo, "a line that invites the reader, and names what to")?,
            repeated: add("repeated", K::Related, "a line that stands in several documents of the site")?,
        };
        let learns = rules.is_on(named.headline);
        Ok(Classify { cues, sites, rules: named, learns })
    }
}

impl Pass for Classify {
    fn look(&self, doc: &Document, found: &mut Found) {
        let mut judge = Judge::new(self, doc);
        judge.alone();
        judge.repeated();
        judge.surveyed();
        for _ in 0..ROUNDS {
            if !judge.by_place() {
                break;
            }
        }
        judge.report(found);
    }

    fn fires(&self, rule: RuleId, example: &str) -> Option<bool> {
        self.cues.fires(rule, example)
    }
}

/// What is said of a block.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Verdict {
    kind: BlockKind,
    keep: bool,
    rule: RuleId,
    confidence: f32,
}

struct Judge<'a> {
    of: &'a Classify,
    doc: &'a Document,
    blocks: &'a [Block],
    shapes: Vec<Shape<'a>>,
    verdicts: Vec<Option<Verdict>>,
    /// A rule of the site, a heading tag, or what was learned of headlines says that the block stays.
    safe: Vec<bool>,
    /// The rule of the site that says so.
    kept_by_site: Vec<Option<RuleId>>,
    /// Code points of the prose up to each block, itself included.
    prose: Vec<usize>,
    /// The markup of the page says where its article is, and that is long enough for one.
    has_main_text: bool,
    main: Main,
    /// What was learned of the lines that may be the headline of a text without markup.
    headlines: Vec<(usize, f32)>,
    /// The content words of the paragraphs from one on.
    opening: RefCell<Option<(usize, Rc<Content>)>>,
}

/// The input says that the block is the headline.
fn is_known_title(block: &Block) -> bool {
    block.kind == BlockKind::Title && block.confidence >= 0.5
}

/// Where the markup of a page says that its article is.
#[derive(Clone, Copy, Debug)]
struct Main {
    /// Its first and last block; none for text without markup, and for pages where little was found.
    blocks: Option<(usize, usize)>,
}

impl Main {
    fn of(doc: &Document) -> Main {
        let inside = |b: &Block| b.markup.is_some() && !b.is_outside();
        let blocks = doc.blocks();
        let found = blocks.iter().filter(|b| inside(b)).map(|b| b.at.len()).fold(0, usize::saturating_add);
        let ends = blocks.iter().position(inside).zip(blocks.iter().rposition(inside));
        Main { blocks: ends.filter(|_| found >= ARTICLE) }
    }

    /// Beside the article stand its byline, its date and its offers; what is farther away is not looked at closely.
    fn is_far(&self, i: usize) -> bool {
        self.blocks.is_some_and(|(first, last)| i + BESIDE < first || i > last + BESIDE)
    }

    /// In the head or right behind the end of the article.
    fn is_beside(&self, i: usize) -> bool {
        self.blocks.is_some_and(|(first, last)| {
            (i + BESIDE >= first && i < first + BESIDE) || (i <= last + BESIDE && i + BESIDE > last)
        })
    }
}

impl<'a> Judge<'a> {
    fn new(of: &'a Classify, doc: &'a Document) -> Judge<'a> {
        let blocks = doc.blocks();
        let main = Main::of(doc);
        let cues = of.cues.for_document(doc);
        let shape = |(i, b)| {
            let text = doc.block_text(b);
            if b.markup.is_some() && main.is_far(i) { Shape::without_cues(text, cues) } else { Shape::new(text, cues) }
        };
        let shapes: Vec<_> = blocks.iter().enumerate().map(shape).collect();
        let mut sum = 0;
        let prose = shapes
            .iter()
            .zip(blocks)
            .map(|(s, b)| {
                sum += if !b.is_outside() && s.is_prose() { s.points } else { 0 };
                sum
            })
            .collect();
        let has_main_text = blocks.iter().any(|b| b.markup.is_some()) && sum >= ARTICLE;
        let (verdicts, mut safe) = (vec![None; blocks.len()], vec![false; blocks.len()]);
        // Where markup or the input says what the headline is, nobody need guess.
        let open = of.learns && blocks.iter().all(|b| b.markup.is_none() && !is_known_title(b));
        let model = Model::embedded().filter(|m| open && m.languages.contains(&doc.language().0));
        let headlines = model.map_or_else(Vec::new, |model| headline::odds(&shapes, &of.cues, model));
        if let Some((title, _)) = headline::choose(&headlines).filter(|c| c.1 >= headline::CERTAIN) {
            safe[title] = true;
        }
        let kept_by_site = vec![None; blocks.len()];
        Judge {
            of,
            doc,
            blocks,
            verdicts,
            safe,
            kept_by_site,
            shapes,
            prose,
            has_main_text,
            main,
            headlines,
            opening: RefCell::default(),
        }
    }

    fn rules(&self) -> &'a Named {
        &self.of.rules
    }

    fn drop(&mut self, i: usize, kind: BlockKind, rule: RuleId, confidence: f32) {
        if !self.safe[i] && self.is_live(i) {
            self.verdicts[i] = Some(Verdict { kind, keep: false, rule, confidence });
        }
    }

    fn name(&mut self, i: usize, kind: BlockKind, rule: RuleId, confidence: f32) {
        self.verdicts[i] = Some(Verdict { kind, keep: true, rule, confidence });
    }

    fn is_live(&self, i: usize) -> bool {
        self.verdicts[i].map_or(self.blocks[i].keep, |v| v.keep)
    }

    /// The block was judged to be an offer, a link or a form: no metadata, no repetition.
    fn is_junk(&self, i: usize) -> bool {
        use BlockKind as K;
        self.verdicts[i].is_some_and(|v| {
            !v.keep
                && !matches!(
                    v.kind,
                    K::Byline | K::Tagline | K::Title | K::Dateline | K::Duplicate | K::Caption | K::Credit
                )
        })
    }

    /// Line ends between a block and the next one.
    fn gap(&self, i: usize) -> usize {
        let next = self.blocks.get(i + 1).map_or(self.doc.text().len(), |b| b.at.start);
        self.doc.text()[self.blocks[i].at.end..next].matches('\n').count()
    }

    /// Kind and weight of a strong cue.
    fn strong(&self, i: usize) -> Option<(BlockKind, RuleId, f32)> {
        let shape = &self.shapes[i];
        let cue = shape.hit.map(|hit| &self.of.cues.all[hit.cue]);
        match (cue, &shape.sign) {
            (Some(cue), _) if cue.weight >= STRONG => Some((cue.kind, cue.rule, cue.weight)),
            (_, Some(sign)) if sign.weight >= STRONG => Some((sign.kind, self.rule_of(sign), sign.weight)),
            (Some(cue), _) => (shape.weight() >= STRONG).then_some((cue.kind, self.rules().cues, shape.weight())),
            _ => None,
        }
    }

    /// The rule that a sign goes by.
    fn rule_of(&self, sign: &Sign) -> RuleId {
        match sign.kind {
            BlockKind::Dateline => self.rules().stamp,
            BlockKind::Share | BlockKind::Navigation => self.rules().row,
            _ => self.rules().offer,
        }
    }

    /// Kind and rule of a weak cue. "By" before anything but a name is the start of a heading.
    fn weak(&self, i: usize) -> Option<(BlockKind, RuleId)> {
        let (shape, words) = (&self.shapes[i], &self.of.cues.words);
        let by_sign = || {
            let sign = shape.sign.as_ref().filter(|s| s.weight >= WEAK && !self.is_row_of_table(i))?;
            Some((sign.kind, self.rule_of(sign)))
        };
        let Some(hit) = shape.hit.filter(|h| h.weight >= WEAK) else { return by_sign() };
        let cue = &self.of.cues.all[hit.cue];
        let speaks = || {
            shape.points <= 80 || shape.folded.split(|c: char| !c.is_alphanumeric()).any(|w| words.address.contains(w))
        };
        let holds = match cue.kind {
            BlockKind::Byline => byline::opens_with_name(shape.text, words),
            _ => cue.anchored || speaks(),
        };
        if holds { Some((cue.kind, cue.rule)) } else { by_sign() }
    }

    /// What each block says of itself.
    fn alone(&mut self) {
        let site = Site::of(&self.of.sites, self.doc.meta());
        let mut named = HashMap::new();
        for i in 0..self.blocks.len() {
            let block = &self.blocks[i];
            if !block.keep {
                continue;
            }
            if let Some(SiteVerdict { kind, keep, rule }) = site.and_then(|s| s.verdict(self.shapes[i].text)) {
                self.safe[i] = keep;
                if keep {
                    self.kept_by_site[i] = Some(rule);
                } else {
                    self.verdicts[i] = Some(Verdict { kind, keep: false, rule, confidence: 1.0 });
                }
                continue;
            }
            if is_known_title(block) {
                self.safe[i] = true;
                continue;
            }
            if self.shapes[i].hit.is_some_and(|h| h.stays) {
                self.safe[i] = true;
                continue;
            }
            let heads_text = self.shapes[i].hit.is_some_and(|h| h.closes) && !self.heads_comments(i);
            if let Some((kind, rule, weight)) = self.strong(i).filter(|_| !heads_text) {
                self.drop(i, kind, rule, weight);
                continue;
            }
            self.by_markup(i, &mut named);
            if is_menu(&self.shapes[i]) && !self.is_row_of_table(i) {
                self.drop(i, BlockKind::Navigation, self.rules().menu, 0.85);
            }
        }
    }

    /// What the markup of a page says. `named`: what class names were found to tell.
    fn by_markup(&mut self, i: usize, named: &mut HashMap<&'a str, Option<BlockKind>>) {
        let (block, shape) = (&self.blocks[i], &self.shapes[i]);
        let Some(markup) = &block.markup else { return };
        let rules = &self.of.rules;
        let tokens = markup.tokens.as_str();
        let token = *named.entry(tokens).or_insert_with(|| self.of.cues.words.token_kind(tokens));
        let prose = shape.is_prose() && markup.link_share < 0.5;
        let nameless = self.doc.meta().authors.is_empty() && self.main.is_beside(i);
        if matches!(block.kind, BlockKind::Caption | BlockKind::Credit) {
            self.drop(i, block.kind, rules.tokens, 0.85);
        } else if nameless && !prose && matches!(self.weak(i), Some((BlockKind::Byline, _))) {
            self.drop(i, BlockKind::Byline, rules.place, 0.8);
        } else if markup.main < 0.5 {
            let kind =
                token.unwrap_or(if markup.link_share > 0.5 { BlockKind::Related } else { BlockKind::Navigation });
            let confidence = if prose && token.is_none() && !self.has_main_text { 0.7 } else { 0.9 };
            self.drop(i, kind, rules.outside, confidence);
        } else if let Some(kind) = token.filter(|_| !prose && shape.points <= 200 && !shape::is_marked_heading(block)) {
            self.drop(i, kind, rules.tokens, 0.8);
        } else if markup.link_share > 0.8
            && !prose
            && shape.points <= 200
            && !shape::is_marked_heading(block)
            && !shape.stop
        {
            self.drop(i, BlockKind::Related, rules.links, 0.8);
        }
    }

    /// What stands twice: a long line again, a teaser that a later paragraph begins with, the headline again.
    fn repeated(&mut self) {
        let duplicate = self.rules().duplicate;
        let mut seen = BTreeSet::new();
        let mut openings = BTreeMap::new();
        for i in 0..self.blocks.len() {
            if !self.is_live(i) || self.shapes[i].points < REPEATED {
                continue;
            }
            let key = blake3::hash(self.shapes[i].text.as_bytes());
            if !seen.insert(*key.as_bytes()) {
                self.drop(i, BlockKind::Duplicate, duplicate, 0.95);
            } else if let Some(opening) = opening(self.shapes[i].text) {
                openings.insert(opening, i);
            }
        }
        for i in 0..self.blocks.len() {
            let text = self.shapes[i].text;
            let Some(start) =
                text.strip_suffix('…').or_else(|| text.strip_suffix("...")).or_else(|| text.strip_suffix("[…]"))
            else {
                continue;
            };
            let start = start.trim_end();
            let longer = opening(text)
                .and_then(|o| openings.get(&o))
                .filter(|&&j| j != i && self.shapes[j].text.len() > text.len());
            if longer.is_some_and(|&j| self.shapes[j].text.starts_with(start)) && self.is_live(i) {
                self.drop(i, BlockKind::Duplicate, duplicate, 0.9);
            }
        }
    }

    /// What the place of the blocks says; `true` when a block was judged away.
    fn by_place(&mut self) -> bool {
        let live: Vec<usize> = (0..self.blocks.len()).filter(|&i| self.is_live(i)).collect();
        for &i in &live {
            self.verdicts[i] = None;
        }
        let before = live.len();
        self.end_at_comments(&live);
        let prose: Vec<usize> = live.iter().copied().filter(|&i| self.is_live(i) && self.is_body(i)).collect();
        let (Some(&first), Some(&last)) = (prose.first(), prose.last()) else {
            self.without_prose(&live);
            return live.iter().any(|&i| !self.is_live(i));
        };
        let split = live.partition_point(|&i| i < first);
        self.head(&live[..split], first);
        self.author(&live, first);
        self.cards(first);
        // A standfirst may be as long as a paragraph; what stands below it belongs to the head as well.
        let second = prose.get(1).copied().unwrap_or(last);
        let below: Vec<usize> = live[split..].iter().copied().filter(|&i| i > first && i < second).take(4).collect();
        self.outside(&below);
        let end = live.partition_point(|&i| i <= last);
        self.middle(&live[split..end], last);
        self.tail(&live[end..], last);
        self.captions(&live, first);
        self.neighbours(&live);
        self.orphans(&live);
        self.headings();
        (0..self.blocks.len()).filter(|&i| self.is_live(i)).count() < before
    }

    fn is_body(&self, i: usize) -> bool {
        let shape = &self.shapes[i];
        let marked = self.blocks[i].markup.as_ref().is_none_or(|m| m.link_share < 0.5);
        shape.is_prose() && marked && self.blocks[i].kind != BlockKind::Title
    }

    /// A text of a few short lines: a headline may be told, and nothing is judged away but repetition of it.
    fn without_prose(&mut self, live: &[usize]) {
        let sentence = live.iter().position(|&i| self.shapes[i].is_sentence());
        let Some(n) = sentence.filter(|&n| n >= 1) else {
            return;
        };
        self.title(&live[..n], None);
        let title = live[..n].iter().copied().find(|&i| self.verdicts[i].is_some_and(|v| v.kind == BlockKind::Title));
        if let Some(title) = title {
            self.drop_repeated_title(title, live);
        }
    }

    /// One of several lines below the first paragraph in as many pieces between bars: three, or two with figures in one.
    fn is_row_of_table(&self, i: usize) -> bool {
        let bars = |j: usize| self.shapes[j].text.matches('|').count();
        let own = bars(i);
        if own < 2 || self.prose[i] == 0 {
            return false;
        }
        let above = (0..i).rev().take(3).take_while(|&j| bars(j) == own);
        let below = (i..self.shapes.len()).take(3).take_while(|&j| bars(j) == own);
        let (mut rows, mut figures) = (0, false);
        for j in above.chain(below) {
            rows += 1;
            figures |= self.shapes[j].text.contains(|c: char| c.is_ascii_digit());
        }
        rows >= if figures { 2 } else { 3 }
    }

    /// Between the first paragraph and the last one.
    fn middle(&mut self, lines: &[usize], last: usize) {
        let named = self.rules();
        // The standfirst may itself be long enough for a paragraph.
        if let [first, second, ..] = *lines {
            let title =
                self.verdicts[..first].iter().rposition(|v| v.is_some_and(|v| v.keep && v.kind == BlockKind::Title));
            let title =
                title.or_else(|| self.blocks[..first].iter().rposition(|b| b.kind == BlockKind::Title && b.keep));
            let apart = self.is_body(second) || self.shapes[second].is_title_like();
            if let Some(title) = title.filter(|_| apart) {
                let body = lines[1..].iter().copied().find(|&i| self.is_body(i)).unwrap_or(second);
                let taken = (title + 1..first).any(|i| self.verdicts[i].is_some_and(|v| v.kind == BlockKind::Subtitle));
                if !taken && self.is_subtitle(first, title, body) {
                    self.name(first, BlockKind::Subtitle, named.subtitle, 0.6);
                }
            }
        }
        for pair in lines.windows(3) {
            let (before, i, after) = (pair[0], pair[1], pair[2]);
            if self.is_body(before) && self.is_body(after) && self.ends_with_credit(i) {
                self.drop(i, BlockKind::Caption, named.caption, 0.8);
            }
        }
        self.lists(lines, last);
    }

    /// `… (Agency)`, `… (Ministry of X)` at the end, no full stop before or behind.
    fn ends_with_credit(&self, i: usize) -> bool {
        let shape = &self.shapes[i];
        let Some((caption, credit)) = shape.text.strip_suffix(')').and_then(|t| t.rsplit_once('(')) else {
            return false;
        };
        let words = &self.of.cues.words;
        let known = fold::word(credit).split(|c: char| !c.is_alphanumeric()).any(|w| words.credit.contains(w));
        let named = credit.split_whitespace().count() >= 2 && shape::is_name(credit, words);
        let source = credit.contains(['/', '©']) || (credit.split_whitespace().count() >= 2 && is_acronym(credit));
        shape.points <= 300
            && shape.words >= 6
            && !shape.item
            && credit.chars().count() <= 60
            && !shape::ends_like_a_sentence(caption)
            && credit.starts_with(|c: char| c.is_uppercase() || c == '©')
            && !credit.contains(|c: char| c.is_ascii_digit() && !credit.contains('©'))
            && (known || named || source)
    }

    /// A short sentence that stands apart from what is above it, and directly above who took the picture.
    fn captions(&mut self, live: &[usize], first: usize) {
        let is_credit = |v: Verdict| !v.keep && v.kind == BlockKind::Credit;
        let captions: Vec<usize> = live
            .iter()
            .copied()
            .filter(|&i| i > first && i + 1 < self.blocks.len() && self.blocks[i].markup.is_none())
            .filter(|&i| {
                let shape = &self.shapes[i];
                let is_short = shape.is_sentence() && shape.sentences == 1 && shape.points <= CAPTION;
                is_short
                    && !self.is_body(i)
                    && self.verdicts[i + 1].is_some_and(is_credit)
                    && self.gap(i) == 1
                    && (self.gap(i - 1) > 1 || self.is_junk(i - 1))
            })
            .collect();
        for i in captions {
            self.drop(i, BlockKind::Caption, self.rules().caption, 0.75);
        }
    }

    /// A weak cue beside other boilerplate.
    fn neighbours(&mut self, live: &[usize]) {
        for &i in live {
            let beside = i > 0 && self.is_junk(i - 1) || i + 1 < self.blocks.len() && self.is_junk(i + 1);
            if let Some((kind, _)) = self.weak(i).filter(|_| beside && self.is_live(i) && self.verdicts[i].is_none()) {
                self.drop(i, kind, self.rules().place, 0.75);
            }
        }
    }

    /// A heading at the very end with nothing but boilerplate behind it.
    fn orphans(&mut self, live: &[usize]) {
        for &i in live.iter().rev() {
            if !self.is_live(i) {
                continue;
            }
            let shape = &self.shapes[i];
            let heading = shape::is_marked_heading(&self.blocks[i])
                || (shape.is_title_like() && !shape.stop && shape.points <= 80);
            let followed = i + 1 < self.blocks.len() && self.is_junk(i + 1);
            let titled = self.verdicts[i].is_some_and(|v| v.kind == BlockKind::Title);
            let stays = titled || self.blocks[i].kind == BlockKind::ListItem || self.is_announced(i);
            if !(heading && followed) || stays {
                return;
            }
            self.drop(i, BlockKind::Heading, self.rules().orphan, 0.7);
        }
    }

    /// One of a few lines right below one that ends with a colon.
    fn is_announced(&self, i: usize) -> bool {
        let mut above = (0..i).rev().take(4).take_while(|&j| self.gap(j) == 1 && self.is_live(j));
        above.any(|j| self.shapes[j].text.ends_with(':'))
    }

    /// Names the headings and list items among what stays.
    fn headings(&mut self) {
        let mut next_is_text = false;
        for i in (0..self.blocks.len()).rev() {
            if !self.is_live(i) {
                continue;
            }
            let shape = &self.shapes[i];
            let plain = self.verdicts[i].is_none() && self.blocks[i].kind == BlockKind::Body;
            if plain && shape.item && shape.points <= 400 {
                self.name(i, BlockKind::ListItem, self.rules().item, 0.8);
            } else if plain && next_is_text && !shape.stop && shape.points <= 120 && shape.is_title_like() {
                self.name(i, BlockKind::Heading, self.rules().heading, 0.7);
            }
            next_is_text = true;
        }
    }
}

/// Three or more short pieces between bars or arrows.
fn is_menu(shape: &Shape) -> bool {
    if shape.points > 200 || shape.stop || shape.text.contains([':', '«']) {
        return false;
    }
    let pieces: Vec<&str> =
        shape.text.split(['|', '›', '>', '»', '•', '·']).map(str::trim).filter(|p| !p.is_empty()).collect();
    pieces.len() >= 4
        && pieces.iter().all(|p| p.split_whitespace().count() <= 3 && !p.contains(|c: char| c.is_ascii_digit()))
}

/// Capitals beyond the first letter of a word: `MoD`, `AFP`.
fn is_acronym(text: &str) -> bool {
    text.split_whitespace().any(|w| w.chars().filter(|c| c.is_uppercase()).count() >= 2 && w.chars().count() <= 8)
}

/// The first words of a line, to find the paragraph that begins with them.
fn opening(text: &str) -> Option<String> {
    let first: Vec<&str> = text.split_whitespace().take(7).collect();
    (first.len() == 7).then(|| first[..6].join(" "))
}
