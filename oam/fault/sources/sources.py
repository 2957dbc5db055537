"""All sources of alarms: each is looked at by itself every few seconds, and at once when something happens.

What a source finds is said to the alarms. What it found before and no longer finds is over; when it fails, all of it is
unknown. No source waits for another.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from core.northbound.client import NorthboundError
from oam.fault.sources import (
    access,
    attacks,
    configuration,
    delivery,
    emergencies,
    host,
    integrity,
    load,
    processes,
    storage,
    trunks,
)
from oam.fault.sources.source import OFF, ON, UNKNOWN, Finding, Source

if TYPE_CHECKING:
    from core.northbound.notices import Notice
    from oam.context import Manager
    from oam.fault.alarms import Alarms
    from oam.notices import ManagementNotice

log = logging.getLogger("management")

SETTLE_S: Final = 1.0
"""The first look comes so long after the start, the second after another PERIOD."""
REST_S: Final = 0.2
"""Notices that come together cause one look."""
ENDED: Final = "it is no longer there"


def made(manager: Manager) -> tuple[Source, ...]:
    """Return the sources of a server."""
    return (
        processes.Processes(manager),
        processes.Listeners(manager),
        trunks.Trunks(manager),
        load.Load(manager),
        load.Tables(),
        emergencies.Emergencies(manager),
        host.Host(manager),
        host.Descriptors(manager),
        storage.Disks(manager),
        storage.Stores(manager),
        configuration.SavedConfiguration(manager),
        configuration.Controls(manager),
        configuration.Automation(manager),
        access.Aaa(manager),
        access.Lockouts(manager),
        access.Telnet(manager),
        access.Certificates(manager),
        attacks.Attacks(manager),
        attacks.Managers(manager),
        attacks.Fraud(manager),
        delivery.Delivery(manager),
        integrity.AuditLog(manager),
        integrity.Software(),
    )


class Sources:
    """Looks at the sources and says to the alarms what they find."""

    def __init__(self, manager: Manager, sources: tuple[Source, ...] | None = None) -> None:
        self._manager = manager
        self.sources: list[Source] = []
        self._wakes: dict[Source, asyncio.Event] = {}
        self._known: dict[Source, set[tuple[int, str]]] = {}
        self._failing: set[Source] = set()
        for source in made(manager) if sources is None else sources:
            self.adopt(source)
        manager.notices.subscribers.append(self.notice)

    def adopt(self, source: Source) -> None:
        """Take up one source."""
        if source not in self._wakes:
            self.sources.append(source)
            self._wakes[source] = asyncio.Event()
            self._known[source] = set()

    async def run(self) -> None:
        """Look at every source until cancelled."""
        await asyncio.sleep(SETTLE_S)
        async with asyncio.TaskGroup() as group:
            for source in self.sources:
                group.create_task(self._follow(source), name=f"alarms of {type(source).__name__}")

    def notice(self, notice: ManagementNotice) -> None:
        """Have the sources that a notice concerns look at once."""
        for source in self.sources:
            if notice.kind in source.wakes:
                self._wakes[source].set()

    def from_worker(self, notice: Notice) -> None:
        """Hand a worker's notice to the sources; what it says to operators follows and wakes them."""
        for source in self.sources:
            source.take(notice)

    async def _follow(self, source: Source) -> None:
        wake = self._wakes[source]
        while True:
            wake.clear()
            await self.look(source)
            try:
                async with asyncio.timeout(source.period_s):
                    await wake.wait()
                await asyncio.sleep(REST_S)
            except TimeoutError:
                pass

    async def look(self, source: Source) -> None:
        """Look at one source and say what it finds. Never raises."""
        try:
            async with asyncio.timeout(source.patience_s):
                found = await source.find()
            self._say(source, found)
        except Exception as error:
            self._failed(source, error)
        else:
            self._failing.discard(source)

    def _failed(self, source: Source, error: Exception) -> None:
        """All that it knew is unknown; a fault of ours is logged, once."""
        expected = isinstance(error, (NorthboundError, TimeoutError, LookupError))
        if source not in self._failing and not expected:
            log.error("alarms of %s cannot be looked for", type(source).__name__, exc_info=error)
        self._failing.add(source)
        alarms = self._manager.alarms
        for number, name in self._known[source] | self._active(source):
            alarms.unknown(number, name)

    def _say(self, source: Source, found: list[Finding]) -> None:
        alarms = self._manager.alarms
        now = set()
        for finding in found:
            now.add((finding.number, finding.object))
            say(alarms, finding)
        gone = (self._known[source] | self._active(source)) - now
        for number, name in gone:
            if number not in source.lasting:
                alarms.clear(number, name, ENDED)
        self._known[source] = now

    def _active(self, source: Source) -> set[tuple[int, str]]:
        """Return the alarms that are raised and the source's own: some may be from before our start."""
        return {
            (number, name)
            for number, name in self._manager.alarms.active
            if number in source.numbers and name.startswith(source.objects or "")
        }


def say(alarms: Alarms, finding: Finding) -> None:
    """Say one finding."""
    if finding.state == UNKNOWN:
        alarms.unknown(finding.number, finding.object)
    elif finding.state == OFF:
        alarms.clear(finding.number, finding.object, finding.text)
    else:
        alarms.set(finding.number, finding.object, finding.text, "" if finding.state == ON else finding.state)
