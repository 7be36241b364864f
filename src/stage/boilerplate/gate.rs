//! What must stand in a line for a cue to be worth trying. All cues of all languages are searched for at once, and hardly a
//! line has the words of more than one or two: so each pattern gives up some literals of which one stands at the start of
//! whatever it matches, or anywhere in it, and these are looked up by their first bytes.
//!
//! The literals are read off the text of a pattern by a small parser of its own, which takes a microsecond where a real
//! one takes fifty: a program that starts for one article must not spend its time on patterns that it never tries.

/// Bytes by which a literal is looked up.
const KEY: usize = 4;
/// Bytes of the shortest literal that is looked for within a line: a word of three letters, or one sign such as ©.
const SHORT: usize = 3;
/// Bytes of the longest literal: more say no more.
const LONGEST: usize = 12;
/// Literals of one pattern.
const MOST: usize = 400;
/// Bits of the table that says where no literal begins.
const BITS: usize = 1 << 15;
/// Open groups of a pattern.
const DEPTH: usize = 32;

/// What must stand in a line.
#[derive(Clone, Debug, PartialEq)]
pub enum Gate {
    /// The line begins with one of these.
    Start(Vec<String>),
    /// One of these stands in the line.
    Within(Vec<String>),
    /// Nothing can be said.
    Always,
}

impl Gate {
    /// The gate of a pattern as the rule files write it, folded.
    pub fn of(pattern: &str) -> Gate {
        let mut parser = Parser { rest: pattern, depth: 0, lost: false };
        let part = parser.alternation();
        if parser.lost || !parser.rest.is_empty() {
            return Gate::Always;
        }
        if part.anchored && part.strings.iter().all(|s| !s.text.is_empty()) {
            return Gate::Start(part.strings.into_iter().map(|s| s.text).collect());
        }
        match part.best() {
            Some(all) => Gate::Within(all),
            None => Gate::Always,
        }
    }
}

/// A string that a part of a pattern matches, or begins with.
#[derive(Clone, Debug)]
struct Piece {
    text: String,
    /// It is all that is matched.
    whole: bool,
}

/// What is known of a part of a pattern.
#[derive(Clone, Debug)]
struct Part {
    /// Whatever it matches begins with one of these.
    strings: Vec<Piece>,
    /// One of these stands in whatever it matches.
    within: Option<Vec<String>>,
    /// It begins where the line begins.
    anchored: bool,
}

impl Part {
    /// Matches one string and no other.
    fn exactly(text: &str) -> Part {
        Part { strings: vec![Piece { text: text.to_string(), whole: true }], within: None, anchored: false }
    }

    /// May match anything.
    fn unknown() -> Part {
        Part { strings: vec![Piece { text: String::new(), whole: false }], within: None, anchored: false }
    }

    fn is_whole(&self) -> bool {
        self.strings.iter().all(|s| s.whole)
    }

    /// What it begins with can be looked up.
    fn is_telling(&self) -> bool {
        self.strings.iter().all(|s| s.text.len() >= SHORT || s.text.starts_with('©'))
    }

    fn is_empty(&self) -> bool {
        self.strings.iter().all(|s| s.whole && s.text.is_empty())
    }

    /// The literals to look for.
    fn best(&self) -> Option<Vec<String>> {
        let own = self.is_telling().then(|| self.strings.iter().map(|s| s.text.clone()).collect());
        better(own, self.within.clone())
    }

    /// This part and behind it another.
    fn then(self, next: &Part) -> Part {
        let within = better(self.within, next.within.clone());
        let anchored = self.anchored || (next.anchored && self.strings.iter().all(|s| s.whole && s.text.is_empty()));
        let open = self.strings.iter().filter(|s| s.whole).count();
        if open * next.strings.len() + self.strings.len() > MOST {
            let strings = self.strings.into_iter().map(|s| Piece { whole: false, ..s }).collect();
            return Part { strings, within, anchored };
        }
        let mut strings = Vec::with_capacity(open * next.strings.len() + self.strings.len() - open);
        for piece in self.strings {
            if !piece.whole {
                strings.push(piece);
                continue;
            }
            for more in &next.strings {
                let mut text = String::with_capacity(piece.text.len() + more.text.len());
                text.push_str(&piece.text);
                text.push_str(&more.text);
                let whole = more.whole && text.len() <= LONGEST;
                cut(&mut text);
                strings.push(Piece { text, whole });
            }
        }
        Part { strings, within, anchored }
    }

