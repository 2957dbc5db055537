"""One trunk: whether it takes calls, how many it has, and how its calls went."""

from __future__ import annotations

from typing import Final

from core.auth.digest import make_ha1
from core.dialog.call import Call, CallObserver
from core.northbound.routing_settings import Trunk
from core.policy.bucket import TokenBucket
from core.policy.priority import EMERGENCY, ORDINARY
from core.proxy.request import target_uri
from core.routing.codecs import CodecFilter, codec_filter
from core.routing.headers import HeaderEdit, edits
from core.statistics.row import Row
from core.store.records import Subscriber
from core.wire.error import WireError
from core.wire.uri import Uri

BUSY: Final = (486, 600)
NO_ANSWER: Final = (408, 480, 487)
BOUNDS: Final = ("full", "reserved", "over rate")
"""Reasons of `TrunkState.refusal` that are bounds of the trunk's."""
"""Final responses that count as busy and as no answer; all others count by their class."""


class Tally:
    """How the calls of one direction of a trunk went, since the worker started or the operator cleared it."""

    __slots__ = ("answers", "attempts", "busy", "failures", "no_answer", "seizures")

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin again at nought."""
        self.attempts: int = 0
        """Calls offered, those included that found no room."""
        self.seizures: int = 0
        """Calls that took a place."""
        self.answers: int = 0
        self.busy: int = 0
        self.no_answer: int = 0
        self.failures: list[int] = [0, 0, 0, 0, 0, 0, 0]
        """Other failures by the class of their status, 3 to 6; at 0 those to which nothing came back."""

    def failed(self, status: int, heard: bool) -> None:
        """Count a call that was not answered."""
        if not heard:
            self.failures[0] += 1
        elif status in BUSY:
            self.busy += 1
        elif status in NO_ANSWER:
            self.no_answer += 1
        else:
            self.failures[status // 100] += 1


class TrunkState:
    """A trunk as it is now; it lives through changes of its settings."""

    __slots__ = ("addresses", "calls_in", "calls_out", "codecs", "credentials", "delay_s", "down", "fails",
                 "from_it", "heard_at", "incoming", "name", "outgoing", "peak", "probes", "rate_in", "rate_out",
                 "reason", "row_in", "row_out", "rules_in", "rules_out", "secret", "settings", "since", "status",
                 "successes", "to_it")  # fmt: skip

    def __init__(self, name: str) -> None:
        self.name: str = name
        self.settings: Trunk = Trunk(name)
        self.addresses: list[Uri] = []
        self.rules_in: list[HeaderEdit] = []
        self.rules_out: list[HeaderEdit] = []
        self.codecs: CodecFilter | None = None
        self.secret: str = ""
        """What we answer its challenges with, in clear."""
        self.credentials: Subscriber | None = None
        """Who it must prove to be when it sends requests; None: its source is enough."""
        self.calls_in: int = 0
        self.calls_out: int = 0
        self.peak: int = 0
        self.incoming: Tally = Tally()
        self.outgoing: Tally = Tally()
        self.rate_in: TokenBucket = TokenBucket()
        self.rate_out: TokenBucket = TokenBucket()
        self.from_it: CallsFrom = CallsFrom(self)
        self.to_it: CallsTo = CallsTo(self)
        self.row_in: Row | None = None
        self.row_out: Row | None = None
        """Statistics of calls from it and to it; None: they are not kept."""
        self.down: bool = False
        """By monitoring."""
        self.reason: str = ""
        """Why it is down."""
        self.since: float = 0.0
        """When it last went down or came up, monotonic seconds; 0: it never did."""
        self.fails: int = 0
        self.successes: int = 0
        """Probes in a row that failed, that were answered."""
        self.probes: int = 0
        """Probes that have ended."""
        self.status: int = 0
        """What the last probe was answered with; 0: nothing."""
        self.delay_s: float = 0.0
        self.heard_at: float = 0.0
        """When the last probe was answered, monotonic seconds; 0: never."""

    def configure(self, settings: Trunk, realm: str, secret: str, inbound_secret: str) -> None:
        """Take new settings; the secrets come in clear."""
        self.settings = settings
        self.addresses = _uris(settings.addresses)
        self.rules_in = edits(settings.headers, "in")
        self.rules_out = edits(settings.headers, "out")
        self.codecs = codec_filter(settings.codecs_permitted, settings.codecs_denied)
        self.secret = secret
        self.credentials = None
        if settings.inbound_username:
            name = settings.inbound_username
            self.credentials = Subscriber(name, "", "", True, make_ha1(name, realm, inbound_secret), realm)
        self.rate_in.configure(settings.rate.per_s, settings.rate.burst)
        self.rate_out.configure(settings.rate.per_s, settings.rate.burst)
        if settings.monitor_interval_s == 0:
            self.down = False
            self.fails = self.successes = 0

    @property
    def calls(self) -> int:
        """Calls at this moment, both directions."""
        return self.calls_in + self.calls_out

    def state(self) -> str:
        """Return `up`, `down`, `shutdown`, or `draining` while a trunk that was shut down still has calls."""
        if self.settings.shutdown:
            return "draining" if self.calls > 0 else "shutdown"
        return "down" if self.down else "up"

    def refusal(self, priority: int, now: float, maximum: int) -> str:
        """Return why it takes no call of this class from us now; empty when it does. Changes nothing.

        `maximum` (-1: no bound) is what its settings say, unless a control says otherwise.
        """
        settings = self.settings
        if settings.direction == "in":
            return "calls from it only"
        if settings.shutdown:
            return self.state()
        if self.down:
            return "down"
        if not self.addresses:
            return "no address"
        if priority == EMERGENCY:
            return ""
        if maximum >= 0:
            left = maximum - self.calls
            if left <= 0:
                return "full"
            if priority == ORDINARY and left <= settings.reserve:
                return "reserved"
        return "" if self.rate_out.has(now) else "over rate"

    def refusal_in(self, priority: int, now: float, maximum: int, real: bool = True) -> str:
        """Return why no further call from it is taken; takes a token of its rate when it is and the call is `real`.

        `maximum` as for `refusal`.
        """
        if priority == EMERGENCY:
            return ""
        if 0 <= maximum <= self.calls:
            return "full"
        return "" if (self.rate_in.take(now) if real else self.rate_in.has(now)) else "over rate"

    def seize(self, now: float) -> None:
        """Take a place and a token for a call to it."""
        self.rate_out.take(now)
        self.calls_out += 1
        self._peak()

    def release(self) -> None:
        """Give the place of a call to it back."""
        self.calls_out -= 1

    def begin_in(self, call: Call) -> None:
        """Count a call that came by it, to its end."""
        call.trunk_in = self.name
        call.observe(self.from_it)
        self.calls_in += 1
        self.incoming.seizures += 1
        self._peak()

    def begin_out(self, call: Call) -> None:
        """Count an answered call to it, whose place has been taken, to its end."""
        call.trunk_out = self.name
        call.observe(self.to_it)

    def restore(self, call: Call) -> None:
        """Count a call that was answered before this worker began."""
        if call.trunk_in == self.name:
            call.observe(self.from_it)
            self.calls_in += 1
        if call.trunk_out == self.name:
            call.observe(self.to_it)
            self.calls_out += 1
        self._peak()

    def _peak(self) -> None:
        if self.calls_in + self.calls_out > self.peak:
            self.peak = self.calls_in + self.calls_out

    def clear_statistics(self) -> None:
        """Set all that only counts to nought."""
        self.incoming.clear()
        self.outgoing.clear()
        self.peak = self.calls


class CallsFrom(CallObserver):
    """Counts the calls that came by a trunk."""

    __slots__ = ("_trunk",)

    def __init__(self, trunk: TrunkState) -> None:
        self._trunk: TrunkState = trunk

    def answered(self, call: Call, wall: float) -> None:
        self._trunk.incoming.answers += 1

    def ended(self, call: Call, wall: float) -> None:
        self._trunk.calls_in -= 1
        if call.answered_at == 0.0:
            self._trunk.incoming.failed(call.status, True)


class CallsTo(CallObserver):
    """Counts the answered calls to a trunk; an attempt holds its place itself (`core.routing.attempt`)."""

    __slots__ = ("_trunk",)

    def __init__(self, trunk: TrunkState) -> None:
        self._trunk: TrunkState = trunk

    def answered(self, call: Call, wall: float) -> None:
        self._trunk.outgoing.answers += 1

    def ended(self, call: Call, wall: float) -> None:
        self._trunk.calls_out -= 1


def _uris(texts: tuple[str, ...]) -> list[Uri]:
    """Read addresses; `problems` of the settings has refused what cannot be read."""
    found: list[Uri] = []
    for text in texts:
        try:
            found.append(target_uri(text))
        except WireError:
            continue
    return found
