//! The rules of one language as one automaton.
//!
//! All patterns of a language and the language-free ones are folded into one automaton over bytes, walked by hand from
//! every word start: that gives the longest match, lets word edges be checked against the text instead of inside the
//! automaton, and leaves most words after one or two bytes.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde::Deserialize;
use toml::Spanned;

use crate::error::Error;
use crate::language::Lang;
use crate::rules::{Class as RuleClass, Rule, RuleFile, RuleId, Rules};
use crate::stage::dates::lexicon::{Class, Lexicon, Meaning, plain};
use crate::stage::dates::machine::Machine;
use crate::stage::dates::spelling::{Names, Reader};
use crate::stage::dates::tense::Tenses;

/// How the three numbers of 04/05/2023 are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
    /// Nobody can tell, unless one of the numbers is above 12.
    #[default]
    Unknown,
}

/// What a match of a rule means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// A calendar date, as far as the words give it.
    Date,
    /// The week or the weekend that a calendar date lies in.
    WeekOf,
    /// A day by its number, with or without its weekday, in a month near publication.
    DayOfMonth,
    /// Year first, in digits.
    Iso,
    /// Day, month and year in digits, in the order of the language.
    Numeric,
    /// The last two digits of a year of the twentieth century.
    ShortYear,
    /// A year in words.
    YearWords,
    /// Days from the day of publication: yesterday.
    Deictic,
    /// This, last or next unit.
    Unit,
    /// So many units from publication; `by` gives the direction.
    Shift,
    /// So many units from the previous date of the text; `by` gives the direction.
    ShiftPrevious,
    /// A season.
    Season,
    /// A season of this, last or next year.
    SeasonOfYear,
    /// A quarter of a year.
    Quarter,
    /// A half of a year.
    Half,
    /// The month, quarter or year of the previous date, in the year that is said or so many from there.
    SamePeriod,
    /// A month of this, last or next year.
    MonthOfYear,
    /// A day of this, last or next month.
    DayInMonth,
    /// Two years that follow each other: a season, a school year.
    Years,
    /// A named day of the year.
    Feast,
    /// The first, the second or the last of a weekday in a month.
    NthWeekday,
    /// A year of an era, or before Christ.
    Era,
    /// A decade, by its first year.
    Decade,
    /// A century, by its number.
    Century,
    /// A time of day.
    Clock,
    /// A part of a day.
    Part,
    /// The night from one day to the next: its first day.
    Night,
    /// Month and day in digits, or the month alone.
    MonthDay,
    /// Day and month in digits, in the order of the language.
    DayMonth,
    /// A day of this, last or next week.
    DayOfWeek,
    /// A length of time.
    Duration,
    /// A recurring time.
    Set,
    /// A value that stands in the rule.
    Fixed,
    /// No date at all, though it looks like one.
    None,
}

/// A rule, as matches refer to it.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// Its number among all rules.
    pub id: RuleId,
    /// What it means.
    pub action: Action,
    /// Direction and distance, for the actions that shift; for a time of day, minutes past the hour that the words do not
    /// spell, or to it.
    pub by: i32,
    /// The unit, where the words do not name it.
    pub unit: Option<String>,
    /// The value, where the words do not give it.
    pub value: Option<String>,
    /// The value is a time of day rather than a date.
    pub time: bool,
    /// Two days of a month are two dates and not one span.
    pub each: bool,
    after: Vec<String>,
    not_after: Vec<String>,
    before: Vec<String>,
    not_before: Vec<String>,
    /// A number of things has the form of this rule too, so a plural noun must not follow.
    countable: bool,
}

/// One match: a rule and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Bytes of the text.
    pub at: Range<usize>,
    /// Index into [`Grammar::patterns`].
    pub pattern: usize,
}

