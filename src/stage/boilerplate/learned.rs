//! What a model has learned of the lines that no rule knows: `models/boilerplate/lines.bin`.
//!
//! It judges what the rules have kept, and what they have dropped without being sure, in two steps. The words and the form
//! of a line say how much it is like the furniture of pages ([`words`]); then small trees ([`forest`]) weigh that beside
//! what its neighbours are like and where it stands ([`place`]). Both are made by `cargo xtask train boilerplate` from
//! lines and articles written for tamis. Where the rules have found no furniture the text is taken to be clean.

use std::sync::{Arc, OnceLock};

use super::cues::{Cues, Heard, STRONG};
use super::shape::{self, Shape};
use crate::document::{Block, BlockKind, Document, Note};
use crate::error::Error;
use crate::language::Lang;
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::{Found, Pass};

pub mod forest;
pub mod headline;
pub mod place;
pub mod words;

use forest::Forest;
use place::{Line, Lines};
use words::Words;

/// How sure the model must be that a line is furniture, 0 to 1, for it to go …
const SURE: f32 = 0.81;
/// … where it stands above the headline …
const SURE_ABOVE: f32 = 0.78;
/// … and where it may be a heading, an item, or the headline itself.
const SURE_AMONG: f32 = 0.85;
/// … and how doubtful, for a line to come back that the rules have dropped.
const DOUBTFUL: f32 = 0.1;

/// Lines of furniture that the rules must have found in a text for the model to look for more.
const FURNITURE: usize = 2;
/// Lines from the top among which one may say when the article was published.
const HEAD: usize = 16;
/// Code points of the longest line that is a date.
const DATE: usize = 110;

/// Both steps, read where they lie.
///
/// # Format
///
/// `TLN3`, the number of languages (a byte) and their codes (two bytes each), the [`words`], the [`forest`], that of the
/// [`headline`].
#[derive(Debug)]
pub struct Model<'a> {
    /// Languages that it has learned.
    pub languages: Vec<Lang>,
    /// What words and form say.
    pub words: Words<'a>,
    /// What neighbours and place make of that.
    pub forest: Forest<'a>,
    /// Which line is the headline.
    pub headline: Forest<'a>,
}

