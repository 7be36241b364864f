//! A pipeline for Python: one document, a column of documents, or a whole dump in memory.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Schema};
use pyo3::create_exception;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3_arrow::PyRecordBatch;
use tamis::explain::{Explanation, html};
use tamis::read::dump::{Dump, Item};
use tamis::read::{Hints, Layout, Stated};
use tamis::write::arrow::Rows;
use tamis::{Audit, Options, Pipeline, RawRecord, Reject, Survey};

use crate::value_error;

create_exception!(
    tamis,
    Rejected,
    PyValueError,
    "A document that gives no record. `reason` is its stable name, `detail` says what was seen, `stage` where, and `advice` \
     what to do."
);

/// See `tamis.Cleaner`.
#[pyclass(frozen, subclass, module = "tamis._tamis", name = "Cleaner")]
pub struct Cleaner {
    pipeline: Pipeline,
}

#[pymethods]
impl Cleaner {
    #[new]
    #[pyo3(signature = (*, only=None, skip=vec![], disable=vec![], rules=None, audit="brief", survey=None))]
    fn new(
        only: Option<Vec<String>>,
        skip: Vec<String>,
        disable: Vec<String>,
        rules: Option<std::path::PathBuf>,
        audit: &str,
        survey: Option<&[u8]>,
    ) -> PyResult<Cleaner> {
        let audit = match audit {
            "brief" => Audit::Brief,
            "full" => Audit::Full,
            "none" => Audit::None,
            _ => return Err(value_error(format!("audit={audit:?}: expected 'brief', 'full' or 'none'"))),
        };
        let survey = match survey.map(Survey::from_bytes) {
            Some(None) => {
                return Err(value_error("survey: these bytes are not those of a file that `tamis survey` wrote"));
            }
            survey => survey.flatten().map(Arc::new),
        };
        let options = Options { only, skip, disable, rules, audit, survey, ..Options::default() };
        Ok(Cleaner { pipeline: Pipeline::new(&options).map_err(value_error)? })
    }

    /// The record of one document as a line of JSON, without its line feed.
    #[pyo3(signature = (data, *, format="auto", name="", id=None, url=None, title=None, lang=None, date=None))]
    #[allow(clippy::too_many_arguments)]
    fn clean_line(
        &self,
        py: Python<'_>,
        data: &Bound<'_, PyAny>,
        format: &str,
        name: &str,
        id: Option<String>,
        url: Option<String>,
        title: Option<String>,
        lang: Option<String>,
        date: Option<String>,
    ) -> PyResult<String> {
        let (data, layout) = (bytes(data)?, layout(format)?);
        let stated = Stated { id, url, title, language: lang, published: date };
        let result = py.detach(|| self.one(name, data, layout, stated).and_then(|raw| self.pipeline.process(&raw)));
        let line = result.map_err(|reject| rejected(py, &reject))?.to_line();
        String::from_utf8(line.trim_ascii_end().to_vec()).map_err(value_error)
    }

    /// A page that shows one document with everything that was done to it.
    #[pyo3(signature = (data, *, format="auto", name=""))]
    fn explain_page(&self, py: Python<'_>, data: &Bound<'_, PyAny>, format: &str, name: &str) -> PyResult<String> {
        let (data, layout) = (bytes(data)?, layout(format)?);
        let result = py.detach(|| {
            let raw = self.one(name, data, layout, Stated::default())?;
            Explanation::of(&self.pipeline, &raw).map(|explanation| html::page(&explanation))
        });
        result.map_err(|reject| rejected(py, &reject))
    }

