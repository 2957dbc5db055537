"""`show environment`, and mode `environment`: from where on what is measured is an alarm. `test storage`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound import counters
from oam.commands.registry import CommandError, config, section, show
from oam.environment import storage
from oam.environment.readings import ProcessReading, VolumeReading
from oam.environment.storage import StorageRow
from oam.threads import Aside

if TYPE_CHECKING:
    from oam.context import Context
    from oam.environment.readings import Reading
    from oam.settings.environment import Bounds

_WORDS: Final = {"environment": "What the host has left, and from where on that is an alarm"}
ENVIRONMENT: Final = section(
    "environment", "From where on what is measured of the host and of this server is an alarm.", words=_WORDS
)
_LEVELS: Final = {
    "minor": "Bound of a minor alarm",
    "major": "Bound of a major alarm",
    "critical": "Bound of a critical alarm",
}
_PERCENT: Final = "minor (0-100)$minor major (0-100)$major critical (0-100)$critical"
_BOUNDS: Final = dict.fromkeys(("minor", "major", "critical"), "Per cent; 0: no alarm of this severity")
_STORAGE_S: Final = 30.0
_FIRST_S: Final = 5.0


class EnvironmentRow(msgspec.Struct, frozen=True):
    """A row of `show environment`."""

    item: str
    value: float | None
    """`None`: it cannot be measured."""
    unit: str
    minor: int | None
    major: int | None
    critical: int | None
    state: str
    """`normal`, `minor`, `major`, `critical`, `unknown`; empty: it has no bounds."""


@config(f"cpu {_PERCENT}", mode=ENVIRONMENT, field="cpu", words={**_LEVELS, "cpu": "Processor time"}, arguments=_BOUNDS)
def cpu() -> None:
    """Bounds of processor time, mean of 30 seconds: for the host of all processors, for signalling of one.

    Example: cpu minor 70 major 85 critical 95
    """


@config(
    f"memory {_PERCENT}",
    mode=ENVIRONMENT,
    field="memory",
    words={**_LEVELS, "memory": "Memory of the host"},
    arguments=_BOUNDS,
)
def memory() -> None:
    """Bounds of the host's memory in use, per cent; what the system can free at once does not count as used."""


@config(
    "process memory maximum (0-1048576)$value",
    mode=ENVIRONMENT,
    field="process_memory_mib",
    words={"process": "One process of this server", "memory": "Its resident memory"},
    arguments={"value": "MiB; 0: no bound"},
)
def process_memory() -> None:
    """Bound of one process's memory, MiB: one that grows for days is found before the host has none left."""


@config(
    f"disk {_PERCENT}",
    mode=ENVIRONMENT,
    field="disk",
    words={**_LEVELS, "disk": "Volumes that hold state"},
    arguments=_BOUNDS,
)
def disk() -> None:
    """Bounds of the space, and of the inodes, in use on each volume that holds state, per cent."""


@config(
    f"files {_PERCENT}",
    mode=ENVIRONMENT,
    field="files",
    words={**_LEVELS, "files": "Open descriptors"},
    arguments=_BOUNDS,
)
def files() -> None:
    """Bounds of the descriptors a process has open, per cent of what it may have."""


@config(
    f"sessions {_PERCENT}",
    mode=ENVIRONMENT,
    field="sessions",
    words={**_LEVELS, "sessions": "Calls now"},
    arguments=_BOUNDS,
)
def sessions() -> None:
    """Bounds of the calls in progress, per cent of `maximum calls`."""


@config(
    f"queue {_PERCENT}",
    mode=ENVIRONMENT,
    field="queue",
    words={**_LEVELS, "queue": "Datagrams that wait to be read"},
    arguments=_BOUNDS,
)
def queue() -> None:
    """Bounds of how full the receive buffer of the fullest SIP socket is, per cent."""


