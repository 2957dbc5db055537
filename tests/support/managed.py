"""Managed objects as a manager gets them: walked through the tree and decoded."""

from __future__ import annotations

import time
from typing import Final

from oam.context import Manager
from oam.snmp import ber
from oam.snmp.mib import Mib, Stale
from oam.snmp.object import HIDDEN, Table
from oam.snmp.oids import Oid

Value = int | bytes
_NUMBERS: Final = (ber.INTEGER, ber.COUNTER32, ber.COUNTER64, ber.GAUGE32, ber.TIME_TICKS)


def decoded(octets: bytes) -> Value:
    """Decode one value of less than 64 KiB."""
    length, start = octets[1], 2
    if length >= 0x80:
        start += length & 0x7F
        length = int.from_bytes(octets[2:start], "big")
    content = octets[start : start + length]
    assert len(octets) == start + length
    return int.from_bytes(content, "big", signed=True) if octets[0] in _NUMBERS else content


async def served(manager: Manager, *tables: Table) -> dict[str, dict[Oid, Value]]:
    """Walk tables; return the instances of each object by their indexes."""
    mib = Mib(manager, (*tables, *_indexing(manager, tables)))
    found: dict[str, dict[Oid, Value]] = {}
    for table in tables:
        oid = table.oid
        while True:
            now = time.monotonic()
            try:
                instance = mib.next(oid, now - 60)
            except Stale as stale:
                await mib.refresh(stale.table)
                continue
            if instance is None or instance.oid[: len(table.oid)] != table.oid:
                break
            assert instance.oid > oid
            oid = instance.oid
            key = oid[len(table.entry) + 1 :]
            found.setdefault(instance.column.name, {})[key] = decoded(instance.value)
    return found


def _indexing(manager: Manager, tables: tuple[Table, ...]) -> list[Table]:
    """Return further tables of whose columns the indexes of `tables` are."""
    wanted = {name for table in tables for name in table.indexed}
    return [
        each
        for each in manager.snmp.mib.tables.values()
        if each.name not in {table.name for table in tables} and wanted & {column.name for column in each.columns}
    ]


def readable(table: Table) -> set[str]:
    """Return the names of the objects of a table that can be read."""
    return {column.name for column in table.columns if column.access != HIDDEN}
