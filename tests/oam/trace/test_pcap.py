"""Files for Wireshark: what is in them is what was traced, as an independent reader sees it."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from support.engine import flow
from support.phone import Phone, establish, hang_up
from support.traced import TracedWorld, record

from core.northbound.trace import TraceRecord
from oam.trace.message import read
from oam.trace.pcap import Packer, checksum, pcap

TSHARK = shutil.which("tshark")
peer = pytest.mark.skipif(TSHARK is None, reason="tshark is not installed")
FIELDS = ("frame.time_epoch", "ip.src", "ipv6.src", "udp.srcport", "tcp.srcport", "ip.dst", "ipv6.dst", "udp.dstport",
          "tcp.dstport", "sip.Method", "sip.Status-Code", "sip.Call-ID")  # fmt: skip
CHECKED = [
    word
    for name in ("ip.check_checksum", "udp.check_checksum", "tcp.check_checksum")
    for word in ("-o", f"{name}:TRUE")
]


def tshark(path: Path, *words: str) -> list[str]:
    assert TSHARK is not None
    result = subprocess.run(
        [TSHARK, "-n", "-r", str(path), *CHECKED, *words], capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


def seen(path: Path) -> list[list[str]]:
    """Return what tshark makes of each SIP message."""
    words = [word for field in FIELDS for word in ("-e", field)]
    return [line.split("\t") for line in tshark(path, "-Y", "sip", "-T", "fields", *words)]


def file(path: Path, records: list[TraceRecord]) -> Path:
    made = path / "trace.pcap"
    made.write_bytes(b"".join(pcap(records)))
    return made


def expected(each: TraceRecord) -> list[str]:
    message = read(each)
    v6 = ":" in message.source[0]
    hosts = [[host, ""][:: -1 if v6 else 1] for host in (message.source[0], message.destination[0])]
    ports = [[str(port), ""][:: -1 if each.transport else 1] for port in (message.source[1], message.destination[1])]
    time = f"{each.at_us // 1_000_000}.{each.at_us % 1_000_000:06}000"
    method = "" if message.status else message.method
    return [time, *hosts[0], *ports[0], *hosts[1], *ports[1], method, str(message.status or ""), message.call_id]


@peer
@pytest.mark.peer
def test_wireshark_reads_every_message_of_a_call(tmp_path: Path) -> None:
    world = TracedWorld(tmp_path)
    world.subscriber("bob")
    alice, bob = Phone(world, "alice", flow("192.0.2.1", 35_061)), Phone(world, "bob", flow("192.0.2.2", 5070))
    bob.register()
    establish(alice, bob)
    world.advance(1.25)
    hang_up(alice, bob)
    records = world.traced()
    assert seen(file(tmp_path, records)) == [expected(each) for each in records]
    assert len(records) == 15


OPTIONS = (
    "OPTIONS sip:a@b SIP/2.0\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\nFrom: <sip:x@y>;tag=1\nTo: <sip:a@b>\n"
    "Call-ID: c{}\nCSeq: 1 OPTIONS\nMax-Forwards: 70\nContent-Length: 0\n\n"
)
V6 = (("2001:db8::10", 5060), ("2001:db8::1", 49_152))
V4 = (("192.0.2.10", 5060), ("192.0.2.1", 5060))


@peer
@pytest.mark.peer
def test_wireshark_reads_ipv6_and_streams_on_any_port(tmp_path: Path) -> None:
    records = [
        record(OPTIONS.format(1), remote=("192.0.2.1", 40_000), local=("192.0.2.10", 33_333)),
        record(OPTIONS.format(2), at_us=1_700_000_000_000_001, local=V6[0], remote=V6[1]),
        record(OPTIONS.format(3), transport=1),
        record(OPTIONS.format(4), transport=1),
        record(OPTIONS.format(5), transport=1, sent=True),
        record(OPTIONS.format(6), transport=1, sent=True, local=V6[0], remote=V6[1]),
    ]
    path = file(tmp_path, records)
    assert seen(path) == [expected(each) for each in records]
    assert tshark(path, "-Y", "tcp.analysis.flags") == []


@peer
@pytest.mark.peer
def test_wireshark_finds_every_checksum_right(tmp_path: Path) -> None:
    records = [
        record(OPTIONS.format("x" * size), transport=size % 2, local=ends[0], remote=ends[1])
        for size in range(12)
        for ends in (V4, V6)
    ]
    path = file(tmp_path, records)
    bad = "ip.checksum.status == 0 || udp.checksum.status == 0 || tcp.checksum.status == 0"
    assert tshark(path, "-Y", bad) == []
    good = "udp.checksum.status == 1 || tcp.checksum.status == 1"
    assert len(tshark(path, "-Y", good)) == len(records)


def test_the_largest_message_fits_into_a_packet() -> None:
    for transport in (0, 1):
        packet = Packer().packet(record(b"x" * 65_400, transport=transport))
        assert struct.unpack_from("!H", packet, 2)[0] == len(packet) <= 65_535


def test_an_address_that_is_not_known_is_the_unspecified_one() -> None:
    packet = Packer().packet(record(b"x", local=("", 0)))
    assert packet[12:20] == bytes([192, 0, 2, 1, 0, 0, 0, 0])
    assert len(Packer().packet(record(b"x", local=("", 0), remote=("2001:db8::1", 5)))) == 40 + 8 + 1
    assert len(Packer().packet(record(b"x", local=("fe80::1%eth0", 0), remote=("192.0.2.1", 5)))) == 40 + 8 + 1


def test_a_sum_over_a_packet_with_its_checksum_is_nought() -> None:
    packet = Packer().packet(record(b"odd", sent=True))
    assert checksum(packet[:20]) == 0


def test_no_messages_make_an_empty_file(tmp_path: Path) -> None:
    assert len(b"".join(pcap([]))) == 24
