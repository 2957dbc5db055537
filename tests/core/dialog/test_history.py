"""The rings of calls that are over, and of attempts that were refused."""

from __future__ import annotations

from support.engine import flow

from core.dialog.call import Call, Leg
from core.dialog.history import History
from core.dialog.trail import Trail


def call(name: str, attempts: int = 0, answered: float = 0.0, trail: bool = True) -> Call:
    made = Call(name, name, "t", "sip:a@x", "sip:b@x", "sip:b@x", Leg(flow("192.0.2.1"), False), 1.0)
    made.answered_at = answered
    made.trail = Trail([], 0.0) if trail else None
    for _ in range(attempts):
        assert made.trail is not None
        made.trail.attempt("sip:b@192.0.2.2", "")
    return made


def names(calls: object) -> list[str]:
    return [each.call_id for each in calls]  # type: ignore[attr-defined]


def test_a_call_that_reached_nobody_is_no_call() -> None:
    history = History(10)
    for each in (call("tried", 1), call("answered", 0, 2.0), call("refused"), call("restored", trail=False)):
        history.ended(each)
    assert names(history.calls) == ["tried", "answered", "restored"]
    assert names(history.refused) == ["refused"]


def test_each_ring_drops_its_oldest() -> None:
    history = History(2)
    for number in range(4):
        history.ended(call(f"c{number}", 1))
        history.refuse(call(f"r{number}"), Trail([], 0.0), 503, "")
    assert (names(history.calls), names(history.refused)) == (["c2", "c3"], ["r2", "r3"])


def test_refused_attempts_are_numbered_and_say_where_they_ended() -> None:
    history = History(2)
    history.notes.enters(7)
    refused, trail = call("r"), Trail([], 0.0)
    history.refuse(refused, trail, 403, "Relaying Denied")
    assert (trail.number, trail.stage, trail.reason) == (1, 7, "Relaying Denied")
    assert (refused.status, refused.ended_at, refused.ended_by) == (403, 1.0, "server")


def test_another_bound_keeps_what_fits() -> None:
    history = History(5)
    for number in range(5):
        history.ended(call(f"c{number}", 1))
    history.configure(3)
    assert names(history.calls) == ["c2", "c3", "c4"]
    history.configure(0)
    assert names(history.calls) == []
