//! Headlines of other articles that stand between the paragraphs of this one, with and without a heading that announces them.

use super::super::content::Content;
use super::Judge;
use crate::document::BlockKind;

/// Code points of a long heading inside of an article.
const HEADING: usize = 45;
/// Code points of the shortest headline in a list.
const SHORTEST: usize = 15;
/// Code points of the mean headline in a list that nothing announces.
const USUAL: usize = 30;
/// The share of the words of such a list that the article may have as well.
const SHARED: f32 = 0.2;
/// Headlines in a list.
const MOST: usize = 8;

impl Judge<'_> {
    /// Drops them: a heading that announces links takes the headlines below it along, and so does their being stacked.
    pub(super) fn lists(&mut self, lines: &[usize], last: usize) {
        let rule = self.rules().list;
        for &i in lines {
            let announced = i > 0 && !self.is_live(i - 1) && self.is_label(i - 1);
            if !announced || !self.is_live(i) {
                continue;
            }
            let run = self.run(i, last);
            for &j in self.without_heading(&run) {
                self.drop(j, BlockKind::Related, rule, 0.7);
            }
        }
        for i in self.stacks(lines, last) {
            self.drop(i, BlockKind::Related, rule, 0.6);
        }
    }

    /// The lines of all stacks. Of those that stand among paragraphs alone there is but one: several are verse.
    fn stacks(&self, lines: &[usize], last: usize) -> Vec<usize> {
        let (mut article, mut past) = (None, 0);
        let (mut beside, mut alone) = (Vec::new(), Vec::new());
        for &i in lines {
            if i < past || !self.is_live(i) || !self.begins_stack(i) {
                continue;
            }
            let run = self.run(i, last);
            past = run.last().map_or(past, |&j| j + 1);
            let stack = if self.is_set_apart(&run) { &run } else { self.without_heading(&run) };
            let is_stack = self.is_stack(stack);
            if is_stack && self.is_apart(stack, article.get_or_insert_with(|| self.words_of_all())) {
                if self.is_beside_junk(stack) { beside.extend(stack) } else { alone.push(stack.to_vec()) }
            }
        }
        if let [stack] = &alone[..] {
            beside.extend(stack);
        }
        beside
    }

    fn is_beside_junk(&self, stack: &[usize]) -> bool {
        let (Some(first), Some(last)) = (stack.first(), stack.last()) else { return false };
        self.is_junk(first - 1) || last + 1 < self.blocks.len() && self.is_junk(last + 1)
    }

    /// The headlines from `i` on, no farther from each other than the first two, all with a bullet or none.
    fn run(&self, i: usize, last: usize) -> Vec<usize> {
        let item = self.shapes[i].item;
        let is_headline = |&j: &usize| {
            let shape = &self.shapes[j];
            let goes_on = j == i || self.gap(j - 1) <= self.gap(i);
            self.is_live(j) && goes_on && shape.item == item && shape.points >= SHORTEST && shape.is_headline()
        };
        (i..last).take_while(is_headline).take(MOST).collect()
    }

    /// The last of several may be the heading of the paragraph that follows, which is shorter than a headline.
    fn without_heading<'r>(&self, run: &'r [usize]) -> &'r [usize] {
        let heads_text = |&j: &usize| {
            let (shape, next) = (&self.shapes[j], self.shapes.get(j + 1));
            !shape.item && shape.points <= HEADING && next.is_none_or(|s| s.stop || s.text.ends_with(':'))
        };
        let heading = run.len() > 1 && run.last().is_some_and(heads_text);
        &run[..run.len() - usize::from(heading)]
    }

    /// A line that was dropped as the heading of a list of links, without a link in it: "Read on:" may be a button as well.
    fn is_label(&self, i: usize) -> bool {
        let shape = &self.shapes[i];
        self.verdicts[i].is_some_and(|v| v.kind == BlockKind::Related || self.is_junk(i) && shape.text.ends_with(':'))
            && shape.hit.is_some()
            && shape.points <= 40
            && shape.words <= 5
    }

    /// What stands above is the end of a sentence, or does not belong to the article: no colon announces a list.
    fn begins_stack(&self, i: usize) -> bool {
        let plain = self.blocks[i].markup.is_none() && !self.shapes[i].item;
        plain && i > 0 && if self.is_live(i - 1) { self.shapes[i - 1].stop } else { self.is_junk(i - 1) }
    }

    /// Set apart from the text by empty lines, and not from each other.
    fn is_set_apart(&self, stack: &[usize]) -> bool {
        let [first, .., last] = *stack else { return false };
        let close = stack[..stack.len() - 1].iter().all(|&i| self.gap(i) == 1);
        close && self.gap(first - 1) > 1 && self.gap(last) > 1
    }

    /// Three headlines and more, or two that are set apart beside what was judged away; lines with figures are results.
    fn is_stack(&self, stack: &[usize]) -> bool {
        let points: usize = stack.iter().map(|&i| self.shapes[i].points).sum();
        let figures = stack.iter().filter(|&&i| self.shapes[i].text.contains(|c: char| c.is_ascii_digit())).count();
        figures * 2 <= stack.len()
            && (stack.len() >= 3 || self.is_set_apart(stack) && self.is_beside_junk(stack))
            && points >= USUAL * stack.len()
    }

    /// They tell of something else than the article.
    fn is_apart(&self, stack: &[usize], article: &Content) -> bool {
        let own = self.content(stack.iter().copied());
        let shared = own.shared(std::slice::from_ref(article));
        own.count() > 0 && shared as f32 <= SHARED * own.count() as f32
    }

    /// The content words of the paragraphs and of the headline.
    fn words_of_all(&self) -> Content {
        let counts = |&i: &usize| {
            self.is_live(i) && (self.is_body(i) || self.verdicts[i].is_some_and(|v| v.kind == BlockKind::Title))
        };
        self.content((0..self.blocks.len()).filter(counts))
    }
}
