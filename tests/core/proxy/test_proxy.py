"""What the proxy does that no playbook of tests/flows shows: its tags, its branches, its questions."""

from __future__ import annotations

import random
from pathlib import Path

from support.engine import LISTENERS, OPEN, World, flow, octets
from support.messages import request
from support.phone import Phone

from core.northbound.settings import SipSettings
from core.wire.limits import Limits
from core.wire.message import Message, parse_message

ALICE = flow("192.0.2.1")
BOB = flow("192.0.2.2")


def make(path: Path) -> tuple[World, Phone, Phone]:
    world = World(path)
    world.subscriber("bob")
    alice, bob = Phone(world, "alice", ALICE), Phone(world, "bob", BOB)
    bob.register()
    return world, alice, bob


def message(**more: object) -> Message:
    return parse_message(octets(request("INVITE", "sip:b@c", ALICE, **more)), Limits())  # type: ignore[arg-type]


def test_the_tag_is_the_same_for_a_request_and_its_retransmission(tmp_path: Path) -> None:
    world, _, _ = make(tmp_path)
    proxy = world.engine._proxy
    assert proxy.tag(message()) == proxy.tag(message())
    assert len({proxy.tag(message()), proxy.tag(message(branch="z9hG4bKy")), proxy.tag(message(call_id="y"))}) == 3


def test_branches_are_unique_over_calls_and_restarts(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    seen = set()
    for number in range(20):
        if number == 10:
            world.engine = type(world.engine)(
                world.settings, world.slots, world.location, world.subscribers, 1, b"k" * 32, random.Random(2), 0.0,
                dict(enumerate(LISTENERS)),
            )  # fmt: skip
        alice.send("MESSAGE", "sip:bob@example.com", call_id=f"c{number}")
        branch = bob.expect("MESSAGE").via().branch
        assert branch.startswith("z9hG4bK")
        seen.add(branch)
    assert len(seen) == 20


def test_a_call_goes_on_with_the_settings_it_began_with(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
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


def test_a_listener_that_went_while_a_branch_waited_fails_it(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    bob.register(contact="*", expires=0)
    bob.register(contact="<sip:bob@phone.lan>")
    alice.invite()
    ((token, _),) = world.questions
    world.engine.configure(world.settings, {})
    world.engine.answer(token, [("192.0.2.2", 5060)], world.now)
    world.perform()
    alice.receive(100, 500)


def test_what_waits_for_an_address_is_busy(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    bob.register(contact="*", expires=0)
    bob.register(contact="<sip:bob@phone.lan>")
    world.advance(40)
    alice.send("MESSAGE", "sip:bob@example.com")
    assert world.engine._proxy.waiting() == 1
    assert world.engine.busy() == 2  # the question and the request
