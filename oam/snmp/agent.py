"""The agent of one server: what commands, tables and the manager hold of it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from oam.snmp.indexes import Indexes
from oam.snmp.mib import Mib
from oam.snmp.objects import TABLES
from oam.snmp.quarters import Quarters
from oam.snmp.secrets import guard
from oam.snmp.statistics import AgentStatistics

if TYPE_CHECKING:
    from oam.context import Manager


class Snmp:
    """The agent."""

    def __init__(self, manager: Manager) -> None:
        self._manager = manager
        self.indexes = Indexes(manager.state)
        """Numbers of trunks, listeners and all that has a name."""
        self.quarters = Quarters()
        """KPIs of the quarter-hours that are over."""
        self.mib = Mib(manager, TABLES)
        if manager.registry.keyring is not None:
            manager.configuration.guards.append(guard(manager.registry.keyring))

    def statistics(self) -> AgentStatistics:
        """Return what the engine has counted; all nought while there is none."""
        return AgentStatistics()

    @contextlib.asynccontextmanager
    async def served(self) -> AsyncGenerator[None, None]:
        """Answer and notify inside the `with`, as the configuration says."""
        yield
