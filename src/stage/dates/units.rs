//! Units of time and how far they lead: this week, three days ago, a year earlier.

use jiff::Span;
use jiff::civil::Date;

use crate::partial_date::PartialDate;
use crate::stage::dates::resolve::{Point, Scene, Tense, Value, decade};
use crate::stage::dates::said::Unit;
use crate::stage::dates::seasons::{self, quarter_number, quarter_of};

/// This unit, the last, the next; `None` where no word says which.
pub fn whole(unit: Unit, by: Option<i32>, scene: &Scene) -> Value {
    let by = match (unit, by) {
        (_, Some(by)) => by,
        // Early in the week "the weekend" is the last one where the clause tells of the past; on a Monday, unless it lies ahead.
        (Unit::Weekend, None) => {
            let weekday = scene.anchor.and_then(PartialDate::as_day).map_or(7, |d| d.weekday().to_monday_one_offset());
            let behind = match scene.tense {
                Tense::Past => weekday < 5,
                Tense::Open => weekday == 1,
                Tense::Future => false,
            };
            -i32::from(behind)
        }
        (_, None) => 0,
    };
    let by64 = i64::from(by);
    match unit {
        Unit::Second | Unit::Minute | Unit::HalfHour | Unit::Hour => Value::open("PRESENT_REF", "vague"),
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
        Unit::Fortnight => Value::open("XXXX-WXX", "vague"),
        Unit::Half => {
            let Some(month) = scene.anchor.filter(|a| a.month.is_some()).and_then(|m| add_months(m, by64 * 6)) else {
                return Value::open("XXXX-HX", lacking(scene));
            };
            seasons::half_of(month.year, if month.month > Some(6) { 2 } else { 1 })
        }
        Unit::Quarter => {
            let Some(month) = scene.anchor.filter(|a| a.month.is_some()) else {
                return Value::open("XXXX-QX", lacking(scene));
            };
            add_months(month, by64 * 3)
                .map_or_else(|| Value::open("XXXX-QX", "vague"), |m| quarter_of(m.year, quarter_number(m)))
        }
        Unit::Year => from_year(scene, |y| y.checked_add(i16::try_from(by).ok()?)),
        Unit::Decade => match scene.anchor {
            Some(a) => i16::try_from(by)
                .ok()
                .and_then(|by| (a.year / 10).checked_add(by))
                .map_or_else(|| Value::open("XXX", "vague"), decade),
            None => Value::open("XXX", "no-anchor"),
        },
        Unit::Century | Unit::HalfCentury => match scene.anchor {
            Some(a) => Value::plain(format!("{:02}", i32::from(a.year / 100) + by)),
            None => Value::open("XX", "no-anchor"),
        },
    }
}

/// The week of a day, or its weekend; what is coarser than a day stays.
pub fn week_of(date: Value, unit: Unit) -> Value {
    let Some(day) = date.point.and_then(|p| p.date.as_day()) else { return date };
    let weekend = if unit == Unit::Weekend { "-WE" } else { "" };
    Value { point: date.point, ..Value::plain(format!("{}{weekend}", iso_week(day))) }
}

/// So many units from publication.
pub fn shift(count: Option<i32>, unit: Unit, scene: &Scene) -> Value {
    let Some(n) = count else { return Value::open("PAST_REF", "vague") };
    match scene.anchor {
        None => Value::open(unknown(unit), "no-anchor"),
        Some(anchor) => moved(anchor, n, unit).unwrap_or_else(|| Value::open(unknown(unit), lacking(scene))),
    }
}

/// So many units from where the story is.
pub fn shift_previous(count: Option<i32>, unit: Unit, sign: i32, scene: &Scene) -> Value {
    let Some(n) = count else {
        let side = if sign < 0 { "PAST_REF" } else { "FUTURE_REF" };
        return Value::open(side, "vague");
    };
    let story = || scene.history.iter().rev().filter(|p| !p.compared);
    if let (Some(Point { date, quarter: Some(q), .. }), Unit::Year) = (story().next(), unit)
        && let Some(year) = i16::try_from(n).ok().and_then(|n| date.year.checked_add(n))
    {
        return compared(quarter_of(year, *q));
    }
    // The latest date that is fine enough to count from.
    let told = story().map(|p| p.date).find(|d| fine_enough(*d, unit));
    // What came years later came before the text was published.
    let may_count = |a: &PartialDate| (n < 0 || unit != Unit::Year) && fine_enough(*a, unit);
    let base = told.or(scene.anchor.filter(may_count));
    let value = match base {
        Some(base) => moved(base, n, unit).unwrap_or_else(|| Value::open(unknown(unit), lacking(scene))),
        None if n > 0 && scene.anchor.is_some() => Value::open(unknown(unit), "vague"),
        None => Value::open(unknown(unit), lacking(scene)),
    };
    // "Than the month before": the next such month is counted from where the story is, too.
    let compares = n < 0 && unit == Unit::Year || n == -1 && matches!(unit, Unit::Month | Unit::Quarter);
    if compares { compared(value) } else { value }
}

