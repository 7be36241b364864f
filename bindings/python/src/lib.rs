//! The module `tamis._tamis`: what Python cannot do itself. Its face is `python/tamis/__init__.py`.
//!
//! Nothing here holds Python's lock while it works, and nothing makes threads: the caller says how many it wants.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3_arrow::PySchema;

mod cleaner;

/// Makes the module.
#[pymodule]
fn _tamis(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("Rejected", module.py().get_type::<cleaner::Rejected>())?;
    module.add_class::<cleaner::Cleaner>()?;
    module.add_function(wrap_pyfunction!(schema, module)?)?;
    Ok(())
}

/// The columns of every batch that `Cleaner` makes.
#[pyfunction]
#[pyo3(name = "arrow_schema")]
fn schema(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    PySchema::new(tamis::write::arrow::schema()).into_pyarrow(py)
}

/// What went wrong, for Python.
fn value_error(error: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}
