//! The language that the patterns of the rule files are written in.
//!
//! It is that of regexes without classes that are negated, captures and unbounded repetition: `(?:…)`, `|`, `?`, `{2}`,
//! `{1,3}`, `[…]`, `(?-i:…)` for words whose case counts. `{name}` is a class of words, a part of a pattern, or digits; a
//! blank is any blank, an apostrophe either of the two, and letters stand for both cases.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use crate::stage::dates::lexicon::{Class, Meaning};

/// What `{name}` in a pattern of one file can stand for.
#[derive(Debug, Default)]
pub struct Names {
    /// The classes of words.
    pub words: BTreeMap<Class, BTreeMap<String, Meaning>>,
    /// Parts of patterns.
    pub parts: BTreeMap<String, String>,
}

/// A pattern, read.
#[derive(Debug)]
pub enum Node {
    /// A character, and whether its case counts.
    Letter(char, bool),
    /// A byte of ASCII in a range.
    Range(u8, u8),
    /// One after the other.
    Row(Vec<Node>),
    /// One of them.
    Any(Vec<Node>),
    /// From so many times to so many times.
    Times(Box<Node>, usize, usize),
    /// A word of a class, and whether its case counts.
    Words(Rc<Words>, bool),
    /// What stands elsewhere, too.
    Part(Rc<Node>),
}

/// Words by their letters.
#[derive(Debug, Default)]
pub struct Words {
    /// A word ends here.
    pub ends: bool,
    /// The letters that may follow.
    pub next: BTreeMap<char, Words>,
}

/// Number patterns that every language shares.
const DIGITS: &[(&str, &str)] = &[
    ("day", "(?:0?[1-9]|[12][0-9]|3[01])"),
    ("year", "(?:1[0-9]{3}|20[0-9]{2})"),
    ("mm", "(?:0[1-9]|1[0-2])"),
    ("dd", "(?:0[1-9]|[12][0-9]|3[01])"),
    ("hour", "(?:[01]?[0-9]|2[0-4])"),
    ("minute", "[0-5][0-9]"),
    ("n", "[0-9]{1,3}"),
];

/// Reads patterns with the same names.
pub struct Reader<'a> {
    names: &'a Names,
    parts: HashMap<(&'a str, bool), Rc<Node>>,
    words: BTreeMap<Class, Rc<Words>>,
    /// How many parts are being read, one inside the other.
    depth: usize,
}

impl<'a> Reader<'a> {
    /// A reader that knows these names.
    pub fn new(names: &'a Names) -> Reader<'a> {
        Reader { names, parts: HashMap::new(), words: BTreeMap::new(), depth: 0 }
    }

    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(&mut self, pattern: &str) -> Result<Node, String> {
        self.whole(pattern, false)
    }

    fn whole(&mut self, pattern: &str, cased: bool) -> Result<Node, String> {
        let mut rest = pattern;
        let node = self.any(&mut rest, cased)?;
        if rest.is_empty() { Ok(node) } else { Err("a closing bracket too many".into()) }
    }

    /// Alternatives, up to the end or a closing bracket.
    fn any(&mut self, rest: &mut &str, cased: bool) -> Result<Node, String> {
        let mut all = vec![self.row(rest, cased)?];
        while let Some(next) = rest.strip_prefix('|') {
            *rest = next;
            all.push(self.row(rest, cased)?);
        }
        Ok(one_or(all, Node::Any))
    }

    fn row(&mut self, rest: &mut &str, cased: bool) -> Result<Node, String> {
        let mut row = Vec::new();
        while !rest.is_empty() && !rest.starts_with(['|', ')']) {
            let mut node = self.item(rest, cased)?;
            if let Some(next) = rest.strip_prefix('?') {
                *rest = next;
                node = Node::Times(Box::new(node), 0, 1);
            } else if rest.starts_with('{') && rest[1..].starts_with(|c: char| c.is_ascii_digit()) {
                let (least, most) = times(until(rest, '{', '}')?)?;
                node = Node::Times(Box::new(node), least, most);
            }
            row.push(node);
        }
        Ok(one_or(row, Node::Row))
    }

    fn item(&mut self, rest: &mut &str, cased: bool) -> Result<Node, String> {
        let mut chars = rest.chars();
        match chars.next().unwrap_or_default() {
            '(' => {
                let (inside, cased) = match (rest.strip_prefix("(?:"), rest.strip_prefix("(?-i:")) {
                    (Some(inside), _) => (inside, cased),
                    (_, Some(inside)) => (inside, true),
                    _ => return Err("a group is written (?:…) or (?-i:…)".into()),
                };
                *rest = inside;
                let node = self.any(rest, cased)?;
                *rest = rest.strip_prefix(')').ok_or("an open group")?;
                Ok(node)
            }
            '[' => set(until(rest, '[', ']')?, cased),
            '{' => {
                let name = until(rest, '{', '}')?;
                self.named(name, cased)
            }
            '\\' => {
                let c = chars.next().filter(char::is_ascii_punctuation).ok_or("only marks are written behind \\")?;
                *rest = chars.as_str();
                Ok(Node::Letter(c, cased))
            }
            c @ ('.' | '*' | '+' | '^' | '$' | '?') => Err(format!("{c} has no meaning; a mark is written \\{c}")),
            c => {
                *rest = chars.as_str();
                Ok(Node::Letter(c, cased))
            }
        }
    }

    fn named(&mut self, name: &str, cased: bool) -> Result<Node, String> {
        let names = self.names;
        let part = names.parts.get_key_value(name).map(|(name, part)| (name.as_str(), part.as_str()));
        if let Some((name, text)) = part.or_else(|| DIGITS.iter().copied().find(|(digits, _)| *digits == name)) {
            if let Some(known) = self.parts.get(&(name, cased)) {
                return Ok(Node::Part(known.clone()));
            }
            if self.depth > 6 {
                return Err("parts refer to each other in a circle".into());
            }
            self.depth += 1;
            let node = Rc::new(self.whole(text, cased)?);
            self.depth -= 1;
            self.parts.insert((name, cased), node.clone());
            return Ok(Node::Part(node));
        }
        let class = names.words.keys().find(|class| format!("{class:?}").eq_ignore_ascii_case(name));
        let class = class.ok_or_else(|| format!("no class or part is called {name}"))?;
        let words = self.words.entry(*class).or_insert_with(|| {
            let mut all = Words::default();
            names.words[class].keys().for_each(|form| all.add(form));
            Rc::new(all)
        });
        Ok(Node::Words(words.clone(), cased))
    }
}

impl Words {
    fn add(&mut self, form: &str) {
        let last = form.chars().fold(self, |at, c| at.next.entry(c).or_default());
        last.ends = true;
    }
}

fn one_or(mut nodes: Vec<Node>, make: fn(Vec<Node>) -> Node) -> Node {
    if nodes.len() == 1 { nodes.remove(0) } else { make(nodes) }
}

/// What stands between the marks that `rest` begins with; goes on behind them.
fn until<'t>(rest: &mut &'t str, open: char, close: char) -> Result<&'t str, String> {
    let inside = rest.strip_prefix(open).and_then(|r| r.split_once(close));
    let (inside, behind) = inside.ok_or_else(|| format!("an open {open}"))?;
    *rest = behind;
    Ok(inside)
}

