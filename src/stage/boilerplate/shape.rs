//! What can be seen of a line without knowing what stands around it.

use super::cues::{Heard, Hit, LONGEST};
use super::seen::{self, Judged};
use super::senses::{CLOCK, FUNCTION, OUTLET, ROLE, STAMP as STAMP_WORD, Token};
use super::stamp::Stamp;
use super::words::Words;
use super::{byline, fold, offer};
use crate::document::{Block, BlockKind};

/// The shape of one block.
#[derive(Clone, Debug)]
pub struct Shape<'a> {
    /// Its text.
    pub text: &'a str,
    /// The text as cues see it; empty for long prose.
    pub folded: String,
    /// Code points.
    pub points: usize,
    /// Words between spaces.
    pub words: usize,
    /// Ends of sentences inside and at the end.
    pub sentences: usize,
    /// It ends like a sentence.
    pub stop: bool,
    /// It holds quotation marks.
    pub quotes: bool,
    /// It begins with a bullet or a number like an item of a list.
    pub item: bool,
    /// It is nothing but a name of a person, by its form.
    pub name: bool,
    /// What the cues say.
    pub hit: Option<Hit>,
    /// What the line is by what all of its words are.
    pub sign: Option<Sign>,
}

/// What a line is by what all of its words are.
#[derive(Clone, Debug, PartialEq)]
pub struct Sign {
    /// The kind of block.
    pub kind: BlockKind,
    /// How sure that is, 0 to 1.
    pub weight: f32,
    /// What a line with a date says besides.
    pub stamp: Option<Stamp>,
}

/// Code points of the longest line with a date.
const STAMP: usize = 160;
/// Code points of the longest line of which a doubtful sign counts.
const DOUBTFUL: usize = 160;

