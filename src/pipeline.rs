//! The ordered list of stages, and the one place that applies what they propose.
//!
//! A pipeline is a pure function: the same bytes, hints and rules give the same record, on any machine and at any
//! thread count. It holds no state between documents and can be shared by threads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use crate::document::{Applied, Block, Document, LINE_BREAKS, Note};
use crate::edit::{Shift, rewrite, settle};
use crate::error::{Error, Reason, Reject};
use crate::limits::Limits;
use crate::read::{self, RawRecord};
use crate::rules::Rules;
use crate::stage::{Found, STAGES, Stage};
use crate::survey::Survey;
use crate::write::record::{Audit, Record};

/// What a pipeline is made of.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Run just these stages; `None` for all. `Some(vec![])` reads and decodes only.
    pub only: Option<Vec<String>>,
    /// Leave these stages out.
    pub skip: Vec<String>,
    /// Rules that are not applied; a name may end in `*`.
    pub disable: Vec<String>,
    /// A folder of rule files laid over the embedded ones.
    pub rules: Option<PathBuf>,
    /// How much of what was changed is written to the record.
    pub audit: Audit,
    /// The caps.
    pub limits: Limits,
    /// What was found in a first walk over the dump.
    pub survey: Option<Arc<Survey>>,
}

/// Turns raw records into clean ones.
pub struct Pipeline {
    stages: Vec<Stage>,
    rules: Rules,
    audit: Audit,
    limits: Limits,
    survey: Option<Arc<Survey>>,
}

impl Pipeline {
    /// Makes the pipeline that `options` ask for.
    ///
    /// # Errors
    /// [`Error::Usage`] for a stage or rule that does not exist, [`Error::Rules`] for a rule file that is refused.
    pub fn new(options: &Options) -> Result<Pipeline, Error> {
        let mut rules = Rules::load(options.rules.as_deref(), &options.disable)?;
        for name in options.only.iter().flatten().chain(&options.skip) {
            if !STAGES.iter().any(|(stage, _)| stage == name) {
                let all: Vec<_> = STAGES.iter().map(|(stage, _)| *stage).collect();
                return Err(Error::Usage(format!("there is no stage {name}; the stages are {}", all.join(", "))));
            }
        }
        // All are made, so that every rule has the same number and can be listed whichever stages run.
        let mut stages = Vec::new();
        for (name, make) in STAGES {
            let stage = make(&mut rules)?;
            let wanted = options.only.as_ref().is_none_or(|only| only.iter().any(|n| n == name));
            if wanted && !options.skip.iter().any(|n| n == name) {
                stages.push(stage);
            }
        }
        rules.check_disabled()?;
        Ok(Pipeline {
            stages,
            rules,
            audit: options.audit,
            limits: options.limits.clone(),
            survey: options.survey.clone(),
        })
    }

    /// Turns one raw record into a clean one.
    ///
    /// # Errors
    /// A [`Reject`] that says why there is none. A panic in a stage is caught and becomes [`Reason::Internal`].
    pub fn process(&self, raw: &RawRecord) -> Result<Record, Reject> {
        let one = self.process_all(&[raw], &mut |_| true);
        one.into_iter().next().unwrap_or_else(|| Err(Reject::new(Reason::Internal, "no outcome")))
    }

