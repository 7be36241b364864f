//! The MinHash signature of a document: two documents share about as many of its bytes as they share of their runs of five
//! words. Only the sentences count, since pages of a site share their menus whatever they say.

use super::hash;
use crate::document::Document;
use crate::script::is_letter;

/// Bytes of a signature. The estimate of a share of 0.8 is then off by 0.05.
pub const BINS: usize = 64;
/// Words that are taken together.
const RUN: usize = 5;
/// Runs that a document must have to be compared: shorter ones are alike by chance.
const SHORTEST: usize = 12;
/// Code points of the shortest block that counts where there are longer ones.
const SENTENCE: usize = 100;

/// The signature of a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signature {
    /// The smallest of all hashes: documents that are alike mostly share it.
    pub least: u64,
    /// The last byte of the smallest hash of each bin.
    pub bins: [u8; BINS],
}

impl Signature {
    /// The signature of a document as it was read; `None` for one of a few words.
    pub fn of(doc: &Document) -> Option<Signature> {
        let long = |b: &&crate::document::Block| {
            let text = doc.block_text(b);
            text.len() >= SENTENCE && b.markup.as_ref().is_none_or(|m| m.main >= 0.5 && m.link_share < 0.5)
        };
        let mut made = Maker::default();
        doc.blocks().iter().filter(long).for_each(|b| made.take(doc.block_text(b)));
        if made.runs < SHORTEST {
            made = Maker::default();
            doc.blocks().iter().for_each(|b| made.take(doc.block_text(b)));
        }
        made.finish()
    }

    /// The share of runs of words that two documents have in common, estimated, 0 to 1.
    pub fn likeness(&self, other: &Signature) -> f32 {
        share(&self.bins, &other.bins)
    }
}

/// The share of equal bytes, 0 to 1.
pub fn share(a: &[u8], b: &[u8]) -> f32 {
    let equal = a.iter().zip(b).filter(|(x, y)| x == y).count();
    equal as f32 / a.len().max(1) as f32
}

struct Maker {
    least: [u64; BINS],
    runs: usize,
    /// Hashes of the last words.
    last: [u64; RUN],
    words: usize,
}

impl Default for Maker {
    fn default() -> Maker {
        Maker { least: [u64::MAX; BINS], runs: 0, last: [0; RUN], words: 0 }
    }
}

impl Maker {
    fn take(&mut self, text: &str) {
        let (mut state, mut letters) = (hash::start(2), 0);
        for c in text.chars() {
            if c.is_ascii_alphanumeric() || (!c.is_ascii() && (is_letter(c) || c.is_numeric())) {
                state = hash::step(state, u64::from(hash::lower(c)));
                letters += 1;
                // Scripts without spaces: a word is a letter.
                if !('\u{2e80}'..='\u{d7ff}').contains(&c) {
                    continue;
                }
            }
            if letters > 0 {
                self.word(hash::finish(state));
                (state, letters) = (hash::start(2), 0);
            }
        }
        if letters > 0 {
            self.word(hash::finish(state));
        }
    }

    fn word(&mut self, word: u64) {
        self.last[self.words % RUN] = word;
        self.words += 1;
        if self.words < RUN {
            return;
        }
        let run = (0..RUN).fold(hash::start(3), |state, i| hash::step(state, self.last[(self.words + i) % RUN]));
        let run = hash::finish(run);
        let bin = &mut self.least[(run >> 58) as usize];
        *bin = run.min(*bin);
        self.runs += 1;
    }

    fn finish(self) -> Option<Signature> {
        if self.runs < SHORTEST {
            return None;
        }
        let least = self.least.iter().copied().map(|h| h << 6).min()?;
        // An empty bin takes what the next full one has, told apart by the distance.
        let bins = std::array::from_fn(|i| {
            let full = (0..BINS).find(|d| self.least[(i + d) % BINS] != u64::MAX).unwrap_or(0);
            (hash::finish(self.least[(i + full) % BINS].wrapping_add(full as u64)) & 0xff) as u8
        });
        Some(Signature { least, bins })
    }
}
