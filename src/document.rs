//! A text on its way from raw to clean, and what the stages have learned about it.
//!
//! The text of a document is one buffer: its title (where the input gives one apart), then the body. So every stage
//! treats a title like any other text, and only the writer takes it apart again.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::edit::{Edit, Track};
use crate::language::Lang;
use crate::read::charset::Decoded;
use crate::rules::RuleId;
use crate::survey::Survey;
use crate::words::Words;

/// Declares an enum whose members have a stable name in records and rule files.
macro_rules! named {
    ($(#[$meta:meta])* $type:ident { $($(#[$doc:meta])* $member:ident = $name:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $type { $($(#[$doc])* $member,)+ }

        impl $type {
            /// All of them, in order.
            pub const ALL: &[$type] = &[$($type::$member,)+];

            /// The name used in records and rule files.
            pub fn name(self) -> &'static str {
                match self { $($type::$member => $name,)+ }
            }

            /// The member called `name`.
            pub fn from_name(name: &str) -> Option<$type> {
                Self::ALL.iter().copied().find(|m| m.name() == name)
            }
        }
    };
}

named! {
    /// What a block of text is to its article.
    BlockKind {
        /// The headline.
        Title = "title",
        /// Standfirst, lede or chapo: the sentence or two under the headline.
        Subtitle = "subtitle",
        /// A heading inside the article.
        Heading = "heading",
        /// A paragraph of the article.
        Body = "body",
        /// An item of a list that belongs to the article.
        ListItem = "list-item",
        /// A row or rows of a table that belongs to the article.
        Table = "table",
        /// A block quote.
        Quote = "quote",
        /// Place and date that open an article.
        Dateline = "dateline",
        /// Who wrote it.
        Byline = "byline",
        /// A line of keywords.
        Tagline = "tagline",
        /// The text under a picture.
        Caption = "caption",
        /// Who made the picture.
        Credit = "credit",
        /// An invitation to a newsletter.
        Newsletter = "newsletter",
        /// An invitation to subscribe, register or log in.
        Subscribe = "subscribe",
        /// A notice that the rest is for subscribers.
        Paywall = "paywall",
        /// Follow us elsewhere.
        Follow = "follow",
        /// Share buttons.
        Share = "share",
        /// Links to other articles.
        Related = "related",
        /// The site about itself: donations, membership, mission.
        SelfPromo = "self-promo",
        /// Comments and the form for them.
        CommentForm = "comment-form",
        /// Cookie and consent notices.
        Cookie = "cookie",
        /// Copyright and legal notices.
        Copyright = "copyright",
        /// Page numbers, previous and next.
        Pagination = "pagination",
        /// Menus, breadcrumbs, search boxes.
        Navigation = "navigation",
        /// Advertising.
        Advert = "advert",
        /// Text that stands elsewhere in the same document.
        Duplicate = "duplicate",
    }
}

/// What HTML says about a block; plain text has none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Markup {
    /// Lower-case name of the element that holds the text, e.g. `p`, `h2`, `li`.
    pub tag: &'static str,
    /// `class`, `id`, `role` and `itemprop` tokens of the element and those around it, its own first, lower-case,
    /// space-separated.
    pub tokens: String,
    /// Share of the characters that are links, 0 to 1.
    pub link_share: f32,
    /// How much of the page's main text the container of this block holds, 0 to 1, as the reader judged it.
    pub main: f32,
}

/// A run of text that stands on its own: a line of plain text, a block element of HTML.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Bytes of the text, without the line break.
    pub at: Range<usize>,
    /// What it is; [`BlockKind::Body`] until a stage knows better.
    pub kind: BlockKind,
    /// `false` once it is judged not to belong to the article.
    pub keep: bool,
    /// The rule that said so.
    pub rule: Option<RuleId>,
    /// How sure that rule is, 0 to 1.
    pub confidence: f32,
    /// How much speaks against it that was not enough to drop it, 0 to 1.
    pub doubt: f32,
    /// Its language with a confidence of 0 to 1, where it could be told.
    pub language: Option<(Lang, f32)>,
    /// What HTML says about it.
    pub markup: Option<Box<Markup>>,
}

impl Block {
    /// Whether the markup of its page says that it is no part of the article.
    pub fn is_outside(&self) -> bool {
        self.markup.as_ref().is_some_and(|m| m.main < 0.5)
    }

