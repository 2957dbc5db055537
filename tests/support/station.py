"""A management station that takes informs, honest and strict: what it makes of each is its user's to say."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

from oam.snmp import ber
from oam.snmp.engine import message, reading, usm
from oam.snmp.engine.counters import Counters

REMOTE: Final = bytes.fromhex("80007ed905aabbccddeeff0011")
"""Its engine ID."""


class Told(NamedTuple):
    """One inform that was let in."""

    request_id: bytes
    variables: list[tuple[tuple[int, ...], bytes]]


class Station:
    """One station at 127.0.0.1."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.security = usm.Security(REMOTE, usm.Clock(7, clock), Counters())
        self.clock = clock
        self.told: list[Told] = []
        self.reports: list[str] = []
        """Why messages were not let in."""
        self.heard = 0
        """Messages that came, of any kind."""
        self.deaf = 0
        """So many messages it does not hear."""
        self.status = 0
        """error-status it answers with."""
        self.forged = False
        """It answers without proving who it is."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind(("127.0.0.1", 0))

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def restart(self, boots: int) -> None:
        """Be started anew."""
        self.security.clock = usm.Clock(boots, self.clock)

    @asynccontextmanager
    async def served(self) -> AsyncGenerator[None, None]:
        loop = asyncio.get_running_loop()
        loop.add_reader(self._socket.fileno(), self._read)
        try:
            yield
        finally:
            loop.remove_reader(self._socket.fileno())
            self._socket.close()

    def _read(self) -> None:
        octets, peer = self._socket.recvfrom(65_535)
        self.heard += 1
        if self.deaf:
            self.deaf -= 1
            return
        reply = self._answered(octets)
        if reply:
            self._socket.sendto(reply, peer)

    def _answered(self, octets: bytes) -> bytes:
        version, at, end = message.envelope(octets)
        if version != message.VERSION_3:
            community, at = reading.string(octets, at, end)
            return message.with_community(version, community, self._taken(reading.pdu(octets, at, end)))
        header, at = message.header(octets, at, end)
        assert header.level is not None
        start, stop = reading.inside(octets, at, end, ber.OCTET_STRING)
        sent = usm.parameters(octets, start, stop)
        data = octets[stop:end]
        try:
            user = self.security.admitted(octets, sent, header.level)
            if header.level == usm.PRIV:
                inner, last = reading.whole(data, 0, len(data), ber.OCTET_STRING)
                data = self.security.opened(user, sent, data[inner:last])
        except usm.Refused as refused:
            return self._report(header, refused)
        scoped = message.scoped(data, 0, padded=True)
        body = self._taken(reading.pdu(data, scoped.pdu_at, scoped.end))
        level, user = (usm.NO_AUTH, usm.User(b"")) if self.forged else (header.level, user)
        return self.security.protected(
            message.headed(header.id, level), message.with_scope(REMOTE, b"", body), user, level
        )

    def _taken(self, pdu: reading.Pdu) -> bytes:
        if pdu.tag != reading.INFORM:
            return b""
        self.told.append(Told(pdu.request_id, pdu.variables))
        return ber.wrapped(reading.RESPONSE, pdu.request_id + ber.integer(self.status) + ber.integer(0) + b"\x30\x00")

    def _report(self, header: message.Header, refused: usm.Refused) -> bytes:
        number, name = refused.reason
        self.reports.append(name)
        variable = message.variable((*usm.STATS, number, 0), ber.integer(1, ber.COUNTER32))
        scoped = message.with_scope(REMOTE, b"", message.pdu(reading.REPORT, ber.integer(0), variable))
        user = usm.User(b"") if refused.user is None else refused.user
        return self.security.protected(message.headed(header.id, refused.level), scoped, user, refused.level)
