//! Compares one record with its gold.
//!
//! Words are compared folded (lower case, one space between words, signs left out), so that a repaired quotation mark
//! does not lose a paragraph; only `text.exact` looks at every character.

use std::collections::BTreeMap;

use crate::eval::gold::{Date, Document, Entity};
use crate::write::record::{self, Record};

/// How many were right, found and wanted. Its figure is F1, which is plain accuracy where as many are found as wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Found and wanted.
    pub right: usize,
    /// Found.
    pub found: usize,
    /// Wanted.
    pub wanted: usize,
}

impl Tally {
    /// `right` of `of` questions that have one answer each.
    pub fn of(right: usize, of: usize) -> Tally {
        Tally { right, found: of, wanted: of }
    }

    /// Adds the counts of another.
    pub fn add(&mut self, other: Tally) {
        self.right += other.right;
        self.found += other.found;
        self.wanted += other.wanted;
    }

    /// F1, 0 to 1; `None` when nothing was wanted and nothing found.
    pub fn figure(self) -> Option<f64> {
        let all = self.found + self.wanted;
        (all > 0).then(|| 2.0 * self.right as f64 / all as f64)
    }
}

/// Figures by name, `stage.what`.
pub type Figures = BTreeMap<&'static str, Tally>;

/// Every figure with what it says, in the order in which they are printed.
pub const FIGURES: &[(&str, &str)] = &[
    ("encoding.mended", "damage mended: charset, mojibake, entities, quotes, cut and misspelt words"),
    ("encoding.traps", "words that look wrong and must stay"),
    ("typos.right", "words changed that the article has so"),
    ("language.code", "language"),
    ("language.foreign", "words of another language spun into the text (F1)"),
    ("boilerplate.lines", "lines taken out (F1; a lost line of the article counts as one too many)"),
    ("boilerplate.dropped", "boilerplate that is gone"),
    ("boilerplate.kept", "lines of the article that are there"),
    ("boilerplate.title", "title"),
    ("boilerplate.authors", "authors"),
    ("boilerplate.exact", "lines that read exactly as they should"),
    ("dates.published", "date of publication"),
    ("dates.spans", "dates found (F1)"),
    ("dates.values", "their values"),
    ("dates.marked", "dates found in single sentences (F1)"),
    ("dates.marked-values", "their values"),
    ("entities.mentions", "names found, with type (F1)"),
    ("entities.ids", "their ids"),
];

/// A line of the article is there when this share of its pairs of words is: one word of eight may be mended otherwise.
const THERE: f64 = 0.6;
/// From this many words on, a removed block is looked for by its runs of four words instead of as a whole.
const LONG: usize = 8;

/// Scores `record`, which is `None` when the document was rejected. Differences go to `faults`, with the figure they lower.
pub fn compare(record: Option<&Record>, gold: &Document, faults: &mut Vec<(&'static str, String)>) -> Figures {
    let mut scorer = Scorer { figures: Figures::new(), faults };
    let title = record.and_then(|r| r.title.as_deref()).unwrap_or_default();
    let text = record.map_or("", |r| r.text.as_str());
    let out = Words::of(&format!("{title}\n\n{text}"));
    scorer.metadata(record, gold);
    scorer.lines(text, &out, gold);
    scorer.repairs(title, text, gold);
    scorer.changes(record, gold);
    scorer.foreign(record, gold);
    scorer.dates(record.map_or(&[], |r| &r.dates), &gold.dates);
    scorer.entities(record.map_or(&[], |r| &r.entities), gold);
    scorer.figures
}

struct Scorer<'a> {
    figures: Figures,
    faults: &'a mut Vec<(&'static str, String)>,
}

