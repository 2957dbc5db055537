"""Requests on their way (RFC 3261 §16.6 steps 7 to 11): the flow of a next hop, our Via, the client transaction.

Which target is tried, and what an answer leads to, is for the proxy. Owns no table but what waits for a name to be
resolved.
"""

from __future__ import annotations

from typing import Final

from core.dialog.call import Call
from core.dialog.trail import CROWDED, TOO_LATE, UNDRESSED, UNKNOWN_HOST, UNREACHED
from core.effect import RESOLVE, SEND, Effect, Flow
from core.northbound import counters
from core.northbound.settings import Settings
from core.proxy import request as requests
from core.proxy.context import TIMER_C, TIMER_SILENT, Branch, BranchEvents, ResponseContext
from core.proxy.domain import Domain, is_numeric, transport_of
from core.proxy.late import Ending
from core.proxy.nexthop import flow_of, flows_among, sticky_flow
from core.proxy.route import Asker
from core.statistics.messages import NUMBER
from core.transaction.layer import TransactionLayer
from core.wire.error import WireError
from core.wire.header import ROUTE
from core.wire.message import Message
from core.wire.uri import Uri

_ACK: Final[int] = NUMBER["ACK"]
_MAX_PARKED: Final = 1000
_LOOK_S: Final = 32.0
_PATIENCE_S: Final = 4.0
"""How long the first of several addresses of a name may say nothing, where no route says so."""


