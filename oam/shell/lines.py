"""Who is on: the table of sessions, by line.

A session at the console has a line `con N`, one over SSH or telnet `vty N`; scripts have
lines as well, so that they can be seen and ended. Numbers are the lowest free.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from oam.settings.lines import LineSettings

if TYPE_CHECKING:
    from oam.context import Session
    from oam.shell.terminal import Terminal

CONSOLE = "con"
VTY = "vty"
JOB = "job"
"""A command list that runs by itself."""


class LineError(Exception):
    """No line is free; the text is for the operator."""


class Line:
    """One session and what can be done to it from outside."""

    def __init__(self, number: int, kind: str, session: Session, task: asyncio.Task[object], now: float) -> None:
        self.number = number
        self.kind = kind
        self.session = session
        self.task = task
        """Ends the session when it is cancelled."""
        self.terminal: Terminal | None = None
        """None: a script."""
        self.since = now
        self.opened_at = time.time()
        """When it was opened, seconds since 1970."""
        self.idle_since = now
        """When the operator last typed, or a wait for that began; both are `time.monotonic`."""
        self.busy = False
        """A command is running: the session is not idle."""
        self.ended_by = ""
        """Why the session was ended from outside, for the log; empty: it was not."""

    @property
    def name(self) -> str:
        """`vty 3`."""
        return f"{self.kind} {self.number}"

    def end(self, reason: str) -> None:
        """End the session from outside: what runs in it is stopped, what it holds is released."""
        self.ended_by = self.ended_by or reason
        self.task.cancel()


class Lines:
    """The sessions now open."""

    def __init__(self, settings: Callable[[str], LineSettings], clock: Callable[[], float] = time.monotonic) -> None:
        """`settings` of the lines of one kind, as they are configured now."""
        self._settings = settings
        self._clock = clock
        self._open: dict[tuple[str, int], Line] = {}

    def open(self, kind: str, session: Session, operator_limit: int = 0) -> Line:
        """Give `session` a line, whose task is the current one; raises LineError. Its holder calls `close`.

        `operator_limit`: sessions that this operator may have on all lines together, 0 for as many as there are.
        """
        settings = self._settings(kind)
        same = [each for each in self._open.values() if each.kind == kind]
        if len(same) >= settings.session_limit:
            raise LineError("Too many sessions")
        own = sum(each.session.user == session.user for each in same)
        if settings.operator_limit and own >= settings.operator_limit:
            raise LineError(f"Too many sessions of {session.user}")
        if operator_limit and sum(each.session.user == session.user for each in self._open.values()) >= operator_limit:
            raise LineError(f"Too many sessions of {session.user}")
        task = asyncio.current_task()
        assert task is not None
        number = next(each for each in range(len(same) + 1) if (kind, each) not in self._open)
        line = self._open[kind, number] = Line(number, kind, session, task, self._clock())
        session.line = line
        return line

    def close(self, line: Line) -> None:
        """Take back a line."""
        self._open.pop((line.kind, line.number), None)
        line.session.line = None

    def all(self) -> list[Line]:
        """Return the lines in use, the console's first."""
        return [self._open[key] for key in sorted(self._open)]

    def find(self, kind: str, number: int) -> Line | None:
        """Return a line in use."""
        return self._open.get((kind, number))

    def touch(self, line: Line) -> None:
        """Note that the operator has typed."""
        line.idle_since = self._clock()

    def idle_s(self, line: Line) -> float:
        """Return for how long nothing was typed that is waited for."""
        return 0.0 if line.busy else self._clock() - line.idle_since

    def age_s(self, line: Line) -> float:
        """Return for how long the session has lasted."""
        return self._clock() - line.since
