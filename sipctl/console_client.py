"""The client's half of the console: relays a terminal or a script to the server and its answer back.

Both directions run at once, so neither side can block the other. Standard library only,
and of that only what starts fast.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import sys
import termios
from collections.abc import Callable, Iterator
from typing import Final

from oam.shell import frames

NOT_REACHABLE: Final = 6
INTERRUPTED: Final = 130
STDIN: Final = 0
STDOUT: Final = 1
STDERR: Final = 2

COMMAND: Final = "-c"
"""Name of the texts that came as arguments: numbered through, one after the other."""
LOST: Final = "sipctl: the server has closed the connection"

_READ: Final = 65_536
_AHEAD: Final = 262_144
"""Octets waiting for the server above which no input is read."""
_QUIT: Final = 0x1C
"""Ctrl-\\ leaves without asking the server."""
_RESET: Final = b"\x1b[?2004l\x1b[?25h\x1b[0m\r\n"
"""Undoes what a rich editor may have set."""


class Link:
    """The connection to the server, and the loop that serves it."""

    def __init__(self, path: str, hello: dict[str, str]) -> None:
        """Connect to the socket `path`; raises OSError."""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.connect(path)
        except OSError:
            self._socket.close()
            raise
        self._socket.setblocking(False)
        self._frames = frames.FrameReader()
        self._waiting = bytearray(frames.encode(frames.HELLO, frames.encode_pairs(hello)))
        self._wakeup, self._signalled = os.pipe()
        os.set_blocking(self._signalled, False)

    def close(self) -> None:
        """Let go of the server."""
        self._socket.close()
        os.close(self._wakeup)
        os.close(self._signalled)

    def send(self, kind: int, payload: bytes = b"") -> None:
        """Queue one frame."""
        self._waiting += frames.encode(kind, payload)

    def on_signal(self, number: int, action: Callable[[], None]) -> None:
        """Have `action` called when signal `number` comes, within the loop's next turn."""

        def handle(_number: int, _frame: object) -> None:
            action()
            with contextlib.suppress(BlockingIOError):
                os.write(self._signalled, b"\0")

        signal.signal(number, handle)

    def run(self, source: int = -1, take: Callable[[bytes], bool] | None = None) -> int:
        """Serve until the server has said its exit code; return that, NOT_REACHABLE when it breaks off.

        Octets read from descriptor `source` go to `take`, none at its end; it returns False to leave at once.
        """
        while True:
            for ready in self._ready(source if len(self._waiting) < _AHEAD else -1):
                if ready == self._wakeup:
                    os.read(self._wakeup, 512)
                elif ready == source:
                    octets = os.read(source, _READ)
                    assert take is not None
                    if not take(octets):
                        return INTERRUPTED
                    if not octets:
                        source = -1
                elif (code := self._receive()) is not None:
                    return code

    def _ready(self, source: int) -> list[int]:
        """Wait for something to do, and do the sending; return the descriptors to read from."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN | (select.POLLOUT if self._waiting else 0))
        poll.register(self._wakeup, select.POLLIN)
        if source >= 0:
            poll.register(source, select.POLLIN)
        ready = []
        for descriptor, events in poll.poll():
            if events & select.POLLOUT:
                with contextlib.suppress(OSError):
                    del self._waiting[: self._socket.send(self._waiting[:_READ], socket.MSG_NOSIGNAL)]
            if events & ~select.POLLOUT:
                ready.append(descriptor)
        return ready

    def _receive(self) -> int | None:
        try:
            octets = self._socket.recv(_READ)
        except BlockingIOError:
            return None
        except OSError:
            octets = b""
        for kind, payload in self._frames.feed(octets):
            if kind == frames.EXIT:
                return int(payload)
            if kind in (frames.OUTPUT, frames.ERROR):
                _write(STDOUT if kind == frames.OUTPUT else STDERR, payload)
        return None if octets else NOT_REACHABLE


def _write(descriptor: int, octets: bytes) -> None:
    while octets:
        octets = octets[os.write(descriptor, octets) :]


class Lines:
    """Cuts what is read into LINE frames that bear file and line."""

    def __init__(self, link: Link, name: str) -> None:
        self._link = link
        self._name = name
        self._number = 0
        self._rest = b""

    def take(self, octets: bytes) -> bool:
        """Take octets of the script, none at its end."""
        lines = (self._rest + octets).split(b"\n")
        self._rest = lines.pop() if octets else b""
        for line in lines:
            if octets or line:
                self._number += 1
                where = f"{self._name}:{self._number}".encode("utf-8", "replace")[:1024]
                self._link.send(frames.LINE, where + b"\0" + line[: frames.MAX_PAYLOAD - 1025])
        return True


def run_script(link: Link, texts: list[tuple[str, bytes]] | None) -> int:
    """Run the named `texts`, or standard input when there are none; return the exit code."""
    pressed = 0

    def interrupt() -> None:
        nonlocal pressed
        pressed += 1
        if pressed > 1:
            raise SystemExit(INTERRUPTED)
        link.send(frames.INTERRUPT)

    link.on_signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if texts is None:
        lines = Lines(link, "stdin")

        def take(octets: bytes) -> bool:
            lines.take(octets)
            if not octets:
                link.send(frames.END)
            return True

        code = link.run(STDIN, take)
    else:
        commands = Lines(link, COMMAND)
        for name, text in texts:
            lines = commands if name == COMMAND else Lines(link, name)
            lines.take(text)
            lines.take(b"")
        link.send(frames.END)
        code = link.run()
    if code == NOT_REACHABLE:
        print(LOST, file=sys.stderr)
    return INTERRUPTED if pressed else code


def run_interactive(link: Link) -> int:
    """Relay this terminal; return the exit code."""

    def resize() -> None:
        link.send(frames.RESIZE, b"%d %d" % terminal_size())

    def take(octets: bytes) -> bool:
        if not octets or _QUIT in octets:
            return False
        link.send(frames.INPUT, octets)
        return True

    def end() -> None:
        raise SystemExit(INTERRUPTED)

    link.on_signal(signal.SIGWINCH, resize)
    link.on_signal(signal.SIGTERM, end)
    with _raw_terminal():
        code = link.run(STDIN, take)
        if code and os.environ.get("TERM", "dumb") != "dumb":
            _write(STDOUT, _RESET)
    if code == NOT_REACHABLE:
        print(LOST, file=sys.stderr)
    return code


def terminal_size() -> tuple[int, int]:
    """Return columns and lines of the terminal, 0 where it does not know."""
    try:
        return os.get_terminal_size(STDIN)
    except OSError:
        return 0, 0


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
