"""Companies and brands of name-suggestion-index with their Wikidata ids, as far as news name them and nothing else has the name."""

import json
import re
from collections import defaultdict

import table
import words as lexicon

LANGUAGES = "fr en de es it pt nl pl".split()
PERSON_LOCALES = "fr_FR fr_CH en_US en_GB de_DE de_AT es_ES es_MX it_IT pt_PT pt_BR nl_NL pl_PL tr_TR".split()
# A brand of one word that general frequency lists know, some three times in a million words, and not so often that it is a word of
# some language besides. A name of several words need only have words that they know.
KNOWN, TOO_WELL, KNOWN_WORD = 3.4, 4.4, 2.5
# Towns and counties run car parks and libraries: their names are places'.
PLACES = re.compile(
    r"(Stadt|Gemeente|Gemeinde|Landkreis|Kreis|Provincie|Provincia|Gmina|Munic|Prefeitura|Comune|Ville|Mairie|Commune|City|Verbands|"
    r"Samtgemeinde|Markt|Freistaat|Hansestadt|Landeshauptstadt|Comunidad|Ayuntamiento|Diputación|Région|Département|Estado|Urząd|Powiat|"
    r"Land |Kanton|Canton|Región|Regione|Generalitat|Gobierno|Bezirk|Alcaldía|Miasto|Polizei|Berufsfeuerwehr|State of|Town|Parish|Borough)"
    r"|\b(County|Council|City|Borough|District|Parks?|Municipality|Department)\b")
# What is a brand in a shop and a word in a sentence.
COMMON = 2.0


def build(cache, taken, words, strong):
    """Rows for organisations.tsv. `taken`: surfaces and ids that other tables have; `strong`: brands of one word that need no
    evidence besides."""
    data = json.loads((cache / "name-suggestion-index/package/dist/json/nsi.min.json").read_text(encoding="utf-8"))["nsi"]
    labels = json.loads((cache / "name-suggestion-index/package/dist/wikidata/wikidata.min.json").read_text(encoding="utf-8"))["wikidata"]
    zipf = [lexicon.read_wordfreq(cache / f"wordfreq/wordfreq/data/large_{l}.msgpack.gz") for l in LANGUAGES]
    persons = set().union(*(n for l in PERSON_LOCALES for n in lexicon.faker_names(cache, l)))
    names, owners = defaultdict(set), defaultdict(set)
    for path, category in data.items():
        kind = {"brands": "brand", "operators": "operator"}.get(path.split("/")[0])
        for item in category["items"] if kind else ():
            id, name = item["tags"].get(f"{kind}:wikidata"), item["tags"].get(kind)
            if id and name:
                names[id].add(table.fold(name))
                owners[table.fold(name)].add(id)
    rows = []
    for id, all_names in sorted(names.items(), key=lambda n: int(n[0][1:])):
        label = table.fold(labels.get(id, {}).get("label") or "")
        fit = [n for n in sorted(all_names | ({label} & all_names)) if len(owners[n]) == 1 and fits(n, zipf, persons, taken, words, strong)]
        if id in taken or not fit:
            continue
        main = label if label in fit else fit[0]
        aliases = table.Aliases()
        for name in fit:
            aliases.add("mul", name, weak=" " not in name and name not in strong)
        row = table.row(id, "ORG", main, main, "-", "-", aliases, "nsi")
        rows.append(row)
    return rows


def fits(name, zipf, persons, taken, words, strong):
    """Whether a name in a text is this brand's: known to frequency lists, and neither word, person nor place."""
    if name in strong and name not in taken:
        return True
    if not re.match(r"[A-ZÀ-ÖØ-Þ][\w&'. -]+$", name) or len(name) < 5 or name in taken or name in persons or re.search(r"\d", name):
        return False
    parts = re.findall(r"\w+", name)
    known = lambda word: max(z.get(word.lower(), 0) for z in zipf)
    if PLACES.search(name):
        return False
    if len(parts) == 1:
        return KNOWN <= known(name) < TOO_WELL and not words.common(name, COMMON)
    if all(p in persons or p in taken or words.common(p, COMMON) or len(p) < 3 for p in parts):
        return False
    return len(parts) <= 4 and all(known(p) >= KNOWN_WORD for p in parts if len(p) > 2)
