"""The engine that answers managers: from datagram to datagram.

Messages are read, judged and answered without building objects of pyasn1; `oam.snmp.engine.usm` tells why. An answer
that has to wait for rows is given by a task; so is a SET. How many may wait is bounded, and what is beyond is dropped,
counted: a manager asks again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

from oam.snmp import ber
from oam.snmp.engine import message, reading, usm
from oam.snmp.engine.access import Access, Rights
from oam.snmp.engine.counters import Counters
from oam.snmp.engine.message import VERSION_1, VERSION_2C, VERSION_3, Header
from oam.snmp.engine.reading import Malformed, Pdu
from oam.snmp.engine.responder import Request, Responder
from oam.snmp.engine.status import GEN_ERR, NO_ERROR, NOT_WRITABLE
from oam.snmp.engine.transport import TURN_S, Peer
from oam.snmp.mib import Mib, Stale
from oam.snmp.oids import Oid

log = logging.getLogger("management")

WAITING: Final = 256
"""Requests that wait for rows, or are being set."""
OF_ONE_SOURCE: Final = 64
"""The same, of one address."""
ANSWER_S: Final = 10.0
"""How long an answer may wait; then it is `genErr`."""
REMEMBERED: Final = 10_000
"""SETs that are known again when they are replayed."""
TOLD_S: Final = 10.0
"""How far apart faults, refusals and failures are logged."""
_COMMUNITY_OCTETS: Final = 20
"""What a message of v1 and v2c has around its PDU, besides the community: tags and lengths at their longest."""
_SCOPED_OCTETS: Final = 96
"""The same of v3, besides engine IDs, names and digest, padding included."""

UNKNOWN_HANDLER: Final = (1, 3, 6, 1, 6, 3, 11, 2, 1, 3, 0)
"""snmpUnknownPDUHandlers."""
UNKNOWN_CONTEXT: Final = (1, 3, 6, 1, 6, 3, 12, 1, 5, 0)
"""snmpUnknownContexts."""
_COUNTED: Final = {
    reading.GET: "in_get_requests",
    reading.GET_NEXT: "in_get_nexts",
    reading.GET_BULK: "in_get_bulks",
    reading.SET: "in_set_requests",
}
_VERSION_1_PDUS: Final = (reading.GET, reading.GET_NEXT, reading.SET, reading.RESPONSE, reading.TRAP_1)


class Sparing:
    """Tells whether a line is due in the log, which is not to have one for each datagram of a flood."""

    def __init__(self) -> None:
        self._told = -TOLD_S

    def due(self) -> bool:
        """Tell whether the last line is long enough ago; then the next one is."""
        now = time.monotonic()
        if now - self._told < TOLD_S:
            return False
        self._told = now
        return True


class Replays:
    """Knows SETs of version 3 again, by their digests, for as long as their time is within the window.

    What a manager repeats on purpose has another msgID (RFC 3412 §6.2). Within the window USM takes what was recorded,
    and snmpSetSerialNo, meant against that, is used by hardly any manager.
    """

    def __init__(self) -> None:
        self._until: dict[bytes, float] = {}

    def seen(self, digest: bytes) -> bool:
        """Tell whether a message with this digest has been here; from now on it has."""
        now = time.monotonic()
        while self._until and (len(self._until) >= REMEMBERED or next(iter(self._until.values())) < now):
            del self._until[next(iter(self._until))]
        if digest in self._until:
            return True
        self._until[digest] = now + 2 * usm.WINDOW_S
        return False


class Asker(Protocol):
    """What the writer is told of who sets something: satisfied by `Request`."""

    @property
    def rights(self) -> Rights:
        """`rights.name` is for the audit."""

    @property
    def address(self) -> str:
        """Of the manager."""

    @property
    def version(self) -> int:
        """0, 1 and 3 for v1, v2c and v3."""


Set = Callable[[Sequence[tuple[Oid, bytes]], Asker], Awaitable[tuple[int, int]]]
"""(names and encoded values, who) -> error-status and error-index of RFC 3416; all is set or nothing."""
Around = Callable[[bytes], bytes]
"""PDU -> the message it is sent in."""


class Engine:
    """The engine of one server."""

    def __init__(self, mib: Mib, counters: Counters, security: usm.Security, access: Access) -> None:
        self._mib = mib
        self._counters = counters
        self.security = security
        self.access = access
        self.most = message.LARGEST
        """Octets of a response."""
        self.set: Set | None = None
        """Sets objects; None: nothing can be set."""
        self.unproved: Callable[[str], None] = lambda address: None
        """Told of the address of a message that is not properly authenticated."""
        self._responder = Responder(mib, counters)
        self._waiting: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        self._rests_until = 0.0
        self._replays = Replays()
        self._faults, self._refusals, self._failures = Sparing(), Sparing(), Sparing()
        security.users = access.keys

    def configure(self, access: Access, most: int) -> None:
        """Go by other rights from now on; counters, boots and what waits stay."""
        self.access = access
        self.most = most
        self.security.users = access.keys

    async def close(self) -> None:
        """End what waits."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(list(self._tasks))

    def receive(self, octets: bytes, peer: Peer) -> None:
        """Take a datagram; whatever is in it, nothing is raised."""
        self._counters.in_pkts += 1
        try:
            if self.access.lets_in(peer.address):
                self._take(octets, peer)
            else:
                self._refused(peer)
        except Malformed:
            self._counters.in_asn_parse_errs += 1
        except Exception:
            self._fault(peer)

    def _fault(self, peer: Peer) -> None:
        self._counters.faults += 1
        if self._faults.due():
            log.exception("SNMP: a request from %s ended by a fault, and perhaps others", peer.address)

    def _refused(self, peer: Peer) -> None:
        self._counters.refused += 1
        if self._refusals.due():
            log.warning("SNMP: an access list keeps out %s, and perhaps others", peer.address)

    def _not_proved(self, peer: Peer, why: str) -> None:
        if self._failures.due():
            log.warning("SNMP: request of %s is not authentic (%s), and perhaps others", peer.address, why)
        self.unproved(peer.address)

    def _take(self, octets: bytes, peer: Peer) -> None:
        version, at, end = message.envelope(octets)
        if version == VERSION_3:
            self._take_3(octets, at, end, peer)
        elif version in (VERSION_1, VERSION_2C):
            self._take_community(version, octets, at, end, peer)
        else:
            self._counters.in_bad_versions += 1

    def _take_community(self, version: int, octets: bytes, at: int, end: int, peer: Peer) -> None:
        """RFC 3584 §5.2."""
        community, at = reading.string(octets, at, end)
        rights = self.access.communities.get(community)
        if rights is None or not rights.admits(peer.address):
            self._counters.in_bad_community_names += 1
            if rights is not None:
                self._refused(peer)
            self._not_proved(peer, "community")
            return
        pdu = reading.pdu(octets, at, end)
        if version == VERSION_1 and pdu.tag not in _VERSION_1_PDUS:
            raise Malformed("no PDU of SNMPv1")
        if pdu.tag not in _COUNTED:
            self._counters.unknown_pdu_handlers += 1
            return
        most = self.most - len(community) - _COMMUNITY_OCTETS
        request = Request(version, rights, usm.NO_AUTH, pdu, peer.address, time.monotonic(), most)
        self._serve(request, peer, lambda reply: message.with_community(version, community, reply))

    def _take_3(self, octets: bytes, at: int, end: int, peer: Peer) -> None:
        """RFC 3412 §7.2."""
        header, at = message.header(octets, at, end)
        if header.model != usm.MODEL:
            self._counters.unknown_security_models += 1
            return
        level = header.level
        if level is None:
            self._counters.invalid_msgs += 1
            return
        start, stop = reading.inside(octets, at, end, ber.OCTET_STRING)
        sent = usm.parameters(octets, start, stop)
        data = octets[stop:end]
        try:
            user = self.security.admitted(octets, sent, level)
            if level == usm.PRIV:
                data = self._opened(user, sent, data)
        except usm.Refused as refused:
            if refused.reason in (usm.UNKNOWN_USER, usm.WRONG_DIGEST, usm.DECRYPTION):
                self._not_proved(peer, refused.reason[1].replace("_", " "))
            self._report(peer, header, refused, _request_id(level, data))
            return
        self._take_scoped(header, level, user, data, peer, sent.digest)

    def _opened(self, user: usm.User, sent: usm.Parameters, data: bytes) -> bytes:
        """Return the scopedPDU that was encrypted, without padding. Raises Refused."""
        start, stop = reading.whole(data, 0, len(data), ber.OCTET_STRING)
        opened = self.security.opened(user, sent, data[start:stop])
        try:
            return opened[: message.scoped(opened, 0, padded=True).end]
        except Malformed:
            # It was sealed under another key.
            raise self.security.refused(usm.DECRYPTION, user) from None

    def _take_scoped(self, header: Header, level: int, user: usm.User, data: bytes, peer: Peer, digest: bytes) -> None:
        rights = self.access.users[user.name]
        if not rights.admits(peer.address):
            self._refused(peer)
            return
        scoped = message.scoped(data, 0)
        pdu = reading.pdu(data, scoped.pdu_at, scoped.end)
        if scoped.engine_id != self.security.engine_id or pdu.tag not in _COUNTED:
            self._counters.unknown_pdu_handlers += 1
            self._tell(peer, header, user, level, pdu, UNKNOWN_HANDLER, self._counters.unknown_pdu_handlers)
            return
        if scoped.context:
            self._counters.unknown_contexts += 1
            self._tell(peer, header, user, level, pdu, UNKNOWN_CONTEXT, self._counters.unknown_contexts)
            return
        if pdu.tag == reading.SET and level > usm.NO_AUTH and self._replays.seen(digest):
            self._counters.replays += 1
            return
        around = 2 * len(scoped.engine_id) + len(user.name) + _digest_octets(user) + _SCOPED_OCTETS
        most = min(self.most, header.most) - around
        request = Request(VERSION_3, rights, level, pdu, peer.address, time.monotonic(), most)
        self._serve(request, peer, lambda reply: self._message_3(header, user, level, reply))

    def _message_3(self, header: Header, user: usm.User, level: int, pdu: bytes) -> bytes:
        scoped = message.with_scope(self.security.engine_id, b"", pdu)
        return self.security.protected(message.headed(header.id, level), scoped, user, level)

    def _report(self, peer: Peer, header: Header, refused: usm.Refused, request_id: bytes) -> None:
        """Tell the sender why its message is not let in, if it wants to know (RFC 3412 §7.1.3).

        `request_id` is empty when the PDU can be read and is none that is answered.
        """
        if not header.flags & message.REPORTABLE or not request_id:
            return
        number, field = refused.reason
        value = ber.integer(getattr(self._counters, field) & 0xFFFFFFFF, ber.COUNTER32)
        variable = message.variable((*usm.STATS, number, 0), value)
        pdu = message.pdu(reading.REPORT, request_id, variable)
        peer.answer(self._message_3(header, refused.user, refused.level, pdu))

    def _tell(self, peer: Peer, header: Header, user: usm.User, level: int, pdu: Pdu, counter: Oid, value: int) -> None:
        """Report what became of a request that was let in."""
        if pdu.tag in reading.CONFIRMED:
            variable = message.variable(counter, ber.integer(value & 0xFFFFFFFF, ber.COUNTER32))
            report = message.pdu(reading.REPORT, pdu.request_id, variable)
            peer.answer(self._message_3(header, user, level, report))

    def _serve(self, request: Request, peer: Peer, around: Around) -> None:
        self._count(request.pdu)
        if request.pdu.tag == reading.SET:
            status, index = self._responder.forbidden(request)
            if status == NO_ERROR:
                self._wait(request, peer, around, self._carried_out(request))
            else:
                if request.version != VERSION_3:
                    self._counters.in_bad_community_uses += request.rights.write is None
                self._reply(peer, around, self._responder.failed(request, status, index))
            return
        try:
            reply = self._responder.answered(request)
        except Stale as stale:
            self._wait(request, peer, around, self._read(request, stale))
        else:
            self._reply(peer, around, reply)

    def _count(self, pdu: Pdu) -> None:
        field = _COUNTED[pdu.tag]
        setattr(self._counters, field, getattr(self._counters, field) + 1)
        if pdu.tag == reading.SET:
            self._counters.in_total_set_vars += len(pdu.variables)
        else:
            self._counters.in_total_req_vars += len(pdu.variables)

    def _reply(self, peer: Peer, around: Around, pdu: bytes | None) -> None:
        if pdu is not None and peer.answer(around(pdu)):
            self._counters.out_get_responses += 1

    def _wait(self, request: Request, peer: Peer, around: Around, answer: Awaitable[bytes | None]) -> None:
        """Answer later, unless too many wait already."""
        source = request.address
        if self._waiting[source] >= OF_ONE_SOURCE or len(self._tasks) >= WAITING:
            self._counters.overloads += 1
            answer.close()  # type: ignore[attr-defined]
            return
        self._waiting[source] += 1
        task = asyncio.get_running_loop().create_task(self._later(request, peer, around, answer))
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._waited(done, source))

    def _waited(self, task: asyncio.Task[None], source: str) -> None:
        self._tasks.discard(task)
        self._waiting[source] -= 1
        if not self._waiting[source]:
            del self._waiting[source]

    async def _later(self, request: Request, peer: Peer, around: Around, answer: Awaitable[bytes | None]) -> None:
        try:
            async with asyncio.timeout(ANSWER_S):
                reply = await answer
        except TimeoutError:
            reply = self._responder.failed(request, GEN_ERR, 0)
        except Exception:
            self._fault(peer)
            reply = self._responder.failed(request, GEN_ERR, 0)
        self._reply(peer, around, reply)

    async def _read(self, request: Request, stale: Stale) -> bytes | None:
        """Answer when the rows have been read that it takes; each table is read at most once for it."""
        for _ in self._mib.tables:
            await self._mib.refresh(stale.table)
            try:
                return await self._answered_in_turn(request)
            except Stale as further:
                stale = further
        return self._responder.failed(request, GEN_ERR, 0)

    async def _answered_in_turn(self, request: Request) -> bytes | None:
        """Answer one of many that waited for the same rows: others have their time in between. Raises Stale."""
        async with self._turn:
            await asyncio.sleep(max(self._rests_until - time.monotonic(), 0))
            began = time.monotonic()
            try:
                return self._responder.answered(request)
            finally:
                spent = time.monotonic() - began
                self._rests_until = began + 2 * spent if spent > TURN_S else 0

    async def _carried_out(self, request: Request) -> bytes | None:
        if self.set is None:
            return self._responder.failed(request, NOT_WRITABLE, 1)
        status, index = await self.set(request.pdu.variables, request)
        if status == NO_ERROR:
            return self._responder.done(request)
        return self._responder.failed(request, status, index)


def _digest_octets(user: usm.User) -> int:
    return usm.DIGESTS[user.authentication][1] if user.authentication else 0


def _request_id(level: int, data: bytes) -> bytes:
    """Return the request-id of a message that was not let in, encoded: 0 when it cannot be read, empty as `_report`."""
    if level != usm.PRIV:
        try:
            scoped = message.scoped(data, 0)
            tag, request_id = reading.begun(data, scoped.pdu_at, scoped.end)
        except Malformed:
            return ber.integer(0)
        return request_id if tag in reading.CONFIRMED else b""
    return ber.integer(0)
