"""What LibreNMS keeps as sensors: for each row one graph and, for states, one check. Few, so that it stays quick."""

from __future__ import annotations

from typing import Final

SENSORS: Final[dict[str, tuple[str, ...]]] = {
    "Server": ("sipctlSystemCalls",),
    "Alarms": (
        "sipctlAlarmCriticalCount",
        "sipctlAlarmMajorCount",
        "sipctlAlarmMinorCount",
        "sipctlAlarmWarningCount",
    ),
}
"""Objects by the group that LibreNMS shows them under."""

OK, WARNING, CRITICAL, UNKNOWN = range(4)
GENERIC: Final[dict[str, int]] = {
    "up": OK,
    "down": CRITICAL,
    "shutdown": WARNING,
    "draining": WARNING,
    "unknown": UNKNOWN,
    "cleared": OK,
    "indeterminate": UNKNOWN,
    "critical": CRITICAL,
    "major": CRITICAL,
    "minor": WARNING,
    "warning": WARNING,
}
"""Words of states -> generic states of LibreNMS. A state that is not here is told, and never wrong: 0."""
