//! Takes out of a paragraph what is not the article's: a metadata prefix, a first or last sentence that invites, a
//! "Read also" with its headline, in brackets too, a button behind the last sentence. It runs before the lines are judged,
//! so that they are judged by what is left.

use std::ops::Range;
use std::sync::Arc;

use memchr::{memchr2, memchr3};
use regex::Regex;

use super::cues::{Cues, Heard, LONGEST, Part, STRONG};
use super::fold;
use super::senses::OUTLET;
use super::shape::{self, Shape};
use crate::document::{BlockKind, Document, Note};
use crate::error::Error;
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::{Found, Pass};

/// Code points of what must be left of a paragraph.
const REST: usize = 60;
/// Bytes at the end of a paragraph that are searched for a sentence to cut.
const REACH: usize = 700;
/// Words in brackets that may point to another article: one or two put right what somebody said.
const ASIDE: usize = 3;
/// Code points of the longest line without a full stop that may stand behind the last sentence.
const BUTTON: usize = 120;
/// Small letters before a full stop with no space behind it: "U.S." and "v.Chr." are no ends of sentences.
const SMALL: usize = 3;

/// The pass.
pub struct Trim {
    cues: Arc<Cues>,
    prefix: Regex,
    prefix_rule: RuleId,
    glued: RuleId,
    suffix: RuleId,
}

/// What is taken out of a paragraph.
#[derive(Clone, Copy)]
struct Junk {
    kind: BlockKind,
    rule: RuleId,
    weight: f32,
    /// It has no full stop and stands behind the last sentence.
    is_button: bool,
}

impl Trim {
    /// Registers the rules of the pass.
    ///
    /// # Errors
    /// [`Error::Rules`] when an id is taken.
    pub fn new(rules: &mut Rules, cues: Arc<Cues>) -> Result<Trim, Error> {
        let regex = |pattern: &str| Regex::new(pattern).map_err(|e| Error::rules("rules", e.to_string()));
        let mut rule = Rule::new(
            "boilerplate/date-prefix",
            BlockKind::Dateline.name(),
            Class::Meaning,
            "a field `date 2023-05` before the first words is metadata",
        );
        rule.drop.push("date 2021-11-03 Le port de Brest a rouvert.".to_string());
        rule.keep.push("La date 2021-11-03 a été retenue.".to_string());
        Ok(Trim {
            cues,
            prefix: regex(r"^(?:(?i:date|published)\s*:?\s*([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)(?:\s+[-–—|]\s+|\s+|$))+")?,
            prefix_rule: rules.add(rule)?,
            glued: rules.add(Rule::new(
                "boilerplate/glued",
                BlockKind::SelfPromo.name(),
                Class::Meaning,
                "a line that is glued to the end of a paragraph",
            ))?,
            suffix: rules.add(Rule::new(
                "boilerplate/title-suffix",
                BlockKind::Navigation.name(),
                Class::Meaning,
                "the name of the site behind the headline",
            ))?,
        })
    }

    /// Takes out a date field before the first words; returns its length in bytes.
    fn opening(&self, at: &Range<usize>, text: &str, found: &mut Found) -> usize {
        let Some(fields) = self.prefix.captures(text) else { return 0 };
        let end = fields.get(0).map_or(0, |m| m.end());
        if text[end..].trim().is_empty() {
            return 0;
        }
        if let Some(date) = fields.get(1) {
            found.note(Note::Dateline(date.as_str().to_string()));
        }
        found.remove(at.start..at.start + end, BlockKind::Dateline, self.prefix_rule, 0.95);
        end
    }

    fn junk(&self, cue: usize) -> Junk {
        let cue = &self.cues.all[cue];
        Junk { kind: cue.kind, rule: cue.rule, weight: cue.weight, is_button: false }
    }

    /// What a line is, if it is no part of an article wherever it stands.
    fn line(&self, text: &str, cues: Heard) -> Option<Junk> {
        let shape = Shape::new(text, cues);
        let by_cue = shape.hit.filter(|hit| cues.all[hit.cue].weight >= STRONG).map(|hit| self.junk(hit.cue));
        let by_sign = shape.sign.filter(|sign| sign.weight >= STRONG).map(|sign| Junk {
            kind: sign.kind,
            rule: self.glued,
            weight: sign.weight,
            is_button: false,
        });
        by_cue.or(by_sign)
    }

