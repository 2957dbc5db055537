"""The SIP sockets, bound once by the supervisor and handed down."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterable
from typing import Final

from core.northbound.control import BACKLOG, MAX_LISTENERS
from core.northbound.settings import Listener

RECEIVE_OCTETS: Final = 4_194_304
"""Room asked for what a UDP socket has received and the worker not yet read; the kernel may grant less."""
_SO_RCVBUFFORCE: Final = 33


class BindError(Exception):
    """A listener that cannot be opened; the text is for the operator."""


class Sockets:
    """The open listeners by number; a number is given once in the life of the supervisor."""

    def __init__(self) -> None:
        self._open: dict[int, tuple[Listener, socket.socket]] = {}
        self._next = 0

    def listeners(self) -> dict[int, Listener]:
        """Return what is open, by number."""
        return {number: listener for number, (listener, _) in self._open.items()}

    def fd(self, number: int) -> int:
        """Return the descriptor of an open listener."""
        return self._open[number][1].fileno()

    def change(self, wanted: Iterable[Listener]) -> tuple[dict[int, Listener], list[int]]:
        """Open what is wanted and not open; return all wanted by number, and the numbers that are new.

        What is no longer wanted stays open until `keep`. Raises BindError; nothing new is open then.
        """
        there = {_key(listener): number for number, listener in self.listeners().items()}
        listeners: dict[int, Listener] = {}
        new: list[int] = []
        try:
            for listener in wanted:
                number = there.get(_key(listener))
                if number is None:
                    number = self._next
                    self._open[number] = (listener, bind(listener))
                    self._next += 1
                    new.append(number)
                listeners[number] = listener
            if len(listeners) > MAX_LISTENERS:
                raise BindError(f"sip: more than {MAX_LISTENERS} listeners")
        except BindError:
            self.drop(new)
            raise
        return listeners, new

    def keep(self, listeners: dict[int, Listener]) -> None:
        """Close all but `listeners`, and note what they advertise now."""
        self.drop([number for number in self._open if number not in listeners])
        for number, listener in listeners.items():
            self._open[number] = (listener, self._open[number][1])

    def drop(self, numbers: Iterable[int]) -> None:
        """Close these."""
        for number in numbers:
            self._open.pop(number)[1].close()


def bind(listener: Listener) -> socket.socket:
    """Open one listener. Raises BindError."""
    family = socket.AF_INET6 if ":" in listener.address else socket.AF_INET
    kind = socket.SOCK_DGRAM if listener.transport == "udp" else socket.SOCK_STREAM
    sock = socket.socket(family, kind | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
    try:
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if kind == socket.SOCK_STREAM:
            # Not for UDP, where it would let a second server bind the same port.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        else:
            _make_room(sock)
        sock.bind((listener.address, listener.port))
        if kind == socket.SOCK_STREAM:
            sock.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        sock.close()
        number = error.errno if isinstance(error, OSError) else None
        reason = os.strerror(number) if number else str(error)
        hint = " (another program uses it)" if number == errno.EADDRINUSE else ""
        raise BindError(f"sip: listener {listener.name}: {reason}{hint}") from error
    return sock


def _make_room(sock: socket.socket) -> None:
    """Ask for RECEIVE_OCTETS; with the right to, more than the system's bound (net.core.rmem_max)."""
    try:
        sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, RECEIVE_OCTETS)
    except OSError:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_OCTETS)


def _key(listener: Listener) -> str:
    """What makes two listeners the same socket; what is advertised does not."""
    return listener.name
