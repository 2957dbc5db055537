"""NOTIFICATION-LOG-MIB (RFC 3014): the last notifications, for managers that missed some.

There is one log, the default one, whose name is empty; it holds what is notified, to whomever. Managers set nothing in
it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from oam.snmp import ber, oids, syntax
from oam.snmp.object import HIDDEN, Column, Table
from oam.snmp.oids import Oid
from oam.snmp.standard import ROW_STATUS
from oam.snmp.syntax import Syntax

if TYPE_CHECKING:
    from oam.context import Manager
    from oam.snmp.notify.log import Entry
    from oam.snmp.notify.notification import Variable

SLICE: Final = 50
"""Notifications whose rows are made before others get their turn."""
_MODULE: Final = "NOTIFICATION-LOG-MIB"
_ROOT: Final[Oid] = (*oids.MIB_2, 92, 1)
_NAME: Final = ""
"""Of the default log."""


class GlobalRow(msgspec.Struct, frozen=True):
    """All logs together."""

    entries: int
    logged: int
    bumped: int
    age_out: int = 0


class LogRow(msgspec.Struct, frozen=True):
    """The default log."""

    entries: int
    logged: int
    bumped: int
    wanted: str
    state: str
    name: str = _NAME
    filter: str = ""
    storage: str = "readOnly"
    status: str = "active"


class EntryRow(msgspec.Struct, frozen=True, gc=False):
    """One notification; of another engine it never is."""

    number: int
    uptime_s: float
    at: float
    notification: Oid
    name: str = _NAME
    engine_id: bytes = b""
    address: bytes | None = None
    domain: Oid | None = None
    context_engine: bytes = b""
    context: str = ""


class VariableRow(msgspec.Struct, frozen=True, gc=False):
    """One variable of one notification; of the values the one of its type is not None. They are encoded already."""

    number: int
    place: int
    oid: Oid
    type: str
    counter_32: bytes | None = None
    unsigned_32: bytes | None = None
    ticks: bytes | None = None
    integer_32: bytes | None = None
    octets: bytes | None = None
    ip_address: bytes | None = None
    object_id: bytes | None = None
    counter_64: bytes | None = None
    opaque: bytes | None = None
    name: str = _NAME


_OPAQUE: Final = 0x44
_TYPES: Final = {
    ber.COUNTER32: ("counter32", "counter_32"),
    ber.GAUGE32: ("unsigned32", "unsigned_32"),
    ber.TIME_TICKS: ("timeTicks", "ticks"),
    ber.INTEGER: ("integer32", "integer_32"),
    ber.IP_ADDRESS: ("ipAddress", "ip_address"),
    ber.OCTET_STRING: ("octetString", "octets"),
    ber.OBJECT_IDENTIFIER: ("objectId", "object_id"),
    ber.COUNTER64: ("counter64", "counter_64"),
    _OPAQUE: ("opaque", "opaque"),
}
"""Tag -> nlmLogVariableValueType in the order of its numbers, field of the row."""


async def _globals(manager: Manager) -> Sequence[GlobalRow]:
    kept = manager.snmp.notifier.log
    return (GlobalRow(manager.configuration.running.snmp.log_size, kept.logged, kept.bumped),)


async def _logs(manager: Manager) -> Sequence[LogRow]:
    kept = manager.snmp.notifier.log
    size = manager.configuration.running.snmp.log_size
    states = ("enabled", "operational") if size else ("disabled", "disabled")
    return (LogRow(size, kept.logged, kept.bumped, *states),)


class _Made:
    """Rows of the entries: they are made once, and the same are given while nothing changes."""

    def __init__(self, rows: Callable[[Entry], Sequence[Any]]) -> None:
        self._rows = rows
        self._of: tuple[Entry, ...] = ()
        self._held: dict[int, tuple[Entry, Sequence[Any]]] = {}
        self._given: tuple[Any, ...] = ()

    async def __call__(self, manager: Manager) -> Sequence[Any]:
        entries = manager.snmp.notifier.log.entries()
        if entries is not self._of:
            held: dict[int, tuple[Entry, Sequence[Any]]] = {}
            for entry in entries:
                known = self._held.get(entry.number)
                if known is None or known[0] is not entry:
                    known = entry, self._rows(entry)
                    if len(held) % SLICE == SLICE - 1:
                        await asyncio.sleep(0)
                held[entry.number] = known
            self._held, self._of = held, entries
            self._given = tuple(row for _, rows in held.values() for row in rows)
        return self._given


def _entry(entry: Entry) -> Sequence[EntryRow]:
    return (EntryRow(entry.number, entry.told.uptime_s, entry.told.at, entry.told.oid),)


def _variables(entry: Entry) -> Sequence[VariableRow]:
    return [_variable(entry.number, place, each) for place, each in enumerate(entry.told.variables, 1)]


def _variable(number: int, place: int, variable: Variable) -> VariableRow:
    oid, value = variable
    kind, field = _TYPES[value[0]]
    values: dict[str, Any] = {field: value}
    return VariableRow(number, place, oid, kind, **values)


def _as_it_is(clause: str, tag: int, *imported: tuple[str, str]) -> Syntax:
    return Syntax(clause, tag, lambda value: value, imported=imported)


_LOG_NAME: Final = syntax.text(32)
_UP_TIME: Final = syntax.TICKS._replace(text="TimeStamp", imported=(("SNMPv2-TC", "TimeStamp"),))
"""sysUpTime at a moment: rows hold it as it was, the host's clock may have been set since."""
_STORAGE: Final = syntax.enumeration(
    {"other": 1, "volatile": 2, "nonVolatile": 3, "permanent": 4, "readOnly": 5},
    "StorageType",
    ("SNMPv2-TC", "StorageType"),
)
_ENGINE_ID: Final = syntax.octets("SnmpEngineID", ("SNMP-FRAMEWORK-MIB", "SnmpEngineID"))
_T_ADDRESS: Final = syntax.octets("TAddress", ("SNMPv2-TC", "TAddress"))
_T_DOMAIN: Final = syntax.OID._replace(text="TDomain", imported=(("SNMPv2-TC", "TDomain"),))
_TYPE: Final = syntax.enumeration({kind: number for number, (kind, _) in enumerate(_TYPES.values(), 1)})