impl Scorer<'_> {
    fn count(&mut self, figure: &'static str, tally: Tally) {
        self.figures.entry(figure).or_default().add(tally);
    }

    /// One question with one answer.
    fn ask(&mut self, figure: &'static str, right: bool, fault: impl FnOnce() -> String) {
        self.count(figure, Tally::of(usize::from(right), 1));
        if !right {
            self.faults.push((figure, fault()));
        }
    }

    fn metadata(&mut self, record: Option<&Record>, gold: &Document) {
        let code = record.map_or("", |r| r.language.code.as_str());
        self.ask("language.code", code == gold.language, || format!("{code} instead of {}", gold.language));
        let title = record.and_then(|r| r.title.as_deref());
        let same = fold(title.unwrap_or_default()) == fold(gold.title.as_deref().unwrap_or_default());
        self.ask("boilerplate.title", same, || format!("{title:?} instead of {:?}", gold.title));
        let authors = record.map_or(&[][..], |r| &r.authors);
        let folded = |names: &[String]| names.iter().map(|n| fold(n)).collect::<Vec<_>>();
        let same = folded(authors) == folded(&gold.authors);
        self.ask("boilerplate.authors", same, || format!("{authors:?} instead of {:?}", gold.authors));
        let published = record.and_then(|r| r.published.as_ref()).and_then(|p| p.value.as_deref());
        let same = match (published, gold.published.as_deref()) {
            // Of a time the day counts; a month or a year must not be made finer.
            (Some(got), Some(want)) => day(got) == day(want),
            (got, want) => got == want,
        };
        self.ask("dates.published", same, || format!("{published:?} instead of {:?}", gold.published));
    }

    fn lines(&mut self, text: &str, out: &Words, gold: &Document) {
        let wanted = Words::of(&gold.text);
        let body = Words::of(text);
        let mut dropped = 0;
        for drop in &gold.drop {
            let words = Words::of(&drop.text);
            let gone = if words.0.len() < LONG {
                body.times(&words) <= wanted.times(&words)
            } else {
                words.share_in(&body, 4) <= 0.5 || words.share_in(&wanted, 4) > 0.5
            };
            dropped += usize::from(gone);
            if !gone {
                self.faults.push(("boilerplate.dropped", format!("{} is still there: {:?}", drop.kind, drop.text)));
            }
        }
        let (mut kept, mut exact, mut blocks) = (0, 0, 0);
        for block in gold.text.split("\n\n").map(str::trim).filter(|b| !b.is_empty()) {
            blocks += 1;
            let there = Words::of(block).share_in(out, 2) >= THERE;
            kept += usize::from(there);
            if !there {
                self.faults.push(("boilerplate.kept", format!("is lost: {block:?}")));
            } else if text.split("\n\n").any(|b| blanks_folded(b) == blanks_folded(block)) {
                exact += 1;
            } else {
                self.faults.push(("boilerplate.exact", format!("reads otherwise: {block:?}")));
            }
        }
        self.count("boilerplate.dropped", Tally::of(dropped, gold.drop.len()));
        self.count("boilerplate.kept", Tally::of(kept, blocks));
        let lines = Tally { right: dropped, found: dropped + (blocks - kept), wanted: gold.drop.len() };
        self.count("boilerplate.lines", lines);
        self.count("boilerplate.exact", Tally::of(exact, blocks));
    }

    fn repairs(&mut self, title: &str, text: &str, gold: &Document) {
        let out = blanks_folded(&format!("{title}\n\n{text}"));
        let wanted = blanks_folded(&format!("{}\n\n{}", gold.title.as_deref().unwrap_or_default(), gold.text));
        for edit in &gold.edits {
            let (before, after) = (blanks_folded(&edit.before), blanks_folded(&edit.after));
            let times = |all: &str| all.matches(&before).count();
            let mended = out.contains(&after) && (before.is_empty() || times(&out) <= times(&wanted));
            self.ask("encoding.mended", mended, || format!("{}: {:?} is not {:?}", edit.kind, edit.before, edit.after));
        }
        for trap in &gold.keep {
            self.ask("encoding.traps", out.contains(&blanks_folded(trap)), || {
                format!("{trap:?} is not there any more")
            });
        }
    }

    /// What the stage `typos` has changed must read as in the article, with what stands beside it.
    fn changes(&mut self, record: Option<&Record>, gold: &Document) {
        const BESIDE: usize = 6;
        let wanted = blanks_folded(&format!("{}\n\n{}", gold.title.as_deref().unwrap_or_default(), gold.text));
        let Some(record) = record else { return };
        for edit in record.edits.iter().filter(|e| e.rule.starts_with("typos/")) {
            let Some(at) = edit.at else { continue };
            let whole = if edit.within.is_some() { record.title.as_deref().unwrap_or_default() } else { &record.text };
            let (start, length) = (at.saturating_sub(BESIDE), edit.after.chars().count());
            let now: String = whole.chars().skip(start).take(at - start + length + BESIDE).collect();
            let right = wanted.contains(blanks_folded(&now).trim());
            self.ask("typos.right", right, || format!("{:?} became {:?}", edit.before, edit.after));
        }
    }

    fn foreign(&mut self, record: Option<&Record>, gold: &Document) {
        let mut wanted: Vec<String> = gold.foreign.iter().map(|w| fold(w)).collect();
        let n = wanted.len();
        let found: Vec<String> = record.map_or(&[][..], |r| &r.quality.foreign).iter().map(|w| fold(&w.text)).collect();
        let mut right = 0;
        for word in &found {
            match wanted.iter().position(|w| w == word) {
                Some(i) => {
                    wanted.remove(i);
                    right += 1;
                }
                None => self.faults.push(("language.foreign", format!("{word:?} is no foreign word"))),
            }
        }
        self.faults.extend(wanted.iter().map(|w| ("language.foreign", format!("{w:?} was not seen"))));
        self.count("language.foreign", Tally { right, found: found.len(), wanted: n });
    }

    fn dates(&mut self, found: &[record::Date], wanted: &[Date]) {
        let pairs = align(found, wanted);
        let mut spans = Tally::default();
        for (i, date) in wanted.iter().enumerate() {
            let hit = pairs.iter().find(|(w, _)| *w == i).map(|(_, f)| &found[*f]);
            spans.wanted += usize::from(!date.optional);
            spans.right += usize::from(!date.optional && hit.is_some());
            spans.found += usize::from(!date.optional && hit.is_some());
            match hit {
                None if date.optional => {}
                None => self.faults.push(("dates.spans", format!("{:?} was not found", date.text))),
                Some(hit) => {
                    let same = match &date.value {
                        Some(value) => hit.value.as_ref() == Some(value) || hit.edtf.as_ref() == Some(value),
                        None => !hit.resolved,
                    };
                    if !date.optional {
                        self.ask("dates.values", same, || {
                            format!("{:?} is {:?}, not {:?}", date.text, hit.value, date.value)
                        });
                    }
                }
            }
        }
        for (_, date) in found.iter().enumerate().filter(|(i, _)| !pairs.iter().any(|(_, f)| f == i)) {
            spans.found += 1;
            self.faults.push(("dates.spans", format!("{:?} is no date", date.text)));
        }
        self.count("dates.spans", spans);
    }

    fn entities(&mut self, found: &[record::Entity], gold: &Document) {
        let text = format!("{}\n\n{}", gold.title.as_deref().unwrap_or_default(), gold.text);
        let mut wanted = occurrences(&text, &gold.entities);
        let mut got: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for entity in found {
            for mention in &entity.mentions {
                *got.entry((entity.kind.as_str(), mention.text.as_str())).or_default() += 1;
            }
        }
        let mut tally = Tally::default();
        let optional = |form: &str| gold.entities.iter().any(|e| e.optional && e.mentions.iter().any(|m| m == form));
        for ((kind, form), n) in got {
            let want = wanted.remove(&(kind, form)).unwrap_or(0);
            if optional(form) {
                continue;
            }
            tally.right += n.min(want);
            tally.found += n;
            tally.wanted += want;
            if n != want {
                self.faults.push(("entities.mentions", format!("{kind} {form:?}: {n} found, {want} wanted")));
            }
        }
        for ((kind, form), want) in wanted.into_iter().filter(|((_, form), _)| !optional(form)) {
            tally.wanted += want;
            self.faults.push(("entities.mentions", format!("{kind} {form:?}: 0 found, {want} wanted")));
        }
        self.count("entities.mentions", tally);
        for entity in gold.entities.iter().filter(|e| !e.optional) {
            let Some(id) = &entity.id else { continue };
            let named = |e: &&record::Entity| e.mentions.iter().any(|m| entity.mentions.contains(&m.text));
            let ids: Vec<&str> = found.iter().filter(named).map(|e| e.id.as_str()).collect();
            let right = !ids.is_empty() && ids.iter().all(|i| i == id);
            self.ask("entities.ids", right, || format!("{} is {ids:?}, not {id}", entity.name));
        }
    }
}

