"""Alarms: the active ones, what happened to them, and the catalogue."""

from __future__ import annotations

from typing import Final

from oam.snmp.object import Table

TABLES: Final[tuple[Table, ...]] = ()
