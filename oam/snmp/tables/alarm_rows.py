"""Where the tables of alarms have their rows from."""

from __future__ import annotations

import asyncio
import logging
import operator
import sqlite3
import weakref
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from oam.fault.alarm import Alarm, Shelf
from oam.fault.alarms import RECENT
from oam.fault.catalogue import ALARMS, CAUSES, EVENT_TYPES, Definition
from oam.fault.event import CHANGED, CLEARED, GRAVITY, RAISED, AlarmEvent
from oam.fault.history import Wanted, find
from oam.snmp import oids, syntax
from oam.snmp.notifications import SPECIFIC
from oam.snmp.oids import Oid

if TYPE_CHECKING:
    from oam.context import Manager
    from oam.fault.alarms import Alarms

log = logging.getLogger("management")

HISTORY: Final = RECENT
"""Events in the table of history, the newest."""
SLICE: Final = 200
"""Events whose rows are made before others get their turn."""
_OTHER: Final = "other"


class StatusRow(msgspec.Struct, frozen=True):
    """What a manager looks at to see whether it has missed something."""

    sequence: int
    active: int
    critical: int
    major: int
    minor: int
    warning: int
    indeterminate: int
    acknowledged: int
    unknown: int
    shelved: int
    suppressed: int
    refused: int
    raised: int
    changed: int
    cleared: int
    began_at: float
    """Since when the counters count."""
    last_at: float | None
    """When something happened last; None: nothing has since management started."""
    changed_at: float
    """The same; when management started if nothing has."""
    history: int = HISTORY
    address: str = ""
    words: str = ""
    """These two stand in notifications alone."""


class ActiveRow(msgspec.Struct, frozen=True):
    """One active alarm, or an event of one: then what follows `changed_at` means nothing."""

    sequence: int
    id: int
    number: int
    name: str
    object: str
    severity: str
    event_type: str
    cause: str
    text: str
    changed_at: float
    raised_at: float = 0.0
    acknowledged: bool = False
    acknowledged_by: str = ""
    acknowledged_at: float | None = None
    acknowledged_text: str = ""
    occurrences: int = 0
    trend: str = "no-change"
    unknown: bool = False
    flapping: int = 0
    title: str = ""
    meaning: str = ""
    effect: str = ""
    action: str = ""


class HistoryRow(msgspec.Struct, frozen=True):
    """One thing that happened to an alarm."""

    sequence: int
    happening: str
    id: int
    number: int
    name: str
    object: str
    severity: str
    before: str
    event_type: str
    cause: str
    text: str
    at: float
    user: str


class CatalogueRow(msgspec.Struct, frozen=True):
    """One kind of alarm."""

    number: int
    name: str
    title: str
    event_type: str
    cause: str
    severity: str
    severities: str
    meaning: str
    effect: str
    action: str
    clear: str
    manual: bool
    notification: Oid


def row_of_event(event: AlarmEvent) -> ActiveRow:
    """Return the leading columns as they were right after an event: what its notification says."""
    return ActiveRow(
        event.sequence, event.id, event.number, event.name, event.object, event.severity, _type(event.event_type),
        _cause(event.cause), event.text, event.at,
    )  # fmt: skip


def _type(event_type: str) -> str:
    return EVENT_TYPES.get(event_type, _OTHER)


def _cause(number: int) -> str:
    return CAUSES.get(number, _OTHER)


def _active(alarm: Alarm) -> ActiveRow:
    kind = ALARMS[alarm.number]
    return ActiveRow(
        alarm.sequence, alarm.id, alarm.number, kind.name, alarm.object, alarm.severity, _type(kind.event_type),
        _cause(kind.cause), alarm.text, alarm.changed_at, alarm.raised_at, bool(alarm.acknowledged_by),
        alarm.acknowledged_by, alarm.acknowledged_at if alarm.acknowledged_by else None, alarm.acknowledged_text,
        alarm.occurrences, alarm.trend, alarm.unknown, alarm.flapping, kind.title, kind.meaning, kind.effect,
        kind.action,
    )  # fmt: skip


class _Kept:
    """What was read last of one server's alarms: the same rows are given again while nothing has changed."""

    def __init__(self) -> None:
        self.active: list[Alarm] = []
        self.hidden: tuple[frozenset[tuple[int, str]], list[Shelf]] = (frozenset(), [])
        self.rows: Mapping[int, tuple[Alarm, ActiveRow]] = {}
        self.given: tuple[ActiveRow, ...] = ()
        self.history: tuple[HistoryRow, ...] | None = None
        self.sequence = -1


