"""The tree of instances: what GET and GETNEXT find. Rows are read when somebody asks for them.

A table's rows are kept for its `lifetime_s`. What is not there, or too old, is not waited for here: `Stale` is raised
with the table, the caller refreshes it and asks again, so that one slow source holds up the requests for it alone.
"""

from __future__ import annotations

import asyncio
import logging
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from operator import lt
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from oam.snmp.ber import oid_content
from oam.snmp.object import HIDDEN, NOTIFY, Column, Table
from oam.snmp.oids import Oid

if TYPE_CHECKING:
    from oam.context import Manager

log = logging.getLogger("management")

SCALAR: Final[Oid] = (0,)
AT_ONCE: Final = 400
"""Rows put in order within a millisecond; more are in a thread."""
READ_S: Final = 5.0
"""How long a source may take; then the rows read last are served once more."""


class Stale(Exception):  # noqa: N818
    """The rows of `table` must be read before this can be answered."""

    def __init__(self, table: Table) -> None:
        super().__init__(table.name)
        self.table = table


class Found(NamedTuple):
    """One instance."""

    oid: Oid
    column: Column
    row: Any
    value: bytes
    """Encoded: tag, length, content."""
    place: Oid
    """OID of its column: what follows in `oid` is its index."""


class Rows(NamedTuple):
    """The rows of one table as they were read."""

    read_at: float
    """Monotonic."""
    given: Any
    """What the source gave, to see whether it is the same again."""
    keys: list[Oid]
    """Indexes as arcs, in order."""
    rows: list[Any]
    """In the same order."""
    filled: dict[str, list[int]]
    """Field -> where it has a value, of fields that were seen without one."""


NONE: Final = Rows(float("-inf"), None, [], [], {})


class _Place(NamedTuple):
    """One column that can be read."""

    oid: Oid
    table: Table
    column: Column


