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
    /// For the place that a paragraph begins with.
    pub dateline: RuleId,
}

impl Finder for Places {
    fn find(&self, scene: &Scene, out: &mut Vec<Candidate>) {
        let all = &scene.tokens.all;
        for (i, token) in all.iter().enumerate() {
            let at_start = dateline(scene, i);
            // Nothing else stands there in such letters.
            let weight = if at_start.is_some() { Weight::Certain } else { Weight::Cue };
            let found = if let Some(words) = at_start {
                Some((words, EntityKind::Place, self.dateline))
            } else if let Some(words) = tailed(scene, i) {
                scene.cues.rule(Cue::PlaceTail).map(|rule| (words, EntityKind::Place, rule))
            } else if token.is(Cue::PlaceHead) || (token.is(Cue::PlacePart) && token.case == Case::Capital) {
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
                let entries = Vec::new();
                out.push(Candidate { words, dot: false, kind, weight, rule, entries, short_for: None });
            }
        }
    }
}

/// "Московская область": a capital before the kind.
fn tailed(scene: &Scene, i: usize) -> Option<Range<usize>> {
    let all = &scene.tokens.all;
    let token = all[i];
    let before = all[i.checked_sub(1)?];
    let fits = token.is(Cue::PlaceTail) && token.case == Case::Lower && token.gap == Gap::Space;
    (fits && before.case == Case::Capital && !before.is(Cue::Never) && !before.is(Cue::Function))
        .then_some(i - 1..i + 1)
}

/// Most words of a place in a dateline, and most words between it and the dash.
const DATELINE: usize = 4;

/// "BORGOFIORE —", "JINDAROO FLAT, 2 June —": capitals at the start of a block, then a dash, or a date and a dash.
fn dateline(scene: &Scene, i: usize) -> Option<Range<usize>> {
    let all = &scene.tokens.all;
    let text = scene.tokens.text;
    let first = all[i];
    if first.gap != Gap::Stop || first.case != Case::Upper || first.is(Cue::Never) || !starts_block(text, first.start) {
        return None;
    }
    let mut end = i + 1;
    while end < i + DATELINE
        && all.get(end).is_some_and(|t| t.case == Case::Upper && matches!(t.gap, Gap::Space | Gap::Hyphen))
    {
        end += 1;
    }
    let dash = |k: usize| {
        let between = all.get(k).map_or("", |t| &text[all[k - 1].end..t.start]);
        !between.contains('\n') && (between.contains(" — ") || between.contains(" – ") || between.contains(" - "))
    };
    let dated = all.get(end).is_some_and(|t| t.gap == Gap::Comma && t.case == Case::Number);
    let reach = if dated { DATELINE } else { 0 };
    (end..=end + reach).any(|k| k < all.len() && dash(k)).then_some(i..end)
}

fn starts_block(text: &str, at: usize) -> bool {
    text[..at].trim_end_matches([' ', '«', '"', '“']).chars().next_back().is_none_or(|c| c == '\n')
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
