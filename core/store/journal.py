"""The answered calls, as a journal: a line when a call is answered, a line when it is over.

A line costs one `write`, a tenth of a database commit, and survives the end of the
process like any page of the page cache. What is live is known in memory; a segment
whose calls have ended or been carried over is removed, so the files stay in
proportion to the calls there are. A disk that takes nothing delays the lines, never a call.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from core.store.records import StoredCall

SEGMENT_OCTETS: Final = 8 * 1024 * 1024
"""A segment this long is followed by a new one."""
CARRIED: Final = 500
"""Calls carried from the oldest segment to the newest at one `tidy`."""
MAX_BACKLOG_OCTETS: Final = 16 * 1024 * 1024
"""Lines kept for a disk that takes none; what comes beyond is given up."""
_OVER: Final = b"-"
_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(StoredCall).decode


class CallJournal:
    """The files `calls-N.journal` of one directory; one writer, who alone opens it `writing`."""

    def __init__(self, directory: Path, writing: bool = True) -> None:
        self._directory = directory
        self._backlog = bytearray()
        self._segments: dict[int, dict[str, bytes]] = {}
        """Live calls by segment: record id to line. The last is the one being written."""
        self._number = 0
        self._fd = -1
        self._written = 0
        self.dirty = False
        """Whether lines were added since `flush` last tried."""
        self.segment_octets = SEGMENT_OCTETS
        self.carried = CARRIED
        self.max_backlog_octets = MAX_BACKLOG_OCTETS
        if writing:
            self._read()
            self._number = max(self._segments, default=0)
            self._begin()

    def put(self, call: StoredCall) -> None:
        """Keep an answered call; `flush` makes it last."""
        line = _encode(call) + b"\n"
        self._segments[self._number][call.record_id] = line
        self._append(line)

    def delete(self, record_id: str) -> None:
        """Forget a call, if it is kept."""
        for live in self._segments.values():
            if live.pop(record_id, None) is not None:
                self._append(_OVER + record_id.encode() + b"\n")
                return

    def calls(self) -> Iterator[StoredCall]:
        """Go through the calls kept, the longest kept first."""
        for live in list(self._segments.values()):
            for line in list(live.values()):
                yield _decode(line)

    def flush(self) -> None:
        """Write what is waiting. A refusal of the disk leaves it waiting."""
        self.dirty = False
        try:
            while self._backlog:
                count = os.write(self._fd, self._backlog)
                self._written += count
                del self._backlog[:count]
        except OSError:
            return

    def tidy(self) -> None:
        """Begin a new segment when the last is long, and work at removing the oldest; once a second or so."""
        if self._written >= self.segment_octets and not self._backlog:
            self._number += 1
            self._begin()
        oldest = next(iter(self._segments))
        if oldest == self._number:
            return
        live = self._segments[oldest]
        for record_id in list(live)[: self.carried]:
            line = live.pop(record_id)
            self._segments[self._number][record_id] = line
            self._append(line)
        self.flush()
        if not live and not self._backlog:
            del self._segments[oldest]
            self._path(oldest).unlink(missing_ok=True)

    def sync(self) -> None:
        """Bring the last segment to the disk; for a thread."""
        fd = os.dup(self._fd)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def close(self) -> None:
        """Write and sync what is left."""
        self.flush()
        if self._fd >= 0:
            os.fsync(self._fd)
            os.close(self._fd)
            self._fd = -1

    def _append(self, line: bytes) -> None:
        if len(self._backlog) + len(line) <= self.max_backlog_octets:
            self._backlog += line
            self.dirty = True

    def _begin(self) -> None:
        """Open the segment `_number`; a torn last line of an earlier life is closed off."""
        if self._fd >= 0:
            os.close(self._fd)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._fd = os.open(self._path(self._number), flags, 0o640)
        self._written = os.fstat(self._fd).st_size
        if self._written and os.pread(self._fd, 1, self._written - 1) != b"\n":
            self._backlog += b"\n"
        self._segments.setdefault(self._number, {})

    def _read(self) -> None:
        """Replay all segments in the order they were written; a line that cannot be read is passed over."""
        numbers = sorted(int(path.stem.partition("-")[2]) for path in self._directory.glob("calls-*.journal"))
        live: dict[str, int] = {}
        for number in numbers:
            segment: dict[str, bytes] = {}
            self._segments[number] = segment
            for line in self._path(number).read_bytes().splitlines(keepends=True):
                self._replay(line, number, live)

    def _replay(self, line: bytes, number: int, live: dict[str, int]) -> None:
        if line.startswith(_OVER):
            record_id = line[1:].rstrip(b"\n").decode("ascii", "replace")
            self._forget(record_id, live)
            return
        try:
            call = _decode(line)
        except (msgspec.DecodeError, UnicodeError):
            return
        self._forget(call.record_id, live)
        self._segments[number][call.record_id] = line
        live[call.record_id] = number

    def _forget(self, record_id: str, live: dict[str, int]) -> None:
        number = live.pop(record_id, -1)
        if number >= 0:
            self._segments[number].pop(record_id, None)

    def _path(self, number: int) -> Path:
        return self._directory / f"calls-{number}.journal"
