//! From what is said to a value: the arithmetic of the calendar.
//!
//! Nothing is made up. What the text and the date of publication do not fix stays `X`, and the reason is told. Today's
//! date is never asked.

use jiff::Span;
use jiff::civil::{Date, Weekday};

use crate::partial_date::PartialDate;
use crate::stage::dates::said::{Calendar, Reported, Said, Unit};

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
    fn date(date: PartialDate) -> Value {
        Value { value: date.to_string(), point: Some(Point { date, quarter: None }), ..Value::default() }
    }

    fn plain(value: impl Into<String>) -> Value {
        Value { value: value.into(), ..Value::default() }
    }

    fn open(value: impl Into<String>, reason: &'static str) -> Value {
        Value { value: value.into(), reason: Some(reason), ..Value::default() }
    }

    fn with_edtf(mut self, edtf: impl Into<String>) -> Value {
        self.edtf = Some(edtf.into());
        self
    }
}

/// The value of what is said; `None` where there is no such date.
pub fn resolve(reported: &Reported, scene: &Scene) -> Option<Value> {
    let mut value = match &reported.said {
        Said::Calendar(date) => calendar(date, scene)?,
        Said::Deictic(by) => from_day(scene, |day| day.checked_add(Span::new().days(i64::from(*by))).ok()),
        Said::Unit(unit, by) => whole_unit(*unit, *by, scene),
        Said::Shift(count, unit) => shift(*count, *unit, scene),
        Said::ShiftPrevious(count, unit, sign) => shift_previous(*count, *unit, *sign, scene),
        Said::Season(season, year, relation) => self::season(season, *year, *relation, scene),
        Said::Quarter(n, year, relation) => quarter(*n, *year, *relation, scene),
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
        }
    }
    Some(value)
}

