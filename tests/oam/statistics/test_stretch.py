"""Quarter-hours and days fill with minutes, and every minute is in one of each."""

from __future__ import annotations

import pytest
from support.statistics import figures

from core.northbound.statistics import BIDS, CALLS_PEAK
from oam.statistics import stretch
from oam.statistics.period import Minute, ObjectKey
from oam.statistics.stretch import DAY_S, QUARTER_S, Stretch, begin_of

ONE, TWO = ObjectKey("trunk-out", "1"), ObjectKey("trunk-out", "2")


def _minute(begin: float, suspect: bool = False, doubt: bool = False, /, **bids: int) -> Minute:
    objects = {ObjectKey("trunk-out", name[1:]): count for name, count in bids.items()}
    made = {key: figures(begin, 60.0, suspect or doubt, bids=count, calls_peak=count) for key, count in objects.items()}
    return Minute(begin, made, suspect)


def test_minutes_add_up_and_of_gauges_the_greatest_counts() -> None:
    quarter = Stretch(QUARTER_S, 900.0)
    for minute in (_minute(900, t1=3), _minute(960, t1=5), _minute(1020, t1=2)):
        quarter.add(minute)
    found = quarter.snapshot().figures()[ONE]
    assert (found.begin, found.seconds, found.suspect) == (900.0, 180.0, False)
    assert (found.values[BIDS], found.values[CALLS_PEAK]) == (10, 5)


def test_an_object_that_came_later_was_measured_as_long_as_all() -> None:
    quarter = Stretch(QUARTER_S, 900.0)
    quarter.add(_minute(900, t1=1))
    quarter.add(_minute(960, t1=1, t2=1))
    quarter.add(_minute(1020, t1=1))
    found = quarter.snapshot().figures()
    assert found[ONE].seconds == found[TWO].seconds == 180.0


def test_a_suspect_minute_makes_all_suspect_a_suspect_object_itself_alone() -> None:
    quarter = Stretch(QUARTER_S, 900.0)
    quarter.add(_minute(900, False, True, t1=1))
    quarter.add(_minute(960, t2=1))
    assert [each.suspect for each in quarter.snapshot().figures().values()] == [True, False]
    quarter.add(_minute(1020, True, t2=1))
    assert [each.suspect for each in quarter.snapshot().figures().values()] == [True, True]


def test_a_snapshot_does_not_change_and_can_be_gone_on_with() -> None:
    quarter = Stretch(QUARTER_S, 900.0)
    quarter.add(_minute(900, True, t1=1))
    kept = quarter.snapshot()
    quarter.add(_minute(960, t1=7))
    assert kept.figures()[ONE].values[BIDS] == 1
    again = Stretch(QUARTER_S, 900.0, kept)
    again.add(_minute(960, t1=7))
    assert again.snapshot() == quarter.snapshot()


def test_objects_beyond_the_bound_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretch, "MAX_OBJECTS", 1)
    quarter = Stretch(QUARTER_S, 900.0)
    quarter.add(_minute(900, t1=1, t2=2, t3=4))
    found = quarter.snapshot().figures()
    assert {key.name: each.values[BIDS] for key, each in found.items()} == {"1": 1, "other": 6}


def test_quarters_and_days_begin_with_the_clock() -> None:
    assert begin_of(86_400 + 2000.5, QUARTER_S) == 86_400 + 1800
    assert begin_of(86_400 + 2000.5, DAY_S) == 86_400
