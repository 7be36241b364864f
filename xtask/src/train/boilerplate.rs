//! Trains the model of lines that are no part of an article (`models/boilerplate/lines.bin`; what is in the file says
//! `src/stage/boilerplate/learned.rs`).
//!
//! The first step learns from single lines, from the examples of the rules and from the lines of whole articles. The second
//! learns from whole articles as the rules leave them; there the first step must not have seen the article, so it is trained
//! once for each fold. What the folds say of articles that neither step has seen is printed.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use tamis::rules::Rules;
use tamis::stage::boilerplate::RULED;
use tamis::stage::boilerplate::cues::Cues;
use tamis::stage::boilerplate::learned::forest::Forest;
use tamis::stage::boilerplate::learned::place::{self, Lines};
use tamis::stage::boilerplate::learned::{self, Model, Open, words};
use tamis::{Document, Options, Pipeline};

mod headlines;
mod linear;
mod trees;

use linear::Example;

/// What `cargo xtask train boilerplate` is told.
#[derive(clap::Args)]
pub struct Arguments {
    /// Folders of articles, parted by empty rows. A row is a sign, a tab and a line; `t` is the headline, `k` stays,
    /// `d` goes, of `?` readers differ, `-` is empty
    #[arg(long, default_value = "models/boilerplate/articles")]
    articles: Vec<PathBuf>,
    /// Folders of the upper parts of pages, written the same way: headlines and words are learned from them, not what goes
    #[arg(long, default_value = "models/boilerplate/heads")]
    heads: Vec<PathBuf>,
    /// Folder of single lines: `d` or `k`, a tab, the line
    #[arg(long, default_value = "models/boilerplate/lines")]
    lines: PathBuf,
    /// Folder of sentences that are no furniture; what marks names in them is left out
    #[arg(long, default_value = "models/entities/text/labelled")]
    sentences: PathBuf,
    /// Articles that are only judged, as those of `--articles`
    #[arg(long)]
    check: Vec<PathBuf>,
    /// Parts of the articles of which each is judged by a model that was trained on the others
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u8).range(2..))]
    folds: u8,
    /// Trees
    #[arg(long, default_value_t = 300)]
    trees: usize,
    /// Leaves of each
    #[arg(long, default_value_t = 12)]
    leaves: usize,
    /// Print the lines of `--check` that the model judges wrongly
    #[arg(long)]
    show: bool,
    /// File that the model is written to
    #[arg(long, default_value = "models/boilerplate/lines.bin")]
    out: PathBuf,
}

/// An article as the rules leave it.
struct Article {
    lines: Vec<Line>,
    /// The rules have found furniture, so that the model is asked.
    asked: bool,
    /// It goes on to the end of the page, so that what is seen around a line holds.
    is_whole: bool,
}

struct Line {
    text: String,
    seen: place::Line,
    is_open: bool,
    /// Whether it is furniture; `None` where readers differ.
    gold: Option<bool>,
}

