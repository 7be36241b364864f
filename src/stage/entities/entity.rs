//! From mentions to entities: ids, names, how much the document is about each, and which stand together.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::candidate::Scene;
use super::gazetteer::Table;
use super::identity;
use super::image::Entry;
use super::inflection;
use super::letters::hash;
use super::resolve::Mention;
use super::token::{Case, Gap};
use crate::document::{Entity, EntityKind};

/// Most entities of one sentence that are taken to stand together; more are a list.
const TOGETHER: usize = 12;

/// What a mention in the title counts more than one in the text.
const IN_TITLE: f32 = 3.0;

/// The entities of a document with all their mentions, in order of the first. `title` is where its title lies.
pub fn entities(scene: &Scene, mentions: &[Mention], title: Option<&Range<usize>>) -> Vec<Entity> {
    let mut numbers: HashMap<(EntityKind, String), usize> = HashMap::new();
    // Ids of names that no table knows.
    let mut own: HashMap<(EntityKind, String), String> = HashMap::new();
    let mut entities: Vec<Entity> = Vec::new();
    let mut of: Vec<usize> = Vec::with_capacity(mentions.len());
    let mut cities: Vec<(usize, Entry)> = Vec::new();
    let names = Names::of(scene, mentions);
    for m in mentions {
        let full = names.full(m);
        let entry = names.entry(m, &full);
        let (id, name) = match &entry {
            Some(entry) => (id_of(entry), entry.name_in(scene.language.as_str()).to_string()),
            None => {
                let key = (m.kind, names.name(m.kind, &full));
                let id = own.get(&key).cloned().unwrap_or_else(|| {
                    let id = identity::own(m.kind, &key.1);
                    own.insert(key.clone(), id.clone());
                    id
                });
                (id, key.1)
            }
        };
        let number = *numbers.entry((m.kind, id.clone())).or_insert_with(|| {
            let same_as = entry.iter().filter(|e| !e.also().is_empty()).map(|e| e.also().to_string()).collect();
            let country = entry.and_then(|e| e.country).filter(|_| m.kind == EntityKind::Place);
            let country = country.and_then(|c| String::from_utf8(c.to_vec()).ok());
            let number = entities.len();
            entities.push(Entity { id, name, country, same_as, ..Entity::new(m.kind) });
            cities.extend(entry.filter(|e| e.table == Table::City).map(|city| (number, city)));
            number
        });
        entities[number].mentions.push(m.at.clone());
        of.push(number);
    }
    for (number, city) in cities {
        if let Some(spelt) = as_spelt(scene, &city, &entities[number].mentions) {
            entities[number].name = spelt;
        }
    }
    salience(scene, &mut entities, title);
    relations(scene, mentions, &of, &mut entities);
    entities
}

/// The name of a city as the text has it, where its own name in the language does not stand there: the table of cities holds
/// old and rare names, and knows the usual one for certain in French alone.
fn as_spelt(scene: &Scene, entry: &Entry, mentions: &[Range<usize>]) -> Option<String> {
    let language = scene.language.as_str();
    let surfaces = mentions.iter().map(|at| &scene.tokens.text[at.clone()]);
    // Where names take endings, only one that the table has as it stands is without.
    let bare = |name: &str| !scene.inflects || name == entry.name() || name == entry.en();
    let usual = |name: &str| name.chars().any(char::is_lowercase) && bare(name);
    if language == "fr" || surfaces.clone().any(|name| name == entry.name_in(language)) {
        return None;
    }
    surfaces.filter(|name| usual(name)).map(plain).next()
}

fn id_of(entry: &Entry) -> String {
    if entry.id().is_empty() { identity::own(entry.kind, entry.name()) } else { entry.id().to_string() }
}

/// What names stand for in this document.
struct Names<'a> {
    scene: &'a Scene<'a>,
    /// Entries of listed names, by their first word: a name whose full form is listed has the id of that.
    listed: HashMap<usize, u32>,
    by_short: HashMap<usize, u32>,
    full_of: HashMap<(&'a str, EntityKind), Range<usize>>,
    /// Of the forms that case gives a name the one to show, by kind and stems.
    shown: HashMap<(EntityKind, Vec<u64>), String>,
}

