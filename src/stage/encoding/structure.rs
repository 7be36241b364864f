//! Characters that are not writing: controls, invisible marks, foreign line breaks, and letters in another shape.

use crate::document::Document;
use crate::error::Error;
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::{Found, Pass};

use super::scan::{char_at, char_before};

/// Which half of the work a pass does. Invisible marks must go before entities and mojibake are looked for, since they stand
/// inside of them; C1 controls and soft hyphens only afterwards, since mojibake is made of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Half {
    First,
    Second,
}

/// The pass.
pub(super) struct Structure {
    half: Half,
    ids: Ids,
}

#[derive(Clone, Copy)]
struct Ids {
    control: RuleId,
    c1: RuleId,
    invisible: RuleId,
    bidi: RuleId,
    soft_hyphen: RuleId,
    line_break: RuleId,
    ligature: RuleId,
    fullwidth: RuleId,
    marks: RuleId,
}

/// Registers the rules and makes both halves.
pub(super) fn passes(rules: &mut Rules) -> Result<(Structure, Structure), Error> {
    let mut add = |name: &str, kind: &str, class: Class, about: &str, drop: &[&str], keep: &[&str]| {
        let mut rule = Rule::new(format!("encoding/{name}"), kind, class, about);
        rule.drop = drop.iter().map(ToString::to_string).collect();
        rule.keep = keep.iter().map(ToString::to_string).collect();
        rules.add(rule)
    };
    use Class::{Meaning, Typography};
    let ids = Ids {
        control: add(
            "control",
            "control",
            Typography,
            "control characters and terminal codes",
            &["le \u{8}prix\0", "\u{1b}[31mrouge"],
            &["un\tdeux"],
        )?,
        c1: add(
            "c1",
            "control",
            Meaning,
            "C1 controls that are Windows-1252 punctuation",
            &["l\u{92}accord", "fin\u{85} Puis"],
            &["l’accord"],
        )?,
        invisible: add(
            "invisible",
            "invisible",
            Typography,
            "zero-width spaces and byte order marks in the text",
            &["mar\u{200b}ché", "\u{feff}Le"],
            &["می\u{200c}خواهم", "👩\u{200d}🚀"],
        )?,
        bidi: add(
            "bidi",
            "invisible",
            Typography,
            "direction marks where nothing runs right to left",
            &["\u{200e}Paris"],
            &["قال \u{200f}(أمس)"],
        )?,
        soft_hyphen: add(
            "soft-hyphen",
            "invisible",
            Typography,
            "soft hyphens",
            &["gouver\u{ad}nement"],
            &["porte-parole"],
        )?,
        line_break: add(
            "line-break",
            "line-break",
            Typography,
            "line breaks other than LF",
            &["un\r\ndeux", "un\u{2028}deux"],
            &["un\ndeux"],
        )?,
        ligature: add(
            "ligature",
            "presentation",
            Typography,
            "typesetters' ligatures",
            &["con\u{fb01}ance"],
            &["cœur, Æsir"],
        )?,
        fullwidth: add(
            "fullwidth",
            "presentation",
            Typography,
            "fullwidth Latin letters and digits",
            &["ＮＡＴＯ"],
            &["北约，今天"],
        )?,
        marks: add(
            "marks",
            "composition",
            Typography,
            "more accents on one letter than any language has",
            &["Z\u{335}\u{322}\u{321}\u{346}\u{31a}algo"],
            &["Vie\u{302}\u{323}t, e\u{301}te\u{301}"],
        )?,
    };
    Ok((Structure { half: Half::First, ids }, Structure { half: Half::Second, ids }))
}

