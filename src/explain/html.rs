//! An explanation as one page that needs nothing else: no script, no network.

use std::fmt::Write as _;

use super::{Change, Explanation, Mark, Part, Removed, Run};

const STYLE: &str = include_str!("explain.css");

/// The whole page. All text of the document is escaped.
pub fn page(explanation: &Explanation) -> String {
    let record = &explanation.record;
    let title = record.title.as_deref().unwrap_or(&record.source.path);
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n",
        escape(&record.language.code),
        escape(title)
    );
    facts(explanation, &mut out);
    for part in &explanation.parts {
        match part {
            Part::Block { kind, runs } => block(kind, runs, &mut out),
            Part::Removed(removed) => {
                let _ = writeln!(
                    out,
                    "<div class=\"removed\"><small>{}</small><p><del>{}</del></p></div>",
                    label(removed),
                    escape(&removed.text)
                );
            }
        }
    }
    out.push_str("</main>\n");
    entities(explanation, &mut out);
    out.push_str("</body>\n</html>\n");
    out
}

fn facts(explanation: &Explanation, out: &mut String) {
    let record = &explanation.record;
    let published = record.published.as_ref();
    let evidence = published.and_then(|p| p.evidence.as_deref()).unwrap_or_default();
    let how = published.and_then(|p| p.how.as_deref()).map(|how| format!(", from {how}: ")).unwrap_or_default();
    let rows = [
        ("file", format!("{} ({}, {})", record.source.path, record.source.format, record.source.charset)),
        ("authors", record.authors.join(", ")),
        ("site", record.site.clone().unwrap_or_default()),
        ("published", format!("{}{how}{evidence}", published.and_then(|p| p.value.as_deref()).unwrap_or("unknown"))),
        ("language", record.language.code.clone()),
        ("kept", format!("{:.0} % of the letters", 100.0 * record.quality.kept_share)),
        ("flags", record.quality.flags.join(", ")),
        ("edits", record.quality.edits.iter().map(|(r, n)| format!("{n} × {r}")).collect::<Vec<_>>().join(", ")),
    ];
    out.push_str("<dl>\n");
    for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = writeln!(out, "<dt>{name}</dt><dd>{}</dd>", escape(value));
    }
    out.push_str("</dl>\n");
}

fn block(kind: &str, runs: &[Run], out: &mut String) {
    let tag = match kind {
        "title" => "h1",
        "heading" => "h2",
        "quote" => "blockquote",
        _ => "p",
    };
    let _ = write!(out, "<{tag} class=\"{kind}\">");
    for run in runs {
        if let Some(removed) = &run.removed {
            let _ = write!(out, "<del title=\"{}\">{}</del>", label(removed), escape(&removed.text));
            continue;
        }
        for mark in &run.marks {
            let _ = write!(out, "<span class=\"{} {}\" title=\"{}\">", mark.what, escape(&mark.kind), title(mark));
        }
        match &run.change {
            Some(Change { before, rules }) => {
                let rules = escape(&rules.join(", "));
                let _ = write!(out, "<del>{}</del><ins title=\"{rules}\">{}</ins>", escape(before), escape(&run.text));
            }
            None => out.push_str(&escape(&run.text)),
        }
        for mark in run.marks.iter().rev() {
            if mark.ends && mark.what == "date" {
                let _ = write!(out, "<sup>{}</sup>", escape(&mark.label));
            }
            out.push_str("</span>");
        }
    }
    let _ = writeln!(out, "</{tag}>");
}

fn entities(explanation: &Explanation, out: &mut String) {
    if explanation.record.entities.is_empty() {
        return;
    }
    out.push_str("<table>\n<tr><th>name</th><th>type</th><th>id</th><th>times</th></tr>\n");
    for entity in &explanation.record.entities {
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(&entity.name),
            escape(&entity.kind),
            escape(&entity.id),
            entity.mentions.len()
        );
    }
    out.push_str("</table>\n");
}

fn label(removed: &Removed) -> String {
    escape(&format!("{} ({}, {:.2})", removed.kind, removed.rule, removed.confidence))
}

fn title(mark: &Mark) -> String {
    let name = mark.name.as_deref().unwrap_or_default();
    escape(format!("{} {name} {}", mark.kind, mark.label).trim())
}

/// Text that means nothing to a browser, in content and in attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && !c.is_whitespace() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
