"""Emergency calls that were refused or failed. Each is an alarm until an operator has closed it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, ClassVar, Final

from core.northbound import counters
from core.northbound.notices import EmergencyFailed, Notice
from oam.fault.sources.source import ON, SYSTEM, Finding, Source, count

if TYPE_CHECKING:
    from pathlib import Path

    from oam.context import Manager

EMERGENCY: Final = 36
SEEN: Final = "emergencies-seen"
"""File in `run` with what the counter said last: those that failed while management was away are told as well."""


class Emergencies(Source):
    """Follows the counter of failed emergency calls; the notice of the worker says which it was."""

    numbers: ClassVar = (EMERGENCY,)
    lasting: ClassVar = frozenset({EMERGENCY})
    wakes: ClassVar = frozenset({"emergency-failed"})

    def __init__(self, manager: Manager) -> None:
        self._manager = manager
        self._path: Path = manager.state / "run" / SEEN
        self._seen: int | None = None
        self._told = ""
        """What the last notice said."""

    def take(self, notice: Notice) -> None:
        """See `Source.take`."""
        if isinstance(notice, EmergencyFailed):
            self._told = f"the call to {notice.number} failed with {notice.status}, Call-ID {notice.call_id}"

    async def find(self) -> list[Finding]:
        """See `Source.find`."""
        failed = sum(block[counters.EMERGENCY_FAILED] for block in self._manager.counters)
        seen = await asyncio.to_thread(self._kept, failed) if self._seen is None else self._seen
        if failed != self._seen:
            self._seen = failed
            await asyncio.to_thread(self._keep, failed)
        if failed == seen:
            return []
        risen = failed - seen if failed > seen else failed  # a counter that has fallen began anew
        text = f"{count(risen, 'emergency call')} refused or failed"
        text, self._told = (f"{text}: {self._told}" if self._told else text), ""
        return [Finding(EMERGENCY, SYSTEM, ON, text)] if risen else []

    def _kept(self, failed: int) -> int:
        """Return what the counter said when it was last looked at; what it says now when nobody has."""
        try:
            return int(self._path.read_text())
        except (OSError, ValueError):
            return failed

    def _keep(self, failed: int) -> None:
        with contextlib.suppress(OSError):  # it costs the memory of it at the next start, no more
            self._path.write_text(f"{failed}\n")
