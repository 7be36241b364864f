from collections.abc import Iterable, Mapping
from os import PathLike
from typing import Any, Literal

import pyarrow

__version__: str

class Rejected(ValueError):
    reason: str
    detail: str
    stage: str
    advice: str

class Explanation(str):
    def _repr_html_(self) -> str: ...

class Cleaner:
    def __init__(
        self,
        *,
        only: list[str] | None = None,
        skip: list[str] = ...,
        disable: list[str] = ...,
        rules: str | PathLike[str] | None = None,
        audit: Literal["brief", "full", "none"] = "brief",
        survey: bytes | None = None,
    ) -> None: ...
    def clean(
        self,
        data: str | bytes,
        *,
        url: str | None = None,
        lang: str | None = None,
        date: str | None = None,
        title: str | None = None,
        id: str | None = None,
        name: str = "",
        format: str = "auto",
    ) -> dict[str, Any]: ...
    def clean_line(
        self,
        data: str | bytes,
        *,
        url: str | None = None,
        lang: str | None = None,
        date: str | None = None,
        title: str | None = None,
        id: str | None = None,
        name: str = "",
        format: str = "auto",
    ) -> str: ...
    def clean_batch(
        self,
        batch: Any,
        column: str = "html",
        *,
        format: str = "auto",
        fields: list[tuple[str, str]] = ...,
        keep: list[str] = ...,
    ) -> pyarrow.RecordBatch: ...
    def clean_dump(
        self, data: str | bytes, *, format: str = "auto", name: str = "", fields: list[tuple[str, str]] = ...
    ) -> pyarrow.RecordBatch: ...
    def explain(self, data: str | bytes, *, format: str = "auto", name: str = "") -> Explanation: ...

def clean(
    data: str | bytes,
    *,
    url: str | None = None,
    lang: str | None = None,
    date: str | None = None,
    title: str | None = None,
    id: str | None = None,
    name: str = "",
    format: str = "auto",
    only: Iterable[str] | None = None,
) -> dict[str, Any]: ...
def clean_batch(
    batch: Any,
    column: str = "html",
    *,
    format: str = "auto",
    fields: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    keep: Iterable[str] = (),
    only: Iterable[str] | None = None,
) -> pyarrow.RecordBatch: ...
def clean_dump(
    data: str | bytes,
    *,
    name: str = "",
    format: str = "auto",
    fields: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    only: Iterable[str] | None = None,
) -> pyarrow.RecordBatch: ...
def explain(data: str | bytes, *, format: str = "auto", name: str = "") -> Explanation: ...
def arrow_schema() -> pyarrow.Schema: ...
