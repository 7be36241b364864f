//! `tamis search` and `tamis graph`: small questions to an output folder, by way of the SQLite file of [`crate::export`].

use std::path::{Path, PathBuf};

use console::style;
use rusqlite::types::Value;
use rusqlite::{Connection, Row};
use serde::Serialize;

use crate::cli::{Outcome, print};
use crate::error::Error;
use crate::export::sqlite;
use crate::partial_date::PartialDate;

/// Find articles by words, entity, date, language or site
///
/// The first time, and whenever records have changed, a file tamis.sqlite is made in the folder; it can be opened with any
/// SQLite tool. Accents and case do not matter; "words in quotes" stand together; a word that ends in * may go on.
#[derive(clap::Args)]
#[command(after_help = SEARCH_EXAMPLES)]
pub struct Search {
    /// A folder that tamis run wrote, or a database of tamis export sqlite
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Words that all must be there
    #[arg(value_name = "WORDS")]
    words: Vec<String>,
    /// Articles that name this entity: its id, or its name
    #[arg(long, value_name = "ID|NAME")]
    entity: Option<String>,
    /// Published on this day, month or year, or later
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Published on this day, month or year, or earlier
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// Language code
    #[arg(long, value_name = "CODE")]
    lang: Option<String>,
    /// Name of the site
    #[arg(long, value_name = "NAME")]
    site: Option<String>,
    /// How many are shown
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10)]
    limit: u32,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

const SEARCH_EXAMPLES: &str = "Examples:
  tamis search processed défense aérienne
  tamis search processed '\"bac électrique\" charge*' --from 2024 --lang fr
  tamis search processed --entity Q813 --json";

