"""The engine's own duties: clocks, listings, orders, sweeping. tests/flows plays calls through it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import LISTENERS, OPEN, WALL, World, flow
from support.phone import Phone, establish

from core.northbound.call_rows import CallDetailRow, CallRow
from core.northbound.orders import ClearBinding, ListCalls, ListTransactions
from core.northbound.rows import TransactionRow
from core.northbound.settings import SipSettings

ALICE = flow("192.0.2.1")
BOB = flow("192.0.2.2")


def make(path: Path) -> tuple[World, Phone, Phone]:
    world = World(path)
    phones = Phone(world, "alice", ALICE), Phone(world, "bob", BOB)
    for phone in phones:
        world.subscriber(phone.name)
        phone.register()
    return world, *phones


def test_nothing_is_due_at_rest(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert world.engine.next_tick == float("inf")
    world.engine.tick(world.now)
    assert world.engine.out == []
    assert world.engine.busy() == 0


def test_wall_time_follows_its_offset(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    world.engine.wall_offset = WALL + 500
    assert world.engine.wall_offset == WALL + 500
    alice.invite()
    bob.answer(bob.expect("INVITE"), 486)
    assert b'"started_at":1700001500.0' in world.records[0]
    assert b'"ended_at":1700001500.0' in world.records[0]


def test_listings(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    establish(alice, bob)
    world.advance(7)
    alice.invite(call_id="second")
    (answered, early) = world.engine.order(ListCalls(detail=False, match=""), world.now)
    assert isinstance(answered, CallRow)
    assert isinstance(early, CallRow)
    assert (answered.state, answered.duration_s, early.state) == ("answered", 7, "early")
    (detail,) = world.engine.order(ListCalls(detail=True, match="second"), world.now)
    assert isinstance(detail, CallDetailRow)
    assert detail.source == "udp:192.0.2.1:5060"
    rows = list(world.engine.order(ListTransactions(), world.now))
    found = {(row.side, row.method, row.state) for row in rows if isinstance(row, TransactionRow)}
    assert ("server", "INVITE", "proceeding") in found
    assert ("client", "INVITE", "calling") in found
    assert ("client", "INVITE", "accepted") in found
    assert list(world.engine.order(ClearBinding(), world.now)) == []


@pytest.mark.parametrize(("user", "left"), [("bob", 1), ("nobody", 2)])
def test_bindings_are_cleared(tmp_path: Path, user: str, left: int) -> None:
    world, _, _ = make(tmp_path)
    assert world.engine.clear_bindings(user) == 2 - left
    assert world.location.count == left


def test_sweeping_removes_what_has_run_out(tmp_path: Path) -> None:
    world, _, bob = make(tmp_path)
    bob.register(contact="<sip:bob@192.0.2.3>;expires=60")
    world.advance(61)
    world.engine.sweep(world.now)
    assert (world.counter("bindings"), world.counter("bindings-expired")) == (2, 1)
    world.advance(4000)
    world.engine.sweep(world.now)
    assert (world.counter("bindings"), world.counter("bindings-expired")) == (0, 3)


def test_sweeping_ends_a_call_nobody_hangs_up(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    establish(alice, bob)
    world.advance(43_000)
    world.engine.sweep(world.now)
    assert world.counter("calls") == 1
    world.advance(300)
    world.engine.sweep(world.now)
    world.perform()
    assert world.counter("calls") == 0
    assert b'"ended_by":"server"' in world.records[0]


def test_settings_are_replaced_whole(tmp_path: Path) -> None:
    world, alice, _ = make(tmp_path)
    world.settings = type(world.settings)(
        sip=SipSettings(domains=("other.example",), listeners=LISTENERS, max_message_octets=200), authentication=OPEN
    )
    world.engine.configure(world.settings, dict(enumerate(LISTENERS)))
    assert world.engine.settings is world.settings
    alice.send("OPTIONS", "sip:other.example", extra=("X: " + "y" * 300,))
    assert world.counter("malformed") == 1
    world.take(ALICE)
    world.settings = type(world.settings)(
        sip=SipSettings(domains=("other.example",), listeners=LISTENERS), authentication=OPEN
    )
    world.engine.configure(world.settings, dict(enumerate(LISTENERS)))
    alice.send("OPTIONS", "sip:other.example")
    alice.receive(200)
    alice.send("MESSAGE", "sip:bob@example.com")
    alice.receive(403)


def test_counters_of_requests_and_responses(tmp_path: Path) -> None:
    world, alice, bob = make(tmp_path)
    establish(alice, bob)
    alice.inside("INFO")
    bob.answer(bob.expect("INFO"), 200)
    found = {name: world.counter(name) for name in (
        "register-received", "invite-received", "ack-received", "other-request-received", "requests-sent",
        "responses-received-1xx", "responses-received-2xx", "responses-sent-1xx", "responses-sent-2xx",
    )}  # fmt: skip
    assert list(found.values()) == [2, 1, 1, 1, 3, 1, 2, 2, 4]
