//! Linked data in a page: what its scripts of JSON-LD say of the article.
//!
//! Real ones are often broken: wrapped in comments, with trailing commas or bare line breaks in strings. They are
//! mended where that is safe, and single fields are looked for in what stays broken. Nothing here is fatal.

use serde_json::{Map, Value};

use super::published;
use crate::document::Published;

/// Bytes of one script that are read.
const SCRIPT_BYTES: usize = 1 << 20;
/// Objects of one page that are looked at.
const OBJECTS: usize = 4000;

/// What the scripts say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinkedData {
    /// The headline.
    pub headline: Option<String>,
    /// Authors, in order.
    pub authors: Vec<String>,
    /// Name of the publisher.
    pub site: Option<String>,
    /// Address.
    pub url: Option<String>,
    /// Language tag.
    pub language: Option<String>,
    /// Keywords.
    pub keywords: Vec<String>,
    /// Section.
    pub section: Option<String>,
    /// Publication date, as it stands.
    pub published: Option<String>,
    /// Date of the last change, as it stands.
    pub modified: Option<String>,
}

/// Reads all scripts of a page. `title` is what else the page calls itself, to tell its article from others.
pub fn read(scripts: &[String], title: &str) -> LinkedData {
    let mut roots = Vec::new();
    let mut broken = String::new();
    for whole in scripts {
        let script = unwrapped(whole);
        match values(script).or_else(|| values(&mended(script))) {
            Some(values) => roots.extend(values),
            // What is cut off has no end, so its fields may stand behind the last bracket.
            None => broken.push_str(whole),
        }
    }
    let objects = objects(&roots);
    let mut found = LinkedData::default();
    let title = folded(title);
    let ranked = objects.iter().enumerate().filter_map(|(n, o)| rank(o, &title).map(|r| (r, std::cmp::Reverse(n), *o)));
    if let Some((_, _, article)) = ranked.max_by_key(|(rank, n, _)| (*rank, *n)) {
        found = of_article(article, &objects);
    }
    if found.site.is_none() {
        found.site = objects.iter().find(|o| is_type(o, |t| t == "WebSite")).and_then(|o| text(o.get("name")?));
    }
    if !broken.is_empty() {
        let field = |name: &str| field_of_broken(&broken, name);
        found.headline = found.headline.or_else(|| field("headline"));
        found.published = found.published.or_else(|| field("datePublished"));
        found.modified = found.modified.or_else(|| field("dateModified"));
    }
    found
}

fn of_article(article: &Map<String, Value>, objects: &[&Map<String, Value>]) -> LinkedData {
    let get = |name: &str| article.get(name);
    let mut authors = Vec::new();
    for name in ["author", "creator"] {
        if authors.is_empty() {
            authors = get(name).map(|v| names(v, objects)).unwrap_or_default();
        }
    }
    LinkedData {
        headline: get("headline").or_else(|| get("name")).and_then(text),
        authors,
        site: get("publisher").and_then(|v| names(v, objects).into_iter().next()),
        url: get("mainEntityOfPage").and_then(address).or_else(|| get("url").and_then(address)),
        language: get("inLanguage").and_then(|v| text(v).or_else(|| v.get("alternateName").and_then(text))),
        keywords: get("keywords").map(keywords).unwrap_or_default(),
        section: get("articleSection").and_then(|v| text(v).or_else(|| text(v.get(0)?))),
        published: get("datePublished").or_else(|| get("dateCreated")).and_then(text),
        modified: get("dateModified").and_then(text),
    }
}

/// How much an object looks like the page's article; `None` when it is not one.
fn rank(object: &Map<String, Value>, title: &str) -> Option<u32> {
    let kind =
        if is_type(object, |t| t.ends_with("Article") || matches!(t, "BlogPosting" | "Report" | "LiveBlogPosting")) {
            100
        } else if is_type(object, |t| {
            matches!(t, "Recipe" | "Review" | "VideoObject" | "SocialMediaPosting" | "HowTo" | "PodcastEpisode")
        }) {
            50
        } else if is_type(object, |t| t.ends_with("Page") || t == "CreativeWork") {
            20
        } else {
            return None;
        };
    let headline = object.get("headline").or_else(|| object.get("name")).and_then(text).map(|h| folded(&h));
    let same = headline.is_some_and(|h| h.len() > 5 && (title.contains(&h) || (title.len() > 5 && h.contains(title))));
    let filled = ["datePublished", "author", "headline"].iter().filter(|f| object.contains_key(**f)).count();
    Some(kind + if same { 40 } else { 0 } + u32::try_from(filled).unwrap_or(0))
}

fn is_type(object: &Map<String, Value>, test: impl Fn(&str) -> bool) -> bool {
    let bare = |t: &Value| t.as_str().is_some_and(|t| test(t.rsplit(['/', ':']).next().unwrap_or(t)));
    match object.get("@type") {
        Some(Value::Array(all)) => all.iter().any(bare),
        Some(one) => bare(one),
        None => false,
    }
}

