//! From what is said to a value: the arithmetic of the calendar.
//!
//! Nothing is made up. What the text and the date of publication do not fix stays `X`, and the reason is told. Today's
//! date is never asked.

use jiff::Span;
use jiff::civil::{Date, Weekday};

use crate::partial_date::PartialDate;
use crate::stage::dates::said::{Calendar, Reported, Said};
use crate::stage::dates::units::{self, add_months, from_day, lacking};
use crate::stage::dates::{feasts, seasons};

/// Which side of the anchor a date lies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tense {
    /// Behind it.
    Past,
    /// Ahead of it.
    Future,
    /// The words do not tell.
    Open,
}

/// A date that later ones may count from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The date, or the first day of the quarter to the month.
    pub date: PartialDate,
    /// 1 to 4 where a quarter was spoken of.
    pub quarter: Option<i8>,
    /// It was only compared with: the story goes on where it was before.
    pub compared: bool,
}

impl Point {
    /// A date that the story comes to.
    pub fn at(date: PartialDate) -> Point {
        Point { date, quarter: None, compared: false }
    }
}

/// What is known around a match.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// Publication, as far as known.
    pub anchor: Option<PartialDate>,
    /// Dates of the text so far.
    pub history: &'a [Point],
    /// Which side the words around it point to.
    pub tense: Tense,
    /// The day of the sentence, for a time of day that stands alone.
    pub day: Option<PartialDate>,
}

/// A value and how it was reached.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Value {
    /// TIMEX3.
    pub value: String,
    /// EDTF, where it says more.
    pub edtf: Option<String>,
    /// Why it is not resolved.
    pub reason: Option<&'static str>,
    /// What later dates may count from.
    pub point: Option<Point>,
}

impl Value {
    pub(super) fn date(date: PartialDate) -> Value {
        Value { value: date.to_string(), point: Some(Point::at(date)), ..Value::default() }
    }

    pub(super) fn plain(value: impl Into<String>) -> Value {
        Value { value: value.into(), ..Value::default() }
    }

    pub(super) fn open(value: impl Into<String>, reason: &'static str) -> Value {
        Value { value: value.into(), reason: Some(reason), ..Value::default() }
    }

    pub(super) fn with_edtf(mut self, edtf: impl Into<String>) -> Value {
        self.edtf = Some(edtf.into());
        self
    }
}

impl Value {
    /// The first and the last day that the value leaves open, seen from `day`.
    pub fn span(&self, day: Date) -> Option<(Option<Date>, Option<Date>)> {
        match self.value.as_str() {
            "PAST_REF" => Some((None, Some(day))),
            "FUTURE_REF" => Some((Some(day), None)),
            _ => {
                let (from, to) = match self.value.split_once('/') {
                    Some((from, to)) => (PartialDate::parse(from)?, PartialDate::parse(to)?),
                    None => {
                        let date = self.point.map(|p| p.date).or_else(|| PartialDate::parse(&self.value))?;
                        (date, date)
                    }
                };
                Some((Some(from.first_day()), Some(to.last_day())))
            }
        }
    }
}

