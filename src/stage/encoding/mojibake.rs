//! Text that was written in one charset and read in another.
//!
//! UTF-8 that was misread leaves sequences that no language writes: `Ã©`, `â€™`, `Ð¿Ñ€`. A line is repaired when at least
//! one such sequence stands where it cannot be anything else; then its ambiguous ones are repaired too. What is not a valid
//! sequence stays, so a line of which half was damaged comes out right. Damage done twice is undone in rounds.

use std::borrow::Cow;
use std::ops::Range;

use crate::document::Document;
use crate::edit::{Edit, Track, rewrite};
use crate::error::Error;
use crate::read::charset::letters::oddness;
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::{Found, Pass};

use super::codec::{Codec, Masks, Sequence};
use super::scan::{beyond_ascii, char_at, line_around};

/// How many times text is passed through the wrong charset at most; four has been seen.
const ROUNDS: usize = 6;

/// The pass.
pub(super) struct Mojibake {
    codecs: Vec<Codec>,
    masks: Masks,
    rules: Vec<RuleId>,
    mac_letters: RuleId,
    cyrillic_letters: RuleId,
}

/// How sure it is that a sequence was one character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sure {
    /// It makes its line a damaged one.
    Yes,
    /// Only in a damaged line.
    InCompany,
    /// Only next to others of the same script.
    InRun(u8),
}

/// What a character is to Western and other text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    /// Letters of Latin-1, punctuation, symbols of everyday text.
    Common,
    /// Other Latin letters.
    Latin,
    /// A letter of another script, by number.
    Script(u8),
}

/// Where in the line a sequence begins, in characters, what it was, and how sure that is.
type Candidate = (usize, Sequence, Sure);

struct Repair {
    at: Range<usize>,
    with: String,
}

impl Mojibake {
    /// Registers the rules.
    pub fn new(rules: &mut Rules) -> Result<Mojibake, Error> {
        let codecs = vec![
            Codec::web("cp1252", encoding_rs::WINDOWS_1252),
            Codec::web("macroman", encoding_rs::MACINTOSH),
            Codec::web("cp1251", encoding_rs::WINDOWS_1251),
            Codec::web("cp1250", encoding_rs::WINDOWS_1250),
            Codec::web("latin2", encoding_rs::ISO_8859_2),
            Codec::table("cp850"),
            Codec::table("cp437"),
        ];
        let examples: [(&[&str], &[&str]); 7] = [
            (
                &["Le conseil a votÃ© la hausse", "lâ€™accord signÃ© Ã\u{a0} Berne", "ÃƒÂ©tÃƒÂ©"],
                &["MANHÃ” e “MAÇÔ", "publié\u{a0}»"],
            ),
            (&["Le conseil a vot√© la hausse"], &["la racine √ de deux", "o¬ô"]),
            (&["Le conseil a votГ© la hausse", "РќРѕРІРѕСЃС‚Рё"], &["«СССР», Её голос", "В\u{a0}Москве"]),
            (&["SchrĂ¶der wĂĽrde"], &["ROMÂNĂ”"]),
            (&["tĹ\u{99}etĂ\u{ad}ho"], &["Ľudovít"]),
            (&["Le conseil a vot├® la hausse"], &["├── src", "ÔTEZ"]),
            (&["Le conseil a vot├⌐ la hausse"], &["├── src"]),
        ];
        let mut ids = Vec::new();
        for (codec, (drop, keep)) in codecs.iter().zip(examples) {
            let about = format!("UTF-8 that was read as {}", codec.name);
            let mut rule = Rule::new(format!("encoding/mojibake-{}", codec.name), "mojibake", Class::Meaning, about);
            rule.drop = drop.iter().map(ToString::to_string).collect();
            rule.keep = keep.iter().map(ToString::to_string).collect();
            ids.push(rules.add(rule)?);
        }
        let mut letters = |id: &str, about: &str, drop: &str, keep: &str| {
            let mut rule = Rule::new(id, "mojibake", Class::Meaning, about);
            rule.drop = vec![drop.to_string()];
            rule.keep = vec![keep.to_string()];
            rules.add(rule)
        };
        Ok(Mojibake {
            masks: Masks::new(&codecs),
            codecs,
            rules: ids,
            mac_letters: letters(
                "encoding/mojibake-cp1252-as-macroman",
                "Windows-1252 that was read as MacRoman",
                "Le dÈputÈ a refusÈ ‡ deux reprises",
                "Ère de fin‡, 25 ˚C, LÉGÈRETÉ, Ó hÓgartaigh ‡",
            )?,
            cyrillic_letters: letters(
                "encoding/mojibake-cp1252-as-cp1251",
                "Windows-1252 that was read as Windows-1251",
                "Le dйputй a refusй",
                "Слово «йогурт» и слово «iPhone»",
            )?,
        })
    }

