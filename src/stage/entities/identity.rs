//! Ids of tamis's own for what no table knows: the same name of the same type gives the same id in every document, however a
//! language spells it.
//!
//! People and places come in many transliterations: Japarov, Zhaparov, Dschaparow and Жапаров are one. Their key is the name with
//! what the spellings differ in taken out: an id is compared and not read. Names of organisations are translated and not
//! transliterated, so they keep their letters.

use unicode_normalization::UnicodeNormalization;

use super::letters::is_word;
use crate::document::EntityKind;

/// `tamis:per:sadir-japarov`: type, then the key of the name, its words joined by hyphens.
pub fn own(kind: EntityKind, name: &str) -> String {
    let mut id = format!("tamis:{}:", kind.name().to_lowercase());
    let mut words = plain_words(name).peekable();
    let mut joined = false;
    while let Some(word) = words.next() {
        if joined {
            id.push('-');
        }
        joined = true;
        match kind {
            EntityKind::Person | EntityKind::Place => id.push_str(&folded(&word, words.peek().is_none())),
            _ => id.push_str(&word),
        }
    }
    id
}

/// The words of a name in lower case without accents.
fn plain_words(name: &str) -> impl Iterator<Item = String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut add = |c: char| {
        if is_word(c) {
            word.push(c);
        } else if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    };
    for c in name.chars() {
        if c.is_ascii() {
            add(c.to_ascii_lowercase());
            continue;
        }
        for c in c.to_lowercase() {
            // й and ё are letters and no и and е with marks.
            if ('\u{400}'..='\u{52f}').contains(&c) {
                add(c);
            } else {
                std::iter::once(c).nfkd().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).for_each(&mut add);
            }
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words.into_iter()
}

/// Letters of Cyrillic alphabets by their sound, in the spelling of the keys.
const CYRILLIC: &[(char, &str)] = &[
    ('а', "a"),
    ('б', "b"),
    ('в', "v"),
    ('г', "g"),
    ('д', "d"),
    ('е', "e"),
    ('ё', "io"),
    ('ж', "j"),
    ('з', "z"),
    ('и', "i"),
    ('й', "i"),
    ('к', "k"),
    ('л', "l"),
    ('м', "m"),
    ('н', "n"),
    ('о', "o"),
    ('п', "p"),
    ('р', "r"),
    ('с', "s"),
    ('т', "t"),
    ('у', "u"),
    ('ф', "f"),
    ('х', "h"),
    ('ц', "ts"),
    ('ч', "c"),
    ('ш', "c"),
    ('щ', "c"),
    ('ъ', ""),
    ('ы', "i"),
    ('ь', ""),
    ('э', "e"),
    ('ю', "iu"),
    ('я', "ia"),
    ('і', "i"),
    ('ї', "i"),
    ('є', "e"),
    ('ґ', "g"),
    ('ў', "u"),
    ('қ', "k"),
    ('ғ', "g"),
    ('ң', "ng"),
    ('ө', "o"),
    ('ү', "u"),
    ('ұ', "u"),
    ('һ', "h"),
    ('ә', "a"),
    ('җ', "j"),
    ('ј', "i"),
    ('љ', "li"),
    ('њ', "ni"),
    ('ђ', "j"),
    ('ћ', "c"),
    ('џ', "j"),
    ('ҳ', "h"),
    ('ҷ', "j"),
    ('ӣ', "i"),
    ('ӯ', "u"),
];

/// What spellings that begin with this letter have for one sound, the longest first: `c` is any of ch, sh, tch, shch; `j` any of
/// zh, j, dj.
fn sounds(first: char) -> &'static [(&'static str, &'static str)] {
    match first {
        'c' => &[("chtch", "c"), ("cz", "c"), ("ch", "c"), ("ck", "k")],
        'd' => &[("dsch", "j"), ("dzh", "j"), ("dj", "j")],
        'g' => &[("gh", "g")],
        'i' => &[("ie", "e")],
        'k' => &[("kh", "h")],
        'o' => &[("ou", "u"), ("oo", "u")],
        'p' => &[("ph", "f")],
        'q' => &[("qu", "k"), ("q", "k")],
        's' => &[("schtsch", "c"), ("shch", "c"), ("sch", "c"), ("sz", "c"), ("sh", "c")],
        't' => &[("tsch", "c"), ("tch", "c"), ("th", "t")],
        'w' => &[("w", "v")],
        'x' => &[("x", "ks")],
        'y' => &[("ya", "ia"), ("yu", "iu"), ("yo", "io"), ("ye", "e"), ("y", "i")],
        'z' => &[("zh", "j")],
        'ł' => &[("ł", "l")],
        'ø' => &[("ø", "o")],
        'đ' => &[("đ", "d")],
        'ı' => &[("ı", "i")],
        'ß' => &[("ß", "s")],
        'æ' | 'œ' => &[("æ", "e"), ("œ", "e")],
        _ => &[],
    }
}

