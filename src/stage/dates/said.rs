//! What a match says, before anything outside it is known.

use crate::stage::dates::grammar::{Action, Order, Pattern};
use crate::stage::dates::lexicon::{Class, Reading, Token};

/// A length of time: codes are those of [`Class::Unit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A second.
    Second,
    /// A minute.
    Minute,
    /// Thirty minutes.
    HalfHour,
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A week.
    Week,
    /// Saturday and Sunday.
    Weekend,
    /// A month.
    Month,
    /// Two weeks.
    Fortnight,
    /// Three months.
    Quarter,
    /// Six months.
    Half,
    /// A year.
    Year,
    /// Ten years.
    Decade,
    /// Fifty years.
    HalfCentury,
    /// A hundred years.
    Century,
}

impl Unit {
    fn from_code(code: &str) -> Option<Unit> {
        Some(match code {
            "TS" => Unit::Second,
            "TM" => Unit::Minute,
            "TH" => Unit::Hour,
            "D" => Unit::Day,
            "THH" => Unit::HalfHour,
            "F" => Unit::Fortnight,
            "S" => Unit::Half,
            "CH" => Unit::HalfCentury,
            "W" => Unit::Week,
            "WE" => Unit::Weekend,
            "M" => Unit::Month,
            "Q" => Unit::Quarter,
            "Y" => Unit::Year,
            "E" => Unit::Decade,
            "C" => Unit::Century,
            _ => return None,
        })
    }

    /// What a period of one is made of: whether it is a time of day, how many of what.
    fn measure(self) -> (&'static str, i64, &'static str) {
        match self {
            Unit::Second => ("T", 1, "S"),
            Unit::Minute => ("T", 1, "M"),
            Unit::HalfHour => ("T", 30, "M"),
            Unit::Hour => ("T", 1, "H"),
            Unit::Day => ("", 1, "D"),
            Unit::Week => ("", 1, "W"),
            Unit::Fortnight => ("", 2, "W"),
            Unit::Weekend => ("", 1, "WE"),
            Unit::Month => ("", 1, "M"),
            Unit::Quarter => ("", 1, "Q"),
            Unit::Half => ("", 6, "M"),
            Unit::Year => ("", 1, "Y"),
            Unit::Decade => ("", 10, "Y"),
            Unit::HalfCentury => ("", 50, "Y"),
            Unit::Century => ("", 100, "Y"),
        }
    }

    /// The period `P…` of `count` of them; `X` where they are not counted.
    fn period(self, count: Option<i32>) -> String {
        let (time, factor, letter) = self.measure();
        match count {
            Some(n) => format!("P{time}{}{letter}", i64::from(n) * factor),
            None => format!("P{time}X{letter}"),
        }
    }

    /// The period of `count` and a half.
    fn period_and_half(self, count: i32) -> String {
        let n = i64::from(count);
        match self {
            Unit::Minute => format!("PT{n}M30S"),
            Unit::Hour => format!("PT{n}H30M"),
            Unit::Day => format!("P{n}DT12H"),
            Unit::Year => format!("P{n}Y6M"),
            Unit::Decade => format!("P{}Y", n * 10 + 5),
            Unit::Century => format!("P{}Y", n * 100 + 50),
            _ => {
                let (time, factor, letter) = self.measure();
                format!("P{time}{}.5{letter}", n * factor)
            }
        }
    }
}

/// A calendar date as far as the words give it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// 1000 to 2099.
    pub year: Option<i16>,
    /// 1 to 12.
    pub month: Option<i8>,
    /// 1 to 31, one or two; without a month it is that day of a month near publication.
    pub days: Vec<i8>,
    /// 1 (Monday) to 7.
    pub weekday: Option<i8>,
    /// -1 last, 0 this, 1 next.
    pub relation: Option<i32>,
    /// The month is one of this (0), the last or the next year.
    pub year_by: Option<i32>,
    /// The day is one of this (0), the last or the next month.
    pub month_by: Option<i32>,
    /// Day and month may be the other way round.
    pub ambiguous: bool,
}