    /// Whether the character at byte `at`, not ASCII, might begin damage; the second value is where to go on.
    fn suspicious(&self, text: &str, at: usize, c: char) -> bool {
        let end = at + c.len_utf8();
        let next = char_at(text, end);
        if let Some(next) = next.filter(|n| !n.is_ascii()) {
            if self.masks.pair(c, next) != 0 && self.begins(c, next, char_at(text, end + next.len_utf8())) {
                return true;
            }
            // A space of another kind will be a plain one in the end.
            if !next.is_whitespace() {
                return false;
            }
        }
        let before = text[..at].chars().next_back().unwrap_or(' ');
        match c {
            'Ã' => !before.is_uppercase() && next.is_none_or(|n| !n.is_ascii_alphanumeric()),
            'È' | 'Ë' | 'Í' | 'Á' | 'Ù' | 'Ó' | 'Ô' => before.is_ascii_lowercase(),
            '‡' | '‚' | '˘' | '˚' => before.is_ascii_alphabetic() || matches!(before, ' ' | '-' | '\''),
            'а'..='я' => before.is_ascii_alphabetic() || next.is_some_and(|n| n.is_ascii_alphabetic()),
            _ => false,
        }
    }

    /// Whether two characters begin a sequence in any codec. Three-byte leads are ordinary letters (é, è), so the third is
    /// asked as well.
    fn begins(&self, c: char, next: char, third: Option<char>) -> bool {
        let chars = [(0, c), (0, next), (0, third.unwrap_or(' '))];
        self.codecs.iter().any(|codec| match codec.byte(c).unwrap_or(0) {
            0xc2..=0xdf => codec.sequence(&chars).is_some(),
            0xe2 => matches!(codec.byte(next), Some(0x80)) || codec.sequence(&chars).is_some(),
            0xe0..=0xef => codec.sequence(&chars).is_some(),
            0xf0..=0xf4 => matches!(codec.byte(next), Some(0x90..=0xbf)),
            _ => false,
        })
    }

    /// Whether anything in the line might begin damage.
    fn is_suspicious(&self, line: &str) -> bool {
        let mut at = beyond_ascii(line.as_bytes(), 0);
        while let Some(c) = char_at(line, at) {
            if self.suspicious(line, at, c) {
                return true;
            }
            at = beyond_ascii(line.as_bytes(), at + c.len_utf8());
        }
        false
    }

    /// A file is read in one charset, so where lines were misread letter for letter, those without evidence of their own
    /// were as well.
    fn same_document(&self, text: &str, found: &mut Found) {
        let Some(known) =
            found.edits().iter().map(|e| e.rule).find(|r| [self.mac_letters, self.cyrillic_letters].contains(r))
        else {
            return;
        };
        let mut edited = found.edits().iter().map(|e| e.at.start).collect::<Vec<_>>();
        edited.sort_unstable();
        let bytes = text.as_bytes();
        let mut at = beyond_ascii(bytes, 0);
        while at < bytes.len() {
            let line = line_around(text, at);
            let first = edited.partition_point(|e| *e < line.start);
            if edited.get(first).is_none_or(|e| *e >= line.end) {
                for (span, with, rule, confidence) in self.letters(&text[line.clone()], Some(known)) {
                    found.edit(line.start + span.start..line.start + span.end, with, rule, confidence);
                }
            }
            at = beyond_ascii(bytes, line.end.max(at + 1));
        }
    }

