//! Named days, and the reckoning of Easter.

use jiff::Span;
use jiff::civil::{Date, Weekday};

use crate::partial_date::PartialDate;
use crate::stage::dates::resolve::{Scene, Tense, Value};
use crate::stage::dates::units::lacking;

/// The named day that `code` stands for; see [`crate::stage::dates::lexicon::Class::Feast`].
pub fn feast(code: &str, year: Option<i16>, relation: Option<i32>, scene: &Scene) -> Option<Value> {
    if code == "?" {
        return Some(match year.and_then(PartialDate::year) {
            Some(year) => Value { reason: Some("vague"), ..Value::date(year) },
            None => Value::open("XXXX", "vague"),
        });
    }
    if let Some(year) = year {
        return day_of(code, year).map(|d| Value::date(d.into()));
    }
    let Some(anchor) = scene.anchor else { return Some(Value::open(unresolved(code), lacking(scene))) };
    if anchor.month.is_none() {
        return Some(Value::open(unresolved(code), lacking(scene)));
    }
    let (first, last) = (anchor.first_day(), anchor.last_day());
    let here = day_of(code, anchor.year)?;
    let side = match (relation, scene.tense) {
        (Some(0), _) => return Some(Value::date(here.into())),
        (Some(r), _) if r < 0 => Tense::Past,
        (Some(_), _) => Tense::Future,
        (None, tense) => tense,
    };
    let ahead = || if here >= first { Some(here) } else { day_of(code, anchor.year + 1) };
    let behind = || if here <= last { Some(here) } else { day_of(code, anchor.year - 1) };
    let day = match side {
        Tense::Future => ahead()?,
        Tense::Past => behind()?,
        // The nearer of the two.
        Tense::Open => {
            let (next, past) = (ahead()?, behind()?);
            if (next - last).get_days() <= (first - past).get_days() { next } else { past }
        }
    };
    Some(Value::date(day.into()))
}

/// What is known of a feast without its year.
fn unresolved(code: &str) -> String {
    if code.len() == 5 && code.as_bytes()[2] == b'-' { format!("XXXX-{code}") } else { "XXXX-XX-XX".to_string() }
}

/// The day of a feast in a year.
fn day_of(code: &str, year: i16) -> Option<Date> {
    if let Some(days) = code.strip_prefix("E").and_then(|d| d.parse::<i64>().ok()) {
        return easter(year)?.checked_add(Span::new().days(days)).ok();
    }
    if let Some(days) = code.strip_prefix("O").and_then(|d| d.parse::<i64>().ok()) {
        return orthodox_easter(year)?.checked_add(Span::new().days(days)).ok();
    }
    let mut parts = code.splitn(3, '-').map(|p| p.parse::<i8>());
    let month = parts.next()?.ok()?;
    let second = parts.next()?.ok()?;
    match parts.next() {
        None => Date::new(year, month, second).ok(),
        Some(nth) => {
            let weekday = Weekday::from_monday_one_offset(second).ok()?;
            Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth.ok()?, weekday).ok()
        }
    }
}

/// Western Easter, by the anonymous Gregorian reckoning (Meeus, Astronomical Algorithms, chapter 8).
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Orthodox Easter: the Julian one (Meeus), thirteen days later in the Gregorian calendar of 1900 to 2099.
fn orthodox_easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let d = (19 * (y % 19) + 15) % 30;
    let e = (2 * (y % 4) + 4 * (y % 7) - d + 34) % 7;
    let month = (d + e + 114) / 31;
    let day = (d + e + 114) % 31 + 1;
    let julian = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    julian.checked_add(Span::new().days(13)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_falls_where_it_fell() {
        for (year, west, east) in [
            (1961, "1961-04-02", "1961-04-09"),
            (2000, "2000-04-23", "2000-04-30"),
            (2008, "2008-03-23", "2008-04-27"),
            (2024, "2024-03-31", "2024-05-05"),
            (2025, "2025-04-20", "2025-04-20"),
            (2038, "2038-04-25", "2038-04-25"),
        ] {
            assert_eq!(easter(year).map(|d| d.to_string()).as_deref(), Some(west));
            assert_eq!(orthodox_easter(year).map(|d| d.to_string()).as_deref(), Some(east));
        }
    }

    #[test]
    fn days_that_move_with_the_week_are_counted() {
        assert_eq!(day_of("11-4-4", 2023).map(|d| d.to_string()).as_deref(), Some("2023-11-23"));
        assert_eq!(day_of("E+50", 2025).map(|d| d.to_string()).as_deref(), Some("2025-06-09"));
        assert_eq!(day_of("2-30", 2025), None);
    }
}