/// Words around a date that decide about it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cues {
    /// Words that say that a date lies ahead.
    pub future: Vec<String>,
    /// Endings of verbs in the future tense.
    pub future_endings: Vec<String>,
    /// Words that say that a date lies behind.
    pub past: Vec<String>,
    /// Endings of verbs in a past tense.
    pub past_endings: Vec<String>,
    /// Words before a date from which something lasts.
    pub since: Vec<String>,
    /// Words before a date up to which something lasts.
    pub until: Vec<String>,
    /// Words before a year that put it into history, so it is no part of a name.
    pub year: Vec<String>,
    /// Words between a date and a second way to say it.
    pub apposition: Vec<String>,
    /// Words between the two ends of a span of time.
    pub range: Vec<String>,
    /// Words before the first end of a span of time.
    pub from: Vec<String>,
    /// Words in `-s` or `-x` that may follow a year.
    pub not_counted: Vec<String>,
    /// Labels of the line that says when an article was published.
    pub published: Vec<String>,
}

/// Lexicon, rules and automaton of one language.
pub struct Grammar {
    /// The language; `None` for the language-free rules alone.
    pub language: Option<Lang>,
    /// Its words.
    pub lexicon: Lexicon,
    /// Its cue words, in plain form.
    pub cues: Cues,
    /// Those of them that tell the tense.
    tenses: OnceLock<Tenses>,
    /// Its order of day and month in digits.
    pub order: Order,
    /// The rules in the order of the files: of two that match the same words the first counts.
    pub patterns: Vec<Pattern>,
    /// The day to which the examples of its rules refer.
    pub reference: Option<String>,
    /// The patterns as they are written.
    written: Vec<Written>,
    /// Made when the first document in the language comes along.
    machine: OnceLock<Option<Machine>>,
}

/// A pattern as it is written, with what the names in it stand for.
#[derive(Clone)]
struct Written {
    pattern: String,
    names: Arc<Names>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    /// Words are not parted by blanks.
    #[serde(default)]
    unspaced: bool,
    #[serde(default)]
    order: Order,
    reference: Option<String>,
    #[serde(default)]
    words: BTreeMap<Class, BTreeMap<String, Meaning>>,
    #[serde(default)]
    parts: BTreeMap<String, String>,
    #[serde(default)]
    cues: Cues,
    #[serde(default)]
    rule: Vec<RuleSource>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleSource {
    name: String,
    about: String,
    pattern: Spanned<String>,
    action: Action,
    #[serde(default)]
    by: i32,
    unit: Option<String>,
    value: Option<String>,
    #[serde(default)]
    time: bool,
    #[serde(default)]
    each: bool,
    #[serde(default)]
    after: Vec<String>,
    #[serde(default)]
    not_after: Vec<String>,
    #[serde(default)]
    before: Vec<String>,
    #[serde(default)]
    not_before: Vec<String>,
    #[serde(default)]
    countable: bool,
    #[serde(default)]
    drop: Vec<String>,
    #[serde(default)]
    keep: Vec<String>,
}

/// The language-free rules, registered once and shared by all languages.
#[derive(Clone, Default)]
pub struct Shared {
    patterns: Vec<(Written, Pattern)>,
    reference: Option<String>,
}

impl Shared {
    /// Reads the rules of `files`, whose folders are no languages.
    ///
    /// # Errors
    /// [`Error::Rules`] with file and line.
    pub fn load(files: &[RuleFile], rules: &mut Rules) -> Result<Shared, Error> {
        let mut shared = Shared::default();
        for file in files.iter().filter(|f| f.language.is_none()) {
            let mut source: Source = file.parse()?;
            shared.patterns.extend(register(file, &mut source, rules)?);
            shared.reference = shared.reference.or(source.reference);
        }
        Ok(shared)
    }
}

impl Grammar {
    /// The grammar of `language`, made of its `files` and what is shared.
    ///
    /// # Errors
    /// [`Error::Rules`] with file and line.
    pub fn load(
        language: Option<Lang>,
        files: &[RuleFile],
        shared: &Shared,
        rules: &mut Rules,
    ) -> Result<Grammar, Error> {
        let mut patterns = Vec::new();
        let mut lexicon = Lexicon::default();
        let mut cues = Cues::default();
        let mut order = Order::Unknown;
        let mut reference = shared.reference.clone();
        for file in files.iter().filter(|f| language.is_some() && f.language == language) {
            let mut source: Source = file.parse()?;
            for (class, words) in &source.words {
                for (form, meaning) in words {
                    lexicon.add(form, *class, meaning.clone());
                }
            }
            patterns.extend(register(file, &mut source, rules)?);
            lexicon.unspaced |= source.unspaced;
            cues = std::mem::take(&mut source.cues).in_plain_form();
            order = source.order;
            reference = source.reference.or(reference);
        }
        patterns.extend(shared.patterns.iter().cloned());
        let (written, patterns): (Vec<Written>, Vec<Pattern>) = patterns.into_iter().unzip();
        Ok(Grammar {
            language,
            lexicon,
            cues,
            order,
            patterns,
            reference,
            written,
            tenses: OnceLock::new(),
            machine: OnceLock::new(),
        })
    }