/// Every object, outermost first, without recursion.
fn objects(roots: &[Value]) -> Vec<&Map<String, Value>> {
    let mut queue: std::collections::VecDeque<&Value> = roots.iter().collect();
    let mut objects = Vec::new();
    while let Some(value) = queue.pop_front() {
        match value {
            Value::Object(object) => {
                objects.push(object);
                queue.extend(object.values().filter(|v| v.is_object() || v.is_array()));
            }
            Value::Array(all) => queue.extend(all.iter().filter(|v| v.is_object() || v.is_array())),
            _ => {}
        }
        if objects.len() >= OBJECTS {
            break;
        }
    }
    objects
}

/// The names that a person, an organisation, a list of them or a reference stands for.
fn names(value: &Value, objects: &[&Map<String, Value>]) -> Vec<String> {
    let one;
    let all: &[Value] = match value {
        Value::Array(all) => all,
        other => {
            one = [other.clone()];
            &one
        }
    };
    let mut names = Vec::new();
    for value in all.iter().take(50) {
        match value {
            Value::String(_) => names.extend(text(value)),
            Value::Object(object) => {
                let named = object.get("name").or_else(|| {
                    let id = object.get("@id")?;
                    objects.iter().find(|o| o.get("@id") == Some(id) && o.contains_key("name"))?.get("name")
                });
                match named {
                    Some(Value::Array(all)) => names.extend(all.iter().filter_map(text)),
                    Some(name) => names.extend(text(name)),
                    None => {}
                }
            }
            _ => {}
        }
    }
    names
}

fn keywords(value: &Value) -> Vec<String> {
    match value {
        Value::String(all) => all.split([',', ';']).map(|k| k.trim().to_string()).filter(|k| !k.is_empty()).collect(),
        Value::Array(all) => all.iter().filter_map(|k| text(k).or_else(|| text(k.get("name")?))).collect(),
        _ => Vec::new(),
    }
}

fn address(value: &Value) -> Option<String> {
    text(value)
        .or_else(|| text(value.get("@id")?))
        .or_else(|| text(value.get("url")?))
        .filter(|u| u.starts_with("http"))
}

/// A string or number with something in it, white space collapsed and references of HTML resolved.
fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(s) if s.contains('&') || s.contains('<') => super::page::plain(s),
        Value::String(s) => s.split_whitespace().collect::<Vec<_>>().join(" "),
        Value::Number(n) => n.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// Lower case, letters and digits only: for comparing titles.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| c.is_alphanumeric()) {
        if c.is_ascii() { out.push(c.to_ascii_lowercase()) } else { out.extend(c.to_lowercase()) }
    }
    out
}

/// Without the comments and CDATA marks around it.
fn unwrapped(script: &str) -> &str {
    let start = script.find(['{', '[']).unwrap_or(script.len());
    let start = match script[start..].strip_prefix("[CDATA[") {
        Some(rest) => rest.find(['{', '[']).map_or(script.len(), |at| script.len() - rest.len() + at),
        None => start,
    };
    let end = script.rfind(['}', ']']).map_or(script.len(), |at| at + 1).max(start);
    let script = &script[start..end];
    let inner = script.trim_end_matches(|c: char| c != '}' && c != ']');
    let inner = inner
        .strip_suffix("]]")
        .filter(|i| !inner.starts_with("[[") && i.trim_end().ends_with(['}', '/']))
        .unwrap_or(inner);
    inner.trim_end().trim_end_matches("//").trim_end()
}

/// The values of a script, one after the other; `None` when the first of them is broken.
fn values(script: &str) -> Option<Vec<Value>> {
    if script.len() > SCRIPT_BYTES {
        return None;
    }
    let mut values = Vec::new();
    for value in serde_json::Deserializer::from_str(script).into_iter::<Value>() {
        match value {
            Ok(value) => values.push(value),
            Err(_) => break,
        }
    }
    (!values.is_empty()).then_some(values)
}

/// Without control characters in strings, commas before a closing bracket and comments.
fn mended(script: &str) -> String {
    let mut out = String::with_capacity(script.len());
    let mut in_string = false;
    let mut escaped = false;
    for c in script.chars() {
        if in_string {
            match c {
                _ if escaped => {
                    escaped = false;
                    match c {
                        '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u' => out.push(c),
                        // An escape that JSON does not know stands for its character.
                        _ => {
                            out.pop();
                            out.push(if c.is_control() { ' ' } else { c });
                        }
                    }
                    continue;
                }
                '\\' => escaped = true,
                '"' => in_string = false,
                c if c.is_control() => {
                    out.push(' ');
                    continue;
                }
                _ => {}
            }
        } else {
            match c {
                '"' => in_string = true,
                '}' | ']' => {
                    let kept = out.trim_end().trim_end_matches(',').len();
                    out.truncate(kept);
                }
                c if c.is_control() => {
                    out.push(' ');
                    continue;
                }
                _ => {}
            }
        }
        out.push(c);
    }
    out
}