    /// The records of the documents in one column, row by row.
    #[pyo3(signature = (batch, column="html", *, format="auto", fields=vec![], keep=vec![]))]
    fn clean_batch<'py>(
        &self,
        py: Python<'py>,
        batch: PyRecordBatch,
        column: &str,
        format: &str,
        fields: Vec<(String, String)>,
        keep: Vec<String>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (batch, layout) = (batch.into_inner(), layout(format)?);
        let documents = Column::of(&batch, column)?;
        let known = Known::of(&batch, column, &fields)?;
        let cleaned = py.detach(|| -> PyResult<RecordBatch> {
            let mut rows = Rows::new(batch.num_rows()).map_err(value_error)?;
            for n in 0..batch.num_rows() {
                let data = documents.bytes(n).unwrap_or_default();
                let (name, stated) = known.row(n);
                let id = stated.id.clone();
                let raw = self.one(&name, data, layout, stated);
                rows.push(id.as_deref(), raw.and_then(|raw| self.pipeline.process(&raw))).map_err(value_error)?;
            }
            with_kept(rows.finish().map_err(value_error)?, &batch, &keep)
        })?;
        PyRecordBatch::new(cleaned).into_pyarrow(py)
    }

    /// The records of all documents of a file that is in memory: WARC, JSONL, CSV, an archive, packed or not.
    #[pyo3(signature = (data, *, format="auto", name="", fields=vec![]))]
    fn clean_dump<'py>(
        &self,
        py: Python<'py>,
        data: &Bound<'_, PyAny>,
        format: &str,
        name: &str,
        fields: Vec<(String, String)>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let data = bytes(data)?;
        let fields = tamis::read::Fields::new(fields).map_err(value_error)?;
        let dump = Dump { layout: layout(format)?, fields: Arc::new(fields), ..Dump::default() };
        let cleaned = py.detach(|| -> PyResult<RecordBatch> {
            let mut found = Vec::new();
            dump.read_bytes(name, data, self.pipeline.limits(), &mut |item| {
                found.push(match item {
                    Item::Record(raw) => self.pipeline.process(&raw),
                    Item::Reject(_, reject) => Err(reject),
                });
                true
            });
            let mut rows = Rows::new(found.len()).map_err(value_error)?;
            found.into_iter().try_for_each(|result| rows.push(None, result)).map_err(value_error)?;
            rows.finish().map_err(value_error)
        })?;
        PyRecordBatch::new(cleaned).into_pyarrow(py)
    }
}

impl Cleaner {
    /// The first document in `data`, as a run would read a file with these bytes.
    fn one(&self, name: &str, data: &[u8], layout: Option<Layout>, stated: Stated) -> Result<RawRecord, Reject> {
        let dump = Dump { layout, ..Dump::default() };
        let mut first = Err(Reject::new(tamis::Reason::Empty, "no bytes"));
        dump.read_bytes(name, data, self.pipeline.limits(), &mut |item| {
            first = match item {
                Item::Record(raw) => Ok(raw),
                Item::Reject(_, reject) => Err(reject),
            };
            false
        });
        let mut raw = first?;
        if stated != Stated::default() {
            let hints = raw.hints.as_deref().cloned().unwrap_or_default();
            raw.hints = Some(Arc::new(Hints { stated, ..hints }));
        }
        Ok(raw)
    }
}

/// The batch with columns of the input behind its own.
fn with_kept(cleaned: RecordBatch, input: &RecordBatch, keep: &[String]) -> PyResult<RecordBatch> {
    if keep.is_empty() {
        return Ok(cleaned);
    }
    let mut fields = cleaned.schema().fields().to_vec();
    let mut arrays = cleaned.columns().to_vec();
    for name in keep {
        let (n, field) = input.schema_ref().fields().find(name).ok_or_else(|| missing(input, name))?;
        fields.push(field.clone());
        arrays.push(input.column(n).clone());
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(value_error)
}

/// Columns that tell something of the documents, by our names.
struct Known<'a> {
    columns: Vec<(&'a str, Column<'a>)>,
}

/// Names of columns that are heard when they are there.
const KNOWN: [&str; 6] = ["name", "id", "url", "title", "lang", "date"];

impl<'a> Known<'a> {
    /// `fields` are pairs of our name and that of the column, where they differ.
    fn of(batch: &'a RecordBatch, documents: &str, fields: &'a [(String, String)]) -> PyResult<Known<'a>> {
        if let Some((ours, _)) = fields.iter().find(|(ours, _)| !KNOWN.contains(&ours.as_str())) {
            return Err(value_error(format!("fields: there is no {ours:?}; the fields are {}", KNOWN.join(", "))));
        }
        let mut columns = Vec::new();
        for ours in KNOWN {
            let renamed = fields.iter().find(|(name, _)| name == ours).map(|(_, theirs)| theirs.as_str());
            let there = ours != documents && batch.schema_ref().column_with_name(ours).is_some();
            if let Some(name) = renamed.or(there.then_some(ours)) {
                columns.push((ours, Column::of(batch, name)?));
            }
        }
        Ok(Known { columns })
    }

    /// What row `n` says: the name of its document, and what is stated of it.
    fn row(&self, n: usize) -> (String, Stated) {
        let get = |ours: &str| {
            let column = &self.columns.iter().find(|(name, _)| *name == ours)?.1;
            Some(String::from_utf8_lossy(column.bytes(n)?).into_owned())
        };
        let [name, id, url, title, language, published] = KNOWN.map(get);
        (name.unwrap_or_default(), Stated { id, url, title, language, published })
    }
}

