"""Basic encoding rules (X.690) of what the agent sends: values and OIDs to octets. Pure.

Not pyasn1: making an object of it for each variable takes most of a walk's time.
"""

from __future__ import annotations

from typing import Final

from oam.snmp.oids import Oid

INTEGER: Final = 0x02
OCTET_STRING: Final = 0x04
NULL: Final = 0x05
OBJECT_IDENTIFIER: Final = 0x06
SEQUENCE: Final = 0x30
IP_ADDRESS: Final = 0x40
COUNTER32: Final = 0x41
GAUGE32: Final = 0x42
TIME_TICKS: Final = 0x43
COUNTER64: Final = 0x46
NO_SUCH_OBJECT: Final = b"\x80\x00"
NO_SUCH_INSTANCE: Final = b"\x81\x00"
END_OF_MIB_VIEW: Final = b"\x82\x00"


def length(octets: int) -> bytes:
    """Return the length octets of so much content."""
    if octets < 0x80:
        return bytes((octets,))
    content = octets.to_bytes((octets.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(content),)) + content


def wrapped(tag: int, content: bytes) -> bytes:
    """Return `content` with tag and length before it."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    return bytes((tag,)) + length(size) + content


def integer(value: int, tag: int = INTEGER) -> bytes:
    """Return an integer in two's complement; unsigned types get a leading zero where the sign bit would be set."""
    octets = (value + (value < 0)).bit_length() // 8 + 1
    return bytes((tag, octets)) + value.to_bytes(octets, "big", signed=True)


def arcs(oid: Oid) -> bytes:
    """Return the content octets of the arcs of an OID, the first two not being put together."""
    found = bytearray()
    for arc in oid:
        if arc < 0x80:
            found.append(arc)
            continue
        septets = [arc & 0x7F]
        arc >>= 7
        while arc:
            septets.append(0x80 | arc & 0x7F)
            arc >>= 7
        found += bytes(reversed(septets))
    return bytes(found)


def oid_content(oid: Oid) -> bytes:
    """Return the content octets of a whole OID of two arcs or more; what follows may be added with `arcs`."""
    return arcs((oid[0] * 40 + oid[1], *oid[2:]))


def object_identifier(oid: Oid) -> bytes:
    """Return an OID as a value; one of less than two arcs is written as zeroDotZero."""
    return wrapped(OBJECT_IDENTIFIER, oid_content(oid if len(oid) > 1 else (0, 0)))
