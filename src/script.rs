//! Letters and their scripts, fast for the scripts that most news is written in.

use unicode_script::{Script, UnicodeScript};

/// The script of a letter. The commonest blocks are told by their range, others by the tables of Unicode.
pub fn script_of(letter: char) -> Script {
    match letter {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' => Script::Latin,
        '\u{400}'..='\u{52f}' => Script::Cyrillic,
        '\u{620}'..='\u{6d3}' => Script::Arabic,
        '\u{4e00}'..='\u{9fff}' => Script::Han,
        _ => letter.script(),
    }
}

/// Whether `c` is a letter, as `char::is_alphabetic` says.
#[inline]
pub fn is_letter(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' => true,
        '\0'..='\u{a9}' | '\u{d7}' | '\u{f7}' | '\u{2000}'..='\u{206f}' => false,
        '\u{c0}'..='\u{24f}' | '\u{400}'..='\u{481}' | '\u{4e00}'..='\u{9fff}' => true,
        _ => c.is_alphabetic(),
    }
}

#[cfg(test)]
mod tests {
    use super::is_letter;

    #[test]
    fn the_quick_way_says_what_the_slow_one_says() {
        for c in '\0'..='\u{ffff}' {
            assert_eq!(is_letter(c), c.is_alphabetic(), "{c:?}");
        }
    }
}
