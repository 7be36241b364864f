//! A walk over XML without recursion, without document types, and without entities but the five that XML has.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Elements deeper than this are passed over with all that is in them.
const DEPTH: usize = 256;

/// One step of a walk.
pub(super) enum Step<'a> {
    /// An element begins: its attributes.
    Open(&'a [(String, String)]),
    /// Text of the innermost element.
    Text(&'a str),
    /// The innermost element ends; what stood between its tags, as it is written.
    Close(&'a str),
}

/// Walks over `xml`, and hands each step on with the local names of the elements around it, outermost first. What is not
/// well formed ends the walk: what came before it has been seen.
pub(super) fn walk(xml: &str, see: &mut dyn FnMut(&[String], Step)) {
    let mut reader = Reader::from_str(xml);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    let mut path: Vec<String> = Vec::new();
    let mut starts: Vec<usize> = Vec::new();
    let mut below = 0usize;
    loop {
        let before = position(&reader);
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                if path.len() == DEPTH {
                    below += 1;
                    continue;
                }
                path.push(local(&tag));
                starts.push(position(&reader));
                see(&path, Step::Open(&attributes(&tag)));
            }
            Ok(Event::Empty(tag)) if path.len() < DEPTH => {
                path.push(local(&tag));
                see(&path, Step::Open(&attributes(&tag)));
                see(&path, Step::Close(""));
                path.pop();
            }
            Ok(Event::End(tag)) => {
                if below > 0 {
                    below -= 1;
                    continue;
                }
                let name = String::from_utf8_lossy(tag.local_name().as_ref().as_ref()).into_owned();
                // An end tag ends the innermost element of its name, and those inside that were left open.
                let Some(at) = path.iter().rposition(|open| *open == name) else { continue };
                while path.len() > at {
                    let start = starts.pop().unwrap_or(before).min(before);
                    see(&path, Step::Close(xml.get(start..before).unwrap_or_default()));
                    path.pop();
                }
            }
            Ok(Event::Text(text)) if !path.is_empty() => see(&path, Step::Text(&text)),
            Ok(Event::CData(text)) if !path.is_empty() => see(&path, Step::Text(&text)),
            Ok(Event::GeneralRef(name)) if !path.is_empty() => see(&path, Step::Text(&reference(&name))),
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

fn local(tag: &BytesStart) -> String {
    String::from_utf8_lossy(tag.local_name().as_ref().as_ref()).into_owned()
}

fn attributes(tag: &BytesStart) -> Vec<(String, String)> {
    let one = |a: quick_xml::events::attributes::Attribute| {
        let name = String::from_utf8_lossy(a.key.local_name().as_ref().as_ref()).into_owned();
        (name, resolve(&String::from_utf8_lossy(a.value.as_ref().as_ref())))
    };
    tag.attributes().with_checks(false).flatten().take(64).map(one).collect()
}

/// What a reference stands for: a character, or, where only a document type could tell, itself.
fn reference(name: &str) -> String {
    let code = name.strip_prefix('#').and_then(|n| match n.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => n.parse().ok(),
    });
    match (code.and_then(char::from_u32), name) {
        (Some(c), _) => c.to_string(),
        (None, "lt") => "<".into(),
        (None, "gt") => ">".into(),
        (None, "amp") => "&".into(),
        (None, "quot") => "\"".into(),
        (None, "apos") => "'".into(),
        (None, name) => format!("&{name};"),
    }
}

/// Resolves the references in an attribute's value.
fn resolve(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.find(';').filter(|end| *end <= 10) {
            Some(end) => {
                out.push_str(&reference(&rest[..end]));
                rest = &rest[end + 1..];
            }
            None => out.push('&'),
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_characters_or_themselves() {
        let mut seen = Vec::new();
        let xml = "<!DOCTYPE a [<!ENTITY lol \"ha\"><!ENTITY x SYSTEM \"file:///etc/passwd\">]><a b='1 &lt; &#50;'>&lol;&x;&#233;&eacute;<c/>\
            <![CDATA[<d>]]><e>un<f>deux</e></a>";
        walk(xml, &mut |path, step| {
            let path = path.join("/");
            seen.push(match step {
                Step::Open(attributes) => {
                    format!("+{path}{}", attributes.iter().map(|(k, v)| format!(" {k}={v}")).collect::<String>())
                }
                Step::Text(text) => format!("{path}:{text}"),
                Step::Close(inside) => format!("-{path} {}", inside.len()),
            });
        });
        let all = seen.join("\n");
        assert!(all.starts_with("+a b=1 < 2\na:&lol;\na:&x;\na:é\na:&eacute;\n+a/c\n-a/c 0\na:<d>"), "{all}");
        assert!(all.contains("-a/e/f 4\n-a/e 9\n-a "), "{all}");
    }

    #[test]
    fn deep_markup_is_walked_without_recursion() {
        let mut most = 0;
        walk(&"<a>".repeat(100_000), &mut |path, _| most = most.max(path.len()));
        assert_eq!(most, DEPTH);
    }
}
