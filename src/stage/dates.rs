//! Stage `dates`: what the text says about time.
//!
//! First the date of publication, where the input does not give it, then every date, time, duration and recurring time
//! that the text mentions, resolved against it. Words and patterns are data (`rules/<lang>/dates.toml`, and
//! `rules/common/dates.toml` for what every language writes alike); here is only the calendar.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::document::{Document, Note};
use crate::error::Error;
use crate::rules::{RuleId, Rules};
use crate::stage::{Found, Pass, Stage};

mod feasts;
mod grammar;
mod lexicon;
mod machine;
mod mentions;
mod published;
mod resolve;
mod said;
mod seasons;
mod spelling;
mod tense;
mod units;

use grammar::{Grammar, Shared};

/// Makes the stage.
///
/// # Errors
/// [`Error::Rules`] with file and line for a rule file that cannot be used.
pub fn stage(rules: &mut Rules) -> Result<Stage, Error> {
    let grammars = Arc::new(mentions::Grammars(grammars(rules)?));
    Ok(Stage {
        name: "dates",
        about: "find dates and times, resolve them to ISO values, tell when the article was published",
        passes: vec![Box::new(Dates(grammars))],
    })
}

/// The language-free grammar, then one for each language.
fn grammars(rules: &mut Rules) -> Result<Vec<Grammar>, Error> {
    let files = rules.topic("dates");
    let languages: BTreeSet<_> = files.iter().filter_map(|f| f.language).collect();
    let shared = Shared::load(&files, rules)?;
    let mut grammars = vec![Grammar::load(None, &files, &shared, rules)?];
    for language in languages {
        grammars.push(Grammar::load(Some(language), &files, &shared, rules)?);
    }
    Ok(grammars)
}

/// Tells when the article was published, if the input does not; finds and resolves what the text says about time.
struct Dates(Arc<mentions::Grammars>);

impl Pass for Dates {
    fn look(&self, doc: &Document, found: &mut Found) {
        // A document that went through this stage already keeps what was found.
        if !doc.dates().is_empty() && doc.meta().published.value.is_some() {
            return;
        }
        let sightings = mentions::sight(&self.0, doc);
        let published = published::of(&self.0, doc, &sightings);
        if doc.dates().is_empty() {
            let known = mentions::Known::of(doc, published.as_ref().unwrap_or(&doc.meta().published));
            mentions::look(doc, &sightings, &known, found);
        }
        if let Some(published) = published {
            found.note(Note::Published(published));
        }
    }

    fn fires(&self, rule: RuleId, example: &str) -> Option<bool> {
        mentions::fires(&self.0, rule, example)
    }
}

#[cfg(test)]
mod tests {
    use crate::document::{DateMention, Document, Published};
    use crate::eval::marked::{dates_of, marks};
    use crate::language::Lang;
    use crate::pipeline::{Options, Pipeline};
    use crate::rules::Rules;

    fn pipeline() -> Pipeline {
        Pipeline::new(&Options { only: Some(vec!["dates".into()]), ..Options::default() }).unwrap()
    }

    fn refined(text: &str, lang: &str, date: Option<&str>) -> Document {
        let mut doc = Document::from_text(text.to_string());
        doc.meta.language = Lang::parse(lang);
        doc.meta.published.value = date.map(str::to_string);
        pipeline().refine(&mut doc).unwrap();
        doc
    }

    fn values(text: &str, lang: &str, date: Option<&str>) -> Vec<String> {
        let doc = refined(text, lang, date);
        let show = |d: &DateMention| format!("{}={}", &doc.text()[d.at.clone()], d.value.as_deref().unwrap_or("-"));
        doc.dates().iter().map(show).collect()
    }

    fn published(text: &str, lang: &str) -> Published {
        refined(text, lang, None).meta().published.clone()
    }

