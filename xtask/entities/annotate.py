"""Labels French text by a table that says, for each run of capitalised words, what it names; written by hand for tamis.

annotate.py KINDS.tsv FREQUENT.txt OUT.jsonl TEXT...   A line with a run that the table does not hold is left out.

Codes: p, l, o a person, place, organisation; x none; P, L, O the same without the first word; e, y, w people, places,
organisations joined by a conjunction or preposition; M a place after the last article; z joined, each by its own row; q unclear.
"""
import json
import re
import sys

kinds, frequent, out, *texts = sys.argv[1:]
code = dict(line.rstrip("\n").split("\t") for line in open(kinds))
frequent = set(open(frequent).read().split("\n"))
BRIDGE = set("de du des la le les l' d' et aux au à sur von van der of the sous".split())
TOKEN = re.compile(r"\w+(?:[-–]\w+)*['’]?|[^\w\s]")
SPLIT = re.compile(r"\s+(?:et|à|sur|au|aux|en|in|and|&)\s+(?:(?:d|l)['’]|(?:de|du|des|la|le|les)\s+)*")
LEAD = re.compile(r"^\S+\s+(?:(?:de|du|des|la|le|les|l['’]|d['’]|aux|au|of|the|von)\s*)*")
LAST = re.compile(r"(?:\s+(?:de|du|des|la|le|of)\s+|[ld]['’])")
KIND = {"p": "PER", "l": "LOC", "o": "ORG"}


def runs(line):
    tokens = [(m.group(), m.start(), m.end()) for m in TOKEN.finditer(line)]
    capital = lambda t: t[0][0].isupper()
    i = 0
    while i < len(tokens):
        if not capital(tokens[i]):
            i += 1
            continue
        j = i + 1
        while j < len(tokens):
            gap = line[tokens[j - 1][2]:tokens[j][1]]
            if capital(tokens[j]) and not gap.strip():
                j += 1
                continue
            joined = tokens[j][0] in ("&", "-") or (tokens[j][0] == "." and len(tokens[j - 1][0]) == 1)
            if joined and j + 1 < len(tokens) and capital(tokens[j + 1]):
                j += 1
                continue
            if tokens[j][0].isdigit() and gap == " ":
                j += 1
                break
            k = j
            while k < len(tokens) and k < j + 3 and tokens[k][0].lower().replace("’", "'") in BRIDGE:
                k += 1
            if j < k < len(tokens) and capital(tokens[k]) and "." not in line[tokens[j - 1][2]:tokens[k][1]]:
                j = k + 1
                continue
            break
        start = i
        if i == 0 or tokens[i - 1][0] in ".!?:«\"“»”-–•(":
            low = tokens[i][0].lower().rstrip("'’")
            if low in frequent or low.rstrip("s") in frequent or len(low) == 1:
                if j == i + 1:
                    i = j
                    continue
                if low in BRIDGE or (low in frequent and len(low) <= 4):
                    start = i + 1
                while start < j and not capital(tokens[start]):
                    start += 1
        if start < j:
            yield tokens[start][1], tokens[j - 1][2]
        i = j


def parts(run):
    at = 0
    for m in [*SPLIT.finditer(run), None]:
        yield at, m.start() if m else len(run)
        at = m.end() if m else at


def names(run, c):
    if c in KIND:
        return [(0, len(run), KIND[c])]
    if c == "x":
        return []
    if c in "PLO":
        m = LEAD.match(run)
        return [(m.end(), len(run), KIND[c.lower()])] if m and m.end() < len(run) else None
    if c in "eyw":
        return [(a, b, KIND["plo"["eyw".index(c)]]) for a, b in parts(run)]
    if c == "M":
        m = list(LAST.finditer(run))
        return [(m[-1].end(), len(run), "LOC")] if m else None
    if c == "z":
        found = []
        for a, b in parts(run):
            own = code.get(run[a:b], "q")
            inner = names(run[a:b], own) if own != "z" else None
            if inner is None:
                return None
            found += [(x + a, y + a, k) for x, y, k in inner]
        return found
    return None


with open(out, "w") as to:
    for text in texts:
        for line in open(text):
            line = line.rstrip("\n")
            spans = []
            for a, b in runs(line):
                found = names(line[a:b], code.get(line[a:b], "q"))
                if found is None:
                    break
                spans += [[a + x, a + y, k] for x, y, k in found]
            else:
                to.write(json.dumps({"text": line, "spans": spans}, ensure_ascii=False) + "\n")
