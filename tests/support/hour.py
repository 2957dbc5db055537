"""An hour of calls, driven by a clock that need not be waited for, and what its peers saw of each.

hour = Hour(tmp_path, seed=1)
await hour.run()                            # 60 minutes of the clock, all calls begin and end in them
hour.seen[ObjectKey("trunk-out", "ONE")]    # Counter of columns: what a caller and a callee would have counted

Calls come by a trunk and from a phone; they go to three trunks and to a phone, or nowhere. How each ends was drawn
before: answered, busy, rung out, given up, refused by one trunk and answered by the next, silence. What is noted is
what was on the wire at the peers; nothing is asked of the engine.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

from support.engine import LISTENERS, World, flow
from support.messages import request, response
from support.phone import Phone

from core.effect import Flow
from core.northbound.routing_settings import AnalysisTable, Member, PrefixEntry, RouteGroup, SubscriberGroup, Trunk
from core.northbound.statistics import open_statistics
from core.store.records import Subscriber
from core.wire.header import CONTACT, RECORD_ROUTE
from core.wire.limits import Limits
from core.wire.message import Message, parse_message
from oam.statistics.period import ObjectKey
from oam.statistics.sampler import SETTLE_S
from oam.statistics.statistics import Statistics

ALICE, GATEWAY, BOB = flow("192.0.2.1"), flow("192.0.2.20"), flow("192.0.2.2")
TRUNKS = {"192.0.2.21": "ONE", "192.0.2.22": "TWO", "192.0.2.23": "THREE"}
SYSTEM = ObjectKey("system", "")
LISTENER = ObjectKey("listener", LISTENERS[0].name)
BEGIN = 1_700_002_800.0
"""A whole hour."""
LAST_CALL_S = 3300
MOST_TALK_S = 200


class Fate(NamedTuple):
    """How a call, or its attempt at one trunk, goes."""

    kind: str
    """`answer`, `refuse`, `rings-out`, `gives-up`, `gives-up-silent`, `silence`."""
    status: int = 0
    ring_s: float = 0.0
    talk_s: float = 0.0


FATES = (
    *("answer",) * 10, "refuse-486", "refuse-486", "refuse-404", "refuse-480", "refuse-603", "rings-out", "gives-up",
    "gives-up-silent", "next-503", "next-500", "silence",
)  # fmt: skip
COLUMN_OF = {404: "failed-404", 480: "failed-480", 486: "failed-486", 500: "failed-500", 503: "failed-503",
             603: "failed-603"}  # fmt: skip
NUMBERS = ("861012345", "861098765", "8621555", "8621777", "0049301", "bob", "bob", "7123", "6123")
DESTINATION = {"8610": "8610", "86": "86", "0049": "0049", "7": "7", "6": "6"}


class Call:
    """One call as its caller knows it."""

    def __init__(self, serial: int, source: Flow, number: str, fates: list[Fate]) -> None:
        self.id = f"hour-{serial}"
        self.serial = serial
        self.source = source
        self.number = number
        self.fates = fates
        """Of the first attempt and of the next."""
        self.attempts: list[Attempt] = []
        self.sent_ms = 0
        self.answered_ms = -1
        self.rang = False
        self.given_up = False
        self.over = False
        self.route: list[str] = []
        self.target = ""
        self.to_tag = ""


class Attempt:
    """One INVITE that a callee received."""

    def __init__(self, call: Call, peer: Flow, invite: Message, came_ms: int) -> None:
        self.call = call
        self.peer = peer
        self.invite = invite
        self.came_ms = came_ms
        self.fate = call.fates[min(len(call.attempts), len(call.fates) - 1)]
        self.rang = False
        self.done = False

    @property
    def keys(self) -> list[ObjectKey]:
        """Whom it counts for besides the call's own objects."""
        name = TRUNKS.get(self.peer.host)
        return [ObjectKey("trunk-out", name)] if name else []


