"""One trunk: places, tallies, states."""

from __future__ import annotations

import pytest
from support.engine import flow

from core.dialog.call import Call, Leg
from core.northbound.routing_settings import CallRate, Trunk
from core.policy.priority import EMERGENCY, ORDINARY
from core.routing.trunk import Tally, TrunkState


def make(**more: object) -> TrunkState:
    trunk = TrunkState("A")
    trunk.configure(Trunk("A", addresses=("sip:192.0.2.9",), **more), "example.com", "", "")  # type: ignore[arg-type]
    return trunk


def call() -> Call:
    return Call("1", "c", "a", "", "", "", Leg(flow("192.0.2.1"), False), 0.0)


@pytest.mark.parametrize(
    ("status", "heard", "where"),
    [
        (486, True, "busy"),
        (600, True, "busy"),
        (480, True, "no_answer"),
        (487, True, "no_answer"),
        (408, True, "no_answer"),
    ],
)
def test_failures_have_names(status: int, heard: bool, where: str) -> None:
    tally = Tally()
    tally.failed(status, heard)
    assert getattr(tally, where) == 1
    assert sum(tally.failures) == 0


@pytest.mark.parametrize(
    ("status", "heard", "place"), [(302, True, 3), (404, True, 4), (503, True, 5), (603, True, 6), (408, False, 0)]
)
def test_other_failures_count_by_class(status: int, heard: bool, place: int) -> None:
    tally = Tally()
    tally.failed(status, heard)
    assert [at for at, number in enumerate(tally.failures) if number] == [place]
    tally.clear()
    assert sum(tally.failures) == 0


def test_calls_from_it_count_to_their_end() -> None:
    trunk = make()
    one = call()
    trunk.begin_in(one)
    assert (one.trunk_in, trunk.calls, trunk.peak) == ("A", 1, 1)
    assert one.observers is not None
    one.status = 486
    one.observers[0].ended(one, 0.0)
    assert (trunk.calls, trunk.peak, trunk.incoming.busy) == (0, 1, 1)


def test_a_call_that_comes_and_goes_by_it_takes_two_places() -> None:
    trunk = make()
    one = call()
    one.trunk_in = one.trunk_out = "A"
    trunk.restore(one)
    assert (trunk.calls_in, trunk.calls_out) == (1, 1)


def test_shut_down_it_drains() -> None:
    trunk = make()
    assert trunk.state() == "up"
    trunk.seize(0.0)
    trunk.configure(Trunk("A", shutdown=True), "", "", "")
    assert trunk.state() == "draining"
    trunk.release()
    assert trunk.state() == "shutdown"


def test_limits_of_calls_from_it() -> None:
    trunk = make(rate=CallRate(1, 2))
    assert [trunk.refusal_in(ORDINARY, 0.0, -1) for _ in range(3)] == ["", "", "over rate"]
    trunk = make(calls_maximum=1)
    trunk.calls_out = 1
    assert trunk.refusal_in(ORDINARY, 0.0, 1) == "full"
    assert trunk.refusal_in(EMERGENCY, 0.0, 1) == ""


def test_a_trunk_that_is_watched_no_more_is_up() -> None:
    trunk = make(monitor_interval_s=30)
    trunk.down = True
    trunk.configure(Trunk("A"), "", "", "")
    assert not trunk.down


def test_clearing_keeps_what_is_in_progress() -> None:
    trunk = make()
    trunk.seize(0.0)
    trunk.seize(0.0)
    trunk.release()
    trunk.outgoing.attempts = 2
    trunk.clear_statistics()
    assert (trunk.calls, trunk.peak, trunk.outgoing.attempts) == (1, 1, 0)
