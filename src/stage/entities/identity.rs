//! Ids of tamis's own for what no table knows: the same name of the same type gives the same id in every document.

use unicode_normalization::UnicodeNormalization;

use super::token::is_word;
use crate::document::EntityKind;

/// `tamis:per:sadyr-japarov`: type, then the name in lower case without accents, its words joined by hyphens.
pub fn own(kind: EntityKind, name: &str) -> String {
    let mut id = format!("tamis:{}:", kind.name().to_lowercase());
    let mut joined = true;
    for c in name.nfkd().flat_map(char::to_lowercase) {
        let mark = ('\u{300}'..='\u{36f}').contains(&c);
        if is_word(c) && !mark {
            id.push(c);
            joined = false;
        } else if !mark && !joined {
            id.push('-');
            joined = true;
        }
    }
    id.truncate(id.trim_end_matches('-').len());
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_signs_do_not_matter() {
        assert_eq!(own(EntityKind::Person, "Zoé d’Ansac"), "tamis:per:zoe-d-ansac");
        assert_eq!(own(EntityKind::Person, "ZOÉ  D'ANSAC."), "tamis:per:zoe-d-ansac");
        assert_eq!(own(EntityKind::Place, "Лесной"), own(EntityKind::Place, "лесной"));
    }
}
