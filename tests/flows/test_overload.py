"""Overload as its neighbours see it: two servers, one downstream of the other and offered three times what it is
engineered for (RFC 7339, RFC 7415); floods that pretend to be what is spared."""

from __future__ import annotations

import random
from collections import deque
from pathlib import Path

import pytest
from support.agent import digest
from support.engine import CLOSED, OPEN, World, flow
from support.messages import register, request, response

from core.effect import Flow
from core.northbound.routing_settings import AnalysisTable, Member, NumberingSettings, PrefixEntry, RouteGroup, Trunk
from core.northbound.settings import Listener, SipSettings
from core.northbound.traffic_settings import OverloadSettings, TrafficSettings
from core.policy.overload import Readings
from core.wire import oc
from core.wire.credentials import parse_credentials
from core.wire.header import PROXY_AUTHENTICATE, RECORD_ROUTE, RETRY_AFTER, VIA
from core.wire.limits import Limits
from core.wire.message import Message, parse_message

ALICE, BOB = flow("192.0.2.1"), flow("192.0.2.2")
UP, DOWN = "192.0.2.10", "192.0.2.20"
CAPACITY = 50
STEP = 0.02


class Network:
    """Alice calls by the upstream server, whose trunk is the downstream server, where bob is registered."""

    def __init__(self, path: Path, overload_control: bool = True, **engineered: object) -> None:
        trunk = Trunk("T", addresses=(f"sip:{DOWN}:5060",), overload_control=overload_control)
        settings: dict[str, object] = {"rate_maximum": CAPACITY, **engineered}
        self.up = World(
            path / "up", OPEN, SipSettings(domains=("up.example.com",), listeners=(Listener("udp", UP, 5060),)),
            trunks=(trunk,), route_groups=(RouteGroup("G", members=(Member("T"),)),),
            tables=(AnalysisTable("default", (PrefixEntry("9", action="route-group", target="G"),)),),
        )  # fmt: skip
        self.down = World(
            path / "down", OPEN, SipSettings(domains=("example.com",), listeners=(Listener("udp", DOWN, 5060),)),
            traffic=TrafficSettings(overload=OverloadSettings(**settings)),  # type: ignore[arg-type]
        )  # fmt: skip
        self.worlds = {UP: self.up, DOWN: self.down}
        self.down.subscriber("9000")
        self.down.send(register("9000", BOB), BOB)
        self.down.sent.clear()
        self.calls = 0
        self.answered: list[float] = []
        self.refused: list[Message] = []
        self.ended = 0
        self._routes: dict[str, tuple[str, ...]] = {}
        self._byes: deque[tuple[float, str]] = deque()
        self._due = 0.0
        self._steps = 0

    def run(self, rate: float, seconds: float) -> None:
        """Offer so many calls a second; each answered one lasts a second."""
        for _ in range(round(seconds / STEP)):
            self._steps += 1
            for world in self.worlds.values():
                world.advance(STEP)
            self._due += rate * STEP
            while self._due >= 1.0:
                self._due -= 1.0
                self._call()
            while self._byes and self._byes[0][0] <= self.now:
                self._hang_up(self._byes.popleft()[1])
            if self._steps % 5 == 0:
                for world in self.worlds.values():
                    world.engine.measure(Readings(10.0, 1.0, 0.0, 100.0, 1.0), world.now)
                    world.perform()
            self._carry()

    @property
    def now(self) -> float:
        """The time."""
        return self.up.now

    def _call(self) -> None:
        self.calls += 1
        self.up.send(self._request("INVITE", f"sip:9000@{UP}:5060", str(self.calls)), ALICE)
        self._carry()

    def _hang_up(self, number: str) -> None:
        self.up.send(self._request("BYE", f"sip:9000@{BOB.host}:5060", number, "b1", 2), ALICE)
        self._carry()

    def _request(self, method: str, uri: str, number: str, to_tag: str = "", cseq: int = 1, branch: str = "") -> str:
        routes = self._routes.get(number, ())
        return request(
            method, uri, ALICE, callee="sip:9000@up.example.com", from_tag=f"t{number}", to_tag=to_tag,
            call_id=f"c{number}", cseq=cseq, branch=branch or f"z9hG4bK{number}-{method}", extra=routes,
        )  # fmt: skip

    def _carry(self) -> None:
        """Bring every message to where it goes, until there is none."""
        while True:
            sent = [(host, item) for host, world in self.worlds.items() for item in _taken(world)]
            if not sent:
                return
            for host, (place, data, _) in sent:
                if place.host in self.worlds:
                    self.worlds[place.host].send(data, flow(host))
                elif place.host == BOB.host:
                    self._at_bob(parse_message(data, Limits()))
                else:
                    self._at_alice(parse_message(data, Limits()))

    def _at_bob(self, message: Message) -> None:
        if message.is_request and message.method != "ACK":
            extra = ("Contact: <sip:9000@192.0.2.2:5060>",)
            self.down.send(response(message, 200, extra=extra), BOB)

    def _at_alice(self, message: Message) -> None:
        number = message.call_id[1:]
        if message.status < 200:
            return
        if message.method == "BYE":
            self.ended += message.status == 200
        elif message.status == 200:
            self.answered.append(self.now)
            self._routes[number] = tuple(f"Route: {value}" for value in message.all(RECORD_ROUTE)[::-1])
            ack = self._request("ACK", "sip:9000@192.0.2.2:5060", number, "b1", 1, f"z9hG4bK{number}-2xx")
            self.up.send(ack, ALICE)
            self._byes.append((self.now + 1.0, number))
        else:
            self.refused.append(message)
            branch = message.via().branch
            uri = f"sip:9000@{UP}:5060"
            self.up.send(self._request("ACK", uri, number, message.to().tag, 1, branch), ALICE)

    def goodput(self, since: float) -> float:
        """Return calls answered a second since then."""
        return sum(at > since for at in self.answered) / (self.now - since)


