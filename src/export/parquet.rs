//! One Parquet file with every record: a row for each, in the columns of [`crate::write::arrow::schema`].

use std::fs::File;
use std::path::{Path, PathBuf};

use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::{each_batch, record_files};
use crate::error::Error;
use crate::write::arrow::{Rows, schema};
use crate::write::record::Record;

/// Name of the file in a folder of output.
pub const FILE: &str = "articles.parquet";

/// Writes the records of `inputs` to the file `path`; says how many there are.
///
/// # Errors
/// [`Error::Io`], and [`Error::Usage`] for a line that is no record.
pub fn export(inputs: &[PathBuf], path: &Path) -> Result<u64, Error> {
    let files = record_files(inputs)?;
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, "write to", e))?;
    }
    let temporary = path.with_extension("parquet.tmp");
    let failed = |e: &dyn std::fmt::Display| Error::io(&temporary, "write to", std::io::Error::other(e.to_string()));
    let file = File::create(&temporary).map_err(|e| Error::io(&temporary, "write to", e))?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = ArrowWriter::try_new(file, schema(), Some(properties)).map_err(|e| failed(&e))?;
    let mut articles = 0;
    each_batch(&files, &mut |batch| {
        let lines = batch.lines();
        let mut rows = Rows::new(lines.len()).map_err(|e| failed(&e))?;
        for (number, line) in lines {
            let record: Record = serde_json::from_slice(line).map_err(|e| batch.no_record(number, &e))?;
            rows.push(None, Ok(record)).map_err(|e| failed(&e))?;
            articles += 1;
        }
        writer.write(&rows.finish().map_err(|e| failed(&e))?).map_err(|e| failed(&e))
    })?;
    let file = writer.into_inner().map_err(|e| failed(&e))?;
    file.sync_all().and_then(|()| std::fs::rename(&temporary, path)).map_err(|e| Error::io(path, "write to", e))?;
    Ok(articles)
}
