//! The weights of a tagger, read where they lie.
//!
//! # Format
//!
//! Little endian. `TAG3`; log₂ of the rows (u32); the number of slots for words (u32, 0 for no classes); [`TAGS`] + 1 rows of
//! [`TAGS`] transitions (i16), the last row for the start of a window; the coarse class of each fine one (u16, [`CLASSES`] of
//! each of [`SETS`]) and the slots ([`SLOT`] bytes: sixteen bits of the word's hash, then twelve for its fine class in each set,
//! from 1, 0 if it has none), both only if there are classes; then the rows: [`TAGS`] weights (i8) and a zero, [`ROLES`] rows to
//! a line of memory.

use crate::document::EntityKind;

/// Tags: outside, then begin and inside of each kind.
pub const TAGS: usize = 7;
/// The kinds that a tagger tells apart; `KINDS[k]` begins with tag `2k + 1` and goes on with `2k + 2`.
pub const KINDS: [EntityKind; 3] = [EntityKind::Person, EntityKind::Place, EntityKind::Organisation];
/// Ways in which words are put into classes.
pub const SETS: usize = 2;
/// Most fine classes of a set.
pub const CLASSES: usize = 1024;
/// Bytes of a word's slot.
pub const SLOT: usize = 5;
/// Bytes of a row.
pub const ROW: usize = TAGS + 1;
/// Slots that a word may be in, from the one its hash says.
pub const PROBES: usize = 8;

const MAGIC: &[u8; 4] = b"TAG3";
const HEAD: usize = 12;
const TRANSITIONS: usize = (TAGS + 1) * TAGS;

/// Whether tag `next` may follow `tag`: a name goes on only where one of its kind stands.
pub fn may_follow(tag: usize, next: usize) -> bool {
    next % 2 == 1 || next == 0 || next == tag || next == tag + 1
}

/// A model that was checked.
pub struct Model<'a> {
    row_bits: u32,
    transitions: [[i32; ROW]; TAGS + 1],
    coarse: &'a [u8],
    slots: &'a [[u8; SLOT]],
    rows: &'a [[u8; ROW]],
}

/// Less than any sum of weights, and small enough that twice as much still fits.
pub const NEVER: i32 = i32::MIN / 4;

