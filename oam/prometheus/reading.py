"""All figures at one moment, gathered for a page."""

from __future__ import annotations

import asyncio
from typing import Final

from core.northbound.build import VERSION as RELEASE
from core.northbound.client import NorthboundError
from core.northbound.counters import COUNTERS, STARTED_AT
from core.northbound.rows import ProcessRow
from core.northbound.statistics import VERSION, ObjectRow, open_statistics, read_codes, read_rows
from oam.config.store import ConfigurationStore
from oam.config.tree import Configuration
from oam.context import Manager
from oam.fault.catalogue import ALARMS as CATALOGUE
from oam.prometheus.metrics import Own, Reading, Standing
from oam.statistics.statistics import FILE

SUPERVISOR_S: Final = 2.0
"""How long the supervisor may take to tell of its processes; without them the page has none."""
ROWS_AT_ONCE: Final = 128
"""Rows read before others have their turn: less than a millisecond."""
ALARMS: Final = 1000
"""Most alarms told of: those that `show alarms` shows, the gravest first."""


class Saved:
    """Whether what runs is in startup-config: looked up anew only when one of the two has changed."""

    def __init__(self, configuration: ConfigurationStore) -> None:
        self._configuration = configuration
        self._seen: tuple[Configuration, tuple[int, int, int]] | None = None
        self._value = False

    async def now(self) -> bool:
        """Tell whether the server would start with what it runs on."""
        running = self._configuration.running
        try:
            status = self._configuration.startup_path.stat()
        except OSError:
            return False
        mark = (status.st_mtime_ns, status.st_size, status.st_ino)
        if self._seen is None or self._seen[0] is not running or self._seen[1] != mark:
            self._value = await asyncio.to_thread(self._same, running)
            self._seen = (running, mark)
        return self._value

    def _same(self, running: Configuration) -> bool:
        try:
            saved, problems = self._configuration.parse(self._configuration.startup())
        except (OSError, ValueError):
            return False
        return not problems and saved == running


class Reader:
    """Gathers the figures of one server."""

    def __init__(self, manager: Manager) -> None:
        self._manager = manager
        self._saved = Saved(manager.configuration)
        self._statistics: memoryview | None = None

    async def read(self, own: Own) -> Reading:
        """Return the figures of this moment; what cannot be had is missing."""
        if self._statistics is None:
            self._statistics = open_statistics(self._manager.state / "run" / FILE)
        objects: list[ObjectRow] = []
        written = self._statistics[0] == VERSION
        for row in read_rows(self._statistics) if written else ():
            objects.append(row)
            if len(objects) % ROWS_AT_ONCE == 0:
                await asyncio.sleep(0)
        return Reading(
            version=RELEASE,
            counters=sums(self._manager.counters),
            objects=objects,
            codes=list(read_codes(self._statistics)) if written else (),
            processes=await self._processes(),
            alarms=self._alarms(),
            saved=await self._saved.now(),
            own=own,
        )

    async def _processes(self) -> list[ProcessRow]:
        try:
            async with asyncio.timeout(SUPERVISOR_S):
                return await self._manager.supervisor.processes()
        except (TimeoutError, NorthboundError):
            return []

    def _alarms(self) -> list[Standing]:
        return [
            Standing(
                each.number,
                CATALOGUE[each.number].name,
                each.object,
                each.severity,
                bool(each.acknowledged_by),
                each.raised_at,
            )
            for each in self._manager.alarms.shown()[:ALARMS]
        ]


def sums(blocks: list[memoryview]) -> list[int]:
    """Return every counter summed over the workers' blocks; of the times they started the latest."""
    found = [sum(block[counter.slot] for block in blocks) for counter in COUNTERS]
    found[STARTED_AT] = max(block[STARTED_AT] for block in blocks)
    return found
