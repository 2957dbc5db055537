"""`logging level`: what is written to the log, by area."""

from __future__ import annotations

from typing import Final

from core.northbound.settings import LOG_AREAS, SEVERITIES
from oam.commands.registry import config

_SEVERITY: Final = f"<{'|'.join(SEVERITIES)}>$severity"
_AREA: Final = f"<{'|'.join(LOG_AREAS)}>$area"


@config(
    f"logging level {_SEVERITY}",
    field="logging.level",
    words={
        "logging": "Messages to the log",
        "level": "Lowest severity that is logged",
        "emergencies": "System is unusable (0)",
        "alerts": "Action must be taken at once (1)",
        "critical": "Critical conditions (2)",
        "errors": "Error conditions (3)",
        "warnings": "Warning conditions (4)",
        "notifications": "Normal but significant (5)",
        "informational": "Informational (6)",
        "debugging": "Debugging (7)",
    },
)
def level() -> None:
    """Log this severity and what is more severe, in every area that has no level of its own."""


@config(
    f"logging level {_AREA} {_SEVERITY}",
    field="logging.areas",
    key=("area",),
    words={
        "supervisor": "Start, stop and supervision of processes",
        "net": "Sockets and connections",
        "sip": "SIP identity, listeners, timers and bounds",
        "registrar": "Registration intervals and bounds",
        "authentication": "Digest authentication of subscribers",
        "store": "Stored registrations and subscribers",
        "management": "Commands, configuration and sessions",
    },
)
def area() -> None:
    """Log this severity and what is more severe in one area.

    Example: logging level sip debugging
    """
