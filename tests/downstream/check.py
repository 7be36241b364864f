"""Loads what tamis exported into one tool and asks it questions.

    check.py TOOL RECORDS EXPORTED

TOOL is the name of a function below without `check_`; RECORDS are the JSONL files that were exported, EXPORTED is the
folder of the export. The answers that a tool gives must be those that the records themselves give.
"""

import collections
import csv
import json
import pathlib
import sqlite3
import sys
import tempfile
import unicodedata

RECORDS, EXPORTED = [], pathlib.Path()
GENEVA = "Q71"


def articles_naming(entity):
    return {r["id"] for r in RECORDS if any(e["id"] == entity for e in r.get("entities", []))}


def same(got, want, what):
    assert got == want, f"{what}: got {got!r}, want {want!r}"


def folded(text):
    plain = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in plain if not unicodedata.combining(c))


def holding(word):
    """Articles whose title or text has `word` as a word, accents apart."""
    found = set()
    for r in RECORDS:
        text = folded(r.get("title", "") + " " + r["text"])
        words = "".join(c if c.isalnum() else " " for c in text).split()
        if folded(word) in words:
            found.add(r["id"])
    return found


def lines(name):
    return [json.loads(line) for line in (EXPORTED / name).read_text("utf-8").splitlines()]


def check_records():
    """duckdb reads the records as they are."""
    import duckdb

    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(json.dumps(r) + "\n" for r in RECORDS)
        file.flush()
        sql = (
            "SELECT DISTINCT id FROM (SELECT id, unnest(entities) AS e FROM read_json_auto(?, format = 'newline_delimited'))"
            " WHERE e.id = ?"
        )
        rows = duckdb.execute(sql, [file.name, GENEVA]).fetchall()
    same({row[0] for row in rows}, articles_naming(GENEVA), "articles that name Geneva")


