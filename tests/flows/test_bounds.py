"""Full tables, draining, restarts, strays: what the server answers when it cannot or will not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.engine import CLOSED, OPEN, World, flow
from support.phone import Phone, bounded, establish, hang_up
from support.store import full_disk, no_room

from core.northbound.notices import TableFull, TableRelieved
from core.northbound.settings import RegistrarSettings
from core.wire.header import RETRY_AFTER

ALICE = flow("192.0.2.1")
BOB = flow("192.0.2.2")


# Tables.


def test_a_full_transaction_table_answers_503(tmp_path: Path) -> None:
    world, alice, bob = bounded(tmp_path, max_transactions=5)
    for number in range(2):
        alice.invite(call_id=f"c{number}")
    assert alice.receive(100, 100).status == 100
    alice.invite(call_id="c2")
    assert alice.receive(503).first(RETRY_AFTER) == "10"
    assert len(world.take(BOB)) == 2
    alice.world.send(alice.registration(), ALICE)  # takes one place, and there is one
    alice.receive(200)
    alice.world.send(alice.registration(), ALICE)
    alice.receive(503)
    assert world.counter("transactions-refused") == 2
    assert world.notices == [TableFull(table="transactions", limit=5)]
    world.advance(65)
    assert world.notices[1:] == [TableRelieved(table="transactions")]
    world.take(BOB)
    alice.invite(call_id="c9")
    bob.expect("INVITE")


def test_what_is_new_leaves_room_for_calls_in_progress(tmp_path: Path) -> None:
    world, alice, bob = bounded(tmp_path, max_transactions=20)
    establish(alice, bob)
    carol = Phone(world, "carol", flow("192.0.2.3"))
    for number in range(9):
        carol.invite(call_id=f"c{number}")
    assert {status for status in world.statuses(carol.place) if status > 100} == {503}
    world.take(BOB)
    hang_up(alice, bob)
    assert world.counter("calls-ended") == 1


def test_cancel_finds_room_in_a_full_table(tmp_path: Path) -> None:
    world, alice, bob = bounded(tmp_path, max_transactions=2)
    alice.invite()
    invite = bob.expect("INVITE")
    bob.answer(invite, 180)
    alice.cancel()
    alice.receive(100, 180, 200)
    bob.expect("CANCEL")
    alice.cancel()
    alice.receive(200)
    bob.answer(invite, 487)
    alice.receive(487)
    assert world.take(BOB)[0].method == "ACK"


def test_a_full_call_table_answers_503_to_new_calls_only(tmp_path: Path) -> None:
    world, alice, bob = bounded(tmp_path, max_calls=1)
    establish(alice, bob)
    carol = Phone(world, "carol", flow("192.0.2.3"))
    carol.invite()
    assert carol.receive(503).has(RETRY_AFTER)
    assert world.counter("calls-refused") == 1
    assert world.notices == [TableFull(table="calls", limit=1)]
    carol.send("MESSAGE", "sip:bob@example.com")
    bob.answer(bob.expect("MESSAGE"), 200)
    carol.receive(200)
    alice.inside("INVITE")
    bob.answer(bob.expect("INVITE"), 488)
    alice.receive(100, 488)
    bob.expect("ACK")
    hang_up(alice, bob)
    carol.invite(call_id="again")
    carol.receive(100)


def test_notices_come_once_a_minute_at_most(tmp_path: Path) -> None:
    world, alice, bob = bounded(tmp_path, max_calls=1)
    establish(alice, bob)
    for number in range(10):
        alice.invite(call_id=f"x{number}")
        world.advance(10)
    assert [type(notice) for notice in world.notices] == [TableFull]
    world.advance(130)
    assert [type(notice) for notice in world.notices] == [TableFull, TableRelieved]


def test_too_many_contacts(tmp_path: Path) -> None:
    world = World(tmp_path, OPEN, registrar=RegistrarSettings(contacts_maximum=1, bindings_maximum=2))
    for name in ("alice", "bob", "carol"):
        world.subscriber(name)
    alice = Phone(world, "alice", ALICE)
    alice.register()
    world.send(alice.registration(contact="<sip:alice@192.0.2.77>"), ALICE)
    alice.receive(403)
    assert world.counter("contacts-refused") == 1
    Phone(world, "bob", BOB).register()
    carol = Phone(world, "carol", flow("192.0.2.3"))
    world.send(carol.registration(), carol.place)
    assert carol.receive(503).has(RETRY_AFTER)
    assert world.counter("bindings-refused") == 1
    assert world.notices == [TableFull(table="bindings", limit=2)]
    alice.register()  # a refresh needs no room


def test_a_full_store_is_503_and_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world, alice, _ = bounded(tmp_path)
    store = world.location
    store.put_bindings("carol", store.bindings("bob"))  # a turn has begun
    no_room(store._turn, "put")
    with monkeypatch.context() as patch:
        full_disk(patch)
        world.send(alice.registration(contact="<sip:alice@192.0.2.77>"), ALICE)
    assert alice.receive(503).first(RETRY_AFTER) == "60"
    assert [binding.contact for binding in store.bindings("alice")] == ["sip:alice@192.0.2.1:5060"]
    assert world.counter("registrations-refused") == 1
    alice.register(contact="<sip:alice@192.0.2.77>")


# Draining.


def test_draining_refuses_what_is_new_and_finishes_what_is_not(tmp_path: Path) -> None:
    world, alice, bob = bounded(tmp_path)
    establish(alice, bob)
    carol = Phone(world, "carol", flow("192.0.2.3"))
    carol.invite()
    ringing = bob.world.one(BOB)
    bob.answer(ringing, 180, to_tag="ringing")
    world.engine.drain()
    assert world.engine.busy() == 1
    for method in ("INVITE", "MESSAGE", "OPTIONS", "REGISTER"):
        alice.send(method, "sip:bob@example.com", call_id=method)
        assert alice.receive(503).first(RETRY_AFTER) == "5"
    bob.answer(ringing, 200, to_tag="ringing")
    carol.receive(100, 180, 200)
    assert world.engine.busy() == 0
    hang_up(alice, bob)
    assert len(world.records) == 1


# A worker that was killed.


def test_a_bye_after_a_restart_passes_and_is_recorded_once(tmp_path: Path) -> None:
    world, alice, bob = bounded(tmp_path)
    establish(alice, bob)
    world.advance(30)
    world.engine = world.make_engine()
    assert world.engine.restore() == 1
    assert world.counter("calls") == 1
    hang_up(alice, bob)
    assert [json.loads(line)["duration_s"] for line in world.records] == [30.0]
    world.engine = world.make_engine()
    assert world.engine.restore() == 0
    assert world.location.count == 2


def test_a_bye_whose_answer_the_dead_worker_took_along(tmp_path: Path) -> None:
    """Killed between BYE and its 200: the BYE comes again and is recorded now."""
    world, alice, bob = bounded(tmp_path)
    establish(alice, bob)
    text = alice.inside("BYE")
    bob.expect("BYE")
    world.engine = world.make_engine()
    world.engine.restore()
    world.send(text, ALICE)
    bob.answer(bob.expect("BYE"), 200)
    alice.receive(200)
    assert len(world.records) == 1


def test_a_bye_in_an_unknown_dialog_of_ours_still_passes(tmp_path: Path) -> None:
    """Its token says that it is ours; there is nothing to record."""
    world, alice, bob = bounded(tmp_path)
    establish(alice, bob)
    world.engine = world.make_engine()
    hang_up(bob, alice)
    assert world.records == []


def test_an_ack_after_a_restart_passes(tmp_path: Path) -> None:
    world, alice, bob = bounded(tmp_path)
    alice.invite()
    bob.answer(bob.expect("INVITE"), 200)
    alice.receive(100, 200)
    world.engine = world.make_engine()
    world.engine.restore()
    alice.ack()
    bob.expect("ACK")


def test_responses_to_the_dead_workers_branches_are_strays(tmp_path: Path) -> None:
    world, alice, bob = bounded(tmp_path)
    alice.invite()
    invite = bob.expect("INVITE")
    alice.receive(100)
    world.engine = world.make_engine()
    bob.answer(invite, 200)
    assert world.sent == []
    assert world.counter("stray-responses") == 1


# Strays.


def test_a_response_nobody_waits_for_is_dropped(tmp_path: Path) -> None:
    """RFC 6026 §7: not even forwarded without state."""
    world, alice, bob = bounded(tmp_path)
    alice.invite()
    invite = bob.expect("INVITE")
    alice.receive(100)
    text = bob.answer(invite, 486)
    alice.receive(486)
    world.take(BOB)
    world.advance(40)
    world.take(ALICE)
    world.send(text, BOB)
    world.send(text.replace("z9hG4bK", "z9hG4bKx", 1), BOB)
    assert world.sent == []
    assert world.counter("stray-responses") == 2


@pytest.mark.parametrize("status", [180, 200, 486, 603])
def test_a_response_without_a_second_via_changes_nothing(tmp_path: Path, status: int) -> None:
    """§16.7 step 3: it cannot be forwarded, so it must not end the call either."""
    world, alice, bob = bounded(tmp_path)
    alice.invite()
    invite = bob.expect("INVITE")
    alice.receive(100)
    lone = bob.answer(invite, 100).replace("SIP/2.0 100", f"SIP/2.0 {status}")
    kept = [line for line in lone.split("\n") if not line.startswith("Via") or "192.0.2.10" in line]
    world.send("\n".join(kept), BOB)
    assert world.sent == []
    assert world.counter("stray-responses") == 1
    bob.answer(invite, 200)
    alice.receive(200)


def test_both_vias_may_stand_in_one_line(tmp_path: Path) -> None:
    world, alice, bob = bounded(tmp_path)
    alice.invite()
    text = bob.answer(bob.expect("INVITE"), 100).replace("SIP/2.0 100", "SIP/2.0 180")
    lines = text.split("\n")
    vias = [line[5:] for line in lines if line.startswith("Via: ")]
    rest = [line for line in lines[1:] if not line.startswith("Via: ")]
    world.send("\n".join([lines[0], f"v: {' , '.join(vias)}", *rest]), BOB)
    assert alice.receive(100, 180).first(1) == vias[1]


def test_a_response_of_another_method_matches_nothing(tmp_path: Path) -> None:
    """§17.1.3: the CSeq method counts."""
    world, alice, bob = bounded(tmp_path)
    alice.invite()
    text = bob.answer(bob.expect("INVITE"), 100)
    alice.receive(100)
    world.send(text.replace("SIP/2.0 100", "SIP/2.0 200").replace("INVITE", "BYE"), BOB)
    assert world.sent == []


@pytest.mark.parametrize("to", ["<sip:bob@example.com", '"bob', "<>;tag=1", ";;"])
def test_a_2xx_with_a_broken_to_does_not_hang_the_call(tmp_path: Path, to: str) -> None:
    world, alice, bob = bounded(tmp_path)
    alice.invite()
    text = bob.answer(bob.expect("INVITE"), 100).replace("SIP/2.0 100", "SIP/2.0 200")
    lines = [f"To: {to}" if line.startswith("To:") else line for line in text.split("\n")]
    world.send("\n".join(lines), BOB)
    assert [message.status for message in world.take(ALICE)] == [100, 200]
    world.advance(40)
    assert world.engine._layer.count() == 0


def test_a_response_of_another_call_is_dropped(tmp_path: Path) -> None:
    """Our branches count up: a callee who has seen one could otherwise end his neighbour's call."""
    world, alice, bob = bounded(tmp_path)
    alice.invite()
    text = bob.answer(bob.expect("INVITE"), 180)
    alice.receive(100, 180)
    world.send(text.replace("SIP/2.0 180", "SIP/2.0 603").replace("Call-ID: call-alice", "Call-ID: other"), BOB)
    assert world.sent == []
    assert world.counter("stray-responses") == 1


