//! An explanation as a person reads it in a terminal: with colour, or with brackets where there is none.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use console::{Style, measure_text_width};

use super::{Explanation, Mark, Part, Removed, Run};
use crate::write::record::{Published, Record};

/// No line of text is set wider, since long lines are hard to read.
const MEASURE: usize = 110;

/// How the text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One text, with what was removed and changed in its place.
    Inline,
    /// The source on the left, what became of it on the right.
    SideBySide,
}

/// The explanation in lines of at most `width` columns.
pub fn show(explanation: &Explanation, width: usize, colour: bool, layout: Layout) -> String {
    let mut page = Page { out: String::new(), width: width.clamp(20, 400), looks: Looks::new(colour) };
    page.head(&explanation.record);
    for part in &explanation.parts {
        match (part, layout) {
            (Part::Block { kind, runs }, Layout::Inline) => page.block(kind, runs),
            (Part::Removed(removed), Layout::Inline) => page.removed(removed),
            (Part::Block { kind, runs }, Layout::SideBySide) => page.block_beside_its_source(kind, runs),
            (Part::Removed(removed), Layout::SideBySide) => page.removed_beside_its_reason(removed),
        }
    }
    page.entities(&explanation.record);
    page.small_changes(&explanation.record);
    page.out
}

/// How each thing looks.
struct Looks {
    colour: bool,
    plain: Style,
    title: Style,
    heading: Style,
    label: Style,
    gone: Style,
    gone_label: Style,
    new: Style,
    date: Style,
    person: Style,
    place: Style,
    organisation: Style,
    other: Style,
    foreign: Style,
}

impl Looks {
    fn new(colour: bool) -> Looks {
        let style = || Style::new().force_styling(colour);
        Looks {
            colour,
            plain: style(),
            title: style().bold().underlined(),
            heading: style().bold(),
            label: style().dim(),
            gone: style().red().dim().strikethrough(),
            gone_label: style().red(),
            new: style().green().bold(),
            date: style().yellow(),
            person: style().cyan(),
            place: style().blue(),
            organisation: style().magenta(),
            other: style().bold(),
            foreign: style().red().underlined(),
        }
    }

    fn block(&self, kind: &str) -> &Style {
        match kind {
            "title" => &self.title,
            "heading" | "subtitle" => &self.heading,
            _ => &self.plain,
        }
    }

    /// Text that is gone, told by brackets where there is no colour.
    fn bracketed(&self, text: &str) -> String {
        if self.colour { text.to_string() } else { format!("[- {text} -]") }
    }

    /// What was found in a run, behind it.
    fn labels(&self, run: &Run) -> impl Iterator<Item = Piece<'_>> {
        let told = run.marks.iter().filter(|m| m.ends && !short_label(m).is_empty());
        told.map(|mark| Piece { text: format!("‹{}›", short_label(mark)), style: &self.label })
    }

    fn mark(&self, mark: &Mark) -> &Style {
        match (mark.what, mark.kind.as_str()) {
            ("date", _) => &self.date,
            ("foreign", _) => &self.foreign,
            (_, "PER") => &self.person,
            (_, "LOC") => &self.place,
            (_, "ORG") => &self.organisation,
            _ => &self.other,
        }
    }
}

/// Text of one look.
struct Piece<'a> {
    text: String,
    style: &'a Style,
}

struct Page {
    out: String,
    width: usize,
    looks: Looks,
}

impl Page {
    fn head(&mut self, record: &Record) {
        let source = &record.source;
        self.fact("file", &format!("{} ({}, {}, {} bytes)", source.path, source.format, source.charset, source.bytes));
        if let Some(title) = &record.title {
            self.fact("title", title);
        }
        if !record.authors.is_empty() {
            self.fact("authors", &record.authors.join(", "));
        }
        if let Some(site) = &record.site {
            self.fact("site", site);
        }
        self.fact("published", &published(record.published.as_ref()));
        let language = &record.language;
        self.fact("language", &format!("{} ({:.0} % of the text)", language.code, 100.0 * language.confidence));
        if !record.keywords.is_empty() {
            self.fact("keywords", &record.keywords.join(", "));
        }
        let gone: usize = record.quality.removed.values().sum();
        let shares = format!("{:.0} % of the letters; {} parts taken out", 100.0 * record.quality.kept_share, gone);
        self.fact("kept", &shares);
        if !record.quality.flags.is_empty() {
            self.fact("flags", &record.quality.flags.join(", "));
        }
        self.out.push('\n');
    }

