"""Where the tables of ALARM-MIB have their rows from: the rows of our own tables of alarms, read once for both."""

from __future__ import annotations

import asyncio
import weakref
from collections import Counter
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

import msgspec

from oam.fault.event import CHANGED, CLEARED, GRAVITY, RAISED, SEVERITIES, SHELVED, UNSHELVED
from oam.snmp import ber, oids, syntax
from oam.snmp.notifications import LEADING, SPECIFIC
from oam.snmp.object import below
from oam.snmp.oids import MIB_2, SNMP_MODULES, Oid
from oam.snmp.standard import ZERO, address_type, indexed_by_octets
from oam.snmp.tables import alarm_rows, alarms

if TYPE_CHECKING:
    from oam.context import Manager
    from oam.fault.alarms import Alarms
    from oam.snmp.notify.log import Entry
    from oam.snmp.object import Column
    from oam.snmp.tables.alarm_rows import ActiveRow, HistoryRow

MODULE: Final = "ALARM-MIB"
MODEL_OID: Final[Oid] = (*MIB_2, 118, 1, 1, 2)
ACTIVE_OID: Final[Oid] = (*MIB_2, 118, 1, 2, 2)
CLEAR_OID: Final[Oid] = (*MIB_2, 118, 1, 3, 2)
ITU_MODEL_OID: Final[Oid] = (*MIB_2, 121, 1, 1, 1)
ITU_ACTIVE_OID: Final[Oid] = (*MIB_2, 121, 1, 2, 1)
_SYS_UP_TIME: Final[Oid] = (*MIB_2, 1, 3, 0)
_SNMP_TRAP_OID: Final[Oid] = (*SNMP_MODULES, 1, 1, 4, 1, 0)
_LOGGED: Final[Oid] = (*MIB_2, 92, 1, 3, 1, 1, 2, 0)
"""nlmLogTime in the log without a name: the first column of NOTIFICATION-LOG-MIB that can be read."""
STATES: Final = {severity: gravity + 1 for severity, gravity in GRAVITY.items()}
"""Severity -> alarmModelState."""
KINDS: Final = {
    "counter32": ber.COUNTER32,
    "unsigned32": ber.GAUGE32,
    "timeTicks": ber.TIME_TICKS,
    "integer32": ber.INTEGER,
    "ipAddress": ber.IP_ADDRESS,
    "octetString": ber.OCTET_STRING,
    "objectId": ber.OBJECT_IDENTIFIER,
    "counter64": ber.COUNTER64,
    "opaque": 0x44,
}
"""alarmActiveVariableValueType, in its order -> BER tag."""
VALUES: Final = (
    (4, "Counter32", "counter32"),
    (5, "Unsigned32", "unsigned32"),
    (6, "TimeTicks", "timeTicks"),
    (7, "Integer32", "integer32"),
    (8, "OctetString", "octetString"),
    (9, "IpAddress", "ipAddress"),
    (10, "Oid", "objectId"),
    (11, "Counter64", "counter64"),
    (12, "Opaque", "opaque"),
)
"""Number of a column, its name, and the type it is of."""
_KIND_OF: Final = {tag: kind for kind, tag in KINDS.items()}
_COLUMNS: Final[dict[str, Column]] = {column.name: column for column in alarms.ACTIVE.columns}
_OBJECT: Final[Oid] = (*alarms.ACTIVE.entry, _COLUMNS["sipctlAlarmObject"].number)
_SEQUENCE: Final[Oid] = (*alarms.ACTIVE.entry, _COLUMNS["sipctlAlarmSequence"].number)
_LEADING: Final = tuple((_COLUMNS[name], (*alarms.ACTIVE.entry, _COLUMNS[name].number)) for name in LEADING)
DATE_INDEX: Final = indexed_by_octets(syntax.DATE)
AT_ONCE: Final = 50
"""Alarms made rows of before others have their turn."""


class _OfList(msgspec.Struct, frozen=True):
    """A row of the only list."""

    list_name: ClassVar[str] = ""
    context: ClassVar[str] = ""


class ChangedRow(msgspec.Struct, frozen=True):
    """When something changed."""

    at: float = 0.0


class ModelRow(_OfList, frozen=True):
    """One kind of alarm in one state."""

    number: int
    state: int
    notification: Oid
    value: int
    description: str
    severity: str
    event_type: str
    cause: str
    meaning: str
    generic: Oid
    specific: Oid
    varbind: int = LEADING.index("sipctlAlarmSeverity") + 3
    """Counted from 1, after sysUpTime and snmpTrapOID."""
    subtree: Oid = _OBJECT
    prefix: Oid = ZERO
    status: str = "active"


