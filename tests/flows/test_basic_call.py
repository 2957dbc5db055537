"""RFC 3665 §2, §3: registration, a call through one proxy, busy, no answer, cancelled; every message lost in turn."""

from __future__ import annotations

import json
from pathlib import Path

from support.engine import World, flow
from support.phone import Phone, establish, hang_up

from core.wire.header import CONTACT, MAX_BREADTH, MAX_FORWARDS, RECORD_ROUTE, ROUTE, VIA

ALICE = flow("192.0.2.1")
BOB = flow("192.0.2.2")


def make(path: Path) -> tuple[World, Phone, Phone]:
    world = World(path)
    phones = Phone(world, "alice", ALICE), Phone(world, "bob", BOB)
    for phone in phones:
        world.subscriber(phone.name)
        phone.register()
    return world, *phones


def records(world: World) -> list[dict[str, object]]:
    return [json.loads(line) for line in world.records]


def test_registration_lists_the_contacts(tmp_path: Path) -> None:
    """RFC 3665 §2.1, §2.2, §2.3, §2.4: new, refreshed, asked for, cancelled."""
    world = World(tmp_path)
    world.subscriber("bob")
    bob = Phone(world, "bob", BOB)
    assert bob.register().first(CONTACT) == "<sip:bob@192.0.2.2:5060>;expires=3600"
    assert bob.register().all(CONTACT) == ["<sip:bob@192.0.2.2:5060>;expires=3600"]
    world.advance(600)
    assert bob.register(contact="<sip:bob@192.0.2.22>").all(CONTACT) == [
        "<sip:bob@192.0.2.2:5060>;expires=3000",
        "<sip:bob@192.0.2.22>;expires=3600",
    ]
    assert not bob.register(contact="*", expires=0).has(CONTACT)
    assert world.location.count == 0


def test_a_call(tmp_path: Path) -> None:
    """RFC 3665 §3.2."""
    world, alice, bob = make(tmp_path)
    alice.invite()
    assert alice.receive(100).to().tag == ""
    invite = bob.expect("INVITE")
    assert invite.request_uri == "sip:bob@192.0.2.2:5060"
    assert [value.partition(";")[0] for value in invite.all(VIA)] == [
        "SIP/2.0/UDP 192.0.2.10:5060",
        "SIP/2.0/UDP 192.0.2.1:5060",
    ]
    assert (invite.first(MAX_FORWARDS), invite.first(MAX_BREADTH)) == ("69", "60")
    assert invite.first(RECORD_ROUTE).startswith("<sip:192.0.2.10:5060;lr;d=")
    bob.answer(invite, 180)
    ringing = alice.receive(180)
    assert (ringing.ids.count(VIA), ringing.to().tag) == (1, "bob-tag")
    bob.answer(invite, 200)
    alice.receive(200)
    alice.ack()
    ack = bob.expect("ACK")
    assert not ack.has(ROUTE)
    assert not ack.has(RECORD_ROUTE)
    world.advance(60)
    bob.inside("BYE")
    bye = alice.expect("BYE")
    assert bye.request_uri == "sip:alice@192.0.2.1:5060"
    assert world.records == []
    alice.answer(bye, 200)
    bob.receive(200)
    (record,) = records(world)
    assert record["ended_by"] == "callee"
    assert record["duration_s"] == 60.0
    assert record["status"] == 200
    assert (record["source"], record["destination"]) == ("udp:192.0.2.1:5060", "udp:192.0.2.2:5060")


def test_busy(tmp_path: Path) -> None:
    """RFC 3665 §3.9: the proxy acknowledges for itself, and absorbs the caller's ACK."""
    world, alice, bob = make(tmp_path)
    alice.invite()
    bob.answer(bob.expect("INVITE"), 486)
    ack = bob.expect("ACK")
    assert ack.ids.count(VIA) == 1
    busy = alice.receive(100, 486)
    alice.ack_failure(busy)
    assert world.take(BOB) == []
    assert [record["status"] for record in records(world)] == [486]
    world.advance(33)
    assert world.engine._layer.count() == 0
    assert world.take(ALICE) == []


def test_no_answer_and_cancel(tmp_path: Path) -> None:
    """RFC 3665 §3.8."""
    world, alice, bob = make(tmp_path)
    alice.invite()
    invite = bob.expect("INVITE")
    bob.answer(invite, 180)
    alice.receive(100, 180)
    alice.cancel()
    assert alice.receive(200).method == "CANCEL"
    cancel = bob.expect("CANCEL")
    assert cancel.request_uri == invite.request_uri
    assert cancel.via().branch == invite.via().branch
    assert cancel.cseq() == (invite.cseq()[0], "CANCEL")
    bob.answer(cancel, 200)
    assert world.take(ALICE) == []
    bob.answer(invite, 487)
    bob.expect("ACK")
    assert alice.receive(487).method == "INVITE"
    assert [(record["status"], record["ended_by"]) for record in records(world)] == [(487, "attempt")]


def test_nobody_there(tmp_path: Path) -> None:
    """RFC 3665 §3.10, §3.11: unknown is 404, not registered is 480; one record each, however often it is sent."""
    world, alice, bob = make(tmp_path)
    bob.register(contact="*", expires=0)
    text = alice.invite("bob")
    world.send(text, ALICE)
    assert [message.status for message in world.take(ALICE)] == [480, 480]
    alice.call_id = "another"
    alice.invite("nobody")
    alice.receive(404)
    assert [record["status"] for record in records(world)] == [480, 404]
    assert (world.counter("calls-attempted"), world.counter("calls-failed"), world.counter("calls")) == (2, 2, 0)


