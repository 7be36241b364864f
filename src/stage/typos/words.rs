//! Words one slip away from a word of the language.
//!
//! A word is looked at when no dictionary holds it, it is written in lower case, stands alone in running text, occurs
//! once in the document, and is not among foreign words. Its neighbours are weighed against each other; the best is
//! taken when it is sure enough for the language. Most words are answered by the exact set of the lexicon.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::document::Document;
use crate::error::Error;
use crate::language::Lang;
use crate::lexicon::{Lexicon, Neighbour, Slip};
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::typos::evidence::{Place, Suspect, is_accented, is_compound, weigh};
use crate::stage::typos::tokens::{Case, Gap, Token, gap, in_address, stands_alone, tokens};
use crate::stage::typos::tongue::{Tongue, Tongues};
use crate::stage::{Found, Pass};

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
/// Words to either side that are looked at for foreign ones, and how many of them may be unknown.
const WINDOW: usize = 4;
const UNKNOWN: usize = 1;
/// Unknown words that are weighed in one document: each costs some 50 µs, and a text with more is not in the language.
const WEIGHED: usize = 400;
/// Words whose neighbours a thread remembers; then it forgets all of them.
const REMEMBERED: usize = 4096;

/// Mends words.
pub struct Words {
    tongues: Arc<Tongues>,
    edit: RuleId,
    accent: RuleId,
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
            accent: add("accent", "a word that lacks only an accent")?,
        })
    }

    /// Every word of `doc` that may be a slip, how sure a change of it must be, and all that it may be.
    pub fn suspects(&self, doc: &Document) -> Vec<(Token, f32, Vec<Suspect>)> {
        let text = doc.text();
        let mut unknown: Vec<Unknown<'_>> = Vec::new();
        let mut times: HashMap<&str, usize> = HashMap::new();
        for (block, tongue) in self.tongues.blocks(doc) {
            let tokens = tokens(text, &block.at);
            let strange: Vec<bool> =
                tokens.iter().map(|t| t.case == Case::Lower && !tongue.lexicon.lists(t.of(text))).collect();
            for i in (0..tokens.len()).filter(|&i| strange[i]) {
                let token = &tokens[i];
                *times.entry(token.of(text)).or_default() += 1;
                let around = strange[i.saturating_sub(WINDOW)..(i + WINDOW + 1).min(strange.len())]
                    .iter()
                    .filter(|s| **s)
                    .count()
                    - 1;
                if around <= UNKNOWN
                    && stands_alone(text, &token.at)
                    && !in_address(text, &token.at)
                    && !is_foreign(doc, token)
                {
                    unknown.push(Unknown { token: token.clone(), place: place(text, &tokens, i, around), tongue });
                }
            }
        }
        unknown.retain(|u| times.get(u.place.word) == Some(&1));
        unknown.truncate(WEIGHED);
        let mut out = Vec::new();
        let mut known = None;
        for u in unknown {
            let length = u.place.word.chars().count();
            if !(SHORTEST..=LONGEST).contains(&length) || u.tongue.leave.contains(u.place.word) {
                continue;
            }
            let elsewhere = self.elsewhere(u.place.word, u.tongue);
            let neighbours = neighbours(u.place.word, u.tongue);
            let apart = is_joined_or_cut(u.place.word, &u.place, u.tongue.lexicon);
            // Every two letters are a word or a sign somewhere; such a word is left to the rule for lost letters.
            let foreign = elsewhere >= FOREIGN;
            if foreign && length > TINY || neighbours.is_empty() || apart || is_compound(u.place.word, u.tongue.lexicon)
            {
                continue;
            }
            let times = known.get_or_insert_with(|| self.times(doc));
            let suspects = weigh(u.place, &neighbours, u.tongue, f32::from(elsewhere) / 100.0, times);
            if !suspects.is_empty() {
                out.push((u.token, if foreign { f32::INFINITY } else { u.tongue.sure }, suspects));
            }
        }
        out
    }

    /// The suspects of a text in the language `lang`, as [`Words::suspects`] gives them.
    pub fn suspects_in(&self, text: String, lang: Lang) -> Vec<(Token, f32, Vec<Suspect>)> {
        let mut doc = Document::from_text(text);
        doc.meta.language = Some(lang);
        self.suspects(&doc)
    }

    /// How often each word in lower case stands in the document.
    fn times<'a>(&self, doc: &'a Document) -> HashMap<&'a str, usize> {
        let mut times = HashMap::new();
        for (block, _) in self.tongues.blocks(doc) {
            for token in tokens(doc.text(), &block.at).iter().filter(|t| t.case == Case::Lower) {
                *times.entry(token.of(doc.text())).or_default() += 1;
            }
        }
        times
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
            let word = token.of(doc.text());
            let accent = only_accent(&suspects, word).map(|meant| (ACCENT, meant.to_string()));
            let short = only_letter(&suspects, word).map(|meant| (ACCENT, meant.to_string()));
            let weighed = suspects.into_iter().map(|s| (s.sureness(), s.neighbour.word));
            let best = weighed.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1)));
            if let Some((sure, word)) = accent.or(best.filter(|b| b.0 >= least)).or(short) {
                let rule = if is_accented(&word, token.of(doc.text())) { self.accent } else { self.edit };
                found.edit(token.at, word, rule, sure);
            }
        }
    }
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
    let sure = best.zipf() >= VERY_COMMON && best.zipf() - rival >= AHEAD && best.slip_seen() < SEEN && best.follows();
    ((SHORTEST..=TINY).contains(&length) && sure).then_some(best.neighbour.word.as_str())
}

