"""Where the audit log goes besides the server's own store."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class SyslogHost(msgspec.Struct, frozen=True):
    """`audit host ADDRESS …`: a syslog server (RFC 5424)."""

    address: str
    transport: str = "udp"
    """`udp`, `tcp` or `tls`."""
    port: int = 0
    """0: 514, over TLS 6514."""
    ca: str = ""
    """PEM file, in the file area, of who may sign the server's certificate; empty: the system's."""


class AuditSettings(msgspec.Struct, frozen=True):
    """`audit …`."""

    hosts: tuple[SyslogHost, ...] = ()
    records_maximum: int = 1_000_000
    """Records kept; the oldest go first."""


MAX_HOSTS = 8
"""Syslog hosts: each record is written for every one of them."""


def problems(settings: AuditSettings) -> Iterable[str]:
    """Yield what makes `settings` unusable."""
    if len(settings.hosts) > MAX_HOSTS:
        yield f"audit: at most {MAX_HOSTS} hosts"
    for host in settings.hosts:
        if host.ca and host.transport != "tls":
            yield f"audit: host {host.address}: 'ca' needs 'transport tls'"