    /// Turns raw records into clean ones, the outcomes in the same order. All of them go through a stage before the next
    /// begins, so that a stage finds its tables in the caches of the processor: with some fifty articles a fifth faster than
    /// one by one. `step` is told the index of the record that is looked at next; once it says `false` there are no outcomes.
    pub fn process_all(&self, raw: &[&RawRecord], step: &mut dyn FnMut(usize) -> bool) -> Vec<Result<Record, Reject>> {
        let mut read = Vec::with_capacity(raw.len());
        for (n, raw) in raw.iter().enumerate() {
            if !step(n) {
                return Vec::new();
            }
            read.push(guarded("read", || {
                let mut doc = read::document(raw, &self.limits)?;
                let first = self.survey.as_ref().and_then(|survey| survey.first_like(raw, &doc));
                doc.survey.clone_from(&self.survey);
                Ok((doc, first))
            }));
        }
        for (stage, Stage { name, .. }) in self.stages.iter().enumerate() {
            for (n, outcome) in read.iter_mut().enumerate() {
                let Ok((doc, _)) = outcome else { continue };
                if !step(n) {
                    return Vec::new();
                }
                if let Err(reject) = guarded(name, || self.refine_by(stage, doc)) {
                    *outcome = Err(reject);
                }
            }
        }
        let mut records = Vec::with_capacity(raw.len());
        for (n, outcome) in read.into_iter().enumerate() {
            if !step(n) {
                return Vec::new();
            }
            records.push(outcome.and_then(|(doc, first)| {
                guarded("write", || {
                    Ok(Record { duplicate_of: first, ..Record::new(raw[n], &doc, &self.rules, self.audit) })
                })
            }));
        }
        records
    }

    /// Runs the stages on a document that was read.
    ///
    /// # Errors
    /// A [`Reject`] by a stage.
    pub fn refine(&self, doc: &mut Document) -> Result<(), Reject> {
        (0..self.stages.len()).try_for_each(|n| self.refine_by(n, doc))
    }

    /// Runs one stage, by its number in [`Pipeline::stages`], on a document that those before it have seen.
    ///
    /// # Errors
    /// A [`Reject`] by the stage.
    pub fn refine_by(&self, stage: usize, doc: &mut Document) -> Result<(), Reject> {
        self.refine_in_part(stage, usize::MAX, doc)
    }

    /// The same with the first `passes` of the stage only: for those who learn from what these have seen.
    ///
    /// # Errors
    /// A [`Reject`] by the stage.
    pub fn refine_in_part(&self, stage: usize, passes: usize, doc: &mut Document) -> Result<(), Reject> {
        let first: usize = self.stages[..stage].iter().map(|s| s.passes.len()).sum();
        for (n, pass) in self.stages[stage].passes.iter().take(passes).enumerate() {
            let mut found = Found::default();
            doc.pass = first + n;
            pass.look(doc, &mut found);
            self.apply(doc, found, first + n)?;
        }
        Ok(())
    }

    /// The same pipeline with a stage of the caller's own behind all others.
    pub fn with_stage(mut self, stage: Stage) -> Pipeline {
        self.stages.push(stage);
        self
    }

    /// The stages that run, in order.
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// The rules of all stages.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The survey that the records depend on.
    pub fn survey(&self) -> Option<&Survey> {
        self.survey.as_deref()
    }

    /// The same pipeline for documents of the dump that `survey` was made of.
    pub fn with_survey(mut self, survey: Arc<Survey>) -> Pipeline {
        self.survey = Some(survey);
        self
    }

    /// How much of what was changed is written.
    pub fn audit(&self) -> Audit {
        self.audit
    }

    /// The caps that hold.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Applies what pass `number` found: notes first, since their offsets are those of the text it looked at.
    fn apply(&self, doc: &mut Document, found: Found, number: usize) -> Result<(), Reject> {
        if let Some(reject) = found.reject {
            return Err(reject);
        }
        if !found.notes.is_empty() || !found.edits.is_empty() {
            let (all, inside) = (doc.words.take(), doc.words_inside.take());
            doc.words_before = all.or(inside).or(doc.words_before.take());
        }
        for note in found.notes {
            self.learn(doc, note);
        }
        let mut edits = found.edits;
        edits.retain(|e| self.rules.is_on(e.rule));
        let edits = settle(&doc.text, edits);
        if edits.is_empty() {
            return Ok(());
        }
        let raw = doc.track.to_raw(edits.iter().map(|e| e.at.clone()));
        let text = rewrite(&doc.text, &edits);
        doc.track.apply(&edits);
        let moved = Shift::new(&edits);
        if let Some(words) = &mut doc.words_before {
            words.keep(&doc.text, &text, &moved);
        }
        shift(doc, &moved, &text);
        let old = std::mem::replace(&mut doc.text, text);
        doc.ledger.extend(edits.into_iter().zip(raw).map(|(edit, raw)| {
            let before = old[edit.at.clone()].to_string();
            Applied { edit, before, raw, pass: number }
        }));
        doc.source.get_or_insert(old);
        Ok(())
    }

