//! Finds what the text says about time and resolves it, in reading order.

use std::ops::Range;

use jiff::civil::Date;

use crate::document::{Block, DateKind, DateMention, Document, Note, Published};
use crate::language::Lang;
use crate::partial_date::PartialDate;
use crate::rules::RuleId;
use crate::stage::Found;
use crate::stage::dates::grammar::{Action, Grammar, Match, ends_with_word, tail};
use crate::stage::dates::lexicon::{Reading, plain};
use crate::stage::dates::resolve::{Point, Scene, Tense, Value, resolve};
use crate::stage::dates::said::{Calendar, Reported, Said, read};

/// The language-free grammar, then one for each language.
pub struct Grammars(pub Vec<Grammar>);

/// A match that makes sense.
pub struct Sighting<'a> {
    /// Bytes of the text.
    pub at: Range<usize>,
    /// The block it stands in.
    pub block: &'a Block,
    /// The grammar that found it.
    pub grammar: &'a Grammar,
    /// The rule, as an index into the grammar's patterns.
    pub pattern: usize,
    /// What it says.
    pub reported: Reported,
    /// Which side of publication its sentence points to.
    pub tense: Tense,
}

/// Proposes a mention for everything that was seen in `doc`.
pub fn look(doc: &Document, sightings: &[Sighting], known: &Known, found: &mut Found) {
    for (mention, _) in resolved(doc.text(), sightings, known) {
        found.note(Note::Date(mention));
    }
}

/// How far a time of day may stand from its day, and a date from one that says it again, in bytes.
const NEAR: usize = 80;

/// Whether `rule` fires on `example`, which may end in ` => value`.
pub fn fires(grammars: &Grammars, rule: RuleId, example: &str) -> Option<bool> {
    let (text, want) = example.split_once(" => ").map_or((example, None), |(text, value)| (text, Some(value)));
    let mut known = false;
    for grammar in &grammars.0 {
        let Some(index) = grammar.patterns.iter().position(|p| p.id == rule) else { continue };
        known = true;
        if grammar.patterns[index].action == Action::None {
            let fires = grammar.matches(text, 0..text.len()).iter().any(|m| m.pattern == index);
            return Some(fires);
        }
        let doc = Document::from_text(text.to_string());
        let sightings: Vec<_> = doc.blocks().iter().flat_map(|b| sight_block(text, b, grammar)).collect();
        let anchor = grammar.reference.as_deref().and_then(PartialDate::parse);
        let fires = resolved(text, &sightings, &Known::at(anchor))
            .iter()
            .any(|(mention, pattern)| *pattern == index && want.is_none_or(|w| mention.value.as_deref() == Some(w)));
        if fires {
            return Some(true);
        }
    }
    known.then_some(false)
}

/// Everything that makes sense in the blocks of `doc`, in order.
pub fn sight<'a>(grammars: &'a Grammars, doc: &'a Document) -> Vec<Sighting<'a>> {
    let (main, _) = doc.language();
    let mut sightings = Vec::new();
    for block in doc.blocks() {
        let language = block.language.map_or(main, |(lang, _)| lang);
        sightings.extend(grammars.sight_in(doc.text(), block, language));
    }
    sightings
}

impl Grammars {
    fn sight_in<'a>(&'a self, text: &str, block: &'a Block, language: Lang) -> Vec<Sighting<'a>> {
        if let Some(grammar) = self.0.iter().find(|g| g.language == Some(language)) {
            return sight_block(text, block, grammar);
        }
        if language != Lang::UND {
            return self.0.first().map(|g| sight_block(text, block, g)).unwrap_or_default();
        }
        // Nobody knows the language: the one whose words cover most of the block reads it.
        let all = self.0.iter().map(|g| sight_block(text, block, g));
        let covered = |s: &Vec<Sighting>| s.iter().map(|s| s.at.len()).sum::<usize>();
        all.reduce(|best, next| if covered(&next) > covered(&best) { next } else { best }).unwrap_or_default()
    }
}

fn sight_block<'a>(text: &str, block: &'a Block, grammar: &'a Grammar) -> Vec<Sighting<'a>> {
    let make = |Match { at, pattern }| {
        let words = Reading(grammar.lexicon.read(&text[at.clone()]));
        let reported = read(&grammar.patterns[pattern], &words, grammar.order)?;
        let sided = reported.said.is_sided();
        let tense = match &reported.said {
            // What lasts until Friday lasts until the next one; until a day of a month, until the nearest.
            said if sided && is_limit(text, block, &at, grammar) => {
                let weekday = matches!(said, Said::Calendar(c) if c.month.is_none());
                let around = || grammar.tenses().around(text, &block.at, &at);
                if weekday || around() == Tense::Future { Tense::Future } else { Tense::Open }
            }
            _ if sided => grammar.tenses().around(text, &block.at, &at),
            _ => Tense::Open,
        };
        Some(Sighting { at, block, grammar, pattern, reported, tense })
    };
    let seen = grammar.matches(text, block.at.clone()).into_iter().filter_map(make);
    let mut sightings: Vec<Sighting> = seen.flat_map(|s| each_day(text, s)).collect();
    share_years(text, &mut sightings);
    sightings
}

