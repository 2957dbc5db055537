"""The saved configuration, traffic controls that were left in force, and command lists that fail."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from core.northbound.orders import ListControls
from core.northbound.rows import ControlRow
from oam.fault.sources.source import OFF, ON, UNKNOWN, Finding, Source, count
from oam.settings.automation import EVENT, SCHEDULE
from oam.threads import Aside

if TYPE_CHECKING:
    from oam.config.store import ConfigurationStore
    from oam.config.tree import Configuration
    from oam.context import Manager

SAVED: Final = 23
CONTROL: Final = 37
AUTOMATION: Final = 48

STARTUP: Final = "startup-config"
READ_S: Final = 60.0
SAME: Final = ""
DIFFERS: Final = "differs"
CONTROLS: Final = 100
"""Controls told of one by one."""


def compared(configuration: ConfigurationStore, running: Configuration) -> str:
    """Return SAME, DIFFERS, or what is wrong with startup-config. Blocks."""
    try:
        lines = configuration.startup()
    except FileNotFoundError:
        return SAME if running == type(running)() else DIFFERS
    except (OSError, ValueError) as error:
        return f"startup-config cannot be read: {getattr(error, 'strerror', None) or error}"
    saved, wrong = configuration.parse(lines)
    if wrong:
        more = f", and {count(len(wrong) - 1, 'more error')}" if len(wrong) > 1 else ""
        return f"startup-config has errors: {wrong[0]}{more}"
    return SAME if saved == running else DIFFERS


class SavedConfiguration(Source):
    """Compares what runs with startup-config, when one of the two has changed."""

    numbers: ClassVar = (SAVED,)
    wakes: ClassVar = frozenset({"config-changed", "rollback"})
    period_s = 10.0
    patience_s = READ_S + 5

    def __init__(self, manager: Manager, clock: Callable[[], float] = time.monotonic) -> None:
        self._manager = manager
        self._clock = clock
        self._aside = Aside("startup-config")
        self._compared: tuple[object, ...] = ()
        self._verdict = SAME
        self._differs_since: float | None = None

    async def find(self) -> list[Finding]:
        """See `Source.find`."""
        configuration = self._manager.configuration
        running = configuration.running
        looked = (_mark(configuration), running)
        if looked != self._compared:
            self._verdict = await self._aside.run(lambda: compared(configuration, running), READ_S)
            self._compared = looked
        return [self._judged(running.environment.unsaved_minutes)]

    def _judged(self, minutes: int) -> Finding:
        now = self._clock()
        if self._verdict not in (SAME, DIFFERS):
            return Finding(SAVED, STARTUP, "major", self._verdict)
        if self._verdict == SAME:
            self._differs_since = None
            return Finding(SAVED, STARTUP, OFF, "what runs is saved")
        self._differs_since = now if self._differs_since is None else self._differs_since
        unsaved_s = now - self._differs_since
        if not minutes or unsaved_s < 60 * minutes:
            return Finding(SAVED, STARTUP, OFF)
        return Finding(SAVED, STARTUP, "warning", f"what runs has not been saved for {minutes} minutes")


def _mark(configuration: ConfigurationStore) -> object:
    """Return what tells one startup-config from another; a few microseconds."""
    try:
        about = configuration.startup_path.stat()
    except OSError as error:
        return error.errno
    return about.st_mtime_ns, about.st_size, about.st_ino


class Controls(Source):
    """Asks the worker which traffic controls are in force, and since when."""

    numbers: ClassVar = (CONTROL,)
    wakes: ClassVar = frozenset({"config-changed"})
    period_s = 30.0

    def __init__(self, manager: Manager, clock: Callable[[], float] = time.time) -> None:
        self._manager = manager
        self._clock = clock

    async def find(self) -> list[Finding]:
        """See `Source.find`."""
        hours = self._manager.configuration.running.environment.control_hours
        answer = self._manager.worker.order(ListControls(active=True))
        rows = [row async for row in answer if isinstance(row, ControlRow)]
        old = [row for row in rows if hours and self._clock() - row.since_at >= 3600 * hours]
        return [
            Finding(CONTROL, control_name(row), ON if row in old else OFF, f"{row.bound}, since more than {hours} h")
            for row in sorted(rows, key=lambda row: row.since_at)[:CONTROLS]
        ]


def control_name(row: ControlRow) -> str:
    """Return the object that a control is in alarms."""
    return " ".join(part for part in ("control", row.control, row.code or "any", row.scope) if part)


class Automation(Source):
    """Looks at how schedules and event hooks ended."""

    numbers: ClassVar = (AUTOMATION,)
    wakes: ClassVar = frozenset({"job-failed", "config-changed"})

    def __init__(self, manager: Manager) -> None:
        self._manager = manager

    async def find(self) -> list[Finding]:
        """See `Source.find`."""
        running, outcomes = self._manager.configuration.running, self._manager.automation.jobs.outcomes
        lists = [(SCHEDULE, each.name) for each in running.schedules] + [(EVENT, each.name) for each in running.events]
        found = []
        for kind, name in lists:
            outcome = outcomes.get((kind, name))
            if outcome is None:
                found.append(Finding(AUTOMATION, f"{kind} {name}", UNKNOWN))
            elif outcome.code:
                text = f"its last run ended with code {outcome.code}: {outcome.errors}"
                found.append(Finding(AUTOMATION, f"{kind} {name}", ON, text))
            else:
                found.append(Finding(AUTOMATION, f"{kind} {name}", OFF, "its last run was well"))
        return found
