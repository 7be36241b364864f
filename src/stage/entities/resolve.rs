//! The document pass: of all that the finders propose, what holds in this document.
//!
//! It knows what no single sentence tells: which countries the document is about, who the full name of a last name is,
//! what a name was where it was introduced.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use super::candidate::{Candidate, Scene, Weight};
use super::cues::Cue;
use super::gazetteer::is_home;
use super::image::Table;
use super::token::{Case, Gap};
use crate::document::EntityKind;
use crate::rules::RuleId;

/// How often a country must be named for its towns with doubtful names to count.
const COUNTRY_NAMED: u32 = 2;

/// Inhabitants of a city that is known everywhere, and of one that is known in the countries of its language.
const LARGE: u32 = 300_000;
const LARGE_AT_HOME: u32 = 100_000;

/// The rules of the document pass.
pub struct Resolver {
    /// For doubtful names that something else in the document speaks for.
    pub weak: RuleId,
    /// For a last name after the full name.
    pub last_name: RuleId,
    /// For a name in a list of names.
    pub together: RuleId,
    /// For a name that is introduced elsewhere.
    pub same_name: RuleId,
}

/// A name in its place.
#[derive(Clone, Debug)]
pub struct Mention {
    /// Numbers of the words.
    pub words: Range<usize>,
    /// Bytes of the text.
    pub at: Range<usize>,
    /// What it is.
    pub kind: EntityKind,
    /// How sure that is.
    pub weight: Weight,
    /// The rule that found it.
    pub rule: RuleId,
    /// The entry of the gazetteer.
    pub entry: Option<u32>,
    /// The words of the name that it stands for.
    pub stands_for: Option<Range<usize>>,
}

impl Resolver {
    /// The mentions that hold: in order, none overlapping another.
    pub fn mentions(&self, scene: &Scene, candidates: Vec<Candidate>) -> Vec<Mention> {
        let countries = countries(scene, &candidates);
        let (open, candidates): (Vec<_>, Vec<_>) = candidates.into_iter().partition(|c| c.weight == Weight::Open);
        let mut mentions: Vec<Mention> =
            candidates.into_iter().filter_map(|c| self.judge(scene, &countries, c)).collect();
        let mut taken = settle(&mut mentions, scene.tokens.all.len());
        vote(scene, &mut mentions);
        self.listed_together(scene, open, &mut mentions, &mut taken);
        self.spread(scene, &mut mentions, &mut taken);
        mentions.sort_by_key(|m| m.at.start);
        mentions
    }

    /// A candidate with the meaning that fits the document best; `None` when too little speaks for it.
    fn judge(&self, scene: &Scene, countries: &Countries, candidate: Candidate) -> Option<Mention> {
        let Candidate { words, dot, kind, weight, rule, entries, short_for } = candidate;
        let mut mention =
            Mention { at: scene.tokens.bytes(&words), words, kind, weight, rule, entry: None, stands_for: short_for };
        mention.at.end += usize::from(dot);
        if entries.is_empty() {
            return Some(mention);
        }
        let rank = |&(number, weak): &(u32, bool)| {
            let entry = scene.gazetteer.entry(number);
            let named = entry.country.map_or(0, |c| countries.named(c));
            let home = entry.country.is_some_and(|c| is_home(scene.language, c));
            // A city at home is named as often as one ten times its size abroad.
            let factor = if home && entry.population >= LARGE_AT_HOME { 10 } else { 1 };
            let size = u64::from(entry.population) * factor;
            (!weak, entry.table != Table::City, named.min(3), size, std::cmp::Reverse(number))
        };
        let evident =
            entries.iter().filter(|(number, weak)| !weak || self.speaks_for(scene, countries, &mention, *number));
        let &(number, weak) = evident.max_by_key(|e| rank(e))?;
        mention.entry = Some(number);
        mention.kind = scene.gazetteer.entry(number).kind;
        if weak {
            mention.rule = self.weak;
            mention.weight = Weight::Cue;
        }
        Some(mention)
    }

