//! What finders hand to the resolver. Every finder looks at the same words on its own; none decides.

use std::ops::Range;

use super::cues::Cues;
use super::gazetteer::Gazetteer;
use super::inflection::stem;
use super::letters::hash;
use super::token::Tokens;
use crate::document::EntityKind;
use crate::language::Lang;
use crate::rules::RuleId;

/// A run of words that may name something.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Numbers of the words.
    pub words: Range<usize>,
    /// A full stop after the last word belongs to the name.
    pub dot: bool,
    /// What it is; where it is listed, the resolver takes the kind of the entry it chooses.
    pub kind: EntityKind,
    /// How sure the finder is.
    pub weight: Weight,
    /// The rule that found it.
    pub rule: RuleId,
    /// What it may mean, by number in the gazetteer, with whether the name alone is too weak to say so.
    pub entries: Vec<(u32, bool)>,
    /// The words of the full name that this one abbreviates.
    pub short_for: Option<Range<usize>>,
}

/// How sure a finder is of the kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// It is a name, but of what kind only the rest of the document can tell.
    Open,
    /// The words around make it likely.
    Guess,
    /// A word beside it says so.
    Cue,
    /// A table lists it.
    Listed,
    /// A title says so, or the text spells it out.
    Certain,
}

/// What all finders look at.
pub struct Scene<'a> {
    /// The words.
    pub tokens: Tokens<'a>,
    /// Names that are known.
    pub gazetteer: &'a Gazetteer,
    /// Language words.
    pub cues: &'a Cues,
    /// The language of the document.
    pub language: Lang,
    /// Names take case endings in it.
    pub inflects: bool,
}

impl Scene<'_> {
    /// The hash of word `i` without its case ending: equal for all forms of one name in one text.
    pub fn stem(&self, i: usize) -> u64 {
        let token = &self.tokens.all[i];
        if !self.inflects || !token.capital() {
            return token.hash;
        }
        hash(stem(self.tokens.word(i), self.language.as_str()))
    }
}

/// Looks for names in one way.
pub trait Finder: Send + Sync {
    /// Adds what it finds to `out`.
    fn find(&self, scene: &Scene, out: &mut Vec<Candidate>);
}