/// What a match says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// A calendar date.
    Calendar(Calendar),
    /// The week that a calendar date lies in, or its weekend.
    WeekOf(Calendar, Unit),
    /// So many days from publication.
    Deictic(i32),
    /// This unit (0), the last (-1), the next (1); `None` where no word says which.
    Unit(Unit, Option<i32>),
    /// The day of this week (0), the last (-1), the next (1).
    DayOfWeek(i32, i8),
    /// So many units from publication; no count for "some".
    Shift(Option<i32>, Unit),
    /// So many units from the previous date of the text; the sign alone where they are not counted.
    ShiftPrevious(Option<i32>, Unit, i32),
    /// A season of a year, or of the one that `relation` says.
    Season(String, Option<i16>, Option<i32>),
    /// A season of this (0), the last or the next year.
    SeasonOfYear(String, i32),
    /// A quarter by number (`None`: the one spoken of), of a year or of the one that `relation` says.
    Quarter(Option<i8>, Option<i16>, Option<i32>),
    /// A half of a year by number, of a year or of the one that `relation` says.
    Half(i8, Option<i16>, Option<i32>),
    /// The period spoken of, in another year or so many years on; whether it is a quarter.
    SamePeriod(Option<i16>, i32, bool),
    /// Two years, the second of which ends it.
    Years(i16, i16),
    /// A named day, by its code, of a year or of the one that `relation` says.
    Feast(String, Option<i16>, Option<i32>),
    /// A year before Christ.
    BeforeChrist(i16),
    /// `199` for the nineties; two digits where the century is left out.
    Decade(i16),
    /// `19` for 1900 to 1999.
    Century(i16),
    /// Nothing but a time of day.
    Time,
    /// A value that needs nothing more, with its kind decided by the rule.
    Value(String),
}

impl Said {
    /// Whether the tense of the clause has a say in which one is meant.
    pub fn is_sided(&self) -> bool {
        matches!(
            self,
            Said::Calendar(_)
                | Said::WeekOf(..)
                | Said::Season(..)
                | Said::Quarter(..)
                | Said::Half(..)
                | Said::Feast(..)
                | Said::Unit(Unit::Weekend, _)
        )
    }
}

/// What a match says, and the time of day that goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// The date.
    pub said: Said,
    /// `EV`, or `20:30`: what follows the `T` in the value.
    pub time: Option<String>,
    /// The zone of the time: `Z`, `+01:00`.
    pub zone: Option<String>,
}

