"""Schedules: command lists that run at their time.

Times are UTC. What was missed while the server was down, or while its clock was set forward by
more than a minute, is not caught up. A list that is still running is not started again.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from oam.automation.jobs import Jobs
from oam.grammar.timing import following
from oam.settings.automation import SCHEDULE

if TYPE_CHECKING:
    from oam.config.store import ConfigurationStore
    from oam.config.tree import Configuration
    from oam.settings.automation import Schedule

GRACE_S: Final = 60.0
"""What is later than this is missed."""
LOOK_S: Final = 10.0
"""Longest sleep: somebody may set the clock."""


class Scheduler:
    """The configured schedules and when each is next."""

    def __init__(self, configuration: ConfigurationStore, jobs: Jobs, clock: Callable[[], float] = time.time) -> None:
        self._configuration = configuration
        self._jobs = jobs
        self._clock = clock
        self._looked = clock()
        self._next: dict[Schedule, float | None] = {}
        self.skipped = 0
        """Runs that were due and did not begin: still running, or too many at a time."""
        self._changed = asyncio.Event()

    def next_at(self, schedule: Schedule) -> float | None:
        """Return when `schedule` runs next; None: never."""
        return self._next.get(schedule)

    def follow(self, _old: Configuration | None, new: Configuration) -> None:
        """Take up the schedules as they are configured now."""
        self._jobs.forget(SCHEDULE, {each.name for each in new.schedules})
        now = self._clock()
        self._next = {each: self._next.get(each) or self._following(each, now) for each in new.schedules}
        self._changed.set()

    @staticmethod
    def _following(schedule: Schedule, after: float) -> float | None:
        return None if schedule.shutdown else following(schedule.at, schedule.every, after)

    def tick(self) -> float:
        """Start what is due; return how long to sleep, in seconds."""
        now = self._clock()
        if now < self._looked:  # the clock was set back
            self._next = {each: self._following(each, now) for each in self._next}
        self._looked = now
        for schedule, moment in self._next.items():
            if moment is None or moment > now:
                continue
            if now - moment <= GRACE_S and self._jobs.start(SCHEDULE, schedule):
                self.skipped += 1
            self._next[schedule] = self._following(schedule, now)
        soonest = min((moment for moment in self._next.values() if moment is not None), default=now + LOOK_S)
        return max(0.0, min(soonest - now, LOOK_S))

    async def run(self) -> None:
        """Start schedules at their times, for ever."""
        self.follow(None, self._configuration.running)
        self._configuration.observers.append(self.follow)
        while True:
            self._changed.clear()
            delay = self.tick()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(delay):
                    await self._changed.wait()
