//! Which line of a page is the headline, as trees have learned it: what the lines that may be one are like, and what stands
//! around them.

use super::super::classify::head;
use super::super::content::Content;
use super::super::cues::Cues;
use super::super::shape::Shape;
use super::Model;
use crate::document::BlockKind;

/// Lines from the top among which it is looked for.
const LINES: usize = 100;
/// Paragraphs of the article behind which it is not.
const PARAGRAPHS: usize = 2;
/// Code points of the longest one.
const LONGEST: usize = 200;
/// Paragraphs below a line in which its words are looked for.
const BELOW: usize = 4;
/// Probability, 0 to 1, from which a line may take the place of the headline that the rules find …
pub const LIKELY: f32 = 0.3;
/// … and from which no cue in it drops it.
pub const CERTAIN: f32 = 0.9;
/// Bytes of the shortest line, letters and digits alone, that is looked for in longer ones.
const FOUND_AGAIN: usize = 12;
/// How much more likely by plain signs a later line must be than an earlier one.
const ALIKE: f32 = 0.8;
/// How much less likely by plain signs than the likeliest line one is that is not the headline.
const FAR: f32 = 2.0;
/// What stands for the odds beyond the first and the last line.
const BEYOND: f32 = 3.0;
/// How many things are seen of a line.
pub const SEEN: usize = 50;

/// A line that may be the headline.
pub struct Candidate {
    /// Which one.
    pub line: usize,
    /// What is seen of it, in the order in which the trees of `lines.bin` ask for it: another order needs other trees.
    pub seen: [f32; SEEN],
}

/// The lines that may be the headline, in order, each with the logarithm of its odds against there being none among them.
pub fn odds(shapes: &[Shape], cues: &Cues, model: &Model) -> Vec<(usize, f32)> {
    let candidates = candidates(shapes, cues, |shape| model.words.odds(shape.text, shape.points));
    candidates.iter().map(|c| (c.line, model.headline.odds(&c.seen))).collect()
}

/// Which of these lines is the headline most probably, and how probable that is. The trees were grown for a choice among all of
/// them and none.
pub fn choose(odds: &[(usize, f32)]) -> Option<(usize, f32)> {
    let sum = 1.0 + odds.iter().map(|o| o.1.exp()).sum::<f32>();
    let best = odds.iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
    Some((best.0, best.1.exp() / sum))
}

/// What is seen of every line that may be the headline. `odds` says how much a line is like furniture.
pub fn candidates(shapes: &[Shape], cues: &Cues, odds: impl Fn(&Shape) -> f32) -> Vec<Candidate> {
    let mut lines: Vec<Line> = Vec::new();
    let (mut paragraphs, mut all) = (0, Vec::new());
    for (i, shape) in shapes.iter().enumerate().take(LINES) {
        let line = Line::new(shape, odds(shape));
        paragraphs += usize::from(line.prose);
        if paragraphs == PARAGRAPHS {
            break;
        }
        lines.push(line);
        if (2..=LONGEST).contains(&shape.points) && !shape.is_prose() {
            all.push(i);
        }
    }
    if all.len() < 2 {
        return Vec::new();
    }
    let end = lines.len();
    lines.extend(shapes[end..].iter().take(BELOW).map(|shape| Line::new(shape, odds(shape))));
    let prose: Vec<usize> = (0..lines.len()).filter(|&i| lines[i].prose).collect();
    let texts: Vec<Content> = prose.iter().map(|&i| Content::of(&shapes[i], &cues.words)).collect();
    let mut taken = vec![[0.0; 2]; end];
    for &i in &all {
        let own = Content::of(&shapes[i], &cues.words);
        let found = own.shared(&texts[prose.partition_point(|&j| j <= i)..]) as f32;
        taken[i] = [found, found / own.count().max(2) as f32];
    }
    let page = Page { lines: &lines, prose: &prose, taken: &taken, cues };
    let likely: Vec<f32> = all.iter().map(|&i| page.likely(i)).collect();
    let best = likely.iter().copied().fold(f32::MIN, f32::max);
    let first = likely.iter().position(|l| *l > best - ALIKE);
    let seen = |(n, line): (usize, &usize)| {
        if likely[n] < best - FAR {
            return None;
        }
        let above = likely[..n].iter().copied().fold(-9.0, f32::max);
        let among = [likely[n], likely[n] - best, likely[n] - above, f32::from(u8::from(first == Some(n)))];
        Some(Candidate { line: *line, seen: page.seen(*line, among) })
    };
    all.iter().enumerate().filter_map(seen).collect()
}

/// A line with what it says by itself.
struct Line<'a> {
    shape: &'a Shape<'a>,
    /// How much its words and form are those of furniture.
    odds: f32,
    /// Its letters and digits, in small letters; nothing of a long line.
    letters: String,
    /// It is a paragraph of the article.
    prose: bool,
    /// How much it is a date by its words, 0 to 1.
    dated: f32,
    /// How much it names an author.
    signed: f32,
    /// How much the cues speak against it.
    weight: f32,
}

impl<'a> Line<'a> {
    fn new(shape: &'a Shape<'a>, odds: f32) -> Line<'a> {
        let sign = shape.sign.as_ref();
        let of = |kind: BlockKind| sign.filter(|s| s.kind == kind).map_or(0.0, |s| s.weight);
        Line {
            shape,
            odds,
            letters: if shape.points > LONGEST {
                String::new()
            } else {
                shape.text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
            },
            prose: shape.is_prose() && odds < 0.0,
            dated: of(BlockKind::Dateline),
            signed: of(BlockKind::Byline),
            weight: shape.weight(),
        }
    }
}