def test_no_answer_at_all(tmp_path: Path) -> None:
    """§17.1.1.2: seven INVITEs, then 408."""
    world, alice, _ = make(tmp_path)
    alice.invite()
    world.advance(32.2)
    assert [message.method for message in world.take(BOB)] == ["INVITE"] * 7
    assert alice.receive(100, 408).reason == "Request Timeout"
    assert [record["status"] for record in records(world)] == [408]


def test_requests_inside_the_dialog_go_both_ways(tmp_path: Path) -> None:
    """RFC 3665 §3.7, RFC 3311, RFC 2976: re-INVITE, UPDATE, INFO; with its ACK."""
    world, alice, bob = make(tmp_path)
    establish(alice, bob)
    for one, other in ((alice, bob), (bob, alice)):
        for method in ("INFO", "UPDATE", "MESSAGE"):
            one.inside(method)
            other.answer(other.expect(method), 200)
            one.receive(200)
        one.inside("INVITE", extra=(f"Contact: {one.contact}",))
        again = other.expect("INVITE")
        assert not again.has(RECORD_ROUTE)
        other.answer(again, 200)
        one.receive(100, 200)
        one.ack()
        other.expect("ACK")
        one.inside("INVITE", extra=(f"Contact: {one.contact}",))
        other.answer(other.expect("INVITE"), 488)
        other.expect("ACK")
        one.receive(100, 488)
    hang_up(alice, bob)
    assert len(world.records) == 1
    assert world.counter("calls-attempted") == 1


def test_a_reliable_provisional_response(tmp_path: Path) -> None:
    """RFC 3262: PRACK and its answer pass inside the early dialog."""
    _, alice, bob = make(tmp_path)
    alice.invite()
    invite = bob.expect("INVITE")
    bob.answer(invite, 183, extra=("RSeq: 1", "Require: 100rel"))
    alice.receive(100, 183)
    alice.inside("PRACK", extra=("RAck: 1 2 INVITE",))
    bob.answer(bob.expect("PRACK"), 200)
    assert alice.receive(200).method == "PRACK"


def test_retransmissions_are_absorbed(tmp_path: Path) -> None:
    """§17.2.1, §17.2.2: what comes twice goes on once."""
    world, alice, bob = make(tmp_path)
    text = alice.invite()
    world.send(text, ALICE)
    alice.receive(100, 100)
    invite = bob.expect("INVITE")
    bob.answer(invite, 180)
    world.send(text, ALICE)
    alice.receive(180, 180)
    bob.answer(invite, 200)
    alice.receive(200)
    world.send(text, ALICE)
    assert world.take(ALICE) == []  # RFC 6026: the 2xx is the UAS's to send again
    bob.answer(invite, 200)
    alice.receive(200)
    alice.ack()
    alice.ack()
    assert [message.method for message in world.take(BOB)] == ["ACK", "ACK"]
    text = alice.inside("BYE")
    world.send(text, ALICE)
    bob.answer(bob.expect("BYE"), 200)
    alice.receive(200)
    world.send(text, ALICE)
    alice.receive(200)
    assert world.take(BOB) == []
    assert world.counter("retransmissions-received") == 5
    assert (world.counter("invite-received"), world.counter("bye-received")) == (1, 1)
    assert len(world.records) == 1


def test_an_ack_with_the_branch_of_the_invite_reaches_the_callee(tmp_path: Path) -> None:
    """RFC 6026 §7.1: an ACK that meets the Accepted state is not absorbed."""
    _, alice, bob = make(tmp_path)
    alice.invite()
    bob.answer(bob.expect("INVITE"), 200)
    alice.receive(100, 200)
    alice.ack(branch="z9hG4bKalice-INVITE-2")
    bob.expect("ACK")


def test_both_hang_up_at_once(tmp_path: Path) -> None:
    """RFC 5407 §3.3.2: BYEs cross; both are answered, one record is written, the first one's."""
    world, alice, bob = make(tmp_path)
    establish(alice, bob)
    world.advance(10)
    alice.inside("BYE")
    world.now += 1
    bob.inside("BYE")
    to_bob, to_alice = bob.expect("BYE"), alice.expect("BYE")
    world.now += 1
    alice.answer(to_alice, 200)
    bob.answer(to_bob, 200)
    alice.receive(200)
    bob.receive(200)
    (record,) = records(world)
    assert (record["ended_by"], record["duration_s"]) == ("caller", 10.0)


def test_a_challenged_bye_ends_nothing(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    establish(alice, bob)
    alice.inside("BYE")
    bob.answer(bob.expect("BYE"), 407)
    alice.receive(407)
    assert (world.records, world.counter("calls")) == ([], 1)
    world.advance(5)
    hang_up(alice, bob)
    assert [record["duration_s"] for record in records(world)] == [5.0]


def test_a_bye_that_nobody_answers_ends_the_call(tmp_path: Path) -> None:
    """RFC 4320 §4.2: its 408 is not sent; the record is written all the same."""
    world, alice, bob = make(tmp_path)
    establish(alice, bob)
    alice.inside("BYE")
    world.advance(33)
    assert {message.method for message in world.take(BOB)} == {"BYE"}
    alice.receive(100)
    assert [record["duration_s"] for record in records(world)] == [0.0]
