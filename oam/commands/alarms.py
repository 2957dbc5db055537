"""`alarm profile NUMBER`, `alarm history`: what is set for alarms."""

from __future__ import annotations

from typing import Final

from oam.commands.registry import config, entry

_WORDS: Final = {
    "alarm": "Alarms",
    "profile": "What is other than in the catalogue",
    "history": "Alarms that have been",
}

PROFILE: Final = entry(
    "alarm profile (1-999)$number",
    "Edit what is other than in the catalogue for one alarm.",
    name="alarm-profile",
    field="alarm_profiles",
    key=("number",),
    words=_WORDS,
    arguments={"number": "Number of the alarm (`show alarm definition`)"},
)


@config(
    "severity <critical|major|minor|warning|indeterminate>$severity",
    mode=PROFILE,
    field="severity",
    words={
        "severity": "How grave it is",
        "critical": "Service is gone: act at once",
        "major": "Service suffers: act soon",
        "minor": "Something is wrong that does not hurt yet",
        "warning": "Something may go wrong",
        "indeterminate": "Not known how grave",
    },
)
def severity() -> None:
    """Give the alarm this severity, whatever its source says."""


@config(
    "soak (0-3600)$seconds",
    mode=PROFILE,
    field="soak_s",
    words={"soak": "How long it must last before it is raised"},
    arguments={"seconds": "Seconds"},
)
def soak() -> None:
    """Raise the alarm when its condition has lasted so many seconds."""


@config(
    "clear-delay (0-3600)$seconds",
    mode=PROFILE,
    field="clear_s",
    words={"clear-delay": "How long it must be gone before it is cleared"},
    arguments={"seconds": "Seconds"},
)
def clear_delay() -> None:
    """Clear the alarm when its condition has been gone for so many seconds."""


@config("shutdown", mode=PROFILE, field="shutdown", words={"shutdown": "Never raise it"})
def shutdown() -> None:
    """Never raise the alarm; one that is raised is cleared."""


@config(
    "alarm history maximum (100-1000000)$number",
    field="alarms.history_maximum",
    words=_WORDS,
    arguments={"number": "Events"},
)
def history_maximum() -> None:
    """Keep so many events of alarms; the oldest go first."""
