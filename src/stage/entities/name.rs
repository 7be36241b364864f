//! The finder of names by their capitals and the words around them.

use std::ops::Range;

use super::candidate::{Candidate, Finder, Scene, Weight};
use super::cues::Cue;
use super::token::{Case, Gap, Token};
use crate::document::EntityKind;
use crate::rules::RuleId;

/// Most words of a person's name.
const LONGEST: usize = 6;

/// How many words before a name a role may stand: "l'ambassadeur du pays auprès de l'Union, Name".
const ROLE_REACH: usize = 14;

/// Finds runs of capitalised words whose kind the context tells.
pub struct Names {
    /// For people by their given name.
    pub given: RuleId,
    /// For people by what follows their name.
    pub apposition: RuleId,
    /// For people by a given name alone.
    pub first_name: RuleId,
    /// For people by initials.
    pub initials: RuleId,
    /// For names whose kind the document must tell.
    pub open: RuleId,
    /// For abbreviations with an article.
    pub letters: RuleId,
}

impl Finder for Names {
    fn find(&self, scene: &Scene, out: &mut Vec<Candidate>) {
        let mut i = 0;
        while i < scene.tokens.all.len() {
            let token = scene.tokens.all[i];
            if !token.capital() || token.is(Cue::Never) {
                i += 1;
                continue;
            }
            let end = sequence(scene, i);
            if let Some((words, titled)) = bare(scene, i..end) {
                let open = (EntityKind::Other, Weight::Open, self.open);
                let (kind, weight, rule) = self.kind(scene, &words, titled).unwrap_or(open);
                if weight > Weight::Open || self.is_open(scene, &words) {
                    let entries = Vec::new();
                    out.push(Candidate { words, dot: false, kind, weight, rule, entries, short_for: None });
                }
            }
            i = end;
        }
    }
}

/// The end of the capitalised words from `start` on, with particles and hyphens between them.
fn sequence(scene: &Scene, start: usize) -> usize {
    let all = &scene.tokens.all;
    let mut end = start + 1;
    while let Some(token) = all.get(end) {
        let before = all[end - 1];
        let joined = match token.gap {
            Gap::Space => true,
            Gap::Hyphen => token.case != Case::Number,
            Gap::Dot => before.case == Case::Initial || before.is(Cue::Title),
            Gap::Apostrophe => before.case == Case::Initial,
            _ => false,
        };
        if !joined || token.is(Cue::Never) {
            break;
        }
        if token.capital() || token.gap == Gap::Hyphen {
            end += 1;
            continue;
        }
        match particles(scene, start, end) {
            Some(next) => end = next,
            None => break,
        }
    }
    end
}

/// The number of the word after the particles at `at` and the capital that follows them.
fn particles(scene: &Scene, start: usize, at: usize) -> Option<usize> {
    let all = &scene.tokens.all;
    let mut next = at;
    let mut weak = false;
    while next < at + 3 && all.get(next).is_some_and(|t| t.case == Case::Lower) {
        let token = &all[next];
        if token.is(Cue::WeakParticle) {
            weak = true;
        } else if !token.is(Cue::Particle) {
            return None;
        }
        if next > at && !matches!(token.gap, Gap::Space | Gap::Hyphen) {
            return None;
        }
        next += 1;
    }
    let name = all.get(next).filter(|t| t.capital() && !t.is(Cue::Never))?;
    if !matches!(name.gap, Gap::Space | Gap::Hyphen | Gap::Apostrophe) {
        return None;
    }
    let after_given = (start..at).all(|i| scene.gazetteer.given(&all[i]).is_some());
    let place = || scene.gazetteer.at(&scene.tokens, next, scene.language).is_some();
    (!weak || (after_given && !place())).then_some(next + 1)
}

/// The name itself in a run of capitals: without titles before it and without a word that only begins a sentence. The flag
/// says that a title or role stood there.
fn bare(scene: &Scene, words: Range<usize>) -> Option<(Range<usize>, Option<Cue>)> {
    let all = &scene.tokens.all;
    let Range { mut start, end } = words.clone();
    let start_of_run = start;
    let mut titled = None;
    for i in words {
        let after_given = i > start && scene.gazetteer.given(&all[i - 1]).is_some();
        let kinds = [Cue::Title, Cue::Role, Cue::Medium, Cue::Place];
        // Where all nouns have a capital, what a name is stands in the same run: "der Konzern Brumwick".
        let cue = kinds[..if scene.cues.capital_nouns { 4 } else { 2 }].iter().copied().find(|c| all[i].is(*c));
        // "Notarzt-Einsatz" is no office.
        let apart = all.get(i + 1).is_some_and(|t| t.gap != Gap::Hyphen);
        if let Some(cue) = cue.filter(|_| !after_given && apart && i + 1 < end) {
            titled = Some(cue);
            start = i + 1;
        }
    }
    // "Bürgermeister von Brinkhausen": of a place, while "Frau von Arnim" has it in her name.
    if start < end && titled == Some(Cue::Role) && scene.cues.capital_nouns && all[start].case == Case::Lower {
        start += 1;
        titled = all[start..end].iter().all(|t| t.is(Cue::Settlement)).then_some(Cue::Place);
        titled?;
    }
    let opens = |i: usize| all[i].initial || matches!(all[i].gap, Gap::Other | Gap::Open);
    while start < end
        && titled.is_none()
        && all[start].is(Cue::Function)
        && (opens(start) || start > start_of_run && opens(start_of_run))
    {
        start += 1;
    }
    // "la Défense Jean Martin": the office ends where the given name begins.
    while start + 2 < end && all[start].is(Cue::Domain) && scene.gazetteer.given(&all[start + 1]).is_some() {
        start += 1;
        titled = titled.or_else(|| role_before(scene, start).map(|_| Cue::Role));
    }
    (start < end && end - start <= LONGEST).then_some((start..end, titled))
}

