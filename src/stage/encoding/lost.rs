//! Damage that is seen here and cannot be undone here: letters that were lost, and words in two scripts.
//!
//! Which letter stood where U+FFFD or a `?` stands now is a question for a lexicon, so the stage `typos` restores what it can.
//! A word that mixes look-alike letters of two scripts may be a slip of a keyboard or a trick against filters; which it is
//! cannot be seen, so it is only flagged.

use crate::document::{Document, Note};
use crate::stage::{Found, Pass};

use super::scan::beyond_ascii;

/// The pass.
pub(super) struct Lost;

/// A question mark inside of one word may be an address; of two, letters.
const QUESTIONS: usize = 2;

impl Pass for Lost {
    fn look(&self, doc: &Document, found: &mut Found) {
        let text = doc.text();
        let replaced = memchr::memmem::find_iter(text.as_bytes(), "\u{fffd}").count();
        let questions = questions(text);
        let lost = replaced + if questions >= QUESTIONS { questions } else { 0 };
        if lost > 0 {
            found.note(Note::Lost(lost));
            found.note(Note::Flag("lost-letters"));
        }
        if mixes_scripts(text) {
            found.note(Note::Flag("mixed-scripts"));
        }
    }
}

/// Question marks amid the letters of a word that is no address.
fn questions(text: &str) -> usize {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    memchr::memchr_iter(b'?', text.as_bytes())
        .filter(|&at| {
            let (before, after) = (&text[..at], &text[at + 1..]);
            let inside = is_letter(before.chars().next_back()) && after.chars().next().is_some_and(char::is_lowercase);
            let address = |c: char| matches!(c, '/' | '=' | '&' | '.' | '@');
            inside
                && !before.chars().rev().take(64).take_while(|c| !c.is_whitespace()).any(address)
                && !after.chars().take(64).take_while(|c| !c.is_whitespace()).any(|c| matches!(c, '/' | '=' | '&'))
        })
        .count()
}

/// Whether a word has letters of two scripts, and all of one of them look like letters of the other.
fn mixes_scripts(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = beyond_ascii(bytes, 0);
    while at < bytes.len() {
        // Only a Cyrillic or Greek letter with a Latin one beside it begins a closer look.
        let two = bytes.get(at..at + 2).is_some_and(|b| matches!(b[0], 0xce..=0xd1) && !b[1].is_ascii());
        let beside = |i: Option<usize>| i.and_then(|i| bytes.get(i)).is_some_and(u8::is_ascii_alphabetic);
        if two && (beside(at.checked_sub(1)) || beside(Some(at + 2))) && is_mixed(word_around(text, at)) {
            return true;
        }
        at = beyond_ascii(bytes, at + if two { 2 } else { 1 });
    }
    false
}

fn word_around(text: &str, at: usize) -> &str {
    let start =
        text[..at].char_indices().rev().take(40).take_while(|(_, c)| c.is_alphabetic()).last().map_or(at, |c| c.0);
    let len: usize = text[at..].chars().take(40).take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum();
    &text[start..at + len]
}

fn is_mixed(word: &str) -> bool {
    let latin = |c: char| c.is_alphabetic() && c < '\u{250}';
    let like_others = |c: char| "aceiopxyABCEHIKMOPTXYZ".contains(c);
    let like_latin = |c: char| "аеіорсухјѕАВЕІКМНОРСТУХЅЈοΑΒΕΖΗΙΚΜΝΟΡΤΥΧ".contains(c);
    word.chars().count() >= 3
        && word.chars().any(latin)
        && !word.chars().all(latin)
        && (word.chars().filter(|c| latin(*c)).all(like_others) || word.chars().filter(|c| !latin(*c)).all(like_latin))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(text: &str) -> (Vec<&'static str>, usize) {
        let mut found = Found::default();
        Lost.look(&Document::from_text(text.to_string()), &mut found);
        let mut lost = 0;
        let flags = found
            .notes()
            .iter()
            .filter_map(|n| match n {
                Note::Flag(flag) => Some(*flag),
                Note::Lost(n) => {
                    lost = *n;
                    None
                }
                _ => None,
            })
            .collect();
        (flags, lost)
    }

    #[test]
    fn lost_letters_are_counted() {
        assert_eq!(flags("Le pr\u{fffd}fet a \u{e9}t\u{fffd} re\u{e7}u"), (vec!["lost-letters"], 2));
        assert_eq!(flags("Le pr?fet a ?t? re?u par l'ing?nieur"), (vec!["lost-letters"], 3));
        for fine in ["Où est-il ? Là.", "Quoi?Rien.", "voir a.fr/b?c=1 et d.fr/e?f=2", "un m?t seul"] {
            assert_eq!(flags(fine).0, Vec::<&str>::new(), "{fine}");
        }
    }

    #[test]
    fn words_in_two_scripts_are_flagged() {
        assert_eq!(flags("Мoсква не верит слезам").0, ["mixed-scripts"]);
        assert_eq!(flags("Le mаire a parlé").0, ["mixed-scripts"]);
        for fine in ["Москва и Paris", "СССР, TV-канал, sms-ка", "DVDшный", "α-particle, μm, Δt"]
        {
            assert_eq!(flags(fine).0, Vec::<&str>::new(), "{fine}");
        }
    }
}
