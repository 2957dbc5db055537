"""The ring: what is written is read, over its end, and never half of it."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest

from core.northbound.trace import (
    HEADER,
    MASKED,
    MEGABYTE,
    OCTETS,
    RECEIVED,
    RECORD,
    SENT,
    TRUNCATED,
    RingReader,
    clear,
    prepare,
)
from core.trace.ring import Ring

LOCAL, REMOTE = ("192.0.2.10", 5060), ("2001:db8::1", 50_600)


def ring(path: Path) -> Ring:
    prepare(path, 1)
    return Ring(path)


def write(to: Ring, data: bytes, at_us: int = 5) -> None:
    to.write(data, SENT, 1, 0b101, 3, LOCAL, REMOTE, at_us)


def test_a_record_says_all_about_its_message(tmp_path: Path) -> None:
    writer = ring(tmp_path / "ring")
    writer.write(b"one", RECEIVED, 0, 1, 2, REMOTE, LOCAL, 7)
    write(writer, b"two\0\xff", 8)
    with RingReader(tmp_path / "ring") as reader:
        first, second = reader.records()
    assert (first.number, first.octets, first.direction, first.local, first.remote) == (1, b"one", 0, REMOTE, LOCAL)
    assert second._replace(position=0) == (
        0, 2, 8, SENT, 1, 0, 0b101, 3, LOCAL, REMOTE, 5, b"two\0\xff",
    )  # fmt: skip


def test_secrets_never_reach_the_file(tmp_path: Path) -> None:
    writer = ring(tmp_path / "ring")
    write(writer, b'REGISTER sip:a SIP/2.0\r\nAuthorization: Digest response="c0ffee00"\r\n\r\n')
    assert b"c0ffee00" not in (tmp_path / "ring").read_bytes()
    with RingReader(tmp_path / "ring") as reader:
        assert next(reader.records()).flags == MASKED


def test_a_message_too_long_is_cut_and_says_so(tmp_path: Path) -> None:
    writer = ring(tmp_path / "ring")
    write(writer, b"m" * 70_000)
    with RingReader(tmp_path / "ring") as reader:
        record = next(reader.records())
    assert (record.flags, record.length, len(record.octets)) == (TRUNCATED, 70_000, OCTETS)


def test_the_oldest_go_and_all_that_is_left_is_whole(tmp_path: Path) -> None:
    writer, rng, sent = ring(tmp_path / "ring"), random.Random(5), []
    for number in range(4000):
        sent.append(number.to_bytes(4, "big") * rng.randrange(1, 400))
        write(writer, sent[-1])
        if number % 400 == 0:
            with RingReader(tmp_path / "ring") as reader:
                found = [record.octets for record in reader.records()]
            assert found == sent[-len(found) :]
            assert sum(len(each) + RECORD + 8 for each in found) <= MEGABYTE + 8 * len(found)
    with RingReader(tmp_path / "ring") as reader:
        numbers = [record.number for record in reader.records()]
    assert numbers == list(range(numbers[0], 4001))
    assert numbers[0] > 1


def test_a_reader_that_is_overtaken_goes_on_with_the_oldest(tmp_path: Path) -> None:
    writer = ring(tmp_path / "ring")
    for _ in range(100):
        write(writer, b"o" * 5000)
    with RingReader(tmp_path / "ring") as reader:
        records = reader.records()
        assert next(records).number == 1
        for _ in range(400):
            write(writer, b"n" * 5000)
        following = next(records)
        assert following.octets == b"n" * 5000
        assert following.position == reader.start()
        assert [record.number for record in records][-1] == 500


def test_a_writer_goes_on_where_the_last_one_died(tmp_path: Path) -> None:
    write(ring(tmp_path / "ring"), b"before")
    write(ring(tmp_path / "ring"), b"after")
    with RingReader(tmp_path / "ring") as reader:
        assert [(record.number, record.octets) for record in reader.records()] == [(1, b"before"), (2, b"after")]


def test_a_record_begun_and_not_ended_is_not_shown(tmp_path: Path) -> None:
    writer = ring(tmp_path / "ring")
    write(writer, b"whole")
    octets = bytearray((tmp_path / "ring").read_bytes())
    start = HEADER + RECORD + 8
    half = b"\x40\x01\0\0\x01" + b"half" * 70
    octets[start : start + len(half)] = half
    (tmp_path / "ring").write_bytes(octets)
    with RingReader(tmp_path / "ring") as reader:
        assert [record.octets for record in reader.records()] == [b"whole"]


def test_pages_lost_in_a_power_cut_are_no_messages(tmp_path: Path) -> None:
    writer = ring(tmp_path / "ring")
    for number in range(50):
        write(writer, bytes([number]) * 1000)
    octets = bytearray((tmp_path / "ring").read_bytes())
    octets[HEADER + 20_480 : HEADER + 28_672] = bytes(8192)
    (tmp_path / "ring").write_bytes(octets)
    with RingReader(tmp_path / "ring") as reader:
        found = [record.octets for record in reader.records()]
    assert found == [bytes([number]) * 1000 for number in range(len(found))]
    assert len(found) == 20_480 // (RECORD + 1000)
    again = Ring(tmp_path / "ring")
    for _ in range(2000):
        write(again, b"later" * 200)
    with RingReader(tmp_path / "ring") as reader:
        assert {record.octets for record in reader.records()} == {b"later" * 200}


def test_messages_are_counted_by_trace(tmp_path: Path) -> None:
    writer = ring(tmp_path / "ring")
    writer.count(3)
    writer.count(3)
    assert writer.taken(3) == 2
    with RingReader(tmp_path / "ring") as reader:
        assert (reader.taken(3), reader.taken(4)) == (2, 0)
    writer.begin(3)
    assert writer.taken(3) == 0


def test_what_is_cleared_is_not_shown_and_numbers_go_on(tmp_path: Path) -> None:
    writer = ring(tmp_path / "ring")
    write(writer, b"old")
    assert clear(tmp_path / "ring") == 1
    write(writer, b"new")
    with RingReader(tmp_path / "ring") as reader:
        assert [(record.number, record.octets) for record in reader.records()] == [(2, b"new")]


@pytest.mark.parametrize("octets", [b"", b"garbage", struct.pack("<2q", 1, 2) + bytes(2 * MEGABYTE)])
def test_a_file_that_is_no_ring_is_refused(tmp_path: Path, octets: bytes) -> None:
    (tmp_path / "ring").write_bytes(octets)
    with pytest.raises(ValueError):
        Ring(tmp_path / "ring")