    /// Repairs a line; the edits are of the line's bytes.
    fn line(&self, line: &str) -> Vec<(Range<usize>, String, RuleId, f32)> {
        let mut now = line.to_string();
        let mut track = Track::new(line.len());
        let mut first = None;
        for round in 0..ROUNDS {
            if round > 0 && !self.is_suspicious(&now) {
                break;
            }
            let Some((which, repairs)) = self.round(&now) else {
                break;
            };
            let rule = self.rules[which];
            first.get_or_insert(rule);
            let edits: Vec<Edit> = repairs
                .into_iter()
                .map(|r| Edit { at: r.at, with: r.with.into(), rule, confidence: 0.95, removes: None })
                .collect();
            track.apply(&edits);
            now = rewrite(&now, &edits);
        }
        let Some(rule) = first else {
            return self.letters(line, None);
        };
        // Damage that was damaged again, say by lower case, is not undone by undoing what is left of it.
        if mixes_scripts(&now) && !mixes_scripts(line) {
            return Vec::new();
        }
        let (mut raw, mut clean) = (0, 0);
        let mut out = Vec::new();
        for piece in track.pieces() {
            if !piece.kept {
                out.push((raw..raw + piece.raw, now[clean..clean + piece.clean].to_string(), rule, 0.95));
            }
            raw += piece.raw;
            clean += piece.clean;
        }
        out
    }

    /// The codec with the most sure sequences, and what it makes of the line.
    fn round(&self, line: &str) -> Option<(usize, Vec<Repair>)> {
        let chars: Vec<(usize, char)> = line.char_indices().collect();
        let mut best: Option<(usize, usize, Vec<Candidate>)> = None;
        // Sequences that lost a byte are looked for in Windows-1252 alone.
        let possible = self.masks.any(&chars) | 1;
        for (which, codec) in self.codecs.iter().enumerate().filter(|(i, _)| possible & (1 << i) != 0) {
            let mut found = sequences(codec, &chars);
            settle_runs(codec, &chars, &mut found);
            let sure = found.iter().filter(|f| f.2 == Sure::Yes).count() + lone_marks(codec, &chars);
            if sure > best.as_ref().map_or(0, |b| b.0) {
                best = Some((sure, which, found));
            }
        }
        let (_, which, found) = best?;
        let codec = &self.codecs[which];
        let repairs = apply(codec, line, &chars, &found);
        (!repairs.is_empty()).then_some((which, repairs))
    }

    /// Windows-1252 that was read as another 8-bit charset: letter for letter, so the whole line must agree. A line needs
    /// evidence of its own unless the document is `known` to be damaged by a rule.
    fn letters(&self, line: &str, known: Option<RuleId>) -> Vec<(Range<usize>, String, RuleId, f32)> {
        let (mut mac, mut cyrillic) = (false, false);
        // Spaces of any kind are plain ones in the end, so they must not weigh.
        let chars: Vec<char> = line.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
        for (i, &c) in chars.iter().enumerate().filter(|(_, c)| !c.is_ascii()) {
            let near = |k: isize| i.checked_add_signed(k).and_then(|i| chars.get(i)).copied().unwrap_or(' ');
            let (before, after) = (near(-1), near(1));
            mac |= match c {
                'È' | 'Ë' | 'Ù' => before.is_ascii_lowercase(),
                // Irish writes hÓ and nÍ at the beginning of words.
                'Í' | 'Á' | 'Ó' | 'Ô' => before.is_ascii_lowercase() && near(-2).is_alphabetic(),
                // At the end of a word these are a footnote mark, a quotation mark, a degree.
                '‡' | '‚' | '˘' | '˚' if before.is_ascii_lowercase() => after.is_ascii_lowercase(),
                '‡' if before == ' ' => near(-2).is_alphanumeric() && after == ' ' && near(2).is_lowercase(),
                '‡' => before == '-' && after == '-',
                _ => false,
            };
            cyrillic |= is_misread(c) && (before.is_ascii_alphabetic() || after.is_ascii_alphabetic());
        }
        mac |= known == Some(self.mac_letters);
        cyrillic |= known == Some(self.cyrillic_letters);
        let (which, rule) = match (mac, cyrillic) {
            (true, false) => (1, self.mac_letters),
            (false, true) => (2, self.cyrillic_letters),
            _ => return Vec::new(),
        };
        let codec = &self.codecs[which];
        let mut repaired = String::with_capacity(line.len());
        let mut edits = Vec::new();
        for (at, c) in line.char_indices() {
            if c.is_ascii() || c.is_whitespace() {
                repaired.push(if c.is_ascii() { c } else { ' ' });
                continue;
            }
            let Some(byte) = codec.byte(c) else {
                return Vec::new();
            };
            let was = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.into_owned();
            if was.chars().any(|w| !is_western(w)) {
                return Vec::new();
            }
            repaired.push_str(&was);
            edits.push((at..at + c.len_utf8(), was, rule, 0.85));
        }
        // A foreign script is judged by its mixing with Latin letters, capitals by standing inside words.
        let words_mixed = which == 1
            || line
                .split(|c: char| !c.is_alphabetic())
                .all(|w| w.chars().count() < 2 || w.chars().any(|c| c.is_ascii()));
        let (before, after) = (oddness(&chars.iter().collect::<String>()), oddness(&repaired.replace('\u{a0}', " ")));
        let needed = if known.is_some() { 0.3 } else { 1.5 };
        if words_mixed && after < 2.6 && after + needed < before { edits } else { Vec::new() }
    }
}

