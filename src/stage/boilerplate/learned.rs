//! What a model has learned of the lines that no rule knows: `models/boilerplate/lines.bin`.
//!
//! It judges what the rules have kept, and what they have dropped without being sure, in two steps. Its [`words`](words::Words) and form say how much a line is like the
//! furniture of pages; then a [`forest`] of small trees weighs that beside what its neighbours are like and where it
//! stands. Both are made by `cargo xtask train boilerplate` from lines and articles written for tamis.

use std::sync::{Arc, OnceLock};

use super::cues::{Cues, STRONG};
use super::shape::{self, Shape};
use crate::document::{Block, BlockKind, Document, Note};
use crate::error::Error;
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::{Found, Pass};

pub mod forest;
pub mod place;
pub mod words;

use forest::Forest;
use place::{Line, Lines};
use words::Words;

/// How sure the model must be that a line is furniture, 0 to 1, for it to go …
const SURE: f32 = 0.93;
/// … where it stands above the headline …
const SURE_ABOVE: f32 = 0.7;
/// … and where it may be a heading, an item, or the headline itself.
const SURE_AMONG: f32 = 0.97;
/// … and how doubtful, for a line to come back that the rules have dropped.
const DOUBTFUL: f32 = 0.2;

/// Lines from the top among which one may say when the article was published.
const HEAD: usize = 16;
/// Code points of the longest line that is a date.
const DATE: usize = 110;

/// Both steps, read where they lie.
#[derive(Debug)]
pub struct Model<'a> {
    /// The first.
    pub words: Words<'a>,
    /// The second.
    pub forest: Forest<'a>,
}

impl<'a> Model<'a> {
    /// Reads a model; `None` when the bytes are none.
    pub fn new(bytes: &'a [u8]) -> Option<Model<'a>> {
        let (words, rest) = Words::read(bytes.strip_prefix(b"TLN1")?)?;
        Some(Model { words, forest: Forest::read(rest)? })
    }

    /// The model that the program carries.
    pub fn embedded() -> Option<&'static Model<'static>> {
        static MODEL: OnceLock<Option<Model>> = OnceLock::new();
        MODEL.get_or_init(|| Model::new(tamis_models::BOILERPLATE)).as_ref()
    }
}

/// The pass: drops lines that are furniture for certain.
pub struct Learned {
    cues: Arc<Cues>,
    open: Open,
    rule: RuleId,
}

impl Learned {
    /// Registers the rule of the pass.
    ///
    /// # Errors
    /// [`Error::Rules`] when its id is taken.
    pub fn new(rules: &mut Rules, cues: Arc<Cues>) -> Result<Learned, Error> {
        let about = "a line that by its words, its form and its place is none of the article, as a model has learned";
        let rule = Rule::new("boilerplate/learned", BlockKind::SelfPromo.name(), Class::Meaning, about);
        Ok(Learned { cues, open: Open::new(rules), rule: rules.add(rule)? })
    }
}

impl Pass for Learned {
    fn look(&self, doc: &Document, found: &mut Found) {
        let Some(model) = Model::embedded() else { return };
        let blocks = doc.blocks();
        // On a page the markup has said what is inside.
        if blocks.iter().any(|b| b.markup.is_some()) {
            return;
        }
        let lines = lines(doc, &model.words);
        // A text of a few short lines says too little about any of them.
        if !lines.have_prose() {
            return;
        }
        for i in (0..blocks.len()).filter(|&i| self.open.is(&blocks[i], &lines.all()[i])) {
            let furniture = lines.furniture(i, &model.forest);
            if goes(&lines, i, furniture) != blocks[i].keep || self.stays(doc, i) {
                continue;
            }
            let keep = !blocks[i].keep;
            let kind = if keep { BlockKind::Body } else { kind(blocks, &lines, i) };
            let confidence = if keep { 1.0 - furniture } else { furniture };
            if kind == BlockKind::Dateline {
                found.note(Note::Dateline(doc.block_text(&blocks[i]).trim().to_string()));
            }
            found.note(Note::Kind { block: i, kind, keep, rule: self.rule, confidence });
        }
    }
}

impl Learned {
    /// Whether a cue says that line `i` belongs to the article (a correction, a note on how it was made), or it is the row of a
    /// table.
    fn stays(&self, doc: &Document, i: usize) -> bool {
        let text = |i: usize| doc.blocks().get(i).map_or("", |b| doc.block_text(b));
        let bars = |i: usize| text(i).matches('|').count();
        let is_row = bars(i) >= 2 && (i > 0 && bars(i - 1) == bars(i) || bars(i + 1) == bars(i));
        is_row || Shape::new(text(i), &self.cues).hit.is_some_and(|h| h.stays)
    }
}

/// Whether line `i` goes that is furniture with this probability.
pub fn goes(lines: &Lines, i: usize, furniture: f32) -> bool {
    let line = &lines.all()[i];
    let (below_prose, above_prose) = lines.between(i);
    let may_head = !line.stop && !line.dated && (!below_prose || above_prose && lines.is_among_kept(i));
    let sure = match () {
        () if !line.keep => DOUBTFUL,
        () if lines.is_above_title(i) => SURE_ABOVE,
        () if may_head => SURE_AMONG,
        () => SURE,
    };
    furniture >= sure
}

/// What the first step says of a line of so many code points: the logarithm of the odds that it is furniture, -8 to 8.
pub fn odds(line: &str, points: usize) -> f32 {
    Model::embedded().map_or(0.0, |model| model.words.odds(line, points))
}

/// The blocks of `doc` as the second step sees them.
pub fn lines(doc: &Document, words: &Words) -> Lines {
    let line = |block: &Block| {
        let text = doc.block_text(block).trim();
        let points = text.chars().count();
        Line {
            odds: words.odds(text, points),
            points,
            stop: shape::ends_like_a_sentence(text),
            item: shape::is_item(text),
            keep: block.keep,
            doubt: block.doubt,
            title: block.keep && block.kind == BlockKind::Title,
            dated: points <= DATE && is_dated(text),
        }
    };
    Lines::new(doc.blocks().iter().map(line).collect())
}

/// The rules that drop a line for its place alone.
const BY_PLACE: [&str; 4] = ["boilerplate/tail", "boilerplate/place", "boilerplate/card", "boilerplate/orphan"];

/// Which blocks the rules leave open.
#[derive(Clone, Debug)]
pub struct Open {
    by_place: Vec<RuleId>,
    cues: Vec<RuleId>,
}

impl Open {
    /// As `rules` have it.
    pub fn new(rules: &Rules) -> Open {
        let of = |fits: fn(&str) -> bool| rules.iter().filter(|(_, r)| fits(&r.id)).map(|(id, _)| id).collect();
        let is_cue = |id: &str| id.strip_prefix("boilerplate/").is_some_and(|name| name.contains('/'));
        Open { by_place: of(|id| BY_PLACE.contains(&id)), cues: of(is_cue) }
    }

