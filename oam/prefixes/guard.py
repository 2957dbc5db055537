"""Keeps what bulk prefixes need in the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.northbound.number_checks import Names

if TYPE_CHECKING:
    from core.northbound.prefixes import PrefixStore
    from oam.config.store import Guard
    from oam.config.tree import Configuration


def guard(store: PrefixStore) -> Guard:
    """Make the guard that refuses to remove a name which bulk prefixes use."""

    async def refused(old: Configuration, new: Configuration) -> list[str]:
        before, after = Names(old).known, Names(new).known
        used = [
            (kind, name, store.uses(kind, name)) for kind in before for name in sorted({*before[kind]} - {*after[kind]})
        ]
        return [
            f"{kind}: {name} is used by {count} bulk prefix{'' if count == 1 else 'es'}; change or clear these first"
            for kind, name, count in used
            if count
        ]

    return refused
