"""Codecs of what responses offer and answer, at the trunk a call came by and the one it left by."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import OPEN, World, flow
from support.messages import response
from support.phone import Phone

from core.northbound.routing_settings import AnalysisTable, Member, PrefixEntry, RouteGroup, Trunk
from core.routing.offers import answers_of
from core.wire.header import CONTENT_LENGTH
from core.wire.message import Message

ALICE, BOB = flow("192.0.2.1"), flow("192.0.2.2")
CARRIER, OTHER = flow("192.0.2.50"), flow("192.0.2.60")
SDP = (
    "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
    "m=audio 4000 RTP/AVP 0 8 18\r\na=rtpmap:18 G729/8000\r\n"
)
TYPE = "Content-Type: application/sdp"


def make(path: Path, came: tuple[str, ...] = (), left: tuple[str, ...] = ()) -> World:
    """Make a world with bob, a carrier whose calls come by trunk IN, and numbers whose calls leave by OUT."""
    world = World(
        path,
        OPEN,
        trunks=(
            Trunk("IN", addresses=("sip:192.0.2.50",), sources=("192.0.2.50/32",), codecs_permitted=came),
            Trunk("OUT", addresses=("sip:192.0.2.60",), sources=("192.0.2.60/32",), codecs_permitted=left),
        ),
        route_groups=(RouteGroup("G", members=(Member("OUT"),)),),
        tables=(AnalysisTable("default", (PrefixEntry("", action="route-group", target="G"),)),),
    )
    world.subscriber("bob")
    Phone(world, "bob", BOB).register()
    return world


def answer(world: World, phone: Phone, to: Message, status: int, body: str = SDP, *extra: str) -> None:
    text = response(to, status, to_tag=phone.tag, extra=(f"Contact: {phone.contact}", TYPE, *extra))
    world.send(text.replace("Content-Length: 0\n\n", f"Content-Length: {len(body)}\n\n") + body, phone.place)


def formats(message: Message) -> str:
    assert message.first(CONTENT_LENGTH) == str(len(message.body))
    return message.body.decode().partition("RTP/AVP ")[2].partition("\r\n")[0]


@pytest.mark.parametrize(("status", "extra"), [(200, ()), (183, ("Require: 100rel", "RSeq: 1"))])
def test_an_offer_in_a_response_to_a_trunk_and_from_one(tmp_path: Path, status: int, extra: tuple[str, ...]) -> None:
    world = make(tmp_path, ("PCMA",), ("PCMU",))
    carrier, bob = Phone(world, "carrier", CARRIER), Phone(world, "bob", BOB)
    carrier.invite("bob")
    answer(world, bob, bob.expect("INVITE"), status, SDP, *extra)
    assert formats(carrier.receive(100, status)) == "8"
    alice, gateway = Phone(world, "alice", ALICE), Phone(world, "gw", OTHER)
    alice.invite("4711")
    answer(world, gateway, gateway.expect("INVITE"), status, SDP, *extra)
    assert formats(alice.receive(100, status)) == "0"


def test_both_trunks_have_a_say(tmp_path: Path) -> None:
    world = make(tmp_path, ("PCMA", "PCMU"), ("PCMU", "G729"))
    carrier, gateway = Phone(world, "carrier", CARRIER), Phone(world, "gw", OTHER)
    carrier.invite("4711")
    answer(world, gateway, gateway.expect("INVITE"), 200)
    assert formats(carrier.receive(100, 200)) == "0"


def test_what_would_have_nothing_left_passes_as_it_is_and_so_does_its_answer(tmp_path: Path) -> None:
    world = make(tmp_path, ("opus",))
    carrier, bob = Phone(world, "carrier", CARRIER), Phone(world, "bob", BOB)
    carrier.invite("bob")
    answer(world, bob, bob.expect("INVITE"), 183, SDP, "Require: 100rel", "RSeq: 1")
    assert carrier.receive(100, 183).body.decode() == SDP
    for method in ("PRACK", "ACK"):
        routes = tuple(f"Route: {route}" for route in carrier.routes)
        text = carrier.write(method, carrier.target, to_tag=bob.tag, extra=(*routes, TYPE))
        world.send(text.replace("Content-Length: 0\n\n", f"Content-Length: {len(SDP)}\n\n") + SDP, CARRIER)
        assert bob.expect(method).body.decode() == SDP


def test_a_later_offer_in_a_response(tmp_path: Path) -> None:
    world = make(tmp_path, ("PCMA",))
    carrier, bob = Phone(world, "carrier", CARRIER), Phone(world, "bob", BOB)
    carrier.invite("bob")
    answer(world, bob, bob.expect("INVITE"), 200)
    carrier.receive(100, 200)
    carrier.ack()
    bob.expect("ACK")
    carrier.inside("INVITE", extra=(f"Contact: {carrier.contact}",))
    answer(world, bob, bob.expect("INVITE"), 200)
    assert formats(carrier.receive(100, 200)) == "8"
    bob.inside("INVITE", extra=(f"Contact: {bob.contact}",))
    answer(world, carrier, carrier.expect("INVITE"), 200)
    assert formats(bob.receive(100, 200)) == "8"


def test_without_rules_nobody_looks(tmp_path: Path) -> None:
    world = make(tmp_path)
    trunks = world.engine._trunks
    assert not trunks.has_codecs
    assert answers_of(trunks, None) is None
    carrier, bob = Phone(world, "carrier", CARRIER), Phone(world, "bob", BOB)
    carrier.invite("bob")
    answer(world, bob, bob.expect("INVITE"), 200)
    assert carrier.receive(100, 200).body.decode() == SDP
