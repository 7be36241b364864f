//! The weights of a tagger, read where they lie.
//!
//! # Format
//!
//! Little endian. `TAG2`; log₂ of the rows, log₂ of the cluster slots (a byte each, 0 for no clusters), two bytes of zero;
//! [`TAGS`] + 1 rows of [`TAGS`] transitions (i16), the last row for the start of a window; the coarse class of each fine
//! one ([`CLASSES`] u16) and the cluster slots (u32: sixteen bits of the word's hash, then its fine class), both only if
//! there are clusters; then the rows: [`TAGS`] weights (i8) and a zero, [`ROLES`] rows to a line of memory.

use crate::document::EntityKind;

/// Tags: outside, then begin and inside of each kind.
pub const TAGS: usize = 7;
/// The kinds that a tagger tells apart; `KINDS[k]` begins with tag `2k + 1` and goes on with `2k + 2`.
pub const KINDS: [EntityKind; 3] = [EntityKind::Person, EntityKind::Place, EntityKind::Organisation];
/// Most fine classes of words.
pub const CLASSES: usize = 1024;
/// Bytes of a row.
pub const ROW: usize = TAGS + 1;
/// Slots that a word may be in, from the one its hash says.
pub const PROBES: usize = 8;

const MAGIC: &[u8; 4] = b"TAG2";
const HEAD: usize = 8;
const TRANSITIONS: usize = (TAGS + 1) * TAGS;

/// Whether tag `next` may follow `tag`: a name goes on only where one of its kind stands.
pub fn may_follow(tag: usize, next: usize) -> bool {
    next % 2 == 1 || next == 0 || next == tag || next == tag + 1
}

/// A model that was checked.
pub struct Model<'a> {
    row_bits: u32,
    slot_bits: u32,
    transitions: [[i32; ROW]; TAGS + 1],
    coarse: &'a [u8],
    slots: &'a [u8],
    rows: &'a [[u8; ROW]],
}

/// Less than any sum of weights, and small enough that twice as much still fits.
pub const NEVER: i32 = i32::MIN / 4;

impl<'a> Model<'a> {
    /// Reads a model; `None` unless each length and each power is as the format says.
    pub fn read(bytes: &'a [u8]) -> Option<Model<'a>> {
        let (head, rest) = bytes.split_at_checked(HEAD)?;
        let (row_bits, slot_bits) = (u32::from(head[4]), u32::from(head[5]));
        if !head.starts_with(MAGIC) || !(4..=24).contains(&row_bits) || slot_bits > 24 || head[6..] != [0, 0] {
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
        let (classes, slots) = if slot_bits == 0 { (0, 0) } else { (CLASSES * 2, 4 << slot_bits) };
        let (coarse, rest) = rest.split_at_checked(classes)?;
        let (slots, rows) = rest.split_at_checked(slots)?;
        let (rows, rest) = rows.as_chunks();
        let whole = rows.len() == 1 << row_bits && rest.is_empty() && rows.iter().all(|r| r[TAGS] == 0);
        whole.then_some(Model { row_bits, slot_bits, transitions, coarse, slots, rows })
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

    /// The fine and coarse class of the word with this hash, both from 1; zeros for a word that has none.
    #[inline]
    pub fn classes(&self, hash: u64) -> [u16; 2] {
        if self.slot_bits == 0 {
            return [0; 2];
        }
        let (start, check) = slot(hash, self.slot_bits);
        for probe in 0..PROBES {
            let at = ((start + probe) & ((1 << self.slot_bits) - 1)) * 4;
            let Some(&[a, b, fine, high]) = self.slots.get(at..at + 4) else { break };
            if u16::from_le_bytes([a, b]) == check {
                let fine = u16::from_le_bytes([fine, high]);
                let at = usize::from(fine % CLASSES as u16) * 2;
                let coarse = self.coarse.get(at..at + 2).map_or(0, |c| u16::from_le_bytes([c[0], c[1]]));
                return [fine + 1, coarse + 1];
            }
        }
        [0; 2]
    }
}

/// Rows that lie together, a line of memory: their features differ by less than this.
pub const ROLES: usize = 8;

/// The row of a feature among `2^bits`.
#[inline]
pub fn row(feature: u64, bits: u32) -> usize {
    let (group, role) = (feature / ROLES as u64, feature as usize % ROLES);
    (group.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 + ROLES.trailing_zeros() - bits)) as usize * ROLES + role
}

/// The first slot of a word among `2^bits`, and what is written there to know it by: never 0, which is for empty ones.
pub fn slot(hash: u64, bits: u32) -> (usize, u16) {
    let mixed = (hash ^ hash >> 31).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed >> (64 - bits)) as usize, (mixed & 0xffff).max(1) as u16)
}

/// Writes a model: `transitions`, the last row for the start; a class for each word; weights row by row, rounded to
/// `1 / scale`. What does not fit is cut.
pub fn write(transitions: &[[f32; TAGS]], words: Option<&Clusters>, rows: &[[f32; TAGS]], scale: f32) -> Vec<u8> {
    let row_bits = rows.len().trailing_zeros() as u8;
    let mut out = MAGIC.to_vec();
    out.extend([row_bits, words.map_or(0, |w| w.slot_bits as u8), 0, 0]);
    for weight in transitions.iter().flatten() {
        out.extend(((weight * scale).round().clamp(-30_000.0, 30_000.0) as i16).to_le_bytes());
    }
    if let Some(words) = words {
        words.coarse.iter().for_each(|c| out.extend(c.to_le_bytes()));
        words.slots.iter().for_each(|s| out.extend(s.to_le_bytes()));
    }
    for row in rows {
        out.extend(row.map(|w| ((w * scale).round().clamp(-127.0, 127.0) as i8).cast_unsigned()));
        out.push(0);
    }
    out
}

/// Classes of words, laid out as in the file.
pub struct Clusters {
    slot_bits: u32,
    coarse: Vec<u16>,
    slots: Vec<u32>,
}

impl Clusters {
    /// Places `words` (hash, fine class, coarse class) in `2^slot_bits` slots; a word that finds no free one has no class.
    pub fn new(words: &[(u64, u16, u16)], slot_bits: u32) -> Clusters {
        let mut clusters = Clusters { slot_bits, coarse: vec![0; CLASSES], slots: vec![0; 1 << slot_bits] };
        for &(hash, fine, coarse) in words.iter().filter(|w| usize::from(w.1) < CLASSES) {
            clusters.coarse[usize::from(fine)] = coarse;
            let (start, check) = slot(hash, slot_bits);
            let at = (0..PROBES).map(|p| (start + p) & ((1 << slot_bits) - 1));
            let known = |s: u32| s & 0xffff == u32::from(check);
            if let Some(at) = at.into_iter().find(|at| clusters.slots[*at] == 0 || known(clusters.slots[*at]))
                && clusters.slots[at] == 0
            {
                clusters.slots[at] = u32::from(check) | u32::from(fine) << 16;
            }
        }
        clusters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Vec<u8> {
        let mut rows = vec![[0.0; TAGS]; 16];
        rows[1] = [1.0, -1.0, 0.5, 0.0, 0.0, 0.0, 40.0];
        let clusters = Clusters::new(&[(17, 3, 9), (18, 1023, 2)], 2);
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
        assert_eq!(model.classes(17), [4, 10]);
        assert_eq!(model.classes(18), [1024, 3]);
        assert_eq!(model.classes(19), [0, 0]);
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