    /// Whether the rules have kept the block, and not as headline or standfirst, or dropped it for its place alone, or have found
    /// a cue in what is as long as a paragraph: articles tell of newsletters and cookies, too.
    pub fn is(&self, block: &Block, line: &Line) -> bool {
        use BlockKind as K;
        match block.rule {
            _ if block.keep => !matches!(block.kind, K::Title | K::Subtitle | K::Table),
            Some(rule) if self.by_place.contains(&rule) => block.confidence < STRONG,
            Some(rule) => line.is_long() && self.cues.contains(&rule),
            None => false,
        }
    }
}

/// What the line probably is: a date above the article, what was dropped beside it, or else a thing of the site.
fn kind(blocks: &[Block], lines: &Lines, i: usize) -> BlockKind {
    if i < HEAD && lines.all()[i].dated {
        return BlockKind::Dateline;
    }
    let names =
        |kind| matches!(kind, BlockKind::Byline | BlockKind::Dateline | BlockKind::Duplicate | BlockKind::Title);
    let beside = [i.checked_sub(1), Some(i + 1)].into_iter().flatten().filter_map(|j| blocks.get(j));
    let dropped = beside.filter(|b| !b.keep && !names(b.kind)).map(|b| b.kind).next();
    dropped.unwrap_or(BlockKind::SelfPromo)
}

/// Whether a year stands in it, and a day or an hour.
fn is_dated(text: &str) -> bool {
    let figures = |len: usize| text.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() == len);
    figures(4) && (figures(2) || figures(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::{Options, Pipeline};

    #[test]
    fn the_embedded_model_is_whole() {
        assert!(Model::embedded().is_some());
        let bytes = tamis_models::BOILERPLATE;
        for end in [0, 3, 4, 8, 1000, 1 << words::BITS, bytes.len() - 1] {
            assert!(Model::new(&bytes[..end]).is_none(), "{end} bytes");
        }
    }

    /// The lines that the model drops from an article with these lines between its paragraphs and behind them.
    fn dropped(lines: &[&str]) -> Vec<String> {
        let paragraph = "Le conseil municipal de Vernaz a voté lundi soir la rénovation du vieux lavoir, dont la toiture \
            menaçait de tomber depuis l'hiver. Les travaux, confiés à une entreprise de la vallée, dureront trois mois.";
        let second = "La maire a rappelé que la source n'a jamais cessé de couler. Deux habitantes y lavent encore leurs \
            draps au printemps, et les enfants de l'école viennent y compter les tritons avec leur institutrice.";
        let text = format!("Le lavoir de Vernaz sera rénové\n\n{paragraph}\n\n{second}\n\n{}\n", lines.join("\n\n"));
        let options = Options { only: Some(vec!["language".into(), "boilerplate".into()]), ..Options::default() };
        let pipeline = Pipeline::new(&options).unwrap();
        let mut doc = Document::from_text(text);
        pipeline.refine(&mut doc).unwrap();
        let learned = |rule| pipeline.rules().get(rule).id == "boilerplate/learned";
        doc.ledger().iter().filter(|a| learned(a.edit.rule)).map(|a| a.before.trim().to_string()).collect()
    }

    #[test]
    fn what_no_rule_knows_may_go() {
        let furniture = [
            "Notre gazette papier, six fois l'an chez vous pour 24 euros : bulletin de souscription à la mairie",
            "Toute l'équipe vous donne rendez-vous sur l'antenne dès 6 heures",
        ];
        assert!(!dropped(&furniture).is_empty(), "{furniture:?}");
    }

    #[test]
    fn sentences_of_the_article_stay() {
        let article = [
            "« On ne lave plus, mais on s'y retrouve », sourit Odette.",
            "Les travaux commencent le 3 mars.",
            "Le lavoir restera ouvert.",
        ];
        assert_eq!(dropped(&article), Vec::<String>::new());
    }
}
