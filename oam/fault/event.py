"""What is said of an alarm when something happens to it: the record that notices, syslog, SNMP and history share."""

from __future__ import annotations

from typing import Final, NamedTuple

SEVERITIES: Final = {"cleared": 1, "indeterminate": 2, "critical": 3, "major": 4, "minor": 5, "warning": 6}
"""Perceived severities with the numbers of ITU-T X.733 as MIBs have them (ItuPerceivedSeverity)."""
LEVELS: Final = {
    "critical": "alerts",
    "major": "critical",
    "minor": "errors",
    "warning": "warnings",
    "indeterminate": "notifications",
    "cleared": "notifications",
}
"""Perceived severity -> severity of its syslog message (RFC 5674 §3)."""
GRAVITY: Final = {"cleared": 0, "indeterminate": 1, "warning": 2, "minor": 3, "major": 4, "critical": 5}
"""The perceived severities in their order: the greater the graver."""

RAISED: Final = "raised"
CHANGED: Final = "changed"
CLEARED: Final = "cleared"
ACKNOWLEDGED: Final = "acknowledged"
SHELVED: Final = "shelved"
UNSHELVED: Final = "unshelved"
UNACKNOWLEDGED: Final = "unacknowledged"


class AlarmEvent(NamedTuple):
    """One thing that happened to one alarm."""

    sequence: int
    """Rises by one with each event, also over restarts: who sees a gap has missed one."""
    happening: str
    """RAISED, CHANGED, CLEARED, ACKNOWLEDGED, UNACKNOWLEDGED, SHELVED, UNSHELVED."""
    id: int
    """Of the alarm: the same from its raising to its clearing."""
    number: int
    """In the catalogue."""
    name: str
    object: str
    """What it is about: `trunk PSTN`, `listener udp:192.0.2.1:5060`, `system`."""
    severity: str
    """Perceived severity from now on; `cleared` when it is over."""
    before: str
    """Perceived severity until now; empty when it is new."""
    event_type: str
    """X.733: `communications`, `quality-of-service`, `processing-error`, `equipment`, `environmental`, `integrity`,
    `operational`, `physical`, `security`, `time-domain`."""
    cause: int
    """Probable cause, its number in IANAItuProbableCause."""
    text: str
    at: float
    """Seconds since 1970."""
    user: str = ""
    """Operator who did it; empty: nobody did."""


def is_worse(severity: str, than: str) -> bool:
    """Whether one perceived severity is graver than another; whatever is known is graver than `indeterminate`."""
    return GRAVITY[severity] > GRAVITY[than]


def trend(event: AlarmEvent) -> str:
    """Return the trend as X.733 §8.1.2.6 names it: `more-severe`, `no-change`, `less-severe`."""
    before = GRAVITY.get(event.before, 0)
    now = GRAVITY[event.severity]
    return "more-severe" if now > before else "less-severe" if now < before else "no-change"
