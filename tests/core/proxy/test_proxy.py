"""What the proxy does that no playbook of tests/flows shows: its tags, a change of settings beneath a call."""

from __future__ import annotations

from pathlib import Path

from support.engine import LISTENERS, OPEN, flow, octets
from support.messages import request
from support.phone import alice_and_bob

from core.northbound.settings import SipSettings
from core.wire.limits import Limits
from core.wire.message import Message, parse_message

ALICE = flow("192.0.2.1")


def message(**more: object) -> Message:
    return parse_message(octets(request("INVITE", "sip:b@c", ALICE, **more)), Limits())  # type: ignore[arg-type]


def test_the_tag_is_the_same_for_a_request_and_its_retransmission(tmp_path: Path) -> None:
    world, _, _ = alice_and_bob(tmp_path)
    proxy = world.engine._proxy
    assert proxy.tag(message()) == proxy.tag(message())
    assert len({proxy.tag(message()), proxy.tag(message(branch="z9hG4bKy")), proxy.tag(message(call_id="y"))}) == 3


def test_a_call_goes_on_with_the_settings_it_began_with(tmp_path: Path) -> None:
    world, alice, bob = alice_and_bob(tmp_path)
    alice.invite()
    invite = bob.expect("INVITE")
    world.settings = type(world.settings)(
        sip=SipSettings(domains=("other.example",), listeners=LISTENERS, record_route=False), authentication=OPEN
    )
    world.engine.configure(world.settings, dict(enumerate(LISTENERS)))
    bob.answer(invite, 200)
    alice.receive(100, 200)
    alice.ack()
    bob.expect("ACK")
    alice.inside("BYE")
    bob.answer(bob.expect("BYE"), 200)
    alice.receive(200)
    assert len(world.records) == 1
    alice.invite(call_id="new")
    alice.receive(403)
