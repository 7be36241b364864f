//! What becomes of the candidates of the other finders where a tagger has looked.
//!
//! The tagger saw them all, so where it is sure of a name that it draws otherwise, it is right more often than they. But it
//! knows no ids, and what a table lists without doubt or the text spells out stands.

use super::super::candidate::{Candidate, Scene, Weight};
use super::super::cues::Cue;
use super::super::gazetteer::Table;
use super::super::token::{Case, Gap, Token};
use super::Span;
use super::model::KINDS;
use crate::document::EntityKind;
use crate::rules::RuleId;

/// The candidates that hold, with those of the tagger, which bear `rule`.
pub fn merge(scene: &Scene, candidates: Vec<Candidate>, spans: &[Span], rule: RuleId) -> Vec<Candidate> {
    let spans = spans.iter().flat_map(|span| pieces(scene, *span)).map(|span| without_title(scene, span));
    let spans = spans.flat_map(|span| without_party(scene, span));
    let spans = firms(scene, spans.collect());
    let mut open: Vec<Option<Span>> = spans.iter().copied().map(Some).collect();
    let mut merged = Vec::with_capacity(candidates.len() + spans.len());
    for mut candidate in candidates {
        let (start, end) = (candidate.words.start, candidate.words.end);
        let first = spans.partition_point(|s| s.end <= start);
        let over = first..first + spans[first..].iter().take_while(|s| s.start < end).count();
        let same = over.clone().find(|n| spans[*n].start == start && spans[*n].end == end);
        // Where every noun has a capital, a word beside a run of capitals tells neither that it is a name nor where that ends.
        let told_by_capitals = scene.cues.capital_nouns && candidate.entries.is_empty();
        if candidate.weight == Weight::Certain && !(told_by_capitals && candidate.kind == EntityKind::Person) {
            merged.push(candidate);
            continue;
        }
        // What a rule guesses, the tagger has seen, and was told how the rule errs. But it knows no events, it does not see every
        // name that a word beside it tells, and it cuts long names of offices where a rule reads them whole.
        if candidate.entries.is_empty() {
            let alone = over.is_empty() || !told_by_capitals;
            let event = candidate.weight > Weight::Open && !KINDS.contains(&candidate.kind) && alone;
            let apart = scene.cues.owner_apart && over.len() == 2 && spans[over.start].start == start;
            let whole = candidate.kind == EntityKind::Organisation
                && same.is_none()
                && !apart
                && over.clone().all(|n| start <= spans[n].start && spans[n].end <= end);
            // "via Roma".
            let lies_on = candidate.kind == EntityKind::Place
                && over.len() == 1
                && KINDS[spans[over.start].kind] == EntityKind::Place
                && start + 1 == spans[over.start].start
                && spans[over.start].end == end;
            let told = candidate.weight == Weight::Cue && (lies_on || !told_by_capitals && (over.is_empty() || whole));
            if event || told {
                over.filter(|_| told).for_each(|n| open[n] = None);
                merged.push(candidate);
            }
            continue;
        }
        let table = |c: &Candidate, table: Table| c.entries.iter().any(|e| scene.gazetteer.entry(e.0).table == table);
        if let Some(n) = same {
            let kind = KINDS[spans[n].kind];
            if candidate.entries.iter().any(|e| scene.gazetteer.entry(e.0).kind == kind) {
                candidate.entries.retain(|e| scene.gazetteer.entry(e.0).kind == kind);
                // The tagger speaks for a name that alone would be too weak.
                candidate.entries.iter_mut().for_each(|e| e.1 = false);
            } else if !table(&candidate, Table::Country)
                && (kind == EntityKind::Person || candidate.entries.iter().all(|e| e.1))
            {
                continue;
            }
            open[n] = None;
            merged.push(candidate);
            continue;
        }
        let inside = over.clone().any(|n| spans[n].start <= start && end <= spans[n].end);
        if inside {
            continue;
        }
        if !over.is_empty() {
            let strong = candidate.entries.iter().any(|e| !e.1);
            if !strong {
                continue;
            }
            over.for_each(|n| open[n] = None);
        }
        merged.push(candidate);
    }
    merged.extend(open.into_iter().flatten().map(|span| {
        let told = lies_in(scene, span);
        Candidate {
            words: span.start..span.end,
            dot: ends_in_dot(scene, span),
            kind: if told { EntityKind::Place } else { KINDS[span.kind] },
            weight: if told { Weight::Certain } else { Weight::Cue },
            rule,
            entries: Vec::new(),
            short_for: None,
        }
    }));
    merged
}

