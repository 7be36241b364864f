//! The pattern of a cue, as it is tried on a line.
//!
//! There are hundreds of patterns and each meets but a few lines, so that making a machine of one costs more than running it
//! saves. A pattern is read when the first line comes, and walked as it stands: every part of it takes the places in the
//! line where it may begin, and gives those where it may end. So no place is tried twice by the same part.

use std::sync::OnceLock;

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{self, Hir, HirKind, Look};
use smallvec::SmallVec;

use super::fold;

mod parse;

/// A pattern as a rule file writes it; letters lose their accents. A dot is any byte, since "up to 80 of something" is never
/// meant to the letter.
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
        self.read().map(|_| ())
    }

    fn read(&self) -> Result<Tree, String> {
        Tree::parse(&fold::pattern(&self.text))
    }

    /// Whether it matches anywhere in `line`.
    pub fn is_match(&self, line: &Line) -> bool {
        let tree = self.tree.get_or_init(|| self.read().ok()).as_ref();
        tree.is_some_and(|tree| tree.may_match(line) && tree.is_match(line.text))
    }
}

/// A folded line, with the runs of three bytes that it has: most patterns that are tried on it want others.
pub struct Line<'a> {
    text: &'a str,
    /// A bit for each, by a hash.
    runs: [u64; RUNS / 64],
}

/// Bits for the runs of a line, of which hardly any has a thousand.
const RUNS: usize = 1 << 12;

impl Line<'_> {
    /// Looks at a folded line.
    pub fn new(text: &str) -> Line<'_> {
        let mut runs = [0; RUNS / 64];
        text.as_bytes().windows(3).map(Line::place).for_each(|run| runs[run / 64] |= 1 << (run % 64));
        Line { text, runs }
    }

    /// The bit of three bytes.
    fn place(run: &[u8]) -> usize {
        let number = u32::from_le_bytes([run[0], run[1], run[2], 0]);
        (number.wrapping_mul(0x9e37_79b1) >> (u32::BITS - RUNS.trailing_zeros())) as usize
    }

    /// Whether the line may have one of these runs.
    fn has_any(&self, runs: &[u16]) -> bool {
        runs.iter().any(|run| self.runs[usize::from(run / 64)] & 1 << (run % 64) != 0)
    }
}

/// A pattern that was read.
#[derive(Debug)]
struct Tree {
    root: Node,
    /// The bytes that a match begins with at the start of a line, and within it; `None` when it may be empty.
    first: [Option<Bytes>; 2],
    /// It begins where the line begins.
    anchored: bool,
    /// Of each of these runs of three bytes one is in whatever it matches, by their bits in [`Line`].
    needs: Vec<Vec<u16>>,
}

#[derive(Debug)]
enum Node {
    Literal(Box<[u8]>),
    Class(Class),
    Start,
    End,
    All(Vec<Node>),
    Any(Ways),
    Repeat { node: Box<Node>, least: u32, most: u32 },
}

/// One of several.
#[derive(Debug, Default)]
struct Ways {
    /// Those that begin with one byte, by it.
    led: Vec<(u8, Node)>,
    /// The others, each with the bytes that it begins with.
    others: Vec<(Option<Bytes>, Node)>,
    /// What all begin with.
    first: Option<Bytes>,
}

/// One byte of a set, or one character.
#[derive(Debug, Default)]
struct Class {
    bytes: Bytes,
    /// Ranges of characters beyond ASCII, in order.
    wide: Vec<(char, char)>,
    /// Kinds of characters beyond ASCII.
    kinds: Vec<Wide>,
    /// The characters beyond ASCII are those that neither ranges nor kinds hold.
    negated: bool,
}

/// A kind of characters beyond ASCII.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Wide {
    Word,
    NoWord,
    Digit,
    Space,
    NoSpace,
}

impl Wide {
    fn has(self, c: char) -> bool {
        match self {
            Wide::Word => is_word(c),
            Wide::NoWord => !is_word(c),
            Wide::Digit => c.is_numeric(),
            Wide::Space => c.is_whitespace(),
            Wide::NoSpace => !c.is_whitespace(),
        }
    }
}

/// A letter, a digit or the underscore.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// A set of bytes, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Bytes([u64; 4]);