    fn fact(&mut self, name: &str, value: &str) {
        let label = self.looks.label.apply_to(format!("{name:<11}")).to_string();
        let value = Piece { text: value.to_string(), style: &self.looks.plain };
        let lines = fold(&[value], self.measure() - 11);
        self.write(&label, &" ".repeat(11), &lines);
    }

    fn block(&mut self, kind: &str, runs: &[Run]) {
        let looks = &self.looks;
        let base = looks.block(kind);
        let mut pieces = Vec::new();
        for run in runs {
            if let Some(removed) = &run.removed {
                pieces.push(Piece { text: looks.bracketed(&removed.text), style: &looks.gone });
                pieces.push(Piece { text: format!("({}) ", removed.rule), style: &looks.gone_label });
                continue;
            }
            let style = run.marks.first().map_or(base, |m| looks.mark(m));
            match &run.change {
                Some(change) if looks.colour => {
                    pieces.push(Piece { text: change.before.clone(), style: &looks.gone });
                    pieces.push(Piece { text: run.text.clone(), style: &looks.new });
                }
                Some(change) => {
                    let text = format!("[{} → {}]", change.before, run.text);
                    pieces.push(Piece { text, style: &looks.plain });
                }
                None => pieces.push(Piece { text: run.text.clone(), style }),
            }
            pieces.extend(looks.labels(run));
        }
        let lines = fold(&pieces, self.measure() - 2);
        self.write("  ", "  ", &lines);
        self.footnote(runs);
        self.out.push('\n');
    }

    /// The rules that changed words of a block.
    fn footnote(&mut self, runs: &[Run]) {
        let rules: Vec<String> = runs
            .iter()
            .filter_map(|r| Some((r.text.trim(), r.change.as_ref()?)))
            .map(|(after, change)| format!("{after}: {}", change.rules.join(", ")))
            .collect();
        let rules = Piece { text: rules.join("; "), style: &self.looks.label };
        let lines = fold(&[rules], self.measure() - 6);
        if lines.iter().any(|line| !line.is_empty()) {
            self.write("    ^ ", "      ", &lines);
        }
    }

    fn block_beside_its_source(&mut self, kind: &str, runs: &[Run]) {
        let looks = &self.looks;
        let base = looks.block(kind);
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for run in runs {
            if let Some(removed) = &run.removed {
                before.push(Piece { text: looks.bracketed(&removed.text), style: &looks.gone });
                after.push(Piece { text: format!("({}) ", removed.rule), style: &looks.gone_label });
                continue;
            }
            let style = run.marks.first().map_or(base, |m| looks.mark(m));
            match &run.change {
                Some(change) => {
                    before.push(Piece { text: looks.bracketed(&change.before), style: &looks.gone_label });
                    after.push(Piece { text: run.text.clone(), style: &looks.new });
                }
                None => {
                    before.push(Piece { text: run.text.clone(), style: &looks.plain });
                    after.push(Piece { text: run.text.clone(), style });
                }
            }
            after.extend(looks.labels(run));
        }
        let (before, after) = (fold(&before, self.column()), fold(&after, self.column()));
        self.beside(&before, &after);
        self.footnote(runs);
        self.out.push('\n');
    }

    fn removed_beside_its_reason(&mut self, removed: &Removed) {
        let text = Piece { text: removed.text.clone(), style: &self.looks.gone };
        let reason = format!("- {} ({}, {:.2})", removed.kind, removed.rule, removed.confidence);
        let reason = Piece { text: reason, style: &self.looks.gone_label };
        let (text, reason) = (fold(&[text], self.column()), fold(&[reason], self.column()));
        self.beside(&text, &reason);
        self.out.push('\n');
    }

    /// Columns of one of two texts that stand beside each other.
    fn column(&self) -> usize {
        ((self.width - 3) / 2).min(MEASURE)
    }

    fn beside(&mut self, left: &[String], right: &[String]) {
        for n in 0..left.len().max(right.len()) {
            let (left, right) = (left.get(n).map_or("", String::as_str), right.get(n).map_or("", String::as_str));
            let gap = self.column() - measure_text_width(left).min(self.column());
            let line = format!("{left}{} │ {right}", " ".repeat(gap));
            let _ = writeln!(self.out, "{}", line.trim_end());
        }
    }

    fn removed(&mut self, removed: &Removed) {
        let label = format!("{} ({}, {:.2})", removed.kind, removed.rule, removed.confidence);
        let label = Piece { text: label, style: &self.looks.gone_label };
        let lines = fold(&[label], self.measure() - 2);
        self.write("- ", "  ", &lines);
        let text = Piece { text: removed.text.clone(), style: &self.looks.gone };
        let lines = fold(&[text], self.measure() - 2);
        self.write("- ", "- ", &lines);
        self.out.push('\n');
    }

