"""The ring's file: allocated before it is used, begun anew when it does not fit."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from core.northbound.trace import (
    HEAD,
    HEADER,
    MAGIC,
    MEGABYTE,
    TAIL,
    RingReader,
    TraceFilter,
    is_sound,
    prepare,
)


def test_a_ring_is_prepared_whole_and_private(tmp_path: Path) -> None:
    prepare(tmp_path / "ring", 2)
    facts = (tmp_path / "ring").stat()
    assert (facts.st_size, facts.st_mode & 0o777) == (HEADER + 2 * MEGABYTE, 0o600)
    assert facts.st_blocks * 512 >= facts.st_size
    with RingReader(tmp_path / "ring") as reader:
        assert (list(reader.records()), reader.count, reader.head) == ([], 0, 0)


def test_a_sound_ring_is_kept(tmp_path: Path) -> None:
    prepare(tmp_path / "ring", 1)
    inode = (tmp_path / "ring").stat().st_ino
    prepare(tmp_path / "ring", 1)
    assert (tmp_path / "ring").stat().st_ino == inode


@pytest.mark.parametrize("octets", [b"", b"x" * 5000, struct.pack("<4q", MAGIC, MEGABYTE, 8, 16) + bytes(MEGABYTE)])
def test_one_of_another_size_or_damaged_is_begun_anew(tmp_path: Path, octets: bytes) -> None:
    (tmp_path / "ring").write_bytes(octets)
    prepare(tmp_path / "ring", 1)
    with RingReader(tmp_path / "ring") as reader:
        assert list(reader.records()) == []
    assert os.listdir(tmp_path) == ["ring"]


def test_a_full_disk_refuses_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(fd: int, offset: int, length: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(OSError, match="No space left"):
        prepare(tmp_path / "ring", 1)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(("slot", "value"), [(0, 5), (1, 8), (HEAD, -8), (HEAD, 12), (TAIL, 8), (HEAD, MEGABYTE + 8)])
def test_a_header_that_contradicts_itself_is_not_sound(slot: int, value: int) -> None:
    slots = memoryview(bytearray(512)).cast("q")
    slots[0], slots[1] = MAGIC, MEGABYTE
    assert is_sound(slots, HEADER + MEGABYTE)
    slots[slot] = value
    assert not is_sound(slots, HEADER + MEGABYTE)


def test_a_filter_is_spoken_as_it_was_typed() -> None:
    assert TraceFilter().text == "everything"
    assert TraceFilter(method="INVITE", number="12", users=("a",)).text == "number 12 method INVITE"
