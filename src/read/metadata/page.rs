//! What a page says of itself: headline, authors, dates and the like, from linked data, meta tags, microdata and links.
//!
//! Sources are asked in the order in which publishers keep them right. Nothing is guessed: a date that only stands in
//! the text is left to the stages.

use super::day_notation::Order;
use super::json_ld::{self, LinkedData, folded};
use super::published;
use super::visible::{self, Days, Page, Shown};
use crate::document::{BlockKind, Meta, Precision, Published};
use crate::language::Lang;
use crate::limits::Limits;
use crate::partial_date::PartialDate;
use crate::read::html::flow::Flow;
use crate::read::html::tree::{Attribute, Kind, Tree};

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// The headline.
    pub title: Option<String>,
    /// All else.
    pub meta: Meta,
}

/// Meta tags that name the time of publication, best first.
const PUBLISHED: &[&str] = &[
    "article:published_time",
    "article:published",
    "og:published_time",
    "og:article:published_time",
    "datepublished",
    "date_published",
    "published_time",
    "publication_date",
    "publishdate",
    "publish-date",
    "publish_date",
    "published-date",
    "pubdate",
    "article.published",
    "article_date_original",
    "originalpublicationdate",
    "cxenseparse:recs:publishtime",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "citation_publication_date",
    "citation_date",
    "rnews:datepublished",
    "bt:pubdate",
    "ptime",
    "article:created_time",
];
/// Meta tags that name a date of which it is not said what it dates.
const DATED: &[&str] = &["date", "dc.date", "dcterms.date", "dc.created", "created"];
/// Meta tags that name the time of the last change.
const MODIFIED: &[&str] = &[
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "date_modified",
    "modified_time",
    "lastmod",
    "last-modified",
    "dcterms.modified",
    "dc.date.modified",
    "article:updated",
    "revised",
];
const AUTHOR: &[&str] = &[
    "author",
    "article:author",
    "article:author_name",
    "og:article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "dc.contributor",
    "citation_author",
    "byl",
    "creator",
    "cxenseparse:author",
];
const SITE: &[&str] = &["og:site_name", "application-name", "dc.publisher", "publisher", "article:publisher"];
const SECTION: &[&str] = &["article:section", "section", "parsely-section", "cxenseparse:section", "dcterms.subject"];
const KEYWORDS: &[&str] = &["news_keywords", "keywords", "parsely-tags", "sailthru.tags"];
/// Marks between the headline and the name of the site in a page's title.
const BETWEEN: &[&str] = &[" | ", " - ", " – ", " — ", " :: ", " » ", " · ", " • ", " « ", " / ", " ‹ ", " > "];

/// Bytes of a script that are read.
const SCRIPT_BYTES: usize = 1 << 20;
/// Words of the longest label before a headline.
const LABEL: usize = 5;
/// Weight of a shown day that is as good as a stated one.
const CLEAR: f32 = 6.0;
/// Bytes of a name or title.
const NAME_BYTES: usize = 300;