/// The quarter, month or year spoken of, in another year.
pub fn same_period(year: Option<i16>, by: i32, quarter: bool, scene: &Scene) -> Value {
    let spoken = scene.history.iter().rev().find(|p| !p.compared).copied();
    let Some(base) = spoken.or(scene.anchor.map(Point::at)) else { return Value::open("XXXX", lacking(scene)) };
    let year = year.or_else(|| base.date.year.checked_add(i16::try_from(by).ok()?));
    let value = year.and_then(|year| match (base.quarter, base.date.month) {
        (Some(q), _) => Some(quarter_of(year, q)),
        (None, Some(_)) if quarter => Some(quarter_of(year, quarter_number(base.date))),
        (None, Some(month)) => PartialDate::month(year, month).map(Value::date),
        (None, None) => PartialDate::year(year).map(Value::date),
    });
    value.map_or_else(|| Value::open("XXXX", "vague"), compared)
}

/// A date that the text compares with is none that it goes on from.
fn compared(mut value: Value) -> Value {
    if let Some(point) = &mut value.point {
        point.compared = true;
    }
    value
}

fn fine_enough(date: PartialDate, unit: Unit) -> bool {
    match unit {
        Unit::Year | Unit::Decade | Unit::HalfCentury | Unit::Century => true,
        Unit::Month | Unit::Quarter | Unit::Half => date.month.is_some(),
        _ => date.day.is_some(),
    }
}

/// `base` moved by `n` units, as fine as the unit is.
fn moved(base: PartialDate, n: i32, unit: Unit) -> Option<Value> {
    let n64 = i64::from(n);
    match unit {
        Unit::Second | Unit::Minute | Unit::HalfHour | Unit::Hour => base.as_day().map(|d| Value::date(d.into())),
        Unit::Day => base.as_day()?.checked_add(Span::new().try_days(n64).ok()?).ok().map(|d| Value::date(d.into())),
        Unit::Week | Unit::Weekend | Unit::Fortnight => {
            let weeks = if unit == Unit::Fortnight { n64 * 2 } else { n64 };
            let day = base.as_day()?.checked_add(Span::new().try_weeks(weeks).ok()?).ok()?;
            Some(Value { point: Some(Point::at(day.into())), ..Value::plain(iso_week(day)) })
        }
        Unit::Month => base.month.and_then(|_| add_months(base, n64)).map(Value::date),
        Unit::Half => base.month.and_then(|_| add_months(base, n64 * 6)).map(Value::date),
        Unit::Quarter => {
            let month = base.month.and_then(|_| add_months(base, n64 * 3))?;
            Some(quarter_of(month.year, quarter_number(month)))
        }
        Unit::Year | Unit::Decade | Unit::HalfCentury | Unit::Century => {
            let factor = match unit {
                Unit::Year => 1,
                Unit::Decade => 10,
                Unit::HalfCentury => 50,
                _ => 100,
            };
            let year = i64::from(base.year) + n64 * factor;
            PartialDate::year(i16::try_from(year).ok()?).map(Value::date)
        }
    }
}

pub(super) fn from_day(scene: &Scene, to: impl Fn(Date) -> Option<Date>) -> Value {
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

/// The month that lies `by` months from `date`.
pub(super) fn add_months(date: PartialDate, by: i64) -> Option<PartialDate> {
    let months = i64::from(date.year) * 12 + i64::from(date.month.unwrap_or(1)) - 1 + by;
    PartialDate::month(i16::try_from(months.div_euclid(12)).ok()?, i8::try_from(months.rem_euclid(12) + 1).ok()?)
}

fn iso_week(day: Date) -> String {
    let week = day.iso_week_date();
    format!("{:04}-W{:02}", week.year(), week.week())
}

fn unknown(unit: Unit) -> &'static str {
    match unit {
        Unit::Week | Unit::Fortnight => "XXXX-WXX",
        Unit::Weekend => "XXXX-WXX-WE",
        Unit::Month | Unit::Half => "XXXX-XX",
        Unit::Quarter => "XXXX-QX",
        Unit::Year | Unit::Decade | Unit::HalfCentury | Unit::Century => "XXXX",
        _ => "XXXX-XX-XX",
    }
}

/// Why a date could not be counted from the anchor.
pub fn lacking(scene: &Scene) -> &'static str {
    match scene.anchor {
        Some(_) => "month-only",
        None => "no-anchor",
    }
}