impl<'a> Shape<'a> {
    /// The shape of a block with this text.
    pub fn new(text: &'a str, cues: Heard) -> Shape<'a> {
        Shape::read(text, cues, true)
    }

    /// The form of a block alone, for those that are judged by their place.
    pub fn without_cues(text: &'a str, cues: Heard) -> Shape<'a> {
        Shape::read(text, cues, false)
    }

    fn read(text: &'a str, cues: Heard, looks: bool) -> Shape<'a> {
        let text = text.trim();
        let Measure { points, words, sentences, quotes } = Measure::of(text);
        let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).filter(|t| !t.contains(['(', ')']));
        let folded = if looks && points <= LONGEST { fold::line(inner.unwrap_or(text)) } else { String::new() };
        let stop = ends_like_a_sentence(text);
        let judge = || Judged {
            hit: if folded.is_empty() { None } else { cues.hit(&folded, points, quotes) },
            sign: if points <= offer::LONGEST { sign(text, &folded, points, stop, quotes, cues) } else { None },
        };
        let Judged { hit, sign } =
            if looks && points <= LONGEST { seen::judged(cues.number(), text, judge) } else { Judged::default() };
        Shape {
            text,
            points,
            words,
            sentences,
            stop,
            quotes,
            item: is_item(text),
            name: looks && points <= 50 && is_name(text, &cues.words),
            hit,
            sign,
            folded,
        }
    }

    /// A paragraph of prose that no cue speaks against.
    pub fn is_prose(&self) -> bool {
        self.stop && self.words >= 8 && self.points >= 100 && self.weight() < 0.3
            || self.points > LONGEST && self.sentences >= 3
    }

    /// A sentence, however short.
    pub fn is_sentence(&self) -> bool {
        self.stop && self.words >= 4
    }

    /// A line that may be a headline or a heading.
    pub fn is_title_like(&self) -> bool {
        !self.item && self.is_headline()
    }

    /// The same, with or without a bullet before it.
    pub fn is_headline(&self) -> bool {
        let text = if self.item { self.text.trim_start_matches(|c| is_bullet(c) || c == ' ') } else { self.text };
        let end = text.trim_end_matches(['»', '”', '"', ' ', '\u{a0}', '\u{202f}']);
        (5..=160).contains(&self.points)
            && !end.ends_with(['.', ':', ',', ';', '…'])
            && self.sentences <= 2
            && (text
                .starts_with(|c: char| c.is_uppercase() || c.is_numeric() || is_uncased(c) || "«“\"„‘'¿¡".contains(c))
                || text.starts_with('»') && text.contains('«'))
    }

    /// The weight of its cues, 0 to 1.
    pub fn weight(&self) -> f32 {
        let doubt = |weight: f32| 1.0 - weight.min(0.99);
        let (cues, sign) = (self.hit.map_or(0.0, |h| h.weight), self.sign.as_ref().map_or(0.0, |s| s.weight));
        if cues == 0.0 || sign == 0.0 { cues.max(sign) } else { 1.0 - doubt(cues) * doubt(sign) }
    }
}

fn sign(text: &str, folded: &str, points: usize, stop: bool, quotes: bool, cues: Heard) -> Option<Sign> {
    let words = &cues.words;
    if points <= STAMP && !quotes {
        let stamp =
            Stamp::read(text, words).map(|stamp| (stamp.weight(stop), stamp)).filter(|(weight, _)| *weight > 0.0);
        if let Some((weight, stamp)) = stamp {
            return Some(Sign { kind: BlockKind::Dateline, weight, stamp: Some(stamp) });
        }
    }
    let bare = if quotes { fold::line(&offer::unquoted(text)?) } else { String::new() };
    let tokens = words.senses.read(if quotes { &bare } else { folded });
    let offer = offer::read(&tokens, points, stop, words)
        .filter(|(_, weight)| *weight >= super::cues::STRONG || points <= DOUBTFUL);
    let (kind, weight) = match offer {
        Some(offer) => offer,
        None if points <= STAMP && is_reaction(text) => (BlockKind::Share, 0.86),
        None if quotes && !stop && points <= STAMP && is_path(text) => (BlockKind::Navigation, 0.6),
        None if !stop && is_pointer(text) => (BlockKind::Related, 0.7),
        None if quotes || stop || points > STAMP => return None,
        None if is_drawn_line(text) => (BlockKind::Navigation, 0.9),
        None if is_counter(text) => (BlockKind::Share, 0.6),
        None if is_code(text) => (BlockKind::Byline, 0.9),
        None if is_address(text) => (BlockKind::Navigation, 0.7),
        None if is_hashtags(text) => (BlockKind::Tagline, 0.9),
        None if byline::is_byline(text, words) => (BlockKind::Byline, 0.7),
        None if is_label(&tokens) => (BlockKind::Navigation, 0.7),
        None if is_role(&tokens) => (BlockKind::Byline, 0.6),
        None if is_path(text) || is_bar(text) => (BlockKind::Navigation, 0.6),
        None => return None,
    };
    Some(Sign { kind, weight, stamp: None })
}

/// Stars to be given, faces to be clicked: "★★★★☆ 4.3/5", "💬 58 👍 12".
fn is_reaction(text: &str) -> bool {
    let is_sign = |c: char| matches!(c, '★' | '☆' | '\u{1f300}'..='\u{1faff}');
    text.chars().filter(|c| is_sign(*c)).count() >= 2
        && text.split_whitespace().filter(|w| w.chars().filter(|c| c.is_alphabetic()).count() >= 3).count() <= 6
}

/// Four or more short pieces between bars: "Today 31° | Sat 33° | Sun 22° | Mon 19°".
fn is_bar(text: &str) -> bool {
    text.matches(" | ").count() >= 3 && text.split(" | ").all(|p| p.split_whitespace().count() <= 3)
}

/// A link by its sign: "> The pool opens on Monday", "[ Read on ]", ">>> The paper as PDF".
fn is_pointer(text: &str) -> bool {
    let led = text.starts_with(['>', '→', '⇒', '►', '▶', '➜', '➤', '»']);
    led && text.chars().any(char::is_alphabetic) || text.starts_with('[') && text.ends_with(']')
}

/// How often something was clicked, or the letter of a button: "214", "1.2K", "X". A year is none.
pub fn is_counter(text: &str) -> bool {
    let mut letters = text.chars();
    let figures = text.strip_suffix(['k', 'K', 'M']).unwrap_or(text);
    let counts = text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().count() <= 6
        && figures.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ' '))
        && !text.parse().is_ok_and(|year: u32| (1000..2100).contains(&year));
    counts || letters.next().is_some_and(|c| c.is_ascii_alphabetic()) && letters.next().is_none()
}