/// Reads the metadata of a page.
pub fn read(page: Page<'_>) -> Found {
    let Page { tree, flow, .. } = page;
    let seen = Seen::gather(tree);
    let headings = headings(tree, flow);
    let raw_title = seen.title.clone().unwrap_or_default();
    let og_title = seen.meta(&["og:title", "twitter:title", "dc.title", "title", "parsely-title"]);
    let data = json_ld::read(&seen.scripts, og_title.as_deref().unwrap_or(&raw_title));
    let site = seen.meta(SITE).filter(|s| !s.contains("://")).or_else(|| data.site.clone());
    let is_heading = |t: &str| headings.iter().any(|(_, h)| folded(h) == folded(t));
    let clean = |t: &String| if is_heading(t) { t.clone() } else { without_site(t, site.as_deref()) };
    let titles = Titles {
        tree,
        headings: &headings,
        linked: data.headline.clone(),
        og: og_title.as_ref().map(clean),
        twitter: seen.meta(&["twitter:title"]).as_ref().map(clean),
        bare: clean(&raw_title),
        raw: &raw_title,
        site: site.as_deref(),
    };
    let title = titles.best();
    let url = seen.canonical.clone().or_else(|| seen.meta(&["og:url", "twitter:url"])).or_else(|| data.url.clone());
    let modified =
        [data.modified.clone(), seen.modified.clone()].into_iter().chain(MODIFIED.iter().map(|n| seen.meta(&[n])));
    let modified = modified.flatten().find_map(|m| published(&m, "modified"));
    let order = Order::of(seen.language.as_deref());
    let days = visible::find(page, title.as_deref(), order);
    let stated = Stated { seen: &seen, data: &data, url: url.as_deref(), modified: modified.as_ref(), days: &days };
    let changed = || days.changed.as_ref();
    let published = stated.publication().or_else(|| modified.clone()).or_else(|| changed().map(as_changed));
    let modified = modified.clone().and_then(|m| m.value).or_else(|| changed().map(|c| c.day.to_string()));
    let language = [
        seen.language.clone(),
        seen.meta(&["content-language", "og:locale", "dc.language", "language"]),
        data.language.clone(),
    ];
    let keywords = if data.keywords.is_empty() { seen.keywords() } else { data.keywords.clone() };
    let meta = Meta {
        url,
        authors: authors(&seen, &data, site.as_deref()),
        site,
        section: data.section.clone().or_else(|| seen.meta(SECTION)),
        keywords,
        published: published.unwrap_or_default(),
        modified,
        language: language.into_iter().flatten().find_map(|l| Lang::parse(&l)),
        ..Meta::default()
    };
    Found { title, meta }
}

/// What stands between the tags of `html`, references resolved and white space collapsed.
pub fn plain(html: &str) -> String {
    let tree = Tree::parse(html, &Limits::default());
    tree.text_of(0, usize::MAX)
}

/// What one pass over the tree picks up.
#[derive(Debug, Default)]
struct Seen {
    title: Option<String>,
    /// Names in lower case with their content.
    metas: Vec<(String, String)>,
    /// Linked data.
    scripts: Vec<String>,
    /// Data of the page's programs.
    states: Vec<String>,
    canonical: Option<String>,
    language: Option<String>,
    /// Microdata.
    published: Option<String>,
    modified: Option<String>,
    authors: Vec<String>,
    /// `rel="author"`, and links in elements that are called bylines.
    author_links: Vec<String>,
}

impl Seen {
    fn gather(tree: &Tree) -> Seen {
        let mut seen = Seen::default();
        for attribute in [Attribute::Lang, Attribute::XmlLang] {
            seen.language = seen.language.or_else(|| filled(tree.attribute(0, attribute)?));
        }
        let mut byline_end = 0;
        for node in 0..tree.nodes.len() {
            let Some(tag) = tree.tag(node) else { continue };
            let attribute = |attribute| tree.attribute(node, attribute);
            match tag.name() {
                "title" if seen.title.is_none() => seen.title = filled(&tree.text_of(node, 1000)),
                "meta" => {
                    for name in [Attribute::Property, Attribute::Name, Attribute::Itemprop, Attribute::HttpEquiv] {
                        if let (Some(name), Some(content)) =
                            (attribute(name).and_then(filled), attribute(Attribute::Content))
                            && let Some(content) = filled(content)
                        {
                            seen.metas.push((name.to_ascii_lowercase(), content));
                        }
                    }
                }
                "link" if attribute(Attribute::Rel).is_some_and(|r| r.eq_ignore_ascii_case("canonical")) => {
                    seen.canonical = seen
                        .canonical
                        .or_else(|| filled(attribute(Attribute::Href)?).filter(|u| u.starts_with("http")));
                }
                "script" => {
                    let script = tree.raw_text_of(node, SCRIPT_BYTES);
                    let linked = attribute(Attribute::Type).is_some_and(|t| t.to_ascii_lowercase().contains("ld+json"));
                    if !script.trim().is_empty() {
                        if linked { &mut seen.scripts } else { &mut seen.states }.push(script);
                    }
                }
                _ => {}
            }
            seen.microdata(tree, node);
            if tag.name() == "a" && seen.author_links.len() < 20 {
                let says = attribute(Attribute::Rel)
                    .is_some_and(|r| r.split_ascii_whitespace().any(|r| r.eq_ignore_ascii_case("author")));
                if says || node < byline_end {
                    seen.author_links.extend(filled(&tree.text_of(node, 100)));
                }
            }
            if let Some(class) = attribute(Attribute::Class)
                && node >= byline_end
                && tree.nodes[node].end - node < 30
                && class.split_ascii_whitespace().any(|c| {
                    let c = c.to_ascii_lowercase();
                    c == "author"
                        || c == "byline"
                        || c.ends_with("byline")
                        || c.ends_with("author-name")
                        || c.ends_with("__author")
                })
            {
                byline_end = tree.nodes[node].end;
                if tag.name() == "a" {
                    seen.author_links.extend(filled(&tree.text_of(node, 100)));
                }
            }
        }
        seen
    }

