"""Keeps what bulk prefixes need in the configuration."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from core.northbound.number_checks import Names, described
from oam.prefixes.circles import circles

if TYPE_CHECKING:
    from core.northbound.prefixes import PrefixStore
    from oam.config.store import Guard
    from oam.config.tree import Configuration


def guard(store: PrefixStore) -> Guard:
    """Make the guard of bulk prefixes.

    It refuses to remove a name which they use, or the last trunk of a route group, and to close a circle of tables.
    """

    async def refused(old: Configuration, new: Configuration) -> list[str]:
        before, after = Names(old), Names(new)
        gone = [
            (kind, name) for kind, known in before.known.items() for name in sorted({*known} - {*after.known[kind]})
        ]
        emptied = sorted({*after.empty} - {*before.empty})
        return [
            *_used(store, gone, ""),
            *_used(store, [("route-group", name) for name in emptied], " has no trunk and"),
            *(await asyncio.to_thread(_closed, store, old, new) if new.tables != old.tables else []),
        ]

    return refused


def _closed(store: PrefixStore, old: Configuration, new: Configuration) -> list[str]:
    """Say which circles the tables of `new` close that those of `old` do not."""
    found = circles(new.tables, (), store)
    before = {reason for _, _, reason in circles(old.tables, (), store)} if found else set()
    return [
        f"number-analysis: {table}: {described(entry)}: {reason}"
        for table, entry, reason in found
        if reason not in before
    ]


def _used(store: PrefixStore, names: list[tuple[str, str]], what: str) -> list[str]:
    counted = [(kind, name, store.uses(kind, name)) for kind, name in names]
    return [
        f"{kind}: {name}{what} is used by {count} bulk prefix{'' if count == 1 else 'es'}; change or clear these first"
        for kind, name, count in counted
        if count
    ]
