//! What a thread remembers of the lines it has judged. Pages of a site share their buttons, offers and notices, and a line is
//! judged more than once in a document; so most short lines were seen before.
//!
//! It is a table of one size, in which a newer line takes the place of an older one. Whole lines are compared, so a judgement
//! never depends on what was judged before.

use std::cell::RefCell;
use std::hash::{DefaultHasher, Hasher};

use super::cues::Hit;
use super::shape::Sign;

/// Lines that are remembered.
const SLOTS: usize = 1 << 11;
/// Bytes of the longest of them.
const LONGEST: usize = 1000;

/// What is said of a line by its words alone.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// What the cues say.
    pub hit: Option<Hit>,
    /// What the line is by what all of its words are.
    pub sign: Option<Sign>,
}

struct Line {
    /// Number of the cues that it was judged by.
    cues: u64,
    text: Box<str>,
    judged: Judged,
}

thread_local! {
    static LINES: RefCell<Vec<Option<Line>>> = const { RefCell::new(Vec::new()) };
}

/// What `ask` says of `text` by the cues with the number `cues`; it is not asked again of a line that is remembered.
pub fn judged(cues: u64, text: &str, ask: impl FnOnce() -> Judged) -> Judged {
    if text.len() > LONGEST {
        return ask();
    }
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    let slot = hasher.finish() as usize & (SLOTS - 1);
    let known = LINES.with_borrow(|lines| {
        let line = lines.get(slot)?.as_ref()?;
        (line.cues == cues && *line.text == *text).then(|| line.judged.clone())
    });
    known.unwrap_or_else(|| {
        let judged = ask();
        LINES.with_borrow_mut(|lines| {
            lines.resize_with(SLOTS, || None);
            lines[slot] = Some(Line { cues, text: text.into(), judged: judged.clone() });
        });
        judged
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::BlockKind;

    fn share() -> Judged {
        Judged { hit: None, sign: Some(Sign { kind: BlockKind::Share, weight: 0.9, stamp: None }) }
    }

    #[test]
    fn a_line_is_judged_once_by_the_same_cues() {
        assert!(judged(1, "Partager", share).sign.is_some());
        assert!(judged(1, "Partager", || panic!("asked again")).sign.is_some());
        assert!(judged(2, "Partager", Judged::default).sign.is_none());
        assert!(judged(2, "Partagez", share).sign.is_some());
    }

    #[test]
    fn many_lines_do_not_mix() {
        for n in 0..3 * SLOTS {
            let (text, weight) = (format!("ligne {n}"), n as f32);
            let said = || Judged { hit: None, sign: Some(Sign { kind: BlockKind::Share, weight, stamp: None }) };
            assert_eq!(judged(3, &text, said).sign.map(|s| s.weight), Some(weight));
        }
    }
}
