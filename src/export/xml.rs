//! Text in XML 1.0: escaped, and without the characters that it cannot hold at all.

/// Appends `text`, fit for content and for attributes in double quotes.
pub fn escape(text: &str, out: &mut Vec<u8>) {
    for c in text.chars() {
        match c {
            '&' => out.extend_from_slice(b"&amp;"),
            '<' => out.extend_from_slice(b"&lt;"),
            '>' => out.extend_from_slice(b"&gt;"),
            '"' => out.extend_from_slice(b"&quot;"),
            '\n' | '\t' => out.push(c as u8),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.extend_from_slice("\u{fffd}".as_bytes()),
            c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

/// The same as a string.
pub fn escaped(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() + 16);
    escape(text, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}
