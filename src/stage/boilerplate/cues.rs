//! The words of the rule files: cues that tell a kind of boilerplate, and the closed classes of words that the
//! structural rules ask for. The cues of a document's language and of English are looked for at once, since pages of all
//! languages carry English buttons; those of all languages where the document has no language of its own.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Deserialize;

use super::fold;
use super::gate::Gate;
use super::gates::Gates;
use super::pattern::{Line, Pattern};
use super::words::{FileWords, Words};
use crate::document::{BlockKind, Document};
use crate::error::Error;
use crate::language::Lang;
use crate::rules::{Class, Rule, RuleId, Rules};

/// From this weight on a cue takes a line out by itself, wherever it stands.
pub const STRONG: f32 = 0.85;
/// From this weight on a cue takes a line out beside other boilerplate and before or after the article.
pub const WEAK: f32 = 0.5;
/// Code points of the longest line that cues are looked for in. A line that is longer is prose.
pub const LONGEST: usize = 600;

/// Which part of a paragraph a cue may take out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The first or the last sentence.
    Sentence,
    /// The last sentences, from the one that begins with the cue.
    Rest,
}

/// A cue as it is used.
#[derive(Clone, Debug)]
pub struct Cue {
    /// Its rule.
    pub rule: RuleId,
    /// The language of its words; none for all.
    language: Option<Lang>,
    /// What the line is.
    pub kind: BlockKind,
    /// Code points of the longest line that it tells of.
    pub max: usize,
    /// How sure it is, 0 to 1.
    pub weight: f32,
    /// It begins with the line.
    pub anchored: bool,
    /// What follows it is no article any more: other people's comments.
    pub closes: bool,
    /// The line belongs to the article, whatever else is said of it: a correction note.
    pub stays: bool,
    /// What it may take out of a paragraph.
    pub part: Option<Part>,
}

/// What the cues say of one line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// The heaviest cue, an index into [`Cues::all`].
    pub cue: usize,
    /// The weights of all taken together, 0 to 1.
    pub weight: f32,
    /// One of them ends the article.
    pub closes: bool,
    /// One of them says that the line belongs to the article.
    pub stays: bool,
}

/// All cues and words.
#[derive(Debug)]
pub struct Cues {
    /// In order of the files.
    pub all: Vec<Cue>,
    patterns: Vec<Pattern>,
    /// The gate of each.
    gates: Vec<Gate>,
    /// Those for documents of each language that has some, made when first needed.
    sets: BTreeMap<Lang, OnceLock<Set>>,
    /// Those for all others.
    every: OnceLock<Set>,
    /// Classes of words.
    pub words: Words,
}

/// The cues that are looked for in documents of a language.
#[derive(Debug)]
struct Set {
    language: Option<Lang>,
    gates: Gates,
    /// Of those that may take out a part of a paragraph.
    parts: Gates,
    /// Of those that are sure to point to other articles by how they begin.
    pointers: Gates,
    /// Tells it from other sets of this process.
    number: u64,
}

/// All cues and words, and which of the cues are looked for in a document.
#[derive(Clone, Copy)]
pub struct Heard<'a> {
    cues: &'a Cues,
    set: &'a Set,
}

/// The share of a document's main language from which other languages are not looked for.
const MAIN: f32 = 0.8;

/// Bytes at the start of a sentence that tell which cues may begin it: more than the longest literal of a gate, with room for
/// accents and figures.
const BEGINNING: usize = 64;