/// A column of text or bytes.
enum Column<'a> {
    Utf8(&'a arrow_array::StringArray),
    LargeUtf8(&'a arrow_array::LargeStringArray),
    Utf8View(&'a arrow_array::StringViewArray),
    Binary(&'a arrow_array::BinaryArray),
    LargeBinary(&'a arrow_array::LargeBinaryArray),
    BinaryView(&'a arrow_array::BinaryViewArray),
    Nothing,
}

impl<'a> Column<'a> {
    fn of(batch: &'a RecordBatch, name: &str) -> PyResult<Column<'a>> {
        let array: &ArrayRef = batch.column_by_name(name).ok_or_else(|| missing(batch, name))?;
        Ok(match array.data_type() {
            DataType::Utf8 => Column::Utf8(array.as_string()),
            DataType::LargeUtf8 => Column::LargeUtf8(array.as_string()),
            DataType::Utf8View => Column::Utf8View(array.as_string_view()),
            DataType::Binary => Column::Binary(array.as_binary()),
            DataType::LargeBinary => Column::LargeBinary(array.as_binary()),
            DataType::BinaryView => Column::BinaryView(array.as_binary_view()),
            DataType::Null => Column::Nothing,
            other => {
                let what = format!("column {name:?} holds {other}; expected text or bytes: cast it first");
                return Err(PyTypeError::new_err(what));
            }
        })
    }

    /// The bytes of row `n`; `None` where it is null.
    fn bytes(&self, n: usize) -> Option<&'a [u8]> {
        match self {
            Column::Utf8(a) => a.is_valid(n).then(|| a.value(n).as_bytes()),
            Column::LargeUtf8(a) => a.is_valid(n).then(|| a.value(n).as_bytes()),
            Column::Utf8View(a) => a.is_valid(n).then(|| a.value(n).as_bytes()),
            Column::Binary(a) => a.is_valid(n).then(|| a.value(n)),
            Column::LargeBinary(a) => a.is_valid(n).then(|| a.value(n)),
            Column::BinaryView(a) => a.is_valid(n).then(|| a.value(n)),
            Column::Nothing => None,
        }
    }
}

fn missing(batch: &RecordBatch, name: &str) -> PyErr {
    let schema = batch.schema_ref();
    let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
    PyTypeError::new_err(format!("the batch has no column {name:?}; its columns are {}", names.join(", ")))
}

/// The bytes of `str` or `bytes`.
fn bytes<'a>(data: &'a Bound<'_, PyAny>) -> PyResult<&'a [u8]> {
    if let Ok(text) = data.extract::<&str>() {
        return Ok(text.as_bytes());
    }
    data.extract::<&[u8]>().map_err(|_| {
        let name = data.get_type().name().map(|n| n.to_string()).unwrap_or_default();
        PyTypeError::new_err(format!("data is {name}; expected str or bytes"))
    })
}

fn layout(format: &str) -> PyResult<Option<Layout>> {
    match Layout::from_name(format) {
        None if format != "auto" => {
            Err(value_error(format!("format={format:?} is not read; `tamis formats` lists what is")))
        }
        layout => Ok(layout),
    }
}

fn rejected(py: Python<'_>, reject: &Reject) -> PyErr {
    let error = Rejected::new_err(reject.to_string());
    let value = error.value(py);
    let told = [
        ("reason", reject.reason.name()),
        ("detail", &reject.detail),
        ("stage", reject.stage),
        ("advice", reject.reason.advice()),
    ];
    for (name, what) in told {
        if let Err(fault) = value.setattr(name, what) {
            return fault;
        }
    }
    error
}
