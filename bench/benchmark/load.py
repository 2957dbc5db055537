"""Load by sipp: calls and registrations at a rate, the CPU they cost, and the highest rate without a failure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from support.sipp import Outcome, Sipp, caller_lines, registrar_lines
from support.waiting import free_ports

from benchmark.servers import Server, cpu_seconds, udp_drops

MOST_PER_SIPP = 1000
"""Calls a second one sipp is trusted with; above that the load is split."""
RAISE = 1.25
MOST_STEPS = 10
TRIES = 2
"""Runs at one rate before it counts as too high: others use this machine too."""


class Cost(NamedTuple):
    """One run: rate reached, attempts, what they cost, what went wrong."""

    rate: float
    attempts: int
    cpu_us: float
    """CPU of all server processes per attempt."""
    failed: int
    retransmissions: int
    dropped: int

    @property
    def is_clean(self) -> bool:
        """No attempt failed or needed a retransmission, no datagram was dropped."""
        return not (self.failed or self.retransmissions or self.dropped)


def calls(where: Path, server: Server, users: Sequence[str], rate: float, seconds: float, hold_ms: int = 500) -> Cost:
    """Make calls to `users`, who are bound to a callee already running."""
    return _run(where, server, "uac", caller_lines(users), rate, seconds, hold_ms)


def registrations(where: Path, server: Server, users: Sequence[str], rate: float, seconds: float) -> Cost:
    """Register `users` in turn, each time challenged first."""
    return _run(where, server, "register", registrar_lines(users), rate, seconds, 0)


def _run(
    where: Path, server: Server, scenario: str, lines: list[str], rate: float, seconds: float, hold_ms: int
) -> Cost:
    parts = -(-int(rate) // MOST_PER_SIPP)
    count = int(rate * seconds / parts)
    before, dropped = cpu_seconds(server), udp_drops(server.port)
    sipps = [
        Sipp(where, scenario, ("127.0.0.1", server.port), port, calls=count, rate=rate / parts, hold_ms=hold_ms,
             users=lines, name=f"{scenario}-{part}")
        for part, port in enumerate(free_ports(parts))
    ]  # fmt: skip
    outcomes: list[Outcome] = [sipp.wait(seconds * 2 + 60) for sipp in sipps]
    used = cpu_seconds(server) - before
    done = sum(outcome.successful for outcome in outcomes)
    attempts = count * parts
    # The elapsed time includes the last calls' hold time and sipp's own clearing up.
    slowest = max(outcome.seconds for outcome in outcomes) - hold_ms / 1000
    return Cost(
        attempts / max(slowest, seconds),
        attempts,
        used * 1e6 / max(done, 1),
        attempts - done,
        sum(outcome.retransmissions for outcome in outcomes),
        udp_drops(server.port) - dropped,
    )


def highest_rate(run: Callable[[float], Cost], start: float) -> Cost:
    """Raise the rate that `run` is given until TRIES runs fail or fall behind; return the last clean one."""
    best = Cost(0, 0, 0, 0, 0, 0)
    rate = start
    for _ in range(MOST_STEPS):
        costs = (run(rate) for _ in range(TRIES))
        clean = next((cost for cost in costs if cost.is_clean and cost.rate >= 0.93 * rate), None)
        if clean is None:
            return best
        best = clean
        rate *= RAISE
    return best
