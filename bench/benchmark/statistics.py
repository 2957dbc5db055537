"""What statistics by object cost: calls from one of 200 trunks to 200 others, with five measurement jobs, and without.

Two runs of the same load differ by more than five per cent. So the load runs on while the counting is switched on and
off every other moment; what the signalling process used in each is read from the scheduler. What management does with
the figures comes once a minute: its processor time is taken over whole minutes, with the jobs and without.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Final

from support.sipp import Sipp, caller_lines
from support.waiting import free_ports

from benchmark.servers import Ours
from benchmark.table import Line
from core.northbound import counters

TRUNKS: Final = 200
GROUPS: Final = 100
JOBS: Final = 5
RATE: Final = 400
MOMENT_S: Final = 1.5
SETTLE_S: Final = 1.0
"""After a switch: settings are taken, and calls that were begun before have ended."""
PAIRS_A_ROUND: Final = 4
_BETWEEN_S: Final = 2.5
"""What the commands of one pair take, at most."""
_OBJECTS: Final = ("system", "trunk all", "route-group all", "destination all", "listener all")


def line(where: Path, servers: Iterable[Ours], rounds: int, say: Callable[[str], None]) -> Line:
    """Measure each server; the line is the ratio of the processor time of a call.

    It may be 1.05, and 1.10 in the plain form.
    """
    ratios: dict[str, float] = {}
    for server in servers:
        port = free_ports()[0]
        callee = Sipp(where, "uas", ("127.0.0.1", server.port), port, name=f"uas-statistics-{server.port}")
        script = where / "statistics.cfg"
        script.write_text("\n".join(["configure terminal", *configuration(port), "end", ""]))
        result = server.house.sipctl("-f", str(script))
        assert result.returncode == 0, result.stdout[-500:] + result.stderr[-500:]
        try:
            ratios[server.name.rpartition(" ")[2]] = _ratio(where, server, rounds * PAIRS_A_ROUND, say)
        finally:
            callee.end()
            server.house.do("configure terminal", *undone(), "end")
    return Line(
        f"CPU per call with statistics ({TRUNKS} trunks, {JOBS} jobs), to without", "times", None,
        ratios.get("compiled"), ratios.get("plain"), 1.05, 1.1,
    )  # fmt: skip


def configuration(port: int) -> list[str]:
    """Return lines of configuration: trunks that all lead to `port`, groups of two, a prefix for each."""
    found = ["statistics", "destinations maximum 100", "trunk IN", "source 127.0.0.1/32", "direction in"]
    for number in range(TRUNKS):
        found += [f"trunk T{number:03}", f"address sip:127.0.0.1:{port}"]
    for number in range(GROUPS):
        found += [f"route-group G{number:02}", f"trunk T{2 * number:03}", f"trunk T{2 * number + 1:03}"]
    found.append("number-analysis")
    found += [f"prefix 86{number:02} route-group G{number:02}" for number in range(GROUPS)]
    return [*found, *jobs()]


def jobs() -> list[str]:
    """Return the lines of the measurement jobs."""
    found = []
    for number, name in enumerate(_OBJECTS[:JOBS]):
        found += [f"measurement-job J{number}", f"object {name}", "period 1"]
    return found


def undone() -> list[str]:
    """Return the lines that take all of it away."""
    return [
        *(f"no measurement-job J{number}" for number in range(JOBS)),
        "no number-analysis",
        *(f"no route-group G{number:02}" for number in range(GROUPS)),
        *(f"no trunk T{number:03}" for number in range(TRUNKS)),
        "no trunk IN",
        "no statistics",
    ]


def _ratio(where: Path, server: Ours, pairs: int, say: Callable[[str], None]) -> float:
    slots = counters.open_block(server.house.state / "run" / "counters-1")
    worker, oam = server.house.process("core.worker"), server.house.process("oam.manager")
    assert worker is not None
    assert oam is not None
    numbers = [f"86{number:02}1234" for number in range(GROUPS)]
    seconds = pairs * 3 * (MOMENT_S + SETTLE_S + _BETWEEN_S) + 4 * 65
    caller = Sipp(
        where, "uac", ("127.0.0.1", server.port), free_ports()[0], calls=int(RATE * seconds), rate=RATE, hold_ms=500,
        users=caller_lines(numbers), name=f"uac-statistics-{server.port}",
    )  # fmt: skip
    try:
        time.sleep(2)
        found, costs = [], []
        for _ in range(pairs):
            with_it = _cost_us(worker.pid, slots)
            server.house.do("configure terminal", "statistics", "no collect objects", "end")
            without = _cost_us(worker.pid, slots)
            server.house.do("configure terminal", "statistics", "collect objects", "end")
            # What a call costs drifts: compared is what was before and behind.
            again = _cost_us(worker.pid, slots)
            costs.append(without)
            found.append((with_it + again) / 2 - without)
        base, more = median(costs), median(found)
        said = _minute_us(oam.pid, slots)
        server.house.do("configure terminal", *(f"no measurement-job J{number}" for number in range(JOBS)), "end")
        unsaid = _minute_us(oam.pid, slots)
        say(
            f"  statistics {server.name}: {base:.0f} µs a call without, {more:+.1f} with; "
            f"management {unsaid:.1f} and {said:.1f} µs a call"
        )
        return (base + more + said) / (base + unsaid)
    finally:
        caller.end()


def _cost_us(pid: int, slots: memoryview) -> float:
    time.sleep(SETTLE_S)
    return _over(MOMENT_S, pid, slots)


def _minute_us(pid: int, slots: memoryview) -> float:
    """Return what a process used for each call over a minute that holds one end of a minute and what follows it."""
    time.sleep((30.0 - time.time()) % 60.0)
    return _over(60.0, pid, slots)


def _over(seconds: float, pid: int, slots: memoryview) -> float:
    """Return the processor time of one call over so long, µs."""
    used, made = _used_ns(pid), slots[counters.CALLS_ATTEMPTED]
    time.sleep(seconds)
    return (_used_ns(pid) - used) / 1000 / max(1, slots[counters.CALLS_ATTEMPTED] - made)


def _used_ns(pid: int) -> int:
    """Return what all threads of a process have used."""
    return sum(int(path.read_text().split()[0]) for path in Path(f"/proc/{pid}/task").glob("*/schedstat"))
