//! What the second step sees of a line: what it is like, what its neighbours are like, where headline and paragraphs stand.

use super::forest::Forest;

/// A line as the second step sees it.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// What the first step says: the logarithm of the odds that it is furniture, -8 to 8.
    pub odds: f32,
    /// Code points.
    pub points: usize,
    /// It ends like a sentence.
    pub stop: bool,
    /// It begins like an item of a list.
    pub item: bool,
    /// The rules have kept it.
    pub keep: bool,
    /// What speaks against it by the rules, 0 to 1.
    pub doubt: f32,
    /// It is the headline, by the rules.
    pub title: bool,
    /// It may say when the article was published.
    pub dated: bool,
}

impl Line {
    /// A paragraph by its form.
    pub fn is_long(&self) -> bool {
        self.points >= 100 && self.stop
    }

    /// A paragraph of the article.
    fn is_prose(&self) -> bool {
        self.is_long() && self.odds < 0.0
    }
}

/// The lines of a document, with what is known of the whole.
#[derive(Clone, Debug)]
pub struct Lines {
    all: Vec<Line>,
    /// The first and the last paragraph of the article.
    prose: Option<(usize, usize)>,
    title: Option<usize>,
}

/// How many things are seen of a line.
pub const SEEN: usize = 33;
/// What stands for the odds beyond the first and the last line.
const BEYOND: f32 = 3.0;
/// Odds, as their logarithm, below which a paragraph is one of the article.
const PLAIN: f32 = -2.0;
/// Lines up to which paragraphs are looked for.
const FAR: isize = 30;

impl Lines {
    /// The lines of a document, in order.
    pub fn new(all: Vec<Line>) -> Lines {
        let prose = all.iter().position(Line::is_prose).zip(all.iter().rposition(Line::is_prose));
        let title = all.iter().position(|l| l.title);
        Lines { all, prose, title }
    }

    /// All of them.
    pub fn all(&self) -> &[Line] {
        &self.all
    }

    /// Whether there is a paragraph of the article.
    pub fn have_prose(&self) -> bool {
        self.prose.is_some()
    }

    /// Whether a paragraph of the article stands above line `i`, and whether one stands below.
    pub fn between(&self, i: usize) -> (bool, bool) {
        self.prose.map_or((false, false), |(first, last)| (first < i, last > i))
    }

    /// Whether line `i` stands above the headline.
    pub fn is_above_title(&self, i: usize) -> bool {
        self.title.is_some_and(|title| i < title)
    }

    /// Whether the next line is a paragraph of the article.
    pub fn is_above_paragraph(&self, i: usize) -> bool {
        self.at(i, 1).is_some_and(|l| l.keep && l.is_prose())
    }

    /// Whether the rules have kept both neighbours of line `i`.
    pub fn is_among_kept(&self, i: usize) -> bool {
        let keep = |by: isize| self.at(i, by).is_some_and(|l| l.keep);
        keep(-1) && keep(1)
    }

    /// How likely line `i` is furniture, 0 to 1. Most paragraphs say by their own words that they are none.
    pub fn furniture(&self, i: usize, forest: &Forest) -> f32 {
        let line = &self.all[i];
        if line.keep && line.is_prose() && line.odds < PLAIN { 0.0 } else { forest.probability(&self.seen(i)) }
    }

    fn at(&self, i: usize, by: isize) -> Option<&Line> {
        i.checked_add_signed(by).and_then(|j| self.all.get(j))
    }

    /// What is seen of line `i`, in the order in which the trees of the model ask for it. The time does not depend on how many
    /// lines there are.
    pub fn seen(&self, i: usize) -> [f32; SEEN] {
        let at = |by: isize| self.at(i, by);
        let mark = |by: isize, of: fn(&Line) -> bool, none: f32| at(by).map_or(none, |l| f32::from(u8::from(of(l))));
        let odds = |by: isize| at(by).map_or(BEYOND, |l| l.odds);
        let points = |by: isize| at(by).map_or(0.0, |l| l.points as f32);
        let doubt = |by: isize| at(by).map_or(0.0, |l| l.doubt);
        let mean = |from: isize, to: isize, of: fn(&Line) -> f32, none: f32| {
            let (count, sum) = (from..=to).filter_map(at).fold((0.0, 0.0), |(n, sum), l| (n + 1.0, sum + of(l)));
            if count == 0.0 { none } else { sum / count }
        };
        // How far the nearest paragraph is, and how many there are.
        let prose = |way: isize| {
            let all = (1..FAR).filter(|by| at(by * way).is_some_and(Line::is_prose));
            let (nearest, count) = all.fold((FAR, 0.0), |(nearest, n), by| (nearest.min(by), n + 1.0));
            (nearest as f32, count)
        };
        let (to_prose_above, prose_above) = prose(-1);
        let (to_prose_below, prose_below) = prose(1);
        [
            odds(0),
            odds(-1),
            odds(-2),
            odds(1),
            odds(2),
            points(0),
            points(-1),
            points(1),
            mark(0, |l| l.stop, 1.0),
            mark(-1, |l| l.stop, 1.0),
            mark(1, |l| l.stop, 1.0),
            prose_above,
            prose_below,
            to_prose_above,
            to_prose_below,
            mark(-1, |l| l.keep, 0.0),
            mark(1, |l| l.keep, 0.0),
            mean(-3, 3, |l| f32::from(u8::from(l.keep)), 1.0),
            mean(-3, 3, |l| l.odds, 0.0),
            mean(-6, -1, |l| l.odds, BEYOND),
            mean(1, 6, |l| l.odds, BEYOND),
            mark(0, Line::is_prose, 0.0),
            mark(0, |l| l.item, 0.0),
            mark(-1, |l| l.item, 0.0),
            mark(1, |l| l.item, 0.0),
            mean(-2, 2, |l| l.points as f32, 0.0),
            mark(0, |l| l.keep, 0.0),
            doubt(0),
            doubt(-1),
            doubt(1),
            mark(0, |l| l.dated, 0.0),
            self.title.map_or(-1.0, |title| f32::from(u8::from(i < title))),
            self.title.map_or(FAR as f32, |title| i.abs_diff(title).min(FAR as usize) as f32),
        ]
    }
}