    #[test]
    fn the_patterns_of_every_language_fit_together() {
        let mut rules = Rules::load(None, &[]).unwrap();
        for grammar in super::grammars(&mut rules).unwrap() {
            assert_eq!(grammar.build().err(), None, "{:?}", grammar.language);
        }
    }

    #[test]
    fn every_example_of_every_rule_holds() {
        let pipeline = pipeline();
        let mut wrong = Vec::new();
        for (id, rule) in pipeline.rules().iter().filter(|(_, r)| r.id.starts_with("dates/")) {
            let fires = |example: &String| {
                pipeline.stages().iter().flat_map(|s| &s.passes).find_map(|p| p.fires(id, example)).unwrap_or(false)
            };
            wrong.extend(rule.drop.iter().filter(|e| !fires(e)).map(|e| format!("{} misses {e:?}", rule.id)));
            wrong.extend(rule.keep.iter().filter(|e| fires(e)).map(|e| format!("{} fires on {e:?}", rule.id)));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn the_page_on_dates_tells_the_truth() {
        let pipeline = pipeline();
        let page = include_str!("../../docs/dates.md");
        let (mut language, mut seen, mut wrong) = ("", 0, Vec::new());
        for line in page.lines() {
            if let Some(heading) = line.strip_prefix("## ") {
                language = heading.split('`').nth(1).unwrap_or_default();
            }
            let Some(example) = line
                .trim_end_matches(" |")
                .rsplit(" | ")
                .next()
                .filter(|e| language.len() == 2 && line.starts_with("| ") && *e != "example")
            else {
                continue;
            };
            let (text, marks) = marks(example);
            let found = dates_of(&pipeline, &text, language, Some("2019-02-12"));
            let said =
                |d: &DateMention, value: &str| d.value.as_deref() == Some(value) || d.edtf.as_deref() == Some(value);
            let right = found.len() == marks.len()
                && found
                    .iter()
                    .zip(&marks)
                    .all(|(d, m)| d.at.start < m.at.end && m.at.start < d.at.end && said(d, &m.value));
            seen += 1;
            if !right {
                let found: Vec<_> = found.iter().map(|d| (&text[d.at.clone()], d.value.as_deref())).collect();
                wrong.push(format!("{language}: {example}\n    {found:?}"));
            }
        }
        assert!(seen > 60, "the page has {seen} examples");
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn unresolved_dates_have_bounds() {
        let doc = refined("Il viendra jeudi, comme naguère.", "fr", Some("2023-05"));
        let bounds = |d: &DateMention| (d.earliest.clone().unwrap_or_default(), d.latest.clone().unwrap_or_default());
        let found: Vec<_> = doc.dates().iter().map(|d| (d.reason, bounds(d))).collect();
        assert_eq!(found[0], (Some("month-only"), ("2023-05-04".into(), "2023-06-01".into())));
        assert_eq!(found[1], (Some("vague"), (String::new(), "2023-05-31".into())));
    }

    #[test]
    fn a_span_is_told_as_one() {
        let doc = refined("Il fut maire de 2008 à 2014, puis préfet.", "fr", Some("2023-05-01"));
        let found: Vec<_> = doc.dates().iter().map(|d| (d.value.as_deref(), d.edtf.as_deref())).collect();
        assert_eq!(found, [(Some("2008"), Some("2008/2014")), (Some("2014"), Some("2008/2014"))]);
        let doc = refined("La feria será del 7 al 11 de mayo de 2018.", "es", Some("2018-03-01"));
        let found: Vec<_> = doc.dates().iter().map(|d| (d.value.as_deref(), d.edtf.as_deref())).collect();
        let span = Some("2018-05-07/2018-05-11");
        assert_eq!(found, [(Some("2018-05-07"), span), (Some("2018-05-11"), span)]);
        let doc = refined("The fair ran from 28 June to 3 July 2018.", "en", Some("2023-05-01"));
        let found: Vec<_> = doc.dates().iter().map(|d| d.value.as_deref()).collect();
        assert_eq!(found, [Some("2018-06-28"), Some("2018-07-03")]);
    }

    #[test]
    fn no_day_is_made_up() {
        assert_eq!(
            values("Le mois dernier, puis jeudi.", "fr", Some("2023-05")),
            ["Le mois dernier=2023-04", "jeudi=XXXX-WXX-4"]
        );
        assert_eq!(values("Il part mardi.", "fr", None), ["mardi=XXXX-WXX-2"]);
        assert_eq!(values("Le 31 février 2020", "fr", None).iter().filter(|v| v.contains("2020-02-31")).count(), 0);
    }

    #[test]
    fn dates_count_from_publication_or_from_the_text() {
        assert_eq!(values("Hier, le préfet a parlé.", "fr", Some("2021-03-01")), ["Hier=2021-02-28"]);
        assert_eq!(
            values(
                "Le vote a eu lieu le 12 mars 2021. Trois jours plus tard, tout a changé.",
                "fr",
                Some("2022-01-01")
            ),
            ["le 12 mars 2021=2021-03-12", "Trois jours plus tard=2021-03-15"]
        );
        assert_eq!(
            values("Le port a fermé le 4 mars 2021, soit deux jours avant la crue.", "fr", Some("2021-03-20")),
            ["le 4 mars 2021=2021-03-04", "deux jours avant=2021-03-04"]
        );
    }

    #[test]
    fn what_looks_like_a_date_is_left() {
        for text in [
            "La ville ouvre une seconde école.",
            "Les 1 700 salariés ont été payés.",
            "Un terrain de 5 hectares pour maintenir le club.",
        ] {
            assert_eq!(values(text, "fr", Some("2021-03-01")), Vec::<String>::new(), "{text}");
        }
        for text in ["They may march on.", "It came second."] {
            assert_eq!(values(text, "en", Some("2021-03-01")), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn digits_mean_what_their_order_says() {
        assert_eq!(values("2024-10-05", "en", None), ["2024-10-05=2024-10-05"]);
        assert_eq!(values("2023/12", "fr", None), ["2023/12=2023-12"]);
        assert_eq!(values("le 04/05/2023", "fr", None), ["le 04/05/2023=2023-05-04"]);
        let doc = refined("on 04/05/2023", "en", None);
        assert_eq!(doc.dates()[0].reason, Some("ambiguous"));
    }

    #[test]
    fn publication_is_read_where_the_text_says_it() {
        assert_eq!(published("date 2022-11 La mairie a voté le budget.", "fr").value.as_deref(), Some("2022-11"));
        assert_eq!(published("Publié le 3 mars 2020\nLa mairie a voté.", "fr").value.as_deref(), Some("2020-03-03"));
    }

    #[test]
    fn publication_is_inferred_to_the_month_at_most() {
        let text = "La ministre est venue les 7 et 8 mars derniers. Le projet date de novembre 2015.";
        let found = published(text, "fr");
        assert_eq!((found.value.as_deref(), found.earliest.as_deref()), (Some("2016-03"), Some("2016-03-08")));
        let found = published("Le pont, promis en mai 2014, est achevé.", "fr");
        assert_eq!((found.value, found.earliest.as_deref()), (None, Some("2014-05")));
        assert!(found.reason.is_some());
    }

    #[test]
    fn no_text_makes_it_slow() {
        let bait = [
            "trois jours plus tôt 2014 1 1 1 1 le la les un deux trois vingt et un mille ".repeat(2000),
            "7".repeat(1 << 20),
            "1/2/3.4-5:6 ".repeat(1 << 16),
            "mars ".repeat(1 << 17),
            "depuis entre de du le la fin du début de la mi-".repeat(1 << 13),
        ];
        for text in bait {
            let begun = std::time::Instant::now();
            let first: String = text.chars().take(24).collect();
            values(&text, "fr", Some("2021-03-01"));
            assert!(begun.elapsed().as_secs() < 20, "{first}");
        }
    }
}