    /// One of several parts.
    fn any(parts: Vec<Part>) -> Part {
        let anchored = parts.iter().all(|p| p.anchored);
        let telling = parts.iter().all(Part::is_telling);
        // What all begin with is looked for anyway.
        let within = if telling { None } else { parts.iter().map(Part::best).collect::<Option<Vec<_>>>() };
        let within = within.map(|all| all.concat()).filter(|all| all.len() <= MOST);
        let strings: Vec<Piece> = parts.into_iter().flat_map(|p| p.strings).collect();
        if strings.len() > MOST {
            Part { within, anchored, ..Part::unknown() }
        } else {
            Part { strings, within, anchored }
        }
    }

    /// The same, and no end to what follows.
    fn open(mut self) -> Part {
        self.strings.iter_mut().for_each(|s| s.whole = false);
        self
    }
}

/// Of two sets the one with the longer shortest literal, or the smaller one.
fn better(one: Option<Vec<String>>, two: Option<Vec<String>>) -> Option<Vec<String>> {
    let worth =
        |all: &Vec<String>| (all.iter().map(String::len).min().unwrap_or(0).min(8), std::cmp::Reverse(all.len()));
    match (one, two) {
        (Some(one), Some(two)) => Some(if worth(&two) > worth(&one) { two } else { one }),
        (one, two) => one.or(two),
    }
}

fn cut(text: &mut String) {
    if text.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
        text.truncate(end);
    }
}

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
    /// Something stands in the pattern that this parser does not read.
    lost: bool,
}

impl Parser<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn eat(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn give_up(&mut self) -> Part {
        self.lost = true;
        self.rest = "";
        Part::unknown()
    }

    fn alternation(&mut self) -> Part {
        let mut parts = vec![self.sequence()];
        while self.eat("|") {
            parts.push(self.sequence());
        }
        if parts.len() == 1 { parts.swap_remove(0) } else { Part::any(parts) }
    }

    fn sequence(&mut self) -> Part {
        let mut whole = Part::exactly("");
        // The literals behind something unknown.
        let mut run = Part::exactly("");
        let mut within = None;
        while !self.rest.is_empty() && !self.rest.starts_with(['|', ')']) {
            let part = self.atom();
            let part = self.repeated(part);
            if whole.is_whole() {
                whole = whole.then(&part);
                continue;
            }
            whole.anchored |= part.anchored && whole.is_empty();
            run = run.then(&part);
            if !run.is_whole() {
                within = better(within, run.best());
                run = Part::exactly("");
            }
        }
        within = better(within, run.best());
        whole.within = better(whole.within, within);
        whole
    }

    /// A run of plain letters, or one atom.
    fn atom(&mut self) -> Part {
        let plain = self.rest.find(|c: char| r"()[].^$\|?*+{".contains(c)).unwrap_or(self.rest.len());
        if plain > 0 {
            let mut end = plain;
            // A sign of repetition takes the last letter for itself.
            if self.rest[plain..].starts_with(['?', '*', '+', '{']) {
                let last = self.rest[..plain].chars().next_back().map_or(0, char::len_utf8);
                end = if plain > last { plain - last } else { plain };
            }
            let mut text = self.rest[..end].to_string();
            self.rest = &self.rest[end..];
            let whole = text.len() <= LONGEST;
            cut(&mut text);
            return Part { strings: vec![Piece { text, whole }], within: None, anchored: false };
        }
        match self.next() {
            Some('(') => self.group(),
            Some('[') => self.class(),
            Some('^') => Part { anchored: true, ..Part::exactly("") },
            // A match ends here; whatever is said of what stands before holds.
            Some('$') => Part::exactly(""),
            Some('\\') => match self.next() {
                Some(c) if !c.is_ascii_alphanumeric() => Part::exactly(c.encode_utf8(&mut [0; 4])),
                Some('p' | 'P' | 'x' | 'u' | 'U') => {
                    if !self.eat("{") {
                        return self.give_up();
                    }
                    while self.next().is_some_and(|c| c != '}') {}
                    Part::unknown()
                }
                Some('d') => {
                    let digits = ('0'..='9').map(|c| Piece { text: c.to_string(), whole: true }).collect();
                    Part { strings: digits, within: None, anchored: false }
                }
                _ => Part::unknown(),
            },
            _ => Part::unknown(),
        }
    }

    /// Flags and names are not used by the rules.
    fn group(&mut self) -> Part {
        self.depth += 1;
        if self.depth > DEPTH || !self.eat("?:") && self.rest.starts_with('?') {
            return self.give_up();
        }
        let part = self.alternation();
        self.depth -= 1;
        if self.eat(")") { part } else { self.give_up() }
    }

    /// A class is one of its letters, when it has but a few and says no more.
    fn class(&mut self) -> Part {
        let mut letters = Vec::new();
        let mut plain = !self.eat("^");
        let mut first = true;
        loop {
            match self.next() {
                None | Some('[') => return self.give_up(),
                Some(']') if !first => break,
                Some('\\') => match self.next() {
                    Some(c) if !c.is_ascii_alphanumeric() => letters.push(c),
                    Some('p' | 'P') if self.eat("{") => {
                        plain = false;
                        while self.next().is_some_and(|c| c != '}') {}
                    }
                    _ => plain = false,
                },
                Some('-') if !first && !self.rest.starts_with(']') => plain = false,
                Some(c) => letters.push(c),
            }
            first = false;
        }
        if !plain || letters.len() > 4 {
            return Part::unknown();
        }
        let strings = letters.into_iter().map(|c| Piece { text: c.to_string(), whole: true }).collect();
        Part { strings, within: None, anchored: false }
    }

    fn repeated(&mut self, mut part: Part) -> Part {
        loop {
            let least = if self.eat("?") {
                part = Part { within: None, ..Part::any(vec![part, Part::exactly("")]) };
                continue;
            } else if self.eat("*") {
                0
            } else if self.eat("+") {
                1
            } else if self.eat("{") {
                let digits = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
                let least = self.rest[..digits].parse().unwrap_or(0);
                while self.next().is_some_and(|c| c != '}') {}
                least
            } else {
                return part;
            };
            part = if least > 0 {
                part.open()
            } else {
                Part { within: None, ..Part::any(vec![part.open(), Part::exactly("")]) }
            };
        }
    }
}

