//! The finder of places and events that say what they are: "îles …", "Mont …", "Coupe de …".

use std::ops::Range;

use super::candidate::{Candidate, Finder, Scene, Weight};
use super::cues::Cue;
use super::token::{Case, Gap};
use crate::document::EntityKind;
use crate::rules::RuleId;

/// Finds places by the kind that is a part of their name, and events that are named after places.
pub struct Places {
    /// For teams that are named after places.
    pub team: RuleId,
}

impl Finder for Places {
    fn find(&self, scene: &Scene, out: &mut Vec<Candidate>) {
        let all = &scene.tokens.all;
        for (i, token) in all.iter().enumerate() {
            let found = if token.is(Cue::PlaceHead) || (token.is(Cue::PlacePart) && token.case == Case::Capital) {
                let cue = if token.is(Cue::PlaceHead) { Cue::PlaceHead } else { Cue::PlacePart };
                named_after(scene, i).zip(scene.cues.rule(cue)).map(|(words, rule)| (words, EntityKind::Place, rule))
            } else if token.is(Cue::Event) && token.case == Case::Capital {
                named_after(scene, i)
                    .zip(scene.cues.rule(Cue::Event))
                    .map(|(words, rule)| (words, EntityKind::Event, rule))
            } else {
                team(scene, i).map(|words| (words, EntityKind::Organisation, self.team))
            };
            if let Some((words, kind, rule)) = found {
                let (weight, entries) = (Weight::Cue, Vec::new());
                out.push(Candidate { words, dot: false, kind, weight, rule, entries, short_for: None });
            }
        }
    }
}

/// "détroit de Brumelin", "aéroport international Otto-Tarquin": the kind, adjectives, links, capitals.
fn named_after(scene: &Scene, i: usize) -> Option<Range<usize>> {
    let all = &scene.tokens.all;
    let mut j = i + 1;
    while all.get(j).is_some_and(|t| t.case == Case::Lower && t.gap == Gap::Space && t.is(Cue::Adjective)) {
        j += 1;
    }
    let end = capitals(scene, after_links(scene, j)?)?;
    // "Coupe du monde de Norvège" has two of them.
    let further = after_links(scene, end).filter(|j| *j > end).and_then(|j| capitals(scene, j));
    Some(i..further.filter(|_| all[i].is(Cue::Event)).unwrap_or(end))
}

/// "les Ours de Norvège": a plural article, a capital that is no place and no office, "de", a place.
fn team(scene: &Scene, i: usize) -> Option<Range<usize>> {
    let all = &scene.tokens.all;
    let before = all[i.checked_sub(1)?];
    let token = all[i];
    if !before.is(Cue::Plural) || !token.capital() || token.initial || token.gap != Gap::Space {
        return None;
    }
    if token.is(Cue::Role) || token.is(Cue::Never) || token.is(Cue::Event) {
        return None;
    }
    let mut end = i + 1;
    while all.get(end).is_some_and(|t| t.capital() && t.gap == Gap::Space) {
        end += 1;
    }
    let place = after_links(scene, end).filter(|j| *j > end)?;
    let hit = scene.gazetteer.at(&scene.tokens, place, scene.language)?;
    let listed = scene.gazetteer.at(&scene.tokens, i, scene.language).is_some();
    let is_place = hit.entries.iter().any(|e| scene.gazetteer.entry(e.0).kind == EntityKind::Place);
    (is_place && !listed).then_some(i..hit.end)
}

fn after_links(scene: &Scene, i: usize) -> Option<usize> {
    let all = &scene.tokens.all;
    let mut j = i;
    while j < i + 3 && all.get(j).is_some_and(|t| t.case == Case::Lower && t.is(Cue::Link) && !t.is(Cue::And)) {
        if !(all[j].gap == Gap::Space || (all[j].gap == Gap::Apostrophe && j > i)) {
            return None;
        }
        j += 1;
    }
    let token = all.get(j)?;
    let joined = token.gap == Gap::Space || (token.gap == Gap::Apostrophe && j > i);
    (joined && token.capital() && !token.is(Cue::Never)).then_some(j)
}

/// The end of the capitals that begin with word `i`.
fn capitals(scene: &Scene, i: usize) -> Option<usize> {
    let all = &scene.tokens.all;
    let mut end = i + 1;
    while end < i + 6
        && all.get(end).is_some_and(|t| {
            (t.gap == Gap::Space && t.capital() && !t.is(Cue::Never))
                || (t.gap == Gap::Hyphen && t.case != Case::Number)
        })
    {
        end += 1;
    }
    Some(end)
}
