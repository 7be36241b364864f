//! All patterns of a grammar as one automaton over bytes.
//!
//! The patterns become a nondeterministic automaton when the first text in their language comes along, which takes about
//! a millisecond; it is determinised as it goes, since a run over one article walks a small part of it. Each thread keeps
//! the states it has made, up to a cap; at the cap it forgets them, so time stays linear and memory bounded whatever the
//! text.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use regex_automata::util::pool::{Pool, PoolGuard};

use crate::stage::dates::spelling::{Node, Words};

/// Bytes of states that one thread keeps for one language.
const CACHE: usize = 16 << 20;
/// States of the patterns of one grammar at most.
const LARGEST: usize = 1 << 22;

type Make = Box<dyn Fn() -> Made + Send + Sync>;

/// The automaton of a grammar.
pub struct Machine {
    plan: Arc<Plan>,
    made: Pool<Made, Make>,
}

/// A walker over texts: the automaton with what a thread has made of it.
pub struct Walker<'a> {
    plan: &'a Plan,
    made: PoolGuard<'a, Made, Make>,
}

/// What patterns allow: for each state, which bytes lead where.
#[derive(Debug)]
pub struct Plan {
    states: Vec<State>,
    starts: Vec<u32>,
    /// Bytes that no state tells apart have the same number.
    kinds: [u8; 256],
    /// How many numbers there are, and some to spare.
    width: usize,
}

#[derive(Debug)]
enum State {
    /// One of two bytes leads on.
    Either(u8, u8, u32),
    /// A byte of a range leads on.
    Range(u8, u8, u32),
    /// All of these are reached.
    Fork(Vec<u32>),
    /// The pattern ends here.
    End(u32),
}

impl Plan {
    /// The plan of patterns.
    ///
    /// # Errors
    /// When they are too large.
    pub fn new(patterns: &[Node]) -> Result<Plan, String> {
        let mut plan = Plan { states: Vec::new(), starts: Vec::new(), kinds: [0; 256], width: 0 };
        for (pattern, number) in patterns.iter().zip(0..) {
            let end = plan.add(State::End(number));
            let start = plan.before(pattern, end);
            plan.starts.push(start);
            if plan.states.len() > LARGEST {
                return Err("the patterns are too large".into());
            }
        }
        plan.tell_apart();
        Ok(plan)
    }

    fn add(&mut self, state: State) -> u32 {
        self.states.push(state);
        self.states.len() as u32 - 1
    }

    /// The state from which `node` leads to `next`.
    fn before(&mut self, node: &Node, next: u32) -> u32 {
        if self.states.len() > LARGEST {
            return next;
        }
        match node {
            Node::Letter(c, cased) => self.letter(*c, *cased, next),
            Node::Range(low, high) => self.add(State::Range(*low, *high, next)),
            Node::Row(nodes) => nodes.iter().rev().fold(next, |next, node| self.before(node, next)),
            Node::Any(nodes) => {
                let ways = nodes.iter().map(|node| self.before(node, next)).collect();
                self.add(State::Fork(ways))
            }
            Node::Times(node, least, most) => {
                let mut at = next;
                for n in (0..*most).rev() {
                    at = self.before(node, at);
                    if n >= *least {
                        at = self.add(State::Fork(vec![at, next]));
                    }
                }
                at
            }
            Node::Words(words, cased) => self.words(words, *cased, next),
            Node::Part(node) => self.before(node, next),
        }
    }

    fn words(&mut self, words: &Words, cased: bool, next: u32) -> u32 {
        let mut ways: Vec<u32> = words.ends.then_some(next).into_iter().collect();
        for (c, rest) in &words.next {
            let there = self.words(rest, cased, next);
            ways.push(self.letter(*c, cased, there));
        }
        if let [way] = ways[..] { way } else { self.add(State::Fork(ways)) }
    }

    /// A blank is one or two of any width, an apostrophe either of the two; letters beyond ASCII never tell case.
    fn letter(&mut self, c: char, cased: bool, next: u32) -> u32 {
        match c {
            ' ' => {
                let second = self.blank(next);
                let either = self.add(State::Fork(vec![second, next]));
                self.blank(either)
            }
            '\'' => {
                let ways = vec![self.add(State::Range(b'\'', b'\'', next)), self.bytes("’", next)];
                self.add(State::Fork(ways))
            }
            c if c.is_ascii_alphabetic() && !cased => {
                let (low, high) = (c.to_ascii_uppercase() as u8, c.to_ascii_lowercase() as u8);
                self.add(State::Either(low, high, next))
            }
            c if c.is_ascii() => self.add(State::Range(c as u8, c as u8, next)),
            c => {
                let mut cases: Vec<String> = vec![c.to_uppercase().collect(), c.to_lowercase().collect(), c.into()];
                cases.sort();
                cases.dedup();
                let ways = cases.iter().map(|text| self.bytes(text, next)).collect();
                self.add(State::Fork(ways))
            }
        }
    }

