"""Indicators of all objects: this quarter-hour, the one before, and the last 96."""

from __future__ import annotations

from typing import Final

from oam.snmp.object import Table

TABLES: Final[tuple[Table, ...]] = ()
