"""The statistics of a server as its minutes pass, by a clock that is set by hand."""

from __future__ import annotations

from pathlib import Path

from support.management import played
from support.statistics import Counts

from core.northbound import statistics as layout
from core.northbound.statistics import open_statistics
from oam.statistics.period import Minute, ObjectKey
from oam.statistics.sampler import SETTLE_S
from oam.statistics.statistics import Statistics

SYSTEM = ObjectKey("system", "")
NOON = 1_800_014_400.0


class Server:
    """Statistics of a state directory, and time."""

    def __init__(self, state: Path, wall: float = NOON + SETTLE_S) -> None:
        (state / "run").mkdir(exist_ok=True)
        self.state = state
        self.counts = Counts(open_statistics(state / "run" / "statistics-1"))
        self.counts.row("system", "")
        self.wall = wall
        self.monotonic = 500.0
        self.statistics = self.started()

    def started(self) -> Statistics:
        return Statistics(self.state, lambda: self.wall, lambda: self.monotonic)

    async def wait(self, seconds: float) -> None:
        self.wall += seconds
        self.monotonic += seconds
        await self.statistics.look()


@played
async def test_a_minute_is_told_when_it_has_ended_and_not_before(tmp_path: Path) -> None:
    server = Server(tmp_path)
    told: list[Minute] = []
    server.statistics.subscribers.append(told.append)
    await server.wait(58)
    assert told == []
    server.counts.add("system", bids=3)
    await server.wait(2)
    assert [each.figures[SYSTEM].values[layout.BIDS] for each in told] == [3]
    assert list(server.statistics.minutes) == told


@played
async def test_a_subscriber_that_fails_keeps_nobody_from_the_minute(tmp_path: Path) -> None:
    server = Server(tmp_path)
    told: list[Minute] = []
    server.statistics.subscribers += [lambda _: 1 / 0, told.append]  # type: ignore[list-item]
    await server.wait(0)
    await server.wait(60)
    assert len(told) == 1


@played
async def test_what_has_happened_since_the_minute_can_be_asked(tmp_path: Path) -> None:
    server = Server(tmp_path)
    assert server.statistics.current() == {}
    await server.wait(0)
    server.counts.add("system", bids=7)
    server.wall += 10
    server.monotonic += 10
    now = server.statistics.current()[SYSTEM]
    assert (now.values[layout.BIDS], now.seconds) == (7, 10.0)


@played
async def test_totals_only_rise(tmp_path: Path) -> None:
    server = Server(tmp_path)
    for _ in range(3):
        server.counts.add("system", bids=2)
        await server.wait(60)
    assert server.statistics.totals()[SYSTEM].values[layout.BIDS] == 6