impl<'a> Model<'a> {
    /// Reads a model; `None` unless each length and each power is as the format says.
    pub fn read(bytes: &'a [u8]) -> Option<Model<'a>> {
        let (head, rest) = bytes.split_at_checked(HEAD)?;
        let (magic, numbers) = head.split_at(MAGIC.len());
        let (&[row_bits, slots], []) = numbers.as_chunks::<4>() else { return None };
        let (row_bits, slots) = (u32::from_le_bytes(row_bits), u32::from_le_bytes(slots) as usize);
        if magic != MAGIC || !(4..=24).contains(&row_bits) || slots >> 24 > 0 {
            return None;
        }
        let (table, rest) = rest.split_at_checked(TRANSITIONS * 2)?;
        let mut transitions = [[NEVER; ROW]; TAGS + 1];
        for (i, weight) in table.as_chunks().0.iter().enumerate() {
            let (tag, next) = (i / TAGS, i % TAGS);
            if may_follow(tag, next) {
                transitions[tag][next] = i32::from(i16::from_le_bytes(*weight));
            }
        }
        let (coarse, rest) = rest.split_at_checked(if slots == 0 { 0 } else { SETS * CLASSES * 2 })?;
        let (slots, rows) = rest.split_at_checked(slots * SLOT)?;
        let slots = slots.as_chunks().0;
        let (rows, rest) = rows.as_chunks();
        let whole = rows.len() == 1 << row_bits && rest.is_empty() && rows.iter().all(|r| r[TAGS] == 0);
        whole.then_some(Model { row_bits, transitions, coarse, slots, rows })
    }

    /// What speaks for each tag after `tag`, which is [`TAGS`] at the start; [`NEVER`] for one that cannot follow.
    #[inline]
    pub fn transitions(&self, tag: usize) -> &[i32; ROW] {
        &self.transitions[tag]
    }

    /// What speaks for each tag where features with these hashes are seen; the last says nothing.
    ///
    /// The weights of a row are added four at a time, as sixteen bits each of two numbers, and above zero so that none borrows
    /// from its neighbour.
    pub fn scores<const N: usize>(&self, features: &[u64; N]) -> [i32; ROW] {
        const { assert!(N * (u8::MAX as usize) < 1 << 16) };
        const ABOVE_ZERO: u64 = 0x8080_8080_8080_8080;
        const EVERY_OTHER: u64 = 0x00ff_00ff_00ff_00ff;
        let (mut even, mut odd) = (0, 0);
        for feature in features {
            let row = self.rows.get(row(*feature, self.row_bits)).map_or(0, |r| u64::from_le_bytes(*r)) ^ ABOVE_ZERO;
            even += row & EVERY_OTHER;
            odd += row >> 8 & EVERY_OTHER;
        }
        let mut scores = [0; ROW];
        for (i, two) in scores.as_chunks_mut().0.iter_mut().enumerate() {
            *two = [even, odd].map(|sums| (sums >> (16 * i) & 0xffff) as i32 - 0x80 * N as i32);
        }
        scores
    }

    /// The classes of the word with this hash in each set.
    #[inline]
    pub fn classes(&self, hash: u64) -> [Class; SETS] {
        let (at, check) = slots(hash, self.slots.len());
        for slot in at.map_while(|at| self.slots.get(at)) {
            let &[a, b, c, d, e] = slot;
            if [a, b] == check {
                let both = u32::from_le_bytes([c, d, e, 0]);
                return [self.class(0, both & 0xfff), self.class(1, both >> 12)];
            }
        }
        [Class::default(); SETS]
    }

    /// The class `fine` of a set.
    fn class(&self, set: usize, fine: u32) -> Class {
        let Some(at) = (fine as usize).checked_sub(1).filter(|at| *at < CLASSES) else { return Class::default() };
        let (coarse, _) = self.coarse.as_chunks();
        let coarse = coarse.get(set * CLASSES + at).map_or(0, |c| u16::from_le_bytes(*c));
        Class { fine: fine as u16, coarse: coarse.saturating_add(1) }
    }
}

/// The class of a word among the words of a language, in two grains, both from 1; zeros for a word that has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Class {
    /// Among the fine ones, from 1 to [`CLASSES`]; 0 for none.
    pub fine: u16,
    /// Among the coarse ones, from 1; 0 for none.
    pub coarse: u16,
}

/// Rows that lie together, a line of memory: their features differ by less than this.
pub const ROLES: usize = 8;

/// The row of a feature among `2^bits`.
#[inline]
pub fn row(feature: u64, bits: u32) -> usize {
    let (group, role) = (feature / ROLES as u64, feature as usize % ROLES);
    (group.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 + ROLES.trailing_zeros() - bits)) as usize * ROLES + role
}

/// The slots among `of` in which a word may be, and what is written there to know it by: never zero, which is for empty ones.
fn slots(hash: u64, of: usize) -> (impl Iterator<Item = usize>, [u8; 2]) {
    let mixed = (hash ^ hash >> 31).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let start = (((mixed >> 32) * of as u64) >> 32) as usize;
    (
        (start..start + PROBES.min(of)).map(move |at| if at < of { at } else { at - of }),
        (mixed as u16).max(1).to_le_bytes(),
    )
}

/// Writes a model: `transitions`, the last row for the start; a class for each word; weights row by row, rounded to
/// `1 / scale`. What does not fit is cut.
pub fn write(transitions: &[[f32; TAGS]], words: Option<&Clusters>, rows: &[[f32; TAGS]], scale: f32) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    out.extend(rows.len().trailing_zeros().to_le_bytes());
    out.extend((words.map_or(0, |w| w.slots.len()) as u32).to_le_bytes());
    for weight in transitions.iter().flatten() {
        out.extend(((weight * scale).round().clamp(-30_000.0, 30_000.0) as i16).to_le_bytes());
    }
    if let Some(words) = words {
        words.coarse.iter().for_each(|c| out.extend(c.to_le_bytes()));
        out.extend(words.slots.iter().flatten());
    }
    for row in rows {
        out.extend(row.map(|w| ((w * scale).round().clamp(-127.0, 127.0) as i8).cast_unsigned()));
        out.push(0);
    }
    out
}