/// A line drawn with signs: `* * *`, `-----`.
fn is_drawn_line(text: &str) -> bool {
    let signs = text.chars().filter(|c| !c.is_whitespace());
    signs.clone().count() >= 3 && signs.clone().all(|c| "*-–—=_~•·#+".contains(c))
}

/// Who signs with a few letters: `(kel)`, `(sda/afp)`, `mlc/dro`.
fn is_code(text: &str) -> bool {
    let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')'));
    let is_short = |p: &str| (2..=5).contains(&p.chars().count()) && p.chars().all(char::is_alphabetic);
    let parts = |text: &str| {
        let parts: Vec<_> = text.split(['/', ',', ';', ' ', '-']).filter(|p| !p.is_empty()).map(is_short).collect();
        if parts.len() <= 3 && parts.iter().all(|short| *short) { parts.len() } else { 0 }
    };
    match inner {
        Some(inner) => parts(inner) > 0,
        None => text.contains('/') && !text.contains(char::is_uppercase) && parts(text) > 1,
    }
}

/// An address of the Web or of mail, with a word or two before it.
fn is_address(text: &str) -> bool {
    let mut tokens = text.split_whitespace().rev();
    let is = |t: &str| {
        t.contains("://") || t.starts_with("www.") || t.split_once('@').is_some_and(|(_, host)| host.contains('.'))
    };
    tokens.next().is_some_and(is) && tokens.count() <= 2
}

/// Two or more words, each with its hash sign.
fn is_hashtags(text: &str) -> bool {
    let mut tokens = text.split_whitespace();
    let is = |t: &str| t.strip_prefix('#').is_some_and(|tag| tag.starts_with(char::is_alphabetic));
    tokens.clone().count() >= 2 && tokens.all(is)
}

/// A count: "Views: 318".
fn is_label(tokens: &[Token]) -> bool {
    let is_stamp = |t: &Token| t.sense & (STAMP_WORD | CLOCK) != 0;
    tokens.len() <= 4
        && tokens.iter().any(|t| t.number)
        && tokens.iter().any(|t| t.sense & STAMP_WORD != 0)
        && tokens.iter().all(|t| t.number || is_stamp(t))
}

/// What somebody is, without saying who: "Staff reporter".
fn is_role(tokens: &[Token]) -> bool {
    (1..=4).contains(&tokens.len())
        && tokens.iter().any(|t| t.sense & ROLE != 0)
        && tokens.iter().all(|t| t.sense & (ROLE | FUNCTION | OUTLET) != 0)
}

/// Where the page stands on its site: "Home / Region / Thorn", "News › Regio".
fn is_path(text: &str) -> bool {
    let parts = |sign: char| text.split(sign).map(str::trim).collect::<Vec<_>>();
    ['/', '|', '›', '>', '»'].into_iter().any(|sign| {
        let parts = parts(sign);
        parts.len() >= 3 - usize::from(matches!(sign, '›' | '>'))
            && parts.iter().all(|p| {
                (1..=3).contains(&p.split_whitespace().count())
                    && p.starts_with(|c: char| c.is_uppercase() || is_uncased(c))
                    && !p.contains(|c: char| c.is_ascii_digit() || c == ':')
            })
    })
}

