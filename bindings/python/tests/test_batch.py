import json

import pyarrow as pa
import pytest
import tamis

PAGE = '<html lang="fr"><title>Le bac repart</title><article><p>Le bac du lac est reparti jeudi 14 mars 2024 pour Genève.</p></article></html>'


def fields_of(value):
    """What a row says, without what is empty, and with maps as dicts."""
    if isinstance(value, dict):
        return {k: fields_of(v) for k, v in value.items() if v not in (None, [])}
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        return dict(value)
    return [fields_of(v) for v in value] if isinstance(value, list) else value


def test_rows_say_what_records_say(samples):
    cleaner = tamis.Cleaner(audit="full")
    batch = pa.record_batch({"html": [p.read_bytes() for p in samples], "name": [p.name for p in samples]})
    rows = cleaner.clean_batch(batch, "html")
    assert rows.schema == tamis.arrow_schema()
    assert rows.num_rows == len(samples)
    compared = 0
    for path, row in zip(samples, rows.to_pylist()):
        if row["reject"]:
            continue
        record = cleaner.clean(path.read_bytes(), name=path.name)
        for name in ("track", "extra"):
            if name in record:
                assert json.loads(row.pop(name)) == record.pop(name)
        assert fields_of(row) == fields_of(record)
        compared += 1
    assert compared > 20


def test_rejects_are_rows():
    batch = pa.record_batch({"html": [PAGE.encode(), b"%PDF-1.7\x00", None, b""], "id": ["a", "b", "c", "d"]})
    rows = tamis.clean_batch(batch).to_pylist()
    assert [r["id"] for r in rows] == ["a", "b", "c", "d"]
    assert [r["reject"] and r["reject"]["reason"] for r in rows] == [None, "binary", "empty", "empty"]
    assert rows[0]["title"] == "Le bac repart" and rows[1]["text"] is None


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(), pa.binary_view()]
)
def test_every_kind_of_text_column_is_read(kind):
    data = PAGE.encode() if "binary" in str(kind) else PAGE
    batch = pa.record_batch([pa.array([data, None], kind)], ["page"])
    rows = tamis.clean_batch(batch, "page").to_pylist()
    assert rows[0]["text"].startswith("Le bac du lac") and rows[1]["reject"]["reason"] == "empty"


def test_columns_can_be_named_and_kept():
    batch = pa.record_batch({"page": [PAGE], "link": ["https://lac.example/bac"], "score": [0.5]})
    rows = tamis.clean_batch(batch, "page", fields={"url": "link"}, keep=["score"])
    assert rows.schema.names == [*tamis.arrow_schema().names, "score"]
    assert rows.to_pylist()[0]["url"] == "https://lac.example/bac" and rows.to_pylist()[0]["score"] == 0.5


def test_wrong_columns_are_type_errors_that_name_them():
    batch = pa.record_batch({"n": [1], "page": [PAGE]})
    with pytest.raises(TypeError, match='column "n" holds Int64'):
        tamis.clean_batch(batch, "n")
    with pytest.raises(TypeError, match='no column "html".*n, page'):
        tamis.clean_batch(batch)
    with pytest.raises(ValueError, match='no "link"'):
        tamis.clean_batch(batch, "page", fields={"link": "url"})


def test_no_rows_give_no_rows():
    rows = tamis.clean_batch(pa.record_batch({"html": pa.array([], pa.string())}))
    assert rows.num_rows == 0 and rows.schema == tamis.arrow_schema()


def test_a_dump_in_memory_is_read_like_a_file(tamis_run, tmp_path):
    lines = [json.dumps({"id": f"d{n}", "body": f"Le bac numéro {n} repart jeudi 14 mars 2024."}) for n in range(5)]
    dump = ("\n".join(lines[:3] + ["{broken"] + lines[3:]) + "\n").encode()
    path = tmp_path / "dump.jsonl"
    path.write_bytes(dump)
    rows = tamis.clean_dump(dump, name="dump.jsonl").to_pylist()
    texts = [json.loads(line)["text"] for line in tamis_run("--no-survey", path)]
    assert [r["text"] for r in rows if not r["reject"]] == texts
    assert [r["reject"]["reason"] for r in rows if r["reject"]] == ["bad-json"]
