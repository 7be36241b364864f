//! All patterns of a grammar as one automaton.
//!
//! It is determinised as it goes: a whole one takes a tenth of a second to make, and a run over one article walks a
//! small part of it. Each thread keeps the states it has made in a cache with a cap; at the cap the cache is emptied, so
//! time stays linear and memory bounded whatever the text.

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, Config, DFA};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::pool::{Pool, PoolGuard};
use regex_automata::util::start;
use regex_automata::util::syntax;
use regex_automata::{Anchored, MatchKind};

/// Bytes of states that one thread keeps for one language.
const CACHE: usize = 16 << 20;

type Make = Box<dyn Fn() -> Cache + Send + Sync>;

/// The automaton of a grammar.
pub struct Machine {
    dfa: DFA,
    caches: Pool<Cache, Make>,
}

/// A walker over texts: the automaton with the cache of a thread.
pub struct Walker<'a> {
    dfa: &'a DFA,
    cache: PoolGuard<'a, Cache, Make>,
}

impl Machine {
    /// The automaton of spelt-out patterns.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn new(texts: &[String]) -> Result<Machine, String> {
        let nfa = thompson::Compiler::new()
            .syntax(syntax())
            .configure(thompson::Config::new().utf8(false).which_captures(WhichCaptures::None))
            .build_many(texts)
            .map_err(|e| e.to_string())?;
        let config = Config::new().match_kind(MatchKind::All).cache_capacity(CACHE);
        let dfa = DFA::builder().configure(config).build_from_nfa(nfa).map_err(|e| e.to_string())?;
        let made = dfa.clone();
        let make: Make = Box::new(move || made.create_cache());
        Ok(Machine { dfa, caches: Pool::new(make) })
    }

    /// A walker for this thread.
    pub fn walker(&self) -> Walker<'_> {
        Walker { dfa: &self.dfa, cache: self.caches.get() }
    }
}

impl Walker<'_> {
    /// Collects every place before the end of `bytes` where some pattern that begins at `from` may end, with the pattern;
    /// nearer places first, and of one place patterns in their order.
    pub fn walk(&mut self, bytes: &[u8], from: usize, ends: &mut Vec<(usize, usize)>) {
        ends.clear();
        let Some(mut state) = self.start() else { return };
        // The automaton knows of a match one byte later, so a step is taken past the end.
        let steps = bytes[from..].iter().copied().map(Some).chain([None]);
        for (i, byte) in (from..).zip(steps) {
            let next = match byte {
                Some(b) => self.dfa.next_state(&mut self.cache, state, b),
                None => self.dfa.next_eoi_state(&mut self.cache, state),
            };
            let Ok(next) = next else { return };
            state = next;
            if state.is_tagged() {
                if state.is_match() {
                    let count = self.dfa.match_len(&self.cache, state);
                    ends.extend((0..count).map(|k| (i, self.dfa.match_pattern(&self.cache, state, k).as_usize())));
                } else if state.is_dead() || state.is_quit() {
                    return;
                }
            }
        }
    }

    fn start(&mut self) -> Option<LazyStateID> {
        self.dfa.start_state(&mut self.cache, &start::Config::new().anchored(Anchored::Yes)).ok()
    }
}

/// Whether a spelt-out pattern is a regex.
///
/// # Errors
/// What is wrong with it.
pub fn check(text: &str) -> Result<(), String> {
    syntax::parse_with(text, &syntax()).map(|_| ()).map_err(|e| e.to_string())
}

fn syntax() -> syntax::Config {
    syntax::Config::new().unicode(false).utf8(false).case_insensitive(true)
}
