"""given_names.tsv: given names by language; those that are also frequent words carry the weak mark."""

import re

import table
import words as lexicon

# The Russian and Ukrainian lists of Faker are Cyrillic; they are taken as they are and transliterated.
LOCALES = {
    "fr_FR": "fr", "fr_BE": "fr", "fr_CH": "fr", "fr_QC": "fr", "fr_DZ": "fr", "en_US": "en", "en_GB": "en", "en_IE": "en",
    "de_DE": "de", "de_AT": "de", "de_CH": "de", "es_ES": "es", "es_MX": "es", "es_AR": "es", "it_IT": "it", "pt_PT": "pt",
    "pt_BR": "pt", "nl_NL": "nl", "nl_BE": "nl", "pl_PL": "pl", "ru_RU": "ru", "uk_UA": "uk", "tr_TR": "tr", "az_AZ": "az",
    "uz_UZ": "uz", "cs_CZ": "cs", "ro_RO": "ro", "hu_HU": "hu", "sv_SE": "sv", "da_DK": "da", "no_NO": "no", "fi_FI": "fi",
    "hr_HR": "hr", "sl_SI": "sl", "id_ID": "id", "en_IN": "in", "en_NG": "ng", "en_KE": "ke",
}
# A name that is also a dictionary word of this frequency or more is weak: Rose, Pierre and Grace are names only beside a
# family name. They are not left out, because Jean, Marie and Pierre are among them.
TOO_COMMON = 3.5
LANGUAGE = {"in": "hi", "ng": "en", "ke": "sw"}
FRENCH = dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",
                  "a b v g d e io j z i ï k l m n o p r s t ou f kh ts tch ch chtch  y  e iou ia i ï ie g".split(" ")))
ENGLISH = dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",
                   "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya i yi ye g".split(" ")))


def write(cache, path, words):
    names = {}
    for locale, code in LOCALES.items():
        for name in lexicon.faker_names(cache, locale)[0]:
            for form in forms(table.fold(name)):
                if not re.match("[A-ZÀ-ÖØ-ÞĀ-Ž][A-Za-zÀ-ÖØ-öø-ÿĀ-žȘ-ț'-]+$|[А-ЯЁІЇЄҐ][а-яёіїєґ'-]+$", form):
                    continue
                names.setdefault(form, set()).add(LANGUAGE.get(code, code))
    head = ("# Given names: name, languages (comma-separated; ru and uk in Cyrillic, French and English transliteration).\n"
            "# From PyPI package Faker (MIT). A name that starts with ? is weak: a French or English dictionary has it in lower case and it\n"
            f"# occurs with a Zipf frequency of {TOO_COMMON} or more. Sorted by name. Made by xtask/gazetteer/build.py.\n# name\tlanguages\n")
    lines = (f"{'?' if words.common(name, TOO_COMMON) else ''}{name}\t{','.join(sorted(langs))}\n" for name, langs in sorted(names.items()))
    path.write_text(head + "".join(lines), encoding="utf-8")


def forms(name):
    """The name itself, and its two transliterations."""
    if not re.search("[а-яіїєґ]", name.lower()):
        return {name}
    low = re.sub("ий$", "и", name.lower())
    french = "".join(FRENCH.get(c, c) + ("u" if c == "г" and after in tuple("еиэі") else "") for c, after in zip(low, low[1:] + " "))
    english = "".join(ENGLISH.get(c, c) for c in re.sub("ий$", "ы", name.lower()))
    if low[0] == "е":
        english = "y" + english
    return {name, french.capitalize(), english.capitalize()}
