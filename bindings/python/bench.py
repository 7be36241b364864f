"""Measures what Python and Spark cost beside the command line; prints a table in Markdown.

    python bench.py dump.jsonl target/release/tamis [--spark]

`dump.jsonl` has an `id`, a `text` and a `date` in each line.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

import pyarrow as pa
import pyarrow.parquet as pq

BATCHES = (16, 128, 1024)


def timed(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dump")
    parser.add_argument("program")
    parser.add_argument("--spark", action="store_true", help="measure Spark with one and with two executors too")
    arguments = parser.parse_args()
    with open(arguments.dump, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    table = pa.Table.from_pylist([{k: r.get(k) for k in ("id", "text", "date")} for r in rows])
    megabytes = os.path.getsize(arguments.dump) / 1e6
    lines = []

    def tell(what: str, seconds: float, unit: str = "MB/s") -> None:
        lines.append(f"| {what} | {megabytes / seconds:.2f} {unit} |" if unit == "MB/s" else f"| {what} | {seconds:.2f} s |")

    # The survey is left out everywhere: a function of one document has none.
    command = [arguments.program, "run", arguments.dump, "--from", "jsonl", "--no-survey", "--jobs", "1", "--quiet", "-o", "-"]
    tell("command line, one worker", timed(lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=True)))
    start = time.perf_counter()
    import tamis

    cleaner = tamis.Cleaner()
    tell("import and first `Cleaner`", time.perf_counter() - start, "s")
    tell("first document", timed(lambda: cleaner.clean("Le bac du lac est reparti jeudi.")), "s")
    for rows_of_batch in BATCHES:
        batches = table.to_batches(max_chunksize=rows_of_batch)
        tell(f"`clean_batch`, {rows_of_batch} rows", timed(lambda b=batches: [cleaner.clean_batch(x, "text") for x in b]))
    tell("`clean`, dict by dict", timed(lambda: [cleaner.clean(r["text"], id=r["id"], date=r["date"]) for r in rows]))
    if arguments.spark:
        for executors in (1, 2):
            for what, seconds in spark(table, executors).items():
                tell(f"Spark, {executors} executor{'s' * (executors - 1)}: {what}", seconds, "s" if "start" in what else "MB/s")
    print("| what | measured |\n|---|---|")
    print("\n".join(lines))


def spark(table: pa.Table, executors: int) -> dict[str, float]:
    """Seconds that a session takes to start, to pass rows through Python unchanged, and to clean them."""
    with tempfile.TemporaryDirectory() as folder:
        for n in range(8):
            part = table.slice(n * table.num_rows // 8, (n + 1) * table.num_rows // 8 - n * table.num_rows // 8)
            pq.write_table(part, f"{folder}/{n}.parquet")
        # A process of its own: a session cannot be started twice with other executors.
        script = SPARK.format(folder=folder, executors=executors)
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        return json.loads(done.stdout.splitlines()[-1])


SPARK = """
import json, os, sys, time
os.environ.update(PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")
from pyspark.sql import SparkSession
import tamis.spark
def timed(work):
    start = time.perf_counter(); work(); return time.perf_counter() - start
def session():
    global s
    s = (SparkSession.builder.master("local-cluster[{executors},1,1024]").config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.executorEnv.PYTHONPATH", os.pathsep.join(sys.path)).getOrCreate())
took = {{"start of a session": timed(session)}}
pages = s.read.parquet("{folder}")
def write(frame):
    frame.write.mode("overwrite").format("noop").save()
def unchanged(batches):
    yield from batches
write(tamis.spark.clean(pages.limit(8), "text"))
took["rows passed through Python"] = timed(lambda: write(pages.mapInArrow(unchanged, pages.schema)))
took["`tamis.spark.clean`"] = timed(lambda: write(tamis.spark.clean(pages, "text")))
s.stop()
print(json.dumps(took))
"""

if __name__ == "__main__":
    main()