/// Show who is named with a person, place or organisation
///
/// The weight of a neighbour is the number of sentences that name both, and a fifth for each article that does.
#[derive(clap::Args)]
#[command(after_help = GRAPH_EXAMPLES)]
pub struct Neighbours {
    /// A folder that tamis run wrote, or a database of tamis export sqlite
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The id of an entity, or its name
    #[arg(value_name = "ENTITY")]
    entity: String,
    /// How many are shown
    #[arg(short = 'n', long, value_name = "N", default_value_t = 15)]
    limit: u32,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

const GRAPH_EXAMPLES: &str = "Examples:
  tamis graph processed Q813
  tamis graph processed \"Odile Verdan\"";

#[derive(Serialize)]
struct Hit {
    id: String,
    title: Option<String>,
    published: Option<String>,
    site: Option<String>,
    language: String,
    url: Option<String>,
    snippet: String,
}

#[derive(Serialize)]
struct Neighbour {
    id: String,
    name: String,
    #[serde(rename = "type")]
    kind: String,
    sentences: u32,
    articles: u32,
    weight: f64,
}

/// Marks of a hit in a snippet, which no text holds.
const OPEN: char = '\u{1}';
const CLOSE: char = '\u{2}';

pub fn search(arguments: &Search) -> Result<Outcome, Error> {
    let database = sqlite::of_folder(&arguments.folder)?;
    let wrong = |e: rusqlite::Error| sqlite::failed(&arguments.folder, &e);
    let words = query(&arguments.words.join(" "));
    let mut conditions = Vec::new();
    let mut values: Vec<Value> = Vec::new();
    let mut put = |condition: &str, value: String| {
        values.push(value.into());
        conditions.push(condition.replace('?', &format!("?{}", values.len())));
    };
    let (snippet, order, joined) = if words.is_empty() {
        ("substr(a.text, 1, 160)".to_string(), "a.published_day DESC, a.number", "articles a")
    } else {
        put("search MATCH ?", words);
        let joined = "search JOIN articles a ON a.number = search.rowid";
        (format!("snippet(search, -1, '{OPEN}', '{CLOSE}', '…', 24)"), "bm25(search, 4.0, 2.0, 1.0), a.number", joined)
    };
    if let Some(entity) = &arguments.entity {
        let found = entity_of(&database, entity, &arguments.folder)?;
        put("a.number IN (SELECT article FROM mentions WHERE entity = ?)", found.id);
    }
    for (date, condition, first) in
        [(&arguments.from, "a.published_day >= ?", true), (&arguments.to, "a.published_day <= ?", false)]
    {
        if let Some(date) = date {
            let day = PartialDate::parse(date)
                .ok_or_else(|| Error::Usage(format!("{date} is no date; write it as 2024, 2024-03 or 2024-03-14")))?;
            put(condition, if first { day.first_day() } else { day.last_day() }.to_string());
        }
    }
    if let Some(language) = &arguments.lang {
        put("a.language = ?", language.clone());
    }
    if let Some(site) = &arguments.site {
        put("a.site = ? COLLATE NOCASE", site.clone());
    }
    let filter = if conditions.is_empty() { "1".to_string() } else { conditions.join(" AND ") };
    let limit = arguments.limit;
    let sql = format!(
        "SELECT a.id, a.title, a.published, a.site, a.language, a.url, {snippet} FROM {joined} WHERE {filter} ORDER BY {order} LIMIT {limit}"
    );
    let mut statement = database.prepare(&sql).map_err(wrong)?;
    let read = |row: &Row| {
        Ok(Hit {
            id: row.get(0)?,
            title: row.get(1)?,
            published: row.get(2)?,
            site: row.get(3)?,
            language: row.get(4)?,
            url: row.get(5)?,
            snippet: row.get(6)?,
        })
    };
    let hits = statement.query_map(rusqlite::params_from_iter(values), read).map_err(wrong)?;
    let hits = hits.collect::<Result<Vec<_>, _>>().map_err(wrong)?;
    if arguments.json {
        let bare = |hit: Hit| Hit { snippet: hit.snippet.replace([OPEN, CLOSE], ""), ..hit };
        return print(&lines(hits.into_iter().map(bare)));
    }
    let mut out = String::new();
    for hit in &hits {
        let title = hit.title.as_deref().unwrap_or("(no title)");
        let facts = [hit.published.as_deref(), hit.site.as_deref(), Some(&hit.language), Some(&hit.id)];
        let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        out += &format!("{}\n{}\n", style(harmless(title)).bold(), style(harmless(&facts)).dim());
        out += &format!("{}\n\n", highlighted(&hit.snippet));
    }
    let shown = hits.len();
    out += &match shown {
        0 => "nothing found\n".to_string(),
        _ if shown as u64 == u64::from(limit) => format!("the first {shown}; more with -n\n"),
        _ => format!("{shown} found\n"),
    };
    print(&out)
}

pub fn graph(arguments: &Neighbours) -> Result<Outcome, Error> {
    let database = sqlite::of_folder(&arguments.folder)?;
    let wrong = |e: rusqlite::Error| sqlite::failed(&arguments.folder, &e);
    let centre = entity_of(&database, &arguments.entity, &arguments.folder)?;
    let sql = "SELECT e.id, e.name, e.type, c.sentences, c.articles, c.weight FROM co_occurs c JOIN entities e ON e.id = c.other \
               WHERE c.entity = ?1 ORDER BY c.weight DESC, e.id LIMIT ?2";
    let mut statement = database.prepare(sql).map_err(wrong)?;
    let read = |row: &Row| {
        Ok(Neighbour {
            id: row.get(0)?,
            name: row.get(1)?,
            kind: row.get(2)?,
            sentences: row.get(3)?,
            articles: row.get(4)?,
            weight: row.get(5)?,
        })
    };
    let found = statement.query_map(rusqlite::params![centre.id, arguments.limit], read).map_err(wrong)?;
    let found = found.collect::<Result<Vec<_>, _>>().map_err(wrong)?;
    if arguments.json {
        return print(&lines(found.into_iter()));
    }
    let facts = format!("{} · {} · {} articles", centre.kind, centre.id, centre.articles);
    let mut out = format!("{}  {}\n\n", style(harmless(&centre.name)).bold(), style(harmless(&facts)).dim());
    let widest = found.iter().map(|n| console::measure_text_width(&n.name)).max().unwrap_or(0).min(40);
    out += &format!(
        "{}  type   weight  sentences  articles  id\n",
        console::pad_str("named with", widest, console::Alignment::Left, None)
    );
    for n in &found {
        let name = harmless(&n.name);
        let name = console::pad_str(&name, widest, console::Alignment::Left, Some("…"));
        out += &format!(
            "{name}  {:<5} {:>7.1}  {:>9}  {:>8}  {}\n",
            n.kind,
            n.weight,
            n.sentences,
            n.articles,
            harmless(&n.id)
        );
    }
    print(&out)
}

struct Centre {
    id: String,
    name: String,
    kind: String,
    articles: u32,
}

/// The entity with this id, or else with this name, whatever its case; the one that most articles name.
fn entity_of(database: &Connection, asked: &str, folder: &Path) -> Result<Centre, Error> {
    let read = |row: &Row| Ok(Centre { id: row.get(0)?, name: row.get(1)?, kind: row.get(2)?, articles: row.get(3)? });
    let sql = "SELECT id, name, type, articles FROM entities";
    let all = || -> Result<Vec<Centre>, rusqlite::Error> { database.prepare(sql)?.query_map([], read)?.collect() };
    let mut all = all().map_err(|e| sqlite::failed(folder, &e))?;
    if let Some(at) = all.iter().position(|c| c.id == asked) {
        return Ok(all.swap_remove(at));
    }
    let wanted = folded(asked);
    all.retain(|c| folded(&c.name).contains(&wanted));
    // A whole name comes before a part of one, then what is named more.
    all.sort_by_key(|c| (folded(&c.name) != wanted, std::cmp::Reverse(c.articles)));
    if all.is_empty() {
        return Err(Error::Usage(format!("no article names {asked}; try a part of the name, or an id such as Q813")));
    }
    Ok(all.swap_remove(0))
}

/// Lower case, without accents.
fn folded(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    use unicode_normalization::char::is_combining_mark;
    text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// What a person typed as a query of FTS5: every word is quoted, so that nothing in it is an operator.
fn query(typed: &str) -> String {
    let mut terms = Vec::new();
    for (n, part) in typed.split('"').enumerate() {
        if n % 2 == 1 {
            terms.push(format!("\"{}\"", part.trim()));
            continue;
        }
        for word in part.split_whitespace() {
            let (stem, star) = word.strip_suffix('*').map_or((word, ""), |stem| (stem, "*"));
            terms.push(format!("\"{stem}\"{star}"));
        }
    }
    terms.retain(|t| t.contains(char::is_alphanumeric));
    terms.join(" ")
}

fn lines(values: impl Iterator<Item = impl Serialize>) -> String {
    values.filter_map(|v| serde_json::to_string(&v).ok()).fold(String::new(), |all, line| all + &line + "\n")
}

/// Text that no terminal acts on.
fn harmless(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { ' ' } else { c }).filter(|c| !c.is_control()).collect()
}

fn highlighted(snippet: &str) -> String {
    let mut out = String::new();
    for (n, part) in snippet.split([OPEN, CLOSE]).enumerate() {
        let part = harmless(part);
        out += &if n % 2 == 1 { style(part).bold().yellow().to_string() } else { part };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_typed_is_an_operator() {
        assert_eq!(query("défense aérienne"), "\"défense\" \"aérienne\"");
        assert_eq!(query("\"bac électrique\" charg* NOT -x"), "\"bac électrique\" \"charg\"* \"NOT\" \"-x\"");
        assert_eq!(query("\" ( ) :"), "");
    }
}
