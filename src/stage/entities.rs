//! Stage `entities`: the people, places and organisations that the text names, with ids.
//!
//! Finders propose candidates, each in its own way; one resolver decides for the whole document. So a further finder,
//! such as a statistical tagger, is one more in the list, and needs no change elsewhere.

use crate::document::{BlockKind, Document, Note};
use crate::error::Error;
use crate::language::Lang;
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::{Found, Pass, Stage};

mod candidate;
mod compile;
mod cues;
mod entity;
mod gazetteer;
mod identity;
mod image;
mod inflection;
mod letters;
mod listed;
mod name;
mod organisation;
mod place;
mod resolve;
mod skeleton;
mod tagger;
mod token;
pub mod training;

use candidate::{Candidate, Finder, Scene};
use cues::Languages;
use gazetteer::Gazetteer;
use listed::Listed;
use name::Names;
use organisation::{Abbreviations, Heads};
use place::Places;
use resolve::{Mention, Resolver};
use tagger::model::Model;
use token::Tokens;

/// Makes the stage.
///
/// # Errors
/// [`Error::Rules`] for a table or word list that is refused.
pub fn stage(rules: &mut Rules) -> Result<Stage, Error> {
    let entities = Entities::new(rules)?;
    let about = "names people, places and organisations, with ids";
    Ok(Stage { name: "entities", about, passes: vec![Box::new(entities)] })
}

/// The one pass of this stage: what a name is depends on the whole document.
struct Entities {
    gazetteer: Gazetteer,
    languages: Languages,
    finders: Vec<Box<dyn Finder>>,
    resolver: Resolver,
    tagged: RuleId,
    off: Vec<RuleId>,
    own: Vec<RuleId>,
}

impl Entities {
    fn new(rules: &mut Rules) -> Result<Entities, Error> {
        let mut own = Vec::new();
        let mut rule = |name: &str, about: &str, drop: &[&str], keep: &[&str]| {
            let texts = |t: &[&str]| t.iter().map(ToString::to_string).collect();
            let id = rules.add(Rule {
                drop: texts(drop),
                keep: texts(keep),
                ..Rule::new(format!("entities/{name}"), "entity", Class::Meaning, about)
            })?;
            own.push(id);
            Ok::<_, Error>(id)
        };
        let listed = rule(
            "listed",
            "A name that the gazetteer lists",
            &["Le vin vient de Géorgie du Sud et de l'Italie.", "Trade with Norway grew."],
            &["La dinde italienne est bonne.", "They bought fine china."],
        )?;
        let misspelt = rule(
            "misspelt",
            "The name of a country with other vowels",
            &["Elle rentre du Kazakhistann demain."],
            &["Elle rentre du marché demain."],
        )?;
        let short = rule(
            "abbreviation",
            "Letters in brackets after the name they abbreviate",
            &["La Ligue des jardiniers amateurs (LJA) se réunit.", "The Society of Bell Ringers (SBR) met."],
            &["Le jardin public (LJA) est fermé."],
        )?;
        let given = rule(
            "given-name",
            "Capitalised words after a given name",
            &["Hier, Sophie Carpentras a chanté."],
            &["Hier, la Cathédrale Neuve brillait."],
        )?;
        let initials =
            rule("initials", "A name after initials", &["On lit J. K. Barnaval à l'école."], &["Le plan B est prêt."])?;
        let letters = rule(
            "letters",
            "Capital letters after an article",
            &["Il a quitté la CGX hier."],
            &["Il a dit NON hier."],
        )?;
        let weak = rule("weak", "A doubtful name that the document speaks for", &[], &[])?;
        let last_name = rule("last-name", "The last name of a person named in full elsewhere", &[], &[])?;
        let same_name = rule("same-name", "A name that is introduced elsewhere", &[], &[])?;
        let together = rule("together", "A name in a list of names of one kind", &[], &[])?;
        let open = rule("open", "A name whose kind the document must tell", &[], &[])?;
        let team = rule(
            "team",
            "A team that is named after a place",
            &["Il joue chez les Ours de Norvège."],
            &["Il joue chez les amis de Norvège."],
        )?;
        let tagged = rule("tagger", "A name that the tagger of the language sees", &[], &[])?;
        let dateline = rule(
            "dateline",
            "A place in capitals that a paragraph begins with",
            &["BRUMEVILLE — Le pont est fermé.", "BRUMETOWN, 14 March 2024 — The bridge is shut."],
            &["ATTENTION : le pont est fermé.", "LE PONT est fermé — enfin."],
        )?;
        let apposition = rule(
            "apposition",
            "A name before an office or an age",
            &["On y voit Brumelle Tarquin, maire du village.", "Then came Brumel Tarquin, 52, with a cake."],
            &["On y voit Brumeville, sous la pluie.", "Then came Brumel Tarquin, with a cake."],
        )?;
        let first_name = rule(
            "first-name",
            "A given name alone",
            &["Hier soir, avec Noémie, on a ri."],
            &["Hier soir, avec Brumaire, on a ri."],
        )?;
        let languages = Languages::load(rules)?;
        Ok(Entities {
            gazetteer: Gazetteer::load(rules)?,
            languages,
            finders: vec![
                Box::new(Listed { rule: listed, misspelt }),
                Box::new(Heads),
                Box::new(Abbreviations { rule: short }),
                Box::new(Places { team, dateline }),
                Box::new(Names { given, apposition, first_name, initials, open, letters }),
            ],
            tagged,
            resolver: Resolver { weak, last_name, together, same_name },
            off: rules.iter().map(|(id, _)| id).filter(|id| !rules.is_on(*id)).collect(),
            own,
        })
    }

