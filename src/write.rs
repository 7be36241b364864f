//! The way out: what a document became, as a record. Writing knows nothing of rules.

#[cfg(feature = "arrow")]
pub mod arrow;
mod conversion;
pub mod record;

pub use conversion::id_of;
