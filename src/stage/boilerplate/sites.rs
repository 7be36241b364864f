//! Rules for one site, which overrule everything that is said of all sites.

use serde::Deserialize;

use super::pattern::{Line, Pattern};
use super::{cues, fold};
use crate::document::{BlockKind, Meta};
use crate::error::Error;
use crate::rules::{Class, Rule, RuleFile, RuleId, Rules};

/// What a site's rules say of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// What the line is.
    pub kind: BlockKind,
    /// Whether it belongs to the article.
    pub keep: bool,
    /// The rule.
    pub rule: RuleId,
}

/// The rules of one site.
#[derive(Debug)]
pub struct Site {
    domain: String,
    /// How it calls itself, folded.
    names: Vec<String>,
    verdicts: Vec<(Pattern, Verdict)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    domain: String,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    drop: Vec<Drop>,
    #[serde(default)]
    keep: Vec<Keep>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Drop {
    pattern: toml::Spanned<String>,
    kind: toml::Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keep {
    pattern: toml::Spanned<String>,
}

impl Site {
    /// Reads every file of `rules/sites/`.
    ///
    /// # Errors
    /// [`Error::Rules`] with file and line.
    pub fn load(rules: &mut Rules) -> Result<Vec<Site>, Error> {
        rules.folder("sites", "toml").iter().map(|file| Site::read(file, rules)).collect()
    }

    fn read(file: &RuleFile, rules: &mut Rules) -> Result<Site, Error> {
        let File { domain, names, drop, keep } = file.parse()?;
        let names = names.iter().map(|name| fold::line(name)).collect();
        let mut verdicts = Vec::new();
        // What is kept comes first, since the first verdict counts.
        let keep = keep.into_iter().map(|k| (k.pattern, None));
        for (n, (pattern, kind)) in keep.chain(drop.into_iter().map(|d| (d.pattern, Some(d.kind)))).enumerate() {
            let compiled = Pattern::new(fold::pattern(pattern.get_ref()));
            if !file.embedded {
                compiled.check().map_err(|what| file.fault(Some(pattern.span().start), what))?;
            }
            let kind_of = match &kind {
                None => BlockKind::Body,
                Some(name) => BlockKind::from_name(name.get_ref()).ok_or_else(|| {
                    file.fault(Some(name.span().start), format!("there is no kind {}", name.get_ref()))
                })?,
            };
            let rule = rules.add(Rule::new(
                format!("boilerplate/site/{domain}/{}", n + 1),
                kind_of.name(),
                Class::Meaning,
                format!("on {domain}, a line that says `{}`", pattern.get_ref()),
            ))?;
            if rules.is_on(rule) {
                let verdict = Verdict { kind: kind_of, keep: kind.is_none(), rule };
                verdicts.push((compiled, verdict));
            }
        }
        Ok(Site { domain, names, verdicts })
    }

    /// The site that a document comes from.
    pub fn of<'a>(sites: &'a [Site], meta: &Meta) -> Option<&'a Site> {
        let host = meta.url.as_deref().map(host);
        let names = [host, meta.site.as_deref()];
        let called = meta.site.as_deref().map(fold::line);
        sites.iter().find(|s| {
            names.iter().flatten().any(|name| is_below(name, &s.domain))
                || called.as_ref().is_some_and(|name| s.names.contains(name))
        })
    }

    /// What the rules say of a line of any length.
    pub fn verdict(&self, text: &str) -> Option<Verdict> {
        if text.len() > 4 * cues::LONGEST {
            return None;
        }
        let folded = fold::line(text);
        let line = Line::new(&folded);
        self.verdicts.iter().find(|(pattern, _)| pattern.is_match(&line)).map(|(_, verdict)| *verdict)
    }
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    host.split(':').next().unwrap_or(host)
}

fn is_below(host: &str, domain: &str) -> bool {
    let (host, domain) = (host.trim().to_ascii_lowercase(), domain.to_ascii_lowercase());
    host == domain || host.strip_suffix(domain.as_str()).is_some_and(|start| start.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_right() {
        for site in Site::load(&mut Rules::load(None, &[]).unwrap()).unwrap() {
            for (pattern, _) in &site.verdicts {
                assert_eq!(pattern.check(), Ok(()), "{}", site.domain);
            }
        }
    }
}