    /// The cue words that tell the tense.
    pub fn tenses(&self) -> &Tenses {
        self.tenses.get_or_init(|| Tenses::new(&self.cues))
    }

    /// The automaton; `None` where the patterns do not fit together, which a test of the rule files would show.
    fn machine(&self) -> Option<&Machine> {
        self.machine.get_or_init(|| self.build().ok()).as_ref()
    }

    /// # Errors
    /// What is wrong with the patterns.
    pub fn build(&self) -> Result<Machine, String> {
        let mut nodes = Vec::with_capacity(self.written.len());
        for same in self.written.chunk_by(|a, b| Arc::ptr_eq(&a.names, &b.names)) {
            let mut reader = Reader::new(&same[0].names);
            for written in same {
                nodes.push(reader.read(&written.pattern)?);
            }
        }
        Machine::new(&nodes)
    }

    /// Every match in `text[within]`, leftmost and longest, without overlaps.
    pub fn matches(&self, text: &str, within: Range<usize>) -> Vec<Match> {
        let Some(machine) = self.machine() else { return Vec::new() };
        let mut walker = machine.walker();
        let bytes = &text.as_bytes()[..within.end];
        let mut found = Vec::new();
        let mut ends = Vec::new();
        let mut at = within.start;
        while let Some(start) = self.next_start(text, bytes, at, within.start) {
            walker.walk(bytes, start, &mut ends);
            at = start + 1;
            if ends.is_empty() {
                continue;
            }
            if let Some(one) = self.choose(text, &within, start, &ends) {
                at = one.at.end;
                found.push(one);
            }
        }
        found
    }

    /// The next byte from `at` on that a word or number begins with.
    fn next_start(&self, text: &str, bytes: &[u8], mut at: usize, first: usize) -> Option<usize> {
        let is_free = |at: usize| {
            at == first
                || if self.lexicon.unspaced {
                    text.is_char_boundary(at) && !(bytes[at].is_ascii_digit() && bytes[at - 1].is_ascii_digit())
                } else {
                    !is_word_before(text, at)
                }
        };
        while let Some(&byte) = bytes.get(at) {
            if (byte.is_ascii_alphanumeric() || byte >= 0xc3) && is_free(at) {
                return Some(at);
            }
            at += 1;
            if is_word(byte) && !self.lexicon.unspaced {
                at += bytes[at..].iter().take_while(|b| is_word(**b)).count();
            }
        }
        None
    }

