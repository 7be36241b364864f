//! Quotation marks and spaces that the language of a block does not write.
//!
//! What a broken quotation mark should be depends on the language: `»so«` is German and a fault in Italian, `„so"` wants `“`
//! in German and `”` in Polish. So does a space before a colon. Which marks and spaces a language has is data
//! (`rules/<language>/typography.toml`); a language without that file is left alone. Marks are only judged in a line where
//! the neighbours of each tell whether it opens or closes, and all of them pair; straight quotes in pairs are no fault.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;

use crate::document::Document;
use crate::error::Error;
use crate::language::Lang;
use crate::rules::{Class, Rule, RuleId, Rules};
use crate::stage::{Found, Pass};

/// The pass.
pub struct Typography {
    languages: BTreeMap<Lang, Habits>,
    /// Pairs of marks that some language writes.
    anywhere: Vec<(char, char)>,
    quote: RuleId,
    stop: RuleId,
    comma: RuleId,
}

/// What a language writes.
#[derive(Debug)]
struct Habits {
    /// Opening and closing marks, the usual pair first.
    quotes: Vec<(char, char)>,
    /// Signs that have a space before them.
    spaced: String,
}

/// `rules/<language>/typography.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    quotes: Vec<toml::Spanned<String>>,
    #[serde(default)]
    spaced: String,
}

impl Typography {
    /// Reads the files and registers the rules.
    ///
    /// # Errors
    /// [`Error::Rules`] for a file that cannot be used.
    pub fn load(rules: &mut Rules) -> Result<Typography, Error> {
        let mut languages = BTreeMap::new();
        for file in rules.topic("typography") {
            let content: File = file.parse()?;
            let lang = file.language.ok_or_else(|| file.fault(None, "the folder is not named after a language"))?;
            let mut quotes = Vec::new();
            for pair in &content.quotes {
                let mut marks = pair.get_ref().chars();
                match (marks.next(), marks.next(), marks.next()) {
                    (Some(open), Some(close), None) => quotes.push((open, close)),
                    _ => return Err(file.fault(Some(pair.span().start), "not two quotation marks")),
                }
            }
            languages.insert(lang, Habits { quotes, spaced: content.spaced });
        }
        let mut anywhere: Vec<_> = languages.values().flat_map(|h| h.quotes.iter().copied()).collect();
        anywhere.sort_unstable();
        anywhere.dedup();
        let mut add = |name: &str, kind: &str, class: Class, about: &str, drop: &[&str], keep: &[&str]| {
            let mut rule = Rule::new(format!("language/{name}"), kind, class, about);
            rule.drop = drop.iter().map(ToString::to_string).collect();
            rule.keep = keep.iter().map(ToString::to_string).collect();
            rules.add(rule)
        };
        Ok(Typography {
            languages,
            anywhere,
            quote: add(
                "quote",
                "guillemet",
                Class::Meaning,
                "quotation marks that do not pair in the language",
                &["de: Er sprach von „Wohlwollen\" und ging.", "it: È una »nostalgia« di casa."],
                &["de: Er sagte »nein« und ging.", "en: The 3.5\" disk of “Acme” failed."],
            )?,
            stop: add(
                "space-before-sign",
                "space",
                Class::Typography,
                "a space before a sign that has none in the language",
                &["de: Er kam ; sie ging .", "fr: Il vient , elle part ."],
                &["fr: Il vient ; elle part !", "de: Das Spiel endete 3 : 1.", "en: a .NET server"],
            )?,
            comma: add(
                "comma",
                "space",
                Class::Typography,
                "a space on the wrong side of a comma, or two commas",
                &["fr: Elle se termine ,comme toujours.", "fr: Un brun foncé,, presque noir."],
                &["de: Er sprach von ,,Wohlwollen“.", "fr: Elle se termine, comme toujours."],
            )?,
        })
    }

