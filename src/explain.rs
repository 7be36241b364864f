//! One document with everything that was done to it in its place: what was taken out and changed, by which rule, and
//! what was found in what stayed. [`terminal`] and [`html`] show it; it serialises to JSON as it is.

use std::ops::Range;

use serde::Serialize;

use crate::document::{Applied, Block, Document};
use crate::error::Reject;
use crate::pipeline::Pipeline;
use crate::read::{self, RawRecord};
use crate::rules::{Class, Rules};
use crate::write::record::{Audit, Record};

pub mod html;
pub mod terminal;

/// A document, explained.
#[derive(Debug, Serialize)]
pub struct Explanation {
    /// What is written of it.
    pub record: Record,
    /// The document from top to bottom, the removed parts in their places.
    pub parts: Vec<Part>,
}

/// A block that stayed, or something between blocks that did not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "what", rename_all = "lowercase")]
pub enum Part {
    /// A block of the article.
    Block {
        /// What it is.
        kind: &'static str,
        /// Its text in runs of one look.
        runs: Vec<Run>,
    },
    /// Taken out.
    Removed(Removed),
}

/// Text that was taken out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Removed {
    /// What it is.
    pub kind: &'static str,
    /// The rule that said so.
    pub rule: String,
    /// How sure it is, 0 to 1.
    pub confidence: f32,
    /// What was taken out.
    pub text: String,
}

/// A stretch of a block under the same marks.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Run {
    /// The text as it is now.
    pub text: String,
    /// What stood there, where words were changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// A part of the block that was taken out here; `text` is empty then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removed: Option<Removed>,
    /// What it belongs to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
}

/// What a stretch of text was before.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// The text in the source.
    pub before: String,
    /// The rules that changed it, in order.
    pub rules: Vec<String>,
}

/// Something that was found in the text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mark {
    /// `date`, `entity` or `foreign`.
    pub what: &'static str,
    /// `DATE`, `PER`, …, or the language of a foreign word.
    #[serde(rename = "type")]
    pub kind: String,
    /// Value of a date, id of an entity; for a date without a value the reason why.
    pub label: String,
    /// Full name of an entity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// It ends with this run.
    pub ends: bool,
}

impl Explanation {
    /// Puts one record through the pipeline and tells what happened.
    ///
    /// # Errors
    /// The [`Reject`], where it gives no record.
    pub fn of(pipeline: &Pipeline, raw: &RawRecord) -> Result<Explanation, Reject> {
        let mut doc = read::document(raw, pipeline.limits())?;
        pipeline.refine(&mut doc)?;
        let parts = parts(&doc, pipeline.rules());
        Ok(Explanation { record: Record::new(raw, &doc, pipeline.rules(), Audit::Full), parts })
    }
}

/// A stretch of the way from source to clean text.
struct Step<'a> {
    clean: Range<usize>,
    what: What<'a>,
}

enum What<'a> {
    /// Text that stayed, or was changed in ways that no reader sees.
    Same,
    Changed {
        before: &'a str,
        by: Vec<&'a Applied>,
    },
    Removed(Removed),
}

/// The track, with the reason for every change.
fn steps<'a>(doc: &'a Document, rules: &Rules) -> Vec<Step<'a>> {
    let mut ledger: Vec<&Applied> = doc.ledger().iter().collect();
    ledger.sort_by_key(|a| (a.raw.start, a.raw.end, a.pass));
    let (mut clean, mut raw, mut first) = (0, 0, 0);
    let mut steps = Vec::new();
    for piece in doc.track().pieces() {
        let (at, was) = (clean..clean + piece.clean, raw..raw + piece.raw);
        (clean, raw) = (at.end, was.end);
        if piece.kept {
            steps.push(Step { clean: at, what: What::Same });
            continue;
        }
        // A change may reach back behind one that began later, so what is over is skipped and not cut off.
        while ledger.get(first).is_some_and(|a| a.raw.end < was.start) {
            first += 1;
        }
        let causes: Vec<&Applied> = ledger[first..]
            .iter()
            .take_while(|a| a.raw.start <= was.end)
            .filter(|a| (a.raw.start < was.end && was.start < a.raw.end) || (a.raw.is_empty() && was.is_empty()))
            .copied()
            .collect();
        let before = &doc.source()[was];
        let removals: Vec<_> = causes.iter().filter_map(|a| a.edit.removes.map(|kind| (*a, kind))).collect();
        for (change, kind) in &removals {
            steps.push(Step {
                clean: at.start..at.start,
                what: What::Removed(Removed {
                    kind: kind.name(),
                    rule: rules.get(change.edit.rule).id.clone(),
                    confidence: change.edit.confidence,
                    text: change.before.clone(),
                }),
            });
        }
        let by: Vec<&Applied> = causes
            .into_iter()
            .filter(|a| a.edit.removes.is_none() && rules.get(a.edit.rule).class != Class::Layout)
            .collect();
        let visible = visible(before) != visible(&doc.text()[at.clone()]);
        let what =
            if visible && removals.is_empty() && !by.is_empty() { What::Changed { before, by } } else { What::Same };
        steps.push(Step { clean: at, what });
    }
    steps
}

