//! From a page to a tree, in one pass and without recursion.
//!
//! The tree is flat: nodes stand in the order of the page, and each knows where its descendants end. Tags are matched
//! the way browsers do where it changes what the text is: implied end tags, void elements, unclosed and misnested ones.
//! Elements deeper than the cap become siblings at the cap, so their text stays; attributes beyond the cap are dropped.

use std::ops::Range;

use html5gum::{State, Tokenizer};

use super::emitter::Gatherer;
use super::vocabulary::{BARRIER, BLOCK, ENDS_P, HEAD, RAW, Tag, UNSEEN, VOID};
use crate::limits::Limits;

/// How many bytes of one attribute's value are kept: addresses and descriptions are under 4 KiB.
const VALUE_BYTES: usize = 16 << 10;

/// A page as a tree.
#[derive(Debug, Default)]
pub struct Tree {
    /// In the order of the page.
    pub nodes: Vec<Node>,
    /// All text, references resolved.
    text: String,
    attributes: Vec<(Attribute, Range<usize>)>,
    values: String,
}

/// An element, or a run of text.
#[derive(Debug)]
pub struct Node {
    /// The element around it; the first node is its own.
    pub parent: usize,
    /// One past its last descendant.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
}

/// What a node is.
#[derive(Debug)]
pub enum Kind {
    /// An element, with the indexes of its attributes.
    Element(Tag, Range<usize>),
    /// Text: bytes of the tree's text, and whether it is in a link.
    Text(Range<usize>, bool),
}

macro_rules! attributes {
    ($($member:ident = $name:literal,)+) => {
        /// The attributes that are kept.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Attribute { $(#[doc = stringify!($name)] $member,)+ }

        impl Attribute {
            fn named(name: &[u8]) -> Option<Attribute> {
                match name {
                    $($name => Some(Attribute::$member),)+
                    _ => None,
                }
            }
        }
    };
}

attributes! {
    AriaHidden = b"aria-hidden",
    Charset = b"charset",
    Class = b"class",
    Content = b"content",
    Datetime = b"datetime",
    Hidden = b"hidden",
    Href = b"href",
    HttpEquiv = b"http-equiv",
    Id = b"id",
    Itemprop = b"itemprop",
    Itemtype = b"itemtype",
    Lang = b"lang",
    Name = b"name",
    Open = b"open",
    Property = b"property",
    Pubdate = b"pubdate",
    Rel = b"rel",
    Role = b"role",
    Style = b"style",
    Title = b"title",
    Type = b"type",
    Value = b"value",
    XmlLang = b"xml:lang",
}

impl Tree {
    /// Parses `page`.
    pub fn parse(page: &str, limits: &Limits) -> Tree {
        let mut builder = Builder::new(limits);
        let Ok(()) = Tokenizer::new_with_emitter(page, Gatherer::new(&mut builder)).finish();
        builder.finish()
    }

    /// The element at `node`, if it is one.
    pub fn tag(&self, node: usize) -> Option<Tag> {
        match self.nodes[node].kind {
            Kind::Element(tag, _) => Some(tag),
            Kind::Text(..) => None,
        }
    }

    /// The value of an attribute of the element at `node`, references resolved.
    pub fn attribute(&self, node: usize, attribute: Attribute) -> Option<&str> {
        let Kind::Element(_, attributes) = &self.nodes[node].kind else { return None };
        let found = self.attributes[attributes.clone()].iter().find(|(a, _)| *a == attribute)?;
        Some(&self.values[found.1.clone()])
    }

    /// All attributes of the element at `node` with their values.
    pub fn attributes(&self, node: usize) -> impl Iterator<Item = (Attribute, &str)> {
        let own = match &self.nodes[node].kind {
            Kind::Element(_, attributes) => attributes.clone(),
            Kind::Text(..) => 0..0,
        };
        self.attributes[own].iter().map(|(attribute, at)| (*attribute, &self.values[at.clone()]))
    }

    /// A run of text.
    pub fn text(&self, at: &Range<usize>) -> &str {
        &self.text[at.clone()]
    }

