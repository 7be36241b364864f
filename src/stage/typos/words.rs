//! Words one slip away from a word of the language.
//!
//! A word is looked at when no dictionary holds it, it is written in lower case, stands alone in running text, occurs
//! once in the document, and is not among foreign words. Its neighbours are weighed against each other; the best is
//! taken when it is sure enough for the language. Most words are answered by the exact set of the lexicon.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use crate::document::{Document, Note, Suggestion};
use crate::error::Error;
use crate::language::Lang;
use crate::lexicon::pairs::{is_joint, sign};
use crate::lexicon::{Neighbour, Slip, Word};
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::typos::evidence::{COUNT, Place, Suspect, ZIPF, is_accented, is_compound, weigh, zipf};
use crate::stage::typos::tokens::{Gap, gap, in_address, in_case, stands_alone};
use crate::stage::typos::tongue::{Tongue, Tongues};
use crate::stage::{Found, Pass};
use crate::words::{Case, Token};

/// Letters of a word at least.
const SHORTEST: usize = 2;
/// Letters of a word that is too short to be told from one of another language.
const TINY: usize = 3;
/// Letters of a word at most: compounds and chemical names are longer.
const LONGEST: usize = 24;
/// A word of another language that is known there this well, in 100 × Zipf, is not a slip.
const FOREIGN: u16 = 300;
/// The same, in Zipf, for a word that lacks only accents: much of what has none is another language's.
const ELSEWHERE: f32 = 2.0;
/// How sure a missing accent is.
const ACCENT: f32 = 0.95;
/// How sure the only word is that is two slips away.
const TWICE: f32 = 0.95;
/// A change as sure as this is told, though not made.
const WORTH_TELLING: f32 = 0.3;
/// Words to either side that are looked at for foreign ones, and how many of them may be unknown.
const WINDOW: usize = 4;
const UNKNOWN: usize = 2;
/// Unknown words that are weighed in one document: each costs some 50 µs, and a text with more is not in the language.
const WEIGHED: usize = 400;
/// Words of one document that are looked for two slips away: each costs up to a millisecond.
const WALKS: usize = 8;
/// Words whose neighbours a thread remembers; then it forgets all of them.
const REMEMBERED: usize = 4096;

/// Mends words.
pub struct Words {
    tongues: Arc<Tongues>,
    edit: RuleId,
    twice: RuleId,
    accent: RuleId,
    glued: RuleId,
    cut: RuleId,
}

/// An unknown word.
struct Unknown<'a> {
    token: Token,
    place: Place<'a>,
    tongue: &'a Tongue,
}

impl Words {
    /// Registers the rules.
    ///
    /// # Errors
    /// [`Error::Rules`] when a name is taken.
    pub fn new(rules: &mut Rules, tongues: Arc<Tongues>) -> Result<Words, Error> {
        let mut add =
            |name: &str, about: &str| rules.add(Rule::new(format!("typos/{name}"), "slip", Class::Meaning, about));
        Ok(Words {
            tongues,
            edit: add("edit-1", "a word that is one slip away from a known one")?,
            twice: add(
                "edit-2",
                "a long word that is two slips away from one that is far more common than others, and one slip from none",
            )?,
            accent: add("accent", "a word that lacks only an accent")?,
            glued: add("glued-words", "two words written as one")?,
            cut: add("cut-word", "a word with a space inside")?,
        })
    }

