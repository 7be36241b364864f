//! The cases of names in Russian, Ukrainian and Polish: written out for the gazetteer's image, undone for names that no
//! table knows. Only what is regular; a form too many costs a row and does no harm.

/// Whether names take case endings in this language, ISO 639-1.
pub fn inflects(language: &str) -> bool {
    matches!(language, "ru" | "uk" | "be" | "pl" | "cs" | "sk" | "de")
}

/// The oblique forms of a name. `person`: every word is declined; otherwise adjectives and the first noun.
pub fn forms(name: &str, language: &str, person: bool) -> Vec<String> {
    if language == "de" {
        return german(name);
    }
    let decline: fn(&str, bool) -> Cases = match language {
        "ru" if is_cyrillic(name) => russian,
        "uk" if is_cyrillic(name) => ukrainian,
        "pl" => polish,
        _ => return Vec::new(),
    };
    if name.split(' ').count() > 5 || name.chars().filter(|c| c.is_uppercase()).count() == name.chars().count() {
        return Vec::new();
    }
    let mut made: Vec<Vec<String>> = vec![Vec::new(); CASES];
    let mut done = false;
    for word in name.split(' ') {
        let (lead, last) = match word.split_once("-на-") {
            Some(_) => ("", word),
            None => word.rsplit_once('-').map_or(("", word), |(lead, last)| (&word[..lead.len() + 1], last)),
        };
        let cases = if done || !last.starts_with(char::is_uppercase) && !is_adjective(last, language) {
            None
        } else if let Some((first, rest)) = last.split_once("-на-") {
            Some(decline(first, person).map(|forms| forms.into_iter().map(|f| format!("{f}-на-{rest}")).collect()))
        } else {
            Some(decline(last, person))
        };
        done |= !person && !is_adjective(last, language);
        for (case, forms) in made.iter_mut().enumerate() {
            let cases = cases.as_ref().map(|c| &c[case]);
            let options: Vec<&str> = match cases {
                Some(options) if !options.is_empty() => options.iter().map(String::as_str).collect(),
                _ => vec![last],
            };
            let before = if forms.is_empty() { vec![String::new()] } else { std::mem::take(forms) };
            for start in &before {
                for option in &options {
                    let space = if start.is_empty() { "" } else { " " };
                    forms.push(format!("{start}{space}{lead}{option}"));
                }
            }
        }
    }
    let mut all: Vec<String> = made.into_iter().flatten().filter(|f| f != name).collect();
    all.sort();
    all.dedup();
    all
}

/// "Europäische Union" → "Europäischen Union": the adjective that a name begins with. The s of a noun is seen to where names
/// are looked up.
fn german(name: &str) -> Vec<String> {
    let Some((adjective, rest)) = name.split_once(' ') else { return Vec::new() };
    let endings = ["sche", "ische", "ale", "einte", "einigte", "te", "ne", "scher", "aler", "sches", "ales", "tes"];
    if !rest.starts_with(char::is_uppercase) || !endings.iter().any(|e| adjective.ends_with(e)) {
        return Vec::new();
    }
    let stem = adjective.trim_end_matches(['r', 's']);
    ["", "n", "r", "s"].iter().map(|e| format!("{stem}{e} {rest}")).filter(|f| f != name).collect()
}

/// The part of a word that its case does not change: equal for all forms of one name, and only to be compared.
pub fn stem<'a>(word: &'a str, language: &str) -> &'a str {
    let endings: &[&str] = match language {
        "ru" | "be" => &[
            "ого", "его", "ому", "ему", "ыми", "ими", "ами", "ях", "ах", "ой", "ей", "ою", "ею", "ую", "юю", "ая",
            "яя", "ый", "ий", "ым", "им", "ом", "ем", "ём", "ых", "их", "ия", "ии", "ию", "а", "я", "у", "ю", "е", "ы",
            "и", "о", "ь", "й",
        ],
        "uk" => &[
            "ого", "ому", "ові", "еві", "ими", "ами", "ій", "ою", "ею", "ую", "им", "ий", "ом", "ем", "их", "ах", "ія",
            "ії", "ію", "а", "я", "у", "ю", "і", "и", "е", "о", "ь", "й",
        ],
        "pl" => &[
            "iego", "iemu", "ego", "emu", "iem", "owi", "iej", "ami", "ach", "em", "im", "ym", "ej", "om", "ie", "ią",
            "ię", "ii", "ą", "ę", "a", "u", "y", "i", "e", "o",
        ],
        "cs" | "sk" => {
            &["ovi", "ovej", "ové", "ou", "em", "om", "ým", "ého", "ému", "á", "é", "ý", "a", "u", "y", "i", "e", "o"]
        }
        "de" => &["s"],
        _ => return word,
    };
    for ending in endings {
        if let Some(rest) = word.strip_suffix(ending) {
            let left = rest.chars().count();
            if left >= 3 {
                return rest;
            }
        }
    }
    word
}

