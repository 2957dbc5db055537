"""Traced messages as a pcap file (LINKTYPE_RAW): IP and UDP or TCP around each, as it may have been on the wire.

Addresses, ports and times are those of the messages. What was not seen is made up: identifiers, and for TCP sequence
numbers that go on from message to message, so that a reader puts the stream together. Checksums are right.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from core.northbound.trace import SENT, TraceRecord

RAW: Final = 101
"""LINKTYPE_RAW: the packet begins with its IP header."""
SNAPLEN: Final = 262_144
UDP: Final = 17
TCP: Final = 6
_PUSH_ACK: Final = 0x18
_WINDOW: Final = 65_535
_HOPS: Final = 64

Place = tuple[str, int]


def pcap(records: Iterable[TraceRecord]) -> Iterator[bytes]:
    """Yield the file's header, then a packet per message."""
    yield struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, SNAPLEN, RAW)
    packer = Packer()
    for record in records:
        packet = packer.packet(record)
        yield struct.pack(
            "<IIII", record.at_us // 1_000_000, record.at_us % 1_000_000, len(packet), len(packet)
        ) + packet  # fmt: skip


class Packer:
    """Makes packets; knows how far each TCP stream has come."""

    def __init__(self) -> None:
        self._sequence: dict[tuple[Place, Place], int] = {}
        self._number = 0

    def packet(self, record: TraceRecord) -> bytes:
        """Return the IP packet of one message."""
        source, destination = record.local, record.remote
        if record.direction != SENT:
            source, destination = destination, source
        here, there = _addresses(source[0], destination[0])
        if record.transport:
            protocol, segment = TCP, self._tcp(source, destination, record.octets)
        else:
            protocol, segment = UDP, _udp(source, destination, record.octets)
        segment = _with_checksum(here, there, protocol, segment)
        self._number = (self._number + 1) & 0xFFFF
        return _ip(here, there, protocol, len(segment), self._number) + segment

    def _tcp(self, source: Place, destination: Place, data: bytes) -> bytes:
        way, back = (source, destination), (destination, source)
        at, acknowledged = self._sequence.get(way, 1), self._sequence.get(back, 1)
        self._sequence[way] = (at + len(data)) & 0xFFFFFFFF
        head = struct.pack(
            "!HHIIBBHHH", source[1], destination[1], at, acknowledged, 5 << 4, _PUSH_ACK, _WINDOW, 0, 0
        )  # fmt: skip
        return head + data


def _udp(source: Place, destination: Place, data: bytes) -> bytes:
    return struct.pack("!HHHH", source[1], destination[1], 8 + len(data), 0) + data


def _addresses(source: str, destination: str) -> tuple[bytes, bytes]:
    """Return both addresses packed, of one version; one that is not known is the unspecified address."""
    here, there = _parsed(source), _parsed(destination)
    version = 6 if any(each is not None and each.version == 6 for each in (here, there)) else 4
    unknown = bytes(16 if version == 6 else 4)
    return (
        here.packed if here is not None and here.version == version else unknown,
        there.packed if there is not None and there.version == version else unknown,
    )


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _ip(source: bytes, destination: bytes, protocol: int, length: int, number: int) -> bytes:
    if len(source) == 16:
        return struct.pack("!IHBB", 6 << 28, length, protocol, _HOPS) + source + destination
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + length, number, 0x4000, _HOPS, protocol, 0) + source + destination
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:]


def _with_checksum(source: bytes, destination: bytes, protocol: int, segment: bytes) -> bytes:
    """Put the checksum over the pseudo header and all into its place (RFC 768, RFC 9293, RFC 8200 §8.1)."""
    pseudo = source + destination + struct.pack("!IHBB", len(segment), 0, 0, protocol)
    if len(source) == 4:
        pseudo = source + destination + struct.pack("!BBH", 0, protocol, len(segment))
    total = checksum(pseudo + segment)
    at = 6 if protocol == UDP else 16
    if protocol == UDP and not total:
        total = 0xFFFF
    return segment[:at] + struct.pack("!H", total) + segment[at + 2 :]


def checksum(octets: bytes) -> int:
    """Return the Internet checksum (RFC 1071)."""
    if len(octets) % 2:
        octets += b"\0"
    total: int = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