impl Pass for Mojibake {
    fn look(&self, doc: &Document, found: &mut Found) {
        let text = doc.text();
        let bytes = text.as_bytes();
        let mut at = beyond_ascii(bytes, 0);
        while at < bytes.len() {
            let Some(c) = char_at(text, at) else { break };
            let mut next = at + c.len_utf8();
            if self.suspicious(text, at, c) {
                let line = line_around(text, at);
                for (span, with, rule, confidence) in self.line(&text[line.clone()]) {
                    found.edit(line.start + span.start..line.start + span.end, with, rule, confidence);
                }
                next = line.end.max(next);
            }
            at = beyond_ascii(bytes, next);
        }
        self.same_document(text, found);
    }

    fn fires(&self, rule: RuleId, example: &str) -> Option<bool> {
        if !self.rules.contains(&rule) && rule != self.mac_letters && rule != self.cyrillic_letters {
            return None;
        }
        let mut found = Found::default();
        self.look(&Document::from_text(example.to_string()), &mut found);
        Some(found.edits().iter().any(|e| e.rule == rule))
    }
}

/// Every sequence of the line, from left to right, with how sure it is.
fn sequences(codec: &Codec, chars: &[(usize, char)]) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let sure = if chars[i].1.is_ascii() {
            None
        } else {
            codec.sequence(&chars[i..]).and_then(|s| judge(codec, chars, i, s).map(|j| (s, j)))
        };
        match sure {
            Some((sequence, sure)) => {
                found.push((i, sequence, sure));
                i += sequence.len;
            }
            None => i += 1,
        }
    }
    found
}

fn judge(codec: &Codec, chars: &[(usize, char)], i: usize, sequence: Sequence) -> Option<Sure> {
    let before = if i == 0 { ' ' } else { chars[i - 1].1 };
    let after = chars.get(i + sequence.len).map_or(' ', |c| c.1);
    let lead = chars[i].1;
    let plain_rest = chars[i + 1..i + sequence.len].iter().all(|c| is_punctuation(c.1));
    if sequence.was == char::REPLACEMENT_CHARACTER && sequence.len < 3 {
        return Some(Sure::InCompany);
    }
    let target = target(sequence.was)?;
    let first_lead = codec.byte(lead)?;
    let two_before = i.checked_sub(2).map_or(' ', |k| chars[k].1);
    let two_after = chars.get(i + sequence.len + 1).map_or(' ', |c| c.1);
    if sequence.was == 'à'
        && (before == ' ' || before == '-' && after == '-')
        && (matches!(after, ' ' | '-') || lead == '√')
        && two_before.is_ascii_alphanumeric()
    {
        // French "à" alone between ASCII words.
        return Some(if two_after.is_ascii_alphanumeric() || lead == '√' { Sure::Yes } else { Sure::InCompany });
    }
    if sequence.was == 'à' && before.is_uppercase() && !two_before.is_alphabetic() && after.is_lowercase() {
        return Some(Sure::Yes);
    }
    // In Cyrillic text a capital before a quotation mark is a sequence by chance.
    if is_cyrillic(lead) && !matches!(target, Target::Script(_)) {
        if target == Target::Latin && !before.is_ascii_alphabetic() && !after.is_ascii_alphabetic()
            || is_cyrillic(before)
            || is_cyrillic(after) && codec.byte(after).is_none_or(|b| b < 0xc2)
        {
            return None;
        }
        if sequence.len == 2 && !before.is_ascii_alphanumeric() && !after.is_ascii_alphanumeric() {
            return Some(Sure::InCompany);
        }
        if is_cyrillic(after) && sequence.len == 2 {
            return Some(Sure::InCompany);
        }
    }
    if matches!(sequence.was, 'ˆ' | 'ˇ' | '\u{2d8}'..='\u{2dd}') {
        return Some(Sure::InCompany);
    }
    Some(match (sequence.len, target) {
        (_, Target::Script(script)) => Sure::InRun(script),
        (4, _) => Sure::Yes,
        (3, Target::Common)
            if plain_rest && before.is_alphabetic() && !matches!(sequence.was, '\u{2000}'..='\u{20bf}') =>
        {
            Sure::InCompany
        }
        (3, Target::Latin) if plain_rest => Sure::InCompany,
        (3, _) => Sure::Yes,
        (_, Target::Common) if !lead.is_alphabetic() => {
            if before.is_alphabetic() || after.is_alphabetic() || first_lead == 0xc3 && matches!(lead, '├') {
                Sure::Yes
            } else {
                Sure::InCompany
            }
        }
        (_, Target::Common) if plain_rest => {
            if before.is_lowercase()
                || after.is_lowercase() && !before.is_uppercase()
                || after.is_alphabetic() && !is_space(chars[i + 1].1)
                || (is_space(chars[i + 1].1) && !before.is_uppercase() && lead != 'В' && lead != 'Г')
            {
                Sure::Yes
            } else {
                Sure::InCompany
            }
        }
        (_, Target::Common) if matches!(lead, 'Å' | 'Ĺ' | 'Е') && !after.is_alphabetic() && !before.is_lowercase() => {
            Sure::InCompany
        }
        (_, Target::Common) => Sure::Yes,
        (_, Target::Latin) if plain_rest => {
            if before.is_lowercase() && after.is_lowercase() {
                Sure::Yes
            } else {
                Sure::InCompany
            }
        }
        (_, Target::Latin) => {
            if before.is_lowercase()
                || !before.is_alphabetic() && after.is_lowercase() && !chars[i + 1].1.is_alphabetic()
            {
                Sure::Yes
            } else {
                Sure::InCompany
            }
        }
    })
}

