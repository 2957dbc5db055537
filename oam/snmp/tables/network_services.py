"""NETWORK-SERVICES-MIB (RFC 2788): applTable, whose index all tables of RFC 4780 have.

One application, the SIP server. Its associations are calls: inbound the caller's side, outbound the callee's. A call is
an inbound association from when it was sent on, and an outbound one from when it was answered; that one is in set-up
counts as both in the gauges, which tell how many there are at this moment.

assocTable is not served: it would list single calls, which concern subscribers; `show calls` does so for operators.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

import msgspec

from core.northbound.build import PRODUCT, VERSION
from core.northbound.counters import CALLS
from core.northbound.statistics import (
    ABANDONED_SILENT,
    ANSWERS,
    END_6XX,
    KINDS,
    REFUSED_OTHER,
    REFUSED_OVERLOAD,
    SEIZURES,
    SYSTEM,
)
from core.northbound.statistics import CALLS as CALLS_NOW
from oam.snmp import syntax
from oam.snmp.object import Column, Table
from oam.snmp.oids import MIB_2
from oam.snmp.rows import service
from oam.snmp.rows.asking import started_at, total
from oam.snmp.standard import octets_of
from oam.snmp.syntax import Start, enumeration
from oam.statistics.period import Minute, ObjectKey

if TYPE_CHECKING:
    from oam.context import Manager

_REFUSED: Final = slice(REFUSED_OVERLOAD, REFUSED_OTHER + 1)
_FAILED: Final = slice(ABANDONED_SILENT, END_6XX + 1)
_KEY: Final = ObjectKey(KINDS[SYSTEM], "")


class Application(msgspec.Struct, frozen=True):
    """The SIP server."""

    state: str | None
    """None: nobody knows, and the standard has no word for that."""
    changed_at: float
    started_at: float | None
    """None: it was never started."""
    calls: int
    seized: int | None = None
    answered: int | None = None
    refused: int | None = None
    failed: int | None = None
    active_at: float | None = None
    name: str = PRODUCT
    directory: str = ""
    version: str = VERSION
    description: str = "SIP proxy, redirect server and registrar"
    url: str = ""
    appl_index: ClassVar[int] = service.APPLICATION


class _Activity:
    """When there were calls last: at this moment, or at the end of a minute that had some."""

    def __init__(self, manager: Manager) -> None:
        minutes = manager.statistics.minutes
        self.at: float | None = 0.0 if minutes and minutes[0].begin <= Start.at + 60 else None
        """None: longer ago than is remembered; 0: not since management was started."""
        for minute in minutes:
            self.take(minute)
        manager.statistics.subscribers.append(self.take)

    def take(self, minute: Minute) -> None:
        """Note a minute that has ended."""
        figures = minute.figures.get(_KEY)
        if figures is not None and (figures.values[SEIZURES] or figures.values[CALLS_NOW]):
            self.at = minute.begin + minute.seconds


_ACTIVITY: Final[weakref.WeakKeyDictionary[Manager, _Activity]] = weakref.WeakKeyDictionary()


async def _applications(manager: Manager) -> Sequence[Application]:
    state = await service.state(manager)
    calls = total(manager, CALLS)
    row = Application(
        state=None if state.word == service.UNKNOWN else state.word,
        changed_at=state.since,
        started_at=started_at(manager) or None,
        calls=calls,
    )
    if not manager.configuration.running.statistics.collect_objects:
        return (row,)
    if manager not in _ACTIVITY:
        _ACTIVITY[manager] = _Activity(manager)
    rows = await manager.statistics.rows((_KEY.kind,))
    if not rows:
        return (row,)
    values = rows[0].values
    return (
        msgspec.structs.replace(
            row,
            seized=values[SEIZURES],
            answered=values[ANSWERS],
            refused=sum(values[_REFUSED]),
            failed=sum(values[_FAILED]),
            active_at=time.time() if calls else _ACTIVITY[manager].at,
        ),
    )


_OFF: Final = "No instance while `no statistics collect objects` is configured."
_ACTIVE: Final = (
    "When there was a call last: at this moment if there is one, else the end of the last minute of the clock that had "
    "one; no instance when that is longer ago than is remembered."
)

APPLICATIONS: Final = Table(
    (*MIB_2, 27, 1),
    "applTable",
    "The SIP server. Its associations are calls.",
    (
        service.INDEX,
        Column(2, "applName", syntax.TEXT, "name", "Name of the product."),
        Column(
            3, "applDirectoryName", octets_of("DistinguishedName", "NETWORK-SERVICES-MIB"), "directory",
            "Empty: no directory has an entry of it.",
        ),
        Column(4, "applVersion", syntax.TEXT, "version", "Version of the server."),
        Column(5, "applUptime", syntax.TIME_STAMP, "started_at", "When signalling was started."),
        Column(
            6, "applOperStatus",
            enumeration({
                service.UP: 1, service.DOWN: 2, "halted": 3, service.CONGESTED: 4, service.RESTARTING: 5,
                service.QUIESCING: 6,
            }),
            "state",
            "How signalling is: congested while overload control is in force; restarting while its process is being "
            "started; quiescing while it stops, or when all listeners are shut down.",
        ),
        Column(
            7, "applLastChange", syntax.TIME_STAMP, "changed_at",
            "When this state began. A state other than up begins when a manager first finds it.",
        ),
        Column(
            8, "applInboundAssociations", syntax.GAUGE, "calls", "Calls at this moment, in set-up and answered.",
            "calls",
        ),
        Column(
            9, "applOutboundAssociations", syntax.GAUGE, "calls",
            "The same: each of them was sent on, or is about to be.", "calls",
        ),
        Column(
            10, "applAccumulatedInboundAssociations", syntax.COUNTER_32, "seized", f"Calls that were sent on. {_OFF}",
            "calls",
        ),
        Column(
            11, "applAccumulatedOutboundAssociations", syntax.COUNTER_32, "answered",
            f"Calls that were answered. {_OFF}", "calls",
        ),
        Column(12, "applLastInboundActivity", syntax.TIME_STAMP, "active_at", _ACTIVE),
        Column(13, "applLastOutboundActivity", syntax.TIME_STAMP, "active_at", _ACTIVE),
        Column(
            14, "applRejectedInboundAssociations", syntax.COUNTER_32, "refused",
            f"Calls that this server has refused, for whatever reason; those it has redirected are none. {_OFF}",
            "calls",
        ),
        Column(
            15, "applFailedOutboundAssociations", syntax.COUNTER_32, "failed",
            "Calls that were sent on and not answered: refused by the far end, given up by the caller, or without any "
            f"answer. {_OFF}", "calls",
        ),
        Column(16, "applDescription", syntax.TEXT, "description", "What it does."),
        Column(17, "applURL", octets_of("URLString", "NETWORK-SERVICES-MIB"), "url", "Empty: it has no page."),
    ),
    _applications,
    indexed=("applIndex",),
    module="NETWORK-SERVICES-MIB",
)  # fmt: skip

TABLES: Final = (APPLICATIONS,)
