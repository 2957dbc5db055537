"""What managed objects say of a manager, and which of them move."""

from __future__ import annotations

from typing import Any, cast

from oam.context import Manager
from oam.snmp.object import HIDDEN, Table


async def read(table: Table, manager: object) -> list[dict[str, Any]]:
    """Return the values of every row by the names of the objects; those without an instance are missing.

    Each is encoded on the way, as for a manager.
    """
    found = []
    for row in await table.source(cast(Manager, manager)):
        values = {}
        for column in table.columns:
            value = getattr(row, column.field)
            if value is None:
                continue
            assert column.syntax.encode(value)
            if column.access == HIDDEN:
                assert column.syntax.arcs is not None
                assert all(0 <= arc < 2**32 for arc in column.syntax.arcs(value))
            values[column.name] = value
        found.append(values)
    return found


async def read_one(table: Table, manager: object) -> dict[str, Any]:
    """Return the only row."""
    rows = await read(table, manager)
    assert len(rows) == 1
    return rows[0]


def counters(table: Table) -> set[str]:
    """Return the names of the objects that only rise."""
    return {column.name for column in table.columns if column.syntax.is_counter}


def moved(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return by how much numbers differ, and what else differs as it is now."""
    found = {}
    for name in before.keys() | after.keys():
        old, new = before.get(name), after.get(name)
        if old != new:
            found[name] = new - old if isinstance(old, int | float) and isinstance(new, int | float) else new
    return found