    fn learn(&self, doc: &mut Document, note: Note) {
        match note {
            Note::Kind { block, kind, keep, rule, confidence } => {
                if let Some(b) = doc.blocks.get_mut(block).filter(|_| self.rules.is_on(rule)) {
                    (b.kind, b.keep, b.rule, b.confidence) = (kind, keep, Some(rule), confidence);
                }
            }
            Note::Doubt { block, weight } => {
                if let Some(b) = doc.blocks.get_mut(block) {
                    b.doubt = weight;
                }
            }
            Note::Language { block, language, confidence } => {
                if let Some(b) = doc.blocks.get_mut(block) {
                    b.language = Some((language, confidence));
                }
            }
            Note::Foreign(word) => doc.foreign.push(word),
            Note::Suggestion(change) => {
                // A stage may look at the same place again; what it says last holds.
                doc.suggestions.retain(|s| s.at != change.at);
                if self.rules.is_on(change.rule) {
                    doc.suggestions.push(change);
                }
            }
            Note::Lost(letters) => doc.lost = letters,
            Note::Flag(flag) => {
                if !doc.flags.contains(&flag) {
                    doc.flags.push(flag);
                }
            }
            Note::Author(name) => push_new(&mut doc.meta.authors, name),
            Note::Keyword(word) => push_new(&mut doc.meta.keywords, word),
            Note::Site(name) => {
                doc.meta.site.get_or_insert(name);
            }
            Note::Dateline(text) => {
                doc.meta.dateline.get_or_insert(text);
            }
            Note::Published(published) => doc.meta.published = published,
            Note::Date(date) => doc.dates.push(date),
            Note::Entity(entity) => doc.entities.push(entity),
        }
    }
}

/// Does a piece of work on one document for a stage; a panic becomes a reject of this document.
fn guarded<T>(stage: &'static str, work: impl FnOnce() -> Result<T, Reject>) -> Result<T, Reject> {
    let result = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|fault| {
        let what = fault.downcast_ref::<&str>().copied().or_else(|| fault.downcast_ref::<String>().map(String::as_str));
        Err(Reject::new(Reason::Internal, what.unwrap_or("panic")))
    });
    result.map_err(|reject| Reject { stage, ..reject })
}

fn push_new(list: &mut Vec<String>, item: String) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// Moves every span of `doc` to where it lies in the new `text`; what is gone is dropped, blocks that are no longer apart
/// are joined.
fn shift(doc: &mut Document, shift: &Shift, text: &str) {
    doc.foreign.retain_mut(|f| shift.span(&f.at).map(|at| f.at = at).is_some());
    doc.suggestions.retain_mut(|s| shift.span(&s.at).map(|at| s.at = at).is_some());
    doc.dates.retain_mut(|d| shift.span(&d.at).map(|at| d.at = at).is_some());
    for entity in &mut doc.entities {
        entity.mentions.retain_mut(|m| shift.span(m).map(|at| *m = at).is_some());
    }
    doc.entities.retain(|e| !e.mentions.is_empty());
    let mut blocks: Vec<Block> = Vec::with_capacity(doc.blocks.len());
    for mut block in doc.blocks.drain(..) {
        let Some(at) = shift.span(&block.at) else { continue };
        match blocks.last_mut() {
            Some(last) if !text[last.at.end..at.start].contains(LINE_BREAKS) => last.at.end = at.end,
            _ => {
                block.at = at;
                blocks.push(block);
            }
        }
    }
    doc.blocks = blocks;
}
