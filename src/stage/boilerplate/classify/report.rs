//! What is said of the blocks, and what they tell of the article as a whole.

use super::super::senses::OUTLET;
use super::super::words::Words;
use super::super::{byline, dateline, fold};
use super::{Judge, Verdict};
use crate::document::{BlockKind, Note};
use crate::stage::Found;

impl Judge<'_> {
    /// Notes the verdicts, and what the lines that were dropped say of the article: author, date, keywords, site.
    pub(super) fn report(&self, found: &mut Found) {
        let words = &self.of.cues.words;
        let dropped = |v: &Option<Verdict>| v.is_some_and(|v| !v.keep && v.kind == BlockKind::Dateline);
        let first = (0..self.blocks.len()).find(|&i| self.is_live(i) && self.is_body(i));
        // A line with the date of publication says more than a dateline, which has no year.
        if let Some(i) = first.filter(|_| !self.verdicts.iter().any(dropped))
            && let Some(dateline) = dateline::at_start_of(self.shapes[i].text)
        {
            found.note(Note::Dateline(dateline.to_string()));
        }
        for (i, shape) in self.shapes.iter().enumerate().filter(|(i, s)| self.is_live(*i) && s.weight() > 0.0) {
            found.note(Note::Doubt { block: i, weight: shape.weight() });
        }
        let mut authors: Vec<(usize, String)> = Vec::new();
        for (i, verdict) in self.verdicts.iter().enumerate() {
            let site = self.kept_by_site[i].map(|rule| {
                let kind = verdict.map_or(self.blocks[i].kind, |v| v.kind);
                Verdict { kind, keep: true, rule, confidence: 1.0 }
            });
            let Some(Verdict { kind, keep, rule, confidence }) = site.or(*verdict) else {
                continue;
            };
            found.note(Note::Kind { block: i, kind, keep, rule, confidence });
            let text = self.shapes[i].text;
            match kind {
                BlockKind::Byline if rule == self.rules().author => {}
                BlockKind::Byline if rule == self.rules().byline => authors.push((i, byline::written(text))),
                BlockKind::Byline => {
                    authors.extend(byline::names(text, words).into_iter().map(|name| (i, byline::written(&name))));
                }
                BlockKind::Tagline => {
                    for word in keywords(text) {
                        found.note(Note::Keyword(word));
                    }
                }
                BlockKind::Dateline if !keep => {
                    found.note(Note::Dateline(text.to_string()));
                    let stamp = self.shapes[i].sign.as_ref().and_then(|s| s.stamp.as_ref());
                    let names = stamp.map_or_else(|| byline::led_names(text, words), |s| s.names.clone());
                    authors.extend(names.into_iter().map(|name| (i, byline::written(&name))));
                }
                BlockKind::Copyright => {
                    if let Some(name) = owner(text, words) {
                        found.note(Note::Site(name));
                    }
                }
                _ => {}
            }
        }
        // Who signs above the article wrote it; below it editors and photographers are named too.
        let above = first.unwrap_or(0);
        let signed = authors.iter().any(|(i, _)| *i < above);
        for (_, name) in authors.into_iter().filter(|(i, _)| !signed || *i < above) {
            found.note(Note::Author(name));
        }
    }
}

/// The paper that a copyright line names: "© 2021 Der Bote", "© La Gazette des monts, tous droits réservés".
fn owner(text: &str, words: &Words) -> Option<String> {
    let rest = text.strip_prefix('©').or_else(|| text.strip_prefix("Copyright"))?;
    let is_left = |c: char| !c.is_alphabetic();
    let name =
        rest.trim_start_matches(is_left).split(['.', ',', '|', ';', '–', '—', '(', ':']).next()?.split(" - ").next()?;
    let name = name.trim_end_matches(is_left).trim();
    let tokens = name.split_whitespace().count();
    let known = name.split(|c: char| !c.is_alphanumeric()).any(|w| words.senses.of(&fold::word(w)) & OUTLET != 0);
    ((1..=6).contains(&tokens) && known && name.starts_with(char::is_uppercase)).then(|| name.to_string())
}

/// The keywords of a line, between signs if there are any, else word by word.
fn keywords(text: &str) -> Vec<String> {
    let list = text.split_once(':').map_or(text, |(_, list)| list);
    let by_sign: Vec<&str> =
        list.split([',', ';', '•', '|', '·', '#', '/']).map(str::trim).filter(|p| !p.is_empty()).collect();
    let words = if by_sign.len() > 1 {
        by_sign
    } else if list.trim().starts_with(char::is_lowercase) || list.len() < text.len() {
        vec![list.trim().trim_start_matches('#')]
    } else {
        list.split_whitespace().collect()
    };
    words.into_iter().filter(|w| !w.is_empty()).map(|w| w.trim_end_matches('.').to_string()).collect()
}
