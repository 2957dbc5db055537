"""Lists of a state directory as management opens them."""

from __future__ import annotations

from pathlib import Path

from support.opened import OPENED

from core.northbound.lists import BLACK, ListEntry, open_lists


def test_management_writes_what_the_worker_reads(tmp_path: Path) -> None:
    store = open_lists(tmp_path)
    OPENED.append(store.close)
    store.put_many(BLACK, [ListEntry("calling", "1*", 1.0)])
    assert (tmp_path / "lists" / "generation").exists()
    assert store.get(BLACK, "calling", "1*") is not None
