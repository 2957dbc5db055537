"""One UDP listener: datagrams in, flows named, statistics kept.

Half of a call's CPU is system calls, so a wake-up takes one datagram and asks for no
second: the loop is level-triggered. When the loop has had no time to sleep since the
last datagram, more are waiting, and up to BATCH are taken in one turn, one commit.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from typing import Final

from core.effect import UDP, Flow
from core.net.pump import Pump
from core.northbound.rows import ListenerRow
from core.northbound.settings import Listener

BATCH: Final = 16
"""Datagrams of one turn under load; bounds how long other sockets wait."""
BUSY_S: Final = 0.000_05
"""A wake-up that follows the last turn this closely found its datagram waiting."""
MAX_FLOWS: Final = 65_536
"""Peers whose Flow is remembered; all are forgotten when there are more."""
_OCTETS: Final = 65_535
_SO_MEMINFO: Final = 55
_MEMINFO: Final = struct.Struct("9I")


class UdpListener:
    """Owns the socket; `receive` is to be called whenever it is readable."""

    __slots__ = ("_ended", "_flows", "_pump", "_recvfrom", "listener", "number", "received", "sendto", "sent", "socket")

    def __init__(self, number: int, listener: Listener, sock: socket.socket, pump: Pump) -> None:
        sock.setblocking(False)
        self.number = number
        self.listener = listener
        self.socket = sock
        self.sendto: Callable[[bytes, tuple[object, ...]], int] = sock.sendto
        self.received = 0
        self.sent = 0
        self._recvfrom = sock.recvfrom
        self._flows: dict[object, Flow] = {}
        self._pump = pump
        self._ended = 0.0
        """When the last turn ended."""

    def receive(self) -> None:
        """Take what is there, a datagram or, under load, a batch, and have its effects performed."""
        pump = self._pump
        try:
            data, address = self._recvfrom(_OCTETS)
        except OSError:
            return
        now = pump.clock()
        self.received += 1
        pump.receive(data, self._flows.get(address) or self._new_flow(address), now)
        if now - self._ended < BUSY_S:
            self._receive_more(now)
        self._ended = pump.finish(now)

    def _receive_more(self, now: float) -> None:
        for _ in range(BATCH - 1):
            try:
                data, address = self._recvfrom(_OCTETS)
            except OSError:
                return
            self.received += 1
            self._pump.receive(data, self._flows.get(address) or self._new_flow(address), now)

    def _new_flow(self, address: tuple[str, int]) -> Flow:
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
