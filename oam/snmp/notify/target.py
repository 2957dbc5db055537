"""One host that is told, with what waits for it; one that is away holds up nobody else."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from typing import TYPE_CHECKING, Final

import msgspec

from oam.outlets import reason
from oam.snmp.notify.credentials import UnfitError
from oam.snmp.notify.notification import Told
from oam.snmp.notify.sender import NoAnswerError, Sender

if TYPE_CHECKING:
    from oam.context import Manager
    from oam.settings.snmp import SnmpHost

log = logging.getLogger("management")

BURST: Final = 50
"""Traps sent before the host gets a moment to take them from its socket."""
REST_S: Final = 0.05
SETTLED_S: Final = 1.0
"""A trap that nobody has refused for so long has arrived, as far as anybody can know."""
BACK_OFF_S: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""Waits between attempts while our own host cannot send; the last one repeats."""
PATIENCE_S: Final = 3600.0
"""How long a notification waits for our own host to be able to send."""
TEST_ATTEMPTS: Final = 2
REFUSED_S: Final = 0.3
"""How long a test waits for a refusal of its trap."""


class SnmpHostRow(msgspec.Struct, frozen=True):
    """One host of `show snmp host`."""

    address: str
    port: int
    kind: str
    """`traps` or `informs`."""
    version: str
    level: str
    name: str
    """User of version 3."""
    state: str
    """`up`, `down`, or `unknown` when nothing was sent yet."""
    sent: int
    """Traps that left, and informs that were acknowledged."""
    acknowledged: int
    repeated: int
    """Informs sent again because no answer came in time."""
    waiting: int
    dropped: int
    """The oldest of those that found no room."""
    failed: int
    """Given up: no answer, or not sendable."""
    hidden: int
    """Not sent because the notify view does not show all of it."""
    resync: str
    """`needed`: it has missed something since `alarm resend` was last entered; a walk of sipctlAlarmTable brings it."""
    engine_id: str
    """Of the host, as it has told it."""
    error: str


class SnmpTestRow(msgspec.Struct, frozen=True):
    """What became of a test notification."""

    address: str
    port: int
    kind: str
    version: str
    result: str
    """`sent`, `acknowledged`, `failed`."""
    milliseconds: int | None
    """How long the acknowledgement took; None: there is none."""
    text: str