    /// A block of unknown kind.
    pub fn new(at: Range<usize>) -> Block {
        Block {
            at,
            kind: BlockKind::Body,
            keep: true,
            rule: None,
            confidence: 0.0,
            doubt: 0.0,
            language: None,
            markup: None,
        }
    }
}

named! {
    /// How fine a date is.
    Precision {
        /// A year.
        Year = "year",
        /// A month of a year.
        Month = "month",
        /// A day.
        Day = "day",
        /// A time of day.
        Time = "time",
    }
}

/// When the article was published, as far as can be told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Published {
    /// ISO 8601, as fine as is known and no finer: `2023-05`, `2023-05-17`, `2023-05-17T08:30:00+02:00`.
    pub value: Option<String>,
    /// Fineness of `value`.
    pub precision: Option<Precision>,
    /// Where it was found: `json-ld`, `meta`, `time`, `url`, `input`, `dateline`, `text`.
    pub how: Option<Cow<'static, str>>,
    /// The words or the field that say so.
    pub evidence: Option<String>,
    /// Not before this date.
    pub earliest: Option<String>,
    /// Not after this date.
    pub latest: Option<String>,
    /// Why there is no value, or none finer.
    pub reason: Option<Cow<'static, str>>,
}

named! {
    /// TIMEX3 types.
    DateKind {
        /// A calendar date or a part of one.
        Date = "DATE",
        /// A time of day.
        Time = "TIME",
        /// A length of time.
        Duration = "DURATION",
        /// A recurring time.
        Set = "SET",
    }
}

/// A date or time that the text mentions.
#[derive(Clone, Debug, PartialEq)]
pub struct DateMention {
    /// Bytes of the text.
    pub at: Range<usize>,
    /// TIMEX3 type.
    pub kind: DateKind,
    /// TIMEX3 value; `XXXX-…` where a part could not be resolved.
    pub value: Option<String>,
    /// The same as EDTF (ISO 8601-2), where that says more: open ends, ranges, approximations.
    pub edtf: Option<String>,
    /// The value needs nothing more from outside.
    pub resolved: bool,
    /// Why it is not resolved: `no-anchor`, `month-only`, `vague`, `ambiguous`, `conflict`.
    pub reason: Option<&'static str>,
    /// If it is not resolved: not before this day, as far as can be told.
    pub earliest: Option<String>,
    /// If it is not resolved: not after this day.
    pub latest: Option<String>,
}

named! {
    /// What an entity is.
    EntityKind {
        /// A person.
        Person = "PER",
        /// A place.
        Place = "LOC",
        /// An organisation.
        Organisation = "ORG",
        /// A named event.
        Event = "EVENT",
        /// Another name.
        Other = "MISC",
    }
}

/// Somebody or something that the text names, with every place where it does.
#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    /// A Wikidata id (`Q…`), `geonames:…`, or a stable id of tamis's own (`tamis:…`).
    pub id: String,
    /// The canonical name, or the fullest one that the text gives.
    pub name: String,
    /// What it is.
    pub kind: EntityKind,
    /// Bytes of the text, in order.
    pub mentions: Vec<Range<usize>>,
    /// Of a place the country that it lies in or is, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Ids of the same in other catalogues.
    pub same_as: Vec<String>,
    /// How much the document is about it, 0 to 1: 1 is what it is most about.
    pub salience: f32,
    /// Ids of later entities of the document that sentences name together with it, and how many sentences do.
    pub with: Vec<(String, u32)>,
}

impl Entity {
    /// One without id, name and mentions.
    pub fn new(kind: EntityKind) -> Entity {
        let (id, name) = (String::new(), String::new());
        Entity {
            id,
            name,
            kind,
            mentions: Vec::new(),
            country: None,
            same_as: Vec::new(),
            salience: 0.0,
            with: Vec::new(),
        }
    }
}

/// A word of another language spun into the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Foreign {
    /// Bytes of the text.
    pub at: Range<usize>,
    /// The language it belongs to.
    pub language: Lang,
}

/// A change that was not sure enough to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// Bytes of the text.
    pub at: Range<usize>,
    /// What would stand there.
    pub with: String,
    /// The rule that would change it.
    pub rule: RuleId,
    /// How sure it is, 0 to 1.
    pub confidence: f32,
}

