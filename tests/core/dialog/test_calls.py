"""The table of calls: one record an attempt, and nothing of an answered call lost in a restart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.engine import flow

from core.dialog.call import ANSWERED, EARLY, ENDED, Call, Leg
from core.dialog.calls import MAX_DURATION_S, Calls
from core.effect import RECORD, TCP
from core.northbound.call_rows import CallDetailRow, CallRow
from core.northbound.counters import COUNTERS
from core.routing.trunk import TrunkState
from core.store.location import LocationStore

NOW = 1_700_000_000.0


class Desk:
    """A table, its store and its effects."""

    def __init__(self, path: Path) -> None:
        self.store = LocationStore(path / "location")
        self.out: list[tuple[object, ...]] = []
        self.slots = memoryview(bytearray(8 * 256)).cast("q")
        self.calls = Calls(1, self.slots, self.store, self.out)

    def begin(self, call_id: str = "c1", at: float = NOW) -> Call:
        leg = Leg(flow("192.0.2.1"), False)
        call = Call(f"1-b-{call_id}", call_id, "a", "sip:alice@x", "sip:bob@x", "sip:bob@x", leg, at)
        assert self.calls.begin(call)
        return call

    def answer(self, call: Call, at: float = NOW + 5, leg: Leg | None = None) -> None:
        self.calls.answered(call, "b", 200, leg or Leg(flow("192.0.2.2"), False), at)

    def restart(self) -> None:
        self.store.commit()
        self.out = []
        self.calls = Calls(1, self.slots, self.store, self.out)
        self.calls.restore()

    def records(self) -> list[dict[str, object]]:
        found = [effect[1] for effect in self.out if effect[0] == RECORD]
        return [json.loads(line) for line in found]  # type: ignore[arg-type]

    def counter(self, name: str) -> int:
        return self.slots[next(counter.slot for counter in COUNTERS if counter.name == name)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_call_from_beginning_to_end(desk: Desk) -> None:
    call = desk.begin()
    assert (len(desk.calls), desk.counter("calls"), desk.counter("calls-peak")) == (1, 1, 1)
    desk.calls.ringing(call, NOW + 1)
    desk.calls.ringing(call, NOW + 2)
    desk.answer(call)
    assert call.state == ANSWERED
    desk.calls.closing(call, NOW + 65, "caller")
    assert desk.records() == []
    desk.calls.closed(call, 200, NOW + 66)
    assert call.state == ENDED
    (record,) = desk.records()
    assert record == {
        "id": "1-b-c1",
        "caller": "sip:alice@x",
        "callee": "sip:bob@x",
        "request_uri": "sip:bob@x",
        "call_id": "c1",
        "source": "udp:192.0.2.1:5060",
        "destination": "udp:192.0.2.2:5060",
        "started_at": NOW,
        "ringing_at": NOW + 1,
        "answered_at": NOW + 5,
        "ended_at": NOW + 65,
        "duration_s": 60.0,
        "status": 200,
        "ended_by": "caller",
        "trunk_in": "",
        "trunk_out": "",
    }
    assert (desk.counter("calls"), desk.counter("records-written"), desk.counter("calls-ended")) == (0, 1, 1)


def test_a_record_is_one_line(desk: Desk) -> None:
    call = desk.begin("a\nb\xe9")
    desk.calls.failed(call, 486, NOW + 1)
    line = desk.out[-1][1]
    assert isinstance(line, bytes)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")


def test_each_end_is_written_once(desk: Desk) -> None:
    call = desk.begin()
    desk.answer(call)
    for status in (200, 481):
        desk.calls.closed(call, status, NOW + 10)
    desk.calls.ended(call, NOW + 20, "server")
    desk.calls.failed(call, 500, NOW + 30)
    desk.answer(call)
    assert len(desk.records()) == 1
    failed = desk.begin("c2")
    desk.calls.failed(failed, 486, NOW)
    desk.calls.failed(failed, 487, NOW)
    desk.calls.ended(failed, NOW, "caller")
    desk.answer(failed)
    assert [record["status"] for record in desk.records()] == [200, 486]
    assert len(desk.calls) == 0


def test_a_failed_attempt(desk: Desk) -> None:
    call = desk.begin()
    desk.calls.failed(call, 486, NOW + 3)
    (record,) = desk.records()
    assert (record["answered_at"], record["ringing_at"], record["duration_s"]) == (None, None, 0)
    assert (record["destination"], record["ended_by"], record["status"]) == ("", "attempt", 486)


def test_the_same_invite_is_not_taken_up_twice(desk: Desk) -> None:
    call = desk.begin()
    again = Call("1-b-9", "c1", "a", "", "", "", call.caller_leg, NOW)
    assert not desk.calls.begin(again)
    assert desk.counter("calls-attempted") == 1
    assert desk.calls.find("c1", "a", "") is call


def test_a_call_is_found_from_both_sides(desk: Desk) -> None:
    call = desk.begin()
    desk.answer(call)
    assert desk.calls.find("c1", "a", "b") is call
    assert desk.calls.find("c1", "b", "a") is call
    assert desk.calls.find("c2", "a", "b") is None
    assert desk.calls.find("c1", "b", "x") is None


def test_a_challenged_bye_does_not_end_and_the_first_of_two_counts(desk: Desk) -> None:
    call = desk.begin()
    desk.answer(call)
    desk.calls.closing(call, NOW + 10, "caller")
    desk.calls.closed(call, 401, NOW + 10)
    assert desk.records() == []
    desk.calls.closing(call, NOW + 20, "callee")
    desk.calls.closing(call, NOW + 21, "caller")
    desk.calls.closed(call, 200, NOW + 22)
    (record,) = desk.records()
    assert (record["ended_at"], record["ended_by"]) == (NOW + 20, "callee")


def test_legs_of_other_dialogs_are_kept_and_bounded(desk: Desk) -> None:
    call = desk.begin()
    leg = Leg(flow("192.0.2.9"), True)
    for number in range(1000):
        desk.calls.early(call, f"t{number}", leg)
    desk.answer(call)
    desk.calls.answered(call, "t5", 200, leg, NOW)
    assert call.other_legs is not None
    assert len(call.other_legs) == 32
    assert call.leg_to("a", "t5") is leg


def test_answered_calls_survive_a_restart(desk: Desk) -> None:
    call = desk.begin("c1")
    desk.calls.ringing(call, NOW + 1)
    leg = Leg(flow("2001:db8::2", 5070, TCP), True)
    desk.answer(call, leg=leg)
    desk.begin("early")
    ended = desk.begin("over")
    desk.answer(ended)
    desk.calls.ended(ended, NOW + 6, "caller")
    desk.restart()
    assert len(desk.calls) == 1
    assert (desk.counter("calls"), desk.counter("calls-peak")) == (1, 1)
    found = desk.calls.find("c1", "b", "a")
    assert found is not None
    assert (found.state, found.to_tag, found.record_id, found.ringing_at) == (ANSWERED, "b", call.record_id, NOW + 1)
    back = found.leg_to("a", "b")
    assert back is not None
    assert (back.flow.host, back.flow.port, back.flow.transport, back.sticky) == ("2001:db8::2", 5070, TCP, True)
    assert back.flow.address == ("2001:db8::2", 5070, 0, 0)
    desk.calls.ended(found, NOW + 65, "callee")
    assert desk.records()[0]["duration_s"] == 60.0
    desk.restart()
    assert len(desk.calls) == 0


def test_sweep_closes_what_lasts_too_long(desk: Desk) -> None:
    old = desk.begin("old", NOW)
    desk.answer(old)
    early = desk.begin("early", NOW + 1)
    young = desk.begin("young", NOW + 100)
    desk.calls.sweep(NOW + MAX_DURATION_S - 1)
    assert len(desk.calls) == 3
    desk.calls.sweep(NOW + MAX_DURATION_S + 2)
    assert [record["ended_by"] for record in desk.records()] == ["server", "attempt"]
    assert (old.state, early.state, young.state) == (ENDED, ENDED, EARLY)


def test_sweep_takes_few_at_a_time_and_reaches_all_after_a_restart(desk: Desk) -> None:
    for number in range(120):
        desk.answer(desk.begin(f"c{(number * 77) % 120}", NOW - number))
    desk.restart()
    late = NOW + MAX_DURATION_S
    desk.calls.sweep(late)
    assert len(desk.calls) == 70
    for _ in range(3):
        desk.calls.sweep(late)
    assert len(desk.calls) == 0


def test_rows(desk: Desk) -> None:
    call = desk.begin()
    desk.begin("other")
    desk.answer(call)
    rows = list(desk.calls.rows(False, "", NOW + 15))
    assert all(isinstance(row, CallRow) for row in rows)
    assert [row.state for row in rows] == ["answered", "early"]
    (detail,) = desk.calls.rows(True, "c1", NOW + 15)
    assert isinstance(detail, CallDetailRow)
    assert (detail.destination, detail.to_tag) == ("udp:192.0.2.2:5060", "b")
    assert list(desk.calls.rows(True, "nothing", NOW)) == []
    assert len(list(desk.calls.rows(True, "bob@x", NOW))) == 2


def test_an_observer_is_told_of_the_answer_and_once_of_the_end(desk: Desk) -> None:
    trunk = TrunkState("PSTN")
    call = desk.begin()
    trunk.begin_in(call)
    desk.answer(call)
    assert (trunk.incoming.answers, trunk.calls_in) == (1, 1)
    desk.calls.ended(call, NOW + 9, "caller")
    desk.calls.ended(call, NOW + 9, "caller")
    assert (trunk.incoming.answers, trunk.calls_in) == (1, 0)


def test_an_observer_is_told_of_a_failure(desk: Desk) -> None:
    trunk = TrunkState("PSTN")
    call = desk.begin()
    trunk.begin_in(call)
    desk.calls.failed(call, 486, NOW + 1)
    assert (trunk.incoming.busy, trunk.calls_in) == (1, 0)


def test_the_trunks_of_a_call_survive_a_restart(desk: Desk) -> None:
    call = desk.begin()
    call.trunk_in, call.trunk_out = "PBX", "PSTN"
    desk.answer(call)
    desk.restart()
    (found,) = desk.calls
    assert (found.trunk_in, found.trunk_out) == ("PBX", "PSTN")