/// "Del 7 al 11 de mayo": two dates where the rule says so, the second of which begins at its number.
fn each_day<'a>(text: &str, sighting: Sighting<'a>) -> Vec<Sighting<'a>> {
    let Said::Calendar(date) = &sighting.reported.said else { return vec![sighting] };
    let (&[first, second], true) = (date.days.as_slice(), sighting.grammar.patterns[sighting.pattern].each) else {
        return vec![sighting];
    };
    let own = &text[sighting.at.clone()];
    let is_digit = |c: char| c.is_ascii_digit();
    let behind = |from: usize, found: Option<usize>| found.map_or(own.len(), |n| from + n);
    let from = own.find(is_digit).unwrap_or_default();
    let end = behind(from, own[from..].find(|c| !is_digit(c)));
    let start = behind(end, own[end..].find(is_digit));
    let part = |at: Range<usize>, day: i8| Sighting {
        at,
        reported: Reported {
            said: Said::Calendar(Calendar { days: vec![day], ..date.clone() }),
            ..sighting.reported.clone()
        },
        ..sighting
    };
    vec![
        part(sighting.at.start..sighting.at.start + end, first),
        part(sighting.at.start + start..sighting.at.end, second),
    ]
}

/// Whether the words before the date, or its own first ones, say that something lasts up to it.
fn is_limit(text: &str, block: &Block, at: &Range<usize>, grammar: &Grammar) -> bool {
    let before = plain(tail(&text[block.at.start..at.start]));
    grammar.cues.until.iter().any(|w| ends_with_word(&before, w))
}

/// "From 28 June to 3 July 2023": the year behind the second day is that of the first, too.
fn share_years(text: &str, sightings: &mut [Sighting]) {
    for i in (1..sightings.len()).rev() {
        let (first, second) = sightings.split_at_mut(i);
        let (Some(first), second) = (first.last_mut(), &second[0]) else { continue };
        if !are_ends(text, first, second) {
            continue;
        }
        let (Said::Calendar(from), Said::Calendar(to)) = (&mut first.reported.said, &second.reported.said) else {
            continue;
        };
        if let (None, Some(month), Some(year), Some(end)) = (from.year, from.month, to.year, to.month) {
            from.year = if month > end { year.checked_sub(1) } else { Some(year) };
        } else if from.relation.is_none() && from.month.is_some() {
            from.relation = to.relation;
        }
    }
}

/// Whether nothing but a word such as "to" stands between the two.
fn are_ends(text: &str, first: &Sighting, second: &Sighting) -> bool {
    second.at.start - first.at.end < 24 && {
        let gap = plain(&text[first.at.end..second.at.start]);
        first.grammar.cues.range.iter().any(|w| w == gap.trim())
    }
}

/// The mentions that `sightings` make, each with the rule that found it.
pub fn resolved(text: &str, sightings: &[Sighting], known: &Known) -> Vec<(DateMention, usize)> {
    let anchor = known.anchor;
    let mut history: Vec<Point> = Vec::new();
    let mut mentions: Vec<(DateMention, usize)> = Vec::new();
    let mut last: Option<(&Sighting, Value)> = None;
    for sighting in sightings {
        let near = last.as_ref().filter(|(s, _)| s.block == sighting.block && sighting.at.start - s.at.end < NEAR);
        let said_day = near.and_then(|(_, v)| v.point).map(|p| p.date).filter(|d| d.day.is_some());
        let day = said_day.or(anchor.filter(|a| a.day.is_some()));
        let scene = Scene { anchor, history: &history, tense: sighting.tense, day };
        let beside =
            near.filter(|(s, v)| v.point.is_some() && is_apposition(text, s, sighting)).map(|(_, v)| v.clone());
        let Some(value) = beside.or_else(|| resolve(&sighting.reported, &scene)) else { continue };
        let mut found = mention(text, sighting, &value);
        if value.reason.is_some() {
            (found.earliest, found.latest) = bounds(sighting, &scene, known);
        }
        history.extend(value.point);
        mentions.push((found, sighting.pattern));
        if let Some((first, _)) = &last
            && let Some(span) = span_of(text, first, sighting, &mentions)
        {
            for (mention, _) in mentions.iter_mut().rev().take(2) {
                mention.edtf = Some(span.clone());
            }
        }
        if value.point.is_some() {
            last = Some((sighting, value));
        }
    }
    mentions
}

