"""The stage, refusal unread, and the feedback that goes with responses."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from support.engine import CLOSED, World, flow, octets
from support.inbound import arrive
from support.messages import register, request, response

from core.effect import TCP, Flow
from core.northbound.notices import OverloadBegan, OverloadEnded
from core.northbound.orders import ListOverload, ListOverloadPeers
from core.northbound.routing_settings import NumberingSettings, Trunk
from core.northbound.rows import OverloadPeerRow, OverloadRow
from core.northbound.traffic_settings import OverloadSettings, RetryAfter, TrafficSettings
from core.pipeline.overload import overload
from core.policy.overload import CALL, REGISTRATION, Readings
from core.policy.priority import EMERGENCY
from core.policy.priority import PRIORITY as PRIORITY_CLASS
from core.wire import oc
from core.wire.credentials import parse_credentials
from core.wire.header import PROXY_AUTHENTICATE, RETRY_AFTER, VIA
from core.wire.message import Message

ALICE = flow("192.0.2.1")
BOB = flow("192.0.2.2")


def world_of(path: Path, trunks: tuple[Trunk, ...] = (), **settings: object) -> World:
    """Make a world where bob is registered."""
    traffic = TrafficSettings(overload=OverloadSettings(**settings))  # type: ignore[arg-type]
    world = World(path, traffic=traffic, trunks=trunks)
    world.subscriber("bob")
    world.send(register("bob", BOB), BOB)
    world.sent.clear()
    return world


def loaded(world: World, level: int = 1) -> World:
    """Bring it to a level at which nothing is let in any more."""
    control = world.engine._services.overload
    control._set_level(level, "cpu", world.now)
    for kind in range(level):
        control._limit(kind, 0.001, world.now)
        while control._limits[kind].has(-control._limits[kind].depth, world.now):
            control._limits[kind].take()
    return world


def invite(number: int = 1, source: Flow = ALICE, **more: object) -> str:
    options: dict[str, object] = {"branch": f"z9hG4bKa{number}", "call_id": f"c{number}", "from_tag": f"t{number}"}
    return request("INVITE", "sip:bob@example.com", source, **{**options, **more})  # type: ignore[arg-type]


def measured(world: World, seconds: float, cpu: float = 10.0) -> None:
    for _ in range(round(seconds * 10)):
        world.advance(0.1)
        world.engine.measure(Readings(cpu, 1.0, 0.0, 100.0, 1.0), world.now)
        world.perform()


# The stage.


@pytest.mark.parametrize(
    ("method", "priority", "level", "passes"),
    [
        ("INVITE", 0, 1, False),
        ("MESSAGE", 0, 1, False),
        ("SUBSCRIBE", 0, 1, False),
        ("REGISTER", 0, 1, True),
        ("OPTIONS", 0, 1, True),
        ("INVITE", PRIORITY_CLASS, 1, True),
        ("INVITE", EMERGENCY, 1, True),
        ("INVITE", 0, 2, False),
        ("REGISTER", 0, 2, False),
        ("OPTIONS", 0, 2, True),
        ("INVITE", PRIORITY_CLASS, 2, True),
        ("REGISTER", 0, 3, False),
        ("OPTIONS", 0, 3, False),
        ("INVITE", PRIORITY_CLASS, 3, False),
        ("INVITE", EMERGENCY, 3, True),
        ("MESSAGE", EMERGENCY, 3, True),
    ],
)
def test_classes_and_levels(tmp_path: Path, method: str, priority: int, level: int, passes: bool) -> None:
    world = loaded(world_of(tmp_path), level)
    inbound = arrive(world, method, "sip:bob@example.com")
    inbound.priority = priority
    assert overload(world.engine._services, inbound) is passes
    world.perform()
    assert world.statuses(ALICE) == ([] if passes else [503])
    assert world.counter("overload-refused") == (0 if passes else 1)


@pytest.mark.parametrize("method", ["INVITE", "BYE", "UPDATE", "INFO", "NOTIFY"])
def test_a_request_in_a_dialog_always_passes(tmp_path: Path, method: str) -> None:
    world = loaded(world_of(tmp_path, hard_cap=1), 3)
    inbound = arrive(world, method, "sip:bob@example.com")
    inbound.in_dialog = True
    for _ in range(10):
        assert overload(world.engine._services, inbound)


def test_a_call_goes_on_to_its_end_whatever_the_level(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.send(invite(), ALICE)
    sent = world.one(BOB)
    world.take(ALICE)
    loaded(world, 3)
    world.send(response(sent, 200, extra=("Contact: <sip:bob@192.0.2.2>",)), BOB)
    answer = world.one(ALICE)
    assert answer.status == 200
    route = tuple(f"Route: {value}" for value in sent.all(8))
    options = {"call_id": "c1", "from_tag": "t1", "to_tag": "b1", "extra": route}
    world.send(request("ACK", "sip:bob@192.0.2.2", ALICE, branch="z9hG4bKack", **options), ALICE)  # type: ignore[arg-type]
    assert world.one(BOB).method == "ACK"
    for cseq, method in ((2, "INVITE"), (3, "BYE")):
        world.send(request(method, "sip:bob@192.0.2.2", ALICE, branch=f"z9hG4bK{cseq}", cseq=cseq, **options), ALICE)  # type: ignore[arg-type]
        got = world.one(BOB)
        assert got.method == method
        world.send(response(got, 200), BOB)
        assert 200 in world.statuses(ALICE)


def test_credentials_and_bindings_are_favoured(tmp_path: Path) -> None:
    world = loaded(world_of(tmp_path), 2)
    control = world.engine._services.overload
    for kind in (CALL, REGISTRATION):
        control._limits[kind].tokens = 0.5
    nonce = world.engine._services.authenticator.nonces.make(world.now + world.engine.wall_offset, random.Random(1))
    for said, passes in ((nonce, True), ("x" * len(nonce), False), ("", False)):
        value = f'Digest username="alice", realm="example.com", nonce="{said}"'
        answered = arrive(world, "INVITE", "sip:bob@example.com", extra=(f"Proxy-Authorization: {value}",))
        assert overload(world.engine._services, answered) is passes
    assert not overload(world.engine._services, arrive(world, "INVITE", "sip:bob@example.com"))
    assert not overload(world.engine._services, arrive(world, "REGISTER", "sip:x", callee="sip:carol@example.com"))
    assert overload(world.engine._services, arrive(world, "REGISTER", "sip:x", callee="sip:bob@example.com"))


@pytest.mark.parametrize("is_trunk", [True, False])
def test_of_those_that_ask_for_feedback_trunks_alone_are_favoured(tmp_path: Path, is_trunk: bool) -> None:
    """Who forges many addresses would take the place of everybody else."""
    trunks = (Trunk("T", sources=(f"{ALICE.host}/32",)),) if is_trunk else ()
    world = loaded(world_of(tmp_path, trunks=trunks))
    services = world.engine._services
    services.feedback.note(ALICE.host, world.now)
    services.overload._limits[CALL].tokens = 0.5
    assert overload(services, arrive(world, "INVITE", "sip:bob@example.com", branch="z9hG4bKa1;oc")) is is_trunk
    world.engine.out.clear()
    world.send(invite(branch="z9hG4bKa2;oc"), ALICE)
    assert world.statuses(ALICE) == ([100] if is_trunk else [503])


def test_the_hard_cap_takes_emergency_calls_too(tmp_path: Path) -> None:
    world = world_of(tmp_path, hard_cap=10)
    passed = 0
    for _ in range(50):
        inbound = arrive(world, "INVITE", "sip:bob@example.com")
        inbound.priority = EMERGENCY
        passed += overload(world.engine._services, inbound)
    assert passed == 2
    assert world.counter("hard-cap-refused") == 48


def test_the_hard_cap_counts_emergency_messages(tmp_path: Path) -> None:
    world = world_of(tmp_path, hard_cap=10)
    passed = 0
    for number in range(50):
        inbound = arrive(world, ("MESSAGE", "INVITE")[number % 2], "sip:bob@example.com")
        inbound.priority = EMERGENCY
        passed += overload(world.engine._services, inbound)
    assert passed == 2
    assert all(overload(world.engine._services, arrive(world, "MESSAGE", "sip:bob@example.com")) for _ in range(50))


def test_retry_after_is_drawn_between_its_bounds_or_not_said(tmp_path: Path) -> None:
    world = loaded(world_of(tmp_path, retry_after=RetryAfter(5, 9)))
    world.send(invite(source=flow("192.0.2.9", transport=TCP)), flow("192.0.2.9", transport=TCP))
    seen = set()
    for number in range(60):
        world.send(invite(number), ALICE)
        seen.add(int(world.one(ALICE).first(RETRY_AFTER)))
    assert seen == {5, 6, 7, 8, 9}
    (tmp_path / "b").mkdir()
    plain = loaded(world_of(tmp_path / "b"))
    plain.send(invite(), ALICE)
    assert not plain.one(ALICE).has(RETRY_AFTER)


# Unread.


def both_ways(path: Path, text: str, source: Flow = ALICE) -> tuple[Message, Message, str, str]:
    """Refuse an INVITE unread and, in another world, by the stage; return both answers and where they went."""
    answers, places = [], []
    for name, unread in (("unread", True), ("read", False)):
        (path / name).mkdir()
        world = loaded(world_of(path / name))
        feedback = world.engine._services.feedback
        feedback.note(source.host, world.now)
        feedback._upstreams[source.host].rate = 1000.0  # it asks, and does not obey
        if not unread:
            world.engine._services.overload._limits[CALL].tokens = 0.999
            inbound = text.replace("Max-Forwards", "max-forwards").replace("Call-ID:", "call-id:")
            world.send(inbound, source)
        else:
            world.send(text, source)
        ((place, data, _),) = world.sent
        places.append(repr(place))
        world.sent = [(source, data, "")]
        answers.append(world.one(source))
        assert world.counter("overload-refused") == 1
    return answers[0], answers[1], places[0], places[1]


@pytest.mark.parametrize(
    "text",
    [
        invite(),
        invite(rport=True),
        invite(rport=True, sent_by="10.0.0.1:5062"),
        invite(sent_by="10.0.0.1"),
        invite(sent_by="phone.example.com:5070"),
        invite(extra=("Via: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKz",)),
        invite(branch='z9hG4bKa1;oc;oc-algo="loss,rate"'),
        invite(branch='z9hG4bKa1;oc;oc-algo="loss,rate"', rport=True),
    ],
)
def test_refused_unread_is_refused_the_same(tmp_path: Path, text: str) -> None:
    unread, read, place, other = both_ways(tmp_path, text)
    assert place == other
    assert unread.start_line() == read.start_line() == "SIP/2.0 503 Service Unavailable"
    assert unread.via().branch == read.via().branch
    assert (unread.via().received, unread.via().rport) == (read.via().received, read.via().rport)
    assert unread.all(VIA)[1:] == read.all(VIA)[1:]
    assert oc.params_of(unread.all(VIA)[0]) == oc.params_of(read.all(VIA)[0])
    assert unread.to().tag
    assert unread.to().uri_text == read.to().uri_text
    assert (unread.call_id, unread.cseq(), unread.from_().tag) == (read.call_id, read.cseq(), read.from_().tag)


def test_its_ack_ends_at_the_door(tmp_path: Path) -> None:
    world = loaded(world_of(tmp_path))
    world.send(invite(), ALICE)
    refused = world.one(ALICE)
    assert world.counter("transactions") == 0
    ack = request("ACK", "sip:bob@example.com", ALICE, branch="z9hG4bKa1", to_tag=refused.to().tag)
    world.send(ack, ALICE)
    assert world.sent == []
    assert (world.counter("ack-received"), world.counter("invite-received")) == (1, 1)


def test_one_that_was_accepted_is_not_refused_when_it_comes_again(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.send(invite(), ALICE)
    assert world.statuses(ALICE) == [100]
    loaded(world)
    world.send(invite(), ALICE)
    assert world.statuses(ALICE) == [100]
    assert (world.counter("retransmissions-received"), world.counter("overload-refused")) == (1, 0)


@pytest.mark.parametrize(
    "text",
    [
        invite().replace("sip:bob@example.com SIP", "urn:service:sos SIP"),
        invite().replace("sip:bob@example.com SIP", "sip:110@example.com SIP"),
        invite().replace("sip:bob@example.com SIP", "sip:+86110@example.com;user=phone SIP"),
        invite().replace("sip:bob@example.com SIP", "sip:1-1-0@example.com SIP"),
        invite().replace("sip:bob@example.com SIP", "sip:%31%310@example.com SIP"),
        invite(extra=("Resource-Priority: ets.0",)),
        invite(extra=("PROXY-AUTHORIZATION",)),
        invite(to_tag="b1"),
    ],
)
def test_what_may_be_exempt_is_read(tmp_path: Path, text: str) -> None:
    world = World(tmp_path, numbering=NumberingSettings(emergency=("110",)))
    loaded(world, 3)
    world.send(text.replace("PROXY-AUTHORIZATION", credentials(world)), ALICE)
    assert world.counter("overload-dropped") == world.counter("hard-cap-refused") == 0


@pytest.mark.parametrize("uri", ["urn:service:sos", "sip:110@example.com", "sip:9110@example.com"])
@pytest.mark.parametrize(("level", "dropped"), [(1, False), (3, True)])
def test_no_more_of_it_is_read_than_the_hard_cap_lets_in(tmp_path: Path, uri: str, level: int, dropped: bool) -> None:
    world = World(tmp_path, numbering=NumberingSettings(emergency=("110",)))
    loaded(world, level)
    parsed = 0
    for number in range(500):
        before = world.counter("hard-cap-refused") + world.counter("overload-dropped")
        world.send(invite(number).replace("sip:bob@example.com SIP", f"{uri} SIP"), ALICE)
        parsed += world.counter("hard-cap-refused") + world.counter("overload-dropped") == before
        world.advance(0.002)
    assert 50 <= parsed <= 60, "the least of a cap of our own, for a second"
    assert world.counter("overload-dropped" if dropped else "hard-cap-refused") == 500 - parsed
    assert world.counter("invite-received") == 500
    if not dropped and not uri.endswith("9110@example.com"):
        assert world.statuses(ALICE).count(503) == 500 - parsed


def test_the_cap_of_overload_holds_for_what_comes_otherwise_too(tmp_path: Path) -> None:
    world = loaded(World(tmp_path, numbering=NumberingSettings(emergency=("110",))))
    source = flow("192.0.2.9", transport=TCP)
    for number in range(300):
        method = ("INVITE", "MESSAGE")[number % 2]
        branch, call = f"z9hG4bKm{number}", f"m{number}"
        world.send(request(method, "sip:110@example.com", source, branch=branch, call_id=call), source)
    assert 290 <= world.counter("hard-cap-refused") <= 298
    assert world.counter("overload-refused") == 0


# Credentials.


def credentials(world: World, nonce: str = "") -> str:
    """Write credentials that answer a challenge, right or wrong."""
    services = world.engine._services
    if not nonce:
        nonce = services.authenticator.nonces.make(world.now + world.engine.wall_offset, services.random)
    return f'Proxy-Authorization: Digest username="x", cnonce="c", nonce="{nonce}", realm="example.com"'


JUNK = "A" * 40


@pytest.mark.parametrize("unread", [True, False])
def test_only_an_answer_to_our_challenge_is_favoured(tmp_path: Path, unread: bool) -> None:
    world = World(tmp_path, CLOSED)
    world.send(invite(), ALICE)
    nonce = parse_credentials(world.one(ALICE).first(PROXY_AUTHENTICATE))[1]["nonce"]
    loaded(world)
    world.engine._services.overload._limits[CALL].tokens = 0.5 if unread else 0.999
    source = ALICE if unread else flow("192.0.2.9", transport=TCP)

    def call(number: int, header: str) -> int:
        world.send(invite(number, source, extra=(header,)), source)
        return world.one(source).status

    other = World(other_path(tmp_path), CLOSED)
    forged = other.engine._services.authenticator.nonces.make(world.now, other.engine._services.random)[1:] + "0"
    assert call(2, credentials(world, JUNK)) == 503
    assert call(3, credentials(world, forged)) == 503
    assert call(4, "Proxy-Authorization: Digest realm=x") == 503
    assert call(5, credentials(world, nonce)) == 407, "asked, though its answer is wrong"
    world.engine._services.overload._limits[CALL].tokens = 0.5
    world.engine._services.authenticator.nonces._unanswered[int(world.now + world.engine.wall_offset)] = 0
    assert call(6, credentials(world, nonce)) == 503, "one favour for one challenge"


def other_path(path: Path) -> Path:
    (path / "other").mkdir()
    return path / "other"


def test_a_flood_of_junk_credentials_takes_nothing_from_first_calls(tmp_path: Path) -> None:
    world = loaded(World(tmp_path, CLOSED))
    control = world.engine._services.overload
    control._limit(CALL, 10.0, world.now)
    control._limits[CALL].tokens = 0.0
    challenged, rng = 0, random.Random(3)
    for number in range(400):
        if rng.random() < 0.5:
            world.send(invite(number, extra=(credentials(world, JUNK),)), ALICE)
        else:
            world.send(invite(number, BOB), BOB)
            challenged += 407 in world.statuses(BOB)
        world.advance(0.01)
    assert control._limits[CALL].tokens > -1.0, "nothing is overdrawn"
    assert challenged >= 15, "half of what is let in"


def test_credentials_that_are_outlived_are_none(tmp_path: Path) -> None:
    world = World(tmp_path, CLOSED)
    header = credentials(world)
    world.advance(301)
    loaded(world)
    world.engine._services.overload._limits[CALL].tokens = 0.5
    world.send(invite(extra=(header,)), ALICE)
    assert world.statuses(ALICE) == [503]


def test_at_level_three_calls_are_dropped(tmp_path: Path) -> None:
    world = loaded(world_of(tmp_path), 3)
    world.send(invite(), ALICE)
    assert world.sent == []
    assert (world.counter("overload-dropped"), world.counter("overload-refused")) == (1, 0)


# Measurements, notices, orders.


def test_management_is_told_of_levels_and_gauges_follow(tmp_path: Path) -> None:
    world = world_of(tmp_path, hold_s=2)
    measured(world, 2, cpu=100.0)
    assert world.counter("overload-level") == 1
    assert [type(notice) for notice in world.notices] == [OverloadBegan]
    measured(world, 5)
    assert world.counter("overload-level") == 0
    assert [type(notice) for notice in world.notices] == [OverloadBegan, OverloadEnded]
    began = world.notices[0]
    assert isinstance(began, OverloadBegan)
    assert (began.level, began.indicator) == (1, "cpu")


def test_a_wait_that_rises_is_overload_at_once(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.engine.pressed(150.0, world.now)
    world.perform()
    assert world.engine.is_overloaded
    assert world.counter("overload-level") == 1
    assert [type(notice) for notice in world.notices] == [OverloadBegan]


# Server role (RFC 7339 §5).

ASKING = 'z9hG4bKa1;oc;oc-algo="loss,rate"'


def words(messages: list[Message]) -> list[dict[str, str]]:
    return [oc.params_of(message.all(VIA)[0]) for message in messages]


def test_every_response_bears_the_word_our_own_and_those_passed_on(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    measured(world, 0.2)
    world.send(invite(branch=ASKING), ALICE)
    sent = world.one(BOB)
    assert ";oc" not in sent.all(VIA)[0]
    world.send(response(sent, 180), BOB)
    world.send(response(sent, 486), BOB)
    messages = world.take(ALICE)
    assert [message.status for message in messages] == [100, 180, 486]
    for word in words(messages):
        assert (word["oc"], word["oc-algo"], word["oc-validity"]) == ("0", "loss", "0")
        assert float(word["oc-seq"]) > 1e9
    assert world.counter("feedback-sent") == 1


def test_the_word_of_an_overloaded_server(tmp_path: Path) -> None:
    world = world_of(tmp_path, rate_maximum=10, hold_s=30)
    number = 0
    for _ in range(40):
        for _ in range(3):
            number += 1
            branch = ASKING.replace("a1", f"b{number}")
            world.send(invite(number, branch=branch), ALICE)
        measured(world, 0.1)
    (word,) = words(world.take(ALICE)[-1:])
    assert 60 <= int(word["oc"]) <= 85
    assert (word["oc-algo"], word["oc-validity"]) == ("loss", "500")


def test_rate_where_it_is_preferred(tmp_path: Path) -> None:
    world = world_of(tmp_path, rate_maximum=10, hold_s=30)
    number = 0
    for _ in range(40):
        for _ in range(3):
            number += 1
            world.send(invite(number, branch=f'z9hG4bKb{number};oc;oc-algo="rate,loss"'), ALICE)
        measured(world, 0.1)
    (word,) = words(world.take(ALICE)[-1:])
    assert (word["oc-algo"], word["oc-validity"]) == ("rate", "500")
    assert 8 <= int(word["oc"]) <= 10


def test_nothing_is_said_where_it_is_switched_off_or_not_asked_for(tmp_path: Path) -> None:
    world = world_of(tmp_path, feedback=False)
    world.send(invite(branch=ASKING), ALICE)
    assert "oc-seq" not in words(world.take(ALICE))[0]
    (tmp_path / "b").mkdir()
    other = world_of(tmp_path / "b")
    other.send(invite(), ALICE)
    assert words(other.take(ALICE)) == [{}]
    assert octets(invite()).count(b";oc") == 0
    assert other.counter("feedback-sent") == 0


def test_shows(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.send(invite(branch=ASKING), ALICE)
    measured(world, 2, cpu=100.0)
    rows = {row.item: row for row in world.engine.order(ListOverload(), world.now) if isinstance(row, OverloadRow)}
    assert (rows["level"].value, rows["level"].state[:10]) == (1, "calls (cpu")
    assert (rows["cpu"].value, rows["cpu"].high, rows["cpu"].low, rows["cpu"].state) == (100.0, 98, 85, "high")
    (peer,) = world.engine.order(ListOverloadPeers(), world.now)
    assert isinstance(peer, OverloadPeerRow)
    assert (peer.peer, peer.direction) == ("192.0.2.1", "upstream")
