//! Days as pages show them: figures with dots, slashes or dashes, and months by name in many languages.
//!
//! Only whole days are read, with their year. Where two orders of day and month are possible the language of the page
//! decides if it leaves no doubt; else nothing is read.

use std::ops::Range;

use crate::partial_date::PartialDate;
use crate::read::html::names;

/// Years of dates on pages.
const YEARS: Range<i16> = 1990..2100;

/// In which order a page writes day and month in figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `31/12`.
    DayFirst,
    /// `12/31`.
    MonthFirst,
    /// English pages do either.
    Unknown,
}

impl Order {
    /// The order that goes with a language tag such as `en-GB`.
    pub fn of(tag: Option<&str>) -> Order {
        let Some(tag) = tag.map(|t| t.to_ascii_lowercase().replace('_', "-")) else { return Order::Unknown };
        let mut parts = tag.split('-');
        match (parts.next(), parts.next()) {
            (Some("en"), Some("us")) => Order::MonthFirst,
            (Some("en"), Some("gb" | "uk" | "au" | "nz" | "ie" | "in" | "za")) => Order::DayFirst,
            (Some("en" | ""), _) | (None, _) => Order::Unknown,
            _ => Order::DayFirst,
        }
    }
}

/// The whole days in `text`, each with its bytes, in order; at most `most`.
pub fn days(text: &str, order: Order, most: usize) -> Vec<(Range<usize>, PartialDate)> {
    let tokens = tokens(text);
    let mut found: Vec<(Range<usize>, PartialDate)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() && found.len() < most {
        match day_at(text, &tokens[at..], order) {
            Some((date, used)) => {
                found.push((tokens[at].at.start..tokens[at + used - 1].at.end, date));
                at += used;
            }
            None => at += 1,
        }
    }
    found
}

/// A run of figures or of letters.
#[derive(Clone, Debug)]
struct Token {
    at: Range<usize>,
    digits: bool,
}

/// Runs of figures and letters; a run that touches the other kind is apart, so that `3rd` is two.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for (at, c) in text.char_indices() {
        let digits = c.is_ascii_digit();
        if !digits && !c.is_alphabetic() && !is_mark(c) {
            continue;
        }
        let end = at + c.len_utf8();
        match tokens.last_mut().filter(|t| t.at.end == at && t.digits == digits) {
            Some(token) => token.at.end = end,
            None => tokens.push(Token { at: at..end, digits }),
        }
    }
    tokens
}

/// Marks that belong to the letter before them.
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// A day at the first of `tokens`, and how many tokens it takes.
fn day_at(text: &str, tokens: &[Token], order: Order) -> Option<(PartialDate, usize)> {
    let first = tokens.first()?;
    let before = text[..first.at.start].chars().next_back();
    let glued = before.is_some_and(char::is_alphabetic);
    // The third part of `1.2.3.2020` begins no day.
    let counted = text[..first.at.start].strip_suffix('.').is_some_and(|t| t.ends_with(|c: char| c.is_ascii_digit()));
    if counted && first.digits {
        return None;
    }
    if before.is_some_and(|c| c.is_numeric() || c == '/' && first.digits) || glued && !first.digits {
        return None;
    }
    let part = |n: usize| tokens.get(n).map(|t| &text[t.at.clone()]);
    let gap = |n: usize| Some(&text[tokens.get(n)?.at.end..tokens.get(n + 1)?.at.start]);
    let ends = |n: usize| {
        let rest = &text[tokens[n].at.end..];
        let digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        !digit(rest) && !rest.strip_prefix(['/', '.']).is_some_and(digit)
    };
    if !first.digits {
        // March 14, 2024
        let month = month(part(0)?)?;
        let day = number(part(1)?, 2)?;
        let mut n = 1;
        if part(2).is_some_and(is_ordinal) && gap(1) == Some("") {
            n = 2;
        }
        let year = number(part(n + 1)?, 4).filter(|_| part(n + 1).is_some_and(|y| y.len() == 4))?;
        return (is_space_or(gap(0)?, ". ") && is_space_or(gap(n)?, ", .") && !gap(n)?.is_empty())
            .then(|| date(year, month, day))
            .flatten()
            .map(|d| (d, n + 2));
    }
    let len = first.at.len();
    if len == 4 {
        // 2024-03-14, 2024.3.14, 2024年3月14日
        let (a, b, year) = match (gap(0)?, gap(1)?) {
            (a, b) if a == b && matches!(a, "-" | "/" | ".") => (part(1)?, part(2)?, part(0)?),
            ("", "") if part(1)? == "年" && part(3)? == "月" => {
                return date(number(part(0)?, 4)?, i8::try_from(number(part(2)?, 2)?).ok()?, number(part(4)?, 2)?)
                    .map(|d| (d, 5));
            }
            _ => return None,
        };
        let month = i8::try_from(number(a, 2)?).ok()?;
        return ends(2).then(|| date(number(year, 4)?, month, number(b, 2)?)).flatten().map(|d| (d, 3));
    }
    if len > 2 {
        return None;
    }
    let day = number(part(0)?, 2)?;
    if tokens.get(1)?.digits {
        // 14.03.2024, 14/3/24, 14 | 03 | 2024
        let (a, b) = (gap(0)?.trim(), gap(1)?.trim());
        let year = part(2)?;
        if a != b || !matches!(a, "." | "/" | "-" | "|") || gap(0)?.len() > 3 || gap(1)?.len() > 3 || !ends(2) {
            return None;
        }
        let year = match year.len() {
            4 => number(year, 4)?,
            2 if matches!(a, "." | "/") && !glued => 2000 + number(year, 2)?,
            _ => return None,
        };
        let second = number(part(1)?, 2)?;
        let one = |day: i16, month: i16| date(year, i8::try_from(month).ok()?, day);
        let (day_first, month_first) = (one(day, second), one(second, day));
        let found = match (day_first, month_first) {
            (Some(d), _) if a == "." || order == Order::DayFirst => Some(d),
            (_, Some(d)) if order == Order::MonthFirst => Some(d),
            (Some(d), None) | (None, Some(d)) => Some(d),
            (Some(d), Some(e)) if d == e => Some(d),
            _ => None,
        };
        return found.map(|d| (d, 3));
    }
    // 14 March 2024, 14. März 2024, 3rd of May 2024, 3 de mayo de 2024
    let mut n = 1;
    if gap(0)?.is_empty() && is_ordinal(part(1)?) {
        n += 1;
    }
    if part(n).is_some_and(is_of) {
        n += 1;
    }
    let month = month(part(n)?)?;
    let mut y = n + 1;
    if part(y).is_some_and(is_of) {
        y += 1;
    }
    let year = part(y)?;
    let year = match year.len() {
        4 => number(year, 4)?,
        2 if gap(y - 1)?.contains(['-', '\'', '’', '/']) => 2000 + number(year, 2)?,
        _ => return None,
    };
    ((0..y).all(|k| gap(k).is_some_and(|g| is_space_or(g, ".,-/'’º°ª"))))
        .then(|| date(year, month, day))
        .flatten()
        .map(|d| (d, y + 1))
}

