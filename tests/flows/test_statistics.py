"""Statistics by object from the wire: what a call counts for, how it ends; the sums are right whatever happens.

For every row, at any time: bids = refused + redirected + seizures; seizures = answers + outcomes + calls in set-up.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from support.engine import CLOSED, OPEN, World, flow
from support.messages import request, response
from support.phone import Phone, establish, hang_up

from core.dialog.call import EARLY
from core.northbound.notices import EmergencyFailed
from core.northbound.routing_settings import (
    AnalysisTable,
    CallRate,
    Member,
    NumberingSettings,
    PrefixEntry,
    RouteGroup,
    SubscriberGroup,
    Trunk,
)
from core.northbound.settings import AuthenticationSettings, Settings, StatisticsSettings
from core.northbound.statistics import (
    ABANDONED_SILENT,
    ANSWERS,
    BIDS,
    CALLS,
    END_6XX,
    ENDED,
    REDIRECTED,
    REFUSED_OTHER,
    REFUSED_OVERLOAD,
    SEIZURES,
    USAGE_MS,
    ObjectRow,
    read_codes,
    read_rows,
)
from core.northbound.traffic_settings import Control, TrafficSettings
from core.statistics.call_count import NEW
from core.store.records import Subscriber
from core.wire.limits import Limits
from core.wire.message import Message, parse_message

ALICE = flow("192.0.2.1")
GATEWAY = flow("192.0.2.20")
ONE, TWO, THREE = flow("192.0.2.21"), flow("192.0.2.22"), flow("192.0.2.23")
LISTENER = "udp:192.0.2.10:5060"


def make(path: Path, authentication: AuthenticationSettings = OPEN, **parts: object) -> World:
    """Make a world with trunks ONE, TWO, THREE in the group OUT, a trunk IN that calls come by, numbers and a group."""
    trunks = (
        Trunk("IN", sources=("192.0.2.20/32",), direction="in"),
        Trunk("ONE", addresses=("sip:192.0.2.21",), calls_maximum=2),
        Trunk("TWO", addresses=("sip:192.0.2.22", "sip:two.example")),
        Trunk("THREE", addresses=("sip:192.0.2.23",), rate=CallRate(1, 1)),
    )
    entries = (
        PrefixEntry("86", action="route-group", target="OUT"),
        PrefixEntry("8610", action="route-group", target="OUT"),
        PrefixEntry("7", action="reject", target="404"),
        PrefixEntry("6", action="redirect", target="sip:elsewhere.example"),
    )
    settings: dict[str, object] = {
        "trunks": trunks,
        "route_groups": (
            RouteGroup("OUT", members=(Member("ONE"), Member("TWO", 2), Member("THREE", 3))),
            RouteGroup("SPARE", members=(Member("THREE"),)),
        ),
        "tables": (AnalysisTable("default", entries),),
        "subscriber_groups": (SubscriberGroup("sales"),),
        **parts,
    }
    world = World(path, authentication, None, **settings)
    world.subscribers.put(Subscriber("alice", realm="example.com", group="sales"))
    world.subscriber("bob")
    return world


def counted(row: dict[str, int]) -> dict[str, int]:
    """Return what of a row is no delay and no gauge."""
    skipped = ("-ms", "-us", "-peak", "requests", "calls", "retransmissions")
    return {name: value for name, value in row.items() if value and not name.endswith(skipped)}


def invite(world: World, number: str, serial: int, source: object = ALICE) -> None:
    world.send(
        request("INVITE", f"sip:{number}@example.com", source, call_id=f"c{serial}", branch=f"z9hG4bKa{serial}"),  # type: ignore[arg-type]
        source,  # type: ignore[arg-type]
    )


def check(world: World) -> None:
    """Check the sums of every row, and of the whole what is in set-up."""
    engine = world.engine
    engine.statistics.sweep(world.now, world.now + engine.wall_offset)
    setup = {}
    for row in read_rows(world.statistics):
        if row.kind != "method":
            setup[row.kind, row.name] = in_setup(row)
    early = [call for call in engine._calls if call.state == EARLY and call.count and call.count.state != NEW]
    assert setup["system", "system"] == len(early)


def in_setup(row: ObjectRow) -> int:
    """Return the calls of a row in set-up, its sums being right."""
    values = row.values
    refused = sum(values[REFUSED_OVERLOAD : REFUSED_OTHER + 1]) + values[REDIRECTED]
    outcomes = sum(values[ABANDONED_SILENT : END_6XX + 1])
    early = values[SEIZURES] - values[ANSWERS] - outcomes
    assert values[BIDS] == refused + values[SEIZURES], row
    assert early >= 0, row
    assert values[CALLS] == early + values[ANSWERS] - values[ENDED], row
    return early


# One call.


def test_a_call_answered_and_ended_by_one_side(tmp_path: Path) -> None:
    world = make(tmp_path)
    alice, bob = Phone(world, "alice", ALICE), Phone(world, "bob", flow("192.0.2.2"))
    bob.register()
    alice.invite()
    came = bob.expect("INVITE")
    world.advance(0.3)
    bob.answer(came, 180)
    world.advance(4.7)
    bob.answer(came, 200)
    alice.receive(100, 180, 200)
    alice.ack()
    bob.expect("ACK")
    assert world.row("system", "system")["calls"] == 1
    world.advance(20)
    alice.inside("BYE")
    bye = bob.expect("BYE")
    world.advance(0.2)
    bob.answer(bye, 200)
    for kind, name in (("system", "system"), ("listener", LISTENER), ("subscriber-group", "sales")):
        row = world.row(kind, name)
        row.pop("rate-peak")
        assert {key: value for key, value in row.items() if value} == {
            **({"registrations": 1} if kind != "subscriber-group" else {}),
            "bids": 1, "seizures": 1, "answers": 1, "ended": 1, "completed": 1, "requests": 3,
            "setup-count": 1, "setup-ms": 300, "answer-ms": 5000, "talk-ms": 20_000, "usage-ms": 25_200,
            "disconnect-count": 1, "disconnect-ms": 200,
        }, kind  # fmt: skip
    check(world)


def test_a_call_that_lasts_less_than_ten_seconds_is_short(tmp_path: Path) -> None:
    world = make(tmp_path)
    alice, bob = Phone(world, "alice", ALICE), Phone(world, "bob", flow("192.0.2.2"))
    bob.register()
    for seconds in (9.9, 10.0):
        alice.call_id = f"c{seconds}"
        establish(alice, bob)
        world.advance(seconds)
        hang_up(alice, bob)
    assert world.row("system", "system")["short"] == 1


def test_a_bye_that_nobody_answers_completes_nothing(tmp_path: Path) -> None:
    world = make(tmp_path)
    alice, bob = Phone(world, "alice", ALICE), Phone(world, "bob", flow("192.0.2.2"))
    bob.register()
    establish(alice, bob)
    alice.inside("BYE")
    world.advance(40)
    row = world.row("system", "system")
    assert (row["ended"], row["completed"], row["disconnect-count"], row["calls"]) == (1, 0, 0, 0)
    assert row["retransmissions"] == 10


def test_a_challenge_and_its_retry_are_one_bid(tmp_path: Path) -> None:
    world = make(tmp_path, CLOSED)
    invite(world, "bob", 1)
    assert world.statuses(ALICE) == [407]
    assert counted(world.row("system", "system")) == {}


FAILURES = [
    ((), 404, "failed-404"), ((), 408, "failed-408"), ((180,), 408, "rang-out"), ((), 480, "failed-480"),
    ((180,), 480, "rang-out"), ((), 484, "failed-484"), ((180,), 486, "failed-486"), ((), 487, "failed-4xx"),
    ((183,), 487, "rang-out"), ((), 403, "failed-4xx"), ((), 302, "failed-3xx"), ((), 500, "failed-500"),
    ((), 504, "failed-504"), ((), 501, "failed-5xx"), ((), 600, "failed-600"), ((), 603, "failed-603"),
    ((), 606, "failed-6xx"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "status", "column"), FAILURES)
def test_every_failure_has_one_column(tmp_path: Path, before: tuple[int, ...], status: int, column: str) -> None:
    world = make(tmp_path)
    alice, bob = Phone(world, "alice", ALICE), Phone(world, "bob", flow("192.0.2.2"))
    bob.register()
    alice.invite()
    came = bob.expect("INVITE")
    for each in before:
        bob.answer(came, each)
    world.advance(0.25)
    bob.answer(came, status)
    row = world.row("system", "system")
    measured = {"setup-count": 1} if before else {"failed-count": 1}
    assert counted(row) == {"registrations": 1, "bids": 1, "seizures": 1, column: 1, **measured}
    assert row["failed-ms"] == (0 if before else 250)


@pytest.mark.parametrize(("before", "column"), [(100, "abandoned-before-ringing"), (180, "abandoned-ringing")])
def test_a_caller_who_gives_up(tmp_path: Path, before: int, column: str) -> None:
    world = make(tmp_path)
    alice, bob = Phone(world, "alice", ALICE), Phone(world, "bob", flow("192.0.2.2"))
    bob.register()
    alice.invite()
    came = bob.expect("INVITE")
    bob.answer(came, before)
    alice.cancel()
    bob.answer(came, 487)
    assert world.row("system", "system")[column] == 1
    check(world)


def test_silence(tmp_path: Path) -> None:
    world = make(tmp_path)
    Phone(world, "bob", flow("192.0.2.2")).register()
    Phone(world, "alice", ALICE).invite()
    world.advance(40)
    row = world.row("system", "system")
    assert (row["silent"], row["retransmissions"], row["failed-count"]) == (1, 6, 0)


def test_forked_legs_are_one_bid_and_one_seizure(tmp_path: Path) -> None:
    world = make(tmp_path)
    alice, bob = Phone(world, "alice", ALICE), Phone(world, "bob", flow("192.0.2.2"))
    bob.register(contact="<sip:bob@192.0.2.2>, <sip:bob@192.0.2.3>")
    alice.invite()
    bob.answer(bob.expect("INVITE"), 200)
    row = world.row("system", "system")
    assert (row["bids"], row["seizures"], row["answers"], row["requests"]) == (1, 1, 1, 2)


# What is refused.


def test_each_refusal_has_its_column(tmp_path: Path) -> None:
    controls = TrafficSettings(controls=(Control("code-block", "8611", percent=100),))
    world = make(tmp_path, traffic=controls)
    Phone(world, "bob", flow("192.0.2.2"))
    for serial, number in enumerate(("nobody", "bob", "7123", "6123", "55", "861122"), 1):
        invite(world, number, serial)
    world.engine.drain()
    invite(world, "bob", 9)
    row = counted(world.row("system", "system"))
    assert row == {
        "bids": 7, "refused-target": 2, "refused-number": 2, "redirected": 1, "refused-control": 1, "refused-full": 1,
    }  # fmt: skip
    assert counted(world.row("destination", "86")) == {"bids": 1, "refused-control": 1}
    assert counted(world.row("destination", "7")) == {"bids": 1, "refused-number": 1}
    check(world)


def test_what_a_trunk_may_not_send_is_its_own_refusal(tmp_path: Path) -> None:
    world = make(tmp_path, trunks=(Trunk("IN", sources=("192.0.2.20/32",), calls_maximum=1, direction="in"),))
    Phone(world, "bob", flow("192.0.2.2")).register()
    for serial in (1, 2):
        invite(world, "bob", serial, GATEWAY)
    assert counted(world.row("trunk-in", "IN")) == {"bids": 2, "seizures": 1, "refused-limit": 1}
    assert world.row("trunk-in", "IN")["calls"] == 1


# Trunks and route groups.


def refuse(world: World, place: object, status: int) -> None:
    world.send(response(came(world, place), status), place)  # type: ignore[arg-type]
    world.take(place)  # type: ignore[arg-type]


def came(world: World, place: object) -> Message:
    return next(each for each in world.take(place) if each.method == "INVITE")  # type: ignore[arg-type]


def test_a_call_that_fails_over_is_one_bid_of_the_group_and_one_of_each_trunk(tmp_path: Path) -> None:
    world = make(tmp_path)
    invite(world, "861099", 1, GATEWAY)
    refuse(world, ONE, 500)
    world.advance(1)
    world.send(response(came(world, TWO), 200), TWO)
    assert counted(world.row("trunk-out", "ONE")) == {
        "bids": 1, "seizures": 1, "failed-500": 1, "failed-count": 1, "overflow": 1,
    }  # fmt: skip
    once = {"bids": 1, "seizures": 1, "answers": 1, "setup-count": 1}
    assert counted(world.row("trunk-out", "TWO")) == once
    assert world.row("trunk-out", "TWO")["answer-ms"] == 1000
    for kind, name in (("route-group", "OUT"), ("system", "system"), ("trunk-in", "IN"), ("destination", "8610")):
        assert counted(world.row(kind, name)) == {**once, "overflow": 1}, kind
    for kind, name in (("route-group", "OUT"), ("trunk-out", "TWO"), ("trunk-in", "IN"), ("destination", "8610")):
        assert world.row(kind, name)["calls"] == 1
    assert world.row("trunk-out", "ONE")["calls"] == 0


def test_a_trunk_that_is_passed_over_has_a_bid_that_overflowed(tmp_path: Path) -> None:
    world = make(tmp_path)
    for serial in (1, 2, 3):
        invite(world, "8699", serial)
        came(world, ONE if serial < 3 else TWO)
    assert counted(world.row("trunk-out", "ONE")) == {"bids": 3, "seizures": 2, "refused-limit": 1, "overflow": 1}
    assert counted(world.row("route-group", "OUT")) == {"bids": 3, "seizures": 3, "overflow": 1}


def test_no_trunk_at_all(tmp_path: Path) -> None:
    trunks = tuple(Trunk(name, addresses=("sip:192.0.2.9",), shutdown=True) for name in ("ONE", "TWO", "THREE"))
    world = make(tmp_path, trunks=trunks)
    invite(world, "8699", 1)
    refused = {"bids": 1, "refused-route": 1, "overflow": 1}
    for kind, name in (("trunk-out", "TWO"), ("route-group", "OUT"), ("system", "system"), ("destination", "86")):
        assert counted(world.row(kind, name)) == refused, kind


def test_a_control_that_sends_calls_elsewhere_is_a_bid_of_both_groups(tmp_path: Path) -> None:
    reroute = Control("reroute", "OUT", which="all", target="SPARE")
    world = make(tmp_path, traffic=TrafficSettings(controls=(reroute,)))
    invite(world, "8699", 1)
    came(world, THREE)
    assert counted(world.row("route-group", "OUT")) == {"bids": 1, "refused-control": 1}
    assert counted(world.row("route-group", "SPARE")) == {"bids": 1, "seizures": 1}
    assert counted(world.row("trunk-out", "ONE")) == {}
    check(world)


def test_a_silent_trunk_that_answers_after_all_has_a_second_bid(tmp_path: Path) -> None:
    world = make(tmp_path)
    invite(world, "8699", 1)
    first = came(world, ONE)
    world.advance(5)
    assert came(world, TWO)
    world.send(response(first, 200), ONE)
    assert counted(world.row("trunk-out", "ONE")) == {
        "bids": 2, "seizures": 2, "silent": 1, "answers": 1, "setup-count": 1, "overflow": 1,
    }  # fmt: skip
    assert counted(world.row("trunk-out", "TWO")) == {"bids": 1, "seizures": 1, "abandoned-before-ringing": 1}
    assert (world.row("trunk-out", "ONE")["calls"], world.row("trunk-out", "TWO")["calls"]) == (1, 0)
    check(world)


# Messages, registrations.


def test_messages_by_method_and_responses_by_status(tmp_path: Path) -> None:
    world = make(tmp_path)
    alice, bob = Phone(world, "alice", ALICE), Phone(world, "bob", flow("192.0.2.2"))
    bob.register()
    text = alice.invite()
    world.send(text, ALICE)
    world.advance(1)
    bob.answer(world.take(bob.place)[0], 486)
    world.row("system", "system")
    rows = {row.name: row.values[:4] for row in read_rows(world.statistics) if row.kind == "method"}
    assert rows["INVITE"] == (1, 1, 1, 1)
    assert rows["ACK"][:2] == (0, 1)
    assert rows["REGISTER"][0] == 1
    assert set(read_codes(world.statistics)) == {
        ("INVITE", 100, 0, 1), ("INVITE", 486, 1, 1), ("REGISTER", 200, 0, 1),
    }  # fmt: skip


def test_a_registration_is_counted_once_it_is_decided(tmp_path: Path) -> None:
    world = make(tmp_path, CLOSED)
    bob = Phone(world, "bob", flow("192.0.2.2"))
    world.send(bob.registration(), bob.place)
    assert counted(world.row("system", "system")) == {}
    world = make(tmp_path / "open")
    stranger = Phone(world, "stranger", ALICE)
    world.send(stranger.registration(), ALICE)
    assert counted(world.row("listener", LISTENER)) == {"registrations-failed": 1}


# Emergency calls.


def test_emergency_calls_that_come_to_nothing_are_told(tmp_path: Path) -> None:
    world = make(tmp_path, numbering=NumberingSettings(emergency=("112",)))
    for serial in (1, 2):
        invite(world, "112", serial)
    assert world.counter("emergency-failed") == 2
    told = [each for each in world.notices if isinstance(each, EmergencyFailed)]
    assert told == [EmergencyFailed(number="112", status=404, call_id="c1")]
    world.advance(1.5)
    world.engine.drain()
    invite(world, "112", 3)
    assert world.notices[-1] == EmergencyFailed(number="112", status=503, call_id="c3")


# A worker after another, other settings.


def test_a_restarted_worker_goes_on_counting(tmp_path: Path) -> None:
    world = make(tmp_path)
    invite(world, "8699", 1, GATEWAY)
    world.send(response(came(world, ONE), 200), ONE)
    invite(world, "8699", 2, GATEWAY)  # in set-up when the worker dies
    rows = (("system", "system"), ("trunk-in", "IN"), ("trunk-out", "ONE"), ("route-group", "OUT"),
            ("destination", "86"))  # fmt: skip
    world.advance(2)
    before = {key: world.row(*key)["usage-ms"] for key in rows}
    world.engine = world.make_engine()
    assert world.engine.restore(world.now) == 1
    world.advance(5)
    for key in rows:
        row = world.row(*key)
        assert (row["bids"], row["seizures"], row["answers"], row["failed-500"], row["calls"]) == (2, 2, 1, 1, 1), key
        assert row["usage-ms"] == before[key] + 5000, key
    check_sums(world)
    world.engine.sweep(world.now + 50_000)
    for key in rows:
        assert (world.row(*key)["ended"], world.row(*key)["calls"]) == (1, 0)


def check_sums(world: World) -> None:
    for row in read_rows(world.statistics):
        if row.kind != "method":
            in_setup(row)


def configure(world: World, **parts: object) -> None:
    fields = {name: getattr(world.settings, name) for name in Settings.__struct_fields__}
    world.settings = Settings(**{**fields, **parts})
    world.engine.configure(world.settings, dict(enumerate(world.settings.sip.listeners)), world.now)


def test_without_objects_nothing_is_counted_and_calls_that_go_on_are_counted_again_later(tmp_path: Path) -> None:
    world = make(tmp_path, statistics=StatisticsSettings(collect_objects=False))
    invite(world, "8699", 1)
    world.send(response(came(world, ONE), 200), ONE)
    world.row("system", "system")
    assert [row.values for row in read_rows(world.statistics) if any(row.values)] == []
    assert list(read_codes(world.statistics)) == []
    configure(world, statistics=StatisticsSettings())
    assert world.row("trunk-out", "ONE")["calls"] == world.row("system", "system")["calls"] == 1
    assert world.row("trunk-out", "ONE")["bids"] == 0


def test_an_object_that_is_configured_no_more_loses_its_row_when_its_calls_are_over(tmp_path: Path) -> None:
    world = make(tmp_path)
    invite(world, "8699", 1)
    came(world, ONE)
    configure(world, trunks=tuple(each for each in world.settings.trunks if each.name != "ONE"))
    for _ in range(5):
        world.advance(60)
        world.engine.sweep(world.now)
    names = {row.name for row in read_rows(world.statistics) if row.kind == "trunk-out"}
    assert names == {"IN", "TWO", "THREE"}


# Whatever happens.


STATUSES = (100, 100, 180, 183, 200, 200, 302, 404, 407, 408, 480, 486, 487, 500, 503, 603)
NUMBERS = ("861088", "8699", "8699", "7123", "6123", "5", "bob", "bob", "nobody")


class Mix:
    """Calls of all kinds, in an order that one seed says."""

    def __init__(self, path: Path, seed: int) -> None:
        self.random = random.Random(seed)
        controls = (
            Control("code-block", "8610", percent=30),
            Control("skip", "TWO", percent=40),
            Control("reroute", "OUT", which="overflow", target="SPARE"),
        )
        used = controls if self.random.random() < 0.5 else ()
        self.world = make(path, traffic=TrafficSettings(controls=used))
        Phone(self.world, "bob", flow("192.0.2.2")).register(contact="<sip:bob@192.0.2.2>, <sip:bob@192.0.2.3>;q=0.5")
        self.world.sent.clear()
        self.requests: list[tuple[object, Message]] = []
        self.serial = 0

    def collect(self) -> None:
        for peer, data, _ in self.world.sent:
            message = parse_message(data, Limits())
            if message.is_request and message.method != "ACK":
                self.requests.append((peer, message))
        self.world.sent.clear()

    def act(self) -> None:
        chosen = self.random.choice(
            (self.call, self.call, self.respond, self.respond, self.respond, self.respond, self.cancel, self.bye,
             self.wait, self.resolve)
        )  # fmt: skip
        chosen()
        self.collect()
        check(self.world)

    def call(self) -> None:
        self.serial += 1
        source = self.random.choice((ALICE, ALICE, GATEWAY))
        invite(self.world, self.random.choice(NUMBERS), self.serial, source)

    def respond(self) -> None:
        if self.requests:
            peer, message = self.random.choice(self.requests[-12:])
            status = self.random.choice(STATUSES)
            extra = ("Contact: <sip:x@192.0.2.99>",) if message.method == "INVITE" else ()
            self.world.send(response(message, status, extra=extra), peer)  # type: ignore[arg-type]

    def cancel(self) -> None:
        number = self.random.randint(max(1, self.serial - 5), max(1, self.serial))
        text = request(
            "CANCEL", "sip:x@example.com", ALICE, call_id=f"c{number}", branch=f"z9hG4bKa{number}"
        )  # fmt: skip
        self.world.send(text, ALICE)

    def bye(self) -> None:
        answered = [call for call in self.world.engine._calls if call.answered_at]
        if answered:
            call = self.random.choice(answered)
            self.serial += 1
            token = self.world.engine._domain.token(call.call_id, call.from_tag)
            text = request(
                "BYE", "sip:x@192.0.2.99", ALICE, call_id=call.call_id, branch=f"z9hG4bKb{self.serial}",
                from_tag=call.from_tag, to_tag=call.to_tag, cseq=2 + self.serial,
                extra=(f"Route: <sip:192.0.2.10;lr;d={token}>",),
            )  # fmt: skip
            self.world.send(text, ALICE)

    def wait(self) -> None:
        self.world.advance(self.random.choice((0.3, 2.0, 5.0, 40.0)))

    def resolve(self) -> None:
        if self.world.questions:
            token, _ = self.world.questions.pop()
            places = self.random.choice(([], [("192.0.2.24", 5060)]))
            self.world.engine.answer(token, places, self.world.now)
            self.world.perform()


@pytest.mark.parametrize("seed", range(30))
def test_whatever_happens_the_sums_are_right(tmp_path: Path, seed: int) -> None:
    mix = Mix(tmp_path, seed)
    for _ in range(120):
        mix.act()
    world = mix.world
    while world.questions:
        mix.resolve()
    for _ in range(10):
        world.advance(300)
        while world.questions:
            mix.resolve()
    world.advance(50_000)
    world.engine.sweep(world.now)
    check(world)
    for row in read_rows(world.statistics):
        if row.kind != "method":
            assert row.values[CALLS] == 0 == in_setup(row), row
    whole, listener = world.row("system", "system"), world.row("listener", LISTENER)
    assert {**whole, "rate-peak": 0} == {**listener, "rate-peak": 0}
    usage = {row.name: row.values[USAGE_MS] for row in read_rows(world.statistics)}
    assert usage["system"] > 0
