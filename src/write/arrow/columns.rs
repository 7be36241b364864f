//! The Arrow schema: the JSON Schema of a record, in Arrow's types, and the column `reject`.
//!
//! It is derived, so it cannot drift from the record. What has no fixed form in a record (the input's own fields, and the
//! triples of the track) is JSON text.

use std::sync::{Arc, LazyLock};

use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef};
use serde_json::{Map, Value};

use crate::write::record::Record;

/// Fields of a record whose form depends on the input: they are columns of JSON text.
pub const AS_TEXT: [&str; 2] = ["track", "extra"];

/// What is said of a document that gives no record.
pub const REJECT: &str = "reject";

/// The columns: in alphabetical order, as in the JSON Schema, and the reject last.
pub fn schema() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
        let root = schemars::schema_for!(Record).to_value();
        let types = Types { definitions: root.get("$defs").and_then(Value::as_object) };
        let mut fields: Vec<Field> = types.fields(&root).iter().map(|f| f.as_ref().clone()).collect();
        let told = ["stage", "reason", "detail", "advice"].map(|name| Field::new(name, DataType::Utf8, true));
        fields.push(Field::new(REJECT, DataType::Struct(Fields::from(told.to_vec())), true));
        Arc::new(Schema::new(fields))
    });
    SCHEMA.clone()
}

/// Turns types of JSON Schema into Arrow's.
struct Types<'a> {
    definitions: Option<&'a Map<String, Value>>,
}

impl Types<'_> {
    fn fields(&self, object: &Value) -> Fields {
        let properties = object.get("properties").and_then(Value::as_object);
        let field = |(name, of): (&String, &Value)| {
            let kind = if AS_TEXT.contains(&name.as_str()) { DataType::Utf8 } else { self.of(of) };
            Field::new(name, kind, true)
        };
        properties.into_iter().flatten().map(field).collect()
    }

    fn of(&self, schema: &Value) -> DataType {
        if let Some(target) = self.target(schema) {
            return self.of(target);
        }
        match name_of_type(schema) {
            "integer" => DataType::Int64,
            "number" => DataType::Float64,
            "boolean" => DataType::Boolean,
            "array" => DataType::new_list(self.of(&schema["items"]), true),
            "object" if schema.get("properties").is_some() => DataType::Struct(self.fields(schema)),
            "object" => self.map(&schema["additionalProperties"]),
            _ => DataType::Utf8,
        }
    }

    /// What a reference leads to, alone or beside null.
    fn target(&self, schema: &Value) -> Option<&Value> {
        let choice = schema.get("anyOf").and_then(Value::as_array);
        let schema = choice.into_iter().flatten().find(|s| s.get("$ref").is_some()).unwrap_or(schema);
        let name = schema.get("$ref")?.as_str()?.rsplit('/').next()?;
        self.definitions?.get(name)
    }

    fn map(&self, values: &Value) -> DataType {
        let entry = [Field::new("keys", DataType::Utf8, false), Field::new("values", self.of(values), true)];
        DataType::Map(Arc::new(Field::new("entries", DataType::Struct(Fields::from(entry.to_vec())), false)), false)
    }
}

/// The type that is not null.
fn name_of_type(schema: &Value) -> &str {
    match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).find(|t| *t != "null").unwrap_or_default(),
        one => one.as_str().unwrap_or_default(),
    }
}
