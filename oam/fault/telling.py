"""How an event of an alarm is told: its record, and the notice that carries it. Pure."""

from __future__ import annotations

from typing import Final, NamedTuple

from oam.fault.alarm import Alarm
from oam.fault.catalogue import ALARMS
from oam.fault.event import (
    ACKNOWLEDGED,
    CHANGED,
    CLEARED,
    LEVELS,
    RAISED,
    SHELVED,
    UNACKNOWLEDGED,
    UNSHELVED,
    AlarmEvent,
)

KINDS: Final = {
    RAISED: "alarm-raised",
    CHANGED: "alarm-changed",
    CLEARED: "alarm-cleared",
    ACKNOWLEDGED: "alarm-acknowledged",
    UNACKNOWLEDGED: "alarm-acknowledged",
    SHELVED: "alarm-acknowledged",
    UNSHELVED: "alarm-acknowledged",
}
"""What happened -> kind of the notice."""


class Told(NamedTuple):
    """What a notice of an alarm is made of."""

    kind: str
    text: str
    level: str
    event: AlarmEvent


def event_of(
    happening: str, alarm: Alarm, *, sequence: int, before: str, text: str, at: float, user: str = ""
) -> AlarmEvent:
    """Return the record of what happened to `alarm`, as it is from now on; `before` is its severity until now."""
    definition = ALARMS[alarm.number]
    severity = "cleared" if happening == CLEARED else alarm.severity
    return AlarmEvent(
        sequence, happening, alarm.id, alarm.number, definition.name, alarm.object, severity, before,
        definition.event_type, definition.cause, text, at, user,
    )  # fmt: skip


def told(event: AlarmEvent) -> Told:
    """Return the notice of an event; its level is that of the severity only where that is the news."""
    graded = event.happening in (RAISED, CHANGED)
    what = f"alarm {event.id}, {event.name} of {event.object}: {event.text or event.happening}"
    level = LEVELS[event.severity if graded else "cleared"]
    return Told(KINDS[event.happening], f"{event.severity} {what}" if graded else what, level, event)
