"""Minutes of statistics made up, and alarms that remember what they were told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from core.northbound.statistics import COLUMN, WIDTH
from oam.statistics.period import Figures, Minute, ObjectKey

SYSTEM = ObjectKey("system", "")
OUT = ObjectKey("trunk-out", "PSTN")
IN = ObjectKey("trunk-in", "PSTN")


def at(text: str) -> float:
    """Return a time, `2026-11-28 16:00` in UTC, as seconds of the epoch."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def values(**columns: int) -> tuple[int, ...]:
    """Return a row with these columns, `_` in place of `-` in their names."""
    row = [0] * WIDTH
    for name, value in columns.items():
        row[COLUMN[name.replace("_", "-")].slot] = value
    return tuple(row)


def minute(
    begin: float, figures: Mapping[ObjectKey, tuple[int, ...]], *, suspect: bool = False, seconds: float = 60.0
) -> Minute:
    """Return a minute in which objects did this."""
    return Minute(begin, {key: Figures(begin, seconds, row, suspect) for key, row in figures.items()}, suspect, seconds)


class FakeAlarms:
    """Remembers what sources say, as `oam.fault.alarms.Alarms` is told."""

    def __init__(self) -> None:
        self.active: dict[tuple[int, str], tuple[str, str]] = {}
        """(number, object) -> severity and text."""
        self.doubted: set[tuple[int, str]] = set()
        """Of these, those of which nothing was measured last."""
        self.said: list[tuple[str, int, str]] = []

    def set(self, number: int, name: str, text: str, severity: str = "") -> None:
        self.active[number, name] = (severity, text)
        self.doubted.discard((number, name))
        self.said.append(("set", number, name))

    def clear(self, number: int, name: str, text: str = "") -> None:
        self.active.pop((number, name), None)
        self.doubted.discard((number, name))
        self.said.append(("clear", number, name))

    def unknown(self, number: int, name: str) -> None:
        if (number, name) in self.active:
            self.doubted.add((number, name))
        self.said.append(("unknown", number, name))

    def forget(self, name: str) -> None:
        for key in [key for key in self.active if key[1] == name]:
            del self.active[key]
