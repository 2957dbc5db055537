"""TCP connections: accepted and opened ones in one table, each with its framer and its bounds.

A connection is known by its remote (host, port). A message for a flow goes by the open
connection to that place, else one is opened and what is to be sent waits for it. Bounds:
connections, octets of partial messages over all of them, octets waiting to leave one.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Final, cast

from core.effect import TCP, Flow
from core.net.pump import Pump
from core.northbound import counters
from core.northbound.control import BACKLOG
from core.northbound.notices import Notice, TableFull, TableRelieved
from core.northbound.rows import ListenerRow
from core.northbound.settings import Listener, Settings
from core.policy.bans import MALFORMED
from core.wire.error import WireError
from core.wire.framing import Framer
from core.wire.limits import Limits

log = logging.getLogger("net")

MAX_OUTPUT_OCTETS: Final = 1_048_576
"""What may wait to leave one connection; it is closed when there is more."""
READ_OCTETS: Final = 16_384
"""What is read of one connection in one turn of the loop, so that a sender of very much holds nobody else up."""
CONNECT_S: Final = 10.0
"""Longest wait for a connection to be opened."""
FIRST_MESSAGE_S: Final = 32.0
"""A connection on which nothing whole has come, or a message has stayed partial, this long is closed."""
KEEPALIVE_S: Final = 120
"""Seconds of silence after which the kernel asks whether the peer still lives."""
_RELIEF_S: Final = 60.0

Place = tuple[str, int]


class Connection(asyncio.BufferedProtocol):
    """One connection, or one being opened (`transport` is None then)."""

    __slots__ = ("_streams", "_waiting", "flow", "framer", "given_up", "heard", "opening", "pending", "place",
                 "transport", "used", "waiting_octets", "waiting_since")  # fmt: skip

    def __init__(self, streams: TcpStreams, number: int) -> None:
        self._streams = streams
        self.flow = Flow(TCP, number, "", 0, ("", 0))
        self.place: Place = ("", 0)
        self.transport: asyncio.Transport | None = None
        self.framer = Framer(streams.limits)
        self.pending = 0
        """Octets of a partial message held."""
        self.heard = False
        """Whether anything whole has come, a message or a keep-alive."""
        self.used = self.waiting_since = streams.pump.clock()
        """When something last came or went; since when something whole is waited for."""
        self.opening: asyncio.Task[None] | None = None
        self.given_up = False
        """Aborted, and still in the table until the loop says that it is gone."""
        self._waiting: list[tuple[bytes, str]] = []
        self.waiting_octets = 0

    def connection_made(self, made: asyncio.BaseTransport) -> None:
        """Enter the table; a connection too many is closed at once."""
        transport = cast(asyncio.Transport, made)  # uvloop's is one in all but its class
        address = transport.get_extra_info("peername")
        if (
            not address
            or self._streams.closed
            or (self.opening is None and not self._streams.accept(self.flow.listener, address[0].partition("%")[0]))
        ):
            transport.abort()
            return
        self.transport = transport
        transport.set_write_buffer_limits(MAX_OUTPUT_OCTETS)
        _keep_alive(transport.get_extra_info("socket"))
        if self.opening is None:
            host = address[0].partition("%")[0]
            self.place = (host, address[1])
            self.flow = Flow(TCP, self.flow.listener, host, address[1], address)
            self._streams.enter(self)
        for octets, _ in self._waiting:
            transport.write(octets)
        self._streams.count(self.flow.listener, sent=len(self._waiting))
        self._waiting = []

    def get_buffer(self, sizehint: int) -> memoryview:
        """Lend the loop the one buffer there is: what is in it is taken before anybody else reads."""
        return self._streams.buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Cut messages off the stream and have the engine take them."""
        if nbytes == READ_OCTETS and self.transport is not None:
            # The loop would read on until nothing is left.
            self.transport.pause_reading()
            asyncio.get_running_loop().call_soon(self._read_on)
        self._streams.take(self, bytes(self._streams.buffer[:nbytes]))

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave the table."""
        if self.transport is not None:
            self.transport = None
            self._streams.leave(self)

    def send(self, octets: bytes, branch: str) -> bool:
        """Write `octets`, or keep them until the connection is open; False when there is no room for them."""
        transport = self.transport
        waiting = self.waiting_octets if transport is None else transport.get_write_buffer_size()
        if waiting + len(octets) > MAX_OUTPUT_OCTETS:
            return False
        if transport is None:
            self._waiting.append((octets, branch))
            self.waiting_octets += len(octets)
        else:
            transport.write(octets)
            self._streams.count(self.flow.listener, sent=1)
        self.used = self._streams.pump.clock()
        return True

    def close(self) -> None:
        """Close once everything written has left, or after FIRST_MESSAGE_S."""
        if self.transport is not None and not self.transport.is_closing():
            self._streams.forget(self)
            self.heard = False
            self.waiting_since = self._streams.pump.clock()
            self.transport.close()

    def abort(self) -> None:
        """Close at once."""
        self.given_up = True
        if self.transport is not None:
            self.transport.abort()
        elif self.opening is not None:
            self.opening.cancel()

    def _read_on(self) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.resume_reading()

    def unsent(self) -> list[str]:
        """Return the branches of what waited for the connection to open."""
        return [branch for _, branch in self._waiting]


class TcpListener:
    """One listening socket and its figures."""

    def __init__(self, number: int, listener: Listener, sock: socket.socket) -> None:
        self.number = number
        self.listener = listener
        self.socket = sock
        self.server: asyncio.Server | None = None
        self.received = 0
        self.sent = 0
        self.refused = 0

    def row(self, connections: int) -> ListenerRow:
        """Tell how the listener fares, having `connections` open."""
        return ListenerRow(
            listener=self.listener.name,
            state="up",
            connections=connections,
            received=self.received,
            sent=self.sent,
            dropped=self.refused,
        )


class TcpStreams:
    """All TCP of one worker."""

    def __init__(self, pump: Pump, settings: Settings, slots: memoryview, notify: Callable[[Notice], None]) -> None:
        self.pump = pump
        self.limits = _limits(settings)
        self.closed = False
        self.buffer = memoryview(bytearray(READ_OCTETS))
        self.listeners: dict[int, TcpListener] = {}
        self._settings = settings
        self._slots = slots
        self._notify = notify
        self._table: dict[Place, Connection] = {}
        self._all: set[Connection] = set()
        self._partial_octets = 0
        self._full: dict[str, float] = {}

    async def listen(self, number: int, listener: Listener, sock: socket.socket) -> None:
        """Accept connections on `sock`, which listens already."""
        sock.setblocking(False)
        entry = TcpListener(number, listener, sock)
        loop = asyncio.get_running_loop()
        entry.server = await loop.create_server(lambda: Connection(self, number), sock=sock, backlog=BACKLOG)
        self.listeners[number] = entry

    def unlisten(self, number: int) -> None:
        """Accept no more on this listener; its connections stay."""
        entry = self.listeners.pop(number)
        if entry.server is not None:
            entry.server.close()

    def configure(self, settings: Settings) -> None:
        """Take new bounds; connections that are open keep their limits on messages."""
        self._settings = settings
        self.limits = _limits(settings)

    def rows(self) -> list[ListenerRow]:
        """Return one row a listener."""
        return [
            entry.row(sum(1 for connection in self._all if connection.flow.listener == number))
            for number, entry in self.listeners.items()
        ]

    def send(self, flow: Flow, octets: bytes, branch: str) -> bool:
        """Send by the connection to the flow's place, opened if need be; False when it cannot be sent."""
        place = (flow.host, flow.port)
        connection = self._table.get(place)
        if connection is None:
            if self.closed or not self.admit():
                return False
            connection = self._open(flow, place)
        if connection.given_up:
            return False
        if connection.send(octets, branch):
            return True
        log.info("connection to %r closed: it takes nothing any more", flow)
        connection.abort()
        return False

    def local_port(self, flow: Flow) -> int:
        """Return the port that the connection to the flow's place has here; 0 while there is none."""
        connection = self._table.get((flow.host, flow.port))
        if connection is None or connection.transport is None:
            return 0
        name = connection.transport.get_extra_info("sockname")
        return int(name[1]) if name else 0

    def close_flow(self, flow: Flow) -> None:
        """Close the connection to the flow's place, if there is one."""
        connection = self._table.get((flow.host, flow.port))
        if connection is not None:
            connection.close()

    def admit(self) -> bool:
        """Whether there is room for one connection more; a refusal is counted and told."""
        limit = self._settings.sip.max_connections
        if len(self._all) < limit:
            return True
        self._slots[counters.CONNECTIONS_REFUSED] += 1
        self._tell_full("connections", limit)
        return False

    def accept(self, number: int, host: str) -> bool:
        """Whether `host` is heard and there is room for its connection; the listener's refusals are counted there too.

        Who is banned is refused unheard.
        """
        guard = self.pump.guard
        now = self.pump.clock()
        if guard is not None and guard.bars(host, now):
            guard.dropped(host, now)
        elif self.admit():
            return True
        entry = self.listeners.get(number)
        if entry is not None:
            entry.refused += 1
        return False

    def close_banned(self) -> None:
        """Close the connections of those who are not heard any more."""
        guard = self.pump.guard
        if guard is None:
            return
        now = self.pump.clock()
        for connection in list(self._all):
            if guard.bars(connection.place[0], now):
                connection.flow.banned = True
                connection.abort()

    def enter(self, connection: Connection) -> None:
        """Put a connection into the table; the newest one to a place is the one used."""
        self._all.add(connection)
        self._table[connection.place] = connection
        self._slots[counters.CONNECTIONS] = len(self._all)

    def leave(self, connection: Connection) -> None:
        """Take a connection out of the table."""
        self._all.discard(connection)
        self.forget(connection)
        self._partial_octets -= connection.pending
        connection.pending = 0
        self._slots[counters.CONNECTIONS] = len(self._all)

    def forget(self, connection: Connection) -> None:
        """Send nothing more by this connection, which goes on counting until it is closed."""
        if self._table.get(connection.place) is connection:
            del self._table[connection.place]

    def count(self, number: int, received: int = 0, sent: int = 0) -> None:
        """Count messages for a listener that may be gone."""
        entry = self.listeners.get(number)
        if entry is not None:
            entry.received += received
            entry.sent += sent

    def take(self, connection: Connection, data: bytes) -> None:
        """Let the framer have `data`, the engine what is whole; a turn of its own."""
        pump = self.pump
        now = pump.clock()
        if connection.flow.banned:
            self._drop(connection, now)
            return
        framer = connection.framer
        pings = framer.pings
        try:
            messages = framer.feed(data)
        except WireError as error:
            self._slots[counters.MALFORMED] += 1
            log.info("connection from %r closed: %s", connection.flow, error.reason)
            if pump.guard is not None:
                pump.guard.offence(connection.flow, MALFORMED, now)
                pump.finish(now)
            connection.close()
            return
        connection.used = now
        self._answer_pings(connection, framer.pings - pings)
        for message in messages:
            pump.receive(message, connection.flow, now)
        if messages:
            self.count(connection.flow.listener, received=len(messages))
            pump.finish(now)
            pump.book(connection.flow.listener, pump.clock() - now)
        if framer.error is not None:
            connection.close()
        self._hold(connection, framer.pending, bool(messages), now)

    def sweep(self, now: float) -> None:
        """Close what has been idle or partial for too long; once a second or so."""
        idle = self._settings.registrar.expires_maximum_s + 60
        for connection in list(self._all):
            awaited = connection.pending or not connection.heard
            if now - connection.used > idle or (awaited and now - connection.waiting_since > FIRST_MESSAGE_S):
                connection.abort()
        for table, last in list(self._full.items()):
            if now - last > _RELIEF_S:
                del self._full[table]
                self._notify(TableRelieved(table=table))

    def close(self) -> None:
        """Stop listening and close every connection once what was written has left."""
        self.closed = True
        for number in list(self.listeners):
            self.unlisten(number)
        for connection in list(self._all):
            connection.close()

    def _drop(self, connection: Connection, now: float) -> None:
        guard = self.pump.guard
        if guard is not None:
            guard.dropped(connection.place[0], now)
        connection.abort()

    def _answer_pings(self, connection: Connection, pings: int) -> None:
        """Answer keep-alives, one CRLF for each (RFC 5626 §4.4.1)."""
        if pings and connection.transport is not None:
            self._slots[counters.KEEPALIVES] += pings
            connection.heard = True
            if connection.transport.get_write_buffer_size() < MAX_OUTPUT_OCTETS:
                connection.transport.write(b"\r\n" * pings)

    def _hold(self, connection: Connection, pending: int, progress: bool, now: float) -> None:
        """Note the octets of a partial message; too many over all connections close this one."""
        if progress:
            connection.heard = True
        if progress or (connection.heard and not connection.pending):
            connection.waiting_since = now
        if connection.transport is None:
            return
        self._partial_octets += pending - connection.pending
        connection.pending = pending
        limit = self._settings.sip.max_partial_octets
        if pending and self._partial_octets > limit:
            self._slots[counters.PARTIALS_REFUSED] += 1
            self._tell_full("partials", limit)
            connection.abort()

    def _open(self, flow: Flow, place: Place) -> Connection:
        connection = Connection(self, flow.listener)
        connection.flow = flow
        connection.heard = True
        connection.place = place
        self.enter(connection)
        connection.opening = asyncio.create_task(self._connect(connection))
        return connection

    async def _connect(self, connection: Connection) -> None:
        host, port = connection.place
        try:
            async with asyncio.timeout(CONNECT_S):
                await asyncio.get_running_loop().create_connection(
                    lambda: connection, host, port, local_addr=self._local(connection.flow)
                )
        except (OSError, TimeoutError, asyncio.CancelledError) as error:
            log.info("no connection to %r: %s", connection.flow, error or type(error).__name__)
            self.leave(connection)
            self.pump.send_failed(connection.unsent())

    def _local(self, flow: Flow) -> Place | None:
        """Return the address to connect from: the listener's own, any port."""
        entry = self.listeners.get(flow.listener)
        if entry is None or entry.listener.address in ("0.0.0.0", "::"):
            return None
        return entry.listener.address, 0

    def _tell_full(self, table: str, limit: int) -> None:
        if table not in self._full:
            self._notify(TableFull(table=table, limit=limit))
        self._full[table] = self.pump.clock()


def _limits(settings: Settings) -> Limits:
    sip = settings.sip
    return Limits(sip.max_message_octets, sip.max_header_octets, sip.max_headers, sip.max_header_octets)


def _keep_alive(sock: socket.socket) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, KEEPALIVE_S)
