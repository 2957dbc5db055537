"""Where messages of the log go besides stderr."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core.northbound.settings import LoggingSettings
from oam.settings.audit import MAX_HOSTS, SyslogHost

FACILITIES: Final = {
    "kern": 0, "user": 1, "mail": 2, "daemon": 3, "auth": 4, "syslog": 5, "lpr": 6, "news": 7, "uucp": 8, "cron": 9,
    "authpriv": 10, "ftp": 11, "ntp": 12, "audit": 13, "alert": 14, "clock": 15, "local0": 16, "local1": 17,
    "local2": 18, "local3": 19, "local4": 20, "local5": 21, "local6": 22, "local7": 23,
}  # fmt: skip
"""Names and numbers of RFC 5424 §6.2.1."""


class LogHost(SyslogHost, frozen=True):
    """`logging host ADDRESS …`: a syslog server that is sent messages of the log and notices."""

    level: str = "informational"
    """What is less severe is not sent."""


class LogSettings(LoggingSettings, frozen=True):
    """`logging …`, with what concerns management alone."""

    buffer_size: int = 4096
    """Messages kept in memory for `show logging`."""
    buffer_level: str = "debugging"
    monitor_level: str = "debugging"
    """What is less severe is not shown on terminals that monitor."""
    file: bool = True
    """Messages are written to `logs/sipctl.log`."""
    file_level: str = "informational"
    file_mib: int = 10
    """A file that has grown so large is set aside and another begun."""
    file_keep: int = 5
    """Files set aside that are kept."""
    hosts: tuple[LogHost, ...] = ()
    facility: str = "daemon"
    facilities: tuple[tuple[str, str], ...] = ()
    """(area, facility) for areas that differ."""

    def facility_of(self, area: str) -> int:
        """Return the number of the facility that messages of `area` have."""
        return FACILITIES[dict(self.facilities).get(area, self.facility)]


def problems(settings: LogSettings) -> Iterator[str]:
    """Yield what makes `settings` unusable."""
    if len(settings.hosts) > MAX_HOSTS:
        yield f"logging: at most {MAX_HOSTS} hosts"
    for host in settings.hosts:
        if host.ca and host.transport != "tls":
            yield f"logging: host {host.address}: 'ca' needs 'transport tls'"