/// What is known of the article besides its text. Every value comes from the input or from a rule; nothing is guessed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Meta {
    /// The input's own id.
    pub id: Option<String>,
    /// Canonical address.
    pub url: Option<String>,
    /// Name of the site.
    pub site: Option<String>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// Section of the site.
    pub section: Option<String>,
    /// Keywords, in order.
    pub keywords: Vec<String>,
    /// Publication date.
    pub published: Published,
    /// Last change, ISO 8601.
    pub modified: Option<String>,
    /// When a crawler fetched it, ISO 8601: an upper bound for dates, never the publication date.
    pub captured: Option<String>,
    /// The text of the dateline, for the dates stage.
    pub dateline: Option<String>,
    /// The language that the input claims: a weak prior, or the language itself where the language stage is off.
    pub language: Option<Lang>,
    /// The input's other fields, passed through.
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// What a pass has learned. Offsets are bytes of the text that it looked at.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Note {
    /// Block number `block` is a `kind`, and stays or goes.
    Kind {
        /// Index into [`Document::blocks`].
        block: usize,
        /// What it is.
        kind: BlockKind,
        /// Whether it belongs to the article.
        keep: bool,
        /// The rule that says so.
        rule: RuleId,
        /// How sure it is, 0 to 1.
        confidence: f32,
    },
    /// Something speaks against block number `block`, and is not enough to drop it.
    Doubt {
        /// Index into [`Document::blocks`].
        block: usize,
        /// How much, 0 to 1.
        weight: f32,
    },
    /// Block number `block` is in this language.
    Language {
        /// Index into [`Document::blocks`].
        block: usize,
        /// The language.
        language: Lang,
        /// How sure, 0 to 1.
        confidence: f32,
    },
    /// A word of another language.
    Foreign(Foreign),
    /// A change that is not sure enough to be made.
    Suggestion(Suggestion),
    /// So many letters were lost: U+FFFD, or question marks inside of words.
    Lost(usize),
    /// Something that a user of the record should know, by a stable name such as `mostly-boilerplate`.
    Flag(&'static str),
    /// An author, from a byline.
    Author(String),
    /// A keyword, from a tag line.
    Keyword(String),
    /// The name of the site, where the input does not give it.
    Site(String),
    /// The text of a dateline.
    Dateline(String),
    /// The publication date, better than what was known.
    Published(Published),
    /// A date in the text.
    Date(DateMention),
    /// An entity with its mentions.
    Entity(Entity),
}

/// One edit that was applied, with the place in the source where it falls.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    /// The edit, with offsets in the text that its pass looked at.
    pub edit: Edit,
    /// The text that it replaced.
    pub before: String,
    /// Bytes of the source.
    pub raw: Range<usize>,
    /// Number of the pass, counted over all stages from 0.
    pub pass: usize,
}

/// A text on its way from raw to clean. Stages look at it; only the pipeline changes it.
#[derive(Clone, Debug)]
pub struct Document {
    pub(crate) text: String,
    pub(crate) track: Track,
    pub(crate) blocks: Vec<Block>,
    pub(crate) meta: Meta,
    pub(crate) foreign: Vec<Foreign>,
    pub(crate) dates: Vec<DateMention>,
    pub(crate) entities: Vec<Entity>,
    pub(crate) suggestions: Vec<Suggestion>,
    pub(crate) lost: usize,
    /// The number of the pass that looks at it.
    pub(crate) pass: usize,
    pub(crate) flags: Vec<&'static str>,
    pub(crate) ledger: Vec<Applied>,
    /// Letters of the source, for the kept share.
    pub(crate) source_letters: usize,
    /// Bytes of the source before its body: the title, where the input gives one apart, and a blank line.
    pub(crate) body_start: usize,
    /// The text as it was read, once an edit has changed it.
    pub(crate) source: Option<String>,
    /// Name of the charset that the bytes were in.
    pub(crate) charset: Cow<'static, str>,
    /// Byte sequences that could not be decoded.
    pub(crate) replaced: usize,
    /// The survey of the dump that it comes from.
    pub(crate) survey: Option<Arc<Survey>>,
    /// Its words, once a pass has asked for them; empty again when a pass has found something.
    pub(crate) words: OnceLock<Words>,
    /// Those inside the article, where they alone were asked for.
    pub(crate) words_inside: OnceLock<Words>,
    /// What was read of them before, of blocks whose letters are still the same.
    pub(crate) words_before: Option<Words>,
}