/// Classes of words, laid out as in the file.
pub struct Clusters {
    coarse: Vec<u16>,
    slots: Vec<[u8; SLOT]>,
}

impl Clusters {
    /// Places `words` by their hash, with their class in each set, in `slots` slots; a word that finds no free one has no class.
    pub fn new(words: &[(u64, [Class; SETS])], slots: usize) -> Clusters {
        let mut clusters = Clusters { coarse: vec![0; SETS * CLASSES], slots: vec![[0; SLOT]; slots] };
        for (hash, classes) in words {
            let mut both = 0;
            for (set, class) in classes.iter().enumerate().filter(|c| (1..=CLASSES).contains(&c.1.fine.into())) {
                clusters.coarse[set * CLASSES + usize::from(class.fine) - 1] = class.coarse.saturating_sub(1);
                both |= u32::from(class.fine) << (12 * set);
            }
            clusters.place(*hash, both);
        }
        clusters
    }

    fn place(&mut self, hash: u64, both: u32) {
        let (at, [a, b]) = self::slots(hash, self.slots.len());
        let [c, d, e, _] = both.to_le_bytes();
        for at in at {
            let slot = &mut self.slots[at];
            if *slot == [0; SLOT] {
                *slot = [a, b, c, d, e];
            }
            if slot.starts_with(&[a, b]) {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Vec<u8> {
        let mut rows = vec![[0.0; TAGS]; 16];
        rows[1] = [1.0, -1.0, 0.5, 0.0, 0.0, 0.0, 40.0];
        let class = |fine, coarse| Class { fine, coarse };
        let words =
            [(17, [class(4, 10), class(0, 0)]), (18, [class(1024, 3), class(7, 4)]), (20, [class(0, 0), class(7, 4)])];
        let clusters = Clusters::new(&words, 5);
        write(&[[0.25; TAGS]; TAGS + 1], Some(&clusters), &rows, 8.0)
    }

    #[test]
    fn weights_come_back_as_far_as_a_byte_can_hold_them() {
        let bytes = small();
        let model = Model::read(&bytes).expect("whole");
        let feature = (0..1000).find(|f| row(*f, 4) == 1).expect("a feature of row 1");
        assert_eq!(model.scores(&[feature; 2]), [16, -16, 8, 0, 0, 0, 254, 0]);
        assert_eq!(model.transitions(TAGS)[..3], [2, 2, NEVER]);
    }

    #[test]
    fn words_have_their_classes() {
        let bytes = small();
        let model = Model::read(&bytes).expect("whole");
        let of = |hash| model.classes(hash).map(|c| (c.fine, c.coarse));
        assert_eq!(of(17), [(4, 10), (0, 0)]);
        assert_eq!(of(18), [(1024, 3), (7, 4)]);
        assert_eq!(of(20), [(0, 0), (7, 4)]);
        assert_eq!(of(19), [(0, 0), (0, 0)]);
    }

    #[test]
    fn a_model_that_is_cut_or_too_long_is_refused() {
        let bytes = small();
        for len in 0..bytes.len() {
            assert!(Model::read(&bytes[..len]).is_none(), "{len} bytes");
        }
        assert!(Model::read(&[&bytes[..], &[0]].concat()).is_none());
    }

    #[test]
    fn a_name_goes_on_only_as_it_began() {
        assert!(may_follow(0, 0) && may_follow(0, 1) && may_follow(1, 2) && may_follow(2, 2) && may_follow(2, 1));
        assert!(!may_follow(0, 2) && !may_follow(1, 4) && !may_follow(4, 2) && !may_follow(TAGS, 2));
    }
}
