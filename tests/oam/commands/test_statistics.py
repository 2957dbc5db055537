"""`show statistics …`, `clear statistics`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.management import FakeManager, done, gathered, played
from support.statistics import Counts

from core.northbound.routing_settings import Trunk
from core.northbound.statistics import open_statistics
from oam.config.tree import Configuration
from oam.shell.session import completions
from oam.statistics.sampler import SETTLE_S
from oam.statistics.statistics import Statistics

NOON = 1_800_014_400.0


class Server:
    """Management with statistics by a clock of its own: a quarter-hour of 4 bids a minute is over, one is begun."""

    def __init__(self, tmp_path: Path) -> None:
        self.manager = FakeManager(tmp_path, Configuration(trunks=(Trunk("PSTN", calls_maximum=20),)))
        self.counts = Counts(open_statistics(tmp_path / "run" / "statistics-1"))
        self.counts.row("system", "system")
        self.time = NOON + SETTLE_S
        self.manager.statistics = Statistics(tmp_path, lambda: self.time, lambda: self.time)
        self.session = self.manager.session()

    async def fill(self) -> None:
        await self.wait(0)
        for _ in range(15):
            self.counts.add("system", bids=4, seizures=4, answers=2)
            self.counts.add("trunk-out", "PSTN", bids=3, seizures=3, answers=2, usage_ms=120_000)
            self.counts.add("trunk-in", "PSTN", bids=1)
            self.counts.add("destination", "0086", bids=2)
            self.counts.add("listener", "udp:192.0.2.1:5060", messages=9)
            await self.wait(60)
        self.counts.add("system", bids=7)
        self.time += 10

    async def wait(self, seconds: float) -> None:
        self.time += seconds
        await self.manager.statistics.look()
        self.manager.statistics.history.write()

    async def show(self, line: str) -> list[Any]:
        rows, result = await gathered(self.session, f"show statistics {line}".strip())
        assert result.code == 0, result.errors
        return rows


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


def _named(rows: list[Any]) -> dict[tuple[str, str], Any]:
    return {(each.object, each.indicator): (each.current, each.last) for each in rows}


@played
async def test_the_system_in_this_quarter_hour_and_the_one_before(server: Server) -> None:
    await server.fill()
    for line in ("", "system"):
        rows = _named(await server.show(line))
        assert rows["system", "bids"] == (7, 60)
        assert rows["system", "asr"] == (None, 50.0)
        assert rows["system", "seconds"] == (10.0, 900.0)
    assert len(await server.show("detail")) > len(await server.show(""))


@played
async def test_a_trunk_in_both_directions_or_one(server: Server) -> None:
    await server.fill()
    both = _named(await server.show("trunk PSTN"))
    assert both["trunk PSTN in", "bids"] == (0, 15)
    assert both["trunk PSTN out", "bids"] == (0, 45)
    assert both["trunk PSTN out", "erlang"] == (0.0, 2.0)
    assert both["trunk PSTN out", "occupancy"] == (0.0, 10.0)
    assert {name for name, _ in _named(await server.show("trunk PSTN in"))} == {"trunk PSTN in"}


@played
async def test_other_objects(server: Server) -> None:
    await server.fill()
    assert _named(await server.show("destination 0086"))["destination 0086", "bids"] == (0, 30)
    name = "listener udp:192.0.2.1:5060"
    assert _named(await server.show(name))[name, "messages"] == (0, 135)


@played
async def test_all_objects_of_a_kind_a_row_each(server: Server) -> None:
    await server.fill()
    assert [(each.name, each.bids) for each in await server.show("trunk")] == [("PSTN in", 0), ("PSTN out", 0)]
    before = await server.show("trunk previous")
    assert [(each.name, each.bids, each.asr) for each in before] == [("PSTN in", 15, None), ("PSTN out", 45, 66.667)]
    assert [each.name for each in await server.show("destination")] == ["0086"]
    assert await server.show("route-group") == []


@played
async def test_history_and_the_busy_hour(server: Server) -> None:
    await server.fill()
    for _ in range(60):
        server.counts.add("system", bids=10)
        await server.wait(60)
    quarters = await server.show("history")
    assert [(each.begin_at, each.bids) for each in quarters] == [
        (NOON, 60), (NOON + 900, 157), (NOON + 1800, 150), (NOON + 2700, 150), (NOON + 3600, 150),
    ]  # fmt: skip
    assert await server.show("system history quarters") == quarters
    (day,) = await server.show("history days")
    assert (day.bids, day.bhca, day.busy_at) == (667, 607, NOON + 900)
    assert (await server.show("trunk PSTN history"))[0].bids == 45
    assert (await server.show("trunk PSTN in history"))[0].bids == 15
    assert _named(await server.show(""))["system", "bhca"] == (607, None)


@played
async def test_methods_and_responses_since_they_were_cleared(server: Server) -> None:
    server.counts.add("method", "INVITE", received=5)
    server.counts.code("INVITE", 200, received=3, sent=4)
    server.counts.code("BYE", 481, sent=1)
    assert [(each.method, each.received) for each in await server.show("methods")] == [("INVITE", 5)]
    assert [(each.method, each.status, each.sent) for each in await server.show("responses")] == [
        ("INVITE", 200, 4), ("BYE", 481, 1),
    ]  # fmt: skip
    assert [each.status for each in await server.show("responses invite")] == [200]
    await done(server.session, ["clear statistics"])
    server.counts.add("method", "INVITE", received=2)
    server.counts.code("INVITE", 486, received=1)
    assert [(each.method, each.received) for each in await server.show("methods")] == [("INVITE", 2)]
    assert [(each.status, each.received) for each in await server.show("responses")] == [(486, 1)]


@played
async def test_clearing_leaves_the_quarter_hours(server: Server) -> None:
    await server.fill()
    before = await server.show("")
    await done(server.session, ["clear statistics"])
    assert await server.show("") == before


@played
async def test_definitions(server: Server) -> None:
    (ner,) = await server.show("definitions ner")
    assert ner.formula.endswith("/ seizures")
    assert len(await server.show("definitions")) > 100
    _, result = await gathered(server.session, "show statistics definitions nothing")
    assert (result.code, result.errors) == (1, ["% There is no indicator nothing"])


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("trunk NOBODY", "Nothing was counted for trunk NOBODY, neither in this quarter-hour nor in the one before"),
        (
            "destination 99",
            "Nothing was counted for destination 99, neither in this quarter-hour nor in the one before",
        ),
    ],
)
def test_what_is_not_counted_is_said(server: Server, line: str, why: str) -> None:
    @played
    async def scenario() -> None:
        await server.fill()
        _, result = await gathered(server.session, f"show statistics {line}")
        assert (result.code, result.errors) == (1, [f"% {why}"])

    scenario()


@played
async def test_before_the_first_reading_nothing_is_known(server: Server) -> None:
    _, result = await gathered(server.session, "show statistics")
    assert (result.code, result.errors) == (1, ["% Statistics have not been read yet"])


@played
async def test_the_quarter_hour_that_is_being_filled_is_the_same_in_the_history(server: Server) -> None:
    await server.fill()
    current = _named(await server.show("system"))["system", "bids"][0]
    assert (await server.show("system history"))[-1].bids == current == 7


@played
async def test_a_damaged_history_is_said(server: Server, tmp_path: Path) -> None:
    await server.fill()
    server.manager.statistics.history.close()
    (tmp_path / "statistics" / "history.db").write_bytes(b"rubbish" * 1000)
    _, result = await gathered(server.session, "show statistics history")
    assert result.code == 1
    assert "cannot be read" in result.errors[0]
    assert await server.show(""), "the busy hour is left out, no more"


@played
async def test_how_the_history_is_written_is_said(server: Server) -> None:
    await server.fill()
    history = server.manager.statistics.history
    history.failure = "the disk is full"
    _, result = await gathered(server.session, "show statistics storage")
    assert result.json == {
        "written": history.written, "waiting": history.waiting, "lost": 0, "damaged": 0,
        "state": "failing: the disk is full",
    }  # fmt: skip


@played
async def test_names_are_completed(server: Server) -> None:
    await server.fill()
    for line, word in (
        ("show statistics trunk PS", "PSTN"),
        ("show statistics destination 0", "0086"),
        ("show statistics listener u", "udp:192.0.2.1:5060"),
        ("show statistics definitions setup-p9", "setup-p95"),
        ("show statistics responses INV", "INVITE"),
    ):
        assert word in completions(server.session, line), line