/// Which date of `wanted` is which of `found`: the longest common order in which one's words hold the other's.
fn align(found: &[record::Date], wanted: &[Date]) -> Vec<(usize, usize)> {
    let same = |w: usize, f: usize| {
        let (a, b) = (Words::of(&wanted[w].text), Words::of(&found[f].text));
        a.times(&b) > 0 || b.times(&a) > 0
    };
    let mut best = vec![vec![0u32; found.len() + 1]; wanted.len() + 1];
    for w in (0..wanted.len()).rev() {
        for f in (0..found.len()).rev() {
            let with = if same(w, f) { best[w + 1][f + 1] + 1 } else { 0 };
            best[w][f] = with.max(best[w + 1][f]).max(best[w][f + 1]);
        }
    }
    let (mut w, mut f, mut pairs) = (0, 0, Vec::new());
    while w < wanted.len() && f < found.len() {
        if same(w, f) && best[w][f] == best[w + 1][f + 1] + 1 {
            pairs.push((w, f));
            (w, f) = (w + 1, f + 1);
        } else if best[w][f] == best[w + 1][f] {
            w += 1;
        } else {
            f += 1;
        }
    }
    pairs
}

/// How often each form stands in `text`, longer forms first, at word borders.
fn occurrences<'a>(text: &str, entities: &'a [Entity]) -> BTreeMap<(&'a str, &'a str), usize> {
    let mut forms: Vec<(&str, &str)> =
        entities.iter().flat_map(|e| e.mentions.iter().map(|m| (e.kind.as_str(), m.as_str()))).collect();
    forms.sort_by_key(|(_, form)| (usize::MAX - form.len(), *form));
    let mut taken: Vec<std::ops::Range<usize>> = Vec::new();
    let mut counts = BTreeMap::new();
    for (kind, form) in forms.into_iter().filter(|(_, form)| !form.is_empty()) {
        let mut n = 0;
        for (start, _) in text.match_indices(form) {
            let at = start..start + form.len();
            let open = !text[..at.start].ends_with(char::is_alphanumeric);
            let shut = !text[at.end..].starts_with(char::is_alphanumeric);
            if open && shut && !taken.iter().any(|t| t.start < at.end && at.start < t.end) {
                taken.push(at);
                n += 1;
            }
        }
        *counts.entry((kind, form)).or_default() += n;
    }
    counts
}