/// What is counted in a line.
struct Measure {
    points: usize,
    words: usize,
    sentences: usize,
    quotes: bool,
}

impl Measure {
    fn of(text: &str) -> Measure {
        let mut m = Measure { points: 0, words: 0, sentences: 0, quotes: false };
        let (mut after_stop, mut in_word, mut tick) = (false, false, false);
        let mut rest = text;
        loop {
            let plain = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
            if plain > 0 {
                m.points += plain;
                m.words += usize::from(!in_word);
                (in_word, after_stop, tick) = (true, false, false);
                rest = &rest[plain..];
            }
            let mut chars = rest.chars();
            let Some(c) = chars.next() else { break };
            rest = chars.as_str();
            m.points += 1;
            let space = c.is_whitespace();
            m.words += usize::from(!space && !in_word);
            in_word = !space;
            m.quotes |= matches!(c, '«' | '»' | '“' | '”' | '„' | '"') || tick && c == '`';
            tick = c == '`';
            match c {
                '.' | '!' | '?' | '…' | '؟' => after_stop = true,
                '。' | '！' | '？' | '।' => m.sentences += 1,
                _ if space => {
                    m.sentences += usize::from(after_stop);
                    after_stop = false;
                }
                '»' | '”' | '"' | ')' | '’' | '\'' => {}
                _ => after_stop = false,
            }
        }
        m.sentences += usize::from(after_stop);
        m
    }
}

/// A letter of a script without capitals.
fn is_uncased(c: char) -> bool {
    c.is_alphabetic() && !c.is_lowercase() && !c.is_uppercase()
}

/// Whether a reader or a heading tag says that the block is a heading.
pub fn is_marked_heading(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Heading | BlockKind::Title)
}

/// Whether `text` ends with the full stop, question or exclamation mark of a sentence, quotation marks apart.
pub fn ends_like_a_sentence(text: &str) -> bool {
    let end = text.trim_end_matches(|c: char| c.is_whitespace() || "»”“\"’')]".contains(c));
    end.ends_with(['.', '!', '?', '…', '。', '！', '？', '؟', '।'])
}

fn is_bullet(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '•' | '*' | '·' | '‣' | '▪' | '◦' | '●' | '○' | '■')
}

/// Whether `text` begins like an item of a list.
pub fn is_item(text: &str) -> bool {
    let mut chars = text.chars();
    match chars.next() {
        Some(c) if is_bullet(c) => chars.next().is_some_and(char::is_whitespace),
        Some(c) if c.is_ascii_digit() => {
            let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
            text.len() - rest.len() <= 3 && (rest.starts_with(". ") || rest.starts_with(") ") || rest.starts_with("° "))
        }
        _ => false,
    }
}

/// Whether `text` is a name of a person by its form: two to five capitalised words, and particles.
pub fn is_name(text: &str, words: &Words) -> bool {
    let mut capitalised = 0;
    let mut full = 0;
    for (i, token) in text.split_whitespace().enumerate() {
        let folded = fold::word(token);
        if i > 4 || (words.function.contains(&folded) && !words.particle.contains(&folded)) {
            return false;
        }
        if words.particle.contains(&folded) {
            // A particle may be capitalised, but a name does not begin with one that is an article as well.
            if i == 0 && words.function.contains(&folded) {
                return false;
            }
            continue;
        }
        if !is_name_token(token) {
            return false;
        }
        capitalised += 1;
        full += usize::from(token.chars().any(char::is_lowercase));
    }
    capitalised >= 2 && full >= 1 && text.split_whitespace().last().is_some_and(|t| !t.ends_with('.'))
}

fn is_name_token(token: &str) -> bool {
    let initial =
        token.ends_with('.') && token.chars().filter(|c| c.is_uppercase()).count() * 2 >= token.chars().count() - 1;
    let token = token.trim_end_matches('.');
    token.starts_with(char::is_uppercase)
        && (initial || token.chars().count() >= 2)
        && token.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '.'))
}
