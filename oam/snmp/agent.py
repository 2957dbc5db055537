"""The agent of one server: what commands, tables and the manager hold of it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from oam.prometheus.reading import Saved
from oam.snmp import writing
from oam.snmp.engine import boots, engine_id
from oam.snmp.engine.counters import Counters
from oam.snmp.engine.engine_id import EngineIdError
from oam.snmp.engine.message import LARGEST
from oam.snmp.engine.secrets import guard
from oam.snmp.engine.statistics import AgentStatistics
from oam.snmp.engine.status import NOT_WRITABLE
from oam.snmp.mib import Mib
from oam.snmp.notify.notifier import Notifier
from oam.snmp.objects import TABLES
from oam.snmp.rows.discontinuity import Discontinuities
from oam.snmp.rows.indexes import Indexes
from oam.snmp.rows.quarters import Quarters
from oam.snmp.syntax import Start

if TYPE_CHECKING:
    from oam.config.tree import Configuration
    from oam.context import Manager
    from oam.settings.snmp import SnmpSettings
    from oam.snmp.engine.engine import Asker, Engine
    from oam.snmp.engine.transport import Endpoint, Endpoints, Peer
    from oam.snmp.engine.usm import Clock
    from oam.snmp.oids import Oid

log = logging.getLogger("management")

UNPROVED_BURST: Final = 10
UNPROVED_S: Final = 1.0
"""How many messages that are not authentic are told of at once, and how often one more is."""


class Writer(Protocol):
    """Sets objects for managers."""

    async def set(self, asked: Sequence[tuple[Oid, bytes]], who: Asker) -> tuple[int, int]:
        """Set objects, all or none: names and encoded values -> error-status and error-index of RFC 3416 §4.2.5."""


class Snmp:
    """The agent."""

    def __init__(self, manager: Manager) -> None:
        self._manager = manager
        self.indexes = Indexes(manager.state)
        """Numbers of trunks, listeners and all that has a name."""
        self.quarters = Quarters()
        """KPIs of the quarter-hours that are over."""
        self.silent_until = 0.0
        """Monotonic: signalling, which did not answer in time, is not asked for rows before."""
        self.cleared: dict[str, float] = {}
        """When an operator last had signalling count from zero again, seconds since 1970, by what was cleared."""
        self.discontinuities = Discontinuities()
        """When counters began anew that do not say so themselves."""
        self.saved = Saved(manager.configuration)
        """Whether what runs is in startup-config."""
        self.mib = Mib(manager, TABLES)
        if manager.registry.keyring is not None:
            manager.configuration.guards.append(guard(manager.registry.keyring))
        self.writer: Writer | None = writing.Writer(manager)
        """None: nothing can be set."""
        self.authentication_failures: list[Callable[[str], None]] = []
        """Told of addresses whose messages are not authentic, of a flood not of each (authenticationFailure)."""
        self.unproved_from = ""
        """Address of the last."""
        self.engine: Engine | None = None
        """None: neither a listener nor a host is configured."""
        self.counters = Counters()
        """What is counted, besides what `statistics` tells: refusals, drops, faults."""
        self.notifier = Notifier(manager)
        """Tells hosts what happens."""
        self._endpoints: Endpoints | None = None
        self._clock: Clock | None = None
        self._kept = b""
        """The engine ID of the state directory, once it has been read."""
        self._allowance = float(UNPROVED_BURST)
        self._told_at = time.monotonic()

    @property
    def unproved(self) -> int:
        """How many messages were not authentic: unknown communities and users, wrong digests and keys."""
        counted = self.counters
        wrong = counted.wrong_digests + counted.decryption_errors
        return counted.in_bad_community_names + counted.unknown_user_names + wrong

    def statistics(self) -> AgentStatistics:
        """Return what the engine is and has counted since the process started; all nought while there is none."""
        fields = {
            field: getattr(self.counters, field.removeprefix("snmp_").removeprefix("usm_stats_"))
            for field in AgentStatistics.__struct_fields__
            if not field.startswith("snmp_engine_")
        }
        if self._clock is None or self.engine is None:
            return AgentStatistics(**fields)
        own = self.engine.security.engine_id
        return AgentStatistics(own, self._clock.boots, self._clock.seconds, LARGEST, **fields)

    @property
    def endpoints(self) -> list[Endpoint]:
        """The sockets that managers ask at; those that could not be opened say why."""
        return list(self._endpoints.endpoints.values()) if self._endpoints else []

    @contextlib.asynccontextmanager
    async def served(self) -> AsyncGenerator[None, None]:
        """Answer and notify inside the `with`, as the configuration says."""
        Start.at, Start.monotonic = time.time(), time.monotonic()
        configuration = self._manager.configuration
        for problem in await self._tried(configuration.running, configuration.running):
            log.error("%s", problem)
        self._apply(configuration.running)
        configuration.guards.append(self._tried)
        configuration.observers.append(self._follow)
        try:
            async with self.notifier.served():
                yield
        finally:
            configuration.guards.remove(self._tried)
            configuration.observers.remove(self._follow)
            if self._endpoints:
                self._endpoints.close()
            if self.engine:
                await self.engine.close()

    async def _tried(self, old: Configuration, new: Configuration) -> list[str]:
        """Return why the agent cannot be as `new` wants it (`ConfigurationStore.guards`); make what blocks."""
        if not _wanted(new):
            return []
        from oam.snmp.engine.transport import Endpoints

        try:
            await asyncio.to_thread(self._identify, new)
        except EngineIdError as error:
            # What was so before is no fault of the change: all else can be configured, and the way out too.
            before = old is not new and _wanted(old) and old.snmp.engine_id == new.snmp.engine_id
            return [] if before else [f"snmp-server: {error}"]
        if self._endpoints is None:
            self._endpoints = Endpoints(self._receive, self.counters)
        return await self._endpoints.tried(old, new)

    def _identify(self, configuration: Configuration) -> None:
        """Read or make the engine ID, and count this start; blocks. Raises EngineIdError."""
        from oam.snmp.engine.usm import Clock

        self._own(configuration.snmp)
        if self._clock is None:
            self._clock = Clock(boots.raised(self._manager.state))

    def _own(self, settings: SnmpSettings) -> bytes:
        """Return our engine ID. Raises EngineIdError."""
        if settings.engine_id:
            return engine_id.parse(settings.engine_id)
        self._kept = self._kept or engine_id.kept(self._manager.state)
        return self._kept

    def _follow(self, old: Configuration, new: Configuration) -> None:
        if (old.snmp, old.access_lists) != (new.snmp, new.access_lists):
            self._apply(new)

    def _apply(self, configuration: Configuration) -> None:
        """Be what the configuration wants, whose guard has been asked."""
        if self._endpoints is None or self._clock is None:
            return
        from oam.snmp.engine.access import Access
        from oam.snmp.engine.engine import Engine
        from oam.snmp.engine.usm import Security

        settings = configuration.snmp
        try:
            own = self._own(settings)
        except EngineIdError:
            # Told by the guard: nobody can be answered, all else goes on.
            self._endpoints.follow(())
            return
        access = Access(configuration, self._manager.registry.keyring, own)
        if self.engine is None:
            security = Security(own, self._clock, self.counters)
            self.engine = Engine(self.mib, self.counters, security, access)
            self.engine.set = self._set
            self.engine.unproved = self._unproved
        self.engine.security.engine_id = own
        self.engine.configure(access, settings.packet_size)
        self._endpoints.follow(settings.listeners)

    def _receive(self, octets: bytes, peer: Peer) -> None:
        if self.engine:
            self.engine.receive(octets, peer)

    async def _set(self, asked: Sequence[tuple[Oid, bytes]], who: Asker) -> tuple[int, int]:
        return await self.writer.set(asked, who) if self.writer else (NOT_WRITABLE, 1)

    def _unproved(self, address: str) -> None:
        now = time.monotonic()
        self.unproved_from = address
        self._allowance = min(self._allowance + (now - self._told_at) / UNPROVED_S, UNPROVED_BURST)
        self._told_at = now
        if self._allowance >= 1:
            self._allowance -= 1
            for told in self.authentication_failures:
                told(address)


def _wanted(configuration: Configuration) -> bool:
    return bool(configuration.snmp.listeners or configuration.snmp.hosts)