/// How many sets were made in this process.
static MADE: AtomicU64 = AtomicU64::new(0);

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct File {
    words: FileWords,
    /// What invitations are about, by kind of block.
    offer: BTreeMap<String, Vec<String>>,
    /// Class names of HTML, by kind of block.
    tokens: BTreeMap<String, Vec<String>>,
    cue: Vec<FileCue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileCue {
    id: String,
    kind: toml::Spanned<String>,
    pattern: toml::Spanned<String>,
    #[serde(default = "usual_max")]
    max: usize,
    #[serde(default = "usual_weight")]
    weight: f32,
    #[serde(default)]
    closes: bool,
    #[serde(default)]
    stays: bool,
    #[serde(default)]
    part: Option<Part>,
    #[serde(default)]
    drop: Vec<String>,
    #[serde(default)]
    keep: Vec<String>,
}

/// Code points: about two sentences.
fn usual_max() -> usize {
    300
}

fn usual_weight() -> f32 {
    0.9
}

impl Cues {
    /// Reads every `boilerplate.toml` and registers its cues.
    ///
    /// # Errors
    /// [`Error::Rules`] with file and line.
    pub fn load(rules: &mut Rules) -> Result<Cues, Error> {
        let (mut all, mut patterns, mut gates) = (Vec::new(), Vec::new(), Vec::new());
        let mut words = Words::default();
        for file in rules.topic("boilerplate") {
            let File { words: listed, offer, tokens, cue: cues } = file.parse()?;
            words.take(&listed, &offer, tokens, &file)?;
            let folder = file.path.split('/').next().unwrap_or_default();
            let mut image = file.gates();
            for cue in cues {
                let kind = BlockKind::from_name(cue.kind.get_ref()).ok_or_else(|| {
                    file.fault(Some(cue.kind.span().start), format!("there is no kind {}", cue.kind.get_ref()))
                })?;
                let text = cue.pattern.get_ref();
                let gate = Gate::read(&mut image).unwrap_or_else(|| Gate::of(&fold::pattern(text)));
                let anchored = text.starts_with('^');
                let about = format!("a line that says `{text}`");
                let span = cue.pattern.span();
                let pattern = Pattern::new(cue.pattern.into_inner());
                // What is embedded was checked when it was tested.
                if !file.embedded {
                    pattern.check().map_err(|what| file.fault(Some(span.start), what))?;
                }
                let rule = rules.add(Rule {
                    id: format!("boilerplate/{folder}/{}", cue.id),
                    kind: kind.name().to_string(),
                    language: file.language,
                    about,
                    class: Class::Meaning,
                    drop: cue.drop,
                    keep: cue.keep,
                })?;
                if !rules.is_on(rule) {
                    continue;
                }
                gates.push(gate);
                all.push(Cue {
                    rule,
                    language: file.language,
                    kind,
                    max: cue.max.min(LONGEST),
                    weight: cue.weight,
                    anchored,
                    closes: cue.closes,
                    stays: cue.stays,
                    part: cue.part,
                });
                patterns.push(pattern);
            }
        }
        words.name(rules.file("common/given_names.tsv").map(|file| file.text.clone()).unwrap_or_default());
        let sets = all.iter().filter_map(|cue: &Cue| Some((cue.language?, OnceLock::new()))).collect();
        Ok(Cues { all, patterns, gates, sets, every: OnceLock::new(), words })
    }

    /// With those that are looked for in `doc`.
    pub fn for_document(&self, doc: &Document) -> Heard<'_> {
        let (main, share) = doc.language();
        self.for_language(Some(main).filter(|_| share >= MAIN))
    }

    /// With those that are looked for in documents of `language`; with all for `None`, and for a language that has none.
    pub fn for_language(&self, language: Option<Lang>) -> Heard<'_> {
        let own = language.and_then(|l| Some((self.sets.get(&l)?, language)));
        let (set, language) = own.unwrap_or((&self.every, None));
        let set = set.get_or_init(|| self.set(language));
        Heard { cues: self, set }
    }

    fn set(&self, language: Option<Lang>) -> Set {
        let english = Lang::parse("en");
        let is_heard =
            |cue: &Cue| language.is_none() || cue.language.is_none_or(|l| language == Some(l) || english == Some(l));
        let heard = || self.all.iter().zip(&self.gates).zip(0..).filter(|((cue, _), _)| is_heard(cue));
        let gates = |wanted: fn(&Cue) -> bool| {
            Gates::new(heard().filter(|((cue, _), _)| wanted(cue)).map(|((_, gate), n)| (gate.clone(), n)))
        };
        Set {
            language,
            gates: gates(|_| true),
            parts: gates(|cue| cue.part.is_some()),
            pointers: gates(|cue| cue.kind == BlockKind::Related && cue.anchored && cue.weight >= STRONG && !cue.stays),
            number: MADE.fetch_add(1, Ordering::Relaxed),
        }
    }

    /// Whether `rule` fires on a line; `None` when it is no cue.
    pub fn fires(&self, rule: RuleId, line: &str) -> Option<bool> {
        let index = self.all.iter().position(|c| c.rule == rule)?;
        let folded = fold::line(line);
        let fits = line.trim().chars().count() <= self.all[index].max;
        let set = self.for_language(None).set;
        Some(fits && open(&set.gates, &folded).contains(&index) && self.patterns[index].is_match(&Line::new(&folded)))
    }
}

impl Deref for Heard<'_> {
    type Target = Cues;

    fn deref(&self) -> &Cues {
        self.cues
    }
}

