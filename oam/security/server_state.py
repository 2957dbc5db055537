"""What is remembered of each server: whether it answers, and how often it did what."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

UP = "up"
DEAD = "dead"
INCOMPLETE = "incomplete"


class ServerRow(msgspec.Struct, frozen=True):
    """A row of `show aaa servers`."""

    group: str
    name: str
    address: str
    state: str
    """`up` (until the contrary is known), `dead` (left alone for now), `incomplete` (address or key missing)."""
    dead_s: int
    """For how long it has not answered, seconds."""
    requests: int
    passed: int
    """Operators and commands let pass, records taken."""
    rejected: int
    errors: int
    """Answers that were errors of the server's or could not be read."""
    unanswered: int


class TacacsRow(msgspec.Struct, frozen=True):
    """A row of `show tacacs`."""

    name: str
    address: str
    port: int
    timeout_s: int
    single_connection: str
    """`yes`: in use; `refused`: the server did not agree; `no`: not configured."""
    connections: int
    connect_failures: int
    sent: int
    received: int
    unreadable: int
    """Packets that were none, or were made with another key."""


class RadiusRow(msgspec.Struct, frozen=True):
    """A row of `show radius`."""

    name: str
    address: str
    auth_port: int
    acct_port: int
    timeout_s: int
    retransmit: int
    sent: int
    retransmitted: int
    received: int
    unreadable: int
    """Datagrams that were no answer to what was asked, or made with another secret."""


class QueueRow(msgspec.Struct, frozen=True):
    """The row of `show aaa accounting`."""

    sent: int
    waiting: int
    dropped: int
    """Records refused because too many wait."""
    failed: int
    """Records that a server refused."""


class ServerState:
    """One server's standing; forgotten when the server is configured anew."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.dead_since: float | None = None
        self._asked_at = 0.0
        self.requests = 0
        self.passed = 0
        self.rejected = 0
        self.errors = 0
        self.unanswered = 0
        self.sent = 0
        self.retransmitted = 0
        self.received = 0
        self.unreadable = 0
        self.connections = 0
        self.connect_failures = 0
        self.single = ""

    def alive(self, dead_time_s: float) -> bool:
        """Whether it may be asked: it answers, or has been left alone for long enough."""
        return self.dead_since is None or self._clock() - self._asked_at >= dead_time_s

    def asked(self) -> None:
        """Note a request."""
        self.requests += 1
        self._asked_at = self._clock()

    def silent(self) -> bool:
        """Note that it did not answer; True when that is news."""
        self.unanswered += 1
        self._asked_at = self._clock()
        news = self.dead_since is None
        if news:
            self.dead_since = self._clock()
        return news

    def answered(self) -> bool:
        """Note that it answers; True when that is news."""
        news = self.dead_since is not None
        self.dead_since = None
        return news

    def standing(self, complete: bool) -> tuple[str, int]:
        """Return its state in a word, and for how long it has been dead."""
        if not complete:
            return INCOMPLETE, 0
        if self.dead_since is None:
            return UP, 0
        return DEAD, int(self._clock() - self.dead_since)