@config(
    "hysteresis (0-50)$value",
    mode=ENVIRONMENT,
    field="hysteresis",
    words={"hysteresis": "How far below its bound an alarm clears"},
    arguments={"value": "Points of a per cent"},
)
def hysteresis() -> None:
    """How far below its bound a value must fall for the alarm to clear, so that it does not come and go."""


@config(
    "event-loop lag (0-60000)$value",
    mode=ENVIRONMENT,
    field="lag_ms",
    words={"event-loop": "Loop that does the work of a process", "lag": "How late it is woken"},
    arguments={"value": "Milliseconds; 0: no alarm"},
)
def event_loop_lag() -> None:
    """How late the loop of a process may be woken before it counts as stalled, milliseconds."""


@config(
    "clock offset (1-3600000)$value",
    mode=ENVIRONMENT,
    field="clock_offset_ms",
    words={"clock": "Clock of the host", "offset": "How far it is off"},
    arguments={"value": "Milliseconds"},
)
def clock_offset() -> None:
    """How far the clock may be off by the kernel's own estimate, milliseconds."""


@config(
    "certificate minor (0-3650)$minor major (0-3650)$major",
    mode=ENVIRONMENT,
    field="certificate",
    words={"certificate": "Certificates that end", "minor": _LEVELS["minor"], "major": _LEVELS["major"]},
    arguments={"minor": "Days that are left; 0: no such alarm", "major": "Days that are left; 0: no such alarm"},
)
def certificate() -> None:
    """How many days before a certificate ends there is an alarm; one that has ended is critical in any case."""


@config(
    "control hours (0-8760)$value",
    mode=ENVIRONMENT,
    field="control_hours",
    words={"control": "Traffic controls in force", "hours": "For how long"},
    arguments={"value": "Hours; 0: for ever"},
)
def control_hours() -> None:
    """After how many hours a traffic control that is in force is an alarm: it may have been forgotten."""


@config(
    "unsaved minutes (0-10080)$value",
    mode=ENVIRONMENT,
    field="unsaved_minutes",
    words={"unsaved": "A configuration that runs and is not saved", "minutes": "For how long"},
    arguments={"value": "Minutes; 0: for ever"},
)
def unsaved_minutes() -> None:
    """After how many minutes a configuration that runs and is not in startup-config is an alarm."""


@config(
    "attack authentication (0-1000000)$authentication malformed (0-1000000)$malformed",
    mode=ENVIRONMENT,
    field="attack",
    words={
        "attack": "What counts as an attack, whoever it comes from",
        "authentication": "Requests with wrong credentials",
        "malformed": "Messages that are no SIP",
    },
    arguments={"authentication": "In a minute; 0: no number", "malformed": "In a minute; 0: no number"},
)
def attack() -> None:
    """How many requests with wrong credentials, or messages that are no SIP, in one minute are an attack.

    Every automatic ban is one as well.
    """


@config(
    "refused calls (0-1000000)$value",
    mode=ENVIRONMENT,
    field="refused_calls",
    words={"refused": "Calls beyond the bounds of their subscriber group", "calls": "How many"},
    arguments={"value": "In five minutes; 0: no number"},
)
def refused_calls() -> None:
    """How many calls of one subscriber group that its bounds refuse within five minutes make fraud probable."""


@show("show environment", row=EnvironmentRow, words=_WORDS)
async def show_environment(context: Context) -> list[EnvironmentRow]:
    """Processor time, memory, disks, loops and clock of this host, with their bounds; read every five seconds."""
    reading = await _reading(context)
    return list(_rows(context, reading))


@show("show environment processes", row=ProcessReading, words={**_WORDS, "processes": "What each process uses"})
async def show_environment_processes(context: Context) -> list[ProcessReading]:
    """Processor time, memory, threads and descriptors of each process."""
    return list((await _reading(context)).processes)


@show("show environment disks", row=VolumeReading, words={**_WORDS, "disks": "Volumes that hold state"})
async def show_environment_disks(context: Context) -> list[VolumeReading]:
    """Volumes that hold state: what lies on each, its size, what is free."""
    return list((await _reading(context)).volumes)


