//! Finds the [`Gate`]s that a line opens: all literals of all patterns in one walk over its bytes.

use super::gate::{Gate, Literal, SHORT, with_zeros};

/// Bytes by which a literal is looked up in a line …
const KEY: usize = 4;
/// … and by which it is told from others that begin alike.
const LONG_KEY: usize = 8;
/// The bytes of a key of three.
const THREE: u64 = 0xff_ffff;
/// The bytes of a key of four.
const FOUR: u64 = 0xffff_ffff;
/// Bits of the number that literals are looked up by.
const BITS: u32 = 16;

/// Where literals are looked up that are told by these bytes.
#[inline]
fn bucket(key: u64) -> usize {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - BITS)) as usize
}

/// The first bytes of a literal, as many as it is told by.
fn key(literal: Literal) -> u64 {
    match literal.len() {
        LONG_KEY.. => literal.first_eight(),
        KEY.. => literal.first_eight() & FOUR,
        _ => literal.first_eight() & THREE,
    }
}

/// Finds the patterns whose literals stand in a line.
#[derive(Debug)]
pub struct Gates {
    start: Table,
    within: Table,
    always: Vec<u32>,
}

/// Literals and the patterns that they stand for, by a hash of the bytes that they are told by.
#[derive(Debug)]
struct Table {
    /// Marks where a literal may begin: the first four bytes of those that have so many, all of those that have three.
    begins: Marks,
    /// Some have three bytes.
    has_three: bool,
    /// Which buckets are not empty.
    filled: Marks,
    /// Where each bucket begins in `literals`.
    buckets: Vec<u32>,
    literals: Vec<(Literal, u32)>,
    /// Those that are shorter, and the bytes that they begin with.
    short: Vec<(Literal, u32)>,
    first: [bool; 256],
}

/// A bit for each bucket.
#[derive(Debug)]
struct Marks(Box<[u64; (1 << BITS) / 64]>);

impl Marks {
    fn new() -> Marks {
        Marks(Box::new([0; (1 << BITS) / 64]))
    }

    #[inline]
    fn has(&self, bucket: usize) -> bool {
        self.0[bucket / 64] & 1 << (bucket % 64) != 0
    }

    fn set(&mut self, bucket: usize) {
        self.0[bucket / 64] |= 1 << (bucket % 64);
    }
}

impl Gates {
    /// From the gate of each pattern, by its number.
    pub fn new(gates: impl IntoIterator<Item = (Gate, u32)>) -> Gates {
        let (mut start, mut within, mut always) = (Vec::new(), Vec::new(), Vec::new());
        for (gate, pattern) in gates {
            match gate {
                Gate::Start(all) => start.extend(all.into_iter().map(|literal| (literal, pattern))),
                Gate::Within(all) => within.extend(all.into_iter().map(|literal| (literal, pattern))),
                Gate::Always => always.push(pattern),
            }
        }
        Gates { start: Table::new(start), within: Table::new(within), always }
    }

    /// The patterns that may match `folded`, sorted.
    pub fn open(&self, folded: &str, out: &mut Vec<u32>) {
        out.clear();
        out.extend(&self.always);
        let bytes = with_zeros(folded);
        self.start.at(&bytes, out);
        self.within.everywhere(&bytes, out);
        out.sort_unstable();
        out.dedup();
    }

    /// Whether a pattern may match at the start of `folded` that matches nowhere else.
    pub fn at_start(&self, folded: &str) -> bool {
        let mut out = Vec::new();
        self.start.at(&with_zeros(folded), &mut out);
        !out.is_empty()
    }

    /// Whether any other pattern may match in `folded`.
    pub fn within(&self, folded: &str) -> bool {
        !self.always.is_empty() || self.within.meets(&with_zeros(folded))
    }

    /// Patterns that are tried on every line.
    pub fn always(&self) -> &[u32] {
        &self.always
    }
}

