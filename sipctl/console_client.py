"""The client's half of the console: relays a terminal or a script to the server and its answer back.

Both directions run at once, so neither side can block the other. What a script needs is
imported and no more, and the sockets come from `_socket`: `typing`, `contextlib`, `signal`, `enum` and
`re`, which `socket` alone pulls in, would double the time `sipctl -c` takes to start.
"""

from __future__ import annotations

import _socket
import os
import select
import sys
import time

from oam.shell import frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

DENIED: Final = 3
NOT_REACHABLE: Final = 6
INTERRUPTED: Final = 130
STDIN: Final = 0
STDOUT: Final = 1
STDERR: Final = 2

COMMAND: Final = "-c"
"""Name of the texts that came as arguments: numbered through, one after the other."""
LOST: Final = "sipctl: the server has closed the connection"
RESTART_S: Final = 3.0
"""How long a server that is there but does not listen may take to come back."""

_READ: Final = 65_536
_AHEAD: Final = 262_144
"""Octets waiting for the server above which no input is read."""


class Link:
    """The connection to the server, and the loop that serves it."""

    def __init__(self, path: str, hello: dict[str, str]) -> None:
        """Connect to the socket `path`; raises OSError."""
        self._socket = _connected(path)
        self._socket.setblocking(False)
        self._frames = frames.FrameReader()
        self._waiting = bytearray(frames.encode(frames.HELLO, frames.encode_pairs(hello)))
        self._interrupted = False
        self.on_wakeup: Callable[[], None] | None = None
        """Called when an octet comes out of `wakeup`."""
        self.wakeup = -1
        """A descriptor to watch besides, -1 for none."""

    def close(self) -> None:
        """Let go of the server."""
        self._socket.close()

    def send(self, kind: int, payload: bytes = b"") -> None:
        """Queue one frame."""
        self._waiting += frames.encode(kind, payload)

    def run(self, source: int = -1, take: Callable[[bytes], bool] | None = None) -> int:
        """Serve until the server has said its exit code; return that, NOT_REACHABLE when it breaks off.

        Octets read from descriptor `source` go to `take`, none at its end; it returns False to leave at once.
        Ctrl-C stops what the server does, pressed again it leaves; the code is INTERRUPTED then.
        """
        while True:
            try:
                for ready in self._ready(source if len(self._waiting) < _AHEAD else -1):
                    if ready == self.wakeup:
                        os.read(ready, 512)
                        assert self.on_wakeup is not None
                        self.on_wakeup()
                    elif ready == source:
                        octets = os.read(source, _READ)
                        assert take is not None
                        if not take(octets):
                            return INTERRUPTED
                        if not octets:
                            source = -1
                    elif (code := self._receive()) is not None:
                        return INTERRUPTED if self._interrupted else code
            except KeyboardInterrupt:
                if self._interrupted:
                    return INTERRUPTED
                self._interrupted = True
                self.send(frames.INTERRUPT)

    def _ready(self, source: int) -> list[int]:
        """Wait for something to do, and do the sending; return the descriptors to read from."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN | (select.POLLOUT if self._waiting else 0))
        if self.wakeup >= 0:
            poll.register(self.wakeup, select.POLLIN)
        if source >= 0:
            poll.register(source, select.POLLIN)
        ready = []
        for descriptor, events in poll.poll():
            if events & select.POLLOUT:
                self._transmit()
            if events & ~select.POLLOUT:
                ready.append(descriptor)
        return ready

    def _transmit(self) -> None:
        try:
            del self._waiting[: self._socket.send(self._waiting[:_READ], _socket.MSG_NOSIGNAL)]
        except OSError:
            self._waiting.clear()  # the server is gone; what it said is still to be read

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
                write(STDOUT if kind == frames.OUTPUT else STDERR, payload)
        return None if octets else NOT_REACHABLE


def _connected(path: str) -> _socket.socket:
    """Connect; where nobody listens though the server is there, management is being restarted: try for RESTART_S."""
    patience = time.monotonic() + RESTART_S
    while True:
        connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        try:
            connection.connect(path)
        except OSError as error:
            connection.close()
            if not _may_come(error, path) or time.monotonic() > patience:
                raise
            time.sleep(0.05)
        else:
            return connection


def _may_come(error: OSError, path: str) -> bool:
    """Tell whether somebody may listen soon: the socket is left, or the supervisor's pid stands beside it."""
    if isinstance(error, ConnectionRefusedError):
        return True
    try:
        return isinstance(error, FileNotFoundError) and os.stat(os.path.join(os.path.dirname(path), "pid")).st_size > 0
    except OSError:
        return False


def write(descriptor: int, octets: bytes) -> None:
    """Write all of `octets`."""
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
    return code


def terminal_size() -> tuple[int, int]:
    """Return columns and lines of the terminal, 0 where it does not know."""
    try:
        return os.get_terminal_size(STDIN)
    except OSError:
        return 0, 0
