"""The attempts of one request to leave by a route group: trunk after trunk, address after address."""

from __future__ import annotations

from typing import Final

from core.auth.client import MAX_ANSWERS, answer, strongest
from core.dialog.call import Call
from core.dialog.trail import ROUTE, STOPPED
from core.northbound import counters
from core.proxy.route import CREDENTIALS_REFUSED, NOT_OURS, TRY_AGAIN, Route
from core.proxy.target import Target
from core.routing import causes, headers
from core.routing.formats import assert_caller, called_uri, user_part, write_redirecting
from core.routing.number import Numbers
from core.routing.offers import filter_offer
from core.routing.route_count import RouteCount
from core.routing.selection import Selection
from core.routing.trunk import TrunkState
from core.routing.trunks import Trunks
from core.wire import oc
from core.wire.error import WireError
from core.wire.message import Message
from core.wire.uri import Uri

_NO_CIRCUIT: Final = 34
_CONGESTION: Final = 42
"""Q.850 causes of what we answer with 503 (RFC 3398 §7.2.4.1): no trunk could, or a control does not let it."""


class TrunkTarget(Target):
    """One address of one trunk."""

    __slots__ = ("trunk",)

    def __init__(self, trunk: TrunkState, address: Uri) -> None:
        super().__init__(address.text, 1.0, None, address)
        self.trunk: TrunkState = trunk
        self.whose = trunk.name
        if trunk.settings.overload_control:
            self.via = oc.ASKED


