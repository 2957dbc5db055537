"""Traced SIP messages: a ring in a file that the worker writes and management maps.

Theory of operation. Records lie one behind the other; a position counts the octets ever written, and its place in the
ring is the position modulo the size. A record never wraps: what is left before the end is a filler. Before the writer
overwrites anything it moves `TAIL`, the position of the oldest whole record, and it moves `HEAD` when the new record is
complete. So a reader takes a copy, looks at `TAIL` again and throws away what was overwritten meanwhile. Each record
says its own position and bears a checksum: after a power cut no half of one is taken for a message. What was written
outlives the worker.

    header   SLOTS slots of int64 in HEADER octets
    ring     records: HEAD_OF_RECORD, the octets of the message, padding to 8
"""

from __future__ import annotations

import contextlib
import mmap
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple, Self

import msgspec

FILE: Final = "trace-1"
"""Name of the ring of worker 1 in `run/`."""
MEGABYTE: Final = 1_048_576
HEADER: Final = 4096
SLOTS: Final = 64
MAGIC: Final = int.from_bytes(b"SIPTRC01", "little")
TRACES: Final = 8
"""Traces that may run at a time, numbered from 1."""

# Slots of the header.
FORMAT: Final = 0
SIZE: Final = 1
"""Octets of the ring."""
HEAD: Final = 2
"""Octets ever written."""
TAIL: Final = 3
"""Position of the oldest whole record."""
COUNT: Final = 4
"""Records ever written; the number of the newest one."""
FLOOR: Final = 5
"""Position before which nothing is shown any more; written by management alone."""
TAKEN: Final = 8
"""First of TRACES slots: messages that the trace of this number has taken."""

ALIGN: Final = 8
FILLER: Final = 0
MESSAGE: Final = 1
HEAD_OF_RECORD: Final = struct.Struct("<IBBBBQQQIIHHHHI46s46s")
"""Length of the record, kind, direction, transport, flags; position, number, wall time in µs; octets kept, octets of
the message; traces, listener, local and remote port; checksum of all but itself; local and remote address."""
CHECKED: Final = 48
"""Where the checksum begins; it covers what is before and after its four octets."""
RECORD: Final = HEAD_OF_RECORD.size
START_OF_RECORD: Final = struct.Struct("<IB")
OCTETS: Final = 65_400
"""Kept of one message: as many as fit into an IPv4 packet with its headers."""

RECEIVED: Final = 0
SENT: Final = 1
TRUNCATED: Final = 1
MASKED: Final = 2
TRANSPORTS: Final = ("udp", "tcp")


class TraceFilter(msgspec.Struct, frozen=True):
    """Which messages a trace takes: all that is given must fit; without anything it takes all."""

    call_id: str = ""
    subscriber: str = ""
    """Name of the subscriber, as the operator gave it."""
    users: tuple[str, ...] = ()
    """User parts that stand for the subscriber: the name, the number."""
    number: str = ""
    """Digits, without `+`."""
    trunk: str = ""
    network: str = ""
    """Address or network of a peer."""
    method: str = ""

    @property
    def text(self) -> str:
        """The filter as it was typed; `everything` when there is none."""
        words = (
            ("call", self.call_id), ("subscriber", self.subscriber), ("number", self.number), ("trunk", self.trunk),
            ("address", self.network), ("method", self.method),
        )  # fmt: skip
        return " ".join(f"{word} {value}" for word, value in words if value) or "everything"


class TraceRecord(NamedTuple):
    """One message."""

    position: int
    number: int
    """Counts from 1 over all that was ever traced."""
    at_us: int
    """Wall time, µs since 1970."""
    direction: int
    """RECEIVED or SENT."""
    transport: int
    """Index of TRANSPORTS."""
    flags: int
    """TRUNCATED, MASKED."""
    traces: int
    """One bit for each trace that took it, the lowest for trace 1."""
    listener: int
    local: tuple[str, int]
    remote: tuple[str, int]
    length: int
    """Octets of the message; more than are kept when it is truncated."""
    octets: bytes

    @property
    def following(self) -> int:
        """Position behind it."""
        return self.position + length_of(len(self.octets))


def length_of(octets: int) -> int:
    """Return how long the record of so many octets of a message is."""
    return (RECORD + octets + ALIGN - 1) & ~(ALIGN - 1)


def is_sound(slots: memoryview, octets: int) -> bool:
    """Whether the header fits a file of `octets` and contradicts itself nowhere."""
    size, head, tail = slots[SIZE], slots[HEAD], slots[TAIL]
    return bool(
        slots[FORMAT] == MAGIC
        and size == octets - HEADER
        and 0 <= tail <= head <= tail + size
        and not tail % ALIGN
        and not head % ALIGN
    )


def prepare(path: Path, megabytes: int) -> None:
    """See that the ring at `path` has `megabytes`, all of them on the disk, and a sound header; keep what is in it.

    A ring of another size, or damaged, is begun anew in its place. Raises OSError, when the disk is full for one: the
    worker must never write to a page that the disk has no room for.
    """
    wanted = HEADER + megabytes * MEGABYTE
    if _fits(path, wanted):
        _allocate(path, os.O_RDWR, wanted)
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _allocate(temporary, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, wanted)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _fits(path: Path, wanted: int) -> bool:
    with contextlib.suppress(OSError, ValueError), RingReader(path):
        return path.stat().st_size == wanted
    return False


