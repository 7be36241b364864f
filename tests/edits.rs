//! The track against a slow oracle that holds one source offset per byte, and spans against a naive shift.

use proptest::prelude::*;
use tamis::document::BlockKind;
use tamis::edit::{Edit, Shift, Track, rewrite, settle};
use tamis::rules::{Class, Rule, RuleId, Rules};

fn rule() -> RuleId {
    let mut rules = Rules::load(None, &[]).unwrap();
    rules.add(Rule::new("test/rule", "test", Class::Meaning, "")).unwrap()
}

/// Gaps, lengths and replacements, as far as they fit into `len` bytes.
fn edits(len: usize, seed: &[(usize, usize, String)], rule: RuleId) -> Vec<Edit> {
    let (mut pos, mut all) = (0, Vec::new());
    for (gap, n, with) in seed {
        let at = pos + gap..pos + gap + n;
        if at.end > len {
            break;
        }
        pos = at.end;
        all.push(Edit { at, with: with.clone().into(), rule, confidence: 1.0, removes: None::<BlockKind> });
    }
    all
}

fn rounds() -> impl Strategy<Value = Vec<Vec<(usize, usize, String)>>> {
    let edit = (0usize..6, 0usize..6, "[A-Z]{0,4}");
    prop::collection::vec(prop::collection::vec(edit, 0..6), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn kept_bytes_lead_home(text in "[a-z]{0,40}", rounds in rounds()) {
        let rule = rule();
        let mut now = text.clone();
        let mut track = Track::new(text.len());
        let mut oracle: Vec<Option<usize>> = (0..text.len()).map(Some).collect();
        for seed in rounds {
            let settled = settle(&now, edits(now.len(), &seed, rule));
            track.apply(&settled);
            now = rewrite(&now, &settled);
            for e in settled.iter().rev() {
                oracle.splice(e.at.clone(), e.with.bytes().map(|_| None));
            }
            prop_assert_eq!(oracle.len(), now.len());
            prop_assert_eq!(track.pieces().iter().map(|p| p.clean).sum::<usize>(), now.len());
            prop_assert_eq!(track.pieces().iter().map(|p| p.raw).sum::<usize>(), text.len());
            let (mut clean, mut raw) = (0, 0);
            for p in track.pieces() {
                if p.kept {
                    prop_assert_eq!(&now[clean..clean + p.clean], &text[raw..raw + p.raw]);
                }
                clean += p.clean;
                raw += p.raw;
            }
            for (i, home) in oracle.iter().enumerate() {
                let got = track.to_raw(std::iter::once(i..i + 1)).remove(0);
                if let Some(home) = home {
                    prop_assert!(got.contains(home), "byte {} came from {} but maps to {:?}", i, home, got);
                }
            }
            // And the way there leads back.
            let kept: Vec<(usize, usize)> = {
                let (mut clean, mut raw, mut kept) = (0, 0, Vec::new());
                for p in track.pieces() {
                    kept.extend((0..p.clean).filter(|_| p.kept).map(|n| (raw + n, clean + n)));
                    (clean, raw) = (clean + p.clean, raw + p.raw);
                }
                kept
            };
            prop_assert_eq!(track.to_clean(kept.iter().map(|k| k.0)), kept.iter().map(|k| k.1).collect::<Vec<_>>());
            // Asking for many places at once gives the same as asking one by one.
            let all: Vec<_> = (0..now.len()).map(|i| i..i + 1).collect();
            let one_by_one: Vec<_> = all.iter().map(|r| track.to_raw(std::iter::once(r.clone())).remove(0)).collect();
            prop_assert_eq!(track.to_raw(all.into_iter()), one_by_one);
        }
    }

    #[test]
    fn spans_follow_their_text(text in "[a-z]{1,40}", seed in prop::collection::vec((0usize..6, 0usize..6, "[A-Z]{0,4}"), 0..6)) {
        let settled = settle(&text, edits(text.len(), &seed, rule()));
        let now = rewrite(&text, &settled);
        let shift = Shift::new(&settled);
        for start in 0..text.len() {
            for end in start + 1..=text.len() {
                let touched = settled.iter().any(|e| e.at.start < end && start < e.at.end || (start < e.at.start && e.at.end < end));
                let got = shift.span(&(start..end));
                if !touched {
                    let got = got.expect("an untouched span stays");
                    prop_assert_eq!(&now[got], &text[start..end]);
                } else if let Some(got) = got {
                    prop_assert!(got.end <= now.len());
                }
            }
        }
    }

    #[test]
    fn settled_edits_can_be_applied(text in "\\PC{0,30}", raw in prop::collection::vec((0usize..40, 0usize..9, "[A-Z]{0,3}"), 0..12)) {
        let rule = rule();
        let all = raw.into_iter().map(|(start, n, with)| Edit { at: start..start + n, with: with.into(), rule, confidence: 1.0, removes: None }).collect();
        let settled = settle(&text, all);
        for pair in settled.windows(2) {
            prop_assert!(pair[0].at.end <= pair[1].at.start);
        }
        rewrite(&text, &settled);
    }
}

#[test]
fn the_longer_edit_wins_then_the_lower_rule() {
    let mut rules = Rules::load(None, &[]).unwrap();
    let mut add = |id: &str| rules.add(Rule::new(id, "test", Class::Meaning, "")).unwrap();
    let (first, second) = (add("test/first"), add("test/second"));
    let edit = |at: std::ops::Range<usize>, with: &str, rule| Edit {
        at,
        with: with.to_string().into(),
        rule,
        confidence: 1.0,
        removes: None,
    };
    let settled = settle("abcdef", vec![edit(0..2, "X", first), edit(1..5, "Y", second)]);
    assert_eq!(rewrite("abcdef", &settled), "aYf");
    let settled = settle("abcdef", vec![edit(0..2, "X", second), edit(0..2, "Y", first)]);
    assert_eq!(rewrite("abcdef", &settled), "Ycdef");
    assert!(settle("é", vec![edit(0..1, "e", first)]).is_empty(), "off a character border");
    assert!(settle("e", vec![edit(0..1, "e", first)]).is_empty(), "without effect");
}