impl Table {
    fn new(all: Vec<(Literal, u32)>) -> Table {
        let (mut short, mut first) = (Vec::new(), [false; 256]);
        let mut long = Vec::with_capacity(all.len());
        let (mut begins, mut filled) = (Marks::new(), Marks::new());
        let has_three = all.iter().any(|(literal, _)| literal.len() == SHORT);
        // First how many literals each bucket has, then where it ends, and last where it begins.
        let mut buckets = vec![0; (1 << BITS) + 1];
        for (literal, pattern) in all {
            if literal.len() < SHORT {
                first[(literal.first_eight() & 0xff) as usize] = true;
                short.push((literal, pattern));
            } else {
                let key = key(literal);
                begins.set(bucket(if literal.len() < KEY { key } else { key & FOUR }));
                let bucket = bucket(key);
                filled.set(bucket);
                buckets[bucket] += 1;
                long.push((bucket, literal, pattern));
            }
        }
        let mut end = 0;
        for bucket in &mut buckets {
            end += *bucket;
            *bucket = end;
        }
        let mut literals = vec![(Literal::of(""), 0); long.len()];
        for (bucket, literal, pattern) in long {
            buckets[bucket] -= 1;
            literals[buckets[bucket] as usize] = (literal, pattern);
        }
        Table { begins, has_three, filled, buckets, literals, short, first }
    }

    /// Where a literal may begin in `bytes`.
    fn places<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
        let may_begin = |first: &[u8]| {
            let key = u64::from(u32::from_le_bytes([first[0], first[1], first[2], first[3]]));
            let begins = self.begins.has(bucket(key)) || self.has_three && self.begins.has(bucket(key & THREE));
            begins || self.first[usize::from(first[0])]
        };
        let last = bytes.len().saturating_sub(KEY - 1)..bytes.len();
        bytes.windows(KEY).enumerate().filter(move |(_, first)| may_begin(first)).map(|(at, _)| at).chain(last)
    }

    /// Adds the patterns of the literals that stand anywhere in `bytes`.
    fn everywhere(&self, bytes: &[u8], out: &mut Vec<u32>) {
        self.places(bytes).for_each(|at| self.at(&bytes[at..], out));
    }

    /// Whether a literal stands anywhere in `bytes`.
    fn meets(&self, bytes: &[u8]) -> bool {
        let mut out = Vec::new();
        self.places(bytes).any(|at| {
            self.at(&bytes[at..], &mut out);
            !out.is_empty()
        })
    }

    /// Adds the patterns of the literals that `bytes` begin with.
    fn at(&self, bytes: &[u8], out: &mut Vec<u32>) {
        let begin = Literal::at(bytes);
        if bytes.first().is_some_and(|first| self.first[usize::from(*first)]) {
            take(&self.short, begin, out);
        }
        let key = begin.first_eight();
        for key in [key & THREE, key & FOUR, key] {
            let bucket = bucket(key);
            if self.filled.has(bucket) {
                let range = self.buckets[bucket] as usize..self.buckets[bucket + 1] as usize;
                take(&self.literals[range], begin, out);
            }
        }
    }
}

fn take(literals: &[(Literal, u32)], begin: Literal, out: &mut Vec<u32>) {
    out.extend(literals.iter().filter(|(literal, _)| literal.opens(begin)).map(|(_, pattern)| *pattern));
}

#[cfg(test)]
mod tests {
    use super::super::gate::{Gate, Literal};
    use super::Gates;

    fn literals(all: &[&str]) -> Vec<Literal> {
        all.iter().map(|text| Literal::of(text)).collect()
    }

    fn start(all: &[&str]) -> Gate {
        Gate::Start(literals(all))
    }

    fn within(all: &[&str]) -> Gate {
        Gate::Within(literals(all))
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
        assert!(gates.at_start("abcdef") && !gates.at_start("-abcd") && gates.within("-"));
        let gates = Gates::new([(start(&["abcdefghij", "abc"]), 0), (within(&["abcdefgh", "xyz"]), 1)]);
        assert!(gates.at_start("abcdefgh") && !gates.at_start("ab") && !gates.within("abcdefg xy"));
        assert!(gates.within("-abcdefghij") && gates.within("-xyz"));
        let gates = Gates::new([(start(&["5 abc"]), 0), (within(&["wxyz 10"]), 1)]);
        let mut out = Vec::new();
        gates.open("1984 abcwxyz 7", &mut out);
        assert_eq!(out, [0, 1]);
    }
}