    fn microdata(&mut self, tree: &Tree, node: usize) {
        let rdfa =
            || tree.attribute(node, Attribute::Property).filter(|_| tree.attribute(node, Attribute::Content).is_some());
        let Some(property) = tree.attribute(node, Attribute::Itemprop).or_else(rdfa) else { return };
        let value = || {
            let stated = [Attribute::Content, Attribute::Datetime].into_iter().find_map(|a| tree.attribute(node, a));
            stated.and_then(filled).or_else(|| filled(&tree.text_of(node, 200)))
        };
        for property in property.split_ascii_whitespace() {
            match property.rsplit(':').next().unwrap_or(property).to_ascii_lowercase().as_str() {
                "datepublished" if self.published.is_none() => self.published = value(),
                "datemodified" if self.modified.is_none() => self.modified = value(),
                "author" | "creator" if self.authors.len() < 20 => {
                    let name = (node + 1..tree.nodes[node].end)
                        .take(40)
                        .find(|n| tree.attribute(*n, Attribute::Itemprop).is_some_and(|p| p == "name"));
                    let named = name.and_then(|n| {
                        tree.attribute(n, Attribute::Content).and_then(filled).or_else(|| filled(&tree.text_of(n, 200)))
                    });
                    self.authors.extend(named.or_else(value));
                }
                _ => {}
            }
        }
    }

    /// The content of the first of `names` that is there.
    fn meta(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.metas.iter().find(|(n, _)| n == name).map(|(_, content)| content.clone()))
    }

    fn keywords(&self) -> Vec<String> {
        let tags: Vec<String> = self.metas.iter().filter(|(n, _)| n == "article:tag").map(|(_, c)| c.clone()).collect();
        let stated = self.meta(KEYWORDS).unwrap_or_default();
        let all = if stated.is_empty() { tags.join(",") } else { stated };
        let mut keywords: Vec<String> = Vec::new();
        for keyword in all.split([',', ';']).map(str::trim).filter(|k| !k.is_empty() && k.len() < 80).take(50) {
            if !keywords.iter().any(|k| k == keyword) {
                keywords.push(keyword.to_string());
            }
        }
        keywords
    }
}

/// Collapsed white space; `None` when nothing is left.
fn filled(value: &str) -> Option<String> {
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    (!value.is_empty()).then_some(value)
}

