"""HEP packets, taken apart by a decoder of the test's own; what the network does not take."""

from __future__ import annotations

import socket
import struct
from ipaddress import ip_address

import pytest
from support.traced import record

from oam.settings.trace import HepHost
from oam.trace import hep
from oam.trace.hep import HepSender, packet

INVITE = (
    "INVITE sip:b@h SIP/2.0\nFrom: <sip:a@h>;tag=1\nTo: <sip:b@h>\nCall-ID: c1\nCSeq: 1 INVITE\nContent-Length: 0\n\n"
)


def chunks(octets: bytes) -> dict[int, bytes]:
    """Take a packet apart, as the specification of HEP 3 has it."""
    assert octets[:4] == b"HEP3"
    assert struct.unpack_from("!H", octets, 4)[0] == len(octets)
    found, at = {}, 6
    while at < len(octets):
        vendor, kind, length = struct.unpack_from("!HHH", octets, at)
        assert vendor == 0
        found[kind] = octets[at + 6 : at + length]
        at += length
    return found


def test_a_packet_says_all_about_its_message() -> None:
    each = record(INVITE, at_us=1_700_000_000_000_042, sent=True, remote=("192.0.2.1", 5070))
    found = chunks(packet(each, 101, "secret"))
    assert found == {
        1: b"\x02", 2: b"\x11", 3: ip_address("192.0.2.10").packed, 4: ip_address("192.0.2.1").packed,
        7: struct.pack("!H", 5060), 8: struct.pack("!H", 5070), 9: struct.pack("!I", 1_700_000_000),
        10: struct.pack("!I", 42), 11: b"\x01", 12: struct.pack("!I", 101), 14: b"secret", 17: b"c1",
        15: each.octets,
    }  # fmt: skip


def test_ipv6_and_tcp_and_no_password() -> None:
    each = record(INVITE, transport=1, local=("2001:db8::10", 5060), remote=("2001:db8::1", 5070))
    found = chunks(packet(each, 1, ""))
    assert (found[1], found[2], found[5], 14 in found) == (b"\x0a", b"\x06", ip_address("2001:db8::1").packed, False)


def test_the_largest_message_fits_into_a_datagram() -> None:
    assert len(packet(record(INVITE.encode() + b"x" * 65_300), 1, "p" * 64)) < 65_507


def test_messages_reach_the_server() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        sender = HepSender(HepHost("127.0.0.1", server.getsockname()[1], 7), "")
        sender.send(record(INVITE))
        assert chunks(server.recv(65_535))[15] == record(INVITE).octets
        assert (sender.sent, sender.dropped, sender.error) == (1, 0, "")
        sender.close()


def test_what_the_network_does_not_take_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def send(self, octets: bytes) -> int:
            raise BlockingIOError(11, "Resource temporarily unavailable")

        def close(self) -> None:
            pass

    sender = HepSender(HepHost("127.0.0.1"), "")
    monkeypatch.setattr(sender, "_opened", Full)
    sender.send(record(INVITE))
    assert (sender.sent, sender.dropped, sender.error) == (0, 1, "Resource temporarily unavailable")


def test_a_message_without_an_address_is_counted() -> None:
    sender = HepSender(HepHost("127.0.0.1"), "")
    sender.send(record(INVITE, local=("", 0)))
    assert (sender.dropped, hep.SIP) == (1, 1)
    sender.close()
