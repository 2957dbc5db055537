"""The stateful proxy (RFC 3261 §16): forwards requests to targets and responses back.

Knows no subscriber and no credential; the pipeline decides who may go where.
"""

from __future__ import annotations

from typing import Final

from core.dialog.call import Call, Leg
from core.dialog.calls import Calls
from core.dialog.trail import (
    CANCELLED,
    CHALLENGED,
    DEAF,
    ELSEWHERE,
    FORWARD,
    SILENCE,
    TEXT,
    TIMER,
    TIMER_C_RANG,
    UNDRESSED,
    Attempt,
)
from core.effect import Effect, Flow
from core.northbound import counters
from core.northbound.settings import Settings
from core.proxy import request as requests
from core.proxy.answer import REASONS, to_tag, trying
from core.proxy.best import merge_challenges, rank
from core.proxy.context import (
    NOWHERE_ELSE,
    TIMER_C,
    TIMER_CANCELLED,
    TIMER_SILENT,
    TIMER_TRYING,
    Branch,
    ResponseContext,
)
from core.proxy.domain import Domain
from core.proxy.nexthop import sticky_flow
from core.proxy.route import CREDENTIALS_REFUSED, NOT_OURS
from core.proxy.sender import Sender
from core.proxy.target import Target
from core.transaction.layer import TransactionLayer, cancel_request
from core.wire.error import WireError
from core.wire.header import CONTENT_LENGTH, REASON, VIA
from core.wire.message import Message, build_response

_TAG: Final = 2**60 - 1


