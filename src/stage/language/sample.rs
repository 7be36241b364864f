//! What the letters of a text say of its language: its scripts, and the n-grams of a sample of its words.
//!
//! Languages that share a script are told apart by the n-gram model ([`tamis_models::ngrams`]); the others by their
//! script alone. A text says who it is within some twenty words, so reading stops as soon as one language is far ahead.

use std::borrow::Cow;
use std::sync::OnceLock;

use tamis_models::ngrams::{self, Ngrams, SCRIPTS, STEP, Tally, runs};
use unicode_script::Script;

use crate::language::Lang;
use crate::script::{is_letter, script_of};

/// Bytes of a block that are looked at: beyond, a block repeats itself.
const ENOUGH: usize = 2048;
/// Bytes whose letters and signs are counted of a text that speaks a language for certain.
const BEGINNING: usize = 512;
/// Words after which it is asked whether one language is far ahead …
const STRIDE: u32 = 8;
/// … and whether it is the one that was expected.
const SHORT_STRIDE: u32 = 2;
/// How far ahead, in nats, a language must be for the rest not to be read …
const FAR: f32 = 40.0;
/// … and how far where it is the one that was expected.
const AS_EXPECTED: f32 = 4.0;

/// Whether source code is full of the sign, and prose has little of it.
fn is_code(sign: char) -> bool {
    matches!(sign, '{' | '}' | '[' | ']' | '=' | '<' | '>' | '_' | '$' | '|' | '\\' | '*' | '+' | '~' | '^' | '@' | '`')
}

/// The embedded model, with the languages of each table.
pub struct Model {
    ngrams: Ngrams<'static>,
    languages: Vec<Vec<Lang>>,
}

/// The language that a [`Sample`] speaks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// The most likely language.
    pub lang: Lang,
    /// How much more likely it is than the next, in nats; not negative.
    pub margin: f32,
    /// What speaks against it for each n-gram, in steps of the model: 1 to 3 in running text, 5 and more in gibberish.
    pub cost: f32,
    /// Share of the n-grams of three characters and more that the model holds.
    pub held: f32,
    /// Share of the words that the model holds as a whole.
    pub known: f32,
}

/// What was seen of one text, or of several.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    tallies: [Option<Box<Tally>>; SCRIPTS.len()],
    /// Letters by script. Those of a sample, not of the whole text.
    scripts: Vec<(Script, usize)>,
    /// Letters that were looked at.
    pub letters: usize,
    /// Signs that source code is full of.
    pub code_signs: usize,
    /// Letters beside a digit.
    pub beside_digits: usize,
    /// Digits.
    pub digits: usize,
    /// Words that were looked at.
    pub words: usize,
    /// Words that begin with a capital and go on in lower case.
    pub names: usize,
}

impl Model {
    /// The model that the program carries.
    pub fn embedded() -> &'static Model {
        static MODEL: OnceLock<Model> = OnceLock::new();
        MODEL.get_or_init(|| {
            let ngrams = Ngrams::new(tamis_models::LANGUAGE_NGRAMS).unwrap_or_default();
            let languages = ngrams
                .tables()
                .iter()
                .map(|t| t.languages.iter().map(|code| Lang::parse(code).unwrap_or(Lang::UND)).collect())
                .collect();
            Model { ngrams, languages }
        })
    }

    /// Whether the model tells `lang` from others.
    pub fn knows(&self, lang: Lang) -> bool {
        self.languages.iter().any(|l| l.contains(&lang))
    }

    /// Looks at the beginning of a text. One that speaks the `expected` language is soon believed. Linear in what it looks at.
    pub fn look(&self, text: &str, expected: Option<Lang>) -> Sample {
        let text = &without_addresses(beginning(text, ENOUGH));
        let mut sample = Sample::default();
        let stride = if expected.is_some() { SHORT_STRIDE } else { STRIDE };
        let mut until = if expected.is_some() { stride } else { STRIDE * 2 };
        let mut believed = false;
        runs(text, |word, of| {
            let Some((at, table)) = self.ngrams.tables().iter().enumerate().find(|(_, t)| t.script == of) else {
                return true;
            };
            let tally = sample.tallies[of].get_or_insert_default();
            table.count(word, tally);
            if tally.words < until {
                return true;
            }
            until = tally.words + stride;
            let (first, second) = two_least(&tally.against()[..table.languages.len()], &table.rare);
            let enough = if expected == Some(self.languages[at][first.0]) { AS_EXPECTED } else { FAR };
            believed = ((second.1 - first.1) as f32) * STEP >= enough;
            !believed
        });
        // Of a text that is believed the rest is as its beginning.
        sample.count(if believed { beginning(text, BEGINNING) } else { text });
        sample
    }

    /// The language that `sample` speaks for, among those of its script that the model knows; `favoured` has a head start
    /// of so many nats, and `burdens`, in nats as well, speak against others. `None` where its script has no table.
    pub fn verdict(&self, sample: &Sample, favoured: Option<(Lang, f32)>, burdens: &[(Lang, f32)]) -> Option<Verdict> {
        let main = sample.script()?;
        let of = SCRIPTS.iter().position(|s| *s == main.short_name())?;
        let (at, table) = self.ngrams.tables().iter().enumerate().find(|(_, t)| t.script == of)?;
        let tally = sample.tallies[of].as_deref()?;
        let languages = &self.languages[at];
        let mut against = tally.against();
        // A head start for one is a burden for all others.
        if let Some((lang, start)) = favoured.filter(|f| languages.contains(&f.0)) {
            for (a, _) in against.iter_mut().zip(languages).filter(|(_, l)| **l != lang) {
                *a += (start / STEP) as u32;
            }
        }
        for (lang, nats) in burdens {
            if let Some(i) = languages.iter().position(|l| l == lang) {
                against[i] += (nats / STEP) as u32;
            }
        }
        let (first, second) = two_least(&against[..languages.len()], &table.rare);
        let margin = second.1.saturating_sub(first.1) as f32 * STEP;
        let share = |part: u32, whole: u32| part as f32 / whole.max(1) as f32;
        Some(Verdict {
            lang: languages[first.0],
            margin,
            cost: share(tally.against()[first.0] + u32::from(table.rare[first.0]), tally.held),
            held: share(tally.held, tally.asked),
            known: share(tally.known, tally.words),
        })
    }
}

