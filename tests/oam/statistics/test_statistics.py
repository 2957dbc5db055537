"""The statistics of a server as its minutes pass, by a clock that is set by hand."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from pathlib import Path

import pytest
from support.management import played
from support.statistics import Counts

from core.northbound import statistics as layout
from core.northbound.statistics import open_statistics
from oam.statistics import history_store as module
from oam.statistics.period import Minute, ObjectKey
from oam.statistics.sampler import SETTLE_S
from oam.statistics.statistics import HISTORY_FAILED, Statistics
from oam.statistics.stretch import DAY_S, QUARTER_S, Snapshot

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
        """Let time pass; look, and have the history written when there is something."""
        self.wall += seconds
        self.monotonic += seconds
        await self.statistics.look()
        self.statistics.history.write()

    def restart_worker(self) -> None:
        """Start the worker anew."""
        self.counts.slots[2] += 1000

    def restart(self) -> None:
        """Kill management and start it again."""
        self.statistics = self.started()

    async def kept(self, length: int = QUARTER_S) -> list[tuple[float, int, float, bool]]:
        """Return begin, bids, seconds and whether it is suspect, of the system's stretches on the disk."""
        found = await self.statistics.history.series(length, SYSTEM)
        return [(each.begin, each.values[layout.BIDS], each.seconds, each.suspect) for _, each in found]


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