class Sender(BranchEvents):
    """Sends for one engine."""

    __slots__ = ("_askers", "_boot", "_count", "_parked", "_parked_stateless", "_token", "domain", "layer", "out",
                 "settings", "slots")  # fmt: skip

    def __init__(
        self, settings: Settings, domain: Domain, layer: TransactionLayer, slots: memoryview, out: list[Effect],
        boot: str,
    ) -> None:  # fmt: skip
        self.settings: Settings = settings
        self.domain: Domain = domain
        self.layer: TransactionLayer = layer
        self.slots: memoryview = slots
        self.out: list[Effect] = out
        self._boot: str = f"z9hG4bK{boot}-"
        """What our branches begin with: random text makes them differ from those before a restart."""
        self._count: int = 0
        self._parked: dict[int, Branch] = {}
        """Branches that wait for an address, by question."""
        self._parked_stateless: dict[int, tuple[Message, Uri, int]] = {}
        """ACKs that wait for an address, by question: the request, its next hop, the listener it came by."""
        self._askers: dict[int, Asker] = {}
        """Others who wait for an address, by question."""
        self._token: int = 0

    def forward_stateless(self, request: Message, call: Call | None, inbound: int, now: float) -> None:
        """Send an ACK for a 2xx on its way: no transaction, nothing comes back (§16.11). Raises WireError."""
        if requests.hops_left(request) == 0:
            return
        out = requests.copy(request, request.request_uri)
        hop = requests.next_hop(out, requests.checked(request.uri()))
        flow = sticky_flow(self.domain, request, call)
        if flow is None:
            if not is_numeric(hop.host):
                self._park_stateless(out, hop, inbound)
                return
            flow = flow_of(self.domain, hop, inbound)
        if flow is not None:
            self._send_stateless(out, flow)
            if call is not None and call.count is not None:
                call.count.sent(now)

    def _send_stateless(self, out: Message, flow: Flow) -> None:
        own = self.domain.listeners.get(flow.listener)
        if own is None:
            return
        octets = requests.finish(out, own, self.new_branch(requests.loop_part(out)))
        self.out.append((SEND, flow, octets, ""))
        self.slots[counters.REQUESTS_SENT] += 1
        self.layer.messages.sent(_ACK)

    def _park_stateless(self, out: Message, hop: Uri, inbound: int) -> None:
        if self.waiting() >= _MAX_PARKED or transport_of(hop) < 0:
            return
        self._parked_stateless[self._ask(hop)] = (out, hop, inbound)

    def _ask(self, hop: Uri) -> int:
        """Ask for the addresses of a next hop; return the number of the question."""
        self._token += 1
        self.out.append((RESOLVE, self._token, hop.host, hop.port, transport_of(hop)))
        return self._token

    def ask(self, hop: Uri, asker: Asker) -> bool:
        """Have `asker` told the addresses of a name; False when too many wait already."""
        if self.waiting() >= _MAX_PARKED or transport_of(hop) < 0:
            return False
        self._askers[self._ask(hop)] = asker
        return True

    def answer(self, token: int, places: list[tuple[str, int]], now: float) -> None:
        """Go on with a branch whose next hop has been resolved; no place means it cannot be reached."""
        asker = self._askers.pop(token, None)
        if asker is not None:
            asker.resolved(places, now)
            return
        stateless = self._parked_stateless.pop(token, None)
        if stateless is not None:
            out, hop, inbound = stateless
            flows = flows_among(self.domain, places, hop, inbound)
            if flows:
                self._send_stateless(out, flows[0])
            return
        branch = self._parked.pop(token, None)
        if branch is None or branch.context is None or branch.hop is None or branch.status != 0:
            return
        flows = flows_among(self.domain, places, branch.hop, branch.context.flow.listener)
        if not flows:
            self.got_nothing(branch.context, branch, 503, UNKNOWN_HOST, now)
            return
        branch.flow = flows.pop(0)
        branch.further = flows
        self._send(branch.context, branch, now)

    def waiting(self) -> int:
        """Count branches that wait for an address."""
        return len(self._parked) + len(self._parked_stateless) + len(self._askers)

    def _start(self, context: ResponseContext, branch: Branch, now: float) -> None:
        """Find the flow of a branch and send, or park it on the question (§16.6 step 7)."""
        out = branch.out
        if out is None:
            return
        try:
            if context.route is not None:
                context.route.prepare(branch.target, out)
            flow = None if out.has(ROUTE) else branch.target.flow
            hop = requests.next_hop(out, branch.target.parsed or requests.target_uri(out.request_uri))
            if flow is None:
                if not is_numeric(hop.host):
                    self._park(context, branch, hop, now)
                    return
                flow = flow_of(self.domain, hop, context.flow.listener)
        except WireError as error:
            self.got_nothing(context, branch, error.status, UNDRESSED, now)
            return
        if flow is None:
            self.got_nothing(context, branch, 503, UNREACHED, now)
            return
        branch.flow = flow
        self._send(context, branch, now)

    def _park(self, context: ResponseContext, branch: Branch, hop: Uri, now: float) -> None:
        if self.waiting() >= _MAX_PARKED or transport_of(hop) < 0:
            self.got_nothing(context, branch, 503, CROWDED, now)
            return
        branch.hop = hop
        self._parked[self._ask(hop)] = branch

    def _send(self, context: ResponseContext, branch: Branch, now: float) -> None:
        """Put Record-Route and Via on and open the client transaction (§16.6 steps 4, 8 to 11)."""
        flow = branch.flow
        out = branch.out
        if flow is None or out is None:
            return
        own = self.domain.listeners.get(flow.listener)
        full = self.layer.full()
        if own is None or full:
            if full:
                self.slots[counters.TRANSACTIONS_REFUSED] += 1
            self.got_nothing(context, branch, 503, CROWDED if full else UNREACHED, now)
            return
        if context.token:
            inbound = self.domain.listeners.get(context.flow.listener)
            requests.record_route(out, own, inbound, context.token)
        branch.id = self.new_branch(context.loop)
        octets = requests.finish(out, own, branch.id + branch.target.via)
        kept = out if context.is_invite else None
        client = self.layer.open_client(out.method, branch.id, out.call_id, octets, kept, flow, context, now)
        branch.client = client
        if branch.attempt is not None:
            branch.attempt.went(flow, client, now)
        route = context.route
        count = context.count if route is None or route.count is None else route.count
        if count is not None:
            client.count = count
            count.sent(now)
        if context.is_invite:
            branch.expires_c = now + self.settings.sip.timer_c_s
            self._watch_timer_c(branch, now)
        if route is not None:
            route.sent(branch.target, now)
        if context.is_invite and (route is not None or branch.further):
            self.layer.wheel.start(now + (_PATIENCE_S if route is None else route.patience), branch, TIMER_SILENT)

    def _watch_timer_c(self, branch: Branch, now: float) -> None:
        """Look again when Timer C may have run out, or sooner: a wheel entry keeps its branch in memory."""
        self.layer.wheel.start(min(branch.expires_c, now + _LOOK_S), branch, TIMER_C)

    def new_branch(self, loop: str) -> str:
        """Make a branch parameter that ends with `loop`."""
        self._count += 1
        return self._boot + str(self._count) + loop

    def _turn_away(self, branch: Branch, answer: Message, now: float) -> None:
        """Acknowledge an answer that nobody waits for any more, and end its call, once."""
        if branch.attempt is not None:
            branch.attempt.why = TOO_LATE
        if branch.flow is None:
            return
        try:
            ending = Ending(answer, branch.flow, self.domain)
        except WireError:
            return
        own = self.domain.listeners.get(ending.flow.listener)
        if own is None:
            return
        self.out.append((SEND, ending.flow, ending.ack(own, self.new_branch("")), ""))
        self.slots[counters.REQUESTS_SENT] += 1
        self.layer.messages.sent(_ACK)
        if not branch.turned_away and not self.layer.full():
            branch.turned_away = True
            mark = self.new_branch("")
            octets = ending.bye(own, mark)
            self.layer.open_client("BYE", mark, ending.call_id, octets, None, ending.flow, None, now)
