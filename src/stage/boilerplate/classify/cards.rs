//! Boxes that a page sets between paragraphs: a newsletter with its name, what it brings and a button. Their lines stand one
//! below the other, set apart by empty lines, and not all of them say what they are.

use super::super::cues::WEAK;
use super::Judge;
use crate::document::BlockKind;

/// Lines of the longest box.
const LONGEST: usize = 8;
/// Code points of the longest line in a box that says nothing of what it is.
const LINE: usize = 160;

impl Judge<'_> {
    /// Drops the other lines of a box in which one line in three is an offer.
    pub(super) fn cards(&mut self, first: usize) {
        let mut start = first + 1;
        while start < self.blocks.len() {
            let end = (start..self.blocks.len()).find(|&i| self.gap(i) > 1).unwrap_or(self.blocks.len() - 1) + 1;
            if let Some(kind) = self.card(start..end) {
                for i in start..end {
                    self.drop(i, kind, self.rules().card, 0.7);
                }
            }
            start = end;
        }
    }

    /// What is offered in these lines, if they are a box.
    fn card(&self, lines: std::ops::Range<usize>) -> Option<BlockKind> {
        use BlockKind as K;
        let offer = |i: usize| {
            let kind = self.verdicts[i].filter(|v| !v.keep).map(|v| v.kind);
            kind.filter(|k| matches!(k, K::Newsletter | K::Subscribe | K::Paywall | K::SelfPromo))
        };
        let offers = lines.clone().filter(|&i| offer(i).is_some()).count();
        let fits = |i: usize| {
            let (block, shape) = (&self.blocks[i], &self.shapes[i]);
            !self.is_live(i)
                || block.markup.is_none()
                    && !shape.item
                    && !self.is_body(i)
                    && shape.points <= LINE
                    && !self.safe[i]
                    && (shape.quotes || !shape.text.ends_with(':') || shape.weight() >= WEAK)
        };
        // What is said above the first offer may be the article's.
        let told =
            lines.clone().take_while(|&i| offer(i).is_none()).any(|i| self.is_live(i) && self.shapes[i].is_sentence());
        let holds = !told
            && (2..=LONGEST).contains(&lines.len())
            && offers * 3 >= lines.len()
            && self.gap(lines.start - 1) > 1
            && lines.clone().all(fits);
        lines.into_iter().find_map(offer).filter(|_| holds)
    }
}
