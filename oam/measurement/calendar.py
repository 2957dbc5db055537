"""When a job measures: periods aligned to the clock, a daily window, days, start and stop. Pure; all in UTC."""

from __future__ import annotations

from typing import Final

from core.northbound.times import days_of, minutes_of
from oam.settings.measurement import MeasurementJob
from oam.times import seconds_of

MINUTE_S: Final = 60
DAY_S: Final = 86_400
_THURSDAY: Final = 3
"""Day of the week of 1970-01-01, Monday being 0."""
_HORIZON: Final = 8 * 24 * 60
"""Minutes looked ahead: after a week every window has come."""


def begin_of(moment: float, period_min: int) -> float:
    """Return when the period began that `moment` is in, seconds of the epoch."""
    length = period_min * MINUTE_S
    return float(int(moment // length) * length)


class Calendar:
    """The time of one job."""

    def __init__(self, job: MeasurementJob) -> None:
        self._start = seconds_of(job.start) if job.start else None
        self._stop = seconds_of(job.stop) if job.stop else None
        self._days = frozenset(days_of(job.days))
        self._begin = minutes_of(job.daily.begin)
        self._end = minutes_of(job.daily.end)
        self._always = len(self._days) == 7 and self._begin == 0 and self._end == DAY_S // MINUTE_S

    def measures(self, moment: float) -> bool:
        """Tell whether the minute that begins at `moment` is measured.

        A window over midnight belongs to the day on which it begins.
        """
        if (self._start is not None and moment < self._start) or (self._stop is not None and moment >= self._stop):
            return False
        if self._always:
            return True
        day = int(moment // DAY_S)
        minute = int(moment % DAY_S) // MINUTE_S
        weekday = (day + _THURSDAY) % 7
        if self._begin < self._end:
            return weekday in self._days and self._begin <= minute < self._end
        return (weekday in self._days and minute >= self._begin) or (
            (weekday - 1) % 7 in self._days and minute < self._end
        )

    def next_end(self, now: float, period_min: int) -> float | None:
        """Return when the period ends that is measured now or next; None: no more."""
        minute = begin_of(max(now, self._start or 0.0), 1)
        for ahead in range(_HORIZON):
            moment = minute + ahead * MINUTE_S
            if self._stop is not None and moment >= self._stop:
                return None
            if self.measures(moment):
                return begin_of(moment, period_min) + period_min * MINUTE_S
        return None
