"""All sources together: what is over, what is unknown, what wakes them; every alarm with a source has its test."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from support.alarmed import Watch
from support.management import FakeManager, played

from core.northbound.notices import Notice, TrunkUp
from oam.fault.catalogue import ALARMS
from oam.fault.sources.source import OFF, ON, UNKNOWN, Finding, Source
from oam.fault.sources.sources import Sources, made

ROOT = Path(__file__).resolve().parents[4]
ELSEWHERE = {
    26: "measurement thresholds",
    27: "measurement thresholds",
    28: "measurement thresholds",
    29: "measurement thresholds",
    42: "measurement jobs",
    43: "measurement thresholds",
    47: "statistics history",
}
"""Alarms whose sources are tested with what they are part of."""


class Told(Source):
    """Finds what it is told."""

    numbers = (2, 36)
    lasting = frozenset({36})
    wakes = frozenset({"trunk-up"})
    period_s = 3600.0

    def __init__(self) -> None:
        self.found: list[Finding] = []
        self.fault: Exception | None = None
        self.looks = 0
        self.taken: list[Notice] = []

    async def find(self) -> list[Finding]:
        self.looks += 1
        if self.fault is not None:
            raise self.fault
        return self.found

    def take(self, notice: Notice) -> None:
        self.taken.append(notice)


@played
async def test_what_a_source_no_longer_names_is_over_but_for_what_an_operator_closes(tmp_path: Path) -> None:
    watch, source = Watch(FakeManager(tmp_path)), Told()
    source.found = [Finding(2, "trunk A", ON, "x"), Finding(2, "trunk B", OFF), Finding(36, "system", ON, "x")]
    assert await watch.look(source) == {(2, "trunk A"): "major", (36, "system"): "critical"}
    source.found = []
    assert await watch.look(source) == {(36, "system"): "critical"}


@played
async def test_what_was_raised_before_our_start_is_over_when_nothing_says_so_now(tmp_path: Path) -> None:
    watch, source = Watch(FakeManager(tmp_path)), Told()
    watch.alarms.set(2, "trunk of yesterday", "x")
    watch.alarms.set(9, "system", "another's", "minor")
    assert len(await watch.look()) == 2
    assert await watch.look(source) == {(9, "system"): "minor"}


@played
async def test_a_source_that_fails_leaves_all_as_it_was_and_unknown(tmp_path: Path) -> None:
    watch, source = Watch(FakeManager(tmp_path)), Told()
    source.found = [Finding(2, "trunk A", ON, "x")]
    await watch.look(source)
    source.fault = ZeroDivisionError("ours")
    assert await watch.look(source) == {(2, "trunk A"): "major"}
    assert watch.unknown(2, "trunk A")
    source.fault = None
    source.found = [Finding(2, "trunk A", "no such severity")]
    assert await watch.look(source) == {(2, "trunk A"): "major"}
    source.found = [Finding(2, "trunk A", ON, "x")]
    assert await watch.look(source) == {(2, "trunk A"): "major"}
    assert not watch.unknown(2, "trunk A")
    source.found = [Finding(2, "trunk A", UNKNOWN)]
    assert await watch.look(source) == {(2, "trunk A"): "major"}
    assert watch.unknown(2, "trunk A")


@played
async def test_a_notice_makes_a_source_look_at_once(tmp_path: Path) -> None:
    manager, source = FakeManager(tmp_path), Told()
    sources = Sources(manager, (source,))
    running = asyncio.create_task(sources.run())
    async with asyncio.timeout(10):
        while source.looks < 1:
            await asyncio.sleep(0.01)
        manager.notices.publish("trunk-down", "another kind")
        manager.notices.publish("trunk-up", "trunk A is up again")
        while source.looks < 2:
            await asyncio.sleep(0.01)
    sources.from_worker(TrunkUp("A"))
    assert source.taken == [TrunkUp("A")]
    running.cancel()
    assert source.looks == 2


@played
async def test_every_source_looks_within_a_minute_of_the_start_and_none_ends_by_a_fault(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    sources = Sources(manager)
    watch = Watch(manager)
    manager.fake_supervisor.away = True
    manager.fake_worker.answers = None
    for source in sources.sources:
        assert source.period_s <= 60 or type(source).__name__ == "Software"
        await watch.look(source)


def test_each_alarm_that_has_a_source_is_raised_and_cleared_by_a_test() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    marks = [mark for text in texts for mark in re.findall(r"@raises_and_clears\(([\d, ]+)\)", text)]
    caused = {int(number) for mark in marks for number in mark.split(",")}
    with_source = {number for number, each in ALARMS.items() if each.source}
    assert sorted(with_source - caused - set(ELSEWHERE)) == []
    assert sorted(caused - with_source) == []


def test_the_catalogue_knows_of_every_source(tmp_path: Path) -> None:
    found = {number for source in made(FakeManager(tmp_path)) for number in source.numbers}
    assert sorted(number for number in found if not ALARMS[number].source) == []