    fn scene<'a>(&'a self, doc: &'a Document, language: Lang) -> Scene<'a> {
        let cues = self.languages.of(language);
        let inflects = inflection::inflects(language.as_str());
        Scene { tokens: Tokens::of(doc, cues), gazetteer: &self.gazetteer, cues, language, inflects }
    }

    /// What the finders propose.
    fn found(&self, scene: &Scene) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        for finder in &self.finders {
            finder.find(scene, &mut candidates);
        }
        candidates.retain(|c| !self.off.contains(&c.rule));
        candidates
    }

    /// What holds of that, and of what `model` sees.
    fn mentions(&self, scene: &Scene, model: Option<&Model>) -> Vec<Mention> {
        let mut candidates = self.found(scene);
        if let Some(model) = model.filter(|_| !self.off.contains(&self.tagged)) {
            let spans = tagger::tag(model, scene, &candidates);
            candidates = tagger::merge::merge(scene, candidates, &spans, self.tagged);
        }
        self.resolver.mentions(scene, candidates)
    }
}

impl Pass for Entities {
    fn look(&self, doc: &Document, found: &mut Found) {
        if !doc.entities().is_empty() {
            return;
        }
        let (language, _) = doc.language();
        let scene = self.scene(doc, language);
        let mentions = self.mentions(&scene, tagger::model(language));
        let title = doc.blocks().iter().find(|b| b.kind == BlockKind::Title).map(|b| &b.at);
        for entity in entity::entities(&scene, &mentions, title) {
            found.note(Note::Entity(entity));
        }
    }

