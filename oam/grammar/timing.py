"""When a schedule runs: what an operator writes, and the next moment after a given one. Pure; all in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNITS: Final = {"minutes": 60, "hours": 3600, "days": 86_400}
LONGEST: Final = 10_000
"""Highest number of minutes, hours or days."""

_ONCE: Final = re.compile(r"(\d{4}-\d\d-\d\d) (\d?\d:\d\d)")
_AGAIN: Final = re.compile(r"(\d?\d:\d\d)(?: (daily)| (weekdays)((?: [a-z]+)+))?")
_EVERY: Final = re.compile(r"(\d{1,5}) ?([a-z]+)")


def at(text: str) -> str:
    """Return a time as it is kept: `2026-11-23 04:00`, `04:00 daily` or `04:00 weekdays mon fri`; ValueError else."""
    words = " ".join(text.lower().split())
    once = _ONCE.fullmatch(words)
    if once:
        return f"{datetime.strptime(words, '%Y-%m-%d %H:%M'):%Y-%m-%d %H:%M}"
    again = _AGAIN.fullmatch(words)
    if again is None:
        raise ValueError("not as '2026-11-23 04:00', '04:00 daily' or '04:00 weekdays mon fri'")
    hour = f"{datetime.strptime(again[1], '%H:%M'):%H:%M}"
    if not again[3]:
        return f"{hour} daily"
    days = {_day(word) for word in again[4].split()}
    return " ".join([hour, "weekdays", *(day for day in DAYS if day in days)])


def every(text: str) -> str:
    """Return a span as it is kept: `30 minutes`, `6 hours`, `2 days`; ValueError else."""
    found = _EVERY.fullmatch(" ".join(text.lower().split()))
    if found is None:
        raise ValueError("not as '30 minutes', '6 hours' or '2 days'")
    count = int(found[1])
    units = [unit for unit in UNITS if unit.startswith(found[2])]
    if len(units) != 1 or not 1 <= count <= LONGEST:
        raise ValueError(f"1 to {LONGEST} minutes, hours or days")
    return f"{count} {units[0]}"


def _day(word: str) -> str:
    found = [day for day in DAYS if len(word) >= 3 and _SPELLED[day].startswith(word)]
    if not found:
        raise ValueError(f"'{word}' is no day of the week")
    return found[0]


_SPELLED: Final = dict(
    zip(DAYS, ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), strict=True)
)


def following(at_: str, every_: str, after: float) -> float | None:
    """Return the first moment behind `after` (seconds of the epoch) that one of the two means; None: never."""
    moments = [_following_at(at_, after) if at_ else None, _following_every(every_, after) if every_ else None]
    return min((moment for moment in moments if moment is not None), default=None)


def _following_every(text: str, after: float) -> float:
    count, unit = text.split()
    step = int(count) * UNITS[unit]
    return float((int(after // step) + 1) * step)


def _following_at(text: str, after: float) -> float | None:
    first, kind, *days = text.split()
    if "-" in first:
        moment = datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC).timestamp()
        return moment if moment > after else None
    hour, minute = first.split(":")
    day = datetime.fromtimestamp(after, UTC).replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    for _ in range(9):
        if day.timestamp() > after and (kind == "daily" or DAYS[day.weekday()] in days):
            return day.timestamp()
        day += timedelta(days=1)
    return None