fn calendar(said: &Calendar, scene: &Scene) -> Option<Value> {
    if said.ambiguous {
        let date = PartialDate::day(said.year?, said.month?, *said.days.first()?)?;
        let year = date.year;
        return Some(Value::open(format!("{year:04}-XX-XX"), "ambiguous"));
    }
    match (said.year, said.month, said.days.as_slice()) {
        (Some(year), Some(month), days) => days_of(year, month, days),
        (Some(year), None, _) => PartialDate::year(year).map(Value::date),
        (None, Some(month), days) => {
            let longest = if month == 2 { 29 } else { i8::try_from(days_in(month)).unwrap_or(31) };
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
            let (from, to) = (PartialDate::day(year, month, from)?, PartialDate::day(year, month, to)?);
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
    let candidates = (-1..=1).filter_map(|by| {
        let month = add_months(anchor.into(), by)?;
        PartialDate::day(month.year, month.month?, day)?.as_day()
    });
    let distance = |d: &Date| (*d - anchor).get_days();
    let best = candidates.min_by_key(|d| {
        let away = distance(d);
        let off_side = (side == Tense::Past && away > 0) || (side == Tense::Future && away < 0);
        (weekday.is_some_and(|w| d.weekday() != w), off_side, away.abs())
    });
    match best {
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
        // The nearer of the two.
        (None, _) => {
            let ahead = (month - here).rem_euclid(12);
            if ahead < 6 { next } else { last }
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

fn whole_unit(unit: Unit, by: i32, scene: &Scene) -> Value {
    let by64 = i64::from(by);
    match unit {
        Unit::Second | Unit::Minute | Unit::Hour => Value::open("PRESENT_REF", "vague"),
        Unit::Day => from_day(scene, |day| day.checked_add(Span::new().days(by64)).ok()),
        Unit::Week | Unit::Weekend => {
            let Some(day) = scene.anchor.and_then(PartialDate::as_day) else {
                return Value::open(if unit == Unit::Week { "XXXX-WXX" } else { "XXXX-WXX-WE" }, lacking(scene));
            };
            let Ok(day) = day.checked_add(Span::new().weeks(by64)) else { return Value::open("XXXX-WXX", "vague") };
            let week = iso_week(day);
            Value::plain(if unit == Unit::Week { week } else { format!("{week}-WE") })
        }
        Unit::Month => from_month(scene, |m| add_months(m, by64)),
        Unit::Quarter => {
            let Some(month) = scene.anchor.filter(|a| a.month.is_some()) else {
                return Value::open("XXXX-QX", lacking(scene));
            };
            add_months(month, by64 * 3)
                .map_or_else(|| Value::open("XXXX-QX", "vague"), |m| quarter_of(m.year, quarter_number(m)))
        }
        Unit::Year => from_year(scene, |y| y.checked_add(i16::try_from(by).ok()?)),
        Unit::Decade => match scene.anchor {
            Some(a) => decade(a.year / 10 + by as i16),
            None => Value::open("XXX", "no-anchor"),
        },
        Unit::Century => match scene.anchor {
            Some(a) => Value::plain(format!("{:02}", i32::from(a.year / 100) + by)),
            None => Value::open("XX", "no-anchor"),
        },
    }
}

fn shift(count: Option<i32>, unit: Unit, scene: &Scene) -> Value {
    let Some(n) = count else { return Value::open("PAST_REF", "vague") };
    match scene.anchor {
        None => Value::open(unknown(unit), "no-anchor"),
        Some(anchor) => moved(anchor, n, unit).unwrap_or_else(|| Value::open(unknown(unit), lacking(scene))),
    }
}

fn shift_previous(count: Option<i32>, unit: Unit, sign: i32, scene: &Scene) -> Value {
    let Some(n) = count else {
        let side = if sign < 0 { "PAST_REF" } else { "FUTURE_REF" };
        return Value::open(side, "vague");
    };
    let last = scene.history.last();
    if let (Some(Point { date, quarter: Some(q) }), Unit::Year) = (last, unit)
        && let Some(year) = i16::try_from(n).ok().and_then(|n| date.year.checked_add(n))
    {
        return quarter_of(year, *q);
    }
    // The latest date that is fine enough to count from.
    let base = scene.history.iter().rev().map(|p| p.date).chain(scene.anchor).find(|d| fine_enough(*d, unit));
    match base {
        Some(base) => moved(base, n, unit).unwrap_or_else(|| Value::open(unknown(unit), lacking(scene))),
        None => Value::open(unknown(unit), lacking(scene)),
    }
}

fn fine_enough(date: PartialDate, unit: Unit) -> bool {
    match unit {
        Unit::Year | Unit::Decade | Unit::Century => true,
        Unit::Month | Unit::Quarter => date.month.is_some(),
        _ => date.day.is_some(),
    }
}

/// `base` moved by `n` units, as fine as the unit is.
fn moved(base: PartialDate, n: i32, unit: Unit) -> Option<Value> {
    let n64 = i64::from(n);
    match unit {
        Unit::Second | Unit::Minute | Unit::Hour => base.as_day().map(|d| Value::date(d.into())),
        Unit::Day => base.as_day()?.checked_add(Span::new().try_days(n64).ok()?).ok().map(|d| Value::date(d.into())),
        Unit::Week | Unit::Weekend => {
            let day = base.as_day()?.checked_add(Span::new().try_weeks(n64).ok()?).ok()?;
            Some(Value { point: Some(Point { date: day.into(), quarter: None }), ..Value::plain(iso_week(day)) })
        }
        Unit::Month => base.month.and_then(|_| add_months(base, n64)).map(Value::date),
        Unit::Quarter => {
            let month = base.month.and_then(|_| add_months(base, n64 * 3))?;
            Some(quarter_of(month.year, quarter_number(month)))
        }
        Unit::Year | Unit::Decade | Unit::Century => {
            let factor = match unit {
                Unit::Year => 1,
                Unit::Decade => 10,
                _ => 100,
            };
            let year = i64::from(base.year) + n64 * factor;
            PartialDate::year(i16::try_from(year).ok()?).map(Value::date)
        }
    }
}

fn season(season: &str, year: Option<i16>, relation: Option<i32>, scene: &Scene) -> Value {
    let year = year.or_else(|| {
        let anchor = scene.anchor?;
        let here = anchor.month?;
        let middle = season_middle(season);
        Some(match relation {
            Some(0) => anchor.year,
            Some(r) if r < 0 => anchor.year - i16::from(middle >= here),
            Some(_) => anchor.year + i16::from(middle <= here),
            None if scene.tense == Tense::Future => anchor.year + i16::from(middle < here),
            None => {
                let ahead = (middle - here).rem_euclid(12);
                let next = anchor.year + i16::from(middle < here);
                if ahead < 6 { next } else { next - 1 }
            }
        })
    });
    let Some(year) = year else { return Value::open(format!("XXXX-{season}"), lacking(scene)) };
    let number = match season {
        "SP" => 21,
        "SU" => 22,
        "FA" => 23,
        _ => 24,
    };
    Value::plain(format!("{year:04}-{season}")).with_edtf(format!("{year:04}-{number}"))
}

fn season_middle(season: &str) -> i8 {
    match season {
        "SP" => 4,
        "SU" => 7,
        "FA" => 10,
        _ => 1,
    }
}

fn quarter(n: Option<i8>, year: Option<i16>, relation: Option<i32>, scene: &Scene) -> Value {
    let anchor = scene.anchor;
    let year = year.or(relation.and_then(|r| anchor?.year.checked_add(i16::try_from(r).ok()?)));
    let spoken = scene.history.iter().rev().find_map(|p| p.quarter.map(|q| (p.date.year, q)));
    match (n, year) {
        (Some(n), Some(year)) => quarter_of(year, n),
        (None, Some(year)) => {
            spoken.map_or_else(|| Value::open(format!("{year:04}-QX"), "vague"), |(_, q)| quarter_of(year, q))
        }
        (n, None) => {
            let known = anchor.and_then(|a| a.month.map(|m| (a.year, m)));
            match (n, spoken, known) {
                (None, Some((year, q)), _) => quarter_of(year, q),
                // The last that is over.
                (None, None, Some((year, month))) => match (month - 1) / 3 {
                    0 => quarter_of(year - 1, 4),
                    q => quarter_of(year, q),
                },
                (Some(n), _, Some((year, month))) => {
                    let ahead = (n * 3 - 1 - month).rem_euclid(12);
                    let next = year + i16::from(n * 3 - 1 < month);
                    quarter_of(if ahead <= 4 || scene.tense == Tense::Future { next } else { next - 1 }, n)
                }
                (Some(n), ..) => Value::open(format!("XXXX-Q{n}"), lacking(scene)),
                (None, None, None) => Value::open("XXXX-QX", lacking(scene)),
            }
        }
    }
}

fn quarter_of(year: i16, n: i8) -> Value {
    let point = PartialDate::month(year, n * 3 - 2).map(|date| Point { date, quarter: Some(n) });
    Value { point, ..Value::plain(format!("{year:04}-Q{n}")) }
}

fn quarter_number(date: PartialDate) -> i8 {
    (date.month.unwrap_or(1) - 1) / 3 + 1
}

fn decade(decade: i16) -> Value {
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

fn from_day(scene: &Scene, to: impl Fn(Date) -> Option<Date>) -> Value {
    match scene.anchor.and_then(PartialDate::as_day).and_then(to) {
        Some(day) => Value::date(day.into()),
        None => Value::open("XXXX-XX-XX", lacking(scene)),
    }
}

fn from_month(scene: &Scene, to: impl Fn(PartialDate) -> Option<PartialDate>) -> Value {
    match scene.anchor.filter(|a| a.month.is_some()).and_then(to) {
        Some(month) => Value::date(month),
        None => Value::open("XXXX-XX", lacking(scene)),
    }
}

fn from_year(scene: &Scene, to: impl Fn(i16) -> Option<i16>) -> Value {
    match scene.anchor.and_then(|a| to(a.year)).and_then(PartialDate::year) {
        Some(year) => Value::date(year),
        None => Value::open("XXXX", lacking(scene)),
    }
}

fn add_months(date: PartialDate, by: i64) -> Option<PartialDate> {
    let months = i64::from(date.year) * 12 + i64::from(date.month.unwrap_or(1)) - 1 + by;
    PartialDate::month(i16::try_from(months.div_euclid(12)).ok()?, i8::try_from(months.rem_euclid(12) + 1).ok()?)
}

fn iso_week(day: Date) -> String {
    let week = day.iso_week_date();
    format!("{:04}-W{:02}", week.year(), week.week())
}

fn days_in(month: i8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 => 29,
        _ => 31,
    }
}

fn unknown(unit: Unit) -> &'static str {
    match unit {
        Unit::Week => "XXXX-WXX",
        Unit::Weekend => "XXXX-WXX-WE",
        Unit::Month => "XXXX-XX",
        Unit::Quarter => "XXXX-QX",
        Unit::Year | Unit::Decade | Unit::Century => "XXXX",
        _ => "XXXX-XX-XX",
    }
}

/// Why a date could not be counted from the anchor.
fn lacking(scene: &Scene) -> &'static str {
    match scene.anchor {
        Some(PartialDate { month: Some(_), .. }) => "month-only",
        Some(_) => "month-only",
        None => "no-anchor",
    }
}
