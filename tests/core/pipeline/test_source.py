"""Requests that come by a trunk: by its source or its credentials, within its limits, without what it must not say."""

from __future__ import annotations

from pathlib import Path

import pytest
from flows.test_authentication import answer as digest_answer
from flows.test_authentication import with_header
from support.engine import CLOSED, World, flow, octets
from support.inbound import arrive
from support.phone import Phone

from core.northbound.routing_settings import CallRate, HeaderRule, NumberingSettings, Trunk
from core.northbound.traffic_settings import Control, TrafficSettings
from core.pipeline.classify import classify
from core.pipeline.source import source, trunk_limits
from core.policy.priority import EMERGENCY
from core.wire.header import P_ASSERTED_IDENTITY, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, USER_AGENT

HERE = ("192.0.2.1/32",)
ALICE = flow("192.0.2.1")


def make(path: Path, **more: object) -> World:
    settings: dict[str, object] = {"sources": HERE, **more}
    return World(path, CLOSED, trunks=(Trunk("A", **settings),))  # type: ignore[arg-type]


def statuses(world: World) -> list[int]:
    world.perform()
    return world.statuses(ALICE)


def test_a_request_is_told_by_its_source(tmp_path: Path) -> None:
    world = make(tmp_path)
    inbound = arrive(world, "INVITE", "sip:1@example.com")
    assert source(world.engine._services, inbound)
    assert inbound.trunk == "A"
    assert world.engine._trunks.states["A"].incoming.attempts == 1


def test_a_register_is_no_trunk_s(tmp_path: Path) -> None:
    world = make(tmp_path)
    inbound = arrive(world, "REGISTER", "sip:example.com")
    assert source(world.engine._services, inbound)
    assert inbound.trunk == ""


@pytest.mark.parametrize(
    ("settings", "method", "expected"),
    [
        ({"direction": "out"}, "INVITE", [403]),
        ({"shutdown": True}, "INVITE", [503]),
        ({"shutdown": True}, "OPTIONS", []),
        ({"direction": "in"}, "INVITE", []),
    ],
)
def test_a_trunk_out_of_service_is_refused(
    tmp_path: Path, settings: dict[str, object], method: str, expected: list[int]
) -> None:
    world = make(tmp_path, **settings)
    assert source(world.engine._services, arrive(world, method, "sip:1@example.com")) == (not expected)
    assert statuses(world) == expected


def test_limits(tmp_path: Path) -> None:
    world = make(tmp_path, rate=CallRate(1, 1))
    for expected in (True, False):
        inbound = arrive(world, "INVITE", "sip:1@example.com")
        source(world.engine._services, inbound)
        assert trunk_limits(world.engine._services, inbound) == expected
    assert world.counter("calls-limited") == 1
    inbound.priority = EMERGENCY
    assert trunk_limits(world.engine._services, inbound)


@pytest.mark.parametrize("trusted", [True, False])
def test_identities_of_those_we_do_not_trust_go(tmp_path: Path, trusted: bool) -> None:
    world = make(tmp_path, trusted=trusted, headers=(HeaderRule("in", "set", "User-Agent", "x"),))
    inbound = arrive(world, "INVITE", "sip:1@example.com", extra=("P-Asserted-Identity: <sip:me@example.com>",))
    source(world.engine._services, inbound)
    assert inbound.message.has(P_ASSERTED_IDENTITY) == trusted
    assert inbound.message.first(USER_AGENT) == "x"


def test_a_call_by_a_trunk_needs_no_subscriber_s_credentials(tmp_path: Path) -> None:
    world = make(tmp_path)
    world.subscriber("bob")
    bob = Phone(world, "bob", flow("192.0.2.2"))
    open_location(world, bob)
    far = Phone(world, "far", ALICE, domain="example.org")
    far.invite("bob")
    invite = bob.expect("INVITE")
    bob.answer(invite, 200)
    far.receive(100, 200)
    state = world.engine._trunks.states["A"]
    assert (state.calls_in, state.incoming.answers) == (1, 1)
    (call,) = world.engine._calls
    assert call.trunk_in == "A"
    world.engine._calls.ended(call, 0.0, "caller")
    assert state.calls_in == 0


def open_location(world: World, phone: Phone) -> None:
    """Register a phone as it would be after its challenge."""
    world.engine._services.authenticator.configure("example.com", CLOSED_BUT_REGISTER)
    phone.register()
    world.engine._services.authenticator.configure("example.com", CLOSED)