class WholeRow(msgspec.Struct, frozen=True):
    """The active alarms as a whole."""

    changed_at: float
    refused: int


class Place(NamedTuple):
    """Where alarms come from."""

    engine_id: bytes
    address_type: str
    address: str


NOWHERE: Final = Place(b"", "unknown", "")


class AlarmRow(_OfList, frozen=True, gc=False):
    """One alarm."""

    at: float
    id: int
    engine_id: bytes
    address_type: str
    address: str
    notification: Oid
    resource: Oid
    description: str
    model: Oid
    log: Oid
    trend: str
    specific: Oid
    variables: int = len(LEADING) + 2


class VariableRow(_OfList, frozen=True, gc=False):
    """One variable of one alarm."""

    id: int
    number: int
    name: Oid
    value: bytes
    """Encoded."""

    @property
    def kind(self) -> str:
        """Type of the value."""
        return _KIND_OF[self.value[0]]

    def __getattr__(self, field: str) -> Any:
        """Return the value in the column of its type, None in those of others."""
        if field not in KINDS:
            raise AttributeError(field)
        return self.value if self.kind == field else None


class StatisticsRow(_OfList, frozen=True):
    """How many alarms there are, and were."""

    active: int
    raised: int
    raised_at: float
    cleared_at: float
    indeterminate: int
    critical: int
    major: int
    minor: int
    warning: int


class MaximumRow(msgspec.Struct, frozen=True):
    """How many events are kept."""

    most: int = alarm_rows.HISTORY


class ClearRow(_OfList, frozen=True, gc=False):
    """One alarm that is over."""

    at: float
    id: int
    engine_id: bytes
    address_type: str
    address: str
    notification: Oid
    resource: Oid
    model: Oid
    log: int


class _Kept:
    """What was made last of one server's alarms: the same rows are given again while nothing has changed."""

    def __init__(self) -> None:
        self.active: tuple[object, object, Place, Sequence[AlarmRow]] = (None, None, NOWHERE, ())
        self.variables: tuple[object, Sequence[VariableRow]] = (None, ())
        self.cleared: tuple[object, object, Place, Sequence[ClearRow]] = (None, None, NOWHERE, ())
        self.logged: tuple[tuple[Entry, ...], Mapping[int, int]] = ((), {})
        """Notifications that are in the log, and the number there of the last one about each alarm."""
        self.last: dict[str, float] = {}
        """Happening -> when it last did."""


_KEPT: Final[weakref.WeakKeyDictionary[Alarms, _Kept]] = weakref.WeakKeyDictionary()


def _kept(manager: Manager) -> _Kept:
    return _KEPT.setdefault(manager.alarms, _Kept())


async def model_changed(_: Manager) -> Sequence[ChangedRow]:
    """Return that kinds of alarms never change."""
    return (ChangedRow(),)


async def models(_: Manager) -> Sequence[ModelRow]:
    """Return the kinds of alarms; a profile may give each whatever severity."""
    return MODELS


def notification_of(number: int) -> Oid:
    """Return the notification of a kind of alarm."""
    return (*oids.NOTIFICATIONS, SPECIFIC[number].number)


def model_of(number: int, severity: str) -> Oid:
    """Return the pointer to a row of alarmModelTable: the instance of its first column, below an empty list name."""
    return (*MODEL_OID, 1, 3, 0, number, STATES[severity])


async def active_changed(manager: Manager) -> Sequence[WholeRow]:
    """Return when the list of active alarms last changed."""
    last = _last(manager)
    at = max(last.get(each, 0.0) for each in (RAISED, CHANGED, CLEARED, SHELVED, UNSHELVED))
    return (WholeRow(at, manager.alarms.refused),)


def _last(manager: Manager) -> dict[str, float]:
    """Return when everything last happened; what is long ago is remembered from before."""
    last = _kept(manager).last
    last |= {event.happening: event.at for event in manager.alarms.recent}
    return last


async def active(manager: Manager) -> Sequence[AlarmRow]:
    """Return the active alarms."""
    kept, given, place = _kept(manager), await alarm_rows.active(manager), _place(manager)
    entries, logged = _logged(manager)
    if kept.active[0] is not given or kept.active[1] is not entries or kept.active[2] != place:
        rows: list[AlarmRow] = []
        for done, alarm in enumerate(given):
            if done % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)
            rows.append(_active(alarm, place, logged.get(alarm.id)))
        kept.active = (given, entries, place, rows)
    return kept.active[3]