def _allocate(path: Path, flags: int, octets: int) -> None:
    """Give a file its room on the disk; a new one its header too."""
    fd = os.open(path, flags | os.O_CLOEXEC, 0o600)
    try:
        os.posix_fallocate(fd, 0, octets)
        if flags & os.O_CREAT:
            os.pwrite(fd, struct.pack("<2q", MAGIC, octets - HEADER), 0)
    finally:
        os.close(fd)


def open_ring(path: Path) -> tuple[mmap.mmap, int]:
    """Map a prepared ring for writing; return it with its inode. Raises OSError or ValueError when it is not sound."""
    fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        facts = os.fstat(fd)
        if facts.st_size < HEADER + MEGABYTE:
            raise ValueError(f"{path.name} is too short")
        mapped = mmap.mmap(fd, facts.st_size)
    finally:
        os.close(fd)
    with memoryview(mapped) as octets, octets[: SLOTS * 8] as head, head.cast("q") as slots:
        sound = is_sound(slots, facts.st_size)
    if not sound:
        mapped.close()
        raise ValueError(f"{path.name} is damaged")
    return mapped, facts.st_ino


class RingReader:
    """Reads a ring while the worker writes; a context manager.

    Making one raises OSError when there is no ring and ValueError when it is none of ours.
    """

    def __init__(self, path: Path) -> None:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            facts = os.fstat(fd)
            if facts.st_size < HEADER + ALIGN:
                raise ValueError("no ring")
            self._map = mmap.mmap(fd, facts.st_size, prot=mmap.PROT_READ)
        finally:
            os.close(fd)
        self.inode = facts.st_ino
        """Tells a ring from one begun anew."""
        self._view = memoryview(self._map)
        self._octets = self._view[HEADER:]
        self._slots = self._view[: SLOTS * 8].cast("q")
        if not is_sound(self._slots, facts.st_size):
            self.close()
            raise ValueError("no ring")
        self._size = self._slots[SIZE]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        for view in (self._slots, self._octets, self._view):
            view.release()
        self._map.close()

    @property
    def head(self) -> int:
        """Position behind the newest record."""
        return int(self._slots[HEAD])

    @property
    def count(self) -> int:
        """Number of the newest record."""
        return int(self._slots[COUNT])

    def taken(self, trace: int) -> int:
        """Return how many messages the trace of this number has taken."""
        return int(self._slots[TAKEN + trace - 1])

    def start(self) -> int:
        """Return the position of the oldest record that is to be shown."""
        return int(max(self._slots[TAIL], self._slots[FLOOR]))

    def records(self, position: int = 0) -> Iterator[TraceRecord]:
        """Yield the records from `position` on, the oldest there is when it has been overwritten, up to the newest."""
        while position < self.head:
            position = max(position, self.start())
            raw = self._copy(position)
            if self._slots[TAIL] > position:
                continue  # overtaken while it was copied
            if not raw:
                return  # damaged: nothing behind it can be found
            position += len(raw)
            if raw[4] != MESSAGE:
                continue
            record = _read(raw)
            if record is None or record.position != position - len(raw):
                return
            yield record

    def _copy(self, position: int) -> bytes:
        """Return the record at `position`; empty when there can be none."""
        offset = position % self._size
        if offset + ALIGN > self._size or position >= self.head:
            return b""
        length, _ = START_OF_RECORD.unpack_from(self._octets, offset)
        if length < ALIGN or length % ALIGN or offset + length > self._size:
            return b""
        return bytes(self._octets[offset : offset + length])


def _read(raw: bytes) -> TraceRecord | None:
    """Take a record apart; None when it is damaged."""
    if len(raw) < RECORD:
        return None
    (
        _, _, direction, transport, flags, position, number, at_us, kept, length, traces, listener, local_port,
        remote_port, check, local, remote,
    ) = HEAD_OF_RECORD.unpack_from(raw)  # fmt: skip
    octets = raw[RECORD : RECORD + kept]
    if checksum(raw[:RECORD], octets) != check or kept > len(raw) - RECORD:
        return None
    return TraceRecord(
        position, number, at_us, direction, transport, flags, traces, listener, (_text(local), local_port),
        (_text(remote), remote_port), length, octets,
    )  # fmt: skip


def _text(octets: bytes) -> str:
    return octets.rstrip(b"\0").decode("latin-1")


def checksum(head: bytes, octets: bytes) -> int:
    """Return the checksum of a record: its head without the checksum's own place, then the message."""
    return zlib.crc32(octets, zlib.crc32(head[CHECKED + 4 :], zlib.crc32(head[:CHECKED])))


def clear(path: Path) -> int:
    """Show nothing any more of what is in the ring now; return the number of the newest record. Raises OSError."""
    fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        number, head = struct.unpack("<q", os.pread(fd, 8, COUNT * 8))[0], os.pread(fd, 8, HEAD * 8)
        os.pwrite(fd, head, FLOOR * 8)
        return int(number)
    finally:
        os.close(fd)