/// Reads a match of `pattern`; `None` where the words make no date (31 February) or are none.
pub fn read(pattern: &Pattern, words: &Reading, order: Order) -> Option<Reported> {
    let said = match pattern.action {
        Action::None => return None,
        Action::Date => Said::Calendar(calendar(words)?),
        Action::WeekOf => {
            let mut date = calendar(words)?;
            if date.month.is_none() {
                date.days = vec![day(words)?];
            }
            Said::WeekOf(date, unit(pattern, words)?)
        }
        Action::DayOfMonth => Said::Calendar(Calendar {
            weekday: small(words.number(Class::Weekday)),
            relation: words.number(Class::Relation),
            days: vec![day(words)?],
            ..Calendar::default()
        }),
        Action::DayInMonth => Said::Calendar(Calendar {
            month_by: Some(words.number(Class::Relation).unwrap_or(pattern.by)),
            days: vec![day(words)?],
            ..Calendar::default()
        }),
        Action::Night => {
            let mut date = calendar(words)?;
            date.days = vec![day(words)?];
            Said::Calendar(date)
        }
        Action::NthWeekday => {
            let nth = words.number(Class::Ordinal).or_else(|| words.number(Class::Relation).filter(|r| *r < 0))?;
            let (month, weekday) = (words.number(Class::Month)?, words.number(Class::Weekday)?);
            Said::Feast(format!("{month}-{weekday}-{nth}"), year(words), None)
        }
        Action::Iso => Said::Calendar(iso(words)?),
        Action::MonthDay => {
            let mut numbers = words.digits().map(|d| small(Some(d.0)));
            let month = numbers.next()?;
            Said::Calendar(Calendar {
                month,
                days: numbers.next().flatten().into_iter().collect(),
                ..Calendar::default()
            })
        }
        Action::DayMonth => Said::Calendar(day_month(words, order)?),
        Action::DayOfWeek => {
            Said::DayOfWeek(words.number(Class::Relation).unwrap_or(pattern.by), small(words.number(Class::Weekday))?)
        }
        Action::Numeric => Said::Calendar(numeric(words, order)?),
        Action::ShortYear => Said::Calendar(Calendar {
            year: words.digits().find(|(_, len)| *len == 2).and_then(|(n, _)| i16::try_from(1900 + n).ok()),
            ..Calendar::default()
        }),
        Action::YearWords => Said::Calendar(Calendar {
            year: i16::try_from(words.year_in_words()?).ok(),
            month: small(words.number(Class::Month)),
            ..Calendar::default()
        }),
        Action::Deictic => Said::Deictic(words.number(Class::Deictic).unwrap_or(pattern.by)),
        Action::Unit => {
            let by = words.number(Class::Relation).or((pattern.by != 0).then_some(pattern.by));
            Said::Unit(unit(pattern, words)?, by)
        }
        Action::Shift => Said::Shift(steps(words, pattern.by), unit(pattern, words)?),
        Action::ShiftPrevious => Said::ShiftPrevious(steps(words, pattern.by), unit(pattern, words)?, pattern.by),
        Action::Season => {
            let year = year(words).or_else(|| words.year_in_words().and_then(|y| i16::try_from(y).ok()));
            Said::Season(words.code(Class::Season)?.to_string(), year, words.number(Class::Relation))
        }
        Action::SeasonOfYear => {
            Said::SeasonOfYear(words.code(Class::Season)?.to_string(), words.number(Class::Relation)?)
        }
        Action::Quarter => {
            let n = words.number(Class::Ordinal).or(words.digits().find(|(n, len)| *len == 1 && *n < 5).map(|d| d.0));
            let n = small(n).filter(|n| (1..=4).contains(n));
            Said::Quarter(n, year(words), words.number(Class::Relation))
        }
        Action::Half => {
            let n = words.number(Class::Ordinal).or(words.digits().find(|(n, len)| *len == 1 && *n < 3).map(|d| d.0));
            let n = small(n).filter(|n| (1..=2).contains(n))?;
            Said::Half(n, year(words), words.number(Class::Relation))
        }
        Action::SamePeriod => {
            let by = words.number(Class::Relation).unwrap_or(pattern.by);
            Said::SamePeriod(year(words), by, unit(pattern, words) == Some(Unit::Quarter))
        }
        Action::MonthOfYear => {
            let mut date = calendar(words)?;
            date.year_by = date.relation.take();
            Said::Calendar(date)
        }
        Action::Years => years(words)?,
        Action::Feast => Said::Feast(words.code(Class::Feast)?.to_string(), year(words), words.number(Class::Relation)),
        Action::Era => era(words)?,
        Action::Decade => decade(words)?,
        Action::Century => {
            let n = words.roman().or(words.digits().next().map(|d| d.0)).or(words.number(Class::Ordinal))?;
            Said::Century(i16::try_from(n).ok().filter(|n| (1..=30).contains(n))? - 1)
        }
        Action::Clock | Action::Part => day_of_time(words),
        Action::Duration => Said::Value(duration(pattern, words)?),
        Action::Set => Said::Value(set(pattern, words)?),
        Action::Fixed => Said::Value(pattern.value.clone()?),
    };
    let time = match pattern.action {
        Action::Clock => Some(clock(words, pattern.by)?),
        Action::Duration | Action::Set | Action::Fixed => None,
        _ => words.code(Class::Part).and_then(part),
    };
    let zone = words.code(Class::Zone).filter(|_| time.is_some()).map(str::to_string);
    Some(Reported { said, time, zone })
}

fn calendar(words: &Reading) -> Option<Calendar> {
    let month = small(words.number(Class::Month).or_else(|| words.number(Class::Abbreviation)));
    let mut date = Calendar {
        month,
        year: year(words),
        weekday: small(words.number(Class::Weekday)),
        relation: words.number(Class::Relation),
        ..Calendar::default()
    };
    if month.is_some() {
        date.days = words.digits().filter(|(n, len)| *len <= 2 && (1..=31).contains(n)).map(|(n, _)| n as i8).collect();
        if date.days.is_empty() {
            date.days.extend(words.number(Class::Ordinal).and_then(|n| i8::try_from(n).ok()));
        }
        // Of three days and more the first and the last are the ends.
        if let [first, _, .., last] = date.days[..] {
            date.days = vec![first, last];
        }
    }
    Some(date)
}

fn iso(words: &Reading) -> Option<Calendar> {
    let numbers: Vec<i32> = words.digits().map(|d| d.0).collect();
    let (&year, rest) = numbers.split_first()?;
    Some(Calendar {
        year: i16::try_from(year).ok(),
        month: small(rest.first().copied()),
        days: rest.get(1).and_then(|d| i8::try_from(*d).ok()).into_iter().collect(),
        ..Calendar::default()
    })
}

