//! Parts of a year: seasons, quarters, halves.

use crate::partial_date::PartialDate;
use crate::stage::dates::resolve::{Point, Scene, Tense, Value};
use crate::stage::dates::units::lacking;

/// A season of a year, or the one that the words and the clause point to.
pub fn season(season: &str, year: Option<i16>, relation: Option<i32>, scene: &Scene) -> Value {
    let year = year.or_else(|| {
        let anchor = scene.anchor?;
        let here = anchor.month?;
        let middle = season_middle(season);
        Some(match relation {
            // A winter is that of the year in which it ends.
            Some(0) => anchor.year + i16::from(season == "WI" && here > 6),
            Some(r) if r < 0 => anchor.year - i16::from(middle >= here),
            Some(_) => anchor.year + i16::from(middle <= here),
            None if scene.tense == Tense::Future => anchor.year + i16::from(middle < here),
            None if scene.tense == Tense::Past => anchor.year - i16::from(middle > here + 1),
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

fn is_ahead(date: PartialDate, anchor: Option<PartialDate>) -> bool {
    anchor.is_some_and(|a| date.first_day() > a.last_day())
}

/// A quarter by number, or the one spoken of.
pub fn quarter(n: Option<i8>, year: Option<i16>, relation: Option<i32>, scene: &Scene) -> Value {
    let anchor = scene.anchor;
    let year = year.or(relation.and_then(|r| anchor?.year.checked_add(i16::try_from(r).ok()?)));
    let spoken = scene
        .history
        .iter()
        .rev()
        .filter(|p| !p.compared && !is_ahead(p.date, anchor))
        .find_map(|p| p.quarter.map(|q| (p.date.year, q)));
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
                    // What is announced of a quarter that has just gone by is said in the future, too.
                    let future = scene.tense == Tense::Future && ahead < 9;
                    quarter_of(if ahead <= 3 || future { next } else { next - 1 }, n)
                }
                (Some(n), ..) => Value::open(format!("XXXX-Q{n}"), lacking(scene)),
                (None, None, None) => Value::open("XXXX-QX", lacking(scene)),
            }
        }
    }
}

pub(super) fn quarter_of(year: i16, n: i8) -> Value {
    let point = PartialDate::month(year, n * 3 - 2).map(|date| Point { date, quarter: Some(n), compared: false });
    Value { point, ..Value::plain(format!("{year:04}-Q{n}")) }
}

pub(super) fn quarter_number(date: PartialDate) -> i8 {
    (date.month.unwrap_or(1) - 1) / 3 + 1
}

/// A half of a year.
pub fn half(n: i8, year: Option<i16>, relation: Option<i32>, scene: &Scene) -> Value {
    let anchor = scene.anchor;
    let said = year.or_else(|| anchor?.year.checked_add(i16::try_from(relation?).ok()?));
    let near = || {
        let (year, month) = (anchor?.year, anchor?.month?);
        let ahead = (n * 6 - 3 - month).rem_euclid(12);
        let next = year + i16::from(n * 6 - 3 < month - 3);
        Some(if ahead <= 5 || scene.tense == Tense::Future { next } else { next - i16::from(n * 6 - 3 >= month) })
    };
    match said.or_else(near) {
        Some(year) => half_of(year, n),
        None => Value::open(format!("XXXX-H{n}"), lacking(scene)),
    }
}

/// The `n`th half of `year`.
pub(super) fn half_of(year: i16, n: i8) -> Value {
    let (from, to) = if n == 1 { (1, 6) } else { (7, 12) };
    Value::plain(format!("{year:04}-H{n}")).with_edtf(format!("{year:04}-{from:02}/{year:04}-{to:02}"))
}