    /// Whether something besides the doubtful name itself speaks for its being entry `number`.
    fn speaks_for(&self, scene: &Scene, countries: &Countries, mention: &Mention, number: u32) -> bool {
        let all = &scene.tokens.all;
        let entry = scene.gazetteer.entry(number);
        let first = all[mention.words.start];
        let next = all.get(mention.words.end).filter(|t| t.gap == Gap::Space && t.capital() && !t.initial);
        let before = mention.words.start.checked_sub(1).map(|i| all[i]);
        let joined = next.is_some() || before.is_some_and(|b| first.gap == Gap::Space && b.capital() && !b.initial);
        if first.initial || joined || scene.tokens.letters(mention.words.start) < 2 {
            return false;
        }
        let named = entry.country.map_or(0, |c| countries.named(c));
        let mut i = mention.words.start;
        while i > 0
            && mention.words.start - i < 3
            && all[i].gap != Gap::Stop
            && all[i - 1].is(Cue::Link)
            && !all[i - 1].is(Cue::At)
        {
            i -= 1;
        }
        let cue = i.checked_sub(1).filter(|_| matches!(all[i].gap, Gap::Space | Gap::Apostrophe)).map(|i| all[i]);
        let at = cue.is_some_and(|c| c.is(Cue::At) || c.is(Cue::Place));
        let medium = cue.is_some_and(|c| c.is(Cue::Medium));
        match entry.table {
            Table::City => {
                let large = entry.population >= LARGE;
                let home = entry.country.is_some_and(|c| is_home(scene.language, c));
                named >= COUNTRY_NAMED
                    || (at && (named > 0 || large))
                    || (named > 0 && large)
                    || (home && entry.population >= LARGE_AT_HOME)
            }
            Table::Country => at || named > 0 || i < mention.words.start,
            Table::Organisation => {
                medium
                    || countries.strong.contains_key(&number)
                    || (first.case == Case::Upper
                        && scene.tokens.letters(mention.words.start) >= 3
                        && i < mention.words.start)
            }
            Table::Person | Table::Event => false,
        }
    }

    /// Gives an open name the kind of the one that it is coordinated with: "Ann Lee, Xu Bo and Zed Oz".
    fn listed_together(&self, scene: &Scene, open: Vec<Candidate>, mentions: &mut Vec<Mention>, taken: &mut [bool]) {
        let all = &scene.tokens.all;
        let starts: HashMap<usize, (EntityKind, usize)> =
            mentions.iter().map(|m| (m.words.start, (m.kind, m.words.len()))).collect();
        let mut ends: HashMap<usize, (EntityKind, usize)> =
            mentions.iter().map(|m| (m.words.end, (m.kind, m.words.len()))).collect();
        for candidate in open {
            let words = candidate.words;
            if taken[words.clone()].iter().any(|t| *t) {
                continue;
            }
            let joins = |i: usize, next: usize| match all.get(next).map(|t| t.gap) {
                Some(Gap::Comma) if next == i => true,
                Some(Gap::Space) if next == i + 1 => {
                    all[i].is(Cue::And) && matches!(all[i].gap, Gap::Space | Gap::Comma)
                }
                _ => false,
            };
            let (start, end) = (words.start, words.end);
            let before = if joins(start, start) {
                ends.get(&start)
            } else if start > 0 && joins(start - 1, start) {
                ends.get(&(start - 1))
            } else {
                None
            };
            let after = if joins(end, end) {
                starts.get(&end)
            } else if joins(end, end + 1) {
                starts.get(&(end + 1))
            } else {
                None
            };
            let like = before.or(after).copied();
            let Some((kind, _)) =
                like.filter(|(kind, len)| *kind != EntityKind::Person || (words.len() > 1 && *len > 1))
            else {
                continue;
            };
            if kind == EntityKind::Place && words.len() > 1 && before.is_none() | after.is_none() {
                continue;
            }
            taken[words.clone()].iter_mut().for_each(|t| *t = true);
            ends.insert(words.end, (kind, words.len()));
            mentions.push(Mention {
                at: scene.tokens.bytes(&words),
                words,
                kind,
                weight: Weight::Guess,
                rule: self.together,
                entry: None,
                stands_for: None,
            });
        }
    }

