//! The pattern of a cue, as it is tried on a line.
//!
//! There are hundreds of patterns and each meets but a few lines, so that making a machine of one costs more than running it
//! saves. A pattern is read when the first line comes, and walked as it stands: every part of it takes the places in the
//! line where it may begin, and gives those where it may end. So no place is tried twice by the same part.

use std::sync::OnceLock;

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{self, Hir, HirKind, Look};

/// A pattern as a rule file writes it, folded. A dot is any byte, since "up to 80 of something" is never meant to the letter.
#[derive(Debug)]
pub struct Pattern {
    text: String,
    tree: OnceLock<Option<Tree>>,
}

impl Pattern {
    /// Nothing is read yet.
    pub fn new(text: String) -> Pattern {
        Pattern { text, tree: OnceLock::new() }
    }

    /// Says what is wrong with it: such a pattern matches nothing.
    ///
    /// # Errors
    /// That.
    pub fn check(&self) -> Result<(), String> {
        Tree::parse(&self.text).map(|_| ())
    }

    /// Whether it matches anywhere in `line`.
    pub fn is_match(&self, line: &str) -> bool {
        self.tree.get_or_init(|| Tree::parse(&self.text).ok()).as_ref().is_some_and(|tree| tree.is_match(line))
    }
}

/// A pattern that was read.
#[derive(Debug)]
struct Tree {
    root: Node,
    /// The bytes that a match begins with; `None` when it may be empty.
    first: Option<Bytes>,
    /// It begins where the line begins.
    anchored: bool,
}

#[derive(Debug)]
enum Node {
    Literal(Box<[u8]>),
    Class(Class),
    Start,
    End,
    All(Vec<Node>),
    /// One of several, each with the bytes that it begins with, and those of all.
    Any(Vec<(Option<Bytes>, Node)>, Option<Bytes>),
    Repeat {
        node: Box<Node>,
        least: u32,
        most: u32,
    },
}

/// One byte of a set, or one character.
#[derive(Debug, Default)]
struct Class {
    bytes: Bytes,
    /// Ranges of characters beyond ASCII, in order.
    wide: Box<[(char, char)]>,
    /// Whether characters beyond ASCII that are letters or digits belong to it, and those that are not.
    words: bool,
    others: bool,
}

/// What stands for `\w` and `\W` while a pattern is read: as classes they would be hundreds of ranges, which takes longer than
/// all the rest.
const WORD: char = '\u{e001}';
const OTHER: char = '\u{e000}';

/// A set of bytes, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Bytes([u64; 4]);

impl Bytes {
    fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte / 64)] |= 1 << (byte % 64);
    }

    fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte / 64)] & 1 << (byte % 64) != 0
    }

    fn or(self, other: Bytes) -> Bytes {
        Bytes(std::array::from_fn(|i| self.0[i] | other.0[i]))
    }
}

/// Positions in a line, in order, each once.
type Places = Vec<u32>;

impl Tree {
    fn parse(text: &str) -> Result<Tree, String> {
        let hir =
            ParserBuilder::new().utf8(false).build().parse(&short(&dots_as_bytes(text))).map_err(|e| e.to_string())?;
        let anchored = hir.properties().look_set_prefix().contains(Look::Start);
        let root = Node::of(&hir)?;
        Ok(Tree { first: root.first(), root, anchored })
    }

    fn is_match(&self, line: &str) -> bool {
        let from: Places = match self.first {
            _ if self.anchored => vec![0],
            Some(first) => (0..).zip(line.bytes()).filter(|(_, b)| first.has(*b)).map(|(at, _)| at).collect(),
            None => (0..=line.len() as u32).collect(),
        };
        !self.root.ends(line, from).is_empty()
    }
}

/// Leaves the places where one of the bytes `first` stands, if there are any.
fn keep(places: &mut Places, first: Option<Bytes>, line: &[u8]) {
    if let Some(first) = first {
        places.retain(|place| line.get(*place as usize).is_some_and(|b| first.has(*b)));
    }
}

impl Node {
    fn of(hir: &Hir) -> Result<Node, String> {
        Ok(match hir.kind() {
            HirKind::Empty => Node::All(Vec::new()),
            HirKind::Literal(literal) => Node::of_literal(&literal.0),
            HirKind::Class(class) => Node::Class(Class::of(class)),
            HirKind::Look(Look::Start) => Node::Start,
            HirKind::Look(Look::End) => Node::End,
            HirKind::Look(_) => return Err("of the signs for places only ^ and $ are known".to_string()),
            HirKind::Repetition(repetition) => Node::Repeat {
                node: Box::new(Node::of(&repetition.sub)?),
                least: repetition.min,
                most: repetition.max.unwrap_or(u32::MAX),
            },
            HirKind::Capture(capture) => Node::of(&capture.sub)?,
            HirKind::Concat(parts) => Node::All(parts.iter().map(Node::of).collect::<Result<_, _>>()?),
            HirKind::Alternation(parts) => {
                let with_first = |part| Node::of(part).map(|node| (node.first(), node));
                let parts: Vec<_> = parts.iter().map(with_first).collect::<Result<_, String>>()?;
                let first = parts.iter().try_fold(Bytes::default(), |all, (first, _)| Some(all.or((*first)?)));
                Node::Any(parts, first)
            }
        })
    }

