//! Letters that a bad conversion has lost, as U+FFFD or `?`: restored where one word of the language fits.
//!
//! A question mark is taken for a lost letter only inside or before a word; at the end of a word, or alone, only in a
//! block that shows elsewhere that it has lost letters.

use std::ops::Range;
use std::sync::Arc;

use crate::document::Document;
use crate::error::Error;
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::typos::tokens::{in_address, in_case};
use crate::stage::typos::tongue::{Tongue, Tongues};
use crate::stage::{Found, Pass};

/// Lost letters of one word at most.
const MOST: usize = 4;
/// Bytes of a word at most.
const LONGEST: usize = 64;
/// How much more frequent than the next the chosen word is, in 100 × Zipf.
const AHEAD: i32 = 40;

/// Restores lost letters.
pub struct LostLetters {
    tongues: Arc<Tongues>,
    rule: RuleId,
}

impl LostLetters {
    /// Registers the rule.
    ///
    /// # Errors
    /// [`Error::Rules`] when its name is taken.
    pub fn new(rules: &mut Rules, tongues: Arc<Tongues>) -> Result<LostLetters, Error> {
        let about = "a letter lost in conversion, where one word fits";
        let rule = rules.add(Rule::new("typos/lost-letter", "lost letter", Class::Meaning, about))?;
        Ok(LostLetters { tongues, rule })
    }
}

impl Pass for LostLetters {
    fn look(&self, doc: &Document, found: &mut Found) {
        let text = doc.text();
        for (block, tongue) in self.tongues.blocks(doc) {
            // U+FFFD begins with 0xEF.
            if memchr::memchr2(b'?', 0xef, doc.block_text(block).as_bytes()).is_none() {
                continue;
            }
            let runs = runs(doc.block_text(block), block.at.start);
            let surely = runs.iter().any(|r| is_sure(text, r));
            // What lost its letters as U+FFFD has kept its question marks.
            let marks_lost = runs.iter().any(|r| is_sure(text, r) && text[r.clone()].contains('?'));
            for run in runs.iter().filter(|r| surely || is_sure(text, r)) {
                let start = &text[block.at.start..run.start];
                let before = start.trim_end().rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
                let word = &text[run.clone()];
                if word.trim_matches('?').is_empty()
                    && !(marks_lost && is_letter(start, &text[run.end..block.at.end], tongue))
                {
                    continue;
                }
                let whole = if word.ends_with('?') && !marks_lost { None } else { restore(word, before, tongue) };
                let (at, with) = match whole {
                    Some(with) => (run.clone(), with),
                    // A true question mark may end a word that has lost others.
                    None if word.ends_with('?') => {
                        let shorter = run.start..run.end - 1;
                        match restore(&text[shorter.clone()], before, tongue) {
                            Some(with) => (shorter, with),
                            None => continue,
                        }
                    }
                    None => continue,
                };
                if !in_address(text, &at) {
                    found.edit(at, with, self.rule, 0.9);
                }
            }
        }
    }
}

/// Whether a question mark alone stands for a letter, in a text whose question marks do: nothing is asked in the sentence
/// so far, and it goes on behind the mark.
fn is_letter(start: &str, behind: &str, tongue: &Tongue) -> bool {
    let next = behind.trim_start_matches(' ');
    if next.len() == behind.len() {
        return false;
    }
    let next = &next[..next.find(|c: char| !c.is_alphabetic()).unwrap_or(next.len())];
    let sentence = start.rsplit(['.', '!', '?', '«', '»']).find(|s| !s.trim().is_empty()).unwrap_or(start);
    let part = |c: char| !c.is_alphabetic() && c != '-';
    let inverted = |w: &str| w.match_indices('-').any(|(i, _)| tongue.asking.contains(&w[i..]));
    let asks = sentence.contains('¿')
        || sentence.split(part).any(|w| tongue.asking.contains(&w.to_lowercase()) || inverted(w));
    // What opens a sentence behind a question has a capital; a name has one anyway.
    let goes_on = !next.starts_with(char::is_uppercase) || !tongue.lexicon.knows(&next.to_lowercase());
    !asks && goes_on && tongue.accented.iter().any(|c| tongue.lexicon.knows_word(&c.to_string()))
}

fn is_lost(c: char) -> bool {
    matches!(c, '\u{fffd}' | '?')
}

