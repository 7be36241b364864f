"""Which surfaces are also common words or personal names: the evidence for the weak mark.

A surface is a common word when its lower-case form is in a spelling dictionary *in lower case* (French or English; the
dictionaries tell nice from Nice, frequency lists do not) and is frequent enough to be met in news.
"""

import ast
import gzip
import re
import struct

# Zipf scale (log10 of occurrences in a billion words): 3.0 is once in a million, about one article in two thousand.
COMMON_ZIPF = 3.0


class Words:
    def __init__(self, cache):
        self.zipf = {lang: read_wordfreq(cache / f"wordfreq/wordfreq/data/large_{lang}.msgpack.gz") for lang in ("fr", "en")}
        self.lower = {lang: expand_hunspell(cache / f"dictionary-{lang}/package") for lang in ("fr", "en")}

    def common(self, surface, zipf=COMMON_ZIPF):
        """Whether the surface is a common word of French or English, whatever its case."""
        word = surface.lower()
        return any(word in self.lower[l] and self.zipf[l].get(word, 0) >= zipf for l in ("fr", "en"))

    def frequency(self, surface):
        return max(self.zipf[l].get(surface.lower(), 0) for l in ("fr", "en"))


def read_wordfreq(path):
    """word → Zipf. The file is a list of lists; the place of a list is minus the frequency in hundredths of a decade."""
    data = unpack(gzip.open(path).read())
    return {word: 9 - centibel / 100 for centibel, words in enumerate(data[1:]) for word in words}


def unpack(data):
    """The few kinds of msgpack that these files use: lists, maps, strings, integers."""
    at = 0

    def take(n):
        nonlocal at
        at += n
        return data[at - n:at]

    def number(fmt):
        return struct.unpack(fmt, take(struct.calcsize(fmt)))[0]

    def value():
        b = number("B")
        if b <= 0x7F:
            return b
        if 0x80 <= b <= 0x8F:
            return {value(): value() for _ in range(b & 15)}
        if 0x90 <= b <= 0x9F:
            return [value() for _ in range(b & 15)]
        if 0xA0 <= b <= 0xBF:
            return take(b & 31).decode()
        if b in (0xD9, 0xDA, 0xDB):
            return take(number({0xD9: ">B", 0xDA: ">H", 0xDB: ">I"}[b])).decode()
        if b in (0xDC, 0xDD):
            return [value() for _ in range(number(">H" if b == 0xDC else ">I"))]
        if b in (0xCC, 0xCD, 0xCE):
            return number({0xCC: ">B", 0xCD: ">H", 0xCE: ">I"}[b])
        raise ValueError(f"msgpack byte {b:#x}")

    return value()


def expand_hunspell(folder):
    """All lower-case words of a Hunspell dictionary, with their suffixed forms (prefixes are elisions: not needed)."""
    long_flags, rules = False, {}
    for line in (folder / "index.aff").read_text(encoding="utf-8").splitlines():
        cells = line.split()
        if cells[:2] == ["FLAG", "long"]:
            long_flags = True
        if len(cells) >= 5 and cells[0] == "SFX":
            strip, add, condition = cells[2], cells[3].split("/")[0], cells[4]
            rules.setdefault(cells[1], []).append(
                ("" if strip == "0" else strip, "" if add == "0" else add, re.compile(f"(?:{condition})$")))
    words = set()
    for line in (folder / "index.dic").read_text(encoding="utf-8").splitlines()[1:]:
        word, _, flags = line.split()[0].partition("/") if line.strip() else ("", "", "")
        if not word or word != word.lower():
            continue
        words.add(word)
        names = re.findall("..", flags) if long_flags else list(flags)
        for name in names:
            for strip, add, condition in rules.get(name, []):
                if word.endswith(strip) and condition.search(word):
                    words.add(word[:len(word) - len(strip)] + add)
    return words


def faker_names(cache, locale):
    """(given names, family names) of a Faker locale, read from its source without running it."""
    tree = ast.parse((cache / f"faker/faker/providers/person/{locale}/__init__.py").read_text(encoding="utf-8"))
    given, family = set(), set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        name = node.targets[0].id
        into = given if name.startswith("first_name") else family if name.startswith("last_name") else None
        if into is None:
            continue
        for leaf in ast.walk(node.value):
            if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str):
                into.add(leaf.value.strip())
    return given, family