impl Bytes {
    fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte / 64)] |= 1 << (byte % 64);
    }

    fn remove(&mut self, byte: u8) {
        self.0[usize::from(byte / 64)] &= !(1 << (byte % 64));
    }

    fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte / 64)] & 1 << (byte % 64) != 0
    }

    /// The byte that is its only one.
    fn only(self) -> Option<u8> {
        let one = self.0.iter().map(|bits| bits.count_ones()).sum::<u32>() == 1;
        let part = self.0.iter().position(|bits| *bits != 0).filter(|_| one)?;
        Some((part * 64) as u8 + self.0[part].trailing_zeros() as u8)
    }

    fn or(self, other: Bytes) -> Bytes {
        Bytes(std::array::from_fn(|i| self.0[i] | other.0[i]))
    }
}

/// Positions in a line, in order, each once. Mostly there is one.
type Places = SmallVec<[u32; 8]>;

impl Tree {
    fn parse(text: &str) -> Result<Tree, String> {
        let root = match parse::parse(text) {
            Some(root) => root,
            None => Tree::parse_any(text)?,
        };
        Ok(Tree::of(root))
    }

    fn of(root: Node) -> Tree {
        let mut needs = Vec::new();
        root.needs(&mut needs);
        needs.sort_by_key(Vec::len);
        Tree { first: [root.first(), root.first_within()], anchored: root.is_anchored(), needs, root }
    }

    /// Whether the letters that it cannot do without may be in `line`.
    fn may_match(&self, line: &Line) -> bool {
        self.needs.iter().all(|runs| line.has_any(runs))
    }

    /// By the parser of all regular expressions.
    fn parse_any(text: &str) -> Result<Node, String> {
        let parsed = ParserBuilder::new().utf8(false).build().parse(&dots_as_bytes(text));
        Node::of(&parsed.map_err(|e| e.to_string())?)
    }

    fn is_match(&self, line: &str) -> bool {
        let [at_start, within] = self.first;
        let mut from = Places::new();
        if begins(at_start, line.as_bytes(), 0) {
            from.push(0);
        }
        match within {
            _ if self.anchored => {}
            Some(first) => {
                from.extend((1..).zip(line.bytes().skip(1)).filter(|(_, b)| first.has(*b)).map(|(at, _)| at))
            }
            None => from.extend(1..=line.len() as u32),
        }
        !from.is_empty() && !self.root.ends(line, from).is_empty()
    }
}

/// Whether one of the bytes `first` stands at `place`, if there are any.
fn begins(first: Option<Bytes>, line: &[u8], place: u32) -> bool {
    first.is_none_or(|first| line.get(place as usize).is_some_and(|b| first.has(*b)))
}

impl Node {
    fn of(hir: &Hir) -> Result<Node, String> {
        Ok(match hir.kind() {
            HirKind::Empty => Node::All(Vec::new()),
            HirKind::Literal(literal) => Node::Literal(literal.0.clone()),
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
            HirKind::Alternation(parts) => Node::any(parts.iter().map(Node::of).collect::<Result<_, _>>()?),
        })
    }

    /// One of `parts`.
    fn any(parts: Vec<Node>) -> Node {
        let mut ways = Ways { first: Some(Bytes::default()), ..Ways::default() };
        for part in parts {
            let first = part.first();
            ways.first = ways.first.zip(first).map(|(all, first)| all.or(first));
            match first.and_then(Bytes::only) {
                Some(byte) => ways.led.push((byte, part)),
                None => ways.others.push((first, part)),
            }
        }
        ways.led.sort_by_key(|(byte, _)| *byte);
        Node::Any(ways)
    }

    /// Runs of three bytes of which one is in whatever it matches; none if nothing can be said.
    fn need(&self) -> Option<Vec<u16>> {
        match self {
            Node::Literal(literal) => {
                let last = literal.len().checked_sub(3)?;
                Some(vec![Line::place(&literal[last / 2..]) as u16])
            }
            Node::All(parts) => parts.iter().filter_map(Node::need).min_by_key(Vec::len),
            Node::Any(ways) => {
                let all: Vec<Vec<u16>> = ways.all().map(Node::need).collect::<Option<_>>()?;
                let mut runs = all.concat();
                runs.sort_unstable();
                runs.dedup();
                Some(runs)
            }
            Node::Repeat { node, least, .. } => node.need().filter(|_| *least > 0),
            Node::Class(_) | Node::Start | Node::End => None,
        }
    }

