"""Goodput under overload: calls answered a second at multiples of what a server can take.

Server and load share a machine of few processors. The server is pinned to the first, sipp to the others, so that
the load takes nothing from what is measured. Five times what a whole processor carries is more than sipp can offer on
the other: `Brake` takes away a part of the first, the same from every server. What sipp cannot offer is not claimed: a
point says what was really offered.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Final, NamedTuple

import psutil
from support.sipp import Sipp, caller_lines
from support.waiting import free_ports

from benchmark.load import MOST_PER_SIPP
from benchmark.servers import Server

MULTIPLES: Final = (0.5, 1.0, 2.0, 3.0, 5.0)
HOLD_MS: Final = 500
_WARM_S: Final = 3.0
"""At the beginning of a run, not counted: overload is noticed within a second."""
_AFTER_S: Final = 10.0
"""Time for answered calls to end."""
_ANSWERED, _ENDED, _REFUSED = 1, 2, 3
"""Counters of the scenario."""


class Point(NamedTuple):
    """One rate, and what became of the calls."""

    multiple: float
    """Of the capacity, as asked for."""
    offered: float
    """Calls a second that sipp really began."""
    goodput: float
    """Calls a second that were answered."""
    refused: float
    """Calls a second that were refused."""
    broken: int
    """Answered calls whose BYE was not answered."""


def curve(
    where: Path,
    server: Server,
    users: Sequence[str],
    capacity: float,
    seconds: float,
    multiples: Iterable[float] = MULTIPLES,
) -> list[Point]:
    """Offer multiples of `capacity`, calls a second, to a server whose `users` are bound to a running callee."""
    pin(server)
    return [point(where, server, users, capacity, multiple, seconds) for multiple in multiples]


def point(where: Path, server: Server, users: Sequence[str], capacity: float, multiple: float, seconds: float) -> Point:
    """Measure one point of the curve."""
    rate = capacity * multiple
    parts = max(1, -(-int(rate) // MOST_PER_SIPP))
    count = int(rate * (seconds + _WARM_S) / parts)
    lines = caller_lines(users)
    sipps = [
        Sipp(where, "uac-overload", ("127.0.0.1", server.port), port, calls=count, rate=rate / parts, hold_ms=HOLD_MS,
             users=lines, name=f"overload-{part}")
        for part, port in enumerate(free_ports(parts))
    ]  # fmt: skip
    for sipp in sipps:
        put_elsewhere(sipp)
    try:
        end = time.monotonic() + seconds + _WARM_S + _AFTER_S
        for sipp in sipps:
            sipp.wait(max(0.1, end - time.monotonic()))
    finally:
        for sipp in sipps:
            sipp.end()
    began, answered, refused = (
        sum(_rate(sipp, name) for sipp in sipps)
        for name in ("TotalCallCreated", f"GenericCounter{_ANSWERED}(C)", f"GenericCounter{_REFUSED}(C)")
    )
    broken = sum(sipp.count(_ANSWERED) - sipp.count(_ENDED) for sipp in sipps)
    return Point(multiple, began, answered, refused, broken)


def _rate(sipp: Sipp, counter: str) -> float:
    """Return how fast a counter rose from the end of the warm-up until the last call began."""
    rows = sipp.rows()
    if len(rows) < 2:
        return 0.0
    last = next((at for at, row in enumerate(rows) if row["TotalCallCreated"] == rows[-1]["TotalCallCreated"]), 0)
    first = min(int(_WARM_S), last - 1)
    if first < 0:
        return 0.0
    past = float(rows[last]["CurrentTime"].split()[-1]) - float(rows[first]["CurrentTime"].split()[-1])
    return (int(rows[last][counter]) - int(rows[first][counter])) / past if past > 0 else 0.0


class Brake:
    """Takes a share of the first processor away while it is open, in slices of 10 ms; for root only."""

    def __init__(self, share: float) -> None:
        code = (
            "import os, time\n"
            f"os.sched_setaffinity(0, {{{_processors()[0]}}})\n"
            "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))\n"
            "while os.getppid() != 1:\n"
            "    begin = time.monotonic()\n"
            f"    while time.monotonic() - begin < {share / 100}: pass\n"
            f"    time.sleep({(1 - share) / 100})\n"
        )
        self._process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.DEVNULL)

    def __enter__(self) -> Brake:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()


def brake(share: float) -> AbstractContextManager[object]:
    """Return a brake of `share`, or none at all where we may not have one."""
    return Brake(share) if os.geteuid() == 0 else nullcontext()


def put_elsewhere(sipp: Sipp) -> None:
    """Give sipp the other processors."""
    os.sched_setaffinity(sipp.process.pid, _elsewhere())


def pin(server: Server) -> None:
    """Give the server the first processor."""
    for pid in server.pids():
        for thread in psutil.Process(pid).threads():
            os.sched_setaffinity(thread.id, {_processors()[0]})


def _elsewhere() -> set[int]:
    return set(_processors()[1:]) or {_processors()[0]}


def _processors() -> list[int]:
    return sorted(range(os.cpu_count() or 1))


def render(curves: dict[str, list[Point]], capacities: dict[str, float]) -> str:
    """Write the curves as text, a server after another; goodput also as per cent of the capacity."""
    lines = []
    for name, points in curves.items():
        lines.append(f"{name}, capacity {capacities[name]:.0f} calls/s")
        for each in points:
            share = 100.0 * each.goodput / capacities[name]
            lines.append(
                f"  {each.multiple:3g}x: offered {each.offered:6.0f}/s, "
                f"answered {each.goodput:6.0f}/s ({share:3.0f} %), "
                f"refused {each.refused:6.0f}/s, broken {each.broken}"
            )
    return "\n".join(lines)