    /// The longest match of those that begin at `start`; of equally long ones that of the first rule.
    fn choose(&self, text: &str, within: &Range<usize>, start: usize, ends: &[(usize, usize)]) -> Option<Match> {
        let before = OnceCell::new();
        for same_end in ends.chunk_by(|a, b| a.0 == b.0).rev() {
            let end = same_end[0].0;
            if !is_edge(text, start..end, self.lexicon.unspaced) {
                continue;
            }
            let before = || before.get_or_init(|| plain(tail(&text[within.start..start]))).as_str();
            let after = OnceCell::new();
            let after = || after.get_or_init(|| plain(head(&text[end..within.end]))).as_str();
            let fits = |pattern: usize| self.patterns[pattern].fits(before, after, &self.cues);
            if let Some(&(_, pattern)) = same_end.iter().find(|(_, pattern)| fits(*pattern)) {
                return Some(Match { at: start..end, pattern });
            }
        }
        None
    }
}

impl Cues {
    fn in_plain_form(mut self) -> Cues {
        for list in [
            &mut self.future,
            &mut self.future_endings,
            &mut self.past,
            &mut self.past_endings,
            &mut self.since,
            &mut self.until,
            &mut self.year,
            &mut self.apposition,
            &mut self.range,
            &mut self.from,
            &mut self.not_counted,
            &mut self.published,
        ] {
            list.iter_mut().for_each(|w| *w = plain(w));
        }
        self
    }
}

impl Pattern {
    fn fits<'a>(&self, before: impl Fn() -> &'a str, after: impl Fn() -> &'a str, cues: &Cues) -> bool {
        (self.after.is_empty() || self.after.iter().any(|w| ends_with_word(before(), w)))
            && !self.not_after.iter().any(|w| ends_with_word(before(), w))
            && (self.before.is_empty() || self.before.iter().any(|w| starts_with_word(after(), w)))
            && !self.not_before.iter().any(|w| starts_with_word(after(), w))
            && !(self.countable && counts(after(), cues))
    }
}

/// A number followed by a plural noun counts things: 2,022 firms.
fn counts(after: &str, cues: &Cues) -> bool {
    let Some(rest) = after.strip_prefix(' ') else { return false };
    let word = &rest[..rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len())];
    word.chars().count() > 2 && word.ends_with(['s', 'x']) && !cues.not_counted.iter().any(|w| w == word)
}

/// Whether `text` ends with the word or words `phrase`, white space aside.
pub fn ends_with_word(text: &str, phrase: &str) -> bool {
    let rest = text.trim_end().strip_suffix(phrase);
    rest.is_some_and(|r| !r.ends_with(char::is_alphanumeric) || !phrase.starts_with(char::is_alphanumeric))
}

fn starts_with_word(text: &str, phrase: &str) -> bool {
    let rest = text.trim_start().strip_prefix(phrase);
    rest.is_some_and(|r| !r.starts_with(char::is_alphanumeric) || !phrase.ends_with(char::is_alphanumeric))
}

/// The last characters of `text` that a rule may ask about.
pub fn tail(text: &str) -> &str {
    let mut from = text.len().saturating_sub(48);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    &text[from..]
}

fn head(text: &str) -> &str {
    let mut to = text.len().min(48);
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    &text[..to]
}

/// Whether a byte of ASCII belongs to a word.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether the character before `at` belongs to a word.
fn is_word_before(text: &str, at: usize) -> bool {
    match text.as_bytes()[at - 1] {
        b if b.is_ascii() => is_word(b),
        _ => !text.is_char_boundary(at) || text[..at].chars().next_back().is_some_and(char::is_alphanumeric),
    }
}

