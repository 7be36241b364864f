//! From a tree to lines of visible text, laid out as a browser would break them.
//!
//! A block element begins a new line, white space is collapsed except in `pre`, `<br>` breaks a line unless the author
//! only wrapped a sentence with it, and a row of a table of data is one line with tabs between its cells.

use std::ops::Range;

use super::names::Cues;
use super::tree::{Attribute, Kind, Tree};
use super::vocabulary::{BLOCK, Tag, UNSEEN};
use crate::document::BlockKind;

/// Characters of one cell up to which a row is data; longer cells lay out a page.
const CELL_LETTERS: u32 = 200;

/// Text that was laid out.
#[derive(Debug, Default)]
pub struct Flow {
    /// All lines, apart by line breaks, and by blank lines where blocks end.
    pub text: String,
    /// In the order of the page.
    pub lines: Vec<Line>,
}

/// One line of visible text.
#[derive(Debug)]
pub struct Line {
    /// Bytes of [`Flow::text`].
    pub at: Range<usize>,
    /// The block element that holds it.
    pub node: usize,
    /// What its tags say that it is.
    pub kind: BlockKind,
    /// Code points that are not white space.
    pub letters: u32,
    /// Those of them that are links.
    pub linked: u32,
}

/// Which parts of the page are seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// What a browser shows.
    Shown,
    /// Also what styles hide, for pages that scripts unveil.
    Unveiled,
    /// Also what stands in for scripts, for pages that are nothing without them.
    WithoutScripts,
}

/// Lays out `tree`; `cues` are those of its nodes.
pub fn lay_out(tree: &Tree, cues: &[Cues], sight: Sight) -> Flow {
    let shapes = Shapes::of(tree);
    let mut layout = Layout { flow: Flow::default(), held: String::new(), ..Layout::default() };
    let mut open: Vec<Frame> = Vec::new();
    let mut at = 0;
    while at < tree.nodes.len() {
        while let Some(frame) = open.last().filter(|f| f.end <= at) {
            if frame.breaks {
                layout.end_block();
            }
            open.pop();
        }
        match &tree.nodes[at].kind {
            Kind::Text(text, link) => {
                let frame = open.last().copied().unwrap_or_default();
                layout.text(tree.text(text), *link, frame);
            }
            Kind::Element(tag, _) => {
                if is_unseen(tree, cues, at, *tag, sight) {
                    at = tree.nodes[at].end;
                    continue;
                }
                let outer = open.last().copied().unwrap_or_default();
                let mut frame = Frame { end: tree.nodes[at].end, breaks: false, ..outer };
                if outer.in_row {
                    match tag.name() {
                        "td" | "th" => layout.cell(),
                        "br" => layout.space(),
                        _ if tag.is(BLOCK) => layout.space(),
                        _ => {}
                    }
                } else if tag.is(BLOCK) {
                    layout.end_block();
                    frame.breaks = true;
                    frame.node = at;
                    frame.set_kind(*tag);
                    frame.in_row = tag.name() == "tr" && shapes.is_data_row(at);
                    if frame.in_row {
                        frame.kind = BlockKind::Table;
                    }
                } else if tag.name() == "br" {
                    layout.line_break(outer);
                }
                open.push(frame);
            }
        }
        at += 1;
    }
    layout.end_block();
    layout.flow
}

/// What holds for the text inside an element.
#[derive(Clone, Copy, Debug)]
struct Frame {
    end: usize,
    breaks: bool,
    node: usize,
    kind: BlockKind,
    verbatim: bool,
    in_row: bool,
}

impl Default for Frame {
    fn default() -> Frame {
        Frame { end: 0, breaks: false, node: 0, kind: BlockKind::Body, verbatim: false, in_row: false }
    }
}

impl Frame {
    fn set_kind(&mut self, tag: Tag) {
        if self.kind == BlockKind::Caption && !tag.is_heading() {
            return;
        }
        match tag.name() {
            "li" => self.kind = BlockKind::ListItem,
            "blockquote" => self.kind = BlockKind::Quote,
            "figcaption" | "caption" => self.kind = BlockKind::Caption,
            "pre" | "xmp" => self.verbatim = true,
            "article" | "main" | "section" | "body" => self.kind = BlockKind::Body,
            _ if tag.is_heading() => self.kind = BlockKind::Heading,
            _ => {}
        }
    }
}

/// The line that is being laid out.
#[derive(Debug, Default)]
struct Layout {
    flow: Flow,
    held: String,
    frame: Frame,
    letters: u32,
    linked: u32,
    /// A `<br>` was met; what follows decides whether it breaks the line.
    breaks: usize,
    /// The next line begins a new block.
    new_block: bool,
}

impl Layout {
    fn text(&mut self, text: &str, link: bool, frame: Frame) {
        if frame.verbatim {
            self.verbatim(text, link, frame);
            return;
        }
        let mut words = text.split(is_space).peekable();
        while let Some(word) = words.next() {
            if !word.is_empty() {
                self.word(word, link, frame);
            }
            if words.peek().is_some() {
                self.space();
            }
        }
    }

    fn verbatim(&mut self, text: &str, link: bool, frame: Frame) {
        for (n, line) in text.split('\n').enumerate() {
            if n > 0 {
                self.end_line();
            }
            let line = line.trim_end();
            if !line.trim_start().is_empty() || !self.held.is_empty() {
                self.word(line, link, frame);
            }
        }
    }

