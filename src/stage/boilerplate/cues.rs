//! The words of the rule files: cues that tell a kind of boilerplate, and the closed classes of words that the
//! structural rules ask for. All languages are looked for at once, since a page in one carries buttons in another.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use regex::bytes::{Regex, RegexBuilder};
use regex_automata::util::syntax;
use regex_syntax::hir::{Hir, HirKind};
use serde::Deserialize;

use super::fold;
use crate::document::BlockKind;
use crate::error::Error;
use crate::rules::{Class, Rule, RuleFile, RuleId, Rules};

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
}

/// All cues and words.
#[derive(Debug, Default)]
pub struct Cues {
    /// In order of the files.
    pub all: Vec<Cue>,
    anchored: Group,
    loose: Group,
    parts: Group,
    /// Classes of words.
    pub words: Words,
}

/// Cues that are looked for together: first a literal that each must have, then the pattern itself.
#[derive(Debug, Default)]
struct Group {
    patterns: Vec<Pattern>,
    /// Index into [`Cues::all`] of each pattern.
    cues: Vec<usize>,
    literals: Option<AhoCorasick>,
    /// The pattern of each literal.
    owners: Vec<usize>,
    /// Patterns without such a literal.
    always: Vec<usize>,
    /// What the automaton is made of, until it is.
    drafts: Vec<(Vec<u8>, usize)>,
}

#[derive(Debug)]
struct Pattern {
    text: String,
    regex: OnceLock<Option<Regex>>,
}

