"""What host, processes and volumes have left, read in one pass. Blocking, a few milliseconds: call it off the loop."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import psutil

from oam.environment import storage
from oam.environment.system_clock import ClockReading, read_clock

_BLANK: Final = "configuration"
"""What the state directory itself holds."""


class ProcessReading(msgspec.Struct, frozen=True):
    """A row of `show environment processes`."""

    process: str
    pid: int
    cpu_percent: float | None
    """Of one processor, since the reading before."""
    memory_octets: int
    """Resident."""
    threads: int
    files: int
    """Descriptors open."""
    files_limit: int
    """Descriptors it may have."""


class VolumeReading(msgspec.Struct, frozen=True):
    """A row of `show environment disks`."""

    volume: str
    """Where it is mounted."""
    holds: str
    """What of the state lies there."""
    size_octets: int
    free_octets: int
    """What the server, not being root, may still write."""
    used_percent: float
    inodes_percent: float | None
    """Of its inodes; `None`: it has no fixed number."""


class Reading(NamedTuple):
    """One pass."""

    at: float
    """Monotonic."""
    cpu_percent: float | None
    """Of all processors together, since the reading before."""
    load: float
    """Load average of a minute."""
    memory_octets: int
    memory_free_octets: int
    memory_percent: float
    processes: tuple[ProcessReading, ...]
    volumes: tuple[VolumeReading, ...]
    clock: ClockReading


class Meter:
    """Takes readings; remembers what the ones before were, for what is a difference."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._host: tuple[float, float] | None = None
        """(busy, all) processor time of the host."""
        self._processes: dict[int, tuple[psutil.Process, float, float]] = {}
        """Process, when it was read, its processor time, by pid."""

    def read(self, processes: Sequence[tuple[str, int]], now: float) -> Reading:
        """Read everything; `processes` are (name, pid), `now` is monotonic."""
        memory = psutil.virtual_memory()
        return Reading(
            now,
            self._cpu(),
            os.getloadavg()[0],
            int(memory.total),
            int(memory.available),
            round(100 * (memory.total - memory.available) / memory.total, 1),
            tuple(self._read_processes(processes, now)),
            tuple(volumes(self._state)),
            read_clock(),
        )

    def _cpu(self) -> float | None:
        times = psutil.cpu_times()
        idle = times.idle + getattr(times, "iowait", 0.0)
        guests = getattr(times, "guest", 0.0) + getattr(times, "guest_nice", 0.0)  # counted in user already
        total = sum(times) - guests
        before, self._host = self._host, (total - idle, total)
        if before is None or total <= before[1]:
            return None
        return round(min(100.0, max(0.0, 100 * (total - idle - before[0]) / (total - before[1]))), 1)

    def _read_processes(self, processes: Sequence[tuple[str, int]], now: float) -> Iterable[ProcessReading]:
        before, self._processes = self._processes, {}
        for name, pid in processes:
            try:
                yield self._process(name, pid, now, before.get(pid))
            except psutil.Error:
                continue  # it has ended meanwhile

    def _process(
        self, name: str, pid: int, now: float, before: tuple[psutil.Process, float, float] | None
    ) -> ProcessReading:
        process = before[0] if before is not None and before[0].is_running() else psutil.Process(pid)
        with process.oneshot():
            times = process.cpu_times()
            used = times.user + times.system
            memory, threads, files = int(process.memory_info().rss), process.num_threads(), process.num_fds()
            limit = process.rlimit(psutil.RLIMIT_NOFILE)[0]
        self._processes[pid] = (process, now, used)
        percent = None
        if before is not None and before[0] is process and now > before[1]:
            percent = round(max(0.0, 100 * (used - before[2]) / (now - before[1])), 1)
        return ProcessReading(name, pid, percent, memory, threads, files, int(limit))


def volumes(state: Path) -> list[VolumeReading]:
    """Return the volumes that hold state; one that cannot be read is left out."""
    held: dict[int, list[Path]] = {}
    for folder in storage.folders(state):
        try:
            held.setdefault(folder.stat().st_dev, []).append(folder)
        except OSError:
            continue
    found = []
    for parts in held.values():
        try:
            usage = os.statvfs(parts[0])
        except OSError:
            continue
        holds = ", ".join(part.name if part != state else _BLANK for part in parts)
        found.append(_volume(str(_mounted(parts[0])), holds, usage))
    return found


def _volume(volume: str, holds: str, usage: os.statvfs_result) -> VolumeReading:
    size, free = usage.f_blocks * usage.f_frsize, usage.f_bavail * usage.f_frsize
    used = (usage.f_blocks - usage.f_bfree) * usage.f_frsize
    # What is kept for root is neither used nor free, as in df(1).
    percent = round(100 * used / (used + free), 1) if used + free else 0.0
    inodes = round(100 * (usage.f_files - usage.f_ffree) / usage.f_files, 1) if usage.f_files else None
    return VolumeReading(volume, holds, size, free, percent, inodes)


def _mounted(folder: Path) -> Path:
    """Return where the volume of `folder` is mounted."""
    path = Path(os.path.realpath(folder))
    device = path.stat().st_dev
    while path != path.parent and path.parent.stat().st_dev == device:
        path = path.parent
    return path
