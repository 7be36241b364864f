//! What is known of the words of a language: how frequent they are, whether a dictionary holds them, which go together.
//!
//! The lists lie in the program as finite-state maps and are read in place; nothing is unpacked at start-up. A look-up
//! takes some 0.3 µs, so each thread remembers what it was told of the words of a text.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::OnceLock;

use fst::Map;
use tamis_models::{LEXICA, LOWER, NAME, NOUN, SYMBOL};

use crate::language::Lang;

mod memory;
pub mod pairs;
mod walk;

pub(crate) use memory::Word;
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

/// A quick hash for letters of words that come from the program itself: nobody can choose them to collide.
#[derive(Clone, Copy, Default)]
pub struct Quick(u64);

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|b| self.write_u32(u32::from(*b)));
    }

    fn write_u32(&mut self, letter: u32) {
        self.0 = (self.0.rotate_left(23) ^ u64::from(letter)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

/// What the lists say of a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// 100 × the Zipf frequency; 0 for a word that was not counted.
    frequency: u16,
    /// What the dictionary and the list of nouns say, with [`FREQUENT`].
    bits: u8,
}

/// 100 × Zipf of a word that a language uses: once in 300,000 words.
pub const IN_USE: u16 = 350;
/// No word is rarer, in 100 × Zipf, that is among the most frequent ones of its language.
const RAREST: u16 = 350;
/// The word is among the most frequent ones.
const FREQUENT: u8 = 1 << 7;

impl Facts {
    /// 100 × the Zipf frequency (600 is once in 1,000 words, 300 once in a million), 1 to 900.
    pub fn frequency(self) -> Option<u16> {
        (self.frequency > 0).then_some(self.frequency)
    }

    /// Whether the dictionary or the list of nouns holds the word in any case.
    pub fn is_listed(self) -> bool {
        self.bits != 0
    }

    /// Whether the list of nouns holds the word as a noun (1), as a name (2), as both (3) or not at all (0).
    pub fn noun(self) -> u8 {
        (self.bits & (NOUN | NAME) as u8) / NOUN as u8
    }

    /// Whether the dictionary holds the word in lower case.
    pub fn is_known(self) -> bool {
        u64::from(self.bits) & LOWER != 0
    }

    /// Whether the word is among the most frequent ones.
    pub fn is_frequent(self) -> bool {
        self.bits & FREQUENT != 0
    }
}

/// The word lists of one language. Words are given in lower case, in NFC and with `'`.
pub struct Lexicon {
    language: Lang,
    frequency: Map<&'static [u8]>,
    dictionary: Option<Map<&'static [u8]>>,
    nouns: Option<Map<&'static [u8]>>,
    pairs: Pairs,
    list: &'static str,
    triples: OnceLock<HashSet<[char; 3], BuildHasherDefault<Quick>>>,
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
    /// Two slips in one word.
    Twice,
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
        let index = LEXICA.iter().position(|l| l.language == lang.as_str())?;
        LOADED[index].get_or_init(|| Lexicon::load(lang, &LEXICA[index])).as_ref()
    }

    /// All lexicons.
    pub fn all() -> impl Iterator<Item = &'static Lexicon> {
        LEXICA.iter().filter_map(|l| Lexicon::for_language(Lang::parse(l.language)?))
    }

    fn load(language: Lang, data: &tamis_models::Lexicon) -> Option<Lexicon> {
        let map = |bytes: Option<&'static [u8]>| bytes.map(Map::new).transpose().ok();
        Some(Lexicon {
            language,
            frequency: Map::new(data.frequency).ok()?,
            dictionary: map(data.dictionary)?,
            nouns: map(data.nouns)?,
            pairs: Pairs::new(data.bigrams)?,
            list: data.frequent,
            triples: OnceLock::new(),
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

    /// All that the lists say of `word`, remembered by the thread: for the words of a text, which recur.
    pub fn facts(&self, word: &str) -> Facts {
        self.told(word.as_bytes())
    }

    fn told(&self, word: &[u8]) -> Facts {
        Word::new(word).map_or_else(|| self.look_up(word), |short| self.facts_of(short))
    }

    /// The same of a word that is short enough to be remembered.
    pub(crate) fn facts_of(&self, word: Word) -> Facts {
        memory::remembered(&memory::FACTS, self.language, word, || self.look_up(&word.bytes()))
    }

    /// 100 × the Zipf frequency of `word` in the other language that uses it most; 0 where none has it. Remembered like
    /// [`Self::facts`].
    pub fn frequency_elsewhere(&self, word: &str) -> u16 {
        let ask = || {
            let others = Lexicon::all().filter(|l| l.language != self.language);
            others.filter_map(|l| l.frequency(word)).max().unwrap_or(0)
        };
        match Word::new(word.as_bytes()) {
            Some(short) => memory::remembered(&memory::ELSEWHERE, self.language, short, ask),
            None => ask(),
        }
    }

    fn look_up(&self, word: &[u8]) -> Facts {
        let frequency = self.frequency.get(word).and_then(|f| u16::try_from(f).ok()).unwrap_or(0);
        let bits = match &self.dictionary {
            Some(dictionary) => dictionary.get(word).unwrap_or(0),
            None => bits_of_frequency(u64::from(frequency), letters(word)),
        };
        let frequent = bits & (LOWER | SYMBOL) == LOWER && frequency >= RAREST && stands_in(self.list.as_bytes(), word);
        let nouns = self.nouns.as_ref().and_then(|n| n.get(word)).unwrap_or(0);
        Facts { frequency, bits: u8::try_from(bits | nouns).unwrap_or(0) | if frequent { FREQUENT } else { 0 } }
    }

    /// Whether the dictionary holds `word` in lower case.
    pub fn knows(&self, word: &str) -> bool {
        self.bits(word.as_bytes()) & LOWER != 0
    }

    /// Whether the dictionary holds `word` in lower case and as a word of the language, not as an abbreviation.
    pub fn knows_word(&self, word: &str) -> bool {
        self.bits(word.as_bytes()) & (LOWER | SYMBOL) == LOWER
    }

    /// Whether the dictionary holds `word` in any case.
    pub fn lists(&self, word: &str) -> bool {
        self.facts(word).is_listed()
    }

    /// Whether `word` is among the most frequent words.
    pub fn is_frequent(&self, word: &[u8]) -> bool {
        self.told(word).is_frequent()
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

    /// Dictionary words in lower case that `word` is two slips away from, begun and ended alike; none for a word of more than
    /// 64 letters.
    ///
    /// Costs up to a millisecond: ask only about long words that nothing is nearer to.
    pub fn neighbours_by_two(&self, word: &str) -> Vec<String> {
        let letters: Vec<char> = word.chars().collect();
        self.walk(&letters).two_slips()
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

/// Whether `word` is a line of `list`, whose lines are in order.
fn stands_in(list: &[u8], word: &[u8]) -> bool {
    let (mut low, mut high) = (0, list.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = memchr::memrchr(b'\n', &list[low..middle]).map_or(low, |i| low + i + 1);
        let end = memchr::memchr(b'\n', &list[middle..high]).map_or(high, |i| middle + i);
        match list[start..end].cmp(word) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    false
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
    fn german_nouns_are_told_from_names() {
        let german = Lexicon::for_language(Lang::parse("de").unwrap()).unwrap();
        let of = |word: &str| german.facts(word).noun();
        assert_eq!([of("wohnungen"), of("hannover"), of("halle"), of("läuft")], [1, 2, 3, 0]);
        assert_eq!(french().facts("halle").noun(), 0);
    }

    #[test]
    fn every_word_of_the_list_is_found_in_it() {
        for lexicon in Lexicon::all() {
            assert!(lexicon.list.lines().all(|word| lexicon.frequency(word) >= Some(RAREST)), "{}", lexicon.language);
        }
        let list = french().list;
        let stands = |word: &str| stands_in(list.as_bytes(), word.as_bytes());
        assert!(list.lines().all(stands));
        assert!(!["", "a\nà", "dirigeable", "zzz"].into_iter().any(stands));
        assert!(french().is_frequent(b"dans") && !french().is_frequent(b"dirigeable"));
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

    #[test]
    fn some_words_are_two_slips_away() {
        let of = |w: &str| french().neighbours_by_two(w);
        assert_eq!(of("parlementtaitre"), ["parlementaire"]);
        assert!(!of("parlementaire").contains(&"parlementaire".to_string()));
        assert!(of(&"a".repeat(300)).is_empty());
        assert_eq!(of("xarlementaixe"), Vec::<String>::new());
        assert_eq!(of(""), Vec::<String>::new());
    }
}
