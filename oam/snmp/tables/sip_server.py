"""SIP-SERVER-MIB (RFC 4780): proxy, redirect server and registrar."""

from __future__ import annotations

from typing import Final

from oam.snmp.object import Table

TABLES: Final[tuple[Table, ...]] = ()
