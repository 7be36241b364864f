//! What is known of the words of a language: how frequent they are, whether a dictionary holds them, which go together.
//!
//! The lists lie in the program as finite-state maps and are read in place; nothing is unpacked at start-up. A look-up
//! takes some 0.3 µs, so the words that make up most of any text stand in an exact set before the maps.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::OnceLock;

use fst::Map;
use tamis_models::{LEXICA, LOWER, SYMBOL};

use crate::language::Lang;

mod memory;
pub mod pairs;
mod walk;

use pairs::Pairs;
use walk::{Place, Walk};

/// Where there is no dictionary: 100 × Zipf from which on a word is one of the language.
const ORDINARY: u64 = 210;

/// The same for words of up to three and of four letters: most slips of the short words that make up half of any text
/// are among them.
const ORDINARY_SHORT: [u64; 2] = [350, 300];

fn bits_of_frequency(zipf: u64, letters: usize) -> u64 {
    let least = match letters {
        0..=3 => ORDINARY_SHORT[0],
        4 => ORDINARY_SHORT[1],
        _ => ORDINARY,
    };
    if zipf >= least { LOWER } else { 0 }
}

/// A map or set whose keys come from the program itself.
pub(crate) type Own<K, V> = HashMap<K, V, BuildHasherDefault<Fnv>>;

type Exact = HashSet<&'static [u8], BuildHasherDefault<Fnv>>;

/// A quick hash for short words that come from the program itself: nobody can choose them to collide.
#[derive(Clone, Copy)]
pub(crate) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 29
    }
}

/// The word lists of one language. Words are given in lower case, in NFC and with `'`.
pub struct Lexicon {
    language: Lang,
    frequency: Map<&'static [u8]>,
    dictionary: Option<Map<&'static [u8]>>,
    pairs: Pairs,
    list: &'static str,
    frequent: OnceLock<Exact>,
    triples: OnceLock<HashSet<[char; 3]>>,
}

/// How a word was mistyped, seen from the word as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slip {
    /// A letter is missing.
    Missing(char),
    /// A letter is one too many.
    Extra(char),
    /// Two neighbours changed places.
    Swapped,
    /// The first letter stands where the second belongs.
    Other(char, char),
    /// Letters that look like others, as `rn` like `m`.
    Shape,
    /// Two words were written as one.
    Glued,
    /// A space stands inside.
    Cut,
}

/// A dictionary word one slip away.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbour {
    /// The word.
    pub word: String,
    /// What leads from it to the word that was asked about.
    pub slip: Slip,
    /// Where, in characters.
    pub at: usize,
}

