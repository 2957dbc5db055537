"""Calls that would go round between tables by stored bulk prefixes together with lines of the configuration."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from core.northbound.number_checks import loops
from core.northbound.prefixes import PrefixStore, leads_on
from core.northbound.routing_settings import AnalysisTable, PrefixEntry

MOST_HOPS: Final = 1000
"""Entries that circles are looked for among; calls that go round by others are refused when they come."""

Hops = Iterable[tuple[str, PrefixEntry]]
"""Tables, and entries of them that lead to another table as calls come."""


def circles(
    tables: Iterable[AnalysisTable], hops: Hops, store: PrefixStore | None, gone: Collection[bytes] = ()
) -> list[tuple[str, PrefixEntry, str]]:
    """Return where circles close by `tables`, `hops` and what `store` holds but for the rows `gone`, and what is wrong.

    Rows are read only of stored tables between which calls could go round at all; may run in a thread.
    """
    known = {table.name: [entry for entry in table.entries if leads_on(entry)] for table in tables}
    for name, entry in hops:
        known.setdefault(name, []).append(entry)
    stored = [] if store is None else store.onward()
    edges = {(name, entry.target) for name, entries in known.items() for entry in entries}
    round_about = _in_circles(edges.union(stored))
    most = MOST_HOPS
    for name in sorted({name for name, target in stored if {name, target} <= round_about}):
        assert store is not None
        for key, entry in store.hops(name, round_about):
            if most and key not in gone:
                known.setdefault(name, []).append(entry)
                most -= 1
    return list(loops([AnalysisTable(name, tuple(entries)) for name, entries in known.items()]))


def _in_circles(edges: set[tuple[str, str]]) -> set[str]:
    """Return the tables that are left when those that nothing leads to, or that lead nowhere, go one after another."""
    while True:
        left = {name for name, _ in edges} & {target for _, target in edges}
        kept = {edge for edge in edges if left.issuperset(edge)}
        if kept == edges:
            return left
        edges = kept
