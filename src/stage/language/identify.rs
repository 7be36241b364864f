//! Which language each block is in.
//!
//! A block that is sure of its language says so. One that is too short or too mixed to be sure says nothing, and so
//! takes the language of its document. There is always at least one block that speaks, so that the document has one.

use std::sync::Arc;

use unicode_script::Script;

use crate::document::{Document, Note};
use crate::language::Lang;
use crate::lexicon::Lexicon;
use crate::stage::language::clues::Clues;
use crate::stage::language::sample::{Model, Sample, Verdict};
use crate::stage::language::trigrams::opinion;
use crate::stage::{Found, Pass};

/// Nats by which a block is ahead that confirms the language of its document.
const LIKELY: f32 = 1.5;
/// Nats by which a block is ahead that contradicts its document.
const CLEAR: f32 = 12.0;
/// Nats by which the first blocks are ahead that leave no doubt.
const BEYOND_DOUBT: f32 = 24.0;
/// Nats below which a whole document wants a second opinion.
const UNSURE: f32 = 2.5;
/// Fewer letters than this never contradict the document, nor are worth whatlang's opinion.
const SHORT: usize = 40;
/// Fewer letters than this say nothing beside other blocks.
const TINY: usize = 12;
/// Nats that the language which the input claims is ahead.
const CLAIMED: f32 = 2.0;
/// Words up to which it is asked how frequent they are.
const FEW: usize = 4;
/// How much a nat of their frequencies weighs beside one of the model, which has seen the frequent ones.
const FREQUENCY: f32 = 0.5;
/// Nats that whatlang's opinion is worth.
const SECONDED: f32 = 1.0;

/// Notes the language of blocks.
pub struct Identify {
    model: &'static Model,
    clues: Arc<Clues>,
}

impl Identify {
    /// A pass that goes by the model, and by these clues for languages that the model does not know.
    pub fn new(clues: Arc<Clues>) -> Identify {
        Identify { model: Model::embedded(), clues }
    }

    /// The language of one text.
    fn verdict(&self, sample: &Sample, text: &str, favoured: Option<(Lang, f32)>) -> Option<Verdict> {
        let own = self.model.verdict(sample, favoured, &frequencies(sample, text));
        match (own, self.clues.verdict(sample, text)) {
            (Some(own), Some(other)) if other.margin > own.margin => Some(other),
            (own, other) => own.or(other),
        }
    }

    /// What each block says. Once the language is beyond doubt, a block that speaks it is not heard to its end.
    fn samples(&self, doc: &Document) -> Vec<Sample> {
        // The menus and teasers around an article are many, and say nothing of its language.
        let inside = doc.blocks().iter().any(|b| b.markup.is_some() && !b.is_outside());
        let mut heard = Sample::default();
        let mut expected = None;
        let mut samples = Vec::with_capacity(doc.blocks().len());
        for block in doc.blocks() {
            if inside && block.is_outside() {
                samples.push(Sample::default());
                continue;
            }
            let sample = self.model.look(doc.block_text(block), expected);
            if expected.is_none() {
                heard.add(&sample);
                expected = self.model.verdict(&heard, None, &[]).filter(|v| v.margin >= BEYOND_DOUBT).map(|v| v.lang);
            }
            samples.push(sample);
        }
        samples
    }

    /// The language of the whole, with its confidence.
    fn document(&self, doc: &Document, whole: &Sample, longest: &str) -> (Lang, f32) {
        let claimed = doc.meta().language;
        let favoured = claimed.map(|lang| (lang, CLAIMED));
        let own = self.verdict(whole, longest, favoured);
        let Some(own) = own else {
            // A script that no rule and no table knows of.
            let other = opinion(longest).filter(|o| o.confidence > 0.5);
            return other.map_or((Lang::UND, 0.1), |o| (o.lang, 0.5));
        };
        let strange = is_strange(whole, own);
        if own.margin >= UNSURE && !strange || whole.letters < SHORT {
            return if strange { (Lang::UND, 0.5) } else { (own.lang, sureness(own)) };
        }
        let other = opinion(longest);
        if let Some(other) = other.filter(|o| o.reliable && strange && !self.model.knows(o.lang)) {
            return (other.lang, 0.5);
        }
        if strange {
            return (Lang::UND, 0.5);
        }
        let seconded = favoured.is_none().then_some(other).flatten().map(|o| (o.lang, SECONDED * o.confidence));
        let own = seconded.and_then(|s| self.verdict(whole, longest, Some(s))).unwrap_or(own);
        (own.lang, sureness(own))
    }
}