impl Pass for Structure {
    fn look(&self, doc: &Document, found: &mut Found) {
        let text = doc.text();
        let bytes = text.as_bytes();
        let mut rtl = None;
        let mut at = 0;
        while let Some(next) = bytes[at..].iter().position(|b| WATCHED[usize::from(*b)]) {
            at += next;
            if is_plain(&bytes[at..]) {
                at += 2;
                continue;
            }
            let Some(c) = char_at(text, at) else { break };
            let end = self.judge(text, at, c, &mut rtl, found);
            at = end.max(at + c.len_utf8());
            if at >= bytes.len() {
                break;
            }
        }
    }

    fn fires(&self, rule: RuleId, example: &str) -> Option<bool> {
        let ids = &self.ids;
        let first = [ids.control, ids.invisible, ids.bidi].contains(&rule);
        let second = [ids.c1, ids.soft_hyphen, ids.line_break, ids.ligature, ids.fullwidth, ids.marks].contains(&rule);
        if !(first && self.half == Half::First || second && self.half == Half::Second) {
            return None;
        }
        let mut found = Found::default();
        self.look(&Document::from_text(example.to_string()), &mut found);
        Some(found.edits().iter().any(|e| e.rule == rule))
    }
}

/// First bytes of the characters that are looked at: C0 but tab and LF, DEL, U+0080 to U+00BF, Croatian digraphs, Arabic marks, accents, general
/// punctuation, ligatures and fullwidth forms.
static WATCHED: [bool; 256] = {
    let mut watched = [false; 256];
    let mut b = 0;
    while b < 32 {
        watched[b] = b != 9 && b != 10;
        b += 1;
    }
    watched[0x7f] = true;
    watched[0xc2] = true;
    watched[0xc7] = true;
    watched[0xcc] = true;
    watched[0xcd] = true;
    watched[0xd8] = true;
    watched[0xe2] = true;
    watched[0xef] = true;
    watched
};

/// Whether the character is one of the common ones that share their first byte with those that are looked at.
fn is_plain(rest: &[u8]) -> bool {
    match rest {
        [0xc2, next, ..] => *next >= 0xa0 && *next != 0xad,
        [0xe2, 0x80, third, ..] => !matches!(third, 0x8b..=0x8f | 0xa8..=0xae),
        [0xe2, next, ..] => *next != 0x81,
        _ => false,
    }
}

