//! One page about an output folder that needs nothing else, no network and no server: what went in and came out, when and
//! about whom, what was taken out and changed, and the articles themselves with all of that in its place.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde_json::Value;

use crate::error::Error;
use crate::explain::html::escape;
use crate::export::graph::{Node, Together};
use crate::export::{each_batch, record_files};
use crate::write::record::Record;

pub mod charts;
pub mod gather;
pub mod layout;

use gather::Archive;

/// Names in the table of who is named most.
const NAMES: usize = 60;
/// Nodes of the drawn graph.
const NODES: usize = 70;
/// Edges of the drawn graph.
const EDGES: usize = 260;
/// Width of a letter and height of a line of a label, about.
const LETTER: f64 = 6.5;
const LINE: f64 = 14.0;
/// Documents without a record that the page lists.
const REJECTS: usize = 200;

/// What the report says beside what is in the records.
#[derive(Default)]
struct Rejects {
    by_reason: BTreeMap<String, u64>,
    first: Vec<(String, String, String)>,
}

/// The page about the output folder `folder`.
///
/// # Errors
/// [`Error::Io`], and [`Error::Usage`] where there are no records or a line is none.
pub fn page(folder: &Path) -> Result<String, Error> {
    let mut archive = Archive::default();
    each_batch(&record_files(&[folder.to_path_buf()])?, &mut |batch| {
        let lines = batch.lines();
        let first = archive.articles;
        let size = lines.len().div_ceil(rayon::current_num_threads() * 2).max(1);
        let parts = lines.par_chunks(size).enumerate().map(|(n, part)| {
            let mut all = Archive::default();
            for (i, (number, line)) in part.iter().enumerate() {
                let article = batch.parse(*number, line)?;
                let record: Record = serde_json::from_slice(line).map_err(|e| batch.no_record(*number, &e))?;
                all.add(first + (n * size + i) as u64, &article, &record);
            }
            Ok(all)
        });
        for part in parts.collect::<Result<Vec<_>, Error>>()? {
            archive.append(part);
        }
        Ok(())
    })?;
    let rejects = rejects(&folder.join("rejects"))?;
    Ok(html(folder, archive, &rejects))
}

fn rejects(folder: &Path) -> Result<Rejects, Error> {
    let mut all = Rejects::default();
    if !folder.is_dir() {
        return Ok(all);
    }
    let entries = std::fs::read_dir(folder).map_err(|e| Error::io(folder, "read", e))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    files.sort();
    for file in files {
        let text = std::fs::read_to_string(&file).map_err(|e| Error::io(&file, "read", e))?;
        for reject in text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
            let field = |name: &str| reject.get(name).and_then(Value::as_str).unwrap_or_default().to_string();
            let place = format!("{}, record {}", field("path"), reject.get("record").unwrap_or(&Value::Null));
            *all.by_reason.entry(field("reason")).or_default() += 1;
            if all.first.len() < REJECTS {
                all.first.push((place, field("reason"), format!("{} {}", field("detail"), field("advice"))));
            }
        }
    }
    Ok(all)
}

fn html(folder: &Path, mut archive: Archive, rejects: &Rejects) -> String {
    let listed = archive.listed();
    let opened = listed.iter().filter(|a| a.opens()).count();
    let rejected: u64 = rejects.by_reason.values().sum();
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n\
         <title>tamis: {name}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header><h1>{name}</h1><p class=\"numbers\"><b>{articles}</b> articles <b>{rejected}</b> rejected <b>{languages}</b> languages \
         <b>{sites}</b> sites <b>{characters}</b> characters</p></header>\n\
         <nav aria-label=\"Sections\"><a href=\"#articles\">Articles</a> <a href=\"#time\">Time</a> <a href=\"#names\">Names</a> \
         <a href=\"#removed\">Removed</a> <a href=\"#changed\">Changed</a> <a href=\"#quality\">Quality</a></nav>\n<main>\n",
        name = escape(&folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy()),
        articles = archive.articles,
        languages = archive.languages.len(),
        sites = archive.sites.keys().filter(|s| !s.is_empty()).count(),
        characters = grouped(archive.characters),
    );
    list(&archive, listed.len(), opened, &mut out);
    time(&archive, &mut out);
    names(&archive, &mut out);
    removed(&archive, &mut out);
    changed(&archive, &mut out);
    quality(&archive, rejects, &mut out);
    let data = serde_json::to_string(&listed).unwrap_or_else(|_| "[]".to_string());
    // `<` would let a text end the element that holds it.
    let data = data.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
    let _ = write!(
        out,
        "</main>\n<script type=\"application/json\" id=\"data\">{data}</script>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n"
    );
    out
}

