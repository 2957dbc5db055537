"""Time tables: whether one is in force at a moment, in its own time zone.

The answer of a minute is kept: within it only a comparison is needed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, tzinfo
from typing import Final

from core.northbound.routing_settings import Period, TimeTable
from core.northbound.times import days_of, minutes_of, zone_of
from core.policy.window import Window

_DAY: Final = 24 * 60


class Calendar(Window):
    """One time table."""

    __slots__ = ("_dates", "_excepted", "_is_in_force", "_minute", "_week", "_zone")

    def __init__(self, table: TimeTable) -> None:
        self._zone: tzinfo = _zone(table.timezone)
        self._week: list[list[tuple[int, int]]] = _week(table.periods)
        """For each day from Monday on the minutes it is in force: from, up to."""
        self._dates: set[int] = {date.fromisoformat(day).toordinal() for day in table.dates}
        self._excepted: set[int] = {date.fromisoformat(day).toordinal() for day in table.excepted}
        self._minute: int = -1
        self._is_in_force: bool = False

    def in_force(self, wall: float) -> bool:
        """Tell whether it is in force at `wall`, seconds since 1970."""
        minute = int(wall) // 60
        if minute != self._minute:
            self._minute = minute
            self._is_in_force = self._judge(minute * 60)
        return self._is_in_force

    def _judge(self, wall: int) -> bool:
        local = datetime.fromtimestamp(wall, self._zone)
        day = local.toordinal()
        if day in self._excepted:
            return False
        if day in self._dates:
            return True
        minute = local.hour * 60 + local.minute
        return any(begin <= minute < end for begin, end in self._week[local.weekday()])


def compile_calendars(tables: Iterable[TimeTable]) -> dict[str, Calendar]:
    """Compile time tables by name; reads the time zones' files."""
    return {table.name: Calendar(table) for table in tables}


def _zone(name: str) -> tzinfo:
    """Return a time zone; UTC for one that this host does not know any more."""
    try:
        return zone_of(name)
    except ValueError:
        return UTC


def _week(periods: Iterable[Period]) -> list[list[tuple[int, int]]]:
    week: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for period in periods:
        begin, end = minutes_of(period.begin), minutes_of(period.end)
        for day in days_of(period.days):
            if begin < end:
                week[day].append((begin, end))
            else:
                week[day].append((begin, _DAY))
                week[(day + 1) % 7].append((0, end))
    return week