    fn entities(&mut self, record: &Record) {
        for entity in &record.entities {
            let label = format!("{:<6}{:>3} × ", entity.kind, entity.mentions.len());
            let name = Piece { text: entity.name.clone(), style: &self.looks.plain };
            let id = Piece { text: format!(" {}", entity.id), style: &self.looks.label };
            let lines = fold(&[name, id], self.measure() - label.chars().count());
            self.write(&label, &" ".repeat(label.chars().count()), &lines);
        }
        if !record.entities.is_empty() {
            self.out.push('\n');
        }
    }

    /// Edits by rule, so that changes which no reader sees are told, too.
    fn small_changes(&mut self, record: &Record) {
        let edits: &BTreeMap<String, usize> = &record.quality.edits;
        if !edits.is_empty() {
            let text = edits.iter().map(|(rule, n)| format!("{n} × {rule}")).collect::<Vec<_>>().join(", ");
            self.fact("edits", &text);
        }
    }

    fn measure(&self) -> usize {
        self.width.min(MEASURE)
    }

    /// Writes folded lines behind a margin.
    fn write(&mut self, first: &str, margin: &str, lines: &[String]) {
        for (i, line) in lines.iter().enumerate() {
            let line = format!("{}{line}", if i == 0 { first } else { margin });
            let _ = writeln!(self.out, "{}", line.trim_end());
        }
    }
}

fn published(published: Option<&Published>) -> String {
    let Some(published) = published else { return "unknown".to_string() };
    let mut text = published.value.clone().unwrap_or_else(|| "unknown".to_string());
    if let Some(how) = &published.how {
        let _ = write!(text, ", from {how}");
    }
    if let Some(evidence) = &published.evidence {
        let _ = write!(text, ": “{evidence}”");
    }
    if let (None, Some(earliest)) = (&published.value, &published.earliest) {
        let _ = write!(text, ", not before {earliest}");
    }
    if let (None, Some(latest)) = (&published.value, &published.latest) {
        let _ = write!(text, ", not after {latest}");
    }
    if let Some(reason) = &published.reason {
        let _ = write!(text, " ({reason})");
    }
    text
}

/// Ids that tamis made itself are long and say nothing to a reader; the type of the entity does.
fn short_label(mark: &Mark) -> &str {
    match mark.what {
        "foreign" => &mark.kind,
        "entity" if mark.label.starts_with("tamis:") => &mark.kind,
        _ => &mark.label,
    }
}

/// Folds pieces into lines of at most `width` columns. White space is one blank, and what a terminal would act on is left out.
fn fold(pieces: &[Piece], width: usize) -> Vec<String> {
    let mut folded = Folded { lines: vec![String::new()], column: 0, width: width.max(1) };
    // A word may be of several looks, so its parts wait until it is known to be over.
    let mut word: Vec<(String, &Style)> = Vec::new();
    for piece in pieces {
        for (i, part) in piece.text.split(char::is_whitespace).enumerate() {
            if i > 0 {
                folded.push(&mut word);
            }
            let part: String = part.chars().filter(|c| !c.is_control()).collect();
            if !part.is_empty() {
                word.push((part, piece.style));
            }
        }
    }
    folded.push(&mut word);
    folded.lines
}

struct Folded {
    lines: Vec<String>,
    column: usize,
    width: usize,
}

impl Folded {
    /// Adds a word behind a blank, on a new line where there is no room.
    fn push(&mut self, word: &mut Vec<(String, &Style)>) {
        let length: usize = word.iter().map(|(text, _)| measure_text_width(text)).sum();
        if length > 0 && self.column > 0 {
            if self.column + 1 + length > self.width {
                self.start_line();
            } else {
                self.write(" ", 1);
            }
        }
        for (text, style) in word.drain(..) {
            let mut part = String::new();
            let mut wide = 0;
            // What is wider than a line is cut where it must be.
            for c in text.chars() {
                let w = measure_text_width(c.encode_utf8(&mut [0; 4]));
                if self.column + wide + w > self.width {
                    self.write(&style.apply_to(std::mem::take(&mut part)).to_string(), wide);
                    self.start_line();
                    wide = 0;
                }
                part.push(c);
                wide += w;
            }
            self.write(&style.apply_to(part).to_string(), wide);
        }
    }

    fn write(&mut self, text: &str, wide: usize) {
        if let Some(line) = self.lines.last_mut() {
            line.push_str(text);
        }
        self.column += wide;
    }

    fn start_line(&mut self) {
        self.lines.push(String::new());
        self.column = 0;
    }
}