/// A role in the sentence before word `i`.
fn role_before(scene: &Scene, i: usize) -> Option<usize> {
    let all = &scene.tokens.all;
    let mut j = i;
    while j > 0 && i - j < ROLE_REACH && all[j].gap != Gap::Stop {
        j -= 1;
        if all[j].is(Cue::Role) {
            return Some(j);
        }
    }
    None
}

/// Whether what stands from word `i` on follows people's names: ", maire de", ", 52 ans", "(52)".
fn followed_as_person(scene: &Scene, i: usize) -> bool {
    let all = &scene.tokens.all;
    let Some(next) = all.get(i) else { return false };
    let age = |t: &Token| t.case == Case::Number && t.end - t.start == 2;
    match next.gap {
        Gap::Open => age(next) && scene.tokens.text[next.end..].starts_with(')'),
        Gap::Comma if age(next) => true,
        Gap::Comma => {
            let lower = |t: &Token| t.case == Case::Lower || scene.cues.capital_nouns;
            all[i..]
                .iter()
                .take(3)
                .enumerate()
                .take_while(|(n, t)| *n == 0 || matches!(t.gap, Gap::Space | Gap::Apostrophe))
                .any(|(_, t)| t.is(Cue::Role) && lower(t))
        }
        _ => false,
    }
}

impl Names {
    fn kind(&self, scene: &Scene, words: &Range<usize>, titled: Option<Cue>) -> Option<(EntityKind, Weight, RuleId)> {
        let all = &scene.tokens.all;
        let first = all[words.start];
        let count = 1 + (words.start + 1..words.end).filter(|i| all[*i].gap != Gap::Hyphen).count();
        let rule = |cue: Cue| scene.cues.rule(cue);
        let organised =
            words.clone().any(|i| all[i].is(Cue::Suffix) || all[i].is(Cue::Head) || all[i].is(Cue::CapitalHead));
        let before = words.start.checked_sub(1).map(|i| all[i]);
        let next_to = matches!(first.gap, Gap::Space | Gap::Dot | Gap::Apostrophe | Gap::Hyphen);
        let person = |weight, rule: Option<RuleId>| Some((EntityKind::Person, weight, rule?));
        if organised && titled.is_none() {
            return None;
        }
        match titled {
            Some(Cue::Medium) => return Some((EntityKind::Organisation, Weight::Cue, rule(Cue::Medium)?)),
            Some(Cue::Place) => return Some((EntityKind::Place, Weight::Cue, rule(Cue::Place)?)),
            Some(cue) => return person(Weight::Certain, rule(cue)),
            None => {}
        }
        if let Some(before) = before.filter(|_| next_to) {
            if before.is(Cue::Title) {
                return person(Weight::Certain, rule(Cue::Title));
            }
            if before.is(Cue::Role) {
                return person(Weight::Cue, rule(Cue::Role));
            }
            // "explique Irénée Malbosc"
            if before.is(Cue::Speech)
                && count >= 2
                && first.gap == Gap::Space
                && !words.clone().any(|i| all[i].is(Cue::PlacePart) || all[i].is(Cue::Event))
            {
                return person(Weight::Cue, rule(Cue::Speech));
            }
            // "le ministre danois": what is no name by itself may stand between.
            let between = before.cues == 0 || before.is(Cue::Adjective) || before.is(Cue::Never);
            let adjective = before.case == Case::Lower
                && between
                && before.gap == Gap::Space
                && words.start >= 2
                && all[words.start - 2].is(Cue::Role);
            let listed = || scene.gazetteer.at(&scene.tokens, words.start, scene.language).is_some();
            if adjective && (count >= 2 || !listed()) {
                return person(Weight::Cue, rule(Cue::Role));
            }
        }
        let upper = words.clone().all(|i| all[i].case == Case::Upper);
        let given = scene.gazetteer.given(&first).filter(|_| !upper || !first.initial);
        if count >= 2 && (given == Some(false) || (given == Some(true) && !first.initial)) {
            return person(Weight::Cue, Some(self.given));
        }
        if count >= 2 && first.case == Case::Initial && all[words.start + 1].gap == Gap::Dot {
            return person(Weight::Cue, Some(self.initials));
        }
        if count >= 2 && !upper && followed_as_person(scene, words.end) {
            return person(Weight::Cue, Some(self.apposition));
        }
        if let Some(found) = self.by_neighbours(scene, words, count) {
            return Some(found);
        }
        let lone = words.len() == 1 && first.case == Case::Capital && !first.initial && !first.is(Cue::Function);
        if lone && given == Some(false) && matches!(first.gap, Gap::Space | Gap::Comma) {
            return person(Weight::Guess, Some(self.first_name));
        }
        let abbreviation = count == 1 && first.case == Case::Upper && !first.initial && first.end - first.start <= 6;
        let article = before.is_some_and(|b| b.is(Cue::Link) && next_to);
        if abbreviation && article && words.len() == 1 && scene.tokens.letters(words.start) >= 3 {
            return Some((EntityKind::Organisation, Weight::Guess, self.letters));
        }
        None
    }

