//! The words that dates are made of, by class, and the reading of a match as a row of them.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use serde::Deserialize;

use crate::lexicon::Quick;

/// What a word can be in a date. The names are those of the tables in the rule files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// 1 to 12.
    Month,
    /// 1 (Monday) to 7.
    Weekday,
    /// `D`, `W`, `WE` (weekend), `F` (fortnight), `M`, `Q`, `S` (six months), `Y`, `E` (decade), `C`, and `TS`, `TM`,
    /// `TH` for seconds, minutes, hours; `THH` is half an hour, `CH` half a century.
    Unit,
    /// A number in words.
    Number,
    /// A number that orders: first, second …
    Ordinal,
    /// Days from the day of publication.
    Deictic,
    /// `SP`, `SU`, `FA`, `WI`.
    Season,
    /// Part of a day: `MO`, `AF`, `EV`, `NI`, `MI` for noon, `MN` for midnight; `AM` and `PM` beside a clock time.
    Part,
    /// -1 last, 0 this, 1 next.
    Relation,
    /// A quantity that is not counted: some, several.
    Vague,
    /// A month, 1 to 12, in a short form that is only one beside a day and a year.
    Abbreviation,
    /// A named day: `12-25`, `E+1` days from Easter, `O+1` from Orthodox Easter, `11-4-4` for the fourth Thursday of
    /// November, `?` where nobody can compute it.
    Feast,
    /// The year before the first of an era: 2018 for Reiwa.
    Era,
    /// "And a half".
    Half,
    /// A time zone: `Z`, `+01:00`.
    Zone,
}

/// What a word stands for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Meaning {
    /// A number.
    Number(i32),
    /// A code.
    Code(String),
}

/// One token of a match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// Digits: the number and how many they are.
    Digits(i32, usize),
    /// A word with everything it can be.
    Word(Arc<Vec<(Class, Meaning)>>),
    /// A number in Roman numerals.
    Roman(i32),
}

/// The words of one language.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    words: HashMap<String, Arc<Vec<(Class, Meaning)>>, BuildHasherDefault<Quick>>,
    /// Bytes of the longest form.
    longest: usize,
    /// Words are not parted by blanks: a form may end anywhere.
    pub unspaced: bool,
}

impl Lexicon {
    /// Adds `form` as a member of `class`.
    pub fn add(&mut self, form: &str, class: Class, meaning: Meaning) {
        let form = plain(form);
        self.longest = self.longest.max(form.len());
        Arc::make_mut(self.words.entry(form).or_default()).push((class, meaning));
    }

    /// Reads a match as tokens: the longest form known at every word, digits, Roman numerals; the rest is passed over.
    pub fn read(&self, text: &str) -> Vec<Token> {
        let text = plain(text);
        let mut tokens = Vec::new();
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            if c.is_ascii_digit() {
                let digits = &text[at..at + text[at..].bytes().take_while(u8::is_ascii_digit).count()];
                tokens.push(Token::Digits(digits.parse().unwrap_or(i32::MAX), digits.len()));
                at += digits.len();
                // An ending such as "er" or "th" belongs to the digits; "pm" does not.
                let ending = |c: &char| c.is_alphabetic() && !self.unspaced;
                if !self.begins_with_part(&text[at..]) {
                    at += text[at..].chars().take_while(ending).map(char::len_utf8).sum::<usize>();
                }
            } else if c.is_alphabetic() {
                let (len, token) = self.word(&text[at..]);
                tokens.extend(token);
                at += len;
            } else {
                at += c.len_utf8();
            }
        }
        tokens
    }

    fn begins_with_part(&self, text: &str) -> bool {
        text.starts_with(char::is_alphabetic)
            && matches!(self.word(text).1, Some(Token::Word(all)) if all.iter().any(|m| m.0 == Class::Part))
    }

    /// The token at the start of `text`, and the bytes it takes.
    fn word(&self, text: &str) -> (usize, Option<Token>) {
        let mut ends: Vec<usize> = Vec::new();
        let mut inside = true;
        for (i, c) in text.char_indices().chain([(text.len(), ' ')]) {
            if i > self.longest {
                break;
            }
            if inside && (self.unspaced || !c.is_alphanumeric()) {
                ends.push(i);
                if c == '.' {
                    ends.push(i + 1);
                }
            }
            inside = self.unspaced || c.is_alphanumeric();
        }
        for &end in ends.iter().rev() {
            if let Some(found) = self.words.get(&text[..end]) {
                return (end, Some(Token::Word(found.clone())));
            }
        }
        let run = text.chars().take_while(|c| c.is_alphanumeric()).take(if self.unspaced { 1 } else { usize::MAX });
        let first = run.map(char::len_utf8).sum::<usize>().max(1);
        (first, roman(&text[..first]).map(Token::Roman))
    }
}

/// Lower case, straight apostrophes, plain spaces: how forms are kept and looked up.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let ascii = rest.bytes().position(|b| !b.is_ascii() || b == b'\t').unwrap_or(rest.len());
        out.push_str(&rest[..ascii]);
        let mut others = rest[ascii..].chars();
        match others.next() {
            Some('\u{2019}') => out.push('\''),
            Some('\u{a0}' | '\u{202f}' | '\t') => out.push(' '),
            Some(c) => out.extend(c.to_lowercase()),
            None => {}
        }
        rest = others.as_str();
    }
    out.make_ascii_lowercase();
    out
}