/// Trains the model and writes it.
///
/// # Errors
/// A file that cannot be read or written.
pub fn make(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let options = Options {
        only: Some(["encoding", "language", "boilerplate"].map(String::from).to_vec()),
        // What the program knows of headlines is not to decide what it learns.
        disable: vec!["boilerplate/headline".into()],
        ..Options::default()
    };
    let pipeline = Pipeline::new(&options)?;
    let read = |folders: &[PathBuf]| -> Result<Vec<Article>, Box<dyn Error>> {
        let mut articles = Vec::new();
        for folder in folders {
            articles.extend(read_articles(&pipeline, folder)?);
        }
        Ok(articles)
    };
    let cues = Cues::load(&mut Rules::load(None, &[])?)?;
    let read_pages = |folders: &[PathBuf]| headlines::read(&pipeline, &tables_of(folders)?);
    let mut pages = read_pages(&arguments.articles)?;
    pages.extend(read_pages(&arguments.heads)?);
    let mut articles = read(&arguments.articles)?;
    let heads = read(&arguments.heads)?.into_iter().map(|head| Article { is_whole: false, ..head });
    articles.extend(heads);
    let mut single = read_lines(&arguments.lines)?;
    single.extend(read_sentences(&arguments.sentences)?);
    for (_, rule) in pipeline.rules().iter().filter(|(_, r)| r.id.starts_with("boilerplate/")) {
        let examples = rule.drop.iter().map(|e| (e, true)).chain(rule.keep.iter().map(|e| (e, false)));
        let examples = examples.filter(|(line, _)| words::is_looked_at(line.chars().count()));
        single.extend(examples.map(|(line, gold)| Example::new(line, gold, 0.5)));
    }
    println!("{} articles and heads of articles, {} single lines", articles.len(), single.len());

    let mut headlines = headlines::Tally::default();
    let mut seen_headlines = Vec::new();
    let folds = usize::from(arguments.folds);
    let fold = |n: usize| n % folds;
    for of in 0..folds {
        let others = articles.iter().enumerate().filter(|(n, _)| fold(*n) != of).flat_map(|(_, a)| a.examples());
        let all: Vec<Example> = single.iter().cloned().chain(others).collect();
        let weights = linear::train(&all);
        let bytes = weights.to_bytes();
        let (model, _) = words::Words::read(&bytes).ok_or("no model")?;
        for article in articles.iter_mut().enumerate().filter(|(n, _)| fold(*n) == of).map(|(_, a)| a) {
            article.ask(&model);
        }
        seen_headlines.extend((0..pages.len()).filter(|n| fold(*n) == of).map(|n| (n, pages[n].seen(&cues, &model))));
    }
    seen_headlines.sort_by_key(|s| s.0);
    let grow_headline = |without: Option<usize>| {
        let of = seen_headlines.iter().filter(|(n, _)| Some(fold(*n)) != without);
        let rows: Vec<_> = of.flat_map(|(_, seen)| seen.iter().cloned()).collect();
        trees::grow(&rows, arguments.trees, arguments.leaves)
    };
    for of in 0..folds {
        let bytes = grow_headline(Some(of));
        let (forest, _) = Forest::read(&bytes).ok_or("no trees")?;
        seen_headlines.iter().filter(|(n, _)| fold(*n) == of).for_each(|(_, seen)| headlines.add(seen, &forest));
    }
    println!("articles of other folds: {headlines}");
    let grow = |without: Option<usize>| {
        let of = articles.iter().enumerate().filter(|(n, a)| a.is_whole && Some(fold(*n)) != without);
        let rows: Vec<_> = of.flat_map(|(_, a)| a.rows()).map(|row| vec![row]).collect();
        trees::grow(&rows, arguments.trees, arguments.leaves)
    };
    let mut judged = vec![Vec::new(); articles.len()];
    for of in 0..folds {
        let bytes = grow(Some(of));
        let (forest, _) = Forest::read(&bytes).ok_or("no trees")?;
        for n in (0..articles.len()).filter(|n| fold(*n) == of) {
            judged[n] = articles[n].judged(&forest);
        }
    }
    report("articles of other folds", &articles, &judged);
    let all: Vec<Example> = single.iter().cloned().chain(articles.iter().flat_map(Article::examples)).collect();
    let mut bytes = b"TLN3".to_vec();
    let languages = files(&arguments.lines, "tsv")?;
    bytes.push(u8::try_from(languages.len())?);
    for language in &languages {
        let code =
            language.file_stem().and_then(|s| s.to_str()).filter(|s| s.len() == 2).ok_or("no code of a language")?;
        bytes.extend(code.bytes());
    }
    bytes.extend(linear::train(&all).to_bytes());
    bytes.extend(grow(None));
    bytes.extend(grow_headline(None));
    let mut unseen = read(&arguments.check)?;
    if !unseen.is_empty() {
        let model = Model::new(&bytes).ok_or("no model")?;
        unseen.iter_mut().for_each(|a| a.ask(&model.words));
        let judged: Vec<_> = unseen.iter().map(|a| a.judged(&model.forest)).collect();
        report("articles to check", &unseen, &judged);
        let mut headlines = headlines::Tally::default();
        for page in read_pages(&arguments.check)? {
            headlines.add(&page.seen(&cues, &model.words), &model.headline);
        }
        println!("articles to check: {headlines}");
        let lines = unseen.iter().zip(&judged).flat_map(|(a, judged)| a.lines.iter().zip(judged));
        for (line, furniture) in
            lines.filter(|(l, p)| arguments.show && l.is_open && l.gold.is_some_and(|g| g != (**p > 0.5)))
        {
            println!("{furniture:.2} {:.1} {}", line.seen.odds, line.text);
        }
    }
    fs::write(&arguments.out, &bytes)?;
    println!("{}: {} bytes, {}", arguments.out.display(), bytes.len(), blake3::hash(&bytes));
    Ok(())
}