    /// Bytes as they are, and the classes that signs stand for.
    fn of_literal(literal: &[u8]) -> Node {
        let Ok(text) = std::str::from_utf8(literal) else { return Node::Literal(literal.into()) };
        let is_class = |c: char| matches!(c, WORD | OTHER);
        let mut parts: Vec<Node> = text
            .split_inclusive(is_class)
            .flat_map(|part| {
                let class = part.chars().next_back().filter(|c| is_class(*c));
                let plain = part.trim_end_matches(is_class);
                let plain = (!plain.is_empty()).then(|| Node::Literal(plain.as_bytes().into()));
                plain.into_iter().chain(class.map(|c| Node::Class(Class::of_sign(c))))
            })
            .collect();
        if parts.len() == 1 { parts.remove(0) } else { Node::All(parts) }
    }

    /// The bytes that whatever it matches begins with; `None` when that may be nothing.
    fn first(&self) -> Option<Bytes> {
        match self {
            Node::Literal(literal) => {
                let mut first = Bytes::default();
                first.insert(*literal.first()?);
                Some(first)
            }
            Node::Class(class) => {
                let mut first = class.bytes;
                if class.is_wide() {
                    (0xc2..=0xf4).for_each(|byte| first.insert(byte));
                }
                Some(first)
            }
            Node::Start | Node::End => None,
            Node::All(parts) => parts.iter().find(|p| !matches!(p, Node::Start))?.first(),
            Node::Any(_, first) => *first,
            Node::Repeat { node, least, .. } => node.first().filter(|_| *least > 0),
        }
    }

    /// Where it may end when it begins at one of `from`.
    fn ends(&self, line: &str, mut from: Places) -> Places {
        let bytes = line.as_bytes();
        match self {
            Node::Literal(literal) => {
                from.retain_mut(|at| {
                    let fits = bytes[*at as usize..].starts_with(literal);
                    *at += literal.len() as u32;
                    fits
                });
                from
            }
            Node::Class(class) => from.into_iter().filter_map(|at| class.step(line, at)).collect(),
            Node::Start => {
                from.retain(|at| *at == 0);
                from
            }
            Node::End => {
                from.retain(|at| *at as usize == bytes.len());
                from
            }
            Node::All(parts) => {
                parts.iter().fold(from, |from, part| if from.is_empty() { from } else { part.ends(line, from) })
            }
            Node::Any(parts, first) => {
                keep(&mut from, *first, bytes);
                let mut to = Places::new();
                for (first, part) in parts {
                    let mut begin = Places::with_capacity(from.len());
                    begin.extend_from_slice(&from);
                    keep(&mut begin, *first, bytes);
                    if !begin.is_empty() {
                        to.extend(part.ends(line, begin));
                    }
                }
                in_order(to)
            }
            Node::Repeat { node, least, most } => match &**node {
                Node::Class(class) => class.run(line, &from, *least, *most),
                node => node.again(line, from, *least, *most),
            },
        }
    }

    /// Where it may end when it comes `least` to `most` times.
    fn again(&self, line: &str, from: Places, least: u32, most: u32) -> Places {
        let mut to = if least == 0 { from.clone() } else { Places::new() };
        let mut now = from;
        for n in 1..=most {
            now = self.ends(line, now);
            if n >= least {
                // From where it has ended before, it goes on as it did then.
                now.retain(|at| to.binary_search(at).is_err());
                to.extend(&now);
                to = in_order(to);
            }
            if now.is_empty() {
                break;
            }
        }
        to
    }
}

impl Class {
    /// The class that [`WORD`] or [`OTHER`] stands for.
    fn of_sign(sign: char) -> Class {
        let words = sign == WORD;
        let mut class = Class { words, others: !words, ..Class::default() };
        (0..=0x7f).filter(|b| is_word(char::from(*b)) == words).for_each(|b| class.bytes.insert(b));
        class
    }