    /// All text below `node`, white space collapsed, up to `most` bytes.
    pub fn text_of(&self, node: usize, most: usize) -> String {
        self.collect(node, most, |tag| tag.is(BLOCK) || tag.name() == "br")
    }

    /// The same with a space between all elements: a sheet of a calendar has day, month and year beside each other.
    pub fn spaced_text_of(&self, node: usize, most: usize) -> String {
        self.collect(node, most, |_| true)
    }

    fn collect(&self, node: usize, most: usize, parts: impl Fn(Tag) -> bool) -> String {
        let mut out = String::new();
        for child in &self.nodes[node..self.nodes[node].end] {
            match &child.kind {
                Kind::Text(at, _) => {
                    for (n, word) in self.text(at).split(char::is_whitespace).enumerate() {
                        if n > 0 && !out.ends_with(' ') && !out.is_empty() {
                            out.push(' ');
                        }
                        out.push_str(word);
                    }
                }
                Kind::Element(tag, _) => {
                    if parts(*tag) && !out.ends_with(' ') && !out.is_empty() {
                        out.push(' ');
                    }
                }
            }
            if out.len() > most {
                break;
            }
        }
        out.truncate(out.trim_end().len());
        out
    }

    /// The text below `node` as it stands, up to `most` bytes: for scripts.
    pub fn raw_text_of(&self, node: usize, most: usize) -> String {
        let mut out = String::new();
        for child in &self.nodes[node..self.nodes[node].end] {
            if let Kind::Text(at, _) = &child.kind {
                out.push_str(self.text(at));
            }
            if out.len() > most {
                break;
            }
        }
        out
    }
}

/// An open element.
#[derive(Clone, Copy, Debug)]
struct Open {
    tag: Tag,
    node: usize,
    /// How many nodes are around it in the tree, which stops growing at the cap.
    depth: usize,
}

/// Grows the tree from the tags, attributes and text of a page, in order.
#[derive(Debug, Default)]
pub struct Builder {
    tree: Tree,
    most_depth: usize,
    most_attributes: usize,
    /// Open elements, as the page has them.
    open: Vec<Open>,
    /// Open nodes, as the tree has them: never more than the cap.
    path: Vec<usize>,
    /// How many elements of each kind are open, so that a stray end tag costs nothing.
    counts: Vec<usize>,
    in_link: bool,
    /// The element whose start tag is being read.
    tag: Option<Tag>,
    /// Its attributes begin here.
    attributes_start: usize,
    attributes_seen: usize,
    has_body: bool,
}

impl Builder {
    fn new(limits: &Limits) -> Builder {
        let root = Node { parent: 0, end: 0, kind: Kind::Element(Tag::named(b"html"), 0..0) };
        Builder {
            tree: Tree { nodes: vec![root], ..Tree::default() },
            most_depth: limits.html_depth.max(8),
            most_attributes: limits.html_attributes,
            path: vec![0],
            counts: vec![0; Tag::COUNT],
            ..Builder::default()
        }
    }

    fn finish(mut self) -> Tree {
        let end = self.tree.nodes.len();
        for node in &self.path {
            self.tree.nodes[*node].end = end;
        }
        self.tree
    }

    /// Begins a start tag.
    pub(super) fn open_start_tag(&mut self, name: &[u8]) {
        self.tag = Some(Tag::named(name));
        self.attributes_start = self.tree.attributes.len();
        self.attributes_seen = 0;
    }

    /// Takes the name of an attribute of the start tag; whether its value is wanted.
    pub(super) fn attribute_name(&mut self, name: &[u8]) -> bool {
        self.attributes_seen += 1;
        if self.attributes_seen > self.most_attributes {
            return false;
        }
        let Some(attribute) = Attribute::named(name) else { return false };
        let known = &self.tree.attributes[self.attributes_start..];
        let is_new = !known.iter().any(|(a, _)| *a == attribute);
        if is_new {
            let at = self.tree.values.len();
            self.tree.attributes.push((attribute, at..at));
        }
        is_new
    }

