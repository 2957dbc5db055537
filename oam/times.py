"""Times as operators write and read them; all are UTC."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from typing import Final

_UNITS: Final = {"m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_PRECISION: Final = {0: "seconds", 3: "milliseconds", 6: "microseconds"}
_SPAN: Final = re.compile(r"(\d{1,5})([mhdw])")


def moment_of(since: str | None, now: float) -> float:
    """Return the moment that a SINCE means (`7d`, `2026-11-23T04:00`), in seconds since 1970; 0 for none."""
    span = _SPAN.fullmatch(since or "")
    return now - int(span[1]) * _UNITS[span[2]] if span else seconds_of(since)


def seconds_of(text: str | None) -> float:
    """Return the seconds since 1970 of a time in ISO 8601; 0 for none. Raises ValueError."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() if text else 0.0


def iso(at: float, digits: int = 0) -> str:
    """Return seconds since 1970 in ISO 8601, with 0, 3 or 6 digits after the point.

    Raises ValueError, OverflowError and OSError for what no calendar holds.
    """
    return datetime.fromtimestamp(at, UTC).isoformat(timespec=_PRECISION[digits]).replace("+00:00", "Z")


def router_time(at: float) -> str:
    """Return seconds since 1970 as routers write them: `04:00:00 UTC Mon Nov 23 2026`."""
    return time.strftime("%H:%M:%S UTC %a %b %d %Y", time.gmtime(at))
