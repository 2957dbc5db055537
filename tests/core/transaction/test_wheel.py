"""The timer wheel: never early, at most one slot late, nothing lost."""

from __future__ import annotations

import gc
import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.transaction import wheel as module
from core.transaction.wheel import NEVER, Timed, Wheel

if str(module.__file__).endswith(".so"):
    pytest.skip("a compiled class takes no subclass written in Python", allow_module_level=True)

SLOT = 0.05


class Owner(Timed):
    def __init__(self) -> None:
        self.fired: list[tuple[int, float]] = []

    def on_timer(self, timer: int, now: float) -> None:
        self.fired.append((timer, now))


class Restarter(Timed):
    """Starts its timer again, from within, a number of times."""

    def __init__(self, wheel: Wheel, times: int, after: float) -> None:
        self.wheel = wheel
        self.left = times
        self.after = after
        self.fired = 0

    def on_timer(self, timer: int, now: float) -> None:
        self.fired += 1
        self.left -= 1
        if self.left:
            self.wheel.start(now + self.after, self, timer)


class Failing(Timed):
    def on_timer(self, timer: int, now: float) -> None:
        raise RuntimeError("a bug")


def test_nothing_runs_at_first() -> None:
    wheel = Wheel()
    assert wheel.next_due() == NEVER
    wheel.fire(1e9)


@given(st.floats(min_value=0.0, max_value=1e7, allow_nan=False), st.floats(min_value=0.0, max_value=200.0))
def test_never_early_and_at_most_a_slot_late(begin: float, delay: float) -> None:
    wheel, owner = Wheel(), Owner()
    due = begin + delay
    wheel.start(due, owner, 7)
    at = wheel.next_due()
    assert due <= at <= due + SLOT + 1e-6
    wheel.fire(at - SLOT)
    assert owner.fired == []
    wheel.fire(at)
    assert owner.fired == [(7, at)]
    assert wheel.next_due() == NEVER


@given(st.integers(min_value=0, max_value=2**50))
def test_a_slot_is_due_at_its_own_time(number: int) -> None:
    """Else a loop that sleeps until `next_due` would spin."""
    assert int(number / 20.0 * 20.0) == number


def test_timers_fire_in_order_of_slots_and_within_a_slot_of_starting() -> None:
    wheel, owner = Wheel(), Owner()
    for timer, due in ((1, 5.0), (2, 3.0), (3, 5.0), (4, 4.0)):
        wheel.start(due, owner, timer)
    wheel.fire(10.0)
    assert [timer for timer, _ in owner.fired] == [2, 4, 1, 3]


def test_an_owner_may_start_timers_from_within() -> None:
    wheel = Wheel()
    owner = Restarter(wheel, 3, 1.0)
    wheel.start(1.0, owner, 0)
    for now in (1.1, 2.2, 3.3, 4.4):
        wheel.fire(now)
    assert owner.fired == 3
    assert wheel.next_due() == NEVER


def test_a_timer_started_for_the_past_fires_in_the_same_turn() -> None:
    wheel = Wheel()
    owner = Restarter(wheel, 2, -5.0)
    wheel.start(1.0, owner, 0)
    wheel.fire(2.0)
    assert owner.fired == 2


def test_a_timer_that_fails_takes_no_other_with_it() -> None:
    wheel, owner = Wheel(), Owner()
    wheel.start(1.0, owner, 1)
    wheel.start(1.0, Failing(), 2)
    wheel.start(1.0, owner, 3)
    with pytest.raises(RuntimeError):
        wheel.fire(1.1)
    assert [timer for timer, _ in owner.fired] == [1]
    wheel.fire(1.2)
    assert [timer for timer, _ in owner.fired] == [1, 3]


def test_a_fired_timer_holds_its_owner_no_longer() -> None:
    wheel, owner = Wheel(), Owner()
    wheel.start(1.0, owner, 1)
    watch = weakref.ref(owner)
    del owner
    assert watch() is not None
    gc.disable()
    try:
        wheel.fire(2.0)
        assert watch() is None
    finally:
        gc.enable()


def test_timed_is_abstract() -> None:
    with pytest.raises(NotImplementedError):
        Timed().on_timer(0, 0.0)