/// Whether `word` may be two that were glued together, or one half of a word that was cut: neither is a slip of a letter.
fn is_joined_or_cut(word: &str, place: &Place<'_>, lexicon: &Lexicon) -> bool {
    const WHOLE: usize = 7;
    const REST: usize = 3;
    let glued = word.char_indices().skip(1).any(|(i, _)| {
        let (left, right) = word.split_at(i);
        let parts = (left.chars().count() > 1 || matches!(left, "a" | "à" | "e" | "o" | "y"))
            && right.chars().count() > REST
            || left.chars().count() > REST && (right.chars().count() > 1 || matches!(right, "e" | "o" | "y"));
        parts && lexicon.bigram(left, right) > 0 && lexicon.lists(left) && lexicon.lists(right)
    });
    let whole = |a: &str, b: &str| {
        let both = [a, b].concat();
        !a.is_empty() && !b.is_empty() && both.chars().count() >= WHOLE && lexicon.knows_word(&both)
    };
    glued || whole(place.left, word) || whole(word, place.right)
}

/// The words that `word` may be a slip of, remembered by each thread.
fn neighbours(word: &str, tongue: &Tongue) -> Rc<Vec<Neighbour>> {
    type Memory = HashMap<(Lang, String), Rc<Vec<Neighbour>>>;
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
        let new = !seen.contains(&n.word);
        seen.push(n.word.clone());
        new
    });
    let all = Rc::new(all);
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

fn place<'a>(text: &'a str, tokens: &[Token], i: usize, strangers: usize) -> Place<'a> {
    let before = i.checked_sub(1).map(|j| (&tokens[j], gap(text, tokens[j].at.end, tokens[i].at.start)));
    let after = tokens.get(i + 1).map(|t| (t, gap(text, tokens[i].at.end, t.at.start)));
    let near = |side: Option<(&Token, Gap)>| side.filter(|(_, g)| *g != Gap::Break).map(|(t, _)| t.clone());
    let (before_near, after_near) = (near(before), near(after));
    let of = |t: &Option<Token>| t.as_ref().map_or("", |t| t.of(text));
    let is_name = |t: &Option<Token>| t.as_ref().is_some_and(|t| t.case != Case::Lower);
    Place {
        word: tokens[i].of(text),
        left: of(&before_near),
        right: of(&after_near),
        elided: before.is_some_and(|(_, g)| g == Gap::Apostrophe),
        beside_name: is_name(&after_near) || is_name(&before_near) && i > 1,
        strangers,
    }
}
