"""Tells the configured hosts what happens: alarms, the start of the server, failed authentication."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING, Final

from oam.outlets import Outlets
from oam.settings.snmp import SnmpHost
from oam.snmp.notify import notification
from oam.snmp.notify.log import NotificationLog
from oam.snmp.notify.notification import Told
from oam.snmp.notify.sender import Sender
from oam.snmp.notify.start import Start
from oam.snmp.notify.target import SnmpHostRow, SnmpTestRow, Target

if TYPE_CHECKING:
    from oam.context import Manager
    from oam.notices import ManagementNotice

FAILURES_S: Final = 10.0
"""How far apart failures of authentication of one address are told of."""
SOURCES: Final = 20
"""Addresses told of in that time: inventing addresses costs an attacker nothing."""


class Notifier:
    """All of it."""

    def __init__(self, manager: Manager, clock: Callable[[], float] = time.monotonic) -> None:
        self._manager = manager
        self._clock = clock
        self.log: Final = NotificationLog(lambda: manager.configuration.running.snmp.log_size)
        self.targets: Final = Outlets[SnmpHost, Target](
            manager.configuration, lambda running: running.snmp.hosts, lambda host: Target(host, manager)
        )
        self.unsaid = 0
        """Failures of authentication that were not told of, because there were too many."""
        self._failures: dict[str, float] = {}

    @contextlib.asynccontextmanager
    async def served(self) -> AsyncGenerator[None, None]:
        """Notify inside the `with`; the engine runs already."""
        manager = self._manager
        self.targets.start()
        manager.notices.subscribers.append(self.take)
        manager.snmp.authentication_failures.append(self.authentication_failed)
        start = Start(manager.configuration, manager.state)
        await self._tell_start(start)
        following = asyncio.get_running_loop().create_task(start.run())
        try:
            yield
        finally:
            following.cancel()
            await asyncio.wait([following])
            manager.snmp.authentication_failures.remove(self.authentication_failed)
            manager.notices.subscribers.remove(self.take)
            await self.targets.close()

    async def _tell_start(self, start: Start) -> None:
        """Tell that the agent has started: cold where its boots have begun anew, or the configuration is another."""
        engine = self._manager.snmp.engine
        if engine is None:
            return
        altered = await start.is_altered()
        if "start" in self._chosen:
            self._tell(notification.start(cold=altered or engine.security.clock.boots == 1))

    @property
    def _chosen(self) -> tuple[str, ...]:
        return self._manager.configuration.running.snmp.notifications

    def take(self, notice: ManagementNotice) -> None:
        """Notify what is about an alarm."""
        event = notice.alarm
        if event is None or self._manager.snmp.engine is None:
            return
        for told in notification.of_alarm(event, self._chosen):
            self._tell(told)

    def authentication_failed(self, address: str) -> None:
        """Notify that a message from `address` was not authentic; not of each."""
        if "authentication" not in self._chosen:
            return
        now = self._clock()
        self._failures = {each: at for each, at in self._failures.items() if now - at < FAILURES_S}
        if address in self._failures or len(self._failures) >= SOURCES:
            self.unsaid += 1
            return
        self._failures[address] = now
        self._tell(notification.authentication_failure(address))

    def _tell(self, told: Told) -> None:
        self.log.add(told)
        for target in self.targets.all.values():
            target.put(told)

    async def discover(self, address: str, port: int = 162) -> bytes:
        """Return the engine ID of a host, which informs of version 3 need; empty: it does not say.

        Raises OSError.
        """
        sender = Sender(SnmpHost(address, port, "informs", "3"), self._manager, lambda problem: None)
        try:
            timeout_s = self._manager.configuration.running.snmp.inform_timeout_s
            return await sender.discover(asyncio.get_running_loop().time() + timeout_s)
        finally:
            sender.close()

    def resending(self) -> None:
        """Know that all active alarms are about to be sent again: what was missed until now matters no more."""
        for target in self.targets.all.values():
            target.resync = False

    def hosts(self) -> list[SnmpHostRow]:
        """Return what is to be seen of the hosts, in the order of the configuration."""
        return [target.row for target in self.targets.all.values()]

    async def test(self, address: str | None = None, words: str = "") -> list[SnmpTestRow]:
        """Send a test notification to all hosts, or to those at `address`; tell what became of each."""
        told = notification.test(words or f"test from {self._manager.configuration.running.hostname}")
        targets = [each for each in self.targets.all.values() if address in (None, each.host.address)]
        return list(await asyncio.gather(*(each.test(told) for each in targets)))