/// The value of lower-case Roman numerals below 40, with an ordinal ending.
fn roman(word: &str) -> Option<i32> {
    let digits = word.trim_end_matches("ème").trim_end_matches('e');
    let mut value = 0;
    let mut last = 0;
    for c in digits.chars().rev() {
        let v = match c {
            'i' => 1,
            'v' => 5,
            'x' => 10,
            _ => return None,
        };
        value += if v < last { -v } else { v };
        last = v.max(last);
    }
    (value > 0).then_some(value)
}

/// The row of tokens of a match, with what the actions ask of it.
#[derive(Clone, Debug)]
pub struct Reading(pub Vec<Token>);

impl Reading {
    /// The number that the first word of `class` stands for.
    pub fn number(&self, class: Class) -> Option<i32> {
        self.all(class).find_map(|m| if let Meaning::Number(n) = m { Some(*n) } else { None })
    }

    /// The code that the first word of `class` stands for.
    pub fn code(&self, class: Class) -> Option<&str> {
        self.codes(class).next()
    }

    /// The codes that the words of `class` stand for.
    pub fn codes(&self, class: Class) -> impl Iterator<Item = &str> {
        self.all(class).filter_map(|m| if let Meaning::Code(c) = m { Some(c.as_str()) } else { None })
    }

    /// Runs of digits with their lengths.
    pub fn digits(&self) -> impl Iterator<Item = (i32, usize)> {
        self.0.iter().filter_map(|t| if let Token::Digits(n, len) = t { Some((*n, *len)) } else { None })
    }

    /// The first number in Roman numerals.
    pub fn roman(&self) -> Option<i32> {
        self.0.iter().find_map(|t| if let Token::Roman(n) = t { Some(*n) } else { None })
    }

    /// A quantity: digits, or the first run of number words ("twenty", "five" make 25).
    pub fn quantity(&self) -> Option<i32> {
        if let Some((n, _)) = self.digits().next() {
            return Some(n);
        }
        self.in_words().and_then(|words| {
            words.iter().try_fold(0i32, |sum, &n| match n {
                100 | 1000 => sum.max(1).checked_mul(n),
                // Chinese tens are counted, European ones are words of their own.
                10 if (1..10).contains(&sum) => sum.checked_mul(n),
                _ => sum.checked_add(n),
            })
        })
    }

    /// A year in words: "nineteen ninety-six", "two thousand five".
    pub fn year_in_words(&self) -> Option<i32> {
        match self.in_words()?.as_slice() {
            [thousands, 1000, rest @ ..] => Some(thousands * 1000 + rest.iter().sum::<i32>()),
            [century @ 13..=20, rest @ ..] if !rest.is_empty() => Some(century * 100 + rest.iter().sum::<i32>()),
            _ => None,
        }
    }

    /// The numbers in words, each run of them as one.
    pub fn spelt(&self) -> Vec<i32> {
        let number = |token: &Token| Reading(vec![token.clone()]).number(Class::Number);
        let runs = self.0.chunk_by(|a, b| number(a).is_some() == number(b).is_some());
        runs.filter_map(|run| run.iter().map(number).sum()).collect()
    }

    fn in_words(&self) -> Option<Vec<i32>> {
        let words: Vec<i32> = self
            .0
            .iter()
            .map(|t| Reading(vec![t.clone()]).number(Class::Number))
            .skip_while(Option::is_none)
            .map_while(|n| n)
            .collect();
        (!words.is_empty()).then_some(words)
    }

    fn all(&self, class: Class) -> impl Iterator<Item = &Meaning> {
        self.0.iter().filter_map(move |t| match t {
            Token::Word(meanings) => meanings.iter().find(|(c, _)| *c == class).map(|(_, m)| m),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon() -> Lexicon {
        let mut words = Lexicon::default();
        for (form, n) in [
            ("quatre", 4),
            ("vingt", 20),
            ("quatre-vingt", 80),
            ("dix", 10),
            ("nineteen", 19),
            ("ninety", 90),
            ("six", 6),
        ] {
            words.add(form, Class::Number, Meaning::Number(n));
        }
        words.add("sept.", Class::Month, Meaning::Number(9));
        words
    }

    #[test]
    fn the_longest_form_wins() {
        let words = lexicon();
        assert_eq!(Reading(words.read("Quatre-vingt-dix")).quantity(), Some(90));
        assert_eq!(Reading(words.read("nineteen ninety-six")).year_in_words(), Some(1996));
        let date = Reading(words.read("1er sept. 2024"));
        assert_eq!(date.number(Class::Month), Some(9));
        assert_eq!(date.digits().collect::<Vec<_>>(), [(1, 1), (2024, 4)]);
    }

    #[test]
    fn roman_numerals_are_read() {
        assert_eq!(Reading(lexicon().read("XIXe siècle")).roman(), Some(19));
        assert_eq!(roman("xxi"), Some(21));
        assert_eq!(roman("fin"), None);
    }
}
