"""Codes are marked by their answer ratio, with hysteresis; quiet ones are unmarked."""

from __future__ import annotations

from core.northbound.traffic_settings import HardToReach
from core.policy import reach as module
from core.policy.reach import Reach

SETTINGS = HardToReach(answer_ratio=20, window_s=300, minimum_calls=10, digits=4)


def reach_of(settings: HardToReach = SETTINGS) -> Reach:
    reach = Reach()
    reach.configure(settings)
    return reach


def call(reach: Reach, answered: int, failed: int, wall: float, digits: str = "09001234") -> None:
    for index in range(answered + failed):
        reach.note(digits, index < answered, wall)


def test_a_code_is_marked_below_the_ratio_and_unmarked_well_above_it() -> None:
    reach = reach_of()
    call(reach, 2, 8, 1000.0)
    assert not reach.is_marked("0900999")
    call(reach, 0, 1, 1001.0)
    assert reach.is_marked("0900999")
    assert not reach.is_marked("0901")
    call(reach, 1, 0, 1002.0)
    assert reach.is_marked("0900"), "25 % is not above 20 + 5"
    call(reach, 1, 0, 1003.0)
    assert not reach.is_marked("0900"), "4 of 13"


def test_few_calls_say_nothing() -> None:
    reach = reach_of()
    call(reach, 0, 9, 1000.0)
    assert not reach.is_marked("0900")


def test_the_mark_goes_when_the_window_is_quiet() -> None:
    reach = reach_of()
    call(reach, 0, 50, 1000.0)
    reach.sweep(1200.0)
    assert reach.is_marked("0900")
    reach.sweep(1400.0)
    assert not reach.is_marked("0900")
    assert reach.codes() == []


def test_the_window_slides() -> None:
    reach = reach_of()
    call(reach, 100, 0, 1000.0)
    call(reach, 0, 20, 1250.0)
    assert not reach.is_marked("0900")
    reach.sweep(1310.0)
    assert reach.is_marked("0900")


def test_codes_are_bounded() -> None:
    reach = reach_of()
    for number in range(module.CODES_MAXIMUM + 5):
        reach.note(f"{number:05}"[::-1], True, 1000.0)
    assert len(reach.codes()) <= module.CODES_MAXIMUM


def test_without_a_ratio_nothing_is_noted() -> None:
    reach = reach_of(HardToReach())
    assert not reach.active
    call(reach, 0, 100, 1000.0)
    assert reach.codes() == []


def test_another_ratio_keeps_the_counts_another_window_does_not() -> None:
    reach = reach_of()
    call(reach, 0, 20, 1000.0)
    reach.configure(HardToReach(10, 300, 10, 4))
    assert reach.is_marked("0900")
    reach.configure(HardToReach(10, 600, 10, 4))
    assert not reach.is_marked("0900")
