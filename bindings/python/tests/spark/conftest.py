import json
import os
import sys

import pytest

pytest.importorskip("pyspark", reason="PySpark is not installed: make test-spark")

PAGE = (
    '<html lang="fr"><title>Le bac numéro {n} repart</title><article>'
    "<p>Le bac du lac est reparti jeudi 14 mars 2024 pour Genève avec {n} passagers.</p></article></html>"
)


@pytest.fixture(scope="session", params=["spark", "sail"])
def session(request):
    """A cluster on this machine: two executors of Spark in processes of their own, or a server of Sail."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    if request.param == "sail":
        sail = pytest.importorskip("pysail.spark", reason="Sail is not installed: make test-spark")
        from pyspark.sql import SparkSession

        server = sail.SparkConnectServer("127.0.0.1", 0)
        server.start(background=True)
        host, port = server.listening_address
        session = SparkSession.builder.remote(f"sc://{host}:{port}").getOrCreate()
        yield session
        session.stop()
        server.stop()
    else:
        session = spark()
        yield session
        session.stop()


def spark():
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    return (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.memory", "1g")
        .config("spark.executorEnv.PYTHONPATH", os.pathsep.join(sys.path))
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "64")
        .getOrCreate()
    )


@pytest.fixture(scope="session")
def rows():
    """Two hundred pages, one of them no page at all."""
    pages = [(f"d{n}", PAGE.format(n=n).encode()) for n in range(200)]
    pages[17] = ("d17", b"%PDF-1.7\x00\x00")
    return pages


def line(row) -> str:
    """A row as one line that can be compared."""
    return json.dumps(row.asDict(recursive=True), sort_keys=True, ensure_ascii=False)