/// Letters of other scripts count when two of them stand together, and not all by chance of punctuation.
fn settle_runs(codec: &Codec, chars: &[(usize, char)], found: &mut [Candidate]) {
    let mut i = 0;
    while i < found.len() {
        let Sure::InRun(script) = found[i].2 else {
            i += 1;
            continue;
        };
        let mut end = i + 1;
        while end < found.len() {
            let gap = &chars[found[end - 1].0 + found[end - 1].1.len..found[end].0];
            let joined = gap.is_empty()
                && (found[end].2 == Sure::InRun(script) || found[end].1.was == char::REPLACEMENT_CHARACTER);
            if !joined {
                break;
            }
            end += 1;
        }
        let odd = found[i..end].iter().any(|f| chars[f.0 + 1..f.0 + f.1.len].iter().any(|c| !is_punctuation(c.1)));
        // Clean Cyrillic has no two capitals each followed by a symbol or a rare letter; three bytes are rarer still.
        let sure = if end - i >= 2 && odd && !(is_cyrillic(chars[found[i].0].1) && codec.name != "cp1251") {
            Sure::Yes
        } else {
            Sure::InCompany
        };
        for f in &mut found[i..end] {
            f.2 = sure;
        }
        i = end;
    }
}

/// `â€` that lost its third byte, and `Ã` whose no-break space became a space: as sure as a sequence.
fn lone_marks(codec: &Codec, chars: &[(usize, char)]) -> usize {
    if codec.name != "cp1252" {
        return 0;
    }
    let mut count = 0;
    for i in 0..chars.len() {
        let before = if i == 0 { ' ' } else { chars[i - 1].1 };
        let next = chars.get(i + 1).map(|c| c.1);
        match chars[i].1 {
            'Ã' if before.is_lowercase() => {
                count += usize::from(next.is_none_or(|n| matches!(n, ' ' | '\t' | '-' | ',' | '.')))
            }
            'Ã' if before == '-' && next == Some(' ') && chars.get(i + 2).is_some_and(|c| c.1 == '-') => count += 1,
            'Ã' if before == ' ' && i > 1 => {
                count += usize::from(next == Some(' ') && chars.get(i + 2).is_some_and(|c| c.1 == ' '))
            }
            'â' if next == Some('€') => {
                count +=
                    usize::from(chars.get(i + 2).is_none_or(|c| c.1 == char::REPLACEMENT_CHARACTER || c.1.is_ascii()));
            }
            _ => {}
        }
    }
    count
}

