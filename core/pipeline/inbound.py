"""A new request on its way through the stages, and the services that stages use."""

from __future__ import annotations

import random
from typing import Final

from core.auth.digest import Authenticator
from core.dialog.call import Call, Leg
from core.dialog.calls import Calls
from core.dialog.history import History
from core.dialog.trail import TEXT, WHY, Trail
from core.effect import NOTICE, SEND, Effect, Flow
from core.northbound import counters
from core.northbound.notices import TableFull, TableRelieved
from core.northbound.settings import Settings
from core.northbound.statistics import REFUSED_FULL, SUBSCRIBER_GROUP
from core.policy.bans import SCAN, Bans
from core.policy.classes import Classes
from core.policy.controls import Controls
from core.policy.feedback import Feedback
from core.policy.limits import Limits
from core.policy.lists import Lists
from core.policy.overload import Overload
from core.policy.priority import EMERGENCY, ORDINARY
from core.proxy.answer import REASONS
from core.proxy.domain import Domain
from core.proxy.proxy import Proxy
from core.proxy.request import Hops
from core.proxy.target import Target
from core.routing.analysis import Analysis
from core.routing.number import Numbers
from core.routing.trunks import Trunks
from core.statistics.messages import method_number
from core.statistics.row import DEFAULT, NOT_COUNTED, Row, refuse
from core.statistics.statistics import Statistics
from core.store.location import LocationStore
from core.store.subscribers import SubscriberStore
from core.transaction.layer import TransactionLayer
from core.transaction.transaction import Transaction
from core.transaction.wheel import Timed
from core.wire.error import WireError
from core.wire.message import Message, build_response
from core.wire.uri import Uri, unescape
from core.wire.via import Via

_RELIEF_S: Final = 60.0
_KEPT: Final = 10
"""One part in so many of the transaction table is kept for requests within dialogs."""


class Inbound:
    """One new request."""

    __slots__ = ("call", "flow", "group", "hops", "in_dialog", "message", "now", "numbers", "prefix", "priority",
                 "reply_to", "route_group", "sticky", "targets", "trunk", "username", "via", "wall")  # fmt: skip

    def __init__(
        self, message: Message, via: Via, flow: Flow, reply_to: Flow, sticky: bool, now: float, wall: float
    ) -> None:
        self.message: Message = message
        self.via: Via = via
        """The topmost Via as it came."""
        self.flow: Flow = flow
        self.reply_to: Flow = reply_to
        """Where responses go (RFC 3261 §18.2.2, RFC 3581 §4)."""
        self.sticky: bool = sticky
        """The sender is reached by `flow` only."""
        self.now: float = now
        self.wall: float = wall
        """Seconds since 1970."""
        self.hops: Hops = Hops()
        self.in_dialog: bool = False
        """It carries the token of a dialog that was set up through us."""
        self.call: Call | None = None
        self.username: str = ""
        """Subscriber whose credentials it bore; empty when it was not asked for any."""
        self.group: str = ""
        """`subscriber-group` of that subscriber."""
        self.trunk: str = ""
        """Trunk it came by; empty: none."""
        self.priority: int = ORDINARY
        """Its class."""
        self.numbers: Numbers | None = None
        """Of a call to a number, since number analysis began."""
        self.prefix: str = ""
        """Destination it is counted for: the prefix by which number analysis decided; empty: none."""
        self.route_group: str = ""
        """Where number analysis sends it; empty: to subscribers of ours."""
        self.targets: list[Target] = []


def user_of(uri: Uri) -> str:
    """Return whom a URI of ours means: its user part unescaped, its octets read as UTF-8 where they are."""
    user = unescape(uri.user)
    if user.isascii():
        return user
    try:
        return user.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return user


class Bounds(Timed):
    """Tells management when a bounded table begins and ceases to refuse; never more than once a minute."""

    __slots__ = ("_full", "_layer", "_out")

    def __init__(self, layer: TransactionLayer, out: list[Effect]) -> None:
        self._full: dict[str, float] = {}
        self._layer: TransactionLayer = layer
        self._out: list[Effect] = out

    def refused(self, table: str, limit: int, now: float) -> None:
        """Note that `table` has refused something because `limit` is reached."""
        if table not in self._full:
            self._out.append((NOTICE, TableFull(table=table, limit=limit)))
            self._layer.wheel.start(now + _RELIEF_S, self, 0)
        self._full[table] = now

    def on_timer(self, timer: int, now: float) -> None:
        for table, last in list(self._full.items()):
            if now - last >= _RELIEF_S - 1:
                del self._full[table]
                self._out.append((NOTICE, TableRelieved(table=table)))
        if self._full:
            self._layer.wheel.start(now + _RELIEF_S, self, 0)