    /// Every word of `doc` that may be a slip, how sure a change of it must be, and all that it may be.
    pub fn suspects(&self, doc: &Document) -> Vec<(Token, f32, Vec<Suspect>)> {
        let text = doc.text();
        let mut unknown: Vec<Unknown<'_>> = Vec::new();
        let mut times: HashMap<&str, usize> = HashMap::new();
        for (block, tokens, tongue) in self.tongues.read(doc) {
            for (i, token) in tokens.iter().enumerate().filter(|(_, t)| !t.facts.is_listed()) {
                let noun = || tongue.sure_of_nouns.is_some() && may_be_noun(token, text);
                if !is_strange(token) && !noun() {
                    continue;
                }
                *times.entry(token.of(text)).or_default() += 1;
                let window = &tokens[i.saturating_sub(WINDOW)..(i + WINDOW + 1).min(tokens.len())];
                let around = window.iter().filter(|t| is_strange(t)).count() - usize::from(is_strange(token));
                if around <= UNKNOWN
                    && stands_alone(text, &token.at)
                    && !in_address(text, &token.at)
                    && !is_foreign(doc, token)
                {
                    unknown.push(Unknown {
                        token: token.clone(),
                        place: place(text, &block.at, tokens, i, around),
                        tongue,
                    });
                }
            }
        }
        unknown.retain(|u| times.get(u.token.of(text)) == Some(&1) && !recurs(doc, &u.place.word));
        unknown.truncate(WEIGHED);
        let (mut out, mut walks) = (Vec::new(), 0);
        let times = |word: &str| self.times(doc, word);
        for u in unknown {
            let word = &*u.place.word;
            let length = word.chars().count();
            if !(SHORTEST..=LONGEST).contains(&length)
                || u.tongue.leave.contains(word)
                || is_old_spelling(word, u.tongue)
            {
                continue;
            }
            let elsewhere = self.elsewhere(word, u.tongue);
            let neighbours = neighbours(word, u.tongue);
            let suspects = weigh(&u.place, &neighbours, u.tongue, f32::from(elsewhere) / 100.0, &times);
            if suspects.is_empty() && walks < WALKS && may_have_two_slips(&u, length, elsewhere) {
                walks += 1;
                out.extend(two_slips(&u).map(|suspect| (u.token.clone(), u.tongue.sure, vec![suspect])));
            } else if !suspects.is_empty() {
                let foreign = elsewhere >= FOREIGN && length > TINY;
                let sure =
                    if u.place.capital { u.tongue.sure_of_nouns.unwrap_or(f32::INFINITY) } else { u.tongue.sure };
                out.push((u.token, if foreign { f32::INFINITY } else { sure }, suspects));
            }
        }
        out
    }

    /// The suspects of a text in the language `lang`, as [`Words::suspects`] gives them, but for those that are not weighed.
    pub fn suspects_in(&self, text: String, lang: Lang) -> Vec<(Token, f32, Vec<Suspect>)> {
        let mut doc = Document::from_text(text);
        doc.meta.language = Some(lang);
        let mut all = self.suspects(&doc);
        all.retain(|(_, _, suspects)| suspects.iter().all(|s| s.neighbour.slip != Slip::Twice));
        all
    }

    /// How often `word` stands in the document in lower case.
    fn times(&self, doc: &Document, word: &str) -> usize {
        let key = Word::new(word.as_bytes()).map_or(0, Word::key);
        let tokens = self.tongues.read(doc).flat_map(|(_, tokens, _)| tokens);
        tokens.filter(|t| t.key == key && t.case == Case::Lower && t.of(doc.text()) == word).count()
    }

    /// 100 × Zipf of the word in the other language that knows it best.
    fn elsewhere(&self, word: &str, tongue: &Tongue) -> u16 {
        let others = self.tongues.iter().map(|(_, t)| t.lexicon).filter(|l| l.language() != tongue.lexicon.language());
        others.filter(|l| l.knows(word)).filter_map(|l| l.frequency(word)).max().unwrap_or(0)
    }
}

impl Pass for Words {
    fn look(&self, doc: &Document, found: &mut Found) {
        for (token, least, suspects) in self.suspects(doc) {
            let text = token.of(doc.text());
            let lower = lower(text);
            let word = &*lower;
            let (accent, letter) = if token.case == Case::Lower {
                (only_accent(&suspects, word), only_letter(&suspects, word))
            } else {
                (None, None)
            };
            let best = suspects.iter().max_by(|a, b| a.sure.total_cmp(&b.sure));
            let weighed = best.map(|b| {
                let rule = match b.neighbour.slip {
                    Slip::Glued => self.glued,
                    Slip::Cut => self.cut,
                    Slip::Twice => self.twice,
                    _ if is_accented(&b.neighbour.word, word) => self.accent,
                    _ => self.edit,
                };
                (b.sure, b.at.clone(), in_case(&b.neighbour.word, text), rule)
            });
            let ruled = |meant: Option<&str>, rule| meant.map(|w| (ACCENT, token.at.clone(), w.to_string(), rule));
            let sure = weighed.clone().filter(|w| w.0 >= least);
            if let Some((sure, at, with, rule)) = ruled(accent, self.accent).or(sure).or(ruled(letter, self.edit)) {
                found.edit(at, with, rule, sure);
            } else if let Some((confidence, at, with, rule)) = weighed.filter(|w| w.0 >= WORTH_TELLING) {
                found.note(Note::Suggestion(Suggestion { at, with, rule, confidence }));
            }
        }
    }
}

/// Whether the word is written in lower case and no dictionary holds it.
fn is_strange(token: &Token) -> bool {
    token.case == Case::Lower && !token.facts.is_listed()
}

/// Whether a capitalised word may be a noun with a slip in it: long, and nowhere known as a name.
fn may_be_noun(token: &Token, text: &str) -> bool {
    const LETTERS: usize = 6;
    token.case == Case::Capitalised
        && !token.facts.is_listed()
        && token.facts.frequency().is_none()
        && token.of(text).chars().nth(LETTERS - 1).is_some()
}