CONFIG: Final = Table(
    (*_ROOT, 1),
    "nlmConfig",
    "How much is kept.",
    (
        Column(1, "nlmConfigGlobalEntryLimit", syntax.UNSIGNED, "entries", "Most notifications in all logs."),
        Column(
            2, "nlmConfigGlobalAgeOut", syntax.UNSIGNED, "age_out",
            "Minutes after which a notification goes; 0: none goes for its age.", "minutes",
        ),
    ),
    _globals,
    module=_MODULE,
    lifetime_s=0,
)  # fmt: skip

CONFIG_LOGS: Final = Table(
    (*_ROOT, 1, 3),
    "nlmConfigLogTable",
    "The logs that there are: the default one.",
    (
        Column(1, "nlmLogName", _LOG_NAME, "name", "Name of the log; that of the default one is empty.", access=HIDDEN),
        Column(
            2, "nlmConfigLogFilterName", _LOG_NAME, "filter", "Filter of what goes into it; empty: everything does.",
        ),
        Column(3, "nlmConfigLogEntryLimit", syntax.UNSIGNED, "entries", "Most notifications in this log."),
        Column(
            4, "nlmConfigLogAdminStatus", syntax.enumeration({"enabled": 1, "disabled": 2}), "wanted",
            "Whether it is to be kept.",
        ),
        Column(
            5, "nlmConfigLogOperStatus", syntax.enumeration({"disabled": 1, "operational": 2, "noFilter": 3}), "state",
            "Whether it is kept.",
        ),
        Column(6, "nlmConfigLogStorageType", _STORAGE, "storage", "Nothing of the log can be set."),
        Column(7, "nlmConfigLogEntryStatus", ROW_STATUS, "status", "State of the row."),
    ),
    _logs,
    ("nlmLogName",),
    module=_MODULE,
    lifetime_s=0,
)  # fmt: skip

STATS: Final = Table(
    (*_ROOT, 2),
    "nlmStats",
    "How many notifications there were.",
    (
        Column(
            1, "nlmStatsGlobalNotificationsLogged", syntax.COUNTER_32, "logged", "Notifications put into the logs.",
            "notifications",
        ),
        Column(
            2, "nlmStatsGlobalNotificationsBumped", syntax.COUNTER_32, "bumped",
            "Notifications that had to go for newer ones.", "notifications",
        ),
    ),
    _globals,
    module=_MODULE,
    lifetime_s=0,
)  # fmt: skip

