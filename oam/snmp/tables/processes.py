"""The processes of the server: supervisor, workers, management."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from oam.snmp import oids, syntax
from oam.snmp.object import HIDDEN, Column, Table
from oam.snmp.rows.asking import processes

if TYPE_CHECKING:
    from core.northbound.rows import ProcessRow as Process
    from oam.context import Manager

KIND: Final = "process"
KIB: Final = 1024


class ProcessRow(msgspec.Struct, frozen=True):
    """One process."""

    index: int
    name: str
    pid: int | None
    """None: it does not run. So `uptime_s`, `memory_kib`."""
    state: str
    restarts: int
    uptime_s: int | None
    cpu_ms: int
    memory_kib: int | None
    ended_by: str
    ended_at: float
    """0: it never ended unasked."""
    discontinuity_at: float


async def _processes(manager: Manager) -> Sequence[ProcessRow]:
    found = await processes(manager) or []
    numbers = manager.snmp.indexes.all(KIND, (each.process for each in found))
    await manager.snmp.indexes.save()
    return [_row(manager, each, numbers[each.process]) for each in found if each.process in numbers]


def _row(manager: Manager, process: Process, index: int) -> ProcessRow:
    runs = bool(process.pid)
    cpu_ms = round(process.cpu_s * 1000)
    return ProcessRow(
        index,
        process.process,
        process.pid if runs else None,
        process.state,
        process.restarts,
        process.uptime_s if runs else None,
        cpu_ms,
        process.memory_octets // KIB if runs else None,
        process.ended_by,
        process.ended_at or 0.0,
        manager.snmp.discontinuities.of(KIND, process.process, (process.restarts, cpu_ms), process.pid),
    )


PROCESS_TABLE: Final = Table(
    (*oids.PROCESSES, 1),
    "sipctlProcessTable",
    "The processes of the server. Without an answer of the supervisor the table is empty.",
    (
        Column(1, "sipctlProcessIndex", syntax.INDEX, "index", "Number of the process, kept for its name.",
               access=HIDDEN),
        Column(2, "sipctlProcessName", syntax.text(32), "name",
               "sipctld is the supervisor, sip-1 signalling, oam management."),
        Column(3, "sipctlProcessPid", syntax.GAUGE, "pid",
               "Number that the operating system gave it. One that does not run has no instance."),
        Column(
            4,
            "sipctlProcessState",
            syntax.enumeration({"running": 1, "starting": 2, "stopping": 3, "backoff": 4, "stopped": 5}),
            "state",
            "running(1): it does its work. starting(2): it does not yet. stopping(3): it finishes what is in flight. "
            "backoff(4): it died repeatedly and is started again after a pause. stopped(5): it is not to run.",
        ),
        Column(5, "sipctlProcessRestarts", syntax.COUNTER, "restarts",
               "How often it was started again after an end that nobody had asked for.", "restarts"),
        Column(6, "sipctlProcessUptime", syntax.TICKS, "uptime_s",
               "Time since it was started. One that does not run has no instance."),
        Column(7, "sipctlProcessCpuTime", syntax.COUNTER, "cpu_ms",
               "Processor time that it has used since it was started.", "milliseconds"),
        Column(8, "sipctlProcessMemory", syntax.GAUGE, "memory_kib",
               "Its resident memory, in units of 1024 octets. One that does not run has no instance.", "KiB"),
        Column(9, "sipctlProcessLastEnd", syntax.text(64), "ended_by",
               "How it last ended unasked: a signal such as SIGKILL, or an exit code. Empty: it never did."),
        Column(10, "sipctlProcessLastEndAt", syntax.DATE, "ended_at",
               "When it last ended unasked; empty: it never did."),
        Column(11, "sipctlProcessDiscontinuityTime", syntax.TIME_STAMP, "discontinuity_at",
               "Value of sysUpTime when the counters of this row last began anew, as they do with a new process."),
    ),
    _processes,
    ("sipctlProcessIndex",),
)  # fmt: skip

TABLES: Final = (PROCESS_TABLE,)
