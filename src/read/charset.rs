//! From bytes to text: which charset the bytes are in, and their decoding.

use std::borrow::Cow;

use crate::error::{Reason, Reject};

/// Text that was bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without byte order marks.
    pub text: String,
    /// The charset's name, lower-case, e.g. `utf-8`, `windows-1252`, `cp850`.
    pub charset: Cow<'static, str>,
    /// How many byte sequences could not be decoded and became U+FFFD.
    pub replaced: usize,
}

/// Decodes `bytes`; `declared` is what HTTP or a meta tag claims, which the bytes may refute.
///
/// # Errors
/// [`Reason::Binary`] or [`Reason::Undecodable`].
pub fn decode(bytes: &[u8], _declared: Option<&str>) -> Result<Decoded, Reject> {
    let text = std::str::from_utf8(bytes).map_err(|e| Reject::new(Reason::Undecodable, e.to_string()))?;
    Ok(Decoded { text: text.trim_start_matches('\u{feff}').to_string(), charset: "utf-8".into(), replaced: 0 })
}

/// A rough reading of the first bytes of a file, for sniffing.
pub fn peek(head: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(head)
}

/// What binary format the first bytes of a file are of, if any.
pub fn binary_kind(_head: &[u8]) -> Option<&'static str> {
    None
}
