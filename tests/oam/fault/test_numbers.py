"""Numbers are reserved on the disk before they are used."""

from __future__ import annotations

from oam.fault.numbers import AHEAD, MARGIN, Numbers


def test_numbers_rise_by_one() -> None:
    numbers = Numbers(lambda: None)
    assert [numbers.next() for _ in range(5)] == [1, 2, 3, 4, 5]


def test_none_is_used_that_is_not_reserved() -> None:
    reserved: list[int] = []
    numbers = Numbers(lambda: reserved.append(numbers.reserved))
    numbers.resume(0)
    for _ in range(1000):
        number = numbers.next()
        assert number <= numbers.reserved
    assert reserved == [AHEAD - MARGIN + 1 + AHEAD + step * (AHEAD - MARGIN + 1) for step in range(len(reserved))]


def test_it_goes_on_behind_what_was_reserved() -> None:
    numbers = Numbers(lambda: None)
    numbers.resume(700)
    assert numbers.next() == 701


def test_it_never_goes_back() -> None:
    numbers = Numbers(lambda: None)
    numbers.resume(700)
    numbers.resume(3)
    assert numbers.next() == 701