    fn blank(&mut self, next: u32) -> u32 {
        let ways =
            vec![self.add(State::Either(b' ', b'\t', next)), self.bytes("\u{a0}", next), self.bytes("\u{202f}", next)];
        self.add(State::Fork(ways))
    }

    fn bytes(&mut self, text: &str, next: u32) -> u32 {
        text.bytes().rev().fold(next, |next, byte| self.add(State::Range(byte, byte, next)))
    }

    /// Numbers the bytes so that those no state tells apart are one. What is frequent in text comes first, so that the
    /// steps that are taken most lie beside each other in memory.
    fn tell_apart(&mut self) {
        let sets = self.states.iter().filter_map(|state| match *state {
            State::Either(a, b, _) => Some((a, b, false)),
            State::Range(low, high, _) => Some((low, high, true)),
            _ => None,
        });
        let sets: BTreeSet<(u8, u8, bool)> = sets.collect();
        // Each set parts those that were one so far.
        let mut class = [0_u8; 256];
        let mut classes = 1_u16;
        for (a, b, range) in sets {
            let holds = |byte: u8| if range { (a..=b).contains(&byte) } else { byte == a || byte == b };
            let mut inside = [None; 256];
            let mut outside = [false; 256];
            for byte in (0..=255).filter(|byte| !holds(*byte)) {
                outside[usize::from(class[usize::from(byte)])] = true;
            }
            for byte in (0..=255).filter(|byte| holds(*byte)) {
                let old = class[usize::from(byte)];
                if outside[usize::from(old)] {
                    let new = *inside[usize::from(old)].get_or_insert_with(|| {
                        classes += 1;
                        classes - 1
                    });
                    class[usize::from(byte)] = new as u8;
                }
            }
        }
        let mut numbers = [None; 256];
        let mut next = 0_u8;
        for byte in FREQUENT.iter().copied().chain(0..=255) {
            let number = numbers[usize::from(class[usize::from(byte)])].get_or_insert_with(|| {
                next = next.wrapping_add(1);
                next.wrapping_sub(1)
            });
            self.kinds[usize::from(byte)] = *number;
        }
        self.width = usize::from(classes).next_multiple_of(LINE);
    }
}

/// Bytes that make up most of any text in Latin letters.
const FREQUENT: &[u8] = b" esaintrluodc";
/// Steps in a line of the processor's memory.
const LINE: usize = 16;

/// A state that nothing leads out of.
const DEAD: u32 = 0;
/// The state before the first byte.
const START: u32 = 1;
/// A step that was not taken yet.
const UNKNOWN: u32 = u32::MAX;
/// Marks a step to a state where a pattern ends.
const ENDS: u32 = 1 << 31;

/// What a thread has made of a plan: sets of its states as states.
struct Made {
    /// For each state and kind of byte, where it leads.
    steps: Vec<u32>,
    /// The states of the plan that each stands for, and the patterns that end there.
    sets: Vec<(Arc<[u32]>, Vec<u32>)>,
    numbers: HashMap<Arc<[u32]>, u32>,
    /// Bytes in use.
    size: usize,
    /// The states of the plan that were reached in the step that is being taken.
    reached: Vec<bool>,
}

impl Made {
    fn new(plan: &Plan) -> Made {
        let mut made = Made {
            steps: Vec::new(),
            sets: Vec::new(),
            numbers: HashMap::new(),
            size: 0,
            reached: vec![false; plan.states.len()],
        };
        made.forget(plan);
        made
    }

    fn forget(&mut self, plan: &Plan) {
        self.steps.clear();
        self.sets.clear();
        self.numbers.clear();
        self.size = 0;
        self.number(plan, Vec::new());
        let mut start = Vec::new();
        plan.starts.iter().for_each(|state| self.reach(plan, *state, &mut start));
        self.number(plan, start);
    }

    /// Adds `state` and all that are reached from it without a byte.
    fn reach(&mut self, plan: &Plan, state: u32, set: &mut Vec<u32>) {
        let mut todo = vec![state];
        while let Some(state) = todo.pop() {
            if std::mem::replace(&mut self.reached[state as usize], true) {
                continue;
            }
            set.push(state);
            if let State::Fork(ways) = &plan.states[state as usize] {
                todo.extend(ways.iter().rev());
            }
        }
    }

