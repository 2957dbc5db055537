"""Statistics of one worker: whose rows there are, and what is due once a turn, a second, a minute."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import Final

from core.northbound import counters
from core.northbound.statistics import (
    DESTINATION,
    LISTENER,
    MESSAGES,
    METHOD,
    METHODS,
    PROCESSING_BOUNDS_US,
    PROCESSING_HISTOGRAM,
    PROCESSING_US,
    REGISTER_US,
    REGISTRATIONS,
    REGISTRATIONS_FAILED,
    REST,
    ROUTE_GROUP,
    SLOTS,
    SUBSCRIBER_GROUP,
    SYSTEM,
    TRUNK_IN,
    TRUNK_OUT,
)
from core.statistics.destinations import RETIRED_MS, Destinations
from core.statistics.messages import MessageCounts
from core.statistics.row import Row
from core.statistics.rows import Rows

NAME_OF_SYSTEM: Final = "system"
CONFIGURED: Final = (LISTENER, TRUNK_IN, TRUNK_OUT, ROUTE_GROUP, SUBSCRIBER_GROUP)
"""Kinds whose objects are those of the configuration."""


class Statistics:
    """All that one engine counts by object. Nothing is counted until it is configured."""

    __slots__ = ("_counters", "_minute", "_objects", "_registers", "_shared", "destinations", "is_on", "listeners",
                 "messages", "rows", "system")  # fmt: skip

    def __init__(self, slots: memoryview | None, counted: memoryview, now: float, wall: float) -> None:
        """Go on in `slots`, laid out as `core.northbound.statistics` says, or in memory of its own."""
        if slots is None:
            slots = memoryview(bytearray(8 * SLOTS)).cast("q")
        now_ms = int(now * 1000.0)
        self._counters: memoryview = counted
        self.is_on: bool = False
        self.rows: Rows = Rows(slots, now_ms, int(wall * 1000.0))
        self.system: Row = self._always(SYSTEM, NAME_OF_SYSTEM, now_ms)
        self.messages: MessageCounts = MessageCounts([self._always(METHOD, name, now_ms) for name in METHODS])
        self.destinations: Destinations = Destinations(self.rows)
        self.listeners: dict[int, Row] = {}
        """By number."""
        self._objects: list[dict[str, Row]] = [{} for _ in CONFIGURED]
        self._shared: set[str] = set()
        """Configured objects that have no row of their own."""
        self._minute: int = int(wall) // 60
        self._registers: list[Row] = []
        """Rows of the REGISTERs answered in this turn."""

    def configure(self, is_on: bool, destinations: int, now: float) -> None:
        """Take the switch, and how many destinations may have rows."""
        self.is_on = self.messages.is_on = is_on
        self.destinations.configure(destinations if is_on else 0, int(now * 1000.0))

    def name(self, kind: int, names: Iterable[str], now: float) -> dict[str, Row]:
        """Take the objects of one kind that are configured now; return their rows, none while it is off."""
        now_ms = int(now * 1000.0)
        found: dict[str, Row] = {}
        if self.is_on:
            for name in names:
                row = self.rows.find(kind, name, now_ms)
                if row is None:
                    row = self._share(kind, name, now_ms)
                row.unwanted_ms = 0
                found[name] = row
        self._objects[CONFIGURED.index(kind)] = found
        return found

    def listen(self, names: dict[int, str], now: float) -> None:
        """Take the listeners there are, by number."""
        found = self.name(LISTENER, names.values(), now)
        self.listeners = {number: found[name] for number, name in names.items() if name in found}

    def at(self, listener: int) -> list[Row]:
        """Return the rows that whatever comes by a listener concerns."""
        row = self.listeners.get(listener)
        return [self.system] if row is None else [self.system, row]

    def of(self, kind: int, name: str) -> Row | None:
        """Return the row of a configured object."""
        return self._objects[CONFIGURED.index(kind)].get(name)

    def registered(self, rows: list[Row], accepted: bool) -> None:
        """Count a REGISTER that has been answered for good; how long that took is known at the end of the turn."""
        for row in rows:
            row.add(REGISTRATIONS if accepted else REGISTRATIONS_FAILED)
        self._registers.extend(rows)

    def turn(self, listener: int, messages: int, elapsed_us: int) -> None:
        """Book the messages of one turn, all with the time from the arrival of the first to the last thing sent."""
        if not self.is_on:
            self._registers.clear()
            return
        bucket = PROCESSING_HISTOGRAM + bisect_left(PROCESSING_BOUNDS_US, elapsed_us)
        self._book(self.system, messages, elapsed_us, bucket)
        row = self.listeners.get(listener)
        if row is not None:
            self._book(row, messages, elapsed_us, bucket)
        if self._registers:
            for each in self._registers:
                each.add(REGISTER_US, elapsed_us)
            self._registers.clear()

    def _book(self, row: Row, messages: int, elapsed_us: int, bucket: int) -> None:
        values = row.values
        values[MESSAGES] += messages
        values[PROCESSING_US] += messages * elapsed_us
        values[bucket] += messages
        row.is_changed = True

    def sweep(self, now: float, wall: float) -> None:
        """Do what is due once a second, by the clock of the engine and seconds since 1970."""
        now_ms = int(now * 1000.0)
        self.rows.offset_ms = int(wall * 1000.0) - now_ms
        self._registers.clear()
        minute = int(wall) // 60
        is_new = minute != self._minute
        self._minute = minute
        for row in self.rows.all.values():
            if is_new and row.kind != METHOD:
                row.end_minute()
            row.write(now_ms)
        self.messages.write(self.rows.slots)
        if is_new:
            self._tend(now_ms)
        self._counters[counters.STATISTICS_ROWS] = len(self.rows.all)
        self._counters[counters.STATISTICS_SHARED] += self.destinations.shared
        self.destinations.shared = 0

    def _tend(self, now_ms: int) -> None:
        """Once a minute: see to the rows of destinations, and of objects that are configured no more."""
        self.destinations.tend(now_ms)
        for row in list(self.rows.all.values()):
            if row.kind not in CONFIGURED or row.name == REST or row.name in self._objects[CONFIGURED.index(row.kind)]:
                continue
            if not row.unwanted_ms:
                row.unwanted_ms = now_ms
            elif row.calls == 0 and now_ms - max(row.unwanted_ms, row.hit_ms) >= RETIRED_MS:
                self.rows.release(row)

    def _always(self, kind: int, name: str, now_ms: int) -> Row:
        row = self.rows.find(kind, name, now_ms)
        return self.rows.rest(kind, now_ms) if row is None else row

    def _share(self, kind: int, name: str, now_ms: int) -> Row:
        key = f"{kind} {name}"
        if key not in self._shared:
            self._shared.add(key)
            self._counters[counters.STATISTICS_SHARED] += 1
        return self.rows.rest(kind, now_ms)


assert DESTINATION not in CONFIGURED
