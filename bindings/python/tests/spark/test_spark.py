import pathlib
import signal
import subprocess
import threading
import time

import pyarrow as pa
import pytest
import tamis
import tamis.spark

from conftest import line


def by_hand(rows) -> dict:
    batch = pa.record_batch({"id": [r[0] for r in rows], "html": [r[1] for r in rows]})
    return {r["id"]: r for r in tamis.clean_batch(batch).to_pylist()}


def test_a_data_frame_gives_the_same_records(session, rows):
    cleaned = tamis.spark.clean(session.createDataFrame(rows, "id string, html binary").repartition(4)).collect()
    expected = by_hand(rows)
    assert len(cleaned) == len(rows)
    for row in cleaned:
        told = row.asDict(recursive=True)
        assert {k: v or None for k, v in told.items()} == {k: plain(v) or None for k, v in expected[told["id"]].items()}
    assert [r["id"] for r in cleaned if r["reject"]] == ["d17"]


def plain(value):
    """Maps as dicts."""
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        return dict(value)
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return [plain(v) for v in value] if isinstance(value, list) else value


def test_columns_are_kept_and_parquet_is_written(session, rows, tmp_path):
    pages = session.createDataFrame([(i, html, float(n)) for n, (i, html) in enumerate(rows)], "id string, page binary, score double")
    cleaned = tamis.spark.clean(pages, "page", keep=["score"], audit="none")
    folder = str(tmp_path / "records")
    cleaned.write.parquet(folder)
    read = session.read.parquet(folder)
    assert read.count() == len(rows)
    assert read.where("reject is null").where("score = 3").select("title").collect()[0][0] == "Le bac numéro 3 repart"


def test_files_are_read_as_the_command_line_reads_them(session, tmp_path):
    if "sail" in type(session).__module__ or not hasattr(session, "sparkContext"):
        pytest.skip("Sail does not read binaryFile")
    for n in range(3):
        lines = "".join(f'{{"id": "f{n}-{k}", "text": "Le bac numéro {k} repart jeudi."}}\n' for k in range(10))
        (tmp_path / f"f{n}.jsonl").write_text(lines)
    files = session.read.format("binaryFile").load(str(tmp_path))
    assert sorted(r["id"] for r in tamis.spark.clean_files(files).collect()) == sorted(f"f{n}-{k}" for n in range(3) for k in range(10))


def test_a_killed_executor_loses_nothing(session, rows):
    if not hasattr(session, "sparkContext"):
        pytest.skip("Sail runs in this process")
    many = [(f"{n}-{i}", html) for n in range(40) for i, html in rows]
    killed = threading.Event()

    def kill():
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not killed.is_set():
            found = subprocess.run(["pgrep", "-f", "CoarseGrainedExecutorBackend"], capture_output=True, text=True).stdout.split()
            if len(found) >= 2:
                time.sleep(1.0)
                subprocess.run(["kill", f"-{signal.SIGKILL.value}", found[-1]], check=True)
                killed.set()
                return
            time.sleep(0.05)

    killer = threading.Thread(target=kill)
    killer.start()
    frame = session.createDataFrame(many, "id string, html binary").repartition(16)
    ids = [r["id"] for r in tamis.spark.clean(frame, audit="none").select("id").collect()]
    killer.join()
    assert killed.is_set()
    assert sorted(ids) == sorted(i for i, _ in many)


def test_the_example_runs(session, tmp_path, rows):
    if not hasattr(session, "sparkContext"):
        pytest.skip("the example is run once, in Spark")
    import sys

    example = pathlib.Path(__file__).resolve().parents[2] / "examples" / "spark_job.py"
    source, target = tmp_path / "pages", tmp_path / "records"
    session.createDataFrame(rows, "id string, html binary").write.parquet(str(source))
    done = subprocess.run([sys.executable, example, source, target, "--master", "local[1]"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "199 records, 1 reject" in done.stdout
    assert session.read.parquet(str(target)).count() == len(rows)
    assert line(session.read.parquet(str(target)).where("id = 'd3'").collect()[0])
