"""Writes traced messages into the ring that management reads (`core.northbound.trace` has its layout)."""

from __future__ import annotations

import mmap
from pathlib import Path

from core.northbound.trace import (
    ALIGN,
    CHECKED,
    COUNT,
    FILLER,
    HEAD,
    HEAD_OF_RECORD,
    HEADER,
    MASKED,
    MESSAGE,
    OCTETS,
    RECORD,
    SIZE,
    SLOTS,
    START_OF_RECORD,
    TAIL,
    TAKEN,
    TRUNCATED,
    checksum,
    length_of,
    open_ring,
)
from core.trace.masking import masked


class Ring:
    """One mapped ring; the only writer of it."""

    __slots__ = ("_map", "_size", "_slots", "inode")

    def __init__(self, path: Path) -> None:
        """Map the ring that management has prepared. Raises OSError or ValueError."""
        mapped, inode = open_ring(path)
        self._map: mmap.mmap = mapped
        self.inode: int = inode
        self._slots: memoryview = memoryview(mapped)[: SLOTS * 8].cast("q")
        self._size: int = self._slots[SIZE]

    def close(self) -> None:
        """Let go of the file."""
        self._slots.release()

    def begin(self, trace: int) -> None:
        """Count the messages of a trace from 0."""
        self._slots[TAKEN + trace - 1] = 0

    def taken(self, trace: int) -> int:
        """Return how many messages a trace has taken."""
        return int(self._slots[TAKEN + trace - 1])

    def count(self, trace: int) -> None:
        """Count a message for a trace."""
        self._slots[TAKEN + trace - 1] += 1

    def write(
        self, data: bytes, sent: int, transport: int, traces: int, listener: int, local: tuple[str, int],
        remote: tuple[str, int], at_us: int,
    ) -> None:  # fmt: skip
        """Write one message, its secrets hidden; it can be read when this returns."""
        slots = self._slots
        kept = masked(data)
        flags = MASKED if kept is not data else 0
        if len(kept) > OCTETS:
            kept = kept[:OCTETS]
            flags |= TRUNCATED
        length = length_of(len(kept))
        position = self._room(length)
        number = int(slots[COUNT]) + 1
        fields = (
            length, MESSAGE, sent, transport, flags, position, number, at_us, len(kept), len(data), traces,
            listener & 0xFFFF, local[1] & 0xFFFF, remote[1] & 0xFFFF,
        )  # fmt: skip
        here, there = local[0].encode("latin-1", "replace"), remote[0].encode("latin-1", "replace")
        head = HEAD_OF_RECORD.pack(*fields, 0, here, there)
        check = checksum(head, kept).to_bytes(4, "little")
        at = HEADER + position % self._size
        self._map[at : at + RECORD + len(kept)] = head[:CHECKED] + check + head[CHECKED + 4 :] + kept
        slots[COUNT] = number
        slots[HEAD] = position + length

    def _room(self, length: int) -> int:
        """Make room for `length` octets in one piece; return the position of the next record."""
        slots = self._slots
        head = int(slots[HEAD])
        rest = self._size - head % self._size
        filler = rest if rest < length else 0
        tail = int(slots[TAIL])
        while head + filler + length - tail > self._size:
            step, _ = START_OF_RECORD.unpack_from(self._map, HEADER + tail % self._size)
            if step < ALIGN or step % ALIGN or tail + step > head:
                tail = head  # damaged by a power cut: begin anew
                break
            tail += step
        slots[TAIL] = tail
        if filler:
            START_OF_RECORD.pack_into(self._map, HEADER + head % self._size, filler, FILLER)
            head += filler
            slots[HEAD] = head
        return head