/// Closed classes of words, folded.
#[derive(Debug, Default)]
pub struct Words {
    /// Articles, prepositions, conjunctions: a line without any is no sentence.
    pub function: BTreeSet<String>,
    /// Words by which a site speaks to its reader and of itself.
    pub address: BTreeSet<String>,
    /// Words before and between the names of a byline.
    pub lead: BTreeSet<String>,
    /// What a byline says of an author besides the name.
    pub role: BTreeSet<String>,
    /// Lower-case parts of names.
    pub particle: BTreeSet<String>,
    /// Given names.
    pub given: BTreeSet<String>,
    /// Agencies and words of photo credits.
    pub credit: BTreeSet<String>,
    /// First halves of words that keep their hyphen.
    pub hyphen_first: BTreeSet<String>,
    /// Second halves of words that keep their hyphen.
    pub hyphen_second: BTreeSet<String>,
    /// Class names of HTML and the kind of block they tell of.
    pub tokens: Vec<(String, BlockKind)>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct File {
    words: FileWords,
    tokens: std::collections::BTreeMap<String, Vec<String>>,
    cue: Vec<FileCue>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct FileWords {
    function: Vec<String>,
    address: Vec<String>,
    lead: Vec<String>,
    role: Vec<String>,
    particle: Vec<String>,
    given: Vec<String>,
    credit: Vec<String>,
    hyphen_first: Vec<String>,
    hyphen_second: Vec<String>,
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
        let mut cues = Cues::default();
        let (mut anchored, mut loose, mut parts) = (Group::default(), Group::default(), Group::default());
        for file in rules.topic("boilerplate") {
            let parsed: File = file.parse()?;
            cues.words.take(parsed.words, parsed.tokens, &file)?;
            let folder = file.path.split('/').next().unwrap_or_default();
            for cue in parsed.cue {
                let offset = Some(cue.pattern.span().start);
                let kind = BlockKind::from_name(cue.kind.get_ref()).ok_or_else(|| {
                    file.fault(Some(cue.kind.span().start), format!("there is no kind {}", cue.kind.get_ref()))
                })?;
                let (pattern, hir) = checked(cue.pattern.get_ref()).map_err(|what| file.fault(offset, what))?;
                let rule = rules.add(Rule {
                    id: format!("boilerplate/{folder}/{}", cue.id),
                    kind: kind.name().to_string(),
                    language: file.language,
                    about: format!("a line that says `{}`", cue.pattern.get_ref()),
                    class: Class::Meaning,
                    drop: cue.drop,
                    keep: cue.keep,
                })?;
                if !rules.is_on(rule) {
                    continue;
                }
                let index = cues.all.len();
                let is_anchored = cue.pattern.get_ref().starts_with('^');
                if is_anchored { &mut anchored } else { &mut loose }.push(&pattern, &hir, index);
                if cue.part.is_some() {
                    parts.push(&pattern, &hir, index);
                }
                cues.all.push(Cue {
                    rule,
                    kind,
                    max: cue.max.min(LONGEST),
                    weight: cue.weight,
                    anchored: is_anchored,
                    closes: cue.closes,
                    part: cue.part,
                });
            }
        }
        if let Some(names) = rules.file("common/given_names.tsv") {
            let name = |line: &str| line.split('\t').next().map(|n| fold::word(n.trim_start_matches('?')));
            cues.words.given.extend(names.text.lines().filter(|l| !l.starts_with('#')).filter_map(name));
        }
        for (made, group) in [(anchored, &mut cues.anchored), (loose, &mut cues.loose), (parts, &mut cues.parts)] {
            *group = made;
            group.close()?;
        }
        Ok(cues)
    }

    /// What the cues say of a folded line of `points` code points. In a line that `quotes` somebody only a cue at the
    /// start counts, since the words may be the speaker's.
    pub fn hit(&self, folded: &str, points: usize, quotes: bool) -> Option<Hit> {
        if points > LONGEST {
            return None;
        }
        let groups = [Some(&self.anchored), (!quotes).then_some(&self.loose)];
        let mut doubt = 1.0;
        let mut best: Option<usize> = None;
        let mut closes = false;
        for i in groups.into_iter().flatten().flat_map(|g| g.matches(folded)) {
            let cue = &self.all[i];
            if points > cue.max {
                continue;
            }
            doubt *= 1.0 - cue.weight.min(0.99);
            closes |= cue.closes;
            if best.is_none_or(|b| self.all[b].weight < cue.weight) {
                best = Some(i);
            }
        }
        best.map(|cue| Hit { cue, weight: 1.0 - doubt, closes })
    }

    /// The first cue that may take out a part of a paragraph and fires on the folded part.
    pub fn part(&self, folded: &str, points: usize, want: Part) -> Option<usize> {
        self.parts.matches(folded).into_iter().find(|&i| self.all[i].part == Some(want) && points <= self.all[i].max)
    }

    /// Whether `rule` fires on a line; `None` when it is no cue.
    pub fn fires(&self, rule: RuleId, line: &str) -> Option<bool> {
        let index = self.all.iter().position(|c| c.rule == rule)?;
        let cue = &self.all[index];
        let group = if cue.anchored { &self.anchored } else { &self.loose };
        let folded = fold::line(line);
        Some(line.trim().chars().count() <= cue.max && group.matches(&folded).contains(&index))
    }
}

impl Group {
    fn matches(&self, folded: &str) -> Vec<usize> {
        let mut candidates = self.always.clone();
        if let Some(search) = &self.literals {
            for hit in search.find_overlapping_iter(folded) {
                candidates.push(self.owners[hit.pattern().as_usize()]);
            }
        }
        candidates.sort_unstable();
        candidates.dedup();
        candidates.retain(|&i| self.patterns[i].is_match(folded));
        candidates.into_iter().map(|i| self.cues[i]).collect()
    }

    fn push(&mut self, pattern: &str, hir: &Hir, cue: usize) {
        let own = self.patterns.len();
        match required(hir) {
            Some(literals) => self.drafts.extend(literals.into_iter().map(|l| (l, own))),
            None => self.always.push(own),
        }
        self.patterns.push(Pattern { text: pattern.to_string(), regex: OnceLock::new() });
        self.cues.push(cue);
    }