/// Whether it is long, written in lower case among known words, and nothing but a slip of the language: a compound, a loan
/// and a name are not.
fn may_have_two_slips(unknown: &Unknown, length: usize, elsewhere: u16) -> bool {
    const LETTERS: usize = 11;
    let place = &unknown.place;
    length >= LETTERS
        && !place.capital
        && place.strangers == 0
        && elsewhere == 0
        && unknown.token.facts.frequency().is_none()
        && unknown.tongue.lexicon.has_dictionary()
        && !is_compound(&place.word, unknown.tongue.lexicon)
}

/// The one word of the language that is common and two slips away, where the slips are not side by side: derived words
/// differ from others by more than a letter at one end.
fn two_slips(unknown: &Unknown) -> Option<Suspect> {
    const COMMON: f32 = 3.3;
    const AHEAD: f32 = 1.0;
    let (place, lexicon) = (&unknown.place, unknown.tongue.lexicon);
    let mut all: Vec<(f32, String)> =
        lexicon.neighbours_by_two(&place.word).into_iter().map(|word| (zipf(lexicon, &word), word)).collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    let rival = all.get(1).map_or(0.0, |second| second.0);
    let (best, word) = all.into_iter().next()?;
    let sure = best >= COMMON && best - rival >= AHEAD && is_apart(&place.word, &word);
    let mut features = [0.0; COUNT];
    features[ZIPF] = best;
    let neighbour = Neighbour { word, slip: Slip::Twice, at: 0 };
    sure.then(|| Suspect { neighbour, at: place.at.clone(), features, sure: TWICE })
}

/// Whether a letter that both words have stands between the places where they differ.
fn is_apart(word: &str, other: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (word.chars().collect(), other.chars().collect());
    let start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let middle = |letters: &[char]| letters.len().saturating_sub(start + end);
    middle(&a).max(middle(&b)) > 2
}

/// Whether the word recurs in the dump that the document comes from: then it is no slip. A few documents may be counted
/// too many, and one is this.
fn recurs(doc: &Document, word: &str) -> bool {
    const DOCUMENTS: u32 = 3;
    doc.survey().is_some_and(|survey| survey.documents_with(word) >= DOCUMENTS)
}

/// Whether the word is right as it was written before `ss` took the place of many an `ß`.
fn is_old_spelling(word: &str, tongue: &Tongue) -> bool {
    word.contains('ß') && tongue.lexicon.lists(&word.replace('ß', "ss"))
}

/// The word that `word` is without its accents, if it has lost all and there is no doubt which one that was: a common
/// word, far more frequent than any other that accents would make of it, and than any that is another slip away.
fn only_accent<'a>(suspects: &'a [Suspect], word: &str) -> Option<&'a str> {
    const LETTERS: usize = 5;
    const COMMON: f32 = 3.0;
    const AHEAD: f32 = 1.5;
    if !word.is_ascii() || word.len() < LETTERS || suspects.iter().any(|s| s.elsewhere() > ELSEWHERE) {
        return None;
    }
    let (accents, others): (Vec<&Suspect>, Vec<&Suspect>) =
        suspects.iter().partition(|s| is_accented(&s.neighbour.word, word));
    let best = accents.iter().max_by(|a, b| a.zipf().total_cmp(&b.zipf()))?;
    let far = |s: &&Suspect| best.zipf() - s.zipf() >= AHEAD || s.neighbour == best.neighbour;
    let ahead = accents.iter().all(far) && others.iter().all(|s| s.zipf() < best.zipf());
    (ahead && best.zipf() >= COMMON).then_some(best.neighbour.word.as_str())
}

/// The word that `word`, of two or three letters, is without one of its letters: a very common word, far more so than
/// any other that one letter more would make, begun alike and seen behind the word to the left.
fn only_letter<'a>(suspects: &'a [Suspect], word: &str) -> Option<&'a str> {
    const VERY_COMMON: f32 = 6.0;
    const AHEAD: f32 = 2.0;
    const SEEN: f32 = 3.5;
    let (first, length) = (word.chars().next()?, word.chars().count());
    let longer = |s: &&Suspect| matches!(s.neighbour.slip, Slip::Missing(_)) && s.neighbour.word.starts_with(first);
    let best = suspects.iter().filter(longer).max_by(|a, b| a.zipf().total_cmp(&b.zipf()))?;
    let rival =
        suspects.iter().filter(longer).filter(|s| s.neighbour != best.neighbour).map(Suspect::zipf).fold(0.0, f32::max);
    let sure =
        best.zipf() >= VERY_COMMON && best.zipf() - rival >= AHEAD && best.slip_seen() < SEEN && best.left() > 0.0;
    ((SHORTEST..=TINY).contains(&length) && sure).then_some(best.neighbour.word.as_str())
}