    /// Where the name of the site begins behind a headline, with the sign before it.
    fn suffix(&self, title: &str, doc: &Document) -> Option<usize> {
        let (at, sign) = [" | ", " - ", " – ", " — ", " • ", " · "]
            .into_iter()
            .filter_map(|sign| title.rfind(sign).map(|at| (at, sign)))
            .max_by_key(|(at, _)| *at)?;
        let (start, name) = (title[..at].trim(), title[at + sign.len()..].trim());
        let words = name.split_whitespace().count();
        // A full stop ends a sentence and no headline.
        if start.split_whitespace().count() < 3 || !(1..=5).contains(&words) || start.ends_with('.') {
            return None;
        }
        let same = |a: &str, b: &str| fold::line(a) == fold::line(b);
        let is_site = doc.meta().site.as_deref().is_some_and(|site| same(site, name));
        let stands_alone = || doc.blocks().iter().take(12).any(|b| same(doc.block_text(b), start));
        let is_paper = || {
            let mut tokens = name.split(|c: char| !c.is_alphanumeric());
            tokens.any(|w| self.cues.words.senses.of(&fold::word(w)) & OUTLET != 0)
        };
        let capitals = name.split_whitespace().all(|w| !w.starts_with(char::is_lowercase));
        let named = sign == " | " && capitals && words <= 3 || capitals && is_paper();
        (is_site || named || stands_alone()).then_some(at)
    }

    /// Where the article's words in `text` end, and what says so. `anywhere`: a cue may fire that begins within a sentence.
    fn tail(&self, text: &str, anywhere: bool, cues: Heard) -> Option<(usize, Junk)> {
        let from = boundary(text, text.len().saturating_sub(REACH));
        let mut starts = sentence_starts(&text[from..]).map(|(start, glued)| (start + from, glued)).peekable();
        while let Some((start, glued)) = starts.next() {
            let rest = &text[start..];
            if let Some(junk) = glued.then(|| self.line(rest, cues)).flatten() {
                return Some((start, junk));
            }
            let end = starts.peek().map_or(text.len(), |(next, _)| *next);
            let is_button =
                || end == text.len() && !shape::ends_like_a_sentence(rest) && rest.chars().nth(BUTTON).is_none();
            let button = is_button().then(|| self.line(rest, cues)).flatten();
            if let Some(junk) = button.filter(|junk| !is_signature(junk.kind)) {
                return Some((text[..start].trim_end().len(), Junk { is_button: true, ..junk }));
            }
            if !anywhere && !cues.may_part(rest) {
                continue;
            }
            let sentence = &text[start..end];
            let all = [(Part::Rest, rest.chars().count()), (Part::Sentence, sentence.chars().count())];
            let wanted = if end == text.len() { &all[..] } else { &all[..1] };
            if let Some(cue) = cues.part(&fold::line(sentence), wanted) {
                return Some((text[..start].trim_end().len(), self.junk(cue)));
            }
        }
        None
    }

    /// Where the article's words in `text` begin, and what says so. `anywhere` as before.
    fn head(&self, text: &str, anywhere: bool, cues: Heard) -> Option<(usize, Junk)> {
        // The sentence is not searched for farther than it may reach, and the letter behind its first one.
        let (end, _) = sentence_starts(&text[..boundary(text, LONGEST + 8)]).next()?;
        let sentence = &text[..end];
        if sentence.len() > LONGEST || !anywhere && !cues.may_part(sentence) {
            return None;
        }
        let points = sentence.chars().count();
        let cue = cues.part(&fold::line(sentence), &[(Part::Sentence, points), (Part::Rest, points)])?;
        Some((end, self.junk(cue)))
    }

