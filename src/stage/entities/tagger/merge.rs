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
    let spans: Vec<Span> = spans.iter().map(|span| without_title(scene, *span)).collect();
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
            let told = candidate.weight == Weight::Cue && !told_by_capitals && (over.is_empty() || whole);
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
            } else if !table(&candidate, Table::Country) {
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
    merged.extend(open.into_iter().flatten().map(|span| Candidate {
        words: span.start..span.end,
        dot: ends_in_dot(scene, span),
        kind: KINDS[span.kind],
        weight: Weight::Cue,
        rule,
        entries: Vec::new(),
        short_for: None,
    }));
    merged
}

/// The span without the title or office before a person's name, which is no part of it.
fn without_title(scene: &Scene, span: Span) -> Span {
    let is_title = |t: &Token| t.is(Cue::Title) || t.is(Cue::Role);
    let titles = scene.tokens.all[span.start..span.end - 1].iter().take_while(|t| is_title(t)).count();
    let person = KINDS[span.kind] == EntityKind::Person;
    Span { start: span.start + if person { titles } else { 0 }, ..span }
}

/// Whether the full stop after a name belongs to it: "U.S.", "Bryn Corp.".
fn ends_in_dot(scene: &Scene, span: Span) -> bool {
    let tokens = &scene.tokens;
    let last = tokens.all[span.end - 1];
    let letters = last.case == Case::Initial && last.gap == Gap::Dot && span.end - span.start > 1;
    let short = || {
        span.end - span.start > 1
            && matches!(tokens.word(span.end - 1), "Inc" | "Corp" | "Co" | "Ltd" | "Jr" | "Sr" | "Bros")
    };
    tokens.text[last.end..].starts_with('.') && (letters || short())
}
