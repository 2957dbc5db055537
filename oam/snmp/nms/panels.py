"""What a dashboard shows: one table of rows of panels, by names of objects."""

from __future__ import annotations

from typing import Final, NamedTuple


class Panel(NamedTuple):
    """One panel."""

    title: str
    objects: tuple[str, ...]
    state: str = ""
    """Of an enumeration: the state whose rows are counted."""
    single: bool = False
    """The last value is shown as a number, not a curve."""


PANELS: Final[dict[str, tuple[Panel, ...]]] = {
    "Server": (
        Panel("Calls", ("sipctlSystemCalls",), single=True),
        Panel("Uptime", ("sipctlSystemUptime",), single=True),
    ),
    "Alarms": (
        Panel(
            "Active alarms",
            (
                "sipctlAlarmCriticalCount",
                "sipctlAlarmMajorCount",
                "sipctlAlarmMinorCount",
                "sipctlAlarmWarningCount",
            ),
        ),
    ),
}
"""By the title of their row."""