/// The first bytes of a text, to the end of a character.
fn beginning(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// A text without the addresses in it, which are in no language.
fn without_addresses(text: &str) -> Cow<'_, str> {
    let is_address = |word: &str| word.contains("://") || word.contains('@');
    if !is_address(text) {
        return text.into();
    }
    text.split_inclusive(char::is_whitespace).filter(|word| !is_address(word)).collect::<String>().into()
}

/// The two languages with the least against them, each with how much that is.
fn two_least(against: &[u32], rare: &[u8]) -> ((usize, u32), (usize, u32)) {
    let (mut first, mut second) = ((0, u32::MAX), (0, u32::MAX));
    for (i, (a, r)) in against.iter().zip(rare).enumerate() {
        let a = a + u32::from(*r);
        if a < first.1 {
            (first, second) = ((i, a), first);
        } else if a < second.1 {
            second = (i, a);
        }
    }
    (first, second)
}

/// Index of the Latin script in [`SCRIPTS`].
const LATIN: usize = 0;

impl Sample {
    /// Adds what another text says.
    pub fn add(&mut self, other: &Sample) {
        for (mine, others) in self.tallies.iter_mut().zip(&other.tallies) {
            if let Some(others) = others {
                mine.get_or_insert_default().add(others);
            }
        }
        other.scripts.iter().for_each(|&(script, n)| self.add_script(script, n));
        self.letters += other.letters;
        self.code_signs += other.code_signs;
        self.beside_digits += other.beside_digits;
        self.digits += other.digits;
        self.words += other.words;
        self.names += other.names;
    }

    /// The script of most of the text. A Chinese character weighs as much as three letters, and a share of kana makes
    /// the text Japanese.
    pub fn script(&self) -> Option<Script> {
        let of = |wanted: Script| self.scripts.iter().find(|(s, _)| *s == wanted).map_or(0, |s| s.1);
        let kana = of(Script::Hiragana) + of(Script::Katakana);
        let weight = |&(script, n): &(Script, usize)| if script == Script::Han { 3 * n } else { n };
        let main = self.scripts.iter().max_by_key(|s| (weight(s), std::cmp::Reverse(s.0.full_name())))?.0;
        let japanese = matches!(main, Script::Han | Script::Hiragana | Script::Katakana) && kana * 12 > of(Script::Han);
        Some(if japanese { Script::Hiragana } else { main })
    }

    /// Counts letters and signs of the whole sample.
    fn count(&mut self, text: &str) {
        let mut shared = [0usize; SCRIPTS.len()];
        let mut last = ' ';
        // Whether the last character is a letter, and whether it is a capital that begins a word.
        let (mut inside, mut capital) = (false, false);
        for c in text.chars() {
            if c.is_ascii_lowercase() && last.is_ascii_lowercase() {
                shared[LATIN] += 1;
                last = c;
                continue;
            }
            // Only the first letter of a word and the one behind it are asked for their case.
            let asked = !inside || capital;
            let upper = match c {
                'a'..='z' => {
                    shared[LATIN] += 1;
                    Some(false)
                }
                'A'..='Z' => {
                    shared[LATIN] += 1;
                    Some(true)
                }
                '0'..='9' => {
                    self.digits += 1;
                    self.beside_digits += usize::from(last.is_ascii_alphabetic());
                    None
                }
                _ if c.is_ascii() => {
                    let call = c == '(' && (last.is_ascii_alphanumeric() || last == '_') || c == ';' && last == ')';
                    // A row of one sign is a line drawn through the text.
                    self.code_signs += usize::from(call || c != last && is_code(c));
                    None
                }
                _ => match ngrams::script(c) {
                    Some(of) => {
                        shared[of] += 1;
                        Some(asked && c.is_uppercase())
                    }
                    None if is_letter(c) => {
                        let of = script_of(c);
                        if !matches!(of, Script::Common | Script::Inherited) {
                            self.add_script(of, 1);
                        }
                        Some(asked && c.is_uppercase())
                    }
                    None => None,
                },
            };
            if let Some(upper) = upper {
                self.words += usize::from(!inside);
                self.beside_digits += usize::from(last.is_ascii_digit() && c.is_ascii());
                self.names += usize::from(capital && !upper);
                capital = upper && !inside;
            } else {
                capital = false;
            }
            inside = upper.is_some();
            last = c;
        }
        for (name, n) in SCRIPTS.iter().zip(shared).filter(|(_, n)| *n > 0) {
            if let Some(script) = Script::from_short_name(name) {
                self.add_script(script, n);
            }
        }
        self.letters = self.scripts.iter().map(|s| s.1).sum();
    }

    fn add_script(&mut self, script: Script, n: usize) {
        match self.scripts.iter_mut().find(|(s, _)| *s == script) {
            Some((_, count)) => *count += n,
            None => self.scripts.push((script, n)),
        }
    }
}
