"""`help` alone."""

from __future__ import annotations

from oam.help.guide import guide
from oam.shell.filters import FILTERS
from oam.shell.width import columns


def test_the_guide_tells_keys_modes_and_every_filter() -> None:
    text = "\n".join(guide("en", 80))
    assert "Ctrl-Z" in text
    assert "configure terminal" in text
    assert all(f"  {name}" in text for name in FILTERS)


def test_the_guide_fits_a_terminal_in_every_language() -> None:
    for language in ("en", "zh"):
        assert [line for line in guide(language, 80) if columns(line) >= 80] == []
