"""Where the audit log goes besides the server's own store."""

from __future__ import annotations

import msgspec


class SyslogHost(msgspec.Struct, frozen=True):
    """`audit host ADDRESS …`: a syslog server (RFC 5424)."""

    address: str
    transport: str = "udp"
    """`udp`, `tcp` or `tls`."""
    port: int = 514
    ca: str = ""
    """PEM file, in the file area, of who may sign the server's certificate; empty: the system's."""


class AuditSettings(msgspec.Struct, frozen=True):
    """`audit …`."""

    hosts: tuple[SyslogHost, ...] = ()
    records_maximum: int = 1_000_000
    """Records kept; the oldest go first."""
