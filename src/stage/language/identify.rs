//! The language of each block.
//!
//! A block that is sure of its language says so. One that is too short or too mixed to be sure says nothing, and so
//! takes the language of its document. There is always at least one block that speaks, so that the document has one.

use std::sync::Arc;

use crate::document::{Document, Note};
use crate::language::Lang;
use crate::stage::language::clues::{Clues, Evidence, Verdict};
use crate::stage::language::trigrams::opinion;
use crate::stage::{Found, Pass};

/// A margin that needs no second opinion: two or three function words ahead.
const CLEAR: f32 = 5.0;
/// A margin at which a block confirms the language of its document.
const LIKELY: f32 = 2.0;
/// Fewer letters than this never contradict the document.
const SHORT: usize = 40;
/// Fewer letters than this say nothing beside other blocks.
const TINY: usize = 12;
/// What the language that the input claims is worth.
const CLAIMED: f32 = 1.0;

/// Notes the language of blocks.
pub struct Identify {
    clues: Arc<Clues>,
}

impl Identify {
    /// A pass that goes by these clues.
    pub fn new(clues: Arc<Clues>) -> Identify {
        Identify { clues }
    }

    /// The language of the whole, with its confidence.
    fn document(&self, doc: &Document, mut whole: Evidence, longest: &str) -> (Lang, f32) {
        let claimed = doc.meta().language;
        if let Some(lang) = claimed {
            self.clues.favour(&mut whole, lang, CLAIMED);
        }
        let own = self.clues.verdict(&whole);
        let sparse = whole.words > 8 && whole.known * 8 < whole.words;
        if let Some(own) = own.filter(|v| v.margin >= CLEAR && !sparse) {
            return (own.lang, sureness(own));
        }
        let Some(other) = opinion(longest) else {
            return own.map_or((claimed.unwrap_or(Lang::UND), 0.1), |v| (v.lang, sureness(v)));
        };
        if !self.clues.knows(other.lang)
            && own.is_none_or(|v| sparse && v.margin < CLEAR * 2.0)
            && other.confidence > 0.5
        {
            return (other.lang, 0.5);
        }
        self.clues.favour(&mut whole, other.lang, 1.0 + 1.5 * other.confidence);
        self.clues.verdict(&whole).map_or((other.lang, 0.3), |v| (v.lang, sureness(v)))
    }
}

impl Pass for Identify {
    fn look(&self, doc: &Document, found: &mut Found) {
        let blocks: Vec<Evidence> = doc.blocks().iter().map(|b| self.clues.weigh(doc.block_text(b))).collect();
        let Some(longest) = (0..blocks.len()).max_by_key(|&i| (blocks[i].letters, usize::MAX - i)) else { return };
        if blocks[longest].letters == 0 {
            found.note(Note::Language { block: longest, language: Lang::UND, confidence: 1.0 });
            return;
        }
        let mut whole = self.clues.none();
        doc.blocks().iter().zip(&blocks).filter(|(b, _)| b.keep).for_each(|(_, e)| whole.add(e));
        let (main, confidence) = self.document(doc, whole, doc.block_text(&doc.blocks()[longest]));

        let mut said = false;
        for (i, evidence) in blocks.iter().enumerate() {
            if evidence.letters < TINY {
                continue;
            }
            let Some(verdict) = self.clues.verdict(evidence) else { continue };
            let differs = verdict.lang != main;
            let sure = if differs {
                verdict.margin >= CLEAR
                    && evidence.letters >= SHORT
                    && (verdict.margin >= 2.0 * CLEAR || self.seconded(doc, i, verdict))
            } else {
                verdict.margin >= LIKELY
            };
            if sure {
                found.note(Note::Language { block: i, language: verdict.lang, confidence: sureness(verdict) });
                said |= !differs;
            }
        }
        if !said {
            found.note(Note::Language { block: longest, language: main, confidence });
        }
    }
}

impl Identify {
    fn seconded(&self, doc: &Document, block: usize, verdict: Verdict) -> bool {
        opinion(doc.block_text(&doc.blocks()[block]))
            .is_some_and(|o| o.lang == verdict.lang || !self.clues.knows(o.lang))
    }
}

/// A margin as a confidence between 0 and 1.
fn sureness(verdict: Verdict) -> f32 {
    let p = 1.0 / (1.0 + (-0.6 * verdict.margin).exp());
    (p * 1000.0).round() / 1000.0
}