/// One word of a name without what spellings of it differ in. The language of the text has no say: a name that every language
/// spells alike has one id in all.
fn folded(word: &str, last: bool) -> String {
    let mut out = String::with_capacity(word.len());
    if word.chars().any(|c| ('\u{400}'..='\u{52f}').contains(&c)) {
        // дж is one sound.
        for c in word.replace("дж", "ж").chars() {
            match CYRILLIC.iter().find(|(from, _)| *from == c) {
                Some((_, to)) => out.push_str(to),
                None => out.push(c),
            }
        }
        out = out.replace("ie", "e");
    } else {
        let mut rest = word;
        'word: while let Some(c) = rest.chars().next() {
            for (from, to) in sounds(c) {
                if let Some(after) = rest.strip_prefix(from) {
                    out.push_str(to);
                    rest = after;
                    continue 'word;
                }
            }
            rest = &rest[c.len_utf8()..];
            let soft = rest.starts_with(['e', 'i', 'y']);
            match c {
                'c' if soft => out.push('s'),
                'c' => out.push('k'),
                _ => out.push(c),
            }
        }
    }
    let mut key = String::with_capacity(out.len());
    for c in out.chars() {
        if !key.ends_with(c) || c.is_numeric() {
            key.push(c);
        }
    }
    if last {
        // Poutine, Putin; Romanoff, Romanow, Romanov.
        for (from, to) in [("ine", "in"), ("of", "ov"), ("ef", "ev"), ("skii", "ski"), ("skij", "ski")] {
            if let Some(start) = key.strip_suffix(from).filter(|s| s.chars().count() >= 2) {
                key = format!("{start}{to}");
                break;
            }
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str) -> String {
        own(EntityKind::Person, name)
    }

    #[test]
    fn accents_case_and_signs_do_not_matter() {
        assert_eq!(person("Zoé d’Ansac"), "tamis:per:zoe-d-ansak");
        assert_eq!(person("ZOÉ  D'ANSAC."), "tamis:per:zoe-d-ansak");
        let place = |name| own(EntityKind::Place, name);
        assert_eq!(place("Лесной"), place("лесной"));
        let organisation = own(EntityKind::Organisation, "Ligue des Jardiniers");
        assert_eq!(organisation, "tamis:org:ligue-des-jardiniers");
    }

    #[test]
    fn transliterations_of_one_name_have_one_id() {
        for spellings in [
            &["Sadyr Japarov", "Sadyr Zhaparov", "Sadyr Dschaparow", "Садыр Жапаров"][..],
            &["Irina Chevtchenko", "Irina Shevchenko", "Irina Schewtschenko", "Ирина Шевченко"],
            &["Emomali Rakhmon", "Emomali Rahmon", "Эмомали Рахмон"],
            &["Oleg Barychnikov", "Oleg Baryshnikov", "Oleg Baryschnikow", "Олег Барышников"],
            &["Vassili Poutine", "Vasily Putin", "Wassili Putin", "Василий Путин"],
            &["Fiodor Dostoïevski", "Fyodor Dostoyevsky", "Фёдор Достоевский"],
        ] {
            let mut ids: Vec<String> = spellings.iter().map(|name| person(name)).collect();
            ids.dedup();
            assert_eq!(ids.len(), 1, "{ids:?}");
        }
    }

    #[test]
    fn other_names_have_other_ids() {
        for (a, b) in [
            ("Jean Martin", "Sean Martin"),
            ("Anna Klein", "Anne Klein"),
            ("Luc Morel", "Luc Maurel"),
            ("Paul Roy", "Paule Roy"),
        ] {
            assert_ne!(person(a), person(b), "{a} {b}");
        }
    }
}
