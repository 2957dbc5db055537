"""Servers that are asked or told: AAA, DNS, where call records and measurement files go."""

from __future__ import annotations

from typing import Final

from oam.snmp.object import Table

TABLES: Final[tuple[Table, ...]] = ()
