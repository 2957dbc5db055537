"""`logging …`: what is written to the log, by area, and where it goes."""

from __future__ import annotations

from typing import Final

from core.northbound.settings import LOG_AREAS, SEVERITIES
from oam.commands.registry import config
from oam.settings.logs import FACILITIES

_SEVERITY: Final = f"<{'|'.join(SEVERITIES)}>$severity"
_AREA: Final = f"<{'|'.join(LOG_AREAS)}>$area"

AREAS: Final = {
    "supervisor": "Start, stop and supervision of processes",
    "net": "Sockets and connections",
    "sip": "SIP identity, listeners, timers and bounds",
    "registrar": "Registration intervals and bounds",
    "authentication": "Digest authentication of subscribers",
    "store": "Stored registrations and subscribers",
    "management": "Commands, configuration and sessions",
}
"""Areas of the log: what is logged in each."""


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
    words={**AREAS, "level": "Lowest severity that is logged"},
)
def area() -> None:
    """Log this severity and what is more severe in one area.

    Example: logging level sip debugging
    """


_DESTINATIONS: Final = {
    "logging": "Messages to the log",
    "buffer": "Messages kept in memory",
    "monitor": "Notices on terminals that monitor",
    "file": "Messages written to files",
    "host": "Syslog host that is sent messages and notices",
    "size": "How much",
    "keep": "Files set aside that are kept",
    "transport": "How it is reached; UDP unless given",
    "udp": "Datagrams (RFC 5426): may be lost unnoticed",
    "tcp": "Counted messages over TCP (RFC 6587)",
    "tls": "Counted messages over TLS (RFC 5425)",
    "port": "Port; 514, over TLS 6514, unless given",
    "ca": "Who may sign the host's certificate",
    "facility": "Facility of messages sent to syslog hosts",
    "rate-limit": "How much one area may write",
    **{name: f"Facility {number} (RFC 5424 §6.2.1)" for name, number in FACILITIES.items()},
}
_SEVERITY_WORDS: Final = {**_DESTINATIONS, "level": "Lowest severity that goes there"}


@config("logging rate-limit (0-10000)$rate_limit", field="logging.rate_limit", words=_DESTINATIONS,
        arguments={"rate_limit": "Messages a second of one area of one process; 0: no bound"})  # fmt: skip
def rate_limit() -> None:
    """Let one area of one process write so many messages a second; how many were kept back is told with the next one.

    One text that repeats itself is written three times in a minute and then only counted.
    """


@config("logging buffer size (0-50000)$size", field="logging.buffer_size", words=_DESTINATIONS,
        arguments={"size": "Messages"})  # fmt: skip
def buffer_size() -> None:
    """Keep so many messages in memory for `show logging`."""


@config(f"logging buffer level {_SEVERITY}", field="logging.buffer_level", words=_SEVERITY_WORDS)
def buffer_level() -> None:
    """Keep in memory this severity and what is more severe, of what is logged at all."""


@config(f"logging monitor level {_SEVERITY}", field="logging.monitor_level", words=_SEVERITY_WORDS)
def monitor_level() -> None:
    """Show this severity and what is more severe on terminals that monitor (`terminal monitor`)."""


@config("logging file", field="logging.file", words=_DESTINATIONS)
def file() -> None:
    """Write messages to logs/sipctl.log in the state directory, besides stderr."""


@config(f"logging file level {_SEVERITY}", field="logging.file_level", words=_SEVERITY_WORDS)
def file_level() -> None:
    """Write to the file this severity and what is more severe, of what is logged at all."""


@config("logging file size (1-1000)$mib", field="logging.file_mib", words=_DESTINATIONS,
        arguments={"mib": "Mebibytes"})  # fmt: skip
def file_size() -> None:
    """Set a log file aside when it has grown so large, and begin another."""


@config("logging file keep (0-100)$files", field="logging.file_keep", words=_DESTINATIONS,
        arguments={"files": "Files"})  # fmt: skip
def file_keep() -> None:
    """Keep so many log files that were set aside; older ones are removed."""


@config(
    "logging host ADDRESS$address [transport <udp|tcp|tls>$transport] [port (1-65535)$port] [ca FILE$ca] "
    f"[level <{'|'.join(SEVERITIES)}>$level]",
    field="logging.hosts",
    key=("address",),
    words=_SEVERITY_WORDS,
    arguments={
        "address": "Address of the host",
        "port": "Port of the host",
        "ca": "PEM file in the folder 'files'; without it what the system trusts",
    },
)
def host() -> None:
    """Send messages of the log, notices and alarms to a syslog host (RFC 5424, alarms as RFC 5674 has them).

    Audit records go to `audit host`. `show logging destinations` tells how it fares.

    Example: logging host 192.0.2.50 transport tls ca syslog-ca.pem level warnings
    """


@config(f"logging facility <{'|'.join(FACILITIES)}>$facility", field="logging.facility", words=_DESTINATIONS)
def facility() -> None:
    """Give messages sent to syslog hosts this facility, in every area that has none of its own."""


@config(
    f"logging facility {_AREA} <{'|'.join(FACILITIES)}>$facility",
    field="logging.facilities",
    key=("area",),
    words={**_DESTINATIONS, **AREAS},
)
def area_facility() -> None:
    """Give the messages of one area this facility."""
