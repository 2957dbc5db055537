"""Bulk prefixes as management opens them."""

from __future__ import annotations

from pathlib import Path

from core.northbound.prefixes import open_prefixes


def test_they_are_in_the_state_directory(tmp_path: Path) -> None:
    store = open_prefixes(tmp_path)
    assert store.count == 0
    assert (tmp_path / "prefixes" / "data.mdb").exists()
    store.close()
