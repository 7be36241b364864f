//! The embedded rule files as values that need no parsing: the build script reads the TOML, the program only takes it in.
//!
//! Forty languages' rules are the better part of a megabyte of TOML, and parsing it took longer than all else that is done
//! before the first document. The text stays the source: a user's own files are parsed, and so is one of ours when it does
//! not fit, since only the text can say in which line.
//!
//! # Format
//!
//! A value is a byte that says what it is, and its contents; numbers are LEB128. 0: a table (how many, then key and value
//! each), 1: an array (how many, then values), 2: a string (bytes, UTF-8), 3: an integer (zigzag), 4: a float (8 bytes,
//! little endian), 5: true, 6: false. A key is written like a string, without its first byte. `build.rs` writes it.

use std::fmt;

use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};

/// Path below `rules/`, and its value.
const EMBEDDED: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/compact.rs"));

/// What the embedded file at `path` holds; `None` when there is none, or it does not fit.
pub(super) fn read<T: DeserializeOwned>(path: &str) -> Option<T> {
    let mut bytes = EMBEDDED.iter().find(|(name, _)| *name == path)?.1;
    T::deserialize(Value(&mut bytes)).ok()
}

/// Why a value does not fit. Nobody reads it: the text is parsed then.
#[derive(Debug)]
struct Misfit;

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("does not fit")
    }
}

impl std::error::Error for Misfit {}

impl de::Error for Misfit {
    fn custom<T: fmt::Display>(_: T) -> Misfit {
        Misfit
    }
}

/// The value that the bytes begin with.
struct Value<'a>(&'a mut &'static [u8]);

impl Value<'_> {
    fn byte(&mut self) -> Result<u8, Misfit> {
        let (&first, rest) = self.0.split_first().ok_or(Misfit)?;
        *self.0 = rest;
        Ok(first)
    }

    fn number(&mut self) -> Result<u64, Misfit> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Misfit)
    }

    fn string(&mut self) -> Result<&'static str, Misfit> {
        let len = usize::try_from(self.number()?).map_err(|_| Misfit)?;
        let (string, rest) = self.0.split_at_checked(len).ok_or(Misfit)?;
        *self.0 = rest;
        std::str::from_utf8(string).map_err(|_| Misfit)
    }
}

impl Deserializer<'static> for Value<'_> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'static>>(mut self, visitor: V) -> Result<V::Value, Misfit> {
        match self.byte()? {
            0 => {
                let left = self.number()?;
                visitor.visit_map(Items { bytes: self.0, left })
            }
            1 => {
                let left = self.number()?;
                visitor.visit_seq(Items { bytes: self.0, left })
            }
            2 => visitor.visit_borrowed_str(self.string()?),
            3 => {
                let zigzag = self.number()?;
                visitor.visit_i64((zigzag >> 1) as i64 ^ -((zigzag & 1) as i64))
            }
            4 => {
                let (bytes, rest) = self.0.split_first_chunk::<8>().ok_or(Misfit)?;
                *self.0 = rest;
                visitor.visit_f64(f64::from_le_bytes(*bytes))
            }
            5 => visitor.visit_bool(true),
            6 => visitor.visit_bool(false),
            _ => Err(Misfit),
        }
    }

    fn deserialize_option<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'static>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'static>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        // What `toml::Spanned` asks for: start, end, value. Where the value stood was left behind with the text.
        if let ([start, end, value], true) = (fields, name.starts_with("$__serde_spanned")) {
            return visitor.visit_map(Spanned { value: Some(self), keys: [*start, *end, *value], next: 0 });
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'static>>(
        mut self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match self.byte()? {
            2 => visitor.visit_enum(BorrowedStrDeserializer::new(self.string()?)),
            0 => {
                let left = self.number()?;
                visitor.visit_enum(MapAccessDeserializer::new(Items { bytes: self.0, left }))
            }
            _ => Err(Misfit),
        }
    }

    serde::forward_to_deserialize_any! {
        <V: Visitor<'static>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

/// What is left of a table or an array.
struct Items<'a> {
    bytes: &'a mut &'static [u8],
    left: u64,
}

impl SeqAccess<'static> for Items<'_> {
    type Error = Misfit;

    fn next_element_seed<S: DeserializeSeed<'static>>(&mut self, seed: S) -> Result<Option<S::Value>, Misfit> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        seed.deserialize(Value(self.bytes)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        usize::try_from(self.left).ok()
    }
}

impl MapAccess<'static> for Items<'_> {
    type Error = Misfit;

    fn next_key_seed<S: DeserializeSeed<'static>>(&mut self, seed: S) -> Result<Option<S::Value>, Misfit> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let key = Value(self.bytes).string()?;
        seed.deserialize(BorrowedStrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'static>>(&mut self, seed: S) -> Result<S::Value, Misfit> {
        seed.deserialize(Value(self.bytes))
    }
}

/// A value with the place where it stood, which is always 0.
struct Spanned<'a> {
    value: Option<Value<'a>>,
    keys: [&'static str; 3],
    next: usize,
}

impl MapAccess<'static> for Spanned<'_> {
    type Error = Misfit;

    fn next_key_seed<S: DeserializeSeed<'static>>(&mut self, seed: S) -> Result<Option<S::Value>, Misfit> {
        let Some(&key) = self.keys.get(self.next) else { return Ok(None) };
        self.next += 1;
        seed.deserialize(BorrowedStrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'static>>(&mut self, seed: S) -> Result<S::Value, Misfit> {
        match self.next {
            3 => seed.deserialize(self.value.take().ok_or(Misfit)?),
            _ => seed.deserialize(0u32.into_deserializer()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use crate::rules::Rules;

    use super::*;

    #[test]
    fn every_embedded_file_says_what_its_text_says() {
        let rules = Rules::load(None, &[]).unwrap();
        let mut files = 0;
        for (path, _) in EMBEDDED {
            let text = &rules.file(path).unwrap().text;
            let parsed: toml::Table = toml::from_str(text).unwrap();
            assert_eq!(read::<toml::Table>(path), Some(parsed), "{path}");
            files += 1;
        }
        assert!(files > 40, "only {files} files");
    }

    #[test]
    fn values_with_places_enums_and_options_are_read() {
        #[derive(Debug, PartialEq, serde::Deserialize)]
        #[serde(rename_all = "lowercase")]
        enum Kind {
            Plain,
            Number(i64),
        }
        #[derive(serde::Deserialize)]
        struct File {
            name: toml::Spanned<String>,
            kinds: Vec<Kind>,
            share: Option<f32>,
            more: Option<bool>,
        }
        const BYTES: &[u8] =
            b"\x00\x03\x04name\x02\x02fr\x05kinds\x01\x02\x02\x05plain\x00\x01\x06number\x03\x03\x05share\x03\x04";
        let mut bytes = BYTES;
        let file = File::deserialize(Value(&mut bytes)).unwrap();
        assert_eq!(file.name.get_ref(), "fr");
        assert_eq!(file.kinds, [Kind::Plain, Kind::Number(-2)]);
        assert_eq!((file.share, file.more), (Some(2.0), None));
        for end in 0..BYTES.len() {
            let mut cut = &BYTES[..end];
            assert!(File::deserialize(Value(&mut cut)).is_err(), "{end}");
        }
    }
}
