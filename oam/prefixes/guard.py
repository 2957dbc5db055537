"""Keeps what bulk prefixes need in the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.northbound.number_checks import Names

if TYPE_CHECKING:
    from core.northbound.prefixes import PrefixStore
    from oam.config.store import Guard
    from oam.config.tree import Configuration


def guard(store: PrefixStore) -> Guard:
    """Make the guard that refuses to remove a name which bulk prefixes use, or the last trunk of a route group."""

    async def refused(old: Configuration, new: Configuration) -> list[str]:
        before, after = Names(old), Names(new)
        gone = [
            (kind, name) for kind, known in before.known.items() for name in sorted({*known} - {*after.known[kind]})
        ]
        emptied = sorted({*after.empty} - {*before.empty})
        return [
            *_used(store, gone, ""),
            *_used(store, [("route-group", name) for name in emptied], " has no trunk and"),
        ]

    return refused


def _used(store: PrefixStore, names: list[tuple[str, str]], what: str) -> list[str]:
    counted = [(kind, name, store.uses(kind, name)) for kind, name in names]
    return [
        f"{kind}: {name}{what} is used by {count} bulk prefix{'' if count == 1 else 'es'}; change or clear these first"
        for kind, name, count in counted
        if count
    ]
