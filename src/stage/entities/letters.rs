//! What a word is made of, and the hash by which words are looked up. Used by the build script too, which makes the
//! gazetteer's image: what it files must be found here.

/// FNV-1a over the lower-case form of a word: equal for `Russie` and `RUSSIE`.
pub fn hash(word: &str) -> u64 {
    let mut hash = Hash::default();
    word.chars().for_each(|c| hash.push(c));
    hash.0
}

/// Whether `c` is a part of a word.
pub fn is_word(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c) }
}

/// Whether `c` belongs to a script that writes without spaces, so that every character is taken for a word.
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

/// A [`hash`] in the making.
pub struct Hash(pub u64);

impl Default for Hash {
    fn default() -> Hash {
        Hash(0xcbf2_9ce4_8422_2325)
    }
}

impl Hash {
    /// Takes in one character.
    pub fn push(&mut self, c: char) {
        if c.is_ascii() {
            self.byte(c.to_ascii_lowercase() as u8);
        } else {
            for lower in c.to_lowercase() {
                let mut bytes = [0; 4];
                lower.encode_utf8(&mut bytes).bytes().for_each(|b| self.byte(b));
            }
        }
    }

    fn byte(&mut self, b: u8) {
        self.0 = (self.0 ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3);
    }
}