const STYLE: &str = include_str!("report/page.css");
const SCRIPT: &str = include_str!("report/page.js");

fn list(archive: &Archive, listed: usize, opened: usize, out: &mut String) {
    out.push_str("<section id=\"articles\"><h2>Articles</h2>\n");
    if (listed as u64) < archive.articles || opened < listed {
        let _ = writeln!(
            out,
            "<p class=\"note\">This archive is too large for one page: {listed} of its {} articles are listed, a sample that is the same \
             every time, and {opened} of them can be opened. All figures count all articles.</p>",
            archive.articles
        );
    }
    out.push_str(
        "<form id=\"filter\" role=\"search\"><label>Words <input type=\"search\" id=\"words\" autocomplete=\"off\"></label>\n\
         <label>Language <select id=\"lang\"><option value=\"\">all</option>",
    );
    for (code, count) in by_count(&archive.languages) {
        let _ = write!(out, "<option value=\"{0}\">{0} ({count})</option>", escape(code));
    }
    out.push_str("</select></label>\n<label>Site <select id=\"site\"><option value=\"\">all</option>");
    for (site, count) in by_count(&archive.sites).into_iter().filter(|(site, _)| !site.is_empty()).take(500) {
        let _ = write!(out, "<option value=\"{0}\">{0} ({count})</option>", escape(site));
    }
    out.push_str(
        "</select></label>\n<button type=\"reset\">Clear</button></form>\n<p id=\"count\" role=\"status\"></p>\n\
         <article id=\"open\" tabindex=\"-1\" hidden></article>\n<ol id=\"list\"></ol>\n\
         <button type=\"button\" id=\"more\" hidden>Show more</button>\n\
         <noscript><p>The list of articles needs JavaScript; all else on this page does not.</p></noscript>\n</section>\n",
    );
}

fn time(archive: &Archive, out: &mut String) {
    out.push_str("<section id=\"time\"><h2>Time</h2>\n");
    // Months while a few years are covered, years beyond.
    let years: Vec<i16> = archive.published.keys().map(|d| d.year).collect();
    let span = years.iter().max().zip(years.iter().min()).map_or(0, |(a, b)| a - b);
    let published: Vec<(String, u64)> = if span > 4 {
        let mut by_year: BTreeMap<i16, u64> = BTreeMap::new();
        for (date, count) in &archive.published {
            *by_year.entry(date.year).or_default() += count;
        }
        without_gaps(by_year.into_iter().collect()).into_iter().map(|(y, n)| (format!("{y:04}"), n)).collect()
    } else {
        archive.published.iter().map(|(date, n)| (date.to_string(), *n)).collect()
    };
    let dated: u64 = archive.published.values().sum();
    let _ = writeln!(out, "<figure><figcaption>When {dated} articles were published</figcaption>");
    chart("articles by date of publication", &published, out);
    let reasons: Vec<String> =
        archive.undated.iter().map(|(reason, n)| format!("{n} without a date ({})", escape(reason))).collect();
    let _ = writeln!(out, "</figure>\n<p>{}</p>", reasons.join(", "));
    let mentioned: u64 = archive.mentioned.values().sum();
    // The few dates of other centuries would press all others together.
    let enough = mentioned / 500;
    let usual: Vec<(i16, u64)> =
        archive.mentioned.iter().filter(|(_, n)| **n > enough).map(|(year, n)| (*year, *n)).collect();
    let usual = without_gaps(usual);
    let _ = writeln!(out, "<figure><figcaption>The years of {mentioned} dates in the texts</figcaption>");
    chart("dates in the texts by year", &usual, out);
    out.push_str("</figure>\n</section>\n");
}

/// The years with those between them that nothing fell into, unless that would be too many for a picture.
fn without_gaps(years: Vec<(i16, u64)>) -> Vec<(i16, u64)> {
    match (years.first(), years.last()) {
        (Some((first, _)), Some((last, _))) if last - first <= 120 => {
            let counts: BTreeMap<i16, u64> = years.iter().copied().collect();
            (*first..=*last).map(|y| (y, counts.get(&y).copied().unwrap_or_default())).collect()
        }
        _ => years,
    }
}

/// A picture, and the same as a table.
fn chart<K: std::fmt::Display>(name: &str, counts: &[(K, u64)], out: &mut String) {
    out.push_str(&charts::bars(name, counts));
    let _ = write!(out, "<details><summary>As a table</summary><table><tr><th>when</th><th>how many</th></tr>");
    for (key, count) in counts {
        if *count > 0 {
            let _ = write!(out, "<tr><td>{}</td><td class=\"n\">{count}</td></tr>", escape(&key.to_string()));
        }
    }
    out.push_str("</table></details>\n");
}