/// Finds the patterns whose literals stand in a line.
#[derive(Debug)]
pub struct Gates {
    start: Table,
    within: Table,
    always: Vec<u32>,
}

#[derive(Debug)]
struct Table {
    bits: Vec<u64>,
    /// Key, literal and pattern, sorted by key.
    literals: Vec<(u32, Box<str>, u32)>,
    /// Literals that are shorter than a key, by their first byte.
    short: Vec<Vec<(Box<str>, u32)>>,
}

impl Gates {
    /// From the gate of each pattern, by its number.
    pub fn new(gates: impl IntoIterator<Item = (Gate, u32)>) -> Gates {
        let (mut start, mut within, mut always) = (Vec::new(), Vec::new(), Vec::new());
        for (gate, pattern) in gates {
            match gate {
                Gate::Start(all) => start.extend(all.into_iter().map(|l| (key(l.as_bytes()), l.into(), pattern))),
                Gate::Within(all) => within.extend(all.into_iter().map(|l| (key(l.as_bytes()), l.into(), pattern))),
                Gate::Always => always.push(pattern),
            }
        }
        Gates { start: Table::new(start), within: Table::new(within), always }
    }

    /// The patterns that may match `folded`, sorted.
    pub fn open(&self, folded: &str, out: &mut Vec<u32>) {
        out.clear();
        out.extend(&self.always);
        let bytes = folded.as_bytes();
        self.start.at(bytes, out);
        for at in 0..bytes.len() {
            self.within.at(&bytes[at..], out);
        }
        out.sort_unstable();
        out.dedup();
    }

    /// Patterns that are tried on every line.
    pub fn always(&self) -> &[u32] {
        &self.always
    }
}

