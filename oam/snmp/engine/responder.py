"""What is answered to a request: the rules of RFC 3416 §4.2, and of RFC 3584 for SNMPv1. Opens nothing, sends nothing.

A response is written as octets straight away. What must be read first raises `oam.snmp.mib.Stale`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from oam.snmp import ber
from oam.snmp.engine import reading
from oam.snmp.engine.access import BEHIND, Rights
from oam.snmp.engine.counters import Counters
from oam.snmp.engine.message import VERSION_1, VERSION_3
from oam.snmp.engine.reading import Pdu
from oam.snmp.engine.status import (
    AUTHORIZATION_ERROR,
    BAD_VALUE,
    GEN_ERR,
    IN_VERSION_1,
    NO_ACCESS,
    NO_ERROR,
    NO_SUCH_NAME,
    NOT_WRITABLE,
    TOO_BIG,
)
from oam.snmp.mib import Found, Mib, Stale
from oam.snmp.object import WRITE
from oam.snmp.oids import Oid

SLICE_S: Final = 0.004
"""How long one GETBULK may take; then it is answered with what was found."""

_PDU_OCTETS: Final = 4 + 4 + 4 + 4
"""Tag and length of the PDU, error-status, error-index, tag and length of the list."""


class Request(NamedTuple):
    """One request that was let in."""

    version: int
    rights: Rights
    level: int
    pdu: Pdu
    address: str
    """Whose it is, without port."""
    asked_at: float
    """When it came, monotonic."""
    most: int
    """Octets that its Response-PDU may have."""


class Failed(Exception):  # noqa: N818
    """A request is answered by an error."""

    def __init__(self, status: int, index: int) -> None:
        super().__init__(status, index)
        self.status = status
        self.index = index


class Responder:
    """Answers from one tree of instances."""

    def __init__(self, mib: Mib, counters: Counters, clock: Callable[[], float] = time.monotonic) -> None:
        self._mib = mib
        self._counters = counters
        self._clock = clock
        self._answers: dict[int, Callable[[Request], Sequence[bytes]]] = {
            reading.GET: self._got,
            reading.GET_NEXT: self._got_next,
            reading.GET_BULK: self._got_bulk,
        }

    def answered(self, request: Request) -> bytes | None:
        """Return the Response-PDU; None: not even an error fits. Not for SET. Raises Stale."""
        try:
            if request.pdu.cut or len(request.pdu.listed) > request.most:
                raise Failed(TOO_BIG, 0)
            if request.level < request.rights.level:
                raise Failed(AUTHORIZATION_ERROR, 0)
            variables = b"".join(self._answers[request.pdu.tag](request))
        except Failed as failed:
            return self.failed(request, failed.status, failed.index)
        return self._response(request, NO_ERROR, 0, ber.wrapped(ber.SEQUENCE, variables))

    def failed(self, request: Request, status: int, index: int) -> bytes | None:
        """Return a Response-PDU that tells an error; None: not even that fits."""
        if request.version == VERSION_1:
            status = IN_VERSION_1.get(status, status)
        variables = request.pdu.listed
        index = min(index, len(request.pdu.variables))
        if status == TOO_BIG and request.version != VERSION_1:
            variables = b"\x30\x00"
        if len(variables) + len(request.pdu.request_id) + _PDU_OCTETS > request.most:
            self._counters.silent_drops += 1
            return None
        field = _OUT.get(status)
        if field:
            setattr(self._counters, field, getattr(self._counters, field) + 1)
        return self._response(request, status, index, variables)

    def done(self, request: Request) -> bytes | None:
        """Return the Response-PDU of a SET that was carried out: what was asked."""
        return self._response(request, NO_ERROR, 0, request.pdu.listed)

    def forbidden(self, request: Request) -> tuple[int, int]:
        """Return error-status and error-index of a SET that may not be tried; (0, 0): it may (RFC 3416 §4.2.5)."""
        if request.pdu.cut or len(request.pdu.listed) + len(request.pdu.request_id) + _PDU_OCTETS > request.most:
            return TOO_BIG, 0
        write = request.rights.write
        if write is None or request.level < request.rights.level:
            return (AUTHORIZATION_ERROR, 0) if request.version == VERSION_3 else (NO_ACCESS, 1)
        for index, (oid, _) in enumerate(request.pdu.variables, 1):
            if not write.sees(oid):
                return NO_ACCESS, index
            place = self._mib.place(oid)
            if place is None or place.column.access != WRITE:
                return NOT_WRITABLE, index
        return NO_ERROR, 0

    def _response(self, request: Request, status: int, index: int, variables: bytes) -> bytes:
        return ber.wrapped(
            reading.RESPONSE, request.pdu.request_id + ber.integer(status) + ber.integer(index) + variables
        )

    def _got(self, request: Request) -> list[bytes]:
        """RFC 3416 §4.2.1."""
        room = _Room(request)
        for index, (oid, _) in enumerate(request.pdu.variables, 1):
            seen = request.rights.read.sees(oid)
            found = self._mib.get(oid, request.asked_at) if seen else None
            if found is not None and not (request.version == VERSION_1 and _is_64(found)):
                room.add(self._variable(found))
                continue
            if request.version == VERSION_1:
                raise Failed(NO_SUCH_NAME, index)
            known = seen and self._mib.place(oid) is not None
            room.add(_absent(oid, ber.NO_SUCH_INSTANCE if known else ber.NO_SUCH_OBJECT))
        return room.variables

    def _got_next(self, request: Request) -> list[bytes]:
        """RFC 3416 §4.2.2."""
        room = _Room(request)
        for index, (oid, _) in enumerate(request.pdu.variables, 1):
            found = self._next(request, oid)
            if found is not None:
                room.add(self._variable(found))
            elif request.version == VERSION_1:
                raise Failed(NO_SUCH_NAME, index)
            else:
                room.add(_absent(oid, ber.END_OF_MIB_VIEW))
        return room.variables

    def _got_bulk(self, request: Request) -> list[bytes]:
        """RFC 3416 §4.2.3: fewer variables than asked for when no more fit, when time is up, and at the end."""
        asked = [oid for oid, _ in request.pdu.variables]
        once = min(max(request.pdu.first, 0), len(asked))
        room = _Room(request)
        until = self._clock() + SLICE_S
        try:
            self._row(request, room, asked[:once])
            oids = asked[once:]
            for _ in range(max(request.pdu.second, 0)):
                # Without variables to repeat nothing is found, as at the end of the view.
                oids, found_any = self._row(request, room, oids)
                if not found_any or self._clock() > until:
                    break
        except Failed:
            if not room.variables:
                raise
        except Stale:
            # What was found so far is an answer too; the manager asks for the rest while it is read.
            if len(room.variables) < len(asked):
                raise
        return room.variables

    def _row(self, request: Request, room: _Room, oids: Sequence[Oid]) -> tuple[list[Oid], bool]:
        """Add what follows each OID; return where that is, and whether anything was there. Raises Failed, Stale."""
        reached = []
        found_any = False
        for oid in oids:
            found = self._next(request, oid)
            if found is None:
                room.add(_absent(oid, ber.END_OF_MIB_VIEW))
                reached.append(oid)
                continue
            found_any = True
            room.add(self._variable(found))
            reached.append(found.oid)
        return reached, found_any

    def _next(self, request: Request, oid: Oid) -> Found | None:
        """Return the first instance behind `oid` that the request may see."""
        view = request.rights.read
        at: Oid | None = oid
        while at is not None:
            found = self._mib.next(at, request.asked_at)
            if found is None:
                return None
            if not view.sees(found.oid):
                at = view.behind(found.oid)
            elif request.version == VERSION_1 and _is_64(found):
                # So are all of the column.
                at = (*found.place, BEHIND)
            else:
                return found
        return None

    def _variable(self, found: Found) -> bytes:
        content = self._mib.contents[found.place] + ber.arcs(found.oid[len(found.place) :])
        return ber.wrapped(ber.SEQUENCE, ber.wrapped(ber.OBJECT_IDENTIFIER, content) + found.value)


class _Room:
    """The variables of a response as long as they fit."""

    def __init__(self, request: Request) -> None:
        self._left = request.most - len(request.pdu.request_id) - _PDU_OCTETS
        self.variables: list[bytes] = []

    def add(self, variable: bytes) -> None:
        """Add one. Raises Failed when it does not fit."""
        self._left -= len(variable)
        if self._left < 0:
            raise Failed(TOO_BIG, 0)
        self.variables.append(variable)


_OUT: Final = {
    TOO_BIG: "out_too_bigs",
    NO_SUCH_NAME: "out_no_such_names",
    BAD_VALUE: "out_bad_values",
    GEN_ERR: "out_gen_errs",
}


def _absent(oid: Oid, value: bytes) -> bytes:
    return ber.wrapped(ber.SEQUENCE, ber.object_identifier(oid) + value)


def _is_64(found: Found) -> bool:
    """Counter64, which SNMPv1 has not (RFC 3584 §4.2.2.1)."""
    return found.value[0] == ber.COUNTER64
