//! Lines that say when an article was published, by whom and where, in whatever order: "12.05.2023, 14:30 Uhr | Lesezeit: 3
//! Minuten", "Айгерим Досжанова, 20 декабря 2019", "THE BEACON Thursday, 14 March 2024". They are told by what all of their
//! words are, since no two papers write them alike.

use super::senses::{self, CLOCK, FUNCTION, LEAD, MONTH, OUTLET, ROLE, STAMP, WEEKDAY};
use super::words::Words;
use super::{byline, fold, shape};

/// Words of the longest line with a date.
const LONGEST: usize = 24;

/// What a line with a date says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stamp {
    /// It names a day.
    pub day: bool,
    /// It names a year.
    pub year: bool,
    /// It names a time of day.
    pub time: bool,
    /// It says that something was published, read or changed.
    pub label: bool,
    /// Authors.
    pub names: Vec<String>,
    /// Words of which nothing is known.
    pub other: usize,
    /// Words in capitals or with a capital of which nothing is known: a place, a paper.
    pub capitalised: usize,
    /// All words.
    pub words: usize,
}

impl Stamp {
    /// Reads a line; `None` when it holds no date.
    pub fn read(text: &str, words: &Words) -> Option<Stamp> {
        if !text.contains(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let mut stamp = Stamp::default();
        let (mut days, mut months, mut numbers) = (0, 0, 0);
        let mut run: Vec<&str> = Vec::new();
        let mut led = false;
        let tokens: Vec<&str> = text.split_whitespace().take(LONGEST + 1).collect();
        let numeric = |i: usize| tokens.get(i).is_some_and(|t| t.contains(|c: char| c.is_ascii_digit()));
        for (i, token) in tokens.iter().copied().enumerate() {
            let bare = token.trim_matches(|c: char| !c.is_alphanumeric());
            if bare.is_empty() {
                stamp.close(&mut run, &mut led, words);
                continue;
            }
            stamp.words += 1;
            if stamp.words > LONGEST {
                return None;
            }
            let opens = token.starts_with(['(', '|', '[']);
            let ends = token.ends_with([',', ';', '|', ')', ':', '/']);
            if opens {
                stamp.close(&mut run, &mut led, words);
            }
            match number(bare) {
                Some(Number::Date) => (stamp.day, stamp.year) = (true, true),
                Some(Number::DayTime) => (stamp.day, stamp.year, stamp.time) = (true, true, true),
                Some(Number::Time) => stamp.time = true,
                Some(Number::Year) => stamp.year = true,
                Some(Number::Day) => days += 1,
                Some(Number::Other) => numbers += 1,
                None => {
                    let folded = fold::word(bare);
                    let mut sense = words.senses.of(&folded);
                    // "ago" is a month in Rome and none in London; a month stands beside its day or year.
                    let of = || {
                        let word = fold::word(tokens[i - 1].trim_matches(|c: char| !c.is_alphanumeric()));
                        numeric(i - 2) && words.function.contains(&word)
                    };
                    if !(numeric(i + 1) || i >= 1 && numeric(i - 1) || i >= 2 && of()) {
                        sense &= !MONTH;
                    }
                    let capital = bare.starts_with(char::is_uppercase);
                    months += usize::from(sense & MONTH != 0);
                    if sense & MONTH != 0 || sense & (WEEKDAY | CLOCK | STAMP) != 0 && run.is_empty() {
                        stamp.label |= sense & STAMP != 0;
                        stamp.close(&mut run, &mut led, words);
                    } else if sense & LEAD != 0 && (!capital || run.is_empty()) {
                        stamp.close(&mut run, &mut led, words);
                        led = true;
                    } else if capital || (!run.is_empty() && words.particle.contains(&folded)) {
                        run.push(bare);
                    } else {
                        stamp.close(&mut run, &mut led, words);
                        if sense & (FUNCTION | ROLE | OUTLET) == 0 && !is_year_sign(&folded) {
                            stamp.other += 1;
                        }
                    }
                    if ends {
                        stamp.close(&mut run, &mut led, words);
                    }
                    continue;
                }
            }
            stamp.close(&mut run, &mut led, words);
        }
        stamp.close(&mut run, &mut led, words);
        stamp.day |= months == 1 && days >= 1;
        // Times and lengths of reading have numbers too; more than a few are a table.
        (stamp.day && months <= 1 && days <= 3 && numbers <= 2).then_some(stamp)
    }

    /// Takes a run of capitalised words for what it is.
    fn close(&mut self, run: &mut Vec<&str>, led: &mut bool, words: &Words) {
        if run.is_empty() {
            return;
        }
        let name = run.join(" ");
        let outlet = run.iter().any(|w| words.senses.of(&fold::word(w)) & (OUTLET | STAMP | senses::SECTION) != 0);
        let shouted = run.len() >= 2
            && run.last().is_some_and(|w| w.chars().count() >= 3 && w.chars().all(char::is_uppercase))
            && run.iter().any(|w| w.chars().any(char::is_lowercase));
        let known = !outlet && (*led || shouted || byline::begins_with_given_name(&name, words));
        if known && shape::is_name(&name, words) {
            self.names.push(name);
        } else {
            self.capitalised += run.len();
        }
        run.clear();
        *led = false;
    }

    /// How sure it is that the line is nothing but this, 0 to 1; `stop` when it ends like a sentence.
    pub fn weight(&self, stop: bool) -> f32 {
        let known = self.other == 0 && self.capitalised <= 8;
        if known && self.label && (self.year || self.time) {
            0.9
        } else if stop {
            0.0
        } else if known && self.year && self.time {
            0.8
        } else if known && (self.year || self.time || self.label) {
            0.6
        } else if self.year && self.other <= 1 && self.capitalised <= 8 && self.words <= 14 {
            0.55
        } else {
            0.0
        }
    }
}

enum Number {
    Date,
    DayTime,
    Time,
    Year,
    Day,
    Other,
}

/// What a word with digits is.
fn number(word: &str) -> Option<Number> {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 {
        return None;
    }
    let fields: Vec<&str> = word.split(|c: char| !c.is_ascii_digit()).filter(|f| !f.is_empty()).collect();
    let signs: Vec<char> = word.chars().filter(|c| !c.is_ascii_digit()).collect();
    let is_year = |f: &str| f.len() == 4 && (f.starts_with("19") || f.starts_with("20"));
    Some(match (&fields[..], &signs[..]) {
        ([year], []) if is_year(year) => Number::Year,
        ([year], [.., 'г' | 'р']) if is_year(year) => Number::Year,
        ([day], signs)
            if day.len() <= 2 && signs.len() <= 3 && signs.iter().all(|c| c.is_alphabetic() || *c == 'º') =>
        {
            // "14h" is an hour, "3rd" and "1er" are days.
            if matches!(signs, ['h' | 'H']) { Number::Time } else { Number::Day }
        }
        ([a, b, c], ['.' | '/' | '-', '.' | '/' | '-'])
            if a.len() <= 4 && b.len() <= 2 && (is_year(a) || is_year(c) || (a.len() <= 2 && c.len() == 2)) =>
        {
            Number::Date
        }
        ([a, _, _, _, _, ..], ['-', '-', 'T', ..]) if is_year(a) => Number::DayTime,
        ([hour, minute] | [hour, minute, _], [':' | '.' | 'h' | 'H', ..]) if hour.len() <= 2 && minute.len() == 2 => {
            Number::Time
        }
        _ => Number::Other,
    })
}

/// "г.", "р.", "r." behind a year.
fn is_year_sign(folded: &str) -> bool {
    matches!(folded, "г" | "года" | "р" | "року" | "r" | "roku" | "del" | "th" | "st")
}
