"""The quarter-hours that are over, of the objects that matter most: rows of the table of their KPIs.

They are read from the history once a quarter-hour, in a thread, each once; figures stay packed until a manager asks for
one. OBJECTS bounds what that takes: about 300 octets a row, 18 MB.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from core.northbound.statistics import (
    DESTINATION,
    KINDS,
    LISTENER,
    ROUTE_GROUP,
    SUBSCRIBER_GROUP,
    SYSTEM,
    TRUNK_IN,
    TRUNK_OUT,
)
from oam.snmp.rows.indicators import FIELDS
from oam.statistics.history_store import KEPT, Packed, unpacked
from oam.statistics.period import Figures, ObjectKey
from oam.statistics.stretch import DAY_S, QUARTER_S, begin_of

if TYPE_CHECKING:
    from oam.snmp.rows.indexes import Indexes
    from oam.statistics.history import History

log = logging.getLogger("management")

NUMBER: Final = KEPT[QUARTER_S]
DAYS: Final = 7
"""Days whose busiest hours are served."""
OBJECTS: Final = 640
"""Objects whose quarter-hours are served: in the order of ORDER, those of one kind by their names."""
ORDER: Final = tuple(
    KINDS[each] for each in (SYSTEM, TRUNK_OUT, TRUNK_IN, ROUTE_GROUP, LISTENER, SUBSCRIBER_GROUP, DESTINATION)
)
_RANK: Final = {kind: rank for rank, kind in enumerate(ORDER)}
KIND: Final = "object"
"""Of the indexes."""


def label(key: ObjectKey) -> str:
    """Return the name under which an object has its index."""
    return f"{key.kind} {key.name}".rstrip()


class Quarter(msgspec.Struct, frozen=True):
    """One quarter-hour that is over."""

    number: int
    """1: the last one."""
    begin: float
    seconds: float
    suspect: bool


class OfObject(msgspec.Struct, frozen=True, gc=False):
    """What rows say of the object that they are of."""

    index: int
    key: ObjectKey

    @property
    def kind(self) -> str:
        """Kind of the object."""
        return self.key.kind

    @property
    def name(self) -> str:
        """Name of the object."""
        return self.key.name


class QuarterRow(OfObject, frozen=True, gc=False):
    """One object in one quarter-hour; its KPIs are attributes by their fields in `oam.snmp.rows.indicators`."""

    of: Quarter
    columns: bytes
    doubted: bool

    def __getattr__(self, field: str) -> Any:
        """Return a KPI, the count of its samples, or what is said of the whole quarter-hour."""
        compute = FIELDS.get(field)
        if compute is not None:
            return compute(self.figures())
        if field in ("number", "begin", "seconds"):
            return getattr(self.of, field)
        raise AttributeError(field)

    @property
    def suspect(self) -> bool:
        """Whether figures may be wrong."""
        return self.doubted or self.of.suspect

    def figures(self) -> Figures:
        """Unpack; a row that is damaged has counted nothing, and is suspect."""
        try:
            return Figures(self.of.begin, self.of.seconds, unpacked(self.columns), self.suspect)
        except sqlite3.DatabaseError:
            return Figures(self.of.begin, 0.0, unpacked(b"\x90"), True)


class BusyHourRow(OfObject, frozen=True, gc=False):
    """The busiest hour that one object had in one day."""

    number: int
    """1: the day that is going on."""
    begin: float
    bids: int
    suspect: bool


class Quarters:
    """Those of one server."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._known: dict[float, Packed] = {}
        self._current = 0.0
        """When the quarter-hour began that was being filled when they were read."""
        self._rows: tuple[QuarterRow, ...] = ()
        self._busy_hours: tuple[BusyHourRow, ...] = ()
        self._reading = asyncio.Lock()
        self._failure = ""
        """Why the history could not be read last, which is told once."""
        self.objects = 0
        """Objects that are served."""
        self.omitted = 0
        """Objects that are not, because of OBJECTS."""

    @property
    def kept(self) -> int:
        """Quarter-hours there are."""
        return len(self._known)

    async def rows(self, history: History, numbers: Indexes) -> Sequence[QuarterRow]:
        """Return all rows by index and number; the same sequence as before while none has ended."""
        await self._look(history, numbers)
        return self._rows

    async def busy_hours(self, history: History, numbers: Indexes) -> Sequence[BusyHourRow]:
        """Return the busiest hours of the last DAYS days by index and day, of the same objects; as `rows` does."""
        await self._look(history, numbers)
        return self._busy_hours

    async def _look(self, history: History, numbers: Indexes) -> None:
        async with self._reading:
            if begin_of(self._clock(), QUARTER_S) != self._current:
                await self._read(history, numbers)

    async def _read(self, history: History, numbers: Indexes) -> None:
        try:
            current, quarters = await history.complete_quarters(self._known, ORDER)
            today = begin_of(current, DAY_S)
            busiest = await history.busy_hours_since(today - (DAYS - 1) * DAY_S)
        except (sqlite3.Error, OSError) as error:
            if str(error) != self._failure:
                log.warning("SNMP: the history of statistics cannot be read: %s", error)
                self._failure = str(error)
            return
        self._failure = ""
        if current == self._current:
            return
        found = await asyncio.to_thread(chosen, quarters)
        self.omitted = len(found) - OBJECTS if len(found) > OBJECTS else 0
        indexes = numbers.all(KIND, map(label, found[:OBJECTS]))
        await numbers.save()
        keys = {key: indexes[label(key)] for key in found[:OBJECTS] if label(key) in indexes}
        self._rows = await asyncio.to_thread(made, current, quarters, keys)
        self._busy_hours = tuple(
            BusyHourRow(keys[key], key, round((today - day) / DAY_S) + 1, hour.begin, hour.bids, hour.suspect)
            for key, day, hour in busiest
            if key in keys and day <= today
        )
        self._known = await asyncio.to_thread(bounded, quarters, keys)
        self._current, self.objects = current, len(keys)


def chosen(quarters: Iterable[Packed]) -> list[ObjectKey]:
    """Return the objects that quarter-hours have, those first that matter most."""
    found = {key for each in quarters for key in each.columns}
    return sorted(found, key=lambda key: (_RANK[key.kind], key.name))


def bounded(quarters: Iterable[Packed], keys: dict[ObjectKey, int]) -> dict[float, Packed]:
    """Return what is kept of the quarter-hours: that of the objects in `keys`."""
    return {
        each.begin: each
        if each.columns.keys() <= keys.keys()
        else each._replace(columns={key: columns for key, columns in each.columns.items() if key in keys})
        for each in quarters
    }


def made(current: float, quarters: Sequence[Packed], keys: dict[ObjectKey, int]) -> tuple[QuarterRow, ...]:
    """Return the rows of the objects in `keys`, in the order of the table."""
    about = [
        (each, Quarter(round((current - each.begin) / QUARTER_S), each.begin, each.seconds, each.suspect))
        for each in reversed(quarters)
    ]
    return tuple(
        QuarterRow(index, key, of, columns, key in packed.doubted)
        for key, index in sorted(keys.items(), key=lambda item: item[1])
        for packed, of in about
        if (columns := packed.columns.get(key)) is not None
    )
