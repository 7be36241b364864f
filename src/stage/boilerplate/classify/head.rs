//! What stands before the first paragraph: headline, standfirst, byline, keywords, the line with the date.

use std::rc::Rc;

use super::super::content::Content;
use super::super::cues::{STRONG, WEAK};
use super::super::learned::{self, headline};
use super::super::senses::{BUTTON, OUTLET, SECTION};
use super::super::shape::{self, Shape};
use super::super::words::Words;
use super::super::{byline, fold};
use super::{Judge, Verdict, is_known_title};
use crate::document::BlockKind;

/// Paragraphs in which the words of a headline are looked for.
const OPENING: usize = 4;
/// How much better than an earlier line a later one must be as a headline.
const ALIKE: f32 = 0.8;
/// Code points of the shortest line that may stand between the headline and who signs, and of such a headline, not set in
/// capitals, where that line is no sentence.
const STANDFIRST: usize = 40;
/// How much the logarithm of the odds that a line is furniture, by what was learned, counts against it as a headline.
const ODDS: f32 = 0.15;
/// How much greater the odds of a headline must be that was learned, as their logarithm, than those of one that the rules find …
const BETTER: f32 = 2.0;
/// … where the trees have not even looked at that.
const UNLIKELY: f32 = -5.0;
/// Words of the longest name of a paper or section, and of the shortest headline that is told from one.
const MASTHEAD: usize = 4;
/// Signs that a headline may have and a row of sections has not.
const JOINTS: &[char] = &[':', ',', '?', '!', '«', '“', '"'];

