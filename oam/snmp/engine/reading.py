"""Basic encoding rules of what comes in: octets to PDUs. Pure; whatever is wrong raises `Malformed` and nothing else.

Written for what SNMP allows (RFC 3417 §8: definite lengths, which need not be the shortest) and for nothing more. All
nesting is known beforehand, so that there is no recursion for a sender to use.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from oam.snmp.ber import INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE
from oam.snmp.oids import MOST_ARC, MOST_ARCS, Oid

MOST_VARIABLES: Final = 512
"""Variables of one request that are read; one with more is answered `tooBig`."""

GET: Final = 0xA0
GET_NEXT: Final = 0xA1
RESPONSE: Final = 0xA2
SET: Final = 0xA3
TRAP_1: Final = 0xA4
GET_BULK: Final = 0xA5
INFORM: Final = 0xA6
TRAP: Final = 0xA7
REPORT: Final = 0xA8
CONFIRMED: Final = (GET, GET_NEXT, SET, GET_BULK, INFORM)
"""PDUs that are answered (RFC 3411 §2.8)."""


class Malformed(ValueError):  # noqa: N818
    """The octets are no message of SNMP."""


class Pdu(NamedTuple):
    """One PDU as it came."""

    tag: int
    request_id: bytes
    """Encoded, as the response has it again."""
    first: int
    """error-status or non-repeaters."""
    second: int
    """error-index or max-repetitions."""
    variables: list[tuple[Oid, bytes]]
    """Names, and values encoded; not more than MOST_VARIABLES."""
    listed: bytes
    """The whole list encoded, for responses that repeat it."""
    cut: bool
    """There are more variables than were read."""


def element(octets: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Return the tag of what begins at `at`, where its content begins, and where it ends; not behind `end`."""
    if end - at < 2:
        raise Malformed("ends within an element")
    tag = octets[at]
    size = octets[at + 1]
    at += 2
    if size & 0x80:
        count = size & 0x7F
        if not 1 <= count <= 4 or end - at < count:
            raise Malformed("length")
        size = int.from_bytes(octets[at : at + count], "big")
        at += count
    if size > end - at:
        raise Malformed("longer than what it is in")
    return tag, at, at + size


def inside(octets: bytes, at: int, end: int, wanted: int) -> tuple[int, int]:
    """Return where the content of an element begins and ends, which has the tag `wanted`."""
    tag, start, stop = element(octets, at, end)
    if tag != wanted:
        raise Malformed(f"tag {tag:#04x} where {wanted:#04x} belongs")
    return start, stop


def whole(octets: bytes, at: int, end: int, wanted: int = SEQUENCE) -> tuple[int, int]:
    """The same, of an element that fills what it is in."""
    start, stop = inside(octets, at, end, wanted)
    if stop != end:
        raise Malformed("octets behind the end")
    return start, stop


def integer(octets: bytes, at: int, end: int, least: int, most: int) -> tuple[int, int]:
    """Return an INTEGER within bounds, and where the next element begins."""
    start, stop = inside(octets, at, end, INTEGER)
    if not 1 <= stop - start <= 9:
        raise Malformed("integer")
    value = int.from_bytes(octets[start:stop], "big", signed=True)
    if not least <= value <= most:
        raise Malformed("integer out of its range")
    return value, stop


def string(octets: bytes, at: int, end: int, most: int = 65_535) -> tuple[bytes, int]:
    """Return an OCTET STRING of at most `most` octets, and where the next element begins."""
    start, stop = inside(octets, at, end, OCTET_STRING)
    if stop - start > most:
        raise Malformed("string too long")
    return octets[start:stop], stop


def oid(octets: bytes, start: int, stop: int) -> Oid:
    """Return the OID of these content octets; none are 0.0, as old managers ask from the beginning."""
    if start == stop:
        return (0, 0)
    if octets[stop - 1] & 0x80:
        raise Malformed("OID ends within an arc")
    arcs = []
    arc = 0
    for octet in octets[start:stop]:
        arc = arc << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(arc)
            arc = 0
        elif arc > MOST_ARC:
            raise Malformed("arc too great")
    first = min(arcs[0] // 40, 2)
    found = (first, arcs[0] - 40 * first, *arcs[1:])
    if len(found) > MOST_ARCS or max(found) > MOST_ARC:
        raise Malformed("OID too long or an arc too great")
    return found


def pdu(octets: bytes, at: int, end: int) -> Pdu:
    """Return the PDU at `at`, which reaches to `end`. One of SNMPv1's traps is told by its tag alone."""
    tag, at, stop = element(octets, at, end)
    if stop != end:
        raise Malformed("octets behind the PDU")
    if tag == TRAP_1:
        return Pdu(tag, b"", 0, 0, [], b"", False)
    if not GET <= tag <= REPORT:
        raise Malformed(f"PDU {tag:#04x}")
    _, behind = integer(octets, at, end, -(2**31), 2**32 - 1)
    request_id = octets[at:behind]
    first, at = integer(octets, behind, end, -(2**31), 2**32 - 1)
    second, at = integer(octets, at, end, -(2**31), 2**32 - 1)
    start, stop = whole(octets, at, end)
    variables, cut = _variables(octets, start, stop)
    return Pdu(tag, request_id, first, second, variables, octets[at:end], cut)


def begun(octets: bytes, at: int, end: int) -> tuple[int, bytes]:
    """Return tag and encoded request-id of a PDU, whose rest is not looked at."""
    tag, at, stop = element(octets, at, end)
    _, behind = integer(octets, at, stop, -(2**31), 2**32 - 1)
    return tag, octets[at:behind]


def _variables(octets: bytes, at: int, end: int) -> tuple[list[tuple[Oid, bytes]], bool]:
    found: list[tuple[Oid, bytes]] = []
    while at < end:
        if len(found) == MOST_VARIABLES:
            return found, True
        start, stop = inside(octets, at, end, SEQUENCE)
        name, behind = inside(octets, start, stop, OBJECT_IDENTIFIER)
        _, _, last = element(octets, behind, stop)
        if last != stop:
            raise Malformed("octets behind a value")
        found.append((oid(octets, name, behind), octets[behind:stop]))
        at = stop
    return found, False
