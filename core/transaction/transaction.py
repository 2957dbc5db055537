"""One transaction: its state and what it must remember. The machines are in `tables`, the actions in `layer`."""

from __future__ import annotations

from core.effect import Flow
from core.statistics.call_count import CallCount
from core.statistics.messages import NUMBER, OTHER
from core.transaction.tables import FIRST_STATE, TERMINATED
from core.transaction.wheel import Timed
from core.wire.message import Message


class TransactionUser:
    """Who is told what happens to a transaction (RFC 3261 §17, "the TU")."""

    __slots__ = ()

    def is_end(self) -> bool:
        """Tell whether responses end here: the request was our own."""
        return False

    def on_response(self, client: Transaction, response: Message, now: float) -> None:
        """Take a response: each provisional, the first final, every 2xx to INVITE."""
        raise NotImplementedError

    def on_timeout(self, transaction: Transaction, now: float) -> None:
        """Take note that nobody answered (Timers B, F)."""
        raise NotImplementedError

    def on_unconfirmed(self, server: Transaction, now: float) -> None:
        """Take note that nobody acknowledged a refusal (Timer H); there is nothing left to do about it."""

    def on_error(self, transaction: Transaction, now: float) -> None:
        """Take note that the transport could not send."""
        raise NotImplementedError


class TransactionEvents:
    """Where a transaction hands the timers that fire for it: the layer."""

    __slots__ = ()

    def step(self, transaction: Transaction, event: int, now: float) -> None:
        """Drive the transaction's machine by one event."""
        raise NotImplementedError


class Transaction(Timed):
    """A client or server transaction, of INVITE or of another method."""

    __slots__ = (
        "branch",
        "call_id",
        "count",
        "events",
        "flow",
        "interval",
        "key",
        "kind",
        "last",
        "method",
        "number",
        "reliable",
        "repeats",
        "request",
        "resent",
        "started",
        "state",
        "tag",
        "user",
    )

    def __init__(
        self, kind: int, key: str, branch: str, method: str, flow: Flow, reliable: bool, events: TransactionEvents,
        user: TransactionUser | None, started: float,
    ) -> None:  # fmt: skip
        self.kind: int = kind
        """SERVER_INVITE … CLIENT_OTHER."""
        self.state: int = FIRST_STATE[kind]
        self.key: str = key
        """Its place in the layer's table (§17.1.3, §17.2.3)."""
        self.branch: str = branch
        self.method: str = method
        self.number: int = NUMBER.get(method, OTHER)
        """Of its method, in statistics."""
        self.flow: Flow = flow
        """Where requests (client) or responses (server) of it go."""
        self.reliable: bool = reliable
        self.events: TransactionEvents = events
        self.user: TransactionUser | None = user
        """Told what happens; None once the transaction is over."""
        self.started: float = started
        self.last: bytes = b""
        """What a retransmission sends: the request, the last response, or the ACK."""
        self.request: Message | None = None
        """Client INVITE: what was sent, for the ACK of a failure; dropped on the final response."""
        self.call_id: str = ""
        """Client: a response must bear it. Who has seen one branch of ours can guess others, not their Call-IDs."""
        self.interval: float = 0.0
        """Seconds to the next retransmission (Timers A, E, G)."""
        self.resent: int = 0
        """How often what it sent was sent again."""
        self.repeats: int = 0
        """Server: how often its request came again."""
        self.count: CallCount | None = None
        """Client: whose requests its own are counted with."""
        self.tag: str = ""
        """Server: the To tag of our own responses."""

    def on_timer(self, timer: int, now: float) -> None:
        if self.state != TERMINATED:
            self.events.step(self, timer, now)
