//! What tamis knows of words, as static bytes.
//!
//! A crate of its own, so that editing the program does not compile the data again, and without dependencies: the
//! program reads the bytes in place. `PROVENANCE.md` names the source, licence, command and hash of each file; they are
//! made by `cargo xtask lexicon` and not edited by hand.
//!
//! # Keys
//!
//! All files are maps of the crate `fst`. A word is looked up in NFC, lower case, and with the apostrophe `'`; keys
//! hold Latin letters only, with single hyphens or apostrophes inside (`peut-être`, `aujourd'hui`). Elided articles and
//! pronouns are no part of a word: ask for `eau`, not for `l'eau`.

#![forbid(unsafe_code)]

pub mod ngrams;

/// A hash of all artefacts: with equal fingerprints, what is made of them is equal.
pub const FINGERPRINT: &str = env!("TAMIS_MODELS");

/// The word lists of one language. Sources under different licences stay in different files.
#[derive(Clone, Copy, Debug)]
pub struct Lexicon {
    /// ISO 639-1 code.
    pub language: &'static str,
    /// Word → 100 × Zipf frequency, 1 to 900: 600 is once in 1,000 running words, 300 once in a million. From text of
    /// the web and subtitles, so common misspellings and foreign words are in it too; hyphenated words are not.
    pub frequency: &'static [u8],
    /// The most frequent words of that list, one a line, in the order of the alphabet.
    pub frequent: &'static str,
    /// Word → bits: [`LOWER`], [`CAPITALISED`], [`SYMBOL`]. Inflected forms included, so a word that is missing is
    /// rare, foreign, a name or a mistake. English possessives (`'s`) are not listed.
    /// `None` where no dictionary is under a licence that lets tamis use it.
    pub dictionary: Option<&'static [u8]>,
    /// Word → bits: [`NOUN`], [`NAME`]. For a language that writes all nouns with a capital.
    pub nouns: Option<&'static [u8]>,
    /// How often words were seen beside each other in a small amount of edited text: a hint that two go together where a
    /// pair is there, no hint that they do not where it is missing. A word is here a run of letters; `#` stands for a
    /// number, `.` and `,` for marks; nothing but spaces and apostrophes lies between: `d'une part` gives `d une` and
    /// `une part`.
    ///
    /// | key | how often |
    /// |---|---|
    /// | `left right` | the pair was seen |
    /// | `left -es` | a word with this ending (its last two letters, of three or more) followed |
    /// | `-es right` | a word with this ending came before |
    /// | `word *` | the word was seen |
    /// | `* -es` | a word with the ending was seen |
    /// | `* *` | any word was seen |
    pub bigrams: &'static [u8],
}

/// The dictionary holds the word in lower case.
pub const LOWER: u64 = 1;
/// The dictionary holds the word with a capital: a name, an acronym, a symbol.
pub const CAPITALISED: u64 = 2;
/// The dictionary holds the word in lower case, but only as a unit symbol or an abbreviation (`km`, `ppm`). Never
/// without [`LOWER`]; told in the French dictionary only.
pub const SYMBOL: u64 = 4;

/// A noun, in any of its forms, that is no name.
pub const NOUN: u64 = 8;
/// A given name, a surname or the name of a place.
pub const NAME: u64 = 16;

/// What speaks for a change of one word into another: a name, a tab, its weight; one a line.
pub const SLIP_WEIGHTS: &str = include_str!("../slips.tsv");

/// The n-grams that tell languages apart; read with [`ngrams::Ngrams`].
pub const LANGUAGE_NGRAMS: &[u8] = include_bytes!("../language/ngrams.bin");

/// What was learned of lines that are no part of an article, in the format of the program's stage `boilerplate`.
pub const BOILERPLATE: &[u8] = include_bytes!("../boilerplate/lines.bin");