/// Visible headings of the first rank, with their nodes; of the second where there is none.
fn headings(tree: &Tree, flow: &Flow) -> Vec<(usize, String)> {
    for rank in ["h1", "h2"] {
        let mut found: Vec<(usize, String)> = Vec::new();
        for line in flow.lines.iter().filter(|l| l.kind == BlockKind::Heading) {
            if tree.tag(line.node).is_some_and(|t| t.name() == rank) {
                let text = &flow.text[line.at.clone()];
                match found.last_mut() {
                    Some((node, all)) if *node == line.node => {
                        all.push(' ');
                        all.push_str(text);
                    }
                    _ => found.push((line.node, text.to_string())),
                }
            }
        }
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// Where a page says what its article is called.
struct Titles<'a> {
    tree: &'a Tree,
    /// With their nodes.
    headings: &'a [(usize, String)],
    linked: Option<String>,
    og: Option<String>,
    twitter: Option<String>,
    /// The page's own title, without the site's name.
    bare: String,
    raw: &'a str,
    site: Option<&'a str>,
}

impl Titles<'_> {
    /// The headline: what most of the sources agree on, the heading that readers see before all others.
    fn best(&self) -> Option<String> {
        let sources = || [&self.og, &self.linked].into_iter().flatten();
        let Some((node, seen)) = self.heading() else {
            let stated = [self.linked.as_ref(), self.og.as_ref(), Some(&self.bare)];
            let stated = stated.into_iter().flatten().find(|t| !t.trim().is_empty());
            return stated.cloned().or_else(|| self.candidates().next().map(|(_, h)| h.clone()));
        };
        let heading = folded(seen);
        let weights = [(&self.linked, 1.0), (&self.og, 1.0), (&self.twitter, 0.5), (&Some(self.bare.clone()), 0.5)];
        let votes = |key: &str| -> f32 {
            let agree = weights.iter().filter(|(t, _)| t.as_ref().is_some_and(|t| folded(t) == key));
            agree.map(|(_, w)| w).sum::<f32>() + if heading == key { 2.1 } else { 0.0 }
        };
        let own = votes(&heading);
        if let Some(other) = sources().find(|t| votes(&folded(t)) > own) {
            return Some(other.clone());
        }
        // A heading of several pieces has lost the sign between them, or begins with a label that the others leave out.
        if let Some(same) = sources().find(|t| folded(t) == heading).filter(|_| self.pieces(*node) > 1) {
            return Some(same.clone());
        }
        let shorter = |t: &&String| {
            let t = folded(t);
            t != heading && t.chars().count() >= 15 && heading.ends_with(&t)
        };
        sources().find(shorter).or_else(|| sources().find(|t| self.is_shared(seen, t))).map_or_else(
            || Some(seen.clone()),
            |t| if shorter(&t) { Some(t.clone()) } else { after_label(seen).map(str::to_string) },
        )
    }

    /// Whether heading and source differ only in the label before the headline.
    fn is_shared(&self, heading: &str, source: &str) -> bool {
        let (Some(a), Some(b)) = (after_label(heading), after_label(source)) else { return false };
        folded(heading) != folded(source) && folded(a) == folded(b) && a.split_whitespace().count() >= 4
    }

    fn candidates(&self) -> impl Iterator<Item = &(usize, String)> {
        self.headings.iter().filter(|(_, h)| h.len() <= NAME_BYTES * 2 && !folded(h).is_empty())
    }

    /// The heading that agrees with another source, wholly, in part, or in most of its words.
    fn heading(&self) -> Option<&(usize, String)> {
        let sources: Vec<String> = [self.linked.as_deref(), self.og.as_deref(), Some(self.bare.as_str())]
            .into_iter()
            .flatten()
            .map(folded)
            .filter(|s| !s.is_empty())
            .collect();
        let whole = folded(self.raw);
        let site = self.site.map(folded).unwrap_or_default();
        let part = |h: &str| {
            let h = folded(h);
            h.chars().count() >= 8
                && h != site
                && (whole.contains(&h)
                    || sources.iter().any(|s| s.contains(&h) || (s.chars().count() >= 12 && h.contains(s.as_str()))))
        };
        let model = self.linked.as_deref().or(self.og.as_deref()).unwrap_or(&self.bare);
        self.candidates()
            .find(|(_, h)| sources.contains(&folded(h)))
            .or_else(|| self.candidates().find(|(_, h)| part(h)))
            .or_else(|| self.candidates().find(|(_, h)| overlap(h, model) >= 0.5))
    }

    /// Runs of text in a heading.
    fn pieces(&self, node: usize) -> usize {
        let below = &self.tree.nodes[node..self.tree.nodes[node].end];
        below.iter().filter(|n| matches!(&n.kind, Kind::Text(at, _) if !self.tree.text(at).trim().is_empty())).count()
    }
}