impl Document {
    /// A document of plain text: every line that is not blank is a block.
    pub fn from_text(text: String) -> Document {
        let blocks = lines(&text).filter_map(|line| trimmed(&text, line)).map(Block::new).collect();
        Document::from_blocks(text, blocks)
    }

    /// A document whose blocks the reader knows. `blocks` are sorted and do not overlap.
    pub fn from_blocks(text: String, blocks: Vec<Block>) -> Document {
        Document {
            track: Track::new(text.len()),
            source_letters: letters(&text),
            text,
            blocks,
            meta: Meta::default(),
            foreign: Vec::new(),
            dates: Vec::new(),
            entities: Vec::new(),
            suggestions: Vec::new(),
            lost: 0,
            pass: 0,
            flags: Vec::new(),
            ledger: Vec::new(),
            body_start: 0,
            source: None,
            charset: Cow::Borrowed("utf-8"),
            replaced: 0,
            survey: None,
            words: OnceLock::new(),
            words_inside: OnceLock::new(),
            words_before: None,
        }
    }

    /// Remembers how the bytes were decoded.
    pub(crate) fn set_charset(&mut self, decoded: &Decoded) {
        self.charset = decoded.charset.clone();
        self.replaced = decoded.replaced;
    }

    /// The same document with a title that the input gives apart from the text, as its first block.
    pub fn with_title(mut self, title: &str) -> Document {
        let title = title.trim();
        if title.is_empty() {
            return self;
        }
        let body_start = title.len() + 2;
        for block in &mut self.blocks {
            block.at = block.at.start + body_start..block.at.end + body_start;
        }
        let mut block = Block::new(0..title.len());
        block.kind = BlockKind::Title;
        block.confidence = 1.0;
        self.blocks.insert(0, block);
        self.text.insert_str(0, &format!("{title}\n\n"));
        self.track = Track::new(self.text.len());
        self.source_letters = letters(&self.text);
        self.body_start = body_start;
        self
    }

    /// The text as it is now.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text as it was read: what [`Document::track`] leads back to.
    pub fn source(&self) -> &str {
        self.source.as_deref().unwrap_or(&self.text)
    }

    /// The blocks, in order.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The text of one block.
    pub fn block_text(&self, block: &Block) -> &str {
        &self.text[block.at.clone()]
    }

    /// The headline, if a block is known to be it.
    pub fn title(&self) -> Option<&Block> {
        self.blocks.iter().find(|b| b.kind == BlockKind::Title && b.keep)
    }

    /// What is known besides the text.
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// The survey of the dump that the document comes from, if there is one.
    pub fn survey(&self) -> Option<&Survey> {
        self.survey.as_deref()
    }

    /// Its words.
    pub fn words(&self) -> &Words {
        self.words.get_or_init(|| {
            let before = self.words_inside.get().or(self.words_before.as_ref());
            Words::of(self, before, |_| true)
        })
    }

    /// The words of the blocks that its markup does not call outside of the article.
    pub fn words_inside(&self) -> &Words {
        if !self.blocks.iter().any(Block::is_outside) {
            return self.words();
        }
        self.words_inside.get_or_init(|| Words::of(self, self.words_before.as_ref(), |block| !block.is_outside()))
    }

    /// Words of other languages.
    pub fn foreign(&self) -> &[Foreign] {
        &self.foreign
    }

    /// Changes that were not sure enough to be made.
    pub fn suggestions(&self) -> &[Suggestion] {
        &self.suggestions
    }

    /// Dates found so far.
    pub fn dates(&self) -> &[DateMention] {
        &self.dates
    }

    /// Entities found so far.
    pub fn entities(&self) -> &[Entity] {
        &self.entities
    }

    /// Flags raised so far.
    pub fn flags(&self) -> &[&'static str] {
        &self.flags
    }

    /// Every edit applied so far, in order of passes and, within one, of place.
    pub fn ledger(&self) -> &[Applied] {
        &self.ledger
    }