impl Judge<'_> {
    /// Picks the headline among the lines before the first sentence.
    pub(super) fn title(&mut self, head: &[usize], first: Option<usize>) -> Option<usize> {
        let known = self.blocks.iter().position(|b| b.keep && is_known_title(b));
        if let Some(known) = known {
            return Some(known);
        }
        let words = &self.of.cues.words;
        let marked = head.iter().copied().find(|&i| self.blocks[i].markup.as_ref().is_some_and(|m| m.tag == "h1"));
        let candidates: Vec<usize> = head
            .iter()
            .copied()
            .filter(|&i| self.shapes[i].is_title_like() && self.shapes[i].weight() < WEAK)
            .filter(|&i| self.shapes[i].words >= 2 && !self.announces_list(i))
            .collect();
        let tags = match candidates[..] {
            [line, next, ..] if self.is_tagline_before(line, next) => Some(line),
            _ => None,
        };
        let ruled = marked.or_else(|| {
            let is_name = |i: usize| {
                self.shapes[i].name && self.shapes[i].words <= 3 || byline::is_shouted_name(self.shapes[i].text, words)
            };
            let lines: Vec<usize> = candidates.iter().copied().filter(|&i| Some(i) != tags && !is_name(i)).collect();
            let first = self.headline(&lines, first);
            // A headline may sound like an offer, and then it is the only line that could be one.
            let doubtful = |i: usize| {
                let shape = &self.shapes[i];
                let kind = shape.sign.as_ref().map(|s| s.kind);
                shape.is_title_like()
                    && shape.words >= 4
                    && shape.weight() < STRONG
                    && !matches!(kind, Some(BlockKind::Dateline | BlockKind::Byline | BlockKind::Navigation))
            };
            first
                .or_else(|| candidates.into_iter().find(|&i| Some(i) != tags))
                .or_else(|| head.iter().copied().find(|&i| doubtful(i)))
        });
        let learned = self.learned_title(head, ruled).filter(|&i| Some(i) != tags);
        let rule = if learned.is_some() { self.rules().headline } else { self.rules().title };
        let title = learned.or(ruled)?;
        self.name(title, BlockKind::Title, rule, 0.8);
        Some(title)
    }

    /// The headline that was learned, where it is much more of one than that which the rules find.
    fn learned_title(&self, head: &[usize], ruled: Option<usize>) -> Option<usize> {
        let of = |line: usize| self.headlines.iter().find(|o| o.0 == line).map_or(UNLIKELY, |o| o.1);
        let (best, probable) = headline::choose(&self.headlines).filter(|c| head.contains(&c.0))?;
        let better = ruled.is_none_or(|ruled| of(best) - of(ruled) > BETTER);
        (probable >= headline::LIKELY && better).then_some(best)
    }

    /// The line among `candidates` that is most of all a headline: the text below takes up its words, author or date stand
    /// under it, it has the words of a sentence and is no menu. Of those that are much alike it is the first, for standfirst
    /// and headings come below.
    fn headline(&self, candidates: &[usize], first: Option<usize>) -> Option<usize> {
        let (&earliest, [_, ..]) = candidates.split_first()? else {
            return candidates.first().copied();
        };
        let text = self.opening_words(first);
        let scores: Vec<f32> = candidates.iter().map(|&i| self.headline_score(i, earliest, &text)).collect();
        let best = scores.iter().copied().fold(f32::MIN, f32::max);
        let n = scores.iter().position(|&score| score > best - ALIKE)?;
        Some(candidates[n])
    }

    fn headline_score(&self, i: usize, earliest: usize, text: &Content) -> f32 {
        use BlockKind as K;
        let shape = &self.shapes[i];
        let signs = |v: Verdict| !v.keep && matches!(v.kind, K::Byline | K::Dateline | K::Share);
        let signed = |j: usize| {
            j < self.blocks.len()
                && (self.verdicts[j].is_some_and(signs)
                    || self.weak(j).is_some_and(|(kind, _)| matches!(kind, K::Byline | K::Dateline)))
        };
        let long = shape.points >= STANDFIRST && shape.text.split(' ').any(|w| w.starts_with(char::is_lowercase));
        let standfirst = |j: usize| {
            self.shapes.get(j).is_some_and(|s| s.points >= STANDFIRST && (s.is_sentence() || long && s.is_title_like()))
        };
        let signed = (i + 1..=i + 3).take_while(|&j| j == i + 1 || standfirst(j - 1)).any(signed);
        let furniture = |v: Verdict| {
            !v.keep
                && matches!(
                    v.kind,
                    K::Navigation | K::Subscribe | K::SelfPromo | K::Newsletter | K::Cookie | K::Advert | K::Paywall
                )
        };
        // What the page shows between this and the first candidate, which then belongs to the page.
        let apart = (earliest..i).any(|j| self.verdicts[j].is_some_and(furniture));
        // Headings stand below author and date.
        let below = (earliest..i).any(|j| self.verdicts[j].is_some_and(|v| signs(v) && v.kind != K::Share));
        let length = match shape.words {
            0..=2 => -1.0,
            3 => -0.5,
            4 => 0.5,
            _ => 1.0,
        };
        let mark = |holds: bool, weight: f32| if holds { weight } else { 0.0 };
        length + 3.0 * self.taken_up(shape, text) + mark(signed, 1.0) + mark(apart, 0.5)
            - mark(is_menu_row(shape, &self.of.cues.words) || lists_sections(shape, &self.of.cues.words), 2.0)
            - mark(is_figures(shape), 1.5)
            - mark(has_steps(shape), 1.5)
            - ODDS * learned::odds(shape.text, shape.points).max(-1.0)
            - mark(names_outlet(shape, &self.of.cues.words), 1.0)
            - mark(self.stands_under_headline(i) || below, 0.7)
    }

    /// The line above, with nothing between, may be a headline as well: this one is its standfirst.
    fn stands_under_headline(&self, i: usize) -> bool {
        let above = i.checked_sub(1).filter(|&j| self.is_live(j));
        above.is_some_and(|j| {
            let shape = &self.shapes[j];
            shape.is_title_like()
                && shape.words > MASTHEAD
                && !is_menu_row(shape, &self.of.cues.words)
                && !names_outlet(shape, &self.of.cues.words)
                && shape.weight() < WEAK
        })
    }

    /// The content words of the first paragraphs, which are remembered: the head is judged in rounds.
    fn opening_words(&self, first: Option<usize>) -> Rc<Content> {
        let first = first.unwrap_or(0);
        if let Some((_, words)) = self.opening.borrow().as_ref().filter(|(of, _)| *of == first) {
            return words.clone();
        }
        let paragraphs = (first..self.blocks.len()).filter(|&i| self.is_live(i) && self.is_body(i));
        let found = Rc::new(self.content(paragraphs.take(OPENING)));
        *self.opening.borrow_mut() = Some((first, found.clone()));
        found
    }

    /// The share of the content words of a line that are in `text`, 0 to 1.
    fn taken_up(&self, shape: &Shape, text: &Content) -> f32 {
        let own = Content::of(shape, &self.of.cues.words);
        own.shared(std::slice::from_ref(text)) as f32 / own.count().max(2) as f32
    }

    /// The content words of blocks.
    pub(super) fn content(&self, blocks: impl Iterator<Item = usize>) -> Content {
        Content::all(blocks.map(|i| &self.shapes[i]), &self.of.cues.words)
    }

    /// A line that a list follows is the heading of the list.
    fn announces_list(&self, i: usize) -> bool {
        let next = (i + 1..self.blocks.len()).find(|&j| self.is_live(j));
        next.is_some_and(|j| self.shapes[j].item || self.blocks[j].kind == BlockKind::ListItem)
    }

    /// What stands before the first paragraph: headline, standfirst, byline, keywords.
    pub(super) fn head(&mut self, head: &[usize], first: usize) {
        let named = self.rules();
        let Some(title) = self.title(head, Some(first)) else {
            return self.outside(head);
        };
        let all: Vec<usize> = (0..self.blocks.len()).filter(|&i| self.is_live(i)).collect();
        self.drop_repeated_title(title, &all);
        let page = self.end_of_page(title);
        for (n, &i) in head.iter().enumerate() {
            if i == title || !self.is_live(i) || self.safe[i] {
                continue;
            }
            let shape = &self.shapes[i];
            let next = head.get(n + 1).copied().unwrap_or(first);
            if i < title && next == title && self.is_tagline_before(i, title)
                || i > title && self.is_tagline_below(i, title, next)
            {
                self.drop(i, BlockKind::Tagline, named.tagline, 0.8);
            } else if (self.is_shouted_among(head, n)
                || shape.name && shape.hit.is_none() && self.is_byline_below(i, head, n))
                && i >= page
            {
                // Of two names the first wrote and the second took the pictures.
                let signed = head[..n].iter().any(|&j| self.verdicts[j].is_some_and(|v| v.kind == BlockKind::Byline));
                let (kind, rule) =
                    if signed { (BlockKind::Credit, named.credit) } else { (BlockKind::Byline, named.byline) };
                self.drop(i, kind, rule, 0.8);
            } else if i > title && next == first && self.is_subtitle(i, title, first) {
                self.name(i, BlockKind::Subtitle, named.subtitle, 0.7);
            }
        }
        self.outside(head);
        if head.iter().all(|&i| i >= title || self.verdicts[i].is_some()) {
            return;
        }
        let text = self.opening_words(Some(first));
        let sure = self.shapes[title].words >= MASTHEAD && self.taken_up(&self.shapes[title], &text) >= 0.15;
        for &i in head.iter().filter(|&&i| i < title) {
            let shape = &self.shapes[i];
            let is_name = (shape.name || byline::is_shouted(shape.text)) && i >= page;
            let short = shape.words <= MASTHEAD && shape.points <= 40 && !is_name;
            let page = short || sure && shape.points <= 100 && self.taken_up(shape, &text) < 0.5;
            if page && !shape.is_sentence() && self.shapes[title].words >= MASTHEAD && self.verdicts[i].is_none() {
                self.drop(i, BlockKind::Navigation, named.place, 0.7);
            }
        }
    }

    /// Where the sections and buttons above the headline begin to end: at the last but one. Above them nobody signs, and a
    /// name is that of the paper; below the last a single word may be the heading of the headline.
    fn end_of_page(&self, title: usize) -> usize {
        let of_page = |v: Verdict| !v.keep && matches!(v.kind, BlockKind::Navigation | BlockKind::Subscribe);
        let is_page = |&j: &usize| self.verdicts[j].map_or(self.shapes[j].words == 1, of_page);
        (0..title).rev().filter(is_page).nth(1).unwrap_or(0)
    }

    /// Weak cues count outside of the article.
    pub(super) fn outside(&mut self, lines: &[usize]) {
        for &i in lines {
            // A number between paragraphs may be that of a chapter.
            let counter = shape::is_counter(self.shapes[i].text);
            if let Some((kind, _)) = self.weak(i).filter(|_| !counter && self.verdicts[i].is_none()) {
                self.drop(i, kind, self.rules().place, 0.75);
            }
        }
    }

    pub(super) fn drop_repeated_title(&mut self, title: usize, lines: &[usize]) {
        let key = bare(&self.shapes[title].folded).to_string();
        if self.shapes[title].words < 3 {
            return;
        }
        for &i in lines {
            if i != title && self.shapes[i].points <= 200 && bare(&self.shapes[i].folded) == key {
                self.drop(i, BlockKind::Duplicate, self.rules().duplicate, 0.95);
            }
        }
    }

    /// A line of keywords before the headline: capitalised, no articles, half of it found again in the headline.
    fn is_tagline_before(&self, i: usize, title: usize) -> bool {
        let (tags, title) = (&self.shapes[i], &self.shapes[title]);
        if !(3..=12).contains(&tags.words)
            || tags.points > 120
            || tags.stop
            || tags.text.contains([':', '«', '"', '?', '!'])
        {
            return false;
        }
        let words = &self.of.cues.words;
        let capitalised = |text: &str| {
            let all: Vec<&str> = text.split_whitespace().filter(|w| w.starts_with(char::is_alphabetic)).collect();
            (all.iter().filter(|w| w.starts_with(char::is_uppercase)).count() * 5, all.len() * 4)
        };
        let (up, most) = capitalised(tags.text);
        let plain = !tags.folded.split(' ').any(|w| words.function.contains(w));
        let own = Content::of(tags, words);
        let shared = own.shared(&[Content::of(title, words)]);
        // Where headlines are set in capitals a headline looks like keywords.
        let (title_up, title_most) = capitalised(title.text);
        up >= most && plain && shared >= 2 && (title_up < title_most || shared * 2 > own.count() && tags.words >= 5)
    }

    /// A short line in lower case below the headline that says words of it again.
    fn is_tagline_below(&self, i: usize, title: usize, next: usize) -> bool {
        let (tags, title, next) = (&self.shapes[i], &self.shapes[title], &self.shapes[next]);
        let all_in_title = || {
            let own = Content::of(tags, &self.of.cues.words);
            own.count() > 0 && own.shared(&[Content::of(title, &self.of.cues.words)]) == own.count()
        };
        tags.text.starts_with(char::is_lowercase)
            && tags.words <= 5
            && tags.points <= 50
            && !tags.text.contains(['.', ',', '!', '?', ':', ';'])
            && (next.is_title_like() || next.is_prose())
            && all_in_title()
            || self.is_tagline_before_words(tags, title)
    }

    /// Keywords in capitals or between commas below the headline.
    fn is_tagline_before_words(&self, tags: &Shape, title: &Shape) -> bool {
        let pieces: Vec<&str> =
            tags.text.split([',', '•', '|', '·', '#']).map(str::trim).filter(|p| !p.is_empty()).collect();
        let words = &self.of.cues.words;
        pieces.len() >= 3
            && !tags.stop
            && pieces.iter().all(|p| p.split_whitespace().count() <= 3)
            && !tags.folded.split([' ', ',']).any(|w| words.function.contains(w) && !words.particle.contains(w))
            && Content::of(tags, words).shared(&[Content::of(title, words)]) > 0
    }

    /// A name in capitals: of two one below the other one must begin with a given name.
    fn is_shouted_among(&self, head: &[usize], n: usize) -> bool {
        let words = &self.of.cues.words;
        let text = |n: usize| head.get(n).map(|&i| self.shapes[i].text);
        let is = |n: usize| text(n).is_some_and(|t| byline::is_shouted_name(t, words));
        is(n) || text(n).is_some_and(byline::is_shouted) && (is(n + 1) || n > 0 && is(n - 1))
    }

    /// Below the headline a name needs more than its form, which headings have as well.
    fn is_byline_below(&self, i: usize, head: &[usize], n: usize) -> bool {
        if byline::begins_with_given_name(self.shapes[i].text, &self.of.cues.words) {
            return true;
        }
        let is_line = |j: usize| {
            self.verdicts[j].is_some_and(|v| {
                !v.keep && matches!(v.kind, BlockKind::Dateline | BlockKind::Byline | BlockKind::Share)
            }) || self.weak(j).is_some_and(|(kind, _)| kind == BlockKind::Dateline)
        };
        let beside = [i.checked_sub(1), Some(i + 1), head.get(n + 1).copied()];
        beside.into_iter().flatten().any(|j| j < self.blocks.len() && is_line(j))
    }

    /// A sentence or two between headline and first paragraph that take up the headline.
    pub(super) fn is_subtitle(&self, i: usize, title: usize, first: usize) -> bool {
        let (shape, words) = (&self.shapes[i], &self.of.cues.words);
        let takes_up = |title: &Shape| Content::of(shape, words).shared(&[Content::of(title, words)]) > 0;
        (40..=300).contains(&shape.points)
            && shape.sentences <= 2
            && !shape.item
            && shape.hit.is_none()
            && (shape.stop || shape.words >= 8)
            && shape.points * 3 <= self.shapes[first].points * 2
            && takes_up(&self.shapes[title])
    }
}