    /// Pointers to other articles that stand in brackets in the middle of a paragraph, with the space before them.
    fn asides<'a>(&'a self, text: &'a str, cues: Heard<'a>) -> impl Iterator<Item = (Range<usize>, Junk)> + 'a {
        // Where the first word is that stays, as far as is known.
        let mut first = 0;
        brackets(text).filter_map(move |at| {
            let inner = &text[at.start + 1..at.end - 1];
            if inner.len() > LONGEST || inner.split(' ').nth(ASIDE - 1).is_none() {
                return None;
            }
            let cue = cues.pointer(&fold::line(inner), inner.chars().count())?;
            let before = text[..at.start].trim_end().len();
            if before > first {
                return Some((before..at.end, self.junk(cue)));
            }
            let behind = text.len() - text[at.end..].trim_start().len();
            Some((std::mem::replace(&mut first, behind)..behind, self.junk(cue)))
        })
    }
}

impl Pass for Trim {
    fn look(&self, doc: &Document, found: &mut Found) {
        let cues = self.cues.for_document(doc);
        // A date field stands before the first sentence of the article, or nowhere.
        let mut opening = true;
        for block in doc.blocks().iter().filter(|b| b.keep && !b.is_outside()) {
            let text = doc.block_text(block);
            let mut start = 0;
            // A title that the stage itself has found is judged in one go with the rest.
            if block.kind == BlockKind::Title
                && block.rule.is_none()
                && block.confidence >= 0.5
                && let Some(at) = self.suffix(text, doc)
            {
                let end = block.at.end;
                found.remove(block.at.start + at..end, BlockKind::Navigation, self.suffix, 0.9);
                let name = text[at..].trim_start_matches(|c: char| !c.is_alphanumeric()).trim();
                found.note(Note::Site(name.to_string()));
            }
            if opening && block.kind != BlockKind::Title {
                start = self.opening(&block.at, text, found);
                let offer = || Shape::new(&text[start..], cues).weight() >= STRONG;
                opening = !shape::ends_like_a_sentence(text) || offer();
            }
            if text.len() < REST + 12 || matches!(block.kind, BlockKind::Title | BlockKind::Heading) {
                continue;
            }
            let anywhere = may_part_within(text, cues);
            let mut end = text.len();
            let from = start;
            let enough = |at: Range<usize>| text[at].chars().nth(REST).is_some();
            let mut cuts = Vec::new();
            while let Some((cut, junk)) =
                self.tail(&text[start..end], anywhere, cues).filter(|(cut, _)| enough(start..start + cut))
            {
                cuts.push((start + cut..end, junk));
                end = start + cut;
            }
            while let Some((cut, junk)) =
                self.head(&text[start..end], anywhere, cues).filter(|(cut, _)| enough(start + cut..end))
            {
                cuts.push((start..start + cut, junk));
                start += cut;
            }
            if enough(start..end) {
                let asides = self.asides(&text[start..end], cues);
                cuts.extend(asides.map(|(at, junk)| (start + at.start..start + at.end, junk)));
            }
            // A line that is boilerplate as a whole goes as a whole, unless a button behind it says so.
            let is_strong = |text: &str| Shape::new(text, cues).weight() >= STRONG;
            let has_button = || cuts.iter().any(|(_, junk)| junk.is_button && junk.kind != BlockKind::Related);
            if cuts.is_empty() || is_strong(&text[from..]) && (!has_button() || is_strong(&text[start..end])) {
                continue;
            }
            for (at, junk) in cuts {
                found.remove(block.at.start + at.start..block.at.start + at.end, junk.kind, junk.rule, junk.weight);
            }
        }
    }

    fn fires(&self, rule: RuleId, example: &str) -> Option<bool> {
        (rule == self.prefix_rule).then(|| self.prefix.is_match(example))
    }
}

/// Whether a cue that begins within a sentence may fire at the start or the end of a paragraph.
fn may_part_within(text: &str, cues: Heard) -> bool {
    let (head, tail) = (boundary(text, LONGEST), boundary(text, text.len().saturating_sub(REACH)));
    let ends = if head < tail { [&text[..head], &text[tail..]] } else { [text, ""] };
    ends.into_iter().any(|end| cues.may_part_within(&fold::line(end)))
}

