//! HTML's own elements: which make blocks, which hold no text, and which end others without saying so.

/// An element breaks the line before and after itself.
pub const BLOCK: u16 = 1;
/// It has no end tag.
pub const VOID: u16 = 1 << 1;
/// What stands in it is never text of the page.
pub const UNSEEN: u16 = 1 << 2;
/// Its content is raw to the tokenizer, up to its end tag.
pub const RAW: u16 = 1 << 3;
/// A start tag closes a paragraph that is still open.
pub const ENDS_P: u16 = 1 << 4;
/// End tags inside do not reach beyond it.
pub const BARRIER: u16 = 1 << 5;
/// May stand in the head of a page.
pub const HEAD: u16 = 1 << 6;
/// A part of the page by its name: menus, footers.
pub const ASIDE: u16 = 1 << 7;

/// Known elements with their traits, sorted by name.
const TAGS: &[(&str, u16)] = &[
    ("a", 0),
    ("abbr", 0),
    ("address", BLOCK | ENDS_P),
    ("applet", UNSEEN | BARRIER),
    ("area", VOID),
    ("article", BLOCK | ENDS_P),
    ("aside", BLOCK | ENDS_P | ASIDE),
    ("audio", UNSEEN),
    ("b", 0),
    ("base", VOID | HEAD),
    ("big", 0),
    ("blockquote", BLOCK | ENDS_P),
    ("body", BLOCK),
    ("br", VOID),
    ("button", UNSEEN | BARRIER),
    ("canvas", UNSEEN),
    ("caption", BLOCK | BARRIER),
    ("center", BLOCK | ENDS_P),
    ("cite", 0),
    ("code", 0),
    ("col", VOID),
    ("colgroup", 0),
    ("datalist", UNSEEN),
    ("dd", BLOCK | ENDS_P),
    ("del", UNSEEN),
    ("details", BLOCK | ENDS_P),
    ("dialog", BLOCK | ENDS_P),
    ("dir", BLOCK | ENDS_P),
    ("div", BLOCK | ENDS_P),
    ("dl", BLOCK | ENDS_P),
    ("dt", BLOCK | ENDS_P),
    ("em", 0),
    ("embed", VOID),
    ("fieldset", BLOCK | ENDS_P),
    ("figcaption", BLOCK | ENDS_P),
    ("figure", BLOCK | ENDS_P),
    ("font", 0),
    ("footer", BLOCK | ENDS_P | ASIDE),
    ("form", BLOCK | ENDS_P),
    ("frame", VOID),
    ("frameset", UNSEEN),
    ("h1", BLOCK | ENDS_P),
    ("h2", BLOCK | ENDS_P),
    ("h3", BLOCK | ENDS_P),
    ("h4", BLOCK | ENDS_P),
    ("h5", BLOCK | ENDS_P),
    ("h6", BLOCK | ENDS_P),
    ("head", UNSEEN),
    ("header", BLOCK | ENDS_P),
    ("hgroup", BLOCK | ENDS_P),
    ("hr", BLOCK | VOID | ENDS_P),
    ("html", BLOCK),
    ("i", 0),
    ("iframe", UNSEEN | RAW),
    ("img", VOID),
    ("input", VOID),
    ("ins", 0),
    ("label", 0),
    ("legend", BLOCK),
    ("li", BLOCK | ENDS_P),
    ("link", VOID | HEAD),
    ("main", BLOCK | ENDS_P),
    ("map", UNSEEN),
    ("marquee", BLOCK | BARRIER),
    ("math", 0),
    ("menu", BLOCK | ENDS_P | ASIDE),
    ("meta", VOID | HEAD),
    ("nav", BLOCK | ENDS_P | ASIDE),
    ("noembed", UNSEEN | RAW),
    ("noframes", UNSEEN | RAW | HEAD),
    ("noscript", UNSEEN | HEAD),
    ("object", BARRIER),
    ("ol", BLOCK | ENDS_P),
    ("optgroup", UNSEEN),
    ("option", UNSEEN),
    ("p", BLOCK | ENDS_P),
    ("param", VOID),
    ("pre", BLOCK | ENDS_P),
    ("progress", UNSEEN),
    ("q", 0),
    ("rp", UNSEEN),
    ("rt", UNSEEN),
    ("ruby", 0),
    ("s", 0),
    ("script", UNSEEN | RAW | HEAD),
    ("search", BLOCK | ENDS_P | ASIDE),
    ("section", BLOCK | ENDS_P),
    ("select", UNSEEN | BARRIER),
    ("small", 0),
    ("source", VOID),
    ("span", 0),
    ("strike", 0),
    ("strong", 0),
    ("style", UNSEEN | RAW | HEAD),
    ("sub", 0),
    ("summary", BLOCK | ENDS_P),
    ("sup", 0),
    ("svg", UNSEEN),
    ("table", BLOCK | ENDS_P | BARRIER),
    ("tbody", BLOCK),
    ("td", BLOCK | BARRIER),
    ("template", UNSEEN | BARRIER | HEAD),
    ("textarea", UNSEEN | RAW),
    ("tfoot", BLOCK),
    ("th", BLOCK | BARRIER),
    ("thead", BLOCK),
    ("time", 0),
    ("title", UNSEEN | RAW | HEAD),
    ("tr", BLOCK),
    ("track", VOID),
    ("tt", 0),
    ("u", 0),
    ("ul", BLOCK | ENDS_P),
    ("video", UNSEEN),
    ("wbr", VOID),
    ("xmp", BLOCK | RAW),
];