/// The words of a text, folded.
struct Words(Vec<String>);

impl Words {
    fn of(text: &str) -> Words {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        let words: Vec<String> = words.map(str::to_lowercase).collect();
        // A line of signs alone is a word, so that it can be missed.
        let signs = words.is_empty().then(|| text.split_whitespace().collect::<String>());
        Words(signs.filter(|s| !s.is_empty()).map_or(words, |s| vec![s]))
    }

    /// How often `other` stands in this as a run.
    fn times(&self, other: &Words) -> usize {
        if other.0.is_empty() { 0 } else { self.0.windows(other.0.len()).filter(|w| *w == other.0).count() }
    }

    /// The share of this text's runs of `n` words that stand in `other`, too.
    fn share_in(&self, other: &Words, n: usize) -> f64 {
        let n = n.min(self.0.len());
        if n == 0 {
            return 1.0;
        }
        let there: std::collections::HashSet<&[String]> = other.0.windows(n).collect();
        let runs = self.0.windows(n);
        let all = runs.len();
        runs.filter(|r| there.contains(r)).count() as f64 / all as f64
    }
}

/// A date without its time.
fn day(date: &str) -> &str {
    date.get(.."2024-03-14".len()).unwrap_or(date)
}

fn blanks_folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn fold(text: &str) -> String {
    Words::of(text).0.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Format, Options, Pipeline, RawRecord};

    fn record(text: &str) -> Record {
        let pipeline = Pipeline::new(&Options { only: Some(Vec::new()), ..Options::default() }).expect("pipeline");
        pipeline.process(&RawRecord::new("a", Format::Text, text)).expect("record")
    }

    fn figures(text: &str, gold: &str) -> BTreeMap<&'static str, f64> {
        let gold: Document = toml::from_str(gold).expect("gold");
        let all = compare(Some(&record(text)), &gold, &mut Vec::new());
        all.into_iter().filter_map(|(name, tally)| Some((name, tally.figure()?))).collect()
    }

    #[test]
    fn lines_are_told_from_what_must_go() {
        let gold = r#"
            language = "und"
            text = "Le bac a reçu son câble ce matin.\n\nIl repart demain à six heures."
            drop = [{ kind = "share", text = "Partager" }, { kind = "newsletter", text = "Recevez chaque matin les nouvelles du lac dans votre boîte" }]
        "#;
        let good = figures("Le bac a reçu son câble ce matin.\n\nIl repart demain à six heures.", gold);
        assert_eq!((good["boilerplate.lines"], good["boilerplate.exact"]), (1.0, 1.0));
        let bad = figures("Partager\n\nLe bac a reçu sn câble ce matin.", gold);
        assert_eq!((bad["boilerplate.dropped"], bad["boilerplate.kept"], bad["boilerplate.exact"]), (0.5, 0.5, 0.0));
        // One of two is gone, and a good line with it.
        assert_eq!(bad["boilerplate.lines"], 0.5);
    }

    #[test]
    fn what_is_missing_counts_against_a_reject() {
        let gold: Document = toml::from_str(
            "language = \"fr\"\ntext = \"Paris dort.\"\nentities = [{ type = \"LOC\", name = \"Paris\", id = \"Q90\", mentions = [\"Paris\"] }]",
        )
        .expect("gold");
        let figures = compare(None, &gold, &mut Vec::new());
        assert_eq!(figures["entities.mentions"], Tally { right: 0, found: 0, wanted: 1 });
        assert_eq!(figures["boilerplate.kept"].figure(), Some(0.0));
        assert_eq!(figures["language.code"].figure(), Some(0.0));
    }

    #[test]
    fn longer_forms_come_first_and_at_word_borders() {
        let gold: Document = toml::from_str(
            "language = \"fr\"\ntext = \"Ada Lune chante. Lune rit. Lunette.\"\nentities = [{ type = \"PER\", name = \"Ada Lune\", mentions = [\"Lune\", \"Ada Lune\"] }]",
        )
        .expect("gold");
        let counts = occurrences(&gold.text, &gold.entities);
        assert_eq!((counts[&("PER", "Ada Lune")], counts[&("PER", "Lune")]), (1, 1));
    }
}
