"""`watch` and `repeat`: what is shown round after round."""

from __future__ import annotations

import time
from typing import Final

from oam.context import Again
from oam.shell.pager import Pager
from oam.shell.width import columns

CLEAR: Final = "\x1b[H\x1b[2J"
"""Only for terminals that are drawn on."""


def heading(again: Again, number: int, drawn: bool) -> str:
    """Return what stands above a round; `drawn`: the screen is cleared for it."""
    if again.times:
        return f"--- {number} of {again.times}: {again.command}\r\n" if again.times > 1 else ""
    now = time.strftime("%H:%M:%S UTC", time.gmtime())
    text = f"--- {now}, every {again.interval_s:g} s: {again.command} (a key ends it)\r\n"
    return CLEAR + text if drawn else text


class Screenful(Pager):
    """Shows what fits on the screen below a heading and asks for nothing; everything where `rows` is 0."""

    def __init__(self, rows: int, width: int) -> None:
        super().__init__(0, width)
        self._bounded = bool(rows)
        self._room = rows - 2

    def feed(self, lines: list[str]) -> str:
        """Take lines; return those that fit. `quit` when there are more."""
        if not self._bounded:
            return super().feed(lines)
        shown = []
        for line in lines:
            self._room -= max(1, -(-columns(line) // max(self._width, 1)))
            if self._room < 0:
                self.quit = True
                break
            shown.append(line + "\r\n")
        return "".join(shown)
