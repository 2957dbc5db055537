"""Rows of destinations: the prefixes called most have one of their own, all others share one.

Who has a row keeps it while calls come. One that has had none for IDLE_MS may be needed for a busier prefix: then it is
retired, and if RETIRED_MS later still none has come (management has read the last figures by then) it is given away.
"""

from __future__ import annotations

from typing import Final

from core.northbound.statistics import DESTINATION
from core.statistics.row import Row
from core.statistics.rows import Rows

IDLE_MS: Final = 900_000
RETIRED_MS: Final = 120_000
MOST_WAITING: Final = 1000
"""Prefixes without a row whose calls are counted, to know the busiest."""
ANY: Final = "any"
"""Name of the empty prefix."""


class Destinations:
    """The prefixes that have rows, and those that would like one."""

    __slots__ = ("_known", "_maximum", "_rows", "_surplus", "_waiting", "shared")

    def __init__(self, rows: Rows) -> None:
        self._rows: Rows = rows
        self._known: dict[str, Row] = {row.name: row for row in rows.of(DESTINATION)}
        self._surplus: list[Row] = []
        """Rows that are to be given up as soon as nobody counts in them any more."""
        self._waiting: dict[str, int] = {}
        """Calls of late to prefixes without a row."""
        self._maximum: int = 0
        self.shared: int = 0
        """Prefixes that were counted together with others for want of room, since this was last set to nought."""

    def configure(self, maximum: int, now_ms: int) -> None:
        """Take another bound; rows too many are given up, those first that have been idle longest."""
        self._maximum = maximum
        self._known.pop("other", None)
        surplus = len(self._known) - maximum
        if surplus > 0:
            for row in sorted(self._known.values(), key=_hit_ms)[:surplus]:
                del self._known[row.name]
                row.unwanted_ms = now_ms
                self._surplus.append(row)

    def row(self, prefix: str, now_ms: int) -> Row:
        """Return the row of a prefix that is being called, or the one for the rest."""
        row = self._known.get(prefix)
        return self._new(prefix, now_ms) if row is None else row

    def tend(self, now_ms: int) -> None:
        """Do what is due once a minute: give up what nobody needs, give what is idle to whom is waiting."""
        for row in list(self._surplus):
            if _is_left(row, now_ms):
                self._surplus.remove(row)
                self._rows.release(row)
        for row in list(self._known.values()):
            if row.unwanted_ms and row.hit_ms >= row.unwanted_ms:
                row.unwanted_ms = 0
            elif row.unwanted_ms and _is_left(row, now_ms):
                del self._known[row.name]
                self._rows.release(row)
        self._hand_out(now_ms)
        self._retire(len(self._waiting), now_ms)
        self._waiting = {prefix: calls // 2 for prefix, calls in self._waiting.items() if calls > 1}

    def _new(self, prefix: str, now_ms: int) -> Row:
        if len(self._known) < self._maximum and prefix not in self._waiting:
            row = self._take(prefix, now_ms)
            if row is not None:
                return row
        calls = self._waiting.get(prefix, 0)
        if calls or len(self._waiting) < MOST_WAITING:
            self._waiting[prefix] = calls + 1
            if calls == 0:
                self.shared += 1
        return self._rows.rest(DESTINATION, now_ms)

    def _take(self, prefix: str, now_ms: int) -> Row | None:
        for row in self._surplus:
            if row.name == prefix:
                self._surplus.remove(row)
                row.unwanted_ms = 0
                self._known[prefix] = row
                return row
        found = self._rows.find(DESTINATION, prefix, now_ms)
        if found is not None:
            self._known[found.name] = found
        return found

    def _hand_out(self, now_ms: int) -> None:
        """Give the rows there are to the busiest of those who wait."""
        free = self._maximum - len(self._known)
        if free <= 0 or not self._waiting:
            return
        for prefix in sorted(self._waiting, key=self._waiting.__getitem__, reverse=True)[:free]:
            if self._take(prefix, now_ms) is None:
                return
            del self._waiting[prefix]

    def _retire(self, wanted: int, now_ms: int) -> None:
        if self._maximum - len(self._known) > 0:
            return
        for row in sorted(self._known.values(), key=_hit_ms)[:wanted]:
            if now_ms - row.hit_ms < IDLE_MS:
                return
            if not row.unwanted_ms and row.calls == 0:
                row.unwanted_ms = now_ms


def _hit_ms(row: Row) -> int:
    return row.hit_ms


def _is_left(row: Row, now_ms: int) -> bool:
    """Tell whether a row that was retired has had nothing to count for long enough."""
    since = row.unwanted_ms if row.unwanted_ms > row.hit_ms else row.hit_ms
    return row.calls == 0 and now_ms - since >= RETIRED_MS
