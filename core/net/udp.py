"""One UDP listener: datagrams in, flows named, statistics kept.

Half of a call's CPU is system calls. To ask for a datagram that is not there costs a
third of a wake-up, so after the first of a wake-up the listener asks on, up to BATCH in
one turn and one commit, only while that has been finding some: after a question in vain
it leaves out more and more wake-ups before the next.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from typing import Any, Final

from core.effect import UDP, Flow
from core.net.pump import Pump
from core.northbound.rows import ListenerRow
from core.northbound.settings import Listener

BATCH: Final = 16
"""Datagrams of one turn under load; bounds how long other sockets wait."""
RESTED_BATCH: Final = 64
"""Datagrams of one turn after a rest."""
MOST_PAUSE: Final = 15
"""Wake-ups left out at most."""
MAX_FLOWS: Final = 65_536
"""Peers whose Flow is remembered; all are forgotten when there are more."""
_OCTETS: Final = 65_535
_SO_MEMINFO: Final = 55
_MEMINFO: Final = struct.Struct("9I")


class UdpListener:
    """Owns the socket; `receive` is to be called whenever it is readable."""

    __slots__ = ("_buffer", "_flows", "_pause", "_pump", "_recvfrom_into", "_skip", "listener", "number", "received",
                 "sendto", "sent",
                 "socket")  # fmt: skip

    def __init__(self, number: int, listener: Listener, sock: socket.socket, pump: Pump) -> None:
        sock.setblocking(False)
        self.number = number
        self.listener = listener
        self.socket = sock
        self.sendto: Callable[[bytes, tuple[object, ...]], int] = sock.sendto
        self.received = 0
        self.sent = 0
        self._recvfrom_into: Callable[[memoryview], tuple[int, tuple[Any, ...]]] = sock.recvfrom_into
        self._buffer: memoryview = memoryview(bytearray(_OCTETS))
        """The kernel writes each datagram to the same place, which stays warm."""
        self._flows: dict[object, Flow] = {}
        self._pump = pump
        self._pause = 0
        """Wake-ups left out after the last question in vain."""
        self._skip = 0
        """Wake-ups still to leave out."""

    def receive(self) -> None:
        """Take what is there, a datagram or, under load, a batch, and have its effects performed."""
        pump = self._pump
        try:
            count, address = self._recvfrom_into(self._buffer)
        except OSError:
            return
        now = pump.clock()
        self.received += 1
        pump.receive(self._buffer[:count].tobytes(), self._flows.get(address) or self._new_flow(address), now)
        if self._skip:
            self._skip -= 1
        else:
            self._receive_more(now)
        pump.finish(now)

    def receive_all(self) -> None:
        """Take all that waits, up to RESTED_BATCH datagrams, and have their effects performed in one turn."""
        now = self._pump.clock()
        before = self.received
        for _ in range(RESTED_BATCH):
            try:
                count, address = self._recvfrom_into(self._buffer)
            except OSError:
                break
            self.received += 1
            self._pump.receive(self._buffer[:count].tobytes(), self._flows.get(address) or self._new_flow(address), now)
        if self.received != before:
            self._pump.finish(now)

    def fileno(self) -> int:
        """Return the socket's descriptor."""
        return self.socket.fileno()

    def _receive_more(self, now: float) -> None:
        for taken in range(BATCH - 1):
            try:
                count, address = self._recvfrom_into(self._buffer)
            except OSError:
                self._skip = self._pause = 0 if taken else min(2 * self._pause + 1, MOST_PAUSE)
                return
            self.received += 1
            self._pump.receive(self._buffer[:count].tobytes(), self._flows.get(address) or self._new_flow(address), now)

    def _new_flow(self, address: tuple[Any, ...]) -> Flow:
        """Make and remember the flow of a peer; for IPv6 `address` has four items and may name a scope."""
        if len(self._flows) >= MAX_FLOWS:
            self._flows.clear()
        flow = Flow(UDP, self.number, address[0].partition("%")[0], address[1], address)
        self._flows[address] = flow
        return flow

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
    try:
        return int(_MEMINFO.unpack(sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size))[8])
    except (OSError, struct.error):
        return 0
