"""tamis inside Spark, and inside what speaks its protocol, such as Sail.

Nothing is installed but this package: ``clean`` hands Arrow batches to the function that notebooks use, in each executor.
Every executor works in one thread for each of its cores, so tamis makes none of its own.
"""

from __future__ import annotations

import functools

import pyarrow as pa

import tamis

__all__ = ["clean", "clean_files", "schema"]


def clean(df, column="html", *, format="auto", fields=(), keep=(), survey=None, **configuration):
    """The records of the documents in one column of a data frame: one row for each, rejects included.

    The arguments are those of :func:`tamis.clean_batch` and of :class:`tamis.Cleaner`; ``survey`` is the bytes of a file
    that ``tamis survey`` wrote, sent to each task.
    """
    fields, keep = list(dict(fields).items()), list(keep)
    cleaner = _recipe(survey=survey, **configuration)

    def work(batches):
        made = cleaner()
        for batch in batches:
            yield made.clean_batch(batch, column, format=format, fields=fields, keep=keep)

    kept = [df.schema[name] for name in keep]
    return df.mapInArrow(work, schema(kept))


def clean_files(df, *, format="auto", fields=(), survey=None, rows=256, **configuration):
    """The records of all documents in files, as ``spark.read.format("binaryFile").load(folder)`` gives them.

    A row of ``df`` is one file (WARC, JSONL, CSV, archives, packed or not) of at most 2 GB, which Spark holds in memory.
    """
    fields = list(dict(fields).items())
    cleaner = _recipe(survey=survey, **configuration)

    def work(batches):
        made = cleaner()
        for batch in batches:
            for path, content in zip(batch.column("path"), batch.column("content")):
                name = path.as_py().rsplit("/", 1)[-1]
                records = made.clean_dump(content.as_py(), format=format, name=name, fields=fields)
                yield from pa.Table.from_batches([records]).to_batches(max_chunksize=rows)

    return df.select("path", "content").mapInArrow(work, schema())


def schema(kept=()):
    """The schema of what :func:`clean` gives, in Spark's types, with fields of the input behind it."""
    from pyspark.sql.pandas.types import from_arrow_schema
    from pyspark.sql.types import StructType

    return StructType(from_arrow_schema(tamis.arrow_schema()).fields + list(kept))


def _recipe(**configuration):
    """Makes a cleaner once in each process that asks for it."""
    key = tuple(sorted((name, tuple(v) if isinstance(v, list) else v) for name, v in configuration.items()))
    return functools.partial(_made, key)


@functools.lru_cache(maxsize=4)
def _made(key):
    return tamis.Cleaner(**{name: list(v) if isinstance(v, tuple) else v for name, v in key})
