"""NETWORK-SERVICES-MIB (RFC 2788): applTable, whose index all tables of RFC 4780 have."""

from __future__ import annotations

from typing import Final

from oam.snmp.object import Table

TABLES: Final[tuple[Table, ...]] = ()