/// Text as a reader sees it: white space is all one, and what has no width is not there.
fn visible(text: &str) -> String {
    let hidden = |c: char| c.is_control() || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace(hidden, "")
}

fn parts(doc: &Document, rules: &Rules) -> Vec<Part> {
    let marks = marks(doc);
    let mut blocks: Vec<(Block, Vec<Run>)> = doc.blocks().iter().map(|b| (b.clone(), Vec::new())).collect();
    // What was taken out between blocks, with the number of blocks before it.
    let mut between: Vec<(usize, Removed)> = Vec::new();
    for step in steps(doc, rules) {
        match step.what {
            What::Removed(removed) => {
                let pos = step.clean.start;
                match blocks.iter_mut().find(|(b, _)| b.at.start < pos && pos < b.at.end) {
                    Some((_, runs)) => runs.push(Run { removed: Some(removed), ..Run::default() }),
                    None => between.push((blocks.partition_point(|(b, _)| b.at.end <= pos), removed)),
                }
            }
            What::Changed { before, by } => {
                let at = step.clean;
                if let Some((_, runs)) = blocks.iter_mut().find(|(b, _)| b.at.start <= at.start && at.end <= b.at.end) {
                    let rules = by.iter().map(|a| rules.get(a.edit.rule).id.clone()).collect();
                    let change = Some(Change { before: before.to_string(), rules });
                    let marks = marks.iter().filter(|(m, _)| m.start < at.end && at.start < m.end);
                    let marks = marks.map(|(m, mark)| Mark { ends: m.end <= at.end, ..mark.clone() }).collect();
                    runs.push(Run { text: doc.text()[at].to_string(), change, removed: None, marks });
                }
            }
            What::Same => {
                for (block, runs) in &mut blocks {
                    let at = step.clean.start.max(block.at.start)..step.clean.end.min(block.at.end);
                    if at.start < at.end {
                        push_runs(doc, at, &marks, runs);
                    }
                }
            }
        }
    }
    let mut parts = Vec::new();
    let mut between = between.into_iter().peekable();
    for (i, (block, runs)) in blocks.into_iter().enumerate() {
        while let Some((_, removed)) = between.next_if(|(n, _)| *n <= i) {
            parts.push(Part::Removed(removed));
        }
        parts.push(Part::Block { kind: block.kind.name(), runs });
    }
    parts.extend(between.map(|(_, removed)| Part::Removed(removed)));
    parts
}

/// The text `at` in runs that begin and end where marks do.
fn push_runs(doc: &Document, at: Range<usize>, marks: &[(Range<usize>, Mark)], runs: &mut Vec<Run>) {
    let near: Vec<_> = marks.iter().filter(|(m, _)| m.start < at.end && at.start < m.end).collect();
    let mut borders: Vec<usize> = near.iter().flat_map(|(m, _)| [m.start, m.end]).collect();
    borders.extend([at.start, at.end]);
    borders.retain(|b| at.start <= *b && *b <= at.end);
    borders.sort_unstable();
    borders.dedup();
    for pair in borders.windows(2) {
        let (start, end) = (pair[0], pair[1]);
        let marks = near
            .iter()
            .filter(|(m, _)| m.start <= start && end <= m.end)
            .map(|(m, mark)| Mark { ends: m.end == end, ..mark.clone() })
            .collect();
        runs.push(Run { text: doc.text()[start..end].to_string(), marks, ..Run::default() });
    }
}