/// The value of what is said; `None` where there is no such date.
pub fn resolve(reported: &Reported, scene: &Scene) -> Option<Value> {
    let mut value = match &reported.said {
        Said::Calendar(date) => calendar(date, scene)?,
        Said::WeekOf(date, unit) => units::week_of(calendar(date, scene)?, *unit),
        Said::Deictic(by) => from_day(scene, |day| day.checked_add(Span::new().days(i64::from(*by))).ok()),
        Said::Unit(unit, by) => units::whole(*unit, *by, scene),
        Said::DayOfWeek(by, weekday) => from_day(scene, |day| {
            let monday = day.checked_sub(Span::new().days(i64::from(day.weekday().to_monday_zero_offset()))).ok()?;
            monday.checked_add(Span::new().days(i64::from(*by) * 7 + i64::from(*weekday) - 1)).ok()
        }),
        Said::Shift(count, unit) => units::shift(*count, *unit, scene),
        Said::ShiftPrevious(count, unit, sign) => units::shift_previous(*count, *unit, *sign, scene),
        Said::Season(season, year, relation) => seasons::season(season, *year, *relation, scene),
        Said::SeasonOfYear(season, by) => {
            let year = scene.anchor.and_then(|a| a.year.checked_add(i16::try_from(*by).ok()?));
            seasons::season(season, year, None, scene)
        }
        Said::Quarter(n, year, relation) => seasons::quarter(*n, *year, *relation, scene),
        Said::Half(n, year, relation) => seasons::half(*n, *year, *relation, scene),
        Said::SamePeriod(year, by, quarter) => units::same_period(*year, *by, *quarter, scene),
        Said::Years(first, second) => {
            let range = format!("{first:04}/{second:04}");
            let end = PartialDate::year(*second)?;
            Value { value: range.clone(), ..Value::date(end) }.with_edtf(range)
        }
        Said::Feast(code, year, relation) => feasts::feast(code, *year, *relation, scene)?,
        Said::BeforeChrist(year) => Value::plain(format!("BC{year:04}")).with_edtf(format!("-{:04}", year - 1)),
        Said::Decade(decade) => self::decade(*decade),
        Said::Century(century) => Value::plain(format!("{century:02}")).with_edtf(format!("{century:02}XX")),
        Said::Time => match scene.day {
            Some(day) => Value { point: None, ..Value::date(day) },
            None => Value::open("XXXX-XX-XX", lacking(scene)),
        },
        Said::Value(value) => fixed(value),
    };
    if let Some(time) = &reported.time {
        // A part of a day makes no sense of anything coarser than one.
        if value.value.matches('-').count() >= 2 {
            value.value = format!("{}T{time}", value.value);
            match reported.zone.as_deref() {
                Some("Z") => value.value.push('Z'),
                Some(zone) => value.edtf = Some(format!("{}{zone}", value.value)),
                None => {}
            }
        }
    }
    Some(value)
}

fn calendar(said: &Calendar, scene: &Scene) -> Option<Value> {
    if said.ambiguous {
        let (month, day) = (said.month?, *said.days.first()?);
        let one = PartialDate::day(said.year?, month, day)?;
        let other = PartialDate::day(said.year?, day, month)?;
        let value = Value::open(format!("{:04}-XX-XX", one.year), "ambiguous");
        return Some(value.with_edtf(format!("[{},{}]", one.min(other), one.max(other))));
    }
    if let (Some(by), [day]) = (said.month_by, said.days.as_slice()) {
        let month = scene.anchor.filter(|a| a.month.is_some()).and_then(|a| add_months(a, i64::from(by)));
        return match month {
            Some(month) => PartialDate::day(month.year, month.month?, *day).map(Value::date),
            None => Some(Value::open(format!("XXXX-XX-{day:02}"), lacking(scene))),
        };
    }
    let year_by = || scene.anchor?.year.checked_add(i16::try_from(said.year_by?).ok()?);
    match (said.year.or_else(year_by), said.month, said.days.as_slice()) {
        (Some(year), Some(month), days) => days_of(year, month, days),
        (Some(year), None, _) => PartialDate::year(year).map(Value::date),
        (None, Some(month), days) => {
            let longest = if month == 2 { 29 } else { days_in(month) };
            if days.iter().any(|d| *d > longest) {
                return None;
            }
            match year_of(month, days.last().copied(), said, scene) {
                Some(year) => days_of(year, month, days),
                None => {
                    let day = days.last().map_or(String::new(), |d| format!("-{d:02}"));
                    Some(Value::open(format!("XXXX-{month:02}{day}"), lacking(scene)))
                }
            }
        }
        (None, None, [day, ..]) => Some(day_of_month(*day, said, scene)),
        (None, None, []) => Some(weekday(said.weekday?, said.relation, scene)),
    }
}

/// A day, a month, or the range of two days of it.
fn days_of(year: i16, month: i8, days: &[i8]) -> Option<Value> {
    match *days {
        [] => PartialDate::month(year, month).map(Value::date),
        [day] => PartialDate::day(year, month, day).map(Value::date),
        [from, to, ..] => {
            let here = PartialDate::month(year, month)?;
            // "From the 31st to the 1st of January": the first day belongs to the month before.
            let first = if from > to { add_months(here, -1)? } else { here };
            let (from, to) = (PartialDate::day(first.year, first.month?, from)?, PartialDate::day(year, month, to)?);
            let range = format!("{from}/{to}");
            Some(Value { value: range.clone(), ..Value::date(to) }.with_edtf(range))
        }
    }
}