    fn of(class: &hir::Class) -> Class {
        let mut bytes = Bytes::default();
        let mut wide = Vec::new();
        let (mut words, mut others) = (false, false);
        match class {
            hir::Class::Bytes(class) => {
                class.iter().flat_map(|range| range.start()..=range.end()).for_each(|byte| bytes.insert(byte));
            }
            hir::Class::Unicode(class) => {
                for range in class.iter() {
                    let (start, end) = (range.start(), range.end());
                    for (sign, found) in [(WORD, &mut words), (OTHER, &mut others)] {
                        if (start..=end).contains(&sign) && end <= WORD {
                            *found = true;
                            bytes = bytes.or(Class::of_sign(sign).bytes);
                        }
                    }
                    (start..=end.min('\x7f')).for_each(|c| bytes.insert(c as u8));
                    if end > '\x7f' {
                        wide.push((start.max('\u{80}'), end));
                    }
                }
            }
        }
        Class { bytes, wide: wide.into(), words, others }
    }

    /// Whether characters beyond ASCII may belong to it.
    fn is_wide(&self) -> bool {
        !self.wide.is_empty() || self.words || self.others
    }

    /// Where a character or byte of the class at `at` ends.
    fn step(&self, line: &str, at: u32) -> Option<u32> {
        let byte = *line.as_bytes().get(at as usize)?;
        if self.bytes.has(byte) {
            return Some(at + 1);
        }
        if byte.is_ascii() || !self.is_wide() {
            return None;
        }
        let c = line.get(at as usize..)?.chars().next()?;
        if self.words && is_word(c) || self.others && !is_word(c) {
            return Some(at + c.len_utf8() as u32);
        }
        let n = self.wide.partition_point(|(_, end)| *end < c);
        self.wide.get(n).filter(|(start, _)| *start <= c).map(|_| at + c.len_utf8() as u32)
    }

    /// Where a run of `least` to `most` of them may end.
    fn run(&self, line: &str, from: &Places, least: u32, most: u32) -> Places {
        let mut to = Places::new();
        let mut done = 0;
        for &start in from {
            let (mut at, mut n) = (start, 0);
            loop {
                if n >= least {
                    // A run without end that began earlier has been here.
                    if most == u32::MAX && at > start && at < done {
                        break;
                    }
                    to.push(at);
                }
                match self.step(line, at).filter(|_| n < most) {
                    Some(next) => (at, n) = (next, n + 1),
                    None => break,
                }
            }
            done = done.max(at);
        }
        if from.len() > 1 { in_order(to) } else { to }
    }
}

fn in_order(mut places: Places) -> Places {
    places.sort_unstable();
    places.dedup();
    places
}

/// A letter, a digit or the underscore.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// `pattern` with signs for `\w` and `\W` outside of brackets.
fn short(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let (mut class, mut chars) = (false, pattern.chars());
    while let Some(c) = chars.next() {
        let sign = match (c, class) {
            ('[', _) => {
                class = true;
                None
            }
            (']', _) => {
                class = false;
                None
            }
            ('\\', _) => match (chars.next(), class) {
                (Some('w'), false) => Some(WORD),
                (Some('W'), false) => Some(OTHER),
                (next, _) => {
                    out.push(c);
                    next
                }
            },
            _ => None,
        };
        out.push(sign.unwrap_or(c));
    }
    out
}

/// `pattern` with every `.` meaning any byte.
fn dots_as_bytes(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() * 2);
    let (mut escaped, mut class) = (false, false);
    for c in pattern.chars() {
        match c {
            '.' if !escaped && !class => out.push_str(r"(?-u:.)"),
            _ => out.push(c),
        }
        match c {
            '[' if !escaped => class = true,
            ']' if !escaped => class = false,
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::bytes::Regex;

    use super::{Pattern, dots_as_bytes};

    const PATTERNS: &[&str] = &[
        "^(?:ab|a)b?c$",
        "a.{0,3}b",
        "^.{2,4}é",
        r"^(?: ?a\w{1,2}){1,3}\W*$",
        r"(?:^|[ .])b[^.]{1,3}(?:c|\W*$)",
        "(?:ab*)*c",
        "(?:a?){2,4}$",
        r"^\W*[^a]*é.{1,2}\.$",
        "(?:|a)+b",
        r"\p{L}{2,}\d",
        r"a(?:\W|b)+c",
        r"(?:\w|-)b\W\Wé?",
        r"[^\w]a\w$",
    ];

    proptest! {
        #[test]
        fn matches_what_a_machine_matches(line in "[abcé. 1「]{0,12}", n in 0..PATTERNS.len()) {
            let machine = Regex::new(&dots_as_bytes(PATTERNS[n])).unwrap();
            let pattern = Pattern::new(PATTERNS[n].to_string());
            prop_assert_eq!(pattern.is_match(&line), machine.is_match(line.as_bytes()), "{}", PATTERNS[n]);
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for text in [r"\ba", "(a", "a{3", "[b-a]"] {
            assert!(Pattern::new(text.to_string()).check().is_err(), "{text}");
        }
    }
}