impl Heard<'_> {
    /// Tells the cues that are looked for from others of this process.
    pub fn number(&self) -> u64 {
        self.set.number
    }

    /// What the cues say of a folded line of `points` code points. In a line that `quotes` somebody only a cue at the
    /// start counts, since the words may be the speaker's.
    pub fn hit(&self, folded: &str, points: usize, quotes: bool) -> Option<Hit> {
        if points > LONGEST {
            return None;
        }
        let open = open(&self.set.gates, folded);
        if open.is_empty() {
            return None;
        }
        let line = Line::new(folded);
        let mut doubts = Doubts::default();
        let mut best: Option<usize> = None;
        let (mut closes, mut stays) = (false, false);
        for i in open {
            let cue = &self.all[i];
            let heard = cue.anchored || !quotes || matches!(cue.kind, BlockKind::Cookie);
            if points > cue.max || !heard || !self.patterns[i].is_match(&line) {
                continue;
            }
            if cue.stays {
                stays = true;
                best.get_or_insert(i);
                continue;
            }
            doubts.add(cue.language, 1.0 - cue.weight.min(0.99));
            closes |= cue.closes;
            // Of two that are as heavy, the one of the document's language.
            let rank = |cue: &Cue| (cue.weight, cue.language == self.set.language);
            if best.is_none_or(|b| rank(&self.all[b]) < rank(cue)) {
                best = Some(i);
            }
        }
        best.map(|cue| Hit { cue, weight: if stays { 0.0 } else { 1.0 - doubts.least() }, closes, stays })
    }

    /// The first cue that is sure to point to another article and fires on folded words of `points` code points.
    pub fn pointer(&self, folded: &str, points: usize) -> Option<usize> {
        let open = open(&self.set.pointers, folded);
        let line = (!open.is_empty()).then(|| Line::new(folded))?;
        open.into_iter().find(|&i| points <= self.all[i].max && self.patterns[i].is_match(&line))
    }

    /// Whether a cue that may take out a part of a paragraph, and begins with it, may fire on a sentence.
    pub fn may_part(&self, sentence: &str) -> bool {
        self.set.parts.at_start(&fold::start(sentence, BEGINNING))
    }

    /// Whether one that begins anywhere may fire on a sentence of a folded paragraph.
    pub fn may_part_within(&self, folded: &str) -> bool {
        self.set.parts.within(folded)
    }

    /// The first cue that may take out a part of a paragraph and fires on the folded sentence; `points` are the code
    /// points of each part that is wanted.
    pub fn part(&self, folded: &str, wanted: &[(Part, usize)]) -> Option<usize> {
        let open = open(&self.set.parts, folded);
        if open.is_empty() {
            return None;
        }
        let line = Line::new(folded);
        let fires = |i: usize, (want, points): (Part, usize)| {
            let cue = &self.all[i];
            cue.part == Some(want) && points <= cue.max && self.patterns[i].is_match(&line)
        };
        wanted.iter().find_map(|part| open.iter().copied().find(|&i| fires(i, *part)))
    }
}

/// What is left of doubt. Cues add up within a language; that words of two languages are weak signs in both says no more.
#[derive(Default)]
struct Doubts(Vec<(Option<Lang>, f32)>);

impl Doubts {
    fn add(&mut self, language: Option<Lang>, doubt: f32) {
        match self.0.iter_mut().find(|d| d.0 == language) {
            Some(known) => known.1 *= doubt,
            None => self.0.push((language, doubt)),
        }
    }

    fn least(&self) -> f32 {
        let common = self.0.iter().find(|d| d.0.is_none()).map_or(1.0, |d| d.1);
        let least = self.0.iter().filter(|d| d.0.is_some()).map(|d| d.1).fold(1.0, f32::min);
        common * least
    }
}

/// The cues that may fire on a folded line.
fn open(gates: &Gates, folded: &str) -> Vec<usize> {
    let mut open = Vec::new();
    gates.open(folded, &mut open);
    open.into_iter().map(|i| i as usize).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_right_and_hardly_any_is_tried_on_every_line() {
        let mut rules = Rules::load(None, &[]).unwrap();
        let cues = Cues::load(&mut rules).unwrap();
        let name = |i: usize| &rules.get(cues.all[i].rule).id;
        for (i, pattern) in cues.patterns.iter().enumerate() {
            assert_eq!(pattern.check(), Ok(()), "{}", name(i));
        }
        let always: Vec<_> = cues.for_language(None).set.gates.always().iter().map(|&i| name(i as usize)).collect();
        assert!(always.len() <= 4, "{always:?}");
    }
}