/// Day and month in digits, which say nothing where the language has no order of its own.
fn day_month(words: &Reading, order: Order) -> Option<Calendar> {
    let numbers: Vec<i32> = words.digits().map(|d| d.0).collect();
    let (&month, days) = match order {
        Order::Dmy => numbers.split_last()?,
        Order::Mdy => numbers.split_first()?,
        Order::Unknown => return None,
    };
    Some(Calendar {
        month: small(Some(month)),
        days: days.iter().filter_map(|d| i8::try_from(*d).ok()).take(2).collect(),
        weekday: small(words.number(Class::Weekday)),
        ..Calendar::default()
    })
}

fn numeric(words: &Reading, order: Order) -> Option<Calendar> {
    let numbers: Vec<(i32, usize)> = words.digits().collect();
    let [(a, _), (b, _), (year, len)] = numbers[..] else { return None };
    let year = match len {
        4 => year,
        // Two digits reach from 1970 to 2069.
        _ if year < 70 => 2000 + year,
        _ => 1900 + year,
    };
    let (day, month, ambiguous) = match order {
        _ if a > 12 => (a, b, false),
        _ if b > 12 => (b, a, false),
        Order::Dmy => (a, b, false),
        Order::Mdy => (b, a, false),
        Order::Unknown => (a, b, a != b),
    };
    Some(Calendar {
        year: i16::try_from(year).ok(),
        month: small(Some(month)),
        days: vec![i8::try_from(day).ok()?],
        ambiguous,
        ..Calendar::default()
    })
}

fn decade(words: &Reading) -> Option<Said> {
    let n = words.digits().next().map(|d| d.0).or(words.number(Class::Number))?;
    Some(Said::Decade(i16::try_from(n / 10).ok()?))
}

/// "2018-2019", "2015-16", "2015/16".
fn years(words: &Reading) -> Option<Said> {
    let mut digits = words.digits().skip_while(|(_, len)| *len != 4);
    let ((first, _), (second, len)) = (digits.next()?, digits.next()?);
    let second = if len == 2 { first / 100 * 100 + second } else { second };
    let pair = (i16::try_from(first).ok()?, i16::try_from(second).ok()?);
    (second == first + 1 || (second > first && len == 4)).then_some(Said::Years(pair.0, pair.1))
}

/// A year of an era; without a name of one it is before Christ.
fn era(words: &Reading) -> Option<Said> {
    let n = words.digits().next().map(|d| d.0).or_else(|| words.quantity())?;
    let Some(before) = words.number(Class::Era) else {
        return i16::try_from(n).ok().filter(|n| *n > 0).map(Said::BeforeChrist);
    };
    let rest: Vec<i8> = words.digits().skip(1).filter_map(|d| small(Some(d.0))).collect();
    Some(Said::Calendar(Calendar {
        year: i16::try_from(before.checked_add(n)?).ok(),
        month: rest.first().copied(),
        days: rest.get(1).copied().into_iter().collect(),
        ..Calendar::default()
    }))
}

/// The day that a time of day is said with, if any.
fn day_of_time(words: &Reading) -> Said {
    if let Some(by) = words.number(Class::Deictic) {
        return Said::Deictic(by);
    }
    let date = Calendar {
        weekday: small(words.number(Class::Weekday)),
        relation: words.number(Class::Relation),
        month: small(words.number(Class::Month)),
        ..Calendar::default()
    };
    if date.month.is_some() {
        let mut digits: Vec<(i32, usize)> = words.digits().collect();
        // Four digits behind a day are its year, before it they are the clock's.
        let year = digits.pop_if(|(_, len)| *len == 4).and_then(|(n, _)| i16::try_from(n).ok());
        let days = digits.last().filter(|(n, len)| *len <= 2 && (1..=31).contains(n));
        return Said::Calendar(Calendar { year, days: days.map(|d| d.0 as i8).into_iter().collect(), ..date });
    }
    match (date.weekday, date.relation) {
        (Some(_), _) => Said::Calendar(date),
        // "This evening", "last night".
        (None, Some(by)) => Said::Deictic(by),
        (None, None) => Said::Time,
    }
}

