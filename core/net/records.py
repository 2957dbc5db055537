"""The file call records go to: one a day, appended in the turn that made them, fsynced in groups."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from core.northbound.counters import RECORDS_LOST, RECORDS_WAITING

log = logging.getLogger("store")

MAX_BACKLOG_OCTETS: Final = 16_777_216
"""Records kept in memory while the disk takes none; what comes beyond is lost, and logged."""


class RecordFile:
    """Appends to `records/calls-YYYYMMDD.jsonl` (UTC) in the state directory."""

    def __init__(
        self, directory: Path, clock: Callable[[], float] = time.time, slots: memoryview | None = None
    ) -> None:
        directory.mkdir(mode=0o750, parents=True, exist_ok=True)
        self._directory = directory
        self._clock = clock
        self._fd = -1
        self._day = -1
        self._slots = slots if slots is not None else memoryview(bytearray(8 * 256)).cast("q")
        self._slots[RECORDS_WAITING] = 0
        self._backlog = bytearray()
        self._unsynced = False
        self._failing = False

    def append(self, octets: bytes) -> None:
        """Write whole lines, line ends included; keep them for later when the disk refuses."""
        if len(self._backlog) + len(octets) > MAX_BACKLOG_OCTETS:
            self._slots[RECORDS_LOST] += octets.count(b"\n")
            log.critical("call record lost, no room: %s", ascii(octets.decode("utf-8", "replace").rstrip()))
            return
        self._backlog += octets
        self.flush()

    def flush(self) -> None:
        """Write what is kept. What was written survives the end of the process, however it ends."""
        if not self._backlog:
            return
        try:
            self._open()
            while self._backlog:
                del self._backlog[: os.write(self._fd, self._backlog)]
        except OSError as error:
            if not self._failing:
                log.error("call records cannot be written: %s", error)
            self._failing = True
        else:
            self._failing = False
        self._slots[RECORDS_WAITING] = len(self._backlog)
        self._unsynced = True

    def take_unsynced(self) -> int:
        """Return a descriptor of its own to fsync and close, -1 when there is nothing to sync."""
        if not self._unsynced or self._fd < 0:
            return -1
        self._unsynced = False
        return os.dup(self._fd)

    def close(self) -> None:
        """Write and sync what is left."""
        self.flush()
        self._slots[RECORDS_LOST] += self._backlog.count(b"\n")
        if self._fd >= 0:
            os.fsync(self._fd)
            os.close(self._fd)
            self._fd = -1

    def _open(self) -> None:
        now = self._clock()
        day = int(now // 86_400)
        if day == self._day:
            return
        name = f"calls-{time.strftime('%Y%m%d', time.gmtime(now))}.jsonl"
        fd = os.open(self._directory / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        if self._fd >= 0:
            os.fsync(self._fd)
            os.close(self._fd)
        self._fd, self._day = fd, day


def sync_and_close(fd: int) -> None:
    """Bring the file to the disk; for a thread."""
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