/// The first place from byte `at` on, or the end, where a character begins.
fn boundary(text: &str, at: usize) -> usize {
    (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

/// Behind the last sentence of an article stand its agency, its author and its keywords.
fn is_signature(kind: BlockKind) -> bool {
    use BlockKind as K;
    matches!(kind, K::Credit | K::Copyright | K::Caption | K::Byline | K::Dateline | K::Tagline)
}

/// What stands in round or square brackets in `text`, brackets included, with no other brackets inside.
fn brackets(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + memchr2(b'(', b'[', &bytes[at..])?;
            let end = start + 1 + bytes[start + 1..].iter().position(|b| b"()[]".contains(b))?;
            at = end + usize::from(matches!(bytes[end], b')' | b']'));
            if matches!((bytes[start], bytes[end]), (b'(', b')') | (b'[', b']')) {
                return Some(start..at);
            }
        }
    })
}

/// Where sentences begin inside `text`, without its own start, and whether without a space before.
fn sentence_starts(text: &str) -> impl Iterator<Item = (usize, bool)> + '_ {
    let mut at = 0;
    // Each is looked for again only behind the last one.
    let (mut stop, mut dots) = (Some(0), Some(0));
    std::iter::from_fn(move || {
        loop {
            let rest = &text[at..];
            if stop.is_some_and(|stop| stop < at || at == 0) {
                stop = memchr3(b'.', b'!', b'?', rest.as_bytes()).map(|n| at + n);
            }
            if dots.is_some_and(|dots| dots < at || at == 0) {
                dots = rest.find('…').map(|n| at + n);
            }
            at = stop.into_iter().chain(dots).min()?;
            let small = text[..at].chars().rev().take(SMALL).filter(|c| c.is_lowercase()).count() == SMALL;
            let mut spaced = false;
            let mut chars = text[at..].chars();
            let start = loop {
                let here = text.len() - chars.as_str().len();
                let c = chars.next()?;
                if c.is_whitespace() {
                    spaced = true;
                } else if spaced && !matches!(c, '»' | '”' | ')' | '!' | '?') {
                    break Some((here, c, false));
                } else if !spaced && small && c.is_uppercase() && chars.clone().next().is_some_and(char::is_lowercase) {
                    break Some((here, c, true));
                } else if is_stop(c) || is_closing(c) {
                    spaced = false;
                } else {
                    break None;
                }
            };
            at = text.len() - chars.as_str().len();
            if let Some((start, _, glued)) = start.filter(|(_, c, _)| !c.is_lowercase()) {
                return Some((start, glued));
            }
        }
    })
}

/// A sign that may end a sentence.
fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…')
}

/// A sign that may stand between the full stop and the end of a sentence.
fn is_closing(c: char) -> bool {
    matches!(c, '»' | '”' | '"' | ')' | ']' | '’')
}

#[cfg(test)]
mod tests {
    use super::{brackets, sentence_starts};

    fn starts(text: &str) -> Vec<(&str, bool)> {
        sentence_starts(text).map(|(at, glued)| (&text[at..], glued)).collect()
    }

    #[test]
    fn sentences_begin_behind_a_stop() {
        assert_eq!(starts("It rains. Again."), [("Again.", false)]);
        assert_eq!(
            starts("« Il pleut. » Elle rit… Puis rien."),
            [("Elle rit… Puis rien.", false), ("Puis rien.", false)]
        );
        assert_eq!(starts("It rains.Follow us"), [("Follow us", true)]);
        assert_eq!(starts("In the U.S.Army and v.Chr. and 3.5 km. then"), []);
        assert_eq!(starts("Really?! \"Yes.\""), [("\"Yes.\"", false)]);
        assert_eq!(starts("Ends."), []);
    }

    #[test]
    fn brackets_hold_no_others() {
        let text = "a (b) [c (d) e] f) (g] (h";
        let found: Vec<&str> = brackets(text).map(|at| &text[at]).collect();
        assert_eq!(found, ["(b)", "(d)"]);
    }
}