    /// Gives a name that is introduced somewhere its kind everywhere.
    fn spread(&self, scene: &Scene, mentions: &mut Vec<Mention>, taken: &mut [bool]) {
        let all = &scene.tokens.all;
        let mut known = Known::default();
        let mut last: HashMap<u64, Mention> = HashMap::new();
        // Given names of which one person is named in full.
        let mut first: HashMap<u64, Option<Mention>> = HashMap::new();
        for (i, m) in mentions.iter().enumerate() {
            if m.entry.is_none() || m.words.len() > 1 {
                known.add(scene, &*mentions, i);
            }
            let word = &all[m.words.end - 1];
            if m.kind == EntityKind::Person && m.words.len() > 1 && all[m.words.start].case == Case::Capital {
                let same = |old: &Mention| {
                    m.words.len() == old.words.len()
                        && m.words.clone().zip(old.words.clone()).all(|(a, b)| scene.stem(a) == scene.stem(b))
                };
                let known = first.entry(scene.stem(m.words.start)).or_insert_with(|| Some(m.clone()));
                if known.as_ref().is_some_and(|old| !same(old)) {
                    *known = None;
                }
            }
            if m.kind == EntityKind::Person
                && m.words.len() > 1
                && word.capital()
                && scene.tokens.letters(m.words.end - 1) > 1
            {
                // The fuller name wins, then the earlier one.
                let stem = scene.stem(m.words.end - 1);
                if last.get(&stem).is_none_or(|old| old.words.len() < m.words.len()) {
                    last.insert(stem, m.clone());
                }
            }
        }
        for m in mentions.iter_mut().filter(|m| m.words.len() == 1) {
            let organisation = m.kind == EntityKind::Organisation && m.weight >= Weight::Cue;
            let doubtful = (m.entry.is_none() || m.weight < Weight::Listed) && !organisation;
            if let Some(full) = last.get(&scene.stem(m.words.start)).filter(|_| doubtful) {
                m.kind = EntityKind::Person;
                m.entry = full.entry;
                m.stands_for = Some(full.words.clone());
            } else if m.kind == EntityKind::Person
                && m.entry.is_none()
                && m.stands_for.is_none()
                && let Some(Some(full)) = first.get(&scene.stem(m.words.start))
            {
                m.entry = full.entry;
                m.stands_for = Some(full.words.clone());
            }
        }
        let models: Vec<Mention> = mentions.clone();
        // What a dateline has in capitals stands in small letters elsewhere.
        let same_case = |a: usize, b: usize| {
            all[a].case == all[b].case
                || (all[a].case == Case::Upper && all[b].case == Case::Capital && scene.tokens.letters(a) > 4)
        };
        let mut i = 0;
        while i < all.len() {
            let token = all[i];
            if taken[i] || !token.capital() {
                i += 1;
                continue;
            }
            let same = known.at(scene, i).map(|n| &models[n]).filter(|m| {
                let words = m.words.clone().zip(i..);
                words.clone().all(|(a, b)| scene.stem(a) == scene.stem(b) && same_case(a, b) && !taken[b])
                    && words.skip(1).all(|(a, b)| all[a].gap == all[b].gap)
            });
            let best = same.max_by_key(|m| (m.words.len(), m.weight));
            let alone = |i: usize, end: usize| {
                let before =
                    i > 0 && token.gap == Gap::Space && all[i - 1].capital() && !all[i - 1].initial && !taken[i - 1];
                let after = all.get(end).is_some_and(|t| t.gap == Gap::Space && t.capital() && !t.initial);
                !before && !after
            };
            let found = match best {
                Some(m) if m.words.len() > 1 || (alone(i, i + 1) && !(token.initial && token.is(Cue::Function))) => {
                    Some((m, i + m.words.len(), self.same_name))
                }
                _ => match last.get(&scene.stem(i)) {
                    Some(full) if !(token.initial && token.is(Cue::Function)) && alone(i, i + 1) => {
                        Some((full, i + 1, self.last_name))
                    }
                    _ => None,
                },
            };
            let Some((model, end, rule)) = found else {
                i += 1;
                continue;
            };
            let words = i..end;
            taken[words.clone()].iter_mut().for_each(|t| *t = true);
            mentions.push(Mention {
                at: scene.tokens.bytes(&words),
                words,
                kind: model.kind,
                weight: model.weight.min(Weight::Cue),
                rule,
                entry: model.entry,
                stands_for: Some(model.stands_for.clone().unwrap_or_else(|| model.words.clone())),
            });
            i = end;
        }
    }
}

/// Mentions by the stems of their words.
#[derive(Default)]
struct Known {
    /// By the hash of all stems; of those that are written alike the surest, then the last.
    mentions: HashMap<u64, Vec<usize>>,
    /// How many words the names have that begin with a stem.
    lengths: HashMap<u64, BTreeSet<usize>>,
}