/// What the rules and the model make of articles, line by line.
fn report(of: &str, articles: &[Article], judged: &[Vec<f32>]) {
    let mut rules = Tally::default();
    let mut all = Tally::default();
    for (article, judged) in articles.iter().zip(judged).filter(|(a, _)| a.is_whole) {
        let seen = article.seen();
        for (i, line) in article.lines.iter().enumerate() {
            let Some(gold) = line.gold else { continue };
            rules.add(!line.seen.keep, gold);
            all.add(
                if line.is_open && article.asked && seen.have_prose() {
                    learned::goes(&seen, i, judged[i])
                } else {
                    !line.seen.keep
                },
                gold,
            );
        }
    }
    println!("{of}: rules alone {rules}; with the model {all}");
}

/// Lines by what became of them.
#[derive(Default)]
struct Tally {
    right: usize,
    lost: usize,
    left: usize,
}

impl Tally {
    fn add(&mut self, goes: bool, gold: bool) {
        match (goes, gold) {
            (true, true) => self.right += 1,
            (true, false) => self.lost += 1,
            (false, true) => self.left += 1,
            (false, false) => {}
        }
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let f1 = 2.0 * self.right as f64 / (2 * self.right + self.lost + self.left) as f64;
        write!(f, "F1 {f1:.3}, {} lost, {} left", self.lost, self.left)
    }
}

impl Article {
    /// Its lines for the first step.
    fn examples(&self) -> impl Iterator<Item = Example> {
        let known = self.lines.iter().filter(|l| words::is_looked_at(l.seen.points));
        known.filter_map(|l| Some(Example::new(&l.text, l.gold?, 1.0)))
    }

    /// Its lines for the second step.
    fn seen(&self) -> Lines {
        Lines::new(self.lines.iter().map(|l| l.seen).collect())
    }

    /// Has the first step judge its lines.
    fn ask(&mut self, model: &words::Words) {
        self.lines.iter_mut().for_each(|l| l.seen.odds = model.odds(&l.text, l.seen.points));
    }

    /// What the second step sees of the lines that the rules leave open and readers agree on.
    fn rows(&self) -> Vec<trees::Row<{ place::SEEN }>> {
        let seen = self.seen();
        let open = self.lines.iter().enumerate().filter(|(_, l)| l.is_open);
        open.filter_map(|(i, l)| Some((seen.seen(i), l.gold?))).collect()
    }

    /// What the trees say of each line.
    fn judged(&self, forest: &Forest) -> Vec<f32> {
        let seen = self.seen();
        (0..self.lines.len()).map(|i| seen.furniture(i, forest)).collect()
    }
}

/// The files of a folder with this extension, by name.
fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
    paths.retain(|p| p.extension().is_some_and(|e| e == extension));
    paths.sort();
    Ok(paths)
}

/// The rows of all tables of a folder, file by file.
fn tables(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    Ok(files(folder, "tsv")?.iter().map(fs::read_to_string).collect::<Result<_, _>>()?)
}