    /// The needs of all its parts.
    fn needs(&self, all: &mut Vec<Vec<u16>>) {
        match self {
            Node::All(parts) => parts.iter().for_each(|part| part.needs(all)),
            part => all.extend(part.need()),
        }
    }

    /// Whether it can begin only where a line begins.
    fn is_anchored(&self) -> bool {
        match self {
            Node::Start => true,
            Node::All(parts) => parts.first().is_some_and(Node::is_anchored),
            Node::Any(ways) => ways.all().all(Node::is_anchored),
            Node::Repeat { node, least, .. } => *least > 0 && node.is_anchored(),
            Node::Literal(_) | Node::Class(_) | Node::End => false,
        }
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
            Node::Any(ways) => ways.first,
            Node::Repeat { node, least, .. } => node.first().filter(|_| *least > 0),
        }
    }

    /// The bytes that it begins with behind the start of a line; `None` when what it matches there may be empty.
    fn first_within(&self) -> Option<Bytes> {
        match self {
            Node::Start => Some(Bytes::default()),
            Node::All(parts) => parts.first()?.first_within(),
            Node::Any(ways) => ways.all().try_fold(Bytes::default(), |all, part| Some(all.or(part.first_within()?))),
            Node::Repeat { node, least, .. } => node.first_within().filter(|_| *least > 0),
            node => node.first(),
        }
    }

    /// Where it may end when it begins at one of `from`.
    fn ends(&self, line: &str, mut from: Places) -> Places {
        let bytes = line.as_bytes();
        match self {
            Node::Literal(literal) => {
                from.retain(|at| {
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
            Node::Any(ways) => {
                from.retain(|at| begins(ways.first, bytes, *at));
                if from.is_empty() { from } else { ways.ends(line, &from) }
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
                to.extend_from_slice(&now);
                to = in_order(to);
            }
            if now.is_empty() {
                break;
            }
        }
        to
    }
}

impl Ways {
    fn all(&self) -> impl Iterator<Item = &Node> {
        self.led.iter().map(|(_, part)| part).chain(self.others.iter().map(|(_, part)| part))
    }

    /// Where one of them may end.
    fn ends(&self, line: &str, from: &Places) -> Places {
        let bytes = line.as_bytes();
        let mut to = Places::new();
        match from[..] {
            [at] => {
                let byte = bytes.get(at as usize).copied().unwrap_or(0);
                let first = self.led.partition_point(|(lead, _)| *lead < byte);
                for (_, part) in self.led[first..].iter().take_while(|(lead, _)| *lead == byte) {
                    to.extend(part.ends(line, Places::from_slice(&[at])));
                }
            }
            _ => {
                for (lead, part) in &self.led {
                    let begin: Places =
                        from.iter().copied().filter(|at| bytes.get(*at as usize) == Some(lead)).collect();
                    if !begin.is_empty() {
                        to.extend(part.ends(line, begin));
                    }
                }
            }
        }
        for (first, part) in &self.others {
            let begin: Places = from.iter().copied().filter(|at| begins(*first, bytes, *at)).collect();
            if !begin.is_empty() {
                to.extend(part.ends(line, begin));
            }
        }
        in_order(to)
    }
}

impl Class {
    fn of(class: &hir::Class) -> Class {
        let mut found = Class::default();
        match class {
            hir::Class::Bytes(class) => {
                class.iter().flat_map(|range| range.start()..=range.end()).for_each(|byte| found.bytes.insert(byte));
            }
            hir::Class::Unicode(class) => class.iter().for_each(|range| found.insert(range.start(), range.end())),
        }
        found
    }

    /// The ASCII characters of which `is` holds, and a kind of others.
    fn of_kind(is: impl Fn(char) -> bool, kind: Wide) -> Class {
        let mut class = Class { kinds: vec![kind], ..Class::default() };
        (0..=0x7f).filter(|b| is(char::from(*b))).for_each(|b| class.bytes.insert(b));
        class
    }

    fn insert(&mut self, start: char, end: char) {
        (start..=end.min('\x7f')).for_each(|c| self.bytes.insert(c as u8));
        if end > '\x7f' {
            self.wide.push((start.max('\u{80}'), end));
        }
    }

    /// Adds another; `None` where that holds all but something.
    fn join(&mut self, other: Class) -> Option<()> {
        self.bytes = self.bytes.or(other.bytes);
        self.wide.extend(other.wide);
        self.kinds.extend(other.kinds);
        (!other.negated).then_some(())
    }

    /// Puts the ranges in order, which may lie in each other.
    fn close(&mut self) {
        self.wide.sort_unstable();
        self.wide.dedup_by(|next, range| {
            let joined = next.0 <= range.1;
            range.1 = if joined { range.1.max(next.1) } else { range.1 };
            joined
        });
    }

    /// All that it does not hold.
    fn negated(mut self) -> Class {
        (0..=0x7f).for_each(|b| if self.bytes.has(b) { self.bytes.remove(b) } else { self.bytes.insert(b) });
        self.negated = !self.negated;
        self
    }

    fn is_empty(&self) -> bool {
        self.bytes == Bytes::default() && !self.is_wide()
    }

    /// Whether characters beyond ASCII may belong to it.
    fn is_wide(&self) -> bool {
        !self.wide.is_empty() || !self.kinds.is_empty() || self.negated
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
        let n = self.wide.partition_point(|(_, end)| *end < c);
        let holds = self.wide.get(n).is_some_and(|(start, _)| *start <= c) || self.kinds.iter().any(|kind| kind.has(c));
        (holds != self.negated).then(|| at + c.len_utf8() as u32)
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
    if places.len() > 1 {
        places.sort_unstable();
        places.dedup();
    }
    places
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

    use super::{Line, Pattern, Tree, dots_as_bytes, parse};
    use crate::rules::Rules;

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
        "^(?:abc|bca{2,3}c)(?:é1|caa).*bbc",
    ];

    proptest! {
        #[test]
        fn matches_what_a_machine_matches(line in "[abcé. 1「]{0,12}", n in 0..PATTERNS.len()) {
            let machine = Regex::new(&dots_as_bytes(PATTERNS[n])).unwrap();
            let tree = Tree::parse(PATTERNS[n]).unwrap();
            let found = tree.may_match(&Line::new(&line)) && tree.is_match(&line);
            prop_assert_eq!(found, machine.is_match(line.as_bytes()), "{}", PATTERNS[n]);
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for text in [r"\ba", "(a", "a{3", "[b-a]"] {
            assert!(Pattern::new(text.to_string()).check().is_err(), "{text}");
        }
    }

    /// Both parsers make the same of every pattern of the program, as far as lines can tell that come near to it.
    #[test]
    fn patterns_are_read_as_regular_expressions_are() {
        let rules = Rules::load(None, &[]).unwrap();
        let mut all = Vec::new();
        for file in rules.topic("boilerplate") {
            let table: toml::Table = file.text.parse().unwrap();
            for cue in table.get("cue").and_then(|c| c.as_array()).into_iter().flatten() {
                let text = |name: &str| cue[name].as_array().into_iter().flatten().filter_map(|e| e.as_str());
                let lines: Vec<String> =
                    text("drop").chain(text("keep")).map(crate::stage::boilerplate::fold::line).collect();
                all.push((crate::stage::boilerplate::fold::pattern(cue["pattern"].as_str().unwrap()), lines));
            }
        }
        let lines: Vec<&String> = all.iter().flat_map(|(_, lines)| lines.first()).collect();
        let mut left = 0;
        for (n, (pattern, own)) in all.iter().enumerate() {
            let Some(root) = parse::parse(pattern) else {
                left += 1;
                continue;
            };
            let ours = Tree::of(root);
            let any = Tree::of(Tree::parse_any(pattern).unwrap());
            let others = lines.iter().copied().skip(n % 7).step_by(7);
            for line in own.iter().chain(others) {
                let found = ours.may_match(&Line::new(line)) && ours.is_match(line);
                assert_eq!(found, any.is_match(line), "{pattern} on {line:?}");
            }
        }
        assert!(left * 20 < all.len(), "{left} of {} patterns are left to the other parser", all.len());
    }
}
