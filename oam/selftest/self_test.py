"""The self-test: made at the start of management and on demand; its last result is kept, logged, and alarmed."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING, Final

from core.northbound.client import NorthboundError
from core.northbound.logs import NOTICE
from oam.selftest.checks import CHECKS
from oam.selftest.row import FAILED, PASSED, WARNING, SelfTestRow

if TYPE_CHECKING:
    from oam.context import Manager
    from oam.selftest.checks import Check

log = logging.getLogger("management")

ALARM: Final = 49
OBJECT: Final = "self-test"
FIRST_S: Final = 5.0
"""How long after the start of management it is made by itself."""
CHECK_S: Final = 90.0
"""Longest time for one test."""
TOLD: Final = 3
"""Failures that the alarm's text names."""


class SelfTest:
    """The tests of one server; only one run at a time."""

    def __init__(
        self, manager: Manager, checks: tuple[Check, ...] = CHECKS, clock: Callable[[], float] = time.time
    ) -> None:
        self._manager = manager
        self._checks = checks
        self._clock = clock
        self._running = asyncio.Lock()
        self.rows: tuple[SelfTestRow, ...] = ()
        """Result of the last run."""
        self.ended_at: float | None = None
        """When it ended, seconds since 1970; None: there was none."""

    async def at_start(self) -> None:
        """Run once, soon after the start."""
        await asyncio.sleep(FIRST_S)
        async for _ in self.run():
            pass

    async def run(self) -> AsyncGenerator[SelfTestRow, None]:
        """Make every test and yield what each finds; whoever comes meanwhile waits for his own turn."""
        async with self._running:
            rows = []
            for check in self._checks:
                for row in await self._made(check):
                    rows.append(row)
                    yield row
            self._ended(tuple(rows))

    async def _made(self, check: Check) -> list[SelfTestRow]:
        name = check.__name__
        try:
            async with asyncio.timeout(CHECK_S):
                return await check(self._manager)
        except TimeoutError as error:
            return [SelfTestRow(name, "", FAILED, str(error) or f"not ended within {CHECK_S:g} s")]
        except NorthboundError as error:
            return [SelfTestRow(name, "", FAILED, str(error))]
        except Exception as error:
            log.exception("the self-test's %s failed", name)
            return [SelfTestRow(name, "", FAILED, f"{type(error).__name__}: {error}")]

    def _ended(self, rows: tuple[SelfTestRow, ...]) -> None:
        self.rows, self.ended_at = rows, self._clock()
        counts = {outcome: sum(row.outcome == outcome for row in rows) for outcome in (PASSED, WARNING, FAILED)}
        text = ", ".join(f"{number} {outcome}" for outcome, number in counts.items())
        failed = [" ".join(part for part in (row.test, row.object) if part) for row in rows if row.outcome == FAILED]
        log.log(
            logging.ERROR if failed else NOTICE, "self-test: %s%s", text, f": {', '.join(failed)}" if failed else ""
        )
        if failed:
            more = f" and {len(failed) - TOLD} more" if len(failed) > TOLD else ""
            self._manager.alarms.set(ALARM, OBJECT, f"failed: {', '.join(failed[:TOLD])}{more}")
        else:
            self._manager.alarms.clear(ALARM, OBJECT, text)