/// Taggers of names by language, in the format of the program's stage `entities`.
pub const TAGGERS: &[(&str, &[u8])] = &[
    ("de", include_bytes!("../entities/de.bin")),
    ("en", include_bytes!("../entities/en.bin")),
    ("es", include_bytes!("../entities/es.bin")),
    ("fr", include_bytes!("../entities/fr.bin")),
    ("it", include_bytes!("../entities/it.bin")),
    ("pt", include_bytes!("../entities/pt.bin")),
    ("ru", include_bytes!("../entities/ru.bin")),
];

/// All lexica, in the order of their language codes.
pub const LEXICA: &[Lexicon] = &[
    Lexicon {
        language: "de",
        frequency: include_bytes!("../lexicon/de.frequency.fst"),
        frequent: include_str!("../lexicon/de.frequent.txt"),
        dictionary: None,
        nouns: Some(include_bytes!("../lexicon/de.nouns.fst")),
        bigrams: include_bytes!("../lexicon/de.bigrams.fst"),
    },
    Lexicon {
        language: "en",
        frequency: include_bytes!("../lexicon/en.frequency.fst"),
        frequent: include_str!("../lexicon/en.frequent.txt"),
        dictionary: Some(include_bytes!("../lexicon/en.dictionary.fst")),
        nouns: None,
        bigrams: include_bytes!("../lexicon/en.bigrams.fst"),
    },
    Lexicon {
        language: "es",
        frequency: include_bytes!("../lexicon/es.frequency.fst"),
        frequent: include_str!("../lexicon/es.frequent.txt"),
        dictionary: Some(include_bytes!("../lexicon/es.dictionary.fst")),
        nouns: None,
        bigrams: include_bytes!("../lexicon/es.bigrams.fst"),
    },
    Lexicon {
        language: "fr",
        frequency: include_bytes!("../lexicon/fr.frequency.fst"),
        frequent: include_str!("../lexicon/fr.frequent.txt"),
        dictionary: Some(include_bytes!("../lexicon/fr.dictionary.fst")),
        nouns: None,
        bigrams: include_bytes!("../lexicon/fr.bigrams.fst"),
    },
    Lexicon {
        language: "it",
        frequency: include_bytes!("../lexicon/it.frequency.fst"),
        frequent: include_str!("../lexicon/it.frequent.txt"),
        dictionary: None,
        nouns: None,
        bigrams: include_bytes!("../lexicon/it.bigrams.fst"),
    },
    Lexicon {
        language: "pt",
        frequency: include_bytes!("../lexicon/pt.frequency.fst"),
        frequent: include_str!("../lexicon/pt.frequent.txt"),
        dictionary: Some(include_bytes!("../lexicon/pt.dictionary.fst")),
        nouns: None,
        bigrams: include_bytes!("../lexicon/pt.bigrams.fst"),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use fst::Map;

    /// More would weigh on everyone who downloads the program.
    const LARGEST_FILE: usize = 5_000_000;
    const LARGEST_SUM: usize = 26_000_000;

    fn files() -> impl Iterator<Item = (String, &'static [u8])> {
        LEXICA.iter().flat_map(|lexicon| {
            let name = |kind: &str| format!("{}.{kind}.fst", lexicon.language);
            let maps = [
                ("frequency", Some(lexicon.frequency)),
                ("dictionary", lexicon.dictionary),
                ("bigrams", Some(lexicon.bigrams)),
            ];
            maps.map(|(kind, bytes)| Some((name(kind), bytes?))).into_iter().flatten()
        })
    }

    fn get(file: &str, word: &str) -> Option<u64> {
        let (_, bytes) = files().find(|(name, _)| name == file).unwrap();
        Map::new(bytes).unwrap().get(word)
    }

    #[test]
    fn every_file_is_whole_and_small() {
        for (name, bytes) in files() {
            Map::new(bytes).unwrap().as_fst().verify().unwrap();
            assert!(bytes.len() <= LARGEST_FILE, "{name}: {}", bytes.len());
        }
        assert!(files().map(|(_, bytes)| bytes.len()).sum::<usize>() <= LARGEST_SUM);
    }

    #[test]
    fn provenance_names_the_hash_of_every_file() {
        let provenance = include_str!("../PROVENANCE.md");
        let lists = LEXICA.iter().map(|l| (format!("{}.frequent.txt", l.language), l.frequent.as_bytes()));
        for (name, bytes) in files().chain(lists) {
            let hash = blake3::hash(bytes).to_hex();
            let told = |line: &str| line.contains(&name) && line.contains(hash.as_str());
            assert!(provenance.lines().any(told), "{name} is {hash}");
        }
    }

    #[test]
    fn provenance_names_the_hash_of_every_tagger() {
        let provenance = include_str!("../PROVENANCE.md");
        for (language, bytes) in TAGGERS {
            let hash = blake3::hash(bytes).to_hex();
            let name = format!("entities/{language}.bin");
            let told = |line: &str| line.contains(&name) && line.contains(hash.as_str());
            assert!(provenance.lines().any(told), "{name} is {hash}");
            assert!(bytes.len() <= 3_000_000, "{name}: {}", bytes.len());
        }
    }

    #[test]
    fn provenance_names_the_hash_of_the_lines() {
        let hash = blake3::hash(BOILERPLATE).to_hex();
        let told = |line: &str| line.contains("boilerplate/lines.bin") && line.contains(hash.as_str());
        assert!(include_str!("../PROVENANCE.md").lines().any(told), "boilerplate/lines.bin is {hash}");
    }

    #[test]
    fn french_words_are_known_in_both_spellings() {
        for word in [
            "maison",
            "refuge",
            "œuvre",
            "cœur",
            "kirghize",
            "aujourd'hui",
            "peut-être",
            "week-end",
            "connaître",
            "connaitre",
            "maîtresse",
            "maitresse",
            "événement",
            "évènement",
            "goût",
            "gout",
            "aimerions",
            "chevaux",
            "travaux",
            "belles",
            "finissaient",
            "kilomètres",
        ] {
            assert_eq!(get("fr.dictionary.fst", word), Some(LOWER), "{word}");
        }
    }

    #[test]
    fn what_is_not_french_is_missing() {
        for word in ["choices", "however", "sn", "event", "refugies", "coeur", "l'eau", "Maison"] {
            assert_eq!(get("fr.dictionary.fst", word), None, "{word}");
        }
    }

    #[test]
    fn case_is_told() {
        assert_eq!(get("fr.dictionary.fst", "kirghizstan"), Some(CAPITALISED));
        assert_eq!(get("fr.dictionary.fst", "pierre"), Some(LOWER | CAPITALISED));
        assert_eq!(get("fr.dictionary.fst", "km"), Some(LOWER | SYMBOL));
        assert_eq!(get("en.dictionary.fst", "london"), Some(CAPITALISED));
    }

    #[test]
    fn english_words_are_known_in_both_spellings() {
        for word in ["however", "events", "choices", "colour", "color", "organise", "organize", "don't"] {
            assert_eq!(get("en.dictionary.fst", word), Some(LOWER), "{word}");
        }
        assert_eq!(get("en.dictionary.fst", "maison"), None);
    }

    #[test]
    fn frequencies_are_on_the_zipf_scale() {
        for (file, word, range) in [
            ("fr.frequency.fst", "de", 700..=800),
            ("fr.frequency.fst", "maison", 500..=600),
            ("fr.frequency.fst", "dirigeable", 200..=350),
            ("en.frequency.fst", "the", 700..=800),
            ("en.frequency.fst", "however", 500..=600),
        ] {
            let found = get(file, word).unwrap_or(0);
            assert!(range.contains(&found), "{word}: {found}");
        }
    }

    #[test]
    fn frequent_pairs_are_seen() {
        assert!(get("fr.bigrams.fst", "à son") > Some(10));
        assert!(get("fr.bigrams.fst", "de la") > get("fr.bigrams.fst", "de son"));
        assert!(get("en.bigrams.fst", "of the") > Some(10));
        assert_eq!(get("fr.bigrams.fst", "offensive maison"), None);
    }
}