/// The words that `word` may be a slip of with their Zipf frequencies, remembered by each thread.
fn neighbours(word: &str, tongue: &Tongue) -> Rc<Vec<(Neighbour, f32)>> {
    type Memory = HashMap<(Lang, String), Rc<Vec<(Neighbour, f32)>>>;
    thread_local! {
        static MEMORY: RefCell<Memory> = RefCell::default();
    }
    let key = (tongue.lexicon.language(), word.to_string());
    if let Some(known) = MEMORY.with_borrow(|m| m.get(&key).cloned()) {
        return known;
    }
    let mut all = tongue.lexicon.neighbours(word);
    for other in tongue.lexicon.accented(word).into_iter().chain(tongue.lexicon.lookalikes(word)) {
        if !all.iter().any(|n| n.word == other.word) {
            all.push(other);
        }
    }
    // The same word may be reached in two ways, as by either of two equal letters.
    let mut seen = Vec::new();
    all.retain(|n| {
        let new = !seen.contains(&n.word) && tongue.lexicon.knows(&n.word);
        seen.push(n.word.clone());
        new
    });
    let all = Rc::new(all.into_iter().map(|n| (zipf(tongue.lexicon, &n.word), n)).map(|(zipf, n)| (n, zipf)).collect());
    MEMORY.with_borrow_mut(|m| {
        if m.len() >= REMEMBERED {
            m.clear();
        }
        m.insert(key, Rc::clone(&all));
    });
    all
}

fn is_foreign(doc: &Document, token: &Token) -> bool {
    doc.foreign().iter().any(|f| f.at.start < token.at.end && token.at.start < f.at.end)
}

fn place<'a>(text: &'a str, block: &Range<usize>, tokens: &[Token], i: usize, strangers: usize) -> Place<'a> {
    let word = |j: usize| tokens[j].of(text);
    let joint = |j: usize| gap(text, tokens[j].at.end, tokens[j + 1].at.start);
    let is_name = |j: usize| tokens[j].case != Case::Lower;
    let last = i + 1 == tokens.len();
    let part = |j: usize| tokens[j].case == Case::Lower && stands_alone(text, &tokens[j].at);
    Place {
        word: lower(word(i)),
        capital: is_name(i),
        at: tokens[i].at.clone(),
        left: left(text, block, tokens, i),
        right: right(text, block, tokens, i),
        before: (i > 0 && joint(i - 1) == Gap::Space && part(i - 1))
            .then(|| (word(i - 1), tokens[i - 1].at.clone(), left(text, block, tokens, i - 1))),
        after: (!last && joint(i) == Gap::Space && part(i + 1))
            .then(|| (word(i + 1), tokens[i + 1].at.clone(), right(text, block, tokens, i + 1))),
        elided: i > 0 && joint(i - 1) == Gap::Apostrophe,
        beside_name: !last && joint(i) != Gap::Break && is_name(i + 1)
            || i > 1 && joint(i - 1) != Gap::Break && is_name(i - 1),
        strangers,
    }
}

/// What stands before token `i`: a word, a sign, or nothing.
fn left<'a>(text: &'a str, block: &Range<usize>, tokens: &[Token], i: usize) -> Cow<'a, str> {
    let from = i.checked_sub(1).map_or(block.start, |j| tokens[j].at.end);
    let between = &text[from..tokens[i].at.start];
    match between.trim_end_matches(is_joint).chars().next_back() {
        None => i.checked_sub(1).map_or(Cow::Borrowed(""), |j| lower(tokens[j].of(text))),
        Some(mark) => Cow::Borrowed(sign(mark)),
    }
}

/// What stands behind token `i`.
fn right<'a>(text: &'a str, block: &Range<usize>, tokens: &[Token], i: usize) -> Cow<'a, str> {
    let to = tokens.get(i + 1).map_or(block.end, |t| t.at.start);
    let between = &text[tokens[i].at.end..to];
    match between.trim_start_matches(is_joint).chars().next() {
        None => tokens.get(i + 1).map_or(Cow::Borrowed(""), |t| lower(t.of(text))),
        Some(mark) => Cow::Borrowed(sign(mark)),
    }
}

fn lower(word: &str) -> Cow<'_, str> {
    if word.chars().all(char::is_lowercase) { Cow::Borrowed(word) } else { Cow::Owned(word.to_lowercase()) }
}
