"""KPIs of everything that calls are counted for: the quarter-hour that is being filled, the one before, and 96 more.

An object has one index in all tables here, by its kind and name. Trunks are two objects, one for each direction.
sipctlObjectTable leads from there to the table of the object's kind. What has no such table with counters (the system,
listeners, subscriber groups) has them in sipctlObjectStatsTable.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from core.northbound import counters
from core.northbound.statistics import (
    DESTINATION,
    KINDS,
    LISTENER,
    METHOD,
    ROUTE_GROUP,
    SUBSCRIBER_GROUP,
    SYSTEM,
    TRUNK_IN,
    TRUNK_OUT,
)
from oam.snmp import oids, syntax
from oam.snmp.convention import OBJECT_KIND
from oam.snmp.object import HIDDEN, Column, Table
from oam.snmp.rows.asking import total
from oam.snmp.rows.counts import OF_ALL, Counts, columns
from oam.snmp.rows.indicators import FIELDS, MAIN
from oam.snmp.rows.indicators import columns as kpi_columns
from oam.snmp.rows.quarters import DAYS, KIND, NUMBER, OBJECTS, BusyHourRow, OfObject, QuarterRow, label
from oam.snmp.tables import destinations, listeners, route_groups, trunks
from oam.statistics.period import Figures
from oam.statistics.sampler import key_of
from oam.statistics.stretch import Snapshot

if TYPE_CHECKING:
    from oam.context import Manager

CURRENT: Final = "filling"
"""`current` is a word of SMIv2 that net-snmp takes for no label."""
PREVIOUS: Final = "previous"
AT_ONCE: Final = 250
"""Rows made before others have their turn: less than a millisecond."""
_METHOD: Final = KINDS[METHOD]
_OBJECTS: Final = tuple(kind for kind in KINDS if kind != _METHOD)
_OWN: Final = (KINDS[SYSTEM], KINDS[LISTENER], KINDS[SUBSCRIBER_GROUP])
"""Kinds whose counters are in no other table."""
_TABLES: Final = {
    KINDS[LISTENER]: listeners.KIND,
    KINDS[TRUNK_IN]: trunks.KIND,
    KINDS[TRUNK_OUT]: trunks.KIND,
    KINDS[ROUTE_GROUP]: route_groups.KIND,
    KINDS[DESTINATION]: destinations.KIND,
}
"""Kind of object -> kind of its index in the table of its own."""


class KpisRow(msgspec.Struct, frozen=True):
    """What is measured, and what is kept of it."""

    begin: float | None
    seconds: int | None
    suspect: bool | None
    objects: int
    shared: int
    quarters: int
    kept: int
    omitted: int
    lost: int
    waiting: int
    failure: str
    started_at: float


class ObjectRow(msgspec.Struct, frozen=True):
    """One object that calls are counted for."""

    index: int
    kind: str
    name: str
    entity: int
    born_at: float


class ObjectCounts(Counts, frozen=True):
    """Statistics of one object."""

    kind: str


class KpiRow(OfObject, frozen=True):
    """One object in one quarter-hour; its KPIs are attributes by their fields in `oam.snmp.rows.indicators`."""

    period: str
    figures: Figures

    def __getattr__(self, field: str) -> Any:
        """Return a KPI, or the count of its samples."""
        compute = FIELDS.get(field)
        if compute is None:
            raise AttributeError(field)
        return compute(self.figures)

    @property
    def begin(self) -> float:
        """When the quarter-hour began."""
        return self.figures.begin

    @property
    def seconds(self) -> float:
        """How long it was measured."""
        return self.figures.seconds

    @property
    def suspect(self) -> bool:
        """Whether figures may be wrong."""
        return self.figures.suspect


async def _summary(manager: Manager) -> Sequence[KpisRow]:
    current, _ = await asyncio.to_thread(manager.statistics.quarters)
    quarters, history = manager.snmp.quarters, manager.statistics.history
    await quarters.rows(history, manager.snmp.indexes)
    return (
        KpisRow(
            current.begin if current is not None else None,
            int(current.seconds) if current is not None else None,
            current.suspect if current is not None else None,
            total(manager, counters.STATISTICS_ROWS),
            total(manager, counters.STATISTICS_SHARED),
            quarters.kept,
            quarters.objects,
            quarters.omitted,
            history.lost,
            history.waiting,
            history.failure,
            syntax.Start.at,
        ),
    )


async def _objects(manager: Manager) -> Sequence[ObjectRow]:
    numbers = manager.snmp.indexes
    found = []
    for row in await manager.statistics.rows(_OBJECTS):
        key = key_of(row)
        index = numbers.of(KIND, label(key))
        entity = numbers.of(_TABLES[key.kind], key.name) if key.kind in _TABLES else 0
        if index is not None:
            found.append(ObjectRow(index, key.kind, key.name, entity or 0, row.born_ms / 1000))
        if len(found) % AT_ONCE == 0:
            await asyncio.sleep(0)
    await numbers.save()
    return found


async def _counts(manager: Manager) -> Sequence[ObjectCounts]:
    numbers = manager.snmp.indexes
    found = []
    for row in await manager.statistics.rows(_OWN):
        key = key_of(row)
        index = numbers.of(KIND, label(key))
        if index is not None:
            found.append(ObjectCounts(index, key.name, row.born_ms / 1000, row.values, key.kind))
    await numbers.save()
    return found


async def _kpis(manager: Manager) -> Sequence[KpiRow]:
    found: list[KpiRow] = []
    current, previous = await asyncio.to_thread(manager.statistics.quarters)
    for period, snapshot in ((CURRENT, current), (PREVIOUS, previous)):
        if snapshot is not None:
            await _put(found, manager, period, snapshot)
    await manager.snmp.indexes.save()
    return found


async def _put(found: list[KpiRow], manager: Manager, period: str, snapshot: Snapshot) -> None:
    """Add the rows of one quarter-hour."""
    numbers = manager.snmp.indexes
    for key, values in snapshot.values.items():
        index = None if key.kind == _METHOD else numbers.of(KIND, label(key))
        if index is not None:
            found.append(KpiRow(index, key, period, snapshot.of(key, values)))
        if len(found) % AT_ONCE == 0:
            await asyncio.sleep(0)


async def _history(manager: Manager) -> Sequence[QuarterRow]:
    return await manager.snmp.quarters.rows(manager.statistics.history, manager.snmp.indexes)


async def _busy_hours(manager: Manager) -> Sequence[BusyHourRow]:
    return await manager.snmp.quarters.busy_hours(manager.statistics.history, manager.snmp.indexes)


SUMMARY: Final = Table(
    (*oids.KPIS, 1),
    "sipctlKpiSummary",
    "What is measured by object, and what is kept of it. Figures are kept by quarter-hours of the clock.",
    (
        Column(
            1, "sipctlKpisQuarterBegin", syntax.DATE, "begin",
            "When the quarter-hour began that is being filled; no instance before anything was measured.",
        ),
        Column(
            2, "sipctlKpisQuarterSeconds", syntax.GAUGE, "seconds", "For how long it has been measured.", "seconds",
        ),
        Column(
            3, "sipctlKpisQuarterSuspect", syntax.TRUTH, "suspect",
            "Whether its figures may be wrong: it began late, a process was restarted within it, samples are missing, "
            "or the clock was set.",
        ),
        Column(
            4, "sipctlKpisObjects", syntax.GAUGE, "objects",
            "Objects and methods with statistics of their own now.", "objects",
        ),
        Column(
            5, "sipctlKpisObjectsShared", syntax.COUNTER, "shared",
            "Objects that were counted together with others of their kind, as 'other', for want of room.", "objects",
        ),
        Column(
            6, "sipctlKpisHistoryQuarters", syntax.GAUGE, "quarters",
            f"Quarter-hours in sipctlKpiHistoryTable, {NUMBER} at most.", "quarter-hours",
        ),
        Column(
            7, "sipctlKpisHistoryObjects", syntax.GAUGE, "kept",
            f"Objects in sipctlKpiHistoryTable, {OBJECTS} at most.", "objects",
        ),
        Column(
            8, "sipctlKpisHistoryOmitted", syntax.GAUGE, "omitted",
            f"Objects that are not in sipctlKpiHistoryTable because there are more than {OBJECTS}.", "objects",
        ),
        Column(
            9, "sipctlKpisHistoryLost", syntax.COUNTER, "lost",
            "Quarter-hours lost because nothing could be written to the disk for too long, since the agent was "
            "started.", "quarter-hours",
        ),
        Column(
            10, "sipctlKpisHistoryWaiting", syntax.GAUGE, "waiting", "Quarter-hours and days that wait for the disk.",
        ),
        Column(
            11, "sipctlKpisHistoryFailure", syntax.TEXT, "failure",
            "Why nothing can be written to the disk now; empty: all is well.",
        ),
        Column(
            12, "sipctlKpisDiscontinuityTime", syntax.TIME_STAMP, "started_at",
            "Value of sysUpTime when sipctlKpisHistoryLost began at zero: when the agent was started. "
            "sipctlKpisObjectsShared goes on over restarts of the server.",
        ),
    ),
    _summary,
    lifetime_s=10.0,
)  # fmt: skip

_QUARTER: Final = syntax.INDEX._replace(text=f"Unsigned32 (1..{NUMBER})")
_DAY: Final = syntax.INDEX._replace(text=f"Unsigned32 (1..{DAYS})")
_INDEX: Final = Column(
    1, "sipctlObjectIndex", syntax.INDEX, "index",
    "Number of the object, the same for its kind and name for as long as the server is installed.", access=HIDDEN,
)  # fmt: skip


def _said(prefix: str) -> tuple[Column, ...]:
    """Return the columns that say which object a row is of, and how it was measured."""
    return (
        Column(3, f"{prefix}Kind", OBJECT_KIND.syntax, "kind", "Kind of the object."),
        Column(4, f"{prefix}Name", syntax.TEXT, "name", "Name of the object; empty for the system."),
        Column(5, f"{prefix}Begin", syntax.DATE, "begin", "When the quarter-hour began."),
        Column(
            6, f"{prefix}Seconds", syntax.GAUGE, "seconds",
            "For how long it was measured: 900 when it is over, unless it is suspect.", "seconds",
        ),
        Column(
            7, f"{prefix}Suspect", syntax.TRUTH, "suspect",
            "Whether figures of this row may be wrong: measuring began late, a process was restarted within the "
            "quarter-hour, samples are missing, or the clock was set.",
        ),
    )  # fmt: skip


KPIS: Final = Table(
    (*oids.KPIS, 2),
    "sipctlKpiTable",
    "Key performance indicators of every object that calls are counted for, in the quarter-hour of the clock that is "
    "being filled and in the one before. Each indicator has beside it the number of events that it is made of: one of "
    "few events means little.",
    (
        Column(
            2, "sipctlKpiPeriod", syntax.enumeration({CURRENT: 1, PREVIOUS: 2}), "period",
            "The quarter-hour that is being filled, filling(1), or the one before, previous(2).", access=HIDDEN,
        ),
        *_said("sipctlKpi"),
        *kpi_columns("sipctlKpi"),
    ),
    _kpis,
    indexed=("sipctlObjectIndex", "sipctlKpiPeriod"),
    lifetime_s=10.0,
)  # fmt: skip

HISTORY: Final = Table(
    (*oids.KPIS, 3),
    "sipctlKpiHistoryTable",
    f"The main key performance indicators of the last {NUMBER} quarter-hours of the clock that are over. One that was "
    f"not measured has no row. At most {OBJECTS} objects are here: the system, then trunks, route groups, listeners, "
    "subscriber groups, and destinations as long as there is room. A quarter-hour is here a few seconds after its end.",
    (
        Column(
            2, "sipctlKpiHistoryQuarter", _QUARTER, "number",
            f"The quarter-hour: 1 the last one that is over, 2 the one before, up to {NUMBER}.", access=HIDDEN,
        ),
        *_said("sipctlKpiHistory"),
        *kpi_columns("sipctlKpiHistory", MAIN),
    ),
    _history,
    indexed=("sipctlObjectIndex", "sipctlKpiHistoryQuarter"),
    lifetime_s=10.0,
)  # fmt: skip

OBJECTS_TABLE: Final = Table(
    (*oids.KPIS, 4),
    "sipctlObjectTable",
    "The objects that calls are counted for now.",
    (
        _INDEX,
        Column(2, "sipctlObjectType", OBJECT_KIND.syntax, "kind", "Kind of the object."),
        Column(
            3, "sipctlObjectName", syntax.TEXT, "name",
            "Name of the object; empty for the system; 'other' for all of a kind that have no row of their own.",
        ),
        Column(
            4, "sipctlObjectEntity", syntax.UNSIGNED, "entity",
            "Index of the object in the table of its kind: sipctlTrunkIndex, sipctlRouteGroupIndex, "
            "sipctlDestinationIndex, sipctlListenerIndex; 0 for the system and for subscriber groups, which have "
            "no such table.",
        ),
        Column(5, "sipctlObjectSince", syntax.DATE, "born_at", "Since when the object has been counted."),
    ),
    _objects,
    indexed=("sipctlObjectIndex",),
)  # fmt: skip

COUNTS: Final = Table(
    (*oids.KPIS, 5),
    "sipctlObjectStatsTable",
    "What is counted of the calls and messages of the system, of each listener and of each subscriber group; trunks, "
    "route groups and destinations have tables of their own. Each bid is refused here or becomes a seizure; each "
    "seizure ends in exactly one way or is answered. Messages are counted for the system and for listeners. Counters "
    "go on over restarts of the server.",
    (
        Column(2, "sipctlObjectStatsKind", OBJECT_KIND.syntax, "kind", "Kind of the object."),
        *columns("sipctlObjectStats", "object; empty for the system", OF_ALL),
    ),
    _counts,
    indexed=("sipctlObjectIndex",),
)

BUSY_HOURS: Final = Table(
    (*oids.KPIS, 6),
    "sipctlBusyHourTable",
    f"The busiest hour that each object of sipctlKpiHistoryTable had in each of the last {DAYS} days (UTC): the four "
    "quarter-hours in a row with most bids, wherever they begin. An hour is of the day in which it begins.",
    (
        Column(
            1, "sipctlBusyHourDay", _DAY, "number",
            f"The day: 1 the one that is going on, with its busiest hour so far, up to {DAYS}.", access=HIDDEN,
        ),
        Column(3, "sipctlBusyHourKind", OBJECT_KIND.syntax, "kind", "Kind of the object."),
        Column(4, "sipctlBusyHourName", syntax.TEXT, "name", "Name of the object; empty for the system."),
        Column(5, "sipctlBusyHourBegin", syntax.DATE, "begin", "When the hour began."),
        Column(
            6, "sipctlBusyHourBids", syntax.GAUGE, "bids",
            "Bids in this hour: busy hour call attempts, BHCA (ITU-T E.500).", "calls",
        ),
        Column(
            7, "sipctlBusyHourSuspect", syntax.TRUTH, "suspect",
            "Whether bids may be missing or counted in the wrong hour.",
        ),
    ),
    _busy_hours,
    indexed=("sipctlObjectIndex", "sipctlBusyHourDay"),
    lifetime_s=10.0,
)  # fmt: skip

TABLES: Final = (SUMMARY, KPIS, HISTORY, OBJECTS_TABLE, COUNTS, BUSY_HOURS)
