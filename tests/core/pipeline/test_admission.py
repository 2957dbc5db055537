"""Stages 3 to 5, each alone: load, domain, authentication. tests/flows shows them at work."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import CLOSED, LISTENERS, OPEN, World, flow
from support.inbound import arrive

from core.northbound.settings import AuthenticationSettings, Relay, SipSettings
from core.pipeline.admission import authentication, domain, load
from core.wire.header import RETRY_AFTER, ROUTE

ALICE = flow("192.0.2.1")


def refusal(world: World) -> tuple[int, str]:
    world.perform()
    answer = world.one(ALICE)
    return answer.status, answer.reason


def test_load_lets_pass_what_there_is_room_for(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert load(world.engine._services, arrive(world, "INVITE", "sip:b@c"))


def test_load_refuses_when_draining_but_not_in_a_dialog(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.engine.drain()
    inbound = arrive(world, "INVITE", "sip:b@c")
    inbound.in_dialog = True
    assert load(world.engine._services, inbound)
    inbound.in_dialog = False
    assert not load(world.engine._services, inbound)
    world.perform()
    assert world.one(ALICE).first(RETRY_AFTER) == "5"


def test_load_refuses_invites_only_when_the_call_table_is_full(tmp_path: Path) -> None:
    world = World(tmp_path, OPEN, SipSettings(listeners=LISTENERS, max_calls=0))
    assert load(world.engine._services, arrive(world, "MESSAGE", "sip:b@c"))
    assert not load(world.engine._services, arrive(world, "INVITE", "sip:b@c"))
    assert refusal(world) == (503, "Service Unavailable")


@pytest.mark.parametrize("uri", ["sip:bob@example.com", "sip:192.0.2.10", "tel:1001"])
def test_domain_lets_pass_what_is_ours_without_its_routes(tmp_path: Path, uri: str) -> None:
    world = World(tmp_path)
    inbound = arrive(world, "INVITE", uri, extra=("Route: <sip:p;lr>", "Route: <sip:q;lr>"))
    assert domain(world.engine._services, inbound)
    assert not inbound.message.has(ROUTE)
    assert inbound.targets == []


def test_domain_answers_options_to_the_server_alone(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert not domain(world.engine._services, arrive(world, "OPTIONS", "sip:example.com"))
    assert refusal(world) == (200, "OK")
    assert domain(world.engine._services, arrive(world, "OPTIONS", "sip:bob@example.com"))


def test_domain_refuses_what_is_not_ours(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert not domain(world.engine._services, arrive(world, "INVITE", "sip:x@example.org"))
    assert refusal(world) == (403, "Relaying Denied")
    assert world.counter("relays-refused") == 1


def test_domain_sends_a_relayed_domain_to_its_next_hop(tmp_path: Path) -> None:
    sip = SipSettings(listeners=LISTENERS, relays=(Relay("example.org", "sip:gw.example.org"),))
    world = World(tmp_path, OPEN, sip)
    inbound = arrive(world, "INVITE", "sip:x@example.org", extra=("Route: <sip:p;lr>",))
    assert domain(world.engine._services, inbound)
    assert inbound.message.all(ROUTE) == ["<sip:gw.example.org;lr>"]
    assert [target.uri for target in inbound.targets] == ["sip:x@example.org"]
    assert not domain(world.engine._services, arrive(world, "REGISTER", "sip:example.org"))


@pytest.mark.parametrize(
    ("method", "status"), [("REGISTER", 401), ("INVITE", 407), ("MESSAGE", 407), ("SUBSCRIBE", 407)]
)
def test_authentication_asks_by_method(tmp_path: Path, method: str, status: int) -> None:
    world = World(tmp_path, CLOSED)
    assert not authentication(world.engine._services, arrive(world, method, "sip:example.com"))
    assert refusal(world)[0] == status
    assert world.counter("challenges-sent") == 1


@pytest.mark.parametrize("method", ["REGISTER", "INVITE", "MESSAGE"])
def test_authentication_is_switched_by_method(tmp_path: Path, method: str) -> None:
    switches = {"REGISTER": "challenge_register", "INVITE": "challenge_invite", "MESSAGE": "challenge_other"}
    settings = AuthenticationSettings(realm="r", **{switches[method]: False})  # type: ignore[arg-type]
    world = World(tmp_path, settings)
    for other in switches:
        assert authentication(world.engine._services, arrive(world, other, "sip:example.com")) is (other == method)


def test_authentication_asks_nobody_in_a_dialog(tmp_path: Path) -> None:
    world = World(tmp_path, CLOSED)
    inbound = arrive(world, "BYE", "sip:b@c")
    inbound.in_dialog = True
    assert authentication(world.engine._services, inbound)


def test_an_ack_is_never_answered(tmp_path: Path) -> None:
    world = World(tmp_path, CLOSED)
    assert not authentication(world.engine._services, arrive(world, "ACK", "sip:b@c"))
    assert world.engine.out == []