CLOSED_BUT_REGISTER = type(CLOSED)(realm="example.com", challenge_register=False)


def challenged(path: Path, **more: object) -> tuple[World, Phone, Phone]:
    """Make a trunk that must prove to be `them`, and bob, whom it calls."""
    world = make(path, inbound_username="them", inbound_secret="word", **more)
    world.subscriber("bob")
    bob = Phone(world, "bob", flow("192.0.2.2"))
    open_location(world, bob)
    return world, Phone(world, "far", ALICE, domain="example.org"), bob


def answered(far: Phone, name: str, password: str) -> str:
    """Return the INVITE that answers the challenge to the one before."""
    challenge = far.world.one(far.place)
    assert challenge.status == 407
    uri = "sip:bob@example.com"
    header = digest_answer(challenge.all(PROXY_AUTHENTICATE)[0], True, "INVITE", uri, name, password, 1)
    far.cseq += 1
    return with_header(far.write("INVITE", uri, extra=(f"Contact: {far.contact}",)), header)


@pytest.mark.parametrize("sources", [HERE, ()])
def test_a_trunk_that_must_prove_who_it_is(tmp_path: Path, sources: tuple[str, ...]) -> None:
    """Known by its source and asked besides, or known by its credentials alone."""
    world, far, bob = challenged(tmp_path, sources=sources)
    far.invite("bob")
    world.send(answered(far, "them", "word"), far.place)
    invite = bob.expect("INVITE")
    assert not invite.has(PROXY_AUTHORIZATION)
    (call,) = world.engine._calls
    assert call.trunk_in == "A"


@pytest.mark.parametrize(("name", "password"), [("them", "wrong"), ("bob", "secret")])
def test_other_credentials_than_its_own_prove_nothing(tmp_path: Path, name: str, password: str) -> None:
    world, far, bob = challenged(tmp_path)
    far.invite("bob")
    world.send(answered(far, name, password), far.place)
    assert world.one(far.place).status == 407
    assert world.take(bob.place) == []
    assert len(world.engine._calls) == 0


def test_credentials_of_a_trunk_with_sources_are_worth_nothing_elsewhere(tmp_path: Path) -> None:
    world, _, bob = challenged(tmp_path, sources=("192.0.2.99/32",))
    far = Phone(world, "far", ALICE, domain="example.org")
    far.invite("bob")
    world.send(answered(far, "them", "word"), far.place)
    assert world.one(far.place).status == 407
    assert world.take(bob.place) == []


def test_offers_inside_a_call_are_filtered_too(tmp_path: Path) -> None:
    world = make(tmp_path, codecs_permitted=("PCMA",))
    world.subscriber("bob")
    bob = Phone(world, "bob", flow("192.0.2.2"))
    open_location(world, bob)
    far = Phone(world, "far", ALICE, domain="example.org")
    far.invite("bob")
    bob.answer(bob.expect("INVITE"), 200)
    far.receive(100, 200)
    far.ack()
    bob.expect("ACK")
    sdp = "v=0\r\nm=audio 4000 RTP/AVP 0 8\r\n"
    far.cseq += 1
    routes = tuple(f"Route: {value}" for value in far.routes)
    text = far.write(
        "INVITE", far.target, to_tag=far.peer_tag, extra=(*routes, "Content-Type: application/sdp")
    ).replace("Content-Length: 0", f"Content-Length: {len(sdp)}")
    world.send(octets(text) + sdp.encode(), far.place)
    assert b"m=audio 4000 RTP/AVP 8\r\n" in bob.expect("INVITE").body


def test_a_closed_direction_spares_emergency_calls_and_counts(tmp_path: Path) -> None:
    control = Control("directional", "A", which="out")
    trunk = Trunk("A", sources=HERE)
    world = World(
        tmp_path, CLOSED, trunks=(trunk,), traffic=TrafficSettings((control,)),
        numbering=NumberingSettings(emergency=("110",)),
    )  # fmt: skip
    services = world.engine._services
    for user, passes in (("1", False), ("110", True)):
        inbound = arrive(world, "INVITE", f"sip:{user}@example.com")
        assert source(services, inbound)
        assert classify(services, inbound)
        assert trunk_limits(services, inbound) == passes
    assert statuses(world) == [503]
    assert world.counter("calls-blocked") == 1
    assert world.counter("controls-exempt") == 1
    (row,) = services.controls.rows(False, None, False, inbound.wall)
    assert (row.offered, row.refused) == (1, 1)
