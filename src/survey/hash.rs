//! The hashes of a survey. They are a part of its file's form, so they are written out here and depend on no library.

/// Where every hash begins.
const START: u64 = 0x9e37_79b9_7f4a_7c15;
const FACTOR: u64 = 0xd6e8_feb8_6659_fd93;

/// Takes one more value in.
#[inline]
pub fn step(state: u64, value: u64) -> u64 {
    (state ^ value).wrapping_mul(FACTOR).rotate_left(29)
}

/// Spreads what was taken in over all bits.
#[inline]
pub fn finish(state: u64) -> u64 {
    let mut x = state;
    x = (x ^ (x >> 32)).wrapping_mul(FACTOR);
    x = (x ^ (x >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ (x >> 32)
}

/// The state that nothing was taken into.
#[inline]
pub fn start(seed: u64) -> u64 {
    START ^ seed
}

/// The letters and digits of `text` in lower case; numbers of any length count as one digit.
pub fn text(text: &str) -> u64 {
    line(text, 0).0
}

/// The same with a seed, and how many letters there are.
pub fn line(text: &str, seed: u64) -> (u64, usize) {
    let (mut state, mut letters, mut in_number) = (start(seed), 0, false);
    for c in text.chars() {
        if c.is_ascii() {
            if c.is_ascii_digit() {
                if !in_number {
                    state = step(state, 0);
                }
                in_number = true;
                continue;
            }
            in_number = false;
            if c.is_ascii_alphabetic() {
                state = step(state, u64::from(c.to_ascii_lowercase()));
                letters += 1;
            }
        } else if c.is_alphabetic() {
            in_number = false;
            state = step(state, u64::from(lower(c)));
            letters += 1;
        }
    }
    (finish(state), letters)
}

/// The first letter of a letter in lower case.
#[inline]
pub fn lower(c: char) -> char {
    match c {
        '\0'..='\x7f' => c.to_ascii_lowercase(),
        '\u{df}'..='\u{ff}' => c,
        _ => c.to_lowercase().next().unwrap_or(c),
    }
}
