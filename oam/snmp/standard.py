"""Types that standard modules have and SIPCTL-MIB does not."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, Final

from oam.snmp import ber
from oam.snmp.oids import Oid
from oam.snmp.syntax import TICKS, TIME_STAMP, Syntax, enumeration, octets

_TC: Final = "SNMPv2-TC"
ZERO: Final[Oid] = (0, 0)
"""zeroDotZero: a pointer to nothing."""


def display(most: int = 255) -> Syntax:
    """Make DisplayString (NVT ASCII) of at most `most` octets; what is longer is cut, other signs become `?`."""
    return Syntax(
        f"DisplayString (SIZE (0..{most}))",
        ber.OCTET_STRING,
        lambda value: ber.wrapped(ber.OCTET_STRING, str(value).encode("ascii", "replace")[:most]),
        imported=((_TC, "DisplayString"),),
    )


def octets_of(convention: str, module: str) -> Syntax:
    """Make a textual convention of octets, or of text in ASCII."""
    return octets(convention, (module, convention))


def bits(clause: str, names: Mapping[str, int], *imported: tuple[str, str]) -> Syntax:
    """Make BITS: a row holds the words of those that are set. Bit 0 is the highest of the first octet (RFC 3417 §8)."""
    size = max(names.values()) // 8 + 1

    def encode(value: Any) -> bytes:
        octets = bytearray(size)
        for word in value:
            octets[names[word] // 8] |= 0x80 >> names[word] % 8
        return ber.wrapped(ber.OCTET_STRING, bytes(octets))

    return Syntax(clause, ber.OCTET_STRING, encode, names=names, imported=imported)


def _method_arcs(value: Any) -> Oid:
    octets = str(value).encode("ascii", "replace")
    return (len(octets), *octets)


METHOD_NAME: Final = Syntax(
    "SipTCMethodName",
    ber.OCTET_STRING,
    lambda value: ber.wrapped(ber.OCTET_STRING, str(value).encode("ascii", "replace")),
    _method_arcs,
    imported=(("SIP-TC-MIB", "SipTCMethodName"),),
)
ADDRESS_TYPE: Final = enumeration(
    {"unknown": 0, "ipv4": 1, "ipv6": 2, "dns": 16}, "InetAddressType", ("INET-ADDRESS-MIB", "InetAddressType")
)
"""Of an InetAddress; the row holds what `address_type` returns."""


def address_type(host: str) -> str:
    """Return the type of an address; a name is `dns`, none at all `unknown`."""
    try:
        return "ipv4" if ip_address(host).version == 4 else "ipv6"
    except ValueError:
        return "dns" if host else "unknown"


def _address(value: Any) -> bytes:
    try:
        octets = ip_address(value).packed
    except ValueError:
        octets = str(value).encode("ascii", "replace")[:255]
    return ber.wrapped(ber.OCTET_STRING, octets)


ADDRESS: Final = Syntax("InetAddress", ber.OCTET_STRING, _address, imported=(("INET-ADDRESS-MIB", "InetAddress"),))
"""The row holds it as text, a host name in it as it is."""
ROW_STATUS: Final = enumeration({"active": 1}, "RowStatus", (_TC, "RowStatus"))
"""Of rows that no manager makes: they are always active."""
POINTER: Final = Syntax("RowPointer", ber.OBJECT_IDENTIFIER, ber.object_identifier, imported=((_TC, "RowPointer"),))
TICKS_AT: Final = Syntax("TimeTicks", TIME_STAMP.tag, TIME_STAMP.encode, imported=TICKS.imported)
"""A moment of sysUpTime that a standard calls TimeTicks: the row holds seconds since 1970."""


def encoded(clause: str, tag: int) -> Syntax:
    """Make a type whose values rows hold encoded already."""
    return Syntax(clause, tag, lambda value: value)


def indexed_by_octets(of: Syntax) -> Syntax:
    """Make of a type of octets of various lengths one that may be an index: its length, then each octet."""

    def arcs(value: Any) -> Oid:
        content = of.encode(value)[2:]
        return (len(content), *content)

    return of._replace(arcs=arcs)
