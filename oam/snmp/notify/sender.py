"""Sends notifications to one host, in its version, and waits for what it says to informs."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from oam.snmp.engine import message, usm
from oam.snmp.engine.counters import Counters
from oam.snmp.engine.reading import Malformed
from oam.snmp.notify import answer, pdu
from oam.snmp.notify.answer import Answer, Asked
from oam.snmp.notify.channel import Channel, opened
from oam.snmp.notify.credentials import NOBODY, Credentials, UnfitError, credentials
from oam.snmp.notify.notification import Told
from oam.snmp.notify.timeline import Timeline

if TYPE_CHECKING:
    from oam.context import Manager
    from oam.settings.snmp import SnmpHost, SnmpSettings
    from oam.snmp.engine.access import Access

MOST_WAIT_S: Final = 60.0
"""The wait for an answer doubles with each attempt, up to this."""
RESYNCHRONISED: Final = 2
"""How often one attempt is made anew because the clock of the host is learnt from its report."""
DISCOVERED_S: Final = 30.0
"""How long a host is not asked for its engine ID again."""
TIMELINES: Final = 8
"""Engines that one host has had, whose clocks are remembered."""
_IDS: Final = 2**31 - 1
_ENDED: Final = "the host is not configured any more"


class NoAnswerError(Exception):
    """An inform was not acknowledged; the text says why."""


class _Fit(NamedTuple):
    """Credentials, and what they were made of."""

    settings: SnmpSettings
    access: Access
    credentials: Credentials


class Sender:
    """One host."""

    def __init__(
        self,
        host: SnmpHost,
        manager: Manager,
        failed: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._host = host
        self._manager = manager
        self._failed = failed
        """Told of what becomes known of datagrams that have left."""
        self._clock = clock
        self._channel: Channel | None = None
        self._ended = False
        self._opening = asyncio.Lock()
        self._source = ""
        self._fit: _Fit | None = None
        self._timelines: dict[bytes, Timeline] = {}
        self._waiting: dict[int, tuple[Asked, asyncio.Future[Answer]]] = {}
        self._last = int.from_bytes(os.urandom(4), "big") % _IDS
        self.engine_id = b""
        """Of the host: as it has told it; empty: it was not asked."""
        self._asked_at = -DISCOVERED_S
        self.repeated = 0
        """Informs sent again because no answer came in time."""

    def close(self) -> None:
        """Let go of the socket."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    def end(self) -> None:
        """The same for good: who is still about to send is refused."""
        self._ended = True
        self.close()
        for _, future in self._waiting.values():
            if not future.done():
                future.set_result(Answer(problem=_ENDED))

    def may_see(self, told: Told) -> bool:
        """Tell whether the notify view shows all of a notification (RFC 3413 §3.3). Raises UnfitError."""
        view = self._credentials().view
        return all(view.sees(oid) for oid in told.objects)

    async def trap(self, told: Told) -> None:
        """Send a trap. Raises UnfitError, NoAnswerError; OSError when the host it runs on does not take it."""
        channel = await self._opened()
        channel.send(self._trap(told, channel.source))
        self._count()

    async def inform(self, told: Told, attempts: int, timeout_s: float, *, patient: bool = True) -> None:
        """Send an inform until it is acknowledged.

        A host that refuses it without proving itself is asked again like one that does not answer, unless we are not
        `patient`: anybody could have said so. Raises NoAnswerError, UnfitError, OSError.
        """
        problem = ""
        for attempt in range(attempts):
            self.repeated += attempt > 0
            wait_s = min(timeout_s * 2**attempt, MOST_WAIT_S)
            until = asyncio.get_running_loop().time() + wait_s
            found = await self._attempt(told, until)
            if found is not None and found.status == 0:
                self.engine_id = found.engine_id
                return
            if found is not None and found.status is not None:
                raise NoAnswerError(f"it answers with error-status {found.status}")
            if found is not None:
                problem = self._explained(found)
                if not patient:
                    break
                await asyncio.sleep(max(until - asyncio.get_running_loop().time(), 0))
        raise NoAnswerError(problem or "it does not answer")

    def _explained(self, found: Answer) -> str:
        if found.engine_id:
            self.engine_id = found.engine_id
            return f"its engine ID is {found.engine_id.hex()}, another one is configured"
        return found.problem or "its clock does not stand still"

    async def _attempt(self, told: Told, until: float) -> Answer | None:
        """Send an inform once, and again while its clock is being learnt; None: no answer."""
        found: Answer | None = None
        for _ in range(1 + RESYNCHRONISED):
            fit = self._credentials()
            engine_id = await self._engine_of(fit, until)
            if self._host.version == "3" and not engine_id:
                return None
            asked = Asked(self._next_id(), fit.user, fit.level, engine_id)
            found = await self._exchanged(asked, self._inform(told, fit, asked), until)
            if found is None or not found.late:
                break
        return found

    async def _engine_of(self, fit: Credentials, until: float) -> bytes:
        """Return the engine ID of a host of version 3, asked for where none is configured; empty: it does not say.

        Raises UnfitError where the user has keys: they are for one engine, which an operator names.
        """
        if self._host.version != "3" or fit.engine_id:
            return fit.engine_id
        now = asyncio.get_running_loop().time()
        if not self.engine_id and (fit.level == usm.NO_AUTH or now - self._asked_at >= DISCOVERED_S):
            self._asked_at = now
            await self.discover(until)
        if fit.level == usm.NO_AUTH:
            return self.engine_id
        if not self.engine_id:
            raise UnfitError("its engine ID is not configured, and it does not tell it")
        line = f"snmp-server engineid remote {self._host.address} {self.engine_id.hex()}"
        raise UnfitError(f"its engine ID is not configured: enter `{line}`, then its user")

    async def discover(self, until: float) -> bytes:
        """Ask the host for its engine ID (RFC 3414 §4), until this time of the loop; empty: no answer.

        Raises OSError.
        """
        asked = Asked(self._next_id(), NOBODY, usm.NO_AUTH, b"")
        found = await self._exchanged(asked, self._message(pdu.probe(asked.id), asked, b""), until)
        if found is not None and found.engine_id:
            self.engine_id = found.engine_id
        return self.engine_id

    async def _exchanged(self, asked: Asked, octets: bytes, until: float) -> Answer | None:
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        channel = await self._opened()
        self._waiting[asked.id] = asked, future
        try:
            channel.send(octets)
            self._count()
            async with asyncio.timeout_at(until):
                return await future
        except TimeoutError:
            return None
        finally:
            del self._waiting[asked.id]

    def _count(self) -> None:
        counters = self._manager.snmp.counters
        counters.out_pkts += 1
        counters.out_traps += 1

    def _trap(self, told: Told, source: str) -> bytes:
        fit = self._credentials()
        if self._host.version == "1":
            return message.with_community(message.VERSION_1, fit.community, pdu.trap_1(told, source))
        number = self._next_id()
        body = pdu.trap(told, number)
        if self._host.version == "2c":
            return message.with_community(message.VERSION_2C, fit.community, body)
        security = self._security()
        scoped = message.with_scope(security.engine_id, b"", body)
        return security.protected(message.headed(number, fit.level), scoped, fit.user, fit.level)

    def _inform(self, told: Told, fit: Credentials, asked: Asked) -> bytes:
        body = pdu.inform(told, asked.id)
        if self._host.version != "3":
            return message.with_community(message.VERSION_2C, fit.community, body)
        return self._message(body, asked, self._security().engine_id)

    def _message(self, body: bytes, asked: Asked, context: bytes) -> bytes:
        """Return a message of version 3 that the host is the authority for; `context`: the engine it tells of."""
        timeline = self._timeline(asked.engine_id)
        header = message.headed(asked.id, asked.level, message.REPORTABLE)
        scoped = message.with_scope(context, b"", body)
        return self._security().sent(
            header, scoped, asked.user, asked.level, asked.engine_id, timeline.boots, timeline.seconds
        )

    def _timeline(self, engine_id: bytes) -> Timeline:
        found = self._timelines.get(engine_id)
        if found is None:
            if len(self._timelines) >= TIMELINES:
                self._timelines.clear()
            found = self._timelines[engine_id] = Timeline(self._clock)
        return found

    def _received(self, octets: bytes) -> None:
        for asked, future in tuple(self._waiting.values()):
            try:
                found = self._understood(octets, asked)
            except Malformed:
                return
            if found is not None:
                if not future.done():
                    future.set_result(found)
                return

    def _understood(self, octets: bytes, asked: Asked) -> Answer | None:
        if self._host.version != "3":
            return answer.of_community(octets, asked)
        return answer.of_version_3(octets, asked, self._security(), self._timeline(asked.engine_id))

    def _credentials(self) -> Credentials:
        """Return what the configuration says now. Raises UnfitError."""
        engine = self._manager.snmp.engine
        if engine is None:
            raise UnfitError("the SNMP engine does not run")
        settings = self._manager.configuration.running.snmp
        fit = self._fit
        if fit is None or fit.settings is not settings or fit.access is not engine.access:
            found = credentials(
                settings, self._host, engine.access, self._manager.registry.keyring, engine.security.engine_id
            )
            fit = self._fit = _Fit(settings, engine.access, found)
        return fit.credentials

    def _security(self) -> usm.Security:
        """Return our security; where no engine runs one that does for asking another for its ID."""
        engine = self._manager.snmp.engine
        return usm.Security(b"", usm.Clock(0), Counters()) if engine is None else engine.security

    async def _opened(self) -> Channel:
        async with self._opening:
            self._still_wanted()
            source = self._manager.configuration.running.snmp.trap_source
            if self._channel is not None and source == self._source:
                return self._channel
            self.close()
            self._source = source
            channel = await opened(self._host.address, self._host.port, source, self._received, self._refused)
            try:
                self._still_wanted()
            except NoAnswerError:
                channel.close()
                raise
            self._channel = channel
            return channel

    def _still_wanted(self) -> None:
        """Raise NoAnswerError when the host is gone."""
        if self._ended:
            raise NoAnswerError(_ENDED)

    def _refused(self, error: OSError) -> None:
        """Take note of what the network says; the host may be back when the wait for an answer is over."""
        problem = error.strerror or str(error)
        self._failed(problem)
        for _, future in self._waiting.values():
            if not future.done():
                future.set_result(Answer(problem=problem))

    def _next_id(self) -> int:
        self._last = self._last % _IDS + 1
        return self._last
