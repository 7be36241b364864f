//! The last two passes: a floor under what is kept, and the edits that follow from the judgement of the blocks.

use std::ops::Range;

use super::cues::STRONG;
use super::shape;
use crate::document::{Block, BlockKind, Document, Note};
use crate::error::{Error, Reason};
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::script::is_letter;
use crate::stage::{Found, Pass};

/// Code points of the shortest block that is an article by itself, whatever was said of it.
const ARTICLE: usize = 100;

/// Never eats the article: keeps more when too little is left, and says so.
pub struct Floor {
    /// Share of the letters that must be kept.
    share: f32,
    floor: RuleId,
}

impl Floor {
    /// Registers the rules of the pass. `share` of the letters, 0 to 1, is to be kept.
    ///
    /// # Errors
    /// [`Error::Rules`] when an id is taken.
    pub fn new(rules: &mut Rules, share: f32) -> Result<Floor, Error> {
        let about = "a block without a clear sign stays when too little of the text would be left";
        Ok(Floor { share, floor: rules.add(Rule::new("boilerplate/floor", "body", Class::Meaning, about))? })
    }
}

impl Pass for Floor {
    fn look(&self, doc: &Document, found: &mut Found) {
        let (mut kept, mut doubtful) = (0, 0);
        let mut largest: Option<(usize, usize)> = None;
        // What is known to be offers and buttons does not count: an article may well be a tenth of its page.
        let is_doubtful = |i: usize| {
            let b = &doc.blocks()[i];
            !b.keep && b.confidence < STRONG && b.kind != BlockKind::Duplicate
        };
        let is_whole = |(i, b): (usize, &Block)| {
            if b.keep { doc.block_text(b).contains(is_letter) } else { !is_doubtful(i) }
        };
        let blocks = doc.blocks();
        if blocks.iter().any(|b| b.keep) && blocks.iter().enumerate().all(is_whole) {
            return;
        }
        for (i, block) in doc.blocks().iter().enumerate() {
            let letters = doc.block_text(block).chars().filter(|c| is_letter(*c)).count();
            if block.keep {
                kept += letters;
            } else if is_doubtful(i) {
                doubtful += letters;
            }
            let text = doc.block_text(block);
            let prose = shape::ends_like_a_sentence(text) && text.chars().nth(ARTICLE).is_some();
            if prose && block.kind != BlockKind::Duplicate && largest.is_none_or(|(_, most)| letters > most) {
                largest = Some((i, letters));
            }
        }
        let keep = |block: usize, found: &mut Found| {
            found.note(Note::Kind { block, kind: BlockKind::Body, keep: true, rule: self.floor, confidence: 0.5 });
        };
        if (kept as f32) < self.share * (kept + doubtful) as f32 {
            for i in (0..doc.blocks().len()).filter(|&i| is_doubtful(i)) {
                keep(i, found);
            }
            found.note(Note::Flag("mostly-boilerplate"));
        } else if kept == 0 {
            match largest {
                Some((i, _)) => {
                    keep(i, found);
                    found.note(Note::Flag("mostly-boilerplate"));
                }
                None if doc.blocks().is_empty() => {}
                None => found.reject(Reason::NoArticle, format!("all {} blocks are boilerplate", doc.blocks().len())),
            }
        } else if let Some((i, _)) = largest.filter(|&(i, most)| !doc.blocks()[i].keep && is_doubtful(i) && most > kept)
        {
            keep(i, found);
            found.note(Note::Flag("mostly-boilerplate"));
        }
    }
}

/// Takes out what does not belong to the article and leaves one blank line between the rest.
pub struct Cut {
    blocks: RuleId,
}

impl Cut {
    /// Registers the rules of the pass.
    ///
    /// # Errors
    /// [`Error::Rules`] when an id is taken.
    pub fn new(rules: &mut Rules) -> Result<Cut, Error> {
        let about = "one blank line between blocks, none before the first and behind the last";
        Ok(Cut { blocks: rules.add(Rule::new("boilerplate/blank-lines", "body", Class::Layout, about))? })
    }
}

impl Pass for Cut {
    fn look(&self, doc: &Document, found: &mut Found) {
        let text = doc.text();
        let gap = |at: Range<usize>, with: &'static str, found: &mut Found| {
            if text[at.clone()] != *with && text[at.clone()].trim().is_empty() {
                found.edit(at, with, self.blocks, 1.0);
            }
        };
        // A blank line is owed once something was kept, and paid at the first gap before the next that is kept.
        let mut end = 0;
        let mut owed = false;
        let last_kept = doc.blocks().iter().rposition(|b| b.keep && b.at.start < b.at.end);
        for (i, block) in doc.blocks().iter().enumerate() {
            let pays = owed && last_kept.is_some_and(|last| i <= last);
            gap(end..block.at.start, if pays { "\n\n" } else { "" }, found);
            owed &= !pays;
            if block.keep {
                owed = true;
            } else if let Some(rule) = block.rule {
                found.remove(block.at.clone(), block.kind, rule, block.confidence);
            }
            end = block.at.end;
        }
        gap(end..text.len(), "", found);
    }
}
