"""The load of the signalling process over time: processor time, lag of the loop, fill of the sockets.

The process tells how it fares at this moment, in gauges. Here they are looked at once a second and kept as minutes and
quarter-hours, in memory: a new start of management begins anew.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from core.northbound.counters import CPU_PERMILLE, HEARTBEAT, LOOP_LAG_US, QUEUE_PERCENT
from oam.statistics.graph import DAY, HOUR, Span

LOOK_S: Final = 1.0


class Gauge(NamedTuple):
    """One thing that tells of the load."""

    slot: int
    title: str
    unit: str
    divisor: float
    """Of what the slot holds, to one `unit`."""
    limit: float | None
    """What it cannot exceed."""


GAUGES: Final = {
    "cpu": Gauge(CPU_PERMILLE, "Processor time of signalling", "%", 10.0, None),
    "loop-lag": Gauge(LOOP_LAG_US, "Lag of the signalling loop", "ms", 1000.0, None),
    "queue": Gauge(QUEUE_PERCENT, "Fill of the fullest UDP socket", "%", 1.0, 100.0),
}


class Level(NamedTuple):
    """One gauge in one stretch of time."""

    samples: int
    sum: float
    most: float

    @property
    def mean(self) -> float:
        """The mean of all looks."""
        return self.sum / self.samples


Levels = tuple[Level, ...]
"""By the order of GAUGES."""


class Stretch(NamedTuple):
    """One stretch of time; without `levels` nothing was measured in it."""

    at: float
    """When it began, seconds since 1970."""
    levels: Levels | None


class LoadSeries:
    """Looks at the gauges of all signalling processes; of several the busiest counts."""

    def __init__(self, blocks: list[memoryview], clock: Callable[[], float] = time.time) -> None:
        self._blocks = blocks
        self._clock = clock
        self._beats: list[int] = []
        self._kept = {span.name: deque[Stretch](maxlen=span.steps + 1) for span in (HOUR, DAY)}

    async def run(self) -> None:
        """Look once a second, until it is cancelled."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_S)

    def look(self) -> None:
        """Take one sample; of a process whose loop did not turn since the last look there is none."""
        beats = [block[HEARTBEAT] for block in self._blocks]
        alive = [block for block, now, last in zip(self._blocks, beats, self._beats, strict=False) if now != last]
        self._beats = beats
        if not alive:
            return
        values = [max(block[gauge.slot] for block in alive) / gauge.divisor for gauge in GAUGES.values()]
        sample = tuple(Level(1, value, value) for value in values)
        now = self._clock()
        for span in (HOUR, DAY):
            _add(self._kept[span.name], now // span.step_s * span.step_s, sample)

    def stretches(self, span: Span) -> list[Stretch]:
        """Return the last whole minutes, or the quarter-hours with the one that is being filled, oldest first."""
        last = self._clock() // span.step_s * span.step_s - (span.step_s if span is HOUR else 0)
        found = {each.at: each for each in self._kept[span.name]}
        begins = [last - span.step_s * back for back in range(span.steps - 1, -1, -1)]
        return [found.get(begin, Stretch(begin, None)) for begin in begins]


def _add(kept: deque[Stretch], begin: float, sample: Levels) -> None:
    """Add a sample to its stretch; when the clock was set back, to one that may be there already."""
    place = next((at for at in range(len(kept) - 1, -1, -1) if kept[at].at == begin), None)
    if place is None:
        kept.append(Stretch(begin, sample))
    else:
        kept[place] = Stretch(begin, joined([kept[place].levels or (), sample]))


def joined(parts: Iterable[Levels | None]) -> Levels | None:
    """Make one stretch of several; None when nothing was measured in any."""
    known: Sequence[Levels] = [part for part in parts if part]
    if not known:
        return None
    return tuple(
        Level(sum(each.samples for each in column), sum(each.sum for each in column), max(each.most for each in column))
        for column in zip(*known, strict=True)
    )
