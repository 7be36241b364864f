//! The document pass: of all that the finders propose, what holds in this document.
//!
//! It knows what no single sentence tells: which countries the document is about, who the full name of a last name is,
//! what a name was where it was introduced.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::candidate::{Candidate, Scene, Weight};
use super::cues::Cue;
use super::gazetteer::{Entry, Table};
use super::identity;
use super::token::{Case, Gap};
use crate::document::{Entity, EntityKind};
use crate::language::Lang;
use crate::rules::RuleId;

/// How often a country must be named for its towns with doubtful names to count.
const COUNTRY_NAMED: u32 = 2;

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
            (!weak, entry.table != Table::City, named.min(3), entry.population, std::cmp::Reverse(number))
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
            Table::City => named >= COUNTRY_NAMED || (at && (named > 0 || entry.population >= 300_000)),
            Table::Country => at || named > 0,
            Table::Organisation => {
                medium
                    || countries.strong.contains_key(&number)
                    || (first.case == Case::Upper
                        && scene.tokens.letters(mention.words.start) >= 3
                        && i < mention.words.start)
            }
            Table::Person => false,
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
        let mut known: HashMap<u64, Vec<usize>> = HashMap::new();
        let mut last: HashMap<u64, Mention> = HashMap::new();
        for (i, m) in mentions.iter().enumerate() {
            if m.entry.is_none() || m.words.len() > 1 {
                known.entry(all[m.words.start].hash).or_default().push(i);
            }
            let word = &all[m.words.end - 1];
            if m.kind == EntityKind::Person
                && m.words.len() > 1
                && word.capital()
                && scene.tokens.letters(m.words.end - 1) > 1
            {
                // The fuller name wins, then the earlier one.
                if last.get(&word.hash).is_none_or(|old| old.words.len() < m.words.len()) {
                    last.insert(word.hash, m.clone());
                }
            }
        }
        for m in mentions.iter_mut().filter(|m| m.words.len() == 1) {
            let doubtful = m.entry.is_none() || m.weight < Weight::Listed;
            if let Some(full) = last.get(&all[m.words.start].hash).filter(|_| doubtful) {
                m.kind = EntityKind::Person;
                m.entry = full.entry;
                m.stands_for = Some(full.words.clone());
            }
        }
        let models: Vec<Mention> = mentions.clone();
        let mut i = 0;
        while i < all.len() {
            let token = all[i];
            if taken[i] || !token.capital() {
                i += 1;
                continue;
            }
            let same = known.get(&token.hash).into_iter().flatten().map(|n| &models[*n]).filter(|m| {
                let words = m.words.clone();
                let end = i + words.len();
                end <= all.len()
                    && words
                        .clone()
                        .zip(i..end)
                        .all(|(a, b)| all[a].hash == all[b].hash && all[a].case == all[b].case && !taken[b])
                    && (1..words.len()).all(|k| all[words.start + k].gap == all[i + k].gap)
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
                _ => match last.get(&token.hash) {
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

/// The entities of a document with all their mentions, in order of the first.
pub fn entities(scene: &Scene, mentions: &[Mention], language: Lang) -> Vec<Entity> {
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut entities: Vec<Entity> = Vec::new();
    // A name whose full form is listed has the id of that.
    let listed: HashMap<usize, u32> = mentions.iter().filter_map(|m| Some((m.words.start, m.entry?))).collect();
    let by_short: HashMap<usize, u32> =
        mentions.iter().filter_map(|m| Some((m.stands_for.as_ref()?.start, m.entry?))).collect();
    let mut full_of: HashMap<(&str, EntityKind), &Range<usize>> = HashMap::new();
    let text = scene.tokens.text;
    for m in mentions {
        if let Some(full) = &m.stands_for {
            full_of.entry((&text[m.at.clone()], m.kind)).or_insert(full);
        }
    }
    for m in mentions {
        let by_surface = || full_of.get(&(&text[m.at.clone()], m.kind)).copied().filter(|_| m.entry.is_none());
        let full = m.stands_for.as_ref().or_else(by_surface).unwrap_or(&m.words);
        let entry = m.entry.or_else(|| listed.get(&full.start).copied()).or_else(|| by_short.get(&full.start).copied());
        let surface = &text[scene.tokens.bytes(full)];
        let (id, name) = match entry.map(|e| scene.gazetteer.entry(e)) {
            Some(entry) => (id_of(entry), canonical(entry, language).to_string()),
            None => (identity::own(m.kind, surface), plain(surface)),
        };
        let number = *numbers.entry(format!("{id} {}", m.kind.name())).or_insert_with(|| {
            entities.push(Entity { id, name, kind: m.kind, mentions: Vec::new() });
            entities.len() - 1
        });
        entities[number].mentions.push(m.at.clone());
    }
    entities
}

fn id_of(entry: &Entry) -> String {
    if entry.id.is_empty() { identity::own(entry.kind, &entry.name) } else { entry.id.to_string() }
}

fn canonical(entry: &Entry, language: Lang) -> &str {
    if language.as_str() == "fr" || &*entry.en == "-" || entry.en.is_empty() { &entry.name } else { &entry.en }
}

/// A name with plain spaces.
fn plain(surface: &str) -> String {
    surface.split_whitespace().collect::<Vec<_>>().join(" ")
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