fn apply(codec: &Codec, line: &str, chars: &[(usize, char)], found: &[Candidate]) -> Vec<Repair> {
    let offset = |i: usize| chars.get(i).map_or(line.len(), |c| c.0);
    let cyrillic_left = |i: usize| {
        let followed = found.binary_search_by_key(&(i + 2), |f| f.0).is_ok();
        let near = [i.checked_sub(1).map(|j| chars[j].1), chars.get(i + 2).filter(|_| !followed).map(|c| c.1)];
        near.into_iter().flatten().any(is_cyrillic)
    };
    let mut repairs = Vec::new();
    let mut sequences = found.iter().peekable();
    let mut i = 0;
    while i < chars.len() {
        if let Some((_, sequence, sure)) = sequences.next_if(|f| f.0 == i) {
            let skip = *sure == Sure::InCompany
                && is_cyrillic(chars[i].1)
                && cyrillic_left(i)
                && !matches!(target(sequence.was), Some(Target::Script(_)));
            if !skip {
                let with = if is_invisible(sequence.was) { String::new() } else { sequence.was.to_string() };
                repairs.push(Repair { at: offset(i)..offset(i + sequence.len), with });
            }
            i += sequence.len;
            continue;
        }
        let (taken, with) = remnant(codec, chars, i);
        if taken > 0 {
            repairs.push(Repair { at: offset(i)..offset(i + taken), with: with.into_owned() });
        }
        i += taken.max(1);
    }
    repairs
}

