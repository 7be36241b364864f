//! The form of a line in which cues are looked for: lower case, without accents, plain spaces and apostrophes, without
//! the bullet or arrow before it. Headlines and buttons are set in capitals, with or without accents, with no-break
//! spaces and emoji, and none of that says anything about what they are.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// `text` as cues see it.
pub fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    push(text.trim_start_matches(is_ornament), &mut out);
    let end = out.trim_end_matches(|c: char| c == ' ' || is_arrow(c)).len();
    out.truncate(end);
    out
}

/// The start of what [`line`] makes of `text`: of its first `bytes`.
pub fn start(text: &str, bytes: usize) -> String {
    let text = text.trim_start_matches(is_ornament);
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut out = String::with_capacity(end + 4);
    push(&text[..end], &mut out);
    out
}

/// Letters of a pattern without their accents; the rest of it stays, since signs and escapes are ASCII.
pub fn pattern(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() { out.push(c) } else { push_char(c, &mut out) }
    }
    out
}

/// One word, lower-case and without accents.
pub fn word(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push(text, &mut out);
    out
}

/// A hash of a word that was folded: FNV-1a, which learned weights are placed by.
pub fn hash(word: &str) -> u64 {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x100_0000_01b3))
}

fn push(text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    let mut rest = 0;
    while rest < bytes.len() {
        // Plain words with one space between them are taken as they are.
        let mut at = rest;
        while bytes.get(at).is_some_and(|b| is_plain(*b) || *b == b' ' && at > rest && bytes[at - 1] != b' ') {
            at += 1;
        }
        out.push_str(&text[rest..at]);
        rest = at;
        if let Some(c) = text[at..].chars().next() {
            push_char(c, out);
            rest += c.len_utf8();
        }
    }
    out.make_ascii_lowercase();
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii() && !byte.is_ascii_whitespace()
}

fn push_char(c: char, out: &mut String) {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{b4}' | '`' => out.push('\''),
        '\u{2010}' | '\u{2011}' => out.push('-'),
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fe0f}' => {}
        c if c.is_whitespace() => {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        }
        // The letters of Russian and Ukrainian that are no other letter with a mark.
        'а'..='и' | 'к'..='я' => out.push(c),
        'А'..='И' | 'К'..='Я' => out.push(char::from_u32(c as u32 + 0x20).unwrap_or(c)),
        // Those of Western and Central Europe, looked up.
        '\u{c0}'..='\u{17f}' => match LATIN[c as usize - 0xc0] {
            b'.' => push_slowly(c, out),
            plain => out.push(plain as char),
        },
        '«' | '»' | '…' | '–' | '—' | '“' | '”' | '„' | '€' | '•' | '©' => out.push(c),
        c => push_slowly(c, out),
    }
}

fn push_slowly(c: char, out: &mut String) {
    for lower in c.to_lowercase() {
        decompose_canonical(lower, |d| {
            if !is_combining_mark(d) {
                out.push(d);
            }
        });
    }
}

/// The plain lower-case letter of each letter from U+00C0 to U+017F; a dot where there is none. A stroke or a missing dot is a
/// mark as well, though no mark that Unicode takes apart.
const LATIN: &[u8; 0xc0] = b"\
    aaaaaa.ceeeeiiii.nooooo.ouuuuy..aaaaaa.ceeeeiiii.nooooo.ouuuuy.y\
    aaaaaaccccccccddddeeeeeeeeeegggggggghh..iiiiiiiiii..jjkk.llllll.\
    .llnnnnnn...oooooo..rrrrrrsssssssstttt..uuuuuuuuuuuuwwyyyzzzzzz.";

/// Signs that may stand before a line without being a part of it. Quotation marks are one: they say that somebody speaks.
fn is_ornament(c: char) -> bool {
    !c.is_alphanumeric() && !matches!(c, '«' | '“' | '„' | '"' | '‘' | '\'' | '(' | '[' | '©' | '#' | '@' | '…')
}

fn is_arrow(c: char) -> bool {
    matches!(c, '→' | '►' | '▶' | '➜' | '➤' | '›' | '>' | '⟩' | '▸' | '↓' | '▼')
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_quick_way_folds_like_the_slow_one() {
        for c in ('\u{a1}'..='\u{24f}').chain('\u{400}'..='\u{52f}').chain(['«', '…', '–', '€', '•']) {
            let (mut quick, mut slow) = (String::new(), String::new());
            super::push_char(c, &mut quick);
            super::push_slowly(c, &mut slow);
            if !matches!(c, '\u{ad}' | '´' | 'ı' | 'ł' | 'Ł' | 'ø' | 'Ø' | 'đ' | 'Đ') {
                assert_eq!(quick, slow, "{c:?}");
            }
        }
    }

    #[test]
    fn a_line_is_folded() {
        assert_eq!(super::line("▶ À LIRE\u{a0}AUSSI : l’été →"), "a lire aussi : l'ete");
        assert_eq!(super::line("« Écrivez »"), "« ecrivez »");
        assert_eq!(super::pattern(r"^é\S+$"), r"^e\S+$");
    }
}
