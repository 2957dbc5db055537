"""Stages 1 and 2: what a proxy checks first (RFC 3261 §16.3), and whether a dialog of ours is meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import World, flow
from support.inbound import arrive

from core.pipeline.sanity import dialog, sanity
from core.wire.error import WireError
from core.wire.header import ROUTE

ALICE = flow("192.0.2.1")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_sane_request_passes(world: World) -> None:
    inbound = arrive(world, "INVITE", "sip:bob@example.com")
    assert sanity(world.engine._services, inbound)
    assert not inbound.hops.was_ours
    assert world.engine.out == []


@pytest.mark.parametrize(
    ("uri", "more", "status"),
    [
        ("sips:b@c", {}, 416),
        ("mailto:b@c", {}, 416),
        ("sip:b@c", {"max_forwards": 0}, 483),
        ("sip:b@c", {"extra": ("Proxy-Require: x",)}, 420),
    ],
)
def test_what_is_refused(world: World, uri: str, more: dict[str, object], status: int) -> None:
    assert not sanity(world.engine._services, arrive(world, "INVITE", uri, **more))
    world.perform()
    assert world.one(ALICE).status == status
    assert (world.counter("schemes-refused"), world.counter("extensions-refused")) == (status == 416, status == 420)


@pytest.mark.parametrize("extra", [("Route: <sip:",), ("Route: x",)])
def test_what_is_broken_raises(world: World, extra: tuple[str, ...]) -> None:
    with pytest.raises(WireError):
        sanity(world.engine._services, arrive(world, "INVITE", "sip:b@c", extra=extra))


def test_our_route_is_taken_and_its_token_makes_the_dialog(world: World) -> None:
    services = world.engine._services
    token = services.domain.token("call-1", "a1")
    for route, to_tag, call_id, inside in (
        (token, "b", "call-1", True),
        (token, "", "call-1", False),
        (token, "b", "call-2", False),
        ("", "b", "call-1", False),
        ("0" * 12, "b", "call-1", False),
    ):
        extra = (f"Route: <sip:192.0.2.10:5060;lr;d={route}>",)
        inbound = arrive(world, "BYE", "sip:b@192.0.2.2", extra=extra, to_tag=to_tag, call_id=call_id)
        assert sanity(services, inbound)
        assert dialog(services, inbound)
        assert not inbound.message.has(ROUTE)
        assert inbound.in_dialog is inside, (route, to_tag, call_id)


def test_without_any_route_there_is_no_dialog_of_ours(world: World) -> None:
    inbound = arrive(world, "BYE", "sip:b@192.0.2.2", to_tag="b")
    assert dialog(world.engine._services, inbound)
    assert not inbound.in_dialog
