"""Whether the disk takes what is written, and whether the databases are whole."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from oam.environment import storage, stores
from oam.fault.sources.source import OFF, ON, Finding, Source
from oam.threads import Aside

if TYPE_CHECKING:
    from oam.context import Manager

DISK_ERROR: Final = 12
DATABASE: Final = 13

PROBE_S: Final = 20.0
"""A disk that takes longer for a few small files has an error, whatever it says."""
DEEP_S: Final = 21_600.0
"""How often every record of every database is read; one that was found damaged is read at each look."""
DEEP_FIRST_S: Final = 20.0
"""How long after the start that is first done."""


class Disks(Source):
    """Writes, syncs and reads a small file in each folder of the state."""

    numbers: ClassVar = (DISK_ERROR,)
    period_s = 30.0
    patience_s = PROBE_S + 5

    def __init__(self, manager: Manager) -> None:
        self._manager = manager
        self._aside = Aside("disk probe")

    async def find(self) -> list[Finding]:
        """See `Source.find`."""
        state = self._manager.state
        try:
            rows = await self._aside.run(lambda: list(storage.probes(state)), PROBE_S)
        except TimeoutError:
            return [Finding(DISK_ERROR, f"folder {state}", ON, f"the disk has not answered for {PROBE_S:g} s")]
        return [
            Finding(
                DISK_ERROR,
                f"folder {row.folder}",
                ON if row.code else OFF,
                row.result or "it is written, brought to the disk and read back",
            )
            for row in rows
        ]


class Stores(Source):
    """Opens every database, and now and then reads all of each."""

    numbers: ClassVar = (DATABASE,)
    objects: ClassVar = ("store ",)
    period_s = 30.0
    patience_s = stores.LONGEST_S + 10

    def __init__(self, manager: Manager, clock: Callable[[], float] = time.monotonic) -> None:
        self._manager = manager
        self._clock = clock
        self._aside = Aside("store check")
        self._deep_at = clock() + DEEP_FIRST_S
        self._damaged: dict[str, str] = {}
        """What was wrong with a database, by its name."""

    async def find(self) -> list[Finding]:
        """See `Source.find`."""
        state, now = self._manager.state, self._clock()
        deep = now >= self._deep_at
        if deep:
            self._deep_at = now + DEEP_S
        wanted = None if deep else set(self._damaged)
        checks = await self._aside.run(lambda: stores.check(state, wanted), stores.LONGEST_S)
        self._damaged = {each.store: each.problem for each in checks if each.problem}
        return [
            Finding(DATABASE, f"store {each.store}", ON if each.problem else OFF, each.problem or "it is whole")
            for each in checks
        ]