/// The lines of a page as far as they are looked at.
struct Page<'a> {
    lines: &'a [Line<'a>],
    prose: &'a [usize],
    /// How many of the words of a line the paragraphs below take up, and what share.
    taken: &'a [[f32; 2]],
    cues: &'a Cues,
}

impl Page<'_> {
    /// How much a line is like a headline by a few plain signs, much as the rules weigh them; the trees were grown on these
    /// very weights.
    fn likely(&self, i: usize) -> f32 {
        let line = &self.lines[i];
        let (shape, words) = (line.shape, &self.cues.words);
        let mark = |holds: bool, weight: f32| if holds { weight } else { 0.0 };
        let length = [-2.0, -1.0, -1.0, -0.5, 0.5][shape.words.min(4)] + mark(shape.words > 4, 0.5);
        let signed = self.lines[i + 1..].iter().take(3).any(|l| l.dated.max(l.signed) > 0.0);
        let below = self.lines[..i].iter().any(|l| l.dated.max(l.signed) >= 0.6);
        let other = head::is_menu_row(shape, words) || head::lists_sections(shape, words) || !shape.is_title_like();
        length + 3.0 * self.taken[i][1] + mark(signed, 1.0)
            - mark(other, 2.0)
            - mark(head::is_figures(shape), 1.5)
            - mark(head::has_steps(shape), 1.5)
            - mark(head::names_outlet(shape, words), 1.0)
            - mark(below, 0.7)
            - 0.15 * line.odds.max(-1.0)
            - 2.0 * line.weight
    }

    fn seen(&self, i: usize, among: [f32; 4]) -> [f32; SEEN] {
        let line = &self.lines[i];
        let (shape, words) = (line.shape, &self.cues.words);
        let at = |by: isize| i.checked_add_signed(by).and_then(|j| self.lines.get(j));
        let mark = |holds: bool| f32::from(u8::from(holds));
        let of = |by: isize, what: fn(&Line) -> f32, none: f32| at(by).map_or(none, what);
        let mean = |from: isize, to: isize, what: fn(&Line) -> f32, none: f32| {
            let (n, sum) = (from..=to).filter_map(at).fold((0.0, 0.0), |(n, sum), l| (n + 1.0, sum + what(l)));
            if n == 0.0 { none } else { sum / n }
        };
        let chars = |fits: fn(char) -> bool| shape.text.chars().filter(|c| fits(*c)).count() as f32;
        let small = shape.text.split_whitespace().filter(|w| w.starts_with(char::is_lowercase)).count() as f32;
        let (letters, capitals) = (chars(char::is_alphabetic).max(1.0), chars(char::is_uppercase));
        let next_prose = self.prose.iter().find(|&&j| j > i);
        let best = self.taken.iter().map(|t| t[1]).fold(0.0, f32::max);
        let longer = |other: &Line| other.letters.len() > line.letters.len() && other.shape.points <= LONGEST;
        let long = line.letters.len() >= FOUND_AGAIN;
        let others = || self.lines.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, l)| l);
        let again = others().filter(|l| l.letters == line.letters).count() as f32;
        let begins = others().filter(|l| long && longer(l) && l.letters.starts_with(&line.letters)).count() as f32;
        let ends = others().filter(|l| long && longer(l) && l.letters.ends_with(&line.letters)).count() as f32;
        let first = self.lines[..i].iter().all(|l| l.letters != line.letters);
        let goes_on = others().any(|l| {
            l.letters.len() >= FOUND_AGAIN
                && line.letters.len() > l.letters.len()
                && line.letters.starts_with(&l.letters)
        });
        [
            line.odds,
            shape.points as f32,
            shape.words as f32,
            mark(shape.stop),
            mark(shape.is_title_like()),
            mark(shape.name),
            mark(shape.item),
            mark(shape.quotes),
            line.weight,
            line.dated,
            line.signed,
            mark(shape.text.contains(':')),
            mark(shape.text.contains(['?', '!', '؟'])),
            mark(shape.text.contains('|') || head::has_steps(shape) || shape.text.contains('\t')),
            mark(head::is_menu_row(shape, words) || head::lists_sections(shape, words)),
            mark(head::is_figures(shape)),
            mark(head::names_outlet(shape, words)),
            small / shape.words.max(1) as f32,
            capitals / letters,
            chars(|c| c.is_ascii_digit()) / shape.points.max(1) as f32,
            self.taken[i][0],
            self.taken[i][1],
            self.taken[i][1] - best,
            again,
            begins,
            ends,
            mark(first),
            mark(goes_on),
            i as f32,
            next_prose.map_or(LINES, |j| j - i) as f32,
            mark(self.prose.first().is_some_and(|&j| j < i)),
            of(-1, |l| l.odds, BEYOND),
            of(-1, |l| l.shape.points as f32, 0.0),
            of(-1, |l| l.weight, 0.0),
            of(-1, |l| l.dated.max(l.signed), 0.0),
            mean(-6, -1, |l| l.odds, BEYOND),
            of(1, |l| l.odds, BEYOND),
            of(1, |l| l.shape.points as f32, 0.0),
            of(1, |l| f32::from(u8::from(l.shape.stop)), 0.0),
            of(1, |l| l.dated.max(l.signed), 0.0),
            of(1, |l| l.weight, 0.0),
            of(2, |l| l.odds, BEYOND),
            of(2, |l| l.dated.max(l.signed), 0.0),
            of(3, |l| l.dated.max(l.signed), 0.0),
            mean(1, 6, |l| l.odds, BEYOND),
            mean(-6, -1, |l| l.dated.max(l.signed), 0.0),
            among[0],
            among[1],
            among[2],
            among[3],
        ]
    }
}