impl Lexicon {
    /// The lexicon of `lang`, if there is one.
    pub fn for_language(lang: Lang) -> Option<&'static Lexicon> {
        static LOADED: [OnceLock<Option<Lexicon>>; LEXICA.len()] = [const { OnceLock::new() }; LEXICA.len()];
        let index = LEXICA.iter().position(|l| Lang::parse(l.language) == Some(lang))?;
        LOADED[index].get_or_init(|| Lexicon::load(lang, &LEXICA[index])).as_ref()
    }

    fn load(language: Lang, data: &tamis_models::Lexicon) -> Option<Lexicon> {
        Some(Lexicon {
            language,
            frequency: Map::new(data.frequency).ok()?,
            dictionary: match data.dictionary {
                Some(bytes) => Some(Map::new(bytes).ok()?),
                None => None,
            },
            pairs: Pairs::new(data.bigrams)?,
            list: data.frequent,
            frequent: OnceLock::new(),
            triples: OnceLock::new(),
        })
    }

    /// The exact set, made when a text in the language is first met.
    fn frequent(&self) -> &Exact {
        self.frequent.get_or_init(|| {
            let words = self.list.lines().map(str::as_bytes);
            words.filter(|w| self.bits(w) & (LOWER | SYMBOL) == LOWER).collect()
        })
    }

    /// The language.
    pub fn language(&self) -> Lang {
        self.language
    }

    /// 100 × the Zipf frequency of `word` (600 is once in 1,000 words, 300 once in a million), 1 to 900.
    pub fn frequency(&self, word: &str) -> Option<u16> {
        self.frequency.get(word).and_then(|f| u16::try_from(f).ok())
    }

    /// Whether the dictionary holds `word` in lower case.
    pub fn knows(&self, word: &str) -> bool {
        self.frequent().contains(word.as_bytes()) || self.bits(word.as_bytes()) & LOWER != 0
    }

    /// Whether the dictionary holds `word` in lower case and as a word of the language, not as an abbreviation.
    pub fn knows_word(&self, word: &str) -> bool {
        self.frequent().contains(word.as_bytes()) || self.bits(word.as_bytes()) & (LOWER | SYMBOL) == LOWER
    }

    /// Whether the dictionary holds `word` in any case.
    pub fn lists(&self, word: &str) -> bool {
        memory::remembered(self.language, word, || {
            self.frequent().contains(word.as_bytes()) || self.bits(word.as_bytes()) != 0
        })
    }

    /// Whether `word` is among the most frequent words: a single look-up in memory.
    pub fn is_frequent(&self, word: &[u8]) -> bool {
        self.frequent().contains(word)
    }

    /// How many runs of three letters of `word`, ends included, no frequent word of the language has.
    pub fn oddness(&self, word: &str) -> usize {
        let known = self.triples.get_or_init(|| self.list.lines().flat_map(triples).collect());
        triples(word).filter(|t| !known.contains(t)).count()
    }

    /// How often `left` stood directly before `right` in a small amount of edited text; 0 proves nothing.
    pub fn bigram(&self, left: &str, right: &str) -> u64 {
        self.pairs.times(left, right)
    }

    /// What edited text says of words beside each other.
    pub fn pairs(&self) -> &Pairs {
        &self.pairs
    }

    /// Dictionary words in lower case that `word` may be a slip of, in order of place and letter. A slip is one letter
    /// missing, extra or wrong, or two neighbours swapped; a letter doubled or halved counts once.
    ///
    /// Costs some tens of microseconds: ask only about words that are not known.
    pub fn neighbours(&self, word: &str) -> Vec<Neighbour> {
        let letters: Vec<char> = word.chars().collect();
        self.walk(&letters).all()
    }

    /// Dictionary words in lower case that a reading machine may take for `word`: pairs of letters that look like one.
    pub fn lookalikes(&self, word: &str) -> Vec<Neighbour> {
        const SHAPES: [(&str, &str); 7] =
            [("rn", "m"), ("m", "rn"), ("cl", "d"), ("ii", "n"), ("vv", "w"), ("li", "h"), ("ni", "m")];
        let mut found = Vec::new();
        for (seen, meant) in SHAPES {
            for (at, _) in word.match_indices(seen) {
                let other = [&word[..at], meant, &word[at + seen.len()..]].concat();
                if self.knows_word(&other) {
                    found.push(Neighbour { word: other, slip: Slip::Shape, at: word[..at].chars().count() });
                }
            }
        }
        found
    }

    /// Dictionary words in lower case that become `word` when some of their letters, one at least, lose a mark.
    /// At most `2^10` paths are followed.
    pub fn accented(&self, word: &str) -> Vec<Neighbour> {
        let letters: Vec<char> = word.chars().collect();
        let walk = self.walk(&letters);
        let mut paths = vec![(String::with_capacity(word.len() + 4), walk.root())];
        let mut next = Vec::new();
        for &letter in &letters {
            let mut longer = Vec::new();
            for (start, place) in &paths {
                next.clear();
                walk.steps(*place, &mut next);
                let fits = next.iter().filter(|(c, _)| *c == letter || unmarked(*c) == letter);
                longer.extend(fits.map(|(c, there)| (format!("{start}{c}"), *there)));
            }
            longer.truncate(1 << 10);
            paths = longer;
        }
        paths.retain(|(found, place)| found != word && walk.holds(*place, letters.len()));
        let neighbour = |(found, _): (String, Place)| {
            let (at, (plain, marked)) =
                letters.iter().copied().zip(found.chars()).enumerate().find(|(_, (a, b))| a != b)?;
            Some(Neighbour { word: found, slip: Slip::Other(plain, marked), at })
        };
        paths.into_iter().filter_map(neighbour).collect()
    }

    /// What the dictionary says of `word`. Where there is none, a word that people use often enough is one.
    fn bits(&self, word: &[u8]) -> u64 {
        match &self.dictionary {
            Some(dictionary) => dictionary.get(word).unwrap_or(0),
            None => self.frequency.get(word).map_or(0, |zipf| bits_of_frequency(zipf, letters(word))),
        }
    }

    /// Whether there is a dictionary, and not only a list of frequencies.
    pub fn has_dictionary(&self) -> bool {
        self.dictionary.is_some()
    }

    fn walk<'a>(&'a self, letters: &'a [char]) -> Walk<'a> {
        let (map, by_frequency) = self.dictionary.as_ref().map_or((&self.frequency, true), |d| (d, false));
        Walk { fst: map.as_fst(), by_frequency, letters, found: Vec::new() }
    }
}

/// Letters of a word in UTF-8.
fn letters(word: &[u8]) -> usize {
    word.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

fn triples(word: &str) -> impl Iterator<Item = [char; 3]> {
    const END: char = ' ';
    let letters = std::iter::once(END).chain(word.chars()).chain(std::iter::once(END));
    let mut last = [END; 2];
    letters.enumerate().filter_map(move |(i, c)| {
        let triple = [last[0], last[1], c];
        last = [last[1], c];
        (i > 1).then_some(triple)
    })
}

/// `letter` without its accent or other mark.
pub fn unmarked(letter: char) -> char {
    use unicode_normalization::UnicodeNormalization;
    if letter.is_ascii() { letter } else { std::iter::once(letter).nfd().next().unwrap_or(letter) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn french() -> &'static Lexicon {
        Lexicon::for_language(Lang::parse("fr").unwrap()).unwrap()
    }

    #[test]
    fn words_are_known_and_counted() {
        assert!(french().knows("maison") && !french().knows("maizon"));
        assert!(french().frequency("maison") > french().frequency("dirigeable"));
        assert!(french().bigram("de", "la") > 0);
        assert!(Lexicon::for_language(Lang::UND).is_none());
    }

    #[test]
    fn the_exact_set_is_a_small_part_of_the_dictionary() {
        let n = french().frequent().len();
        assert!((500..20_000).contains(&n), "{n}");
        assert!(french().is_frequent(b"dans"));
    }

    #[test]
    fn neighbours_are_one_slip_away() {
        let of = |w: &str| french().neighbours(w).into_iter().map(|n| (n.word, n.slip)).collect::<Vec<_>>();
        assert!(of("fenetre").contains(&("fenêtre".into(), Slip::Other('e', 'ê'))));
        assert!(
            of("fentêre").contains(&("fenêtre".into(), Slip::Swapped))
                || of("fneêtre").contains(&("fenêtre".into(), Slip::Swapped))
        );
        assert!(of("fenêtr").contains(&("fenêtre".into(), Slip::Missing('e'))));
        assert!(of("fenêtrre").contains(&("fenêtre".into(), Slip::Extra('r'))));
        assert!(of("").len() < 60);
    }
}
