"""What the engine asks of the world: a small, closed set of tuples.

The engine appends effects to a list; `net` and `worker` perform them in order,
after the store transaction of the same loop turn has been committed. The first
item of a tuple is one of the constants below and fixes the rest.
"""

from __future__ import annotations

from typing import Final

SEND: Final = 0
"""(SEND, flow: Flow, octets: bytes, branch: str) — `branch` names the client
transaction to tell when sending fails; empty for responses and ACKs."""
CLOSE: Final = 1
"""(CLOSE, flow: Flow) — close the stream connection of `flow`."""
NOTICE: Final = 2
"""(NOTICE, notice: msgspec.Struct) — a fact for management (`core.northbound.notices`)."""
RESOLVE: Final = 3
"""(RESOLVE, token: int, host: str, port: int, transport: int) — find where a name leads
(RFC 3263 §4.2); `port` is 0 where the URI has none. The answer comes back through
`engine.answer(token, [(address, port), ...], now)`, in the order to try; an empty list
means not found."""
RECORD: Final = 4
"""(RECORD, octets: bytes) — append one call record, a line, to the current file."""

UDP: Final = 0
TCP: Final = 1
TRANSPORTS: Final = ("udp", "tcp")
TRANSPORT_NUMBER: Final = {"udp": UDP, "tcp": TCP}


class Flow:
    """Transport, one local listener and one remote address; where a message came from or goes.

    `address` is the very tuple the socket takes, so that nobody parses it again.
    For TCP the flow names the connection to (host, port): an open one, inbound or
    outbound, is used, else one is opened.
    """

    __slots__ = ("_seen", "address", "banned", "host", "listener", "port", "transport")

    def __init__(self, transport: int, listener: int, host: str, port: int, address: tuple[object, ...]) -> None:
        self.transport = transport
        """UDP or TCP."""
        self.listener = listener
        """Number of the local listener in `SipSettings.listeners` order of birth; stable while it lives."""
        self.host = host
        """Numeric remote address, no brackets, no scope."""
        self.port = port
        self.address = address
        self.banned = False
        """What comes by it is dropped unread; found out when the flow is made, forgotten when that may change."""
        self._seen = ""

    def seen(self) -> str:
        """Return what a Via that asks for it is told of its sender (RFC 3581 §4)."""
        if not self._seen:
            self._seen = f";rport={self.port};received={self.host}"
        return self._seen

    def __repr__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{TRANSPORTS[self.transport]}:{host}:{self.port}"


Effect = tuple[object, ...]