fn names(archive: &Archive, out: &mut String) {
    let mut order: Vec<usize> = (0..archive.graph.entities.len()).collect();
    let weight = |n: &usize| (archive.graph.entities[*n].articles, archive.graph.entities[*n].mentions);
    order.sort_by_key(|n| (std::cmp::Reverse(weight(n)), *n));
    let _ = writeln!(
        out,
        "<section id=\"names\"><h2>Names</h2>\n<p>{} people, places, organisations and events. Choose one to see its articles.</p>",
        order.len()
    );
    picture(archive, &order, out);
    out.push_str("<div class=\"scroll\"><table><tr><th>name</th><th>type</th><th>articles</th><th>mentions</th><th>id</th></tr>\n");
    for n in order.iter().take(NAMES) {
        let e = &archive.graph.entities[*n];
        let _ = writeln!(
            out,
            "<tr><td><a href=\"{}\">{}</a></td><td class=\"type\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td></tr>",
            address(e),
            escape(&e.name),
            escape(&e.kind),
            e.articles,
            e.mentions,
            link(&e.id)
        );
    }
    out.push_str("</table></div>\n</section>\n");
}

/// Where the articles that name an entity are shown on the page.
fn address(node: &Node) -> String {
    format!("#name={}", escape(&node.id.replace('%', "%25").replace('&', "%26")))
}

/// An id, with its page on the Web where it has one.
fn link(id: &str) -> String {
    let plain = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric());
    if id.starts_with('Q') && plain(id) {
        return format!("<a rel=\"noreferrer\" href=\"https://www.wikidata.org/wiki/{id}\">{id}</a>");
    }
    match id.strip_prefix("geonames:").filter(|n| plain(n)) {
        Some(n) => format!("<a rel=\"noreferrer\" href=\"https://www.geonames.org/{n}\">{id}</a>"),
        None => escape(id),
    }
}

/// Who is named with whom: the nodes named most, and the heaviest edges between them.
fn picture(archive: &Archive, order: &[usize], out: &mut String) {
    let chosen: Vec<usize> = order.iter().copied().take(NODES).collect();
    let place = |n: u32| chosen.iter().position(|c| *c == n as usize);
    let mut edges: Vec<(usize, usize, Together)> =
        archive.graph.pairs().into_iter().filter_map(|((a, b), t)| Some((place(a)?, place(b)?, t))).collect();
    edges.sort_by(|x, y| y.2.weight().total_cmp(&x.2.weight()).then((x.0, x.1).cmp(&(y.0, y.1))));
    edges.truncate(EDGES);
    if edges.is_empty() {
        return;
    }
    let weighted: Vec<_> = edges.iter().map(|(a, b, t)| (*a, *b, t.weight())).collect();
    let at = layout::places(chosen.len(), &weighted);
    let (width, height) = (1000.0, 640.0);
    let spot = |n: usize| (60.0 + at[n].0 * (width - 160.0), 30.0 + at[n].1 * (height - 60.0));
    let _ = write!(
        out,
        "<figure id=\"graph\"><figcaption>Who is named with whom: the {} that most articles name</figcaption>\n\
         <div class=\"tools\"><button type=\"button\" data-zoom=\"0.8\" aria-label=\"Zoom in\">+</button>\
         <button type=\"button\" data-zoom=\"1.25\" aria-label=\"Zoom out\">−</button>\
         <button type=\"button\" data-zoom=\"0\">Whole</button></div>\n\
         <svg viewBox=\"0 0 {width} {height}\" aria-label=\"Graph of names; the table below lists them\"><g class=\"edges\">",
        chosen.len()
    );
    for (a, b, t) in &edges {
        let ((x1, y1), (x2, y2)) = (spot(*a), spot(*b));
        let width = t.weight().sqrt().clamp(0.4, 6.0);
        let _ = write!(
            out,
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke-width=\"{width:.1}\"><title>{} – {}: {} sentences, {} articles</title></line>",
            escape(&archive.graph.entities[chosen[*a]].name),
            escape(&archive.graph.entities[chosen[*b]].name),
            t.sentences,
            t.articles
        );
    }
    out.push_str("</g>");
    // A label that would lie on another is shown when its node is pointed at.
    let mut labels: Vec<(f64, f64, f64)> = Vec::new();
    for (n, number) in chosen.iter().enumerate() {
        let e = &archive.graph.entities[*number];
        let (x, y) = spot(n);
        let radius = (3.0 + f64::from(e.mentions).sqrt()).min(16.0);
        let (left, right) = (x, x + radius + LETTER * e.name.chars().count() as f64);
        let free = !labels.iter().any(|(l, r, at)| left < *r && *l < right && (at - y).abs() < LINE);
        if free {
            labels.push((left, right, y));
        }
        let quiet = if free { "" } else { " quiet" };
        let _ = write!(
            out,
            "<a href=\"{}\" class=\"{}{quiet}\"><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\">{}</text></a>",
            address(e),
            escape(&e.kind),
            x + radius + 2.0,
            y + 4.0,
            escape(&e.name)
        );
    }
    out.push_str("</svg>\n<p class=\"key\"><span class=\"PER\">people</span> <span class=\"LOC\">places</span> <span class=\"ORG\">organisations</span> <span class=\"EVENT\">events</span></p></figure>\n");
    out.push_str("<details><summary>The heaviest ties as a table</summary><table><tr><th>name</th><th>named with</th><th>sentences</th><th>articles</th></tr>\n");
    for (a, b, t) in edges.iter().take(NAMES) {
        let name = |n: &usize| escape(&archive.graph.entities[chosen[*n]].name);
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
            name(a),
            name(b),
            t.sentences,
            t.articles
        );
    }
    out.push_str("</table></details>\n");
}