class Hour:
    """The hour: `world` is the server, `statistics` what management makes of it, `seen` what its peers saw."""

    def __init__(self, path: Path, seed: int = 1, calls: int = 400) -> None:
        self.random = random.Random(seed)
        self.state = path
        (path / "run").mkdir(exist_ok=True)
        self.world = _world(path)
        self.world.advance(BEGIN - 60 + SETTLE_S - self.wall)
        self.statistics = Statistics(path, lambda: self.wall, lambda: self.world.now)
        self.seen: dict[ObjectKey, Counter[str]] = {}
        self.requests: Counter[tuple[str, str]] = Counter()
        """(method, `received` or `sent` by the server)."""
        self.responses: Counter[tuple[str, int, str]] = Counter()
        self.calls: dict[str, Call] = {}
        self.most = 0
        """Most calls at one time."""
        self._now_calls = 0
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._serial = 0
        Phone(self.world, "bob", BOB).register()
        self.seen_of(SYSTEM)["registrations"] += 1
        self.requests["REGISTER", "received"] += 1
        self.responses["REGISTER", 200, "sent"] += 1
        for serial in range(1, calls + 1):
            self._plan(serial)

    @property
    def wall(self) -> float:
        """Seconds since 1970."""
        return self.world.now + self.world.engine.wall_offset

    def seen_of(self, key: ObjectKey) -> Counter[str]:
        """Return what was seen of an object, for more to be noted."""
        return self.seen.setdefault(key, Counter())

    async def run(self, each_second: Callable[[], Awaitable[None]] | None = None) -> None:
        """Play the hour, and the minute before it in which nobody calls; management looks once a second."""
        await self._second(each_second)
        for _ in range(3660):
            self._until(self.world.now + 1.0)
            await self._second(each_second)
        assert not self._events
        assert all(call.over for call in self.calls.values())

    async def _second(self, each_second: Callable[[], Awaitable[None]] | None) -> None:
        self.world.engine.sweep(self.world.now)
        self._deliver()
        await self.statistics.look()
        self.statistics.history.write()
        if each_second is not None:
            await each_second()

    def _until(self, end: float) -> None:
        while self._events and self._events[0][0] <= end:
            at, _, act = heapq.heappop(self._events)
            self._pass(at)
            act()
            self._deliver()
        self._pass(end)

    def _pass(self, at: float) -> None:
        """Let time pass, and hear what the server says meanwhile when it says it."""
        world = self.world
        while world.engine.next_tick <= at:
            world.now = max(world.now, world.engine.next_tick)
            world.engine.tick(world.now)
            world.perform()
            self._deliver()
        world.now = at

    def _at(self, seconds: float, act: Callable[[], None]) -> None:
        """Have something done so many seconds from now, in the middle of a millisecond: however it is rounded."""
        self._serial += 1
        heapq.heappush(self._events, (round(self.world.now + seconds, 3) + 0.0005, self._serial, act))

    @property
    def _ms(self) -> int:
        return int(self.world.now * 1000.0)

    # What was drawn.

    def _plan(self, serial: int) -> None:
        number = self.random.choice(NUMBERS)
        call = Call(serial, self.random.choice((ALICE, GATEWAY)), number, self._fates())
        self.calls[call.id] = call
        begin = 61 + self.random.random() * LAST_CALL_S
        self._at(begin, lambda: self._invite(call))

    def _fates(self) -> list[Fate]:
        kind, _, status = self.random.choice(FATES).partition("-")
        ring = round(self.random.uniform(0.05, 6.0), 3)
        answer = Fate("answer", 200, ring, round(self.random.uniform(1.0, MOST_TALK_S), 3))
        if kind == "answer":
            return [answer]
        if kind == "next":
            return [Fate("refuse", int(status), 0.2), answer]
        if kind == "refuse":
            return [Fate("refuse", int(status), round(self.random.uniform(0.05, 2.0), 3))]
        if kind == "silence":
            return [Fate("silence"), Fate("silence")]
        return [Fate(f"{kind}-{status}", 480, ring)]

    # The caller.

    def _invite(self, call: Call) -> None:
        call.sent_ms = self._ms
        self._note(call, "bids", 1)
        extra = (f"Contact: <sip:caller@{call.source.host}>",)
        self._send(self._write(call, "INVITE", f"sip:{call.number}@example.com", extra=extra), call.source)

    def _write(self, call: Call, method: str, uri: str, **more: object) -> str:
        cseq = 2 if method == "BYE" else 1
        branch = f"z9hG4bK{call.id}" + ("-bye" if method == "BYE" else "-ack" if method == "ACK" else "")
        options: dict[str, Any] = {"call_id": call.id, "branch": branch, "cseq": cseq, "from_tag": call.id, **more}
        return request(method, uri, call.source, **options)

    def _give_up(self, call: Call) -> None:
        call.given_up = True
        self._send(self._write(call, "CANCEL", f"sip:{call.number}@example.com"), call.source)

    def _hang_up(self, call: Call) -> None:
        call.over = True
        self._note(call, "talk-ms", self._ms - call.answered_ms)
        if self._ms - call.answered_ms < 10_000:
            self._note(call, "short", 1)
        self._send(self._inside(call, "BYE"), call.source)

    def _inside(self, call: Call, method: str) -> str:
        route = tuple(f"Route: {each}" for each in call.route)
        return self._write(call, method, call.target, to_tag=call.to_tag, extra=route)

    def _heard(self, call: Call, message: Message) -> None:
        """Take a response that the caller received."""
        if message.method == "BYE":
            self._note(call, "completed", 1)
            self._end(call)
        if message.method != "INVITE":
            return
        if 100 < message.status < 200:
            call.rang = True
        elif message.status == 200 and call.answered_ms < 0:
            self._answered(call, message)
        elif message.status >= 300 and not call.over:
            ack = self._write(call, "ACK", f"sip:{call.number}@example.com", to_tag=message.to().tag)
            self._send(ack.replace(f"{call.id}-ack", call.id, 1), call.source)
            self._failed(call, message.status)

    def _answered(self, call: Call, message: Message) -> None:
        call.answered_ms = self._ms
        call.route = message.all(RECORD_ROUTE)[::-1]
        call.target = message.first(CONTACT).partition("<")[2].partition(">")[0]
        call.to_tag = message.to().tag
        self._note(call, "answers", 1)
        self._send(self._inside(call, "ACK"), call.source)
        self._at(call.attempts[-1].fate.talk_s, lambda: self._hang_up(call))

    def _failed(self, call: Call, status: int) -> None:
        call.over = True
        self._silent(call)
        self._note(call, self._ending(call, status), 1)
        self._end(call)

    def _ending(self, call: Call, status: int) -> str:
        """Return the column of a call that was not answered, as its two ends see it."""
        if not call.attempts:
            return "redirected" if status == 302 else "refused-number" if call.number[0] == "7" else "refused-other"
        if call.given_up:
            return "abandoned-ringing" if call.rang else "abandoned-before-ringing"
        if call.attempts[-1].fate.kind == "silence":
            return "silent"
        return "rang-out" if call.rang and status in (408, 480, 487) else COLUMN_OF[status]

    def _end(self, call: Call) -> None:
        if not call.attempts:
            return
        self._now_calls -= 1
        self._note(call, "usage-ms", self._ms - call.sent_ms, trunk=False)
        if call.answered_ms >= 0:
            self._note(call, "ended", 1)
            last = call.attempts[-1]
            for key in last.keys:
                self.seen_of(key)["usage-ms"] += self._ms - last.came_ms

    def _note(self, call: Call, column: str, count: int, *, trunk: bool = True) -> None:
        """Note something of a call in all objects that it concerns."""
        keys = [SYSTEM, LISTENER]
        keys.append(ObjectKey("trunk-in", "IN") if call.source is GATEWAY else ObjectKey("subscriber-group", "sales"))
        keys += [ObjectKey("destination", each) for each in DESTINATION if call.number.startswith(each)][:1]
        if call.number[:2] in ("86", "00"):
            keys.append(ObjectKey("route-group", "OUT" if call.number[:2] == "86" else "ABROAD"))
        if trunk and call.answered_ms >= 0 and call.attempts:
            keys += call.attempts[-1].keys
        for key in keys:
            self.seen_of(key)[column] += count

    # The callees.

    def _asked(self, peer: Flow, message: Message) -> None:
        """Take a request that a callee received."""
        call = self.calls[message.call_id]
        attempt = next((each for each in call.attempts if each.peer == peer), None)
        if message.method == "INVITE":
            if attempt is None:
                self._rung(Attempt(call, peer, message, self._ms))
        elif message.method == "BYE":
            self._at(0.05, lambda: self._send(response(message, 200), peer))
        elif message.method == "CANCEL" and attempt is not None:
            self._send(response(message, 200), peer)
            if not attempt.done and attempt.fate.kind != "silence":
                self._refuse(attempt, 487)

    def _rung(self, attempt: Attempt) -> None:
        call, fate = attempt.call, attempt.fate
        if not call.attempts:
            self._note(call, "seizures", 1)
            self._now_calls += 1
            self.most = max(self.most, self._now_calls)
        self._silent(call)
        call.attempts.append(attempt)
        for key in attempt.keys:
            self.seen_of(key).update(("bids", "seizures"))
        if fate.kind == "silence":
            return
        self._send(response(attempt.invite, 100, to_tag=""), attempt.peer)
        if fate.kind == "gives-up-silent":
            self._at(fate.ring_s, lambda: self._give_up(call))
        elif fate.kind == "refuse":
            self._at(fate.ring_s, lambda: self._refuse(attempt, fate.status))
        else:
            self._at(0.02, lambda: self._ring(attempt))

    def _silent(self, call: Call) -> None:
        """Note that the last attempt of a call has come to nothing when nothing was said to it."""
        if call.attempts and call.attempts[-1].fate.kind == "silence":
            attempt = call.attempts[-1]
            for key in attempt.keys:
                self.seen_of(key)["silent"] += 1
                self.seen_of(key)["usage-ms"] += self._ms - attempt.came_ms

    def _ring(self, attempt: Attempt) -> None:
        call, fate = attempt.call, attempt.fate
        attempt.rang = True
        self._send(response(attempt.invite, 180), attempt.peer)
        if fate.kind == "answer":
            self._at(fate.ring_s, lambda: self._answer(attempt))
        elif fate.kind == "rings-out":
            self._at(fate.ring_s, lambda: self._refuse(attempt, 480))
        else:
            self._at(fate.ring_s, lambda: self._give_up(call))

    def _answer(self, attempt: Attempt) -> None:
        attempt.done = True
        extra = (f"Contact: <sip:callee@{attempt.peer.host}>",)
        self._send(response(attempt.invite, 200, extra=extra), attempt.peer)

    def _refuse(self, attempt: Attempt, status: int) -> None:
        attempt.done = True
        for key in attempt.keys:
            row = self.seen_of(key)
            if attempt.call.given_up:
                row["abandoned-ringing" if attempt.rang else "abandoned-before-ringing"] += 1
            else:
                row["rang-out" if attempt.rang else COLUMN_OF[status]] += 1
            row["usage-ms"] += self._ms - attempt.came_ms
        self._send(response(attempt.invite, status), attempt.peer)

    # The wire.

    def _send(self, text: str, source: Flow) -> None:
        first = text.split("\n", 1)[0].split()
        if first[0].startswith("SIP/"):
            method = text.partition("\nCSeq:")[2].split("\n", 1)[0].split()[1]
            self.responses[method, int(first[1]), "received"] += 1
        else:
            self.requests[first[0], "received"] += 1
        self.world.send(text, source)

    def _deliver(self) -> None:
        """Let everybody hear what was sent to them, until nobody says anything more."""
        while self.world.sent:
            sent, self.world.sent = self.world.sent, []
            for peer, data, _ in sent:
                message = parse_message(data, Limits())
                if message.is_request:
                    self.requests[message.method, "sent"] += 1
                    if message.method != "ACK":
                        self._asked(peer, message)
                else:
                    self.responses[message.method, message.status, "sent"] += 1
                    self._heard(self.calls[message.call_id], message)


def _world(path: Path) -> World:
    """Make the server: calls of a trunk and of a subscriber, three trunks in two route groups, a phone."""
    entries = (
        PrefixEntry("86", action="route-group", target="OUT"),
        PrefixEntry("8610", action="route-group", target="OUT"),
        PrefixEntry("0049", action="route-group", target="ABROAD"),
        PrefixEntry("7", action="reject", target="404"),
        PrefixEntry("6", action="redirect", target="sip:elsewhere.example"),
    )
    world = World(
        path,
        trunks=(
            Trunk("IN", sources=("192.0.2.20/32",), direction="in"),
            *(Trunk(name, addresses=(f"sip:{host}",)) for host, name in TRUNKS.items()),
        ),
        route_groups=(
            RouteGroup("OUT", members=(Member("ONE"), Member("TWO", 2))),
            RouteGroup("ABROAD", members=(Member("THREE"),)),
        ),
        tables=(AnalysisTable("default", entries),),
        subscriber_groups=(SubscriberGroup("sales"),),
    )
    world.statistics = open_statistics(path / "run" / "statistics-1")
    world.engine = world.make_engine()
    world.subscribers.put(Subscriber("alice", realm="example.com", group="sales"))
    world.subscriber("bob")
    return world