    /// The number of a set of states of the plan, with [`ENDS`] where a pattern ends in it.
    fn number(&mut self, plan: &Plan, mut set: Vec<u32>) -> u32 {
        set.iter().for_each(|state| self.reached[*state as usize] = false);
        set.retain(|state| !matches!(plan.states[*state as usize], State::Fork(_)));
        set.sort_unstable();
        if let Some(number) = self.numbers.get(set.as_slice()) {
            return *number;
        }
        let end = |state: &u32| if let State::End(n) = plan.states[*state as usize] { Some(n) } else { None };
        let ends: Vec<u32> = set.iter().filter_map(end).collect();
        let number = self.sets.len() as u32 | if ends.is_empty() { 0 } else { ENDS };
        self.size += 4 * (set.len() + ends.len() + plan.width) + 128;
        let set: Arc<[u32]> = set.into();
        self.numbers.insert(set.clone(), number);
        self.sets.push((set, ends));
        self.steps.resize(self.steps.len() + plan.width, UNKNOWN);
        number
    }

    /// Takes a step for the first time.
    fn step(&mut self, plan: &Plan, from: u32, byte: u8) -> u32 {
        let mut next = Vec::new();
        let set = self.sets[from as usize].0.clone();
        for state in set.iter() {
            match plan.states[*state as usize] {
                State::Either(a, b, there) if byte == a || byte == b => self.reach(plan, there, &mut next),
                State::Range(low, high, there) if (low..=high).contains(&byte) => self.reach(plan, there, &mut next),
                _ => {}
            }
        }
        if self.size > CACHE {
            next.iter().for_each(|state| self.reached[*state as usize] = false);
            self.forget(plan);
            return self.number(plan, next);
        }
        let number = self.number(plan, next);
        self.steps[from as usize * plan.width + usize::from(plan.kinds[usize::from(byte)])] = number;
        number
    }
}

impl Machine {
    /// The automaton of patterns.
    ///
    /// # Errors
    /// When they are too large.
    pub fn new(patterns: &[Node]) -> Result<Machine, String> {
        let plan = Arc::new(Plan::new(patterns)?);
        let own = plan.clone();
        let make: Make = Box::new(move || Made::new(&own));
        Ok(Machine { plan, made: Pool::new(make) })
    }

    /// A walker for this thread.
    pub fn walker(&self) -> Walker<'_> {
        Walker { plan: &self.plan, made: self.made.get() }
    }
}

impl Walker<'_> {
    /// Collects every place in `bytes` where some pattern that begins at `from` may end, with the pattern; nearer places
    /// first, and of one place patterns in their order.
    pub fn walk(&mut self, bytes: &[u8], from: usize, ends: &mut Vec<(usize, usize)>) {
        ends.clear();
        let mut state = START;
        for (i, &byte) in bytes.iter().enumerate().skip(from) {
            let kind = usize::from(self.plan.kinds[usize::from(byte)]);
            let mut next = self.made.steps[state as usize * self.plan.width + kind];
            if next == UNKNOWN {
                next = self.made.step(self.plan, state, byte);
            }
            if next == DEAD {
                return;
            }
            state = next & !ENDS;
            if next & ENDS != 0 {
                ends.extend(self.made.sets[state as usize].1.iter().map(|pattern| (i + 1, *pattern as usize)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::dates::spelling::{Names, Reader};

    fn ends(patterns: &[&str], text: &str) -> Vec<(usize, usize)> {
        let names = Names::default();
        let nodes: Vec<Node> = patterns.iter().map(|p| Reader::new(&names).read(p).unwrap()).collect();
        let mut ends = Vec::new();
        Machine::new(&nodes).unwrap().walker().walk(text.as_bytes(), 0, &mut ends);
        ends
    }

    #[test]
    fn all_ends_of_all_patterns_are_found() {
        assert_eq!(ends(&["a{1,3}", "aa?b?"], "aaab"), [(1, 0), (1, 1), (2, 0), (2, 1), (3, 0)]);
        assert_eq!(ends(&["(?:le )?{day} mai"], "le 12 mai"), [(9, 0)]);
        assert_eq!(ends(&["x"], "y"), []);
    }

    #[test]
    fn letters_are_read_in_both_cases_and_marks_in_all_forms() {
        assert_eq!(ends(&["été d'or"], "ÉTÉ\u{a0}D’OR"), [("ÉTÉ\u{a0}D’OR".len(), 0)]);
        assert_eq!(ends(&["(?-i:May)"], "may"), []);
        assert_eq!(ends(&["[ab-]–"], "-–"), [(4, 0)]);
    }
}
