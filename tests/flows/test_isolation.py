"""A listener and a subscriber taken out of service: nothing new, what is there goes on, and back at once."""

from __future__ import annotations

from pathlib import Path

import msgspec
from support.engine import OPEN, SERVER, World, flow
from support.messages import register, request
from support.phone import Phone, establish, hang_up

from core.effect import Flow
from core.northbound.settings import Listener, SipSettings
from core.wire.header import RETRY_AFTER

SECOND = "192.0.2.11"
ALICE, BOB, CAROL = flow("192.0.2.1"), flow("192.0.2.2"), flow("192.0.2.3")
NAT = flow("203.0.113.5", 40_000)
LISTENERS = (Listener("udp", SERVER, 5060), Listener("udp", SECOND, 5060))


def by(listener: int, place: Flow) -> Flow:
    return Flow(place.transport, listener, place.host, place.port, place.address)


def make(path: Path) -> tuple[World, Phone, Phone]:
    world = World(path, OPEN, SipSettings(domains=("example.com",), listeners=LISTENERS))
    for name in ("alice", "bob"):
        world.subscriber(name)
    alice, bob = Phone(world, "alice", ALICE), Phone(world, "bob", BOB)
    bob.register()
    return world, alice, bob


def shut(world: World, *names: str) -> None:
    """Shut down these listeners, and open all others."""
    listeners = tuple(msgspec.structs.replace(each, shutdown=each.name in names) for each in LISTENERS)
    world.settings = msgspec.structs.replace(
        world.settings, sip=msgspec.structs.replace(world.settings.sip, listeners=listeners)
    )
    world.engine.configure(world.settings, dict(enumerate(listeners)))


FIRST = LISTENERS[0].name


def test_what_is_new_is_refused_for_a_while_and_calls_go_on(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    establish(alice, bob)
    shut(world, FIRST)
    assert world.engine.shut_listeners() == {FIRST: 1}
    world.send(request("INVITE", "sip:bob@example.com", CAROL, call_id="new", branch="z9hG4bKnew"), CAROL)
    refusal = world.one(CAROL)
    assert (refusal.status, refusal.first(RETRY_AFTER)) == (503, "30")
    world.send(register("carol", CAROL), CAROL)
    assert world.one(CAROL).status == 503
    alice.inside("INFO")
    bob.answer(bob.expect("INFO"), 200)
    alice.receive(200)
    hang_up(alice, bob)
    assert world.engine.shut_listeners() == {FIRST: 0}


def test_a_call_being_set_up_is_carried_on_or_cancelled(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    alice.invite("bob")
    invite = bob.expect("INVITE")
    alice.receive(100)
    shut(world, FIRST)
    bob.answer(invite, 180)
    alice.receive(180)
    alice.cancel()
    assert [each.status for each in world.take(ALICE)] == [200]
    bob.answer(bob.expect("CANCEL"), 200)
    bob.answer(invite, 487)
    assert [each.status for each in world.take(ALICE)] == [487]


def test_it_is_back_at_once(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    shut(world, FIRST)
    shut(world)
    assert world.engine.shut_listeners() == {}
    establish(alice, bob)


def test_new_calls_leave_by_another_listener(tmp_path: Path) -> None:
    world, _, _ = make(tmp_path)
    shut(world, FIRST)
    text = request("INVITE", "sip:bob@example.com", CAROL, call_id="new", branch="z9hG4bKnew")
    world.send(text, by(1, CAROL))
    (invite,) = [each for each in world.sent if each[1].startswith(b"INVITE")]
    assert invite[0].listener == 1
    assert f"Via: SIP/2.0/UDP {SECOND}:5060".encode() in invite[1]


def test_a_phone_behind_nat_that_is_reached_by_it_alone_is_not_called(tmp_path: Path) -> None:
    world, _, bob = make(tmp_path)
    world.engine.clear_bindings("bob")
    world.send(register("bob", NAT, contact="<sip:bob@10.0.0.5>", rport=True, sent_by="10.0.0.5:5060"), NAT)
    world.take(NAT)
    assert bob.name == "bob"
    shut(world, FIRST)
    text = request("INVITE", "sip:bob@example.com", CAROL, call_id="new", branch="z9hG4bKnew")
    world.send(text, by(1, CAROL))
    assert world.statuses(CAROL) == [480]


def test_a_subscriber_who_is_shut_down_gets_nothing_new_and_keeps_his_calls(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    establish(alice, bob)
    for name in ("alice", "bob"):
        world.subscriber(name, enabled=False)
    world.send(register("bob", BOB, cseq=9, branch="z9hG4bKagain"), BOB)
    assert world.one(BOB).status == 403
    other = Phone(world, "alice", CAROL)
    other.invite("bob", call_id="other")
    assert world.one(CAROL).status == 403
    world.send(
        request("INVITE", "sip:bob@example.com", CAROL, caller="sip:x@elsewhere", call_id="to", branch="z9hG4bKto"),
        CAROL,
    )
    assert world.statuses(CAROL)[-1] == 480
    hang_up(alice, bob)
    world.subscriber("bob")
    world.send(register("bob", BOB, cseq=10, branch="z9hG4bKback"), BOB)
    assert world.one(BOB).status == 200
