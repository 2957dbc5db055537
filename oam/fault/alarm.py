"""One active alarm, and what operators have put aside: the records that are kept over a restart."""

from __future__ import annotations

from typing import Final

import msgspec

BY_ALARM: Final = "alarm"
BY_NUMBER: Final = "number"
BY_OBJECT: Final = "object"

NO_CHANGE: Final = "no-change"


class Alarm(msgspec.Struct, frozen=True):
    """One alarm from its raising to its clearing. Times are seconds since 1970."""

    id: int
    number: int
    object: str
    severity: str
    text: str
    raised_at: float
    changed_at: float
    sequence: int = 0
    """Of the last event about it; 0: nobody was told of it yet."""
    occurrences: int = 1
    """How often it has come while it was active."""
    trend: str = NO_CHANGE
    flapping: int = 0
    """Changes while it flaps; 0: it does not."""
    unknown: bool = False
    """Nothing measures it now: it is as it was when it was last seen."""
    announced: bool = False
    """Its raising was published: then its clearing will be."""
    acknowledged_by: str = ""
    acknowledged_at: float = 0.0
    acknowledged_text: str = ""

    @property
    def key(self) -> tuple[int, str]:
        """What it is about."""
        return self.number, self.object


class Shelf(msgspec.Struct, frozen=True):
    """What an operator does not want to hear of for a while."""

    kind: str
    """BY_ALARM, BY_NUMBER, BY_OBJECT."""
    value: str
    """Id, number, or an object or its first words: `trunk` is all trunks."""
    until: float
    """Seconds since 1970."""
    reason: str
    user: str
    at: float

    @property
    def key(self) -> tuple[str, str]:
        """What lies on it."""
        return self.kind, self.value

    def fits(self, alarm: Alarm) -> bool:
        """Whether `alarm` lies on it."""
        return self.key in shelf_keys(alarm)


def shelf_keys(alarm: Alarm) -> list[tuple[str, str]]:
    """Return the keys of the shelves on which `alarm` would lie."""
    words = alarm.object.split(" ")
    objects = [(BY_OBJECT, " ".join(words[:count])) for count in range(1, len(words) + 1)]
    return [(BY_ALARM, str(alarm.id)), (BY_NUMBER, str(alarm.number)), *objects]
