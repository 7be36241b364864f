import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def samples() -> list[pathlib.Path]:
    """Files that hold one article each."""
    return sorted(p for p in (ROOT / "raw").rglob("*") if p.suffix in {".txt", ".html"})


@pytest.fixture(scope="session")
def tamis_run():
    """The records that the command line writes, as lines."""

    def run(*arguments) -> list[str]:
        program = next(p for p in (ROOT / "target" / d / "tamis" for d in ("debug", "quick", "release")) if p.exists())
        done = subprocess.run([program, "run", "--quiet", "-o", "-", *map(str, arguments)], capture_output=True, text=True)
        assert done.returncode in (0, 1), done.stderr
        return done.stdout.splitlines()

    return run
