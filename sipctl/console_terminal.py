"""The client at a terminal: every key goes to the server as it is pressed, the window's size follows."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import termios
from collections.abc import Iterator
from typing import Final

from oam.shell import frames
from sipctl.console_client import INTERRUPTED, LOST, NOT_REACHABLE, STDIN, STDOUT, Link, terminal_size, write

_QUIT: Final = 0x1C
"""Ctrl-\\ leaves without asking the server."""
_RESET: Final = b"\x1b[?2004l\x1b[?25h\x1b[0m\r\n"
"""Undoes what a rich editor may have set."""


def run_interactive(link: Link) -> int:
    """Relay this terminal; return the exit code."""

    def resize() -> None:
        link.send(frames.RESIZE, b"%d %d" % terminal_size())

    def take(octets: bytes) -> bool:
        if not octets or _QUIT in octets:
            return False
        link.send(frames.INPUT, octets)
        return True

    with _window_changes() as link.wakeup, _raw_terminal():
        link.on_wakeup = resize
        signal.signal(signal.SIGTERM, _end)
        code = link.run(STDIN, take)
        if code:
            write(STDOUT, b"\r\n" if os.environ.get("TERM", "dumb") == "dumb" else _RESET)
    if code == NOT_REACHABLE:
        print(LOST, file=sys.stderr)
    return code


def _end(_number: int, _frame: object) -> None:
    raise SystemExit(INTERRUPTED)


@contextlib.contextmanager
def _window_changes() -> Iterator[int]:
    """Give a descriptor that can be read whenever the window has another size."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.signal(signal.SIGWINCH, lambda _number, _frame: None)
    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    try:
        yield reading
    finally:
        signal.set_wakeup_fd(before)
        signal.signal(signal.SIGWINCH, signal.SIG_DFL)
        os.close(reading)
        os.close(writing)


@contextlib.contextmanager
def _raw_terminal() -> Iterator[None]:
    """Take every key as it is pressed, and put the terminal back as it was."""
    before = termios.tcgetattr(STDIN)
    raw = termios.tcgetattr(STDIN)
    raw[0] &= ~(termios.BRKINT | termios.ICRNL | termios.INLCR | termios.IGNCR | termios.ISTRIP | termios.IXON)
    raw[1] &= ~termios.OPOST
    raw[2] = raw[2] & ~(termios.CSIZE | termios.PARENB) | termios.CS8
    raw[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
    termios.tcsetattr(STDIN, termios.TCSADRAIN, raw)
    try:
        yield
    finally:
        termios.tcsetattr(STDIN, termios.TCSADRAIN, before)
