"""The signalling engine: octets in, effects out. Pure: time and randomness are passed in.

`receive`, `tick`, `answer` and `send_failed` append to `out`; whoever drives the engine
performs what is there, after the store's transaction of the same turn is committed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from typing import Final

from core.auth.digest import Authenticator
from core.dialog.calls import Calls
from core.dialog.history import History
from core.effect import SEND, UDP, Effect, Flow
from core.northbound import counters
from core.northbound.orders import (
    AskLists,
    AskPing,
    AskTrial,
    ExplainCall,
    ExplainNumber,
    ExplainRoute,
    ListAnalysis,
    ListBans,
    ListCallHistory,
    ListCalls,
    ListCodes,
    ListControls,
    ListHits,
    ListOverload,
    ListOverloadPeers,
    ListRouteGroups,
    ListTransactions,
    ListTrunks,
    Order,
    Row,
)
from core.northbound.rows import TransactionRow
from core.northbound.settings import Listener, Settings
from core.northbound.statistics import METHODS
from core.pipeline.analysis import explain_number
from core.pipeline.counting import count_calls, count_objects
from core.pipeline.explain import explain_route
from core.pipeline.figures import overload_rows, peer_rows
from core.pipeline.inbound import Inbound, Services
from core.pipeline.overload import measure, pressed, shed, tell
from core.pipeline.stages import run
from core.pipeline.trails import explained, history
from core.policy.bans import MALFORMED, Bans, explain, spared
from core.policy.controls import Controls
from core.policy.lists import Lists
from core.policy.overload import Readings
from core.proxy.context import ResponseContext
from core.proxy.domain import Domain, flow_to
from core.proxy.nexthop import is_known
from core.proxy.proxy import Proxy
from core.proxy.request import take_own_route
from core.routing.analysis import Analysis
from core.routing.monitor import Monitor
from core.routing.ping import Pings
from core.routing.selection import orders
from core.routing.trial import Trials
from core.routing.trunks import Trunks
from core.statistics.messages import NUMBER, OTHER, method_number
from core.statistics.statistics import Statistics
from core.store.lists import AUTOMATIC, ListStore
from core.store.location import LocationStore
from core.store.prefixes import PrefixStore
from core.store.subscribers import SubscriberStore
from core.transaction.layer import TransactionLayer, client_key
from core.transaction.tables import PROCEEDING, STATE_NAMES, TRYING
from core.transaction.transaction import Transaction
from core.wire.error import WireError
from core.wire.header import VIA
from core.wire.limits import Limits
from core.wire.message import Message, build_response, parse_message
from core.wire.text import readable
from core.wire.via import Via, is_behind_nat

_OWN_COUNTER: Final[dict[str, int]] = {
    "INVITE": counters.INVITE_RECEIVED,
    "ACK": counters.ACK_RECEIVED,
    "BYE": counters.BYE_RECEIVED,
    "CANCEL": counters.CANCEL_RECEIVED,
    "REGISTER": counters.REGISTER_RECEIVED,
    "OPTIONS": counters.OPTIONS_RECEIVED,
}
_REQUEST_COUNTER: Final[list[int]] = [_OWN_COUNTER.get(each, counters.OTHER_REQUEST_RECEIVED) for each in METHODS]
"""Counter of a request, by the number of its method."""
_SOURCE = re.compile(r"[ \t]*;[ \t]*(?:rport|received)(?![^ \t;=])(?:[ \t]*=[ \t]*[^ \t;]*)?", re.IGNORECASE)


class Engine:
    """All signalling state of one worker."""

    def __init__(
        self, settings: Settings, slots: memoryview, location: LocationStore, subscribers: SubscriberStore,
        worker: int, secret: bytes, rng: random.Random, wall_offset: float, listeners: dict[int, Listener],
        prefixes: PrefixStore | None = None, list_store: ListStore | None = None,
        unseal: Callable[[str], str] = str, statistics: memoryview | None = None, now: float = 0.0,
    ) -> None:  # fmt: skip
        """Make the state of a worker; `unseal` reads the secrets of the settings, and never raises.

        `statistics` is where to count by object (`core.northbound.statistics`); without, it is memory of the engine's.
        """
        self.out: list[Effect] = []
        """Effects not performed yet, in order."""
        self.settings: Settings = settings
        self.location: LocationStore = location
        self._wall_offset: float = wall_offset
        self._slots: memoryview = slots
        self._secret: bytes = secret
        self._limits: Limits = _limits(settings)
        self._domain: Domain = Domain(settings.sip, listeners, secret)
        self.statistics: Statistics = Statistics(statistics, slots, now, now + wall_offset)
        self._layer: TransactionLayer = TransactionLayer(settings.sip, slots, self.out)
        self._layer.messages = self.statistics.messages
        self.history: History = History(settings.call_history.maximum)
        self._calls: Calls = Calls(worker, slots, location, self.out, self.history)
        self._calls.wall_offset = wall_offset
        boot = f"{rng.getrandbits(32):08x}"
        self._proxy: Proxy = Proxy(settings, self._domain, self._layer, self._calls, slots, self.out, boot, wall_offset)
        self.lists: Lists = Lists(list_store)
        self.bans: Bans = Bans(self.lists, slots, self.out, wall_offset)
        self._list_store: ListStore | None = list_store
        analysis = Analysis(settings, prefixes)
        controls = Controls(self.history.notes)
        self._trunks: Trunks = Trunks(slots, self.out, rng, unseal, analysis, controls.routes)
        self._trunks.notes = self.lists.notes = analysis.notes = self.history.notes
        self._trunks.wall_offset = wall_offset
        self._trunks.configure(settings)
        self._monitor: Monitor = Monitor(self._proxy, self._trunks, boot)
        self._pings: Pings = Pings(self._proxy, location, boot)
        self._trials: Trials = Trials(self._proxy, self._trunks, boot)
        self._services: Services = Services(
            settings, self._domain, self._layer, self._calls, self._proxy, location, subscribers,
            Authenticator(secret), slots, self.out, rng, worker, boot, analysis,
            self.lists, self.bans, self._trunks, controls, self.statistics,
        )  # fmt: skip
        count_objects(self._services, settings, listeners, now)
        self._protect(settings, listeners)

    @property
    def wall_offset(self) -> float:
        """What makes seconds since 1970 of `now`; set again when the clock has been set."""
        return self._wall_offset

    @wall_offset.setter
    def wall_offset(self, offset: float) -> None:
        self._wall_offset = offset
        self._proxy.wall_offset = offset
        self._calls.wall_offset = offset
        self.bans.wall_offset = offset
        self._trunks.wall_offset = offset

    @property
    def next_tick(self) -> float:
        """When `tick` has something to do, monotonic seconds; infinity when nothing is running."""
        return self._layer.wheel.next_due()

    def receive(self, data: bytes, flow: Flow, now: float) -> None:
        """Take one datagram, or one message cut from a stream. The octets stay the caller's."""
        if len(data) <= 4:
            self._slots[counters.KEEPALIVES] += 1
            return
        services = self._services
        if services.overload.level and shed(services, data, flow, now):
            return
        message: Message | None = None
        try:
            message = parse_message(data, self._limits)
            if message.is_request:
                self._request(message, flow, now)
            else:
                self._response(message, flow, now)
        except WireError as error:
            self._malformed(error, message, flow)
            self.bans.offence(flow, MALFORMED, now)

    def tick(self, now: float) -> None:
        """Fire the timers that are due."""
        self._layer.wheel.fire(now)
        self._slots[counters.TRANSACTIONS] = self._layer.count()
        self._slots[counters.TRANSACTIONS_PENDING] = self._layer.pending

    def answer(self, token: int, result: list[tuple[str, int]], now: float) -> None:
        """Take the answer to a RESOLVE effect: addresses and ports, none when the name was not found."""
        self._proxy.answer(token, result, now)

    def send_failed(self, branch: str, now: float) -> None:
        """Take note that the SEND effect with this branch could not be performed."""
        self._slots[counters.SENDS_FAILED] += 1
        self._layer.send_failed(branch, now)

    def configure(self, settings: Settings, listeners: dict[int, Listener], now: float = 0.0) -> None:
        """Replace settings and listeners; what is in flight goes on with the flows it has."""
        self.settings = settings
        self._limits = _limits(settings)
        self._domain = Domain(settings.sip, listeners, self._secret)
        self._layer.configure(settings.sip)
        self._proxy.settings = settings
        self._proxy.domain = self._domain
        self._services.configure(settings, self._domain)
        count_objects(self._services, settings, listeners, now)
        self._protect(settings, listeners)

    def measure(self, readings: Readings, now: float) -> None:
        """Take what the worker measured, several times a second: overload control follows it."""
        measure(self._services, readings, now, now + self._wall_offset)

    def pressed(self, waited_ms: float, now: float) -> None:
        """Take note that at a socket datagrams wait longer and longer, the last one so long."""
        pressed(self._services, waited_ms, now)

    def fill(self) -> float:
        """Return the calls in the table, per cent of how many there may be."""
        return 100.0 * len(self._calls) / self.settings.sip.max_calls

    @property
    def is_overloaded(self) -> bool:
        """Whether an overload level is in force."""
        return self._services.overload.level > 0

    def restore(self, now: float = 0.0) -> int:
        """Load the calls answered before this worker began; return how many."""
        restored = self._calls.restore()
        self._services.limits.adopt(self._calls, self._services.limits.groups)
        for call in self._calls:
            if call.trunk_in or call.trunk_out:
                self._trunks.restore(call)
        count_calls(self._services, now)
        return restored

    def drain(self) -> None:
        """Refuse what is new from now on."""
        self._services.draining = True

    def busy(self) -> int:
        """Count what is in flight: requests not answered yet, questions not answered yet."""
        waiting = (TRYING, PROCEEDING)
        return self._proxy.waiting() + sum([1 for server in self._layer.servers.values() if server.state in waiting])

    def sweep(self, now: float) -> None:
        """Do what is due once a second or so: outlived bindings, calls that never ended."""
        wall = now + self._wall_offset
        self._slots[counters.BINDINGS_EXPIRED] += self.location.expire(wall, 200)
        self._slots[counters.BINDINGS] = self.location.count
        self._slots[counters.TRANSACTIONS] = self._layer.count()
        self._slots[counters.TRANSACTIONS_PENDING] = self._layer.pending
        self._calls.sweep(wall)
        self.bans.sweep(now)
        self._services.controls.sweep(wall)
        self._services.limits.sweep(now)
        self._monitor.tend(now)
        self._pings.sweep(now)
        self._trials.sweep(now)
        self.location.tidy()
        self.statistics.sweep(now, wall)
        self._services.analysis.refresh()

    def order(self, order: Order, now: float) -> Iterator[Row]:
        """Carry out a listing; take rows as slowly as you like, the listing is of what was there at the start."""
        if isinstance(order, ListCalls):
            return self._calls.rows(order.detail, order.match, now + self._wall_offset)
        if isinstance(order, ListTransactions):
            return self._transaction_rows(now)
        if isinstance(order, ListBans):
            return self.bans.rows(now)
        if isinstance(order, ListHits):
            return self.lists.rows()
        if isinstance(order, AskLists):
            return iter((explain(self.lists, self.bans, order.kind, order.value, now),))
        if isinstance(order, ListControls):
            return self._services.controls.rows(order.detail, order.code, order.active, now + self._wall_offset)
        if isinstance(order, ExplainRoute):
            return iter(explain_route(self._services, order, now, now + self._wall_offset))
        if isinstance(order, ListCodes):
            return self._services.controls.code_rows()
        if isinstance(order, ListTrunks):
            return self._trunks.rows(order.name, self._wall_offset)
        if isinstance(order, ListRouteGroups):
            return self._trunks.group_rows(order.name, orders(self._trunks, now))
        if isinstance(order, ListOverload):
            return iter(overload_rows(self._services, now))
        if isinstance(order, ListOverloadPeers):
            return iter(peer_rows(self._services, now))
        if isinstance(order, AskTrial):
            return iter(self._trials.rows(order.number))
        if isinstance(order, AskPing):
            ping = self._pings.row(order.number)
            return iter(() if ping is None else (ping,))
        if isinstance(order, ListAnalysis):
            return iter(self._services.analysis.hits())
        if isinstance(order, ExplainNumber):
            return iter(explain_number(self._services, order, now + self._wall_offset))
        return iter(())

    def search(self, order: ListCallHistory | ExplainCall, now: float) -> Iterator[Row | None]:
        """Look for calls, in progress and past; None: enough for one turn."""
        prefix = f"{self._services.worker}-{self._services.boot}"
        if isinstance(order, ExplainCall):
            return explained(self._calls, order, prefix)
        return history(self._calls, order, now + self._wall_offset, prefix)

    def restore_bans(self, now: float) -> None:
        """Take up the addresses banned before this worker began."""
        if self._list_store is not None:
            self.bans.restore(self._list_store.iterate(AUTOMATIC), now)

    def clear_controls(self) -> int:
        """Count the calls of traffic controls from 0 again; return how many controls there are."""
        return self._services.controls.clear()

    def shut_listeners(self) -> dict[str, int]:
        """Return the listeners that are shut down, and how many calls each still carries."""
        shut = self._domain.shut
        left = dict.fromkeys(shut, 0)
        if shut:
            for call in self._calls:
                numbers = {call.caller_leg.flow.listener}
                if call.callee_leg is not None:
                    numbers.add(call.callee_leg.flow.listener)
                for number in numbers:
                    if number in left:
                        left[number] += 1
        return {name: left[number] for number, name in shut.items()}

    def ping(self, target: str, user: str, now: float) -> int:
        """Send an OPTIONS; see `SendPing`."""
        return self._pings.send(target, user, now)

    def begin_trial(self, trunk: str, called: str, calling: str, now: float) -> int:
        """Call a number by a trunk; see `BeginTrial`."""
        return self._trials.begin(trunk, called, calling, now)

    def probe_trunk(self, name: str, now: float) -> int:
        """Send OPTIONS to a trunk; return 0 when there is none of this name."""
        return int(self._monitor.probe(name, now))

    def trunk_hosts(self, name: str) -> list[str]:
        """Return the hosts of a trunk, as they are configured, and the networks it sends from."""
        trunk = self._trunks.states.get(name)
        if trunk is None:
            return []
        return [*[uri.host for uri in trunk.addresses], *trunk.settings.sources]

    def clear_trunk_statistics(self, name: str) -> int:
        """Set the statistics of one trunk, or of all, to nought; return of how many."""
        return self._trunks.clear_statistics(name)

    def clear_bindings(self, user: str) -> int:
        """Remove the bindings of one user; return how many went. `core.orders` clears everybody's, in slices."""
        before = self.location.count
        self.location.put_bindings(user, [])
        return before - self.location.count

    def _protect(self, settings: Settings, listeners: dict[int, Listener]) -> None:
        self.lists.require(settings.protection.required)
        self.bans.configure(settings.protection, spared(settings, listeners.values()))

    def _request(self, message: Message, flow: Flow, now: float) -> None:
        via = message.via()
        reply_to = _reply_flow(via, flow)
        _note_source(message, via, flow)
        method = message.method
        number = NUMBER.get(method, OTHER)
        server = self._layer.find_server(message, via)
        if server is not None and not self._layer.receive_request(server, message, now):
            return
        if self._services.feedback.is_on and ";oc" in via.text:
            self._tell(message, flow, now)
        self._slots[_REQUEST_COUNTER[number]] += 1
        self._layer.messages.received(number)
        if method == "ACK":
            self._acknowledge(message, flow, now)
            return
        inbound = Inbound(message, via, flow, reply_to, is_behind_nat(via, flow), now, now + self._wall_offset)
        if method == "CANCEL":
            self._cancel(inbound)
        else:
            run(self._services, inbound)

    def _tell(self, message: Message, flow: Flow, now: float) -> None:
        """Put overload feedback where every response to this request takes its top Via from (RFC 7339 §5.2)."""
        at = message.where(VIA)
        line = message.lines[at]
        if message.method != "ACK" and "\r\n" not in line:
            # The line changes, what was parsed of it does not: see `_note_source`.
            message.lines[at] = tell(self._services, line, flow, message.method, message.to().tag != "", now)

    def _acknowledge(self, message: Message, flow: Flow, now: float) -> None:
        """Pass the ACK of a 2xx on (RFC 3261 §16.11); one that bears no token of ours is nobody's."""
        hops = take_own_route(message, self._domain)
        from_tag, to_tag = message.from_().tag, message.to().tag
        call = self._calls.find(message.call_id, from_tag, to_tag)
        if not is_known(self._domain, call, hops.token, message):
            return
        self._proxy.forward_stateless(message, call, flow.listener, now)

    def _cancel(self, inbound: Inbound) -> None:
        """Answer a CANCEL and cancel the branches of the request it names (RFC 3261 §16.10, §9.2)."""
        services = self._services
        invite = self._layer.find_invite(inbound.message, inbound.via)
        if invite is None:
            services.refuse(inbound, 481)
            return
        if self._layer.full():
            services.refuse(inbound, 200)  # no room, yet a CANCEL makes some; coming again it changes nothing
        else:
            server = self._layer.open_server(inbound.message, inbound.via, inbound.reply_to, inbound.now)
            octets = build_response(inbound.message, 200, "OK", self._proxy.tag(inbound.message))
            self._layer.respond(server, 200, octets, inbound.now)
        context = invite.user
        if isinstance(context, ResponseContext) and not context.done:
            self._proxy.cancel(context, inbound.now)

    def _response(self, message: Message, flow: Flow, now: float) -> None:
        self._slots[counters.RESPONSES_RECEIVED_1XX + message.status // 100 - 1] += 1
        client = self._client_of(message, flow)
        if client is None or client.call_id != message.call_id or not _leads_on(client, message):
            # RFC 6026 §7: what matches no client transaction is dropped.
            self._slots[counters.STRAY_RESPONSES] += 1
            self._layer.messages.response_received(method_number(message.method), message.status)
            return
        self._layer.messages.response_received(client.number, message.status)
        self._layer.receive_response(client, message, now)

    def _client_of(self, message: Message, flow: Flow) -> Transaction | None:
        """Find the client transaction of a response (RFC 3261 §17.1.3); most peers return our Via as we wrote it."""
        clients = self._layer.clients
        own = self._domain.listeners.get(flow.listener)
        line = message.lines[message.where(VIA)]
        if own is not None and line.startswith(own.via):
            branch = line[len(own.via) :]
            end = branch.find(",")
            if end >= 0:
                branch = branch[:end]
            end = branch.find(";")
            if end >= 0:
                branch = branch[:end]
            found = clients.get(client_key(branch, message.method))
            if found is not None:
                return found
        return clients.get(client_key(message.via().branch, message.method))

    def _malformed(self, error: WireError, read: Message | None, flow: Flow) -> None:
        """Answer what is no message, where it is a request that can be answered; never an ACK or a response."""
        self._slots[counters.MALFORMED] += 1
        message = error.message if read is None else read
        if not isinstance(message, Message) or not message.is_request or message.method == "ACK":
            return
        try:
            via = message.via()
            octets = build_response(message, error.status, error.reason, self._proxy.tag(message))
        except WireError:
            return
        self.out.append((SEND, _reply_flow(via, flow), octets, ""))
        self._layer.messages.response_sent(method_number(message.method), error.status)
        self._slots[counters.RESPONSES_SENT_1XX + error.status // 100 - 1] += 1

    def _transaction_rows(self, now: float) -> Iterator[TransactionRow]:
        for side, table in (("server", self._layer.servers), ("client", self._layer.clients)):
            for transaction in list(table.values()):
                yield _transaction_row(side, transaction, now)


def _leads_on(client: Transaction, response: Message) -> bool:
    """Tell whether a response can be passed on as its user must (RFC 3261 §16.7 step 3); our own requests' end here."""
    return response.has_more(VIA) or client.user is None or client.user.is_end()


def _transaction_row(side: str, transaction: Transaction, now: float) -> TransactionRow:
    return TransactionRow(
        side=side,
        method=readable(transaction.method),
        state=STATE_NAMES[transaction.state],
        branch=readable(transaction.branch),
        peer=repr(transaction.flow),
        age_s=round(now - transaction.started, 1),
    )


def _reply_flow(via: Via, flow: Flow) -> Flow:
    """Return where responses go: the connection, the source when rport was asked for, else sent-by's port there."""
    if flow.transport != UDP or via.rport != -1:
        return flow
    port = via.port or 5060
    if port == flow.port:
        return flow
    return flow_to(flow.listener, flow.transport, flow.host, port)


def _note_source(message: Message, via: Via, flow: Flow) -> None:
    """Put `received` and `rport` into the top Via (RFC 3261 §18.2.1, RFC 3581 §4)."""
    if via.rport == -1 and via.host == flow.host:
        return
    text = via.text
    at = message.where(VIA)
    rest = ""
    if "," in message.lines[at]:
        value = message.first(VIA)
        rest = value[len(text) :] if value.startswith(text) else ""
    if text.endswith(";rport") and not via.received:
        message.lines[at] = "Via: " + text[:-6] + flow.seen() + rest
        return
    if via.received or via.rport > 0 or (via.rport == 0 and ";rport" not in text):
        # What a sender says of its own source counts for nothing.
        text = _SOURCE.sub("", text) + (";rport" if via.rport != -1 else "")
    if via.rport != -1:
        text = text.replace(";rport", f";rport={flow.port}", 1)
    text = f"{text};received={flow.host}"
    # The line changes, what was parsed of it does not: `replace` would parse it again.
    message.lines[at] = f"Via: {text}{rest}"


def _limits(settings: Settings) -> Limits:
    sip = settings.sip
    return Limits(sip.max_message_octets, sip.max_header_octets, sip.max_headers, sip.max_header_octets)
