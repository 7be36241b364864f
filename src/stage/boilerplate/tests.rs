//! The stage as a whole: text in, what is kept and noted out.

use std::sync::Arc;

use super::cues::Cues;
use super::stage;
use crate::document::Document;
use crate::pipeline::{Options, Pipeline};
use crate::read::{Format, RawRecord};
use crate::rules::Rules;
use crate::survey::Survey;

fn pipeline() -> Pipeline {
    let only = Some(vec!["boilerplate".to_string()]);
    Pipeline::new(&Options { only, ..Options::default() }).unwrap()
}

fn clean(text: &str) -> Document {
    let mut doc = Document::from_text(text.to_string());
    pipeline().refine(&mut doc).unwrap();
    doc
}

const FERRY: &str = "The ferry to the island will not sail before the end of the month, the harbour master said on Tuesday, \
    since the new engine has been sent to a town of the same name on another coast.";
const BELL: &str = "The bell of the old school rings again, and the neighbours who had signed three letters against its \
    silence have now written a fourth one to the council.";

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

#[test]
fn the_head_gives_title_author_and_date_whatever_stands_around_them() {
    let heads = [
        "Menu News Sport Weather\nFerry stays in harbour\nBy Jane Marlowe\nUpdated 14 March 2024, 10:15",
        "14 March 2024 10:15 | Jane Marlowe | 2 min read\nFerry stays in harbour\nShare Tweet Print",
        "The Harbour Lantern\nServing the islands since 1904\nNews Sport Farming Deaths Notices\n11° | Light showers | Wind 4 | High tide\n\
         Ferry stays in harbour\nBy Jane Marlowe\n14 March 2024, 10:15",
        "Home / Region / Harbour\nFerry stays in harbour\nJANE MARLOWE\nThursday, 14 March 2024 at 10:15",
    ];
    for head in heads {
        let doc = clean(&format!("{head}\n\n{FERRY}\n\n{BELL}\n"));
        assert_eq!(doc.title().map(|b| doc.block_text(b)), Some("Ferry stays in harbour"), "{head}");
        assert_eq!(doc.meta().authors, ["Jane Marlowe"], "{head}");
        assert!(doc.meta().dateline.as_deref().is_some_and(|d| d.contains("14 March 2024")), "{head}");
        assert_eq!(doc.text(), format!("Ferry stays in harbour\n\n{FERRY}\n\n{BELL}"), "{head}");
    }
}

#[test]
fn promotion_in_the_middle_and_glued_to_a_sentence_goes() {
    let lines = [
        "Sign up for our free “Tideline” newsletter and never miss a tide.",
        "Abonnez-vous à notre chaîne WhatsApp pour ne rien manquer.",
        "Hol dir jetzt unsere kostenlose App aufs Handy!",
        "Подписывайтесь на наш телеграм-канал, чтобы ничего не пропустить!",
        "Bültenimize ücretsiz abone olun",
        "اشترك في نشرتنا البريدية المجانية",
    ];
    for line in lines {
        let doc = clean(&format!("Ferry stays in harbour\n\n{FERRY}\n\n{line}\n\n{BELL}\n"));
        assert_eq!(doc.text(), format!("Ferry stays in harbour\n\n{FERRY}\n\n{BELL}"), "{line}");
    }
    let doc = clean(&format!("Ferry stays in harbour\n\n{FERRY}Subscribe to our newsletter\n\n{BELL}\n"));
    assert_eq!(doc.text(), format!("Ferry stays in harbour\n\n{FERRY}\n\n{BELL}"));
}

#[test]
fn pointers_in_brackets_and_buttons_behind_the_last_sentence_go() {
    let (first, second) = FERRY.split_once(", the harbour master said").unwrap();
    let second = format!(", the harbour master said{second}");
    for aside in [
        "(Read also: The engine that went astray)",
        "[lire aussi : Un moteur se trompe de port]",
        "(Lesen Sie auch: Der Motor im falschen Hafen)",
        "(lea también: El motor que se fue a otra costa)",
        "(Read also: The engine that went astray) [Related: Two towns with one name]",
    ] {
        let doc = clean(&format!("Ferry stays in harbour\n\n{first} {aside}{second}\n\n{aside} {BELL}\n"));
        assert_eq!(doc.text(), format!("Ferry stays in harbour\n\n{FERRY}\n\n{BELL}"), "{aside}");
    }
    for button in ["Read more", "Lire la suite", "CZYTAJ WIĘCEJ", "Follow us on Facebook"] {
        let doc = clean(&format!("Ferry stays in harbour\n\n{FERRY} {button}\n\n{BELL}\n"));
        assert_eq!(doc.text(), format!("Ferry stays in harbour\n\n{FERRY}\n\n{BELL}"), "{button}");
    }
    for own in ["(see also page 12)", "[other]", "(the share of the island: 12 per cent)", "(PTI)"] {
        let text = format!("Ferry stays in harbour\n\n{first} {own}{second}\n\n{BELL} {own}");
        assert_eq!(clean(&text).text(), text, "{own}");
    }
}