impl Table {
    fn new(all: Vec<(u32, Box<str>, u32)>) -> Table {
        let mut short = vec![Vec::new(); 256];
        let mut literals = Vec::with_capacity(all.len());
        for (key, literal, pattern) in all {
            match literal.as_bytes() {
                [first, rest @ ..] if rest.len() + 1 < KEY => short[usize::from(*first)].push((literal, pattern)),
                _ => literals.push((key, literal, pattern)),
            }
        }
        literals.sort_unstable();
        literals.dedup();
        let mut bits = vec![0u64; BITS / 64];
        for (key, ..) in &literals {
            let bit = spread(*key);
            bits[bit / 64] |= 1 << (bit % 64);
        }
        Table { bits, literals, short }
    }

    /// Adds the patterns of the literals that `bytes` begin with.
    #[inline]
    fn at(&self, bytes: &[u8], out: &mut Vec<u32>) {
        let Some(first) = bytes.first() else { return };
        for (literal, pattern) in &self.short[usize::from(*first)] {
            if bytes.starts_with(literal.as_bytes()) {
                out.push(*pattern);
            }
        }
        let Some(first) = bytes.first_chunk::<KEY>() else { return };
        let key = u32::from_le_bytes(*first);
        let bit = spread(key);
        if self.bits[bit / 64] & (1 << (bit % 64)) == 0 {
            return;
        }
        let from = self.literals.partition_point(|(k, ..)| *k < key);
        for (_, literal, pattern) in self.literals[from..].iter().take_while(|(k, ..)| *k == key) {
            if bytes.starts_with(literal.as_bytes()) {
                out.push(*pattern);
            }
        }
    }
}

fn key(literal: &[u8]) -> u32 {
    literal.first_chunk::<KEY>().map_or(0, |first| u32::from_le_bytes(*first))
}

#[inline]
fn spread(key: u32) -> usize {
    (key.wrapping_mul(0x9e37_79b1) >> 17) as usize & (BITS - 1)
}

#[cfg(test)]
mod tests {
    use super::{Gate, Gates};

    fn start(all: &[&str]) -> Gate {
        Gate::Start(all.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn literals_are_read_off_a_pattern() {
        assert_eq!(
            Gate::of("^(?:suivez|lisez)[- ]nous"),
            start(&["suivez-nous", "suivez nous", "lisez-nous", "lisez nous"])
        );
        assert_eq!(Gate::of("^a?bcde"), start(&["abcde", "bcde"]));
        assert_eq!(Gate::of("^abc+de[fg]h"), start(&["abc"]));
        assert_eq!(Gate::of("abc+.de[fg]h"), within(&["defh", "degh"]));
        assert_eq!(Gate::of(r"^\w+ partages?$"), within(&[" partages", " partage"]));
        assert_eq!(Gate::of("x.{0,3}letter"), within(&["letter"]));
        assert_eq!(Gate::of("^(?:abcd|x)"), start(&["abcd", "x"]));
        assert_eq!(Gate::of("(?:^|[ .])©[^.]{2,60}"), within(&["©", " ©", ".©"]));
        assert_eq!(Gate::of("(?:newsletter|infolettre)+ b"), within(&["newsletter", "infolettre"]));
        assert_eq!(Gate::of(r"^\p{L}abcde"), within(&["abcde"]));
        assert_eq!(Gate::of("^abcde|fghij"), within(&["abcde", "fghij"]));
        assert_eq!(Gate::of("abc[defgh]"), within(&["abc"]));
        for pattern in
            ["(?:abcd|x)", "^(?:abcd)?", "^(?:abcd)*", "^(?:abcd){0,3}", "(?i)abcd", "ab[cdefgh]", "abcd)", "(abcd"]
        {
            assert_eq!(Gate::of(pattern), Gate::Always, "{pattern}");
        }
    }

    fn within(all: &[&str]) -> Gate {
        Gate::Within(all.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn gates_open_where_their_literals_stand() {
        let gates = Gates::new([(start(&["abcd"]), 0), (within(&["wxyz", "cdef"]), 1), (Gate::Always, 2)]);
        let open = |line: &str| {
            let mut out = Vec::new();
            gates.open(line, &mut out);
            out
        };
        assert_eq!(open("abcdef"), [0, 1, 2]);
        assert_eq!(open("-abcd wxyz"), [1, 2]);
        assert_eq!(open("abc"), [2]);
    }
}