    fn word(&mut self, word: &str, link: bool, frame: Frame) {
        if self.breaks > 0 {
            let joins = self.breaks == 1 && self.wraps(word);
            self.breaks = 0;
            if joins { self.space() } else { self.end_line() }
        }
        if self.held.is_empty() {
            self.frame = frame;
        }
        self.held.push_str(word);
        let letters = u32::try_from(word.chars().filter(|c| !c.is_whitespace()).count()).unwrap_or(u32::MAX);
        self.letters = self.letters.saturating_add(letters);
        if link {
            self.linked = self.linked.saturating_add(letters);
        }
    }

    fn space(&mut self) {
        if !self.held.is_empty() && !self.held.ends_with([' ', '\t']) {
            self.held.push(' ');
        }
    }

    fn cell(&mut self) {
        self.held.truncate(self.held.trim_end_matches(' ').len());
        if !self.held.is_empty() && self.breaks == 0 {
            self.held.push('\t');
        }
    }

    fn line_break(&mut self, frame: Frame) {
        if frame.kind == BlockKind::Heading {
            self.space();
        } else if !self.held.is_empty() {
            self.breaks += 1;
        }
    }

    /// Whether a single `<br>` before `word` only wraps a sentence.
    fn wraps(&self, word: &str) -> bool {
        let before = self.held.trim_end().chars().next_back();
        let goes_on = word.chars().next().is_some_and(char::is_lowercase);
        goes_on && before.is_some_and(|c| c.is_alphanumeric() || matches!(c, ',' | '-' | '’' | '\''))
    }

    fn end_block(&mut self) {
        self.breaks = 0;
        self.end_line();
        self.new_block = true;
    }

    fn end_line(&mut self) {
        let line = self.held.trim_end_matches(|c| is_space(c) || c == '\u{a0}').trim_start_matches('\u{a0}');
        let line = if self.frame.verbatim { line } else { line.trim_start() };
        if !line.trim().is_empty() {
            if !self.flow.text.is_empty() {
                self.flow.text.push_str(if self.new_block { "\n\n" } else { "\n" });
            }
            let start = self.flow.text.len() + (line.len() - line.trim_start().len());
            self.flow.text.push_str(line);
            let end = start + line.trim().len();
            self.flow.text.truncate(end);
            self.flow.lines.push(Line {
                at: start..end,
                node: self.frame.node,
                kind: self.frame.kind,
                letters: self.letters,
                linked: self.linked,
            });
            self.new_block = false;
        }
        self.held.clear();
        self.letters = 0;
        self.linked = 0;
    }
}

/// White space that a browser collapses: not the no-break space.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}' | '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{b}')
}

fn is_unseen(tree: &Tree, cues: &[Cues], node: usize, tag: Tag, sight: Sight) -> bool {
    if tag.is(UNSEEN) {
        return !(tag.name() == "noscript" && sight == Sight::WithoutScripts);
    }
    if sight != Sight::Shown || matches!(tag.name(), "html" | "body") {
        return false;
    }
    if cues[node].unseen || tree.attribute(node, Attribute::Hidden).is_some_and(|v| v != "until-found") {
        return true;
    }
    if tag.name() == "dialog" && tree.attribute(node, Attribute::Open).is_none() {
        return true;
    }
    if tag.is(BLOCK) && tree.attribute(node, Attribute::AriaHidden).is_some_and(|v| v == "true") {
        return true;
    }
    tree.attribute(node, Attribute::Style).is_some_and(|style| {
        let style: String =
            style.chars().filter(|c| !c.is_whitespace()).take(400).collect::<String>().to_ascii_lowercase();
        style.contains("display:none") || style.contains("visibility:hidden")
    })
}

/// What is below each element, as far as rows of tables need to know.
struct Shapes {
    /// Cells right below a row.
    cells: Vec<u32>,
    /// The longest cell right below a row.
    longest: Vec<u32>,
    /// Something below that no cell of data holds.
    complex: Vec<bool>,
}

impl Shapes {
    fn of(tree: &Tree) -> Shapes {
        let n = tree.nodes.len();
        if !(0..n).any(|node| tree.tag(node).is_some_and(|t| t.name() == "tr")) {
            return Shapes { cells: Vec::new(), longest: Vec::new(), complex: Vec::new() };
        }
        let mut shapes = Shapes { cells: vec![0; n], longest: vec![0; n], complex: vec![false; n] };
        let mut letters = vec![0_u32; n];
        for at in (1..n).rev() {
            let parent = tree.nodes[at].parent;
            match &tree.nodes[at].kind {
                Kind::Text(text, _) => {
                    letters[at] = u32::try_from(tree.text(text).split_whitespace().map(str::len).sum::<usize>())
                        .unwrap_or(u32::MAX);
                }
                Kind::Element(tag, _) => {
                    if matches!(tag.name(), "td" | "th") {
                        shapes.cells[parent] += 1;
                        shapes.longest[parent] = shapes.longest[parent].max(letters[at]);
                    } else if tag.is(BLOCK) && !matches!(tag.name(), "p" | "div") {
                        shapes.complex[parent] = true;
                    }
                }
            }
            letters[parent] = letters[parent].saturating_add(letters[at]);
            if shapes.complex[at] {
                shapes.complex[parent] = true;
            }
        }
        shapes
    }

    fn is_data_row(&self, row: usize) -> bool {
        self.cells[row] > 1 && self.longest[row] <= CELL_LETTERS && !self.complex[row]
    }
}
