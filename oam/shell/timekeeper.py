"""How long a session may stand idle and last: `exec-timeout` and `absolute-timeout` of its line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from oam.settings.lines import LineSettings
from oam.shell.lines import Line, Lines

WARNING_S: Final = 60.0
"""How long before the end of its time a session is told."""
LOOK_S: Final = 30.0
"""How often changed settings are looked for."""


class Timekeeper:
    """Watches over one session."""

    def __init__(self, lines: Lines, line: Line, settings: Callable[[], LineSettings]) -> None:
        self._lines = lines
        self._line = line
        self._settings = settings
        self._warned = False

    async def run(self) -> None:
        """End the session when its time has come."""
        while (wait := self.look()) > 0:
            await asyncio.sleep(wait)

    def look(self) -> float:
        """Do what is due; return after how many seconds to look again, 0 when the session has been ended."""
        settings = self._settings()
        wait = LOOK_S
        idle = settings.exec_timeout.total_s
        if idle:
            left = idle - self._lines.idle_s(self._line)
            if left <= 0:
                self._line.end(f"idle for {spoken(idle)}")
                return 0.0
            wait = min(wait, left)
        longest = settings.absolute_timeout_min * 60
        if longest:
            left = longest - self._lines.age_s(self._line)
            if left <= 0:
                self._line.end(f"open for {spoken(longest)}, the longest allowed")
                return 0.0
            wait = min(wait, self._warn(left))
        return max(wait, 0.01)

    def _warn(self, left: float) -> float:
        """Tell the operator a minute before; return when to look again."""
        if left > WARNING_S:
            self._warned = False
            return left - WARNING_S
        tell = self._line.session.tell
        if not self._warned and tell is not None:
            tell([f"*** This session ends in {spoken(round(left))}: no session may last longer"])
        self._warned = True
        return left


def spoken(seconds: int) -> str:
    """Say a time: `10 minutes`, `1 minute 30 seconds`."""
    minutes, rest = divmod(seconds, 60)
    parts = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in ((minutes, "minute"), (rest, "second"))]
    return " ".join(part for part in parts if not part.startswith("0 ")) or "0 seconds"