/// Whether a match stands free: no word goes on at its end, no number on either side.
fn is_edge(text: &str, at: Range<usize>, unspaced: bool) -> bool {
    let bytes = text.as_bytes();
    if !text.is_char_boundary(at.end) {
        return false;
    }
    let goes_on = |c: char| {
        if unspaced {
            c.is_ascii_alphanumeric() && bytes[at.end - 1].is_ascii()
        } else {
            c.is_alphanumeric() || c == '_'
        }
    };
    let ends_in_digit = bytes[at.end - 1].is_ascii_digit();
    let mut after = text[at.end..].chars();
    match after.next() {
        Some(c) if bytes[at.end - 1] != b'.' && goes_on(c) => return false,
        Some('%' | '°' | '€' | '$' | '£') if ends_in_digit => return false,
        // A range of years or days keeps its parts.
        Some(c @ (',' | '.' | ':' | '/' | '-'))
            if ends_in_digit && after.next().is_some_and(|d| d.is_ascii_digit()) && (c != '-' || at.len() > 4) =>
        {
            return false;
        }
        Some(' ' | '\u{a0}' | '\u{202f}') if ends_in_digit => {
            if matches!(after.next(), Some('%' | '€' | '$' | '£')) {
                return false;
            }
        }
        _ => {}
    }
    if !bytes[at.start].is_ascii_digit() {
        return true;
    }
    let mut before = text[..at.start].chars().rev();
    match before.next() {
        Some('$' | '€' | '£' | '#' | '@') => false,
        Some(',' | '.' | ':' | '/') => !before.next().is_some_and(|d| d.is_ascii_digit()),
        Some('-') => {
            let run = before.clone().take_while(char::is_ascii_digit).count();
            run == 0 || (run == 4 && at.len() <= 4) || (run <= 2 && at.len() > 4)
        }
        _ => true,
    }
}

/// Registers the rules of one file.
fn register(file: &RuleFile, source: &mut Source, rules: &mut Rules) -> Result<Vec<(Written, Pattern)>, Error> {
    let folder = file.path.split('/').next().unwrap_or_default();
    let names = Arc::new(Names { words: std::mem::take(&mut source.words), parts: std::mem::take(&mut source.parts) });
    let mut out = Vec::new();
    for rule in &source.rule {
        // The patterns that come with the program are checked by its tests: parsing them takes longer than an article.
        if !file.embedded {
            let read = Reader::new(&names).read(rule.pattern.get_ref());
            read.map_err(|e| file.fault(Some(rule.pattern.span().start), e))?;
        }
        let kind = match rule.action {
            Action::Duration => "DURATION",
            Action::Set => "SET",
            Action::Clock | Action::Part | Action::Night => "TIME",
            Action::None => "none",
            _ => "DATE",
        };
        let id = rules.add(Rule {
            language: file.language,
            drop: rule.drop.clone(),
            keep: rule.keep.clone(),
            ..Rule::new(format!("dates/{folder}/{}", rule.name), kind, RuleClass::Meaning, rule.about.as_str())
        })?;
        if !rules.is_on(id) {
            continue;
        }
        let words = |list: &[String]| list.iter().map(|w| plain(w)).collect();
        let pattern = Pattern {
            id,
            action: rule.action,
            by: rule.by,
            unit: rule.unit.clone(),
            value: rule.value.clone(),
            time: rule.time,
            each: rule.each,
            after: words(&rule.after),
            not_after: words(&rule.not_after),
            before: words(&rule.before),
            not_before: words(&rule.not_before),
            countable: rule.countable,
        };
        let written = Written { pattern: rule.pattern.get_ref().clone(), names: names.clone() };
        out.push((written, pattern));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_free() {
        let free = |text: &str, word: &str| {
            let at = text.find(word).unwrap();
            is_edge(text, at..at + word.len(), false)
        };
        assert!(free("en 2014, puis", "2014"));
        assert!(free("2014-2016", "2014"));
        assert!(free("1914-1918", "1918"));
        assert!(!free("2014,5", "2014"));
        assert!(!free("2014 %", "2014"));
        assert!(!free("$1990", "1990"));
        assert!(!free("3.1990", "1990"));
    }

    #[test]
    fn phrases_end_at_words() {
        assert!(ends_with_word("elle vit depuis ", "depuis"));
        assert!(!ends_with_word("un men", "en"));
        assert!(ends_with_word("d'", "d'"));
    }
}
