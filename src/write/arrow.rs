//! Records and rejects as rows of one Arrow batch.

use arrow_array::RecordBatch;
use arrow_json::ReaderBuilder;
use arrow_json::reader::Decoder;
use arrow_schema::ArrowError;
use serde_json::{Value, json};

use crate::error::Reject;
use crate::write::record::Record;

mod columns;

pub use columns::schema;
use columns::{AS_TEXT, REJECT};

/// Rows that become a batch.
pub struct Rows {
    decoder: Decoder,
    line: Vec<u8>,
}

impl Rows {
    /// No rows; room is made for `expected`.
    ///
    /// # Errors
    /// Those of Arrow, which a schema of ours does not give.
    pub fn new(expected: usize) -> Result<Rows, ArrowError> {
        let decoder = ReaderBuilder::new(schema()).with_batch_size(expected.max(1)).build_decoder()?;
        Ok(Rows { decoder, line: Vec::new() })
    }

    /// Adds one row. Of a reject the row holds its `id`, where the input gives one, and the reason.
    ///
    /// # Errors
    /// [`ArrowError`] for more rows than expected.
    pub fn push(&mut self, id: Option<&str>, result: Result<Record, Reject>) -> Result<(), ArrowError> {
        let row = match result {
            Ok(mut record) => {
                let track = std::mem::take(&mut record.track);
                let extra = std::mem::take(&mut record.extra);
                self.line = record.to_line();
                let texts = [json!(track), Value::Object(extra)];
                for (name, value) in AS_TEXT.iter().zip(texts).filter(|(_, v)| *v != json!([]) && *v != json!({})) {
                    let closed = self.line.len() - b"}\n".len();
                    self.line.truncate(closed);
                    self.line.extend(format!(",\"{name}\":{}}}\n", Value::String(value.to_string())).bytes());
                }
                return self.take();
            }
            Err(reject) => json!({ "id": id, REJECT: {
                "stage": reject.stage,
                "reason": reject.reason.name(),
                "detail": reject.detail,
                "advice": reject.reason.advice(),
            }}),
        };
        self.line = row.to_string().into_bytes();
        self.take()
    }

    fn take(&mut self) -> Result<(), ArrowError> {
        let taken = self.decoder.decode(&self.line)?;
        // The decoder stops where its batch is full, which is never the case: there is room for all rows.
        if taken < self.line.trim_ascii_end().len() {
            Err(ArrowError::JsonError("more rows than expected".into()))
        } else {
            Ok(())
        }
    }

    /// All rows.
    ///
    /// # Errors
    /// [`ArrowError`] where the rows do not fit the schema, which is made of the same records.
    pub fn finish(mut self) -> Result<RecordBatch, ArrowError> {
        Ok(self.decoder.flush()?.unwrap_or_else(|| RecordBatch::new_empty(schema())))
    }
}