def _logged(manager: Manager) -> tuple[tuple[Entry, ...], Mapping[int, int]]:
    """Return the log of notifications, and the number there of the last one about each alarm."""
    kept, entries = _kept(manager), manager.snmp.notifier.log.entries()
    if kept.logged[0] is not entries:
        found: dict[int, int] = {}
        for entry in entries:
            if entry.told.variables and below(entry.told.variables[0][0], _SEQUENCE):
                found[entry.told.variables[0][0][-1]] = entry.number
        kept.logged = (entries, found)
    return kept.logged


def _date(at: float) -> Oid:
    """Return the arcs of a date in an index."""
    octets = syntax.DATE.encode(at)[2:]
    return (len(octets), *octets)


def _active(alarm: ActiveRow, place: Place, logged: int | None) -> AlarmRow:
    return AlarmRow(
        alarm.changed_at, alarm.id, *place, notification_of(alarm.number), (*_OBJECT, alarm.id),
        f"{alarm.title}, {alarm.object}: {alarm.text}", model_of(alarm.number, alarm.severity),
        ZERO if logged is None else (*_LOGGED, logged), alarm.trend,
        (*ITU_ACTIVE_OID, 1, 1, 0, *_date(alarm.changed_at), alarm.id),
    )  # fmt: skip


async def variables(manager: Manager) -> Sequence[VariableRow]:
    """Return the variables of the active alarms."""
    kept, given = _kept(manager), await alarm_rows.active(manager)
    if kept.variables[0] is not given:
        rows: list[VariableRow] = []
        for done, alarm in enumerate(given):
            if done % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)
            rows += _variables(alarm)
        kept.variables = (given, rows)
    return kept.variables[1]


def _variables(alarm: ActiveRow) -> list[VariableRow]:
    values = [
        (_SYS_UP_TIME, syntax.TIME_STAMP.encode(alarm.changed_at)),
        (_SNMP_TRAP_OID, syntax.OID.encode(notification_of(alarm.number))),
    ]
    values += [((*oid, alarm.id), column.syntax.encode(getattr(alarm, column.field))) for column, oid in _LEADING]
    return [VariableRow(alarm.id, number, name, value) for number, (name, value) in enumerate(values, 1)]


async def statistics(manager: Manager) -> Sequence[StatisticsRow]:
    """Return how many alarms there are, and were."""
    last = _last(manager)
    raised = sum(times for (happening, _), times in manager.alarms.totals.items() if happening == RAISED)
    shown = await alarm_rows.active(manager)
    now = Counter(each.severity for each in shown)
    return (
        StatisticsRow(
            len(shown), raised, last.get(RAISED, 0.0), last.get(CLEARED, 0.0), now["indeterminate"], now["critical"],
            now["major"], now["minor"], now["warning"],
        ),
    )  # fmt: skip


async def clear_maximum(_: Manager) -> Sequence[MaximumRow]:
    """Return how many events are kept."""
    return (MaximumRow(),)


async def cleared(manager: Manager) -> Sequence[ClearRow]:
    """Return the alarms that are over."""
    kept, given, place = _kept(manager), await alarm_rows.history(manager), _place(manager)
    entries, logged = _logged(manager)
    if kept.cleared[0] is not given or kept.cleared[1] is not entries or kept.cleared[2] != place:
        over = [each for each in given if each.happening == CLEARED and each.number in SPECIFIC]
        kept.cleared = (given, entries, place, [_cleared(each, place, logged.get(each.id, 0)) for each in over])
    return kept.cleared[3]


def _cleared(event: HistoryRow, place: Place, logged: int) -> ClearRow:
    return ClearRow(
        event.at, event.id, *place, notification_of(event.number), (*_OBJECT, event.id),
        model_of(event.number, CLEARED), logged,
    )  # fmt: skip


def _place(manager: Manager) -> Place:
    listeners = manager.configuration.running.snmp.listeners
    address = listeners[0].address if listeners else ""
    if address and ip_address(address).is_unspecified:
        address = ""
    return Place(manager.snmp.statistics().snmp_engine_id, address_type(address), address)


def _model(kind: alarm_rows.CatalogueRow, severity: str) -> ModelRow:
    value = SEVERITIES[severity]
    return ModelRow(
        kind.number, STATES[severity], kind.notification, value, f"{kind.title}: {severity}", severity,
        kind.event_type, kind.cause, kind.meaning, model_of(kind.number, severity),
        (*ITU_MODEL_OID, 1, 2, 0, kind.number, value),
    )  # fmt: skip


MODELS: Final = tuple(_model(kind, severity) for kind in alarm_rows.DEFINITIONS for severity in STATES)
