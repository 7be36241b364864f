//! The finder of organisations that say what they are: "ministère de …", "University of …", "… Ltd", "Long Name (LN)".

use std::ops::Range;

use super::candidate::{Candidate, Finder, Scene, Weight};
use super::cues::Cue;
use super::token::{Case, Gap, Token};
use crate::document::EntityKind;
use crate::rules::RuleId;

/// Most words of a name; a longer one is a sentence.
const LONGEST: usize = 14;

/// Finds organisations by their heads and suffixes.
pub struct Heads;

impl Finder for Heads {
    fn find(&self, scene: &Scene, out: &mut Vec<Candidate>) {
        let mut i = 0;
        while i < scene.tokens.all.len() {
            let token = scene.tokens.all[i];
            let compound = scene.tokens.all.get(i + 1).is_some_and(|t| t.gap == Gap::Hyphen);
            let found = if compound {
                None
            } else if token.is(Cue::Head) || (token.is(Cue::CapitalHead) && token.capital()) {
                headed(scene, i)
            } else if token.is(Cue::Suffix) && token.capital() {
                let start = capitals_before(scene, i);
                (start < i).then_some((start..i + 1, Cue::Suffix))
            } else {
                None
            };
            i += 1;
            if let Some((words, cue)) = found {
                i = i.max(words.end);
                if let Some(rule) = scene.cues.rule(cue) {
                    out.push(organisation(words, Weight::Cue, rule, None));
                }
            }
        }
    }
}

/// Finds an abbreviation in brackets whose letters are those of the name before it.
pub struct Abbreviations {
    /// Its rule.
    pub rule: RuleId,
}

impl Finder for Abbreviations {
    fn find(&self, scene: &Scene, out: &mut Vec<Candidate>) {
        let all = &scene.tokens.all;
        for (i, token) in all.iter().enumerate() {
            let bracketed = token.case == Case::Upper
                && token.gap == Gap::Open
                && (2..=8).contains(&(token.end - token.start))
                && scene.tokens.text[token.end..].starts_with([')', ']', ',']);
            if !bracketed {
                continue;
            }
            if let Some(start) = spelt_out(scene, i) {
                out.push(organisation(start..i, Weight::Certain, self.rule, None));
                out.push(organisation(i..i + 1, Weight::Certain, self.rule, Some(start..i)));
            }
        }
    }
}

fn organisation(words: Range<usize>, weight: Weight, rule: RuleId, short_for: Option<Range<usize>>) -> Candidate {
    Candidate { words, dot: false, kind: EntityKind::Organisation, weight, rule, entries: Vec::new(), short_for }
}

/// Where the name begins that the abbreviation `at` stands for: word by word backwards, each content word gives a letter.
fn spelt_out(scene: &Scene, at: usize) -> Option<usize> {
    let tokens = &scene.tokens;
    let letters: Vec<char> = tokens.word(at).chars().collect();
    let mut left = letters.len();
    let mut i = at;
    while left > 0 && i > 0 && at - i < LONGEST {
        i -= 1;
        let token = tokens.all[i];
        let first = tokens.word(i).chars().next().map(plain_capital);
        if first == Some(letters[left - 1]) && !(token.is(Cue::Link) && token.case == Case::Lower) {
            left -= 1;
        } else if !token.is(Cue::Link) {
            return None;
        }
        if left > 0 && !matches!(token.gap, Gap::Space | Gap::Hyphen | Gap::Apostrophe) {
            return None;
        }
    }
    let head = tokens.all[i];
    (left == 0 && (head.capital() || head.is(Cue::Head))).then_some(i)
}

fn plain_capital(c: char) -> char {
    match c {
        'é' | 'É' | 'è' | 'È' | 'ê' | 'Ê' => 'E',
        'à' | 'À' | 'â' | 'Â' => 'A',
        'î' | 'Î' => 'I',
        'ô' | 'Ô' => 'O',
        _ => c.to_uppercase().next().unwrap_or(c),
    }
}

/// The organisation whose head is word `i`.
fn headed(scene: &Scene, i: usize) -> Option<(Range<usize>, Cue)> {
    let all = &scene.tokens.all;
    let head = all[i];
    let cue = if head.is(Cue::Head) { Cue::Head } else { Cue::CapitalHead };
    let start = if head.capital() { capitals_before(scene, i) } else { i };
    let mut named = start < i;
    let mut end = i + 1;
    end = run(scene, end, &mut named);
    let with_adjective = end > i + 1;
    for _ in 0..4 {
        let Some(next) = linked(scene, end) else { break };
        if next - start > LONGEST {
            break;
        }
        end = next;
        named = true;
    }
    let enough = named || (head.capital() && with_adjective);
    (enough && end - start > 1).then_some((start..end, cue))
}

/// The end of the capitals and adjectives from word `i` on.
fn run(scene: &Scene, mut i: usize, named: &mut bool) -> usize {
    while let Some(token) = scene.tokens.all.get(i) {
        let joined = matches!(token.gap, Gap::Space | Gap::Hyphen);
        let part = name_part(token) && !token.initial;
        if !joined || !(part || (token.case == Case::Lower && token.is(Cue::Adjective))) {
            break;
        }
        *named |= part;
        i += 1;
    }
    i
}

fn name_part(token: &Token) -> bool {
    token.capital() && !token.is(Cue::Title) && !token.is(Cue::Role)
}

/// The end of "de la Défense", "of Oxford" from word `i` on.
fn linked(scene: &Scene, i: usize) -> Option<usize> {
    let all = &scene.tokens.all;
    let mut j = i;
    while j < i + 3 && all.get(j).is_some_and(|t| t.case == Case::Lower && t.is(Cue::Link)) {
        let gap = all[j].gap;
        if !(gap == Gap::Space || (gap == Gap::Apostrophe && j > i)) {
            return None;
        }
        j += 1;
    }
    let token = all.get(j)?;
    // "the European Union and the World Bank" are two.
    if all[i].is(Cue::And) && j > i && (j > i + 1 || scene.gazetteer.at(&scene.tokens, j, scene.language).is_some()) {
        return None;
    }
    // "министерство обороны": where the case says it, no word does.
    let bare = j == i && token.case == Case::Lower && token.is(Cue::Domain) && token.gap == Gap::Space;
    if (j == i && !bare) || !matches!(token.gap, Gap::Space | Gap::Apostrophe) {
        return None;
    }
    let person = scene.gazetteer.given(token) == Some(false)
        && all.get(j + 1).is_some_and(|t| t.gap == Gap::Space && t.capital());
    let fits = (name_part(token) && !token.is(Cue::Never) && !person) || token.is(Cue::Domain);
    // A listed name may go on in small letters: "Communauté des États indépendants".
    let listed = || scene.gazetteer.at(&scene.tokens, j, scene.language).map_or(j + 1, |hit| hit.end);
    fits.then(|| run(scene, if token.capital() { listed() } else { j + 1 }, &mut false))
}

/// Where the capitals begin that lead up to word `i`.
fn capitals_before(scene: &Scene, i: usize) -> usize {
    let all = &scene.tokens.all;
    let mut start = i;
    while start > 0 && i - start < 6 && matches!(all[start].gap, Gap::Space | Gap::Hyphen) {
        let before = &all[start - 1];
        if !name_part(before) || before.is(Cue::Function) || (before.initial && before.is(Cue::Link)) {
            break;
        }
        start -= 1;
    }
    start
}
