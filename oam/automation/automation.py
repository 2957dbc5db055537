"""What runs by itself in one server: the lists at work, the schedules and the event hooks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from oam.automation.hooks import Hooks
from oam.automation.jobs import Jobs
from oam.automation.scheduler import Scheduler

if TYPE_CHECKING:
    from oam.context import Manager


class Automation:
    """Schedules and event hooks; `run` lets the schedules begin, and what waits for its hook."""

    def __init__(self, manager: Manager) -> None:
        self.jobs = Jobs(manager)
        self.scheduler = Scheduler(manager.configuration, self.jobs)
        self.hooks = Hooks(manager.configuration, manager.notices, self.jobs)

    async def run(self) -> None:
        """Start lists at their times until cancelled; stops then what is running."""
        hooks = asyncio.create_task(self.hooks.run(), name="event hooks")
        try:
            await self.scheduler.run()
        finally:
            hooks.cancel()
            await self.jobs.close()
