"""Trunks: how they are, and what calls did on them in each direction."""

from __future__ import annotations

from typing import Final

from oam.snmp.object import Table

TABLES: Final[tuple[Table, ...]] = ()