    fn close(&mut self) -> Result<(), Error> {
        let (literals, owners): (Vec<_>, Vec<_>) = std::mem::take(&mut self.drafts).into_iter().unzip();
        self.owners = owners;
        let search = AhoCorasick::new(literals).map_err(|e| Error::rules("rules", e.to_string()))?;
        self.literals = Some(search);
        Ok(())
    }
}

impl Pattern {
    /// Most cues never see a line that has their words, so a pattern is compiled when the first one comes.
    fn is_match(&self, folded: &str) -> bool {
        let make = || RegexBuilder::new(&self.text).dfa_size_limit(1 << 20).build().ok();
        self.regex.get_or_init(make).as_ref().is_some_and(|r| r.is_match(folded.as_bytes()))
    }
}

/// Bytes of the longest literal that is looked for: more say no more.
const LITERAL: usize = 12;

/// Literals of which one stands in whatever `hir` matches; `None` where it may match without any.
///
/// The patterns of all languages in one automaton would have more states than fit any cache, since every counted gap
/// multiplies those of the others. A line rarely has the words of more than a few of them.
fn required(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    match hir.kind() {
        HirKind::Literal(literal) => Some(vec![literal.0[..literal.0.len().min(LITERAL)].to_vec()]),
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Concat(parts) => {
            let weight = |set: &Vec<Vec<u8>>| (set.iter().map(Vec::len).min(), std::cmp::Reverse(set.len()));
            parts.iter().filter_map(required).max_by_key(weight)
        }
        HirKind::Alternation(branches) => {
            let sets: Option<Vec<_>> = branches.iter().map(required).collect();
            sets.map(|sets| sets.into_iter().flatten().collect())
        }
        _ => None,
    }
}
/// A pattern of a rule file as it is compiled.
///
/// # Errors
/// What is wrong with it.
pub fn compiled(pattern: &str) -> Result<String, String> {
    checked(pattern).map(|(by_byte, _)| by_byte)
}

fn checked(pattern: &str) -> Result<(String, Hir), String> {
    let folded = fold::pattern(pattern);
    if folded.contains(r"\b") {
        return Err(r"\b is slow on letters beyond ASCII; say what stands there".to_string());
    }
    let by_byte = dots_as_bytes(&folded);
    let hir = syntax::parse_with(&by_byte, &syntax::Config::new().utf8(false)).map_err(|e| e.to_string())?;
    Ok((by_byte, hir))
}

/// `pattern` with every `.` meaning any byte: `.{0,80}` then costs a tenth of the memory, and "up to 80 of something" is
/// never meant to the letter.
fn dots_as_bytes(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() * 2);
    let (mut escaped, mut class) = (false, false);
    for c in pattern.chars() {
        match c {
            '.' if !escaped && !class => out.push_str(r"(?-u:.)"),
            _ => out.push(c),
        }
        match c {
            '[' if !escaped => class = true,
            ']' if !escaped => class = false,
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    out
}

impl Words {
    fn take(
        &mut self,
        words: FileWords,
        tokens: std::collections::BTreeMap<String, Vec<String>>,
        file: &RuleFile,
    ) -> Result<(), Error> {
        let classes = [
            (&mut self.function, words.function),
            (&mut self.address, words.address),
            (&mut self.lead, words.lead),
            (&mut self.role, words.role),
            (&mut self.particle, words.particle),
            (&mut self.given, words.given),
            (&mut self.credit, words.credit),
            (&mut self.hyphen_first, words.hyphen_first),
            (&mut self.hyphen_second, words.hyphen_second),
        ];
        for (class, list) in classes {
            class.extend(list.iter().map(|w| fold::word(w)));
        }
        for (kind, list) in tokens {
            let kind =
                BlockKind::from_name(&kind).ok_or_else(|| file.fault(None, format!("there is no kind {kind}")))?;
            self.tokens.extend(list.into_iter().map(|t| (t, kind)));
        }
        Ok(())
    }

    /// The kind that the class names of a block tell of: the innermost name that says something.
    pub fn token_kind(&self, tokens: &str) -> Option<BlockKind> {
        let is = |token: &str, word: &str| token == word || token.split(['-', '_']).any(|piece| piece == word);
        tokens.split(' ').rev().find_map(|t| self.tokens.iter().find(|(word, _)| is(t, word)).map(|(_, kind)| *kind))
    }
}