/// `2` or `1,3`.
fn times(text: &str) -> Result<(usize, usize), String> {
    const MOST: usize = 16;
    let (least, most) = text.split_once(',').unwrap_or((text, text));
    match (least.parse(), most.parse()) {
        (Ok(least), Ok(most)) if least <= most && most <= MOST => Ok((least, most)),
        _ => Err(format!("{{{text}}} is no number of times up to {MOST}")),
    }
}

/// `abc`, `0-9`.
fn set(text: &str, cased: bool) -> Result<Node, String> {
    let letters: Vec<char> = text.chars().collect();
    let mut all = Vec::new();
    let mut i = 0;
    while i < letters.len() {
        if let (c, Some('-'), Some(&end)) = (letters[i], letters.get(i + 1), letters.get(i + 2)) {
            let ends = u8::try_from(c).ok().zip(u8::try_from(end).ok()).filter(|(a, b)| a <= b && b.is_ascii());
            let (low, high) = ends.ok_or_else(|| format!("{c}-{end} is no range"))?;
            all.push(Node::Range(low, high));
            if !cased && low.is_ascii_lowercase() && high.is_ascii_lowercase() {
                all.push(Node::Range(low.to_ascii_uppercase(), high.to_ascii_uppercase()));
            }
            i += 3;
        } else if letters[i] == '^' && i == 0 {
            return Err("a set says what is in it".into());
        } else {
            all.push(Node::Letter(letters[i], cased));
            i += 1;
        }
    }
    if all.is_empty() { Err("an empty set".into()) } else { Ok(one_or(all, Node::Any)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(pattern: &str) -> Option<String> {
        let mut names = Names::default();
        names.parts.insert("a".into(), "x{a}".into());
        names.parts.insert("b".into(), "x[yz]?".into());
        Reader::new(&names).read(pattern).err()
    }

    #[test]
    fn patterns_are_read() {
        for pattern in ["", "a|b", "{b}{2}", "(?:a(?-i:B)|c\\.)?", "[0-9]{1,3}", "[ -]", "{day} {year}"] {
            assert_eq!(fault(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn what_has_no_meaning_is_refused() {
        for pattern in ["{c}", "{a}", "(a)", "(?:a", "a)", "a+", "a.", "[^a]", "[z-a]", "a{3,2}", "a{99}", "\\d", "{b"]
        {
            assert!(fault(pattern).is_some(), "{pattern}");
        }
    }
}