#[test]
fn a_paragraph_that_breaks_off_stays_behind_a_caption() {
    let caption = "The ferry waits for its engine while the crew look on. Photo: Jane Marlowe";
    let end = "The council met on Friday and voted for the plan, despite doubts about its price. A letter to it ends: “Nothing hurries”";
    let text = |last: &str| format!("Ferry stays in harbour\n\n{FERRY}\n\n{BELL}\n\n{caption}\n\n{last}");
    assert!(clean(&text(end)).text().ends_with("“Nothing hurries”"));
    assert!(clean(&text("Ferry crew wait for their pay")).text().ends_with(BELL));
}

#[test]
fn cues_of_other_languages_are_not_looked_for() {
    let mut rules = Rules::load(None, &[]).unwrap();
    let cues = Cues::load(&mut rules).unwrap();
    let hears = |language: Option<&str>, line: &str| {
        let heard = cues.for_language(language.map(|l| crate::language::Lang::parse(l).unwrap()));
        heard.hit(&super::fold::line(line), line.chars().count(), false).is_some()
    };
    let (french, english) = ("Lire aussi : Un moteur se trompe de port", "Read also: The engine that went astray");
    assert!(hears(Some("fr"), french) && hears(Some("fr"), english));
    assert!(!hears(Some("de"), french) && hears(Some("de"), english));
    // A language without cues of its own, and a text without a language.
    assert!(hears(Some("cs"), french) && hears(None, french));
}

#[test]
fn a_sentence_above_a_credit_is_a_caption_where_it_stands_apart() {
    let caption = "The ferry waits for its engine.\nPhoto: Jane Marlowe";
    let doc = clean(&format!("Ferry stays in harbour\n\n{FERRY}\n\n{BELL}\n\n{caption}\n"));
    assert!(!doc.text().contains("waits"), "{}", doc.text());
    let doc = clean(&format!("Ferry stays in harbour\n{FERRY}\n{BELL}\n{caption}\n"));
    assert!(doc.text().contains("waits"), "{}", doc.text());
}

#[test]
fn the_article_may_speak_of_what_sites_offer() {
    let lines = [
        "The mayor's newsletter went to every household, but nobody subscribed to it a second time.",
        "« Abonnez-vous à la prudence », conseille la capitaine du bac.",
        "Eine App warnt die Fischer vor dem Sturm.",
        "Correction: an earlier version of this article gave the wrong harbour.",
    ];
    for line in lines {
        let doc = clean(&format!("Ferry stays in harbour\n\n{FERRY}\n\n{line}\n\n{BELL}\n"));
        assert!(doc.text().contains(line), "{line}");
    }
}

#[test]
fn the_name_of_the_site_leaves_the_headline() {
    let mut doc =
        Document::from_text(format!("{FERRY}\n\n{BELL}")).with_title("Ferry stays in harbour | Tideline Post");
    pipeline().refine(&mut doc).unwrap();
    assert_eq!(doc.title().map(|b| doc.block_text(b)), Some("Ferry stays in harbour"));
    assert_eq!(doc.meta().site.as_deref(), Some("Tideline Post"));
}

#[test]
fn lines_that_repeat_on_a_site_go_and_headings_stay() {
    let goats = ["goat", "swan", "bear", "hen", "fox", "owl"];
    let page = |n: usize| {
        let tale = format!(
            "A {0} was seen on the pier of {0}ville on day {n}, and the {0} did not say why it had come, nor did it pay the \
             fee of {0}ville, which every {0} knows to be two coins.",
            goats[n]
        );
        format!("The {} of the pier\n\n{tale}\n\nBackground\n\n{tale} Twice.\n\nEvery tide has two sides.", goats[n])
    };
    let mut survey = Survey::default();
    for n in 0..goats.len() {
        let text = page(n);
        let raw = RawRecord::new(&format!("{n}"), Format::Text, text.as_bytes());
        survey.add(&raw, &Document::from_text(text.clone()));
    }
    let with = pipeline().with_survey(Arc::new(survey));
    let text = page(2);
    let raw = RawRecord::new("2", Format::Text, text.as_bytes());
    let record = with.process(&raw).unwrap();
    assert!(!record.text.contains("two sides") && record.text.contains("Background"), "{}", record.text);
    assert!(record.removed.iter().any(|r| r.rule == "boilerplate/repeated"), "{:?}", record.removed);
    let without = pipeline().process(&raw).unwrap();
    assert!(without.text.contains("two sides"));
}

