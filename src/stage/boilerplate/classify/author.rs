//! What a paper says of who wrote the article, below it.

use super::super::{byline, fold};
use super::{ARTICLE, Judge};
use crate::document::BlockKind;

/// Authors that are looked for.
const AUTHORS: usize = 4;
/// Paragraphs that may stand below the name of the author.
const BELOW: usize = 2;
/// Code points of the longest of them.
const LONGEST: usize = 400;

impl Judge<'_> {
    /// Drops the paragraph at the end that begins with the name of the author, or stands below it.
    pub(super) fn author(&mut self, live: &[usize], first: usize) {
        let rule = self.rules().author;
        if self.verdicts.iter().any(|v| v.is_some_and(|v| v.rule == rule)) {
            return;
        }
        for i in self.authors(first).iter().flat_map(|name| self.told_of(name, live, first)).collect::<Vec<_>>() {
            self.drop(i, BlockKind::Byline, rule, 0.7);
        }
    }

    /// The blocks at the end that tell of `name`.
    fn told_of(&self, name: &str, live: &[usize], first: usize) -> Vec<usize> {
        let rest = |i: usize| fold::line(self.shapes[i].text).strip_prefix(name).map(str::to_string);
        let is_text = |i: usize| self.is_live(i) && self.shapes[i].is_sentence();
        let text: Vec<usize> = live.iter().copied().filter(|&i| is_text(i)).collect();
        let end = &text[text.len().saturating_sub(BELOW)..];
        let Some(&before_end) = text.len().checked_sub(BELOW + 1).and_then(|n| text.get(n)) else { return Vec::new() };
        let stands_alone = |i: usize| self.shapes[i].name && rest(i).is_some_and(|rest| rest.is_empty());
        let is_late = |i: usize| self.prose[i] >= ARTICLE;
        let heading = live.iter().copied().rev().take_while(|&i| i > before_end).find(|&i| stands_alone(i));
        if let Some(heading) = heading.filter(|&i| is_late(i)) {
            // In an interview the name stands above every answer.
            let once = live.iter().all(|&i| i < first || i == heading || !stands_alone(i));
            let below = end.iter().copied().filter(|&i| i > heading);
            let short = below.clone().all(|i| self.shapes[i].points <= LONGEST);
            return if once && short { [heading].into_iter().chain(below).collect() } else { Vec::new() };
        }
        let mentions = |i: usize| i >= first && fold::line(self.shapes[i].text).contains(name);
        let tells = |i: usize| {
            let opens = || rest(i).is_some_and(|rest| rest.starts_with([' ', ',', '(']));
            is_late(i) && self.shapes[i].points <= LONGEST && opens()
        };
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
        let mut all: Vec<String> = above.chain(known).map(|name| fold::line(&name)).collect();
        all.retain(|name| name.contains(' '));
        all.sort_unstable();
        all.dedup();
        all.truncate(AUTHORS);
        all
    }
}