    /// The quotation marks of a block.
    fn quotes(&self, block: &str, base: usize, habits: &Habits, found: &mut Found) {
        let Some(mut marks) = marks(block) else { return };
        let Some(pairs) = pairs(block, &mut marks) else { return };
        for (open, close) in pairs {
            let (a, b) = (&marks[open], &marks[close]);
            let opening = if a.slipped { '"' } else { a.c };
            let Some((x, y)) = self.mended(opening, b.c, habits) else { continue };
            if a.slipped {
                // The space stands on the wrong side of the mark.
                let gap = block[a.at.end..].len() - block[a.at.end..].trim_start_matches(' ').len();
                found.edit(base + a.at.start..base + a.at.end + gap, format!(" {x}"), self.quote, 0.85);
            } else if x != a.c {
                found.edit(base + a.at.start..base + a.at.end, x.to_string(), self.quote, 0.9);
            }
            if y != b.c {
                found.edit(base + b.at.start..base + b.at.end, y.to_string(), self.quote, 0.9);
            }
        }
    }

    /// The marks that should stand instead of `open` and `close`; `None` when they are no fault.
    fn mended(&self, open: char, close: char, habits: &Habits) -> Option<(char, char)> {
        let turned = open == '»' && close == '«';
        if open == '"' && close == '"' || habits.quotes.contains(&(open, close)) {
            return None;
        }
        if self.anywhere.contains(&(open, close)) && !turned {
            return None;
        }
        let first = |fits: &dyn Fn(&(char, char)) -> bool| habits.quotes.iter().copied().find(fits);
        first(&|p| !turned && p.0 == open)
            .or_else(|| first(&|p| !turned && p.1 == close))
            .or_else(|| first(&|p| p.0 == '«' && is_angle(open) && is_angle(close)))
            .or_else(|| first(&|_| true))
    }

    /// Spaces beside signs.
    fn signs(&self, block: &str, base: usize, habits: &Habits, found: &mut Found) {
        let bytes = block.as_bytes();
        for at in memchr::memchr_iter(b' ', bytes) {
            let Some(&sign) = bytes.get(at + 1).filter(|s| matches!(s, b',' | b'.' | b';' | b':' | b'!' | b'?')) else {
                continue;
            };
            let before = block[..at].chars().next_back().unwrap_or(' ');
            let mut rest = block[at + 2..].chars();
            let (after, next) = (rest.next(), rest.next());
            if !before.is_alphabetic() && !matches!(before, ')' | '«' | '»' | '„' | '“' | '”' | '"' | '%') {
                continue;
            }
            if sign == b',' && before.is_alphabetic() && after.is_some_and(char::is_alphabetic) {
                found.edit(base + at..base + at + 2, ", ", self.comma, 0.9);
                continue;
            }
            let ends =
                after.is_none_or(|c| c == ' ' || matches!(c, '»' | '”' | '“' | '"') && next.is_none_or(|n| n == ' '));
            let goes = match sign {
                b',' => ends,
                b'.' => ends && next != Some('.'),
                // A question mark amid a line may be a dash that was lost.
                b'?' => after.is_none() && !habits.spaced.contains('?'),
                sign => ends && !habits.spaced.contains(char::from(sign)),
            };
            if goes {
                found.edit(base + at..base + at + 1, "", self.stop, 0.95);
            }
        }
        for at in memchr::memmem::find_iter(bytes, b",, ") {
            if block[..at].ends_with(char::is_alphanumeric) {
                found.edit(base + at..base + at + 1, "", self.comma, 0.95);
            }
        }
    }

    fn block(&self, text: &str, at: Range<usize>, habits: &Habits, found: &mut Found) {
        let block = &text[at.clone()];
        self.signs(block, at.start, habits, found);
        self.quotes(block, at.start, habits, found);
    }
}

impl Pass for Typography {
    fn look(&self, doc: &Document, found: &mut Found) {
        let (main, _) = doc.language();
        for block in doc.blocks().iter().filter(|b| b.keep) {
            let lang = block.language.map_or(main, |l| l.0);
            if let Some(habits) = self.languages.get(&lang) {
                self.block(doc.text(), block.at.clone(), habits, found);
            }
        }
    }

