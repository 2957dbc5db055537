"""OPTIONS that an operator sends to any target: how it was answered, how fast, or why not.

One ping is one OPTIONS to one place. Whoever ordered it asks for its row until it has ended; then it is forgotten. The
target may be named, and may be a registered contact, which behind NAT is reached by its flow alone.
"""

from __future__ import annotations

from typing import Final

from core.effect import Flow
from core.northbound.rows import PingRow
from core.proxy.domain import is_numeric
from core.proxy.nexthop import flow_of, flows_among
from core.proxy.proxy import Proxy
from core.proxy.request import target_uri
from core.proxy.route import Asker
from core.proxy.target import target_of
from core.routing.options import options
from core.store.location import LocationStore
from core.transaction.transaction import Transaction, TransactionUser
from core.transaction.wheel import Timed
from core.wire.error import WireError
from core.wire.header import SERVER, USER_AGENT
from core.wire.message import Message
from core.wire.text import readable
from core.wire.uri import Uri, known_uri

PATIENCE_S: Final = 4.0
"""After this a ping is lost."""
MAXIMUM: Final = 200
"""Pings at one time."""
_KEPT_S: Final = 30.0
"""A ping that nobody asks for is forgotten so long after it has ended."""


class Pings:
    """The pings of one engine."""

    __slots__ = ("_boot", "_count", "_table", "location", "proxy")

    def __init__(self, proxy: Proxy, location: LocationStore, boot: str) -> None:
        self.proxy: Proxy = proxy
        self.location: LocationStore = location
        self._boot: str = boot
        self._count: int = 0
        self._table: dict[int, Ping] = {}

    def send(self, target: str, user: str, now: float) -> int:
        """Send an OPTIONS to a SIP URI, or to a contact that is registered for `user`; return its number.

        0: there are too many.
        """
        if len(self._table) >= MAXIMUM:
            return 0
        self._count += 1
        ping = Ping(self, self._count, target, now)
        self._table[self._count] = ping
        try:
            ping.begin(self._flow_of(target, user, now), now)
        except WireError as error:
            ping.over(0, f"no SIP URI that we can reach: {error.reason}", now)
        return self._count

    def _flow_of(self, target: str, user: str, now: float) -> Flow | None:
        """Return the flow of a contact behind NAT; None of any other target."""
        for binding in self.location.bindings(user) if user else []:
            if binding.contact == target:
                return target_of(binding, self.proxy.domain).flow
        return None

    def call_id(self, number: int) -> str:
        """Make a Call-ID."""
        return f"{self._boot}-ping-{number}"

    def row(self, number: int) -> PingRow | None:
        """Show a ping; one that has ended is forgotten then."""
        ping = self._table.get(number)
        if ping is None:
            return None
        if ping.state != "waiting":
            del self._table[number]
        return ping.row()

    def sweep(self, now: float) -> None:
        """Forget what nobody asked for. Once a second or so."""
        for number, ping in list(self._table.items()):
            if ping.ended and now - ping.ended > _KEPT_S:
                del self._table[number]