    /// Whether this is a name beyond doubt, though of an unknown kind.
    fn is_open(&self, scene: &Scene, words: &Range<usize>) -> bool {
        let all = &scene.tokens.all;
        let organised = |i: usize| [Cue::Suffix, Cue::Head, Cue::CapitalHead, Cue::Event].iter().any(|c| all[i].is(*c));
        let noun = scene.cues.capital_nouns && !words.clone().all(|i| all[i].is(Cue::Settlement));
        !all[words.start].initial && words.len() <= 3 && !noun && !words.clone().any(organised)
    }

    /// By the words before and after.
    fn by_neighbours(&self, scene: &Scene, words: &Range<usize>, count: usize) -> Option<(EntityKind, Weight, RuleId)> {
        let all = &scene.tokens.all;
        let first = all[words.start];
        let rule = |cue: Cue| scene.cues.rule(cue);
        let mut back = words.start;
        while back > 0
            && words.start - back < 3
            && matches!(all[back].gap, Gap::Space | Gap::Apostrophe)
            && all[back - 1].case == Case::Lower
            && all[back - 1].is(Cue::Link)
        {
            back -= 1;
        }
        let before = back.checked_sub(1).filter(|_| matches!(all[back].gap, Gap::Space | Gap::Quote)).map(|i| all[i]);
        if let Some(before) = before {
            let medium = before.is(Cue::Medium) && back == words.start;
            // "le groupe minier Brumelin"
            let further = before.case == Case::Lower && (before.cues == 0 || before.is(Cue::Adjective));
            let medium = medium || (further && back == words.start && back >= 2 && all[back - 2].is(Cue::Medium));
            if medium {
                return Some((EntityKind::Organisation, Weight::Cue, rule(Cue::Medium)?));
            }
            if before.is(Cue::Place) && (back == words.start || !scene.cues.capital_nouns) {
                return Some((EntityKind::Place, Weight::Cue, rule(Cue::Place)?));
            }
        }
        let upper = words.clone().all(|i| all[i].case == Case::Upper);
        // Where every noun has a capital, "Neuendorfer Straße" is a place and "Humor Platz" is none.
        let parts = words.clone().any(|i| {
            let named = || i > words.start && scene.tokens.word(i - 1).ends_with("er");
            all[i].is(Cue::PlacePart) && (!scene.cues.capital_nouns || i == words.start || named())
        });
        if words.len() >= 2 && !upper && (first.is(Cue::PlacePart) || count >= 2) && parts {
            return Some((EntityKind::Place, Weight::Cue, rule(Cue::PlacePart)?));
        }
        let spoken = |i: usize| all.get(i).is_some_and(|t| t.gap == Gap::Space && t.is(Cue::Speech));
        let auxiliary = all.get(words.end).is_some_and(|t| t.gap == Gap::Space && t.is(Cue::Auxiliary));
        if count >= 2 && (spoken(words.end) || (auxiliary && spoken(words.end + 1))) {
            return Some((EntityKind::Person, Weight::Cue, rule(Cue::Speech)?));
        }
        if count >= 2 && first.gap == Gap::Comma && role_before(scene, words.start).is_some() {
            return Some((EntityKind::Person, Weight::Guess, rule(Cue::Role)?));
        }
        let noun = scene.cues.capital_nouns && !all[words.end - 1].is(Cue::Settlement);
        if first.initial || first.case != Case::Capital || count > 3 || noun {
            return None;
        }
        let at = words.start.checked_sub(1).is_some_and(|i| all[i].is(Cue::At) && first.gap == Gap::Space);
        let at_article = back + 1 == words.start && before.is_some_and(|b| b.is(Cue::AtArticle));
        let cue = if at { Some(Cue::At) } else { at_article.then_some(Cue::AtArticle) };
        Some((EntityKind::Place, Weight::Guess, rule(cue?)?))
    }
}
