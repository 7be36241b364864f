//! The script of a letter, fast for the scripts that most news is written in.

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