#[test]
fn a_path_a_rating_a_drawn_line_and_initials_are_of_the_page() {
    let doc = clean(&format!("Ferry stays in harbour\n\n{FERRY}\n\n{BELL}\n(kel)\n* * *\n★★★★☆ 4.3/5\n[ Read on ]\n"));
    assert_eq!(doc.text(), format!("Ferry stays in harbour\n\n{FERRY}\n\n{BELL}"));
}

#[test]
#[allow(clippy::disallowed_methods)] // a rule file in a folder of the test
fn weak_words_of_two_languages_do_not_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let weight = |languages: &[&str]| {
        for language in languages {
            let cue = "[[cue]]\nid = \"tarn\"\nkind = \"navigation\"\npattern = '^tarn news$'\nweight = 0.6\n";
            std::fs::create_dir_all(folder.path().join(language)).unwrap();
            std::fs::write(folder.path().join(language).join("boilerplate-tarn.toml"), cue).unwrap();
        }
        let mut rules = Rules::load(Some(folder.path()), &[]).unwrap();
        Cues::load(&mut rules).unwrap().for_language(None).hit("tarn news", 9, false).unwrap().weight
    };
    assert_eq!(weight(&["en"]), weight(&["de"]));
}

const TIDE: &str = "The tide tables of the harbour office, which every boat carries, now end in a year that nobody there had \
    thought of when they were bought.";

#[test]
fn headlines_of_other_articles_go_where_they_are_stacked() {
    let apart =
        "Baker of the year lives above a bank\nCouncil buys nine goats for the hill\nWhy the library has no door";
    let titled = |middle: &str| clean(&format!("Ferry stays in harbour\n\n{FERRY}\n\n{middle}\n\n{BELL}\n"));
    assert_eq!(titled(apart).text(), format!("Ferry stays in harbour\n\n{FERRY}\n\n{BELL}"));
    let kept = [
        // Words of the article: its main points.
        "Engine is still on the other coast\nHarbour master waits for the town\nFerry may sail next month",
        // One heading, a list that a heading announces, a list with signs.
        "Baker of the year lives above a bank",
        "What you should bring along\n- A lamp for the way down\n- Boots that are waterproof",
    ];
    for middle in kept {
        assert_eq!(
            clean(&format!("{FERRY}\n\n{middle}\n\n{BELL}\n")).text().matches(middle.lines().last().unwrap()).count(),
            1
        );
    }
    let announced = "Read also\n• Baker of the year\n• Council buys nine goats";
    assert_eq!(titled(announced).text(), format!("Ferry stays in harbour\n\n{FERRY}\n\n{BELL}"));
}

#[test]
fn a_heading_that_says_comments_is_one_where_nobody_signs() {
    let text = format!("Ferry stays in harbour\n\n{FERRY}\n\n{BELL}\n\n{TIDE}\n\nLeave a comment\n\n");
    let heading = clean(&format!("{text}{}\n\n{}\n", BELL.replace("bell", "horn"), FERRY.replace("ferry", "barge")));
    assert!(
        heading.text().contains("barge") && heading.text().contains("\n\nLeave a comment\n\n"),
        "{}",
        heading.text()
    );
    let signed = clean(&format!("{text}{}\n\nJane Marlowe\n\nReply\n", BELL.replace("bell", "horn")));
    assert!(!signed.text().contains("horn"), "{}", signed.text());
}

#[test]
fn a_table_between_bars_is_no_menu() {
    let table = "Boat | Seats | Price\n\nTern | 12 | 4 €\n\nGull | 30 | 3 €";
    let doc = clean(&format!("Ferry stays in harbour\n\n{FERRY}\n\n{table}\n\n{BELL}\n"));
    assert!(doc.text().contains(table), "{}", doc.text());
}

#[test]
fn what_is_said_of_the_author_at_the_end_goes() {
    let bio = "Jane Marlowe has written for the paper since the year of the flood and keeps two goats on the hill.";
    let head = "Ferry stays in harbour\nBy Jane Marlowe\n14 March 2024";
    for end in [bio.to_string(), format!("Jane Marlowe\n\n{}", bio.replace("Jane Marlowe", "She"))] {
        let doc = clean(&format!("{head}\n\n{FERRY}\n\n{BELL}\n\n{TIDE}\n\n{end}\n"));
        assert!(!doc.text().contains("goats"), "{}", doc.text());
        assert_eq!(doc.meta().authors, ["Jane Marlowe"]);
    }
    let told = clean(&format!("{head}\n\n{FERRY}\n\nJane Marlowe saw it all.\n\n{BELL}\n\n{TIDE}\n\n{bio}\n"));
    assert!(told.text().contains("goats"), "an article about her");
}

