//! What the names of elements say of their text, and the words that pages write before their dates: the file
//! `common/html.toml`, read once.
//!
//! The reader works before any stage and without the pipeline's rules, so this file is the program's own: a folder given
//! by `--rules` does not replace it.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use crate::lexicon::Quick;
use crate::rules;

/// Bytes of one name that are looked at.
const LONGEST: usize = 120;
/// Names of one attribute that are looked at.
const MOST: usize = 24;
/// Letters of one name in which words are looked for that are written together.
const TOGETHER: usize = 40;

/// The words of the file, made ready.
#[derive(Debug, Default)]
pub struct Words {
    names: HashMap<String, Word, BuildHasherDefault<Quick>>,
    unseen: HashSet<String, BuildHasherDefault<Quick>>,
    /// Of bodies first, then of parts that are never the article.
    together: Option<AhoCorasick>,
    bodies: usize,
    /// Words before a date of publication, folded to their letters.
    pub published: Vec<String>,
    /// Words before a date of the last change.
    pub changed: Vec<String>,
    /// Words before the day on which a page is read.
    pub now: Vec<String>,
    months: HashMap<String, i8>,
}

/// What one word in a name says.
#[derive(Clone, Copy, Debug, Default)]
struct Word {
    date: bool,
    caption: bool,
    says: Says,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Says {
    #[default]
    Nothing,
    Bad,
    Comments,
    Never,
    Good,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    names: Names,
    dates: Dates,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    good: Vec<String>,
    bad: Vec<String>,
    never: Vec<String>,
    comments: Vec<String>,
    dates: Vec<String>,
    captions: Vec<String>,
    bodies: Vec<String>,
    never_together: Vec<String>,
    unseen: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dates {
    published: Vec<String>,
    changed: Vec<String>,
    now: Vec<String>,
    months: Vec<Vec<String>>,
}

/// The words of the embedded file; a test reads it, so that it is never the empty default.
pub fn words() -> &'static Words {
    static WORDS: LazyLock<Words> = LazyLock::new(|| {
        let file = rules::embedded("common/html.toml").and_then(|text| toml::from_str(text).ok());
        file.map(Words::new).unwrap_or_default()
    });
    &WORDS
}

impl Words {
    fn new(file: File) -> Words {
        let File { names: n, dates } = file;
        let mut names: HashMap<String, Word, _> = HashMap::default();
        for (list, says) in
            [(n.good, Says::Good), (n.never, Says::Never), (n.comments, Says::Comments), (n.bad, Says::Bad)]
        {
            for word in list {
                let word = names.entry(word).or_default();
                word.says = word.says.max(says);
            }
        }
        n.dates.into_iter().for_each(|word| names.entry(word).or_default().date = true);
        n.captions.into_iter().for_each(|word| names.entry(word).or_default().caption = true);
        let months =
            dates.months.into_iter().zip(1..).flat_map(|(all, month)| all.into_iter().map(move |m| (m, month)));
        Words {
            names,
            unseen: n.unseen.into_iter().collect(),
            bodies: n.bodies.len(),
            together: AhoCorasick::new(n.bodies.iter().chain(&n.never_together)).ok(),
            published: dates.published,
            changed: dates.changed,
            now: dates.now,
            // "mar" is March in more languages than it is anything else: the first month that has a name keeps it.
            months: months.fold(HashMap::new(), |mut all, (name, month)| {
                all.entry(name).or_insert(month);
                all
            }),
        }
    }

    /// The number of a month by its name in lower case.
    pub fn month(&self, name: &str) -> Option<i8> {
        self.months.get(name).copied()
    }
}

/// What the words of an element's `class`, `id`, `role` and `itemprop` say of its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cues {
    /// Words that speak for an article.
    pub good: u8,
    /// Words that speak against one.
    pub bad: u8,
    /// A word that names a part that never belongs to the article, such as `newsletter`.
    pub never: bool,
    /// A word that names the text of an article itself, such as `articleBody`.
    pub body: bool,
    /// A word for text that is not shown to readers, such as `sr-only`.
    pub unseen: bool,
    /// A word that names what readers wrote.
    pub comments: bool,
    /// A word that names a date.
    pub date: bool,
    /// A word that names a picture or what is written below it.
    pub caption: bool,
}

