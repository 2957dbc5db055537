"""One UDP listener: datagrams in, flows named, statistics kept.

A receive that finds nothing raises, which costs more than a datagram's whole way through the
kernel; so the listener looks whether one waits before it asks for another.
"""

from __future__ import annotations

import socket
import struct
import time
from array import array
from collections.abc import Callable
from fcntl import ioctl
from termios import FIONREAD
from typing import Any, Final

from core.effect import UDP, Flow
from core.net.pump import Pump
from core.northbound.rows import ListenerRow
from core.northbound.settings import Listener
from core.policy.rising import Rising
from core.wire.refusal import is_invite

BATCH: Final = 16
"""Datagrams of one turn under load; bounds how long other sockets wait."""
RESTED_BATCH: Final = 64
"""Datagrams of one turn after a rest."""
MAX_FLOWS: Final = 65_536
"""Peers whose Flow is remembered; all are forgotten when there are more."""
OVERLOADED_BATCH: Final = 512
"""Datagrams of one turn under overload: most are refused, and what belongs to calls must not drown among them."""
_OCTETS: Final = 65_535
_SIOCGSTAMPNS: Final = 0x8907
_SO_MEMINFO: Final = 55
_MEMINFO: Final = struct.Struct("9I")
_LONGEST_S: Final = 60.0
"""No datagram waits longer: what looks like it is a clock that was set."""
_NO_FIGURES: Final = (0,) * 9