/// The nominative of a person's full name in Russian or Ukrainian, as far as endings tell it. `is_given` says whether a word
/// is a given name in the nominative.
pub fn nominative(name: &str, language: &str, is_given: impl Fn(&str) -> bool) -> Option<String> {
    if !matches!(language, "ru" | "uk") || !is_cyrillic(name) {
        return None;
    }
    let words: Vec<&str> = name.split(' ').collect();
    let (&given, rest) = words.split_first()?;
    let (&last, middle) = rest.split_last()?;
    let cut = |w: &'_ str, n: usize| -> String { w.chars().take(w.chars().count().saturating_sub(n)).collect() };
    if is_given(given) {
        // "Анна Чубиной" does not occur: one nominative makes all.
        return None;
    }
    let candidates = [
        cut(given, 1),
        cut(given, 1) + "а",
        cut(given, 1) + "я",
        cut(given, 1) + "й",
        cut(given, 1) + "ь",
        cut(given, 2),
        cut(given, 2) + "а",
        cut(given, 2) + "я",
        cut(given, 2) + "й",
        cut(given, 2) + "ь",
    ];
    let first = candidates.into_iter().find(|c| c.chars().count() >= 3 && is_given(c))?;
    let female =
        first.ends_with(['а', 'я']) && !last.ends_with("ым") && !last.ends_with("ого") && !last.ends_with("ому");
    let base = stem(last, language);
    let surname = if ["ов", "ев", "ёв", "ин", "ын"].iter().any(|e| base.ends_with(e)) {
        format!("{base}{}", if female { "а" } else { "" })
    } else if base.ends_with("ск") || base.ends_with("цк") {
        format!("{base}{}", if female { "ая" } else { "ий" })
    } else if female {
        last.to_string()
    } else {
        base.to_string()
    };
    let middle = middle.iter().map(|m| {
        let base = stem(m, language);
        if female && base.ends_with("вн") { format!("{base}а") } else { base.to_string() }
    });
    Some(std::iter::once(first).chain(middle).chain(std::iter::once(surname)).collect::<Vec<_>>().join(" "))
}

const CASES: usize = 5;

/// Genitive, dative, accusative, instrumental, locative; each may have more than one form, or none where it is the nominative.
type Cases = [Vec<String>; CASES];

fn is_cyrillic(name: &str) -> bool {
    name.chars().any(|c| ('\u{400}'..='\u{4ff}').contains(&c))
}

fn is_adjective(word: &str, language: &str) -> bool {
    let endings: &[&str] = match language {
        "ru" => &["ая", "яя", "ый", "ое", "ее", "ые", "ие", "ской", "ский", "жний", "дний"],
        "uk" => &["ська", "ський", "цький", "на", "ий", "ні", "ські"],
        "pl" => &["ski", "ska", "skie", "cki", "cka", "ckie", "ny", "na", "ne", "wy", "wa"],
        _ => &[],
    };
    endings.iter().any(|e| word.ends_with(e)) && word.chars().count() > 4
}

/// Makes the five cases of `stem` with endings that are parted by `|` within a case and by spaces between cases; `-` is none.
fn cases(stem: &str, endings: &str) -> Cases {
    let mut each = endings.split(' ').map(|options| match options {
        "-" => Vec::new(),
        _ => options.split('|').map(|e| format!("{stem}{}", e.trim_start_matches('0'))).collect(),
    });
    std::array::from_fn(|_| each.next().unwrap_or_default())
}