class Mib:
    """All tables of the agent."""

    def __init__(self, manager: Manager, tables: Iterable[Table], clock: Callable[[], float] = time.monotonic) -> None:
        self._manager = manager
        self._clock = clock
        self.tables: Final = {table.name: table for table in tables}
        self._rows: dict[str, Rows] = {}
        self._reading: dict[str, asyncio.Task[None]] = {}
        self._told: set[str] = set()

    # Made when somebody asks for the first time: a server without managers does without.

    @cached_property
    def _places(self) -> list[_Place]:
        return sorted(
            _Place((*table.entry, column.number), table, column)
            for table in self.tables.values()
            for column in table.columns
            if column.access not in (HIDDEN, NOTIFY) and not column.obsolete
        )

    @cached_property
    def _oids(self) -> list[Oid]:
        return [each.oid for each in self._places]

    @cached_property
    def contents(self) -> dict[Oid, bytes]:
        """Encoded content of the OID of each column."""
        return {each.oid: oid_content(each.oid) for each in self._places}

    @cached_property
    def _arcs(self) -> dict[str, Callable[[Any], Oid]]:
        return _index_arcs(self.tables)

    async def refresh(self, table: Table) -> None:
        """Read the rows of a table; who asks meanwhile waits for the same reading."""
        reading = self._reading.get(table.name)
        if reading is None:
            reading = self._reading[table.name] = asyncio.get_running_loop().create_task(self._read(table))
            reading.add_done_callback(lambda _: self._reading.pop(table.name, None))
        await asyncio.shield(reading)

    async def _read(self, table: Table) -> None:
        try:
            async with asyncio.timeout(READ_S):
                given = await table.source(self._manager)
        except TimeoutError:
            self._failed(table, "no answer in time")
            return
        except Exception:
            log.exception("SNMP: %s cannot be read", table.name)
            self._failed(table, "")
            return
        await self._take(table, given)

    def _failed(self, table: Table, why: str) -> None:
        """Go on with the rows that were read last."""
        if why:
            log.warning("SNMP: %s: %s", table.name, why)
        self._rows[table.name] = self._rows.get(table.name, NONE)._replace(read_at=self._clock())

    async def _take(self, table: Table, given: Sequence[Any]) -> None:
        held = self._rows.get(table.name, NONE)
        now = self._clock()
        if held.given is given and table.indexed:
            self._rows[table.name] = held._replace(read_at=now)
            return
        if not table.indexed:
            self._rows[table.name] = Rows(now, given, [SCALAR] if given else [], list(given[:1]), {})
            return
        arcs = self._arcs[table.name]
        if len(given) > AT_ONCE:
            keys, rows = await asyncio.to_thread(_in_order, arcs, given)
        else:
            keys, rows = _in_order(arcs, given)
        self._rows[table.name] = Rows(now, given, keys, rows, {})

    def forget(self) -> None:
        """Have everything read anew: something was set."""
        self._rows.clear()

    def get(self, oid: Oid, asked_at: float) -> Found | None:
        """Return the instance at `oid`; None: there is none. `asked_at`: when its request came. Raises Stale."""
        place = self.place(oid)
        if place is None:
            return None
        held = self._fresh(place.table, asked_at)
        key = oid[len(place.oid) :]
        at = bisect_left(held.keys, key)
        if at == len(held.keys) or held.keys[at] != key:
            return None
        return self._found(place, key, held.rows[at])

    def next(self, oid: Oid, asked_at: float) -> Found | None:
        """Return the first instance behind `oid`; None: there is none. `asked_at`: as in `get`. Raises Stale."""
        number = bisect_right(self._oids, oid) - 1
        if number >= 0 and oid[: len(self._oids[number])] == self._oids[number]:
            place = self._places[number]
            held = self._fresh(place.table, asked_at)
            at = bisect_right(held.keys, oid[len(place.oid) :])
            if found := self._first(place, held, at):
                return found
        for after in range(number + 1, len(self._places)):
            place = self._places[after]
            held = self._fresh(place.table, asked_at)
            if held.keys and (found := self._first(place, held, 0)):
                return found
        return None

    def place(self, oid: Oid) -> _Place | None:
        """Return the column that `oid` would be an instance of; None: there is no such object."""
        number = bisect_right(self._oids, oid) - 1
        if number >= 0 and oid[: len(self._oids[number])] == self._oids[number]:
            return self._places[number]
        return None

    def _first(self, place: _Place, held: Rows, at: int) -> Found | None:
        if at == len(held.keys):
            return None
        if found := self._found(place, held.keys[at], held.rows[at]):
            return found
        # Looked up, not looked for: a request may begin hundreds of times before thousands of rows without a value.
        filled = _filled(held, place.column.field)
        for after in range(bisect_right(filled, at), len(filled)):
            if found := self._found(place, held.keys[filled[after]], held.rows[filled[after]]):
                return found
        return None

    def _found(self, place: _Place, key: Oid, row: Any) -> Found | None:
        value = getattr(row, place.column.field)
        if value is None:
            return None
        try:
            encoded = place.column.syntax.encode(value)
        except Exception as error:
            self._unfit(place.column, error)
            return None
        return Found(place.oid + key, place.column, row, encoded, place.oid)

    def _unfit(self, column: Column, error: Exception) -> None:
        """Leave out a value that its type cannot say, and tell it once: a walk goes on."""
        if column.name not in self._told:
            self._told.add(column.name)
            log.error("SNMP: a value of %s cannot be sent: %r", column.name, error)

    def _fresh(self, table: Table, asked_at: float) -> Rows:
        held = self._rows.get(table.name, NONE)
        if held.read_at < asked_at - table.lifetime_s:
            raise Stale(table)
        return held


def _filled(held: Rows, field: str) -> list[int]:
    """Return which rows have a value in `field`, in order."""
    found = held.filled.get(field)
    if found is None:
        found = held.filled[field] = [at for at, row in enumerate(held.rows) if getattr(row, field) is not None]
    return found


def _in_order(arcs: Callable[[Any], Oid], given: Sequence[Any]) -> tuple[list[Oid], list[Any]]:
    """Return the indexes of rows, in order, and the rows; of several with one index the last."""
    keys = [arcs(row) for row in given]
    if all(map(lt, keys, keys[1:])):
        return keys, list(given)
    keyed = dict(zip(keys, given, strict=True))
    keys = sorted(keyed)
    return keys, [keyed[key] for key in keys]


def _index_arcs(tables: dict[str, Table]) -> dict[str, Callable[[Any], Oid]]:
    """Return for each table what makes the arcs of the index of a row."""
    columns = {column.name: column for table in tables.values() for column in table.columns}
    return {table.name: _keyed([columns[name] for name in table.indexed]) for table in tables.values() if table.indexed}


def _keyed(columns: list[Column]) -> Callable[[Any], Oid]:
    parts = [(column.field, column.syntax.arcs) for column in columns]
    if len(parts) == 1:
        field, arcs = parts[0]
        assert arcs is not None
        return lambda row: arcs(getattr(row, field))

    def key(row: Any) -> Oid:
        found: list[int] = []
        for field, arcs in parts:
            assert arcs is not None
            found += arcs(getattr(row, field))
        return tuple(found)

    return key
