//! The way out: what a document became, as a record. Writing knows nothing of rules.

mod conversion;
pub mod record;

pub use conversion::id_of;