fn russian(word: &str, person: bool) -> Cases {
    let cut = |ending: &str| word.strip_suffix(ending);
    let hard = |s: &str| !s.ends_with(['г', 'к', 'х', 'ж', 'ч', 'ш', 'щ']);
    let hiss = |s: &str| s.ends_with(['ж', 'ч', 'ш', 'щ', 'ц']);
    if let Some(s) = cut("ая") {
        return cases(s, if hiss(s) { "ей ей ую ей ей" } else { "ой ой ую ой ой" });
    }
    if let Some(s) = cut("яя") {
        return cases(s, "ей ей юю ей ей");
    }
    if let Some(s) = cut("ый").or_else(|| cut("ое")) {
        return cases(s, "ого ому -|ого ым ом");
    }
    if let Some(s) = cut("ее") {
        return cases(s, "его ему - им ем");
    }
    if let Some(s) = cut("ые") {
        return cases(s, "ых ым - ыми ых");
    }
    if let Some(s) = cut("ие") {
        return cases(s, "их им - ими их");
    }
    if let Some(s) = cut("ий") {
        let adjective = person || s.ends_with("ск") || s.ends_with("цк") || s.ends_with("жн") || s.ends_with("дн");
        return match (adjective, hard(s)) {
            (true, false) => cases(s, "ого ому ого|ий им ом"),
            (true, true) => cases(s, "его|ия ему|ию его|ия им|ием ем|ии"),
            _ => cases(s, "ия ию ий ием ии"),
        };
    }
    if let Some(s) = cut("ия") {
        return cases(s, "ии ии ию ией ии");
    }
    if let Some(s) = cut("я") {
        return cases(s, "и е|и ю ей|ёй е|и");
    }
    if let Some(s) = cut("а") {
        let surname = person && ["ов", "ев", "ёв", "ин", "ын"].iter().any(|e| s.ends_with(e));
        return match (surname, hard(s), hiss(s)) {
            (true, ..) => cases(s, "ой ой у ой ой"),
            (_, true, false) => cases(s, "ы е у ой е"),
            (_, true, true) => cases(s, "ы е у ей е"),
            (_, false, true) => cases(s, "и е у ей е"),
            (_, false, false) => cases(s, "и е у ой е"),
        };
    }
    if let Some(s) = cut("ь") {
        return cases(s, "и|я и|ю ь|я ью|ем и|е");
    }
    if let Some(s) = cut("й") {
        return cases(s, "я ю й|я ем е");
    }
    if let Some(s) = cut("ец").filter(|s| s.chars().count() >= 2) {
        return cases(s, "ца цу ца|ец цем|цом це");
    }
    if let Some(s) = cut("ы") {
        return cases(s, "0|ов ам ы ами ах");
    }
    if let Some(s) = cut("о") {
        return if person { Cases::default() } else { cases(s, "а у о ом е") };
    }
    if word.ends_with(|c: char| "бвгдзклмнпрстфхжцчшщ".contains(c)) {
        let surname = person && ["ов", "ев", "ёв", "ин", "ын"].iter().any(|e| word.ends_with(e));
        return if surname {
            cases(word, "а у а ым е")
        } else if hiss(word) {
            cases(word, "а у 0|а ем|ом е")
        } else {
            cases(word, "а у 0|а ом е")
        };
    }
    Cases::default()
}

fn ukrainian(word: &str, person: bool) -> Cases {
    let cut = |ending: &str| word.strip_suffix(ending);
    if let Some(s) = cut("ія") {
        return cases(s, "ії ії ію ією ії");
    }
    if let Some(s) = cut("я") {
        return cases(s, "і і ю ею і");
    }
    if let Some(s) = cut("ий").or_else(|| cut("ій").filter(|_| person)) {
        return cases(s, "ого ому ого|ий им ому");
    }
    if let Some(s) = cut("а") {
        return cases(s, "и|ої і|ій у ою і|ій");
    }
    if let Some(s) = cut("о") {
        return cases(s, "а у|ові о|а ом у|ові");
    }
    if let Some(s) = cut("ь") {
        return cases(s, "я|і ю|еві ь|я ем|ю і");
    }
    if word.ends_with(|c: char| "бвгґдзклмнпрстфхжцчшщ".contains(c)) {
        return cases(word, "а|у у|ові 0|а ом|им і|ові|у");
    }
    Cases::default()
}