class UdpListener:
    """Owns the socket; `receive` is to be called whenever it is readable."""

    __slots__ = ("_came", "_fd", "_first", "_flows", "_is_stamped", "_pump", "_recvfrom", "_rising", "_waiting",
                 "listener", "number", "received", "sendto", "sent", "socket")  # fmt: skip

    def __init__(self, number: int, listener: Listener, sock: socket.socket, pump: Pump) -> None:
        sock.setblocking(False)
        self.number = number
        self.listener = listener
        self.socket = sock
        self.sendto: Callable[[bytes, tuple[object, ...]], int] = sock.sendto
        self.received = 0
        self.sent = 0
        self._recvfrom: Callable[[int], tuple[bytes, tuple[Any, ...]]] = sock.recvfrom
        self._fd: int = sock.fileno()
        self._waiting = array("i", [0])
        """Octets of the datagram to come next."""
        self._flows: dict[object, Flow] = {}
        self._pump = pump
        self._came = array("l", [0, 0])
        """When the datagram taken last came, a struct timespec."""
        self._first = array("l", [0, 0])
        """When the first datagram of this turn came, a struct timespec; 0: that is not known."""
        self._is_stamped: bool = False
        """That has been asked."""
        self._rising = Rising()

    def receive(self) -> None:
        """Take what waits, at least one datagram, at most BATCH, and have their effects performed in one turn."""
        now = self._pump.clock()
        if self._receive_one(now, None):
            if self._pump.is_overloaded:
                self._receive_sorted(now)
            else:
                self._receive_waiting(BATCH - 1, now)
            self._finish(now)

    def receive_all(self) -> None:
        """Take what waits, if anything, at most RESTED_BATCH datagrams, and have their effects performed in one turn.

        An empty datagram looks like none; the next wake-up by the socket takes it.
        """
        now = self._pump.clock()
        if self._receive_sorted(now) if self._pump.is_overloaded else self._receive_waiting(RESTED_BATCH, now):
            self._finish(now)

    def fileno(self) -> int:
        """Return the socket's descriptor."""
        return self.socket.fileno()

    def _receive_waiting(self, most: int, now: float) -> bool:
        """Take up to `most` datagrams without asking in vain; tell whether there were any."""
        taken = 0
        while taken < most:
            ioctl(self._fd, FIONREAD, self._waiting)
            if not self._waiting[0] or not self._receive_one(now, None):
                break
            taken += 1
        if taken == most and self._rising.is_due(now):
            self._look(now)
        return taken > 0

    def _look(self, now: float) -> None:
        """After a full batch: find out whether datagrams wait longer and longer, and tell overload control at once."""
        waited = self.waited()
        if self._rising.look(waited, now):
            self._pump.pressed(1000.0 * waited, now)

    def _receive_sorted(self, now: float) -> bool:
        """Take up to OVERLOADED_BATCH datagrams, those that may begin a call last; tell whether there were any."""
        calls: list[tuple[bytes, Flow]] = []
        taken = 0
        # So many come that asking in vain, once at the end, is cheaper than looking each time.
        while taken < OVERLOADED_BATCH and self._receive_one(now, calls):
            taken += 1
        for data, flow in calls:
            self._pump.receive(data, flow, now)
        return taken > 0

    def _receive_one(self, now: float, calls: list[tuple[bytes, Flow]] | None) -> bool:
        try:
            data, address = self._recvfrom(_OCTETS)
        except OSError:
            return False
        self.received += 1
        if not self._is_stamped:
            self._stamp()
        flow = self._flows.get(address) or self._new_flow(address)
        if flow.banned:
            self._drop(flow, now)
        elif calls is not None and is_invite(data):
            calls.append((data, flow))
        else:
            self._pump.receive(data, flow, now)
        return True

    def _stamp(self) -> None:
        """Ask when the datagram came that was taken just now, the first of this turn."""
        self._is_stamped = True
        statistics = self._pump.statistics
        self._first[0] = 0
        if statistics is not None and statistics.is_on:
            try:
                ioctl(self._fd, _SIOCGSTAMPNS, self._first)
            except OSError:
                return

    def _finish(self, now: float) -> None:
        """End the turn and book how long it took from the arrival of its first datagram: no message took longer."""
        pump = self._pump
        pump.finish(now)
        self._is_stamped = False
        elapsed = time.time() - self._first[0] - self._first[1] / 1e9
        if not 0.0 <= elapsed < _LONGEST_S:  # not known, or the clock has been set
            elapsed = pump.clock() - now
        pump.book(self.number, elapsed)

    def forget_flows(self) -> None:
        """Ask again of each peer whether it is heard."""
        self._flows.clear()

    def _drop(self, flow: Flow, now: float) -> None:
        """Take note of a datagram of somebody who is not heard, whatever it says: also within a call."""
        guard = self._pump.guard
        if guard is not None:
            guard.dropped(flow.host, now)

    def _new_flow(self, address: tuple[Any, ...]) -> Flow:
        """Make and remember the flow of a peer; for IPv6 `address` has four items and may name a scope."""
        if len(self._flows) >= MAX_FLOWS:
            self._flows.clear()
        flow = Flow(UDP, self.number, address[0].partition("%")[0], address[1], address)
        guard = self._pump.guard
        flow.banned = guard is not None and guard.bars(flow.host, self._pump.clock())
        self._flows[address] = flow
        return flow

    def queued(self) -> float:
        """Return how full the socket's receive buffer is, per cent (SK_MEMINFO_RMEM_ALLOC of SK_MEMINFO_RCVBUF)."""
        figures = _figures(self.socket)
        return 100.0 * figures[0] / figures[1] if figures[1] else 0.0

    def waited(self) -> float:
        """Return how long the datagram taken last had waited in the socket, seconds; next to 0 where it is not known.

        Asking has the kernel note from then on when datagrams come (SIOCGSTAMPNS). What the buffer holds would say
        less: the kernel counts what was taken until it is a quarter of it.
        """
        try:
            ioctl(self._fd, _SIOCGSTAMPNS, self._came)
        except OSError:
            return 0.0
        return time.time() - self._came[0] - self._came[1] / 1e9

    def row(self) -> ListenerRow:
        """Tell how the socket fares; asks the kernel for the datagrams it dropped."""
        return ListenerRow(
            listener=self.listener.name,
            state="up",
            connections=0,
            received=self.received,
            sent=self.sent,
            dropped=_dropped(self.socket),
        )

    def close(self) -> None:
        """Give up this process's hold on the socket."""
        self.socket.close()


def _dropped(sock: socket.socket) -> int:
    """Return the datagrams dropped for want of room since the socket was bound (SK_MEMINFO_DROPS)."""
    return _figures(sock)[8]


def _figures(sock: socket.socket) -> tuple[int, ...]:
    try:
        return _MEMINFO.unpack(sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size))
    except (OSError, struct.error):
        return _NO_FIGURES
