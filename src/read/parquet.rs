//! Rows of Apache Parquet as objects. The crates for it are many times the size of all others together, so they are only
//! there with `--features parquet`.

use std::io::Read;
use std::path::Path;

use crate::read::cut::Emit;
use crate::read::window::Window;

/// Every row is a record, with its number for an offset. The directory of such a file lies at its end, so one that is packed
/// or inside an archive is held, up to `held` bytes.
#[cfg(feature = "parquet")]
pub(super) fn cut<R: Read>(path: Option<&Path>, window: &mut Window<R>, held: usize, emit: &mut Emit) -> bool {
    use ::parquet::file::reader::{FileReader, SerializedFileReader};

    use crate::error::{Reason, Reject};
    use crate::read::Format;

    emit.format = Format::Jsonl;
    let damaged = |e: &dyn std::fmt::Display| Reject::new(Reason::Damaged, e.to_string());
    let reader: Result<Box<dyn FileReader>, _> = match path {
        Some(path) => match std::fs::File::open(path) {
            Ok(file) => SerializedFileReader::new(file).map(|r| Box::new(r) as Box<dyn FileReader>),
            Err(e) => return emit.reject(0, 0, Reject::new(Reason::Unreadable, e.to_string())),
        },
        None => {
            while window.rest().len() <= held && window.more() {}
            if window.rest().len() > held {
                let what = format!(
                    "a Parquet file of more than {held} bytes that is packed, or in an archive; unpack it first"
                );
                return emit.reject(0, 0, Reject::new(Reason::TooLarge, what));
            }
            let bytes = bytes::Bytes::copy_from_slice(window.rest());
            SerializedFileReader::new(bytes).map(|r| Box::new(r) as Box<dyn FileReader>)
        }
    };
    let reader = match reader {
        Ok(reader) => reader,
        Err(e) => return emit.reject(0, 0, damaged(&e)),
    };
    let rows = match reader.get_row_iter(None) {
        Ok(rows) => rows,
        Err(e) => return emit.reject(0, 0, damaged(&e)),
    };
    for (number, row) in rows.enumerate() {
        let number = number as u64;
        let wanted = match row {
            Ok(row) => {
                let object = row.to_json_value().to_string().into_bytes();
                emit.record(number, object.len() as u64, object)
            }
            // The reader does not go on behind damage.
            Err(e) => {
                emit.reject(number, 0, damaged(&e));
                return true;
            }
        };
        if !wanted {
            return false;
        }
    }
    emit.number > 0 || emit.reject(0, 0, Reject::new(Reason::Empty, "no row in it"))
}

/// Tells that this build cannot read it.
#[cfg(not(feature = "parquet"))]
pub(super) fn cut<R: Read>(_: Option<&Path>, _: &mut Window<R>, _: usize, emit: &mut Emit) -> bool {
    use crate::error::{Reason, Reject};

    let what = "Parquet is read by a build with --features parquet only; or convert it to JSONL";
    emit.reject(0, 0, Reject::new(Reason::UnknownFormat, what))
}