    /// Takes the value of the last attribute, if that was wanted.
    pub(super) fn attribute_value(&mut self, value: &[u8]) {
        let value = String::from_utf8_lossy(value);
        let mut end = value.len().min(VALUE_BYTES);
        while !value.is_char_boundary(end) {
            end -= 1;
        }
        self.tree.values.push_str(&value[..end]);
        if let Some(last) = self.tree.attributes.last_mut() {
            last.1.end = self.tree.values.len();
        }
    }

    /// Ends the start tag. What it gives back is the tokenizer's next state, where that is not the usual one.
    pub(super) fn start_tag(&mut self, self_closing: bool) -> Option<State> {
        let tag = self.tag.take()?;
        let name = tag.name();
        let foreign = self.counts[Tag::named(b"svg").index()] > 0;
        if foreign && tag.is(BLOCK) {
            self.close_through(Tag::named(b"svg"), |_| false);
        }
        match name {
            "html" | "body" | "head" => {
                if name == "body" && !self.has_body {
                    self.has_body = true;
                    self.close_through(Tag::named(b"head"), |_| false);
                } else {
                    self.root_attributes();
                    if name != "head" || self.has_body || self.open.len() > 1 {
                        return None;
                    }
                }
            }
            _ => {
                if self.open.last().is_some_and(|o| o.tag.name() == "head") && !tag.is(HEAD) {
                    self.pop();
                }
                self.implied_ends(tag);
            }
        }
        if name == "a" {
            self.close_link();
        }
        let attributes = self.attributes_start..self.tree.attributes.len();
        self.push(tag, attributes);
        if name == "a" {
            self.in_link = self.tree.attribute(self.tree.nodes.len() - 1, Attribute::Href).is_some();
        }
        if tag.is(VOID) || (self_closing && foreign) {
            self.pop();
            return None;
        }
        if tag.is(RAW) {
            return Some(match name {
                "script" => State::ScriptData,
                "textarea" | "title" if !foreign => State::RcData,
                "textarea" | "title" => return None,
                _ => State::RawText,
            });
        }
        None
    }

    /// A second `html` or `body` tag, or the first that is implied already, only adds its attributes.
    fn root_attributes(&mut self) {
        let added = self.attributes_start..self.tree.attributes.len();
        if let Kind::Element(_, attributes) = &mut self.tree.nodes[0].kind
            && attributes.start == attributes.end
        {
            *attributes = added;
        }
    }

    /// Closes what the start of `tag` closes without saying so.
    fn implied_ends(&mut self, tag: Tag) {
        let name = tag.name();
        if tag.is(ENDS_P) {
            self.close_through(Tag::named(b"p"), |t| t.is(BARRIER));
        }
        match name {
            "li" => self.close_through(tag, |t| {
                t.is(BARRIER) || (t.is(BLOCK) && !matches!(t.name(), "li" | "div" | "p" | "address" | "center"))
            }),
            "dt" | "dd" => {
                for open in [b"dt", b"dd"] {
                    self.close_through(Tag::named(open), |t| t.is(BARRIER) || t.name() == "dl");
                }
            }
            "option" | "optgroup" => self.close_through(Tag::named(b"option"), |t| t.name() == "select"),
            "td" | "th" => {
                for open in [b"td", b"th"] {
                    self.close_through(Tag::named(open), |t| matches!(t.name(), "table" | "tr" | "template"));
                }
            }
            "tr" => self.close_through(tag, |t| matches!(t.name(), "table" | "template")),
            "tbody" | "thead" | "tfoot" => {
                self.close_through(Tag::named(b"tr"), |t| matches!(t.name(), "table" | "template"));
                for open in [&b"tbody"[..], b"thead", b"tfoot", b"caption", b"colgroup"] {
                    self.close_through(Tag::named(open), |t| matches!(t.name(), "table" | "template"));
                }
            }
            _ => {
                if tag.is_heading() && self.open.last().is_some_and(|o| o.tag.is_heading()) {
                    self.pop();
                }
            }
        }
    }