/// What follows the label before a headline: `Label: Headline`, `Label - Headline`.
fn after_label(title: &str) -> Option<&str> {
    let at = [": ", " - ", " – ", " — ", " | "].iter().filter_map(|b| Some((title.find(b)?, b.len()))).min()?;
    let is_label = title[..at.0].split_whitespace().count() <= LABEL;
    is_label.then(|| title[at.0 + at.1..].trim())
}

/// Share of the words of the shorter that the other has too, 0 to 1.
fn overlap(a: &str, b: &str) -> f32 {
    let words = |t: &str| -> std::collections::BTreeSet<String> {
        t.split(|c: char| !c.is_alphanumeric()).filter(|w| w.chars().count() > 2).map(str::to_lowercase).collect()
    };
    let (a, b) = (words(a), words(b));
    let least = a.len().min(b.len());
    if least < 3 { 0.0 } else { a.intersection(&b).count() as f32 / least as f32 }
}

/// A title without the name of the site before or after it.
fn without_site(title: &str, site: Option<&str>) -> String {
    let title = title.trim();
    let site = site.map(folded).unwrap_or_default();
    let mut rest = title;
    for _ in 0..3 {
        let last = BETWEEN.iter().filter_map(|b| rest.rfind(b).map(|at| (at, b.len()))).max();
        let Some((at, len)) = last else { break };
        let (head, tail) = (rest[..at].trim(), rest[at + len..].trim());
        let names_site =
            |part: &str| !site.is_empty() && (site.contains(&folded(part)) || folded(part).contains(&site));
        let short = |part: &str| part.split_whitespace().count() <= 4;
        if names_site(tail) || (short(tail) && head.split_whitespace().count() > tail.split_whitespace().count()) {
            rest = head;
        } else if names_site(head) {
            rest = tail;
        } else {
            break;
        }
    }
    if let Some((head, tail)) = rest.split_once(BETWEEN[0])
        && !site.is_empty()
        && folded(head) == site
    {
        rest = tail.trim();
    }
    if rest.is_empty() { title.to_string() } else { rest.to_string() }
}

fn authors(seen: &Seen, data: &LinkedData, site: Option<&str>) -> Vec<String> {
    let metas: Vec<String> = AUTHOR
        .iter()
        .map(|name| seen.metas.iter().filter(|(n, _)| n == name).map(|(_, c)| c.clone()).collect::<Vec<_>>())
        .map(|all| people(&all, site))
        .find(|all| !all.is_empty())
        .unwrap_or_default();
    [people(&data.authors, site), metas, people(&seen.authors, site), people(&seen.author_links, site)]
        .into_iter()
        .find(|all| !all.is_empty())
        .unwrap_or_default()
}

/// The names among `stated`, each once: no addresses, nothing long, not the site itself.
fn people(stated: &[String], site: Option<&str>) -> Vec<String> {
    let mut people: Vec<String> = Vec::new();
    for stated in stated {
        let parts: Vec<&str> =
            stated.split([',', ';', '|', '/', '&']).map(str::trim).filter(|p| !p.is_empty()).collect();
        let separate = parts.len() > 1 && parts.iter().all(|p| p.contains(' '));
        for name in if separate { parts } else { vec![stated.as_str()] } {
            let name = name.trim().trim_matches(['"', ',', ';', ':', '|']).trim();
            let known =
                site.is_some_and(|s| folded(s) == folded(name)) || people.iter().any(|p| folded(p) == folded(name));
            let plausible = (2..=80).contains(&name.len())
                && name.split_whitespace().count() <= 7
                && name.chars().any(char::is_alphabetic)
                && !name.contains("://")
                && !name.contains('@')
                && !name.starts_with("www.")
                && !name.chars().any(|c| c.is_ascii_digit() || matches!(c, '{' | '<' | '='));
            if plausible && !known {
                people.push(name.to_string());
            }
        }
    }
    people
}

