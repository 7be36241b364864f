//! Reads the patterns that rule files write: letters, classes, groups, repetitions and the two ends of a line. The parser for
//! all regular expressions takes fifty times as long, and a run on a few lines would do little else; what is not understood
//! here is left to it.

use super::{Bytes, Class, Node, Wide, is_word};

/// Groups within groups.
const DEPTH: usize = 60;

/// The node of a pattern; `None` for what only the parser of all regular expressions may know.
pub(super) fn parse(text: &str) -> Option<Node> {
    let mut parser = Parser { rest: text };
    let node = parser.alternation(DEPTH)?;
    parser.rest.is_empty().then_some(node)
}

struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next();
        self.rest = chars.as_str();
        c
    }

    fn eat(&mut self, sign: &str) -> bool {
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn alternation(&mut self, depth: usize) -> Option<Node> {
        let mut parts = vec![self.sequence(depth)?];
        while self.eat("|") {
            parts.push(self.sequence(depth)?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { one_of(parts) })
    }

    fn sequence(&mut self, depth: usize) -> Option<Node> {
        let mut parts: Vec<Node> = Vec::new();
        while self.peek().is_some_and(|c| !matches!(c, '|' | ')')) {
            let node = match self.plain() {
                "" => {
                    let atom = self.atom(depth)?;
                    self.repeated(atom)?
                }
                plain => Node::Literal(plain.as_bytes().into()),
            };
            match (node, parts.last_mut()) {
                (Node::Literal(more), Some(Node::Literal(literal))) => {
                    *literal = [&literal[..], &more[..]].concat().into();
                }
                (node, _) => parts.push(node),
            }
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Node::All(parts) })
    }

    /// The letters that stand for themselves and are not repeated.
    fn plain(&mut self) -> &'a str {
        let special = |b: u8| {
            matches!(
                b,
                b'(' | b')' | b'[' | b']' | b'.' | b'^' | b'$' | b'\\' | b'|' | b'?' | b'*' | b'+' | b'{' | b'}'
            )
        };
        let mut end = self.rest.bytes().position(special).unwrap_or(self.rest.len());
        if self.rest[end..].starts_with(['*', '+', '?', '{']) {
            end -= self.rest[..end].chars().next_back().map_or(0, char::len_utf8);
        }
        let (plain, rest) = self.rest.split_at(end);
        self.rest = rest;
        plain
    }

    fn atom(&mut self, depth: usize) -> Option<Node> {
        Some(match self.next()? {
            '(' => {
                if !self.eat("?:") && self.peek() == Some('?') {
                    return None;
                }
                let node = self.alternation(depth.checked_sub(1)?)?;
                return self.eat(")").then_some(node);
            }
            '[' => Node::Class(self.class()?),
            '^' => Node::Start,
            '$' => Node::End,
            '.' => {
                let mut bytes = Bytes([u64::MAX; 4]);
                bytes.remove(b'\n');
                Node::Class(Class { bytes, ..Class::default() })
            }
            '\\' => match self.escape()? {
                Escape::Class(class) => Node::Class(class),
                Escape::Char(c) => literal(c),
            },
            '*' | '+' | '?' | '{' | '}' | ']' => return None,
            c => literal(c),
        })
    }

    /// `node` with the repetition that follows it.
    fn repeated(&mut self, node: Node) -> Option<Node> {
        let (least, most) = match self.peek() {
            Some('*') => (0, u32::MAX),
            Some('+') => (1, u32::MAX),
            Some('?') => (0, 1),
            Some('{') => {
                let (bounds, _) = self.rest[1..].split_once('}')?;
                self.rest = &self.rest[1 + bounds.len()..];
                let (least, most) = bounds.split_once(',').unwrap_or((bounds, bounds));
                (least.parse().ok()?, if most.is_empty() { u32::MAX } else { most.parse().ok()? })
            }
            _ => return Some(node),
        };
        self.next();
        // Whether it takes as much as it can or as little does not change where it may end.
        self.eat("?");
        let again = self.peek().is_some_and(|c| matches!(c, '*' | '+' | '?' | '{'));
        (least <= most && !again).then(|| Node::Repeat { node: Box::new(node), least, most })
    }

    fn escape(&mut self) -> Option<Escape> {
        let class = match self.next()? {
            'w' => Class::of_kind(is_word, Wide::Word),
            'W' => Class::of_kind(|c| !is_word(c), Wide::NoWord),
            'd' => Class::of_kind(|c| c.is_ascii_digit(), Wide::Digit),
            's' => Class::of_kind(char::is_whitespace, Wide::Space),
            'S' => Class::of_kind(|c| !c.is_whitespace(), Wide::NoSpace),
            c if c.is_ascii_punctuation() => return Some(Escape::Char(c)),
            _ => return None,
        };
        Some(Escape::Class(class))
    }

    /// A class behind its opening bracket.
    fn class(&mut self) -> Option<Class> {
        let negated = self.eat("^");
        let mut class = Class::default();
        loop {
            let c = match self.next()? {
                ']' => break,
                '[' => return None,
                '\\' => match self.escape()? {
                    Escape::Class(other) => {
                        class.join(other)?;
                        continue;
                    }
                    Escape::Char(c) => c,
                },
                // Classes may be cut with each other.
                c @ ('&' | '~') if self.peek() == Some(c) => return None,
                '-' if self.peek() == Some('-') => return None,
                c => c,
            };
            let mut following = self.rest.chars();
            let range = following.next() == Some('-') && following.next().is_some_and(|c| c != ']' && c != '-');
            let end = if range {
                self.next();
                match self.next()? {
                    '\\' => match self.escape()? {
                        Escape::Char(c) => c,
                        Escape::Class(_) => return None,
                    },
                    '[' => return None,
                    c => c,
                }
            } else {
                c
            };
            if end < c {
                return None;
            }
            class.insert(c, end);
        }
        class.close();
        (!class.is_empty()).then(|| if negated { class.negated() } else { class })
    }
}

enum Escape {
    Class(Class),
    Char(char),
}

fn literal(c: char) -> Node {
    Node::Literal(c.encode_utf8(&mut [0; 4]).as_bytes().into())
}

/// One of `parts`: a class, where each is a single letter.
fn one_of(parts: Vec<Node>) -> Node {
    let letter = |part: &Node| match part {
        Node::Literal(literal) if literal.len() == 1 => Some(char::from(literal[0])),
        _ => None,
    };
    if let Some(letters) = parts.iter().map(letter).collect::<Option<Vec<char>>>() {
        let mut class = Class::default();
        letters.into_iter().for_each(|c| class.insert(c, c));
        return Node::Class(class);
    }
    Node::any(parts)
}
