use proptest::prelude::*;

use crate::Record;
use crate::pipeline::{Options, Pipeline};
use crate::read::{Format, RawRecord};

fn pipeline() -> &'static Pipeline {
    static PIPELINE: std::sync::OnceLock<Pipeline> = std::sync::OnceLock::new();
    PIPELINE.get_or_init(|| Pipeline::new(&Options { only: Some(vec!["typos".into()]), ..Options::default() }).unwrap())
}

fn record_of(lang: &str, text: &str) -> Record {
    processed(pipeline(), lang, text)
}

fn processed(pipeline: &Pipeline, lang: &str, text: &str) -> Record {
    let line = serde_json::json!({ "text": text, "lang": lang }).to_string();
    pipeline.process(&RawRecord::new("a", Format::Jsonl, line)).unwrap()
}

fn mended_in(lang: &str, text: &str) -> String {
    record_of(lang, text).text
}

/// A French text with what may be meant.
fn suggested(text: &str) -> Record {
    let options = Options { only: Some(vec!["typos".into()]), audit: crate::Audit::Full, ..Options::default() };
    processed(&Pipeline::new(&options).unwrap(), "fr", text)
}

fn mended(text: &str) -> String {
    mended_in("fr", text)
}

#[test]
fn examples_of_the_rule_files_hold() {
    let pipeline = pipeline();
    let passes = || pipeline.stages().iter().flat_map(|s| &s.passes);
    for (id, rule) in pipeline.rules().iter().filter(|(_, r)| r.id.starts_with("typos/")) {
        let fires = |example: &str| passes().find_map(|p| p.fires(id, example));
        for example in &rule.drop {
            assert_eq!(fires(example), Some(true), "{}: {example}", rule.id);
        }
        for example in &rule.keep {
            assert_eq!(fires(example), Some(false), "{}: {example}", rule.id);
        }
    }
}

#[test]
fn slips_are_mended() {
    for (bad, good) in [
        ("Le développemment de la ville continue.", "Le développement de la ville continue."),
        ("Les refugies attendent à la gare.", "Les réfugiés attendent à la gare."),
        ("Elle a fait sn choix.", "Elle a fait son choix."),
        (
            "Les interprétations decette révolte sont nombreuses.",
            "Les interprétations de cette révolte sont nombreuses.",
        ),
        ("Le gouvernemnet a répondu.", "Le gouvernement a répondu."),
    ] {
        assert_eq!(mended(bad), good);
    }
}

#[test]
fn two_full_stops_are_told() {
    let told = |text: &str| {
        let record = suggested(text);
        assert_eq!(record.text, text);
        record.suggestions.iter().map(|s| (s.rule.clone(), s.text.clone(), s.after.clone())).collect::<Vec<_>>()
    };
    let stop = ("typos/double-stop".to_string(), "..".to_string(), ".".to_string());
    assert_eq!(told("Le bac est rentré.. La nuit tombe."), [stop]);
    assert_eq!(told("Le bac est rentré... La nuit tombe."), []);
    assert_eq!(told("Le bac est rentré. La nuit tombe."), []);
}

#[test]
fn a_long_word_with_two_slips_is_mended_when_one_common_word_is_near() {
    for (lang, bad, good) in [
        ("fr", "La comission parlementtaitre siège mardi.", "La commission parlementaire siège mardi."),
        (
            "en",
            "Their admimistrarion has answered the goat keepers.",
            "Their administration has answered the goat keepers.",
        ),
        // Derived words, a compound and words of others are none.
        ("fr", "Une remunicipalisation de l'eau est à l'étude.", "Une remunicipalisation de l'eau est à l'étude."),
        ("fr", "Des antiparlementaires ont défilé en ville.", "Des antiparlementaires ont défilé en ville."),
        ("fr", "Le mot grenouillitude fait sourire la salle.", "Le mot grenouillitude fait sourire la salle."),
    ] {
        assert_eq!(mended_in(lang, bad), good);
    }
}