/// The day of that number in the month of the anchor or beside it: on the side that the words point to, on the weekday
/// that they name, and else the nearest.
fn day_of_month(day: i8, said: &Calendar, scene: &Scene) -> Value {
    let Some(anchor) = scene.anchor.and_then(PartialDate::as_day) else {
        return Value::open(format!("XXXX-XX-{day:02}"), lacking(scene));
    };
    let side = match (said.relation, scene.tense) {
        (Some(r), _) if r < 0 => Tense::Past,
        (Some(r), _) if r > 0 => Tense::Future,
        (_, tense) => tense,
    };
    let weekday = said.weekday.and_then(|w| Weekday::from_monday_one_offset(w).ok());
    let distance = |d: &Date| (*d - anchor).get_days();
    let best = |reach: i64| {
        let candidates = (-reach..=reach).filter_map(|by| {
            let month = add_months(anchor.into(), by)?;
            PartialDate::day(month.year, month.month?, day)?.as_day()
        });
        candidates.min_by_key(|d| {
            let away = distance(d);
            let off_side = (side == Tense::Past && away > 0) || (side == Tense::Future && away < 0);
            (weekday.is_some_and(|w| d.weekday() != w), off_side, away.abs())
        })
    };
    let fits = |d: &Date| weekday.is_none_or(|w| d.weekday() == w);
    // Every day of the month falls on every day of the week within fourteen months.
    match best(1).filter(fits).or_else(|| best(14).filter(fits)) {
        Some(day) => Value::date(day.into()),
        None => Value::open(format!("XXXX-XX-{day:02}"), "vague"),
    }
}

/// The year of a month or day that is said without one.
fn year_of(month: i8, day: Option<i8>, said: &Calendar, scene: &Scene) -> Option<i16> {
    let anchor = scene.anchor?;
    let here = anchor.month?;
    // Within the month of the anchor only days can tell, where both are known.
    let side = match (day, anchor.day) {
        (Some(d), Some(a)) => (month, d).cmp(&(here, a)),
        (Some(_), None) if month == here => std::cmp::Ordering::Equal,
        _ => month.cmp(&here),
    };
    let (before, after) =
        (side.is_lt() || (side.is_eq() && day.is_some()), side.is_gt() || (side.is_eq() && day.is_some()));
    let last = anchor.year - i16::from(!before);
    let next = anchor.year + i16::from(!after);
    Some(match (said.relation, scene.tense) {
        (Some(0), _) => anchor.year,
        (Some(r), _) if r < 0 => last,
        (Some(_), _) => next,
        (None, _) if month == here => anchor.year,
        (None, Tense::Future) => next,
        (None, Tense::Past) if day.is_none() => last,
        // The nearer of the two, and behind where the clause tells of the past; but "was put off to 6 May" looks ahead.
        (None, tense) => {
            let ahead = (month - here).rem_euclid(12);
            if ahead < if tense == Tense::Past { 3 } else { 6 } { next } else { last }
        }
    })
}

fn weekday(number: i8, relation: Option<i32>, scene: &Scene) -> Value {
    let Some(day) = scene.anchor.and_then(PartialDate::as_day) else {
        return Value::open(format!("XXXX-WXX-{number}"), lacking(scene));
    };
    let Ok(wanted) = Weekday::from_monday_one_offset(number) else { return Value::open("XXXX-WXX", "vague") };
    let back = day.weekday().since(wanted).rem_euclid(7);
    let ahead = wanted.since(day.weekday()).rem_euclid(7);
    let by = match (relation, scene.tense) {
        (Some(r), _) if r < 0 => -i64::from(if back == 0 { 7 } else { back }),
        (Some(r), _) if r > 0 => i64::from(if ahead == 0 { 7 } else { ahead }),
        (_, Tense::Future) => i64::from(ahead),
        _ => -i64::from(back),
    };
    day.checked_add(Span::new().days(by)).map_or_else(|_| Value::open("XXXX-WXX", "vague"), |d| Value::date(d.into()))
}

pub(super) fn decade(decade: i16) -> Value {
    // Two digits alone mean the century that a reader of news would think of.
    let decade = if decade < 10 { if decade < 2 { 200 + decade } else { 190 + decade } } else { decade };
    Value::plain(format!("{decade:03}")).with_edtf(format!("{decade:03}X"))
}

fn fixed(value: &str) -> Value {
    if value.ends_with("_REF") {
        return Value::open(value, "vague");
    }
    let vague = value.starts_with('P') && value.contains('X');
    Value { reason: vague.then_some("vague"), ..Value::plain(value) }
}

fn days_in(month: i8) -> i8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 => 29,
        _ => 31,
    }
}
