//! When the article was published, where the input does not say: a line of the text, its address, or what can be
//! inferred from the dates it mentions.
//!
//! What is inferred is a month at most, and only where a date without a year ("on the 3rd and 4th of last March") meets
//! an absolute date that it must follow. Where the evidence is weaker there is no value, but a lower bound and the reason.

use std::ops::Range;

use crate::document::{BlockKind, Document, Precision, Published};
use crate::partial_date::PartialDate;
use crate::stage::dates::grammar::{Action, ends_with_word, tail};
use crate::stage::dates::lexicon::plain;
use crate::stage::dates::mentions::{Grammars, Sighting, sight};
use crate::stage::dates::resolve::Tense;
use crate::stage::dates::said::{Calendar, Said};

/// The date of publication of `doc`, or bounds for one, where more is found than is known.
pub fn of(grammars: &Grammars, doc: &Document, sightings: &[Sighting]) -> Option<Published> {
    let known = &doc.meta().published;
    if known.value.is_some() {
        return None;
    }
    let captured = doc.meta().captured.as_deref().and_then(PartialDate::parse);
    let said = stated(grammars, doc, sightings).or_else(|| doc.meta().url.as_deref().and_then(in_address));
    let mut published = match said {
        Some((date, how, evidence)) => Published {
            value: Some(date.to_string()),
            precision: Some(precision(date)),
            how: Some(how.into()),
            evidence: Some(evidence),
            ..Published::default()
        },
        None => inferred(doc, sightings, captured),
    };
    if let (Some(date), Some(captured)) = (published.value.as_deref().and_then(PartialDate::parse), captured) {
        // Nothing is fetched before it is published.
        if date.first_day() > captured.last_day() {
            published =
                Published { reason: Some("conflict".into()), evidence: published.evidence, ..Published::default() };
        }
    }
    if published.value.is_none() {
        published.latest = captured.map(|c| c.to_string());
    }
    let empty = published.value.is_none() && published.earliest.is_none() && published.latest.is_none();
    (!empty && published != *known).then_some(published)
}

/// How many lines from the top may say when the article was published.
const LINES: usize = 8;
/// Characters of the longest line that does.
const LONG: usize = 110;

type Stated = (PartialDate, &'static str, String);

/// The dateline, a leading date, or a line with a label such as "published on".
fn stated(grammars: &Grammars, doc: &Document, sightings: &[Sighting]) -> Option<Stated> {
    if let Some(line) = &doc.meta().dateline {
        let mut part = Document::from_text(line.clone());
        part.meta.language = Some(doc.language().0);
        let date = sight(grammars, &part).iter().find_map(absolute).filter(|d| d.month.is_some());
        if let Some(date) = date {
            return Some((date, "dateline", line.clone()));
        }
    }
    let opening = doc.blocks().first().map(|b| b.at.clone());
    let labelled = sightings.iter().find_map(|s| {
        let date = absolute(s).filter(|d| d.month.is_some())?;
        let before = plain(tail(&doc.text()[s.block.at.start..s.at.start]));
        let label = s.grammar.cues.published.iter().find(|l| ends_with_word(before.trim_end_matches([':', ' ']), l));
        let alone = before.trim_end_matches([':', ' ']).len() <= label.map_or(0, String::len) + 2;
        if is_dateline(&doc.text()[s.block.at.start..s.at.start], &doc.text()[s.at.end..s.block.at.end]) {
            return Some((date, "dateline", doc.text()[s.block.at.start..s.at.end].to_string()));
        }
        let digits = s.grammar.patterns[s.pattern].action == Action::Iso;
        let first = opening.as_ref() == Some(&s.block.at);
        match label {
            Some(_) if alone => Some((date, "dateline", doc.text()[s.block.at.start..s.at.end].to_string())),
            None if first && digits && before.trim().is_empty() => {
                Some((date, "dateline", doc.text()[s.at.clone()].to_string()))
            }
            _ => None,
        }
    });
    labelled.or_else(|| date_line(doc, sightings))
}

/// "BREST, 12 March 2024. – ": a place before the day and a stop or a dash behind it.
fn is_dateline(before: &str, behind: &str) -> bool {
    let Some(place) = before.trim_end().strip_suffix(',') else { return false };
    let named = place.split_whitespace().all(|w| w.starts_with(char::is_uppercase));
    let stop = behind.trim_start_matches([' ', '(', ')']);
    named && (1..=4).contains(&place.split_whitespace().count()) && stop.starts_with(['.', '—', '–', '-'])
}

/// A line above the story, or right below its title, that holds little more than a day: with the hour, the place, the
/// author, the name of the paper. No date that the story tells of may lie after it.
fn date_line(doc: &Document, sightings: &[Sighting]) -> Option<Stated> {
    let mut dated = None;
    for block in doc.blocks().iter().take(LINES) {
        let line = &doc.text()[block.at.clone()];
        let points = line.chars().count();
        if points > LONG {
            break;
        }
        let mut inside = sightings.iter().filter(|s| s.block.at == block.at);
        let Some((s, date)) = inside.find_map(|s| absolute(s).filter(|d| d.day.is_some()).map(|d| (s, d))) else {
            continue;
        };
        let words = |part: &str| part.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 1).count();
        let behind = &doc.text()[s.at.end..block.at.end];
        let before = &doc.text()[block.at.start..s.at.start];
        let opens = before.trim().is_empty();
        // A sentence of the story is no such line.
        let told = behind.trim_end().ends_with(['.', '!', '?', '»', '”', '"']) && words(behind) > 2;
        let mut short = words(before) + words(behind) <= if opens { 12 } else { 8 };
        // The first line of a text may pass for its title.
        if block.kind == BlockKind::Title {
            let first = sightings.iter().find(|s| s.block.at == block.at).map_or(0, |s| s.at.start);
            let weekday = matches!(&s.reported.said, Said::Calendar(c) if c.weekday.is_some());
            short &= first == block.at.start || (weekday && words(behind) == 0);
        }
        if short && !told {
            dated = Some((date, "dateline", line.trim().to_string()));
            break;
        }
    }
    let (date, how, evidence) = dated?;
    let later = |s: &&Sighting| s.tense == Tense::Past && absolute(s).is_some_and(|d| d.first_day() > date.last_day());
    (!sightings.iter().any(|s| later(&s))).then_some((date, how, evidence))
}