impl Pass for Identify {
    fn look(&self, doc: &Document, found: &mut Found) {
        let blocks = self.samples(doc);
        let Some(longest) = (0..blocks.len()).max_by_key(|&i| (blocks[i].letters, usize::MAX - i)) else { return };
        if blocks[longest].letters == 0 {
            found.note(Note::Language { block: longest, language: Lang::UND, confidence: 1.0 });
            return;
        }
        let mut whole = Sample::default();
        doc.blocks().iter().zip(&blocks).filter(|(b, _)| b.keep).for_each(|(_, s)| whole.add(s));
        let (main, confidence) = self.document(doc, &whole, doc.block_text(&doc.blocks()[longest]));

        let mut said = false;
        for (i, sample) in blocks.iter().enumerate() {
            if sample.letters < TINY || main == Lang::UND {
                continue;
            }
            let text = doc.block_text(&doc.blocks()[i]);
            let Some(verdict) = self.verdict(sample, text, None) else { continue };
            let differs = verdict.lang != main;
            let sure = if differs {
                verdict.margin >= CLEAR && sample.letters >= SHORT && !is_strange(sample, verdict)
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

/// How much less frequent the words of `text` are in each language with a lexicon than in the one that has them most, in
/// nats; nothing for more than a few words, which say enough by themselves.
fn frequencies(sample: &Sample, text: &str) -> Vec<(Lang, f32)> {
    if !(1..=FEW).contains(&sample.words) || sample.script() != Some(Script::Latin) {
        return Vec::new();
    }
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()).take(FEW).collect();
    let nats = |lexicon: &Lexicon| {
        let zipf = words.iter().map(|w| f32::from(lexicon.frequency(w).unwrap_or(0)) / 100.0);
        zipf.sum::<f32>() * std::f32::consts::LN_10 * FREQUENCY
    };
    let said: Vec<(Lang, f32)> = Lexicon::all().map(|lexicon| (lexicon.language(), nats(lexicon))).collect();
    let most = said.iter().map(|s| s.1).fold(0.0, f32::max);
    said.into_iter().map(|(lang, nats)| (lang, most - nats)).collect()
}

/// Whether the sample is no running text in a language that is known: gibberish, code, a list of names. One or two words
/// are given the benefit of the doubt.
fn is_strange(sample: &Sample, verdict: Verdict) -> bool {
    let latin = sample.script() == Some(Script::Latin);
    let code = latin && sample.code_signs >= 4 && sample.code_signs * 14 >= sample.letters;
    let coded = sample.beside_digits >= 5 && sample.beside_digits * 10 >= sample.letters;
    let figures = sample.digits >= 20 && sample.digits > sample.letters * 3;
    if code || coded || figures {
        return true;
    }
    let gibberish = sample.words >= 3
        && (verdict.cost > 5.5 && verdict.known <= 0.25
            || verdict.held < 0.35 && verdict.known <= 0.1 && verdict.cost > 3.5);
    let names = sample.words >= 5 && sample.names * 20 >= sample.words * 17 && verdict.cost > 3.3;
    gibberish || names
}

/// A margin as a confidence between 0 and 1.
fn sureness(verdict: Verdict) -> f32 {
    let p = 1.0 / (1.0 + (-0.8 * verdict.margin).exp());
    (p * 1000.0).round() / 1000.0
}