impl Structure {
    /// Proposes what is to become of the character at byte `at`; returns where to go on. `rtl` is whether anything in the
    /// text runs right to left, once that was asked.
    fn judge(&self, text: &str, at: usize, c: char, rtl: &mut Option<bool>, found: &mut Found) -> usize {
        let ids = &self.ids;
        let end = at + c.len_utf8();
        match (self.half, c) {
            (Half::First, '\u{1b}') => {
                let end = terminal_code(text, at);
                found.edit(at..end, "", ids.control, 1.0);
                return end;
            }
            (Half::First, '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}') => found.edit(at..end, "", ids.control, 1.0),
            (_, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}') => {
                found.edit(at..end, "", ids.invisible, 1.0)
            }
            (_, '\u{200c}' | '\u{200d}') if !joins(char_before(text, at)) || !joins(char_at(text, end)) => {
                found.edit(at..end, "", ids.invisible, 1.0);
            }
            (_, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
                if !*rtl.get_or_insert_with(|| text.chars().any(is_rtl)) =>
            {
                found.edit(at..end, "", ids.bidi, 1.0);
            }
            (Half::First, _) => {}
            (_, '\r') if text.as_bytes().get(end) == Some(&b'\n') => found.edit(at..end, "", ids.line_break, 1.0),
            (_, '\u{85}') if is_ellipsis(text, at) => found.edit(at..end, "…", ids.c1, 0.9),
            (_, '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}') => {
                found.edit(at..end, "\n", ids.line_break, 1.0)
            }
            (_, '\u{80}'..='\u{9f}') => {
                let byte = [c as u8];
                let meant = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte).0;
                let meant = meant.chars().next().filter(|m| *m != c).map(String::from).unwrap_or_default();
                found.edit(at..end, meant, ids.c1, 0.9);
            }
            (_, '\u{300}'..='\u{36f}') => {
                let run = |take: usize| -> usize {
                    text[at..].chars().take(take).take_while(|c| is_accent(*c)).map(char::len_utf8).sum()
                };
                let all = run(usize::MAX);
                if all > run(MARKS) {
                    found.edit(at + run(2)..at + all, "", ids.marks, 0.9);
                }
                return at + all;
            }
            (_, '\u{ad}') => found.edit(at..end, "", ids.soft_hyphen, 1.0),
            (_, '\u{fb00}'..='\u{fb06}') => {
                let parts = ["ff", "fi", "fl", "ffi", "ffl", "st", "st"][c as usize - 0xfb00];
                found.edit(at..end, parts, ids.ligature, 1.0);
            }
            (_, '\u{1c4}'..='\u{1cc}' | '\u{1f1}'..='\u{1f3}') => {
                let parts = match c as u32 {
                    n @ 0x1c4..=0x1cc => ["DŽ", "Dž", "dž", "LJ", "Lj", "lj", "NJ", "Nj", "nj"][n as usize - 0x1c4],
                    n => ["DZ", "Dz", "dz"][n as usize - 0x1f1],
                };
                found.edit(at..end, parts, ids.ligature, 1.0);
            }
            // The ampersand might begin an entity by being folded.
            (_, '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}') => {
                if let Some(plain) = char::from_u32(c as u32 - 0xfee0) {
                    found.edit(at..end, plain.to_string(), ids.fullwidth, 1.0);
                }
            }
            // Fullwidth punctuation belongs to Chinese and Japanese; between Latin letters it is a leftover.
            (_, '\u{ff01}'..='\u{ff5e}') if c != '＆' && c != '；' && c != '＃' => {
                let beside = |c: Option<char>| c.is_some_and(|c| is_latin(c) || c.is_ascii_digit());
                let stray = beside(char_before(text, at)) && beside(char_at(text, end));
                if let Some(plain) = char::from_u32(c as u32 - 0xfee0).filter(|_| stray) {
                    found.edit(at..end, plain.to_string(), ids.fullwidth, 0.9);
                }
            }
            _ => {}
        }
        end
    }
}

/// Accents on one letter that some language or transcription may write.
const MARKS: usize = 3;

fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}')
}

/// Where a terminal's escape sequence ends that begins at byte `at`.
fn terminal_code(text: &str, at: usize) -> usize {
    let rest = &text.as_bytes()[at + 1..];
    let Some(b'[') = rest.first() else {
        return at + 1;
    };
    let body = rest[1..].iter().take(32).take_while(|b| b.is_ascii_digit() || **b == b';').count();
    match rest.get(1 + body) {
        Some(b) if b.is_ascii_alphabetic() => at + 3 + body,
        _ => at + 1,
    }
}

/// U+0085 is a line break by its name, and an ellipsis where Windows-1252 was read as Latin-1: then it follows a letter
/// and is followed by a space, a quotation mark or the end, or stands among other C1 controls.
fn is_ellipsis(text: &str, at: usize) -> bool {
    let before = char_before(text, at);
    let after = char_at(text, at + 2);
    if after.is_none() {
        return before.is_some_and(|c| matches!(c, '’' | '”' | '»'));
    }
    before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '!' | '?' | '’' | '”' | '»'))
        && after.is_some_and(|c| matches!(c, ' ' | '\u{a0}' | '»' | '"' | ')' | ',' | '\u{94}'))
}

/// Whether a zero-width joiner beside this character may say something: in scripts that join, and among emoji.
fn joins(c: Option<char>) -> bool {
    c.is_some_and(|c| {
        matches!(c, '\u{590}'..='\u{10ff}' | '\u{1780}'..='\u{18af}' | '\u{1a00}'..='\u{1cff}' | '\u{a800}'..='\u{abff}')
            || matches!(c, '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{10000}'..)
    })
}

fn is_rtl(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}') && c != '\u{61c}'
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}')
}
