"""Splits documents into sentences, one a line: sentences.py CORPUS.jsonl TREEBANK OUT, where `id` begins with the treebank."""
import json
import re
import sys

corpus, treebank, out = sys.argv[1:]
with open(corpus, encoding="utf-8") as documents, open(out, "w", encoding="utf-8", newline="\n") as lines:
    for document in map(json.loads, documents):
        if not document["id"].startswith(treebank):
            continue
        for sentence in re.split(r"(?<=[.!?])\s+(?=[A-ZÀ-ÖØ-Þ«¿¡])", document["clean"]):
            sentence = " ".join(sentence.split())
            if len(sentence) > 20:
                lines.write(sentence + "\n")