impl Known {
    fn add(&mut self, scene: &Scene, mentions: &[Mention], number: usize) {
        let all = &scene.tokens.all;
        let new = &mentions[number];
        let mut key = 0;
        new.words.clone().for_each(|i| key = Known::key(key, scene.stem(i)));
        self.lengths.entry(scene.stem(new.words.start)).or_default().insert(new.words.len());
        let alike = |old: &Mention| {
            let words = || new.words.clone().zip(old.words.clone());
            new.words.len() == old.words.len()
                && words().all(|(a, b)| all[a].case == all[b].case && scene.stem(a) == scene.stem(b))
                && words().skip(1).all(|(a, b)| all[a].gap == all[b].gap)
        };
        let same = self.mentions.entry(key).or_default();
        match same.iter().position(|old| alike(&mentions[*old])) {
            Some(old) if mentions[same[old]].weight > new.weight => return,
            Some(old) => _ = same.remove(old),
            None => {}
        }
        same.push(number);
    }

    /// The mentions whose stems are, as far as their hash tells, those of the words from `i` on.
    fn at(&self, scene: &Scene, i: usize) -> impl Iterator<Item = usize> {
        let (mut key, mut end) = (0, i);
        let lengths = self.lengths.get(&scene.stem(i)).into_iter().flatten();
        lengths.take_while(move |length| i + **length <= scene.tokens.all.len()).flat_map(move |length| {
            while end < i + length {
                key = Known::key(key, scene.stem(end));
                end += 1;
            }
            self.mentions.get(&key).into_iter().flatten().copied()
        })
    }

    /// The key of a name with one more word.
    fn key(before: u64, stem: u64) -> u64 {
        (before.rotate_left(23) ^ stem).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

/// How often each country is named, and what is named beyond doubt.
struct Countries {
    named: HashMap<[u8; 2], u32>,
    strong: HashMap<u32, u32>,
}

impl Countries {
    fn named(&self, country: [u8; 2]) -> u32 {
        self.named.get(&country).copied().unwrap_or(0)
    }
}

fn countries(scene: &Scene, candidates: &[Candidate]) -> Countries {
    let mut countries = Countries { named: HashMap::new(), strong: HashMap::new() };
    for c in candidates {
        for &(number, weak) in &c.entries {
            let entry = scene.gazetteer.entry(number);
            if weak {
                continue;
            }
            *countries.strong.entry(number).or_default() += 1;
            if let Some(country) = entry.country.filter(|_| entry.table == Table::Country) {
                *countries.named.entry(country).or_default() += 1;
            }
        }
    }
    countries
}

/// Keeps the longer of two mentions that overlap, then the surer; returns which words are taken.
fn settle(mentions: &mut Vec<Mention>, words: usize) -> Vec<bool> {
    let mut taken = vec![false; words];
    mentions.sort_by(|a, b| {
        (b.words.len(), b.weight, a.words.start, a.kind).cmp(&(a.words.len(), a.weight, b.words.start, b.kind))
    });
    let mut listed: HashMap<(usize, usize), u32> = HashMap::new();
    mentions.retain(|m| {
        if taken[m.words.clone()].iter().any(|t| *t) {
            if let Some(entry) = m.entry {
                listed.insert((m.words.start, m.words.end), entry);
            }
            return false;
        }
        taken[m.words.clone()].iter_mut().for_each(|t| *t = true);
        true
    });
    // A rule may be surer of the kind, but the table knows the id.
    for m in mentions.iter_mut().filter(|m| m.entry.is_none() && m.weight == Weight::Certain) {
        m.entry = listed.get(&(m.words.start, m.words.end)).copied();
    }
    taken
}

/// One kind for each surface: that of the surest mentions, then of most.
fn vote(scene: &Scene, mentions: &mut [Mention]) {
    let mut votes: BTreeMap<&str, BTreeMap<EntityKind, (Weight, u32)>> = BTreeMap::new();
    let text = scene.tokens.text;
    for m in mentions.iter() {
        let vote = votes.entry(&text[m.at.clone()]).or_default().entry(m.kind).or_insert((m.weight, 0));
        vote.0 = vote.0.max(m.weight);
        vote.1 += 1;
    }
    for m in mentions.iter_mut() {
        let surface = &votes[&text[m.at.clone()]];
        let best = surface.iter().max_by_key(|(kind, vote)| (**vote, std::cmp::Reverse(**kind)));
        if let Some((kind, _)) = best.filter(|(kind, _)| **kind != m.kind) {
            m.kind = *kind;
            m.entry = None;
        }
    }
}
