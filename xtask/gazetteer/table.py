"""The one form of all gazetteer tables: rows, aliases, and how they are written and read.

A row is an entity; its aliases stand in one column as `lang:alias|alias;lang:alias`. One line an entity (and not one line an
alias) keeps what belongs together in one place of a diff, needs no repeated id, and is half the size.
"""

import re
import unicodedata

# Aliases are filed under the first language that has them, in this order; `mul` is "any language".
LANGUAGES = "fr en de es it pt nl pl ru uk tr ar zh ky kk mul".split()
COLUMNS = "id type name en country population aliases source".split()

HEADER = """\
# {title}
#
# One line an entity, tab-separated, so that all names of an entity stand together in a diff:
#   id          Wikidata (Q813), GeoNames (geonames:1528675), Wikidata=GeoNames, or - where no id is certain
#   type        PER, LOC, ORG or EVENT
#   name        canonical name (French, where there is one)
#   en          English name
#   country     ISO 3166-1 alpha-2 (XK is Kosovo), or -
#   population  inhabitants, or -
#   aliases     lang:alias|alias;lang:alias … all surfaces, `name` and `en` among them; the first of a language is its own name
#   source      where the row is from: geonames, country-coder, nsi (name-suggestion-index) or hand; after + what confirms the id
# An alias stands once, under the first language that has it, and under those whose own name it is ({order}; mul: any).
# An alias that starts with ? is weak: it is also a common word, a person's name or an ambiguous abbreviation,
# and wants more evidence than itself. NFC; apostrophes are ', hyphens are -, spaces are plain: fold the text likewise.
# Sorted by id (Wikidata, then GeoNames, by number), then by name. Made by xtask/gazetteer/build.py: do not edit by hand.
# {columns}
"""


def fold(text):
    """NFC, with one form of apostrophe, hyphen and space."""
    text = unicodedata.normalize("NFC", text)
    text = re.sub("[\u2019\u02bc\u02bb\u2018\u00b4`]", "'", text)
    text = re.sub("[\u2010\u2011]", "-", text)
    text = re.sub("[\u200b\u200e\u200f\u00ad]", "", text)
    return re.sub(r"\s+", " ", text).strip()


def plain(text):
    """Without diacritics."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def id_key(row):
    """The order of rows: Wikidata by number, GeoNames by number, none; then the name."""
    m = re.match(r"(?:Q|geonames:)(\d+)(?:=|$)", row["id"])
    kind = 0 if row["id"].startswith("Q") else 1 if m else 2
    return (kind, int(m.group(1)) if m else 0, row["name"], row["country"])


class Aliases:
    """The aliases of one entity by language, each once, with the set of the weak ones."""

    def __init__(self):
        self.by_lang = {}
        self.weak = set()
        self.first = {}

    def add(self, lang, alias, weak=False):
        alias = fold(alias)
        if len(alias) < 2 or any(c in alias for c in "|;:?\t#") or "(" in alias or "," in alias:
            return
        self.by_lang.setdefault(lang, set()).add(alias)
        if weak:
            self.weak.add(alias)

    def merge(self, other):
        """Takes in all of the other, whose word on what is weak counts."""
        for lang, names in other.by_lang.items():
            for name in names:
                self.by_lang.setdefault(lang, set()).add(name)
        self.first = other.first | self.first
        self.weak = self.weak - other.all() | other.weak

    def all(self):
        return {a for names in self.by_lang.values() for a in names}

    def discard(self, alias):
        for names in self.by_lang.values():
            names.discard(alias)

    def parse(self, column):
        """Adds what a column holds; `-` is nothing."""
        if column in ("", "-"):
            return self
        for part in column.split(";"):
            lang, _, names = part.partition(":")
            for name in names.split("|"):
                self.add(lang.strip(), name.strip().lstrip("?"), name.strip().startswith("?"))
            self.first.setdefault(lang.strip(), fold(names.split("|")[0].strip().lstrip("?")))
        return self

    def __str__(self):
        seen, parts = set(), []
        for lang in LANGUAGES:
            here = self.by_lang.get(lang, set())
            own = {self.first.get(lang)} & here
            names = sorted(here - seen | own, key=lambda n: (n not in own, n))
            seen.update(names)
            if names:
                parts.append(lang + ":" + "|".join(("?" if n in self.weak else "") + n for n in names))
        return ";".join(parts)


def row(id, type, name, en, country="-", population="-", aliases=None, source="hand"):
    """A row whose own names are among its aliases."""
    aliases = aliases or Aliases()
    name, en = fold(name), fold(en)
    aliases.add("fr", name)
    aliases.add("en", en)
    return {"id": id, "type": type, "name": name, "en": en, "country": country, "population": str(population), "aliases": aliases, "source": source}


def write(path, title, rows):
    head = HEADER.format(title=title, order=" ".join(LANGUAGES[:-1]), columns="\t".join(COLUMNS))
    lines = ["\t".join(str(r[c]) for c in COLUMNS) for r in sorted(rows, key=id_key)]
    path.write_text(head + "".join(line + "\n" for line in lines), encoding="utf-8")


def read(path):
    """The rows of a table of this form; lines that start with # are comments."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            cells = dict(zip(COLUMNS, line.split("\t")))
            cells["aliases"] = Aliases().parse(cells["aliases"])
            cells.setdefault("source", "hand")
            yield cells
