"""Ladder diagrams of real flows, as golden transcripts; what happens when the terminal is narrow."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.agent import challenges, digest
from support.engine import CLOSED, flow
from support.messages import response
from support.phone import Phone
from support.traced import TracedWorld, record, with_sdp

from core.wire.header import CONTACT
from oam.trace.ladder import ladder
from oam.trace.message import read

GOLDEN = Path(__file__).parent / "ladders"


def drawn(world: TracedWorld, width: int = 100) -> list[str]:
    """Draw all that was traced, which is one call."""
    return ladder([read(each) for each in world.traced()], "sip1", width)


def golden(name: str, lines: list[str]) -> None:
    """Compare with the transcript of this name."""
    assert lines == (GOLDEN / f"{name}.txt").read_text().splitlines()


def called(world: TracedWorld, *places: str) -> tuple[Phone, list[Phone]]:
    """Register bob's phones, then begin the trace anew; return alice and them."""
    world.subscriber("bob")
    bobs = [Phone(world, "bob", flow(place)) for place in places]
    for number, phone in enumerate(bobs):
        phone.tag = f"bob{number}"
        world.send(phone.registration(contact=f"{phone.contact};q=1.0", call_id=f"reg{number}"), phone.place)
        world.one(phone.place)
    world.tracer.ring._slots[3] = world.tracer.ring._slots[2]  # nothing before is shown
    return Phone(world, "alice", flow("192.0.2.1")), bobs


def call(world: TracedWorld, alice: Phone) -> str:
    alice.cseq += 1
    alice.peer = "sip:bob@example.com"
    text = with_sdp(alice.write("INVITE", alice.peer, extra=(f"Contact: {alice.contact}",)))
    world.send(text, alice.place)
    return text


def test_a_forked_call_with_prack_reinvite_and_retransmissions(tmp_path: Path) -> None:
    world = TracedWorld(tmp_path)
    alice, (one, two) = called(world, "192.0.2.101", "192.0.2.102")
    text = call(world, alice)
    first, second = one.expect("INVITE"), two.expect("INVITE")
    world.advance(0.2)
    world.send(text, alice.place)
    world.advance(0.4)
    one.answer(first, 183, reason="Session Progress", extra=("Require: 100rel", "RSeq: 1"))
    world.advance(0.1)
    alice.receive(100, 100, 183)
    alice.inside("PRACK", extra=("RAck: 1 1 INVITE",))
    one.answer(world.take(one.place)[-1], 200)
    world.take(two.place)
    two.answer(second, 180, reason="Ringing")
    world.advance(1.5)
    ok = with_sdp(response(first, 200, "OK", one.tag, (f"Contact: {one.contact}",)))
    world.send(ok, one.place)
    cancel = two.expect("CANCEL")
    two.answer(cancel, 200)
    two.answer(second, 487, reason="Request Terminated")
    two.expect("ACK")
    assert [message.status for message in world.take(alice.place)] == [200, 180, 200]
    alice.target = "sip:bob@192.0.2.101:5060"
    alice.ack()
    world.advance(5)
    alice.inside("INVITE", extra=(f"Contact: {alice.contact}",))
    ack, again = world.take(one.place)
    assert (ack.method, again.method) == ("ACK", "INVITE")
    one.answer(again, 200, reason="OK")
    world.take(alice.place)
    alice.ack()
    world.advance(3)
    alice.inside("BYE")
    one.answer(world.take(one.place)[-1], 200)
    golden("forked", drawn(world))


def test_a_call_that_is_cancelled(tmp_path: Path) -> None:
    world = TracedWorld(tmp_path)
    alice, (bob,) = called(world, "192.0.2.101")
    call(world, alice)
    invite = bob.expect("INVITE")
    bob.answer(invite, 180, reason="Ringing")
    alice.receive(100, 180)
    world.advance(4)
    alice.cancel()
    bob.answer(bob.expect("CANCEL"), 200)
    bob.answer(invite, 487, reason="Request Terminated")
    bob.expect("ACK")
    alice.ack_failure(alice.receive(200, 487))
    golden("cancelled", drawn(world))


def test_a_registration_with_its_challenge(tmp_path: Path) -> None:
    world = TracedWorld(tmp_path, CLOSED)
    world.subscriber("bob")
    bob = Phone(world, "bob", flow("192.0.2.2"))
    world.send(bob.registration(), bob.place)
    challenged = world.one(bob.place)
    challenge = challenges("\r\n".join(challenged.lines).encode())[0]
    credentials = digest("bob", "secret", challenge, "REGISTER", "sip:example.com")
    world.advance(0.05)
    text = bob.registration().replace("Contact:", f"Authorization: {credentials}\nContact:")
    world.send(text, bob.place)
    assert world.one(bob.place).has(CONTACT)
    golden("registration", drawn(world))
    secret = credentials.partition('response="')[2].partition('"')[0]
    assert len(secret) == 64
    assert secret.encode() not in world.ring.read_bytes()


INVITE = "INVITE sip:a@b SIP/2.0\nFrom: <sip:x@y>\nCall-ID: many\nCSeq: 1 INVITE\n\n"


def many(count: int) -> list[str]:
    peers = [f"192.0.2.{number + 1}" for number in range(count)]
    peers[1:2] = ["2001:db8:1234:5678:9abc:def0:1234:5678"]
    records = [record(INVITE, 1)]
    records += [record(INVITE, n + 1, sent=True, remote=(peer, 5060)) for n, peer in enumerate(peers) if n]
    return ladder([read(each) for each in records], "sip1", 80)


def test_ends_beyond_the_terminal_share_a_column(tmp_path: Path) -> None:
    golden("many", many(6))


@pytest.mark.parametrize("count", range(2, 40))
def test_every_message_has_its_arrow_whatever_the_number_of_ends(count: int) -> None:
    lines = many(count)
    assert sum(">" in line for line in lines) == count
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("width", [40, 60, 80, 132, 500])
def test_it_keeps_to_the_terminal_where_it_can(width: int) -> None:
    lines = ladder([read(record(INVITE)), read(record(INVITE, sent=True, remote=("192.0.2.9", 5060)))], "sip1", width)
    assert max(map(len, lines)) <= max(width, 74)


def test_nothing_in_a_message_steers_the_terminal() -> None:
    text = "SIP/2.0 486 \x1b[2Jboo\nCall-ID: a\x07b\nCSeq: 1 INVITE\n\n"
    lines = ladder([read(record(text))], "sip1", 80)
    assert all(line.isprintable() for line in lines)


def test_what_is_no_sip_is_drawn_too() -> None:
    assert any("?" in line for line in ladder([read(record(b"\xff\xfe"))], "sip1", 80))


def test_tcp_is_drawn_in_another_way() -> None:
    lines = ladder([read(record(INVITE, transport=1))], "sip1", 80)
    assert "=INVITE=" in lines[-1]
