"""Who is told what happens here: receivers that cannot be reached, messages that found a queue full."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from core.northbound import counters
from oam.fault.sources.level import Rise
from oam.fault.sources.source import OFF, ON, UNKNOWN, Finding, Source, count
from oam.notification.destinations import DestinationRow, destinations

if TYPE_CHECKING:
    from oam.context import Manager

UNREACHABLE: Final = 41
OVERFLOW: Final = 46
WINDOW_S: Final = 60.0
REMOTE: Final = ("syslog", "audit-syslog", "target", "snmp-host")
QUEUED: Final = (*REMOTE, "file")
"""Of what terminals and hooks miss their owners are told, and it is no fault."""


class Delivery(Source):
    """Looks at each receiver of notices and of the log, and at what signalling could not tell us."""

    numbers: ClassVar = (UNREACHABLE, OVERFLOW)
    wakes: ClassVar = frozenset({"syslog-failed", "notification-failed", "config-changed"})

    def __init__(self, manager: Manager, clock: Callable[[], float] = time.monotonic) -> None:
        self._manager = manager
        self._clock = clock
        self._dropped: dict[str, Rise] = {}

    async def find(self) -> list[Finding]:
        """See `Source.find`."""
        rows = {named(row): row for row in destinations(self._manager) if row.destination in QUEUED}
        dropped = {name: row.dropped for name, row in rows.items()}
        for number, block in enumerate(self._manager.counters, 1):
            dropped[f"worker sip-{number}"] = block[counters.LOG_DROPPED] + block[counters.NOTICES_DROPPED]
        self._dropped = {name: self._dropped.get(name, Rise(WINDOW_S)) for name in dropped}
        return [
            *(reached(name, row) for name, row in rows.items() if row.destination in REMOTE),
            *(self._overflow(name, value) for name, value in dropped.items()),
        ]

    def _overflow(self, name: str, value: int) -> Finding:
        risen = self._dropped[name].of(value, self._clock())
        text = f"{count(risen, 'message')} dropped in the last minute" if risen else ""
        return Finding(OVERFLOW, name, ON if risen else OFF, text)


def named(row: DestinationRow) -> str:
    """Return the object that a receiver is in alarms."""
    return f"{row.destination} {row.name}".rstrip()


def reached(name: str, row: DestinationRow) -> Finding:
    """Judge one receiver."""
    if row.error:
        return Finding(UNREACHABLE, name, ON, row.error)
    return Finding(UNREACHABLE, name, OFF if row.taken else UNKNOWN, "it takes messages")
