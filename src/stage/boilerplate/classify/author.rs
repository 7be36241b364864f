//! What a paper says of who wrote the article, below it.

use super::super::{byline, fold};
use super::{COMMENTED, Judge};
use crate::document::BlockKind;

/// Authors that are looked for.
const AUTHORS: usize = 4;
/// Paragraphs that may stand below the name of the author.
const BELOW: usize = 2;

impl Judge<'_> {
    /// Drops the paragraph at the end that begins with the name of the author, or stands below it.
    pub(super) fn author(&mut self, live: &[usize], first: usize) {
        for i in self.authors(first).iter().flat_map(|name| self.told_of(name, live, first)).collect::<Vec<_>>() {
            self.drop(i, BlockKind::Byline, self.rules().author, 0.7);
        }
    }

    /// The blocks at the end that tell of `name`.
    fn told_of(&self, name: &str, live: &[usize], first: usize) -> Vec<usize> {
        let late = |i: usize| self.prose[i] >= COMMENTED;
        let rest = |i: usize| fold::line(self.shapes[i].text).strip_prefix(name).map(str::to_string);
        let text: Vec<usize> =
            live.iter().copied().filter(|&i| self.is_live(i) && self.shapes[i].is_sentence()).collect();
        let is_heading = |i: usize| {
            let below = text.iter().filter(|&&j| j > i).count();
            late(i) && self.shapes[i].name && rest(i).is_some_and(|rest| rest.is_empty()) && below <= BELOW
        };
        if let Some(heading) = live.iter().copied().find(|&i| is_heading(i)) {
            return [heading].into_iter().chain(text.into_iter().filter(|&i| i > heading)).collect();
        }
        let mentions = |i: usize| i >= first && fold::line(self.shapes[i].text).contains(name);
        let tells = |i: usize| late(i) && rest(i).is_some_and(|rest| rest.starts_with([' ', ',', '(']));
        let end = &text[text.len().saturating_sub(BELOW)..];
        end.iter().copied().filter(|&i| tells(i) && !text.iter().any(|&j| j < i && mentions(j))).collect()
    }

    /// The folded names of those who sign above the article.
    fn authors(&self, first: usize) -> Vec<String> {
        let words = &self.of.cues.words;
        let signed = |&i: &usize| self.verdicts[i].is_some_and(|v| !v.keep && v.kind == BlockKind::Byline);
        let above = (0..first).filter(signed).flat_map(|i| {
            let text = self.shapes[i].text;
            if self.shapes[i].name { vec![text.to_string()] } else { byline::names(text, words) }
        });
        let known = self.doc.meta().authors.iter().map(|author| author.to_string());
        let all = above.chain(known).map(|name| fold::line(&name));
        all.filter(|name| name.split(' ').count() >= 2).take(AUTHORS).collect()
    }
}