async def _reading(context: Context) -> Reading:
    """Return the last reading, the first one when there is none yet. Raises CommandError."""
    environment = context.manager.environment
    if environment.latest is None and not environment.failure:
        async with asyncio.timeout(_FIRST_S):
            await environment.read()
    if environment.latest is None:
        raise CommandError(f"The environment cannot be read: {environment.failure or 'not yet'}")
    return environment.latest


def _rows(context: Context, reading: Reading) -> Iterator[EnvironmentRow]:
    environment, settings = context.manager.environment, context.manager.configuration.running.environment
    yield _row("cpu", environment.cpu_percent, "%", settings.cpu)
    yield _row("load-average", round(reading.load, 2), "processes")
    yield _row("memory", reading.memory_percent, "%", settings.memory)
    yield _row("memory-available", reading.memory_free_octets // 2**20, "MiB")
    for volume in reading.volumes:
        yield _row(f"disk {volume.volume}", volume.used_percent, "%", settings.disk)
        if volume.inodes_percent is not None:
            yield _row(f"inodes {volume.volume}", volume.inodes_percent, "%", settings.disk)
    for process in reading.processes:
        if process.files_limit > 0:
            percent = round(100 * process.files / process.files_limit, 1)
            yield _row(f"files {process.process}", percent, "%", settings.files)
    yield _lag("loop-lag oam", environment.lag_ms, settings.lag_ms)
    for number, block in enumerate(context.manager.counters, 1):
        yield _lag(f"loop-lag sip-{number}", block[counters.LOOP_LAG_US] / 1000, settings.lag_ms)
        yield _row(f"cpu sip-{number}", block[counters.CPU_PERMILLE] / 10, "%", settings.cpu)
        yield _row(f"queue sip-{number}", block[counters.QUEUE_PERCENT], "%", settings.queue)
    # With nobody to correct the clock, what is left to correct says nothing.
    offset = reading.clock.offset_ms if reading.clock.synchronised else None
    state = {None: "unknown", False: "minor", True: "normal"}[reading.clock.synchronised]
    if state == "normal" and abs(offset or 0.0) >= settings.clock_offset_ms:
        state = "minor"
    unit = "not synchronised" if reading.clock.synchronised is False else "ms"
    yield EnvironmentRow(
        "clock-offset", None if offset is None else round(offset, 3), unit, settings.clock_offset_ms, None, None, state
    )


def _row(item: str, value: float | None, unit: str, bounds: Bounds | None = None) -> EnvironmentRow:
    if bounds is None:
        return EnvironmentRow(item, value, unit, None, None, None, "")
    levels = {name: getattr(bounds, name) or None for name in ("critical", "major", "minor")}
    state = "unknown" if value is None else "normal"
    if value is not None:
        state = next((name for name, bound in levels.items() if bound and value >= bound), state)
    return EnvironmentRow(item, value, unit, levels["minor"], levels["major"], levels["critical"], state)


def _lag(item: str, value: float | None, bound: int) -> EnvironmentRow:
    state = "unknown" if value is None else "major" if bound and value >= bound else "normal"
    return EnvironmentRow(item, value, "ms", None, bound or None, None, state)


@show(
    "test storage",
    row=StorageRow,
    privilege=15,
    words={"storage": "Write, bring to the disk and read back a small file in each folder of the state"},
)
def test_storage(context: Context) -> AsyncIterator[StorageRow]:
    """Write a small file in each folder of the state, bring it to the disk, read it back; how long each took.

    Example: test storage
    """
    return _probed(context)


async def _probed(context: Context) -> AsyncIterator[StorageRow]:
    state = context.manager.state
    try:
        rows = await Aside("test storage").run(lambda: list(storage.probes(state)), _STORAGE_S)
    except TimeoutError:
        raise CommandError(f"The disk has not answered for {_STORAGE_S:g} s") from None
    for row in rows:
        yield row