/// Whether what the tagger takes for something else is a place beyond doubt: a saint behind a preposition ("in St. Kathrein"), or
/// one word behind a preposition that is no given name and lies in a place that is listed ("di Borgofiore, in Umbria").
fn lies_in(scene: &Scene, span: Span) -> bool {
    let all = &scene.tokens.all;
    let at = |i: usize| all.get(i).is_some_and(|t| t.is(Cue::At) || t.is(Cue::AtArticle));
    let link = |i: usize| at(i) || all.get(i).is_some_and(|t| t.is(Cue::Link));
    let saint = all[span.start].is(Cue::Title);
    let before = span.start.checked_sub(1);
    let person = KINDS[span.kind] == EntityKind::Person;
    if span.end - span.start != 1 + usize::from(saint) {
        return false;
    }
    (saint && person && before.is_some_and(at))
        || before.is_some_and(link)
            && scene.gazetteer.given(&all[span.end - 1]).is_none()
            && at(span.end)
            && (all[span.end].gap == Gap::Comma || person && all[span.end].gap == Gap::Space)
            && scene
                .gazetteer
                .at(&scene.tokens, span.end + 1, scene.language)
                .is_some_and(|hit| hit.entries.iter().any(|e| scene.gazetteer.entry(e.0).kind == EntityKind::Place))
}

/// The names in a span: none goes on behind a bracket or a full stop that ends a sentence, that of a person not behind a comma,
/// a colon, a dash or a slash either, but for a "Jr".
fn pieces(scene: &Scene, span: Span) -> impl Iterator<Item = Span> {
    let all = &scene.tokens.all;
    let ends = |i: &usize| {
        let between = &scene.tokens.text[all[i - 1].end..all[*i].start];
        if !all[*i].capital() || !between.contains(' ') {
            return false;
        }
        let person = KINDS[span.kind] == EntityKind::Person;
        between.contains(['(', ')', '[', ']'])
            || between.starts_with('.') && all[i - 1].case == Case::Upper && !all[i - 1].is(Cue::Title)
            || person && between.contains([',', ':', '–', '—', '/']) && !all[*i].is(Cue::Generation)
    };
    let cuts: Vec<usize> = (span.start + 1..span.end).filter(ends).collect();
    let starts = std::iter::once(span.start).chain(cuts.clone());
    starts.zip(cuts.into_iter().chain([span.end])).map(move |(start, end)| Span { start, end, ..span })
}

/// "Fennimore & Dale": two names of one word make that of a firm.
fn firms(scene: &Scene, spans: Vec<Span>) -> Vec<Span> {
    let all = &scene.tokens.all;
    let firm = EntityKind::Organisation;
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        let one_word = span.end - span.start == 1;
        match joined.last_mut() {
            Some(last)
                if one_word
                    && last.end - last.start == 1
                    && last.end == span.start
                    && [last.kind, span.kind].iter().any(|k| KINDS[*k] != EntityKind::Place)
                    && &scene.tokens.text[all[span.start - 1].end..all[span.start].start] == " & " =>
            {
                last.end = span.end;
                last.kind = KINDS.iter().position(|k| *k == firm).unwrap_or(last.kind);
            }
            _ => joined.push(span),
        }
    }
    joined
}

/// The span without the title or office before a person's name, which is no part of it.
fn without_title(scene: &Scene, span: Span) -> Span {
    let is_title = |t: &Token| t.is(Cue::Title) || t.is(Cue::Role);
    let titles = scene.tokens.all[span.start..span.end - 1].iter().take_while(|t| is_title(t)).count();
    let person = KINDS[span.kind] == EntityKind::Person;
    Span { start: span.start + if person { titles } else { 0 }, ..span }
}

/// "Le député PS Julien Tarquerin": between an office and a name of two words and more the short name of a party stands for itself.
fn without_party(scene: &Scene, span: Span) -> impl Iterator<Item = Span> {
    let all = &scene.tokens.all[..span.end];
    let person = &all[span.start + 1..];
    let office = span.start.checked_sub(1).is_some_and(|i| all[i].is(Cue::Role));
    let is_party = KINDS[span.kind] == EntityKind::Person
        && office
        && all[span.start].case == Case::Upper
        && person.len() >= 2
        && person.iter().all(|t| t.case != Case::Upper && matches!(t.gap, Gap::Space | Gap::Hyphen))
        && person[0].gap == Gap::Space
        && scene.gazetteer.given(&person[0]).is_some();
    let organisation = KINDS.iter().position(|k| *k == EntityKind::Organisation);
    let party = organisation.filter(|_| is_party).map(|kind| Span { end: span.start + 1, kind, ..span });
    party.into_iter().chain([Span { start: span.start + usize::from(party.is_some()), ..span }])
}

/// Whether the full stop after a name belongs to it: "U.S.", "Bryn Corp.".
fn ends_in_dot(scene: &Scene, span: Span) -> bool {
    let tokens = &scene.tokens;
    let last = tokens.all[span.end - 1];
    let letters = last.case == Case::Initial && last.gap == Gap::Dot && span.end - span.start > 1;
    let short = span.end - span.start > 1 && last.capital() && (last.is(Cue::Generation) || last.is(Cue::Short));
    tokens.text[last.end..].starts_with('.') && (letters || short)
}