    /// Takes an end tag.
    pub(super) fn end_tag(&mut self, name: &[u8]) {
        let tag = Tag::named(name);
        let name = tag.name();
        match name {
            "html" | "body" => {}
            "br" => {
                self.push(tag, 0..0);
                self.pop();
            }
            "a" => {
                self.close_link();
                self.close_through(tag, |t| t.is(BLOCK));
            }
            "table" | "select" | "button" | "template" | "object" | "head" | "svg" => {
                self.close_through(tag, |_| false)
            }
            "tr" | "tbody" | "thead" | "tfoot" | "td" | "th" | "caption" => {
                self.close_through(tag, |t| matches!(t.name(), "table" | "template"));
            }
            "form" => self.close_through(tag, |t| t.is(BARRIER) || t.name() == "div"),
            "p" => self.close_through(tag, |t| t.is(BARRIER)),
            "li" => self.close_through(tag, |t| t.is(BARRIER) || matches!(t.name(), "ul" | "ol")),
            _ if tag.is_heading() => {
                if self.open.iter().rev().take(8).any(|o| o.tag == tag) {
                    self.close_through(tag, |t| t.is(BARRIER));
                } else if self.open.last().is_some_and(|o| o.tag.is_heading()) {
                    self.pop();
                }
            }
            _ if tag.is(BLOCK) || tag.is(UNSEEN) => self.close_through(tag, |t| t.is(BARRIER)),
            _ => self.close_through(tag, |t| t.is(BLOCK)),
        }
    }

    fn close_link(&mut self) {
        self.in_link = false;
    }

    /// Closes the innermost `tag` and all in it, unless a `barrier` stands between or it is out of reach.
    fn close_through(&mut self, tag: Tag, barrier: impl Fn(Tag) -> bool) {
        if self.counts[tag.index()] == 0 {
            return;
        }
        let reach = self.open.len().saturating_sub(self.most_depth);
        let found =
            self.open[reach..].iter().rev().take_while(|o| o.tag == tag || !barrier(o.tag)).position(|o| o.tag == tag);
        if let Some(above) = found {
            for _ in 0..=above {
                self.pop();
            }
        }
    }

    fn push(&mut self, tag: Tag, attributes: Range<usize>) {
        while self.path.len() >= self.most_depth {
            self.close_path();
        }
        let node = self.tree.nodes.len();
        let parent = self.path.last().copied().unwrap_or(0);
        self.tree.nodes.push(Node { parent, end: node + 1, kind: Kind::Element(tag, attributes) });
        self.open.push(Open { tag, node, depth: self.path.len() });
        self.counts[tag.index()] += 1;
        self.path.push(node);
    }

    fn pop(&mut self) {
        let Some(open) = self.open.pop() else { return };
        self.counts[open.tag.index()] -= 1;
        if open.tag.name() == "a" {
            self.in_link = false;
        }
        if self.path.get(open.depth) == Some(&open.node) {
            while self.path.len() > open.depth {
                self.close_path();
            }
        }
    }

    fn close_path(&mut self) {
        if let Some(node) = self.path.pop() {
            self.tree.nodes[node].end = self.tree.nodes.len();
        }
    }

    /// Takes the text between two tags.
    pub(super) fn text(&mut self, value: &str) {
        let blank = value.bytes().all(|b| b.is_ascii_whitespace());
        if let Some(open) = self.open.last() {
            match open.tag.name() {
                "script" if !self.is_data(open.node) => return,
                "style" => return,
                "head" if !blank => self.pop(),
                _ => {}
            }
        }
        let start = self.tree.text.len();
        self.tree.text.push_str(value);
        let node = self.tree.nodes.len();
        let parent = self.path.last().copied().unwrap_or(0);
        let kind = Kind::Text(start..self.tree.text.len(), self.in_link);
        self.tree.nodes.push(Node { parent, end: node + 1, kind });
    }

    /// Whether a script holds data that is read: linked data, and what a page keeps for its programs.
    fn is_data(&self, node: usize) -> bool {
        self.tree.attribute(node, Attribute::Type).is_some_and(|t| {
            let t = t.trim().to_ascii_lowercase();
            t.starts_with("application/ld+json") || t.starts_with("application/json")
        })
    }
}
