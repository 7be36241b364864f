//! A calendar date as far as it is known: a year, a month of a year, or a day. What is not known is left open, never made up.

use std::fmt;

use jiff::civil::Date;

/// Year, month and day, the last two only as far as known. Always a real date: there is no 31 February.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    /// 0 to 9999.
    pub year: i16,
    /// 1 to 12.
    pub month: Option<i8>,
    /// 1 to the last of the month; only with a month.
    pub day: Option<i8>,
}

impl PartialDate {
    /// A year.
    pub fn year(year: i16) -> Option<PartialDate> {
        (0..=9999).contains(&year).then_some(PartialDate { year, month: None, day: None })
    }

    /// A month of a year.
    pub fn month(year: i16, month: i8) -> Option<PartialDate> {
        let whole = PartialDate::year(year)?;
        (1..=12).contains(&month).then_some(PartialDate { month: Some(month), ..whole })
    }

    /// A day.
    pub fn day(year: i16, month: i8, day: i8) -> Option<PartialDate> {
        let whole = PartialDate::month(year, month)?;
        Date::new(year, month, day).ok().map(|_| PartialDate { day: Some(day), ..whole })
    }

    /// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, also with `/` or run together, whatever follows a full date (a time).
    pub fn parse(text: &str) -> Option<PartialDate> {
        let text = text.trim();
        let digits = |from: usize, to: usize| {
            text.get(from..to).filter(|s| s.bytes().all(|b| b.is_ascii_digit())).and_then(|s| s.parse::<i16>().ok())
        };
        let year = digits(0, 4)?;
        let sep = |at: usize| matches!(text.as_bytes().get(at), Some(b'-' | b'/'));
        let ends = |at: usize| !text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
        if text.len() == 4 {
            return PartialDate::year(year);
        }
        if sep(4) {
            let month = i8::try_from(digits(5, 7)?).ok()?;
            if text.len() == 7 {
                return PartialDate::month(year, month);
            }
            return (sep(7) && ends(10))
                .then(|| PartialDate::day(year, month, i8::try_from(digits(8, 10)?).ok()?))
                .flatten();
        }
        if ends(8) && digits(4, 8).is_some() {
            return PartialDate::day(year, i8::try_from(digits(4, 6)?).ok()?, i8::try_from(digits(6, 8)?).ok()?);
        }
        None
    }

    /// The day, where it is known.
    pub fn as_day(self) -> Option<Date> {
        Date::new(self.year, self.month?, self.day?).ok()
    }

    /// The first day it may stand for.
    pub fn first_day(self) -> Date {
        Date::new(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1)).unwrap_or(Date::ZERO)
    }

    /// The last day it may stand for.
    pub fn last_day(self) -> Date {
        match (self.month, self.day) {
            (_, Some(_)) => self.first_day(),
            (Some(_), None) => self.first_day().last_of_month(),
            (None, _) => self.first_day().last_of_year(),
        }
    }
}

impl From<Date> for PartialDate {
    fn from(d: Date) -> PartialDate {
        PartialDate { year: d.year(), month: Some(d.month()), day: Some(d.day()) }
    }
}

impl fmt::Display for PartialDate {
    /// ISO 8601: `2023`, `2023-05`, `2023-05-17`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
            if let Some(day) = self.day {
                write!(f, "-{day:02}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_stays_open() {
        for (text, want) in [
            ("2023-05", "2023-05"),
            ("2023/12", "2023-12"),
            ("2019-02-03T10:00:00Z", "2019-02-03"),
            ("20240229", "2024-02-29"),
            ("20240229T101500", "2024-02-29"),
            ("1991", "1991"),
        ] {
            assert_eq!(PartialDate::parse(text).map(|d| d.to_string()).as_deref(), Some(want), "{text}");
        }
        for bad in ["2023-02-31", "2023-13", "202", "99999", "2023-1-2", "2023-05x", "12/05/2023", "1e10", "é023"] {
            assert_eq!(PartialDate::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_month_spans_its_days() {
        let month = PartialDate::parse("2024-02").unwrap();
        assert_eq!((month.first_day().day(), month.last_day().day()), (1, 29));
        assert_eq!(PartialDate::year(2023).unwrap().last_day().to_string(), "2023-12-31");
    }
}