/// Where a page may state its date of publication.
struct Stated<'a> {
    seen: &'a Seen,
    data: &'a LinkedData,
    url: Option<&'a str>,
    modified: Option<&'a Published>,
    days: &'a Days,
}

impl Stated<'_> {
    fn publication(&self) -> Option<Published> {
        let address = self.address();
        let full = |p: &Published| p.precision != Some(Precision::Month);
        let clear = self.clear();
        let found = self
            .by_machine()
            .or_else(|| address.clone().filter(full))
            .or_else(|| clear.map(as_published))
            .or_else(|| self.dated().next())
            .or_else(|| self.days.published.as_ref().map(as_published))
            .or_else(|| json_ld::only_day(&self.seen.states))
            .or_else(|| address.clone());
        found.map(|found| self.local_day(found, address.as_ref()))
    }

    fn address(&self) -> Option<Published> {
        self.url.and_then(date_in).and_then(|d| published(&d, "url"))
    }

    fn dated(&self) -> impl Iterator<Item = Published> {
        DATED.iter().filter_map(|name| published(&self.seen.meta(&[name])?, "meta"))
    }

    /// A shown day that has many signs, or a vague meta tag beside it.
    fn clear(&self) -> Option<&Shown> {
        let shown = self.days.published.as_ref();
        shown.filter(|s| s.weight >= CLEAR || self.dated().any(|d| day_of(&d) == Some(s.day)))
    }

    /// What is stated for programs. Where several days are, the one that readers are shown.
    fn by_machine(&self) -> Option<Published> {
        let linked = self.data.published.iter().filter_map(|v| published(v, "json-ld"));
        let metas = PUBLISHED.iter().filter_map(|name| published(&self.seen.meta(&[name])?, "meta"));
        let microdata = self.seen.published.iter().filter_map(|v| published(v, "meta"));
        let all: Vec<Published> = linked.chain(metas).chain(microdata).collect();
        let shown = self.clear();
        let agreed = all.iter().find(|p| shown.is_some_and(|s| day_of(p) == Some(s.day)));
        let first = agreed.or(all.first())?;
        Some(self.outvoting(first).map_or_else(|| first.clone(), as_published))
    }

    /// A day that readers are shown as that of the article, while they cannot see the `stated` one: another meta tag has it
    /// too, and nothing else speaks for what is stated.
    fn outvoting(&self, stated: &Published) -> Option<&Shown> {
        let shown = self.days.readable.as_ref()?;
        let is = |p: &Published, day: PartialDate| day_of(p) == Some(day);
        let day = day_of(stated).filter(|day| *day != shown.day)?;
        // An article is often touched on the next day.
        let rewritten = !are_neighbours(day, shown.day) && self.modified.is_some_and(|m| is(m, shown.day));
        let seconded = rewritten || self.dated().any(|d| is(&d, shown.day));
        let address = self.address().and_then(|a| a.value).unwrap_or_default();
        let names = |day: PartialDate| !address.is_empty() && day.to_string().starts_with(&address);
        let speaks =
            names(day) && !names(shown.day) || self.dated().any(|d| is(&d, day)) || self.days.all.contains(&day);
        (seconded && !speaks).then_some(shown)
    }

    /// A time in UTC may fall on another day than where the page is read: its address or its text then has the day.
    fn local_day(&self, found: Published, address: Option<&Published>) -> Published {
        let value = found.value.as_deref().unwrap_or_default();
        let offset = value.get(19..).unwrap_or_default();
        let utc = found.precision == Some(Precision::Time) && matches!(offset, "" | "Z" | "+00:00");
        let Some(day) = PartialDate::parse(value.get(..10).unwrap_or_default()).filter(|_| utc) else { return found };
        let beside = |other: PartialDate| are_neighbours(other, day);
        let by_address = address.filter(|a| a.value.as_deref().and_then(PartialDate::parse).is_some_and(beside));
        let same = |stated: &str| {
            let utc = format!("{}Z", &value[..value.len().min(19)]).parse::<jiff::Timestamp>();
            utc.is_ok_and(|utc| stated.parse::<jiff::Timestamp>().is_ok_and(|local| local == utc))
        };
        let shown = self.days.published.as_ref();
        let by_text = || shown.filter(|s| beside(s.day) && s.stated.as_deref().map_or(s.weight >= CLEAR, &same));
        by_address.cloned().or_else(|| by_text().map(as_published)).unwrap_or(found)
    }
}

