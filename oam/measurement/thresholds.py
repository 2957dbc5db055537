"""The thresholds of a server: fed minute by minute, evaluated at the end of each period, told as alarms."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from oam.measurement.board import AlarmKey, Board, Place, alarm_of, told
from oam.measurement.calendar import MINUTE_S
from oam.measurement.evaluator import Watch
from oam.measurement.gather import Chooser, Gatherer, Stretch, merged
from oam.measurement.indicators import applying, find
from oam.settings.measurement import Threshold, in_force
from oam.statistics.period import Minute, ObjectKey
from oam.threads import in_thread

if TYPE_CHECKING:
    from oam.config.store import ConfigurationStore
    from oam.config.tree import Configuration
    from oam.measurement.measurement import Alarms

log = logging.getLogger("management")

MAX_WATCHES: Final = 20_000
"""Objects watched, each once for every threshold on it; more are counted and not watched."""
GONE_S: Final = 86_400.0
"""An object of which no statistics were seen for so long is forgotten."""
MAX_OVER: Final = 8
"""Periods that wait to be evaluated."""


class Measured(NamedTuple):
    """What one threshold has found of one object in one period."""

    place: Place
    value: float | None
    samples: int


def measured(stretch: Stretch, thresholds: Iterable[Threshold]) -> list[Measured]:
    """Return what the thresholds find in a period; takes its time, so not in the event loop."""
    choosers = [(each, Chooser(each.objects)) for each in thresholds]
    figures = merged(stretch, lambda key: any(chosen(key) for _, chosen in choosers))
    return [
        Measured(Place(threshold.name, key), indicator.of(whole), indicator.samples(whole))
        for threshold, chosen in choosers
        for key, whole in figures.items()
        if chosen(key)
        for indicator in applying(key.kind, (threshold.indicator,))
    ]


class Thresholds:
    """The thresholds in force."""

    def __init__(self, configuration: ConfigurationStore, alarms: Alarms) -> None:
        self._board = Board(alarms)
        self._gatherers: dict[int, Gatherer] = {}
        self._over: deque[Stretch] = deque()
        self._more = asyncio.Event()
        self._seen: dict[Place, float] = {}
        self.watches: dict[Place, Watch] = {}
        self.refused = 0
        """Objects that were not watched: too many."""
        self.lost = 0
        """Periods that were not evaluated: too slow, or a fault."""
        self.thresholds: dict[str, Threshold] = {}
        """Those there are, the built-in ones included, by name."""
        self.follow(None, configuration.running)
        configuration.observers.append(self.follow)

    def take(self, minute: Minute) -> None:
        """Take the next minute of statistics; never waits."""
        for gatherer in self._gatherers.values():
            self._over += gatherer.take(minute)
        while len(self._over) > MAX_OVER:
            self._over.popleft()
            self.lost += 1
        if self._over:
            self._more.set()

    async def run(self) -> None:
        """Evaluate periods until cancelled."""
        while True:
            await self._more.wait()
            self._more.clear()
            while self._over:
                await self.evaluate(self._over.popleft())

    async def evaluate(self, stretch: Stretch) -> None:
        """Evaluate a period that is over, and tell the alarms."""
        length = round((stretch.end - stretch.begin) / MINUTE_S)
        due = {each.name: each for each in self._active() if each.period_min == length}
        try:
            found = await in_thread(measured, stretch, tuple(due.values()))
        except Exception:
            log.exception("thresholds were not evaluated")
            self.lost += 1
            return
        # Those that were changed meanwhile begin with the next period.
        due = {name: each for name, each in due.items() if self.thresholds.get(name) is each}
        self._judge(due, found, stretch.end)

    def _judge(self, due: dict[str, Threshold], found: list[Measured], at: float) -> None:
        """Take what a period had of each object; objects that it had nothing of had no sample."""
        had = {each.place for each in found}
        touched: dict[AlarmKey, None] = {}
        for each in found:
            if each.place.threshold in due and self._watched(due[each.place.threshold], each.place):
                self._seen[each.place] = at
                touched[self._taken(due[each.place.threshold], each)] = None
        for place in [each for each in self.watches if each.threshold in due and each not in had]:
            if at - self._seen[place] > GONE_S:
                touched.update(dict.fromkeys(self._forgotten(place)))
            else:
                touched[self._taken(due[place.threshold], Measured(place, None, 0))] = None
        for alarm in touched:
            self._board.tell(alarm)

    def _watched(self, threshold: Threshold, place: Place) -> bool:
        """Have an object watched; return whether it is."""
        if place not in self.watches:
            if len(self.watches) >= MAX_WATCHES:
                self.refused += 1
                return False
            self.watches[place] = Watch(threshold)
        return True

    def _taken(self, threshold: Threshold, found: Measured) -> AlarmKey:
        """Let a watch take its figures; return the alarm that they are about."""
        watch = self.watches[found.place]
        watch.take(found.value, found.samples)
        indicator = find(threshold.indicator)
        text = (
            told(threshold, indicator.unit if indicator else "", found.place.key, watch) if watch.verdict.bound else ""
        )
        alarm = alarm_of(threshold.indicator, found.place.key)
        self._board.put(alarm, found.place, watch, text)
        return alarm

    def _active(self) -> list[Threshold]:
        return [each for each in self.thresholds.values() if not each.shutdown and each.indicator and each.raises]

    def follow(self, old: Configuration | None, new: Configuration) -> None:
        """Take up the thresholds as they are configured now: one that has changed begins anew.

        So does what is watched of a trunk that is configured no longer.
        """
        wanted = {each.name: each for each in in_force(new.thresholds)}
        changed = {name for name, each in self.thresholds.items() if wanted.get(name) != each}
        trunks = {each.name for each in new.trunks}
        gone = {each.name for each in old.trunks} - trunks if old is not None else set()
        # An unchanged threshold stays the very record that a period is being evaluated with.
        self.thresholds = {
            name: each if name in changed else self.thresholds.get(name, each) for name, each in wanted.items()
        }
        touched: dict[AlarmKey, None] = {}
        for place in [each for each in self.watches if each.threshold in changed or _is_of(each.key, gone)]:
            touched.update(dict.fromkeys(self._forgotten(place)))
        for alarm in touched:
            self._board.tell(alarm)
        lengths = sorted({each.period_min for each in self._active()})
        self._gatherers = {each: self._gatherers.get(each) or Gatherer(each) for each in lengths}

    def _forgotten(self, place: Place) -> list[AlarmKey]:
        """Forget an object under a threshold; return the alarms that may be over by that."""
        self.watches.pop(place, None)
        self._seen.pop(place, None)
        return self._board.drop(place)


def _is_of(key: ObjectKey, trunks: set[str]) -> bool:
    return key.kind.startswith("trunk-") and key.name in trunks
