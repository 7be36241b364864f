//! Ids across documents: the same person or place has one id wherever it is named.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tamis::read::dump::{Dump, Item};
use tamis::write::record::Record;
use tamis::{Format, Options, Pipeline, RawRecord};

fn pipeline() -> Pipeline {
    Pipeline::new(&Options::default()).unwrap()
}

/// The records of the sample dump.
fn sample() -> Vec<Record> {
    let pipeline = pipeline();
    let dump = Dump::find(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("raw")]).unwrap();
    let mut records = Vec::new();
    dump.read(pipeline.limits(), &Arc::new(AtomicU64::new(0)), &mut |item| {
        if let Item::Record(raw) = item {
            records.extend(pipeline.process(&raw));
        }
        true
    });
    records
}

#[test]
fn a_name_has_one_id_in_all_documents_of_the_sample_dump() {
    let records = sample();
    assert!(records.len() > 30, "only {} records", records.len());
    let mut ids: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    let mut kinds: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut documents: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for record in &records {
        for e in &record.entities {
            // Towns of one name are told apart by the country that the document is about.
            if !e.id.starts_with("geonames:") {
                ids.entry((e.kind.clone(), e.name.clone())).or_default().insert(e.id.clone());
            }
            kinds.entry(e.id.clone()).or_default().insert(e.kind.clone());
            documents.entry(e.id.clone()).or_default().insert(record.id.clone());
        }
    }
    let split: Vec<_> = ids.iter().filter(|(_, ids)| ids.len() > 1).collect();
    assert!(split.is_empty(), "one name, several ids: {split:?}");
    let mixed: Vec<_> = kinds.iter().filter(|(_, kinds)| kinds.len() > 1).collect();
    assert!(mixed.is_empty(), "one id, several kinds: {mixed:?}");
    let shared = documents.values().filter(|d| d.len() > 1).count();
    assert!(shared >= 10, "only {shared} entities stand in more than one document");
}

fn ids(language: &str, text: &str) -> BTreeSet<(String, String)> {
    let options = Options { only: Some(vec!["entities".into()]), ..Options::default() };
    let line = serde_json::json!({ "text": text, "lang": language }).to_string();
    let record = Pipeline::new(&options).unwrap().process(&RawRecord::new("a", Format::Jsonl, line)).unwrap();
    record.entities.into_iter().map(|e| (e.kind, e.id)).collect()
}

#[test]
fn a_person_that_no_table_knows_has_one_id_in_all_languages() {
    let french = ids("fr", "Le ministre Oleg Barychnikov est arrivé à Moscou.");
    let english = ids("en", "Yesterday minister Oleg Baryshnikov arrived in Moscow.");
    let german = ids("de", "Gestern kam Minister Oleg Baryschnikow in Moskau an.");
    let russian = ids("ru", "Вчера в Москву прибыл министр Олег Барышников.");
    assert_eq!(french.len(), 2, "{french:?}");
    assert!(french.contains(&("LOC".to_string(), "Q649".to_string())), "{french:?}");
    for other in [english, german, russian] {
        assert_eq!(french, other);
    }
}

#[test]
fn spans_countries_and_relations_are_in_the_record() {
    let line = serde_json::json!({
        "title": "Wilma Tarquin en Norvège",
        "text": "Wilma Tarquin a vu Bergen. Wilma Tarquin rentre de Norvège avec Otto Brumel. La Suède attend.",
        "lang": "fr",
    });
    let record = pipeline().process(&RawRecord::new("a", Format::Jsonl, line.to_string())).unwrap();
    let find = |name: &str| record.entities.iter().find(|e| e.name == name).unwrap();
    let (norway, sweden, wilma) = (find("Norvège"), find("Suède"), find("Wilma Tarquin"));
    assert_eq!((norway.country.as_deref(), norway.id.as_str()), (Some("NO"), "Q20"));
    assert_eq!(wilma.country, None);
    assert!((wilma.salience - 1.0).abs() < 0.001 && sweden.salience < norway.salience);
    let pair = |a: &str, b: &str| record.relations.iter().find(|r| r.a == a && r.b == b).map(|r| r.sentences);
    assert_eq!(pair(&wilma.id, &norway.id), Some(2));
    assert_eq!(pair(&wilma.id, &sweden.id), None);
}

#[test]
fn a_city_bears_the_name_that_the_text_gives_it() {
    let pipeline = pipeline();
    for (language, text, names) in [
        (
            "de",
            "Der Nachtzug fuhr von Kassel über Köln nach Basel, sagte ein Sprecher am Dienstag.",
            ["Kassel", "Köln", "Basel"],
        ),
        (
            "it",
            "Il treno di notte è passato per Messina, Padova e Torino, ha detto martedì un portavoce.",
            ["Messina", "Padova", "Torino"],
        ),
        (
            "es",
            "El tren nocturno salió de Córdoba hacia Valladolid, con parada en Sevilla, dijo el martes un portavoz.",
            ["Córdoba", "Valladolid", "Sevilla"],
        ),
        (
            "en",
            "The night train left Cologne for Antwerp and Vienna, a spokesman said on Tuesday.",
            ["Cologne", "Antwerp", "Vienna"],
        ),
    ] {
        let line = serde_json::json!({"text": text, "lang": language}).to_string();
        let record = pipeline.process(&RawRecord::new("t", Format::Jsonl, line)).unwrap();
        let places: Vec<&str> = record.entities.iter().filter(|e| e.kind == "LOC").map(|e| &*e.name).collect();
        assert_eq!(places, names, "{language}");
        assert!(record.entities.iter().all(|e| !e.id.starts_with("tamis:")), "{language}");
    }
}
