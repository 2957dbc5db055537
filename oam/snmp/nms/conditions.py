"""What is worth waking somebody for: one table, from which alert rules and triggers are made.

The server raises alarms for these itself; whoever takes its notifications needs no second opinion. They are for an NMS
that only polls, and for what an alarm cannot tell: that the server does not answer.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Condition(NamedTuple):
    """One condition on one object."""

    name: str
    """Of the alert: `TrunkDown`."""
    object: str
    relation: str
    """`=`, `>`, `<`."""
    value: float | str
    """In the unit after scaling; of an enumeration its word."""
    lasts_s: int
    """How long it must hold."""
    severity: str
    """Perceived severity."""
    title: str
    """What is the matter, without what it is about."""
    samples: str = ""
    """Object that counts what a share was made of."""
    samples_least: int = 0
    """Of fewer nothing is said."""


CONDITIONS: Final = (
    Condition("CriticalAlarm", "sipctlAlarmCriticalCount", ">", 0, 60, "critical", "critical alarms are active"),
    Condition("MajorAlarm", "sipctlAlarmMajorCount", ">", 0, 60, "major", "major alarms are active"),
)
