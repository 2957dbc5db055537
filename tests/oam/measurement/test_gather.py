"""Minutes gathered to periods: alignment, gaps, set clocks, objects that come and go."""

from __future__ import annotations

import pytest
from support.minutes import IN, OUT, SYSTEM, at, minute, values

from core.northbound.statistics import ANSWERS, CALLS_PEAK
from oam.measurement.gather import Chooser, Gatherer, Stretch, merged
from oam.settings.measurement import ObjectChoice
from oam.statistics.period import Figures, Minute, ObjectKey

HOUR = at("2026-11-28 16:00")


def minutes(*numbers: int, hour: float = HOUR) -> list[Minute]:
    return [minute(hour + 60 * number, {SYSTEM: values(answers=1)}) for number in numbers]


def taken(gatherer: Gatherer, those: list[Minute]) -> list[tuple[int, int]]:
    """Return beginning and number of minutes of the periods that were over."""
    over = [stretch for each in those for stretch in gatherer.take(each)]
    return [(round(stretch.begin - HOUR) // 60, len(stretch.minutes)) for stretch in over]


def test_a_period_is_over_with_its_last_minute() -> None:
    assert taken(Gatherer(15), minutes(*range(30))) == [(0, 15), (15, 15)]


@pytest.mark.parametrize(("length", "periods"), [(1, 60), (5, 12), (15, 4), (30, 2), (60, 1)])
def test_an_hour_has_so_many_periods(length: int, periods: int) -> None:
    over = taken(Gatherer(length), minutes(*range(60)))
    assert over == [(length * number, length) for number in range(periods)]


def test_what_began_late_has_fewer_minutes() -> None:
    assert taken(Gatherer(15), minutes(*range(7, 15))) == [(0, 8)]


def test_a_period_whose_end_is_missing_is_over_with_the_next_minute() -> None:
    assert taken(Gatherer(15), minutes(12, 13, 17)) == [(0, 2)]


def test_a_period_without_a_minute_is_none() -> None:
    assert taken(Gatherer(15), minutes(*range(15), *range(45, 60))) == [(0, 15), (45, 15)]


def test_what_a_window_cuts_off_ends_with_its_period() -> None:
    gatherer = Gatherer(15, lambda moment: not 5 <= (moment - HOUR) / 60 < 10)
    assert taken(gatherer, minutes(*range(15))) == [(0, 10)]
    gatherer = Gatherer(15, lambda moment: (moment - HOUR) / 60 < 5)
    assert taken(gatherer, minutes(*range(30))) == [(0, 5)]


def test_a_minute_that_comes_again_counts_once() -> None:
    assert taken(Gatherer(5), minutes(0, 1, 1, 0, 2, 3, 4)) == [(0, 5)]


def test_a_clock_that_was_set_back_ends_the_period() -> None:
    assert taken(Gatherer(5), minutes(10, 11, 0, 1, 2, 3, 4)) == [(10, 2), (0, 5)]


@pytest.mark.parametrize(
    ("choices", "chosen"),
    [
        ([ObjectChoice("system")], {SYSTEM}),
        ([ObjectChoice("trunk")], {OUT, IN}),
        ([ObjectChoice("trunk", "PSTN")], {OUT, IN}),
        ([ObjectChoice("trunk-out", "PSTN")], {OUT}),
        ([ObjectChoice("trunk", "OTHER")], set()),
        ([ObjectChoice("trunk-in"), ObjectChoice("system")], {SYSTEM, IN}),
        ([], set()),
    ],
)
def test_object_lines_name_objects(choices: list[ObjectChoice], chosen: set[ObjectKey]) -> None:
    chooser = Chooser(choices)
    assert {key for key in (SYSTEM, OUT, IN) if chooser(key)} == chosen


def whole(*those: Minute, length: int = 5) -> dict[ObjectKey, Figures]:
    return merged(Stretch(HOUR, HOUR + 60 * length, those), lambda _: True)


def test_counters_add_up_and_of_gauges_the_greatest_counts() -> None:
    rows = [values(answers=2, calls_peak=peak) for peak in (1, 7, 3, 0, 2)]
    found = whole(*(minute(HOUR + 60 * at_, {OUT: row}) for at_, row in enumerate(rows)))
    assert (found[OUT].values[ANSWERS], found[OUT].values[CALLS_PEAK]) == (10, 7)
    assert found[OUT].seconds == 300
    assert not found[OUT].suspect


def test_objects_stand_in_the_order_of_kinds_and_names() -> None:
    other = ObjectKey("trunk-out", "A")
    found = whole(minute(HOUR, {OUT: values(), IN: values(), SYSTEM: values(), other: values()}), length=1)
    assert list(found) == [SYSTEM, IN, other, OUT]


def test_an_object_that_is_new_had_done_nothing_before() -> None:
    rows = [{SYSTEM: values()}, {SYSTEM: values(), OUT: values(answers=3)}, {SYSTEM: values(), OUT: values(answers=4)}]
    found = whole(*(minute(HOUR + 60 * at_, row) for at_, row in enumerate(rows)), length=3)
    assert (found[OUT].values[ANSWERS], found[OUT].seconds, found[OUT].suspect) == (7, 180, False)


def test_an_object_that_is_gone_is_suspect_by_itself() -> None:
    last = Minute(
        HOUR + 60, {SYSTEM: Figures(HOUR + 60, 60.0, values()), OUT: Figures(HOUR + 60, 60.0, values(), True)}
    )
    found = whole(minute(HOUR, {SYSTEM: values(), OUT: values(answers=3)}), last, length=2)
    assert (found[OUT].suspect, found[SYSTEM].suspect) == (True, False)
    assert found[OUT].values[ANSWERS] == 3


@pytest.mark.parametrize("missing", [0, 2, 4])
def test_missing_minutes_make_all_suspect(missing: int) -> None:
    found = whole(*(each for number, each in enumerate(minutes(*range(5))) if number != missing))
    assert (found[SYSTEM].suspect, found[SYSTEM].seconds) == (True, 240)


def test_a_minute_in_which_something_was_wrong_makes_all_suspect() -> None:
    bad = minute(HOUR + 240, {SYSTEM: values(answers=1)}, suspect=True)
    assert whole(*minutes(0, 1, 2, 3), bad)[SYSTEM].suspect
    short = minute(HOUR + 240, {SYSTEM: values(answers=1)}, seconds=42.0)
    assert whole(*minutes(0, 1, 2, 3), short)[SYSTEM].suspect
