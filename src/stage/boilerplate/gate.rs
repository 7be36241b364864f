//! What must stand in a line for a cue to be worth trying. All cues of all languages are searched for at once, and hardly a
//! line has the words of more than one or two: so each pattern gives up some literals of which one stands at the start of
//! whatever it matches, or anywhere in it, and these are looked up in the line (`gates.rs`).
//!
//! The literals are read off the text of a pattern by a small parser of its own. The build script does that for the rules
//! that the program carries, so that a start costs no more than reading them.

use std::borrow::Cow;

/// Bytes of a literal that is telling enough to be looked for first …
const KEY: usize = 4;
/// … and the shortest that are looked for within a line: a word of three letters, or one sign such as ©.
pub(super) const SHORT: usize = 3;
/// Bytes of the longest literal: more say no more.
const LONGEST: usize = 16;
/// Literals of one pattern.
const MOST: usize = 400;
/// Letters of a class that is more than any letter.
const LETTERS: usize = 4;
/// Open groups of a pattern.
const DEPTH: usize = 32;

/// What must stand in a line.
#[derive(Clone, Debug, PartialEq)]
pub enum Gate {
    /// The line begins with one of these.
    Start(Vec<Literal>),
    /// One of these stands in the line.
    Within(Vec<Literal>),
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
        if part.anchored && part.strings.iter().all(|s| s.text.len() > 0) {
            return Gate::Start(fewest(part.strings.into_iter().map(|s| s.text).collect()));
        }
        match part.best() {
            Some(all) => Gate::Within(fewest(all)),
            None => Gate::Always,
        }
    }

    /// Appends it to an image: its kind, the number of its literals, then the length and the bytes of each.
    pub fn write(&self, image: &mut Vec<u8>) {
        let (kind, all) = match self {
            Gate::Start(all) => (0, &all[..]),
            Gate::Within(all) => (1, &all[..]),
            Gate::Always => (2, &[][..]),
        };
        image.push(kind);
        image.extend((all.len() as u16).to_le_bytes());
        for literal in all {
            image.push(literal.len);
            image.extend(&literal.bytes.to_le_bytes()[..literal.len()]);
        }
    }

    /// Takes the next one from an image; `None` at its end.
    pub fn read(image: &mut &[u8]) -> Option<Gate> {
        let ([kind, low, high], mut rest) = image.split_first_chunk()?;
        let mut all = Vec::with_capacity(usize::from(u16::from_le_bytes([*low, *high])));
        for _ in 0..all.capacity() {
            let (len, bytes) = rest.split_first()?;
            let (literal, behind) = bytes.split_at_checked(usize::from(*len))?;
            all.push(Literal::at(literal));
            rest = behind;
        }
        *image = rest;
        Some(match kind {
            0 => Gate::Start(all),
            1 => Gate::Within(all),
            _ => Gate::Always,
        })
    }
}

/// Those of which no other one is the beginning.
fn fewest(mut all: Vec<Literal>) -> Vec<Literal> {
    all.sort_unstable_by_key(|literal| (literal.bytes.swap_bytes(), literal.len));
    all.dedup_by(|next, kept| kept.opens(*next));
    all
}

/// The first bytes of a string, as many as fit into a number. One zero stands for all digits in a row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Literal {
    /// The first byte lowest, and zero behind the last.
    bytes: u128,
    len: u8,
}

impl Literal {
    /// Of the start of `text`.
    pub fn of(text: &str) -> Literal {
        Literal::at(&with_zeros(text))
    }

    /// Of the start of a text with zeros for its digits.
    pub(super) fn at(bytes: &[u8]) -> Literal {
        let len = bytes.len().min(LONGEST);
        let mut first = [0; LONGEST];
        first[..len].copy_from_slice(&bytes[..len]);
        Literal { bytes: u128::from_le_bytes(first), len: len as u8 }
    }

    /// Bytes.
    pub(super) fn len(self) -> usize {
        usize::from(self.len)
    }

    /// Whether a text that begins with `other` begins with this one.
    pub(super) fn opens(self, other: Literal) -> bool {
        self.len <= other.len && (self.bytes ^ other.bytes) & mask(self.len()) == 0
    }

