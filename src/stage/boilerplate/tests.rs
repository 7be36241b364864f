//! The stage as a whole: text in, what is kept and noted out.

use super::stage;
use crate::document::Document;
use crate::pipeline::{Options, Pipeline};
use crate::rules::Rules;

fn pipeline() -> Pipeline {
    let only = Some(vec!["boilerplate".to_string()]);
    Pipeline::new(&Options { only, ..Options::default() }).unwrap()
}

fn clean(text: &str) -> Document {
    let mut doc = Document::from_text(text.to_string());
    pipeline().refine(&mut doc).unwrap();
    doc
}

#[test]
fn every_rule_fires_on_its_examples_and_on_nothing_else() {
    let mut rules = Rules::load(None, &[]).unwrap();
    let stage = stage(&mut rules).unwrap();
    let mut faults = Vec::new();
    for (id, rule) in rules.iter().filter(|(_, r)| r.id.starts_with("boilerplate/")) {
        let fires = |example: &str| stage.passes.iter().find_map(|p| p.fires(id, example));
        for (examples, wanted) in [(&rule.drop, true), (&rule.keep, false)] {
            for example in examples {
                if fires(example) != Some(wanted) {
                    faults.push(format!("{}: {} {example:?}", rule.id, if wanted { "misses" } else { "fires on" }));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
