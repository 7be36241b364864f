"""Writes the Brown classes of words that spaCy's tables hold, as WORD, coarse and fine class a line, the frequent first.

brown.py CODE OUT   CODE is de, en or es. Needs the package spacy-lookups-data. A class is a path in a tree of words, its
first step the lowest bit; the coarse class is the first eight steps. A word that has several spellings gets the class of the
most frequent.
"""
import gzip
import json
import pathlib
import sys

import spacy_lookups_data

STEPS = 8
code, out = sys.argv[1:]
folder = pathlib.Path(spacy_lookups_data.__file__).parent / "data"


def table(name):
    with gzip.open(folder / f"{code}_lexeme_{name}.json.gz") as file:
        return json.load(file)


paths, odds = table("cluster"), table("prob")
classes = {}
for word, path in paths.items():
    if path and word.isalnum():
        found = (odds[word], path)
        classes[word.lower()] = max(found, classes.get(word.lower(), found))
fine = {path: n for n, path in enumerate(sorted({path for _, path in classes.values()}))}
heads = sorted({path % (1 << STEPS) for path in fine})
with open(out, "w", encoding="utf-8", newline="\n") as file:
    for word, (_, path) in sorted(classes.items(), key=lambda c: (-c[1][0], c[0])):
        file.write(f"{word}\t{heads.index(path % (1 << STEPS))}\t{fine[path]}\n")