    /// Its first eight bytes, zero behind the last.
    pub(super) fn first_eight(self) -> u64 {
        self.bytes as u64
    }

    /// This one and behind it another, as far as they fit.
    fn then(self, next: Literal) -> Literal {
        let last = self.bytes >> (8 * (self.len().max(1) - 1));
        let next = match (last as u8, next.bytes as u8) {
            (b'0', b'0') => Literal { bytes: next.bytes >> 8, len: next.len - 1 },
            _ => next,
        };
        let len = (self.len() + next.len()).min(LONGEST);
        if self.len() == LONGEST {
            return self;
        }
        Literal { bytes: (self.bytes | next.bytes << (8 * self.len)) & mask(len), len: len as u8 }
    }
}

impl std::fmt::Debug for Literal {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(&self.bytes.to_le_bytes()[..self.len()]))
    }
}

/// `text` with a zero for all digits in a row.
pub(super) fn with_zeros(text: &str) -> Cow<'_, [u8]> {
    if !text.bytes().fold(false, |found, b| found | b.is_ascii_digit()) {
        return text.as_bytes().into();
    }
    let mut out = Vec::with_capacity(text.len());
    for byte in text.bytes() {
        if !byte.is_ascii_digit() {
            out.push(byte);
        } else if out.last() != Some(&b'0') {
            out.push(b'0');
        }
    }
    out.into()
}

/// The lowest `len` bytes.
fn mask(len: usize) -> u128 {
    if len >= LONGEST { u128::MAX } else { (1 << (8 * len)) - 1 }
}

/// A string that a part of a pattern matches, or begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Piece {
    text: Literal,
    /// It is all that is matched.
    whole: bool,
}

impl Piece {
    fn of(text: &str) -> Piece {
        Piece { text: Literal::of(text), whole: text.len() <= LONGEST }
    }

    fn of_char(c: char) -> Piece {
        Piece::of(c.encode_utf8(&mut [0; 4]))
    }
}

/// What is known of a part of a pattern.
#[derive(Clone, Debug)]
struct Part {
    /// Whatever it matches begins with one of these.
    strings: Vec<Piece>,
    /// One of these stands in whatever it matches.
    within: Option<Vec<Literal>>,
    /// It begins where the line begins.
    anchored: bool,
}

impl Part {
    /// Matches one string and no other.
    fn exactly(text: &str) -> Part {
        Part::of(vec![Piece::of(text)])
    }

    /// May match anything.
    fn unknown() -> Part {
        Part::of(vec![Piece { whole: false, ..Piece::of("") }])
    }

    fn of(strings: Vec<Piece>) -> Part {
        Part { strings, within: None, anchored: false }
    }

    fn is_whole(&self) -> bool {
        self.strings.iter().all(|s| s.whole)
    }

    /// What it begins with can be looked up.
    fn is_telling(&self) -> bool {
        let sign = Literal::of("©");
        self.strings.iter().all(|s| s.text.len() >= SHORT || sign.opens(s.text))
    }

    /// The literals to look for.
    fn best(&self) -> Option<Vec<Literal>> {
        let own = self.is_telling().then(|| self.strings.iter().map(|s| s.text).collect());
        better(own, self.within.clone())
    }

    /// This part and behind it another.
    fn then(self, next: &Part) -> Part {
        let within = better(self.within, next.within.clone());
        let anchored = self.anchored || (next.anchored && self.strings.iter().all(|s| s.whole && s.text.len() == 0));
        let strings = product(&self.strings, &next.strings, LONGEST)
            .or_else(|| [KEY, 2, 1].iter().find_map(|&len| product(&self.strings, &shortened(&next.strings, len), KEY)))
            .unwrap_or_else(|| self.strings.into_iter().map(|s| Piece { whole: false, ..s }).collect());
        Part { strings, within, anchored }
    }

    /// One of several parts.
    fn any(parts: Vec<Part>) -> Part {
        let anchored = parts.iter().all(|p| p.anchored);
        let telling = parts.iter().all(Part::is_telling);
        // What all begin with is looked for anyway.
        let within = if telling { None } else { parts.iter().map(Part::best).collect::<Option<Vec<_>>>() };
        let within = within.map(|all| all.concat()).filter(|all| all.len() <= MOST);
        let mut strings: Vec<Piece> = parts.into_iter().flat_map(|p| p.strings).collect();
        if strings.len() > MOST {
            strings = shortened(&strings, KEY);
        }
        if strings.len() > MOST {
            Part { within, anchored, ..Part::unknown() }
        } else {
            Part { strings, within, anchored }
        }
    }

