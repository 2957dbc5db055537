"""Processor, memory, disk space, descriptors and clock of the host."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from core.northbound import counters
from oam.fault.sources.level import Grade
from oam.fault.sources.processes import named
from oam.fault.sources.source import OFF, ON, SYSTEM, UNKNOWN, Finding, Source
from oam.settings.environment import Bounds

if TYPE_CHECKING:
    from oam.context import Manager
    from oam.environment.readings import ProcessReading, VolumeReading
    from oam.environment.system_clock import ClockReading
    from oam.settings.environment import EnvironmentSettings

CPU: Final = 9
MEMORY: Final = 10
DISK: Final = 11
CLOCK: Final = 25
TABLE: Final = 45
_MIB: Final = 2**20


class Host(Source):
    """Compares the readings of the environment with their bounds."""

    numbers: ClassVar = (CPU, MEMORY, DISK, CLOCK)
    wakes: ClassVar = frozenset({"config-changed"})

    def __init__(self, manager: Manager) -> None:
        self._manager = manager
        self._grade = Grade()

    async def find(self) -> list[Finding]:
        """See `Source.find`. Raises LookupError when there is no reading."""
        environment = self._manager.environment
        reading, settings = environment.latest, self._manager.configuration.running.environment
        if reading is None:
            raise LookupError(environment.failure or "nothing has been read yet")
        total = reading.memory_octets // _MIB
        return [
            self._graded(CPU, SYSTEM, environment.cpu_percent, settings.cpu, "of all processors"),
            *(self._worker(each) for each in reading.processes if each.process.startswith("sip-")),
            self._graded(MEMORY, SYSTEM, reading.memory_percent, settings.memory, f"of {total} MiB"),
            *(process_memory(each, settings) for each in reading.processes),
            *(self._disk(each, settings.disk) for each in reading.volumes),
            clock(reading.clock, settings.clock_offset_ms),
        ]

    def _worker(self, process: ProcessReading) -> Finding:
        """Judge a signalling process by its own measure: what it cannot do on one processor it cannot do."""
        bounds = self._manager.configuration.running.environment.cpu
        number = int(process.process.removeprefix("sip-"))
        blocks = self._manager.counters
        own = blocks[number - 1][counters.CPU_PERMILLE] / 10 if number <= len(blocks) else 0.0
        percent = max(own, process.cpu_percent or 0.0) if process.cpu_percent is not None else None
        return self._graded(CPU, named(process.process), percent, bounds, "of one processor")

    def _disk(self, volume: VolumeReading, bounds: Bounds) -> Finding:
        inodes = volume.inodes_percent or 0.0
        percent, of = max((volume.used_percent, "of its octets"), (inodes, "of its inodes"))
        return self._graded(DISK, f"volume {volume.volume}", percent, bounds, f"{of}; it holds {volume.holds}")

    def _graded(self, number: int, name: str, percent: float | None, bounds: Bounds, of: str) -> Finding:
        if percent is None:
            return Finding(number, name, UNKNOWN)
        hysteresis = self._manager.configuration.running.environment.hysteresis
        severity = self._grade.of(f"{number} {name}", percent, bounds, hysteresis)
        return Finding(number, name, severity, f"{percent:g} % {of}")


class Descriptors(Source):
    """Compares the descriptors that each process has open with what it may have."""

    numbers: ClassVar = (TABLE,)
    objects: ClassVar = ("files ",)
    wakes: ClassVar = frozenset({"config-changed"})

    def __init__(self, manager: Manager) -> None:
        self._manager = manager
        self._grade = Grade()

    async def find(self) -> list[Finding]:
        """See `Source.find`. Raises LookupError when there is no reading."""
        reading, settings = self._manager.environment.latest, self._manager.configuration.running.environment
        if reading is None:
            raise LookupError(self._manager.environment.failure or "nothing has been read yet")
        return [self._judged(each, settings) for each in reading.processes if each.files_limit > 0]

    def _judged(self, process: ProcessReading, settings: EnvironmentSettings) -> Finding:
        percent = 100 * process.files / process.files_limit
        severity = self._grade.of(process.process, percent, settings.files, settings.hysteresis)
        text = f"{process.files} of {process.files_limit} descriptors are open"
        return Finding(TABLE, f"files {process.process}", severity, text)


def process_memory(process: ProcessReading, settings: EnvironmentSettings) -> Finding:
    """Judge the memory of one process."""
    bound, used = settings.process_memory_mib, process.memory_octets // _MIB
    return Finding(MEMORY, named(process.process), "minor" if bound and used >= bound else OFF, f"{used} MiB resident")


def clock(reading: ClockReading, offset_ms: int) -> Finding:
    """Judge the clock."""
    if reading.synchronised is None:
        return Finding(CLOCK, SYSTEM, UNKNOWN)
    if not reading.synchronised:
        return Finding(CLOCK, SYSTEM, ON, "nothing keeps the clock of this host right")
    offset = abs(reading.offset_ms or 0.0)
    if offset >= offset_ms:
        return Finding(CLOCK, SYSTEM, ON, f"the clock is {offset:.0f} ms off")
    return Finding(CLOCK, SYSTEM, OFF, f"the clock is kept within {offset:.0f} ms")
