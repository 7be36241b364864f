//! Fixed wordings from the rule files: words doubled by mistake, hyphens that are missing, ligatures, and what is wrong
//! wherever it stands.

use std::sync::Arc;

use crate::document::Document;
use crate::rules::RuleId;
use crate::stage::typos::tokens::{Gap, gap, in_case, stands_alone};
use crate::stage::typos::tongue::{Tongue, Tongues};
use crate::stage::{Found, Pass};
use crate::words::{Case, Token};

/// Mends fixed wordings.
pub struct Phrases {
    tongues: Arc<Tongues>,
}

impl Phrases {
    /// A pass for these languages.
    pub fn new(tongues: Arc<Tongues>) -> Phrases {
        Phrases { tongues }
    }
}

impl Pass for Phrases {
    fn look(&self, doc: &Document, found: &mut Found) {
        let ligated =
            ["œ", "Œ", "æ", "Æ"].iter().any(|l| memchr::memmem::find(doc.text().as_bytes(), l.as_bytes()).is_some());
        for (_, tokens, tongue) in self.tongues.read(doc) {
            let mut last = None;
            for (i, token) in tokens.iter().enumerate() {
                if last.replace(token.key) == Some(token.key) {
                    doubled(doc.text(), tokens, i, tongue, found);
                }
                if token.case != Case::Other && tongue.openers.may_hold(token) {
                    hyphens(doc.text(), tokens, i, tongue, found);
                    certain(doc.text(), tokens, i, tongue, found);
                }
                // A text that never writes a ligature follows a convention; that is no slip.
                if ligated && !token.facts.is_listed() {
                    ligature(doc.text(), token, tongue, found);
                }
            }
        }
    }

    fn fires(&self, rule: RuleId, example: &str) -> Option<bool> {
        let (lang, _) = self.tongues.iter().find(|(_, t)| t.rules().contains(&rule))?;
        let mut doc = Document::from_text(example.to_string());
        doc.meta.language = Some(lang);
        let mut found = Found::default();
        self.look(&doc, &mut found);
        Some(found.edits().iter().any(|e| e.rule == rule))
    }
}

fn spaced(text: &str, left: &Token, right: &Token) -> bool {
    gap(text, left.at.end, right.at.start) == Gap::Space
}

fn doubled(text: &str, tokens: &[Token], i: usize, tongue: &Tongue, found: &mut Found) {
    let Some(left) = i.checked_sub(1).map(|j| &tokens[j]) else { return };
    let word = tokens[i].of(text);
    if tokens[i].case != Case::Lower || !spaced(text, left, &tokens[i]) || left.at.len() != tokens[i].at.len() {
        return;
    }
    if left.case == Case::Other || left.of(text).to_lowercase() != word {
        return;
    }
    let listed = tongue.doubled.contains(word);
    if !(listed || left.case == Case::Lower && may_not_stand_twice(word, tongue)) {
        return;
    }
    // Three in a row are a song.
    let beside =
        |j: Option<usize>| j.and_then(|j| tokens.get(j)).is_some_and(|t| t.of(text).eq_ignore_ascii_case(word));
    if beside(i.checked_sub(2)) || beside(Some(i + 1)) || !stands_alone(text, &(left.at.start..tokens[i].at.end)) {
        return;
    }
    found.edit(left.at.end..tokens[i].at.end, "", tongue.doubled_rule, if listed { 0.95 } else { 0.85 });
}

/// Whether a word of the language is none that people say twice.
fn may_not_stand_twice(word: &str, tongue: &Tongue) -> bool {
    const SHORTEST: usize = 2;
    !tongue.twice.is_empty()
        && !tongue.twice.contains(word)
        && word.chars().nth(SHORTEST - 1).is_some()
        && tongue.lexicon.knows_word(word)
}

/// Words that are wrong wherever they stand.
fn certain(text: &str, tokens: &[Token], i: usize, tongue: &Tongue, found: &mut Found) {
    let token = &tokens[i];
    let first = token.of(text);
    let key = if token.case == Case::Lower { None } else { Some(first.to_lowercase()) };
    for (wrong, right) in tongue.certain.get(key.as_deref().unwrap_or(first)).into_iter().flatten() {
        let Some(end) = end_of(text, tokens, i, wrong) else { continue };
        let at = token.at.start..end;
        if stands_alone(text, &at) {
            found.edit(at, in_case(right, &first.chars().take(1).collect::<String>()), tongue.certain_rule, 0.97);
            return;
        }
    }
}

/// Where the phrase that begins with token `i` ends, if it is `phrase`.
fn end_of(text: &str, tokens: &[Token], i: usize, phrase: &str) -> Option<usize> {
    let mut words = phrase.split(' ');
    words.next();
    let mut last = i;
    for word in words {
        let next = tokens.get(last + 1)?;
        if !spaced(text, &tokens[last], next) || next.of(text) != word {
            return None;
        }
        last += 1;
    }
    Some(tokens[last].at.end)
}

fn hyphens(text: &str, tokens: &[Token], i: usize, tongue: &Tongue, found: &mut Found) {
    let first = tokens[i].of(text);
    if first.len() > 12 {
        return;
    }
    let key = if tokens[i].case == Case::Lower { None } else { Some(first.to_lowercase()) };
    for phrase in tongue.hyphens.get(key.as_deref().unwrap_or(first)).into_iter().flatten() {
        let Some(rest) = tokens.get(i + 1..i + phrase.len()) else { continue };
        let same = rest.iter().zip(&phrase[1..]).all(|(t, w)| t.of(text) == w);
        let run = &tokens[i..i + phrase.len()];
        // A phrase that is half hyphenated already is mended as well, one that is whole is not.
        let joins = |w: &[Token]| matches!(text.get(w[0].at.end..w[1].at.start), Some(" " | "\u{a0}" | "-"));
        let whole = run.windows(2).all(|w| text.get(w[0].at.end..w[1].at.start) == Some("-"));
        let last = run.last().map_or(tokens[i].at.end, |t| t.at.end);
        if same && !whole && run.windows(2).all(joins) && stands_alone(text, &(tokens[i].at.start..last)) {
            let with = in_case(&phrase.join("-"), &first.chars().take(1).collect::<String>());
            found.edit(tokens[i].at.start..last, with, tongue.hyphen_rule, 0.95);
        }
    }
}

fn ligature(text: &str, token: &Token, tongue: &Tongue, found: &mut Found) {
    let word = token.of(text);
    if tongue.ligatures.is_empty() || word.len() < 4 || !has_pair(word.as_bytes()) {
        return;
    }
    let lower = word.to_lowercase();
    for (two, one) in &tongue.ligatures {
        let Some(place) = lower.find(two.as_str()) else { continue };
        let with = [&lower[..place], one, &lower[place + two.len()..]].concat();
        if !tongue.lexicon.lists(&lower) && tongue.lexicon.knows(&with) {
            found.edit(token.at.clone(), in_case(&with, word), tongue.ligature_rule, 0.97);
            return;
        }
    }
}

/// A vowel before an `e`: a cheap look before the costly one.
fn has_pair(word: &[u8]) -> bool {
    word.windows(2).any(|w| matches!(w[0] | 0x20, b'o' | b'a') && w[1] | 0x20 == b'e')
}
