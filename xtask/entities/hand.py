"""Puts the labels of hand/CODE.SOURCE.tsv, made by hand for tamis, on the sentences of that source, one a line.

hand.py TABLE SENTENCES OUT.jsonl   A row of the table: line of the sentence from 1, first code point, code point after the
last, kind. A line that is not to be used, since words are glued together or it was cut, has one row with the kind `-`.
"""
import json
import sys

table, sentences, out = sys.argv[1:]
spans = {}
for row in open(table, encoding="utf-8"):
    line, start, end, kind = row.split()
    spans.setdefault(int(line), []).append([int(start), int(end), kind])
with open(sentences, encoding="utf-8", newline="\n") as lines, open(out, "w", encoding="utf-8") as labelled:
    for n, line in enumerate(lines, 1):
        text = line.rstrip("\r\n")
        if any(kind == "-" for *_, kind in spans.get(n, [])):
            continue
        labelled.write(json.dumps({"text": text, "spans": spans.get(n, [])}, ensure_ascii=False) + "\n")
