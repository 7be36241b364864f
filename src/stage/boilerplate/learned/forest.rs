//! The second step: trees that ask one thing after another; what their leaves say adds up to the odds.
//!
//! # Format
//!
//! Little endian: the odds that all trees start from (f32), the number of nodes (u32), the roots (u16, preceded by their
//! number, u16), then nodes of eight bytes: what is asked (u8; 255 for a leaf), one byte of nothing, the node (u16) that
//! follows where it is at most the threshold (the one behind it follows else), and the threshold, or what the leaf says (f32).

/// Bytes of a node.
const NODE: usize = 8;
/// Marks a leaf.
pub const LEAF: u8 = 255;

/// Trees, read where they lie.
#[derive(Clone, Copy, Debug)]
pub struct Forest<'a> {
    start: f32,
    roots: &'a [u8],
    nodes: &'a [u8],
}

impl<'a> Forest<'a> {
    /// Reads trees from the front of `bytes`; `None` when there are none, or a node leads back.
    pub fn read(bytes: &'a [u8]) -> Option<(Forest<'a>, &'a [u8])> {
        let (start, rest) = bytes.split_first_chunk()?;
        let (count, rest) = rest.split_first_chunk()?;
        let (trees, rest) = rest.split_first_chunk()?;
        let (roots, rest) = rest.split_at_checked(2 * usize::from(u16::from_le_bytes(*trees)))?;
        let count = u32::from_le_bytes(*count) as usize;
        let (nodes, rest) = rest.split_at_checked(count.checked_mul(NODE)?)?;
        let forest = Forest { start: f32::from_le_bytes(*start), roots, nodes };
        let ends = |(i, node): (usize, &[u8])| {
            let next = usize::from(u16::from_le_bytes([node[2], node[3]]));
            node[0] == LEAF || next > i && next + 1 < count
        };
        let whole = nodes.chunks_exact(NODE).enumerate().all(ends);
        let rooted = roots.chunks_exact(2).all(|r| usize::from(u16::from_le_bytes([r[0], r[1]])) < count);
        (whole && rooted).then_some((forest, rest))
    }

    /// The probability of what the trees were grown for, where this is seen, 0 to 1.
    pub fn probability(&self, seen: &[f32]) -> f32 {
        1.0 / (1.0 + (-self.odds(seen)).exp())
    }

    /// The logarithm of the odds of it.
    pub fn odds(&self, seen: &[f32]) -> f32 {
        let says = |root: &[u8]| self.leaf(usize::from(u16::from_le_bytes([root[0], root[1]])), seen);
        self.start + self.roots.chunks_exact(2).map(says).sum::<f32>()
    }

    fn leaf(&self, mut at: usize, seen: &[f32]) -> f32 {
        loop {
            let node = &self.nodes[at * NODE..][..NODE];
            let value = f32::from_le_bytes([node[4], node[5], node[6], node[7]]);
            if node[0] == LEAF {
                return value;
            }
            let next = usize::from(u16::from_le_bytes([node[2], node[3]]));
            let asked = seen.get(usize::from(node[0])).copied().unwrap_or(0.0);
            at = next + usize::from(asked > value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One tree that asks whether the first thing is at most 2; `next` follows where it is.
    fn bytes(next: u16) -> Vec<u8> {
        let mut bytes = 0.0_f32.to_le_bytes().to_vec();
        bytes.extend(3_u32.to_le_bytes());
        bytes.extend([1, 0, 0, 0]);
        for (asked, next, value) in [(0, next, 2.0_f32), (LEAF, 0, -3.0), (LEAF, 0, 3.0)] {
            bytes.extend([asked, 0]);
            bytes.extend(next.to_le_bytes());
            bytes.extend(value.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn leaves_say_what_is_asked_for() {
        let bytes = bytes(1);
        let (forest, _) = Forest::read(&bytes).unwrap();
        assert!(forest.probability(&[2.0]) < 0.1 && forest.probability(&[2.5]) > 0.9);
        assert!(forest.probability(&[]) < 0.1);
    }

    #[test]
    fn trees_that_lead_back_or_out_are_refused() {
        for next in [0, 2, 3, u16::MAX] {
            assert!(Forest::read(&bytes(next)).is_none(), "{next}");
        }
        assert!(Forest::read(&bytes(1)[..20]).is_none());
    }
}