/// The time of day, `by` minutes after or before the hour that is said.
fn clock(words: &Reading, by: i32) -> Option<String> {
    let mut numbers = words.digits();
    let named = words.codes(Class::Part).find_map(|p| match p {
        "MI" => Some(12),
        "MN" => Some(if by == 0 { 24 } else { 0 }),
        _ => None,
    });
    let mut spelt = words.spelt().into_iter().peekable();
    // "One at noon", but "noon thirty".
    let spelt_hour = spelt.next_if(|n| named.is_none() || *n <= 3);
    let (hour, len) = numbers.next().or(spelt_hour.or(named).map(|hour| (hour, 1)))?;
    let (hour, minute) = if len == 4 { (hour / 100, hour % 100) } else { (hour, 0) };
    // Hour and day, but hour, minute and day.
    let of_date = words.number(Class::Month).is_some() && words.digits().filter(|(_, len)| *len <= 2).count() < 3;
    let minute = if len == 4 || of_date {
        minute
    } else {
        numbers.next().map(|d| d.0).or_else(|| spelt.next().filter(|_| by == 0)).unwrap_or(0)
    };
    // "Five in the afternoon", "eleven at night", but one at night is one.
    let hour = match words.codes(Class::Part).find(|p| matches!(*p, "AM" | "PM" | "AF" | "EV" | "NI" | "MI")) {
        Some("PM" | "AF" | "EV") if hour < 12 => hour + 12,
        // One at noon.
        Some("MI") if hour <= 3 => hour + 12,
        Some("NI") if (7..12).contains(&hour) => hour + 12,
        Some("AM" | "NI") if hour == 12 => 0,
        _ => hour,
    };
    if !(0..=24).contains(&hour) || minute >= 60 || hour == 24 && minute > 0 {
        return None;
    }
    let minutes = if by == 0 { hour * 60 + minute } else { (hour * 60 + minute + by).rem_euclid(24 * 60) };
    Some(format!("{:02}:{:02}", minutes / 60, minutes % 60))
}

/// What the value of a part of day is, after the `T`.
fn part(code: &str) -> Option<String> {
    match code {
        "MI" => Some("12:00".into()),
        "MN" => Some("24:00".into()),
        "AM" | "PM" => None,
        _ => Some(code.to_string()),
    }
}

fn duration(pattern: &Pattern, words: &Reading) -> Option<String> {
    if let Some(value) = &pattern.value {
        return Some(value.clone());
    }
    let unit = unit(pattern, words)?;
    if words.number(Class::Half).is_some() {
        return Some(unit.period_and_half(words.quantity().unwrap_or(1)));
    }
    Some(joined(words).unwrap_or_else(|| unit.period(count(words))))
}

/// The period of several units, each with its number: "two years and six months".
fn joined(words: &Reading) -> Option<String> {
    let unit = |token: &Token| Reading(vec![token.clone()]).code(Class::Unit).and_then(Unit::from_code);
    let parts: Vec<&[Token]> = words.0.split_inclusive(|token| unit(token).is_some()).collect();
    let (mut days, mut hours) = (String::new(), String::new());
    for part in parts.iter().filter(|part| part.last().is_some_and(|token| unit(token).is_some())) {
        let (time, factor, letter) = unit(part.last()?)?.measure();
        let count = i64::from(Reading(part.to_vec()).quantity()?) * factor;
        let out = if time.is_empty() { &mut days } else { &mut hours };
        out.push_str(&format!("{count}{letter}"));
    }
    let time = if hours.is_empty() { "" } else { "T" };
    (parts.len() > 1).then(|| format!("P{days}{time}{hours}")).filter(|period| period.len() > 1)
}

fn set(pattern: &Pattern, words: &Reading) -> Option<String> {
    if let Some(value) = &pattern.value {
        return Some(value.clone());
    }
    if let Some(weekday) = words.number(Class::Weekday) {
        return Some(format!("XXXX-WXX-{weekday}"));
    }
    if let Some(month) = words.number(Class::Month) {
        return Some(format!("XXXX-{month:02}"));
    }
    Some(unit(pattern, words)?.period(Some(count(words).unwrap_or(1))))
}

fn unit(pattern: &Pattern, words: &Reading) -> Option<Unit> {
    words.code(Class::Unit).or(pattern.unit.as_deref()).and_then(Unit::from_code)
}

fn count(words: &Reading) -> Option<i32> {
    if words.number(Class::Vague).is_some() { None } else { words.quantity() }
}

/// How many units to move; one where no number is said, none where it is vague.
fn steps(words: &Reading, by: i32) -> Option<i32> {
    let vague = words.number(Class::Vague).is_some();
    (!vague).then(|| words.quantity().unwrap_or(1).saturating_mul(by))
}

/// The first number that may be the day of a month.
fn day(words: &Reading) -> Option<i8> {
    small(words.digits().find(|(n, len)| *len <= 2 && (1..=31).contains(n)).map(|(n, _)| n))
}

fn year(words: &Reading) -> Option<i16> {
    words.digits().find(|(_, len)| *len == 4).and_then(|(n, _)| i16::try_from(n).ok())
}

fn small(n: Option<i32>) -> Option<i8> {
    n.and_then(|n| i8::try_from(n).ok())
}
