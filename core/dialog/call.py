"""One call as the proxy sees it: from the INVITE it took up to the answer, and to the BYE."""

from __future__ import annotations

from typing import Final

from core.dialog.trail import Trail
from core.effect import Flow
from core.statistics.call_count import CallCount
from core.wire.text import discreet

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


class CallObserver:
    """Who is told how a call goes: a trunk that counts its calls, a control that marks codes hard to reach."""

    __slots__ = ()

    def answered(self, call: Call, wall: float) -> None:
        """Take note of the first 2xx."""
        raise NotImplementedError

    def ended(self, call: Call, wall: float) -> None:
        """Take note that the call is over, answered (`call.answered_at`) or not (`call.status` says why); once."""
        raise NotImplementedError


class Call:
    """A call and what its record will say. Times are seconds since 1970; 0 means not yet."""

    __slots__ = (
        "answered_at",
        "call_id",
        "callee",
        "callee_leg",
        "caller",
        "caller_leg",
        "closing_at",
        "closing_by",
        "count",
        "ended_at",
        "ended_by",
        "from_tag",
        "group",
        "is_emergency",
        "observers",
        "other_legs",
        "prefix",
        "record_id",
        "request_uri",
        "ringing_at",
        "route_group",
        "started_at",
        "state",
        "status",
        "to_tag",
        "token",
        "trail",
        "trunk_in",
        "trunk_out",
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
        self.token: str = ""
        """What our Record-Route says to know the dialog again; empty when it has to be made once more."""
        self.caller: str = discreet(caller)
        self.callee: str = discreet(callee)
        self.request_uri: str = discreet(request_uri)
        self.caller_leg: Leg = leg
        self.callee_leg: Leg | None = None
        """Of the dialog that was answered first."""
        self.other_legs: dict[str, Leg] | None = None
        """Sticky legs of early dialogs and of further answers, by the callee's tag."""
        self.started_at: float = started_at
        self.ringing_at: float = 0.0
        self.answered_at: float = 0.0
        self.closing_at: float = 0.0
        """When the BYE came that is now on its way."""
        self.closing_by: str = ""
        self.state: int = EARLY
        self.status: int = 0
        self.trunk_in: str = ""
        """Trunk it came by; empty: none."""
        self.trunk_out: str = ""
        """Trunk that took it; empty: none, or none yet."""
        self.group: str = ""
        """Subscriber group of its caller; empty: none."""
        self.prefix: str = ""
        """Destination it is counted for: the prefix that number analysis found; empty: none."""
        self.route_group: str = ""
        """Route group that it was answered through; empty: none, or not yet."""
        self.is_emergency: bool = False
        """It is of the class emergency."""
        self.count: CallCount | None = None
        """Its statistics; None: they are not kept."""
        self.observers: list[CallObserver] | None = None
        self.ended_at: float = 0.0
        self.ended_by: str = ""
        """As its record says it."""
        self.trail: Trail | None = None
        """What became of it on its way; None where nobody keeps that."""

    def observe(self, observer: CallObserver) -> None:
        """Have `observer` told how the call goes."""
        if self.observers is None:
            self.observers = []
        self.observers.append(observer)

    @property
    def key(self) -> str:
        """Its place in the table: Call-ID and the caller's tag."""
        return call_key(self.call_id, self.from_tag)

    def leg_to(self, from_tag: str, to_tag: str) -> Leg | None:
        """Return the side that a request with these tags goes to, None when nothing is known of it."""
        if from_tag != self.from_tag:
            return self.caller_leg
        if to_tag == self.to_tag:
            return self.callee_leg
        return None if self.other_legs is None else self.other_legs.get(to_tag)

    def is_answered_dialog(self, from_tag: str, to_tag: str) -> bool:
        """Tell whether the tags are those of the dialog that was answered first, whichever side they come from."""
        return self.to_tag == (to_tag if from_tag == self.from_tag else from_tag)


def call_key(call_id: str, from_tag: str) -> str:
    """Key of the call that `from_tag` began."""
    return f"{call_id}|{from_tag}"