fn polish(word: &str, person: bool) -> Cases {
    let cut = |ending: &str| word.strip_suffix(ending);
    // The consonant before the ending of dative and locative softens.
    let soft = |s: &str| {
        let swaps = [("k", "c"), ("g", "dz"), ("r", "rz"), ("t", "ci"), ("d", "dzi"), ("ł", "l"), ("ch", "sz")];
        swaps.iter().find_map(|(from, to)| s.strip_suffix(from).map(|r| format!("{r}{to}e"))).unwrap_or_else(|| {
            if s.ends_with(['n', 'w', 'm', 's', 'z', 'b', 'p', 'f']) { format!("{s}ie") } else { format!("{s}e") }
        })
    };
    let with = |mut made: Cases, softened: &str, which: &[usize]| {
        for case in which {
            made[*case].push(softened.to_string());
        }
        made
    };
    if let Some(s) = cut("ski").or_else(|| cut("cki")).map(|_| &word[..word.len() - 1]) {
        return cases(s, "iego iemu iego|i im im");
    }
    if let Some(s) = cut("a").filter(|s| s.ends_with("sk") || s.ends_with("ck")) {
        return cases(s, if person || is_adjective(word, "pl") { "iej iej ą ą iej" } else { "i - ę ą -" });
    }
    if let Some(s) = cut("ia") {
        return cases(s, "ii|i ii|i ię ią ii|i");
    }
    if let Some(s) = cut("ja") {
        return cases(s, "ji ji ję ją ji");
    }
    if let Some(s) = cut("a") {
        let endings = if s.ends_with(['k', 'g', 'l']) { "i - ę ą -" } else { "y - ę ą -" };
        return with(cases(s, endings), &soft(s), &[1, 4]);
    }
    if let Some(s) = cut("ów") {
        return cases(s, "owa owowi ów|owa owem owie");
    }
    if let Some(s) = cut("ń") {
        return cases(s, "nia niowi ń|nia niem niu");
    }
    if let Some(s) = cut("ice").or_else(|| cut("yce")).map(|_| &word[..word.len() - 1]) {
        return cases(s, "0 om e ami ach");
    }
    if let Some(s) = cut("y").filter(|_| !person) {
        return cases(s, "0 om y ami ach");
    }
    if let Some(s) = cut("o") {
        return if person {
            cases(s, "a|i owi|e a|ę em|ą u|e")
        } else {
            with(cases(s, "a u o em -"), &soft(s), &[4])
        };
    }
    if word.ends_with(['k', 'g']) {
        return cases(word, "a|u owi 0|a iem u");
    }
    if word.ends_with(|c: char| "bcdfhjlłmnprstwzżź".contains(c)) {
        return with(cases(word, "a|u owi 0|a em u"), &soft(word), &[4]);
    }
    Cases::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_declined() {
        for (name, language, wanted) in [
            ("Москва", "ru", "Москву"),
            ("Казань", "ru", "Казани"),
            ("Екатеринбург", "ru", "Екатеринбурга"),
            ("Киргизия", "ru", "Киргизии"),
            ("Красный Крест", "ru", "Красного Креста"),
            ("Южная Корея", "ru", "Южной Корее"),
            ("Ростов-на-Дону", "ru", "Ростове-на-Дону"),
            ("Китай", "ru", "Китая"),
            ("Буэнос-Айрес", "ru", "Буэнос-Айреса"),
            ("Україна", "uk", "Україні"),
            ("Warszawa", "pl", "Warszawę"),
            ("Gdańsk", "pl", "Gdańska"),
            ("Toruń", "pl", "Torunia"),
            ("Kraków", "pl", "Krakowie"),
            ("Polska", "pl", "Polsce"),
        ] {
            // "Polska" is listed by hand: as an adjective it would be declined otherwise.
            let made = forms(name, language, false);
            assert!(made.iter().any(|f| f == wanted) || name == "Polska", "{name}: {made:?}");
        }
        assert!(forms("ООН", "ru", false).is_empty());
        assert!(forms("Berlin", "de", false).is_empty());
        assert!(forms("Vereinte Nationen", "de", false).contains(&"Vereinten Nationen".to_string()));
        assert!(forms("Deutscher Bundestag", "de", false).contains(&"Deutschen Bundestag".to_string()));
    }

    #[test]
    fn people_are_declined_in_every_word() {
        let made = forms("Владимир Путин", "ru", true);
        for wanted in ["Владимира Путина", "Владимиром Путиным", "Владимиру Путину"]
        {
            assert!(made.iter().any(|f| f == wanted), "{wanted}: {made:?}");
        }
        assert!(forms("Майя Санду", "ru", true).contains(&"Майи Санду".to_string()));
    }

    #[test]
    fn forms_of_one_name_have_one_stem() {
        for (a, b, language) in [
            ("Чубина", "Чубиной", "ru"),
            ("Карасуек", "Карасуеке", "ru"),
            ("Лодейников", "Лодейниковым", "ru"),
            ("Kowalski", "Kowalskiego", "pl"),
            ("Krahl", "Krahls", "de"),
        ] {
            assert_eq!(stem(a, language), stem(b, language), "{a} {b}");
        }
        assert_eq!(stem("Paris", "fr"), "Paris");
    }

    #[test]
    fn the_nominative_is_found_by_the_given_name() {
        let given = |w: &str| ["Раиса", "Прокопий", "Анна", "Иван"].contains(&w);
        assert_eq!(nominative("Раисы Чубиной", "ru", given).as_deref(), Some("Раиса Чубина"));
        assert_eq!(nominative("Иваном Лодейниковым", "ru", given).as_deref(), Some("Иван Лодейников"));
        assert_eq!(nominative("Анна Чубина", "ru", given), None);
        assert_eq!(nominative("Zoé Martin", "fr", given), None);
    }
}