@played
async def test_minutes_become_quarters_and_days(tmp_path: Path) -> None:
    server = Server(tmp_path)
    await server.wait(0)
    for _ in range(31):
        server.counts.add("system", bids=2)
        await server.wait(60)
    quarters = await server.kept()
    assert [each[:3] for each in quarters] == [(NOON, 30, 900.0), (NOON + 900, 30, 900.0), (NOON + 1800, 2, 60.0)]
    assert [each[3] for each in quarters] == [True, False, False], "the first minute began with management"
    assert [each[:3] for each in await server.kept(DAY_S)] == [(NOON // DAY_S * DAY_S, 62, 1860.0)]


@played
async def test_the_quarter_being_filled_and_the_one_before(tmp_path: Path) -> None:
    server = Server(tmp_path)
    assert server.statistics.quarters() == (None, None)
    await server.wait(0)
    for _ in range(15):
        server.counts.add("system", bids=2)
        await server.wait(60)
    server.counts.add("system", bids=5)
    now, last = server.statistics.quarters()
    assert now is not None
    assert last is not None
    assert [(each.begin, each.values[SYSTEM][layout.BIDS]) for each in (last, now)] == [(NOON, 30), (NOON + 900, 5)]
    await server.wait(60)
    now, again = server.statistics.quarters()
    assert now is not None
    assert (now.values[SYSTEM][layout.BIDS], now.seconds, again) == (5, 60.0, last)


@played
async def test_both_quarters_are_there_again_after_a_restart(tmp_path: Path) -> None:
    server = Server(tmp_path)
    await server.wait(0)
    for _ in range(17):
        server.counts.add("system", bids=2)
        await server.wait(60)
    server.restart()
    server.counts.add("system", bids=1)
    await server.wait(20)
    now, last = server.statistics.quarters()
    assert now is not None
    assert last is not None
    assert [(each.begin, each.values[SYSTEM][layout.BIDS]) for each in (last, now)] == [(NOON, 30), (NOON + 900, 5)]
    assert now.suspect


@played
async def test_calls_made_while_management_was_away_are_counted_once_and_suspect(tmp_path: Path) -> None:
    server = Server(tmp_path)
    await server.wait(0)
    await server.wait(60)
    server.counts.add("system", bids=4)
    server.wall += 200
    server.monotonic += 200
    server.counts.add("system", bids=3)
    server.restart()
    for _ in range(3):
        await server.wait(60)
    (begin, bids, seconds, suspect), *_ = await server.kept()
    assert (begin, bids, suspect) == (NOON, 7, True)
    assert seconds == pytest.approx(60 + 200 + 180, abs=60)
    assert server.statistics.minutes[0].figures[SYSTEM].values[layout.BIDS] == 7
    assert server.statistics.minutes[0].suspect


@played
async def test_a_process_killed_in_its_first_minute_has_said_what_it_began_with(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.counts.add("system", bids=100)
    await server.wait(0)
    server.counts.add("system", bids=6)
    server.restart()
    await server.wait(60)
    assert [each[:2] for each in await server.kept()] == [(NOON, 6)], "what was before nobody had begun to count"


@played
async def test_a_restart_within_a_minute_costs_it_nothing_but_its_good_name(tmp_path: Path) -> None:
    server = Server(tmp_path)
    await server.wait(0)
    await server.wait(60)
    server.counts.add("system", bids=1)
    await server.wait(20)
    server.restart()
    await server.wait(10)
    server.counts.add("system", bids=1)
    await server.wait(30)
    minute = server.statistics.minutes[-1]
    figures = minute.figures[SYSTEM]
    assert (minute.begin, figures.values[layout.BIDS], figures.seconds, figures.suspect) == (NOON + 60, 2, 60.0, True)


@played
async def test_after_a_restart_of_the_host_the_clock_of_the_day_says_how_long_it_was(tmp_path: Path) -> None:
    server = Server(tmp_path)
    await server.wait(0)
    await server.wait(60)
    server.wall += 300
    server.monotonic = 5.0
    server.restart()
    await server.wait(0)
    assert server.statistics.minutes[-1].seconds == 300.0


@played
async def test_a_clock_set_back_adds_to_the_quarter_that_is_there(tmp_path: Path) -> None:
    server = Server(tmp_path)
    await server.wait(0)
    for _ in range(16):
        server.counts.add("system", bids=1)
        await server.wait(60)
    server.wall -= 600
    await server.wait(5)
    for _ in range(12):
        server.counts.add("system", bids=1)
        await server.wait(60)
    found = await server.kept()
    assert [each[0] for each in found] == [NOON, NOON + 900]
    assert sum(each[1] for each in found) == 28
    assert found[0][1] > 15
    assert found[0][3]


class Alarms:
    """Takes what is said of the history."""

    def __init__(self) -> None:
        self.said: list[tuple[str, int, str]] = []

    def set(self, number: int, name: str, text: str) -> None:
        self.said.append(("set", number, text))

    def clear(self, number: int, name: str, text: str) -> None:
        self.said.append(("clear", number, text))


@played
async def test_a_history_that_cannot_be_written_is_an_alarm_until_it_can(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.statistics.alarms = alarms = Alarms()
    (tmp_path / "statistics").write_text("a file where the folder should be")
    for _ in range(3):
        await server.wait(60)
    assert [each[:2] for each in alarms.said] == [("set", HISTORY_FAILED)]
    assert len(server.statistics.minutes) >= 2, "nothing waits for it"
    (tmp_path / "statistics").unlink()
    await server.wait(60)
    await server.wait(1)
    assert [each[:2] for each in alarms.said] == [("set", HISTORY_FAILED), ("clear", HISTORY_FAILED)]


@pytest.mark.parametrize("seed", range(20))
def test_whatever_happens_every_call_is_counted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Kills, full disks, clocks set, workers restarted, minutes missed: the day's sum is what was counted."""
    chance = random.Random(seed)
    real, full = module.Store.write, False

    def write(store: module.Store, snapshots: list[Snapshot], what: module.Kept) -> None:
        if full:
            raise sqlite3.OperationalError("database or disk is full")
        real(store, snapshots, what)

    monkeypatch.setattr(module.Store, "write", write)

    async def scenario() -> None:
        nonlocal full
        server = Server(tmp_path)
        await server.wait(0)
        await server.wait(60)
        made = 0
        for _ in range(150):
            bids = chance.randrange(4)
            made += bids
            server.counts.add("system", bids=bids)
            event = chance.randrange(12)
            if event == 0:
                server.restart()
            elif event == 1:
                server.wall += chance.choice((-7200, -400, -20, 30, 700, 9000))
            elif event == 2:
                server.restart_worker()
            elif event == 3:
                full = not full
            await server.wait(chance.choice((5, 20, 60, 60, 60, 60, 130)))
        full = False
        await server.wait(70)
        await server.wait(70)
        days = await server.kept(DAY_S)
        assert sum(each[1] for each in days) == made

    asyncio.run(scenario())


@played
async def test_rows_are_read_by_kind_as_they_are_now(tmp_path: Path) -> None:
    server = Server(tmp_path)
    for number in range(200):
        server.counts.add("trunk-out", f"T{number}", bids=number)
    server.counts.add("method", "INVITE", received=3)
    rows = await server.statistics.rows(("trunk-out", "method"))
    assert {row.name: row.values[layout.BIDS] for row in rows if row.kind == "trunk-out"} == {
        f"T{number}": number for number in range(200)
    }
    assert [(row.kind, row.name) for row in rows[200:]] == [("method", "INVITE")]
    server.counts.slots[0] = layout.VERSION + 1
    assert await server.statistics.rows(("trunk-out",)) == []