def _taken(world: World) -> list[tuple[Flow, bytes, str]]:
    sent = world.sent
    world.sent = []
    return sent


@pytest.mark.parametrize("overload_control", [True, False])
def test_three_times_the_capacity(tmp_path: Path, overload_control: bool) -> None:
    for name in ("up", "down"):
        (tmp_path / name).mkdir()
    network = Network(tmp_path, overload_control)
    network.run(0.5 * CAPACITY, 2)
    assert network.refused == []
    network.run(3 * CAPACITY, 3)
    since, refused = network.now, network.down.counter("overload-refused")
    network.run(3 * CAPACITY, 6)
    goodput = network.goodput(since)
    at_down = network.down.counter("overload-refused") - refused
    assert 0.8 * CAPACITY <= goodput <= 1.1 * CAPACITY
    network.run(0, 3)
    assert network.ended == len(network.answered), "no answered call breaks"
    assert len(network.answered) + len(network.refused) == network.calls
    assert {message.status for message in network.refused} <= {500, 503}
    assert not any(message.has(RETRY_AFTER) for message in network.refused)
    if overload_control:
        assert at_down <= 0.2 * 6 * CAPACITY, "the upstream server keeps calls back"
        assert network.up.counter("feedback-obeyed") >= 0.8 * 6 * 2 * CAPACITY - at_down
    else:
        assert at_down >= 0.8 * 6 * 2 * CAPACITY
        assert network.up.counter("feedback-obeyed") == 0


def test_it_is_over_when_it_is_over(tmp_path: Path) -> None:
    for name in ("up", "down"):
        (tmp_path / name).mkdir()
    network = Network(tmp_path, hold_s=2)
    network.run(3 * CAPACITY, 4)
    network.run(0.4 * CAPACITY, 5)
    refused = len(network.refused)
    network.run(0.4 * CAPACITY, 3)
    assert len(network.refused) == refused
    assert network.down.counter("overload-level") == 0
    assert network.goodput(network.now - 3) == pytest.approx(0.4 * CAPACITY, rel=0.1)


def test_only_trunks_with_overload_control_are_asked(tmp_path: Path) -> None:
    for name, asked in (("a", True), ("b", False)):
        for server in ("up", "down"):
            (tmp_path / name / server).mkdir(parents=True)
        network = Network(tmp_path / name, asked)
        network.up.send(network._request("INVITE", f"sip:9000@{UP}:5060", "1"), ALICE)
        invite = network.up.take(flow(DOWN))[0]
        value = invite.first(VIA)
        assert value.endswith(oc.ASKED) is asked
        assert (";oc" in value) is asked