    /// One or more of it.
    fn open(mut self) -> Part {
        let digits = Part::exactly("0");
        if self.strings == digits.strings {
            return digits;
        }
        self.strings.iter_mut().for_each(|s| s.whole = false);
        self
    }
}

/// No more of them than `len` bytes.
fn shortened(pieces: &[Piece], len: usize) -> Vec<Piece> {
    let short = |piece: &Piece| {
        let len = piece.text.len().min(len);
        let text = Literal { bytes: piece.text.bytes & mask(len), len: len as u8 };
        Piece { text, whole: piece.whole && len == piece.text.len() }
    };
    let mut all: Vec<Piece> = pieces.iter().map(short).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Each of `one` that is whole and no longer than `short` with each of `two` behind it, and the others of `one`; `None` when
/// they are too many.
fn product(one: &[Piece], two: &[Piece], short: usize) -> Option<Vec<Piece>> {
    let goes_on = |piece: &&Piece| piece.whole && piece.text.len() <= short;
    let open = one.iter().filter(goes_on).count();
    if open * two.len() + one.len() - open > MOST {
        return None;
    }
    let mut all = Vec::with_capacity(open * two.len() + one.len() - open);
    for piece in one {
        if !goes_on(&piece) {
            all.push(Piece { whole: false, ..*piece });
            continue;
        }
        for more in two {
            let whole = more.whole && piece.text.len() + more.text.len() <= LONGEST;
            all.push(Piece { text: piece.text.then(more.text), whole });
        }
    }
    Some(all)
}

/// Of two sets the one with the longer shortest literal, or the smaller one.
fn better(one: Option<Vec<Literal>>, two: Option<Vec<Literal>>) -> Option<Vec<Literal>> {
    let worth =
        |all: &Vec<Literal>| (all.iter().map(|l| l.len()).min().unwrap_or(0).min(8), std::cmp::Reverse(all.len()));
    match (one, two) {
        (Some(one), Some(two)) => Some(if worth(&two) > worth(&one) { two } else { one }),
        (one, two) => one.or(two),
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
            let known = whole.is_whole();
            if whole.strings.iter().any(|s| s.whole) {
                whole = whole.then(&part);
            }
            if known {
                continue;
            }
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
            let text = &self.rest[..end];
            self.rest = &self.rest[end..];
            return Part::exactly(text);
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
                Some('d') => Part::exactly("0"),
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
                Some('-') if !first && !self.rest.starts_with(']') => match (letters.last(), self.next()) {
                    (Some('0'..='9'), Some('0'..='9')) => {}
                    _ => plain = false,
                },
                Some(c) => letters.push(c),
            }
            first = false;
        }
        if !plain || letters.len() > LETTERS {
            return Part::unknown();
        }
        Part::of(letters.into_iter().map(Piece::of_char).collect())
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

#[cfg(test)]
mod tests {
    use super::{Gate, Literal, fewest};

    fn start(all: &[&str]) -> Gate {
        Gate::Start(fewest(all.iter().map(|text| Literal::of(text)).collect()))
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
        assert_eq!(
            Gate::of(r"^(?:12|a)? ?\d{1,2}:[0-9]+ab"),
            start(&["7:7ab", "12 12:12ab", " 7:7ab", "a7:7ab", "a 7:7ab"])
        );
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
        Gate::Within(fewest(all.iter().map(|text| Literal::of(text)).collect()))
    }

    #[test]
    fn an_image_holds_gates() {
        let gates = [start(&["abc", "é", "0123456789abcdefgh"]), Gate::Always, within(&["xyz"])];
        let mut image = Vec::new();
        gates.iter().for_each(|gate| gate.write(&mut image));
        let mut rest = &image[..];
        let read: Vec<Gate> = std::iter::from_fn(|| Gate::read(&mut rest)).collect();
        assert_eq!(read, gates);
    }
}