impl<'a> Model<'a> {
    /// Reads a model; `None` when the bytes are none.
    pub fn new(bytes: &'a [u8]) -> Option<Model<'a>> {
        let (count, rest) = bytes.strip_prefix(b"TLN3")?.split_first()?;
        let (codes, rest) = rest.split_at_checked(2 * usize::from(*count))?;
        let language = |code: &[u8]| std::str::from_utf8(code).ok().and_then(Lang::parse);
        let languages = codes.chunks_exact(2).map(language).collect::<Option<_>>()?;
        let (words, rest) = Words::read(rest)?;
        let (forest, rest) = Forest::read(rest)?;
        let (headline, rest) = Forest::read(rest)?;
        rest.is_empty().then_some(Model { languages, words, forest, headline })
    }

    /// The model that the program carries.
    pub fn embedded() -> Option<&'static Model<'static>> {
        static MODEL: OnceLock<Option<Model>> = OnceLock::new();
        MODEL.get_or_init(|| Model::new(tamis_models::BOILERPLATE)).as_ref()
    }
}

/// The pass: drops lines that are furniture for certain, and takes back some that the rules have dropped.
pub struct Learned {
    cues: Arc<Cues>,
    open: Open,
    rule: RuleId,
}

impl Learned {
    /// Registers the rule of the pass.
    ///
    /// # Errors
    /// [`Error::Rules`] when its id is taken.
    pub fn new(rules: &mut Rules, cues: Arc<Cues>) -> Result<Learned, Error> {
        let about =
            "a line that by its words, form and place is furniture, or the article's after all, as a model has learned";
        let rule = Rule::new("boilerplate/learned", BlockKind::SelfPromo.name(), Class::Meaning, about);
        Ok(Learned { cues, open: Open::new(rules), rule: rules.add(rule)? })
    }
}

impl Pass for Learned {
    fn look(&self, doc: &Document, found: &mut Found) {
        let Some(model) = Model::embedded().filter(|m| m.languages.contains(&doc.language().0)) else { return };
        let blocks = doc.blocks();
        // Text without furniture is clean; on a page of HTML the markup has said what is inside.
        if !has_furniture(blocks) || blocks.iter().any(|b| b.markup.is_some()) {
            return;
        }
        let lines = lines(doc, &model.words);
        // A text of a few short lines says too little about any of them.
        if !lines.have_prose() {
            return;
        }
        let cues = self.cues.for_document(doc);
        for i in (0..blocks.len()).filter(|&i| self.open.is(&blocks[i], &lines.all()[i])) {
            let furniture = lines.furniture(i, &model.forest);
            if goes(&lines, i, furniture) != blocks[i].keep || stays(doc, i, cues) {
                continue;
            }
            let keep = !blocks[i].keep;
            let kind = if keep { BlockKind::Body } else { kind(blocks, &lines, i) };
            let confidence = if keep { 1.0 - furniture } else { furniture };
            if kind == BlockKind::Dateline {
                found.note(Note::Dateline(doc.block_text(&blocks[i]).trim().to_string()));
            }
            found.note(Note::Kind { block: i, kind, keep, rule: self.rule, confidence });
        }
    }
}

/// Whether a cue says that line `i` belongs to the article (a correction, a note on how it was made), or it is the row of a
/// table.
fn stays(doc: &Document, i: usize, cues: Heard) -> bool {
    let text = |i: usize| doc.blocks().get(i).map_or("", |b| doc.block_text(b));
    let bars = |i: usize| text(i).matches('|').count();
    let is_row = bars(i) >= 2 && (i > 0 && bars(i - 1) == bars(i) || bars(i + 1) == bars(i));
    is_row || Shape::new(text(i), cues).hit.is_some_and(|h| h.stays)
}

/// Whether line `i` goes that is furniture with this probability.
pub fn goes(lines: &Lines, i: usize, furniture: f32) -> bool {
    let line = &lines.all()[i];
    let (below_prose, above_prose) = lines.between(i);
    let may_head = !line.stop && !line.dated && (!below_prose || above_prose && lines.is_among_kept(i));
    let sure = match () {
        () if !line.keep => DOUBTFUL,
        () if lines.is_above_title(i) => SURE_ABOVE,
        // A heading.
        () if !line.stop && lines.is_above_paragraph(i) => return false,
        () if may_head || line.stop && line.odds < 0.0 => SURE_AMONG,
        () => SURE,
    };
    furniture >= sure
}

/// What the first step says of a line of so many code points: the logarithm of the odds that it is furniture, -8 to 8.
pub fn odds(line: &str, points: usize) -> f32 {
    Model::embedded().map_or(0.0, |model| model.words.odds(line, points))
}

/// The blocks of `doc` as the second step sees them.
pub fn lines(doc: &Document, words: &Words) -> Lines {
    let line = |block: &Block| {
        let text = doc.block_text(block).trim();
        let points = text.chars().count();
        Line {
            odds: words.odds(text, points),
            points,
            stop: shape::ends_like_a_sentence(text),
            item: shape::is_item(text),
            keep: block.keep,
            doubt: block.doubt,
            title: block.keep && block.kind == BlockKind::Title,
            dated: points <= DATE && is_dated(text),
        }
    };
    Lines::new(doc.blocks().iter().map(line).collect())
}

/// Whether the rules have dropped more than date, author and headline.
pub fn has_furniture(blocks: &[Block]) -> bool {
    use BlockKind as K;
    let is_furniture =
        |b: &&Block| !b.keep && !matches!(b.kind, K::Byline | K::Dateline | K::Tagline | K::Duplicate | K::Title);
    blocks.iter().filter(is_furniture).nth(FURNITURE - 1).is_some()
}

/// The rules that drop a line for its place alone.
const BY_PLACE: [&str; 4] = ["boilerplate/tail", "boilerplate/place", "boilerplate/card", "boilerplate/orphan"];

/// Which blocks the rules leave open.
#[derive(Clone, Debug)]
pub struct Open {
    by_place: Vec<RuleId>,
    cues: Vec<RuleId>,
    sites: Vec<RuleId>,
}

impl Open {
    /// As `rules` have it.
    pub fn new(rules: &Rules) -> Open {
        let of = |fits: fn(&str) -> bool| rules.iter().filter(|(_, r)| fits(&r.id)).map(|(id, _)| id).collect();
        let is_site = |id: &str| id.starts_with("boilerplate/site/");
        let is_cue = |id: &str| {
            id.strip_prefix("boilerplate/").is_some_and(|name| name.contains('/') && !name.starts_with("site/"))
        };
        Open { by_place: of(|id| BY_PLACE.contains(&id)), cues: of(is_cue), sites: of(is_site) }
    }