impl<'a> Names<'a> {
    fn of(scene: &'a Scene<'a>, mentions: &[Mention]) -> Names<'a> {
        let text: &'a str = scene.tokens.text;
        let mut names = Names {
            scene,
            listed: mentions.iter().filter_map(|m| Some((m.words.start, m.entry?))).collect(),
            by_short: mentions.iter().filter_map(|m| Some((m.stands_for.as_ref()?.start, m.entry?))).collect(),
            full_of: HashMap::new(),
            shown: HashMap::new(),
        };
        for m in mentions {
            if let Some(full) = &m.stands_for {
                names.full_of.entry((&text[m.at.clone()], m.kind)).or_insert(full.clone());
            }
        }
        if scene.inflects {
            for m in mentions {
                let full = names.full(m);
                let key = names.key(m.kind, &full);
                for words in [&full, &m.words] {
                    let surface = plain(&text[scene.tokens.bytes(words)]);
                    let known = names.shown.get(&key);
                    let better = known.is_none_or(|old| names.rank(m.kind, &surface) < names.rank(m.kind, old));
                    if words.len() == full.len() && better {
                        names.shown.insert(key.clone(), surface);
                    }
                }
            }
            let is_given = |word: &str| scene.gazetteer.is_nominative(hash(word));
            for ((kind, _), name) in &mut names.shown {
                if *kind == EntityKind::Person
                    && let Some(nominative) = inflection::nominative(name, scene.language.as_str(), is_given)
                {
                    *name = nominative;
                }
            }
        }
        names
    }

    /// The words of the fullest name that a mention stands for.
    fn full(&self, m: &Mention) -> Range<usize> {
        let surface = &self.scene.tokens.text[m.at.clone()];
        let by_surface = || self.full_of.get(&(surface, m.kind)).filter(|_| m.entry.is_none());
        m.stands_for.as_ref().or_else(by_surface).unwrap_or(&m.words).clone()
    }

    fn entry(&self, m: &Mention, full: &Range<usize>) -> Option<Entry<'a>> {
        let number = m.entry.or_else(|| self.listed.get(&full.start).copied());
        let number = number.or_else(|| self.by_short.get(&full.start).copied())?;
        Some(self.scene.gazetteer.entry(number))
    }

    /// What to show of a name that is not listed.
    fn name(&self, kind: EntityKind, full: &Range<usize>) -> String {
        let shown = if self.scene.inflects { self.shown.get(&self.key(kind, full)) } else { None };
        shown.cloned().unwrap_or_else(|| plain(&self.scene.tokens.text[self.scene.tokens.bytes(full)]))
    }

    fn key(&self, kind: EntityKind, full: &Range<usize>) -> (EntityKind, Vec<u64>) {
        (kind, full.clone().map(|i| self.scene.stem(i)).collect())
    }

    /// The lower, the nearer to the nominative: of a person by the given name, of others by length.
    fn rank(&self, kind: EntityKind, surface: &str) -> (bool, usize) {
        let given = || surface.split(' ').next().is_some_and(|g| self.scene.gazetteer.is_nominative(hash(g)));
        (kind == EntityKind::Person && !given(), surface.chars().count())
    }
}

/// How much the document is about each entity: the number of mentions, those in the title counting more, and how early it is
/// named; 1 for the one that it is most about.
fn salience(scene: &Scene, entities: &mut [Entity], title: Option<&Range<usize>>) {
    let length = scene.tokens.text.len().max(1) as f32;
    let mut most = 0f32;
    for e in entities.iter_mut() {
        let first = e.mentions.first().map_or(0, |m| m.start) as f32;
        let titled = e.mentions.iter().any(|m| title.is_some_and(|t| m.end <= t.end));
        e.salience = e.mentions.len() as f32 + if titled { IN_TITLE } else { 0.0 } + 1.0 - first / length;
        most = most.max(e.salience);
    }
    for e in entities.iter_mut().filter(|_| most > 0.0) {
        e.salience /= most;
    }
}

/// Counts for each pair of entities the sentences that name both.
fn relations(scene: &Scene, mentions: &[Mention], of: &[usize], entities: &mut [Entity]) {
    let mut counts: BTreeMap<(usize, usize), u32> = BTreeMap::new();
    let mut here: Vec<usize> = Vec::new();
    let mut end = 0;
    let mut close = |here: &mut Vec<usize>| {
        here.sort_unstable();
        here.dedup();
        if here.len() <= TOGETHER {
            for (i, a) in here.iter().enumerate() {
                here[i + 1..].iter().for_each(|b| *counts.entry((*a, *b)).or_default() += 1);
            }
        }
        here.clear();
    };
    for (m, number) in mentions.iter().zip(of) {
        if begins_sentence(scene, end, m.words.start) {
            close(&mut here);
        }
        here.push(*number);
        end = m.words.end;
    }
    close(&mut here);
    for ((a, b), count) in counts {
        let id = entities[b].id.clone();
        entities[a].with.push((id, count));
    }
}

/// Whether a sentence ends between the words `from` and `to`.
fn begins_sentence(scene: &Scene, from: usize, to: usize) -> bool {
    let all = &scene.tokens.all;
    (from..=to).any(|i| match all[i].gap {
        Gap::Stop => true,
        Gap::Dot => i > 0 && all[i].initial && all[i - 1].case != Case::Initial,
        _ => false,
    })
}

/// A name with plain spaces.
fn plain(surface: &str) -> String {
    surface.split_whitespace().collect::<Vec<_>>().join(" ")
}