#[test]
fn a_change_that_is_not_sure_is_a_suggestion() {
    let text = "Les habitants ont quité la ville hier.";
    let record = suggested(text);
    let told: Vec<_> = record.suggestions.iter().map(|s| (s.text.as_str(), s.start, s.end)).collect();
    assert_eq!(told, [("quité", 18, 23)]);
    assert!((0.3..1.0).contains(&record.suggestions[0].confidence) && record.edits.is_empty());
    assert!(record_of("fr", text).suggestions.is_empty());
}

#[test]
fn words_that_recur_in_the_dump_stay() {
    let text = "Les refugies attendent à la gare et le gouvernemnet répond.";
    let line = serde_json::json!({ "text": text, "lang": "fr" }).to_string();
    let raw = RawRecord::new("a", Format::Jsonl, line);
    let mut survey = crate::survey::Survey::default();
    for _ in 0..3 {
        survey.add(&raw, &crate::document::Document::from_text("le gouvernemnet".to_string()));
    }
    let options = Options { only: Some(vec!["typos".into()]), survey: Some(survey.into()), ..Options::default() };
    let record = Pipeline::new(&options).unwrap().process(&raw).unwrap();
    assert_eq!(record.text, "Les réfugiés attendent à la gare et le gouvernemnet répond.");
}

#[test]
fn names_follow_the_document() {
    let text = "Tarkovie, Tarkovie et Tarkovie : la Tarkavie répond.";
    assert_eq!(mended(text), "Tarkovie, Tarkovie et Tarkovie : la Tarkovie répond.");
    let plural = "Tarkovien, Tarkovien et Tarkovien : les Tarkoviens répondent.";
    assert_eq!(mended(plural), plural);
}

#[test]
fn countries_with_a_slip_are_mended_and_nothing_else_is() {
    assert_eq!(
        mended("Elle rentre du Kazakhtsan par le Tadjiksitan."),
        "Elle rentre du Kazakhstan par le Tadjikistan."
    );
    for text in
        ["Une Roumaine chante.", "Il lit la Kirghizie.", "Elle connaît Georgina et Arminia.", "Le Kirghizastan attend."]
    {
        assert_eq!(mended(text), text);
    }
}

#[test]
fn what_is_right_or_strange_stays() {
    for text in [
        "Il connait la maitresse de Kévin.",
        // "quitté", "quitte" or "quité" with another letter: in doubt nothing is done.
        "Les habitants ont quité la ville hier.",
        // A pair of words that was never seen says nothing of a lost letter.
        "La maire a ouvert sn bureau.",
        "Voir www.exempel.fr/maisn et contact@maisn.fr.",
        "Le blorgou est un animal ; un blorgou dort.",
        "Ils chantent « oh when the saints go marchin in ».",
        "Le prix est de 3,5 euros ... ou plus.",
    ] {
        assert_eq!(mended(text), text);
    }
    assert_eq!(mended_in("nl", "Dat is een foutt , toch."), "Dat is een foutt , toch.");
}

#[test]
fn each_language_has_its_words() {
    for (lang, bad, good) in [
        (
            "de",
            "Die Behörden haben gestern entshieden, dass es regnet.",
            "Die Behörden haben gestern entschieden, dass es regnet.",
        ),
        ("en", "The governmment replied to the press.", "The government replied to the press."),
        ("es", "El gobierno ha respondiddo a la prensa.", "El gobierno ha respondido a la prensa."),
        ("it", "Il sindaco ha rispostto alla stampa.", "Il sindaco ha risposto alla stampa."),
        ("pt", "O governno respondeu à imprensa.", "O governo respondeu à imprensa."),
    ] {
        assert_eq!(mended_in(lang, bad), good);
    }
}

fn certain_of(lang: &str) -> Vec<String> {
    let mut rules = crate::rules::Rules::load(None, &[]).unwrap();
    let tongues = super::tongue::Tongues::load(&mut rules).unwrap();
    let lang = crate::language::Lang::parse(lang).unwrap();
    let all = tongues.iter().filter(|(l, _)| *l == lang).flat_map(|(_, t)| t.certain.values().flatten());
    all.map(|(wrong, _)| wrong.clone()).collect()
}

