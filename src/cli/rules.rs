//! `tamis rules`: what can be applied, and switched off.

use std::path::PathBuf;

use crate::cli::{Outcome, print};
use crate::error::Error;
use crate::language::Lang;
use crate::pipeline::{Options, Pipeline};

/// List every rule with its id, its kind and an example
#[derive(clap::Args)]
pub struct Arguments {
    /// Only rules of this language, and those of all languages
    #[arg(long, value_name = "CODE")]
    lang: Option<String>,
    /// A folder of rule files laid over the built-in ones
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
}

pub fn run(arguments: &Arguments) -> Result<Outcome, Error> {
    let language = match &arguments.lang {
        Some(tag) => {
            Some(Lang::parse(tag).ok_or_else(|| Error::Usage(format!("{tag} is no language code such as fr")))?)
        }
        None => None,
    };
    let pipeline = Pipeline::new(&Options { rules: arguments.rules.clone(), ..Options::default() })?;
    let mut rules: Vec<_> = pipeline
        .rules()
        .iter()
        .map(|(_, rule)| rule)
        .filter(|rule| language.is_none() || rule.language.is_none() || rule.language == language)
        .collect();
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    let width = |of: fn(&crate::rules::Rule) -> usize| rules.iter().map(|r| of(r)).max().unwrap_or(0);
    let (ids, kinds) = (width(|r| r.id.len()), width(|r| r.kind.len()));
    let mut text = String::new();
    for rule in rules {
        let example = rule.drop.first().unwrap_or(&rule.about);
        let example: String = example.chars().map(|c| if c.is_control() { ' ' } else { c }).take(100).collect();
        text.push_str(&format!("{:ids$}  {:kinds$}  {example}\n", rule.id, rule.kind));
    }
    print(&text)
}