/// A short line with the word for a paper, a magazine, a portal.
pub(in super::super) fn names_outlet(shape: &Shape, words: &Words) -> bool {
    let is_outlet = |w: &str| words.senses.of(w) & OUTLET != 0;
    shape.words <= 10 && shape.folded.split(|c: char| !c.is_alphanumeric()).take(8).any(is_outlet)
}

/// Three words and more, two of five, are those of sections and buttons, and no sign joins them.
pub(in super::super) fn lists_sections(shape: &Shape, words: &Words) -> bool {
    let tokens = words.senses.read(&shape.folded);
    let of_menu = tokens.iter().filter(|t| t.sense & (SECTION | BUTTON) != 0).count();
    let joined = shape.text.contains(JOINTS) || shape.text.contains('.');
    !joined && of_menu >= 3 && of_menu * 5 >= tokens.len() * 2
}

/// A row of sections: four and more words, each with a capital, none that joins them.
pub(in super::super) fn is_menu_row(shape: &Shape, words: &Words) -> bool {
    let tokens = || shape.text.split_whitespace().filter(|t| t.starts_with(char::is_alphanumeric));
    shape.words >= 4
        && !shape.text.contains(JOINTS)
        && tokens().all(|t| !t.starts_with(char::is_lowercase) && !words.function.contains(&fold::word(t)))
        || shape.text.contains('|')
}

/// Results and rates: two figures and more with no word in small letters between them, or a quarter digits.
pub(in super::super) fn is_figures(shape: &Shape) -> bool {
    let digits = shape.text.chars().filter(char::is_ascii_digit).count();
    let plain = |w: &str| w.starts_with(char::is_lowercase);
    let scored = shape.text.split([' ', '-', '–', ':']).filter(|w| w.parse::<u32>().is_ok()).count() >= 2;
    scored && shape.words <= 8 && !shape.text.split(' ').any(plain) || digits * 4 >= shape.points
}

/// A path through the site, by the signs between its parts.
pub(in super::super) fn has_steps(shape: &Shape) -> bool {
    [" / ", " > ", " › ", " • ", " · "].iter().any(|sign| shape.text.contains(sign))
}

/// A folded line without the signs at its ends.
fn bare(folded: &str) -> &str {
    folded.trim_matches(|c: char| !c.is_alphanumeric())
}
