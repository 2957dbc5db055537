"""docs/statistics.md names every indicator with its formula."""

from __future__ import annotations

from pathlib import Path

from oam.statistics.kpi import INDICATORS, METHOD_INDICATORS
from oam.statistics.reference import page

ROOT = Path(__file__).parents[3]


def test_every_indicator_is_on_the_page() -> None:
    text = page()
    for name, each in {**INDICATORS, **METHOD_INDICATORS}.items():
        assert f"| `{name}` |" in text
        assert each.help in text
    assert INDICATORS["ner"].formula in text


def test_the_page_is_not_stale() -> None:
    assert (ROOT / "docs" / "statistics.md").read_text() == page(), "run: python -m oam.reference --write"
