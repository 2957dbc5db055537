"""Trunks and route groups: what cannot be reached, what is full, where no call can go."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from core.northbound import counters
from core.northbound.orders import ListRouteGroups, ListTrunks
from core.northbound.rows import RouteGroupRow, TrunkRow
from oam.fault.sources.level import Rise
from oam.fault.sources.source import OFF, ON, SYSTEM, UNKNOWN, Finding, Source, count

if TYPE_CHECKING:
    from oam.context import Manager

UNREACHABLE: Final = 2
ALL_DOWN: Final = 3
EXHAUSTED: Final = 4
FULL: Final = 5

CLEAR_PERCENT: Final = 90
"""A trunk is no longer at its limit when it carries less of it."""
LASTS_S: Final = 60.0
"""A trunk that stays at its limit for so long is worse than one that touches it."""
WINDOW_S: Final = 60.0
"""How long calls that found no trunk are remembered."""


class Trunks(Source):
    """Reads the rows of `show trunk` and `show route-group`."""

    numbers: ClassVar = (UNREACHABLE, ALL_DOWN, EXHAUSTED, FULL)
    wakes: ClassVar = frozenset({"trunk-down", "trunk-up", "config-changed", "worker-started"})

    def __init__(self, manager: Manager, clock: Callable[[], float] = time.monotonic) -> None:
        self._manager = manager
        self._clock = clock
        self._full_since: dict[str, float] = {}
        self._lost = Rise(WINDOW_S)

    async def find(self) -> list[Finding]:
        """See `Source.find`."""
        worker = self._manager.worker
        trunks = [row async for row in worker.order(ListTrunks()) if isinstance(row, TrunkRow)]
        members = [row async for row in worker.order(ListRouteGroups()) if isinstance(row, RouteGroupRow)]
        unproven = frozenset(row.trunk for row in trunks if is_unproven(row))
        return [
            *(reachable(row) for row in trunks if row.monitored),
            *(self._limit(row) for row in trunks if row.maximum),
            *(each for rows in _by_group(members).values() for each in group(rows, unproven)),
            self._exhausted(),
        ]

    def _limit(self, row: TrunkRow) -> Finding:
        name, now = f"trunk {row.trunk}", self._clock()
        at_limit = row.calls >= row.maximum
        if not at_limit and (row.trunk not in self._full_since or row.calls * 100 < row.maximum * CLEAR_PERCENT):
            self._full_since.pop(row.trunk, None)
            return Finding(FULL, name, OFF, f"{row.calls} of {row.maximum} calls")
        since = self._full_since.setdefault(row.trunk, now)
        severity = "major" if now - since >= LASTS_S else "minor"
        return Finding(FULL, name, severity, f"the limit of {count(row.maximum, 'call')} is reached")

    def _exhausted(self) -> Finding:
        known = self._lost.measured
        lost = self._lost.of(sum(block[counters.ROUTES_EXHAUSTED] for block in self._manager.counters), self._clock())
        if not known:
            return Finding(EXHAUSTED, SYSTEM, UNKNOWN)
        if lost:
            return Finding(EXHAUSTED, SYSTEM, ON, f"{count(lost, 'call')} found no usable trunk in the last minute")
        return Finding(EXHAUSTED, SYSTEM, OFF)


def is_unproven(row: TrunkRow) -> bool:
    """Tell whether a trunk counts as up only because too few probes have failed yet: a new worker begins so."""
    return row.monitored and row.state == "up" and (not row.probes or row.probes_failed > 0)


def reachable(row: TrunkRow) -> Finding:
    """Tell whether a trunk that is watched answers."""
    name = f"trunk {row.trunk}"
    if row.state == "down":
        return Finding(UNREACHABLE, name, ON, row.reason or "it does not answer OPTIONS")
    if is_unproven(row):
        return Finding(UNREACHABLE, name, UNKNOWN)
    return Finding(UNREACHABLE, name, OFF, "it is shut down" if row.state == "shutdown" else "it answers")


def group(rows: list[RouteGroupRow], unproven: frozenset[str] = frozenset()) -> list[Finding]:
    """Tell of one route group, of which `rows` are the members, whether calls can leave by it."""
    name = f"route-group {rows[0].route_group}"
    up = {row.trunk for row in rows if row.state == "up"}
    dead = not up and any(row.state == "down" for row in rows)
    state = ON if dead else UNKNOWN if up and up <= unproven else OFF
    usable = any(row.turn is not None for row in rows)
    told = ", ".join(f"{row.trunk} {row.state}" for row in rows)
    return [
        Finding(ALL_DOWN, name, state, f"no member is up: {told}" if dead else ""),
        Finding(EXHAUSTED, name, OFF if usable or dead else ON, "" if usable or dead else f"no usable trunk: {told}"),
    ]


def _by_group(rows: list[RouteGroupRow]) -> dict[str, list[RouteGroupRow]]:
    found: dict[str, list[RouteGroupRow]] = {}
    for row in rows:
        found.setdefault(row.route_group, []).append(row)
    return found