impl Cues {
    /// Reads the value of one attribute: names apart by white space, words apart by `-`, `_` and case.
    pub fn read(&mut self, value: &str) {
        let words = words();
        let mut lower = String::new();
        for name in value.split_ascii_whitespace().take(MOST) {
            let name = name.get(..LONGEST).unwrap_or(name);
            lower.clear();
            lower.push_str(name);
            lower.make_ascii_lowercase();
            self.unseen |= words.unseen.contains(&lower);
            self.together(words, &lower);
            let mut start = 0;
            // Behind a capital inside a name, short words are mostly pieces of generated names.
            let mut capital = false;
            let bytes = name.as_bytes();
            for end in 1..=bytes.len() {
                let splits = end == bytes.len()
                    || !bytes[end].is_ascii_alphabetic()
                    || (bytes[end].is_ascii_uppercase() && bytes[end - 1].is_ascii_lowercase());
                if splits {
                    let word = lower.get(start..end).unwrap_or_default();
                    let word = word.trim_matches(|c: char| !c.is_ascii_alphabetic());
                    if !capital || word.len() > 3 {
                        self.word(words, word);
                    }
                    capital = end < bytes.len() && bytes[end].is_ascii_alphabetic();
                    start = end;
                }
            }
        }
    }

    /// Takes in what another attribute of the same element says.
    pub fn add(&mut self, other: Cues) {
        self.good = self.good.saturating_add(other.good);
        self.bad = self.bad.saturating_add(other.bad);
        self.never |= other.never;
        self.body |= other.body;
        self.unseen |= other.unseen;
        self.comments |= other.comments;
        self.date |= other.date;
        self.caption |= other.caption;
    }

    fn together(&mut self, words: &Words, lower: &str) {
        let Some(machine) = &words.together else { return };
        let mut letters = [0; TOGETHER];
        let mut count = 0;
        for (letter, place) in lower.bytes().filter(u8::is_ascii_alphabetic).zip(&mut letters) {
            (*place, count) = (letter, count + 1);
        }
        if count < machine.min_pattern_len() {
            return;
        }
        let mut never = false;
        for found in machine.find_overlapping_iter(&letters[..count]) {
            if found.pattern().as_usize() < words.bodies {
                self.body = true;
            } else {
                never = true;
            }
        }
        if never {
            self.never = true;
            self.bad = self.bad.saturating_add(1);
        }
    }

    fn word(&mut self, words: &Words, word: &str) {
        let Some(word) = words.names.get(word).filter(|_| word.len() > 1) else { return };
        self.date |= word.date;
        self.caption |= word.caption;
        match word.says {
            Says::Nothing => return,
            Says::Good => {
                self.good = self.good.saturating_add(1);
                return;
            }
            Says::Never => self.never = true,
            Says::Comments => self.comments = true,
            Says::Bad => {}
        }
        self.bad = self.bad.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_in_order() {
        let text = rules::embedded("common/html.toml").unwrap();
        let file: File = toml::from_str(text).unwrap();
        let n = &file.names;
        let lists = [
            &n.good,
            &n.bad,
            &n.never,
            &n.comments,
            &n.dates,
            &n.captions,
            &n.bodies,
            &n.never_together,
            &n.unseen,
            &file.dates.published,
            &file.dates.changed,
            &file.dates.now,
        ];
        for list in lists {
            assert!(list.is_sorted_by(|a, b| a < b), "{list:?}");
        }
        assert_eq!(file.dates.months.len(), 12);
        assert_eq!(words().month("août"), Some(8));
        assert_eq!(words().month("augst"), None);
    }

    #[test]
    fn names_are_read_word_by_word() {
        let cues = |value: &str| {
            let mut cues = Cues::default();
            cues.read(value);
            cues
        };
        assert_eq!(cues("postContent main_text").good, 4);
        assert!(cues("article-body").body);
        assert!(cues("side-nav__list").never);
        assert!(!cues("unavailable").never);
        assert!(cues("CommentList").comments);
        assert!(cues("sr-only").unseen && cues("col hidden").unseen && !cues("hidden-print").unseen);
        assert!(cues("navBar").never && cues("main-nav").never);
        assert!(!cues("hNavRRP").never);
        assert!(cues("author-bio").never && cues("image-caption").caption && cues("post-date").date);
    }
}
