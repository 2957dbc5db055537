"""Stages 6 to 8, each alone: registrar, target set, forwarding."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import LISTENERS, OPEN, World, flow
from support.inbound import arrive
from support.phone import Phone

from core.northbound.settings import SipSettings
from core.pipeline.service import forward, registrar, targets
from core.proxy.target import Target

ALICE = flow("192.0.2.1")
BOB = flow("192.0.2.2")
AOR = {"caller": "sip:bob@example.com", "callee": "sip:bob@example.com"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.subscriber("bob", number="1002")
    return made


def status(world: World) -> int:
    world.perform()
    return world.one(ALICE).status


def test_registrar_lets_other_methods_pass(world: World) -> None:
    assert registrar(world.engine._services, arrive(world, "INVITE", "sip:bob@example.com"))


@pytest.mark.parametrize(
    ("callee", "extra", "expected"),
    [
        ("sip:bob@example.com", ("Contact: <sip:bob@192.0.2.1>",), 200),
        ("sip:1002@example.com", ("Contact: <sip:bob@192.0.2.1>",), 200),
        ("sip:bob@example.com", (), 200),
        ("sip:bob@example.com", ("Contact: <sip:bob@192.0.2.1>;expires=5",), 423),
        ("sip:bob@example.com", ("Contact: *",), 400),
        ("sip:bob@example.com", ("Require: gruu",), 420),
        ("sip:nobody@example.com", (), 404),
        ("sip:bob@example.org", (), 404),
        ("sip:example.com", (), 404),
    ],
)
def test_registrar_answers_a_register(world: World, callee: str, extra: tuple[str, ...], expected: int) -> None:
    inbound = arrive(world, "REGISTER", "sip:example.com", callee=callee, extra=extra)
    assert not registrar(world.engine._services, inbound)
    assert status(world) == expected


def test_a_register_is_answered_within_a_transaction(world: World) -> None:
    registrar(world.engine._services, arrive(world, "REGISTER", "sip:example.com", **AOR))
    assert world.engine._layer.count() == 1
    assert world.counter("registrations-accepted") == 1


def test_a_register_finds_no_room(tmp_path: Path) -> None:
    world = World(tmp_path, OPEN, SipSettings(domains=("example.com",), listeners=LISTENERS, max_transactions=0))
    world.subscriber("bob")
    assert not registrar(world.engine._services, arrive(world, "REGISTER", "sip:example.com", **AOR))
    assert status(world) == 503
    assert world.location.count == 0


def test_targets_are_the_live_contacts(world: World) -> None:
    bob = Phone(world, "bob", BOB)
    bob.register()
    bob.register(contact="<sip:bob@192.0.2.3>;expires=60;q=0.3")
    for uri in ("sip:bob@example.com", "sip:1002@example.com", "tel:1002", "sip:%62ob@example.com"):
        inbound = arrive(world, "INVITE", uri)
        assert targets(world.engine._services, inbound)
        assert [(target.uri, target.q) for target in inbound.targets] == [
            ("sip:bob@192.0.2.2:5060", 1.0),
            ("sip:bob@192.0.2.3", 0.3),
        ]
    world.advance(61)
    inbound = arrive(world, "INVITE", "sip:bob@example.com")
    assert targets(world.engine._services, inbound)
    assert len(inbound.targets) == 1


@pytest.mark.parametrize(
    ("uri", "expected"), [("sip:bob@example.com", 480), ("sip:nobody@example.com", 404), ("sip:example.com", 404)]
)
@pytest.mark.parametrize("method", ["INVITE", "MESSAGE"])
def test_targets_refuses_what_leads_nowhere(world: World, method: str, uri: str, expected: int) -> None:
    """An INVITE in a transaction and with a record, other requests with neither."""
    assert not targets(world.engine._services, arrive(world, method, uri))
    assert status(world) == expected
    is_call = int(method == "INVITE")
    assert (world.engine._layer.count(), len(world.records), world.counter("calls-failed")) == (is_call,) * 3


def test_a_disabled_subscriber_has_no_targets(world: World) -> None:
    Phone(world, "bob", BOB).register()
    world.subscriber("bob", enabled=False)
    assert not targets(world.engine._services, arrive(world, "MESSAGE", "sip:bob@example.com"))
    assert status(world) == 480


def test_the_target_inside_a_dialog_is_the_request_uri(world: World) -> None:
    inbound = arrive(world, "BYE", "sip:x@192.0.2.9:5070", to_tag="b")
    inbound.in_dialog = True
    assert targets(world.engine._services, inbound)
    assert [(target.uri, target.flow) for target in inbound.targets] == [("sip:x@192.0.2.9:5070", None)]


def test_targets_of_a_relay_stay(world: World) -> None:
    inbound = arrive(world, "INVITE", "sip:x@example.org")
    inbound.targets = [Target("sip:x@example.org", 1.0, None)]
    assert targets(world.engine._services, inbound)
    assert len(inbound.targets) == 1


def test_forward_begins_a_call_for_an_initial_invite_only(world: World) -> None:
    for method, to_tag, calls in (("INVITE", "", 1), ("MESSAGE", "", 1), ("SUBSCRIBE", "", 1)):
        inbound = arrive(world, method, "sip:bob@example.com", to_tag=to_tag)
        inbound.targets = [Target("sip:bob@192.0.2.2", 1.0, None)]
        assert not forward(world.engine._services, inbound)
        world.perform()
        assert world.one(BOB).method == method
        assert len(world.engine._calls) == calls


def test_forward_refuses_what_has_no_breadth_left_before_it_opens_anything(world: World) -> None:
    inbound = arrive(world, "INVITE", "sip:bob@example.com", extra=("Max-Breadth: 0",))
    inbound.targets = [Target("sip:bob@192.0.2.2", 1.0, None)]
    assert not forward(world.engine._services, inbound)
    assert status(world) == 440
    assert world.engine._layer.count() == 0


def test_forward_refuses_a_loop(world: World) -> None:
    sent = arrive(world, "INVITE", "sip:bob@example.com")
    sent.targets = [Target("sip:bob@192.0.2.2", 1.0, None)]
    forward(world.engine._services, sent)
    world.perform()
    branch = world.one(BOB).via().branch
    via = f"Via: SIP/2.0/UDP 192.0.2.10:5060;branch={branch}"
    back = arrive(world, "INVITE", "sip:bob@example.com", branch="z9hG4bKelse", extra=(via,))
    back.targets = sent.targets
    world.take(ALICE)
    assert not forward(world.engine._services, back)
    assert status(world) == 482
