"""The clock of a remote engine goes on by itself, and is set by what is newer alone."""

from __future__ import annotations

from oam.snmp.engine.boots import LATCHED
from oam.snmp.notify.timeline import Timeline


class Clock:
    now = 50.0

    def __call__(self) -> float:
        return self.now


def test_it_is_nothing_until_the_engine_has_told() -> None:
    clock = Clock()
    timeline = Timeline(clock)
    clock.now += 100
    assert (timeline.boots, timeline.seconds) == (0, 0)


def test_it_goes_on_for_days() -> None:
    clock = Clock()
    timeline = Timeline(clock)
    assert timeline.take(3, 1000)
    clock.now += 20 * 60
    assert (timeline.boots, timeline.seconds) == (3, 2200)
    clock.now += 10 * 86_400
    assert timeline.seconds == 866_200


def test_a_restart_sets_it_back_to_the_beginning() -> None:
    timeline = Timeline(Clock())
    assert timeline.take(3, 1000)
    assert timeline.take(4, 2)
    assert (timeline.boots, timeline.seconds) == (4, 2)


def test_what_is_old_is_refused_and_changes_nothing() -> None:
    """RFC 3414 §3.2.7b."""
    timeline = Timeline(Clock())
    timeline.take(3, 1000)
    assert not timeline.take(2, 5000)
    assert timeline.take(3, 850)
    assert not timeline.take(3, 849)
    assert (timeline.boots, timeline.seconds) == (3, 1000)


def test_an_engine_that_has_run_out_of_boots_is_refused() -> None:
    assert not Timeline(Clock()).take(LATCHED, 1)


def test_a_clock_that_is_ahead_sets_ours() -> None:
    clock = Clock()
    timeline = Timeline(clock)
    timeline.take(3, 1000)
    clock.now += 10
    assert timeline.take(3, 1500)
    assert timeline.seconds == 1500
