//! Where the comments of readers begin, with which the article ends.

use super::super::cues::STRONG;
use super::{ARTICLE, Judge};
use crate::document::BlockKind;

/// Blocks below the heading of the comments in which somebody must sign, or a form must ask.
const SIGNED: usize = 10;

impl Judge<'_> {
    /// Below the heading of the comments other people speak.
    pub(super) fn end_at_comments(&mut self, live: &[usize]) {
        // On a page the heading of the comments that ends an article stands inside of it; others belong to other parts.
        let closes = |i: usize| {
            !self.blocks[i].is_outside()
                && self.shapes[i].hit.is_some_and(|h| h.closes && h.weight >= STRONG)
                && self.heads_comments(i)
        };
        let Some(close) = (0..self.blocks.len()).find(|&i| closes(i) && self.prose[i] >= ARTICLE) else {
            return;
        };
        let rule = self.rules().comments;
        for &i in live.iter().filter(|&&i| i > close) {
            self.drop(i, BlockKind::CommentForm, rule, 0.86);
        }
    }

    /// Whether comments stand below a line that says so. Not where it is a heading, without a number, right above a paragraph,
    /// and nobody signs and no form asks for more in the lines below.
    pub(super) fn heads_comments(&self, i: usize) -> bool {
        let below = i + 1..self.blocks.len().min(i + 1 + SIGNED);
        let of_reader = |j: usize| {
            let shape = &self.shapes[j];
            let hit = shape.hit.map(|hit| self.of.cues.all[hit.cue].kind);
            let sign = shape.sign.as_ref().map(|sign| sign.kind);
            shape.name || hit == Some(BlockKind::CommentForm) || sign == Some(BlockKind::Dateline)
        };
        let plain = self.blocks[i].markup.is_none() && !self.shapes[i].text.contains(|c: char| c.is_ascii_digit());
        let heads_text = plain && below.clone().next().is_some_and(|j| self.is_body(j));
        !heads_text || below.into_iter().any(of_reader)
    }
}
