//! The finder of names that stand in the gazetteer.

use super::candidate::{Candidate, Finder, Scene, Weight};
use super::cues::Cue;
use super::gazetteer::{Hit, Table};
use super::token::{Case, Gap};
use crate::lexicon::Lexicon;
use crate::rules::RuleId;

/// Finds names that are listed, and countries that are misspelt.
pub struct Listed {
    /// For names as they are listed.
    pub rule: RuleId,
    /// For misspelt countries.
    pub misspelt: RuleId,
}

impl Finder for Listed {
    fn find(&self, scene: &Scene, out: &mut Vec<Candidate>) {
        let tokens = &scene.tokens;
        let mut i = 0;
        // The end of the last name found, for names joined by a hyphen.
        let mut last_end = usize::MAX;
        while i < tokens.all.len() {
            let token = tokens.all[i];
            let hit = match token.case {
                Case::Number => None,
                _ => scene.gazetteer.at(tokens, i, scene.language),
            };
            let Some(hit) = hit else {
                self.misspelt(scene, i, out);
                i += 1;
                continue;
            };
            // "La Guardia Civil" is no town that is called La Guardia.
            let article = token.is(Cue::Link) && hit.end == i + 2;
            if article && scene.gazetteer.at(tokens, i + 1, scene.language).is_some_and(|next| next.end > hit.end) {
                i += 1;
                continue;
            }
            let joined_before = token.gap == Gap::Hyphen && tokens.all[i - 1].capital() && last_end != i;
            let joined_after = tokens.all.get(hit.end).is_some_and(|t| t.gap == Gap::Hyphen && t.capital())
                && scene.gazetteer.at(tokens, hit.end, scene.language).is_none();
            if joined_before || joined_after {
                i += 1;
                continue;
            }
            // "Dabei" begins a sentence more often than it is a town; "US$" is money.
            let doubtful = token.is(Cue::Function) || token.is(Cue::Never);
            let noun = scene.cues.capital_nouns && token.is(Cue::Never);
            let function = hit.end == i + 1 && (noun || (token.initial && doubtful));
            if function || tokens.text[tokens.all[hit.end - 1].end..].starts_with('$') {
                i += 1;
                continue;
            }
            let mut hit = hit;
            if scene.cues.capital_nouns && hit.end == i + 1 && is_noun(scene, i) {
                let country = |e: u32| scene.gazetteer.entry(e).table == Table::Country;
                hit.entries.iter_mut().filter(|e| !country(e.0)).for_each(|e| e.1 = true);
            }
            let strong = hit.entries.iter().any(|e| !e.1);
            let kind = scene.gazetteer.entry(hit.entries[0].0).kind;
            last_end = hit.end;
            let words = without_lead(scene, i, &hit)..hit.end;
            i = if strong { hit.end } else { i + 1 };
            out.push(Candidate {
                words,
                dot: hit.dot > 0,
                kind,
                weight: Weight::Listed,
                rule: self.rule,
                entries: hit.entries,
                short_for: None,
            });
        }
    }
}

/// Whether the word is a noun as well, as *Halle* and *Siegen* are, where nouns have capitals too.
fn is_noun(scene: &Scene, i: usize) -> bool {
    let lexicon = Lexicon::for_language(scene.language);
    lexicon.is_some_and(|l| l.facts(&scene.tokens.word(i).to_lowercase()).noun() & 1 > 0)
}

/// Where the name itself begins in a listed one such as "la Maison-Blanche", "groupe Vertolin" or "lac Brumelin": articles
/// and offices are no part of it, kinds of places only where it does not stand alone.
fn without_lead(scene: &Scene, start: usize, hit: &Hit) -> usize {
    let all = &scene.tokens.all;
    let mut i = start;
    while i + 1 < hit.end && all[i].case == Case::Lower {
        let lead = [Cue::Link, Cue::Role, Cue::Title, Cue::Medium].iter().any(|c| all[i].is(*c));
        let alone = |hit: &Hit, rest: Option<Hit>| {
            rest.is_some_and(|r| r.end == hit.end && r.entries.iter().any(|e| hit.entries.iter().any(|h| h.0 == e.0)))
        };
        let place = all[i].is(Cue::Place) && alone(hit, scene.gazetteer.at(&scene.tokens, i + 1, scene.language));
        if !lead && !place {
            break;
        }
        i += 1;
    }
    i
}

impl Listed {
    fn misspelt(&self, scene: &Scene, i: usize, out: &mut Vec<Candidate>) {
        let token = scene.tokens.all[i];
        if token.case != Case::Capital || token.initial || token.cues != 0 || token.end - token.start < 7 {
            return;
        }
        if let Some(entry) = scene.gazetteer.misspelt(scene.tokens.word(i)) {
            out.push(Candidate {
                words: i..i + 1,
                dot: false,
                kind: scene.gazetteer.entry(entry).kind,
                weight: Weight::Cue,
                rule: self.misspelt,
                entries: vec![(entry, false)],
                short_for: None,
            });
        }
    }
}
