"""Whether the configuration was changed, when, by whom, and whether it is saved."""

from __future__ import annotations

from typing import Final

from oam.snmp.object import Table

TABLES: Final[tuple[Table, ...]] = ()