STATS_LOGS: Final = Table(
    (*_ROOT, 2, 3),
    "nlmStatsLogTable",
    "The same by log.",
    (
        Column(
            1, "nlmStatsLogNotificationsLogged", syntax.COUNTER_32, "logged", "Notifications put into the log.",
            "notifications",
        ),
        Column(
            2, "nlmStatsLogNotificationsBumped", syntax.COUNTER_32, "bumped",
            "Notifications that had to go for newer ones.", "notifications",
        ),
    ),
    _logs,
    ("nlmLogName",),
    augments="nlmConfigLogTable",
    module=_MODULE,
    lifetime_s=0,
)  # fmt: skip

LOG: Final = Table(
    (*_ROOT, 3, 1),
    "nlmLogTable",
    "The last notifications.",
    (
        Column(
            1, "nlmLogIndex", syntax.INDEX, "number", "Number of the notification: each has the next.", access=HIDDEN,
        ),
        Column(2, "nlmLogTime", _UP_TIME, "uptime_s", "sysUpTime when it was notified."),
        Column(3, "nlmLogDateAndTime", syntax.DATE, "at", "When it was notified, in UTC."),
        Column(4, "nlmLogEngineID", _ENGINE_ID, "engine_id", "Engine that it comes from; empty: this one."),
        Column(5, "nlmLogEngineTAddress", _T_ADDRESS, "address", "Address of another engine that it comes from."),
        Column(6, "nlmLogEngineTDomain", _T_DOMAIN, "domain", "Kind of that address."),
        Column(7, "nlmLogContextEngineID", _ENGINE_ID, "context_engine", "Engine of its context; empty: this one."),
        Column(8, "nlmLogContextName", syntax.TEXT, "context", "Its context."),
        Column(9, "nlmLogNotificationID", syntax.OID, "notification", "Which notification it is."),
    ),
    _Made(_entry),
    ("nlmLogName", "nlmLogIndex"),
    module=_MODULE,
    lifetime_s=0,
)  # fmt: skip

VARIABLES: Final = Table(
    (*_ROOT, 3, 2),
    "nlmLogVariableTable",
    "What the last notifications carry; each variable has a value in the column of its type.",
    (
        Column(1, "nlmLogVariableIndex", syntax.INDEX, "place", "Place of the variable.", access=HIDDEN),
        Column(2, "nlmLogVariableID", syntax.OID, "oid", "Which instance it is."),
        Column(3, "nlmLogVariableValueType", _TYPE, "type", "Type of its value."),
        Column(4, "nlmLogVariableCounter32Val", _as_it_is("Counter32", ber.COUNTER32), "counter_32", "Its value."),
        Column(5, "nlmLogVariableUnsigned32Val", _as_it_is("Unsigned32", ber.GAUGE32), "unsigned_32", "Its value."),
        Column(6, "nlmLogVariableTimeTicksVal", _as_it_is("TimeTicks", ber.TIME_TICKS), "ticks", "Its value."),
        Column(7, "nlmLogVariableInteger32Val", _as_it_is("Integer32", ber.INTEGER), "integer_32", "Its value."),
        Column(8, "nlmLogVariableOctetStringVal", _as_it_is("OCTET STRING", ber.OCTET_STRING), "octets", "Its value."),
        Column(9, "nlmLogVariableIpAddressVal", _as_it_is("IpAddress", ber.IP_ADDRESS), "ip_address", "Its value."),
        Column(
            10, "nlmLogVariableOidVal", _as_it_is("OBJECT IDENTIFIER", ber.OBJECT_IDENTIFIER), "object_id",
            "Its value.",
        ),
        Column(11, "nlmLogVariableCounter64Val", _as_it_is("Counter64", ber.COUNTER64), "counter_64", "Its value."),
        Column(12, "nlmLogVariableOpaqueVal", _as_it_is("Opaque", _OPAQUE), "opaque", "Its value."),
    ),
    _Made(_variables),
    ("nlmLogName", "nlmLogIndex", "nlmLogVariableIndex"),
    module=_MODULE,
    lifetime_s=0,
)  # fmt: skip

TABLES: Final = (CONFIG, CONFIG_LOGS, STATS, STATS_LOGS, LOG, VARIABLES)
