//! From an HTML page to a document: blocks of visible text with what the markup says of them, and metadata.
//!
//! One parse gives a flat tree; the tree gives lines of visible text in order, each a block; a scorer says how much
//! each belongs to the article. Nothing visible is dropped here: that is the boilerplate stage's to do, with its rules
//! and its audit.

use crate::document::{Block, Document, Markup};
use crate::error::{Reason, Reject};
use crate::limits::Limits;
use crate::read::metadata::page;
use crate::read::metadata::visible::Page;

mod emitter;
pub mod flow;
pub mod headline;
pub mod main_text;
pub mod names;
pub mod tree;
pub mod vocabulary;

use flow::{Flow, Sight};
use names::Cues;
use tree::{Attribute, Tree};

/// Bytes of a page that a browser searches for a declared charset; doubled, for pages that begin with long comments.
const DECLARATION: usize = 2048;
/// Attributes that name what an element is for.
const NAMES: [Attribute; 4] = [Attribute::Class, Attribute::Id, Attribute::Role, Attribute::Itemprop];
/// Elements around a block whose names its markup keeps.
const ANCESTRY: usize = 24;
/// Bytes of class names that its markup keeps.
const TOKENS: usize = 400;
/// Letters of a page under which hidden parts are looked at.
const FEW_LETTERS: u32 = 250;

/// The charset that a meta tag among the first bytes declares.
pub fn declared_charset(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARATION)]).to_ascii_lowercase();
    let mut rest = head.as_str();
    while let Some(at) = rest.find("<meta") {
        rest = &rest[at + 5..];
        let tag = &rest[..rest.find('>').unwrap_or(rest.len())];
        let Some(at) = tag.find("charset") else { continue };
        let Some(value) = tag[at + 7..].trim_start().strip_prefix('=') else { continue };
        let value: String = value
            .trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '"' || c == '\'')
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'))
            .take(40)
            .collect();
        if !value.is_empty() {
            return Some(value);
        }
    }
    let declaration = head.trim_start().strip_prefix("<?xml")?;
    let declaration = &declaration[..declaration.find("?>")?];
    let value = declaration[declaration.find("encoding")? + 8..].trim_start().strip_prefix('=')?.trim_start();
    let value = value.trim_start_matches(['"', '\'']);
    let value = value[..value.find(['"', '\''])?].trim();
    (!value.is_empty() && value.len() <= 40).then(|| value.to_string())
}

/// Reads a page: its title, then every line of visible text as a block with its [`Markup`], and what the page says of
/// itself as metadata.
///
/// # Errors
/// [`Reason::Empty`] when no text is visible.
pub fn document(page: &str, limits: &Limits) -> Result<Document, Reject> {
    let tree = Tree::parse(page, limits);
    let cues = main_text::cues(&tree);
    let flow = visible(&tree, &cues);
    if flow.lines.is_empty() {
        return Err(Reject::new(Reason::Empty, "the page shows no text"));
    }
    let main = main_text::judge(&tree, &cues, &flow);
    let found = page::read(Page { tree: &tree, cues: &cues, flow: &flow, main: &main });
    let blocks = flow.lines.iter().zip(&main).map(|(line, main)| {
        let mut block = Block::new(line.at.clone());
        block.kind = line.kind;
        block.markup = Some(Box::new(markup(&tree, line, *main)));
        block
    });
    let blocks = blocks.collect();
    let mut doc = Document::from_blocks(flow.text, blocks).with_title(found.title.as_deref().unwrap_or_default());
    doc.meta = found.meta;
    Ok(doc)
}

/// The text that a browser shows, or, where that is next to nothing, what scripts would show.
fn visible(tree: &Tree, cues: &[Cues]) -> Flow {
    let letters = |flow: &Flow| flow.lines.iter().map(|l| l.letters).fold(0, u32::saturating_add);
    let mut best = flow::lay_out(tree, cues, Sight::Shown);
    for sight in [Sight::Unveiled, Sight::WithoutScripts] {
        let shown = letters(&best);
        if shown >= FEW_LETTERS {
            break;
        }
        let more = flow::lay_out(tree, cues, sight);
        if letters(&more) > shown.saturating_mul(3) {
            best = more;
        }
    }
    best
}

fn markup(tree: &Tree, line: &flow::Line, main: f32) -> Markup {
    let mut tokens = String::with_capacity(TOKENS);
    let mut node = line.node;
    for _ in 0..=ANCESTRY {
        for (_, value) in tree.attributes(node).filter(|(attribute, _)| NAMES.contains(attribute)) {
            for token in value.split_ascii_whitespace() {
                if tokens.len() + token.len() < TOKENS {
                    if !tokens.is_empty() {
                        tokens.push(' ');
                    }
                    tokens.push_str(token);
                }
            }
        }
        if node == 0 {
            break;
        }
        node = tree.nodes[node].parent;
    }
    tokens.make_ascii_lowercase();
    let tag = tree.tag(line.node).map_or("unknown", vocabulary::Tag::name);
    let link_share = line.linked as f32 / line.letters.max(1) as f32;
    Markup { tag, tokens, link_share, main }
}
