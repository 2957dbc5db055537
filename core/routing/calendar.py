"""Time tables: whether one is in force at a moment, in its own time zone.

The answer of a minute is kept: within it only a comparison is needed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from typing import Final

from core.northbound.routing_settings import TimeTable
from core.northbound.times import is_in_force, zone_of
from core.policy.window import Window

_LAST: Final = 253_402_128_000
"""Two days before the year 10000, which no date can name, in no time zone."""


class Calendar(Window):
    """One time table."""

    __slots__ = ("_is_in_force", "_minute", "_table", "_zone")

    def __init__(self, table: TimeTable) -> None:
        self._table: TimeTable = table
        self._zone: tzinfo = _zone(table.timezone)
        self._minute: int = -1
        self._is_in_force: bool = False

    def in_force(self, wall: float) -> bool:
        """Tell whether it is in force at `wall`, seconds since 1970."""
        minute = int(wall) // 60
        if minute != self._minute:
            self._minute = minute
            at = max(0, min(minute * 60, _LAST))
            self._is_in_force = is_in_force(self._table, datetime.fromtimestamp(at, self._zone))
        return self._is_in_force


def compile_calendars(tables: Iterable[TimeTable]) -> dict[str, Calendar]:
    """Compile time tables by name; reads the time zones' files."""
    return {table.name: Calendar(table) for table in tables}


def _zone(name: str) -> tzinfo:
    """Return a time zone; UTC for one that this host does not know any more."""
    try:
        return zone_of(name)
    except ValueError:
        return UTC
