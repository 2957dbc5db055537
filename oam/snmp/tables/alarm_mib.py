"""ALARM-MIB (RFC 3877): a view of the same list of alarms."""

from __future__ import annotations

from typing import Final

from oam.snmp.object import Table

TABLES: Final[tuple[Table, ...]] = ()