_KEPT: Final[weakref.WeakKeyDictionary[Alarms, _Kept]] = weakref.WeakKeyDictionary()


def _kept(alarms: Alarms) -> _Kept:
    return _KEPT.setdefault(alarms, _Kept())


async def status(manager: Manager) -> Sequence[StatusRow]:
    alarms = manager.alarms
    rows = _shown(alarms)
    count = dict.fromkeys(GRAVITY, 0)
    acknowledged = 0
    for row in rows:
        count[row.severity] += 1
        acknowledged += row.acknowledged
    happened = dict.fromkeys((RAISED, CHANGED, CLEARED), 0)
    for (what, _), times in alarms.totals.items():
        if what in happened:
            happened[what] += times
    active = alarms.active.values()
    last = alarms.recent[-1].at if alarms.recent else None
    facts = StatusRow(
        alarms.sequence.last, len(rows), count["critical"], count["major"], count["minor"], count["warning"],
        count["indeterminate"], acknowledged, sum(1 for each in active if each.unknown),
        sum(1 for each in active if alarms.shelf_of(each)), len(alarms.suppressed), alarms.refused, happened[RAISED],
        happened[CHANGED], happened[CLEARED], syntax.Start.at, last, last or syntax.Start.at,
    )  # fmt: skip
    return (facts,)


def _shown(alarms: Alarms) -> tuple[ActiveRow, ...]:
    """Return the rows of the alarms that `show alarms` shows; records of alarms are replaced when they change."""
    kept = _kept(alarms)
    active = list(alarms.active.values())
    hidden = (frozenset(alarms.suppressed), alarms.shelves)
    same = len(active) == len(kept.active) and all(map(operator.is_, active, kept.active))
    if same and hidden == kept.hidden:
        return kept.given
    rows: dict[int, tuple[Alarm, ActiveRow]] = {}
    for alarm in alarms.shown():
        held = kept.rows.get(alarm.id)
        rows[alarm.id] = held if held is not None and held[0] is alarm else (alarm, _active(alarm))
    kept.active, kept.hidden, kept.rows = active, hidden, rows
    kept.given = tuple(row for _, row in rows.values())
    return kept.given


async def active(manager: Manager) -> Sequence[ActiveRow]:
    return _shown(manager.alarms)


async def history(manager: Manager) -> Sequence[HistoryRow]:
    alarms = manager.alarms
    kept = _kept(alarms)
    if kept.history is not None and kept.sequence == alarms.sequence.last:
        return kept.history
    sequence, recent = alarms.sequence.last, list(alarms.recent)
    events, whole = recent, True
    if len(recent) < HISTORY and alarms.store is not None:
        try:
            events = await asyncio.to_thread(find, manager.state, Wanted(last=HISTORY), recent)
        except sqlite3.Error as error:
            log.warning("SNMP: of the history of alarms only what is in memory is served: %s", error)
            whole = False
    rows: list[HistoryRow] = []
    for start in range(0, len(events), SLICE):
        rows += map(_happened, events[start : start + SLICE])
        await asyncio.sleep(0)
    given = tuple(rows)
    if whole:
        kept.history, kept.sequence = given, sequence
    return given


def _happened(event: AlarmEvent) -> HistoryRow:
    return HistoryRow(
        event.sequence, event.happening, event.id, event.number, event.name, event.object, event.severity,
        event.before or "cleared", _type(event.event_type), _cause(event.cause), event.text, event.at, event.user,
    )  # fmt: skip


def _definition(kind: Definition) -> CatalogueRow:
    notification = (*oids.NOTIFICATIONS, SPECIFIC[kind.number].number)
    return CatalogueRow(
        kind.number, kind.name, kind.title, _type(kind.event_type), _cause(kind.cause), kind.severity,
        " ".join(kind.severities), kind.meaning, kind.effect, kind.action, kind.clear, kind.manual_clear, notification,
    )  # fmt: skip


DEFINITIONS: Final = tuple(_definition(kind) for kind in ALARMS.values())


async def catalogue(_: Manager) -> Sequence[CatalogueRow]:
    return DEFINITIONS
