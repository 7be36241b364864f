#!/usr/bin/env python3
"""Checks that rules/common/*.tsv are in canonical form; says every fault and exits 1 if there is one.

    python3 xtask/gazetteer/check.py [FOLDER]
"""

import hashlib
import re
import sys
import unicodedata
from pathlib import Path

sys.dont_write_bytecode = True
import table

ENTITY_TABLES = {"countries": {"LOC"}, "cities": {"LOC"}, "organisations": {"ORG"}, "people": {"PER"}, "events": {"EVENT"}}
ID = re.compile(r"Q[1-9]\d*(=geonames:[1-9]\d*)?$|geonames:[1-9]\d*$|-$")
MAX_BYTES = {"cities": 4_000_000, "given_names": 250_000}


def faults(path):
    text = path.read_bytes().decode("utf-8")
    if text != unicodedata.normalize("NFC", text):
        yield 0, "not NFC"
    if "\r" in text or not text.endswith("\n"):
        yield 0, "lines must end with one line feed"
    if len(text.encode()) > MAX_BYTES.get(path.stem, 1 << 30):
        yield 0, f"larger than {MAX_BYTES[path.stem]} bytes"
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#"):
            if rows:
                yield number, "comment after the first row"
            continue
        if line != line.strip() or re.search(r" {2}|[\u00a0\u2019\u2011\u200b-\u200f\ufeff]", line):
            yield number, "stray space, curly apostrophe or invisible character"
        cells = line.split("\t")
        rows.append((number, cells))
    yield from (entity_faults if path.stem in ENTITY_TABLES else name_faults)(path.stem, rows)


def entity_faults(stem, rows):
    keys, ids = [], {}
    for number, cells in rows:
        if len(cells) != len(table.COLUMNS):
            yield number, f"{len(cells)} columns, not {len(table.COLUMNS)}"
            continue
        r = dict(zip(table.COLUMNS, cells))
        keys.append((table.id_key(r), number))
        if not ID.match(r["id"]):
            yield number, f"id {r['id']!r}"
        if r["id"] != "-" and r["id"] in ids:
            yield number, f"id {r['id']} again, first in line {ids[r['id']]}"
        ids.setdefault(r["id"], number)
        if not re.match(r"(geonames|country-coder|nsi|hand)(\+(nsi|hand))?$", r["source"]):
            yield number, f"source {r['source']!r}"
        if r["type"] not in ENTITY_TABLES[stem]:
            yield number, f"type {r['type']!r}"
        if not re.match(r"([A-Z]{2}|-)$", r["country"]):
            yield number, f"country {r['country']!r}"
        if not re.match(r"([1-9]\d*|-)$", r["population"]):
            yield number, f"population {r['population']!r}"
        if str(table.Aliases().parse(r["aliases"])) != r["aliases"]:
            yield number, "aliases not in canonical form (order, doubles, a separator, shorter than 2)"
        surfaces = [a.lstrip("?") for part in r["aliases"].split(";") for a in part.partition(":")[2].split("|")]
        groups = [part.partition(":")[2].split("|") for part in r["aliases"].split(";")]
        rest = [a.lstrip("?") for group in groups for a in group[1:]]
        if len(rest) != len(set(rest)):
            yield number, "an alias twice"
        for key in ("name", "en"):
            if r[key] not in surfaces:
                yield number, f"{key} {r[key]!r} is not among the aliases"
        if stem == "people" and any(" " not in s and "-" not in s and s.isascii() for s in surfaces):
            yield number, "a lone name: people are listed by full name only"
    for (a, _), (b, number) in zip(keys, keys[1:]):
        if a >= b:
            yield number, "not sorted, or the same entity twice"


def name_faults(stem, rows):
    names = [cells[0].lstrip("?") for _, cells in rows]
    for number, cells in rows:
        if len(cells) != 2 or len(cells[0]) < 2 or not re.match(r"[a-z]{2}(,[a-z]{2})*$", cells[1]):
            yield number, "wants: name, tab, languages"
    for (number, _), a, b in zip(rows[1:], names, names[1:]):
        if a >= b:
            yield number, "not sorted, or twice"


def hash_faults(folder):
    """PROVENANCE.md names the hash of each file."""
    text = (folder / "PROVENANCE.md").read_text(encoding="utf-8")
    for path in sorted(folder.glob("*.tsv")):
        if hashlib.sha256(path.read_bytes()).hexdigest() not in text:
            yield f"PROVENANCE.md: not the hash of {path.name}"


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent.parent / "rules/common"
    bad = 0
    for path in sorted(folder.glob("*.tsv")):
        for number, fault in faults(path):
            print(f"{path.name}:{number}: {fault}")
            bad += 1
    for fault in hash_faults(folder):
        print(fault)
        bad += 1
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
