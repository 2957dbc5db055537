"""`monitor` as it runs: the last snapshot, and what the keys have chosen."""

from __future__ import annotations

from typing import Final

from oam.context import Manager
from oam.monitor.snapshot import Snapshot
from oam.monitor.source import Source
from oam.monitor.view import PAGES, SORTS, Line, State, drawn, texts

QUIT: Final = "quit"
PAUSE: Final = "pause"
NEXT: Final = "next"
PREVIOUS: Final = "previous"
DOWN: Final = "down"
UP: Final = "up"
"""What keys mean."""


class Live:
    """A screen that follows the server (`oam.shell.screen.View`)."""

    def __init__(self, manager: Manager, interval_s: float, page: str = PAGES[0]) -> None:
        self.interval_s = interval_s
        self._source = Source(manager)
        self._snapshot: Snapshot | None = None
        self.state = State(page)

    async def look(self) -> None:
        """Take new figures; paused, they are taken and not shown."""
        found = await self._source.look()
        if not self.state.paused or self._snapshot is None:
            self._snapshot = found

    def lines(self, width: int, height: int) -> list[Line]:
        """Return the screen."""
        return drawn(self._snapshot, self.state, width, height) if self._snapshot is not None else []

    def table(self, width: int, height: int) -> list[str]:
        """Return the same for a terminal that is not drawn on: without the keys and empty lines at the end."""
        lines = texts(self.lines(width, height))[:-1]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def plainly(self) -> None:
        """Use ASCII alone from now on."""
        self.state = self.state._replace(plain=True)

    def pressed(self, key: str) -> bool:
        """Take a key; False ends it."""
        state = self.state
        if key == PAUSE:
            self.state = state._replace(paused=not state.paused)
        elif key in (NEXT, PREVIOUS):
            place = PAGES.index(state.page) + (1 if key == NEXT else -1)
            self.state = state._replace(page=PAGES[place % len(PAGES)], sort=0)
        elif key in (DOWN, UP) and state.page in SORTS:
            place = state.sort + (1 if key == DOWN else -1)
            self.state = state._replace(sort=place % len(SORTS[state.page]))
        return key != QUIT
