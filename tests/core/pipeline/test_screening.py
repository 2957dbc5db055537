"""The stage that asks the lists, alone; tests/flows shows it at work."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import World, flow
from support.inbound import arrive

from core.pipeline.screening import listed_form, screening
from core.policy.lists import normal
from core.policy.priority import EMERGENCY, PRIORITY
from core.store.records import ListEntry
from core.wire.uri import known_uri

ALICE = flow("192.0.2.1")


def listed(world: World, *words: str) -> World:
    """Enter `COLOUR KIND VALUE` each, and let the engine see it."""
    for each in words:
        colour, kind, value = each.split(" ", 2)
        world.lists.put_many(colour, [ListEntry(kind, normal(kind, value), 1.0)])
    world.engine.sweep(world.now)
    return world


CASES = [
    ("black calling alice", "INVITE", True),
    ("black calling alice", "MESSAGE", True),
    ("black calling alice", "REGISTER", False),
    ("black calling bob", "INVITE", False),
    ("black called +49301*", "INVITE", True),
    ("black called 4930123", "INVITE", True),
    ("black called +49302*", "INVITE", False),
    ("black user-agent scanner", "INVITE", True),
    ("black user-agent scanner", "REGISTER", True),
    ("black subscriber alice", "INVITE", True),
    ("black subscriber carol", "INVITE", False),
    ("black subscriber +4930123", "REGISTER", True),
    ("black address 192.0.2.1", "INVITE", False),
]


@pytest.mark.parametrize(("entry", "method", "refused"), CASES)
def test_what_a_black_list_names_is_refused(tmp_path: Path, entry: str, method: str, refused: bool) -> None:
    world = World(tmp_path)
    world.subscriber("alice")
    world.subscriber("+4930123")
    listed(world, entry)
    inbound = arrive(
        world, method, "sip:+49-30-123@example.com", callee="sip:+4930123@example.com",
        extra=("User-Agent: Friendly-Scanner",),
    )  # fmt: skip
    assert screening(world.engine._services, inbound) is not refused
    assert world.counter("requests-screened") == refused
    world.perform()
    assert world.statuses(ALICE) == ([403] if refused else [])


def test_what_a_white_list_names_passes(tmp_path: Path) -> None:
    world = listed(World(tmp_path), "black called 49*", "white called 4930*")
    assert screening(world.engine._services, arrive(world, "INVITE", "sip:4930123@example.com"))
    assert not screening(world.engine._services, arrive(world, "INVITE", "sip:4940123@example.com"))


def test_the_subscriber_is_who_has_proved_to_be(tmp_path: Path) -> None:
    world = listed(World(tmp_path), "black subscriber 1001")
    inbound = arrive(world, "INVITE", "sip:bob@example.com")
    inbound.username = "1001"
    assert not screening(world.engine._services, inbound)


def test_emergency_calls_and_dialogs_pass(tmp_path: Path) -> None:
    world = listed(World(tmp_path), "black called 112", "black calling alice")
    inbound = arrive(world, "INVITE", "sip:112@example.com")
    inbound.priority = PRIORITY
    assert not screening(world.engine._services, inbound)
    inbound.priority = EMERGENCY
    assert screening(world.engine._services, inbound)
    assert world.counter("controls-exempt") == 1
    inbound.priority, inbound.in_dialog = 0, True
    assert screening(world.engine._services, inbound)


def test_empty_lists_let_everything_pass(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert screening(world.engine._services, arrive(world, "INVITE", "sip:bob@example.com"))


@pytest.mark.parametrize(
    ("uri", "form"),
    [
        ("sip:+49-30-1@example.com", "+49301"),
        ("tel:301;phone-context=+49", "+49301"),
        ("sip:0049301@x", "0049301"),
        ("sip:alice@x", "alice"),
        ("sip:%61lice@x", "alice"),
        ("sip:x", ""),
    ],
)
def test_uris_are_known_by_their_number_or_user(uri: str, form: str) -> None:
    assert listed_form(known_uri(uri)) == form


@pytest.mark.parametrize(
    ("asserted", "refused"), [("<sip:+4990012@example.net>", True), ("<sip:+4930@example.net>", False), ("<<", False)]
)
def test_an_identity_that_is_asserted_is_listed_too(tmp_path: Path, asserted: str, refused: bool) -> None:
    world = listed(World(tmp_path), "black calling +49900*")
    inbound = arrive(world, "INVITE", "sip:1@example.com", extra=(f"P-Asserted-Identity: {asserted}",))
    assert screening(world.engine._services, inbound) is not refused