    /// Whether the rules have kept the block, and not as headline or standfirst, or dropped it for its place alone, or have
    /// found a cue in what is as long as a paragraph: articles tell of newsletters and cookies, too. What the rules of the
    /// site say holds.
    pub fn is(&self, block: &Block, line: &Line) -> bool {
        use BlockKind as K;
        match block.rule {
            Some(rule) if self.sites.contains(&rule) => false,
            _ if block.keep => !matches!(block.kind, K::Title | K::Subtitle | K::Table),
            Some(rule) if self.by_place.contains(&rule) => block.confidence < STRONG,
            Some(rule) => line.is_long() && words::is_looked_at(line.points) && self.cues.contains(&rule),
            None => false,
        }
    }
}

/// What the line probably is: a date above the article, what was dropped beside it, or else a thing of the site.
fn kind(blocks: &[Block], lines: &Lines, i: usize) -> BlockKind {
    if i < HEAD && lines.all()[i].dated {
        return BlockKind::Dateline;
    }
    use BlockKind as K;
    let spreads = |kind| {
        matches!(
            kind,
            K::Navigation
                | K::Related
                | K::Share
                | K::Follow
                | K::Newsletter
                | K::Subscribe
                | K::CommentForm
                | K::Advert
        )
    };
    let beside = [i.checked_sub(1), Some(i + 1)].into_iter().flatten().filter_map(|j| blocks.get(j));
    beside.filter(|b| !b.keep && spreads(b.kind)).map(|b| b.kind).next().unwrap_or(K::SelfPromo)
}

/// Whether a year stands in it, and a day or an hour.
fn is_dated(text: &str) -> bool {
    let figures = |len: usize| text.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() == len);
    figures(4) && (figures(2) || figures(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::{Options, Pipeline};

    #[test]
    fn the_embedded_model_is_whole() {
        assert!(Model::embedded().is_some());
        let bytes = tamis_models::BOILERPLATE;
        for end in [0, 3, 4, 8, 1000, 1 << words::BITS, bytes.len() - 1] {
            assert!(Model::new(&bytes[..end]).is_none(), "{end} bytes");
        }
    }

    const PARAGRAPHS: [&str; 2] = [
        "Le conseil municipal de Vernaz a voté lundi soir la rénovation du vieux lavoir, dont la toiture menaçait de tomber \
         depuis l'hiver. Les travaux, confiés à une entreprise de la vallée, dureront trois mois.",
        "La maire a rappelé que la source n'a jamais cessé de couler. Deux habitantes y lavent encore leurs draps au \
         printemps, et les enfants de l'école viennent y compter les tritons avec leur institutrice.",
    ];

    /// The lines of which the model thinks otherwise than the rules, on a page of these lines behind an article.
    fn judged(lines: &[&str]) -> (Vec<String>, String) {
        let text =
            format!("Le lavoir de Vernaz sera rénové\n\n{}\n\n{}\n", PARAGRAPHS.join("\n\n"), lines.join("\n\n"));
        let options = Options { only: Some(vec!["language".into(), "boilerplate".into()]), ..Options::default() };
        let pipeline = Pipeline::new(&options).unwrap();
        let mut doc = Document::from_text(text);
        pipeline.refine(&mut doc).unwrap();
        let learned = |rule| pipeline.rules().get(rule).id == "boilerplate/learned";
        let dropped = doc.ledger().iter().filter(|a| learned(a.edit.rule)).map(|a| a.before.trim().to_string());
        (dropped.collect(), doc.text().to_string())
    }

    /// What the rules know.
    const PAGE: [&str; 3] = ["Partager sur Facebook", "Inscrivez-vous à notre newsletter", "© Le Journal de Vernaz"];

    #[test]
    fn what_no_rule_knows_may_go_where_there_is_furniture() {
        let unknown = ["Offrez-vous le journal chez vous chaque matin : 15 euros par mois."];
        let (dropped, _) = judged(&[&PAGE[..1], &unknown, &PAGE[1..]].concat());
        assert_eq!(dropped, unknown);
        assert_eq!(judged(&unknown).0, Vec::<String>::new());
    }

    #[test]
    fn sentences_and_headings_of_the_article_stay() {
        let article = [
            "« On ne lave plus, mais on s'y retrouve », sourit Odette.",
            "Les travaux commencent le 3 mars.",
            "Le lavoir restera ouvert.",
            "1. La toiture",
            PARAGRAPHS[0],
        ];
        let (dropped, text) =
            judged(&[&article[..4], &["Elle durera cinquante ans, dit le couvreur."], &PAGE].concat());
        assert_eq!(dropped, Vec::<String>::new());
        assert!(article[..4].iter().all(|line| text.contains(line)), "{text}");
    }

    #[test]
    fn a_long_notice_does_not_come_back() {
        let notice = "Nous utilisons des cookies et des technologies semblables pour mesurer l'audience, personnaliser les \
            contenus et les publicités, et vous proposer des services adaptés à vos centres d'intérêt. Vous pouvez à tout moment \
            modifier vos choix ou retirer votre consentement en cliquant sur le lien en bas de page. Nos partenaires font de même.";
        let (_, text) = judged(&[&[notice][..], &PAGE].concat());
        assert!(notice.chars().count() > 240 && !text.contains("cookies"), "{text}");
    }

    #[test]
    fn a_headline_stands_below_the_head_of_the_page() {
        let page = [
            "::: LES AMIS DU LAVOIR ::: Le site de l'association de Vernaz :::",
            ">> Accueil >> Photos >> Livre d'or >> Liens",
            "Vous êtes le visiteur n° 001204",
            "Dernière mise à jour : 21/04/2004",
            "NOUVELLES",
            "ENFIN UN TOIT QUI TIENT !!!",
            "posté par odette le 12/03/2004",
        ];
        let page = [&page[..], &PARAGRAPHS, &PAGE[..2]].concat();
        let text = page.join("\n");
        let title = |disable: Vec<String>| {
            let only = Some(vec!["language".into(), "boilerplate".into()]);
            let pipeline = Pipeline::new(&Options { only, disable, ..Options::default() }).unwrap();
            let mut doc = Document::from_text(text.clone());
            pipeline.refine(&mut doc).unwrap();
            doc.title().map(|block| doc.block_text(block).to_string())
        };
        assert_eq!(title(Vec::new()).as_deref(), Some(page[5]));
        assert_ne!(title(vec!["boilerplate/headline".into()]).as_deref(), Some(page[5]));
    }

    #[test]
    #[allow(clippy::disallowed_methods)] // a rule file in a folder of the test
    fn the_rules_of_a_site_hold() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("sites")).unwrap();
        let rules = "domain = \"lavoir.example\"\n[[keep]]\npattern = 'gazette papier'\n";
        std::fs::write(folder.path().join("sites").join("lavoir.toml"), rules).unwrap();
        let options = Options {
            only: Some(vec!["language".into(), "boilerplate".into()]),
            rules: Some(folder.path().to_path_buf()),
            ..Options::default()
        };
        let line = "Notre gazette papier, six fois l'an chez vous pour 24 euros : bulletin de souscription à la mairie";
        let text = format!("Le lavoir sera rénové\n\n{}\n\n{line}\n\n{}\n", PARAGRAPHS.join("\n\n"), PAGE.join("\n\n"));
        let mut doc = Document::from_text(text);
        doc.meta.url = Some("https://lavoir.example/a".into());
        Pipeline::new(&options).unwrap().refine(&mut doc).unwrap();
        assert!(doc.text().contains(line), "{}", doc.text());
    }
}