def test_an_ack_nobody_knows_is_dropped(tmp_path: Path) -> None:
    world, alice, _ = bounded(tmp_path)
    for to_tag in ("", "x"):
        alice.send("ACK", "sip:bob@example.com", to_tag=to_tag)
        alice.send("ACK", "sip:bob@192.0.2.66", to_tag=to_tag)
    assert world.sent == []
    assert world.counter("ack-received") == 4


def test_a_cseq_of_another_method_is_400(tmp_path: Path) -> None:
    world, alice, _ = bounded(tmp_path)
    world.send(alice.write("MESSAGE", "sip:bob@example.com").replace("1 MESSAGE", "1 INVITE"), ALICE)
    alice.receive(400)


def test_an_unreadable_rfc_2543_request_is_answered(tmp_path: Path) -> None:
    """Its key needs From: what breaks there is told to the sender."""
    world, alice, _ = bounded(tmp_path)
    text = alice.write("MESSAGE", "sip:bob@example.com", branch="1").replace("From: <sip", 'From: "<sip')
    world.send(text, ALICE)
    alice.receive(400)
    assert world.counter("malformed") == 1


def test_a_keep_alive_is_counted(tmp_path: Path) -> None:
    world, _, _ = bounded(tmp_path)
    for octets in (b"\r\n\r\n", b"\r\n", b"\0", b""):
        world.engine.receive(octets, ALICE, world.now)
    assert world.counter("keepalives") == 4


# Memory.


def test_a_flood_of_refused_requests_takes_no_memory(tmp_path: Path) -> None:
    world = World(tmp_path, CLOSED)
    alice = Phone(world, "alice", ALICE)
    for number in range(50):
        alice.invite(call_id=f"c{number}")
        alice.send("REGISTER", "sip:example.com")
        alice.send("MESSAGE", "sip:x@elsewhere")
    assert world.engine._layer.count() == 0
    assert world.engine.next_tick == float("inf")
    assert len(world.engine._calls) == 0
