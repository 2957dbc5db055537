"""The log file: written by a thread, set aside when it has grown, never waited for.

`logs/sipctl.log` is the newest, `logs/sipctl.log.1` the one before it, and so on.
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Final

FOLDER: Final = "logs"
NAME: Final = "sipctl.log"
WAITING: Final = 10_000
"""Lines that wait for the disk."""
BATCH: Final = 500
RETRY_S: Final = 5.0
TAIL_OCTETS: Final = 4 * 1024 * 1024


class LogFile:
    """Lines to the disk."""

    def __init__(self, state: Path, octets: int, keep: int) -> None:
        self.octets = octets
        """A file that is larger is set aside."""
        self.keep = keep
        """Files set aside that are kept."""
        self.written = 0
        self.dropped = 0
        """Lines lost because the disk took none and WAITING lines waited."""
        self.error = ""
        """Why nothing can be written now."""
        self._path = state / FOLDER / NAME
        self._lines: queue.Queue[str | None] = queue.Queue(WAITING)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="log file", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Lines that wait for the disk."""
        return self._lines.qsize()

    def put(self, line: str) -> None:
        """Queue a line; never waits."""
        try:
            self._lines.put_nowait(line)
        except queue.Full:
            self.dropped += 1

    def close(self) -> None:
        """Write what waits, then end; waits for the disk, at most a second."""
        self._ended.set()
        with contextlib.suppress(queue.Full):
            self._lines.put_nowait(None)
        self._thread.join(1.0)

    def _run(self) -> None:
        kept: list[str] = []
        while True:
            kept += self._taken(bool(kept))
            if kept and self._wrote(kept):
                kept = []
            if self._ended.is_set() and (self._lines.empty() or kept):
                return
            if kept:
                self._ended.wait(RETRY_S)

    def _taken(self, failed: bool) -> list[str]:
        """Wait for lines and take some; none after a failure, whose lines come first."""
        if failed:
            return []
        lines = [self._lines.get()]
        with contextlib.suppress(queue.Empty):
            while len(lines) < BATCH:
                lines.append(self._lines.get_nowait())
        return [line for line in lines if line is not None]

    def _wrote(self, lines: Iterable[str]) -> bool:
        octets = "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
        try:
            self._path.parent.mkdir(mode=0o750, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                if self._path.stat().st_size + len(octets) > self.octets:
                    self._set_aside()
            _append(self._path, octets)
        except OSError as error:
            self.error = error.strerror or str(error)
            return False
        self.error = ""
        self.written += octets.count(b"\n")
        return True

    def _set_aside(self) -> None:
        """Give each file the number after its own; those beyond `keep` go."""
        for path in self._path.parent.glob(f"{NAME}.*"):
            if path.suffix[1:].isdigit() and int(path.suffix[1:]) >= self.keep:
                path.unlink()
        for number in range(self.keep - 1, 0, -1):
            with contextlib.suppress(FileNotFoundError):
                self._path.with_name(f"{NAME}.{number}").replace(self._path.with_name(f"{NAME}.{number + 1}"))
        if self.keep:
            self._path.replace(self._path.with_name(f"{NAME}.1"))
        else:
            self._path.unlink()


def _append(path: Path, octets: bytes) -> None:
    """Append all of `octets` or nothing, so that no half line stays when the disk is full. Raises OSError."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o640)
    try:
        size = os.fstat(fd).st_size
        left = memoryview(octets)
        try:
            while left:
                left = left[os.write(fd, left) :]
        except OSError:
            os.ftruncate(fd, size)
            raise
    finally:
        os.close(fd)


def tail(state: Path) -> list[str]:
    """Return the last lines of the log file, of at most TAIL_OCTETS; none when it cannot be read."""
    try:
        with open(state / FOLDER / NAME, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - TAIL_OCTETS))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []
    return lines[1:] if size > TAIL_OCTETS else lines
