"""One call as the proxy sees it: from the INVITE it took up to the answer, and to the BYE."""

from __future__ import annotations

from typing import Final

from core.effect import Flow

EARLY: Final = 0
ANSWERED: Final = 1
ENDED: Final = 2
STATE_NAMES: Final = ("early", "answered", "ended")


class Leg:
    """One side of a call: where its requests come from, and whether requests to it go there too."""

    __slots__ = ("flow", "sticky")

    def __init__(self, flow: Flow, sticky: bool) -> None:
        self.flow = flow
        self.sticky = sticky
        """The side is behind NAT or on a stream connection: send to `flow`, not to its Contact (RFC 3581, RFC 5626)."""


class Call:
    """A call and what its record will say. Times are seconds since 1970; 0 means not yet."""

    __slots__ = (
        "answered_at",
        "call_id",
        "callee",
        "callee_leg",
        "caller",
        "caller_leg",
        "from_tag",
        "record_id",
        "request_uri",
        "ringing_at",
        "started_at",
        "state",
        "status",
        "to_tag",
    )

    def __init__(
        self, record_id: str, call_id: str, from_tag: str, caller: str, callee: str, request_uri: str, leg: Leg,
        started_at: float,
    ) -> None:  # fmt: skip
        self.record_id: str = record_id
        """Unique over workers and restarts; the same in every copy of the record."""
        self.call_id: str = call_id
        self.from_tag: str = from_tag
        self.to_tag: str = ""
        self.caller: str = caller
        self.callee: str = callee
        self.request_uri: str = request_uri
        self.caller_leg: Leg = leg
        self.callee_leg: Leg | None = None
        self.started_at: float = started_at
        self.ringing_at: float = 0.0
        self.answered_at: float = 0.0
        self.state: int = EARLY
        self.status: int = 0

    @property
    def key(self) -> str:
        """Its place in the table: Call-ID and the caller's tag."""
        return call_key(self.call_id, self.from_tag)


def call_key(call_id: str, from_tag: str) -> str:
    """Key of the call that `from_tag` began."""
    return f"{call_id}|{from_tag}"
