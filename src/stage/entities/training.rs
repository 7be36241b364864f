//! What the training of a tagger needs of the stage: its words as a tagger sees them, and what the whole stage makes of a
//! tagger's names.

use std::ops::Range;

use super::Entities;
use super::tagger::features::{self, FEATURES};
use super::tagger::model::KINDS;
pub use super::tagger::model::{CLASSES, Class, Clusters, Model, SETS, TAGS, may_follow, row, write};
use super::token::hash;
use crate::document::{Document, EntityKind};
use crate::error::Error;
use crate::language::Lang;
use crate::rules::Rules;

/// A sentence with the tags of its words.
pub struct Sentence {
    /// The hashes of what is seen at each word.
    pub features: Vec<[u64; FEATURES]>,
    /// The tag of each word.
    pub tags: Vec<u8>,
}

/// The stage, to train a tagger with.
pub struct Bench(Entities);

impl Bench {
    /// The stage with the rules of the program.
    ///
    /// # Errors
    /// [`Error::Rules`] as for the stage.
    pub fn new() -> Result<Bench, Error> {
        Ok(Bench(Entities::new(&mut Rules::load(None, &[])?)?))
    }

    /// The sentences of a document, with names tagged by byte offsets. `classes` is a model whose classes of words are used.
    pub fn sentences(
        &self,
        text: &str,
        language: Lang,
        names: &[(Range<usize>, EntityKind)],
        classes: Option<&Model>,
    ) -> Vec<Sentence> {
        let doc = Document::from_text(text.to_string());
        let scene = self.0.scene(&doc, language);
        let candidates = self.0.found(&scene);
        let mut words = Vec::new();
        features::words(&scene, &candidates, classes, &mut words);
        let mut sentences: Vec<Sentence> = Vec::new();
        let mut inside: Option<usize> = None;
        for i in 0..words.len() {
            let token = scene.tokens.all[i];
            let over = names.iter().position(|(at, _)| at.start < token.end && token.start < at.end);
            let kind = over.and_then(|n| KINDS.iter().position(|k| *k == names[n].1));
            let tag = kind.map_or(0, |k| 2 * k + 1 + usize::from(inside == over));
            if words[i].begins || sentences.is_empty() {
                sentences.push(Sentence { features: Vec::new(), tags: Vec::new() });
            }
            // A name does not go on over the end of a sentence.
            let tag = if words[i].begins && tag > 0 && tag % 2 == 0 { tag - 1 } else { tag };
            inside = over.filter(|_| tag > 0);
            let mut hashes = [0; FEATURES];
            features::features(&words, i, &mut hashes);
            if let Some(sentence) = sentences.last_mut() {
                sentence.features.push(hashes);
                sentence.tags.push(tag as u8);
            }
        }
        sentences
    }

    /// What the stage finds in a document with this tagger, or with none.
    pub fn names(&self, text: &str, language: Lang, model: Option<&Model>) -> Vec<(Range<usize>, EntityKind)> {
        let doc = Document::from_text(text.to_string());
        let scene = self.0.scene(&doc, language);
        self.0.mentions(&scene, model).into_iter().map(|m| (m.at, m.kind)).collect()
    }

    /// What a tagger alone finds in a document.
    pub fn tagged(&self, text: &str, language: Lang, model: &Model) -> Vec<(Range<usize>, EntityKind)> {
        let doc = Document::from_text(text.to_string());
        let scene = self.0.scene(&doc, language);
        let candidates = self.0.found(&scene);
        let spans = super::tagger::tag(model, &scene, &candidates);
        spans.iter().map(|s| (scene.tokens.bytes(&(s.start..s.end)), KINDS[s.kind])).collect()
    }
}

/// The hash by which a word's class is looked up.
pub fn word_hash(word: &str) -> u64 {
    hash(word)
}
