"""Traced messages for a capture server: HEP version 3 over UDP, as Homer takes them.

A packet is `HEP3`, its length, then chunks: vendor, type, length, value. The ring is the queue: what is overwritten
before it was sent is lost, and counted, as is what the socket does not take.
"""

from __future__ import annotations

import socket
import struct
from ipaddress import ip_address
from typing import Final

from core.northbound.trace import TraceRecord
from oam.settings.trace import HepHost
from oam.trace.message import read

OCTETS: Final = 65_000
"""Most octets of a message that fit into one packet with all chunks."""
SIP: Final = 1
_GENERIC: Final = 0
_PROTOCOLS: Final = (17, 6)
_FAMILIES: Final = {4: 2, 6: 10}

# Chunk types of the generic vendor.
FAMILY: Final = 1
PROTOCOL: Final = 2
SOURCE_4: Final = 3
DESTINATION_4: Final = 4
SOURCE_6: Final = 5
DESTINATION_6: Final = 6
SOURCE_PORT: Final = 7
DESTINATION_PORT: Final = 8
SECONDS: Final = 9
MICROSECONDS: Final = 10
TYPE: Final = 11
CAPTURE_ID: Final = 12
PASSWORD: Final = 14
PAYLOAD: Final = 15
CORRELATION: Final = 17


def packet(record: TraceRecord, capture_id: int, password: str) -> bytes:
    """Return the packet of one message; ValueError when its addresses are none."""
    message = read(record)
    source, destination = message.source, message.destination
    here, there = ip_address(source[0]), ip_address(destination[0])
    first = SOURCE_4 if here.version == 4 else SOURCE_6
    seconds, micros = divmod(record.at_us, 1_000_000)
    chunks = [
        _chunk(FAMILY, bytes([_FAMILIES[here.version]])),
        _chunk(PROTOCOL, bytes([_PROTOCOLS[record.transport]])),
        _chunk(first, here.packed),
        _chunk(DESTINATION_4 if there.version == 4 else DESTINATION_6, there.packed),
        _chunk(SOURCE_PORT, source[1].to_bytes(2, "big")),
        _chunk(DESTINATION_PORT, destination[1].to_bytes(2, "big")),
        _chunk(SECONDS, seconds.to_bytes(4, "big")),
        _chunk(MICROSECONDS, micros.to_bytes(4, "big")),
        _chunk(TYPE, bytes([SIP])),
        _chunk(CAPTURE_ID, capture_id.to_bytes(4, "big")),
    ]
    if password:
        chunks.append(_chunk(PASSWORD, password.encode()))
    if message.call_id:
        chunks.append(_chunk(CORRELATION, message.call_id.encode("utf-8", "replace")[:255]))
    chunks.append(_chunk(PAYLOAD, record.octets[:OCTETS]))
    body = b"".join(chunks)
    return b"HEP3" + struct.pack("!H", 6 + len(body)) + body


def _chunk(kind: int, value: bytes) -> bytes:
    return struct.pack("!HHH", _GENERIC, kind, 6 + len(value)) + value


class HepSender:
    """Sends to one capture server; never waits, never raises."""

    def __init__(self, host: HepHost, password: str) -> None:
        """`password` in clear; empty: none is sent."""
        self.host = host
        self._password = password
        self._socket: socket.socket | None = None
        self.sent = 0
        self.dropped = 0
        """Messages that the socket did not take, or that were overwritten before they were sent."""
        self.error = ""
        """Why the last one was not sent."""

    def send(self, record: TraceRecord) -> None:
        """Send one message, or count it as lost."""
        try:
            self._opened().send(packet(record, self.host.capture_id, self._password))
        except (OSError, ValueError, IndexError) as error:
            self.dropped += 1
            self.error = getattr(error, "strerror", None) or str(error)
            if not isinstance(error, BlockingIOError | ConnectionRefusedError):
                self.close()
        else:
            self.sent += 1
            self.error = ""

    def close(self) -> None:
        """Let go of the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _opened(self) -> socket.socket:
        if self._socket is None:
            family = socket.AF_INET6 if ":" in self.host.address else socket.AF_INET
            made = socket.socket(family, socket.SOCK_DGRAM)
            try:
                made.setblocking(False)
                made.connect((self.host.address, self.host.port))
            except OSError:
                made.close()
                raise
            self._socket = made
        return self._socket