/// Where the elements of each letter begin in the table, and its end.
const LETTERS: [u8; 27] = {
    let mut starts = [0; 27];
    let mut letter = 0;
    let mut at = 0;
    while letter < 27 {
        while at < TAGS.len() && TAGS[at].0.as_bytes()[0] < b'a' + letter as u8 {
            at += 1;
        }
        starts[letter] = at as u8;
        letter += 1;
    }
    starts
};

/// An element's name, for elements that HTML knows; all others are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag(u8);

impl Tag {
    /// Any element that HTML does not know: an inline one without traits.
    pub const UNKNOWN: Tag = Tag(u8::MAX);

    /// The element called `name`, which is in lower case.
    pub fn named(name: &[u8]) -> Tag {
        let Some(first @ b'a'..=b'z') = name.first().copied() else { return Tag::UNKNOWN };
        let letter = usize::from(first - b'a');
        let mut at = LETTERS[letter];
        while at < LETTERS[letter + 1] {
            if TAGS[usize::from(at)].0.as_bytes() == name {
                return Tag(at);
            }
            at += 1;
        }
        Tag::UNKNOWN
    }

    /// Its name; `unknown` for those that HTML does not know.
    pub fn name(self) -> &'static str {
        TAGS.get(usize::from(self.0)).map_or("unknown", |(name, _)| name)
    }

    /// Whether it has one of `traits`.
    pub fn is(self, traits: u16) -> bool {
        TAGS.get(usize::from(self.0)).is_some_and(|(_, has)| has & traits != 0)
    }

    /// A number under [`Tag::COUNT`], for tables of counts.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// One more than the largest [`Tag::index`].
    pub const COUNT: usize = 256;

    /// Whether it is a heading, `h1` to `h6`.
    pub fn is_heading(self) -> bool {
        matches!(self.name().as_bytes(), [b'h', b'1'..=b'6'])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_element_is_found() {
        assert!(TAGS.is_sorted_by(|a, b| a.0 < b.0));
        assert!(TAGS.iter().all(|(name, _)| Tag::named(name.as_bytes()).name() == *name));
        assert!(Tag::named(b"h2").is_heading() && !Tag::named(b"hr").is_heading());
        for name in [&b"amp-img"[..], b"", b"zz", b"1"] {
            assert_eq!(Tag::named(name), Tag::UNKNOWN);
        }
    }
}