class Ping(Timed):
    """One OPTIONS on its way, and what came of it."""

    __slots__ = ("_client", "_number", "_resent", "_sent_at", "_target", "_uri", "agent", "delay_s", "ended", "flow",
                 "pings", "reason", "started", "state", "status")  # fmt: skip

    def __init__(self, pings: Pings, number: int, target: str, now: float) -> None:
        self.pings: Pings = pings
        self._number: int = number
        self._target: str = target
        self._uri: Uri | None = None
        self._client: Transaction | None = None
        self._sent_at: float = 0.0
        self._resent: int = 0
        self.flow: Flow | None = None
        self.started: float = now
        self.ended: float = 0.0
        self.state: str = "waiting"
        self.status: int = 0
        self.reason: str = ""
        self.agent: str = ""
        self.delay_s: float = 0.0

    def begin(self, flow: Flow | None, now: float) -> None:
        """Send, by `flow` where that is given, or have the name looked up first. Raises WireError."""
        proxy = self.pings.proxy
        uri = self._uri = target_uri(self._target) if flow is None else known_uri(self._target)
        proxy.layer.wheel.start(now + PATIENCE_S, self, 0)
        if flow is None and not is_numeric(uri.host):
            if not proxy.ask(uri, Name(self, uri)):
                self.over(0, "too many names are being looked up", now)
            return
        found = flow if flow is not None else flow_of(proxy.domain, uri, -1)
        if found is None:
            self.over(0, "no listener of ours reaches it", now)
            return
        self.go(found, now)

    def go(self, flow: Flow, now: float) -> None:
        """Send it."""
        proxy = self.pings.proxy
        own = proxy.domain.listeners.get(flow.listener)
        uri = self._uri
        if own is None or uri is None or proxy.layer.full():
            self.over(0, "no room for another transaction" if proxy.layer.full() else "its listener is gone", now)
            return
        self.flow = flow
        self._sent_at = now
        branch, call_id = proxy.new_branch(""), self.pings.call_id(self._number)
        octets = options(uri, self._target, own, branch, call_id, self._number)
        self._client = proxy.layer.open_client("OPTIONS", branch, call_id, octets, None, flow, Answer(self), now)

    def found(self, flows: list[Flow], now: float) -> None:
        """Take the places that its name leads to; the first is tried."""
        if self.state != "waiting":
            return
        if flows:
            self.go(flows[0], now)
        else:
            self.over(0, "its name leads nowhere", now)

    def over(self, status: int, reason: str, now: float) -> None:
        """Note how it ended."""
        self.state = "answered" if status else "lost"
        self.status = status
        self.reason = reason
        self.ended = now
        if self._client is not None:
            self._resent = self._client.resent
            self._client = None

    def answered(self, response: Message, now: float) -> None:
        """Take the final response."""
        if self.state == "waiting":
            self.delay_s = now - self._sent_at
            self.agent = response.first(SERVER if response.has(SERVER) else USER_AGENT)
            self.over(response.status, response.reason, now)

    def lost(self, reason: str, now: float) -> None:
        """Take note that there will be none."""
        if self.state == "waiting":
            self.over(0, reason, now)

    def on_timer(self, timer: int, now: float) -> None:
        client = self._client
        self.lost("no answer", now)
        if client is not None:
            self.pings.proxy.layer.abandon(client)

    def row(self) -> PingRow:
        """Show it."""
        return PingRow(
            state=self.state,
            address="" if self.flow is None else repr(self.flow),
            status=self.status or None,
            reason=readable(self.reason),
            delay_ms=round(self.delay_s * 1000, 2) if self.status else None,
            resent=self._resent if self._client is None else self._client.resent,
            agent=readable(self.agent),
        )


class Answer(TransactionUser):
    """Who is told what becomes of the OPTIONS of a ping."""

    __slots__ = ("_ping",)

    def __init__(self, ping: Ping) -> None:
        self._ping: Ping = ping

    def is_end(self) -> bool:
        return True

    def on_response(self, client: Transaction, response: Message, now: float) -> None:
        if response.status >= 200:
            self._ping.answered(response, now)

    def on_timeout(self, transaction: Transaction, now: float) -> None:
        self._ping.lost("no answer", now)

    def on_error(self, transaction: Transaction, now: float) -> None:
        self._ping.lost("cannot be reached", now)


class Name(Asker):
    """The name of a ping's target being resolved."""

    __slots__ = ("_ping", "_uri")

    def __init__(self, ping: Ping, uri: Uri) -> None:
        self._ping: Ping = ping
        self._uri: Uri = uri

    def resolved(self, places: list[tuple[str, int]], now: float) -> None:
        self._ping.found(flows_among(self._ping.pings.proxy.domain, places, self._uri, -1), now)
