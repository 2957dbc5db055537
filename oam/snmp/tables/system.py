"""The server as a whole: what it is, since when it runs, whether it stands alone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound.build import VERSION
from core.northbound.counters import CALLS, STARTED_AT
from oam.snmp import oids, syntax
from oam.snmp.object import Column, Table

if TYPE_CHECKING:
    from oam.context import Manager


class SystemRow(msgspec.Struct, frozen=True):
    """The server."""

    version: str
    started_at: float
    """When the signalling process started; 0: it never did."""
    uptime_s: float
    calls: int


async def _system(manager: Manager) -> Sequence[SystemRow]:
    started = max(block[STARTED_AT] for block in manager.counters)
    calls = sum(block[CALLS] for block in manager.counters)
    return (SystemRow(VERSION, started, max(time.time() - started, 0.0) if started else 0.0, calls),)


SYSTEM: Final = Table(
    oids.SYSTEM,
    "sipctlSystem",
    "The server as a whole.",
    (
        Column(1, "sipctlSystemVersion", syntax.text(32), "version", "Version of the server."),
        Column(2, "sipctlSystemStarted", syntax.DATE, "started_at", "When the signalling process was started."),
        Column(3, "sipctlSystemUptime", syntax.TICKS, "uptime_s", "Time since then."),
        Column(4, "sipctlSystemCalls", syntax.GAUGE, "calls", "Calls at this moment, in set-up and answered.", "calls"),
    ),
    _system,
    lifetime_s=0,
)

TABLES: Final = (SYSTEM,)
