"""Bounds with hysteresis, and what a counter has risen by."""

from __future__ import annotations

from oam.fault.sources.level import Grade, Rise
from oam.settings.environment import Bounds

BOUNDS = Bounds(70, 85, 95)


def test_a_severity_is_left_only_some_way_below_its_bound() -> None:
    grade = Grade()
    values = [69, 70, 66, 65, 64, 90, 81, 80, 79, 66, 64, 95, 91, 89, 84, 50]
    found = [grade.of("x", value, BOUNDS, 5) for value in values]
    assert found == [
        "", "minor", "minor", "minor", "", "major", "major", "major", "minor", "minor", "", "critical", "critical",
        "major", "major", "",
    ]  # fmt: skip


def test_objects_are_told_apart_and_a_bound_of_nought_is_none() -> None:
    grade = Grade()
    assert grade.of("x", 72, BOUNDS, 5) == "minor"
    assert grade.of("y", 68, BOUNDS, 5) == ""
    assert grade.of("z", 100, Bounds(), 5) == ""
    assert grade.of("z", 100, Bounds(0, 0, 99), 5) == "critical"


def test_a_rise_is_forgotten_when_its_time_is_over() -> None:
    rise = Rise(60)
    assert not Rise(60).measured
    assert rise.of(1000, 0) == 0
    assert rise.measured
    assert rise.of(1005, 10) == 5
    assert rise.of(1007, 50) == 7
    assert rise.of(1007, 69.9) == 7
    assert rise.of(1007, 70) == 2
    assert rise.of(1007, 110) == 0


def test_a_counter_that_began_anew_has_risen_by_all_it_says() -> None:
    rise = Rise(60)
    rise.of(1000, 0)
    assert rise.of(3, 1) == 3
