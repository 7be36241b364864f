//! The rule files are the product: every example in them is run, and every id is well formed.

use std::collections::BTreeSet;
use std::fs;

use tamis::rules::RuleId;
use tamis::{Error, Options, Pipeline};

fn fires(pipeline: &Pipeline, rule: RuleId, example: &str) -> Option<bool> {
    pipeline.stages().iter().flat_map(|s| &s.passes).find_map(|pass| pass.fires(rule, example))
}

#[test]
fn every_rule_fires_on_its_drop_and_misses_its_keep() {
    let pipeline = Pipeline::new(&Options::default()).unwrap();
    let mut faults = Vec::new();
    let mut examples = 0;
    for (id, rule) in pipeline.rules().iter() {
        for (text, want) in rule.drop.iter().map(|t| (t, true)).chain(rule.keep.iter().map(|t| (t, false))) {
            examples += 1;
            match fires(&pipeline, id, text) {
                Some(got) if got == want => {}
                Some(_) => faults.push(format!("{} {} {text:?}", rule.id, if want { "misses" } else { "fires on" })),
                None => faults.push(format!("{}: no pass answers for it", rule.id)),
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(examples > 200, "only {examples} examples were run");
}

#[test]
fn ids_are_stable_names() {
    let pipeline = Pipeline::new(&Options::default()).unwrap();
    for (_, rule) in pipeline.rules().iter() {
        let well_formed = rule.id.split('/').all(|part| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.')
        });
        assert!(well_formed && rule.id.contains('/'), "{}", rule.id);
        assert!(!rule.about.is_empty() || !rule.drop.is_empty(), "{} says nothing about itself", rule.id);
    }
}

#[test]
fn rules_in_files_have_examples_of_both_kinds() {
    let pipeline = Pipeline::new(&Options::default()).unwrap();
    let cues = pipeline.rules().iter().filter(|(_, r)| r.id.starts_with("boilerplate/") && r.language.is_some());
    let mut languages = BTreeSet::new();
    for (_, rule) in cues {
        languages.extend(rule.language);
        assert!(!rule.drop.is_empty() && !rule.keep.is_empty(), "{} lacks examples", rule.id);
    }
    let spoken: Vec<_> = languages.iter().map(ToString::to_string).collect();
    assert!(spoken.contains(&"fr".into()) && spoken.contains(&"en".into()), "{spoken:?}");
}

#[test]
fn a_broken_rule_file_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("fr")).unwrap();
    for (text, line) in [
        ("[[cue]]\nid = 3\n", 2),
        ("[[cue]]\nid = \"x\"\nkind = \"newsletter\"\npattern = '('\ndrop = [\"a\"]\nkeep = [\"b\"]\n", 4),
    ] {
        fs::write(folder.path().join("fr/boilerplate-mine.toml"), text).unwrap();
        let refused = Pipeline::new(&Options { rules: Some(folder.path().into()), ..Options::default() });
        let Err(Error::Rules { file, line: Some(got), .. }) = refused else { panic!("{text} was not refused") };
        assert!(file.ends_with("fr/boilerplate-mine.toml"));
        assert_eq!(got, line);
    }
}

#[test]
fn a_rule_can_be_switched_off() {
    let unknown = Pipeline::new(&Options { disable: vec!["no/such-rule".into()], ..Options::default() });
    assert!(matches!(unknown, Err(Error::Usage(_))));
    let all = Pipeline::new(&Options { disable: vec!["boilerplate/*".into()], ..Options::default() }).unwrap();
    assert!(all.rules().iter().filter(|(_, r)| r.id.starts_with("boilerplate/")).all(|(id, _)| !all.rules().is_on(id)));
}
