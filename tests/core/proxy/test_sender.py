"""What becomes of requests on their way that no playbook of tests/flows shows: their branches, their questions."""

from __future__ import annotations

import random
from pathlib import Path

from support.engine import LISTENERS
from support.phone import alice_and_bob


def test_branches_are_unique_over_calls_and_restarts(tmp_path: Path) -> None:
    world, alice, bob = alice_and_bob(tmp_path)
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


def test_a_listener_that_went_while_a_branch_waited_fails_it(tmp_path: Path) -> None:
    world, alice, bob = alice_and_bob(tmp_path)
    bob.register(contact="*", expires=0)
    bob.register(contact="<sip:bob@phone.lan>")
    alice.invite()
    ((token, _),) = world.questions
    world.engine.configure(world.settings, {})
    world.engine.answer(token, [("192.0.2.2", 5060)], world.now)
    world.perform()
    alice.receive(100, 500)


def test_what_waits_for_an_address_is_busy(tmp_path: Path) -> None:
    world, alice, bob = alice_and_bob(tmp_path)
    bob.register(contact="*", expires=0)
    bob.register(contact="<sip:bob@phone.lan>")
    world.advance(40)
    alice.send("MESSAGE", "sip:bob@example.com")
    assert world.engine._proxy.waiting() == 1
    assert world.engine.busy() == 2  # the question and the request
