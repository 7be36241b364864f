//! Stage `encoding`: what went wrong between the author's keyboard and the file.
//!
//! The order of the passes is what makes each of them simple. Invisible marks go first, since they split what later passes
//! look for; references come before mojibake, since it is often escaped (`&Atilde;&copy;`); C1 controls and soft hyphens
//! come after it, since it is made of them; letters are composed when all are there; spaces are made one kind before
//! guillemets are judged by theirs. Each pass begins with a scan that a clean text passes at memory speed.

use std::sync::Arc;

use crate::document::Document;
use crate::error::Error;
use crate::rules::{RuleId, Rules};
use crate::stage::{Found, Pass, Stage};

mod codec;
mod compose;
mod entities;
mod guillemets;
mod lost;
mod mojibake;
mod scan;
mod spaces;
mod structure;

/// Makes the stage.
///
/// # Errors
/// [`Error::Rules`] for a rule file that cannot be used.
pub fn stage(rules: &mut Rules) -> Result<Stage, Error> {
    let (marks, shapes) = structure::passes(rules)?;
    let (entities, mojibake) = (entities::Entities::new(rules)?, mojibake::Mojibake::new(rules)?);
    let repairs: [Arc<dyn Pass>; 4] =
        [Arc::new(entities), Arc::new(mojibake), Arc::new(shapes), Arc::new(compose::Compose::new(rules)?)];
    let typography: [Arc<dyn Pass>; 2] =
        [Arc::new(spaces::Spaces::new(rules)?), Arc::new(guillemets::Guillemets::new(rules)?)];

    let mut passes: Vec<Box<dyn Pass>> = vec![Box::new(marks)];
    let again = |passes: &mut Vec<Box<dyn Pass>>, pass: &Arc<dyn Pass>, cycle: usize| {
        let last = passes.len() - cycle;
        passes.push(Box::new(Again { pass: pass.clone(), last }));
    };
    for pass in &repairs {
        passes.push(Box::new(First(pass.clone())));
    }
    for _ in 0..LAYERS {
        for pass in &repairs {
            again(&mut passes, pass, repairs.len());
        }
    }
    for pass in &typography {
        passes.push(Box::new(First(pass.clone())));
    }
    for _ in 0..LAYERS {
        for pass in repairs.iter().chain(&typography) {
            again(&mut passes, pass, repairs.len() + typography.len());
        }
    }
    passes.push(Box::new(lost::Lost));
    Ok(Stage {
        name: "encoding",
        about: "repairs mojibake, control characters, entities, spaces and broken guillemets",
        passes,
    })
}

/// How many layers of damage of different kinds are looked for under the first, and how often what typography uncovered
/// is looked at again.
const LAYERS: usize = 3;

/// A pass that comes more than once, the first time.
struct First(Arc<dyn Pass>);

impl Pass for First {
    fn look(&self, doc: &Document, found: &mut Found) {
        self.0.look(doc, found);
    }

    fn fires(&self, rule: RuleId, example: &str) -> Option<bool> {
        self.0.fires(rule, example)
    }
}

/// The other times, for damage under damage: only where something was repaired since it looked last, so that a clean text
/// is not read again.
struct Again {
    pass: Arc<dyn Pass>,
    /// The place among the passes of the stage, which is the first to run, at which it looked last.
    last: usize,
}

