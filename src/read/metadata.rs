//! Publication dates and other values that inputs state, each with its source.
//!
//! A date is read only where its notation leaves no doubt: ISO 8601, RFC 2822, epoch seconds or milliseconds, and days
//! in figures when only one order makes a day. `04/05/2023` is none.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::document::{Precision, Published};
use crate::partial_date::PartialDate;

pub mod day_notation;
pub mod json_ld;
pub mod page;
pub mod visible;

/// The months' names of RFC 2822.
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// 1990 and 2100 in seconds of the epoch: other numbers are no publication dates.
const EPOCH: std::ops::Range<i64> = 631_152_000..4_102_444_800;

/// The publication date that `value` states, found in `how`; `None` when its notation is not a date without doubt.
pub fn published(value: &str, how: impl Into<Cow<'static, str>>) -> Option<Published> {
    let value = value.trim();
    let (text, precision) = moment(value)?;
    Some(Published {
        value: Some(text),
        precision: Some(precision),
        how: Some(how.into()),
        evidence: Some(value.chars().take(100).collect()),
        ..Published::default()
    })
}

/// A date or time in ISO 8601, as fine as `value` says.
pub fn moment(value: &str) -> Option<(String, Precision)> {
    let value = value.trim();
    if value.len() > 100 {
        return None;
    }
    epoch(value).or_else(|| iso(value)).or_else(|| worded(value)).or_else(|| figures(value))
}

/// Seconds or milliseconds since 1970.
fn epoch(value: &str) -> Option<(String, Precision)> {
    if !value.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = value.parse().ok()?;
    let seconds = match value.len() {
        9 | 10 => number,
        12 | 13 => number / 1000,
        _ => return None,
    };
    let time = EPOCH.contains(&seconds).then(|| Timestamp::from_second(seconds).ok())??;
    Some((time.to_string(), Precision::Time))
}

fn iso(value: &str) -> Option<(String, Precision)> {
    // The day ends where the figures and dashes do; what follows is a time, or something else.
    let end = value.find(|c: char| !c.is_ascii_digit() && c != '-' && c != '/').unwrap_or(value.len());
    let padded;
    let (day, rest) = match pad(&value[..end]) {
        Some(day) => {
            padded = day;
            (padded.as_str(), &value[end..])
        }
        None => (value.get(..10).filter(|_| end > 10).unwrap_or(&value[..end]), value.get(end.min(10)..)?),
    };
    let date = PartialDate::parse(day)?;
    if date.day.is_none() {
        let precision = if date.month.is_some() { Precision::Month } else { Precision::Year };
        return rest.is_empty().then(|| (date.to_string(), precision));
    }
    let time = rest.strip_prefix(['T', 't', ' ']).or_else(|| rest.strip_prefix(", ")).and_then(clock);
    if time.is_none() && rest.starts_with(|c: char| c.is_alphanumeric() && !matches!(c, 'T' | 't')) {
        return None;
    }
    Some(with_time(date, time))
}

