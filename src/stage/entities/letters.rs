//! What a word is made of, and the hash by which words are looked up. Used by the build script too, which makes the
//! gazetteer's image: what it files must be found here.

/// FNV-1a over the lower-case form of a word: equal for `Russie` and `RUSSIE`.
pub fn hash(word: &str) -> u64 {
    let mut hash = Hash::default();
    word.chars().for_each(|c| hash.push(c));
    hash.0
}

/// Whether `c` is a part of a word.
#[inline]
pub fn is_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    plain(c).is_some() || c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c)
}

/// For the letters of most texts in Latin and Cyrillic letters, without a look at the tables of Unicode: whether it is a
/// capital, and the small letter.
#[inline]
pub fn plain(c: char) -> Option<(bool, char)> {
    match c {
        'a'..='z' | 'ß'..='ö' | 'ø'..='ÿ' | 'а'..='џ' => Some((false, c)),
        'A'..='Z' | 'À'..='Ö' | 'Ø'..='Þ' | 'А'..='Я' => Some((true, char::from_u32(c as u32 + 0x20)?)),
        'Ѐ'..='Џ' => Some((true, char::from_u32(c as u32 + 0x50)?)),
        _ => None,
    }
}

/// Whether `c` belongs to a script that writes without spaces, so that every character is taken for a word.
#[inline]
pub fn is_unspaced(c: char) -> bool {
    ('\u{2e80}'..='\u{9fff}').contains(&c)
        || ('\u{f900}'..='\u{faff}').contains(&c)
        || ('\u{20000}'..='\u{3ffff}').contains(&c)
}

/// The first word of a name.
pub fn first_word(name: &str) -> &str {
    match name.chars().next() {
        Some(c) if is_unspaced(c) => &name[..c.len_utf8()],
        _ => name.split(|c: char| !is_word(c) || is_unspaced(c)).next().unwrap_or(name),
    }
}

/// The word after the first of a name.
pub fn second_word(name: &str) -> Option<&str> {
    let rest = &name[first_word(name).len()..];
    let word = first_word(&rest[rest.find(is_word)?..]);
    Some(word).filter(|w| !w.is_empty())
}

/// A [`hash`] in the making.
pub struct Hash(pub u64);

impl Default for Hash {
    fn default() -> Hash {
        Hash(0xcbf2_9ce4_8422_2325)
    }
}

impl Hash {
    /// Takes in one character.
    #[inline]
    pub fn push(&mut self, c: char) {
        match plain(c) {
            _ if c.is_ascii() => self.byte(c.to_ascii_lowercase() as u8),
            Some((_, small)) => self.letter(small),
            None => c.to_lowercase().for_each(|small| self.letter(small)),
        }
    }

    #[inline]
    fn letter(&mut self, small: char) {
        let mut bytes = [0; 4];
        small.encode_utf8(&mut bytes).bytes().for_each(|b| self.byte(b));
    }

    /// Takes in one byte of a small letter.
    #[inline]
    pub fn byte(&mut self, b: u8) {
        self.0 = (self.0 ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_letters_are_as_unicode_says() {
        for c in '\0'..='\u{4ff}' {
            let Some((capital, small)) = plain(c) else { continue };
            assert!(c.is_alphabetic() && !is_unspaced(c), "{c}");
            assert_eq!((c.is_uppercase(), c.is_lowercase()), (capital, !capital), "{c}");
            assert!(c.to_lowercase().eq([small]), "{c}");
        }
    }

    #[test]
    fn the_words_of_a_name_are_told_apart() {
        let words = |name| (first_word(name), second_word(name));
        assert_eq!(words("La Haye"), ("La", Some("Haye")));
        assert_eq!(words("U.S."), ("U", Some("S")));
        assert_eq!(words("Kiev"), ("Kiev", None));
        assert_eq!(words("俄罗斯"), ("俄", Some("罗")));
        assert_eq!(words("KFC中国"), ("KFC", Some("中")));
    }
}