class Services:
    """What stages may use; one per engine, its settings replaced whole."""

    __slots__ = ("analysis", "authenticator", "bans", "boot", "bounds", "calls", "classes", "controls",
                 "count", "domain", "draining", "feedback", "history", "is_controlled", "layer", "limits", "lists",
                 "location", "out", "overload", "proxy", "random", "realm", "settings", "slots", "spared",
                 "statistics", "subscribers", "told_level", "trunks", "worker")  # fmt: skip

    def __init__(
        self, settings: Settings, domain: Domain, layer: TransactionLayer, calls: Calls, proxy: Proxy,
        location: LocationStore, subscribers: SubscriberStore, authenticator: Authenticator, slots: memoryview,
        out: list[Effect], rng: random.Random, worker: int, boot: str, analysis: Analysis, lists: Lists, bans: Bans,
        trunks: Trunks, controls: Controls, statistics: Statistics,
    ) -> None:  # fmt: skip
        self.settings: Settings = settings
        self.domain: Domain = domain
        self.layer: TransactionLayer = layer
        self.calls: Calls = calls
        self.history: History = calls.history
        self.proxy: Proxy = proxy
        self.location: LocationStore = location
        self.subscribers: SubscriberStore = subscribers
        self.realm: str = settings.realm
        self.authenticator: Authenticator = authenticator
        self.lists: Lists = lists
        self.bans: Bans = bans
        self.slots: memoryview = slots
        self.out: list[Effect] = out
        self.random: random.Random = rng
        self.worker: int = worker
        self.boot: str = boot
        self.analysis: Analysis = analysis
        self.trunks: Trunks = trunks
        self.statistics: Statistics = statistics
        self.count: int = 0
        """Call records begun."""
        self.draining: bool = False
        self.bounds: Bounds = Bounds(layer, out)
        self.classes: Classes = Classes()
        self.controls: Controls = controls
        self.limits: Limits = Limits()
        self._configure_traffic(settings)
        overload = settings.traffic.overload
        self.overload: Overload = Overload(overload)
        self.told_level: int = 0
        """The overload level that management has been told of."""
        self.feedback: Feedback = Feedback(overload.feedback, overload.validity_ms)
        self._configure_overload(settings)
        authenticator.configure(settings.realm, settings.authentication)

    def configure(self, settings: Settings, domain: Domain) -> None:
        """Take new settings."""
        self.settings = settings
        self.realm = settings.realm
        self.domain = domain
        self.history.configure(settings.call_history.maximum)
        self.analysis.configure(settings)
        self.trunks.configure(settings)
        self.authenticator.configure(settings.realm, settings.authentication)
        self._configure_traffic(settings)
        self._configure_overload(settings)

    def _configure_traffic(self, settings: Settings) -> None:
        self.classes.configure(settings)
        self.controls.configure(settings.traffic, self.analysis.calendars)
        self.limits.configure(settings.subscriber_groups, settings.traffic.source_limit, self.calls)
        self.is_controlled: bool = (
            self.limits.active or self.controls.codes.active or self.classes.has_numbers or self.classes.has_groups
        )
        """Calls without a class have something to pass in the stage of controls."""

    def _configure_overload(self, settings: Settings) -> None:
        overload = settings.traffic.overload
        self.overload.configure(overload)
        self.feedback.configure(overload.feedback, overload.validity_ms)
        self.spared: tuple[bytes, ...] = tuple([number.encode("latin-1") for number in settings.numbering.emergency])
        """Last digits of numbers that are not refused unread."""

    def refuse(
        self, inbound: Inbound, status: int, reason: str = "", extra: list[tuple[str, str]] | None = None,
        column: int = DEFAULT,
    ) -> bool:  # fmt: skip
        """Answer without a transaction; return False: the request goes no further.

        RFC 3261 §8.2.7, §26.3.2.4: what is refused at the door is not worth memory. An ACK is never answered. An
        INVITE that begins a call counts as a bid refused in `column`, or with NOT_COUNTED as none.
        """
        message = inbound.message
        if message.method != "ACK":
            octets = build_response(message, status, reason or REASONS[status], self.proxy.tag(message), extra)
            self.out.append((SEND, inbound.reply_to, octets, ""))
            self.slots[counters.RESPONSES_SENT_1XX + status // 100 - 1] += 1
            if self.history.notes.on and status >= 300 and not inbound.in_dialog:
                self._remember(inbound, status, reason)
            self.layer.messages.response_sent(method_number(message.method), status)
            if column != NOT_COUNTED and not inbound.in_dialog:
                self._count_refusal(inbound, status, column)
        return False

    def _count_refusal(self, inbound: Inbound, status: int, column: int) -> None:
        message = inbound.message
        if message.method == "INVITE":
            if inbound.priority == EMERGENCY:
                self.calls.emergencies.failed(message.request_uri, status, message.call_id, inbound.now)
            if self.statistics.is_on:
                refuse(self.rows_of(inbound), column, int(inbound.now * 1000.0))
        elif message.method == "REGISTER" and self.statistics.is_on:
            self.statistics.registered(self.rows_of(inbound), False)

    def rows_of(self, inbound: Inbound) -> list[Row]:
        """Return the rows that a request concerns, as far as it is known what it is."""
        statistics = self.statistics
        rows = statistics.at(inbound.flow.listener)
        trunk = self.trunks.states.get(inbound.trunk) if inbound.trunk else None
        if trunk is not None and trunk.row_in is not None:
            rows.append(trunk.row_in)
        row = statistics.of(SUBSCRIBER_GROUP, inbound.group) if inbound.group else None
        if row is not None:
            rows.append(row)
        if inbound.prefix:
            rows.append(statistics.destinations.row(inbound.prefix, int(inbound.now * 1000.0)))
        return rows

    def note(self, about: str, why: str) -> None:
        """Have the trail of this request say what was found of something, if anybody keeps trails."""
        self.history.notes.add(WHY, about[:TEXT], why, None)

    def trail(self, inbound: Inbound) -> Trail | None:
        """Begin the trail of a call that this request makes; None where nobody keeps trails."""
        notes = self.history.notes
        if not notes.on:
            return None
        trail = Trail(notes.items, inbound.wall - inbound.now)
        trail.stage = notes.stage
        trail.username = inbound.username
        trail.priority = inbound.priority
        numbers = inbound.numbers
        if numbers is not None and numbers.longest() <= TEXT:
            trail.numbers = numbers
        trail.route_group = inbound.route_group
        return trail

    def _remember(self, inbound: Inbound, status: int, reason: str) -> None:
        """Keep an INVITE that was refused without a transaction; nothing else of it is left."""
        message = inbound.message
        trail = self.trail(inbound)
        self.history.notes.on = False
        if trail is None or message.method != "INVITE":
            return
        try:
            caller, callee = message.from_(), message.to()
        except WireError:
            return
        call = Call(
            "", message.call_id, caller.tag, caller.uri_text, callee.uri_text, message.request_uri,
            Leg(inbound.flow, inbound.sticky), inbound.wall,
        )  # fmt: skip
        call.trunk_in = inbound.trunk
        call.group = inbound.group
        self.history.refuse(call, trail, status, reason)

    def stranger(self, inbound: Inbound) -> None:
        """Note that a request came of or went to somebody who does not exist: its sender may be looking for who does.

        Neither a subscriber who has proved to be one nor a trunk is a stranger, whatever they dial.
        """
        if not inbound.username and not inbound.trunk:
            self.bans.offence(inbound.flow, SCAN, inbound.now)

    def open(self, inbound: Inbound, wanted: int = 1) -> Transaction | None:
        """Open the server transaction; None when the table is full and the request has been refused.

        `wanted` counts the transactions the request will need, its own client transaction included. A tenth of the
        table is left to requests within dialogs: what is new must not keep calls from ending.
        """
        kept = 0 if inbound.in_dialog else self.layer.maximum // _KEPT
        if self.layer.full(wanted + kept):
            self.slots[counters.TRANSACTIONS_REFUSED] += 1
            self.note("transactions", "the table is full")
            self.bounds.refused("transactions", self.settings.sip.max_transactions, inbound.now)
            self.refuse(inbound, 503, "", [("Retry-After", "10")], REFUSED_FULL)
            return None
        return self.layer.open_server(inbound.message, inbound.via, inbound.reply_to, inbound.now)
