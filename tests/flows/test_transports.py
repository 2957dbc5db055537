"""TCP (RFC 3261 §18), both IP versions, and names that must be resolved."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import LISTENERS, OPEN, World, flow
from support.phone import Phone, establish, hang_up

from core.effect import TCP, UDP, Flow
from core.northbound.settings import Listener, Relay, SipSettings
from core.proxy.domain import flow_to
from core.wire.header import CONTENT_LENGTH, RECORD_ROUTE, VIA

ALICE = flow("192.0.2.1")
BOB = flow("192.0.2.2")
BOB_TCP = flow("192.0.2.2", 49152, TCP)
V6 = SipSettings(
    domains=("example.com",),
    listeners=(*LISTENERS, Listener("udp", "2001:db8::10", 5060), Listener("tcp", "2001:db8::10", 5060)),
)


def make(
    path: Path, alice: Flow = ALICE, bob: Flow = BOB, sip: SipSettings | None = None
) -> tuple[World, Phone, Phone]:
    world = World(path, OPEN, sip)
    phones = Phone(world, "alice", alice), Phone(world, "bob", bob)
    for phone in phones:
        world.subscriber(phone.name)
        phone.register()
    return world, *phones


# TCP.


def test_a_call_from_udp_to_tcp(tmp_path: Path) -> None:
    """One Record-Route for each side (RFC 5658); what goes on a stream has a Content-Length."""
    world, alice, bob = make(tmp_path, bob=BOB_TCP)
    text = alice.write("INVITE", "sip:bob@example.com", extra=(f"Contact: {alice.contact}",))
    world.send(text.replace("Content-Length: 0\n", ""), ALICE)
    invite = bob.expect("INVITE")
    assert invite.first(CONTENT_LENGTH) == "0"
    assert invite.via().transport == "TCP"
    first, second = invite.all(RECORD_ROUTE)
    assert ";transport=tcp;" in first
    assert ";transport" not in second
    bob.answer(invite, 200)
    alice.cseq, alice.peer = 0, "sip:bob@example.com"
    ok = alice.receive(100, 200)
    assert ok.all(RECORD_ROUTE) == [first, second]
    alice.ack()
    bob.expect("ACK")
    bob.inside("BYE")
    bye = alice.expect("BYE")
    assert bye.via().transport == "UDP"
    alice.answer(bye, 200)
    assert bob.receive(200).ids.count(VIA) == 1


def test_a_call_from_tcp_to_udp(tmp_path: Path) -> None:
    """Answers take the connection of the request, and have a Content-Length even where theirs lacked one."""
    world, alice, bob = make(tmp_path, alice=flow("192.0.2.1", 50000, TCP))
    alice.invite()
    invite = bob.expect("INVITE")
    text = bob.answer(invite, 180)
    alice.receive(100, 180)
    world.send(text.replace("180 X", "183 X").replace("Content-Length: 0\n", ""), BOB)
    assert alice.receive(183).first(CONTENT_LENGTH) == "0"
    bob.answer(invite, 200)
    alice.receive(200)
    alice.ack()
    bob.expect("ACK")
    hang_up(bob, alice)


def test_a_body_without_length_gets_one_on_a_stream(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path, bob=BOB_TCP)
    text = alice.write("MESSAGE", "sip:bob@example.com").replace("Content-Length: 0\n", "")
    world.send(text.encode().replace(b"\n", b"\r\n") + b"hello", ALICE)
    message = bob.expect("MESSAGE")
    assert (message.first(CONTENT_LENGTH), message.body) == ("5", b"hello")


def test_tcp_on_both_sides(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path, flow("192.0.2.1", 50000, TCP), BOB_TCP)
    establish(alice, bob)
    hang_up(bob, alice)
    world.advance(33)
    assert world.engine._layer.count() == 0


def test_no_retransmission_on_a_stream(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path, bob=BOB_TCP)
    alice.invite()
    world.advance(30)
    bob.expect("INVITE")


def test_a_registered_connection_is_taken_though_the_contact_says_otherwise(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    bob.register(contact="*", expires=0)
    phone = Phone(world, "bob", BOB_TCP)
    world.send(phone.registration(contact="<sip:bob@10.1.1.1:5060>"), BOB_TCP)
    phone.receive(200)
    alice.invite()
    assert phone.expect("INVITE").request_uri == "sip:bob@10.1.1.1:5060"


def test_transport_parameters_choose_the_transport(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    for name, peer in (
        ("udp", BOB),
        ("UDP", BOB),
        ("tcp", flow("192.0.2.2", 5060, TCP)),
        ("TCP", flow("192.0.2.2", 5060, TCP)),
    ):
        bob.register(contact="*", expires=0)
        bob.register(contact=f"<sip:bob@192.0.2.2;transport={name}>")
        alice.call_id = name
        alice.send("MESSAGE", "sip:bob@example.com")
        assert world.one(peer).method == "MESSAGE"


@pytest.mark.parametrize("name", ["sctp", "tls", "ws"])
def test_a_transport_we_do_not_speak_is_a_failure(tmp_path: Path, name: str) -> None:
    world, alice, bob = make(tmp_path)
    bob.register(contact="*", expires=0)
    bob.register(contact=f"<sip:bob@192.0.2.2;transport={name}>")
    alice.invite()
    alice.receive(100, 500)
    world.advance(33)
    assert world.engine._layer.count() == 0


# What could not be sent.


def test_a_failed_send_is_a_503_of_the_branch(tmp_path: Path) -> None:
    """§16.9: as if it had answered 503; the next group is tried."""
    world, alice, bob = make(tmp_path)
    bob.register(contact="*", expires=0)
    bob.register(contact="<sip:bob@192.0.2.2>;q=1.0, <sip:bob@192.0.2.3>;q=0.5")
    alice.invite()
    (sent,) = [item for item in world.sent if item[0].host == "192.0.2.2"]
    world.sent.clear()
    world.engine.send_failed(sent[2], world.now)
    world.perform()
    other = Phone(world, "bob", flow("192.0.2.3"))
    invite = other.expect("INVITE")
    world.engine.send_failed(invite.via().branch, world.now)
    world.perform()
    alice.receive(500)
    assert world.counter("sends-failed") == 2
    world.engine.send_failed("unknown", world.now)
    world.advance(33)
    assert world.engine._layer.count() == 0


def test_a_failed_send_after_the_answer_changes_nothing(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    alice.invite()
    invite = bob.expect("INVITE")
    bob.answer(invite, 200)
    alice.receive(100, 200)
    world.engine.send_failed(invite.via().branch, world.now)
    world.perform()
    assert world.sent == []
    alice.ack()
    bob.expect("ACK")


# IPv6.


def test_a_call_over_ipv6(tmp_path: Path) -> None:
    alice = Flow(UDP, 2, "2001:db8::1", 5060, ("2001:db8::1", 5060, 0, 0))
    bob = Flow(UDP, 2, "2001:db8::2", 5060, ("2001:db8::2", 5060, 0, 0))
    world, one, other = make(tmp_path, alice, bob, V6)
    one.invite()
    invite = other.expect("INVITE")
    assert invite.first(VIA).startswith("SIP/2.0/UDP [2001:db8::10]:5060;branch=")
    assert invite.first(RECORD_ROUTE).startswith("<sip:[2001:db8::10]:5060;lr;d=")
    other.answer(invite, 200)
    one.receive(100, 200)
    one.ack()
    other.expect("ACK")
    hang_up(other, one)
    assert len(world.records) == 1


def test_a_call_from_ipv4_to_ipv6(tmp_path: Path) -> None:
    bob = Flow(UDP, 2, "2001:db8::2", 5060, ("2001:db8::2", 5060, 0, 0))
    _, one, other = make(tmp_path, ALICE, bob, V6)
    one.invite()
    invite = other.expect("INVITE")
    assert [value[:11] for value in invite.all(RECORD_ROUTE)] == ["<sip:[2001:", "<sip:192.0."]
    other.answer(invite, 200)
    one.receive(100, 200)
    one.ack()
    other.expect("ACK")
    hang_up(other, one)


def test_received_of_ipv6_has_no_brackets(tmp_path: Path) -> None:
    """RFC 3261 §25.1, via-received."""
    alice = Flow(UDP, 2, "2001:db8::1", 5060, ("2001:db8::1", 5060, 0, 0))
    world = World(tmp_path, OPEN, V6)
    phone = Phone(world, "alice", alice, sent_by="[2001:db8::99]:5060")
    phone.send("OPTIONS", "sip:[2001:db8::10]")
    assert phone.receive(200).first(VIA).endswith(";received=2001:db8::1")


def test_an_address_of_a_family_we_have_no_listener_for_is_a_failure(tmp_path: Path) -> None:
    _, alice, bob = make(tmp_path)
    bob.register(contact="*", expires=0)
    bob.register(contact="<sip:bob@[2001:db8::2]>")
    alice.invite()
    alice.receive(100, 500)


# Names.


def named(path: Path, contact: str = "<sip:bob@phone.example.net:5070>") -> tuple[World, Phone, Phone]:
    world, alice, bob = make(path)
    bob.register(contact="*", expires=0)
    bob.register(contact=contact)
    return world, alice, bob


def test_a_named_contact_is_resolved(tmp_path: Path) -> None:
    world, alice, _ = named(tmp_path)
    alice.invite()
    ((token, host),) = world.questions
    assert host == "phone.example.net"
    assert world.asked == [(5070, UDP)]
    alice.receive(100)
    world.engine.answer(token, [("2001:db8::2", 5070), ("192.0.2.2", 5070)], world.now)  # first we have a listener for
    world.perform()
    there = Phone(world, "bob", flow("192.0.2.2", 5070))
    invite = there.expect("INVITE")
    assert invite.request_uri == "sip:bob@phone.example.net:5070"
    there.contact = "<sip:bob@phone.example.net:5070>"
    there.answer(invite, 200)
    alice.receive(200)
    alice.ack()
    ((_, _), (token, host)) = world.questions  # the ACK asks too: §16.11 knows no other way
    world.engine.answer(token, [("192.0.2.2", 5070)], world.now)
    world.perform()
    there.expect("ACK")
    assert world.engine.busy() == 0


@pytest.mark.parametrize("addresses", [[], [("2001:db8::2", 5060)]])
def test_a_name_not_found_is_a_failure(tmp_path: Path, addresses: list[tuple[str, int]]) -> None:
    world, alice, _ = named(tmp_path)
    alice.invite()
    world.engine.answer(world.questions[0][0], addresses, world.now)
    world.perform()
    alice.receive(100, 500)
    world.engine.answer(world.questions[0][0], [("192.0.2.2", 5060)], world.now)  # twice, or too late
    world.engine.answer(4711, [("192.0.2.2", 5060)], world.now)
    world.perform()
    assert world.sent == []


def test_cancel_while_a_name_is_being_resolved(tmp_path: Path) -> None:
    world, alice, _ = named(tmp_path)
    alice.invite()
    alice.cancel()
    alice.receive(100, 200, 487)
    world.engine.answer(world.questions[0][0], [("192.0.2.2", 5060)], world.now)
    world.perform()
    assert world.sent == []
    world.advance(33)
    assert world.engine._layer.count() == 0
    assert world.engine.busy() == 0


def test_an_answer_elsewhere_while_a_name_is_being_resolved(tmp_path: Path) -> None:
    world, alice, bob = named(tmp_path, "<sip:bob@192.0.2.2>, <sip:bob@phone.example.net>")
    alice.invite()
    bob.answer(bob.expect("INVITE"), 200)
    alice.receive(100, 200)
    world.engine.answer(world.questions[0][0], [("192.0.2.3", 5060)], world.now)
    world.perform()
    assert world.sent == []


@pytest.mark.parametrize("host", ["999.1.1.1", "1.2.3", "010.1.1.1", "1234", "256.256.256.256"])
def test_what_only_looks_like_an_address_is_a_question_for_the_resolver(tmp_path: Path, host: str) -> None:
    """A socket would ask the system's resolver for it, and block."""
    world, alice, _ = named(tmp_path, f"<sip:bob@{host}>")
    alice.invite()
    assert [asked for _, asked in world.questions] == [host]


def test_questions_are_bounded(tmp_path: Path) -> None:
    world, alice, _ = named(tmp_path)
    for number in range(1001):
        alice.send("MESSAGE", "sip:bob@example.com", call_id=f"c{number}")
    assert len(world.questions) == 1000
    assert world.take(ALICE)[-1].status == 500
    world.engine.answer(world.questions[0][0], [("192.0.2.9", 5060)], world.now)
    alice.send("MESSAGE", "sip:bob@example.com", call_id="more")
    assert len(world.questions) == 1001


def test_a_named_relay_is_resolved(tmp_path: Path) -> None:
    sip = SipSettings(
        domains=("example.com",),
        listeners=LISTENERS,
        relays=(Relay("example.org", "sip:gw.example.net;transport=tcp"),),
    )
    world, alice, _ = make(tmp_path, sip=sip)
    alice.send("MESSAGE", "sip:x@example.org")
    ((token, host),) = world.questions
    assert host == "gw.example.net"
    assert world.asked == [(0, TCP)]
    world.engine.answer(token, [("192.0.2.66", 5060)], world.now)
    world.perform()
    assert world.one(flow_to(1, TCP, "192.0.2.66", 5060)).method == "MESSAGE"
