"""Time tables: their words (ValueError says what is wrong with one), and whether one is in force."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from core.northbound.routing_settings import TimeTable

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SETS: Final = {"daily": range(7), "weekdays": range(5), "weekend": range(5, 7)}
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")


def days_of(text: str) -> tuple[int, ...]:
    """Return the days, 0 for Monday, that `daily`, `weekdays`, `weekend` or `mon,wed,sun` mean."""
    if text in _SETS:
        return tuple(_SETS[text])
    names = text.split(",")
    days = tuple(_DAYS.index(name) for name in names if name in _DAYS)
    if len(days) != len(names) or list(days) != sorted(set(days)):
        raise ValueError("daily, weekdays, weekend, or days from Monday on, as mon,wed,sun")
    return days


def minutes_of(text: str) -> int:
    """Return the minutes from midnight to `HH:MM`, to `24:00` at most."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError("not a time of the day, as 08:30")
    return int(text[:2]) * 60 + int(text[3:])


def zone_of(name: str) -> tzinfo:
    """Return the time zone of an IANA name, `Europe/Berlin`."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (OSError, KeyError, ValueError):
        raise ValueError("not a time zone that this host knows, as Europe/Berlin") from None


def is_in_force(table: TimeTable, local: datetime) -> bool:
    """Tell whether a time table is in force at a time of its own zone."""
    day = local.date().isoformat()
    if day in table.excepted:
        return False
    if day in table.dates:
        return True
    minute, weekday = local.hour * 60 + local.minute, local.weekday()
    for period in table.periods:
        begin, end = minutes_of(period.begin), minutes_of(period.end)
        days = days_of(period.days)
        if begin < end:
            if weekday in days and begin <= minute < end:
                return True
        elif (weekday in days and minute >= begin) or ((weekday - 1) % 7 in days and minute < end):
            return True
    return False