fn removed(archive: &Archive, out: &mut String) {
    let mut kinds: Vec<_> = archive.removed.iter().collect();
    kinds.sort_by_key(|(kind, c)| (std::cmp::Reverse(c.count), *kind));
    let total: u64 = kinds.iter().map(|(_, c)| c.count).sum();
    let _ = writeln!(out, "<section id=\"removed\"><h2>Removed</h2>\n<p>{total} blocks were taken out.</p>");
    out.push_str("<div class=\"scroll\"><table><tr><th>kind</th><th>how many</th><th>for example</th></tr>\n");
    for (kind, counted) in kinds {
        let _ = write!(out, "<tr><th>{}</th><td class=\"n\">{}</td><td>", escape(kind), counted.count);
        for (text, rule) in &counted.examples {
            let _ = write!(out, "<p><del title=\"{}\">{}</del></p>", escape(rule), escape(text));
        }
        out.push_str("</td></tr>\n");
    }
    out.push_str("</table></div>\n</section>\n");
}

fn changed(archive: &Archive, out: &mut String) {
    let mut rules: Vec<_> = archive.edits_counted.iter().collect();
    rules.sort_by_key(|(rule, n)| (std::cmp::Reverse(**n), *rule));
    let total: u64 = rules.iter().map(|(_, n)| **n).sum();
    let _ = writeln!(
        out,
        "<section id=\"changed\"><h2>Changed</h2>\n<p>{total} changes; those that alter words with examples.</p>"
    );
    out.push_str("<div class=\"scroll\"><table><tr><th>rule</th><th>how many</th><th>before and after</th></tr>\n");
    for (rule, count) in rules {
        let _ = write!(out, "<tr><th>{}</th><td class=\"n\">{count}</td><td>", escape(rule));
        for (before, after) in archive.edits.get(rule).iter().flat_map(|c| &c.examples) {
            let _ = write!(out, "<p><del>{}</del> <ins>{}</ins></p>", escape(before), escape(after));
        }
        out.push_str("</td></tr>\n");
    }
    out.push_str("</table></div>\n</section>\n");
}

fn quality(archive: &Archive, rejects: &Rejects, out: &mut String) {
    out.push_str("<section id=\"quality\"><h2>Quality</h2>\n<div class=\"scroll\"><table><tr><th>flag</th><th>articles</th></tr>\n");
    for (flag, count) in by_count(&archive.flags) {
        let _ = writeln!(out, "<tr><td>{}</td><td class=\"n\">{count}</td></tr>", escape(flag));
    }
    let _ = writeln!(
        out,
        "<tr><td>repeats another article</td><td class=\"n\">{}</td></tr></table></div>",
        archive.duplicates
    );
    out.push_str("<h3>Rejected</h3>\n");
    if rejects.first.is_empty() {
        out.push_str("<p>Every document became a record.</p>\n");
    } else {
        let reasons: Vec<_> = by_count(&rejects.by_reason).iter().map(|(r, n)| format!("{n} {}", escape(r))).collect();
        let _ = writeln!(
            out,
            "<p>{}</p>\n<div class=\"scroll\"><table><tr><th>where</th><th>reason</th><th>what to do</th></tr>",
            reasons.join(", ")
        );
        for (place, reason, advice) in &rejects.first {
            let _ = writeln!(
                out,
                "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
                escape(place),
                escape(reason),
                escape(advice)
            );
        }
        out.push_str("</table></div>\n");
    }
    out.push_str("</section>\n");
}

fn by_count(counts: &BTreeMap<String, u64>) -> Vec<(&str, u64)> {
    let mut all: Vec<_> = counts.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    all.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    all
}

/// A number with thin spaces between thousands.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(c);
    }
    out
}
