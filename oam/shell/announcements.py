"""What comes to a terminal unasked: notices under `terminal monitor`, messages of other operators.

It never comes into the middle of a command's output: it waits, bounded, until the operator is at
the prompt, and stands above the line being typed, which is shown again below it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from oam.shell.printable import clean
from oam.shell.terminal import Terminal

HELD: Final = 100
"""Lines held for one terminal; then the oldest go, and are counted."""


class Announcements:
    """Lines that wait for one terminal."""

    def __init__(self, terminal: Terminal, show: Callable[[list[str]], bool]) -> None:
        """`show` puts lines above the one being typed; False: nothing is being typed now."""
        self._terminal = terminal
        self._show = show
        self._held: deque[str] = deque()
        self._showing: asyncio.Task[None] | None = None
        self.dropped = 0
        """Lines lost since the last ones were shown."""
        self.taken = 0
        self.lost = 0
        """Lines lost in all."""

    @property
    def held(self) -> int:
        """Lines that wait."""
        return len(self._held)

    def tell(self, lines: Sequence[str]) -> None:
        """Take lines; they are shown as soon as it does not disturb."""
        self._held.extend(clean(line) for line in lines)
        self.taken += len(lines)
        while len(self._held) > HELD:
            self._held.popleft()
            self.dropped += 1
            self.lost += 1
        if self._showing is None:
            self._showing = asyncio.get_running_loop().create_task(self._when_read())

    def take(self) -> list[str]:
        """Return the lines that wait, and forget them."""
        lines = list(self._held)
        self._held.clear()
        if self.dropped:
            lines.insert(0, f"*** {self.dropped} lines before these were dropped")
            self.dropped = 0
        return lines

    async def close(self) -> None:
        """Show nothing more."""
        if self._showing is not None:
            self._showing.cancel()
            await asyncio.wait([self._showing])

    async def _when_read(self) -> None:
        """Show what waits once the terminal has read what came before."""
        try:
            await self._terminal.flush()
            lines = self.take()
            if lines and not self._show(lines):
                self._held.extend(lines)
        finally:
            self._showing = None
