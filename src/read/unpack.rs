//! Decoders that go on where others stop: at the next member, and behind damage. Used by [`crate::read::capped`] alone.

pub(super) mod gzip;
pub(super) mod zstd;
