"""NOTIFICATION-LOG-MIB (RFC 3014): the last notifications, for managers that missed some."""

from __future__ import annotations

from typing import Final

from oam.snmp.object import Table

TABLES: Final[tuple[Table, ...]] = ()
