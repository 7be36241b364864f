//! What the tokenizer of a page calls: hands its tags, attributes and text to the [`Builder`] of the tree, and keeps none of
//! what that does not read. Errors of the standard cost a look at every character and are read by nobody.

use std::convert::Infallible;

use html5gum::{Emitter, Error, State};

use super::tree::Builder;

/// Gathers the pieces of one tag, attribute or text at a time.
pub struct Gatherer<'a> {
    builder: &'a mut Builder,
    text: Vec<u8>,
    tag: Vec<u8>,
    /// Name of the start tag before, which ends raw text.
    last_start_tag: Vec<u8>,
    is_end: bool,
    self_closing: bool,
    /// The builder knows of the start tag.
    announced: bool,
    attribute: Option<Stage>,
    name: Vec<u8>,
    value: Vec<u8>,
}

/// How far an attribute was read.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Name,
    Value,
    /// The builder does not want its value.
    Ignored,
}

impl Gatherer<'_> {
    /// Begins a page.
    pub fn new(builder: &mut Builder) -> Gatherer<'_> {
        Gatherer {
            builder,
            text: Vec::new(),
            tag: Vec::new(),
            last_start_tag: Vec::new(),
            is_end: false,
            self_closing: false,
            announced: false,
            attribute: None,
            name: Vec::new(),
            value: Vec::new(),
        }
    }

    fn end_text(&mut self) {
        if !self.text.is_empty() {
            self.builder.text(&String::from_utf8_lossy(&self.text));
            self.text.clear();
        }
    }

    fn announce(&mut self) {
        if !self.announced {
            self.end_text();
            self.announced = true;
            if !self.is_end {
                self.builder.open_start_tag(&self.tag);
                self.last_start_tag.clone_from(&self.tag);
            }
        }
    }

    /// Hands over the name of the attribute that is being read.
    fn end_name(&mut self) {
        if self.attribute == Some(Stage::Name) {
            let wanted = !self.is_end && !self.name.is_empty() && self.builder.attribute_name(&self.name);
            self.attribute = Some(if wanted { Stage::Value } else { Stage::Ignored });
        }
    }

    fn end_attribute(&mut self) {
        self.end_name();
        if self.attribute.take() == Some(Stage::Value) && !self.value.is_empty() {
            self.builder.attribute_value(&self.value);
        }
        self.name.clear();
        self.value.clear();
    }
}

impl Emitter for Gatherer<'_> {
    type Token = Infallible;

    fn set_last_start_tag(&mut self, name: Option<&[u8]>) {
        self.last_start_tag = name.unwrap_or_default().to_vec();
    }

    fn emit_eof(&mut self) {
        self.end_text();
    }

    fn emit_error(&mut self, _: Error) {}

    #[inline]
    fn should_emit_errors(&mut self) -> bool {
        false
    }

    #[inline]
    fn pop_token(&mut self) -> Option<Infallible> {
        None
    }

    fn emit_string(&mut self, text: &[u8]) {
        self.text.extend_from_slice(text);
    }

    fn init_start_tag(&mut self) {
        self.tag.clear();
        (self.is_end, self.self_closing, self.announced) = (false, false, false);
    }

    fn init_end_tag(&mut self) {
        self.tag.clear();
        (self.is_end, self.announced) = (true, false);
    }

    fn push_tag_name(&mut self, name: &[u8]) {
        self.tag.extend_from_slice(name);
    }

    fn set_self_closing(&mut self) {
        self.self_closing = true;
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        self.announce();
        self.end_attribute();
        if self.is_end {
            self.last_start_tag.clear();
            self.builder.end_tag(&self.tag);
            return None;
        }
        self.builder.start_tag(self.self_closing)
    }

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.is_end && !self.last_start_tag.is_empty() && self.last_start_tag == self.tag
    }

    fn init_attribute(&mut self) {
        self.announce();
        self.end_attribute();
        self.attribute = Some(Stage::Name);
    }

    fn push_attribute_name(&mut self, name: &[u8]) {
        self.name.extend_from_slice(name);
    }

    fn push_attribute_value(&mut self, value: &[u8]) {
        self.end_name();
        if self.attribute == Some(Stage::Value) {
            self.value.extend_from_slice(value);
        }
    }

    fn init_comment(&mut self) {
        self.end_text();
    }

    fn push_comment(&mut self, _: &[u8]) {}

    fn emit_current_comment(&mut self) {}

    fn init_doctype(&mut self) {
        self.end_text();
    }

    fn push_doctype_name(&mut self, _: &[u8]) {}

    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn set_force_quirks(&mut self) {}

    fn emit_current_doctype(&mut self) {}
}