/// Two dates with "from … to …" around them are a span: each keeps its value, and the span is its EDTF.
fn span_of(text: &str, first: &Sighting, second: &Sighting, mentions: &[(DateMention, usize)]) -> Option<String> {
    let [.., (from, _), (to, _)] = mentions else { return None };
    if from.at != first.at || first.block != second.block || !are_ends(text, first, second) {
        return None;
    }
    let cues = &first.grammar.cues;
    let before = plain(tail(&text[first.block.at.start..first.at.start]));
    let own = plain(&text[first.at.clone()]);
    let opens = cues
        .from
        .iter()
        .any(|w| ends_with_word(&before, w) || own.strip_prefix(w.as_str()).is_some_and(|r| r.starts_with(' ')));
    let (from, to) = (PartialDate::parse(from.value.as_deref()?)?, PartialDate::parse(to.value.as_deref()?)?);
    (opens && from.first_day() < to.first_day()).then(|| format!("{from}/{to}"))
}

/// Between which dates an unresolved one lies: what it would be at the first and at the last day on which the article can
/// have been published.
fn bounds(sighting: &Sighting, scene: &Scene, known: &Known) -> (Option<String>, Option<String>) {
    let at = |day: Option<Date>| {
        let scene = Scene { anchor: Some(day?.into()), day: Some(day?.into()), ..*scene };
        resolve(&sighting.reported, &scene).and_then(|v| v.span(day?))
    };
    let first = at(known.earliest).and_then(|(from, _)| from);
    let last = at(known.latest).and_then(|(_, to)| to);
    (first.map(|d| d.to_string()), last.map(|d| d.to_string()))
}

/// When the article was published, as far as known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known {
    /// What relative dates count from.
    pub anchor: Option<PartialDate>,
    /// Not before this day.
    pub earliest: Option<Date>,
    /// Not after this day.
    pub latest: Option<Date>,
}

impl Known {
    /// What is known of `doc`, published at `published`.
    pub fn of(doc: &Document, published: &Published) -> Known {
        let parse = |date: &Option<String>| date.as_deref().and_then(PartialDate::parse);
        let captured = parse(&doc.meta().captured).map(PartialDate::last_day);
        Known {
            earliest: parse(&published.earliest).map(PartialDate::first_day),
            latest: parse(&published.latest).map(PartialDate::last_day).or(captured),
            ..Known::at(parse(&published.value))
        }
        .within(parse(&published.value))
    }

    /// Publication at `anchor`.
    pub fn at(anchor: Option<PartialDate>) -> Known {
        Known { anchor, ..Known::default() }.within(anchor)
    }

    fn within(self, anchor: Option<PartialDate>) -> Known {
        let earliest = anchor.map(PartialDate::first_day).max(self.earliest);
        let latest = anchor.map(PartialDate::last_day).or(self.latest);
        Known { earliest, latest, ..self }
    }
}

/// "On 9 May, a day before the vote": the second says the first again.
fn is_apposition(text: &str, last: &Sighting, next: &Sighting) -> bool {
    if !matches!(next.reported.said, Said::ShiftPrevious(..)) {
        return false;
    }
    let gap = plain(&text[last.at.end..next.at.start]);
    let is_mark = |c: char| matches!(c, ',' | '-' | '–' | '—' | ':' | '(');
    gap.contains(is_mark)
        && gap
            .split(|c: char| c.is_whitespace() || is_mark(c))
            .all(|w| w.is_empty() || next.grammar.cues.apposition.iter().any(|a| a == w))
}

fn mention(text: &str, sighting: &Sighting, value: &Value) -> DateMention {
    let pattern = &sighting.grammar.patterns[sighting.pattern];
    let kind = match pattern.action {
        Action::Duration => DateKind::Duration,
        Action::Set => DateKind::Set,
        _ if pattern.time || matches!(pattern.action, Action::Clock | Action::Part) => DateKind::Time,
        _ if value.value.contains('T') && value.value.starts_with(|c: char| c.is_ascii_digit() || c == 'X') => {
            DateKind::Time
        }
        _ => DateKind::Date,
    };
    DateMention {
        at: sighting.at.clone(),
        kind,
        value: Some(value.value.clone()),
        edtf: open_end(text, sighting, value).or_else(|| value.edtf.clone()),
        resolved: value.reason.is_none(),
        reason: value.reason,
        earliest: None,
        latest: None,
    }
}

/// A date from which, or up to which, something lasts is one end of an interval.
fn open_end(text: &str, sighting: &Sighting, value: &Value) -> Option<String> {
    let date = value.point?.date;
    let before = plain(tail(&text[sighting.block.at.start..sighting.at.start]));
    let cues = &sighting.grammar.cues;
    let follows = |list: &[String]| list.iter().any(|w| ends_with_word(&before, w));
    if follows(&cues.since) {
        Some(format!("{date}/.."))
    } else if follows(&cues.until) {
        Some(format!("../{date}"))
    } else {
        None
    }
}
