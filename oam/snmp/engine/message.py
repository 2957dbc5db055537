"""The envelopes of SNMP: version and community (RFC 3584 §5), or header, security and scopedPDU (RFC 3412 §6). Pure."""

from __future__ import annotations

from typing import Final, NamedTuple

from oam.snmp import ber
from oam.snmp.engine import reading, usm
from oam.snmp.engine.reading import Malformed
from oam.snmp.oids import Oid

VERSION_1: Final = 0
VERSION_2C: Final = 1
VERSION_3: Final = 3

LARGEST: Final = 65_507
"""Octets of the largest message (snmpEngineMaxMessageSize): what a datagram takes."""
SMALLEST: Final = 484
"""Octets that every engine takes (RFC 3412 §6.2)."""
_MOST: Final = 2**31 - 1
_AUTH: Final = 0x01
_PRIV: Final = 0x02
REPORTABLE: Final = 0x04
_LEVELS: Final = {0: usm.NO_AUTH, _AUTH: usm.AUTH, _AUTH | _PRIV: usm.PRIV}
"""msgFlags -> security level."""
_FLAGS: Final = {level: flags for flags, level in _LEVELS.items()}


class Header(NamedTuple):
    """msgGlobalData."""

    id: int
    most: int
    """Octets that the sender takes."""
    flags: int
    model: int

    @property
    def level(self) -> int | None:
        """The security level; None: flags that mean nothing."""
        return _LEVELS.get(self.flags & (_AUTH | _PRIV))


class Scoped(NamedTuple):
    """A scopedPDU."""

    engine_id: bytes
    context: bytes
    pdu_at: int
    end: int
    """Where the PDU stands in the octets."""


def envelope(octets: bytes) -> tuple[int, int, int]:
    """Return the version of a message, and where what follows the version begins and ends. Raises Malformed."""
    at, end = reading.whole(octets, 0, len(octets))
    version, at = reading.integer(octets, at, end, -(2**31), _MOST)
    return version, at, end


def header(octets: bytes, at: int, end: int) -> tuple[Header, int]:
    """Return msgGlobalData, and where the security parameters begin. Raises Malformed."""
    at, stop = reading.inside(octets, at, end, ber.SEQUENCE)
    message_id, at = reading.integer(octets, at, stop, 0, _MOST)
    most, at = reading.integer(octets, at, stop, SMALLEST, _MOST)
    flags, at = reading.string(octets, at, stop, 1)
    model, at = reading.integer(octets, at, stop, 0, _MOST)
    if at != stop or not flags:
        raise Malformed("msgGlobalData")
    return Header(message_id, most, flags[0], model), stop


def scoped(octets: bytes, at: int, *, padded: bool = False) -> Scoped:
    """Return the scopedPDU at `at`; what follows it is an error unless it is padding. Raises Malformed."""
    end = len(octets)
    start, stop = reading.inside(octets, at, end, ber.SEQUENCE)
    if stop != end and not padded:
        raise Malformed("octets behind the scopedPDU")
    engine_id, at = reading.string(octets, start, stop)
    context, at = reading.string(octets, at, stop)
    return Scoped(engine_id, context, at, stop)


def with_community(version: int, community: bytes, pdu: bytes) -> bytes:
    """Return a message of SNMPv1 or v2c."""
    return ber.wrapped(ber.SEQUENCE, ber.integer(version) + ber.wrapped(ber.OCTET_STRING, community) + pdu)


def headed(message_id: int, level: int, flags: int = 0) -> bytes:
    """Return version and msgGlobalData of a message of SNMPv3; `flags`: REPORTABLE for what is to be answered."""
    return ber.integer(VERSION_3) + ber.wrapped(
        ber.SEQUENCE,
        ber.integer(message_id)
        + ber.integer(LARGEST)
        + ber.wrapped(ber.OCTET_STRING, bytes((_FLAGS[level] | flags,)))
        + ber.integer(usm.MODEL),
    )


def with_scope(engine_id: bytes, context: bytes, pdu: bytes) -> bytes:
    """Return a scopedPDU."""
    return ber.wrapped(
        ber.SEQUENCE, ber.wrapped(ber.OCTET_STRING, engine_id) + ber.wrapped(ber.OCTET_STRING, context) + pdu
    )


def variable(oid: Oid, value: bytes) -> bytes:
    """Return a variable of which the value is encoded."""
    return ber.wrapped(ber.SEQUENCE, ber.object_identifier(oid) + value)


def pdu(tag: int, request_id: bytes, variables: bytes, status: int = 0, index: int = 0) -> bytes:
    """Return a PDU; `request_id` and the variables, one after the other, are encoded."""
    return ber.wrapped(
        tag, request_id + ber.integer(status) + ber.integer(index) + ber.wrapped(ber.SEQUENCE, variables)
    )