#[test]
fn what_is_certainly_wrong_is_no_word() {
    let mut rules = crate::rules::Rules::load(None, &[]).unwrap();
    let tongues = super::tongue::Tongues::load(&mut rules).unwrap();
    let mut odd = Vec::new();
    for (lang, tongue) in tongues.iter() {
        for (wrong, right) in tongue.certain.values().flatten() {
            if tongue.lexicon.has_dictionary() && tongue.lexicon.lists(wrong) {
                odd.push(format!("{lang}: {wrong} is a word"));
            }
            let known = |word: &str| !tongue.lexicon.has_dictionary() || tongue.lexicon.lists(&word.to_lowercase());
            if !right.split(' ').all(known) {
                odd.push(format!("{lang}: {right} is no word"));
            }
        }
    }
    assert!(odd.is_empty(), "{odd:?}");
}

#[test]
fn ligatures_follow_the_document() {
    assert_eq!(mended("Le coeur et la soeur."), "Le coeur et la soeur.");
    assert_eq!(mended("Le cœur et la soeur."), "Le cœur et la sœur.");
}

#[test]
fn weights_have_the_names_that_are_weighed() {
    let named: Vec<&str> = tamis_models::SLIP_WEIGHTS.lines().filter_map(|l| l.split('\t').next()).collect();
    assert_eq!(named, super::evidence::NAMES);
}

#[test]
fn spaces_are_mended() {
    assert_eq!(
        mended("Le maire  est venu , hier . Puis il est reparti."),
        "Le maire est venu, hier. Puis il est reparti."
    );
    assert_eq!(mended("Voilà la fin.Cette ville dort."), "Voilà la fin. Cette ville dort.");
    assert_eq!(mended("Le site lemonde.Voir aussi."), "Le site lemonde.Voir aussi.");
}

#[test]
fn lost_letters_are_restored() {
    assert_eq!(
        mended("Il a \u{fffd}t\u{fffd} bless\u{fffd} pr\u{fffd}s de la gare."),
        "Il a été blessé près de la gare."
    );
    assert_eq!(mended("L'ann?e pass?e, la soci?t? a ferm?."), "L'année passée, la société a fermé.");
    assert_eq!(mended("Est-il venu ? Non. Est-elle partie?"), "Est-il venu ? Non. Est-elle partie?");
    assert_eq!(mended("Voir page?id=3 et page?x."), "Voir page?id=3 et page?x.");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn words_of_the_dictionary_stay(
        (lang, words) in prop::sample::select(vec!["de", "en", "es", "fr", "it", "pt"]).prop_flat_map(|lang| {
            let lexicon = tamis_models::LEXICA.iter().find(|l| l.language == lang).unwrap();
            let known = crate::lexicon::Lexicon::for_language(crate::language::Lang::parse(lang).unwrap()).unwrap();
            // Where there is no dictionary, misspellings are among the frequent words.
            let certain: Vec<String> = certain_of(lang);
            let words: Vec<&str> = lexicon
                .frequent
                .lines()
                .filter(|w| w.len() > 3 && known.knows_word(w) && !certain.iter().any(|c| c == w))
                .collect();
            (Just(lang), prop::collection::vec(prop::sample::select(words), 1..12))
        })
    ) {
        let doubled = words.windows(2).any(|w| w[0] == w[1]);
        let text = words.join(", ");
        prop_assert!(doubled || mended_in(lang, &text) == text, "{lang}: {text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn anything_is_survived_and_a_second_run_changes_nothing(
        words in prop::collection::vec(prop_oneof![
            "\\PC{0,6}", "[a-zéèà?' .,\u{fffd}\u{a0}]{0,12}",
            Just(" de de ".to_string()), Just("lui même ".to_string()), Just(" coeur".to_string()), Just(" fin.Cette".to_string()),
            Just(" pouss\u{fffd}e".to_string()), Just(" maiso n".to_string()), Just(" , . ".to_string()), Just("Tarkovie ".to_string()),
        ], 1..20)
    ) {
        let text = words.concat();
        let line = serde_json::json!({ "text": text, "lang": "fr" }).to_string();
        if let Ok(first) = pipeline().process(&RawRecord::new("a", Format::Jsonl, line)) {
            let again = serde_json::json!({ "text": first.text, "lang": "fr" }).to_string();
            if let Ok(second) = pipeline().process(&RawRecord::new("a", Format::Jsonl, again)) {
                prop_assert_eq!(&second.text, &first.text);
            }
        }
    }
}
