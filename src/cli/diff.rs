//! `tamis diff`: what a change of rules or of version did to a dump.

use std::collections::BTreeSet;
use std::path::PathBuf;

use console::style;
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use crate::cli::{Outcome, print};
use crate::diff::{self, Difference, Example};
use crate::error::Error;

/// Compare two runs over the same documents: which records changed, in which fields, by which rules
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The earlier output: a folder or a file of records
    before: PathBuf,
    /// The later output
    after: PathBuf,
    /// Look at these fields only
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    fields: Vec<String>,
    /// How many changed records are shown
    #[arg(short = 'n', long, value_name = "N", default_value_t = 5)]
    limit: usize,
    /// Everything as one JSON object
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "Examples:
  tamis run dump -o before; tamis run dump -o after --rules my-rules
  tamis diff before after
  tamis diff before after --fields text,title -n 50";

pub fn run(arguments: &Arguments) -> Result<Outcome, Error> {
    let difference = diff::compare(&arguments.before, &arguments.after, &arguments.fields, arguments.limit)?;
    if arguments.json {
        let json = serde_json::to_string(&difference).map_err(|e| Error::Usage(e.to_string()))?;
        return print(&(json + "\n"));
    }
    print(&shown(&difference))
}

fn shown(d: &Difference) -> String {
    let mut out = format!(
        "{} records before, {} after: {} the same, {} changed, {} gone, {} new\n",
        d.before, d.after, d.same, d.changed, d.gone.count, d.new.count
    );
    if !d.fields.is_empty() {
        out += "\nchanged records by field\n";
        let mut fields: Vec<_> = d.fields.iter().collect();
        fields.sort_by_key(|(name, n)| (std::cmp::Reverse(**n), *name));
        for (name, n) in fields {
            out += &format!("  {n:>8}  {name}\n");
        }
    }
    if !d.rules.is_empty() {
        out += "\nrules that did more or less\n    before     after\n";
        for (rule, (before, after)) in &d.rules {
            out += &format!("  {before:>8}  {after:>8}  {}\n", harmless(rule));
        }
    }
    for (what, few) in [("gone", &d.gone), ("new", &d.new)] {
        for id in &few.first {
            out += &format!("\n{what}  {}", harmless(id));
        }
    }
    for example in &d.examples {
        out += &example_of(example);
    }
    out.trim_end().to_string() + "\n"
}

fn example_of(example: &Example) -> String {
    let mut out = format!("\n\n{}\n", style(harmless(&example.id)).bold());
    for (name, before, after) in &example.fields {
        out += &format!("  {}\n", style(name).dim());
        let (old, new) = (lines(before), lines(after));
        let diff = TextDiff::from_lines(&old, &new);
        for change in diff.iter_all_changes() {
            let line = harmless(change.value());
            out += &match change.tag() {
                ChangeTag::Delete => format!("    {}\n", style(format!("- {line}")).red()),
                ChangeTag::Insert => format!("    {}\n", style(format!("+ {line}")).green()),
                ChangeTag::Equal => continue,
            };
        }
    }
    out
}

/// A value in lines that can be compared: the lines of a text, the members of a list or an object.
fn lines(value: &Value) -> String {
    let all: Vec<String> = match value {
        Value::Null => Vec::new(),
        Value::String(text) => text.lines().map(str::to_string).collect(),
        Value::Array(items) => items.iter().map(member).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| format!("{name}: {value}")).collect(),
        other => vec![other.to_string()],
    };
    all.iter().fold(String::new(), |text, line| text + line + "\n")
}

/// A member of a list without its offsets, which move whenever something before it does.
fn member(item: &Value) -> String {
    let moving: BTreeSet<&str> = ["start", "end", "at", "mentions"].into();
    match item {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(name, _)| !moving.contains(name.as_str()));
            fields.map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join("  ")
        }
        other => other.to_string(),
    }
}

/// Text that no terminal acts on, in one line.
fn harmless(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