    fn fires(&self, rule: RuleId, example: &str) -> Option<bool> {
        let language = self.languages.of_rule(rule).or_else(|| self.own.contains(&rule).then_some(Lang::UND))?;
        let doc = Document::from_text(example.to_string());
        Some(self.mentions(&self.scene(&doc, language), None).iter().any(|m| m.rule == rule))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::{Options, Pipeline};
    use crate::read::{Format, RawRecord};
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static PIPELINE: LazyLock<Pipeline> = LazyLock::new(|| {
        Pipeline::new(&Options { only: Some(vec!["entities".into()]), ..Options::default() }).expect("rules")
    });

    /// `TYPE surface=id` of every mention in order of place.
    fn names(language: &str, text: &str) -> Vec<String> {
        let line = serde_json::json!({ "text": text, "lang": language }).to_string();
        let record = PIPELINE.process(&RawRecord::new("a", Format::Jsonl, line)).expect("record");
        let mut all: Vec<_> = record
            .entities
            .iter()
            .flat_map(|e| e.mentions.iter().map(move |m| (m.start, format!("{} {}={}", e.kind, m.text, e.id))))
            .collect();
        all.sort();
        all.into_iter().map(|m| m.1).collect()
    }

    #[test]
    fn every_rule_keeps_its_examples() {
        let mut rules = Rules::load(None, &[]).expect("rules");
        let stage = stage(&mut rules).expect("stage");
        let mut faults = Vec::new();
        for (id, rule) in rules.iter() {
            for (texts, want) in [(&rule.drop, true), (&rule.keep, false)] {
                for text in texts {
                    if stage.passes.iter().find_map(|p| p.fires(id, text)) != Some(want) {
                        faults.push(format!("{} on {text:?} should be {want}", rule.id));
                    }
                }
            }
        }
        assert!(faults.is_empty(), "{faults:#?}");
    }

    #[test]
    fn spellings_of_a_country_are_one_entity() {
        let got = names("fr", "Le Kirghizstan vote. Demain, le Kirghizistan attend. Au Kirghizastan aussi.");
        assert_eq!(got, ["LOC Kirghizstan=Q813", "LOC Kirghizistan=Q813", "LOC Kirghizastan=Q813"]);
    }

    #[test]
    fn a_last_name_is_the_person_named_in_full() {
        let got = names("fr", "La ministre danoise Wilma Tarquin parle. Tarquin a ri. Selon Tarquin, oui.");
        assert_eq!(
            got,
            vec!["PER Wilma Tarquin=tamis:per:vilma-tarkin"; 1]
                .into_iter()
                .chain(["PER Tarquin=tamis:per:vilma-tarkin"; 2])
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn letters_in_brackets_stand_for_the_name() {
        let got = names("fr", "La Ligue des jardiniers amateurs (LJA) vote. La LJA gagne.");
        let id = "tamis:org:ligue-des-jardiniers-amateurs";
        assert_eq!(
            got,
            [format!("ORG Ligue des jardiniers amateurs={id}"), format!("ORG LJA={id}"), format!("ORG LJA={id}")]
        );
    }

    #[test]
    fn offices_with_a_country_are_one_name() {
        let got = names("fr", "Il écrit au ministère de la Défense de la Norvège.");
        assert_eq!(got, ["ORG ministère de la Défense de la Norvège=tamis:org:ministere-de-la-defense-de-la-norvege"]);
    }

    #[test]
    fn peoples_days_and_first_words_are_no_names() {
        for text in ["Les Français dorment lundi.", "Demain il pleut. Rien ne va.", "Le président russe est arrivé."]
        {
            assert_eq!(names("fr", text), [""; 0], "{text}");
        }
        for text in ["On Monday the French slept in English.", "Nothing works. They left."] {
            assert_eq!(names("en", text), [""; 0], "{text}");
        }
    }

    #[test]
    fn where_nouns_have_capitals_a_run_of_them_is_no_name() {
        for text in [
            "Im Ligapokal kam er zum Einsatz.",
            "Er war im Vorjahr Fünfter geworden.",
            "Die Löhne steigen bei klarem Wetter.",
        ] {
            assert_eq!(names("de", text), [""; 0], "{text}");
        }
        assert_eq!(names("de", "Der Zug hält in Hannover."), ["LOC Hannover=Q1715"]);
    }

    #[test]
    fn apostrophes_and_no_break_spaces_are_folded() {
        let got = names("fr", "Il aime l’Asie\u{a0}centrale et l'Italie.");
        assert_eq!(got, ["LOC Asie\u{a0}centrale=Q27275", "LOC Italie=Q38"]);
    }

    #[test]
    fn the_names_of_other_scripts_are_found() {
        assert_eq!(names("ru", "Встреча прошла в Москва и Кыргызстан."), ["LOC Москва=Q649", "LOC Кыргызстан=Q813"]);
        assert!(names("zh", "他去了俄罗斯和中国。").contains(&"LOC 俄罗斯=Q159".to_string()));
    }

    proptest! {
        #[test]
        fn any_text_gives_sorted_disjoint_mentions(text in "(\\PC|[A-Z][a-z]{1,6} |Paris |M\\. |l’|Inde |\\(OTAN\\)|\n|de |al-){0,60}") {
            let mut doc = Document::from_text(text.clone());
            let pass = &*PASS;
            let mut found = Found::default();
            pass.look(&doc, &mut found);
            let mut all = Vec::new();
            for note in found.notes() {
                let Note::Entity(e) = note else { continue };
                prop_assert!(e.mentions.windows(2).all(|w| w[0].end <= w[1].start));
                all.extend(e.mentions.clone());
                doc.entities.push(e.clone());
            }
            all.sort_by_key(|m| m.start);
            prop_assert!(all.windows(2).all(|w| w[0].end <= w[1].start));
            prop_assert!(all.iter().all(|m| !m.is_empty() && text.get(m.clone()).is_some()));
            let mut again = Found::default();
            pass.look(&doc, &mut again);
            prop_assert!(again.notes().is_empty());
        }
    }

    static PASS: LazyLock<Entities> =
        LazyLock::new(|| Entities::new(&mut Rules::load(None, &[]).expect("rules")).expect("stage"));
}