/// Names by which programs of pages keep the time of publication.
const PUBLISHED: [&str; 10] = [
    "datePublished",
    "publishedDate",
    "publishedAt",
    "published_at",
    "publicationDate",
    "publication_date",
    "publishDate",
    "publish_date",
    "firstPublishedAt",
    "first_published_at",
];

/// The day of publication that the data of a page's programs name, if they name but one.
pub fn only_day(states: &[String]) -> Option<Published> {
    let mut found: Option<Published> = None;
    for (state, name) in states.iter().flat_map(|state| PUBLISHED.iter().map(move |name| (state, name))) {
        for (at, _) in state.match_indices(&format!("\"{name}\"")) {
            let Some(stated) = field_of_broken(&state[at..], name).and_then(|v| published(&v, "meta")) else {
                continue;
            };
            let day = |p: &Published| p.value.as_deref().and_then(|v| v.get(..10).map(str::to_string));
            match &found {
                Some(before) if day(before) != day(&stated) => return None,
                Some(_) => {}
                None => found = Some(stated).filter(|s| day(s).is_some()),
            }
        }
    }
    found
}

/// The string that follows a name, in JSON that cannot be read as a whole.
fn field_of_broken(script: &str, name: &str) -> Option<String> {
    let at = script.find(&format!("\"{name}\""))? + name.len() + 2;
    let rest = script[at..].trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let value = &rest[..rest.find(['"', '\n'])?];
    (!value.contains('\\') && value.len() < 400).then(|| value.trim().to_string()).filter(|v| !v.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(script: &str) -> LinkedData {
        read(&[script.to_string()], "")
    }

    #[test]
    fn authors_come_in_every_shape() {
        for (author, want) in [
            (r#""Ada Byron""#, vec!["Ada Byron"]),
            (r#"{"@type":"Person","name":"Ada Byron"}"#, vec!["Ada Byron"]),
            (r#"[{"name":"Ada Byron"},"Max Muster"]"#, vec!["Ada Byron", "Max Muster"]),
            (r#"{"name":["Ada Byron","Max Muster"]}"#, vec!["Ada Byron", "Max Muster"]),
            (r##"{"@id":"#ada"}"##, vec!["Ada Byron"]),
        ] {
            let script = format!(
                r##"{{"@graph":[{{"@type":"Person","@id":"#ada","name":"Ada Byron"}},
                   {{"@type":["NewsArticle"],"headline":"Rivers","author":{author}}}]}}"##
            );
            assert_eq!(one(&script).authors, want, "{author}");
        }
    }

    #[test]
    fn broken_scripts_are_read_as_far_as_possible() {
        let good = r#"{"@type":"NewsArticle","headline":"Rivers","datePublished":"2024-03-14"}"#;
        for script in [
            format!("<!-- {good} -->"),
            format!("//<![CDATA[\n{good}\n//]]>"),
            format!("{good};"),
            good.replace("\"}", "\",}"),
            good.replace("Rivers", "Ri\nvers").replace("Ri\nvers", "Rivers\t"),
            format!("{good}{good}"),
            good.replace('}', ", oops"),
        ] {
            let found = one(&script);
            assert_eq!(found.published.as_deref(), Some("2024-03-14"), "{script}");
            assert_eq!(found.headline.as_deref(), Some("Rivers"), "{script}");
        }
        assert_eq!(one("{{{["), LinkedData::default());
        assert_eq!(one(&"[".repeat(200_000)), LinkedData::default());
    }

    #[test]
    fn programs_know_the_day_where_they_know_but_one() {
        let day = |state: &str| only_day(&[state.to_string()]).and_then(|p| p.value);
        let article = r#"{"page":{"publishedAt":"2024-03-14T10:00:00Z","x":[{"publishDate": "2024-03-14"}]}}"#;
        assert_eq!(day(article).as_deref(), Some("2024-03-14T10:00:00Z"));
        assert_eq!(day(&article.replace("Date\": \"2024-03-14", "Date\": \"2024-03-15")), None);
        assert_eq!(day(r#"{"createdAt":"2024-03-14","publishedAt":null}"#), None);
    }

    #[test]
    fn the_pages_own_article_wins() {
        let scripts = [
            r#"{"@type":"NewsArticle","headline":"Other news","datePublished":"2020-01-01"}"#.to_string(),
            r#"{"@type":"NewsArticle","headline":"Rivers rise","datePublished":"2024-03-14"}"#.to_string(),
        ];
        assert_eq!(read(&scripts, "Rivers rise | The Daily").published.as_deref(), Some("2024-03-14"));
        assert_eq!(read(&scripts, "").published.as_deref(), Some("2020-01-01"));
    }
}