class TrunkRoute(Route):
    """One request on its way out by the trunks of `selection`."""

    __slots__ = ("_answers", "_attempts", "_call", "_challenge", "_counted", "_held", "_is_invite", "_is_over",
                 "_numbers", "_place", "_places_left", "_seized", "_selection", "_stopped", "_trunks",
                 "_user")  # fmt: skip

    def __init__(
        self, trunks: Trunks, selection: Selection, numbers: Numbers | None, request: Message, call: Call | None
    ) -> None:
        super().__init__(selection.group.settings.response_timeout_ms / 1000.0)
        self._user: str = request.uri().user
        self._is_invite: bool = request.method == "INVITE"
        """Only calls take places and are counted."""
        self._trunks: Trunks = trunks
        self._selection: Selection = selection
        self._numbers: Numbers | None = numbers
        self._call: Call | None = call
        self._held: TrunkState | None = None
        """Trunk whose place and token this request has now."""
        self._place: int = 0
        """Which of that trunk's addresses is being tried."""
        self._places_left: bool = False
        """The address failed in a way that makes the next one of the same trunk worth trying (RFC 3263 §4.3)."""
        self._seized: bool = False
        """The request has gone out to that trunk."""
        self._attempts: int = 0
        self._stopped: bool = False
        self._is_over: bool = False
        """The final response has gone upstream."""
        self._challenge: Message | None = None
        """What the trunk held now wants answered."""
        self._answers: int = 0
        """Challenges of it that were answered."""
        self._counted: RouteCount | None = selection.count

    def next(self, now: float) -> Target | None:
        held = self._held
        if self._stopped:
            return None
        if held is not None and self._places_left:
            self._places_left = False
            self._place += 1
            return TrunkTarget(held, held.addresses[self._place])
        trunks = self._trunks
        trunk = self._next(now)
        if trunk is None:
            return None
        if self._attempts > 0:
            trunks.slots[counters.FAILOVERS] += 1
        self._attempts += 1
        self._place = 0
        self._seized = False
        self._challenge = None
        self._answers = 0
        self._held = trunk
        if self._is_invite:
            trunk.seize(now)
            trunk.outgoing.attempts += 1
            if self._counted is not None:
                self.count = self._counted.tries(self._selection.group, trunk, now)
        return TrunkTarget(trunk, trunk.addresses[0])

    def _next(self, now: float) -> TrunkState | None:
        """Choose for good, and have that noted in the trail of the call."""
        notes = self._trunks.notes
        was_on = notes.on
        notes.resume(None if self._call is None else self._call.trail, ROUTE, now)
        trunk = self._selection.next(now)
        notes.on = was_on
        return trunk

    def has_next(self, status: int, now: float) -> bool:
        held = self._held
        if self._stopped:
            return False
        if held is not None and self._place + 1 < len(held.addresses):
            return True
        return self._selection.group.fails_over(status) and self._selection.copy().next(now, []) is not None

    def prepare(self, target: Target, out: Message) -> None:
        if not isinstance(target, TrunkTarget):
            return
        trunk = target.trunk
        settings = trunk.settings
        numbers = self._numbers
        dress(out, trunk, self._trunks, numbers, self._user if numbers is None else "")
        challenge = self._challenge
        if challenge is not None:
            # The digest is over the Request-URI: last of all.
            cnonce = f"{self._trunks.random.getrandbits(64):016x}"
            answer(challenge, out, settings.username, trunk.secret, cnonce, self._answers - 1)

    def sent(self, target: Target, now: float) -> None:
        if not self._is_invite or not isinstance(target, TrunkTarget):
            return
        if not self._seized:
            self._seized = True
            target.trunk.outgoing.seizures += 1
        if self._call is not None and self._call.answered_at == 0.0:
            self._call.trunk_out = target.trunk.name

    def heard(self, target: Target, response: Message, now: float) -> None:
        if self._counted is not None and isinstance(target, TrunkTarget) and target.trunk is self._held:
            self._counted.heard(response.status, now)
        if isinstance(target, TrunkTarget) and target.trunk.settings.overload_control:
            self._trunks.throttles.heed(target.uri, response, now)

    def challenged(self, target: Target, response: Message) -> int:
        if not isinstance(target, TrunkTarget) or not target.trunk.settings.username:
            return NOT_OURS
        found = strongest(response)
        if found is None or self._answers >= MAX_ANSWERS or (self._answers > 0 and not found.stale):
            return CREDENTIALS_REFUSED
        self._challenge = response
        self._answers += 1
        self._trunks.slots[counters.TRUNK_CHALLENGES_ANSWERED] += 1
        return TRY_AGAIN

    def ended(self, target: Target, status: int, heard: bool, now: float) -> None:
        if not isinstance(target, TrunkTarget) or target.trunk is not self._held:
            return
        trunk = target.trunk
        if not heard and trunk.settings.monitor_interval_s:
            self._trunks.probed(trunk, "no answer to a call", now)
        if (status == 503 or not heard) and self._place + 1 < len(trunk.addresses) and not self._stopped:
            self._places_left = True
            return
        self._count_failure(status, heard)
        self._let_go()
        goes_on = self._selection.group.fails_over(status)
        if self._counted is not None:
            self._counted.failed(status, goes_on and not self._stopped, now)
        if not goes_on:
            self._stopped = True
            if self._call is not None and self._call.trail is not None:
                self._call.trail.note(ROUTE, now, STOPPED, trunk.name, status)

    def answered(self, target: Target) -> None:
        self._stopped = True
        call = self._call
        if self._is_over or not isinstance(target, TrunkTarget) or (call is not None and call.answered_at != 0.0):
            return
        if not self._is_invite:
            return
        if self._counted is not None:
            self._counted.answered(target.trunk)
        if self._held is not target.trunk:
            self._let_go()
            target.trunk.calls_out += 1
            self._held = target.trunk
        if call is not None:
            call.route_group = self._selection.group.settings.name
            self._held = None
            target.trunk.begin_out(call)

    def response(self, target: Target, response: Message) -> None:
        if isinstance(target, TrunkTarget) and response.status >= 300:
            causes.apply(target.trunk.settings.causes, response, target.trunk.settings.reasons)

    def stop(self) -> None:
        self._stopped = True

    def over(self, status: int) -> None:
        self._is_over = True
        if status >= 300:
            self._count_failure(status, True)
            if self._counted is not None:
                self._counted.over(status)
        self._let_go()

    def exhausted(self) -> list[tuple[str, str]]:
        is_blocked = self._selection.is_blocked
        if self._counted is not None:
            self._counted.exhausted(is_blocked)
        self._trunks.slots[counters.CALLS_BLOCKED if is_blocked else counters.ROUTES_EXHAUSTED] += 1
        return [("Reason", causes.reason_value(_CONGESTION if is_blocked else _NO_CIRCUIT))]

    def _count_failure(self, status: int, heard: bool) -> None:
        if self._is_invite and self._held is not None:
            self._held.outgoing.failed(status, heard)

    def _let_go(self) -> None:
        if self._held is not None and self._is_invite:
            self._held.release()
        self._held = None


def dress(out: Message, trunk: TrunkState, trunks: Trunks, numbers: Numbers | None, user: str) -> None:
    """Make a request what a trunk is to see: its Request-URI, who is calling, its header rules and codecs.

    `user` is the user part where there are no `numbers`. Raises WireError 488 when no codec is left.
    """
    settings = trunk.settings
    numbering = trunks.settings.numbering
    if numbers is not None and settings.translate_out:
        numbers = trunks.analysis.translate(settings.translate_out, numbers)
        if numbers is None:
            trunks.slots[counters.TRANSLATIONS_FAILED] += 1
            raise WireError(484, "Address Incomplete")
    if numbers is not None:
        user = user_part(numbers.called, settings.called_format, numbering)
        if numbers.redirecting is not None:
            write_redirecting(out, numbers.redirecting, settings.calling_format, numbering)
    out.set_request_uri(called_uri(user, out.request_uri))
    assert_caller(out, numbers, trunks.host, settings.trusted, settings.calling_format, numbering)
    if trunk.rules_out:
        headers.apply(trunk.rules_out, out)
    filter_offer(trunk, out)