/// Everything that was found in the text, with its bytes, in order.
fn marks(doc: &Document) -> Vec<(Range<usize>, Mark)> {
    let mark = |what, kind: &str, label: String| Mark { what, kind: kind.to_string(), label, name: None, ends: false };
    let mut all: Vec<(Range<usize>, Mark)> = Vec::new();
    for date in doc.dates() {
        let label = date.value.clone().or(date.reason.map(str::to_string)).unwrap_or_default();
        all.push((date.at.clone(), mark("date", date.kind.name(), label)));
    }
    for entity in doc.entities() {
        for at in &entity.mentions {
            let mut mark = mark("entity", entity.kind.name(), entity.id.clone());
            mark.name = Some(entity.name.clone());
            all.push((at.clone(), mark));
        }
    }
    for word in doc.foreign() {
        all.push((word.at.clone(), mark("foreign", &word.language.to_string(), String::new())));
    }
    all.sort_by_key(|(at, _)| (at.start, at.end));
    all
}

#[cfg(test)]
mod tests {
    use super::terminal::Layout;
    use super::*;
    use crate::{Format, Options};

    const ARTICLE: &str = "Le bac du lac a repris\n\nLe bac attendait la forme de sn chargeur depuis le jeudi 14 mars 2024, a dit la maire de Genève, Odile Verdan.\n\n\
        Inscrivez-vous gratuitement à notre newsletter hebdomadaire !\n\nLes voyageurs ont applaudi le capitaine sur le quai.\n";

    fn explained() -> Explanation {
        let pipeline = Pipeline::new(&Options::default()).expect("pipeline");
        Explanation::of(&pipeline, &RawRecord::new("a.txt", Format::Text, ARTICLE)).expect("record")
    }

    #[test]
    fn everything_is_in_its_place() {
        let parts = explained().parts;
        let shape: Vec<_> = parts
            .iter()
            .map(|p| match p {
                Part::Block { kind, .. } => *kind,
                Part::Removed(removed) => removed.kind,
            })
            .collect();
        assert_eq!(shape, ["title", "body", "newsletter", "body"]);
        let Part::Block { runs, .. } = &parts[1] else { panic!("a block") };
        let text: String = runs.iter().map(|r| r.text.as_str()).collect();
        assert_eq!(
            text,
            "Le bac attendait la forme de son chargeur depuis le jeudi 14 mars 2024, a dit la maire de Genève, Odile Verdan."
        );
        let change = runs.iter().find_map(|r| r.change.as_ref()).expect("a change");
        assert_eq!(change.before, "sn");
        let marks: Vec<_> = runs.iter().flat_map(|r| &r.marks).filter(|m| m.ends).map(|m| m.label.as_str()).collect();
        assert!(marks.contains(&"2024-03-14") && marks.contains(&"Q71"), "{marks:?}");
    }

    #[test]
    fn a_terminal_and_a_page_show_it_all() {
        let explanation = explained();
        for (width, layout, changed) in [
            (40, Layout::Inline, "[sn →"),
            (80, Layout::Inline, "[sn →"),
            (140, Layout::Inline, "[sn →"),
            (80, Layout::SideBySide, "[- sn -]"),
            (160, Layout::SideBySide, "[- sn -]"),
        ] {
            let shown = terminal::show(&explanation, width, false, layout);
            let widest = shown.lines().map(console::measure_text_width).max().unwrap_or(0);
            assert!(widest <= width, "{widest} > {width}\n{shown}");
            for words in ["newsletter", "2024-03-14", "Q71", changed] {
                assert!(shown.contains(words), "{words} is missing in\n{shown}");
            }
            assert!(!shown.contains('\u{1b}'), "no colour was asked for");
        }
        assert!(terminal::show(&explanation, 80, true, Layout::Inline).contains('\u{1b}'));
        let page = html::page(&explanation);
        assert!(page.contains("<del>sn</del><ins") && page.contains("Inscrivez-vous"), "{page}");
    }

    #[test]
    fn what_is_shown_cannot_act() {
        let text = "<script>alert(1)</script> est un texte qui a été écrit par un lecteur du journal.\u{1b}[31m Oui.";
        let pipeline = Pipeline::new(&Options { only: Some(Vec::new()), ..Options::default() }).expect("pipeline");
        let explanation = Explanation::of(&pipeline, &RawRecord::new("<b>", Format::Text, text)).expect("record");
        assert!(!html::page(&explanation).contains("<script>alert"));
        assert!(!terminal::show(&explanation, 80, false, Layout::Inline).contains('\u{1b}'));
    }
}
