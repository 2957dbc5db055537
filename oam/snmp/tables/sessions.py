"""Operators who are on."""

from __future__ import annotations

from typing import Final

from oam.snmp.object import Table

TABLES: Final[tuple[Table, ...]] = ()
