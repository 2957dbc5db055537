"""SNMPv2-MIB (RFC 3418) and the engine, USM and VACM statistics of RFC 3411, 3412, 3414, 3415."""

from __future__ import annotations

from typing import Final

from oam.snmp.object import Table

TABLES: Final[tuple[Table, ...]] = ()
