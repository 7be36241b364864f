"""Puts the first four fifths of a CoNLL file of running text, which has no ends of sentences, into sentences.

europeana.py CONLL OUT   A sentence ends with a full stop before a capital, once it has nine words.
"""
import sys

source, out = sys.argv[1:]
lines = open(source, encoding="utf-8").read().split("\n")
end = len(lines) * 4 // 5
while lines[end].strip() and not lines[end].startswith(".\t"):
    end += 1
with open(out, "w", encoding="utf-8", newline="\n") as conll:
    words = 0
    for line, following in zip(lines[: end + 1], lines[1 : end + 2]):
        conll.write(line + "\n")
        words += 1
        if line.startswith(".\t") and following[:1].isupper() and words > 8:
            conll.write("\n")
            words = 0
    conll.write("\n")
