//! The language words that tell what a name is: titles before people, heads of organisations, words for places.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use serde::Deserialize;

use super::gazetteer::Plain;
use super::letters::hash;
use crate::error::Error;
use crate::language::Lang;
use crate::rules::{Class, Rule, RuleFile, RuleId, Rules};

/// Declares the sections of a rule file.
macro_rules! cues {
    ($($(#[$doc:meta])* $member:ident = $name:literal,)+) => {
        /// What a word tells about the name beside it: a section of `entities.toml`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Cue { $($(#[$doc])* $member,)+ }

        impl Cue {
            /// Every section with its name.
            pub const ALL: &[(Cue, &str)] = &[$((Cue::$member, $name),)+];
        }
    };
}

cues! {
    /// A short title right before a person's name, and abbreviations of it.
    Title = "title",
    /// An office or profession: a person's name follows, maybe after an adjective or a comma.
    Role = "role",
    /// A verb of speech after a person's name.
    Speech = "speech",
    /// An auxiliary before such a verb.
    Auxiliary = "auxiliary",
    /// Kinds of media and firms, right before their name.
    Medium = "medium",
    /// First word of an organisation's name, in small letters too.
    Head = "head",
    /// First word of an organisation's name when it has a capital.
    CapitalHead = "capital-head",
    /// Last word of a firm's name.
    Suffix = "suffix",
    /// Words with which a name of an organisation goes on: adjectives.
    Adjective = "adjective",
    /// What ministries and offices are for.
    Domain = "domain",
    /// Kinds of places, before their name.
    Place = "place",
    /// Kinds of places that are a part of the name when they have a capital.
    PlacePart = "place-part",
    /// Kinds of places that are a part of the name in small letters, too.
    PlaceHead = "place-head",
    /// Kinds of places that end their name, in small letters: "Московская область".
    PlaceTail = "place-tail",
    /// Events and other things, whose names may hold that of a place.
    Event = "event",
    /// What joins the last two of a list.
    And = "and",
    /// Articles before the name of a team: plural ones.
    Plural = "plural",
    /// Prepositions before a place.
    At = "at",
    /// Prepositions before a place that has an article.
    AtArticle = "at-article",
    /// Prepositions and articles inside a name.
    Link = "link",
    /// Particles that join two parts of a person's name.
    Particle = "particle",
    /// Particles that do so only after a given name.
    WeakParticle = "weak-particle",
    /// Words that have a capital at the start of a sentence and are no names.
    Function = "function",
    /// Words that have a capital elsewhere, too, and are no names: months, days, languages, peoples.
    Never = "never",
    /// Endings of the names of towns. A language that has this section writes all nouns with a capital, so that there a
    /// preposition alone tells no place.
    Settlement = "settlement",
    /// Words behind a person's name, maybe after a comma, that tell father and son apart. The taggers do not see it.
    Generation = "generation",
    /// Last words of a name that a full stop cuts short. The taggers do not see it.
    Short = "short",
}

impl Cue {
    /// What the features of the taggers hold of a mask; what is not in it came after they were trained.
    pub const SEEN: u32 = !(Cue::Generation.bit() | Cue::Short.bit());

    /// Its bit in a mask.
    #[inline]
    pub const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// The language words of one language, or of all.
#[derive(Default)]
pub struct Cues {
    words: HashMap<u64, u32, Plain>,
    /// By their last byte.
    endings: BTreeMap<u8, Vec<(String, u32)>>,
    rules: BTreeMap<Cue, RuleId>,
    /// All nouns have a capital.
    pub capital_nouns: bool,
    /// An office and the country or body that it belongs to are two names.
    pub owner_apart: bool,
}

impl Cues {
    /// The sections that list the word with this [`hash`], as a mask.
    #[inline]
    pub fn of(&self, hash: u64) -> u32 {
        self.words.get(&hash).copied().unwrap_or(0)
    }

    /// The sections that list an ending of the word as it is written, as a mask.
    pub fn of_ending(&self, word: &str) -> u32 {
        let alike = word.as_bytes().last().and_then(|last| self.endings.get(last)).into_iter().flatten();
        alike.filter(|(e, _)| word.len() > e.len() + 1 && word.ends_with(&**e)).fold(0, |m, e| m | e.1)
    }

    /// Whether any ending is listed.
    #[inline]
    pub fn has_endings(&self) -> bool {
        !self.endings.is_empty()
    }

    /// The rule that stands for a section.
    pub fn rule(&self, cue: Cue) -> Option<RuleId> {
        self.rules.get(&cue).copied()
    }

    fn add(&mut self, part: &Part) {
        self.rules.entry(part.cue).or_insert(part.rule);
        for word in part.words.split_whitespace() {
            match word.strip_prefix('-') {
                Some(ending) => {
                    let Some(last) = ending.as_bytes().last() else { continue };
                    let alike = self.endings.entry(*last).or_default();
                    match alike.iter_mut().find(|e| e.0 == ending) {
                        Some(known) => known.1 |= part.cue.bit(),
                        None => alike.push((ending.to_string(), part.cue.bit())),
                    }
                }
                None => *self.words.entry(hash(word)).or_default() |= part.cue.bit(),
            }
        }
    }
}

/// The words of one section of a file.
struct Part {
    cue: Cue,
    rule: RuleId,
    words: String,
    owner_apart: bool,
}

/// The language words of every language. They are hashed when a text in the language is first met, so that a short run does
/// not pay for languages that it never sees.
pub struct Languages {
    parts: BTreeMap<Lang, (Vec<Part>, OnceLock<Cues>)>,
    all: OnceLock<Cues>,
    of_rule: BTreeMap<RuleId, Lang>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    about: String,
    words: String,
    /// Of heads: the annotators of the language take an office and whose it is for two names.
    #[serde(default)]
    owner_apart: bool,
    #[serde(default)]
    drop: Vec<String>,
    #[serde(default)]
    keep: Vec<String>,
}

impl Languages {
    /// Reads `entities.toml` of every language and registers a rule for each section.
    ///
    /// # Errors
    /// [`Error::Rules`] with file and line.
    pub fn load(rules: &mut Rules) -> Result<Languages, Error> {
        let mut languages = Languages { parts: BTreeMap::new(), all: OnceLock::new(), of_rule: BTreeMap::new() };
        for file in rules.topic("entities") {
            let sections: BTreeMap<String, Section> = file.parse()?;
            for (name, section) in sections {
                languages.add(rules, &file, &name, section)?;
            }
        }
        Ok(languages)
    }

    /// The words for a text in `language`: those of all languages where it has none of its own.
    pub fn of(&self, language: Lang) -> &Cues {
        match self.parts.get(&language) {
            Some((parts, cues)) => cues.get_or_init(|| {
                let mut cues = Cues::default();
                parts.iter().for_each(|p| cues.add(p));
                cues.capital_nouns = parts.iter().any(|p| p.cue == Cue::Settlement);
                cues.owner_apart = parts.iter().any(|p| p.owner_apart);
                cues
            }),
            None => self.all.get_or_init(|| {
                let mut cues = Cues::default();
                // Endings of one language mean nothing in another.
                self.parts.values().flat_map(|(parts, _)| parts).for_each(|p| cues.add(p));
                cues.endings.clear();
                cues
            }),
        }
    }

    /// The language whose file a rule stands in.
    pub fn of_rule(&self, rule: RuleId) -> Option<Lang> {
        self.of_rule.get(&rule).copied()
    }

    fn add(&mut self, rules: &mut Rules, file: &RuleFile, name: &str, section: Section) -> Result<(), Error> {
        let Some((cue, _)) = Cue::ALL.iter().find(|(_, n)| *n == name) else {
            let known: Vec<_> = Cue::ALL.iter().map(|(_, n)| *n).collect();
            let at = file.text.lines().find(|line| line.trim() == format!("[{name}]"));
            let at = at.map(|line| line.as_ptr() as usize - file.text.as_ptr() as usize);
            let what = format!("{name} is no section; there are {}", known.join(", "));
            return Err(file.fault(at, what));
        };
        let folder = file.language.map_or("common".to_string(), |l| l.to_string());
        let rule = rules.add(Rule {
            language: file.language,
            drop: section.drop,
            keep: section.keep,
            ..Rule::new(format!("entities/{folder}/{name}"), "entity", Class::Meaning, section.about)
        })?;
        let language = file.language.unwrap_or(Lang::UND);
        self.of_rule.insert(rule, language);
        // A rule that is off has no words but stays known by its number.
        let words = if rules.is_on(rule) { section.words } else { String::new() };
        self.parts.entry(language).or_default().0.push(Part {
            cue: *cue,
            rule,
            words,
            owner_apart: section.owner_apart,
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn word_lists_are_sorted_and_without_doubles() {
        for file in Rules::load(None, &[]).expect("rules").topic("entities") {
            let sections: BTreeMap<String, Section> = file.parse().expect("toml");
            for (name, section) in sections {
                let words: Vec<&str> = section.words.split_whitespace().collect();
                let sorted: BTreeSet<&str> = words.iter().copied().collect();
                assert!(words.iter().eq(sorted.iter()), "{} [{name}] is not in order", file.path);
                assert!(words.iter().all(|w| w.to_lowercase() == **w), "{} [{name}] has capitals", file.path);
            }
        }
    }
}