/// What a sequence that lost a byte was, in a line that is known to be damaged: the number of characters it takes, and what
/// they become.
fn remnant(codec: &Codec, chars: &[(usize, char)], i: usize) -> (usize, Cow<'static, str>) {
    const NOTHING: (usize, Cow<'static, str>) = (0, Cow::Borrowed(""));
    let get = |k: usize| chars.get(i + k).map(|c| c.1);
    let before = if i == 0 { ' ' } else { chars[i - 1].1 };
    let lead = codec.byte(chars[i].1);
    if !matches!(codec.name, "cp1252" | "cp1251" | "cp1250" | "latin2") {
        return NOTHING;
    }
    match (lead, get(1)) {
        (Some(0xc3), None | Some('\t')) => (1, "à".into()),
        (Some(0xc3), Some(' ')) if !before.is_uppercase() => match (get(2), get(3)) {
            (None | Some(' ' | '-' | ',' | '.' | ';' | ')'), _) => (2, "à".into()),
            // Portuguese "às" and "àquele".
            (Some('s'), Some(' ' | ',' | '.')) if before == ' ' => (2, "à".into()),
            (Some('q'), Some('u')) if before == ' ' && get(4) == Some('e') && get(5) == Some('l') => (2, "à".into()),
            _ => (2, "à ".into()),
        },
        (Some(0xc3), Some('-' | ',' | '.')) if before.is_lowercase() => (1, "à".into()),
        (Some(0xc2), Some(' ')) if matches!(codec.name, "cp1252" | "cp1250") && !before.is_uppercase() => {
            if get(2) == Some(' ') { (2, "".into()) } else { (1, "".into()) }
        }
        (Some(0xe2), Some('€')) if codec.name == "cp1252" => match get(2) {
            Some(char::REPLACEMENT_CHARACTER | '?') => (3, "\u{fffd}".into()),
            Some(third) if !third.is_ascii() => NOTHING,
            _ => (2, "”".into()),
        },
        // The no-break space inside a sequence of Cyrillic, Thai or symbols.
        (Some(0xd0), Some(' ')) if get(2).and_then(|c| codec.byte(c)).is_some_and(|b| matches!(b, 0xd0 | 0xd1)) => {
            (2, "Р".into())
        }
        (Some(0xe0 | 0xe2), _) => match spaced_sequence(codec, &chars[i..]) {
            Some(was) => (3, was.to_string().into()),
            None => NOTHING,
        },
        _ => NOTHING,
    }
}

/// The character of a three-byte sequence whose byte 0xA0 was read as a no-break space and became a plain one.
fn spaced_sequence(codec: &Codec, chars: &[(usize, char)]) -> Option<char> {
    let mut window: [(usize, char); 3] = chars.get(..3)?.try_into().ok()?;
    for slot in window.iter_mut().skip(1).filter(|w| w.1 == ' ') {
        slot.1 = '\u{a0}';
    }
    codec.sequence(&window).map(|s| s.was).filter(|was| target(*was).is_some())
}

fn target(c: char) -> Option<Target> {
    Some(match c {
        '\u{a0}'..='\u{ff}' | 'Œ' | 'œ' | 'Š' | 'š' | 'Ž' | 'ž' | 'Ÿ' | 'ƒ' => Target::Common,
        '\u{200b}'..='\u{200f}'
        | '\u{2010}'..='\u{2027}'
        | '\u{2000}'..='\u{200a}'
        | '\u{202a}'..='\u{203a}'
        | '\u{2060}' => Target::Common,
        '€' | '№' | '™' | 'ˆ' | 'ˇ' | '\u{2d8}'..='\u{2dd}' | '\u{2190}'..='\u{22ff}' => Target::Common,
        '\u{2500}'..='\u{27bf}'
        | '\u{2800}'
        | '\u{fe0f}'
        | '\u{feff}'
        | '\u{fffd}'
        | '\u{ff01}'..='\u{ff60}'
        | 'ﬁ'
        | 'ﬂ' => Target::Common,
        'Ġ' | 'ġ' | 'ŗ' | 'ĸ' | 'ŉ' | 'ſ' => return None,
        '\u{100}'..='\u{17f}' | '\u{218}'..='\u{21b}' | '\u{1ea0}'..='\u{1ef9}' => Target::Latin,
        '\u{386}'..='\u{3ce}' => Target::Script(1),
        '\u{401}'..='\u{45f}' | '\u{490}'..='\u{4ff}' | '\u{400}' => Target::Script(2),
        '\u{5d0}'..='\u{5ea}' => Target::Script(3),
        '\u{60c}'..='\u{6ff}' => Target::Script(4),
        '\u{900}'..='\u{dff}' => Target::Script(5),
        '\u{e01}'..='\u{e5b}' => Target::Script(7),
        '\u{10a0}'..='\u{10ff}' => Target::Script(8),
        '\u{ac00}'..='\u{d7a3}' => Target::Script(10),
        '\u{3000}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' => Target::Script(11),
        '\u{1f000}'..='\u{1faff}' => Target::Common,
        _ => return None,
    })
}

/// Punctuation and spaces that may follow a letter in clean text.
fn is_punctuation(c: char) -> bool {
    matches!(
        c,
        '«' | '»'
            | '\u{a0}'
            | '…'
            | '–'
            | '—'
            | '’'
            | '‘'
            | '“'
            | '”'
            | '„'
            | '‚'
            | '•'
            | '°'
            | '·'
            | '†'
            | '‹'
            | '›'
            | '\u{ad}'
    )
}

/// Whether Latin letters and Arabic ones stand side by side, as no text has them.
fn mixes_scripts(line: &str) -> bool {
    let latin = |c: char| c.is_alphabetic() && c < '\u{250}';
    let arabic = |c: char| matches!(c, '\u{600}'..='\u{6ff}');
    let mut before = ' ';
    line.chars().any(|c| {
        let mixed = latin(before) && arabic(c) || arabic(before) && latin(c);
        before = c;
        mixed
    })
}

fn is_space(c: char) -> bool {
    c == '\u{a0}'
}

fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{52f}')
}

/// Cyrillic letters that Windows-1252's é, è, ê, ç, ô, û, ù, ï, ë, â become, and that do not look like a Latin letter.
fn is_misread(c: char) -> bool {
    matches!(c, 'й' | 'и' | 'к' | 'з' | 'ф' | 'ы' | 'щ' | 'п' | 'л' | 'в' | 'ь' | 'ц' | 'д' | 'ж')
}

/// Letters and punctuation that Western European text is made of.
fn is_western(c: char) -> bool {
    matches!(c, 'à'..='ö' | 'ø'..='ü' | 'É' | 'À' | 'Ê' | 'È' | 'Ç' | 'Ô' | 'Ö' | 'Ü' | 'Ä' | 'Î' | 'Œ' | 'œ' | 'ß' | '«' | '»' | '\u{a0}' | '×' | '´')
        || matches!(
            c,
            '’' | '‘'
                | '“'
                | '”'
                | '„'
                | '…'
                | '–'
                | '—'
                | '°'
                | '€'
                | '·'
                | '•'
                | '§'
                | '²'
                | '½'
                | '¿'
                | '¡'
        )
}

/// Characters that are deleted as soon as they come to light.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}')
}
