"""The order of the stages: who is asked first decides what a stranger learns."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import CLOSED, World, flow
from support.inbound import arrive

from core.pipeline.stages import run

ALICE = flow("192.0.2.1")


@pytest.mark.parametrize(
    ("method", "uri", "more", "status"),
    [
        ("INVITE", "sip:bob@example.com", {"max_forwards": 0}, 483),  # sanity before domain
        ("INVITE", "sip:bob@example.org", {"max_forwards": 0}, 483),
        ("INVITE", "sip:bob@example.org", {}, 403),  # domain before authentication: no nonce for open relays
        ("OPTIONS", "sip:example.com", {}, 200),
        ("INVITE", "sip:nobody@example.com", {}, 407),  # authentication before targets: strangers learn no names
        ("REGISTER", "sip:example.com", {"callee": "sip:nobody@example.com"}, 401),
        ("INVITE", "sip:bob@example.com", {"extra": ("Max-Breadth: x",)}, 407),
    ],
)
def test_the_first_stage_to_refuse_answers(
    tmp_path: Path, method: str, uri: str, more: dict[str, object], status: int
) -> None:
    world = World(tmp_path, CLOSED)
    world.subscriber("bob")
    run(world.engine._services, arrive(world, method, uri, **more))
    world.perform()
    assert world.one(ALICE).status == status


def test_draining_refuses_before_anybody_is_asked(tmp_path: Path) -> None:
    world = World(tmp_path, CLOSED)
    world.engine.drain()
    run(world.engine._services, arrive(world, "INVITE", "sip:bob@example.com"))
    world.perform()
    assert world.one(ALICE).status == 503


def test_a_header_that_cannot_be_read_is_answered_with_its_error(tmp_path: Path) -> None:
    world = World(tmp_path)
    run(world.engine._services, arrive(world, "INVITE", "sip:bob@example.com", caller="sip:a@b>;x=<"))
    world.perform()
    assert world.one(ALICE).status == 400
