"""tamis for Python: news articles in, clean records out.

>>> import tamis
>>> record = tamis.clean("Le bac du lac est reparti jeudi.", date="2024-03-12")
>>> record["dates"][0]["value"]
'2024-03-07'

A record is what ``tamis run`` writes, as a dict; all offsets count code points, so ``text[start:end]`` is the span.
"""

from __future__ import annotations

import functools
import json

from tamis import _tamis
from tamis._tamis import Rejected, __version__, arrow_schema

__all__ = ["Cleaner", "Explanation", "Rejected", "__version__", "arrow_schema", "clean", "clean_batch", "clean_dump", "explain"]


class Explanation(str):
    """A page that shows what was done to a document; a notebook shows it as such."""

    def _repr_html_(self) -> str:
        quoted = self.replace("&", "&amp;").replace('"', "&quot;")
        return f'<iframe srcdoc="{quoted}" sandbox style="width:100%;height:40em;border:0" title="tamis explain"></iframe>'


class Cleaner(_tamis.Cleaner):
    """One configuration for many documents. It can be shared by threads, and pickled.

    ``only`` and ``skip`` name stages (encoding, language, boilerplate, typos, dates, entities), ``disable`` names rules,
    ``rules`` is a folder of rule files laid over the built-in ones, ``audit`` is ``brief``, ``full`` or ``none``, and
    ``survey`` holds the bytes of a file that ``tamis survey`` wrote. Without a survey each record depends on its own
    document alone.
    """

    def __new__(cls, **configuration):
        cleaner = super().__new__(cls, **configuration)
        cleaner._configuration = configuration
        return cleaner

    def __reduce__(self):
        return _restored, (self._configuration,)

    def clean(self, data, **known) -> dict:
        """The record of one document, which is ``str`` or ``bytes``. See :func:`tamis.clean`."""
        return json.loads(self.clean_line(data, **known))

    def explain(self, data, *, format="auto", name="") -> Explanation:
        """What was done to one document, as a page. See :func:`tamis.explain`."""
        return Explanation(self.explain_page(data, format=format, name=name))


def _restored(configuration: dict) -> Cleaner:
    return Cleaner(**configuration)


@functools.lru_cache(maxsize=8)
def _cleaner(only: tuple[str, ...] | None = None) -> Cleaner:
    return Cleaner(only=None if only is None else list(only))


def _of(only) -> Cleaner:
    return _cleaner(None if only is None else tuple(only))


def clean(data, *, url=None, lang=None, date=None, title=None, id=None, name="", format="auto", only=None) -> dict:
    """The record of one document.

    ``data`` is ``str`` or ``bytes`` in any charset. ``url``, ``lang``, ``date``, ``title`` and ``id`` say what is known of
    it; ``date`` is when it was published. ``name`` is written to the record as the path of its source. ``format`` is one
    that ``tamis formats`` lists, ``only`` a list of the stages to run.

    Raises :class:`Rejected` where there is no article in it.
    """
    return _of(only).clean(data, url=url, lang=lang, date=date, title=title, id=id, name=name, format=format)


def clean_batch(batch, column="html", *, format="auto", fields=(), keep=(), only=None):
    """The records of the documents in one column of an Arrow batch, as a batch with the schema :func:`arrow_schema`.

    ``batch`` comes from any library that speaks Arrow. The column holds text or bytes. Columns called ``id``, ``url``,
    ``title``, ``lang``, ``date`` and ``name`` are heard as in :func:`clean`; where yours are called otherwise, say so in
    ``fields``: ``{"url": "link"}``. ``keep`` names columns that are passed on behind those of the record. There is one row
    for each of the input; a document without a record has its reason in the column ``reject``.
    """
    return _of(only).clean_batch(batch, column, format=format, fields=list(dict(fields).items()), keep=list(keep))


def clean_dump(data, *, name="", format="auto", fields=(), only=None):
    """The records of all documents in the bytes of one file, as an Arrow batch: WARC, JSONL, CSV, archives, packed or not.

    ``fields`` names fields of JSONL and CSV that are called otherwise: ``{"text": "body"}``.
    """
    return _of(only).clean_dump(data, name=name, format=format, fields=list(dict(fields).items()))


def explain(data, *, format="auto", name="") -> Explanation:
    """What was removed from a document, changed and found in it, and by which rule: a page that a notebook shows."""
    return _of(None).explain(data, format=format, name=name)
