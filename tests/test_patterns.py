"""Regular expressions mean the same on every Python we run on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for package in ("core", "oam", "sipctl") for path in (ROOT / package).rglob("*.py"))
POSSESSIVE_GROUP = re.compile(r"\)(?:[*+?]|\{[0-9,]+\})\+")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_group_is_repeated_possessively(path: Path) -> None:
    """Python 3.11.0 to 3.11.4 match such a group wrongly (CPython issue 106052)."""
    for line in path.read_text().splitlines():
        if "re.compile" in line or re.search(r"\br[fb]?['\"]", line):
            assert POSSESSIVE_GROUP.search(line) is None, line
