//! What the letters of a text say of its language: its scripts, and the n-grams of a sample of its words.
//!
//! Languages that share a script are told apart by the n-gram model ([`tamis_models::ngrams`]); the others by their
//! script alone. A text says who it is within some twenty words, so reading stops as soon as one language is far ahead.

use std::sync::OnceLock;

use tamis_models::ngrams::{Ngrams, SCRIPTS, STEP, Tally, runs, script};
use unicode_script::{Script, UnicodeScript};

use crate::language::Lang;

/// Bytes of a block that are looked at: beyond, a block repeats itself.
const ENOUGH: usize = 2048;
/// Words after which it is asked whether one language is far ahead.
const STRIDE: u32 = 8;
/// How far ahead, in nats, a language must be for the rest not to be read.
const FAR: f32 = 40.0;

/// Signs that source code is full of and prose has little of.
const CODE: &[u8] = b"{}[]=<>_$|\\*+~^@`";

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

    /// Looks at the beginning of a text. Linear in what it looks at.
    pub fn look(&self, text: &str) -> Sample {
        let mut end = text.len().min(ENOUGH);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = &text[..end];
        let mut sample = Sample::default();
        let mut until = STRIDE * 2;
        runs(text, |word, of| {
            let Some(table) = self.ngrams.table(of) else { return true };
            let tally = sample.tallies[of].get_or_insert_default();
            table.count(word, tally);
            if tally.words < until {
                return true;
            }
            until = tally.words + STRIDE;
            let (first, second) = two_least(&tally.against[..table.languages.len()], &table.rare);
            ((second.1 - first.1) as f32) * STEP < FAR
        });
        sample.count(text);
        sample
    }

    /// The language that `sample` speaks for, among those of its script that the model knows; `favoured` has a head start
    /// of so many nats. `None` where its script has no table.
    pub fn verdict(&self, sample: &Sample, favoured: Option<(Lang, f32)>) -> Option<Verdict> {
        let main = sample.script()?;
        let of = SCRIPTS.iter().position(|s| *s == main.short_name())?;
        let (at, table) = self.ngrams.tables().iter().enumerate().find(|(_, t)| t.script == of)?;
        let tally = sample.tallies[of].as_deref()?;
        let languages = &self.languages[at];
        let mut against = tally.against;
        // A head start for one is a burden for all others.
        if let Some((lang, start)) = favoured.filter(|f| languages.contains(&f.0)) {
            for (a, _) in against.iter_mut().zip(languages).filter(|(_, l)| **l != lang) {
                *a += (start / STEP) as u32;
            }
        }
        let (first, second) = two_least(&against[..languages.len()], &table.rare);
        let margin = second.1.saturating_sub(first.1) as f32 * STEP;
        let share = |part: u32, whole: u32| part as f32 / whole.max(1) as f32;
        Some(Verdict {
            lang: languages[first.0],
            margin,
            cost: share(tally.against[first.0] + u32::from(table.rare[first.0]), tally.held),
            held: share(tally.held, tally.asked),
            known: share(tally.known, tally.words),
        })
    }
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
        let mut latin = 0usize;
        let mut before = ' ';
        let mut capital = false;
        for c in text.chars() {
            self.words += usize::from(c.is_alphabetic() && !before.is_alphabetic());
            if c.is_ascii() {
                if c.is_ascii_alphabetic() {
                    latin += 1;
                    self.beside_digits += usize::from(before.is_ascii_digit());
                    self.names += usize::from(capital && c.is_ascii_lowercase());
                    capital = c.is_ascii_uppercase() && !before.is_alphabetic();
                } else {
                    capital = false;
                    self.beside_digits += usize::from(c.is_ascii_digit() && before.is_ascii_alphabetic());
                    let call =
                        c == '(' && (before.is_ascii_alphanumeric() || before == '_') || c == ';' && before == ')';
                    self.code_signs += usize::from(call || CODE.contains(&(c as u8)));
                }
            } else if c.is_alphabetic() {
                let of = match script(c) {
                    Some(0) => {
                        latin += 1;
                        None
                    }
                    Some(1) => Some(Script::Cyrillic),
                    Some(2) => Some(Script::Arabic),
                    _ => Some(c.script()),
                };
                if let Some(of) = of.filter(|s| !matches!(s, Script::Common | Script::Inherited)) {
                    self.add_script(of, 1);
                }
                self.names += usize::from(capital && c.is_lowercase());
                capital = c.is_uppercase() && !before.is_alphabetic();
            } else {
                capital = false;
            }
            before = c;
        }
        if latin > 0 {
            self.add_script(Script::Latin, latin);
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
