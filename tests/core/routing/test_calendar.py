"""Time tables: days, periods over midnight, dates and exceptions, in their own time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from core.northbound.routing_settings import Period, TimeTable
from core.routing.calendar import compile_calendars


def in_force(table: TimeTable, *moments: str, zone: str = "UTC") -> list[bool]:
    calendar = compile_calendars((table,))["T"]
    return [
        calendar.in_force(datetime.fromisoformat(each).replace(tzinfo=ZoneInfo(zone)).timestamp()) for each in moments
    ]


def test_a_period_is_from_its_begin_up_to_its_end() -> None:
    table = TimeTable("T", periods=(Period("weekdays", "08:00", "17:30"),))
    moments = ("2026-11-27T07:59:59", "2026-11-27T08:00:00", "2026-11-27T17:29:59", "2026-11-27T17:30:00")
    assert in_force(table, *moments) == [False, True, True, False]
    assert in_force(table, "2026-11-28T12:00:00", "2026-11-29T12:00:00") == [False, False]


def test_a_period_goes_on_into_the_next_day() -> None:
    table = TimeTable("T", periods=(Period("sun", "22:00", "06:00"),))
    assert in_force(table, "2026-11-29T21:59", "2026-11-29T22:00", "2026-11-30T05:59", "2026-11-30T06:00") == [
        False, True, True, False,
    ]  # fmt: skip
    assert in_force(table, "2026-11-29T03:00") == [False]


def test_dates_and_exceptions_come_before_periods() -> None:
    table = TimeTable("T", periods=(Period("daily", "00:00", "24:00"),), excepted=("2026-12-25",))
    assert in_force(table, "2026-12-24T23:59", "2026-12-25T00:00", "2026-12-26T00:00") == [True, False, True]
    table = TimeTable("T", dates=("2026-12-25", "2026-12-26"), excepted=("2026-12-26",))
    assert in_force(table, "2026-12-24T23:59", "2026-12-25T00:00", "2026-12-26T00:00") == [False, True, False]


@pytest.mark.parametrize("day", ["2026-03-28", "2026-03-30", "2026-10-24", "2026-10-26"])
def test_local_time_follows_the_zone(day: str) -> None:
    table = TimeTable("T", "Europe/Berlin", (Period("daily", "08:00", "09:00"),))
    assert in_force(table, f"{day}T07:59", f"{day}T08:00", f"{day}T09:00", zone="Europe/Berlin") == [False, True, False]


def test_the_answer_of_a_minute_is_kept() -> None:
    calendar = compile_calendars((TimeTable("T", periods=(Period("daily", "08:00", "09:00"),)),))["T"]
    wall = datetime(2026, 11, 28, 8, 0, tzinfo=UTC).timestamp()
    assert [calendar.in_force(wall + each) for each in (-0.1, 0.0, 59.9, 3599.9, 3600.0)] == [
        False, True, True, True, False,
    ]  # fmt: skip


def test_a_zone_that_is_gone_is_utc() -> None:
    table = TimeTable("T", "Mars/Olympus", (Period("daily", "08:00", "09:00"),))
    assert in_force(table, "2026-11-28T08:00") == [True]


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
def test_no_moment_is_too_early_or_too_late(zone: str) -> None:
    """An operator may ask about any, whatever its date is in the zone of the table."""
    table = TimeTable("T", zone, (Period("daily", "00:00", "24:00"),))
    assert in_force(table, "0001-01-01T00:00", "9999-12-31T23:59") == [True, True]
