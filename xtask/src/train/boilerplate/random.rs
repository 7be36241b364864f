//! Numbers that look random and are the same every time.

/// A linear congruential generator with Knuth's constants for MMIX; its state is the seed.
pub struct Random(pub u64);

impl Random {
    /// The next number, of 31 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }
}
