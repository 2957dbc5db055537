"""The response context hands on what its branches hear, and holds on to nothing when it is done."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import World, flow
from support.phone import Phone, alice_and_bob

from core.proxy.context import Branch, BranchEvents, ResponseContext
from core.proxy.request import MAX_BREADTH_DEFAULT
from core.proxy.target import Target
from core.wire.message import Message

ALICE = flow("192.0.2.1")
BOB = flow("192.0.2.2")


def ringing(path: Path) -> tuple[World, Phone, Message, ResponseContext]:
    """Make a call that rings; return its context."""
    world, alice, bob = alice_and_bob(path)
    alice.invite()
    invite = bob.expect("INVITE")
    bob.answer(invite, 180)
    (context,) = [s.user for s in world.engine._layer.servers.values() if isinstance(s.user, ResponseContext)]
    return world, bob, invite, context


def test_a_new_context() -> None:
    message = Message()
    message.method = "INVITE"
    context = ResponseContext(message, ALICE, False, BranchEvents())
    assert (context.is_invite, context.done, context.cancelled, context.breadth) == (
        True,
        False,
        False,
        MAX_BREADTH_DEFAULT,
    )
    branch = Branch(context, Target("sip:b@c", 1.0, None), message)
    branch.close(486)
    assert (branch.status, branch.out) == (486, None)
    assert branch.context is context


def test_a_running_context_keeps_what_it_may_need(tmp_path: Path) -> None:
    _, _, invite, context = ringing(tmp_path)
    (branch,) = context.branches
    assert (context.done, branch.status, branch.provisional) == (False, 0, True)
    assert context.request is not None
    assert branch.id == invite.via().branch
    assert context.call is not None


@pytest.mark.parametrize("status", [200, 486, 603])
def test_a_done_context_has_let_go(tmp_path: Path, status: int) -> None:
    _, bob, invite, context = ringing(tmp_path)
    (branch,) = context.branches
    bob.answer(invite, status)
    assert (context.done, context.request, branch.out, branch.context) == (True, None, None, None)
    assert branch.status == status


def test_a_timer_of_a_branch_that_is_over_does_nothing(tmp_path: Path) -> None:
    world, bob, invite, context = ringing(tmp_path)
    bob.answer(invite, 486)
    world.take(ALICE)
    world.take(BOB)
    for timer in (100, 101, 102):
        context.branches[0].on_timer(timer, world.now)
    world.perform()
    assert world.sent == []


def test_news_of_a_strange_transaction_is_ignored(tmp_path: Path) -> None:
    world, _, _, context = ringing(tmp_path)
    assert context.server is not None
    context.on_timeout(context.server, world.now)
    context.on_error(context.server, world.now)
    assert not context.done


def test_branch_events_are_abstract() -> None:
    message = Message()
    context = ResponseContext(message, ALICE, False, BranchEvents())
    branch = Branch(context, Target("sip:b@c", 1.0, None), message)
    with pytest.raises(NotImplementedError):
        context.events.branch_timer(branch, 0, 0.0)
    with pytest.raises(NotImplementedError):
        context.events.got_response(context, branch, message, 0.0)
    with pytest.raises(NotImplementedError):
        context.events.got_nothing(context, branch, 408, "timer B", 0.0)
