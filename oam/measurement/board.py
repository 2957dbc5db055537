"""Thresholds told as alarms: what several thresholds say of one alarm of one object is one alarm.

The worst of those that are crossed is its severity, all of them are its text, and it is over when none is crossed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from oam.measurement.evaluator import Watch
from oam.measurement.indicators import ALARM_OF, OTHER
from oam.measurement.report import number
from oam.settings.measurement import RAISED, Threshold
from oam.statistics.period import ObjectKey
from oam.statistics.view import spoken

if TYPE_CHECKING:
    from oam.measurement.measurement import Alarms


class Place(NamedTuple):
    """One object under one threshold."""

    threshold: str
    key: ObjectKey


class AlarmKey(NamedTuple):
    """One alarm."""

    number: int
    name: str
    """Of the object."""


def alarm_of(indicator: str, key: ObjectKey) -> AlarmKey:
    """Return the alarm that an indicator of an object raises.

    Both directions of a trunk are one object. Of the alarm that many indicators share each has its own.
    """
    kind = "trunk" if key.kind.startswith("trunk-") else key.kind
    name = f"{kind} {key.name}".rstrip()
    found = ALARM_OF.get(indicator, OTHER)
    return AlarmKey(found, f"{name} {indicator}" if found == OTHER else name)


def told(threshold: Threshold, unit: str, key: ObjectKey, watch: Watch) -> str:
    """Say what is crossed: `trunk PSTN out: asr 12 %, raised when below 20 % (80 samples in 5 minutes, ...)`."""
    bound = watch.verdict.bound
    assert bound is not None
    unit = f" {unit}" if unit else ""
    minutes = "1 minute" if threshold.period_min == 1 else f"{threshold.period_min} minutes"
    return (
        f"{spoken(key)}: {threshold.indicator} {number(watch.value)}{unit}, raised when {bound.direction} "
        f"{number(bound.value)}{unit} ({watch.samples} samples in {minutes}, threshold {threshold.name})"
    )


class Board:
    """Which thresholds are crossed, by alarm."""

    def __init__(self, alarms: Alarms) -> None:
        self._alarms = alarms
        self._watches: dict[AlarmKey, dict[Place, Watch]] = {}
        self._texts: dict[Place, str] = {}
        """Of what is crossed, as it was when it was last measured."""
        self._raised: set[AlarmKey] = set()
        """Raised by us; others may be left from before a restart."""

    def put(self, alarm: AlarmKey, place: Place, watch: Watch, text: str) -> None:
        """Note what a period said; `text` is used where something is crossed and was measured."""
        self._watches.setdefault(alarm, {})[place] = watch
        if watch.verdict.measured or place not in self._texts:
            self._texts[place] = text

    def drop(self, place: Place) -> list[AlarmKey]:
        """Forget a threshold on an object; return the alarms that may be over by that."""
        self._texts.pop(place, None)
        touched = [alarm for alarm, watches in self._watches.items() if watches.pop(place, None) is not None]
        for alarm in touched:
            if not self._watches[alarm]:
                del self._watches[alarm]
        return touched

    def tell(self, alarm: AlarmKey) -> None:
        """Set, leave or clear one alarm by all that is known of it."""
        watches = self._watches.get(alarm, {})
        crossed = [(place, each.verdict) for place, each in watches.items() if each.verdict.bound is not None]
        if any(verdict.measured for _, verdict in crossed):
            crossed.sort(key=lambda each: RAISED.index(each[1].state))
            text = "; ".join(self._texts[place] for place, _ in crossed)
            self._alarms.set(*alarm, text, crossed[0][1].state)
            self._raised.add(alarm)
        elif crossed:
            self._alarms.unknown(*alarm)
        elif alarm in self._raised or all(each.verdict.settled for each in watches.values()):
            self._alarms.clear(*alarm, "" if watches else "it is watched no longer")
            self._raised.discard(alarm)
        elif not all(each.verdict.measured for each in watches.values()):
            self._alarms.unknown(*alarm)
