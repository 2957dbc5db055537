"""Phones behind NAT, both sides (RFC 3581), and what is remembered of their flows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.engine import World, flow
from support.phone import Phone, establish, hang_up

from core.wire.header import RECORD_ROUTE, VIA

ALICE = flow("203.0.113.1", 40001)
BOB = flow("203.0.113.2", 40002)


def make(path: Path) -> tuple[World, Phone, Phone]:
    world = World(path)
    alice = Phone(world, "alice", ALICE, sent_by="10.0.0.1:5060", rport=True)
    bob = Phone(world, "bob", BOB, sent_by="10.0.0.2:5060", rport=True)
    for phone in (alice, bob):
        world.subscriber(phone.name)
        phone.register()
    return world, alice, bob


def test_the_whole_call_goes_over_the_holes_in_the_nats(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    alice.invite()
    trying = alice.receive(100)
    via = trying.via()
    assert (via.host, via.port, via.received, via.rport) == ("10.0.0.1", 5060, ALICE.host, ALICE.port)
    invite = bob.expect("INVITE")
    assert invite.request_uri == "sip:bob@10.0.0.2:5060"
    bob.answer(invite, 180)
    bob.answer(invite, 200)
    alice.receive(180, 200)
    alice.ack()
    assert bob.expect("ACK").request_uri == "sip:bob@10.0.0.2:5060"
    bob.inside("INVITE", extra=(f"Contact: {bob.contact}",))
    again = alice.expect("INVITE")
    alice.answer(again, 200)
    bob.receive(100, 200)
    bob.ack()
    alice.expect("ACK")
    hang_up(bob, alice)
    assert len(world.records) == 1
    assert world.sent == []


def test_prack_reaches_a_callee_behind_nat(tmp_path: Path) -> None:
    """The early dialog's flow is known before the answer."""
    _, alice, bob = make(tmp_path)
    alice.invite()
    bob.answer(bob.expect("INVITE"), 183)
    alice.receive(100, 183)
    alice.inside("PRACK")
    bob.answer(bob.expect("PRACK"), 200)
    alice.receive(200)


def test_a_second_answer_behind_nat_is_reached_too(tmp_path: Path) -> None:
    """A forked 2xx that lost: its ACK and BYE find the phone, and the call goes on."""
    world, alice, bob = make(tmp_path)
    other = Phone(world, "bob", flow("203.0.113.3", 40003), sent_by="10.0.0.3:5060", rport=True)
    other.tag = "other"
    world.send(other.registration(call_id="another"), other.place)
    other.receive(200)
    alice.invite()
    first, second = bob.expect("INVITE"), other.expect("INVITE")
    bob.answer(first, 200)
    alice.receive(100, 200)
    alice.ack()
    bob.expect("ACK")
    other.answer(second, 200)
    late = world.one(ALICE)
    alice.routes, alice.target, alice.peer_tag = late.all(RECORD_ROUTE), "sip:bob@10.0.0.3:5060", "other"
    alice.ack(branch="z9hG4bKlate")
    other.expect("ACK")
    alice.inside("BYE")
    other.answer(other.expect("BYE"), 200)
    alice.receive(200)
    assert world.counter("calls") == 1
    assert world.records == []


