//! Which languages the model knows, and where each is learnt from.

use tamis_models::ngrams::SCRIPTS;

/// The languages of one script.
pub struct Table {
    /// Index into [`SCRIPTS`].
    pub script: usize,
    /// log₂ of the slots.
    pub slots_log2: u32,
    pub languages: &'static [Language],
}

/// A language and its sources; empty where there is none.
pub struct Language {
    /// ISO 639-1, or 639-3 where there is none.
    pub code: &'static str,
    /// Code of the list of wordfreq.
    pub wordfreq: &'static str,
    /// Name in the crates of lingua.
    pub lingua: &'static str,
    /// Name of the word list of Tesseract.
    pub list: &'static str,
    /// How much a text must say for it over others, in steps of the model, since few articles are written in it, or since
    /// its sources tell little of how frequent words are.
    pub rare: u8,
}

const fn of(
    code: &'static str,
    wordfreq: &'static str,
    lingua: &'static str,
    list: &'static str,
    rare: u8,
) -> Language {
    Language { code, wordfreq, lingua, list, rare }
}

impl Table {
    /// ISO 15924.
    pub fn name(&self) -> &'static str {
        SCRIPTS[self.script]
    }
}

/// All of them.
pub static TABLES: &[Table] = &[
    Table {
        script: 0,
        slots_log2: 17,
        languages: &[
            of("af", "", "afrikaans", "afr", 12),
            of("az", "", "azerbaijani", "aze", 8),
            of("bs", "sh", "bosnian", "hrv", 12),
            of("ca", "ca", "catalan", "cat", 8),
            of("cs", "cs", "czech", "", 2),
            of("cy", "", "welsh", "cym", 12),
            of("da", "da", "danish", "", 4),
            of("de", "de", "german", "", 0),
            of("en", "en", "english", "", 0),
            of("eo", "", "esperanto", "epo", 16),
            of("es", "es", "spanish", "", 0),
            of("et", "", "estonian", "est", 8),
            of("eu", "", "basque", "eus", 12),
            of("fi", "fi", "finnish", "", 4),
            of("fr", "fr", "french", "", 0),
            of("ga", "", "irish", "gle", 12),
            of("gl", "", "", "glg", 24),
            of("hr", "sh", "croatian", "hrv", 8),
            of("hu", "hu", "hungarian", "", 4),
            of("id", "id", "indonesian", "", 8),
            of("is", "is", "icelandic", "isl", 8),
            of("it", "it", "italian", "", 0),
            of("la", "", "latin", "lat", 20),
            of("lb", "", "", "ltz", 24),
            of("lt", "lt", "lithuanian", "lit", 8),
            of("lv", "lv", "latvian", "lav", 8),
            of("ms", "ms", "malay", "msa", 12),
            of("mt", "", "", "mlt", 24),
            of("nl", "nl", "dutch", "", 0),
            of("no", "nb", "bokmal", "", 4),
            of("pl", "pl", "polish", "", 0),
            of("pt", "pt", "portuguese", "", 0),
            of("ro", "ro", "romanian", "", 4),
            of("sk", "sk", "slovak", "slk", 6),
            of("sl", "sl", "slovene", "slv", 8),
            of("sq", "", "albanian", "sqi", 8),
            of("sr", "sh", "", "srp_latn", 6),
            of("sv", "sv", "swedish", "", 4),
            of("sw", "", "swahili", "swa", 12),
            of("tl", "fil", "tagalog", "", 12),
            of("tr", "tr", "turkish", "", 0),
            of("uz", "", "", "uzb", 6),
            of("vi", "vi", "vietnamese", "", 4),
        ],
    },
    Table {
        script: 1,
        slots_log2: 16,
        languages: &[
            of("be", "", "belarusian", "bel", 4),
            of("bg", "bg", "bulgarian", "", 4),
            of("kk", "", "kazakh", "kaz", 0),
            of("ky", "", "", "kir", 2),
            of("mk", "mk", "macedonian", "", 6),
            of("mn", "", "mongolian", "mon", 4),
            of("ru", "ru", "russian", "", 0),
            of("sr", "sh", "serbian", "srp", 6),
            of("tg", "", "", "tgk", 2),
            of("tt", "", "", "", 2),
            of("uk", "uk", "ukrainian", "", 0),
            of("uz", "", "", "uzb_cyrl", 4),
        ],
    },
    Table {
        script: 2,
        slots_log2: 14,
        languages: &[
            of("ar", "ar", "arabic", "", 0),
            of("fa", "fa", "persian", "fas", 0),
            of("ps", "", "", "pus", 0),
            of("sd", "", "", "snd", 2),
            of("ug", "", "", "uig", 0),
            of("ur", "ur", "urdu", "", 0),
        ],
    },
    Table {
        script: 3,
        slots_log2: 13,
        languages: &[of("hi", "hi", "hindi", "", 0), of("mr", "", "marathi", "mar", 0), of("ne", "", "", "nep", 0)],
    },
    Table { script: 4, slots_log2: 12, languages: &[of("he", "he", "hebrew", "", 0), of("yi", "", "", "yid", 0)] },
];

/// Serbian in Cyrillic script, from Latin.
pub fn serbian_cyrillic(word: &str) -> String {
    let word = word.to_lowercase().replace("lj", "љ").replace("nj", "њ").replace("dž", "џ");
    let letter = |c: char| {
        let latin = "abvgdđežzijklmnoprstćufhcčš";
        let cyrillic = "абвгдђежзијклмнопрстћуфхцчш";
        latin.chars().position(|l| l == c).and_then(|i| cyrillic.chars().nth(i)).unwrap_or(c)
    };
    word.chars().map(letter).collect()
}
