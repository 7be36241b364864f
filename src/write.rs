//! The way out: what a document became, as a record. Writing knows nothing of rules.

pub mod record;