impl Pass for Again {
    fn look(&self, doc: &Document, found: &mut Found) {
        if doc.ledger().last().is_some_and(|edit| edit.pass >= self.last) {
            self.pass.look(doc, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::document::Document;
    use crate::pipeline::{Options, Pipeline};

    fn pipeline() -> Pipeline {
        Pipeline::new(&Options { only: Some(vec!["encoding".into()]), ..Options::default() }).unwrap()
    }

    fn cleaned(pipeline: &Pipeline, text: &str) -> (String, Vec<String>) {
        let mut doc = Document::from_text(text.to_string());
        pipeline.refine(&mut doc).unwrap();
        let rules =
            doc.ledger().iter().map(|a| format!("{} {:?}", pipeline.rules().get(a.edit.rule).id, a.before)).collect();
        (doc.text().to_string(), rules)
    }

    #[test]
    fn every_rule_fires_on_its_examples_and_not_on_the_others() {
        let pipeline = pipeline();
        for (id, rule) in pipeline.rules().iter().filter(|(_, r)| r.id.starts_with("encoding/")) {
            let fires = |example: &str| pipeline.stages()[0].passes.iter().find_map(|p| p.fires(id, example));
            assert!(!rule.drop.is_empty(), "{} has no example", rule.id);
            for example in &rule.drop {
                assert_eq!(fires(example), Some(true), "{} should fire on {example:?}", rule.id);
            }
            for example in &rule.keep {
                assert_eq!(fires(example), Some(false), "{} should not fire on {example:?}", rule.id);
            }
        }
    }

    #[test]
    fn repairs() {
        let pipeline = pipeline();
        for (broken, good) in [
            (
                "Les Ã©lus se sont rÃ©unis Ã\u{a0} NÃ®mes, Ã  lâ€™hÃ´tel de ville.",
                "Les élus se sont réunis à Nîmes, à l’hôtel de ville.",
            ),
            ("Un dÃƒÂ©bat trÃƒÂ¨s animÃƒÂ©", "Un débat très animé"),
            ("Un débat très animÃ© hier", "Un débat très animé hier"),
            ("Le prix du blÃ© Â«\u{a0}flambeÂ\u{a0}Â»", "Le prix du blé « flambe »"),
            ("Un d√©bat tr√®s anim√©, l‚Äôautre jour", "Un débat très animé, l’autre jour"),
            ("Un d├®bat tr├¿s anim├®", "Un débat très animé"),
            ("Un dГ©bat trГЁs animГ©", "Un débat très animé"),
            ("РЎРµРіРѕРґРЅСЏ СЃРЅРµРі", "Сегодня снег"),
            ("Ð¡ÐµÐ³Ð¾Ð´Ð½Ñ\u{8f} Ñ\u{81}Ð½ÐµÐ³", "Сегодня снег"),
            ("Un dÈbat trËs animÈ ‡ Lyon", "Un débat très animé à Lyon"),
            ("Un dйbat trиs animй", "Un débat très animé"),
            ("Un bйbй\u{a0}", "Un bébé"),
            ("Un dÈbat trËs animÈ\nIl faut Ècouter ‡ la fin", "Un débat très animé\nIl faut écouter à la fin"),
            ("L&amp;rsquo;&eacute;t&#xE9; &Atilde;&copy;tait", "L’été était"),
            ("l\u{92}accord\0 con\u{fb01}ant\r\n gou\u{ad}verne", "l’accord confiant\ngouverne"),
            ("12\u{202f}000  euros\u{a0}! \n\n  Fin\t", "12 000 euros !\n\nFin"),
            ("Z\u{335}\u{322}\u{321}\u{346}\u{31a}algo, e\u{301}te\u{301}", "Z\u{335}\u{322}algo, été"),
            ("une sorte d' »union sacrée » contre lui", "une sorte d'« union sacrée » contre lui"),
            ("il dénonce « un abus de pouvoir« , selon lui", "il dénonce « un abus de pouvoir », selon lui"),
            ("El año fue «pésimo«, dijo el alcalde", "El año fue «pésimo», dijo el alcalde"),
            ("« Rien n’est joué » , dit-il", "« Rien n’est joué », dit-il"),
        ] {
            assert_eq!(cleaned(&pipeline, broken).0, good, "from {broken:?}");
        }
    }

    #[test]
    fn leaves_alone() {
        let pipeline = pipeline();
        for text in [
            "Été comme hiver, l’Éthiopie « n’a rien cédé » : « On verra », dit-elle.",
            "A MANHÃ” de São Paulo, “MAÇÔ e ÂNGULO",
            "Er sagte: »Nein«, und ging. »Wirklich?«",
            "Hän sanoi: »Ei», ja lähti.",
            "Её брат уехал в «СССР», Г. Петров — нет",
            "Рівне і Їжа. Kirghizistan : Аскар Акаев",
            "«Fin de partie», « à suivre… »",
            "« Premier paragraphe d’une citation qui continue",
            "qui se termine ici. »",
            "±3 °C, 5×£35, ∆°, `¬´ ½ ¿Qué? n° 5 ‡ note",
            "Ľudovít Štúr, Łódź, Ângela, Ärzte, Åse, Çınar",
            "北京，今天。「你好」",
            "L’Ère du soupçon. Ère, Ô temps, Île ; È vero, Íñigo, Áine Ó hÓgartaigh",
        ] {
            let (after, rules) = cleaned(&pipeline, text);
            assert_eq!(after, text, "{rules:?}");
        }
    }

    const PARTS: &[&str] = &[
        "é",
        "Ã",
        "©",
        "Â",
        " ",
        "\u{a0}",
        "â",
        "€",
        "™",
        "Г",
        "В",
        "»",
        "«",
        "mot",
        "d'",
        ",",
        ".",
        "\n",
        "\r",
        "\u{85}",
        "\u{ad}",
        "\u{200b}",
        "\u{301}",
        "e",
        "&",
        "amp;",
        "eacute;",
        "#233;",
        "√",
        "├",
        "®",
        "а",
        "й",
        "È",
        "‡",
        "\u{fffd}",
        "Ð",
        "Ñ",
        "?",
        "\u{92}",
        "\u{9d}",
        "ﬁ",
        "Ａ",
        "\t",
        "\0",
        "\u{1b}[0m",
        "\u{200d}",
        "ا",
        "\u{200f}",
        "Ă",
        "ƒ",
        "Ё",
        "…",
        "’",
    ];

    proptest! {
        #[test]
        fn never_panics_and_is_done_after_one_run(text in ".{0,80}") {
            check(&text);
        }

        #[test]
        fn is_done_after_one_run_on_damaged_text(parts in prop::collection::vec(0..PARTS.len(), 0..24)) {
            check(&parts.into_iter().map(|i| PARTS[i]).collect::<String>());
        }
    }

    fn check(text: &str) {
        thread_local!(static PIPELINE: Pipeline = pipeline());
        PIPELINE.with(|pipeline| {
            let (once, _) = cleaned(pipeline, text);
            let (twice, rules) = cleaned(pipeline, &once);
            assert_eq!(&twice, &once, "{rules:?} after {text:?}");
        });
    }
}