/// Runs of letters with lost ones among them, or lost ones alone.
fn runs(block: &str, base: usize) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut done = 0;
    for (i, _) in block.match_indices(is_lost) {
        if i < done {
            continue;
        }
        let part = |c: char| c.is_alphabetic() || is_lost(c);
        let mut start = i;
        for (j, c) in block[done..i].char_indices().rev() {
            if !part(c) {
                break;
            }
            start = done + j;
        }
        let end = i + block[i..].find(|c| !part(c)).unwrap_or(block.len() - i);
        done = end;
        out.push(base + start..base + end);
    }
    out.retain(|r| r.len() <= LONGEST);
    out
}

/// Whether a run shows by itself that a letter was lost.
fn is_sure(text: &str, run: &Range<usize>) -> bool {
    let word = &text[run.clone()];
    word.contains('\u{fffd}')
        || word.trim_end_matches('?').contains('?') && word.trim_end_matches('?').chars().any(char::is_alphabetic)
}

/// The word that `run` was. `before` is the word to its left.
fn restore(run: &str, before: &str, tongue: &Tongue) -> Option<String> {
    let lost = run.chars().filter(|c| is_lost(*c)).count();
    let letters = run.chars().count() - lost;
    if lost == 0 || lost > MOST || (letters == 0 && lost > 1) {
        return None;
    }
    let lower = run.to_lowercase();
    if let Some(word) = best(&lower, before, tongue) {
        return Some(with_case(&word, run));
    }
    // An apostrophe may be among what was lost: `l?île`.
    let (place, mark) = lower.char_indices().find(|(_, c)| is_lost(*c))?;
    let (left, right) = (&lower[..place], &lower[place + mark.len_utf8()..]);
    if !tongue.elided.contains(left) || right.is_empty() {
        return None;
    }
    let rest = if right.contains(is_lost) { best(right, left, tongue)? } else { right.to_string() };
    let known = tongue.lexicon.lists(&rest) && rest.chars().count() > 2;
    let after = &run[place + mark.len_utf8()..];
    known.then(|| format!("{}’{}", &run[..place], with_case(&rest, after)))
}

/// The most frequent word that fits, if it is well ahead.
fn best(pattern: &str, before: &str, tongue: &Tongue) -> Option<String> {
    let mut fits: Vec<(i32, String)> = Vec::new();
    for word in completions(pattern, &tongue.accented) {
        if !tongue.lexicon.lists(&word) {
            continue;
        }
        let pairs = tongue.lexicon.bigram(before, &word).min(50) as f32;
        let weight = tongue.lexicon.frequency(&word).map_or(0, i32::from) + (60.0 * (1.0 + pairs).ln()) as i32;
        fits.push((weight, word));
    }
    fits.sort_by(|a, b| b.cmp(a));
    let (weight, word) = fits.first()?;
    let clear = fits.get(1).is_none_or(|(next, _)| weight - next >= AHEAD);
    (clear && *weight > 0).then(|| word.clone())
}

/// Every way to fill the gaps of `pattern` with letters that have accents. Their number is that of the letters to the
/// power of the gaps, so beyond two gaps only the frequent letters are tried.
fn completions(pattern: &str, accented: &[char]) -> Vec<String> {
    let gaps = pattern.chars().filter(|c| is_lost(*c)).count();
    let letters = &accented[..accented.len().min(if gaps > 2 { 6 } else { usize::MAX })];
    let mut out = vec![String::with_capacity(pattern.len())];
    for c in pattern.chars() {
        if is_lost(c) {
            out = out.iter().flat_map(|start| letters.iter().map(move |l| format!("{start}{l}"))).collect();
        } else {
            out.iter_mut().for_each(|start| start.push(c));
        }
    }
    out
}

/// `word` in the case of `run`, judged by the letters that are left.
fn with_case(word: &str, run: &str) -> String {
    let left: Vec<char> = run.chars().filter(|c| c.is_alphabetic()).collect();
    if left.len() > 1 && left.iter().all(|c| c.is_uppercase()) {
        return word.to_uppercase();
    }
    if run.starts_with(char::is_uppercase) {
        in_case(word, &run[..run.chars().next().map_or(0, char::len_utf8)])
    } else {
        word.to_string()
    }
}