/// `2024-3-4` as `2024-03-04`; `None` when nothing lacks.
fn pad(day: &str) -> Option<String> {
    let mut parts = day.split(['-', '/']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let short = month.len() == 1 || day.len() == 1;
    (parts.next().is_none()
        && short
        && year.len() == 4
        && (1..=2).contains(&month.len())
        && (1..=2).contains(&day.len()))
    .then(|| format!("{year}-{month:0>2}-{day:0>2}"))
}

fn with_time(date: PartialDate, time: Option<String>) -> (String, Precision) {
    match time {
        Some(time) => (format!("{date}T{time}"), Precision::Time),
        None => (date.to_string(), Precision::Day),
    }
}

/// A time of day as `08:30:00+02:00`, its offset only where it is given.
fn clock(text: &str) -> Option<String> {
    let text = text.trim_start();
    let bytes = text.as_bytes();
    let two = |at: usize, most: u8| {
        let digits = bytes.get(at..at + 2).filter(|d| d.iter().all(u8::is_ascii_digit))?;
        let number = (digits[0] - b'0') * 10 + digits[1] - b'0';
        (number <= most).then_some(number)
    };
    let hour = two(0, 23)?;
    let colon = bytes.get(2) == Some(&b':');
    let minute = two(if colon { 3 } else { 2 }, 59)?;
    let mut at = if colon { 5 } else { 4 };
    let mut second = 0;
    let next = if colon { at + 1 } else { at };
    if (!colon || bytes.get(at) == Some(&b':'))
        && let Some(s) = two(next, 60)
    {
        second = s.min(59);
        at = next + 2;
        if matches!(bytes.get(at), Some(b'.' | b',')) {
            at += 1 + bytes[at + 1..].iter().take_while(|b| b.is_ascii_digit()).count();
        }
    }
    let rest = text.get(at..)?.trim_start();
    let offset = match rest.as_bytes() {
        [b'Z' | b'z', ..] => "Z".to_string(),
        [sign @ (b'+' | b'-'), digits @ ..] => {
            let digits: String = digits.iter().filter(|b| b.is_ascii_digit()).take(4).map(|b| char::from(*b)).collect();
            match digits.len() {
                2 => format!("{}{digits}:00", char::from(*sign)),
                4 => format!("{}{}:{}", char::from(*sign), &digits[..2], &digits[2..]),
                _ => String::new(),
            }
        }
        _ if rest.starts_with("GMT") || rest.starts_with("UTC") => "Z".to_string(),
        _ if rest.to_ascii_lowercase().starts_with("pm") && (1..12).contains(&hour) => {
            return Some(format!("{:02}:{minute:02}:{second:02}", hour + 12));
        }
        _ if rest.to_ascii_lowercase().starts_with("am") && hour == 12 => {
            return Some(format!("00:{minute:02}:{second:02}"));
        }
        _ => String::new(),
    };
    Some(format!("{hour:02}:{minute:02}:{second:02}{offset}"))
}

/// Dates with an English month, as mail and HTTP write them: `Thu, 14 Mar 2024 10:00:00 +0100`, `March 14, 2024`,
/// `Thu Mar 14 10:00:00 2024`.
fn worded(value: &str) -> Option<(String, Precision)> {
    let mut day = None;
    let mut month = None;
    let mut year = None;
    let mut time = None;
    for (at, word) in words(value) {
        let lower = word.to_ascii_lowercase();
        if let Some(found) =
            MONTHS.iter().position(|m| lower.starts_with(m)).filter(|_| month.is_none() && is_month(&lower))
        {
            month = i8::try_from(found + 1).ok();
        } else if word.contains(':') && time.is_none() {
            time = clock(value.get(at..)?);
            if year.is_some() && day.is_some() && month.is_some() {
                break;
            }
        } else if let Ok(number) = word.parse::<i16>() {
            match word.len() {
                1 | 2 if day.is_none() => day = i8::try_from(number).ok(),
                4 if year.is_none() => year = Some(number),
                _ => {}
            }
        }
    }
    Some(with_time(PartialDate::day(year?, month?, day?)?, time))
}

fn is_month(lower: &str) -> bool {
    const FULL: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    lower.len() == 3 || lower == "sept" || FULL.contains(&lower)
}

fn words(value: &str) -> impl Iterator<Item = (usize, &str)> {
    let separators = |c: char| c.is_whitespace() || matches!(c, ',' | '.');
    value.split(separators).filter(|w| !w.is_empty()).map(move |w| (w.as_ptr() as usize - value.as_ptr() as usize, w))
}

/// Day, month and year in figures, where only one order makes a day; with dots the day comes first.
fn figures(value: &str) -> Option<(String, Precision)> {
    let end = value.find(char::is_whitespace).unwrap_or(value.len());
    let (day, rest) = value.split_at(end);
    let day = day.trim_end_matches(',');
    let dotted = day.contains('.');
    let mut parts = day.split(['.', '/', '-']);
    let (a, b, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 || a.len() > 2 || b.len() > 2 {
        return None;
    }
    let (a, b, year): (i8, i8, i16) = (a.parse().ok()?, b.parse().ok()?, year.parse().ok()?);
    let date = match (PartialDate::day(year, b, a), PartialDate::day(year, a, b)) {
        (Some(first), _) if dotted => first,
        (Some(first), None) => first,
        (Some(first), Some(second)) if first == second => first,
        (None, Some(second)) if !dotted => second,
        _ => return None,
    };
    Some(with_time(date, clock(rest.trim_start_matches([' ', ',', '-']))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notations_without_doubt_are_read() {
        for (value, want) in [
            ("2024-03-14", "2024-03-14"),
            ("2024-03", "2024-03"),
            ("2024", "2024"),
            ("2024-3-4", "2024-03-04"),
            ("2024-03-14 10:00", "2024-03-14T10:00:00"),
            ("2024-03-14T10:00:05.123+0100", "2024-03-14T10:00:05+01:00"),
            ("2024-03-14T10:00:05.123Z", "2024-03-14T10:00:05Z"),
            ("2024-03-14T10:00-05:00", "2024-03-14T10:00:00-05:00"),
            ("2024-03-14 at ten", "2024-03-14"),
            ("20240314T101500", "2024-03-14T10:15:00"),
            ("Thu, 14 Mar 2024 10:00:00 +0100", "2024-03-14T10:00:00+01:00"),
            ("Thu, 14 Mar 2024 10:00:00 GMT", "2024-03-14T10:00:00Z"),
            ("Thu Mar 14 10:00:00 2024", "2024-03-14T10:00:00"),
            ("March 14, 2024", "2024-03-14"),
            ("1710406800", "2024-03-14T09:00:00Z"),
            ("1710406800123", "2024-03-14T09:00:00Z"),
            ("14.03.2024", "2024-03-14"),
            ("04.05.2023 08:30", "2023-05-04T08:30:00"),
            ("14/03/2024", "2024-03-14"),
            ("03/14/2024", "2024-03-14"),
            ("05/05/2023", "2023-05-05"),
        ] {
            assert_eq!(moment(value).map(|m| m.0).as_deref(), Some(want), "{value}");
        }
    }

    #[test]
    fn doubt_gives_none() {
        for value in
            ["", "04/05/2023", "2023-02-31", "yesterday", "12", "99999999999", "31 Feb 2024", "é", "2024-03-14x"]
        {
            assert_eq!(moment(value), None, "{value}");
        }
    }
}
