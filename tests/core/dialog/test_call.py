"""One call: its legs and its dialogs."""

from __future__ import annotations

from support.engine import flow

from core.dialog.call import EARLY, Call, Leg, call_key

CALLER = Leg(flow("192.0.2.1"), True)
CALLEE = Leg(flow("192.0.2.2"), False)
OTHER = Leg(flow("192.0.2.3"), True)


def make() -> Call:
    call = Call("1-x-1", "id", "a", "sip:alice@example.com", "sip:bob@example.com", "sip:bob@example.com", CALLER, 5.0)
    call.to_tag = "b"
    call.callee_leg = CALLEE
    call.other_legs = {"c": OTHER}
    return call


def test_a_new_call_is_early() -> None:
    call = Call("1-x-1", "id", "a", "", "", "", CALLER, 5.0)
    assert (call.state, call.key, call.answered_at) == (EARLY, call_key("id", "a"), 0.0)
    assert call.leg_to("a", "b") is None


def test_each_direction_has_its_leg() -> None:
    call = make()
    assert call.leg_to("a", "b") is CALLEE
    assert call.leg_to("b", "a") is CALLER
    assert call.leg_to("a", "c") is OTHER
    assert call.leg_to("c", "a") is CALLER
    assert call.leg_to("a", "d") is None


def test_one_dialog_was_answered_first() -> None:
    call = make()
    assert call.is_answered_dialog("a", "b")
    assert call.is_answered_dialog("b", "a")
    assert not call.is_answered_dialog("a", "c")
    assert not call.is_answered_dialog("c", "a")
