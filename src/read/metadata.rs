//! Publication dates and other values that inputs state, each with its source.

use std::borrow::Cow;

use crate::document::{Precision, Published};
use crate::partial_date::PartialDate;

pub mod page;

/// The publication date that `value` states, found in `how`; `None` when it is not an ISO date.
pub fn published(value: &str, how: impl Into<Cow<'static, str>>) -> Option<Published> {
    let value = value.trim();
    let date = PartialDate::parse(value)?;
    let time = value.get(10..).filter(|t| date.day.is_some() && t.starts_with(['T', ' ']) && t.len() >= 6);
    let (precision, text) = match (date.month, date.day, time) {
        (_, _, Some(time)) => (Precision::Time, format!("{date}T{}", &time[1..])),
        (_, Some(_), None) => (Precision::Day, date.to_string()),
        (Some(_), ..) => (Precision::Month, date.to_string()),
        _ => (Precision::Year, date.to_string()),
    };
    Some(Published {
        value: Some(text),
        precision: Some(precision),
        how: Some(how.into()),
        evidence: Some(value.to_string()),
        ..Published::default()
    })
}