/// Whether one day follows the other.
fn are_neighbours(a: PartialDate, b: PartialDate) -> bool {
    let days = a.as_day().zip(b.as_day()).and_then(|(a, b)| a.until(b).ok());
    days.is_some_and(|d| d.get_days().abs() == 1 && d.get_months() == 0 && d.get_years() == 0)
}

fn day_of(published: &Published) -> Option<PartialDate> {
    published.value.as_deref().and_then(|v| PartialDate::parse(v.get(..10)?))
}

fn as_published(shown: &Shown) -> Published {
    let day = shown.day.to_string();
    Published {
        precision: Some(if shown.stated.as_ref().is_some_and(|s| s.contains('T')) {
            Precision::Time
        } else {
            Precision::Day
        }),
        value: Some(shown.stated.clone().unwrap_or(day)),
        how: Some(shown.how.into()),
        evidence: Some(shown.evidence.clone()),
        ..Published::default()
    }
}

/// A page that only says when it was last changed was not published later, and often not earlier.
fn as_changed(shown: &Shown) -> Published {
    Published { how: Some("modified".into()), ..as_published(shown) }
}

/// The day in an address like `/2024/03/14/`, `/2024-03-14-` or `/20240314/`.
fn date_in(url: &str) -> Option<String> {
    let path = url.split(['?', '#']).next()?;
    let bytes = path.as_bytes();
    let digits = |from: usize, to: usize| bytes.get(from..to).is_some_and(|d| d.iter().all(u8::is_ascii_digit));
    let edge = |at: usize| !bytes.get(at).is_some_and(u8::is_ascii_digit);
    for at in 1..bytes.len() {
        // 29-10-2021: a day above twelve leaves no doubt
        if digits(at, at + 2)
            && !bytes[at - 1].is_ascii_alphanumeric()
            && digits(at + 3, at + 5)
            && digits(at + 6, at + 10)
            && bytes.get(at + 2) == bytes.get(at + 5)
            && matches!(bytes[at + 2], b'-' | b'.' | b'_' | b'/')
            && edge(at + 10)
            && &path[at..at + 2] > "12"
        {
            return Some(format!("{}-{}-{}", &path[at + 6..at + 10], &path[at + 3..at + 5], &path[at..at + 2]));
        }
        if !digits(at, at + 4)
            || bytes[at - 1].is_ascii_alphanumeric()
            || !(b"19".as_slice() == &bytes[at..at + 2] || b"20".as_slice() == &bytes[at..at + 2])
        {
            continue;
        }
        let sep = bytes.get(at + 4).copied().unwrap_or_default();
        if matches!(sep, b'/' | b'-' | b'_' | b'.') {
            let month_end = if digits(at + 5, at + 7) { at + 7 } else { continue };
            if bytes.get(month_end) == Some(&sep) && digits(month_end + 1, month_end + 3) && edge(month_end + 3) {
                return Some(format!(
                    "{}-{}-{}",
                    &path[at..at + 4],
                    &path[at + 5..at + 7],
                    &path[month_end + 1..month_end + 3]
                ));
            }
            if sep == b'/' && bytes.get(month_end) == Some(&b'/') {
                return Some(format!("{}-{}", &path[at..at + 4], &path[at + 5..at + 7]));
            }
        } else if digits(at, at + 8) && edge(at + 8) {
            return Some(format!("{}-{}-{}", &path[at..at + 4], &path[at + 4..at + 6], &path[at + 6..at + 8]));
        }
    }
    None
}