def test_crossing_byes_reach_phones_behind_nat(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    establish(alice, bob)
    alice.inside("BYE")
    bob.inside("BYE")
    to_bob, to_alice = bob.expect("BYE"), alice.expect("BYE")
    bob.answer(to_bob, 200)
    alice.receive(200)
    alice.answer(to_alice, 200)
    bob.receive(200)
    assert len(world.records) == 1


def test_phones_behind_nat_survive_a_restart(tmp_path: Path) -> None:
    """A new engine on the same store: the BYE finds the phone, and the record is written, once."""
    world, alice, bob = make(tmp_path)
    establish(alice, bob)
    world.advance(100)
    world.engine = world.make_engine()
    assert world.engine.restore() == 1
    text = bob.inside("BYE")
    alice.answer(alice.expect("BYE"), 200)
    bob.receive(200)
    world.send(text, BOB)
    bob.receive(200)
    (record,) = [json.loads(line) for line in world.records]
    assert (record["duration_s"], record["ended_by"]) == (100.0, "callee")
    world.engine = world.make_engine()
    assert world.engine.restore() == 0


def test_without_rport_the_address_is_believed_but_the_source_noted(tmp_path: Path) -> None:
    """§18.2.1, §18.2.2: received is added, and the answer goes to the port of sent-by."""
    world = World(tmp_path)
    world.subscriber("bob")
    bob = Phone(world, "bob", flow("203.0.113.2", 40002), sent_by="10.0.0.2:5070")
    world.send(bob.registration(), bob.place)
    answer = world.one(flow("203.0.113.2", 5070))
    assert (answer.via().received, answer.via().rport) == ("203.0.113.2", -1)
    (binding,) = world.location.bindings("bob")
    assert not binding.nat


PRIVATE = "10.0.0.1;branch=z9hG4bK1"
PUBLIC = "203.0.113.1:40001;branch=z9hG4bK1"
BEFORE = "SIP/2.0/UDP 10.9.9.9;branch=z9hG4bK0"


@pytest.mark.parametrize(
    ("via", "expected"),
    [
        (f"{PRIVATE};rport", f"{PRIVATE};rport=40001;received=203.0.113.1"),
        ("10.0.0.1;rport;branch=z9hG4bK1", "10.0.0.1;rport=40001;branch=z9hG4bK1;received=203.0.113.1"),
        (f"{PRIVATE};rport=9", f"{PRIVATE};rport=40001;received=203.0.113.1"),
        (f"{PRIVATE};RPORT", f"{PRIVATE};rport=40001;received=203.0.113.1"),
        (f"{PRIVATE}; rport", f"{PRIVATE};rport=40001;received=203.0.113.1"),
        ("10.0.0.1;received=1.2.3.4;branch=z9hG4bK1;rport", f"{PRIVATE};rport=40001;received=203.0.113.1"),
        (f"{PRIVATE};received=1.2.3.4", f"{PRIVATE};received=203.0.113.1"),
        (f"{PRIVATE};received=1.2.3.4;rportx=1", f"{PRIVATE};rportx=1;received=203.0.113.1"),
        (f"{PUBLIC};rport", f"{PUBLIC};rport=40001;received=203.0.113.1"),
        (PUBLIC, PUBLIC),
        ("phone.lan;branch=z9hG4bK1", "phone.lan;branch=z9hG4bK1;received=203.0.113.1"),
    ],
)
@pytest.mark.parametrize("rest", ["", f", {BEFORE}", f"\nVia: {BEFORE}"])
def test_what_the_source_adds_to_via(tmp_path: Path, via: str, expected: str, rest: str) -> None:
    world = World(tmp_path)
    world.send(
        f"""
OPTIONS sip:example.com SIP/2.0
Via: SIP/2.0/UDP {via}{rest}
From: <sip:a@b>;tag=1
To: <sip:c@d>
Call-ID: x
CSeq: 1 OPTIONS
Content-Length: 0

""",
        ALICE,
    )
    answer = [item[1] for item in world.sent]
    values = [line.decode() for line in answer[0].split(b"\r\n") if line.startswith(b"Via")]
    rows = f"Via: SIP/2.0/UDP {expected}{rest}".split("\n")
    assert values == rows


def test_nat_is_seen_by_the_registrar_when_rport_was_asked_for(tmp_path: Path) -> None:
    world, _, _ = make(tmp_path)
    (binding,) = world.location.bindings("bob")
    assert (binding.nat, binding.host, binding.port) == (True, BOB.host, BOB.port)
    open_phone = Phone(world, "bob", flow("192.0.2.7"), rport=True)
    world.send(open_phone.registration(call_id="open"), open_phone.place)
    assert open_phone.receive(200).ids.count(VIA) == 1
    assert [item.nat for item in world.location.bindings("bob")] == [True, False]