    /// The way back to the source.
    pub fn track(&self) -> &Track {
        &self.track
    }

    /// Bytes of the source before its body: the title, where the input gives one apart, and a blank line.
    pub fn body_start(&self) -> usize {
        self.body_start
    }

    /// Share of the source's letters that the text still holds, 0 to 1.
    pub fn kept_share(&self) -> f32 {
        if self.source_letters == 0 { 1.0 } else { (letters(&self.text) as f32 / self.source_letters as f32).min(1.0) }
    }

    /// The language of the document: a vote of its remaining blocks, each weighed by its length and confidence, or what
    /// the input claims where no block was judged. The second value is the share of the vote, 0 to 1.
    pub fn language(&self) -> (Lang, f32) {
        match self.languages().first() {
            Some(&(lang, share)) => (lang, share),
            None => (self.meta.language.unwrap_or(Lang::UND), if self.meta.language.is_some() { 1.0 } else { 0.0 }),
        }
    }

    /// Every language of the remaining blocks with its share of the vote, largest first.
    pub fn languages(&self) -> Vec<(Lang, f32)> {
        let mut votes = std::collections::BTreeMap::<Lang, f32>::new();
        for block in self.blocks.iter().filter(|b| b.keep) {
            if let Some((lang, confidence)) = block.language {
                *votes.entry(lang).or_default() += block.at.len() as f32 * confidence;
            }
        }
        let total: f32 = votes.values().sum();
        let mut votes: Vec<_> = votes.into_iter().filter(|v| v.1 > 0.0).map(|(l, v)| (l, v / total)).collect();
        votes.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        votes
    }
}

/// The characters that end a line.
pub const LINE_BREAKS: &[char] = &['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}', '\u{b}', '\u{c}'];

/// The lines of `text`, without their breaks, as byte ranges.
pub fn lines(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut rest = Some(0);
    let usual = !has_rare_breaks(text);
    std::iter::from_fn(move || {
        let start = rest?;
        let ahead = &text.as_bytes()[start..];
        let at = if usual { memchr::memchr2(b'\n', b'\r', ahead).map(|at| at..at + 1) } else { line_break(ahead) };
        let (end, next) = match at {
            Some(at) => (start + at.start, Some(start + at.end)),
            None => (text.len(), None),
        };
        rest = next;
        Some(start..end)
    })
}

/// Whether a line may end in `text` with another sign than LF and CR.
fn has_rare_breaks(text: &str) -> bool {
    let bytes = text.as_bytes();
    let wide = |sign: &str| memchr::memmem::find(bytes, sign.as_bytes()).is_some();
    bytes.iter().fold(false, |found, b| found | matches!(b, 0xb | 0xc))
        || wide("\u{85}")
        || wide("\u{2028}")
        || wide("\u{2029}")
}

/// The first of [`LINE_BREAKS`] in `text`, told by its bytes.
fn line_break(text: &[u8]) -> Option<Range<usize>> {
    text.iter().enumerate().find_map(|(at, byte)| {
        let length = match byte {
            b'\n' | b'\r' | 0xb | 0xc => 1,
            0xc2 if text[at..].starts_with("\u{85}".as_bytes()) => 2,
            0xe2 if matches!(text[at..], [_, 0x80, 0xa8 | 0xa9, ..]) => 3,
            _ => return None,
        };
        Some(at..at + length)
    })
}

/// `at` without white space at its ends; `None` when nothing is left.
pub fn trimmed(text: &str, at: Range<usize>) -> Option<Range<usize>> {
    let line = &text[at.clone()];
    let start = at.start + (line.len() - line.trim_start().len());
    let end = start + line.trim().len();
    (start < end).then_some(start..end)
}

/// Letters, roughly: those of ASCII and all characters beyond it.
fn letters(text: &str) -> usize {
    count_bytes(text.as_bytes(), |b| b.is_ascii_alphabetic() || b >= 0xc0)
}

/// How many bytes are such. Counted in bytes first, many at a time.
pub(crate) fn count_bytes(bytes: &[u8], is_such: impl Fn(u8) -> bool) -> usize {
    bytes.chunks(255).map(|chunk| usize::from(chunk.iter().fold(0_u8, |n, b| n + u8::from(is_such(*b))))).sum()
}
