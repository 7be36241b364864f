//! One row of a table to a document: the names of its columns make it an object.

use serde_json::{Map, Value};

use crate::document::Document;
use crate::error::{Reason, Reject};
use crate::limits::Limits;
use crate::read::{RawRecord, charset, jsonl};

/// Columns that a table may have; a row of names with more is none.
const COLUMNS: usize = 4096;

/// The names in the first row. One without a name is called by its number, and so is one whose name is taken.
pub(super) fn columns(header: &[u8], delimiter: u8, declared: Option<&str>) -> Vec<String> {
    let text = charset::decode(header, declared).map(|d| d.text).unwrap_or_default();
    let mut names: Vec<String> = Vec::new();
    for (n, name) in
        fields(text.trim_end_matches(['\n', '\r']), char::from(delimiter)).into_iter().take(COLUMNS).enumerate()
    {
        let name = name.trim();
        let taken = name.is_empty() || (n < 200 && names.iter().any(|other| other == name));
        names.push(if taken { format!("column {}", n + 1) } else { name.to_string() });
    }
    names
}

/// Reads one row.
///
/// # Errors
/// [`Reason::BadRow`] when it has more fields than there are columns, and those of an object.
pub(super) fn document(raw: &RawRecord, limits: &Limits) -> Result<Document, Reject> {
    let hints = raw.hints.as_deref().cloned().unwrap_or_default();
    let decoded = charset::decode(&raw.bytes, raw.declared())?;
    let values = fields(decoded.text.trim_end_matches(['\n', '\r']), char::from(hints.delimiter));
    if values.len() > hints.columns.len() {
        let what = format!("{} fields under {} columns", values.len(), hints.columns.len());
        return Err(Reject::new(Reason::BadRow, what));
    }
    let object: Map<String, Value> = hints
        .columns
        .into_iter()
        .zip(values)
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(name, value)| (name, Value::String(value)))
        .collect();
    let lower: Map<String, Value> = object
        .into_iter()
        .map(|(name, value)| {
            let lower = name.to_lowercase();
            (if jsonl::is_known(&lower) && raw.fields.is_plain() { lower } else { name }, value)
        })
        .collect();
    let mut doc = jsonl::from_object(lower, raw, limits)?;
    doc.set_charset(&decoded);
    Ok(doc)
}

/// The fields of a row, without their quotation marks (RFC 4180).
fn fields(row: &str, delimiter: char) -> Vec<String> {
    let mut fields = Vec::new();
    let mut rest = row;
    loop {
        let opened = rest.trim_start_matches(' ');
        if let Some(quoted) = opened.strip_prefix('"') {
            let mut field = String::new();
            let mut inside = quoted;
            loop {
                let Some(end) = inside.find('"') else {
                    field.push_str(inside);
                    inside = "";
                    break;
                };
                field.push_str(&inside[..end]);
                inside = &inside[end + 1..];
                match inside.strip_prefix('"') {
                    Some(more) => {
                        field.push('"');
                        inside = more;
                    }
                    None => break,
                }
            }
            // What stands between the closing mark and the delimiter belongs to the field all the same.
            let end = inside.find(delimiter).unwrap_or(inside.len());
            field.push_str(inside[..end].trim_end_matches(' '));
            fields.push(field);
            rest = &inside[end..];
        } else {
            let end = rest.find(delimiter).unwrap_or(rest.len());
            fields.push(rest[..end].to_string());
            rest = &rest[end..];
        }
        match rest.strip_prefix(delimiter) {
            Some(more) => rest = more,
            None => return fields,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotation_marks() {
        for (row, want) in [
            ("a,b,c", &["a", "b", "c"][..]),
            ("\"a,b\",\"c \"\"d\"\"\",", &["a,b", "c \"d\"", ""]),
            ("\"deux\nlignes\",x", &["deux\nlignes", "x"]),
            ("\"a\"b,c", &["ab", "c"]),
            ("l'\"été\",b", &["l'\"été\"", "b"]),
            ("", &[""]),
            ("\"", &[""]),
        ] {
            assert_eq!(fields(row, ','), want, "{row}");
        }
        assert_eq!(columns("\u{feff}id;texte;;id\r\n".as_bytes(), b';', None), ["id", "texte", "column 3", "column 4"]);
    }
}