def test_a_pause_that_a_trunk_asks_for_is_kept(tmp_path: Path) -> None:
    (tmp_path / "up").mkdir()
    (tmp_path / "down").mkdir()
    network = Network(tmp_path)
    network.up.send(network._request("INVITE", f"sip:9000@{UP}:5060", "1"), ALICE)
    invite = network.up.take(flow(DOWN))[0]
    network.up.take(ALICE)
    network.up.send(response(invite, 503, extra=("Retry-After: 10",)), flow(DOWN))
    assert network.up.statuses(ALICE)[-1] in (500, 503)
    network.up.take(flow(DOWN))
    network.up.send(network._request("INVITE", f"sip:9000@{UP}:5060", "2"), ALICE)
    assert network.up.take(flow(DOWN)) == []
    assert network.up.statuses(ALICE)[-1] == 503
    network.up.advance(10.1)
    network.up.send(network._request("INVITE", f"sip:9000@{UP}:5060", "3"), ALICE)
    assert [message.method for message in network.up.take(flow(DOWN))][-1] == "INVITE"


MALLORY = flow("192.0.2.66")


class Flooded:
    """A closed server that becomes overloaded: mallory sends 200 INVITEs a second.

    Alice calls bob once a second, and tries again until she gets anywhere.
    """

    def __init__(self, path: Path, uri: str, header: str) -> None:
        self.world = World(
            path, CLOSED, traffic=TrafficSettings(overload=OverloadSettings(hold_s=60)),
            numbering=NumberingSettings(emergency=("110",)),
        )  # fmt: skip
        for name in ("alice", "bob"):
            self.world.subscriber(name)
        self._uri = uri
        self._header = header
        self._steps = 0
        self.answered = 0
        """Calls of alice that were not refused once she had answered the challenge."""
        self.challenged = 0
        self._calls = False
        self._random = random.Random(5)

    def run(self, seconds: int, cpu: float, queue: float = 0.0) -> None:
        """Let it go on, the processor being used and the queue filled so much."""
        world = self.world
        for _ in range(seconds * 200):
            self._steps += 1
            world.advance(0.005)
            self._calls = self._calls or self._steps % 200 == 0
            is_first = self._random.random() < 0.5
            if is_first:
                self._try()
            self._send(MALLORY, "mallory", self._uri, f"m{self._steps}", (self._header,) if self._header else ())
            if not is_first:
                self._try()
            if self._steps % 20 == 0:
                world.engine.measure(Readings(cpu, 1.0, queue, 100.0, 1.0), world.now)
                world.perform()
            world.sent.clear()

    def _send(self, source: Flow, caller: str, uri: str, name: str, extra: tuple[str, ...] = ()) -> None:
        text = request(
            "INVITE", uri, source, caller=f"sip:{caller}@example.com", from_tag=f"t{name}", call_id=f"c{name}",
            branch=f"z9hG4bK{name}", extra=extra,
        )  # fmt: skip
        self.world.send(text, source)

    def _try(self) -> None:
        if not self._calls:
            return
        name = f"a{self._steps}"
        self._send(ALICE, "alice", "sip:bob@example.com", name)
        first = self.world.take(ALICE)[-1:]
        if first and first[0].status == 407:
            self.challenged += 1
            self._calls = False
            challenge = parse_credentials(first[0].first(PROXY_AUTHENTICATE))[1]
            value = digest("alice", "secret", challenge, "INVITE", "sip:bob@example.com")
            self._send(ALICE, "alice", "sip:bob@example.com", f"{name}-b", (f"Proxy-Authorization: {value}",))
            self.answered += self.world.statuses(ALICE)[-1:] == [480]


def test_junk_credentials_take_no_place_of_those_who_answer(tmp_path: Path) -> None:
    junk = f'Proxy-Authorization: Digest username="m", realm="example.com", nonce="{"A" * 40}", response="0"'
    flooded = Flooded(tmp_path, "sip:bob@example.com", junk)
    flooded.run(3, 50.0)
    flooded.run(2, 100.0, 60.0)
    flooded.run(10, 97.5)
    assert flooded.world.counter("overload-level") >= 1
    assert flooded.challenged >= 12
    assert flooded.answered == flooded.challenged
    assert flooded.world.counter("overload-refused") >= 1000


@pytest.mark.parametrize("uri", ["urn:service:sos", "sip:110@example.com"])
def test_a_flood_of_emergency_calls_ends_at_the_hard_cap(tmp_path: Path, uri: str) -> None:
    flooded = Flooded(tmp_path, uri, "")
    flooded.run(3, 50.0)
    assert flooded.world.counter("hard-cap-refused") == 0
    flooded.run(20, 100.0, 60.0)
    before = flooded.world.counter("challenges-sent")
    flooded.run(5, 100.0, 60.0)
    read = flooded.world.counter("challenges-sent") - before
    assert 200 <= read <= 300, "no more than the least of a hard cap, for it is still too much"
    assert flooded.world.counter("hard-cap-refused") + flooded.world.counter("overload-dropped") >= 5 * 140