class Proxy(Sender):
    """Forwards for one engine."""

    __slots__ = ("_calls", "wall_offset")

    def __init__(
        self, settings: Settings, domain: Domain, layer: TransactionLayer, calls: Calls, slots: memoryview,
        out: list[Effect], boot: str, wall_offset: float,
    ) -> None:  # fmt: skip
        super().__init__(settings, domain, layer, slots, out, boot)
        self._calls: Calls = calls
        self.wall_offset: float = wall_offset

    # What the pipeline asks for.

    def forward(self, context: ResponseContext, groups: list[list[Target]], now: float) -> None:
        """Try `groups` of targets one after another; the context's server transaction is open (§16.6)."""
        context.groups = groups
        server = context.server
        request = context.request
        if context.is_invite and server is not None and request is not None:
            self.layer.respond(server, 100, trying(request), now)
        self._advance(context, now)
        if not context.is_invite and not context.done and context.branches:
            self.layer.wheel.start(now + self.layer.trying, context.branches[0], TIMER_TRYING)

    def cancel(self, context: ResponseContext, now: float) -> None:
        """Cancel every branch that is still being tried (§16.10)."""
        context.cancelled = True
        if context.call is not None and context.call.count is not None:
            context.call.count.abandoned = True
        self._no_further(context)
        self._cancel_branches(context, now)

    def respond(
        self, context: ResponseContext, status: int, now: float, extra: list[tuple[str, str]] | None = None
    ) -> None:
        """Answer a request ourselves, within its server transaction."""
        server = context.server
        request = context.request
        if server is None or request is None:
            return
        server.tag = server.tag or self.tag(request)
        octets = build_response(request, status, REASONS[status], server.tag, extra)
        self._finished(context, status, now)
        self.layer.respond(server, status, octets, now)

    def tag(self, request: Message) -> str:
        """Make the To tag of a response of our own; the same for a retransmitted request.

        The interpreter hashes text with a key that it draws at its start (SipHash): nobody can foretell a tag, and
        it says nothing of our dialog tokens. Raises WireError.
        """
        return str(hash(self._boot + request.via().branch + request.call_id) & _TAG)

    # Branches.

    def _next_group(self, context: ResponseContext, now: float) -> None:
        group = context.groups.pop(0)
        request = context.request
        if request is None:
            return
        limit = self.settings.sip.max_branches - len(context.branches)
        if len(group) > limit:
            self.slots[counters.BRANCHES_REFUSED] += len(group) - limit
            group = group[:limit]
        breadth = context.breadth // max(1, len(group))
        if breadth == 0:  # RFC 5393 §5.3.3: it does not go round
            self.respond(context, 440, now)
            return
        started: list[Branch] = []
        for target in group:
            out = requests.copy(request, target.uri)
            requests.set_breadth(out, breadth)
            branch = Branch(context, target, out)
            context.branches.append(branch)
            started.append(branch)
        for branch in started:
            self._start(context, branch, now)
        if not started:
            self._advance(context, now)

    def sticky_target(self, request: Message, call: Call | None) -> Target:
        """Make the one target of an in-dialog request: its Request-URI, by the call's own flow where there is one."""
        flow = sticky_flow(self.domain, request, call)
        return Target(request.request_uri, 1.0, flow, requests.checked(request.uri()))

    def _once_more(self, context: ResponseContext, branch: Branch, flow: Flow, further: list[Flow], now: float) -> bool:
        """Try the target of a branch again by `flow`, as another branch; False when there may be none."""
        request = context.request
        if request is None or context.done or context.cancelled:
            return False
        if len(context.branches) >= self.settings.sip.max_branches:
            self.slots[counters.BRANCHES_REFUSED] += 1
            return False
        out = requests.copy(request, branch.target.uri)
        tried = sum([1 for other in context.branches if other.status == 0])
        requests.set_breadth(out, max(1, context.breadth // (tried + 1)))
        other = Branch(context, branch.target, out)
        other.flow = flow
        other.further = further
        context.branches.append(other)
        try:
            if context.route is not None:
                context.route.prepare(branch.target, out)
            requests.next_hop(out, branch.target.parsed or requests.target_uri(out.request_uri))
        except WireError as error:
            other.close(error.status)
            if other.attempt is not None:
                other.attempt.over(error.status, UNDRESSED, now)
            return False
        self._send(context, other, now)
        return True

    def _next_place(self, context: ResponseContext, branch: Branch, now: float) -> bool:
        """Go on to the next address of a name (RFC 3263 §4.3)."""
        if not branch.further:
            return False
        further = branch.further
        branch.further = NOWHERE_ELSE
        return self._once_more(context, branch, further[0], further[1:], now)

    def _next_target(self, context: ResponseContext, now: float) -> bool:
        """Try what the route has next; False when there is nothing left, or no route."""
        route = context.route
        if route is None or context.request is None or context.cancelled:
            return False
        if len(context.branches) >= self.settings.sip.max_branches:
            self.slots[counters.BRANCHES_REFUSED] += 1
            return False
        target = route.next(now)
        if target is None:
            return False
        context.groups = [[target]]
        self._next_group(context, now)
        return True

    def _no_further(self, context: ResponseContext) -> None:
        """Try nothing that is not being tried now."""
        context.groups = []
        for branch in context.branches:
            branch.further = NOWHERE_ELSE
        if context.route is not None:
            context.route.stop()

    def _cancel_branches(self, context: ResponseContext, now: float) -> None:
        for branch in context.branches:
            if branch.status == 0:
                self._cancel_branch(branch, now)
        if context.cancelled and not context.done:
            self._advance(context, now)

    def _cancel_branch(self, branch: Branch, now: float) -> None:
        """Cancel one branch, once, when it has been heard of; one silent from then on is given up (§9.1)."""
        client = branch.client
        if client is None:
            branch.close(487)
            if branch.attempt is not None:
                branch.attempt.over(487, CANCELLED, now)
            if branch.context is not None and branch.context.done:
                branch.context = None
            return
        if not branch.provisional:
            branch.cancel_wanted = True
            return
        if branch.cancel_sent or client.request is None:
            return
        branch.cancel_sent = True
        if branch.attempt is not None:
            branch.attempt.cancelled = now
        octets = cancel_request(client.request)
        self.layer.open_client("CANCEL", branch.id, client.call_id, octets, None, client.flow, None, now)
        self.layer.wheel.start(now + self.layer.t1_64, branch, TIMER_CANCELLED)

    # Responses (§16.7).

    def got_response(self, context: ResponseContext, branch: Branch, response: Message, now: float) -> None:
        if context.route is not None:
            context.route.heard(branch.target, response, now)
        status = response.status
        if branch.attempt is not None:
            self._heard(branch.attempt, response, now)
        if context.count is not None and not branch.given_up:
            context.count.heard(status, now)
        if status < 200:
            self._provisional(context, branch, response, now)
            return
        branch.given_up = False
        if status < 300 and context.refused and context.is_invite:
            self._turn_away(branch, response, now)
        elif status < 300:
            branch.close(status)
            self._success(context, branch, response, now)
        elif branch.status == 0:
            branch.close(status)
            branch.response = response
            if context.route is not None:
                context.route.response(branch.target, response)
            if status >= 600:
                self._no_further(context)
                self._cancel_branches(context, now)
            if not self._goes_on(context, branch, response, now):
                self._failed(context, branch, True, now)
        if context.done:
            branch.context = None

    def _heard(self, attempt: Attempt, response: Message, now: float) -> None:
        attempt.said(response.status, now)
        if response.status >= 300 and response.has(REASON):
            attempt.cause = response.first(REASON)[:TEXT]

    def got_nothing(self, context: ResponseContext, branch: Branch, status: int, why: str, now: float) -> None:
        branch.close(status)
        if branch.attempt is not None:
            branch.attempt.over(status, why, now)
        elif not context.is_invite and context.call is not None and context.call.trail is not None:
            context.call.trail.note(FORWARD, now, TIMER, "BYE", why)
        if not (status in (408, 503) and self._next_place(context, branch, now)):
            # What never went out says nothing of whom it was for.
            self._failed(context, branch, branch.provisional or branch.client is None, now)
        if context.done:
            branch.context = None

    def _goes_on(self, context: ResponseContext, branch: Branch, response: Message, now: float) -> bool:
        """Try the target of a failed branch once more, where that is called for: elsewhere, or with credentials."""
        status = response.status
        if status == 503:
            if not self._next_place(context, branch, now):
                return False
            if branch.attempt is not None:
                branch.attempt.why = ELSEWHERE
            return True
        route = context.route
        if status not in (401, 407) or route is None or branch.flow is None or context.done or context.cancelled:
            return False
        # RFC 3261 §22.3 leaves open how a proxy answers a challenge: CSeq stays, for it is the caller's.
        outcome = route.challenged(branch.target, response)
        if outcome == NOT_OURS:
            return False
        branch.response = None
        branch.status = 503
        if outcome == CREDENTIALS_REFUSED:
            return False
        if branch.attempt is not None:
            branch.attempt.why = CHALLENGED
        return self._once_more(context, branch, branch.flow, branch.further, now)

    def _failed(self, context: ResponseContext, branch: Branch, heard: bool, now: float) -> None:
        if context.route is not None:
            context.route.ended(branch.target, branch.status, heard, now)
        self._advance(context, now)

    def _give_up(self, context: ResponseContext, branch: Branch, now: float) -> None:
        """Go on from a branch that has said nothing at all, if there is anywhere to go.

        Its transaction stays: what it says after all is cancelled or, a 2xx, passed on (§16.7 step 5).
        """
        route = context.route
        if not branch.further and (route is None or not route.has_next(408, now)):
            return
        client = branch.client
        if client is not None:
            client.last = b""  # it is not asked again
        branch.given_up = True
        branch.cancel_wanted = True
        self.got_nothing(context, branch, 408, SILENCE, now)

    def branch_timer(self, branch: Branch, timer: int, now: float) -> None:
        """Timer C ends a branch that rings for ever (§16.8), TIMER_CANCELLED one that ignores CANCEL (§9.1).

        TIMER_TRYING sends the 100 that a non-INVITE request is owed by then (RFC 4320 §4.1).
        """
        context = branch.context
        if context is None:
            return
        if timer == TIMER_TRYING:
            if context.server is not None and context.request is not None:
                self.layer.respond(context.server, 100, trying(context.request), now)
        elif branch.status != 0:
            if branch.given_up and timer == TIMER_CANCELLED and branch.client is not None:
                self.layer.abandon(branch.client)
                branch.is_over()
        elif timer == TIMER_SILENT:
            if not branch.provisional and not context.done and not context.cancelled:
                self._give_up(context, branch, now)
        elif timer == TIMER_C and now < branch.expires_c:
            self._watch_timer_c(branch, now)
        elif timer == TIMER_C and branch.provisional:
            if branch.attempt is not None:
                branch.attempt.why = TIMER_C_RANG
            self._cancel_branch(branch, now)
        else:
            if branch.client is not None:
                self.layer.abandon(branch.client)
            if timer == TIMER_C:
                self.got_nothing(context, branch, 408, TIMER_C_RANG, now)
            else:
                self.got_nothing(context, branch, 487, DEAF, now)

    def _provisional(self, context: ResponseContext, branch: Branch, response: Message, now: float) -> None:
        branch.provisional = True
        if branch.cancel_wanted:
            self._cancel_branch(branch, now)
        if response.status == 100 or branch.given_up:
            return  # §16.7 step 2: hop by hop
        branch.expires_c = now + self.settings.sip.timer_c_s
        # RFC 4320 §4.1: no provisional response but 100 to a non-INVITE request.
        if not context.is_invite or context.done:
            return
        call = context.call
        if call is not None:
            self._calls.ringing(call, now + self.wall_offset)
            if branch.flow is not None and branch.flow is branch.target.flow:
                self._calls.early(call, to_tag(response), Leg(branch.flow, True))
        self._upstream(context, response, now)

    def _success(self, context: ResponseContext, branch: Branch, response: Message, now: float) -> None:
        call = context.call
        if context.route is not None:
            context.route.answered(branch.target)
        if call is not None and context.is_invite and branch.flow is not None:
            leg = Leg(branch.flow, branch.flow is branch.target.flow)
            wall = now + self.wall_offset
            self._calls.answered(call, to_tag(response), response.status, leg, wall)
            if not context.token:
                self._calls.ended(call, wall, "unseen")  # not on the path: its BYE will not come by
        first = not context.done
        if first:
            self._no_further(context)
            self._finished(context, response.status, now)
            if len(context.branches) > 1:
                self._cancel_branches(context, now)
        if first or context.is_invite:
            self._upstream(context, response, now)

    def _advance(self, context: ResponseContext, now: float) -> None:
        """When all branches have failed, try the next group or send the best failure upstream (§16.7 step 5, 6)."""
        if context.done:
            return
        for branch in context.branches:
            if branch.status == 0:
                return
        if context.groups:
            self._next_group(context, now)
        elif not self._next_target(context, now):
            self._send_best(context, now)

    def _send_best(self, context: ResponseContext, now: float) -> None:
        best: Branch | None = None
        for branch in context.branches:
            if best is None or rank(branch.status) < rank(best.status):
                best = branch
        status = 480 if best is None else best.status
        if context.cancelled and status != 487 and status < 600:
            self.respond(context, 487, now)
        elif not context.is_invite and status == 408:
            # RFC 4320 §4.2: a 408 to a non-INVITE request comes too late and is never sent, nor passed on.
            if context.server is not None:
                self.layer.abandon(context.server)
            self._finished(context, 408, now)
        elif context.route is not None and (best is None or (status == 503 and _is_503(best))):
            self.respond(context, 503, now, context.route.exhausted())
        elif best is None or best.response is None or (status == 503 and context.route is None):
            # §16.7 step 6: a 503 would turn the upstream element away from us: say 500.
            self.respond(context, 500 if status == 503 else status if status in REASONS else 500, now)
        else:
            others = [b.response for b in context.branches if b.response is not None]
            if status in (401, 407):
                merge_challenges(best.response, others)
            self._finished(context, best.response.status, now)
            self._upstream(context, best.response, now)

    def _upstream(self, context: ResponseContext, response: Message, now: float) -> None:
        """Forward a response: our Via off, the rest as it came (§16.7 steps 3, 8, 9)."""
        server = context.server
        if server is None:
            return
        if not response.has_more(VIA):
            return  # it was meant for us
        response.remove_first_value(VIA)
        if context.editor is not None and response.body:
            context.editor.edit(response)
        if server.reliable and not response.has(CONTENT_LENGTH):
            response.append(CONTENT_LENGTH, f"Content-Length: {len(response.body)}")
        self.layer.respond(server, response.status, response.render(), now)

    def _finished(self, context: ResponseContext, status: int, now: float) -> None:
        """Write the record that the answer, sent next, asks for; let go of what only an unanswered request needs."""
        context.done = True
        context.refused = status >= 300
        context.request = None
        call = context.call
        if call is not None and not context.is_invite:
            self._calls.closed(call, status, now + self.wall_offset)
        if status >= 300:
            if call is not None and context.is_invite:
                self._calls.failed(call, status, now + self.wall_offset)
            for branch in context.branches:
                if not branch.given_up:
                    branch.context = None
        else:
            for branch in context.branches:
                if branch.status != 0 and not branch.given_up:
                    branch.context = None
        if context.route is not None:
            context.route.over(status)


def _is_503(branch: Branch) -> bool:
    """Tell whether a branch that failed with 503 is to be seen so (a cause map may say otherwise)."""
    return branch.response is None or branch.response.status == 503