fn date(year: i16, month: i8, day: i16) -> Option<PartialDate> {
    YEARS.contains(&year).then(|| PartialDate::day(year, month, i8::try_from(day).ok()?)).flatten()
}

fn number(text: &str, most: usize) -> Option<i16> {
    (text.len() <= most && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// The month of a name in any case.
fn month(name: &str) -> Option<i8> {
    if name.len() < 3 || name.len() > 28 {
        return None;
    }
    let lower = name.to_lowercase().replace("i\u{307}", "i");
    names::words().month(&lower)
}

fn is_ordinal(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "st" | "nd" | "rd" | "th" | "er" | "º" | "ª")
}

fn is_of(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "of" | "de" | "del")
}

/// Only white space and `signs`, and little of it.
fn is_space_or(gap: &str, signs: &str) -> bool {
    gap.chars().count() <= 4 && gap.chars().all(|c| c.is_whitespace() || signs.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str, order: Order) -> Option<String> {
        days(text, order, 9).first().map(|(_, d)| d.to_string())
    }

    #[test]
    fn days_are_read_in_many_notations() {
        for (text, want) in [
            ("03.05.2021, 14:32 Uhr", "2021-05-03"),
            ("Stand: 3. 5. 2021", "2021-05-03"),
            ("3. Mai 2021", "2021-05-03"),
            ("28. Jan. 2022", "2022-01-28"),
            ("December 29th 2019", "2019-12-29"),
            ("Apr 7, 2009", "2009-04-07"),
            ("le 1er août 2020 à 8h", "2020-08-01"),
            ("3 de mayo de 2022", "2022-05-03"),
            ("2024年3月14日", "2024-03-14"),
            ("31.10.23", "2023-10-31"),
            ("26/10/2018", "2018-10-26"),
            ("26 | 01 | 2022", "2022-01-26"),
            ("10/26/2018", "2018-10-26"),
            ("5 мая 2021", "2021-05-05"),
            ("2021-05-03 10:00", "2021-05-03"),
            ("3-May-2021", "2021-05-03"),
            ("3 Mayıs 2021", "2021-05-03"),
        ] {
            assert_eq!(first(text, Order::Unknown).as_deref(), Some(want), "{text}");
        }
        assert_eq!(first("02/10/2020", Order::DayFirst).as_deref(), Some("2020-10-02"));
        assert_eq!(first("02/10/2020", Order::MonthFirst).as_deref(), Some("2020-02-10"));
    }

    #[test]
    fn other_figures_are_no_days() {
        for text in [
            "02/10/2020",
            "3. Mai",
            "Mai 2021",
            "192.168.10.20",
            "1.2.3.2020",
            "31.02.2021",
            "Tel. 03 05 2021",
            "12.05.1789",
            "May 2021",
            "10/12/2019/5",
            "é",
        ] {
            assert_eq!(first(text, Order::Unknown), None, "{text}");
        }
    }

    #[test]
    fn a_tag_gives_the_order() {
        assert_eq!(Order::of(Some("de-AT")), Order::DayFirst);
        assert_eq!(Order::of(Some("en_US")), Order::MonthFirst);
        assert_eq!(Order::of(Some("en-GB")), Order::DayFirst);
        assert_eq!(Order::of(Some("en")), Order::Unknown);
        assert_eq!(Order::of(None), Order::Unknown);
    }
}