/// The rows of all tables of several folders.
fn tables_of(folders: &[PathBuf]) -> Result<Vec<String>, Box<dyn Error>> {
    Ok(folders.iter().map(|f| tables(f)).collect::<Result<Vec<_>, _>>()?.concat())
}

fn read_articles(pipeline: &Pipeline, folder: &Path) -> Result<Vec<Article>, Box<dyn Error>> {
    let tables = tables(folder)?;
    tables.iter().flat_map(|table| table.split("\n\n")).map(|rows| read_article(pipeline, rows)).collect()
}

fn read_article(pipeline: &Pipeline, rows: &str) -> Result<Article, Box<dyn Error>> {
    let (mut text, mut gold) = (String::new(), Vec::new());
    for row in rows.lines() {
        let (sign, line) = row.split_once('\t').ok_or_else(|| format!("no tab in {row:?}"))?;
        text += line;
        text.push('\n');
        gold.push((
            letters(line),
            match sign {
                "d" => Some(true),
                "k" | "t" => Some(false),
                "?" | "-" => None,
                _ => return Err(format!("no sign in {row:?}").into()),
            },
        ));
    }
    gold.retain(|(line, _)| !line.is_empty());
    let doc = refined(pipeline, text, RULED)?;
    let nothing = vec![0; 4 + (1 << words::BITS)];
    let (blank, _) = words::Words::read(&nothing).ok_or("no model")?;
    let seen = learned::lines(&doc, &blank);
    let open = Open::new(pipeline.rules());
    let line = |(block, seen): (&tamis::document::Block, place::Line)| {
        let text = doc.block_text(block).trim().to_string();
        let own = letters(&text);
        // A paragraph may be joined of several lines, or shortened.
        let same = gold.iter().find(|(line, _)| *line == own);
        let part = || gold.iter().find(|(line, _)| own.contains(line.as_str()) || line.contains(own.as_str()));
        let gold = if own.is_empty() { None } else { same.or_else(part).and_then(|g| g.1) };
        Line { is_open: open.is(block, &seen), text, seen, gold }
    };
    let lines: Vec<Line> = doc.blocks().iter().zip(seen.all().iter().copied()).map(line).collect();
    let asked = learned::has_furniture(doc.blocks());
    Ok(Article { lines, asked, is_whole: true })
}

/// A text as so many passes of the stage leave it.
fn refined(pipeline: &Pipeline, text: String, passes: usize) -> Result<Document, Box<dyn Error>> {
    let mut doc = Document::from_text(text);
    pipeline.refine_by(0, &mut doc).map_err(|r| r.to_string())?;
    pipeline.refine_by(1, &mut doc).map_err(|r| r.to_string())?;
    pipeline.refine_in_part(2, passes, &mut doc).map_err(|r| r.to_string())?;
    Ok(doc)
}

/// The letters and digits of a line, by which it is found again.
fn letters(line: &str) -> String {
    line.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn read_lines(folder: &Path) -> Result<Vec<Example>, Box<dyn Error>> {
    let mut examples = Vec::new();
    for table in tables(folder)? {
        for row in table.lines() {
            let (label, line) = row.split_once('\t').ok_or_else(|| format!("no tab in {row:?}"))?;
            if words::is_looked_at(line.chars().count()) {
                examples.push(Example::new(line, label == "d", 1.0));
            }
        }
    }
    Ok(examples)
}

fn read_sentences(folder: &Path) -> Result<Vec<Example>, Box<dyn Error>> {
    let mut examples = Vec::new();
    for path in files(folder, "txt")? {
        for line in fs::read_to_string(&path)?.lines() {
            let plain =
                ["[PER ", "[LOC ", "[ORG ", "]"].iter().fold(line.to_string(), |line, mark| line.replace(mark, ""));
            if words::is_looked_at(plain.chars().count()) {
                examples.push(Example::new(&plain, false, 1.0));
            }
        }
    }
    Ok(examples)
}
