"""Circles of tables among lines, lines of a file, and stored prefixes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
from support.opened import OPENED

from core.northbound.prefixes import PrefixStore, open_prefixes, row_key, row_of
from core.northbound.routing_settings import AnalysisTable, PrefixEntry
from oam.prefixes.circles import circles


class Watched:
    """A store that tells which tables were read through."""

    def __init__(self, store: PrefixStore) -> None:
        self.store = store
        self.onward = store.onward
        self.read: list[str] = []

    def hops(self, table: str, targets: Collection[str]) -> Iterator[tuple[bytes, PrefixEntry]]:
        self.read.append(table)
        return self.store.hops(table, targets)


def hop(prefix: str, target: str) -> PrefixEntry:
    return PrefixEntry(prefix, action="table", target=target)


@pytest.fixture
def store(tmp_path: Path) -> Watched:
    opened = open_prefixes(tmp_path)
    OPENED.append(opened.close)
    opened.write(
        {row_key("a", "1"): row_of([hop("", "b")]), row_key("b", "12"): row_of([hop("", "c")]),
         row_key("a", "2"): row_of([hop("", "d")])}, False,
    )  # fmt: skip
    return Watched(opened)


def found(store: Watched, *entries: tuple[str, PrefixEntry], gone: Collection[bytes] = ()) -> list[str]:
    given = circles([AnalysisTable(name, (entry,)) for name, entry in entries], (), store, gone)  # type: ignore[arg-type]
    assert given == circles((), entries, store, gone)  # type: ignore[arg-type]
    return [reason.rpartition(": ")[2] for _, _, reason in given]


def test_nothing_is_read_where_no_circle_could_be(store: Watched) -> None:
    assert found(store, ("d", hop("1", "e")), ("c", hop("1", "d"))) == []
    assert store.read == []


def test_a_circle_through_the_store_and_one_that_prefixes_keep_apart(store: Watched) -> None:
    assert found(store, ("c", hop("123", "a"))) == ["c -> a -> b -> c"]
    assert set(store.read) == {"a", "b"}
    assert found(store, ("c", hop("13", "a"))) == []
    assert found(store, ("c", hop("123", "a")), gone={row_key("b", "12")}) == []