#[test]
fn a_headline_in_two_lines_is_one() {
    let doc =
        clean(&format!("Ferry stays in harbour until\nthe engine is back\nBy Jane Marlowe\n\n{FERRY}\n\n{BELL}\n"));
    assert_eq!(doc.title().map(|b| doc.block_text(b)), Some("Ferry stays in harbour until the engine is back"));
    let column = "The ferry to the island will not sail\nbefore the end of the month, the harbour\nmaster said on Tuesday, \
        since the new\nengine has been sent to a town of the\nsame name on another coast and no boat\nwill bring it back.";
    let columns: String =
        ["first", "second", "third", "fourth"].map(|n| format!("\n\nThe {n} tide:\n{column}")).concat();
    let narrow = clean(&format!("The ferry of the island stays in harbour until\nthe engine is back{columns}\n"));
    let title = narrow.title().map(|b| narrow.block_text(b));
    assert_eq!(title, Some("The ferry of the island stays in harbour until the engine is back"));
    assert!(narrow.text().contains(&column.replace('\n', " ")), "{}", narrow.text());
    let tagged = clean(&format!("Ferry stays in harbour until engine is back\nharbour engine\n\n{FERRY}\n\n{BELL}\n"));
    assert_eq!(tagged.title().map(|b| tagged.block_text(b)), Some("Ferry stays in harbour until engine is back"));
}

#[test]
fn a_box_with_an_offer_goes_as_a_whole() {
    let offer = "Newsletter\nThe Tideline\nWhat the sea brings, on Fridays\nSign up to our newsletter";
    let doc = clean(&format!("Ferry stays in harbour\n\n{FERRY}\n\n{offer}\n\n{BELL}\n"));
    assert_eq!(doc.text(), format!("Ferry stays in harbour\n\n{FERRY}\n\n{BELL}"));
    let list = "What the island needs\n- A newsletter of its own\n- Another engine";
    let doc = clean(&format!("Ferry stays in harbour\n\n{FERRY}\n\n{list}\n\n{BELL}\n"));
    assert!(doc.text().contains("What the island needs") && doc.text().contains("engine\n\n"), "{}", doc.text());
}

#[test]
fn what_stands_above_the_sections_of_a_page_is_its_name() {
    let doc = clean(&format!(
        "Harald Lantern\nNews\nSport\nWeather\nFerry stays in harbour\n\n{FERRY}\n\n214\nShare\n\n{BELL}\n"
    ));
    assert_eq!(doc.text(), format!("Ferry stays in harbour\n\n{FERRY}\n\n{BELL}"));
    assert!(doc.meta().authors.is_empty(), "{:?}", doc.meta().authors);
}

#[test]
fn what_only_looks_like_furniture_stays() {
    let head = "Ferry stays in harbour\nBy Jane Marlowe\n14 March 2024";
    let end = "Nobody knows.\n\nJane Marlowe\n\nDo the goats know?\n\nPeter Holm\n\nThey do not say.";
    let interview =
        format!("{head}\n\n{FERRY}\n\n{BELL}\n\n{TIDE}\n\nJane Marlowe\n\nWho knows?\n\nPeter Holm\n\n{end}\n");
    let verse = "O tide that never asks my name\nO bell that rang when no one came\n\n\
        O goat upon the windy hill\nO mayor who has paid no bill";
    let verse = format!("{head}\n\n{FERRY}\n\n{verse}\n\n{BELL}\n");
    let chapters = format!("{head}\n\n{FERRY}\n\n1\n\n{BELL}\n\n2\n\n{TIDE}\n\n1987\n\n{BELL} Again.\n");
    let told = "The engineer died in the night.\nHe was sixty and leaves two sons.\nSign up to our newsletter";
    let told = format!("{head}\n\n{FERRY}\n\n{told}\n\n{BELL}\n");
    for (text, kept) in [
        (&interview, "Do the goats know?"),
        (&verse, "O goat upon"),
        (&chapters, "\n\n1\n\n"),
        (&chapters, "1987"),
        (&told, "two sons"),
    ] {
        let doc = clean(text);
        assert!(doc.text().contains(kept), "{kept}: {}", doc.text());
    }
    let kicker = clean(&format!("Jane Marlowe\nOpinion\nFerry stays in harbour\n\n{FERRY}\n\n{BELL}\n"));
    assert_eq!(kicker.meta().authors, ["Jane Marlowe"]);
    let poem = format!(
        "the sea is wide and has no door\nand no one knows what it is for\nbut every tide\ncomes back once more\n\n{FERRY}\n"
    );
    assert!(clean(&poem).text().contains("door\n\nand"), "{}", clean(&poem).text());
}
