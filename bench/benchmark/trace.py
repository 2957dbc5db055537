"""What tracing costs: a filter that fits nothing, and everything at 300 calls a second.

One per cent is less than what two runs of the same load differ by. So the load runs on, and the trace is turned on and
off every other moment; what the signalling process used in each is read from the scheduler, to the nanosecond.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median

import psutil
from support.sipp import Sipp, caller_lines
from support.waiting import free_ports

from benchmark import load
from benchmark.servers import Ours
from benchmark.table import Line
from core.northbound import counters

RATE = 400
MOMENT_S = 1.5
PAIRS_A_ROUND = 4
FILTERS = "number 99887766 for 60 minutes"
"""Nobody has this number; every INVITE is searched for it."""
MEGABYTES = 16
"""Size of the ring, as it is configured unless somebody says otherwise."""


def lines(
    where: Path, servers: Iterable[Ours], users: Sequence[str], rounds: int, seconds: float, say: Callable[[str], None]
) -> list[Line]:
    """Measure both, and the memory that a trace of everything takes, in each server."""
    ratios: dict[str, float] = {}
    lost: dict[str, float] = {}
    memory: dict[str, float] = {}
    for server in servers:
        form = server.name.rpartition(" ")[2]
        ratios[form] = _filtered(where, server, users, rounds * PAIRS_A_ROUND, say)
        lost[form], memory[form] = _everything(where, server, users, seconds, say)

    def line(what: str, unit: str, found: dict[str, float], bound: float) -> Line:
        return Line(what, unit, None, found.get("compiled"), found.get("plain"), bound, bound)

    return [
        line("CPU per call with a trace that fits nothing to one without", "times", ratios, 1.01),
        line("lost calls of 300 a second, all traced", "calls", lost, 0),
        line("memory of the worker for it, ring included", "MB", memory, MEGABYTES + 8),
    ]


def _filtered(where: Path, server: Ours, users: Sequence[str], pairs: int, say: Callable[[str], None]) -> float:
    """Return the median of how much more a call costs while a trace looks at it."""
    worker = server.house.process("core.worker")
    assert worker is not None
    slots = counters.open_block(server.house.state / "run" / "counters-1")
    port = free_ports()[0]
    calls = int(RATE * (pairs * (2 * MOMENT_S + 3) + 10))
    caller = Sipp(
        where, "uac", ("127.0.0.1", server.port), port, calls=calls, rate=RATE, hold_ms=500,
        users=caller_lines(users), name="uac-trace",
    )  # fmt: skip
    try:
        time.sleep(2)
        found = []
        for _ in range(pairs):
            free = _cost_us(worker.pid, slots)
            server.house.do(f"debug sip {FILTERS}")
            watched = _cost_us(worker.pid, slots)
            server.house.do("undebug all")
            found.append(watched / _mean(free, _cost_us(worker.pid, slots)))
        say(f"  filtered trace {server.name}: " + ", ".join(f"{each:.3f}" for each in sorted(found)))
        return median(found)
    finally:
        caller.end()


def _mean(one: float, other: float) -> float:
    """What a call costs drifts: the trace is compared with what is before and behind it."""
    return (one + other) / 2


def _cost_us(pid: int, slots: memoryview) -> float:
    """Return the processor time of one call over a moment, µs; the loop of the worker is its main thread."""
    time.sleep(0.2)
    used, made = _used_ns(pid), slots[counters.CALLS_ATTEMPTED]
    time.sleep(MOMENT_S)
    return (_used_ns(pid) - used) / 1000 / max(1, slots[counters.CALLS_ATTEMPTED] - made)


def _used_ns(pid: int) -> int:
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])


def _everything(
    where: Path, server: Ours, users: Sequence[str], seconds: float, say: Callable[[str], None]
) -> tuple[float, float]:
    """Return the calls lost while everything is traced, and the memory it took, megabytes."""
    load.calls(where, server, users, 300, seconds)
    worker = server.house.process("core.worker")
    assert worker is not None
    before = psutil.Process(worker.pid).memory_info().rss
    server.house.do("debug sip for 60 minutes")
    cost = load.calls(where, server, users, 300, max(seconds, 15))
    (row,) = server.house.rows("show debug")
    grown = (psutil.Process(worker.pid).memory_info().rss - before) / 1e6
    server.house.do("undebug all", "clear trace")
    say(
        f"  everything traced {server.name}: {row['messages']} messages, {cost.failed} of {cost.attempts} calls lost, "
        f"{cost.cpu_us:.0f} µs a call, {grown:.1f} MB"
    )
    return cost.failed, grown