    fn fires(&self, rule: RuleId, example: &str) -> Option<bool> {
        if ![self.quote, self.stop, self.comma].contains(&rule) {
            return None;
        }
        // An example names its language: `de: …`.
        let (lang, text) = example.split_once(": ")?;
        let habits = self.languages.get(&Lang::parse(lang)?)?;
        let mut found = Found::default();
        self.block(text, 0..text.len(), habits, &mut found);
        Some(found.edits().iter().any(|e| e.rule == rule))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Opens,
    Closes,
}

#[derive(Debug)]
struct Mark {
    at: Range<usize>,
    c: char,
    side: Side,
    /// A mark that closes by its neighbours where nothing is open: `è» bello»`.
    slipped: bool,
}

/// The quotation marks of a line, if it is clear of each whether it opens or closes.
fn marks(line: &str) -> Option<Vec<Mark>> {
    let bytes = line.as_bytes();
    let mut marks: Vec<Mark> = Vec::new();
    let mut from = 0;
    // First bytes of “ ” „ ‟, of « and », and the straight quote.
    while let Some(step) = memchr::memchr3(0xe2, 0xc2, b'"', &bytes[from..]) {
        let at = from + step;
        let c = line[at..].chars().next()?;
        from = at + c.len_utf8();
        if matches!(c, '«' | '»' | '“' | '”' | '„' | '‟' | '"') {
            marks.push(Mark { at: at..from, c, side: side(line, at..from, c)?, slipped: false });
        }
    }
    (marks.len() >= 2).then_some(marks)
}

fn side(line: &str, at: Range<usize>, c: char) -> Option<Side> {
    let before = line[..at.start].chars().next_back();
    let after = line[at.end..].chars().next();
    let is_space = |c: char| c.is_whitespace();
    let opens = before.is_none_or(|b| {
        is_space(b) || matches!(b, '(' | '[' | '\'' | '’' | '—' | '–' | '-' | '/' | '"' | '«' | '„' | '“')
    }) && after.is_some_and(|a| {
        a.is_alphanumeric() || matches!(a, '¿' | '¡' | '…' | '(' | '[' | '«' | '“' | '„' | '"' | '\'' | '’')
    });
    let closes = before.is_some_and(|b| {
        b.is_alphanumeric()
            || matches!(b, '.' | ',' | '!' | '?' | '…' | ')' | ']' | '%' | '»' | '”' | '“' | '"' | '’' | '\'')
    }) && after.is_none_or(|a| {
        is_space(a)
            || matches!(
                a,
                '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '…' | '-' | '–' | '—' | '»' | '”' | '"' | '/'
            )
    });
    match (opens, closes, c) {
        (true, false, _) => Some(Side::Opens),
        (false, true, _) => Some(Side::Closes),
        (_, _, '«' | '„') => Some(Side::Opens),
        (_, _, '»') => Some(Side::Closes),
        _ => None,
    }
}

/// Which mark closes which; `None` when some are left over. A quotation may hold one other.
fn pairs(line: &str, marks: &mut [Mark]) -> Option<Vec<(usize, usize)>> {
    let mut open: Vec<usize> = Vec::new();
    let mut pairs = Vec::new();
    for i in 0..marks.len() {
        match (marks[i].side, open.pop()) {
            (Side::Opens, None) => open.push(i),
            (Side::Opens, Some(outer)) if open.is_empty() => open.extend([outer, i]),
            (Side::Opens, _) => return None,
            (Side::Closes, Some(opening)) => pairs.push((opening, i)),
            (Side::Closes, None) => {
                let closed_next =
                    marks.get(i + 1).is_some_and(|next| next.side == Side::Closes && next.c == marks[i].c);
                let mut rest = line[marks[i].at.end..].chars();
                let word_next = rest.next() == Some(' ') && rest.next().is_some_and(char::is_alphabetic);
                // With spaces on both sides they part the pieces of a path: "Home » Region » Town".
                let parts = line[..marks[i].at.start].ends_with(' ');
                if !(closed_next && word_next && marks[i].c == '»') || parts {
                    return None;
                }
                marks[i].slipped = true;
                open.push(i);
            }
        }
    }
    open.is_empty().then_some(pairs)
}

fn is_angle(c: char) -> bool {
    matches!(c, '«' | '»' | '"')
}

#[cfg(test)]
mod tests {
    use crate::document::Document;
    use crate::language::Lang;
    use crate::pipeline::{Options, Pipeline};

