"""Writes surnames.LANGUAGE.txt and surnames.all.txt from the lists of Faker (MIT)."""
import importlib

OF = {"fr": ["fr_FR"], "it": ["it_IT"], "es": ["es_ES", "es_MX"], "de": ["de_DE"], "pt": ["pt_PT", "pt_BR"], "en": ["en_US", "en_GB"]}
OTHERS = ["nl_NL", "pl_PL", "sv_SE", "ro_RO", "tr_TR", "hu_HU", "cs_CZ", "no_NO", "da_DK", "fi_FI", "hr_HR"]


def names(locale):
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    return set(getattr(provider, "last_names", None) or getattr(provider, "last_names_male", []))


def write(path, all):
    with open(path, "w") as out:
        out.write("".join(f"{n}\n" for n in sorted(all)))


for language, locales in OF.items():
    write(f"surnames.{language}.txt", set().union(*map(names, locales)))
every = set().union(*map(names, OTHERS + [l for ls in OF.values() for l in ls]))
write("surnames.all.txt", {n for n in every if n.isalpha() and n.istitle()})
