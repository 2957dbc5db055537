"""When a job measures: windows, days, start and stop, periods aligned to the clock."""

from __future__ import annotations

from typing import Any

import pytest
from support.minutes import at

from oam.measurement.calendar import Calendar, begin_of
from oam.settings.measurement import MeasurementJob, Window

# 2026-11-28 is a Saturday.


@pytest.mark.parametrize(
    ("settings", "moment", "measured"),
    [
        ({}, "2026-11-28 00:00", True),
        ({"daily": Window("08:00", "18:00")}, "2026-11-28 07:59", False),
        ({"daily": Window("08:00", "18:00")}, "2026-11-28 08:00", True),
        ({"daily": Window("08:00", "18:00")}, "2026-11-28 17:59", True),
        ({"daily": Window("08:00", "18:00")}, "2026-11-28 18:00", False),
        ({"daily": Window("22:00", "06:00")}, "2026-11-28 23:00", True),
        ({"daily": Window("22:00", "06:00")}, "2026-11-28 05:59", True),
        ({"daily": Window("22:00", "06:00")}, "2026-11-28 06:00", False),
        ({"daily": Window("22:00", "06:00"), "days": "fri"}, "2026-11-28 05:59", True),
        ({"daily": Window("22:00", "06:00"), "days": "fri"}, "2026-11-28 22:00", False),
        ({"daily": Window("22:00", "06:00"), "days": "sat"}, "2026-11-28 05:59", False),
        ({"days": "weekend"}, "2026-11-28 12:00", True),
        ({"days": "weekdays"}, "2026-11-28 12:00", False),
        ({"days": "sun"}, "2026-11-29 00:00", True),
        ({"days": "mon,thu"}, "2026-11-30 23:59", True),
        ({"start": "2026-11-28T12:07"}, "2026-11-28 12:06", False),
        ({"start": "2026-11-28T12:07"}, "2026-11-28 12:07", True),
        ({"stop": "2026-11-28T12:07"}, "2026-11-28 12:06", True),
        ({"stop": "2026-11-28T12:07"}, "2026-11-28 12:07", False),
    ],
)
def test_a_minute_is_measured_or_not(settings: dict[str, Any], moment: str, measured: bool) -> None:
    assert Calendar(MeasurementJob("J", **settings)).measures(at(moment)) is measured


@pytest.mark.parametrize(
    ("period", "moment", "begin"),
    [
        (1, "2026-11-28 12:34", "2026-11-28 12:34"),
        (5, "2026-11-28 12:34", "2026-11-28 12:30"),
        (15, "2026-11-28 12:44", "2026-11-28 12:30"),
        (30, "2026-11-28 12:59", "2026-11-28 12:30"),
        (60, "2026-11-28 12:59", "2026-11-28 12:00"),
    ],
)
def test_periods_are_aligned_to_the_full_hour(period: int, moment: str, begin: str) -> None:
    assert begin_of(at(moment) + 59.9, period) == at(begin)


@pytest.mark.parametrize(
    ("settings", "now", "end"),
    [
        ({}, "2026-11-28 12:34", "2026-11-28 12:45"),
        ({"daily": Window("08:00", "18:00")}, "2026-11-28 18:00", "2026-11-29 08:15"),
        ({"days": "mon"}, "2026-11-28 18:00", "2026-11-30 00:15"),
        ({"start": "2027-01-01T00:00"}, "2026-11-28 18:00", "2027-01-01 00:15"),
        ({"stop": "2026-11-28T18:00"}, "2026-11-28 18:00", None),
        ({"stop": "2026-11-29T07:00", "daily": Window("08:00", "18:00")}, "2026-11-28 18:00", None),
    ],
)
def test_the_next_end_of_a_period_is_known(settings: dict[str, Any], now: str, end: str | None) -> None:
    found = Calendar(MeasurementJob("J", **settings)).next_end(at(now) + 1, 15)
    assert found == (None if end is None else at(end))