    fn mend(lang: &str, text: &str) -> String {
        thread_local!(static PIPELINE: Pipeline =
            Pipeline::new(&Options { only: Some(vec!["language".into()]), ..Options::default() }).unwrap());
        let mut doc = Document::from_text(text.to_string());
        doc.meta.language = Lang::parse(lang);
        PIPELINE.with(|p| p.refine(&mut doc).unwrap());
        doc.text().to_string()
    }

    #[test]
    fn quotation_marks_pair_as_the_language_has_them() {
        for (lang, broken, good) in [
            (
                "de",
                "Der Bürgermeister sprach von „Wohlwollen\" und ging wieder nach Hause.",
                "Der Bürgermeister sprach von „Wohlwollen“ und ging wieder nach Hause.",
            ),
            (
                "de",
                "«Ich bin heute nach Hause gegangen«, sagte der Mann gestern.",
                "«Ich bin heute nach Hause gegangen», sagte der Mann gestern.",
            ),
            (
                "pl",
                "Powiedział „nie wiem dlaczego\" i wyszedł z domu bez słowa.",
                "Powiedział „nie wiem dlaczego” i wyszedł z domu bez słowa.",
            ),
            (
                "it",
                "Il sindaco parla di »nostalgia«, ma nessuno gli crede più.",
                "Il sindaco parla di «nostalgia», ma nessuno gli crede più.",
            ),
            (
                "it",
                "Il sindaco è» entusiasta», ma nessuno gli crede più da anni.",
                "Il sindaco è «entusiasta», ma nessuno gli crede più da anni.",
            ),
            (
                "es",
                "El alcalde dijo que el año fue «pésimo«. Nadie lo creyó en el pueblo.",
                "El alcalde dijo que el año fue «pésimo». Nadie lo creyó en el pueblo.",
            ),
            (
                "ru",
                "Он сказал, что лампа «моргала\", но никто ему не поверил вчера.",
                "Он сказал, что лампа «моргала», но никто ему не поверил вчера.",
            ),
            (
                "en",
                "The mayor spoke of \"goodwill” and then he went home to sleep.",
                "The mayor spoke of “goodwill” and then he went home to sleep.",
            ),
        ] {
            assert_eq!(mend(lang, broken), good);
            assert_eq!(mend(lang, good), good);
        }
    }

    #[test]
    fn what_a_language_may_write_stays() {
        assert_eq!(mend("fr", "Accueil » Région » Bellerive"), "Accueil » Région » Bellerive");
        for (lang, text) in [
            ("de", "Er sagte »nein« und ging. „Wirklich?“, fragte sie, und „‚so‘ nicht“."),
            ("fi", "Hän sanoi ”ei” ja lähti kotiin, mutta kukaan ei uskonut häntä."),
            ("en", "The 3.5\" disk of “Acme” failed again, and \"nobody\" knew why it did."),
            ("fr", "« Première partie d’une citation qui continue dans le paragraphe suivant"),
            ("fr", "Il demande : « Où sont-ils ? » ; elle répond « là » !"),
            ("de", "Das Spiel endete 3 : 1 für die Gäste aus der großen Stadt am Fluss."),
            ("en", "He wrote “one thing” and then \"another\" about the house on the hill."),
        ] {
            assert_eq!(mend(lang, text), text);
        }
    }

    #[test]
    fn spaces_beside_signs() {
        for (lang, broken, good) in [
            (
                "pl",
                "Spotkali się w Szerokiej , a potem poszli do domu .",
                "Spotkali się w Szerokiej, a potem poszli do domu.",
            ),
            (
                "fr",
                "Elle se termine ,comme toujours, par un bal ; et voilà !",
                "Elle se termine, comme toujours, par un bal ; et voilà !",
            ),
            (
                "it",
                "Non lo dice a chi suona ; e nemmeno a chi canta nella piazza !",
                "Non lo dice a chi suona; e nemmeno a chi canta nella piazza!",
            ),
            (
                "fr",
                "Un brun foncé,, presque noir, qui plaît à tout le monde ici.",
                "Un brun foncé, presque noir, qui plaît à tout le monde ici.",
            ),
        ] {
            assert_eq!(mend(lang, broken), good);
        }
    }
}