/// The date that is said in full, with no word about the time of day.
fn absolute(sighting: &Sighting) -> Option<PartialDate> {
    let date = match &sighting.reported.said {
        Said::Calendar(date) => date,
        // Of a season only the year is certain.
        Said::Season(_, Some(year), _) => return PartialDate::year(*year),
        _ => return None,
    };
    let year = date.year.filter(|_| !date.ambiguous)?;
    match (date.month, date.days.last()) {
        (Some(month), Some(&day)) => PartialDate::day(year, month, day),
        (Some(month), None) => PartialDate::month(year, month),
        _ => PartialDate::year(year),
    }
}

/// `/2024/03/14/` and the like in an address.
fn in_address(url: &str) -> Option<Stated> {
    let parts: Vec<&str> = url.split(['/', '?', '#', '_']).collect();
    let digits = |s: &str, len: usize| s.len() == len && s.bytes().all(|b| b.is_ascii_digit());
    let year_ok = |d: &PartialDate| (1990..2100).contains(&d.year);
    for (i, part) in parts.iter().enumerate() {
        let joined = match (parts.get(i + 1), parts.get(i + 2)) {
            (Some(m), Some(d)) if digits(part, 4) && digits(m, 2) && digits(d, 2) => format!("{part}-{m}-{d}"),
            (Some(m), _) if digits(part, 4) && digits(m, 2) => format!("{part}-{m}"),
            _ if digits(part, 8) => (*part).to_string(),
            _ => part.get(..10).filter(|p| digits(&p.replace('-', ""), 8)).unwrap_or_default().to_string(),
        };
        if let Some(date) = PartialDate::parse(&joined).filter(year_ok) {
            return Some((date, "url", joined));
        }
    }
    None
}