def check_csv():
    import duckdb

    articles, mentions = str(EXPORTED / "articles.csv"), str(EXPORTED / "mentions.csv")
    rows = duckdb.execute("SELECT id, title, text FROM read_csv(?, header = true, all_varchar = true)", [articles]).fetchall()
    same(sorted(row[0] for row in rows), sorted(r["id"] for r in RECORDS), "ids")
    texts = {r["id"]: r["text"] for r in RECORDS}
    for identifier, _, text in rows:
        same(text.removeprefix("'"), texts[identifier].removeprefix("'"), f"text of {identifier}")
    sql = "SELECT DISTINCT article FROM read_csv(?, header = true, all_varchar = true) WHERE entity = ?"
    same({r[0] for r in duckdb.execute(sql, [mentions, GENEVA]).fetchall()}, articles_naming(GENEVA), "articles")
    package = json.loads((EXPORTED / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        with open(EXPORTED / resource["path"], encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        same(header, [f["name"] for f in resource["schema"]["fields"]], f"columns of {resource['path']}")


def check_parquet():
    import duckdb

    table = f"'{EXPORTED / 'articles.parquet'}'"
    rows = duckdb.sql(f"select id, title, text, published.value, source.path from {table} where reject is null").fetchall()
    want = [(r["id"], r.get("title"), r["text"], r.get("published", {}).get("value"), r["source"]["path"]) for r in RECORDS]
    same(rows, want, "rows")
    naming = f"select distinct id from (select id, unnest(entities) as e from {table}) where e.id = '{GENEVA}'"
    same({row[0] for row in duckdb.sql(naming).fetchall()}, articles_naming(GENEVA), "articles that name Geneva")
    edits = f"select sum(list_sum(map_values(quality.edits))) from {table}"
    want = sum(n for r in RECORDS for n in r["quality"].get("edits", {}).values())
    same(int(duckdb.sql(edits).fetchall()[0][0]), want, "edits")


def check_sqlite():
    database = sqlite3.connect(EXPORTED / "tamis.sqlite")
    for word in ["électrique", "electrique", "ELECTRIQUE"]:
        sql = "SELECT a.id FROM search JOIN articles a ON a.number = search.rowid WHERE search MATCH ?"
        same({row[0] for row in database.execute(sql, [word])}, holding(word), f"articles that hold {word}")
    sql = "SELECT a.id FROM mentions m JOIN articles a ON a.number = m.article WHERE m.entity = ?"
    same({row[0] for row in database.execute(sql, [GENEVA])}, articles_naming(GENEVA), "articles that name Geneva")


def check_passages():
    """tantivy indexes the passages; every passage is what its offsets say."""
    import tantivy

    texts = {r["id"]: r["text"] for r in RECORDS}
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("article", stored=True, tokenizer_name="raw")
    builder.add_text_field("text", stored=True)
    index = tantivy.Index(builder.build())
    writer = index.writer()
    seen = collections.Counter()
    for passage in lines("passages.jsonl"):
        same(passage["text"], texts[passage["article"]][passage["start"] : passage["end"]], passage["id"])
        seen[passage["article"]] += len("".join(passage["text"].split()))
        writer.add_document(tantivy.Document(article=passage["article"], text=passage["text"]))
    for identifier, text in texts.items():
        same(seen[identifier], len("".join(text.split())), f"characters of the passages of {identifier}")
    writer.commit()
    index.reload()
    searcher = index.searcher()
    hits = searcher.search(index.parse_query("électrique", ["text"]), 50).hits
    found = {searcher.doc(address)["article"][0] for _, address in hits}
    assert found and found <= holding("électrique"), found


def check_networkx():
    import networkx

    graph = networkx.node_link_graph(json.loads((EXPORTED / "graph.json").read_text("utf-8")), edges="links")
    naming = {f"article:{i}" for i in articles_naming(GENEVA)}
    found = {a for a, _, edge in graph.in_edges(GENEVA, data=True) if edge["kind"] == "mentions"}
    same(found, naming, "articles that name Geneva")


def check_graphml():
    import networkx

    graph = networkx.read_graphml(EXPORTED / "graph.graphml")
    kinds = collections.Counter(kind for _, kind in graph.nodes(data="kind"))
    same(kinds["article"], len({r["id"] for r in RECORDS}), "article nodes")
    same(kinds["entity"], len({e["id"] for r in RECORDS for e in r.get("entities", [])}), "entity nodes")


def check_gexf():
    import networkx

    graph = networkx.read_gexf(EXPORTED / "graph.gexf")
    together = set()
    for r in RECORDS:
        ids = {e["id"] for e in r.get("entities", [])}
        if GENEVA in ids and len(r["entities"]) <= 60:
            together |= ids - {GENEVA}
    assert together and together <= set(graph.neighbors(GENEVA)), together - set(graph.neighbors(GENEVA))


def check_kuzu():
    import os

    import kuzu

    with tempfile.TemporaryDirectory() as folder:
        connection = kuzu.Connection(kuzu.Database(f"{folder}/graph.db"))
        here = pathlib.Path.cwd()
        os.chdir(EXPORTED)
        try:
            for script in ["schema.cypher", "load.cypher"]:
                for statement in (EXPORTED / script).read_text("utf-8").split(";\n"):
                    if statement.strip():
                        connection.execute(statement)
        finally:
            os.chdir(here)

        def ask(query):
            answer, rows = connection.execute(query), set()
            while answer.has_next():
                rows.add(answer.get_next()[0])
            return rows

        query = f"MATCH (a:Article)-[:Mentions]->(e:Entity) WHERE e.id = '{GENEVA}' RETURN a.id"
        same(ask(query), articles_naming(GENEVA), "articles that name Geneva")
        query = f"MATCH (e:Entity)-[c:CoOccurs]-(o:Entity) WHERE e.id = '{GENEVA}' AND c.articles >= 1 RETURN o.id"
        assert ask(query) <= {e["id"] for r in RECORDS for e in r.get("entities", [])}
        assert ask(query), "nobody is named with Geneva"


def check_rdf():
    import pyoxigraph

    store = pyoxigraph.Store()
    store.load(path=str(EXPORTED / "articles.nt"), format=pyoxigraph.RdfFormat.N_TRIPLES)
    query = """
        PREFIX schema: <https://schema.org/>
        SELECT DISTINCT ?id WHERE { ?a schema:mentions <http://www.wikidata.org/entity/%s> ; schema:identifier ?id }
    """
    same({row["id"].value for row in store.query(query % GENEVA)}, articles_naming(GENEVA), "articles that name Geneva")
    query = """
        PREFIX nif: <http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#>
        SELECT ?anchor ?start ?end ?text WHERE {
            ?m nif:anchorOf ?anchor ; nif:beginIndex ?start ; nif:endIndex ?end ; nif:referenceContext ?c . ?c nif:isString ?text }
    """
    count = 0
    for row in store.query(query):
        start, end = int(row["start"].value), int(row["end"].value)
        same(row["text"].value[start:end], row["anchor"].value, "words at their offsets")
        count += 1
    assert count > 100, count


def check_jsonld():
    import pyoxigraph

    store = pyoxigraph.Store()
    for line in (EXPORTED / "articles.jsonld.jsonl").read_text("utf-8").splitlines():
        store.load(line.encode(), format=pyoxigraph.RdfFormat.JSON_LD)
    query = """
        PREFIX schema: <https://schema.org/>
        SELECT DISTINCT ?id WHERE { ?a schema:mentions <http://www.wikidata.org/entity/%s> ; schema:identifier ?id }
    """
    same({row["id"].value for row in store.query(query % GENEVA)}, articles_naming(GENEVA), "articles that name Geneva")


def check_tei():
    from lxml import etree

    names = {"t": "http://www.tei-c.org/ns/1.0"}
    corpus = etree.parse(str(EXPORTED / "corpus.xml"))
    texts = corpus.xpath("/t:teiCorpus/t:TEI", namespaces=names)
    same(len(texts), len(RECORDS), "texts")
    for element, record in zip(texts, RECORDS):
        paragraphs = element.xpath(".//t:body/t:p", namespaces=names)
        got = "\n\n".join("".join(p.itertext()) for p in paragraphs)
        want = "\n\n".join(record["text"][b["start"] : b["end"]] for b in record["blocks"])
        same(got, want, f"text of {record['id']}")
    found = corpus.xpath(f"//t:TEI[.//t:placeName[@key='{GENEVA}']]//t:idno[@type='tamis']/text()", namespaces=names)
    assert set(found) and set(found) <= articles_naming(GENEVA), found


if __name__ == "__main__":
    tool, records, exported = sys.argv[1:4]
    EXPORTED = pathlib.Path(exported)
    for path in sorted(pathlib.Path(records).glob("*.jsonl")):
        RECORDS += [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    globals()[f"check_{tool}"]()