class Target:
    """One host, at work since it was made."""

    def __init__(self, host: SnmpHost, manager: Manager) -> None:
        self.host = host
        self._manager = manager
        self.sender = Sender(host, manager, self._note)
        self._waiting: deque[Told] = deque()
        self._busy = False
        self._more = asyncio.Event()
        self.sent = 0
        self.acknowledged = 0
        self.dropped = 0
        self.failed = 0
        self.hidden = 0
        self.resync = False
        """It has missed something since all alarms were last sent."""
        self.error = ""
        self._failed_at = 0.0
        self._burst = 0
        self._task = asyncio.get_running_loop().create_task(self._run(), name=f"SNMP host {self.name}")

    @property
    def name(self) -> str:
        """As lists of destinations have it."""
        host = self.host
        return f"{host.address} port {host.port} {host.kind} {host.version} {host.name}".rstrip()

    @property
    def waiting(self) -> int:
        """Notifications that are not sent, or not acknowledged, yet."""
        return len(self._waiting) + self._busy

    @property
    def room(self) -> int:
        """Most that may wait."""
        return self._manager.configuration.running.snmp.queue_length

    @property
    def row(self) -> SnmpHostRow:
        """What is to be seen of it."""
        host, sender = self.host, self.sender
        state = "down" if self.error else "up" if self.sent else "unknown"
        return SnmpHostRow(
            host.address, host.port, host.kind, host.version, host.level, host.name, state, self.sent,
            self.acknowledged, sender.repeated, self.waiting, self.dropped, self.failed, self.hidden,
            "needed" if self.resync else "", sender.engine_id.hex(), self.error,
        )  # fmt: skip

    def put(self, told: Told) -> None:
        """Queue a notification; where there is no room the oldest goes. Never waits."""
        self._waiting.append(told)
        while len(self._waiting) > self.room:
            self._waiting.popleft()
            self.dropped += 1
            self.resync = True
        self._more.set()

    async def close(self) -> None:
        """Give up."""
        self._task.cancel()
        await asyncio.wait([self._task])
        self.sender.end()

    async def test(self, told: Told) -> SnmpTestRow:
        """Send a test notification, past those that wait; tell what became of it."""
        started = time.monotonic()
        host = self.host
        try:
            result, text = await self._tested(told)
        except (UnfitError, NoAnswerError, OSError) as error:
            result, text = "failed", reason(error)
        spent = round((time.monotonic() - started) * 1000) if result == "acknowledged" else None
        return SnmpTestRow(host.address, host.port, host.kind, host.version, result, spent, text)

    async def _tested(self, told: Told) -> tuple[str, str]:
        if not self.sender.may_see(told):
            return "failed", "the notify view does not show sipctlTestNotification"
        if self.host.kind == "informs":
            timeout_s = self._manager.configuration.running.snmp.inform_timeout_s
            await self.sender.inform(told, TEST_ATTEMPTS, timeout_s, patient=False)
            self.error = ""
            return "acknowledged", ""
        before = self._failed_at
        await self._trapped(told)
        await asyncio.sleep(REFUSED_S)
        return ("failed", self.error) if self._failed_at > before else ("sent", "traps are not acknowledged")

    async def _run(self) -> None:
        while True:
            while self._waiting:
                self._busy = True
                try:
                    await self._deliver(self._waiting.popleft())
                except Exception:
                    log.exception("SNMP: a notification for %s was not sent", self.name)
                    self._given_up("a fault of ours")
                finally:
                    self._busy = False
            self._more.clear()
            await self._more.wait()

    async def _deliver(self, told: Told) -> None:
        """Send until it has left, or is acknowledged; what our own host cannot send now waits for better times."""
        since = time.monotonic()
        attempt = 0
        while True:
            try:
                if not self.sender.may_see(told):
                    self.hidden += 1
                    return
                await self._sent(told)
            except (UnfitError, NoAnswerError) as error:
                self._given_up(str(error))
                return
            except OSError as error:
                self.sender.close()
                self._note(reason(error) or type(error).__name__)
                if time.monotonic() - since >= PATIENCE_S:
                    self._given_up(self.error)
                    return
            else:
                return
            await asyncio.sleep(BACK_OFF_S[min(attempt, len(BACK_OFF_S) - 1)])
            attempt += 1

    async def _sent(self, told: Told) -> None:
        if self.host.kind == "informs":
            settings = self._manager.configuration.running.snmp
            await self.sender.inform(told, 1 + settings.inform_retries, settings.inform_timeout_s)
            self.acknowledged += 1
            self.error = ""
        else:
            await self._trapped(told)
            self._burst += 1
            await asyncio.sleep(0 if self._burst % BURST else REST_S)
        self.sent += 1

    async def _trapped(self, told: Told) -> None:
        await self.sender.trap(told)
        asyncio.get_running_loop().call_later(SETTLED_S, self._settle, time.monotonic())

    def _settle(self, sent_at: float) -> None:
        """Take a trap for arrived that nobody has refused."""
        if self._failed_at < sent_at:
            self.error = ""

    def _given_up(self, why: str) -> None:
        self.failed += 1
        self.resync = True
        self._note(why)

    def _note(self, why: str) -> None:
        """Take note of why something did not arrive; the first time it is told."""
        self._failed_at = time.monotonic()
        if not self.error:
            self._manager.notices.publish("notification-failed", f"SNMP host {self.name}: {why}", "warnings")
        self.error = why