/// What the dates of the text allow.
fn inferred(doc: &Document, sightings: &[Sighting], captured: Option<PartialDate>) -> Published {
    let behind: Vec<(&Sighting, PartialDate)> = sightings
        .iter()
        .filter(|s| s.tense != Tense::Future && !is_ahead(doc, s))
        .filter_map(|s| absolute(s).map(|d| (s, d)))
        .filter(|(_, d)| captured.is_none_or(|c| d.first_day() <= c.last_day()))
        .collect();
    let Some(&(latest, bound)) = behind.iter().max_by_key(|(s, d)| (d.first_day(), d.month, d.day, s.at.start)) else {
        return Published { reason: Some("no-evidence".into()), ..Published::default() };
    };
    let weak = Published {
        earliest: Some(bound.to_string()),
        reason: Some("lower-bound-only".into()),
        evidence: Some(doc.text()[latest.at.clone()].to_string()),
        ..Published::default()
    };
    let days = yearless(sightings);
    let last = days.iter().filter(|d| d.last).max_by_key(|d| from(bound, d));
    if let Some(day) = last.filter(|_| bound.month.is_some()) {
        return month_of(doc, bound, day, &[latest.at.clone(), day.at.clone()]).unwrap_or(weak);
    }
    // A year inside a name, and days without one beside it that all fall close together, speak of the same year.
    let named = behind.iter().find(|(s, d)| d.year == bound.year && d.month.is_none() && is_in_name(doc, s));
    let (Some((name, year)), true) = (named, bound.month.is_none()) else { return weak };
    let beside = days.iter().any(|d| d.block == name.block.at);
    let order: Vec<i32> = days.iter().map(|d| i32::from(d.month) * 31 + i32::from(d.day)).collect();
    let spread = order.iter().max().unwrap_or(&0) - order.iter().min().unwrap_or(&0);
    // A day ahead may fall in the next month.
    let Some(day) = days.iter().filter(|d| !d.ahead).max_by_key(|d| (d.month, d.day)) else { return weak };
    if !beside || spread > 45 {
        return weak;
    }
    month_of(doc, *year, day, &[name.at.clone(), day.at.clone()]).unwrap_or(weak)
}

/// A day of a month without a year.
struct Yearless {
    at: Range<usize>,
    block: Range<usize>,
    month: i8,
    day: i8,
    /// Said to be the last of its name.
    last: bool,
    ahead: bool,
}

fn yearless(sightings: &[Sighting]) -> Vec<Yearless> {
    let make = |s: &Sighting| match &s.reported.said {
        Said::Calendar(Calendar { year: None, month: Some(month), days, relation, .. })
            if relation.is_none_or(|r| r < 1) =>
        {
            Some(Yearless {
                at: s.at.clone(),
                block: s.block.at.clone(),
                month: *month,
                day: *days.last()?,
                last: relation.is_some_and(|r| r < 0),
                ahead: s.tense == Tense::Future,
            })
        }
        _ => None,
    };
    sightings.iter().filter_map(make).collect()
}

/// The first such day that does not lie before `bound`.
fn from(bound: PartialDate, day: &Yearless) -> Option<PartialDate> {
    let same = PartialDate::day(bound.year, day.month, day.day);
    let next = || PartialDate::day(bound.year + 1, day.month, day.day);
    same.filter(|d| d.last_day() >= bound.first_day()).or_else(next)
}

fn month_of(doc: &Document, bound: PartialDate, day: &Yearless, evidence: &[Range<usize>]) -> Option<Published> {
    let earliest = from(bound, day)?;
    let month = PartialDate::month(earliest.year, earliest.month?)?;
    let words: Vec<&str> = evidence.iter().map(|at| &doc.text()[at.clone()]).collect();
    Some(Published {
        value: Some(month.to_string()),
        precision: Some(Precision::Month),
        how: Some("text".into()),
        evidence: Some(words.join("; ")),
        earliest: Some(earliest.to_string()),
        ..Published::default()
    })
}

/// "By 2030", "until May 2024": a date that publication need not follow.
fn is_ahead(doc: &Document, sighting: &Sighting) -> bool {
    let before = plain(tail(&doc.text()[sighting.block.at.start..sighting.at.start]));
    sighting.grammar.cues.until.iter().any(|w| ends_with_word(&before, w))
}

/// The year follows a capitalised word without a preposition: "Summer Games 2012".
fn is_in_name(doc: &Document, sighting: &Sighting) -> bool {
    let before = doc.text()[sighting.block.at.start..sighting.at.start].trim_end();
    let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let lower = plain(word);
    word.starts_with(char::is_uppercase) && !sighting.grammar.cues.year.contains(&lower)
}

fn precision(date: PartialDate) -> Precision {
    match (date.month, date.day) {
        (_, Some(_)) => Precision::Day,
        (Some(_), None) => Precision::Month,
        _ => Precision::Year,
    }
}
